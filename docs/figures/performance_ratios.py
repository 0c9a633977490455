"""The measured times as ratios to PyTorch's: a line for each piece of work, a mark an engine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from figures._style import (
    ACCENT_1,
    ACCENT_2,
    ACCENT_3,
    ACCENT_4,
    BACKGROUND,
    FOREGROUND,
    GRID,
    MUTED,
    new_figure,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TEXT = {
    "ko": {
        "title": "korean",
        "hand": "손으로 쓴 NumPy",
        "ratio": "걸린 시간, PyTorch = 1",
    },
    "en": {
        "title": "english",
        "hand": "NumPy by hand",
        "ratio": "time taken, PyTorch = 1",
    },
}

RESULTS = "../../benchmarks/results.json"
DEPENDS = (RESULTS,)
MARKS = {
    "tinygrad_ko": ("o", ACCENT_1, 8.5),
    "NumPy by hand": ("|", FOREGROUND, 10.0),
    "DeZero": ("s", ACCENT_2, 6.0),
    "autograd": ("^", ACCENT_3, 7.0),
    "MyGrad": ("D", ACCENT_4, 5.5),
}
ROW = 38  # pixels


def draw(text: dict[str, str]) -> Figure:
    data = json.loads((Path(__file__).parent / RESULTS).read_text(encoding="utf-8"))
    rows = list(data["time"].values())
    figure = new_figure(height=ROW * len(rows) + 130)
    axes = figure.subplots()
    places = range(len(rows))
    axes.hlines(places, 0, 1, transform=axes.get_yaxis_transform(), color=GRID, linewidth=1.0)
    axes.axvline(1.0, color=MUTED, linewidth=1.2)
    # Ours last, so that no other mark hides it.
    for name in reversed(MARKS):
        marker, colour, size = MARKS[name]
        found = [(row["PyTorch = 1"].get(name), place) for place, row in enumerate(rows)]
        ratios, at = zip(*[pair for pair in found if pair[0] is not None], strict=True)
        axes.plot(
            ratios,
            at,
            linestyle="none",
            marker=marker,
            markersize=size,
            markeredgewidth=2.5 if marker == "|" else 1.0,
            color=colour,
            label=text["hand"] if name == "NumPy by hand" else name,
            zorder=3,
        )
    for place, row in enumerate(rows):
        label = row[text["title"]]
        axes.annotate(
            label,
            (0, place),
            xycoords=axes.get_yaxis_transform(),
            xytext=(0, 9),
            textcoords="offset points",
            bbox={"facecolor": BACKGROUND, "edgecolor": "none", "pad": 1.0},
            fontsize=12.5,
        )
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(LogLocator(subs=(1.0, 3.0), numticks=20))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, position: f"{value:g}"))
    axes.set(xlabel=text["ratio"], yticks=[], ylim=(len(rows) - 0.5, -0.9))
    axes.spines["left"].set_visible(False)
    axes.margins(x=0.03)
    handles, labels = axes.get_legend_handles_labels()
    figure.legend(handles[::-1], labels[::-1], loc="outside upper left", ncols=3)
    return figure
