"""Read the source of a page as MyST reads it, with the line of everything in it.

The tests of the examples and of the content use it, and anything else that wants the examples
of a page. Directives hold Markdown, which is read too, however deep it is nested.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.mdit import create_md_parser

# What the site switches on in MyST; conf.py must say the same.
MYST_EXTENSIONS = ("attrs_inline", "colon_fence", "deflist", "dollarmath", "substitution")

# Directives whose body is Markdown. A page may use no others than these and those below.
MARKDOWN_DIRECTIVES = frozenset(
    "admonition attention caution container danger deprecated epigraph error figure glossary "
    "hint important list-table note plot rubric seealso sidebar solution tip topic versionadded "
    "versionchanged warning".split()
)
# Directives whose body, if they have one, is not Markdown and holds no examples. A caption among
# their options is Markdown.
LITERAL_DIRECTIVES = frozenset(
    "contents graph image include literalinclude math raw toctree".split()
)

_PARSER = create_md_parser(MdParserConfig(enable_extensions=set(MYST_EXTENSIONS)), RendererHTML)
_DIRECTIVE = re.compile(r"\{(?P<name>[^}\s]+)\}\s*(?P<argument>.*)", re.DOTALL)
_OPTION = re.compile(r"\s*:(?P<name>[\w-]+):(?P<value>.*)")


@dataclass(frozen=True)
class Fence:
    """A fenced block: of code in some language, or a directive.

    Attributes
    ----------
    language : str
        The first word after the fence, such as ``pycon`` or ``{note}``; may be empty.
    argument : str
        What follows it on that line.
    line : int
        The line of the opening fence, counted from 1.
    body, body_line : str, int
        The text inside without a directive's options, and the line where it begins.
    closed : bool
        Whether there is a closing fence, as there should be.
    options, option_lines : dict
        The options of a directive, and the lines where they begin.
    """

    language: str
    argument: str
    line: int
    body: str
    body_line: int
    closed: bool
    options: Mapping[str, str] = field(default_factory=dict)
    option_lines: Mapping[str, int] = field(default_factory=dict)

    @property
    def directive(self) -> str | None:
        """The name of the directive, or None for a block of code."""
        return self.language[1:-1] if self.language.startswith("{") else None


@dataclass(frozen=True)
class Placed:
    """A token of markdown-it with its line in the page, and its fence if it is one."""

    line: int
    token: Token
    fence: Fence | None = None


def walk(text: str, line: int = 1) -> Iterator[Placed]:
    """Yield every block token of a page in order, those inside directives after their fence."""
    environment: dict[str, Any] = {}
    at = line
    for token in _PARSER.parse(text, environment):
        if token.map:  # cells of a table have none of their own, but their row has
            at = line + token.map[0]
        if token.type not in ("fence", "colon_fence"):
            yield Placed(at, token)
            continue
        fence = _fence(token, at)
        yield Placed(at, token, fence)
        if fence.directive in MARKDOWN_DIRECTIVES:
            yield from walk(fence.body, fence.body_line)
        elif fence.directive is not None and "caption" in fence.options:
            yield from walk(fence.options["caption"], fence.option_lines["caption"])


def fences(text: str) -> list[Fence]:
    """Every fenced block of a page, in the order of their opening lines."""
    return [placed.fence for placed in walk(text) if placed.fence is not None]


def _fence(token: Token, line: int) -> Fence:
    info, body = token.info.strip(), token.content
    first, last = token.map or [0, 0]
    lines_inside = body.count("\n") + (not body.endswith("\n") and body != "")
    closed = last - first == lines_inside + 2
    directive = _DIRECTIVE.fullmatch(info)
    if directive is None:
        language, _, argument = info.partition(" ")
        return Fence(language, argument.strip(), line, body, line + 1, closed)
    found, skipped = _options(body.split("\n"))
    options = {name: value for name, (_, value) in found.items()}
    lines = {name: line + 1 + number for name, (number, _) in found.items()}
    rest = "\n".join(body.split("\n")[skipped:])
    name, argument = directive["name"], directive["argument"].strip()
    return Fence(f"{{{name}}}", argument, line, rest, line + 1 + skipped, closed, options, lines)


def _options(lines: list[str]) -> tuple[dict[str, tuple[int, str]], int]:
    """The options at the head of a directive with their places, and how many lines they take."""
    options: dict[str, tuple[int, str]] = {}
    if lines and lines[0].strip() == "---":
        for number, text in enumerate(lines[1:], 1):
            if text.strip() == "---":
                return options, number + 1
            name, _, value = text.partition(":")
            options[name.strip()] = (number, value.strip())
        return {}, 0
    name = ""
    for number, text in enumerate(lines):
        option = _OPTION.fullmatch(text)
        if option is not None:
            name = option["name"]
            options[name] = (number, option["value"].strip())
        elif name and text.lstrip().startswith(":"):  # a line more of the value before
            first, value = options[name]
            options[name] = (first, f"{value} {text.lstrip()[1:].strip()}".strip())
        else:
            return options, number
    return options, len(lines)
