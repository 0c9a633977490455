"""The search in a browser: what it finds, shows and marks, and that the keyboard is enough."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Callable
from functools import cache
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect
from served import Site

sys.path.append(str(Path(__file__).resolve().parents[1] / "docs"))

from search_corpus import QUERIES, Query

# Of what should be found, the part that is; and of what is found, the part that should be.
RECALL, PRECISION = 0.95, 0.85
# Where the page that a query is meant for has to be, and for how many of the queries.
FIRST, MOST = 3, 0.95
LANGUAGES = ("ko", "en")
WORDS = {"ko": "참조카운트", "en": "reference count"}
# The words in the article, without formulas and drawings.
TEXT = """page => {
    const article = new DOMParser().parseFromString(page, "text/html").querySelector("article");
    for (const other of article.querySelectorAll("math, svg, .headerlink")) other.remove();
    return article.textContent;
}"""
MARKED = "() => [...CSS.highlights.get('search') ?? []].map(range => range.toString())"


def ask(page: Page, site: Site, language: str, words: str) -> list[str]:
    """Search for words, and return the pages found, the first first."""
    page.goto(f"{site.url}{language}/search.html?q={quote(words)}")
    expect(page.locator(".search-summary")).not_to_be_empty()
    links = page.locator("ul.search > li > a")
    found = links.evaluate_all("links => links.map(link => link.pathname)")
    names = [path.partition(f"/{language}/")[2].removesuffix(".html") for path in found]
    return list(dict.fromkeys(names))


@cache
def texts_of(folder: Path, language: str) -> dict[str, str]:
    """The HTML of the pages that someone wrote, by their names."""
    made = {"search", "genindex", "py-modindex", "404"}
    return {
        name: path.read_text(encoding="utf-8")
        for path in sorted((folder / language).rglob("*.html"))
        if (name := path.relative_to(folder / language).with_suffix("").as_posix()) not in made
        and "_static" not in path.parts
    }


# --- What is found ---


@pytest.mark.parametrize("language", LANGUAGES)
def test_recall_precision_and_order(page: Page, site: Site, language: str) -> None:
    queries = [query for query in QUERIES if query.language == language]
    pages = texts_of(site.folder, language)
    texts = {name: page.evaluate(TEXT, html) for name, html in pages.items()}
    relevant = found = both = 0
    amiss, late = [], []
    for query in queries:
        have = ask(page, site, language, query.words)
        want = {name for name, text in texts.items() if query.is_answered_by(text)}
        relevant, found = relevant + len(want), found + len(have)
        both += len(want.intersection(have))
        if want != set(have):
            amiss.append(
                f"{query.words}: missed {want.difference(have)}, not meant {set(have) - want}"
            )
        if query.page not in have[:FIRST]:
            late.append(f"{query.words}: {query.page} is not among {have[:FIRST]}")
    said = "\n".join(amiss)
    assert both / relevant >= RECALL, said
    assert both / found >= PRECISION, said
    assert len(late) <= (1 - MOST) * len(queries), "\n".join(late)


def test_no_query_is_over_without_a_word_of_it(page: Page, site: Site) -> None:
    assert ask(page, site, "ko", "뷁뷁") == []
    expect(page.locator(".search-summary")).to_contain_text("찾는 말이 나오는 페이지가 없습니다")
    assert ask(page, site, "en", "qwertyuiop") == []
    assert ask(page, site, "en", "3.14") == []


def test_letters_of_hangul_may_come_one_by_one(page: Page, site: Site) -> None:
    whole = ask(page, site, "ko", "참조카운트")
    assert whole
    assert ask(page, site, "ko", unicodedata.normalize("NFD", "참조카운트")) == whole


def test_what_a_reader_writes_is_text(page: Page, site: Site) -> None:
    """Nothing in a query becomes a part of the page or of an expression."""
    ask(page, site, "en", "<img src=x onerror=alert(1)> (gradient[")
    assert page.locator("#search-results img").count() == 0
    expect(page.locator("input[name=q]")).to_have_value("<img src=x onerror=alert(1)> (gradient[")


@pytest.mark.parametrize(
    ("language", "words", "first"),
    [
        # The page of that name, the definition of the term, the very method: each comes first.
        ("ko", "참조카운트", "glossary.html#glossary-reference-count"),
        ("ko", "기울기를", "glossary.html#glossary-gradient"),
        ("en", "topological sort", "concepts/topological-sort.html"),
        ("en", "reference counts", "glossary.html#glossary-reference-count"),
        ("ko", "Variable.backward", "reference/core.html#tinygrad_ko.Variable.backward"),
        ("en", "Variable.backward", "reference/core.html#tinygrad_ko.Variable.backward"),
        ("en", "einsum", "reference/network-functions.html#tinygrad_ko.functions.einsum"),
    ],
)
def test_the_first_result(page: Page, site: Site, language: str, words: str, first: str) -> None:
    ask(page, site, language, words)
    address = page.locator("ul.search > li > a").first.evaluate("link => link.href")
    found = re.sub(r"\?highlight=[^#]*", "", address.partition(f"/{language}/")[2])
    assert found.casefold() == first.casefold()


# --- What is shown ---


@pytest.mark.parametrize(
    ("language", "words", "pattern"),
    [
        ("ko", "참조카운트를", r"참조\s*카운트"),
        ("ko", "위상 정렬", r"위상\s*정렬|위상|정렬"),
        ("ko", "numpy 배열", r"numpy|배열"),
        ("en", "gradients", r"gradient"),
        ("en", "chain rule", r"chain|rule"),
    ],
)
def test_each_result_shows_a_sentence_with_the_words(
    page: Page, site: Site, language: str, words: str, pattern: str
) -> None:
    ask(page, site, language, words)
    results = page.locator("ul.search > li")
    sentences = page.locator("ul.search > li > p.context")
    expect(sentences).to_have_count(results.count())
    shown = results.all_inner_texts()
    assert len(shown) > 2
    assert [text for text in shown if not re.search(pattern, text, re.IGNORECASE)] == []
    # Not a cut through a page: nothing but a sentence, or the rest of a long one.
    for sentence in sentences.all_inner_texts():
        assert len(sentence) < 600
    assert page.evaluate(MARKED)


@pytest.mark.parametrize("width", [1280, 320])
def test_sentences_move_nothing_when_they_come(
    new_page: Callable[..., Page], site: Site, width: int
) -> None:
    page = new_page(viewport={"width": width, "height": 800})
    page.add_init_script(
        "window.shift = 0; new PerformanceObserver(list => { for (const entry of list.getEntries())"
        " window.shift += entry.value; }).observe({ type: 'layout-shift', buffered: true });"
    )
    ask(page, site, "ko", "기울기")
    results = page.locator("ul.search > li")
    expect(page.locator("ul.search > li > p.context")).to_have_count(results.count())
    assert page.evaluate("shift") < 0.02
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_index_waits_for_a_query(page: Page, site: Site) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{site.url}ko/search.html")
    page.wait_for_load_state("networkidle")
    assert not any("searchindex" in url for url in asked)
    page.goto(f"{site.url}ko/search.html?q=a")
    page.wait_for_load_state("networkidle")
    assert any("searchindex" in url for url in asked)


# --- What is marked on the page that is opened ---


@pytest.mark.parametrize(
    ("language", "page_name", "words", "marked"),
    [
        # Whole words with the spaces of the page; no pairs of syllables.
        ("ko", "concepts/cpython-memory", "참조카운트를", r"참조\s?카운트"),
        ("ko", "concepts/three-ways", "자동미분이란", r"자동\s?미분"),
        ("en", "concepts/cpython-memory", "memories", r"memor(y|ies|yerror)"),
        ("en", "concepts/chain-rule", "rules", r"rules?"),
    ],
)
def test_whole_words_are_marked(
    page: Page, site: Site, language: str, page_name: str, words: str, marked: str
) -> None:
    ask(page, site, language, words)
    page.locator(f"ul.search a[href*='{page_name}.html?']").last.click()
    page.wait_for_url(re.compile(rf"/{page_name}\.html(#.*)?$"))
    found = page.evaluate(MARKED)
    assert len(found) > 2
    assert [text for text in found if not re.fullmatch(marked, text, re.IGNORECASE)] == []
    # The page itself has not changed.
    assert page.locator(".highlighted, mark").count() == 0
    page.keyboard.press("Escape")
    assert page.evaluate(MARKED) == []


def test_a_browser_without_marks_has_the_words_wrapped(page: Page, site: Site) -> None:
    page.add_init_script("delete CSS.__proto__.highlights; delete CSS.highlights;")
    page.goto(f"{site.url}en/concepts/cpython-memory.html?highlight=memory")
    expect(page.locator("article .highlighted").first).to_have_text(re.compile("memory", re.I))


# --- The keyboard ---


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [1280, 390])
def test_from_any_page_to_a_result_by_keyboard(
    new_page: Callable[..., Page], site: Site, language: str, width: int
) -> None:
    page = new_page(viewport={"width": width, "height": 800})
    page.goto(f"{site.url}{language}/start/install.html")
    page.keyboard.press("Control+k")
    box = page.locator("input[name=q]")
    expect(box).to_be_focused()
    # On narrow screens the drawer has opened.
    expect(box).to_be_in_viewport()
    page.keyboard.insert_text(WORDS[language])
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=*")
    expect(page.locator(".search-summary")).not_to_be_empty()
    expect(page.locator(".search-summary")).to_have_attribute("role", "status")
    expect(box).to_have_value(WORDS[language])

    page.keyboard.press("Control+k")
    expect(box).to_be_focused()
    first = page.locator("ul.search > li > a").first
    for _ in range(3):
        page.keyboard.press("Tab")
        if first.evaluate("link => link === document.activeElement"):
            break
    expect(first).to_be_focused()
    assert first.evaluate("link => getComputedStyle(link).outlineStyle") != "none"
    page.keyboard.press("Enter")
    page.wait_for_url("**/glossary.html#*")
    assert page.evaluate(MARKED)


@pytest.mark.parametrize(
    ("keys", "focused"),
    [
        ({"key": "k", "code": "KeyK", "ctrlKey": True}, True),
        ({"key": "K", "code": "KeyK", "metaKey": True}, True),
        # A Korean keyboard, and one where k is in another place.
        ({"key": "ㅏ", "code": "KeyK", "ctrlKey": True}, True),
        ({"key": "k", "code": "KeyV", "ctrlKey": True}, True),
        ({"key": "t", "code": "KeyK", "ctrlKey": True}, False),
        ({"key": "k", "code": "KeyK", "ctrlKey": True, "shiftKey": True}, False),
        # No single key: it would be in the way of those who speak to their computer.
        ({"key": "k", "code": "KeyK"}, False),
        ({"key": "/", "code": "Slash"}, False),
    ],
)
def test_the_shortcut(page: Page, site: Site, keys: dict[str, object], focused: bool) -> None:
    page.goto(f"{site.url}ko/start/install.html")
    page.wait_for_load_state("load")
    taken = page.evaluate(
        "keys => !document.dispatchEvent("
        "new KeyboardEvent('keydown', { ...keys, bubbles: true, cancelable: true }))",
        keys,
    )
    assert taken is focused
    at_box = page.evaluate("document.activeElement.name === 'q'")
    assert at_box is focused


def test_the_box_says_its_shortcut(page: Page, site: Site) -> None:
    for language, words in (("ko", "검색 (Ctrl+K)"), ("en", "Search (Ctrl+K)")):
        page.goto(f"{site.url}{language}/index.html")
        box = page.get_by_role("searchbox")
        expect(box).to_have_attribute("placeholder", words)
        expect(box).to_have_attribute("aria-keyshortcuts", "Control+K Meta+K")


def test_marks_are_seen_in_forced_colours(new_page: Callable[..., Page], site: Site) -> None:
    page = new_page(forced_colors="active")
    page.goto(f"{site.url}en/concepts/cpython-memory.html?highlight=memory")
    style = "getComputedStyle(document.querySelector('article'), '::highlight(search)')"
    assert page.evaluate(MARKED)
    colours = page.evaluate(f"[{style}.backgroundColor, {style}.color]")
    assert colours[0] != colours[1]


def test_every_query_of_the_corpus_names_a_page(site: Site) -> None:
    def exists(query: Query) -> bool:
        return (site.folder / query.language / f"{query.page}.html").is_file()

    assert [query for query in QUERIES if not exists(query)] == []
