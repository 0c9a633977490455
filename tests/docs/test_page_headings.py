"""Headings have labels, labels have one place, links have a target, pages have a description."""

from __future__ import annotations

import pytest
from pages import DOCS, LANGUAGES, Page, fail_with, load, names

# Sentences for a search engine's page: too short says nothing, the end of a long one is cut off.
DESCRIPTION = {"ko": (25, 120), "en": (50, 160)}


def check_labels(page: Page) -> list[str]:
    """The title's label is the page's name (an index's: its folder's); others begin with it."""
    problems = []
    if not page.headings:
        return [page.at(1, "this page has no heading")]
    folder, _, stem = page.name.rpartition(".")[0].rpartition("/")
    wanted = folder if folder and stem == "index" else stem
    for number, heading in enumerate(page.headings):
        if heading.label is None:
            problems.append(
                page.at(heading.line, f"{heading.text!r} has no label; write (name)= before it")
            )
        elif number == 0 and heading.label != wanted:
            problems.append(
                page.at(heading.line, f"the title's label is ({wanted})=, not ({heading.label})=")
            )
        elif number > 0 and not heading.label.startswith(f"{wanted}-"):
            problems.append(
                page.at(heading.line, f"the label ({heading.label})= begins with {wanted}-")
            )
    return problems


def check_levels(page: Page) -> list[str]:
    """One title, and no level left out on the way down."""
    problems = []
    for above, heading in zip([None, *page.headings], page.headings, strict=False):
        if above is None and heading.level != 1:
            problems.append(page.at(heading.line, "the first heading is the title, with one #"))
        elif above is not None and heading.level == 1:
            problems.append(page.at(heading.line, "a second title; sections begin with ##"))
        elif above is not None and heading.level > above.level + 1:
            problems.append(page.at(heading.line, "a level is left out between two headings"))
    return problems


def check_unique(pages: list[Page]) -> list[str]:
    """No label stands twice in one language."""
    seen: dict[str, str] = {}
    problems = []
    for page in pages:
        for label, line in page.labels:
            here = page.at(line, f"the label {label!r} is used")
            if label in seen:
                problems.append(f"{here} already at {seen[label]}")
            seen.setdefault(label, here.split(": ")[0])
    return problems


def check_links(page: Page, labels: set[str]) -> list[str]:
    """A link within the site goes to a label that exists in the page's language."""
    problems = []
    for target, line in page.links:
        label = target.removeprefix("project:")
        if label.startswith("#") and label[1:] not in labels:
            problems.append(page.at(line, f"no page has the label {label[1:]!r}"))
        elif "://" not in target and label.split("#")[0].endswith((".md", ".rst", ".html")):
            problems.append(page.at(line, f"{target!r}: link to a label, [text](#label)"))
    return problems


def check_description(page: Page) -> list[str]:
    """A page describes itself in its head, in a sentence of a useful length."""
    description = page.description
    shortest, longest = DESCRIPTION[page.language]
    if not isinstance(description, str):
        where = "in the front matter" if page.is_markdown else "under .. meta::"
        return [page.at(1, f"no description {where}")]
    if not shortest <= len(description) <= longest:
        wanted = f"{shortest} to {longest} are wanted"
        return [page.at(1, f"the description has {len(description)} characters; {wanted}")]
    return []


def all_pages(language: str) -> list[Page]:
    return [load(name, language) for name in names() if (DOCS / language / name).is_file()]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", names())
def test_headings_and_links_are_in_order(name: str, language: str) -> None:
    page = load(name, language)
    labels = {label for other in all_pages(language) for label, _ in other.labels}
    problems = check_labels(page) + check_levels(page) + check_links(page, labels)
    fail_with(problems + check_description(page))


@pytest.mark.parametrize("language", LANGUAGES)
def test_labels_are_unique(language: str) -> None:
    fail_with(check_unique(all_pages(language)))


GOOD = """\
---
description: A page that shows how the checks of pages look at a page of this kind.
---
(some-page)=
# Title

See [this](#some-page-part) and [that](https://example.org/a.html).

(some-page-part)=
## Part

(some-page-detail)=
### Detail
"""


def broken(old: str, new: str) -> Page:
    assert GOOD.count(old) == 1
    return Page("start/some-page.md", "en", GOOD.replace(old, new))


def test_a_good_page_has_no_problem() -> None:
    page = Page("start/some-page.md", "en", GOOD)
    labels = {label for label, _ in page.labels}
    assert labels == {"some-page", "some-page-part", "some-page-detail"}
    assert check_labels(page) == check_levels(page) == check_links(page, labels) == []
    assert check_description(page) == check_unique([page]) == []


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("(some-page)=\n", "", 4),
        ("(some-page-part)=\n", "", 9),
        ("(some-page-part)=\n", "(some-page-part)=\n\n", 11),
        ("(some-page)=\n", "(other)=\n", 5),
        ("(some-page-part)=\n", "(part)=\n", 10),
        ("(some-page-part)=\n## Part\n", ":::{note}\n## Part\n:::\n", 10),
    ],
)
def test_a_missing_or_odd_label_is_found(old: str, new: str, line: int) -> None:
    problems = check_labels(broken(old, new))
    assert [p.split(" ")[0] for p in problems] == [f"docs/en/start/some-page.md:{line}:"]


def test_a_page_without_a_heading_is_found() -> None:
    assert check_labels(Page("a.md", "ko", "text\n")) == [
        "docs/ko/a.md:1: this page has no heading"
    ]


def test_a_reference_page_without_a_label_is_found() -> None:
    page = Page("reference/index.rst", "ko", ".. _reference:\n\nAPI\n===\n\nPart\n----\n")
    assert check_labels(page) == [
        "docs/ko/reference/index.rst:6: 'Part' has no label; write (name)= before it"
    ]


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [("## Part", "# Part", 10), ("# Title", "## Title", 5), ("## Part", "text", 13)],
)
def test_levels_out_of_order_are_found(old: str, new: str, line: int) -> None:
    text = GOOD.replace(f"\n{old}\n", f"\n{new}\n")
    problems = check_levels(Page("start/some-page.md", "en", text))
    assert problems[0].startswith(f"docs/en/start/some-page.md:{line}: ")


def test_a_label_used_twice_is_found() -> None:
    first, second = Page("a.md", "en", "(x)=\n# A\n"), Page("b.rst", "en", ".. _x:\n\nB\n=\n")
    assert check_unique([first, second]) == [
        "docs/en/b.rst:1: the label 'x' is used already at docs/en/a.md:1"
    ]


@pytest.mark.parametrize("target", ["#nowhere", "project:#nowhere", "other.md", "a.html#b"])
def test_a_link_that_leads_nowhere_is_found(target: str) -> None:
    page = broken("(#some-page-part)", f"({target})")
    labels = {"some-page-part"}
    assert [p.split(" ")[0] for p in check_links(page, labels)] == ["docs/en/start/some-page.md:7:"]


@pytest.mark.parametrize("description", ["", "description: Short.", f"description: {'x' * 161}"])
def test_a_missing_or_odd_description_is_found(description: str) -> None:
    text = GOOD.replace(GOOD.split("\n")[1], description)
    assert len(check_description(Page("a.md", "en", text))) == 1


def test_a_reference_page_has_a_description_too() -> None:
    text = f".. _a:\n\nA\n=\n\n.. meta::\n   :description: {'x' * 60}\n"
    assert check_description(Page("a.rst", "en", text)) == []
    assert len(check_description(Page("a.rst", "en", text.replace("x" * 60, "x")))) == 1
    assert len(check_description(Page("a.rst", "en", text.replace(":description", ":other")))) == 1
