"""The pages of the site as data: what the checks of their content look at."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from page_source import Fence, Placed, walk

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
LANGUAGES = ("ko", "en")

# Pages that have to be there, so that no check passes because there was nothing to check.
REQUIRED = (
    "index.md",
    "start/install.md",
    "start/first-gradient.md",
    "concepts/variable-and-function.md",
    "concepts/numerical-differentiation.md",
    "glossary.md",
    "contributing.md",
    "reference/index.rst",
)

# Stands in prose for a piece of code or a formula.
CODE = "\ufffc"


@dataclass(frozen=True)
class Heading:
    """A heading, and the label on the line before it, if there is one."""

    level: int
    text: str
    line: int
    label: str | None


@dataclass(frozen=True)
class Page:
    """A page: its name (the same in both languages), its language and its source."""

    name: str
    language: str
    text: str

    @property
    def is_markdown(self) -> bool:
        return self.name.endswith(".md")

    def at(self, line: int, message: str) -> str:
        """A problem, in the form that editors and terminals turn into a link."""
        return f"docs/{self.language}/{self.name}:{line}: {message}"

    @cached_property
    def placed(self) -> list[Placed]:
        return list(walk(self.text)) if self.is_markdown else []

    @cached_property
    def fences(self) -> list[Fence]:
        return [placed.fence for placed in self.placed if placed.fence is not None]

    @cached_property
    def headings(self) -> list[Heading]:
        return list(_headings(self.placed) if self.is_markdown else _rst_headings(self.text))

    @cached_property
    def labels(self) -> list[tuple[str, int]]:
        """Every label that a link may point to, with its line."""
        if not self.is_markdown:
            lines = enumerate(self.text.split("\n"), 1)
            return [(m[1], n) for n, text in lines if (m := RST_LABEL.fullmatch(text))]
        found = [
            (placed.token.content, placed.line)
            for placed in self.placed
            if placed.token.type == "myst_target"
        ]
        found += [(f.options["name"], f.line) for f in self.fences if "name" in f.options]
        return found

    @cached_property
    def links(self) -> list[tuple[str, int]]:
        """The targets of the links, with the lines where their paragraphs begin."""
        return [
            (str(child.attrs["href"]), placed.line)
            for placed in self.placed
            for child in placed.token.children or ()
            if child.type == "link_open"
        ]

    @cached_property
    def front_matter(self) -> dict[str, Any]:
        for placed in self.placed:
            if placed.token.type == "front_matter":
                return yaml.safe_load(placed.token.content) or {}
        return {}

    @cached_property
    def description(self) -> Any:
        """What the page says of itself to a search engine, or None."""
        if self.is_markdown:
            return self.front_matter.get("description")
        match = RST_DESCRIPTION.search(self.text)
        return match and match[1]

    @cached_property
    def prose(self) -> list[tuple[int, str]]:
        """The lines a reader reads, without code and formulas, with the lines of the source."""
        if self.is_markdown:
            return [pair for placed in self.placed for pair in _prose(placed)]
        masked = re.sub(r"``.*?``|:[\w:-]+:`[^`]*`|`[^`]*`", CODE, self.text)
        return list(enumerate(masked.split("\n"), 1))


RST_DESCRIPTION = re.compile(r"\.\. meta::\n\s+:description: (.+)")
RST_LABEL = re.compile(r"\.\. _([\w-]+):\s*")


@cache
def load(name: str, language: str) -> Page:
    """Read a page of the site."""
    return Page(name, language, (DOCS / language / name).read_text(encoding="utf-8"))


def names() -> list[str]:
    """Every page in either language, and those that have to be there."""
    found = {
        path.relative_to(DOCS / language).as_posix()
        for language in LANGUAGES
        for path in (DOCS / language).rglob("*")
        if path.suffix in (".md", ".rst")
    }
    return sorted(found | set(REQUIRED))


def fail_with(problems: list[str]) -> None:
    """Fail with every problem on a line of its own, and nothing around them."""
    if problems:
        pytest.fail("\n".join(problems), pytrace=False)


def _headings(placed: list[Placed]) -> Iterator[Heading]:
    for before, opening, content in zip([None, *placed], placed, placed[1:], strict=False):
        if opening.token.type != "heading_open":
            continue
        labelled = (
            before is not None
            and before.token.type == "myst_target"
            and before.line == opening.line - 1
        )
        label = before.token.content if before is not None and labelled else None
        text = "".join(child.content for child in content.token.children or ())
        yield Heading(int(opening.token.tag[1]), text, opening.line, label)


def _rst_headings(text: str) -> Iterator[Heading]:
    lines = text.split("\n")
    levels: list[str] = []
    for number, (title, rule) in enumerate(pairwise(lines)):
        if not title.strip() or title[0].isspace() or not re.fullmatch(r"([=\-~^\"'*+#])\1+", rule):
            continue
        if rule[0] not in levels:
            levels.append(rule[0])
        above = next((line for line in reversed(lines[:number]) if line.strip()), "")
        label = RST_LABEL.fullmatch(above)
        yield Heading(levels.index(rule[0]) + 1, title, number + 1, label[1] if label else None)


def _prose(placed: Placed) -> Iterator[tuple[int, str]]:
    token, fence = placed.token, placed.fence
    if token.type == "front_matter":
        description = (yaml.safe_load(token.content) or {}).get("description", "")
        yield placed.line + 1, str(description)
    elif fence is not None and fence.directive in ("solution", "admonition"):
        yield fence.line, fence.argument
    elif fence is not None and "alt" in fence.options:
        yield fence.line, fence.options["alt"]
    elif token.type == "inline":
        text = "".join(_text_of(child) for child in token.children or ())
        yield from enumerate(text.split("\n"), placed.line)


def _text_of(token: Any) -> str:
    if token.type in ("softbreak", "hardbreak"):
        return "\n"
    if token.type in ("code_inline", "math_inline", "math_inline_double", "myst_role"):
        return CODE
    if token.type == "image":
        return "".join(_text_of(child) for child in token.children or ())
    return token.content if token.type == "text" else ""
