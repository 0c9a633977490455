"""Hubble's 24 nebulae, and the line through them after some steps of gradient descent."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from figures._style import ACCENT_1, ACCENT_2, MUTED, new_figure
from tinygrad_ko import Variable

TEXT = {
    "ko": {"distance": "거리 (백만 파섹)", "velocity": "속도 (km/s)", "step": "{}단계"},
    "en": {"distance": "distance (megaparsec)", "velocity": "velocity (km/s)", "step": "step {}"},
}
DEPENDS = ["../data/hubble-1929.csv"]
SHOWN = (1, 2, 5, 10, 40)
SHIFTED = {10: -6, 40: 5}  # up by pixels: the last two lines end close together


def slopes() -> list[float]:
    """Return the slope after each step, found as on the page."""
    d, v = measurements()
    H = Variable(0.0)
    found = []
    for _ in range(max(SHOWN)):
        loss = np.mean((H * d - v) ** 2)
        H.cleargrad()
        loss.backward()
        H.data = H.data - 0.1 * H.grad.data
        found.append(H.item())
    return found


def measurements() -> tuple[np.ndarray, np.ndarray]:
    """Return distances in megaparsec and velocities in km/s, from the table."""
    file = Path(__file__).parent / DEPENDS[0]
    table = np.genfromtxt(file, delimiter=",", skip_header=2, usecols=(1, 2), encoding="utf-8")
    return table[:, 0], table[:, 1]


def draw(text: dict[str, str]) -> Figure:
    """Return the scatter plot with the lines."""
    d, v = measurements()
    found = slopes()
    figure = new_figure(height=330)
    axes = figure.subplots()
    axes.axhline(0, color=MUTED, linewidth=1)
    for step in SHOWN:
        last = step == SHOWN[-1]
        slope = found[step - 1]
        axes.plot(
            [0, 2.05], [0, slope * 2.05],
            color=ACCENT_2 if last else MUTED, linestyle="-", linewidth=2.5 if last else 1,
        )  # fmt: skip
        axes.annotate(
            text["step"].format(step), (2.05, slope * 2.05), xytext=(4, SHIFTED.get(step, 0)),
            textcoords="offset points", va="center", color=ACCENT_2 if last else MUTED,
        )  # fmt: skip
    axes.plot(d, v, "o", color=ACCENT_1)
    axes.set(xlabel=text["distance"], ylabel=text["velocity"], xlim=(-0.05, 2.45))
    return figure
