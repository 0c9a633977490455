"""Each sign in a formula has its drawing in the site's math font, not in some font of the reader.

Where a sign is missing, the next font of the page's stack draws it: on a Korean page that font
has Hangul, and its bars and arrows are as wide as a syllable.
"""

from __future__ import annotations

import re
import runpy
from collections.abc import Iterator
from html import unescape

import pytest
import temml_math
from pages import Page, fail_with, load, names
from temml_math import to_mathml, with_line_breaks

MADE_WITH = runpy.run_path(str(temml_math.FONT.with_name("subset.py")))
IN_THE_FONT = {
    chr(code) for first, last in MADE_WITH["RANGES"] for code in range(first, last + 1)
} | set(MADE_WITH["SINGLE"] + chr(MADE_WITH["OVERLINE"]))
# Browsers draw a lone <mi>β</mi> as the italic letter, which is in the ranges.
ITALIC = {chr(code) for code in range(ord("α"), ord("ω") + 1)}
HANGUL = re.compile("[가-힣]")


def formulas(page: Page) -> Iterator[tuple[int, str]]:
    for placed in page.placed:
        if placed.token.type in ("math_block", "amsmath"):
            yield placed.line, with_line_breaks(placed.token.content)
        for child in placed.token.children or ():
            if child.type == "math_inline":
                yield placed.line, child.content


def missing(tex: str) -> list[str]:
    """The signs of a formula that the math font does not have."""
    shown = unescape(re.sub(r"<[^>]*>", "", to_mathml(tex, display=True)))
    return sorted(
        sign
        for sign in set(shown) - IN_THE_FONT - ITALIC
        if not sign.isspace() and not HANGUL.match(sign)
    )


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("name", names())
def test_the_math_font_has_every_sign_of_the_formulas(name: str, language: str) -> None:
    page = load(name, language)
    fail_with(
        [
            page.at(line, f"the math font has no {sign!r}: see docs/_vendor/README.md")
            for line, tex in formulas(page)
            for sign in missing(tex)
        ]
    )


def test_a_sign_outside_the_font_is_found() -> None:
    assert missing(r"a \bowtie b") == ["⋈"]
    assert missing(r"\bar{y} \sim \beta \text{ 일 때 } \nabla f") == []


def test_formulas_are_found_in_lines_and_displays() -> None:
    page = Page("a.md", "en", "# A\n\nIt is $x^2$.\n\n$$\ny = 1\n$$\n")
    assert [(line, tex.strip()) for line, tex in formulas(page)] == [(3, "x^2"), (5, "y = 1")]
