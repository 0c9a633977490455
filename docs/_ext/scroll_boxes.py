"""Wide tables and long lines of code scroll in boxes of their own, which the keyboard can reach.

A box that scrolls can be used without a mouse only if it can have the focus. A box that never
scrolls should not be a stop on the way through the page, so the width is estimated here.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from docutils import nodes
from particles import columns
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.writers.html5 import HTML5Translator

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

LABEL = {"ko": {"table": "표", "code": "코드"}, "en": {"table": "Table", "code": "Code"}}
# What surely fits a screen of 320 pixels, in columns: code, which may stand in the description of a
# method, and text in the cells of a table, which may break its lines between words.
FITTING_CODE = 24
FITTING_TABLE = 24
CELL_PADDING = 3


class ScrollBox(nodes.container):
    """The box around a table."""


def table_columns(table: nodes.table) -> int:
    """The width below which a table cannot shrink: that of its longest words, in columns."""
    widths: dict[int, int] = {}
    for row in table.findall(nodes.row):
        for number, entry in enumerate(row.findall(nodes.entry)):
            words = [columns(word) for word in entry.astext().split()]
            widths[number] = max(widths.get(number, 0), *words, 0)
    return sum(widths.values()) + CELL_PADDING * len(widths)


class BoxTables(SphinxPostTransform):
    """Turn furo's wrapper of a table into a box that can have the focus, if it may scroll."""

    formats = ("html",)
    default_priority = 510  # after furo's own transform

    def run(self, **kwargs: Any) -> None:
        """Go through the tables of a page."""
        for table in list(self.document.findall(nodes.table)):
            wrapper = table.parent
            if "table-wrapper" not in wrapper["classes"]:
                continue
            if table_columns(table) > FITTING_TABLE:
                box = ScrollBox(classes=["table-wrapper"])
                title = table.next_node(nodes.title)
                box["label"] = title.astext() if title is not None else ""
                box += wrapper.children
                wrapper.replace_self(box)
            else:
                # furo copies the ids of the table to the wrapper; an id stands once in a page.
                wrapper["ids"] = []


def visit_box(self: HTML5Translator, node: ScrollBox) -> None:
    label = node["label"] or LABEL[language_of(self)]["table"]
    attributes = {"role": "group", "tabindex": "0", "aria-label": label}
    self.body.append(self.starttag(node, "div", CLASS="docutils container", **attributes))


def depart_box(self: HTML5Translator, node: ScrollBox) -> None:
    self.body.append("</div>\n")


def visit_code(self: HTML5Translator, node: nodes.literal_block) -> None:
    before = len(self.body)
    with contextlib.suppress(nodes.SkipNode):
        HTML5Translator.visit_literal_block(self, node)
        return  # a parsed literal: its text comes through the nodes inside
    if max(map(columns, node.astext().split("\n"))) > FITTING_CODE:
        label = LABEL[language_of(self)]["code"]
        opening = f'<pre role="group" tabindex="0" aria-label="{label}">'
        self.body[before:] = [part.replace("<pre>", opening, 1) for part in self.body[before:]]
    raise nodes.SkipNode


def depart_code(self: HTML5Translator, node: nodes.literal_block) -> None:
    HTML5Translator.depart_literal_block(self, node)


def language_of(translator: HTML5Translator) -> str:
    """The language of the labels."""
    return "ko" if translator.config.language == "ko" else "en"


def setup(app: Sphinx) -> ExtensionMetadata:
    app.add_node(ScrollBox, html=(visit_box, depart_box))
    app.add_node(nodes.literal_block, override=True, html=(visit_code, depart_code))
    app.add_post_transform(BoxTables)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
