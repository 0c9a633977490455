"""The arrays that stay alive while a chain of operations runs: recorded, and not recorded."""

from __future__ import annotations

import weakref
from itertools import cycle, islice
from typing import TYPE_CHECKING, Any

import numpy as np

from figures._style import ACCENT_1, ACCENT_2, ACCENT_3, new_figure
from tinygrad_ko import Variable, no_grad

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matplotlib.figure import Figure

TEXT = {
    "ko": {
        "x": "실행한 연산의 수",
        "y": "살아 있는 배열의 수",
        "sines": "sin만",
        "turns": "sin과 덧셈을 번갈아",
        "none": "no_grad() 안에서",
    },
    "en": {
        "x": "operations run",
        "y": "arrays alive",
        "sines": "sines",
        "turns": "sines and sums by turns",
        "none": "inside no_grad()",
    },
}

STEPS = 30


def alive(operations: Sequence[Callable[[Any], Any]]) -> list[int]:
    """Return how many of the results exist after each operation of a repeated chain."""
    y, arrays, counts = Variable(np.ones(3)), [], []
    for operation in islice(cycle(operations), STEPS):
        y = operation(y)
        arrays.append(weakref.ref(y.data))
        counts.append(sum(array() is not None for array in arrays))
    return counts


def draw(text: dict[str, str]) -> Figure:
    figure = new_figure()
    axes = figure.subplots()
    steps = range(1, STEPS + 1)
    turns = (np.sin, lambda y: y + 1.0)
    axes.plot(steps, alive((np.sin,)), "o-", color=ACCENT_1, markersize=4, label=text["sines"])
    axes.plot(steps, alive(turns), "s--", color=ACCENT_2, markersize=4, label=text["turns"])
    with no_grad():
        unrecorded = alive((np.sin,))
    axes.plot(steps, unrecorded, "^-.", color=ACCENT_3, markersize=4, label=text["none"])
    axes.set(xlabel=text["x"], ylabel=text["y"], ylim=(0, STEPS + 2))
    axes.legend(loc="upper left")
    return figure
