"""What the graph holds after the names of two intermediate results are gone: + against *."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING

import numpy as np

from figures._boxes import FORWARD, arrow, box, canvas, circle, label
from figures._style import MUTED
from tinygrad_ko import Variable

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TEXT = {
    "ko": {"array": "{name}의 배열", "freed": "해제됨", "kept": "남아 있음"},
    "en": {"array": "array of {name}", "freed": "freed", "kept": "kept"},
}

ARRAYS, CALL, RESULT = 90, 300, 420
BOX = (124, 40)


def draw(text: dict[str, str]) -> Figure:
    figure, axes = canvas(272)
    _panel(axes, text, 202, "y = a + b", lambda a, b: a + b)
    _panel(axes, text, 62, "y = a * b", lambda a, b: a * b)
    return figure


def _panel(
    axes: Axes,
    text: dict[str, str],
    middle: float,
    formula: str,
    f: Callable[[Variable, Variable], Variable],
) -> None:
    x = Variable(np.array([1.0, 2.0]))
    a, b = 2.0 * x, 3.0 * x
    arrays = {"a": weakref.ref(a.data), "b": weakref.ref(b.data)}
    y = f(a, b)
    del a, b

    label(axes, (CALL, middle + 40), formula)
    circle(axes, (RESULT, middle), 20)
    label(axes, (RESULT, middle - 1), "y")
    box(axes, (CALL, middle), (70, 44), rounded=14)
    label(axes, (CALL, middle - 1), type(y.creator).__name__)
    arrow(axes, (RESULT - 22, middle), (CALL + 38, middle))
    for (name, array), offset in zip(arrays.items(), (30, -30), strict=True):
        at = middle + offset
        kept = array() is not None
        box(axes, (ARRAYS, at), BOX, colour=FORWARD if kept else MUTED, dashed=not kept)
        words = text["array"].format(name=name)
        label(axes, (ARRAYS, at + 8), words, FORWARD if kept else MUTED)
        state = text["kept" if kept else "freed"]
        label(axes, (ARRAYS, at - 9), state, FORWARD if kept else MUTED)
        if kept:
            arrow(axes, (CALL - 38, middle + offset / 4), (ARRAYS + 65, at), colour=FORWARD)
