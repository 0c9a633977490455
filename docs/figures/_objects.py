"""Real objects, their names and references, drawn with their true counts: for the memory page."""

from __future__ import annotations

import sys
import weakref
from dataclasses import dataclass
from typing import TYPE_CHECKING

from matplotlib.patches import Circle

from figures._boxes import FORWARD, Point, arrow, box, label
from figures._style import MUTED

if TYPE_CHECKING:
    from matplotlib.axes import Axes

RADIUS = 20


class Obj:
    """An object that can hold another."""


@dataclass
class Scene:
    """Three objects, the names that hold them, and weak references to see which still live."""

    names: dict[str, Obj]
    watches: dict[str, weakref.ref[Obj]]

    def counts(self) -> dict[str, int]:
        """How many references each object has; 0 for one that was freed."""
        return {key: _count(watch) for key, watch in self.watches.items()}


def _count(watch: weakref.ref[Obj]) -> int:
    # The list adds one reference, the argument of getrefcount another one.
    held = [watch()]
    return 0 if held[0] is None else sys.getrefcount(held[0]) - 2


def three(ring: bool) -> Scene:
    """Return three objects, each held by a name and by the object before it."""
    names = {key: Obj() for key in "abc"}
    names["a"].next = names["b"]
    names["b"].next = names["c"]
    if ring:
        names["c"].next = names["a"]
    return Scene(names, {key: weakref.ref(each) for key, each in names.items()})


def draw_objects(
    axes: Axes, scene: Scene, places: dict[str, Point], tags: dict[str, Point], words: str
) -> None:
    """Draw each object as a circle with its count, and each name as a box with an arrow."""
    counts = scene.counts()
    for key, at in places.items():
        freed = counts[key] == 0
        style = (0, (4, 3)) if freed else "-"
        axes.add_patch(Circle(at, RADIUS, fill=False, linewidth=1.5, linestyle=style))
        label(axes, (at[0], at[1] - 1), str(counts[key]), MUTED if freed else FORWARD, size=18)
        if freed:
            label(axes, (at[0], at[1] - RADIUS - 13), words, MUTED)
        target = getattr(scene.watches[key](), "next", None)
        for other, watch in scene.watches.items():
            if target is not None and watch() is target:
                arrow(axes, *_between(at, places[other]), colour=FORWARD)
    for key, tag in tags.items():
        if scene.names.get(key) is not None:
            box(axes, tag, (30, 26))
            label(axes, (tag[0], tag[1] - 1), key)
            arrow(axes, *_between(tag, places[key], first=15))


def _between(start: Point, end: Point, first: float = RADIUS + 3) -> tuple[Point, Point]:
    """Return the ends of an arrow from the edge of one thing to the edge of an object."""
    across, up = end[0] - start[0], end[1] - start[1]
    length = (across**2 + up**2) ** 0.5
    last = length - RADIUS - 4
    return (
        (start[0] + across * first / length, start[1] + up * first / length),
        (start[0] + across * last / length, start[1] + up * last / length),
    )
