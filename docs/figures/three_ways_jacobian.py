"""A Jacobian matrix filled in passes: forward mode finds columns, reverse mode finds rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from figures._boxes import BACKWARD, FORWARD, arrow, canvas, label
from figures._style import FONT_SIZE, GRID, MUTED
from tinygrad_ko import jacobian

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TEXT = {
    "ko": {
        "forward": "전진 모드: 한 번에 한 열",
        "reverse": "후진 모드: 한 번에 한 행",
        "pass": "{}회",
    },
    "en": {
        "forward": "forward mode: a column each pass",
        "reverse": "reverse mode: a row each pass",
        "pass": "pass {}",
    },
}

INPUTS, OUTPUTS = 4, 2
WIDE, HIGH = 74, 34
LEFT = 116


def two_results(x):
    return np.stack([np.sum(x**2), x[0] * x[1] * x[2] * x[3]])


def draw(text: dict[str, str]) -> Figure:
    """Return the same matrix twice, with an arrow for each pass that fills it."""
    matrix = jacobian(two_results)(np.array([1.0, 2.0, 3.0, 4.0]))
    figure, axes = canvas(308)
    label(axes, (LEFT, 292), text["forward"], FORWARD, ha="left")
    top = 236
    _cells(axes, matrix, top)
    for j in range(INPUTS):
        x = LEFT + (j + 0.5) * WIDE
        label(axes, (x, top + 25), text["pass"].format(j + 1), FORWARD, fontsize=FONT_SIZE - 1)
        _frame(axes, (LEFT + j * WIDE, top - OUTPUTS * HIGH), (WIDE, OUTPUTS * HIGH), FORWARD)
        arrow(axes, (x, top + 15), (x, top + 3), colour=FORWARD)
    label(axes, (LEFT, 122), text["reverse"], BACKWARD, ha="left")
    top = 92
    _cells(axes, matrix, top)
    for i in range(OUTPUTS):
        y = top - (i + 0.5) * HIGH
        label(axes, (LEFT - 66, y), text["pass"].format(i + 1), BACKWARD, fontsize=FONT_SIZE - 1)
        _frame(axes, (LEFT, top - (i + 1) * HIGH), (INPUTS * WIDE, HIGH), BACKWARD)
        arrow(axes, (LEFT - 36, y), (LEFT - 3, y), colour=BACKWARD)
    return figure


def _cells(axes: Axes, matrix: np.ndarray, top: float) -> None:
    for (i, j), value in np.ndenumerate(matrix):
        x, y = LEFT + (j + 0.5) * WIDE, top - (i + 0.5) * HIGH
        label(axes, (x, y), f"{value:g}")
        if i == OUTPUTS - 1:
            label(axes, (x, top - OUTPUTS * HIGH - 11), f"x{'₀₁₂₃'[j]}", MUTED)
    for i in range(1, OUTPUTS):
        y = top - i * HIGH
        axes.plot([LEFT, LEFT + INPUTS * WIDE], [y, y], color=GRID, linestyle="-")
    for j in range(1, INPUTS):
        x = LEFT + j * WIDE
        axes.plot([x, x], [top - OUTPUTS * HIGH, top], color=GRID, linestyle="-")
    for i in range(OUTPUTS):
        y = top - (i + 0.5) * HIGH
        label(axes, (LEFT + INPUTS * WIDE + 14, y), f"y{'₀₁'[i]}", MUTED)


def _frame(axes: Axes, corner: tuple[float, float], size: tuple[float, float], colour: str) -> None:
    """Draw the outline of what one pass finds, a little inside its cells."""
    (x, y), (width, height) = corner, size
    inset = 3
    xs = [x + inset, x + width - inset, x + width - inset, x + inset, x + inset]
    ys = [y + inset, y + inset, y + height - inset, y + height - inset, y + inset]
    axes.plot(xs, ys, color=colour, linestyle="-", linewidth=1.8)
