"""Each thing that a reader can do on a page is done by keyboard alone, once in each language.

The keyboard gets everywhere by the Tab key: nothing is focused by the test itself. The search is in
test_search.py, the menus of narrow screens in test_reading.py, running examples in test_running.py.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

LANGUAGES = ("ko", "en")
TWIN = {"ko": "en", "en": "ko"}
SORT = "concepts/topological-sort.html"
# What a reader is told, in the words of the page.
STEPS = {"ko": "다음", "en": "Next"}
THEME = {"ko": "밝은 화면, 어두운 화면, 자동", "en": "Light / Dark / Auto"}
BELOW = {"ko": "하위 페이지: API 레퍼런스", "en": "Pages below: API reference"}


def tab_to(page: Page, goal: Locator, most: int = 150) -> None:
    """Press Tab until the goal has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if goal.evaluate("node => node === document.activeElement"):
            return
    raise AssertionError(f"{most} presses of Tab do not lead to {goal}")


def pass_by_the_menu(page: Page) -> None:
    """Go straight to the article, by the link that is the first stop."""
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_language_is_switched(page, site, language):
    page.goto(f"{site.url}{language}/faq.html")
    tab_to(page, page.locator(".language-switch:visible"))
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{TWIN[language]}/faq.html")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [1280, 390])
def test_the_colours_are_switched(new_page, site, noise, language, width):
    page = new_page(viewport={"width": width, "height": 900}, color_scheme="light")
    page.goto(f"{site.url}{language}/faq.html")
    button = page.get_by_role("button", name=THEME[language])
    expect(button).to_have_count(1)
    tab_to(page, button)
    seen = set()
    for key in ("Enter", "Space", "Enter"):
        page.keyboard.press(key)
        seen.add(page.evaluate("document.body.dataset.theme"))
    assert seen == {"auto", "light", "dark"}
    expect(button).to_be_focused()
    noise.console[:] = [line for line in noise.console if not line.endswith(" mode.")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_part_of_the_menu_is_unfolded_and_folded(page, site, language):
    page.goto(f"{site.url}{language}/index.html")
    switch = page.get_by_role("switch", name=BELOW[language], exact=True)
    inner = page.locator(".sidebar-tree a[href='reference/core.html']")
    expect(inner).to_be_hidden()
    tab_to(page, switch)
    outline = "node => getComputedStyle(node.nextElementSibling).outlineStyle"
    assert switch.evaluate(outline) == "solid"
    page.keyboard.press("Space")
    expect(inner).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Space")
    expect(inner).to_be_hidden()
    page.keyboard.press("Space")
    tab_to(page, inner, most=5)
    page.keyboard.press("Enter")
    page.wait_for_url("**/reference/core.html")


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_answer_is_unfolded_and_folded(page, site, language):
    page.goto(f"{site.url}{language}/{SORT}")
    pass_by_the_menu(page)
    folded = page.locator("details.solution").first
    answer = folded.locator("> :nth-child(2)")
    expect(answer).to_be_hidden()
    tab_to(page, folded.locator("summary"))
    page.keyboard.press("Enter")
    expect(answer).to_be_visible()
    page.keyboard.press("Space")
    expect(answer).to_be_hidden()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_graph_is_stepped_through(page, site, language):
    page.goto(f"{site.url}{language}/{SORT}")
    pass_by_the_menu(page)
    figure = page.locator("figure.graph").first
    said, count = figure.locator(".graph-said"), figure.locator(".graph-count")
    expect(said).to_have_attribute("aria-live", "polite")
    step = figure.get_by_role("button", name=STEPS[language])
    tab_to(page, step)
    expect(count).to_have_text(re.compile(r"^0 / \d+$"))
    last = int(count.inner_text().partition("/")[2])
    sentences = [said.inner_text()]
    for number in range(1, last + 1):
        # The button and the key do the same.
        page.keyboard.press("Enter" if number % 2 else "ArrowRight")
        expect(count).to_have_text(f"{number} / {last}")
        sentences.append(said.inner_text())
    assert len(set(sentences)) == last + 1
    # At the end the button does nothing, and the focus is still there.
    page.keyboard.press("Enter")
    expect(count).to_have_text(f"{last} / {last}")
    expect(step).to_be_focused()
    for number in range(last - 1, -1, -1):
        page.keyboard.press("ArrowLeft")
        assert said.inner_text() == sentences[number]
    page.keyboard.press("End")
    expect(count).to_have_text(f"{last} / {last}")
    page.keyboard.press("Home")
    expect(count).to_have_text(f"0 / {last}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_line_that_is_too_long_is_scrolled(new_page, site, language):
    page = new_page(viewport={"width": 390, "height": 900}, reduced_motion="reduce")
    page.goto(f"{site.url}{language}/{SORT}")
    pass_by_the_menu(page)
    box = page.locator("article pre[tabindex]").first
    tab_to(page, box)
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => document.activeElement.scrollLeft > 0")
