"""The path of gradient descent on the Rosenbrock function, over its contour lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from figures._style import ACCENT_1, ACCENT_2, BACKGROUND, FOREGROUND, MUTED, new_figure
from tinygrad_ko import Variable

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TEXT = {
    "ko": {"start": "출발", "step": "{:,}걸음", "minimum": "최솟값 (1, 1)"},
    "en": {"start": "start", "step": "step {:,}", "minimum": "minimum (1, 1)"},
}

STEPS = 10_000
CLEAR = {"facecolor": BACKGROUND, "edgecolor": "none", "pad": 1.0}  # no line through a word
# Where the words of a step stand, in pixels from its point.
SHOWN = {10: (-12, 16), 100: (4, -22), 1000: (14, -12)}


def rosenbrock(x0, x1):
    return 100 * (x1 - x0**2) ** 2 + (x0 - 1) ** 2


def path() -> np.ndarray:
    """Return the points of gradient descent from (0, 2), found as on the page."""
    x0, x1 = Variable(0.0), Variable(2.0)
    points = [(0.0, 2.0)]
    for _ in range(STEPS):
        y = rosenbrock(x0, x1)
        x0.cleargrad()
        x1.cleargrad()
        y.backward()
        x0.data = x0.data - 0.001 * x0.grad.data
        x1.data = x1.data - 0.001 * x1.grad.data
        points.append((x0.item(), x1.item()))
    return np.array(points)


def draw(text: dict[str, str]) -> Figure:
    """Return the contour lines with the path."""
    points = path()
    figure = new_figure(height=396)
    axes = figure.subplots()
    xs, ys = np.linspace(-1.5, 2.0, 300), np.linspace(-0.6, 2.3, 300)
    heights = rosenbrock(*np.meshgrid(xs, ys))
    axes.contour(xs, ys, heights, levels=10.0 ** np.arange(-1, 4), colors=[MUTED], linewidths=0.9)
    axes.plot(*points.T, color=ACCENT_2, linestyle="-", marker="none", linewidth=2)
    axes.plot(*points[:11].T, "o", color=ACCENT_2, markersize=4)
    axes.plot([0], [2], "o", color=FOREGROUND)
    axes.annotate(
        text["start"], (0, 2), xytext=(10, 2), textcoords="offset points", color=FOREGROUND
    )
    for step, offset in SHOWN.items():
        axes.plot(*points[step], "o", color=ACCENT_2)
        axes.annotate(
            text["step"].format(step), points[step], xytext=offset, textcoords="offset points",
            color=ACCENT_2, ha="right" if offset[0] < 0 else "left", bbox=CLEAR,
        )  # fmt: skip
    axes.plot([1], [1], "*", color=ACCENT_1, markersize=16)
    axes.annotate(
        text["minimum"], (1, 1), xytext=(12, -16), textcoords="offset points", color=ACCENT_1,
        bbox=CLEAR,
    )  # fmt: skip
    axes.set(xlabel="x₀", ylabel="x₁", xlim=(-1.5, 2.0), ylim=(-0.6, 2.3), aspect="equal")
    axes.grid(False)
    return figure
