"""Squared error and cross entropy against the score, when the right answer is 1."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

import tinygrad_ko.functions as F
from figures._style import ACCENT_1, ACCENT_2, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TEXT = {
    "ko": {
        "score": "점수 (정답은 1)",
        "loss": "손실",
        "squared": "제곱 오차",
        "entropy": "교차 엔트로피 오차",
    },
    "en": {
        "score": "score (the right answer is 1)",
        "loss": "loss",
        "squared": "squared error",
        "entropy": "cross entropy",
    },
}


def draw(text: dict[str, str]) -> Figure:
    """Return both curves."""
    x = np.linspace(-10, 6, 200)
    squared = (F.sigmoid(x).data - 1) ** 2
    entropy = F.softplus(-x).data
    figure = new_figure(height=300)
    axes = figure.subplots()
    axes.plot(x, entropy, color=ACCENT_1, linestyle="-")
    axes.plot(x, squared, color=ACCENT_2, linestyle="--")
    axes.text(-6.2, 7.2, text["entropy"], color=ACCENT_1)
    axes.text(-9.8, 1.5, text["squared"], color=ACCENT_2)
    axes.set(xlabel=text["score"], ylabel=text["loss"], xlim=(-10, 6), ylim=(-0.3, 10.3))
    return figure
