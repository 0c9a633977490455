"""Secants of x³ at x = 2 that turn into the tangent, for both differences."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from figures._style import ACCENT_1, ACCENT_2, ACCENT_3, FOREGROUND, MUTED, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TEXT = {
    "ko": {
        "forward": "전진 차분",
        "central": "중앙 차분",
        "slope": "h = {h:g}, 직선의 기울기 {slope:.4g}",
        "tangent": "접선의 기울기 12",
    },
    "en": {
        "forward": "Forward difference",
        "central": "Central difference",
        "slope": "h = {h:g}, slope {slope:.4g}",
        "tangent": "tangent, slope 12",
    },
}

POINT = 2.0
STEPS = ((1.0, ACCENT_2, "--"), (0.5, ACCENT_3, "-."), (0.25, ACCENT_1, ":"))
LEFT, RIGHT = 0.8, 3.2


def f(x):
    return x * x * x


def draw(text: dict[str, str]) -> Figure:
    figure = new_figure(height=600)
    forward, central = figure.subplots(2, 1, sharex=True)
    _panel(forward, text, text["forward"], lambda h: POINT)
    _panel(central, text, text["central"], lambda h: POINT - h)
    central.set_xlabel("x")
    return figure


def _panel(axes: Axes, text: dict[str, str], title: str, start) -> None:
    xs = np.linspace(LEFT, RIGHT, 100)
    ends = np.array([LEFT, RIGHT])
    axes.plot(xs, f(xs), color=MUTED, linestyle="-", linewidth=3)
    for h, colour, dashes in STEPS:
        x0, x1 = start(h), POINT + h
        slope = (f(x1) - f(x0)) / (x1 - x0)
        label = text["slope"].format(h=h, slope=slope)
        line = f(x0) + slope * (ends - x0)
        axes.plot(ends, line, color=colour, linestyle=dashes, label=label)
        axes.plot([x0, x1], [f(x0), f(x1)], "o", color=colour)
    tangent = f(POINT) + 12 * (ends - POINT)
    axes.plot(ends, tangent, color=FOREGROUND, linestyle="-", linewidth=1.5, label=text["tangent"])
    axes.plot([POINT], [f(POINT)], "o", color=FOREGROUND)
    axes.set(title=title, ylabel="x³", xlim=(LEFT, RIGHT), ylim=(-16, 32))
    axes.legend(loc="lower right")
