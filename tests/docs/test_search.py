"""The search finds what readers look for, measured on the pages as they are now."""

from __future__ import annotations

from functools import cache

import pytest
from search_corpus import QUERIES, Query
from search_model import LANGUAGES, Search, Text, texts

# Of what should be found, the part that is; and of what is found, the part that should be.
RECALL, PRECISION = 0.95, 0.85


@cache
def search(language: str) -> Search:
    return Search(language, texts(language))


def of(language: str) -> list[Query]:
    return [query for query in QUERIES if query.language == language]


def test_the_corpus_is_large_and_has_each_query_once() -> None:
    assert len({(query.language, query.words) for query in QUERIES}) == len(QUERIES) >= 60
    assert min(len(of(language)) for language in LANGUAGES) >= 20


@pytest.mark.parametrize("language", LANGUAGES)
def test_recall_and_precision(language: str) -> None:
    relevant = found = both = 0
    worst = []
    for query in of(language):
        want = {name for name, page in texts(language).items() if query.is_answered_by(page.whole)}
        have = set(search(language).find(query.words))
        relevant, found, both = relevant + len(want), found + len(have), both + len(want & have)
        if want != have:
            worst.append(f"{query.words}: missed {want - have}, not meant {have - want}")
    said = "\n".join(worst)
    assert both / relevant >= RECALL, said
    assert both / found >= PRECISION, said


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: f"{query.language}: {query.words}")
def test_the_page_that_is_meant_is_found(query: Query) -> None:
    pages = texts(query.language)
    if query.page.startswith("reference/"):
        # Their text is in docstrings, which are no pages here: the browser's test looks.
        assert query.page not in pages
    else:
        assert query.page in search(query.language).find(query.words)


def test_the_measure_sees_a_search_without_particles_and_pairs() -> None:
    """Sphinx's own search of whole words misses much: the limits above mean something."""
    found = relevant = 0
    for query in of("ko"):
        for page in texts("ko").values():
            if query.is_answered_by(page.whole):
                relevant += 1
                found += set(query.words.split()) <= set(page.whole.split())
    assert found / relevant < 0.8


# --- What a word of a query is ---


def pages(*sources: str) -> dict[str, Text]:
    return {f"page{number}": Text(("제목",), (source,)) for number, source in enumerate(sources)}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("변수", ["page0", "page1"]),
        ("변수에서는", ["page0", "page1"]),
        ("참조카운트", ["page1", "page2"]),
        ("참조 카운트를", ["page1", "page2"]),
        ("변수 참조", ["page1"]),
        # Two syllables that only a space brings together are no word.
        ("의미", []),
        ("값이", ["page0"]),
        ("no_grad에서", ["page3"]),
        ("grad", ["page3"]),
        ("variab", ["page3"]),
        ("Variable.backward", ["page3"]),
        ("없는 낱말", []),
        # Nothing of this names anything: the words themselves are looked for.
        ("어떻게", []),
        ("변수란 무엇인가요?", ["page0", "page1"]),
        ("", []),
        ("3.14", []),
        ("?!", []),
    ],
)
def test_a_query_in_korean(query: str, expected: list[str]) -> None:
    found = Search(
        "ko",
        pages(
            "변수의 미분값을 구합니다.",
            "그 변수가 참조 카운트를 늘립니다.",
            "참조카운트입니다.",
            "no_grad와 Variable, 그리고 backward.",
        ),
    ).find(query)
    assert sorted(found) == expected


def test_decomposed_hangul_is_found() -> None:
    """Some systems write a syllable as two or three letters."""
    decomposed = "\u1107\u1167\u11ab\u1109\u116e"
    assert Search("ko", pages("변수입니다.")).find(decomposed) == ["page0"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("gradients", ["page0"]),
        ("the gradient", ["page0"]),
        ("backprop", ["page1"]),
        ("gradient backpropagation", []),
        ("the", []),
    ],
)
def test_a_query_in_english(query: str, expected: list[str]) -> None:
    found = Search("en", pages("One gradient and the rest.", "Then comes backpropagation."))
    assert found.find(query) == expected
