"""Broadcasting copies a row on the way forward, and adds the copies' gradients on the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from figures._boxes import BACKWARD, FORWARD, arrow, box, canvas, label
from figures._style import FONT_SIZE, MUTED
from tinygrad_ko import Variable

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TEXT = {
    "ko": {"forward": "순전파: 복사합니다", "backward": "역전파: 더합니다"},
    "en": {"forward": "forward: copy", "backward": "backward: add"},
}

WIDE, HIGH = 46, 34


def draw(text: dict[str, str]) -> Figure:
    """Return both directions, with the numbers of the page."""
    b = Variable([10.0, 20.0, 30.0])
    A = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    (A * b).sum().backward()

    figure, axes = canvas(292)
    label(axes, (20, 276), text["forward"], FORWARD, ha="left")
    _row(axes, (20, 216), b.data, "b  (3,)")
    _row(axes, (288, 233), b.data)
    _row(axes, (288, 199), b.data)
    label(axes, (288 + 1.5 * WIDE, 169), "(2, 3)", MUTED, fontsize=FONT_SIZE - 1)
    for to in (233, 199):
        arrow(axes, (20 + 3 * WIDE + 8, 216), (280, to), colour=FORWARD)

    label(axes, (20, 128), text["backward"], BACKWARD, ha="left")
    _row(axes, (288, 85), A[0])
    _row(axes, (288, 51), A[1])
    label(axes, (288 + 1.5 * WIDE, 21), "gy * A  (2, 3)", MUTED, fontsize=FONT_SIZE - 1)
    _row(axes, (20, 68), b.grad.data, "b.grad  (3,)")
    for start in (85, 51):
        arrow(axes, (280, start), (20 + 3 * WIDE + 8, 68), colour=BACKWARD, dashed=True)
    return figure


def _row(axes: Axes, left: tuple[float, float], values: np.ndarray, name: str = "") -> None:
    """Draw an array of three numbers, from the middle of its left edge."""
    x, y = left
    for j, value in enumerate(values):
        centre = (x + (j + 0.5) * WIDE, y)
        box(axes, centre, (WIDE, HIGH), colour=MUTED, rounded=1)
        label(axes, centre, f"{value:g}")
    if name:
        label(axes, (x + 1.5 * WIDE, y - 30), name, MUTED, fontsize=FONT_SIZE - 1)
