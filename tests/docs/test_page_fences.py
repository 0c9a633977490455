"""Nothing on a page looks executed that is not: every fenced block has a known language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from page_source import LITERAL_DIRECTIVES, MARKDOWN_DIRECTIVES, fences, walk
from pages import DOCS, REQUIRED, ROOT, fail_with

EXECUTED = {"pycon", "pycon-parity"}  # the second beside PyTorch and JAX, by `nox -s parity`
# Shown, and deliberately not executed: commands, output, configuration, source without prompts.
SHOWN = {"console", "text", "toml", "python"}
PROMPT = re.compile(r"(?:[-*+>%#|]\s+|\d+[.)]\s+)*>>>(?:\s|$)")
RST_DIRECTIVE = re.compile(
    r"\s*\.\. (?:code|code-block|sourcecode|doctest|test\w+|parsed-literal)::"
)
RST_LITERAL = re.compile(r"(?!\s*\.\.\s).*::$")


def check_languages(where: str, text: str) -> list[str]:
    """Every fence of a Markdown page is executed, listed as shown, or a known directive."""
    problems = []
    for placed in walk(text):
        if placed.token.type == "code_block":
            problems.append(f"{where}:{placed.line}: an indented block of code; use a fence")
    for fence in fences(text):
        at, language = f"{where}:{fence.line}", fence.language
        if fence.directive is not None:
            if fence.directive not in MARKDOWN_DIRECTIVES | LITERAL_DIRECTIVES:
                problems.append(
                    f"{at}: the directive {language} is on no list of page_source.py; "
                    "add it there, to the list that says whether its body is Markdown"
                )
        elif not language:
            problems.append(f"{at}: a fence without a language; write one, such as text")
        elif language not in EXECUTED | SHOWN:
            problems.append(
                f"{at}: nothing executes {language!r}; use pycon, or one of {sorted(SHOWN)}"
            )
        if not fence.closed:
            problems.append(f"{at}: this fence is never closed")
    return problems


def check_prompts(where: str, text: str) -> list[str]:
    """A prompt stands in executed blocks only."""
    executed: set[int] = set()
    if where.endswith(".md"):
        for fence in fences(text):
            if fence.language in EXECUTED:
                executed.update(range(fence.line, fence.body_line + fence.body.count("\n")))
    return [
        f"{where}:{line}: >>> outside a pycon block looks executed, and is not"
        for line, content in enumerate(text.split("\n"), 1)
        if PROMPT.match(content.strip()) and line not in executed
    ]


def check_rst(where: str, text: str) -> list[str]:
    """A reStructuredText page holds no code of its own: its examples are in the docstrings."""
    return [
        f"{where}:{line}: a block of code, which nothing executes; put it in a docstring"
        for line, content in enumerate(text.split("\n"), 1)
        if RST_DIRECTIVE.match(content) or RST_LITERAL.match(content)
    ]


SOURCES = sorted(
    path
    for pattern in ("*.md", "*.rst")
    for path in DOCS.rglob(pattern)
    if "_build" not in path.relative_to(DOCS).parts
)


def test_the_pages_are_among_the_sources() -> None:
    found = {path.relative_to(DOCS).as_posix() for path in SOURCES}
    assert {f"{language}/{name}" for language in ("ko", "en") for name in REQUIRED} <= found


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(DOCS).as_posix())
def test_every_block_is_executed_or_deliberately_not(path: Path) -> None:
    where, text = path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")
    checks = [check_prompts, check_languages if path.suffix == ".md" else check_rst]
    fail_with([problem for check in checks for problem in check(where, text)])


GOOD = """\
Text with `>>> x` inside.

```pycon
>>> 1 + 1
2
```

```pycon-parity
>>> import torch
```

- item

  ````{solution} Title
  ```pycon
  >>> 2
  2
  ```
  ````

:::{note}
```console
$ nox -s docs
```
:::
"""


def test_a_good_page_has_no_problem() -> None:
    assert check_languages("a.md", GOOD) == check_prompts("a.md", GOOD) == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("x\n\n```py\n1\n```\n", "a.md:3: nothing executes 'py'"),
        ("```\n1\n```\n", "a.md:1: a fence without a language"),
        ("```pycon-torch\n>>> 1\n```\n", "a.md:1: nothing executes 'pycon-torch'"),
        ("```{doctest}\n1\n```\n", "a.md:1: the directive {doctest}"),
        ("````{note}\n```ipython\n1\n```\n````\n", "a.md:2: nothing executes 'ipython'"),
        (":::{tip}\n:class: x\n\n~~~sh\n1\n~~~\n:::\n", "a.md:4: nothing executes 'sh'"),
        ("- a\n\n  ```rust\n  1\n  ```\n", "a.md:3: nothing executes 'rust'"),
        ("text\n\n    code\n", "a.md:3: an indented block"),
        ("text\n\n```pycon\n>>> 1\n", "a.md:3: this fence is never closed"),
        ("```{note}\n```pycon\n>>> 1\n```\n```\n", "a.md:2: this fence is never closed"),
    ],
)
def test_a_block_that_nothing_executes_is_found(text: str, problem: str) -> None:
    assert [found for found in check_languages("a.md", text) if found.startswith(problem)]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("```python\n>>> 1\n```\n", 2),
        ("```text\n>>> 1\n```\n", 2),
        ("text\n\n    >>> 1\n", 3),
        ("text\n>>> 1\n", 2),
        ("% >>> 1\n", 1),
        ("1. >>> 1\n", 1),
        ("<!--\n>>> 1\n-->\n", 2),
        ("```{math}\n>>> 1\n```\n", 2),
    ],
)
def test_a_prompt_outside_an_executed_block_is_found(text: str, line: int) -> None:
    assert check_prompts("a.md", text) == [
        f"a.md:{line}: >>> outside a pycon block looks executed, and is not"
    ]


@pytest.mark.parametrize(
    "text",
    [".. code-block:: python\n\n   x = 1\n", "For example::\n\n   x = 1\n", ".. doctest::\n"],
)
def test_code_on_a_reference_page_is_found(text: str) -> None:
    assert len(check_rst("a.rst", text)) == 1
    assert check_rst("a.rst", ".. autofunction:: tinygrad_ko.grad\n\n.. currentmodule::\n") == []


def test_a_prompt_on_a_reference_page_is_found() -> None:
    assert len(check_prompts("a.rst", "Title\n=====\n\n>>> 1\n1\n")) == 1
