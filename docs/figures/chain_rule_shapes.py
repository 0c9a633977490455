"""One row and three square matrices, multiplied from the output and from the input."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.patches import Rectangle

from figures._boxes import canvas, label
from figures._style import ACCENT_1, ACCENT_2, FOREGROUND, MUTED

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TEXT = {
    "ko": {
        "output": "출력부터",
        "input": "입력부터",
        "count": "{:,}번",
        "sum": "모두 {:,}번",
    },
    "en": {
        "output": "From the output",
        "input": "From the input",
        "count": "{:,}",
        "sum": "{:,} multiplications",
    },
}

N = 100
SIDE, THICK, GAP = 38, 8, 12
LEFT, COUNTS, LINE = 24, 452, 50


def draw(text: dict[str, str]) -> Figure:
    """Return both orders, one product a line."""
    chain = [(1, N), (N, N), (N, N), (N, N)]
    figure, axes = canvas(456)
    _panel(axes, text, 440, "output", chain, ACCENT_1)
    _panel(axes, text, 208, "input", chain, ACCENT_2)
    return figure


def _panel(
    axes: Axes,
    text: dict[str, str],
    top: float,
    order: str,
    chain: list[tuple[int, int]],
    colour: str,
) -> None:
    chain = list(chain)
    label(axes, (LEFT - 12, top), text[order], ha="left")
    middle, total = top - 56, 0
    at: float = LEFT
    for name in ("J₄", "J₃", "J₂", "J₁"):
        label(axes, (at + SIDE / 2, middle + 32), name, MUTED)
        at += SIDE + GAP
    while len(chain) > 1:
        i = 0 if order == "output" else len(chain) - 2
        (rows, inner), (_, columns) = chain[i], chain[i + 1]
        _matrices(axes, middle, chain, {i, i + 1}, colour)
        label(axes, (COUNTS, middle), text["count"].format(rows * inner * columns), ha="right")
        total += rows * inner * columns
        chain[i : i + 2] = [(rows, columns)]
        middle -= LINE
    _matrices(axes, middle + 14, chain, set(), colour)
    words = text["sum"].format(total)
    label(axes, (COUNTS, middle + 14), words, colour, ha="right")


def _matrices(
    axes: Axes, middle: float, chain: list[tuple[int, int]], next_two: set[int], colour: str
) -> None:
    """Draw the matrices that are left, the two that are multiplied next filled."""
    at: float = LEFT
    for i, (rows, columns) in enumerate(chain):
        width, height = (THICK if size == 1 else SIDE for size in (columns, rows))
        axes.add_patch(
            Rectangle(
                (at, middle - height / 2),
                width,
                height,
                facecolor=colour if i in next_two else "none",
                edgecolor=FOREGROUND if i in next_two else MUTED,
                linewidth=1.5,
            )
        )
        at += width + GAP
