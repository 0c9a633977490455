"""The error of both differences against the step: a V between truncation and rounding."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from figures._style import ACCENT_1, ACCENT_2, FOREGROUND, MUTED, new_figure, powers_of_ten

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TEXT = {
    "ko": {
        "h": "차분의 간격 h",
        "error": "오차",
        "forward": "전진 차분",
        "central": "중앙 차분",
        "rounding": "반올림 오차",
        "truncation": "절단 오차",
    },
    "en": {
        "h": "step h",
        "error": "error",
        "forward": "forward difference",
        "central": "central difference",
        "rounding": "rounding error",
        "truncation": "truncation error",
    },
}

POINT = 2.0
EPS = np.finfo(np.float64).eps


def f(x):
    return x * x * x


def draw(text: dict[str, str]) -> Figure:
    figure = new_figure(height=420)
    axes = figure.subplots()
    steps = np.logspace(-15, 0, 106)
    forward = np.abs((f(POINT + steps) - f(POINT)) / steps - 12)
    central = np.abs((f(POINT + steps) - f(POINT - steps)) / (2 * steps) - 12)
    for errors, marker, colour, label in (
        (forward, "o", ACCENT_2, text["forward"]),
        (central, "D", ACCENT_1, text["central"]),
    ):
        seen = errors > 0  # a lucky 0 has no place on a logarithmic axis
        axes.plot(
            steps[seen],
            errors[seen],
            linestyle="none",
            marker=marker,
            markersize=4.5,
            color=colour,
            label=label,
        )
    # What the formulas say: truncation on the right of the best step, rounding on its left.
    best_forward, best_central = (4 * EPS / 3) ** (1 / 2), (2 * EPS) ** (1 / 3)
    for h, error in (
        (np.array([best_forward, 1]), lambda h: 6 * h),
        (np.array([best_central, 1]), lambda h: h**2),
        (np.array([1e-15, best_forward]), lambda h: 8 * EPS / h),
        (np.array([1e-15, best_central]), lambda h: 4 * EPS / h),
    ):
        axes.plot(h, error(h), color=MUTED, linestyle="-", linewidth=1.2)
    powers_of_ten(axes)
    axes.set(xlabel=text["h"], ylabel=text["error"], xlim=(3e-16, 3), ylim=(1e-13, 1e4))
    axes.text(2e-12, 5e-2, text["rounding"] + " ∝ 1/h", color=FOREGROUND)
    axes.text(1.5, 2e1, text["truncation"], color=FOREGROUND, ha="right")
    axes.text(2.5e-6, 1.5e-3, "∝ h", color=FOREGROUND)
    axes.text(4e-3, 1e-7, "∝ h²", color=FOREGROUND)
    axes.legend(loc="lower left")
    return figure
