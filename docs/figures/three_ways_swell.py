"""How the formula of a derivative grows with nesting, and how the recorded graph does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sympy

from figures._style import ACCENT_1, ACCENT_2, ACCENT_3, new_figure, powers_of_ten
from tinygrad_ko import Variable
from tinygrad_ko.graph import Graph

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TEXT = {
    "ko": {
        "depth": "f를 겹쳐 부른 횟수",
        "operations": "연산의 수",
        "formula": "도함수의 식",
        "named": "이름을 붙인 식",
        "recorded": "기록된 그래프",
    },
    "en": {
        "depth": "calls of f, one inside the other",
        "operations": "operations",
        "formula": "formula of the derivative",
        "named": "with names",
        "recorded": "recorded graph",
    },
}

DEPTHS = range(1, 9)


def nested(x, depth):
    for _ in range(depth):
        x = (x + 1) * x * x
    return x


def draw(text: dict[str, str]) -> Figure:
    """Return the three counts against the depth, on a logarithmic scale."""
    x = sympy.Symbol("x")
    formulas = [sympy.diff(nested(x, depth), x) for depth in DEPTHS]
    graphs = [Graph(nested(Variable(0.3), depth)) for depth in DEPTHS]
    figure = new_figure(height=340)
    axes = figure.subplots()
    written = [formula.count_ops() for formula in formulas]
    named = [_operations_with_names(formula) for formula in formulas]
    recorded = [len(graph.backward_order()) for graph in graphs]
    for counts, marker, style, colour, label, above in (
        (written, "o", "-", ACCENT_2, "formula", 11),
        (named, "s", "--", ACCENT_3, "named", 11),
        (recorded, "D", "-", ACCENT_1, "recorded", 11),
    ):
        axes.plot(DEPTHS, counts, marker=marker, linestyle=style, color=colour)
        axes.annotate(
            f"{text[label]}  {counts[-1]:,}",
            (DEPTHS[-1], counts[-1]),
            xytext=(0, above),
            textcoords="offset points",
            ha="right",
            color=colour,
        )
    powers_of_ten(axes, "y", step=1)
    axes.set(xlabel=text["depth"], ylabel=text["operations"], ylim=(1, 1e5), xlim=(0.8, 8.2))
    axes.set_xticks(list(DEPTHS))
    return figure


def _operations_with_names(formula):
    """Count the operations after each repeated part has got a name, and is computed once."""
    named, parts = sympy.cse(formula)
    return sum(part.count_ops() for _, part in named) + sum(part.count_ops() for part in parts)
