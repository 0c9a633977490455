"""Each statement of the notebook that the site grew from leads to the section that shows it."""

from __future__ import annotations

import re

import pytest
from pages import DOCS, LANGUAGES, Page, fail_with, load, names

PAGE, LABEL = "contributing.md", "contributing-notebook"
ROW = re.compile(r"\| (?P<statement>.+) \| \[\]\(#(?P<label>[\w-]+)\) \|")
RULE = re.compile(r"\|(-+\|)+")
# The statements of the notebook, counted by hand: a row that gets lost is not to go unnoticed.
STATEMENTS = 39


def rows(page: Page) -> list[tuple[int, str, str]]:
    """The line, the statement and the label of each row of the table."""
    section = next(heading.line for heading in page.headings if heading.label == LABEL)
    lines = list(enumerate(page.text.split("\n"), 1))[section:]
    start = next(i for i, (_, text) in enumerate(lines) if RULE.fullmatch(text))
    found = []
    for line, text in lines[start + 1 :]:
        if not text.startswith("|"):
            break
        row = ROW.fullmatch(text)
        found.append((line, row["statement"], row["label"]) if row else (line, text, ""))
    return found


def check_rows(page: Page, labels: set[str]) -> list[str]:
    """Each row has a statement of its own and leads to a section that exists."""
    problems, seen = [], set()
    for line, statement, label in rows(page):
        if not label:
            problems.append(page.at(line, "a row is | statement | [](#label of a section) |"))
        elif label not in labels:
            problems.append(page.at(line, f"no {page.language} page has the label {label!r}"))
        if statement in seen:
            problems.append(page.at(line, f"{statement!r} stands in the table already"))
        seen.add(statement)
    return problems


def check_order(ko: Page, en: Page) -> list[str]:
    """Both tables hold the same labels in the same order."""
    sides = [[label for _, _, label in rows(page)] for page in (ko, en)]
    differing = next((i for i, (a, b) in enumerate(zip(*sides, strict=False)) if a != b), None)
    if differing is not None:
        line, _, label = rows(ko)[differing]
        return [ko.at(line, f"{label!r} here, but {sides[1][differing]!r} in English")]
    return [] if len(sides[0]) == len(sides[1]) else [ko.at(1, "not as many rows as in English")]


def labels_of(language: str) -> set[str]:
    there = [name for name in names() if (DOCS / language / name).is_file()]
    return {heading.label or "" for name in there for heading in load(name, language).headings}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_statement_leads_to_a_section(language: str) -> None:
    page = load(PAGE, language)
    fail_with(check_rows(page, labels_of(language)))
    assert len(rows(page)) == STATEMENTS


def test_both_languages_lead_to_the_same_sections() -> None:
    fail_with(check_order(load(PAGE, "ko"), load(PAGE, "en")))


def test_every_concept_has_a_statement() -> None:
    titles = [name.rpartition("/")[2] for name in names() if name.startswith("concepts/")]
    led_to = [label for _, _, label in rows(load(PAGE, "en"))]
    titles = [title.removesuffix(".md") for title in titles]
    missing = [t for t in titles if not any((label + "-").startswith(t + "-") for label in led_to)]
    assert missing == []


TABLE = """\
(contributing-notebook)=
## Notes

Text.

| Said | Shown |
|---|---|
| One | [](#a) |
| Two | [](#b-c) |

| Another | table |
|---|---|
| x | y |
"""


def page(text: str, language: str = "ko") -> Page:
    return Page(PAGE, language, text)


def test_a_good_table_has_no_problem() -> None:
    assert rows(page(TABLE)) == [(8, "One", "a"), (9, "Two", "b-c")]
    assert check_rows(page(TABLE), {"a", "b-c"}) == []
    assert check_order(page(TABLE), page(TABLE, "en")) == []


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("#b-c", "#b-d", "9: no ko page has the label 'b-d'"),
        ("[](#a)", "somewhere", "8: a row is | statement |"),
        ("| Two", "| One", "9: 'One' stands in the table already"),
    ],
)
def test_a_faulty_row_is_found(old: str, new: str, problem: str) -> None:
    found = check_rows(page(TABLE.replace(old, new)), {"a", "b-c"})
    assert len(found) == 1
    assert found[0].startswith(f"docs/ko/contributing.md:{problem}")


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("#b-c", "#b", "9: 'b' here, but 'b-c' in English"),
        ("| Two | [](#b-c) |\n", "", "1: not as many rows as in English"),
    ],
)
def test_tables_that_differ_are_found(old: str, new: str, problem: str) -> None:
    found = check_order(page(TABLE.replace(old, new)), page(TABLE, "en"))
    assert found == [f"docs/ko/contributing.md:{problem}"]
