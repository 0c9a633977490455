"""Steps on a parabola, for learning rates from too small to too large."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from figures._style import ACCENT_1, ACCENT_2, ACCENT_3, ACCENT_4, MUTED, new_figure
from figures.loss_and_gradient_seoul import fit, wave

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TEXT = {
    "ko": {
        "loss": "손실",
        "small": "0.005: 너무 작음",
        "right": "0.5: 알맞음",
        "almost": "0.98: 거의 한계",
        "large": "1.02: 너무 큼",
    },
    "en": {
        "loss": "loss",
        "small": "0.005: too small",
        "right": "0.5: right",
        "almost": "0.98: near the limit",
        "large": "1.02: too large",
    },
}

RATES = (
    ("small", 0.005, ACCENT_1),
    ("right", 0.5, ACCENT_3),
    ("almost", 0.98, ACCENT_4),
    ("large", 1.02, ACCENT_2),
)
STEPS = 8


def draw(text: dict[str, str]) -> Figure:
    """Return one parabola for each learning rate, with the first steps on it."""
    (lowest, *_), losses = fit(wave, 3)

    def parabola(b: np.ndarray) -> np.ndarray:
        return (b - lowest) ** 2 + losses[-1]

    figure = new_figure(height=420)
    panels = figure.subplots(2, 2, sharex=True, sharey=True)
    b = np.linspace(-5.5, 30, 100)
    for axes, (word, rate, colour) in zip(panels.flat, RATES, strict=True):
        path = np.array([fit(wave, 3, rate, n)[0][0] for n in range(STEPS + 1)])
        axes.plot(b, parabola(b), color=MUTED, linestyle="-", linewidth=1.2)
        axes.plot(path, parabola(path), "o-", color=colour, linewidth=1.2, markersize=5)
        axes.set_title(text[word], color=colour)
    for axes in panels[1]:
        axes.set_xlabel("b")
    for axes in panels[:, 0]:
        axes.set_ylabel(text["loss"])
    return figure
