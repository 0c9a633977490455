"""Visits along every path against visits of every box once, for a row of doublings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.ticker import MultipleLocator

from figures._style import ACCENT_1, ACCENT_2, new_figure, powers_of_ten
from tinygrad_ko import Variable
from tinygrad_ko.graph import Graph

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TEXT = {
    "ko": {
        "x": "두 배로 만든 횟수 n",
        "y": "방문 횟수",
        "paths": "길마다 따로",
        "once": "상자마다 한 번씩",
    },
    "en": {
        "x": "doublings n",
        "y": "visits",
        "paths": "along every path",
        "once": "each box once",
    },
}


def counted(doublings: int) -> tuple[int, int]:
    """Return the visits along every path, and the values in the graph, of x + x and so on."""
    y = Variable(1.0)
    for _ in range(doublings):
        y = y + y
    entries = Graph(y).entries
    paths = [0] * len(entries)
    paths[-1] = 1
    for place in reversed(range(len(entries))):
        for argument in entries[place].arguments:
            paths[argument] += paths[place]
    return sum(paths), len(entries)


def draw(text: dict[str, str]) -> Figure:
    numbers = range(1, 17)
    paths, once = zip(*map(counted, numbers), strict=True)
    figure = new_figure()
    axes = figure.subplots()
    axes.plot(numbers, paths, "o-", color=ACCENT_1, label=text["paths"])
    axes.plot(numbers, once, "s--", color=ACCENT_2, label=text["once"])
    powers_of_ten(axes, which="y", step=1)
    axes.xaxis.set_major_locator(MultipleLocator(2))
    axes.set(xlabel=text["x"], ylabel=text["y"], ylim=(1, 3e5))
    axes.legend(loc="upper left")
    return figure
