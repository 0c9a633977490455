"""A hill by its contour lines, with the slope in eight directions and the gradient."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from figures._style import ACCENT_1, ACCENT_2, BACKGROUND, FONT_SIZE, FOREGROUND, MUTED, new_figure
from tinygrad_ko import grad, jvp

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TEXT = {
    "ko": {"x": "x₀", "y": "x₁"},
    "en": {"x": "x₀", "y": "x₁"},
}

# The words stand before the lines.
BEHIND = {"facecolor": BACKGROUND, "edgecolor": "none", "pad": 1.5}
ARROW = {
    "arrowstyle": "-|>,head_length=0.7,head_width=0.35",
    "color": ACCENT_2,
    "linewidth": 2.5,
    "shrinkA": 0,
    "shrinkB": 0,
}
POINT = np.array([1.0, 1.0])
SPOKE, WORDS, TIP = 0.62, 0.88, 1.15


def height(x):
    return 4 - x[0] ** 2 - 2 * x[1] ** 2 + x[0] * x[1]


def draw(text: dict[str, str]) -> Figure:
    """Return the contour lines around the point, with a spoke for each direction."""
    figure = new_figure(height=440)
    axes = figure.subplots()
    xs = np.linspace(-1.3, 2.7, 200)
    ys = np.linspace(-1.2, 2.5, 200)
    heights = height(np.stack(np.meshgrid(xs, ys)))
    lines = axes.contour(
        xs, ys, heights, levels=range(-10, 4), colors=[MUTED], linewidths=0.8, linestyles="-"
    )
    axes.clabel(lines, levels=[-6, -2, 0, 3], fontsize=FONT_SIZE - 2, colors=[MUTED])
    gradient = grad(height)(POINT)
    towards = np.arctan2(gradient[1], gradient[0])
    for eighth in range(8):
        angle = towards + eighth * np.pi / 4
        v = np.array([np.cos(angle), np.sin(angle)])
        slope = float(jvp(height, (POINT,), (v,))[1])
        colour = FOREGROUND if eighth else ACCENT_2
        if eighth:
            axes.plot(*np.stack([POINT, POINT + SPOKE * v]).T, color=colour, linestyle="-")
        else:
            axes.annotate("", POINT + TIP * v, POINT, arrowprops=ARROW)
        words = f"{slope:+.1f}".replace("-", "−") if abs(slope) > 1e-9 else "0"
        at = POINT + (WORDS if eighth else TIP + 0.22) * v
        axes.text(*at, words, ha="center", va="center", color=colour, bbox=BEHIND)
    axes.plot(*POINT, "o", color=ACCENT_1)
    axes.set(xlabel=text["x"], ylabel=text["y"], xlim=(-1.3, 2.7), ylim=(-1.2, 2.5), aspect="equal")
    axes.grid(False)
    return figure
