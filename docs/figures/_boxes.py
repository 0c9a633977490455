"""Boxes and arrows: what the pictures of Variables, Functions and the graph are put together of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch

from figures._style import ACCENT_1, ACCENT_2, FOREGROUND, MUTED, WIDTH, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FORWARD, BACKWARD = ACCENT_1, ACCENT_2

Point = tuple[float, float]


def canvas(height: float, width: float = WIDTH) -> tuple[Figure, Axes]:
    """Return an empty drawing measured in pixels, from the lower left corner."""
    figure = new_figure(width, height)
    figure.set_layout_engine("none")  # the axes are the whole figure, and stay so
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, width), ylim=(0, height))
    axes.axis("off")
    return figure, axes


def box(
    axes: Axes,
    centre: Point,
    size: Point,
    *,
    colour: str = FOREGROUND,
    dashed: bool = False,
    rounded: float = 3,
) -> None:
    """Draw the outline of a box."""
    (x, y), (width, height) = centre, size
    axes.add_patch(
        FancyBboxPatch(
            (x - width / 2 + rounded, y - height / 2 + rounded),
            width - 2 * rounded,
            height - 2 * rounded,
            boxstyle=f"round,pad={rounded},rounding_size={rounded}",
            facecolor="none",
            edgecolor=colour,
            linewidth=1.5,
            linestyle=(0, (4, 3)) if dashed else "-",
        )
    )


def circle(axes: Axes, centre: Point, radius: float) -> None:
    """Draw the outline of a circle."""
    axes.add_patch(Circle(centre, radius, facecolor="none", edgecolor=FOREGROUND, linewidth=1.5))


def label(axes: Axes, at: Point, words: str, colour: str = FOREGROUND, **options: object) -> None:
    """Write words, by default centred at the point."""
    options = {"ha": "center", "va": "center", **options}
    axes.text(*at, words, color=colour, **options)


def arrow(
    axes: Axes,
    start: Point,
    end: Point,
    *,
    colour: str = MUTED,
    dashed: bool = False,
    bend: float = 0,
) -> None:
    """Draw an arrow; `bend` is how far it bows to the right of its direction."""
    axes.add_patch(
        FancyArrowPatch(
            start,
            end,
            arrowstyle="-|>,head_length=7,head_width=3.5",
            connectionstyle=f"arc3,rad={bend}",
            shrinkA=0,
            shrinkB=0,
            color=colour,
            linewidth=1.8,
            linestyle=(0, (4, 3)) if dashed else "-",
        )
    )
