"""x³ in float32 close to x = 2: the numbers that exist make a staircase of a smooth curve."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from figures._style import ACCENT_1, MUTED, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TEXT = {
    "ko": {
        "x": "(x − 2) × 10⁶",
        "y": "(x³ − 8) × 10⁶",
        "exact": "직선의 기울기 12",
        "float32": "float32로 계산한 값",
    },
    "en": {
        "x": "(x − 2) × 10⁶",
        "y": "(x³ − 8) × 10⁶",
        "exact": "a line of slope 12",
        "float32": "computed in float32",
    },
}

WIDTH = 1.6e-6


def draw(text: dict[str, str]) -> Figure:
    figure = new_figure(height=340)
    axes = figure.subplots()
    away = np.linspace(-WIDTH, WIDTH, 2001)
    x = (2 + away).astype(np.float32)
    y = (x * x * x).astype(np.float64) - 8
    axes.plot(away * 1e6, 12 * away * 1e6, color=MUTED, linestyle="--", label=text["exact"])
    axes.plot(away * 1e6, y * 1e6, color=ACCENT_1, linestyle="-", label=text["float32"])
    axes.set(xlabel=text["x"], ylabel=text["y"])
    axes.legend(loc="upper left")
    return figure
