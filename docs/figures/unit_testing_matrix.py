"""Five wrong Functions against four tests: which test finds which mistake."""

from __future__ import annotations

from typing import TYPE_CHECKING

from figures._boxes import box, canvas, label
from figures._page_code import definitions
from figures._style import ACCENT_3, MUTED

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TEXT = {
    "ko": {
        "value": "값",
        "by_hand": "손으로 구한\n기울기",
        "checked": "기울기\n확인",
        "for_all": "성질",
        "found": "찾음",
    },
    "en": {
        "value": "value",
        "by_hand": "gradient\nby hand",
        "checked": "gradient\ncheck",
        "for_all": "property",
        "found": "finds",
    },
}
DEPENDS = ("../en/concepts/unit-testing.md",)

TESTS = ("value", "by_hand", "checked", "for_all")
WRONG = ("Without2", "WithoutGy", "Absolute", "Rows", "SumSquare")
LEFT, ACROSS, DOWN = 150, 84, 38


def draw(text: dict[str, str]) -> Figure:
    page = definitions("concepts/unit-testing.md", "point", "some_array")
    height = 52 + DOWN * len(WRONG)
    figure, axes = canvas(height)
    for column, test in enumerate(TESTS):
        label(axes, (LEFT + column * ACROSS, height - 22), text[test], linespacing=1.3)
    for row, name in enumerate(WRONG):
        y = height - 66 - row * DOWN
        label(axes, (10, y), name, ha="left")
        for column, test in enumerate(TESTS):
            found = page["finds"](page[test], page[name]) == "finds"
            at = (LEFT + column * ACROSS, y)
            colour = ACCENT_3 if found else MUTED
            box(axes, at, (72, 28), colour=colour, dashed=not found)
            label(axes, (at[0], at[1] - 1), text["found"] if found else "–", colour)
    return figure
