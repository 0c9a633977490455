"""What the search's extensions put into the index, the page and the scripts."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import korean_search
import pytest
import quickjs
from docutils import nodes
from glossary_index import names
from korean_search import SearchKorean, query_code, stem_of, terms
from scratch_site import Built, build
from search_corpus import QUERIES
from search_order import in_order, weights

# --- Words of Korean ---


@pytest.mark.parametrize(
    ("word", "stem"),
    [
        ("변수", "변수"),
        ("변수의", "변수"),
        ("변수들을", "변수"),
        ("함수로부터", "함수"),
        ("그래프에서는", "그래프"),
        ("자동미분이란", "자동미분"),
        ("미분합니다", "미분"),
        ("초기화된", "초기화"),
        ("대부분은", "대부분"),
        ("기울기", "기울기"),
        ("스칼라", "스칼라"),
        ("값들의", "값"),
        ("곱하기", "곱"),
        # No particle: one syllable would be left, which is no noun here.
        ("정의", "정의"),
        ("차이", "차이"),
        ("합니다", "합니다"),
        # Looks like a particle, and is none.
        ("정확도", "정확도"),
        ("정확도를", "정확도"),
    ],
)
def test_the_longest_ending_goes_and_the_word_stays(word: str, stem: str) -> None:
    assert stem_of(word) == stem


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("변수", {"변수"}),
        # The last pair goes into the particle: it might be none.
        ("변수에서는", {"변수", "수에"}),
        ("참조 카운트", {"참조", "카운", "운트", "조 카"}),
        ("변수의 미분", {"변수", "수의", "미분"}),
        ("있는 값", {"있는", "값"}),
        ("미분값을", {"미분", "분값", "값을", "값"}),
        ("값이 함수", {"값이", "값", "함수"}),
        ("`no_grad`에서", {"no_grad", "no", "grad", "에서"}),
        ("NumPy배열 2.0", {"NumPy", "배열", "2", "0"}),
        ("__init__", {"__init__"}),
    ],
)
def test_the_terms_of_a_text(text: str, expected: set[str]) -> None:
    assert set(terms(text)) == expected


def test_numbers_are_no_words() -> None:
    language = SearchKorean({})
    assert not any(map(language.word_filter, ["314", "1_000"]))
    assert all(map(language.word_filter, ["1e", "x2", "함수"]))


@pytest.fixture(scope="module")
def browser() -> quickjs.Context:
    context = quickjs.Context()
    context.eval(query_code())
    return context


def in_browser(browser: quickjs.Context, call: str, text: str) -> list:
    return json.loads(browser.eval(f"JSON.stringify({call}({json.dumps(text)}))"))


@pytest.mark.parametrize("query", [query.words for query in QUERIES if query.language == "ko"])
def test_the_browser_asks_for_what_the_index_has(browser: quickjs.Context, query: str) -> None:
    """A page whose text is the query itself has every term that the browser asks for."""
    had = {term.lower() for term in terms(query)}
    for word in in_browser(browser, "splitQuery", query.lower()):
        for forms in in_browser(browser, "queryTerms", word):
            assert had & set(forms), f"{query!r}: {forms}"


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("변수의 기울기를", ["변수", "기울기"]),
        ("variable에서 x_grad까지", ["variable", "x_grad"]),
        ("역전파란 무엇인가요?", ["역전파"]),
        ("까지", ["까지"]),
    ],
)
def test_the_words_of_a_query(browser: quickjs.Context, query: str, words: list[str]) -> None:
    assert in_browser(browser, "splitQuery", query) == words


def test_a_place_that_is_missing_in_the_script_stops_the_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "korean_search.js"
    script.write_text('new RegExp("STEM of korean_search.py")')
    monkeypatch.setattr(korean_search, "CODE", script)
    with pytest.raises(ValueError, match=r"korean_search\.js has no place for EMPTY: write .*"):
        query_code()


# --- Terms of the glossary ---


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("기울기(gradient)", ["기울기", "gradient"]),
        (
            "미분계수, 미분값(derivative at a point)",
            ["미분계수", "미분값", "derivative at a point"],
        ),
        ("함수의 세대(generation (of a function))", ["함수의 세대", "generation"]),
        ("chain rule (연쇄 법칙)", ["chain rule", "연쇄 법칙"]),
        ("array_like", ["array_like"]),
    ],
)
def test_the_names_of_a_term(term: str, expected: list[str]) -> None:
    assert names(term) == expected


# --- The order of pages ---


def test_a_page_speaks_most_of_its_title_and_least_of_its_code() -> None:
    document, section = nodes.document(None, None), nodes.section()
    section += nodes.title("", "변수")
    section += nodes.paragraph("", "", nodes.Text("함수, 함수"))
    section += nodes.literal_block("", "numpy numpy")
    section += nodes.math("", "frac")
    document += section
    found = weights(SearchKorean({}), document)
    assert sorted(found, key=lambda word: -found[word]) == ["변수", "함수", "numpy"]


def test_lists_come_in_order_and_keep_their_pages() -> None:
    found = in_order(
        {"변수": [0, 1, 2], "함수": 1, "수 함": [0, 1], "새": [1, 2]},
        [{"변수": 0.1}, {"변수": 0.5, "수 함": 3.0}, {"변수": 0.2}],
    )
    assert found == {"변수": [1, 2, 0], "함수": 1, "수 함": [0, 1], "새": [1, 2]}


# --- A site ---

GLOSSARY = """
# 용어집

(glossary-gradient)=
기울기(gradient)
: 변수마다 편미분한 값입니다.

변수와 $\\frac{a}{b}$.
"""
OTHER = "# 변수\n\n변수를 씁니다. 변수입니다.\n"
TEMPLATES = Path(__file__).resolve().parents[2] / "docs" / "_templates"
EXTENSIONS = ["glossary_index", "korean_search", "search_order", "search_page"]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return make(tmp_path_factory.mktemp("search"))


def make(folder: Path, other: str = OTHER) -> Built:
    # The other templates of the site want its other extensions.
    for name in ("search.html", "sidebar/search.html"):
        (folder / "templates" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(TEMPLATES / name, folder / "templates" / name)
    return build(
        folder,
        GLOSSARY + "\n```{toctree}\nother\n```\n",
        EXTENSIONS,
        language="ko",
        more_pages={"other": other},
        myst_enable_extensions=["deflist", "dollarmath"],
        theme="furo",
        templates_path=[str(folder / "templates")],
    )


def index_of(built: Built) -> dict:
    text = (built.output / "searchindex.js").read_text(encoding="utf-8")
    return json.loads(text.removeprefix("Search.setIndex(").removesuffix(")"))


def test_the_index_of_a_site(site: Built) -> None:
    index = index_of(site)
    assert index["docnames"] == ["index", "other"]
    assert index["terms"]["변수"] == 0
    assert index["titleterms"]["변수"] == 1
    assert "변수마다" not in index["terms"]
    assert "frac" not in index["terms"]
    assert index["alltitles"]["기울기"] == index["alltitles"]["gradient"]
    assert index["alltitles"]["기울기"] == [[0, "glossary-gradient"]]


def test_the_letters_of_the_general_index_are_those_of_a_keyboard(site: Built) -> None:
    # Sphinx's own, U+1100, is the letter inside a syllable: alone it is small and in a corner.
    text = site.html("genindex")
    assert re.findall(r"<h2[^>]*>(.*?)</h2>", text) == ["G", "\N{HANGUL LETTER KIYEOK}"]
    assert "\N{HANGUL CHOSEONG KIYEOK}" not in text


def test_a_build_after_another_changes_what_has_changed(site: Built, tmp_path: Path) -> None:
    before = index_of(make(tmp_path))
    assert before == index_of(site)
    after = index_of(make(tmp_path, OTHER + "\n변수, 함수.\n"))
    assert after["alltitles"] == before["alltitles"]
    assert after["terms"].pop("함수") == 1
    assert after["terms"] == before["terms"]


def test_the_scripts_of_a_site(site: Built) -> None:
    data = (site.output / "_static" / "language_data.js").read_text(encoding="utf-8")
    assert query_code() in data
    assert " of korean_search.py" not in query_code().partition("\nvar ")[2]
    # Only the search page has what only it needs, and asks for the index by itself.
    assert "search_box.js" in site.html()
    assert "search.js" not in site.html()
    page = site.html("search")
    scripts = re.findall(r'<script[^>]*src="([^"?]*)', page)
    assert {"_static/search.js", "_static/searchtools.js", "_static/language_data.js"} <= set(
        scripts
    )
    assert not any("searchindex" in script for script in scripts)


def test_one_box_on_each_page_says_its_shortcut(site: Built) -> None:
    for name in ("index", "search"):
        boxes = re.findall(r'<input[^>]*name="q"[^>]*>', site.html(name))
        assert len(boxes) == 1
        assert 'aria-keyshortcuts="Control+K Meta+K"' in boxes[0]
        assert "Ctrl+K" in boxes[0]
