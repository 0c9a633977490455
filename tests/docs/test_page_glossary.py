"""Each word of the glossary leads to the section that explains it, the same in both languages."""

from __future__ import annotations

import re

import pytest
from pages import LANGUAGES, Page, fail_with, load

NAME = "glossary.md"
ENTRY = re.compile(
    r"^\(glossary-(?P<term>[\w-]+)\)=\n"
    r"(?P<words>[^#\n].*)\n"
    r"(?P<text>: .+(?:\n  .+)*)",
    re.MULTILINE,
)
ARROW = re.compile(r"\n  →&nbsp;\[\]\(#([\w-]+)\)\Z")
# Words that a reader meets elsewhere: no page explains them.
FROM_ELSEWHERE = set(
    "convolution embedding epoch hidden-state mini-batch normalization overfitting padding "
    "pooling regularization stride time-series".split()
)


def entries(page: Page) -> dict[str, tuple[int, str | None]]:
    """The line of each word, and the label of the section that it leads to, if there is one."""
    found = {}
    for match in ENTRY.finditer(page.text):
        arrow = ARROW.search(match["text"])
        found[match["term"]] = (page.text.count("\n", 0, match.start()) + 1, arrow and arrow[1])
    return found


def check_entries(page: Page) -> list[str]:
    """Every word leads somewhere, except for those that no page explains."""
    problems = []
    for term, (line, label) in entries(page).items():
        if label is None and term not in FROM_ELSEWHERE:
            wanted = "end it with →&nbsp;[](#label of the section that explains it)"
            problems.append(page.at(line, f"{term!r} leads nowhere; {wanted}"))
        elif label is not None and term in FROM_ELSEWHERE:
            problems.append(page.at(line, f"{term!r} is explained now; strike it off the list"))
    return problems


def check_twins(ko: Page, en: Page) -> list[str]:
    """Both languages have the same words, and these lead to the same sections."""
    here, there = entries(ko), entries(en)
    missing = [en.at(1, f"there is no entry {term!r}") for term in here if term not in there]
    missing += [ko.at(1, f"there is no entry {term!r}") for term in there if term not in here]
    return missing + [
        ko.at(line, f"{term!r} leads to {label}, and in English to {there[term][1]}")
        for term, (line, label) in here.items()
        if term in there and there[term][1] != label
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_word_leads_to_its_explanation(language: str) -> None:
    page = load(NAME, language)
    labels = [label for label, _ in page.labels]
    sections = [heading.label for heading in page.headings]
    assert {f"glossary-{term}" for term in entries(page)} == set(labels) - set(sections)
    assert entries(page).keys() >= FROM_ELSEWHERE
    fail_with(check_entries(page))


def test_both_glossaries_have_the_same_words() -> None:
    fail_with(check_twins(load(NAME, "ko"), load(NAME, "en")))


GOOD = """\
(glossary)=
# Glossary

(glossary-axis)=
axis (축)
: A direction.
  Along it, elements are counted.
  →&nbsp;[](#arrays)

(glossary-stride)=
stride (스트라이드)
: How far a window moves.
"""


def test_a_good_glossary_has_no_problem() -> None:
    page = Page(NAME, "en", GOOD)
    assert entries(page) == {"axis": (4, "arrays"), "stride": (10, None)}
    assert check_entries(page) == check_twins(page, page) == []


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("  →&nbsp;[](#arrays)\n", "", 4),
        ("moves.\n", "moves.\n  →&nbsp;[](#arrays)\n", 10),
        ("elements", "[](#arrays) elements", None),
        ("  →&nbsp;[](#arrays)\n", "  See [](#arrays)\n", 4),
    ],
)
def test_an_entry_out_of_order_is_found(old: str, new: str, line: int | None) -> None:
    found = check_entries(Page(NAME, "en", GOOD.replace(old, new)))
    assert [problem.split(" ")[0] for problem in found] == (
        [] if line is None else [f"docs/en/glossary.md:{line}:"]
    )


def test_glossaries_that_differ_are_found() -> None:
    ko, en = Page(NAME, "ko", GOOD), Page(NAME, "en", GOOD.replace("#arrays", "#shapes"))
    assert check_twins(ko, en) == [
        "docs/ko/glossary.md:4: 'axis' leads to arrays, and in English to shapes"
    ]
    fewer = Page(NAME, "en", GOOD[: GOOD.index("(glossary-stride)")])
    assert check_twins(ko, fewer) == ["docs/en/glossary.md:1: there is no entry 'stride'"]
