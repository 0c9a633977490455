"""A finished page as a sequence of parts: Markdown for Jupyter, examples, graphs.

What stands inside a line is written by `markdown_text`. A part of a list or a quotation that is no
Markdown, such as an example, ends the list: a notebook has no cells inside cells.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from docutils import nodes
from graph_steps import graph_steps
from markdown_text import UNSEEN, TextWriter, UnknownNode, at_line_start, code_block, details
from plot import plot_drawing
from solution import solution, solution_summary
from sphinx import addnodes
from sphinx.locale import admonitionlabels
from svg_png import png
from temml_math import with_line_breaks

DEEPEST = 6  # Markdown knows no lower headings
DESCRIPTION = {"ko": "그림 설명", "en": "What the picture shows"}
# Nodes that only hold others together.
HOLDERS = (
    nodes.compound,
    nodes.container,
    nodes.legend,
    addnodes.desc,
    addnodes.desc_content,
    addnodes.glossary,
)
UNSEEN_BLOCKS = (
    *UNSEEN,
    graph_steps,
    nodes.meta,
    nodes.substitution_definition,
    solution_summary,
)


@dataclass(frozen=True)
class Markdown:
    """Text, and the pictures in it by their names; `heading` is the label of a heading."""

    text: str
    pictures: dict[str, str] = field(default_factory=dict)
    heading: str = ""
    folds: bool = False


@dataclass(frozen=True)
class Examples:
    """A block of examples, as the source of the page has it."""

    text: str


@dataclass(frozen=True)
class Graph:
    """Code whose graph is drawn: which Variables it shows, and what the notebook displays."""

    shows: str
    code: str
    svg: str | None
    plain: str


Part = Markdown | Examples | Graph


class PageWriter:
    """Writes the parts of a page, whose whole address and language it knows."""

    def __init__(self, address: str, language: str, downloads: str = "") -> None:
        self.words = TextWriter(address, downloads)
        self.language = language
        self.level = 0
        self.pictures = 0

    def parts(self, node: nodes.Element) -> Iterator[Part]:
        """The children of a node."""
        for child in node.children:
            yield from self.block(child)

    def block(self, node: nodes.Node) -> Iterator[Part]:
        """One node that stands on lines of its own."""
        assert isinstance(node, nodes.Element), node
        if isinstance(node, UNSEEN_BLOCKS):
            return
        if "example" in node:
            yield Examples(node["example"].text)
            return
        if isinstance(node, HOLDERS):  # before the rest: Sphinx takes `desc` for an admonition
            yield from self.parts(node)
            return
        for kind in type(node).__mro__:
            write = getattr(self, f"block_{kind.__name__}", None)
            if write is not None:
                yield from write(node)
                return
        raise UnknownNode(node)

    # --- Headings and text ---

    def block_section(self, node: nodes.section) -> Iterator[Part]:
        self.level += 1
        title, *rest = node.children
        assert isinstance(title, nodes.title)
        yield self.heading(self.words.text(title), node["ids"][0] if node["ids"] else "")
        for child in rest:
            yield from self.block(child)
        self.level -= 1

    def heading(self, text: str, label: str, *, folds: bool = False) -> Markdown:
        marks = "#" * min(self.level, DEEPEST)
        return Markdown(f"{marks} {text}", heading=label or "-", folds=folds)

    def block_paragraph(self, node: nodes.paragraph) -> Iterator[Part]:
        """Text; in the reference also lists, which Sphinx leaves inside a paragraph."""
        for is_text, children in groupby(node.children, is_inline):
            if not is_text:
                yield from (part for child in children for part in self.block(child))
            elif text := at_line_start("".join(map(self.words.inline, children)).strip()):
                yield Markdown(text)

    def block_rubric(self, node: nodes.rubric) -> Iterator[Part]:
        yield Markdown(f"**{self.words.text(node)}**")

    def block_transition(self, node: nodes.transition) -> Iterator[Part]:
        yield Markdown("---")

    def block_raw(self, node: nodes.raw) -> Iterator[Part]:
        if text := self.words.raw(node):
            yield Markdown(text)

    def block_math_block(self, node: nodes.math_block) -> Iterator[Part]:
        tex = node.astext().strip()
        if not node.get("no-wrap", node.get("nowrap", False)):
            tex = with_line_breaks(tex)
        yield Markdown(f"$$\n{tex}\n$$")

    # --- Code that is shown and not run ---

    def block_literal_block(self, node: nodes.literal_block) -> Iterator[Part]:
        language = node.get("language", "")
        yield Markdown(
            code_block(node.astext(), "" if language in ("default", "none") else language)
        )

    def block_doctest_block(self, node: nodes.doctest_block) -> Iterator[Part]:
        yield Markdown(code_block(node.astext(), "pycon"))

    def block_caption(self, node: nodes.caption) -> Iterator[Part]:
        yield Markdown(self.words.text(node))

    # --- Lists ---

    def block_bullet_list(self, node: nodes.bullet_list) -> Iterator[Part]:
        yield from self.items(("- ", item) for item in node.children)

    def block_enumerated_list(self, node: nodes.enumerated_list) -> Iterator[Part]:
        start = node.get("start", 1)
        yield from self.items((f"{i}. ", item) for i, item in enumerate(node.children, start))

    def items(self, items: Iterable[tuple[str, nodes.Node]]) -> Iterator[Part]:
        """The items of a list, in one part where nothing comes between them."""
        written, loose = [], False
        for mark, item in items:
            assert isinstance(item, nodes.Element)
            several = sum(isinstance(child, nodes.paragraph) for child in item.children) > 1
            inside = joined(self.parts(item), "\n\n" if several else "\n")
            written += indented(inside, mark, " " * len(mark))
            loose = loose or several
        yield from joined(written, "\n\n" if loose else "\n")

    def block_definition_list(self, node: nodes.Element) -> Iterator[Part]:
        yield from joined([part for item in node.children for part in self.definition(item)])

    def definition(self, node: nodes.Node) -> Iterator[Part]:
        """A term and what is said of it: Markdown has no such lists, so it is an item of one."""
        assert isinstance(node, nodes.Element)
        terms = [self.words.text(term) for term in node.findall(nodes.term)]
        yield Markdown(f"- **{', '.join(terms)}**")
        for child in node.children:
            if isinstance(child, nodes.definition):
                yield from indented(self.parts(child), "  ", "  ")

    def block_field_list(self, node: nodes.field_list) -> Iterator[Part]:
        for each in node.children:
            name, body = each.children
            assert isinstance(name, nodes.Element)
            assert isinstance(body, nodes.Element)
            yield Markdown(f"**{self.words.text(name)}**")
            yield from self.parts(body)

    def block_line_block(self, node: nodes.line_block) -> Iterator[Part]:
        lines = [self.words.text(line) for line in node.findall(nodes.line)]
        yield Markdown("\\\n".join(lines))

    # --- Things set apart ---

    def block_block_quote(self, node: nodes.block_quote) -> Iterator[Part]:
        yield from quoted(self.parts(node))

    def block_Admonition(self, node: nodes.Element) -> Iterator[Part]:
        title, rest = node.next_node(nodes.title), list(node.children)
        if title is not None and title.parent is node:
            head = self.words.text(title)
            rest.remove(title)
        elif node.tagname in admonitionlabels:
            head = str(admonitionlabels[node.tagname])
        else:  # Sphinx has some more things that it takes for one
            raise UnknownNode(node)
        body = [part for child in rest for part in self.block(child)]
        yield from quoted([Markdown(f"**{head}**"), *body])

    block_topic = block_sidebar = block_Admonition

    def block_versionmodified(self, node: nodes.Element) -> Iterator[Part]:
        yield from quoted(self.parts(node))

    def block_footnote(self, node: nodes.footnote) -> Iterator[Part]:
        label, *rest = node.children
        body = [part for child in rest for part in self.block(child)]
        yield from joined(indented(body, f"<sup>{label.astext()}</sup> ", ""))

    def block_solution(self, node: solution) -> Iterator[Part]:
        """A heading under which Jupyter folds the answer, and a reader opens it."""
        summary = node.next_node(solution_summary)
        assert summary is not None
        self.level += 1
        yield self.heading(self.words.text(summary), "", folds=True)
        self.level -= 1
        yield from self.parts(node)

    # --- Tables ---

    def block_table(self, node: nodes.table) -> Iterator[Part]:
        self.words.in_table = True
        title = node.next_node(nodes.title)
        rows = [
            [" ".join(self.cell(entry).split("\n")) for entry in row.findall(nodes.entry)]
            for row in node.findall(nodes.row)
        ]
        aligned = [
            "---:" if "text-right" in entry["classes"] else "---"
            for entry in next(iter(node.findall(nodes.row))).findall(nodes.entry)
        ]
        self.words.in_table = False
        head, *body = rows if node.next_node(nodes.thead) else [[""] * len(aligned), *rows]
        lines = [f"| {' | '.join(row)} |" for row in (head, aligned, *body)]
        if title is not None:
            yield Markdown(f"**{self.words.text(title)}**")
        yield Markdown("\n".join(lines))

    def cell(self, entry: nodes.entry) -> str:
        """The text of a cell, which has to stand on one line."""
        return "<br>".join(part.text for part in self.parts(entry) if isinstance(part, Markdown))

    # --- Pictures ---

    def block_image(self, node: nodes.image) -> Iterator[Part]:
        yield Markdown(self.words.image(node))

    def block_figure(self, node: nodes.figure) -> Iterator[Part]:
        alt = next((each["alt"] for each in node.findall(plot_drawing)), "")
        if "graph_code" in node:
            shown = node["graph_shows"], node["graph_code"]
            yield Graph(*shown, node["graph_svg"], node["graph_plain"])
        yield from self.parts(node)
        if "graph_code" in node:
            words = self.words.plain(alt)
            yield Markdown(details(DESCRIPTION[self.language], words))

    def block_plot_drawing(self, node: plot_drawing) -> Iterator[Part]:
        figure = node.parent
        if "graph_code" in figure:
            return
        number = self.pictures = self.pictures + 1
        name = f"picture-{number}.png"
        yield Markdown(
            f"![{self.words.plain(node['alt'])}](attachment:{name})", {name: png(node["svg"])}
        )

    # --- The reference ---

    def block_desc_signature(self, node: addnodes.desc_signature) -> Iterator[Part]:
        signature = " ".join(node.astext().split())
        depth = sum(1 for each in ancestors(node) if isinstance(each, addnodes.desc))
        self.level += depth
        label = next(iter(node["ids"]), "")
        yield self.heading(f"`{signature}`", label)
        self.level -= depth


def is_inline(node: nodes.Node) -> bool:
    """Whether a node stands inside a line."""
    return isinstance(node, (nodes.Text, nodes.Inline, *UNSEEN))


def ancestors(node: nodes.Node) -> Iterator[nodes.Node]:
    """The nodes around a node, from inside out."""
    while node.parent is not None:
        node = node.parent
        yield node


def indented(parts: Iterable[Part], first: str, rest: str) -> Iterator[Part]:
    """Put a mark before the first line of the text, and room before the others.

    After something that is no text, the rest is no longer inside: it stands as it is.
    """
    mark = first
    for part in parts:
        if not isinstance(part, Markdown):
            mark = rest = ""
            yield part
            continue
        lines = part.text.split("\n")
        text = "\n".join([mark + lines[0], *(rest + line if line else "" for line in lines[1:])])
        yield Markdown(text, part.pictures)
        mark = rest


def quoted(parts: Iterable[Part]) -> Iterator[Part]:
    """Put the parts into a quotation."""
    marked = []
    for part in parts:
        if isinstance(part, Markdown):
            lines = [f"> {line}".rstrip() for line in part.text.split("\n")]
            marked.append(Markdown("\n".join(lines), part.pictures))
        else:
            marked.append(part)
    return joined(marked, "\n>\n")


def joined(parts: Iterable[Part], between: str = "\n\n") -> Iterator[Part]:
    """Make one part of text that follows text."""
    texts: list[Markdown] = []
    for part in [*parts, None]:
        if isinstance(part, Markdown):
            texts.append(part)
            continue
        if texts:
            pictures = {name: data for each in texts for name, data in each.pictures.items()}
            yield Markdown(between.join(each.text for each in texts), pictures)
            texts = []
        if part is not None:
            yield part
