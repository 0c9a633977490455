"""Sine and hyperbolic tangent with their first derivatives, found by differentiating repeatedly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from figures._style import new_figure
from tinygrad_ko import grad

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TEXT = {
    "ko": {"function": "함수", "order": "{}차"},
    "en": {"function": "function", "order": "order {}"},
}


def differentiated(f):
    return grad(lambda x: np.sum(f(x)))


def draw(text: dict[str, str]) -> Figure:
    """Return both functions, one above the other, each with its derivatives up to order 3."""
    figure = new_figure(height=520)
    x = np.linspace(-4.0, 4.0, 161)
    above, below = figure.subplots(2, 1)
    for axes, f, name in ((above, np.sin, "sin"), (below, np.tanh, "tanh")):
        for order in range(4):
            axes.plot(x, f(x), label=text["order"].format(order) if order else text["function"])
            f = differentiated(f)
        axes.set(xlim=(-4, 4), title=name)
    above.set_ylim(-1.2, 1.2)
    below.set_ylim(-2.2, 1.2)
    figure.legend(*below.get_legend_handles_labels(), loc="outside lower center", ncols=4)
    return figure
