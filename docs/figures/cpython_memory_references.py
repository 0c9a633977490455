"""Who holds whom: a naive pair with two rings, and the engine, whose ways back are weak."""

from __future__ import annotations

import gc
import weakref
from typing import TYPE_CHECKING

from figures._boxes import BACKWARD, FORWARD, arrow, box, canvas, label
from figures._style import MUTED
from tinygrad_ko import Variable

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TEXT = {
    "ko": {"naive": "처음 방식", "engine": "엔진", "gone": "사라짐"},
    "en": {"naive": "the naive pair", "engine": "the engine", "gone": "gone"},
}

HEIGHTS = {"y": 256, "Square": 196, "h": 136, "Minus": 76, "w": 22}
ROUND = ("Square", "Minus")


def _middle_is_gone() -> bool:
    """Whether the engine lets the Variable in the middle go while the result lives."""
    w = Variable(2.0)
    h = w - 1.0
    watch = weakref.ref(h)
    collecting = gc.isenabled()
    gc.disable()
    y = h**2
    del h
    gone = watch() is None and y.creator is not None
    if collecting:
        gc.enable()
    return gone


def draw(text: dict[str, str]) -> Figure:
    figure, axes = canvas(324)
    _nodes(axes, 116, gone=None)
    label(axes, (116, 306), text["naive"])
    for upper, lower in (("y", "Square"), ("h", "Minus")):
        _down(axes, 106, upper, lower, FORWARD)
        _up(axes, 126, lower, upper, FORWARD, dashed=False)
    _down(axes, 116, "Square", "h", FORWARD)
    _down(axes, 116, "Minus", "w", FORWARD)

    gone = text["gone"] if _middle_is_gone() else None
    _nodes(axes, 340, gone)
    label(axes, (340, 306), text["engine"])
    _down(axes, 330, "y", "Square", FORWARD)
    _up(axes, 350, "Square", "y", BACKWARD, dashed=True)
    arrow(axes, (312, HEIGHTS["Square"] - 17), (312, HEIGHTS["Minus"] + 20), colour=FORWARD)
    _up(axes, 350, "Minus", "h", BACKWARD, dashed=True)
    _down(axes, 340, "Minus", "w", FORWARD)
    return figure


def _nodes(axes: Axes, x: float, gone: str | None) -> None:
    for name, y in HEIGHTS.items():
        if name in ROUND:
            box(axes, (x, y), (84, 30), rounded=12)
            label(axes, (x, y - 1), name)
            continue
        dead = gone is not None and name == "h"
        at = x + 14 if dead else x
        box(axes, (at, y), (36, 30), colour=MUTED if dead else FORWARD, dashed=dead)
        label(axes, (at, y - 1), name, MUTED if dead else FORWARD)
        if dead:
            label(axes, (at + 26, y - 1), gone, MUTED, ha="left")


def _down(axes: Axes, x: float, upper: str, lower: str, colour: str) -> None:
    arrow(axes, (x, HEIGHTS[upper] - 17), (x, HEIGHTS[lower] + 18), colour=colour)


def _up(axes: Axes, x: float, lower: str, upper: str, colour: str, dashed: bool) -> None:
    arrow(axes, (x, HEIGHTS[lower] + 17), (x, HEIGHTS[upper] - 18), colour=colour, dashed=dashed)
