"""The same graph visited in two orders: one box passes its gradient on too early, or in time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from figures._boxes import BACKWARD, arrow, box, canvas, circle, label
from figures._style import ACCENT_4, MUTED

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TEXT = {
    "ko": {
        "naive": "기다리는 상자 가운데 마지막 것부터",
        "sorted": "함수의 세대가 큰 것부터",
        "late": "늦게 온 8",
    },
    "en": {
        "naive": "the box that came last goes first",
        "sorted": "the largest generation goes first",
        "late": "8, too late",
    },
}

# y = b + a, b = a * a, a = x * x at x = 2: who gets gradients, with which derivative.
PARENTS = {"y": (("b", 1), ("a", 1)), "b": (("a", 4), ("a", 4)), "a": (("x", 2), ("x", 2)), "x": ()}
GENERATIONS = {"y": 3, "b": 2, "a": 1, "x": 0}
PLACES = {"x": (60, 50), "a": (175, 50), "b": (290, 118), "y": (404, 50)}
# The arrow from a box to a parent: its start, its end, the place of its number.
ARROWS = {
    ("y", "b"): ((393, 70), (315, 116), (363, 105)),
    ("y", "a"): ((379, 50), (200, 50), (290, 37)),
    ("b", "a"): ((265, 112), (193, 72), (226, 106)),
    ("a", "x"): ((150, 50), (85, 50), (118, 37)),
}


def visits(by_generation: bool) -> list[tuple[str, int]]:
    """Return the boxes in the order of the visits, with the gradient that each passes on."""
    grads = dict.fromkeys(PARENTS, 0) | {"y": 1}
    waiting, seen, order = ["y"], {"y"}, []
    while waiting:
        name = max(waiting, key=GENERATIONS.__getitem__) if by_generation else waiting[-1]
        waiting.remove(name)
        order.append((name, grads[name]))
        for parent, derivative in PARENTS[name]:
            grads[parent] += derivative * grads[name]
            if parent not in seen:
                seen.add(parent)
                waiting.append(parent)
    return order


def draw_order(
    axes: Axes, bottom: float, title: str, order: list[tuple[str, int]], late: str
) -> None:
    """Draw the graph with the turn of each box, and what is passed on along each edge."""
    passed, turns = dict(order), [name for name, _ in order]
    label(axes, (14, bottom + 172), title, ha="left")
    for name, (x, y) in PLACES.items():
        box(axes, (x, bottom + y), (44, 34))
        label(axes, (x, bottom + y), name)
        at = (x + (30 if name == "y" else -30), bottom + y + 30)
        circle(axes, at, 11)
        label(axes, at, str(turns.index(name) + 1), fontsize=12)
    for (name, parent), points in ARROWS.items():
        start, end, middle = ((x, bottom + y) for x, y in points)
        sent = passed[name] * sum(d for other, d in PARENTS[name] if other == parent)
        is_late = turns.index(parent) < turns.index(name)
        colour = ACCENT_4 if is_late else BACKWARD
        arrow(axes, start, end, colour=colour, dashed=True)
        words = late if is_late else str(sent)
        label(axes, middle, words, colour, ha="right" if name == "b" else "center")


def draw(text: dict[str, str]) -> Figure:
    figure, axes = canvas(height=400)
    draw_order(axes, 205, text["naive"], visits(by_generation=False), text["late"])
    axes.plot((14, 450), (200, 200), color=MUTED, linewidth=0.8, linestyle="-")
    draw_order(axes, 5, text["sorted"], visits(by_generation=True), text["late"])
    return figure
