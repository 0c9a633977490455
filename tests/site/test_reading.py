"""The choice of language and of colours, the menus, and the page without JavaScript."""

from __future__ import annotations

import ast
import re
import unicodedata
from html import unescape

import pytest
from all_pages import DOCS, PAGES
from playwright.sync_api import expect

TWINS = [("ko", "en"), ("en", "ko")]
GROUND = "getComputedStyle(document.body).backgroundColor"


@pytest.mark.parametrize(
    ("locale", "language"),
    [("ko-KR", "ko"), ("ko", "ko"), ("en-GB", "en"), ("fr-FR", "en")],
)
def test_the_root_leads_to_the_language_of_the_browser(new_page, site, locale, language):
    page = new_page(locale=locale)
    page.goto(f"{site.url}?from=here#index-ways-in")
    page.wait_for_url(f"{site.url}{language}/index.html?from=here#index-ways-in")


def test_the_root_leads_to_the_language_that_was_chosen(new_page, site):
    page = new_page(locale="ko-KR")
    page.goto(site.url)
    page.wait_for_url("**/ko/index.html")
    page.get_by_role("link", name="English").click()
    page.wait_for_url("**/en/index.html")
    page.goto(site.url)
    page.wait_for_url("**/en/index.html")


def test_without_javascript_the_root_has_two_links(new_page, site):
    page = new_page(java_script_enabled=False)
    for name, language in (("한국어", "ko"), ("English", "en")):
        page.goto(site.url)
        page.get_by_role("link", name=name).click()
        page.wait_for_url(f"**/{language}/index.html")


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize(("here", "there"), TWINS)
def test_the_switch_of_language_keeps_the_page_and_the_place(new_page, site, here, there, width):
    page = new_page(viewport={"width": width, "height": 900})
    place = "start/first-gradient.html#first-gradient-graph"
    page.goto(f"{site.url}{here}/{place}")
    switch = page.locator(".language-switch:visible")
    expect(switch).to_have_count(1)
    switch.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{there}/{place}")
    expect(page.locator("#first-gradient-graph")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.lang") == there


def luminance(page) -> float:
    red, green, blue = map(int, re.findall(r"\d+", page.evaluate(GROUND))[:3])
    return (red + green + blue) / 3


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_colours_follow_the_system_and_then_the_choice(new_page, site, noise, language):
    page = new_page(color_scheme="dark", viewport={"width": 1280, "height": 900})
    page.goto(f"{site.url}{language}/index.html")
    assert luminance(page) < 60
    page.emulate_media(color_scheme="light")
    assert luminance(page) > 240
    toggle = page.locator(".theme-toggle:visible")
    seen = []
    for _ in range(3):
        toggle.focus()
        page.keyboard.press("Enter")
        seen.append((page.evaluate("document.body.dataset.theme"), luminance(page) > 128))
    assert sorted(seen) == [("auto", True), ("dark", False), ("light", True)]
    while page.evaluate("document.body.dataset.theme") != "dark":
        toggle.click()
    page.goto(f"{site.url}{language}/faq.html")
    assert luminance(page) < 60
    # furo tells the console of each change, and of nothing else.
    noise.console[:] = [line for line in noise.console if not line.endswith(" mode.")]


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize(
    ("box", "menu"), [("#__navigation", ".sidebar-drawer"), ("#__toc", ".toc-drawer")]
)
def test_the_menus_of_a_narrow_screen_work_by_keyboard(new_page, site, language, box, menu):
    page = new_page(viewport={"width": 390, "height": 900}, reduced_motion="reduce")
    page.goto(f"{site.url}{language}/faq.html")
    expect(page.locator(menu)).to_be_hidden()
    for _ in range(15):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('aside')") is None
        if page.evaluate("box => document.activeElement.matches(box)", box):
            break
    expect(page.locator(box)).to_be_focused()
    page.keyboard.press("Space")
    expect(page.locator(menu)).to_be_visible()
    expect(page.locator(f"{menu} a:visible").first).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(page.locator(menu)).to_be_hidden()
    expect(page.locator(box)).to_be_focused()
    page.keyboard.press("Space")
    link = page.locator(f"{menu} a.internal:visible").last
    target = link.evaluate("link => link.href")
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(target)
    expect(page.locator(menu)).to_be_hidden()


def test_the_first_stop_of_the_keyboard_is_the_link_to_the_text(page, site):
    page.goto(f"{site.url}en/faq.html")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('article') !== null")


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("name", ["index", "concepts/topological-sort", "reference/core"])
def test_every_stop_of_the_keyboard_shows_where_it_is(new_page, site, language, name):
    page = new_page(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    page.goto(f"{site.url}{language}/{name}.html")
    seen = set()
    for _ in range(400):
        page.keyboard.press("Tab")
        found = page.evaluate(FOCUSED)
        if found is None or found["number"] in seen:
            break
        seen.add(found["number"])
        assert found["outline"], found["html"]
        assert found["seen"], found["html"]
    assert len(seen) > 40


FOCUSED = """() => {
  const node = document.activeElement;
  if (!node || node === document.body) return null;
  const all = [...document.querySelectorAll("*")];
  const box = node.getBoundingClientRect();
  const { outlineStyle, outlineWidth } = getComputedStyle(node);
  return {
    number: all.indexOf(node),
    html: node.outerHTML.slice(0, 160),
    // A box behind an icon shows itself by the icon.
    outline: node.matches(".sidebar-toggle") || (outlineStyle !== "none" && outlineWidth !== "0px"),
    seen: node.matches(".sidebar-toggle") || (box.width > 2 && box.height > 2
      && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth),
  };
}"""


@pytest.mark.parametrize("width", [1280, 390])
def test_blocks_of_code_are_as_wide_as_the_text(new_page, site, width):
    page = new_page(viewport={"width": width, "height": 900})
    page.goto(f"{site.url}en/concepts/partial-derivatives.html")
    wider = page.evaluate(
        "[...document.querySelectorAll('.highlight')].filter((block) => block.offsetWidth > "
        "block.parentElement.offsetWidth).map((block) => block.textContent)"
    )
    assert page.locator(".highlight pre[tabindex]").count() > 1
    assert wider == []


@pytest.mark.parametrize("language", ["ko", "en"])
def test_without_javascript_the_page_is_complete(new_page, site, language):
    page = new_page(java_script_enabled=False, viewport={"width": 1280, "height": 900})
    page.goto(f"{site.url}{language}/concepts/topological-sort.html")
    for part in ("h1", "article math", "article .highlight pre", "article svg", ".sidebar-tree a"):
        expect(page.locator(part).first).to_be_visible()
    # The solutions fold without it.
    folded = page.locator("details.solution").first
    folded.locator("summary").click()
    expect(folded.locator("> :last-child")).to_be_visible()


@pytest.mark.parametrize("width", [390, 1280])
def test_the_switches_of_colours_have_their_room_before_the_script(new_page, site, width):
    page = new_page(viewport={"width": width, "height": 900})
    page.goto(f"{site.url}en/index.html")
    toggles = page.locator(".theme-toggle-container").all()
    boxes = [toggle.bounding_box() for toggle in toggles]
    page.evaluate("document.documentElement.classList.add('no-js')")  # as while the page loads
    assert [toggle.bounding_box() for toggle in toggles] == boxes


@pytest.mark.parametrize("language", ["ko", "en"])
def test_on_paper_the_page_is_light_and_links_have_their_addresses(new_page, site, language):
    page = new_page(color_scheme="dark")
    page.goto(f"{site.url}{language}/concepts/unit-testing.html")
    assert luminance(page) < 60
    page.emulate_media(media="print")
    assert luminance(page) > 240
    after = "link => getComputedStyle(link, '::after').content"
    link = page.locator("article a[href='https://docs.pytest.org/']").first
    assert "attr(href)" in link.evaluate(after) or "docs.pytest.org" in link.evaluate(after)
    # Names in code and in the reference are found without.
    names = page.locator("article :is(.highlight a, a[title], a.internal)")
    assert names.count() > 10
    assert set(names.evaluate_all(f"links => links.map({after})")) == {"none"}


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("name", ["unit-testing", "topological-sort"])
def test_on_paper_are_the_article_and_nothing_to_press(page, site, language, name):
    page.goto(f"{site.url}{language}/concepts/{name}.html")
    page.emulate_media(media="print")
    for part in (".sidebar-drawer", ".toc-drawer", ".language-switch", ".theme-toggle"):
        for place in page.locator(part).all():
            expect(place).to_be_hidden()
    expect(page.locator("article h1")).to_be_visible()
    # Solutions are printed, folded or not.
    expect(page.locator("details.solution > :last-child").first).to_be_visible()
    assert not page.locator("button:visible").count()


def letters_of_the_math_font() -> set[str]:
    """What docs/_vendor/math-font/subset.py has left in the font."""
    made_by = (DOCS / "_vendor" / "math-font" / "subset.py").read_text(encoding="utf-8")
    values = {
        ast.unparse(node.targets[0]): ast.literal_eval(node.value)
        for node in ast.parse(made_by).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in ("RANGES", "SINGLE")
    }
    ranges = [range(first, last + 1) for first, last in values["RANGES"]]
    return {chr(code) for codes in ranges for code in codes} | set(values["SINGLE"])


def test_the_letters_of_all_formulas_are_in_the_math_font(site):
    font = letters_of_the_math_font() | {"\n", "\u203e"}  # the overline is drawn as the macron
    # A browser draws a letter of its own, such as θ, as its italic, which is another character.
    font |= {unicodedata.normalize("NFKC", letter) for letter in font}
    shown: set[str] = set()
    for address in PAGES:
        page = (site.folder / address).read_text(encoding="utf-8")
        for formula in re.findall(r"<math.*?</math>", page, re.DOTALL):
            source = r"<annotation.*?</annotation>"
            shown |= set(unescape(re.sub(rf"{source}|<[^>]+>", "", formula, flags=re.DOTALL)))
    assert "𝐱" in shown
    # Words in formulas are in the font of the text.
    assert [letter for letter in shown - font if not "가" <= letter <= "힣"] == []
