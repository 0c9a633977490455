"""A square root by a loop: the gradient stays on its curve while the recorded graph grows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from figures._style import ACCENT_1, ACCENT_2, MUTED, new_figure, powers_of_ten
from tinygrad_ko import Variable
from tinygrad_ko.graph import Graph

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TEXT = {
    "ko": {
        "gradient": "기울기",
        "curve": "1 / (2√a)",
        "found": "반복문에서 구한 기울기",
        "operations": "기록된 연산의 수",
    },
    "en": {
        "gradient": "gradient",
        "curve": "1 / (2√a)",
        "found": "found from the loop",
        "operations": "recorded operations",
    },
}


def root(a: Variable) -> Variable:
    y = a / 2
    while abs(y * y - a) > 1e-6:
        y = (y + a / y) / 2
    return y


def run(number: float) -> tuple[float, int]:
    """Return the gradient found at a number, and the operations that were recorded."""
    a = Variable(number)
    y = root(a)
    y.backward()
    operations = [entry for entry in Graph(y).entries if entry.arguments]
    assert a.grad is not None
    return float(a.grad.data), len(operations)


def draw(text: dict[str, str]) -> Figure:
    numbers = 4 * 10 ** np.linspace(-2.5, 3.5, 25)  # one of them is 4
    found = [run(number)[0] for number in numbers]
    many = 4 * 10 ** np.linspace(-2.5, 3.5, 481)

    figure = new_figure(height=420)
    above, below = figure.subplots(2, sharex=True, height_ratios=(3, 2))
    above.plot(many, 0.5 / np.sqrt(many), color=MUTED, linestyle="--", label=text["curve"])
    above.plot(numbers, found, "o", color=ACCENT_1, label=text["found"])
    above.set_ylabel(text["gradient"])
    powers_of_ten(above, step=1)
    above.legend(loc="upper right")
    below.plot(many, [run(number)[1] for number in many], color=ACCENT_2, linestyle="-")
    below.plot(4, run(4.0)[1], "s", color=ACCENT_2)
    below.set(xlabel="a", ylabel=text["operations"], ylim=(0, None))
    below.set_yticks(range(0, 31, 10))
    return figure
