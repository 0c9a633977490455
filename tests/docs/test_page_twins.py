"""A Korean page and its English twin have the same headings, the same figures, the same code."""

from __future__ import annotations

import doctest
import io
import re
import tokenize
from collections.abc import Callable
from itertools import zip_longest

import pytest
from page_source import Fence
from pages import DOCS, LANGUAGES, Page, fail_with, load, names

# Languages in which # begins a comment that is translated. The lines of text are not compared.
COMMENTED = ("console", "toml")
FIGURES = ("plot", "graph")


def strip_comments(source: str) -> str:
    """Python without its comments, without empty lines and spaces at the ends of lines."""
    lines = source.split("\n")
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.COMMENT:
                row, column = token.start
                lines[row - 1] = lines[row - 1][:column]
    except (tokenize.TokenError, SyntaxError):
        return source  # an example that shows a syntax error: compared as it is
    return "\n".join(line.rstrip() for line in lines if line.strip())


def code_of(fence: Fence) -> list[tuple[int, str]]:
    """What has to be equal in both languages, with lines: examples with outputs, or source."""
    if fence.language in ("pycon", "pycon-parity"):
        examples = doctest.DocTestParser().get_examples("\n" * (fence.body_line - 1) + fence.body)
        return [
            (example.lineno + 1, f"{strip_comments(example.source)}\n{example.want}")
            for example in examples
        ]
    if fence.language == "python" or fence.directive == "graph":
        return [(fence.line, strip_comments(fence.body))]
    if fence.language in COMMENTED:
        lines = (re.sub(r"(^|\s+)#.*", "", line).rstrip() for line in fence.body.split("\n"))
        return [(fence.line, "\n".join(line for line in lines if line))]
    if fence.directive in ("literalinclude", "image"):
        options = {k: v for k, v in fence.options.items() if k not in ("caption", "alt")}
        return [(fence.line, f"{fence.argument} {sorted(options.items())}")]
    return []


def check_existence(name: str) -> list[str]:
    """A page exists in both languages."""
    return [
        f"docs/{language}/{name}:1: this page has no twin here; write it, or remove the other one"
        for language in LANGUAGES
        if not (DOCS / language / name).is_file()
    ]


def check_headings(ko: Page, en: Page) -> list[str]:
    """The headings have the same levels and the same labels in the same order."""
    for a, b in zip_longest(ko.headings, en.headings):
        if a is None:
            return [ko.at(1, f"no heading here for {b.text!r}, line {b.line} of the English page")]
        if b is None:
            return [en.at(1, f"no heading here for {a.text!r}, line {a.line} of the Korean page")]
        if (a.level, a.label) != (b.level, b.label):
            first, second = f"{'#' * a.level} ({a.label})", f"{'#' * b.level} ({b.label})"
            return [ko.at(a.line, f"{first} here, but {second} on line {b.line} in English")]
    return []


def check_labels(ko: Page, en: Page) -> list[str]:
    """Every label exists on both sides, so that an address with it works in both languages."""
    sides = [dict(page.labels) for page in (ko, en)]
    return [
        here.at(line, f"the label {label!r} is missing on the {there.language} page")
        for here, there, labels, others in ((ko, en, *sides), (en, ko, *reversed(sides)))
        for label, line in labels.items()
        if label not in others
    ]


def check_blocks(ko: Page, en: Page) -> list[str]:
    """The blocks (code, figures, solutions, notes) are of the same kinds in the same order."""
    for a, b in zip_longest(ko.fences, en.fences):
        if a is None:
            return [ko.at(1, f"no block here for {b.language} on line {b.line} in English")]
        if b is None:
            return [en.at(1, f"no block here for {a.language} on line {a.line} in Korean")]
        if a.language != b.language:
            return [
                ko.at(a.line, f"{a.language} here, but {b.language} on line {b.line} in English")
            ]
        if a.directive in FIGURES and a.argument != b.argument:
            here = f"the figure {a.argument!r} here"
            return [ko.at(a.line, f"{here}, but {b.argument!r} on line {b.line} in English")]
    return []


def check_code(ko: Page, en: Page) -> list[str]:
    """The code and its output are the same, character for character, comments aside."""
    sides = [[pair for fence in page.fences for pair in code_of(fence)] for page in (ko, en)]
    for a, b in zip_longest(*sides):
        if a is None:
            return [ko.at(1, f"the code on line {b[0]} of the English page is missing here")]
        if b is None:
            return [en.at(1, f"the code on line {a[0]} of the Korean page is missing here")]
        if a[1] != b[1]:
            different = next(
                (x, y) for x, y in zip_longest(a[1].split("\n"), b[1].split("\n")) if x != y
            )
            message = "the code differs from line {} in English: {!r} here, {!r} there"
            return [ko.at(a[0], message.format(b[0], *different))]
    return []


def check_reference(ko: Page, en: Page) -> list[str]:
    """Two reStructuredText pages document the same objects in the same order."""
    sides = [
        [line.strip() for line in page.text.split("\n") if re.match(r"\s*\.\. [\w:-]+::", line)]
        for page in (ko, en)
    ]
    sides = [[line for line in side if ".. meta::" not in line] for side in sides]
    return [] if sides[0] == sides[1] else [ko.at(1, f"directives differ: {sides[0]}, {sides[1]}")]


CHECKS: list[Callable[[Page, Page], list[str]]] = [
    check_headings,
    check_labels,
    check_blocks,
    check_code,
    check_reference,
]


@pytest.mark.parametrize("name", names())
def test_twins_are_equal_in_all_but_their_prose(name: str) -> None:
    fail_with(check_existence(name))
    twins = load(name, "ko"), load(name, "en")
    fail_with([problem for check in CHECKS for problem in check(*twins)])


def page(text: str, language: str = "ko", name: str = "a.md") -> Page:
    return Page(name, language, text)


GOOD = """\
(a)=
# Title

(a-b)=
## Part

```{plot} a_figure
:alt: text
```

```pycon
>>> x = 1  # a comment
>>> # only a comment
>>> print("#", x)
# 1
```

```toml
# comment
x = 1
```
"""


def test_translated_comments_and_prose_are_no_difference() -> None:
    korean = (
        GOOD.replace("a comment", "주석").replace("# comment", "# 설명").replace("Part", "부분")
    )
    korean = korean.replace(":alt: text", ":alt: 글")
    assert [p for check in CHECKS for p in check(page(korean), page(GOOD, "en"))] == []


@pytest.mark.parametrize(
    ("check", "old", "new", "line"),
    [
        (check_headings, "(a-b)=", "(a-c)=", 5),
        (check_headings, "(a-b)=\n", "", 4),
        (check_headings, "## Part", "### Part", 5),
        (check_headings, "(a-b)=\n## Part\n", "", 1),
        (check_blocks, "```toml", "```text", 18),
        (check_blocks, "```pycon", "```pycon-parity", 11),
        (check_blocks, "a_figure", "b_figure", 7),
        (check_blocks, "```toml\n# comment\nx = 1\n```\n", "", 1),
        (check_code, "x = 1  #", "x = 1.0  #", 12),
        (check_code, "x = 1  #", "x=1  #", 12),
        (check_code, 'print("#", x)\n# 1', 'print("#", x)\n# 2', 14),
        (check_code, '("#", x)', '("# ", x)', 14),
        (check_code, '>>> print("#", x)\n# 1\n', "", 16),
        (check_code, "\nx = 1\n", "\nx = 2\n", 18),
    ],
)
def test_a_difference_is_found(
    check: Callable[[Page, Page], list[str]], old: str, new: str, line: int
) -> None:
    assert GOOD.count(old) == 1
    problems = check(page(GOOD.replace(old, new)), page(GOOD, "en"))
    assert [problem.split(" ")[0] for problem in problems] == [f"docs/ko/a.md:{line}:"]
    assert len(check(page(GOOD), page(GOOD.replace(old, new), "en"))) == 1


def test_a_label_on_one_side_only_is_found() -> None:
    korean = GOOD + "\n(a-term)=\nterm\n: meaning\n"
    assert check_labels(page(korean), page(korean, "en")) == []
    assert check_labels(page(korean), page(GOOD, "en")) == [
        "docs/ko/a.md:23: the label 'a-term' is missing on the en page"
    ]
    assert len(check_labels(page(GOOD), page(korean, "en"))) == 1


def test_a_different_included_source_is_found() -> None:
    text = "```{literalinclude} ../core.py\n:pyobject: Function\n:caption: a\n```\n"
    ko, en = page(text.replace("caption: a", "caption: b")), page(text, "en")
    assert check_code(ko, en) == []
    assert check_code(ko, page(text.replace("Function", "Variable"), "en")) != []


def test_different_parity_examples_are_found() -> None:
    text = GOOD.replace("```pycon", "```pycon-parity")
    assert check_code(page(text.replace("a comment", "주석")), page(text, "en")) == []
    assert check_code(page(text), page(text.replace("x = 1  #", "x = 2  #"), "en")) != []


def test_different_code_of_a_graph_is_found() -> None:
    text = "```{graph} y\n:alt: a\n:caption: A *graph*.\nx = 1  # a\n\ny = x\n```\n"
    ko, en = page(text.replace("A *graph*", "그래프").replace("# a", "# 가")), page(text, "en")
    assert [problem for check in CHECKS for problem in check(ko, en)] == []
    assert check_code(ko, page(text.replace("y = x", "y = 2"), "en")) == [
        "docs/ko/a.md:1: the code differs from line 1 in English: 'y = x' here, 'y = 2' there"
    ]
    assert check_blocks(ko, page(text.replace("} y", "} z"), "en")) == [
        "docs/ko/a.md:1: the figure 'y' here, but 'z' on line 1 in English"
    ]


def test_a_page_without_its_twin_is_found() -> None:
    assert check_existence("no/such-page.md") == [
        f"docs/{language}/no/such-page.md:1: this page has no twin here; "
        "write it, or remove the other one"
        for language in LANGUAGES
    ]


def test_differing_reference_pages_are_found() -> None:
    text = ".. _a:\n\nTitle\n=====\n\n.. autofunction:: f\n"
    ko, en = page(text, name="a.rst"), page(text, "en", "a.rst")
    assert check_reference(ko, en) == check_headings(ko, en) == []
    assert check_reference(ko, page(text.replace(":: f", ":: g"), "en", "a.rst")) != []
    assert check_headings(ko, page(text.replace("_a:", "_b:"), "en", "a.rst")) != []


def test_comments_are_stripped_and_nothing_else() -> None:
    assert strip_comments('x = "# no"  # yes\n\n# whole line\ny = 2\n') == 'x = "# no"\ny = 2'
    assert strip_comments("x = (\n") == "x = (\n"
