"""The mean temperatures of twelve months in Seoul, with the best line and the best wave."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

import tinygrad_ko.functions as F
from figures._style import ACCENT_1, ACCENT_2, ACCENT_3, FOREGROUND, MUTED, new_figure
from tinygrad_ko import Variable

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.figure import Figure

TEXT = {
    "ko": {
        "month": "달",
        "temperature": "평균 기온 (°C)",
        "line": "직선",
        "wave": "물결",
        "warmest": "가장 더운 때",
    },
    "en": {
        "month": "month",
        "temperature": "mean temperature (°C)",
        "line": "line",
        "wave": "wave",
        "warmest": "warmest",
    },
}

MONTHS = (np.arange(12) + 0.5) / 12
SEOUL = np.array([-2.4, 0.4, 5.7, 12.5, 17.8, 22.2, 24.9, 25.7, 21.2, 14.8, 7.2, 0.4])


def line(t, b, w):
    return b + w * t


def wave(t, b, c, s):
    return b + c * np.cos(2 * np.pi * t) + s * np.sin(2 * np.pi * t)


def fit(
    model: Callable[..., Variable], count: int, learning_rate: float = 0.5, steps: int = 300
) -> tuple[list[float], list[float]]:
    """Return the parameters of the model and the loss before each step, found as on the page."""
    parameters = [Variable(0.0) for _ in range(count)]
    losses = []
    for _ in range(steps):
        loss = F.mean_squared_error(model(MONTHS, *parameters), SEOUL)
        losses.append(loss.item())
        for parameter in parameters:
            parameter.cleargrad()
        loss.backward()
        for parameter in parameters:
            parameter.data = parameter.data - learning_rate * parameter.grad.data
    return [parameter.item() for parameter in parameters], losses


def draw(text: dict[str, str]) -> Figure:
    """Return the points with both models."""
    figure = new_figure(height=330)
    axes = figure.subplots()
    t = np.linspace(0, 1, 200)
    straight, _ = fit(line, 2)
    curved, _ = fit(wave, 3)
    _, c, s = curved
    top = np.arctan2(s, c) / (2 * np.pi) % 1
    axes.axvline(12 * top + 0.5, color=MUTED, linestyle=":", linewidth=1.2)
    axes.text(12 * top + 0.4, -5.2, text["warmest"], ha="right", va="center", color=MUTED)
    axes.plot(12 * t + 0.5, line(t, *straight), color=ACCENT_2, linestyle="--")
    axes.plot(12 * t + 0.5, wave(t, *curved), color=ACCENT_3, linestyle="-")
    axes.plot(12 * MONTHS + 0.5, SEOUL, "o", color=ACCENT_1)
    axes.text(1.0, 11.2, text["line"], color=ACCENT_2, ha="left")
    axes.text(10.3, 18.5, text["wave"], color=ACCENT_3, ha="left")
    axes.axhline(0, color=FOREGROUND, linestyle="-", linewidth=0.8)
    axes.set(xlabel=text["month"], ylabel=text["temperature"], xticks=range(1, 13), ylim=(-7, 30))
    return figure
