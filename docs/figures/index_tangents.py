"""One backward pass, and the slope of a curve is known at every marked point."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from tinygrad_ko import Variable

from ._style import ACCENT_1, ACCENT_2, MUTED, new_figure

TEXT = {
    "ko": {"curve": "y = sin x + x / 4", "slope": "backward가 구한 기울기"},
    "en": {"curve": "y = sin x + x / 4", "slope": "slope found by backward"},
}

HALF_LENGTH = 0.55  # of a tangent, in the units of the axes


def curve(x: Variable | np.ndarray) -> Variable | np.ndarray:
    """The function drawn; NumPy's sin takes arrays and Variables alike."""
    return np.sin(x) + x / 4


def draw(text: dict[str, str]) -> Figure:
    points = Variable(np.linspace(-5.0, 5.0, 9))
    values = curve(points)
    values.backward()
    slopes = points.grad.data

    figure = new_figure(height=190)
    axes = figure.subplots()
    x = np.linspace(-5.8, 5.8, 400)
    axes.plot(x, curve(x), color=MUTED, linestyle="-", linewidth=1.5, label=text["curve"])
    for i, (px, py, slope) in enumerate(zip(points.data, values.data, slopes, strict=True)):
        across = HALF_LENGTH / np.hypot(1.0, slope)
        axes.plot(
            [px - across, px + across],
            [py - slope * across, py + slope * across],
            color=ACCENT_1,
            linestyle="-",
            linewidth=3,
            solid_capstyle="round",
            label=text["slope"] if i == 0 else None,
        )
        # On the outer side of the bend, where the curve leaves room.
        side = 1 if np.sin(px) >= 0 else -1
        axes.text(
            px - side * 0.3 * slope,
            py + side * 0.3,
            f"{slope:+.1f}".replace("-", "−"),
            color=ACCENT_2,
            ha="center",
            va="bottom" if side > 0 else "top",
            fontsize=12,
        )
    axes.set_aspect("equal")
    axes.set_ylim(-2.15, 2.35)
    axes.axis("off")
    axes.legend(loc="upper left")
    return figure
