"""Every graph of the site can be stepped through, forward and backward, in whatever way one reads.

What the steps say is compared with the engine in tests/docs; here it is what the page shows.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from all_pages import DOCS, LANGUAGES
from conftest import tab_to
from graph_words import WORDS
from page_source import fences
from playwright.sync_api import Locator, Page, expect

SORT = "concepts/topological-sort.html"


def graphs() -> dict[str, int]:
    """How many graphs each page has, by its address."""
    found = {}
    for language in LANGUAGES:
        for path in sorted((DOCS / language).rglob("*.md")):
            written = fences(path.read_text(encoding="utf-8"))
            if count := sum(fence.directive == "graph" for fence in written):
                found[path.relative_to(DOCS).with_suffix(".html").as_posix()] = count
    return found


GRAPHS = graphs()


class Figure:
    """A graph of a page, as a reader finds it."""

    def __init__(self, place: Locator, language: str = "en") -> None:
        self.place = place
        self.panel = place.get_by_role("group", name=WORDS[language].label, exact=True)
        self.words = dict(WORDS[language].buttons)
        self.said, self.heap = place.locator(".graph-said p").all()
        self.count = place.locator(".graph-count")
        self.steps: list[dict[str, Any]] = json.loads(place.locator("script").text_content() or "")

    def button(self, name: str) -> Locator:
        return self.panel.get_by_role("button", name=self.words[name], exact=True)

    def at(self, number: int) -> None:
        """Wait until it shows this step, and compare all of it with the data of the page."""
        step = self.steps[number]
        expect(self.count).to_have_text(f"{number} / {len(self.steps) - 1}")
        expect(self.said).to_have_text(step["say"])
        expect(self.heap).to_have_text(step.get("heap", ""))
        shown = self.place.evaluate(SHOWN)
        assert shown["now"] == sorted(step.get("at", []))
        waiting = set(step.get("waiting", [])) - set(step.get("at", []))
        assert shown["waiting"] == sorted(waiting)
        gradients: dict[str, str] = {}
        for each in self.steps[: number + 1]:
            gradients |= each.get("gradients", {})
        assert shown["gradients"] == in_order(gradients)
        assert shown["fresh"] == in_order(step.get("gradients", {}))
        later = {new for each in self.steps[number + 1 :] for new in each.get("new", [])}
        assert shown["later"] == (sorted(later) if number else [])


def in_order(gradients: dict[str, str]) -> list[str]:
    """Gradients in the order of their boxes, in which the script draws them."""
    return [gradients[number] for number in sorted(gradients, key=int)]


SHOWN = """(figure) => {
  const boxes = [...figure.querySelectorAll("rect")];
  const numbers = (state) => boxes.filter((box) => box.dataset.is === state)
    .map((box) => Number(box.dataset.box)).sort((a, b) => a - b);
  const labels = [...figure.querySelectorAll(".graph-gradients text")];
  return {
    now: numbers("now"), waiting: numbers("waiting"), later: numbers("later"),
    gradients: labels.map((label) => label.textContent),
    fresh: labels.filter((label) => label.matches(".fresh")).map((label) => label.textContent),
  };
}"""


def figures(page: Page, language: str = "en") -> list[Figure]:
    """The graphs of a page that can be stepped through."""
    page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")
    return [Figure(place, language) for place in page.locator("figure.graph").all()]


def test_the_pages_with_graphs_are_found():
    assert len(GRAPHS) >= 16
    assert f"ko/{SORT}" in GRAPHS


@pytest.mark.parametrize("address", GRAPHS)
def test_each_graph_is_stepped_through_by_its_buttons(page, site, address):
    page.goto(site.url + address)
    found = figures(page, address[:2])
    assert len(found) == GRAPHS[address]
    for figure in found:
        last = len(figure.steps) - 1
        assert last > 3
        figure.at(0)
        for number in range(1, last + 1):
            figure.button("next").click()
            figure.at(number)
        assert figure.place.evaluate(SHOWN)["gradients"]
        for number in range(last - 1, -1, -1):
            figure.button("back").click()
            figure.at(number)
        figure.button("last").click()
        figure.at(last)
        figure.button("first").click()
        figure.at(0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_graph_of_a_page_opened_as_a_file_is_stepped_through(new_page, site, noise, language):
    page = new_page(viewport={"width": 1280, "height": 900})
    page.goto((site.folder / language / SORT).as_uri())
    figure = figures(page, language)[0]
    figure.button("next").click()
    figure.at(1)
    noise.allow_files()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_graph_is_stepped_through_by_keyboard(page, site, language):
    page.goto(f"{site.url}{language}/{SORT}")
    figure = figures(page, language)[0]
    last = len(figure.steps) - 1
    tab_to(page, figure.button("next"))
    page.keyboard.press("Enter")
    figure.at(1)
    page.keyboard.press("Space")
    figure.at(2)
    for key, number in [
        ("ArrowRight", 3),
        ("ArrowLeft", 2),
        ("End", last),
        ("ArrowRight", last),
        ("ArrowLeft", last - 1),
        ("Home", 0),
        ("ArrowLeft", 0),
    ]:
        page.keyboard.press(key)
        figure.at(number)
    # At the ends too, the focus stays where it is.
    expect(figure.button("next")).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    figure.at(last)
    expect(figure.button("next")).to_be_focused()
    expect(figure.button("next")).to_have_attribute("aria-disabled", "true")
    expect(figure.button("back")).to_have_attribute("aria-disabled", "false")
    # The browser keeps its own keys: with Alt, an arrow goes to the page before.
    page.keyboard.press("Shift+ArrowLeft")
    figure.at(last)


def test_whoever_presses_the_drawing_goes_on_with_the_keys(page, site):
    page.goto(f"{site.url}en/{SORT}")
    figure = figures(page)[0]
    figure.place.locator("svg").click()
    page.keyboard.press("ArrowRight")
    figure.at(1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_graph_is_stepped_through_by_touch(new_page, site, language):
    page = new_page(viewport={"width": 390, "height": 844}, has_touch=True)
    page.goto(f"{site.url}{language}/{SORT}")
    figure = figures(page, language)[0]
    for number in range(1, len(figure.steps)):
        figure.button("next").tap()
        figure.at(number)
        # What the step is about is in sight, though the drawing is wider than the screen.
        assert figure.place.evaluate(IN_SIGHT)
    for name in figure.words:
        size = figure.button(name).bounding_box()
        assert min(size["width"], size["height"]) >= 44
    figure.button("first").tap()
    figure.at(0)


IN_SIGHT = """(figure) => {
  const frame = figure.querySelector(".plot-box").getBoundingClientRect();
  const box = [...figure.querySelectorAll('rect[data-is="now"]')].map((each) =>
    each.getBoundingClientRect()).find((each) => each.left >= frame.left - 1 &&
    each.right <= frame.right + 1);
  return box !== undefined;
}"""


def test_a_wide_drawing_still_scrolls_by_keyboard(new_page, site):
    page = new_page(viewport={"width": 390, "height": 844})
    page.goto(f"{site.url}en/{SORT}")
    figure = figures(page)[0]
    scroller = figure.place.locator(".plot-box")
    tab_to(page, scroller)
    page.keyboard.press("ArrowRight")
    page.wait_for_function("box => box.scrollLeft > 0", arg=scroller.element_handle())
    figure.at(0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_screen_readers_hear_each_step(page, site, language):
    page.goto(f"{site.url}{language}/{SORT}")
    figure = figures(page, language)[0]
    live = figure.place.locator("[aria-live=polite]")
    expect(live).to_have_attribute("aria-atomic", "true")
    figure.button("last").click()
    figure.button("back").click()
    step = figure.steps[-2]
    assert step["heap"]
    expect(live).to_have_text(step["say"] + step["heap"])


@pytest.mark.parametrize(("motion", "seconds"), [("reduce", 0.001), ("no-preference", 0.15)])
def test_motion_is_reduced_where_the_reader_asks_for_it(new_page, site, motion, seconds):
    page = new_page(reduced_motion=motion)
    page.goto(f"{site.url}en/{SORT}")
    box = page.locator("figure.graph rect").first
    duration = box.evaluate("box => parseFloat(getComputedStyle(box).transitionDuration)")
    assert duration == pytest.approx(seconds, abs=0.001)


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_javascript_the_whole_graph_is_there(new_page, site, language):
    page = new_page(java_script_enabled=False)
    page.goto(f"{site.url}{language}/{SORT}")
    figure = page.locator("figure.graph").first
    assert figure.locator("rect").count() > 10
    for part in (*figure.locator("rect").all(), *figure.locator("text").all()):
        expect(part).to_be_visible()
        expect(part).to_have_css("opacity", "1")
    expect(figure.locator(".graph-steps")).to_be_hidden()


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_marks_are_seen_in_forced_colours(new_page, site, colours):
    page = new_page(forced_colors="active", color_scheme=colours)
    page.goto(f"{site.url}en/{SORT}")
    figure = figures(page)[0]
    figure.button("last").click()
    while not figure.place.locator('rect[data-is="waiting"]').count():
        figure.button("back").click()
    # By their width and their dashes, whatever the colours are.
    now, waiting = (figure.place.locator(f'rect[data-is="{state}"]').first for state in MARKS)
    expect(now).to_have_css("stroke-width", "3px")
    expect(now).to_have_css("stroke-dasharray", "none")
    expect(waiting).to_have_css("stroke-dasharray", "5px, 3px")
    for button in figure.panel.get_by_role("button").all():
        style = button.evaluate("button => getComputedStyle(button).borderTopWidth")
        assert style == "1px"


MARKS = ("now", "waiting")


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_text_below_stays_where_it_is(new_page, site, language, width):
    page = new_page(viewport={"width": width, "height": 900})
    page.goto(f"{site.url}{language}/{SORT}")
    figure = figures(page, language)[0]
    places = set()
    for _ in range(2):
        for name in ("next", "back"):
            for _ in figure.steps[1:]:
                figure.button(name).click()
                if places or name == "back":  # once through, it has the room that it needs
                    box = figure.place.locator("figcaption").bounding_box()
                    scrolled = page.evaluate("scrollY")
                    places.add(round(box["y"] + scrolled))
    assert len(places) == 1
