"""A page that explains a concept has pictures, and exercises with solutions that are tested."""

from __future__ import annotations

import pytest
from page_source import fences
from pages import LANGUAGES, REQUIRED, Page, fail_with, load, names

EXERCISES = range(3, 6)
FIGURES = 2
CONCEPTS = [name for name in names() if name.startswith("concepts/") and name.endswith(".md")]


def check_exercises(page: Page) -> list[str]:
    """Three to five exercises in the section labelled so, each with a solution that runs.

    An exercise is a subheading of that section or an item of its numbered list.
    """
    label = f"{page.name.rpartition('/')[2].removesuffix('.md')}-exercises"
    section = next((heading for heading in page.headings if heading.label == label), None)
    if section is None:
        return [page.at(1, f"no section labelled ({label})=")]
    after = [h for h in page.headings if h.line > section.line and h.level <= section.level]
    end = after[0].line if after else page.text.count("\n") + 2
    inside = [placed for placed in page.placed if section.line < placed.line < end]
    items = sum(
        placed.token.type == "list_item_open" and placed.token.level == 1 and placed.token.info > ""
        for placed in inside
    )
    subheadings = sum(section.line < h.line < end for h in page.headings)
    exercises = subheadings or items
    solutions = [p.fence for p in inside if p.fence is not None and p.fence.directive == "solution"]
    problems = []
    if exercises not in EXERCISES:
        problems.append(page.at(section.line, f"{exercises} exercises; three to five are wanted"))
    if len(solutions) != exercises:
        problems.append(
            page.at(section.line, f"{len(solutions)} solutions for {exercises} exercises")
        )
    for solution in solutions:
        if not any(fence.language == "pycon" for fence in fences(solution.body)):
            problems.append(page.at(solution.line, "nothing in this solution is executed"))
    return problems


def check_figures(page: Page) -> list[str]:
    """Two pictures or more, each with a text in its place and a caption."""
    figures = [fence for fence in page.fences if fence.directive in ("plot", "graph")]
    problems = []
    if len(figures) < FIGURES:
        problems.append(page.at(1, f"{len(figures)} figures; {FIGURES} or more are wanted"))
    for figure in figures:
        if not figure.options.get("alt"):
            problems.append(page.at(figure.line, "a figure without :alt:, its text for listeners"))
        caption = figure.options.get("caption") if figure.directive == "graph" else figure.body
        if not (caption or "").strip():
            problems.append(page.at(figure.line, "a figure without a caption"))
    return problems


def test_there_are_concepts() -> None:
    assert {name for name in REQUIRED if name.startswith("concepts/")} <= set(CONCEPTS)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", CONCEPTS)
def test_a_concept_has_exercises_and_figures(name: str, language: str) -> None:
    page = load(name, language)
    fail_with(check_exercises(page) + check_figures(page))


EXERCISE = """\
1. Question

   ````{solution}
   ```pycon
   >>> 1
   1
   ```
   ````

"""
FIGURE = "```{plot} name\n:alt: A line.\n\nA caption.\n```\n\n"
GOOD = (
    f"(p)=\n# P\n\n{FIGURE}{FIGURE}(p-exercises)=\n## E\n\n{EXERCISE * 3}(p-next)=\n## N\n\n1. no\n"
)
GRAPH = "```{graph} y\n:alt: A graph.\n:caption: A caption.\ny = 1\n```\n\n"
AS_HEADINGS = EXERCISE.replace("1. Question", "(p-exercise-one)=\n### Question").replace("   ", "")


def concept(text: str) -> Page:
    return Page("concepts/p.md", "ko", text)


@pytest.mark.parametrize(
    "text", [GOOD, GOOD.replace(EXERCISE, AS_HEADINGS), GOOD.replace(FIGURE, GRAPH)]
)
def test_a_good_page_has_no_problem(text: str) -> None:
    assert check_exercises(concept(text)) == check_figures(concept(text)) == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (GOOD.replace("p-exercises", "p-questions"), "1: no section labelled (p-exercises)="),
        (GOOD.replace(EXERCISE, "", 1), "17: 2 exercises; three to five are wanted"),
        (GOOD.replace(EXERCISE, EXERCISE * 2), "17: 6 exercises; three to five are wanted"),
        (GOOD.replace("{solution}", "{note}", 1), "17: 2 solutions for 3 exercises"),
        (GOOD.replace("pycon", "text", 1), "21: nothing in this solution is executed"),
    ],
)
def test_missing_exercises_and_solutions_are_found(text: str, problem: str) -> None:
    assert check_exercises(concept(text)) == [f"docs/ko/concepts/p.md:{problem}"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (GOOD.replace(FIGURE, "", 1), "1: 1 figures; 2 or more are wanted"),
        (GOOD.replace(":alt: A line.\n", "", 1), "4: a figure without :alt:"),
        (GOOD.replace("A caption.\n", "", 1), "4: a figure without a caption"),
        (GOOD.replace(FIGURE, GRAPH).replace(":alt:", ":name:", 1), "4: a figure without :alt:"),
        (GOOD.replace(FIGURE, GRAPH).replace(":cap", ":no-cap", 1), "4: a figure without a cap"),
    ],
)
def test_missing_figures_and_texts_are_found(text: str, problem: str) -> None:
    found = check_figures(concept(text))
    assert len(found) == 1
    assert found[0].startswith(f"docs/ko/concepts/p.md:{problem}")
