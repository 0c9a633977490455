"""The arrays that Hypothesis tries on a wrong rule, by size: first a failure, then smaller ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from figures._page_code import definitions
from figures._style import ACCENT_2, MUTED, new_figure
from tinygrad_ko import GradientMismatch, check_gradients

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TEXT = {
    "ko": {"x": "몇 번째 시도", "y": "원소의 수", "passes": "통과", "fails": "실패"},
    "en": {"x": "number of the try", "y": "elements", "passes": "passes", "fails": "fails"},
}
DEPENDS = ("../en/concepts/unit-testing.md",)


def draw(text: dict[str, str]) -> Figure:
    page = definitions("concepts/unit-testing.md", "point", "some_array")
    page["finds"](page["for_all"], page["Rows"])
    tried = {True: ([], []), False: ([], [])}
    for i, x in enumerate(page["for_all"].tried, 1):
        try:
            check_gradients(page["Rows"](), x)
            passed = True
        except GradientMismatch:
            passed = False
        tried[passed][0].append(i)
        tried[passed][1].append(x.size)
    figure = new_figure(height=270)
    axes = figure.subplots()
    axes.plot(*tried[True], "o", color=MUTED, fillstyle="none", label=text["passes"], markersize=6)
    axes.plot(*tried[False], "x", color=ACCENT_2, label=text["fails"], markersize=8)
    axes.set(xlabel=text["x"], ylabel=text["y"], ylim=(0, None), yticks=range(0, 17, 4))
    axes.legend(loc="upper right", bbox_to_anchor=(1, 1.16), ncols=2)
    return figure
