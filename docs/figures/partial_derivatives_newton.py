"""Five steps of Newton's method on the Rosenbrock function, over its contour lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from figures._style import ACCENT_1, ACCENT_2, BACKGROUND, MUTED, new_figure
from tinygrad_ko import grad, hessian

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TEXT = {
    "ko": {"start": "출발", "step": "{}단계", "minimum": "최솟값 (1, 1)"},
    "en": {"start": "start", "step": "step {}", "minimum": "minimum (1, 1)"},
}


def rosenbrock(x):
    return 100 * (x[1] - x[0] ** 2) ** 2 + (x[0] - 1) ** 2


def path(steps: int) -> np.ndarray:
    x = np.array([0.0, 2.0])
    points = [x]
    for _ in range(steps):
        x = x - np.linalg.solve(hessian(rosenbrock)(x), grad(rosenbrock)(x))
        points.append(x)
    return np.array(points)


def draw(text: dict[str, str]) -> Figure:
    """Return the contour lines with the path."""
    points = path(5)
    figure = new_figure(height=396)
    axes = figure.subplots()
    xs, ys = np.linspace(-1.5, 2.0, 300), np.linspace(-0.6, 2.3, 300)
    heights = rosenbrock(np.stack(np.meshgrid(xs, ys)))
    axes.contour(xs, ys, heights, levels=10.0 ** np.arange(-1, 4), colors=[MUTED], linewidths=0.9)
    behind = {"facecolor": BACKGROUND, "edgecolor": "none", "pad": 1.0}
    axes.plot(*points.T, "o-", color=ACCENT_2)
    for words, i, offset, side in (
        (text["start"], 0, (10, 2), "left"),
        (text["step"].format(1), 1, (-8, 12), "right"),
        (text["step"].format(2), 2, (10, -4), "left"),
    ):
        axes.annotate(
            words,
            points[i],
            xytext=offset,
            textcoords="offset points",
            color=ACCENT_2,
            ha=side,
            bbox=behind,
        )
    axes.plot([1], [1], "*", color=ACCENT_1, markersize=16)
    axes.annotate(
        text["minimum"],
        (1, 1),
        xytext=(12, -16),
        textcoords="offset points",
        color=ACCENT_1,
        bbox=behind,
    )
    axes.set(xlabel="x₀", ylabel="x₁", xlim=(-1.5, 2.0), ylim=(-0.6, 2.3), aspect="equal")
    axes.grid(False)
    return figure
