"""Living Variables over the steps of a training loop: a naive pair, and one with a weak reference.

The pair is the one on the memory page, with numbers in the place of lists.
"""

from __future__ import annotations

import gc
import weakref
from typing import TYPE_CHECKING

from figures._style import ACCENT_1, ACCENT_2, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TEXT = {
    "ko": {
        "x": "학습 걸음",
        "y": "살아 있는 변수",
        "naive": "서로 강하게 참조",
        "weak": "출력을 약하게 참조",
    },
    "en": {
        "x": "training steps",
        "y": "living Variables",
        "naive": "each holds the other",
        "weak": "output held weakly",
    },
}

STEPS = 100


class _Variable:
    def __init__(self, data: float, creator: _Function | None = None) -> None:
        self.data, self.creator = data, creator


class _Function:
    def __init__(self, weak: bool) -> None:
        self.weak = weak

    def __call__(self, x: _Variable) -> _Variable:
        y = _Variable(x.data**2, self)
        self.input = x
        self.output = weakref.ref(y) if self.weak else y
        return y


def _living(weak: bool) -> list[int]:
    """Count after each step, and once more after a collection at the end."""
    everything: weakref.WeakSet[_Variable] = weakref.WeakSet()
    counts = []
    collecting = gc.isenabled()
    gc.disable()
    w = _Variable(0.5)
    everything.add(w)
    for _ in range(STEPS):
        h = _Function(weak)(w)
        loss = _Function(weak)(h)
        everything.update((h, loss))
        counts.append(len(everything))
    del w, h, loss
    gc.collect()
    counts.append(len(everything))
    if collecting:
        gc.enable()
    return counts


def draw(text: dict[str, str]) -> Figure:
    figure = new_figure(height=280)
    axes = figure.subplots()
    steps = [*range(1, STEPS + 1), STEPS]
    naive, weak = _living(weak=False), _living(weak=True)
    axes.plot(steps, naive, "-", color=ACCENT_1, label=text["naive"])
    axes.plot(steps, weak, "--", color=ACCENT_2, label=text["weak"])
    axes.annotate(
        "gc.collect()",
        (STEPS, naive[STEPS - 1] / 2),
        xytext=(-8, 0),
        textcoords="offset points",
        ha="right",
        va="center",
        color=ACCENT_1,
    )
    axes.set(xlabel=text["x"], ylabel=text["y"], xlim=(0, STEPS + 3))
    axes.legend(loc="upper left")
    return figure
