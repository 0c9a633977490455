"""Answers to exercises are folded away until the reader asks for them, without a script.

````{solution}
Text and examples, which run like all others.
````

An argument takes the place of the usual words on the button.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata
    from sphinx.writers.html5 import HTML5Translator

SUMMARY = {"ko": "풀이 보기", "en": "Show the solution"}
CSS = "solution.css"


class solution(nodes.General, nodes.Element):
    """The folded answer; its first child is the summary."""


class solution_summary(nodes.General, nodes.TextElement):
    """The words that open the answer."""


class Solution(SphinxDirective):
    """`{solution}`, with other words for the summary as an argument if need be."""

    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True

    def run(self) -> list[nodes.Node]:
        if not self.content:
            raise self.error("a solution without content: write the answer inside the directive")
        folded = solution(classes=["solution"])
        self.set_source_info(folded)
        if self.arguments:
            words, messages = self.parse_inline(self.arguments[0], lineno=self.lineno)
        else:
            usual = SUMMARY.get(self.config.language, SUMMARY["en"])
            words, messages = [nodes.Text(usual)], []
        folded += solution_summary("", "", *words)
        self.state.nested_parse(self.content, self.content_offset, folded)
        return [folded, *messages]


def visit_solution(self: HTML5Translator, node: solution) -> None:
    self.body.append(self.starttag(node, "details"))


def depart_solution(self: HTML5Translator, node: solution) -> None:
    self.body.append("</details>\n")


def visit_summary(self: HTML5Translator, node: solution_summary) -> None:
    self.body.append(self.starttag(node, "summary", ""))


def depart_summary(self: HTML5Translator, node: solution_summary) -> None:
    self.body.append("</summary>\n")


def add_style(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    if doctree is not None and next(doctree.findall(solution), None) is not None:
        app.add_css_file(CSS)


def setup(app: Sphinx) -> ExtensionMetadata:
    app.add_node(solution, html=(visit_solution, depart_solution))
    app.add_node(solution_summary, html=(visit_summary, depart_summary))
    app.add_directive("solution", Solution)
    app.connect("html-page-context", add_style)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
