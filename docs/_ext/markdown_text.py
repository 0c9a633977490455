"""Running text of a finished page as Markdown: what stands inside one paragraph, cell or heading.

Jupyter's Markdown is CommonMark with tables and with formulas between dollar signs. It knows
nothing of Sphinx, so each link holds the whole address of the place that it leads to.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from html import escape as escape_html
from urllib.parse import urljoin

from docutils import nodes
from sphinx import addnodes

# What would begin a list, a heading, a quotation or a rule at the beginning of a line.
LINE_START = re.compile(r"(?m)^(\s*)(?=#{1,6}(?:\s|$)|>|[+-](?:\s|$)|--|=+\s*$)")
NUMBER_START = re.compile(r"(?m)^(\s*\d+)(?=[.)](?:\s|$))")
SPECIAL = re.compile(r"[\\`*\[\]$~]|(?<!\w)_|_(?!\w)|<(?=[\w/!?])|&(?=#?\w+;)")
BACKTICKS = re.compile("`+")
# Inside a table, a bar would end the cell even in a formula.
BARS = re.compile(r"\\\||\|")

# Nodes of which nothing is to be seen.
UNSEEN = (nodes.target, nodes.comment, addnodes.index, nodes.system_message)


class UnknownNode(ValueError):
    """A page holds something that has no form in Markdown yet."""

    def __init__(self, node: nodes.Node) -> None:
        super().__init__(
            f"{type(node).__name__} has no form in a notebook yet: add it to "
            "docs/_ext/markdown_text.py if it stands inside a line, else to markdown_writer.py"
        )
        self.node = node


class TextWriter:
    """Writes running text; `address` is that of the page, from which its links start."""

    def __init__(self, address: str, downloads: str = "") -> None:
        self.address = address
        self.downloads = downloads or urljoin(address, "_downloads/")
        self.in_table = False

    def text(self, node: nodes.Element) -> str:
        """The children of a node, on as many lines as they have in the source."""
        return at_line_start(self.inside(node).strip())

    def inside(self, node: nodes.Element) -> str:
        """The children of a node, as a part of some line."""
        return "".join(self.inline(child) for child in node.children)

    def inline(self, node: nodes.Node) -> str:
        """One node that stands inside a line."""
        if isinstance(node, nodes.Text):
            return self.plain(node.astext())  # without the marks of what was escaped
        if isinstance(node, UNSEEN):
            return ""
        assert isinstance(node, nodes.Element)
        for kind, write in self.forms():
            if isinstance(node, kind):
                return write(node)
        raise UnknownNode(node)

    def forms(self) -> Sequence[tuple[type[nodes.Element], Callable[[nodes.Element], str]]]:
        """How each kind of node is written; the first that fits is used."""
        return (
            (nodes.math, self.math),
            (nodes.literal, self.code),
            (nodes.strong, lambda node: self.marked(node, "**", "strong")),
            (addnodes.literal_strong, lambda node: self.marked(node, "**", "strong")),
            (nodes.emphasis, lambda node: self.marked(node, "*", "em")),
            (addnodes.literal_emphasis, self.inside),
            (nodes.title_reference, lambda node: self.marked(node, "*", "em")),
            (addnodes.download_reference, self.download),
            (nodes.footnote_reference, lambda node: f"<sup>{self.link(node)}</sup>"),
            (nodes.reference, self.link),
            (nodes.subscript, lambda node: f"<sub>{self.inside(node)}</sub>"),
            (nodes.superscript, lambda node: f"<sup>{self.inside(node)}</sup>"),
            (nodes.image, self.image),
            (nodes.raw, self.raw),
            (nodes.inline, self.inside),
            (nodes.abbreviation, self.inside),
            (nodes.problematic, self.inside),
            (addnodes.desc_sig_element, self.inside),
        )

    def plain(self, text: str) -> str:
        """Text in which no sign has a meaning."""
        text = SPECIAL.sub(r"\\\g<0>", text)
        return text.replace("|", r"\|") if self.in_table else text

    def code(self, node: nodes.Element) -> str:
        """A piece of code, between more backticks than it holds."""
        text = " ".join(node.astext().split("\n"))
        if self.in_table:
            text = text.replace("|", r"\|")
        fence = "`" * (max(map(len, BACKTICKS.findall(text)), default=0) + 1)
        room = " " if text[:1] == "`" or text[-1:] == "`" else ""
        return f"{fence}{room}{text}{room}{fence}"

    def math(self, node: nodes.Element) -> str:
        """A formula."""
        tex = " ".join(node.astext().split())
        if self.in_table:
            tex = BARS.sub(lambda bar: r"\Vert " if bar[0] == r"\|" else r"\vert ", tex)
        return f"${tex}$"

    def marked(self, node: nodes.Element, mark: str, tag: str) -> str:
        """Emphasis: by asterisks, or by HTML where asterisks would stay asterisks.

        In Markdown no emphasis ends between a sign and a letter, as in `**(강조)**는`.
        """
        text = self.inside(node)
        before, after = beside(node, -1), beside(node, 1)
        if (is_sign(text[:1]) and is_letter(before)) or (is_sign(text[-1:]) and is_letter(after)):
            return f"<{tag}>{text}</{tag}>"
        return f"{mark}{text}{mark}"

    def link(self, node: nodes.Element) -> str:
        """A link to the site, or to elsewhere."""
        text = self.inside(node)
        target = node.get("refuri") or f"#{node.get('refid', '')}"
        return f"[{text}]({self.absolute(target)})"

    def absolute(self, target: str) -> str:
        """The whole address of a place, in which nothing ends the link."""
        address = urljoin(self.address, target)
        return address.replace(" ", "%20").replace("(", "%28").replace(")", "%29")

    def download(self, node: nodes.Element) -> str:
        """A link to a file that the site has for its readers."""
        text = self.inside(node)
        if "filename" in node:
            return f"[{text}]({self.downloads}{node['filename']})"
        return f"[{text}]({self.absolute(node['refuri'])})" if "refuri" in node else text

    def image(self, node: nodes.Element) -> str:
        """A picture by its address."""
        return f"![{self.plain(node.get('alt', ''))}]({self.absolute(node['uri'])})"

    def raw(self, node: nodes.Element) -> str:
        """HTML as it is; what is meant for other formats does not appear."""
        return node.astext() if "html" in node.get("format", "").split() else ""


def at_line_start(text: str) -> str:
    """Keep the beginnings of lines from being taken for lists, headings or quotations."""
    return NUMBER_START.sub(r"\1\\", LINE_START.sub(r"\1\\", text))


def beside(node: nodes.Element, step: int) -> str:
    """The character just before (-1) or after (1) a node, empty at the end of a paragraph."""
    while node.parent is not None:
        siblings = node.parent.children
        at = node.parent.index(node) + step
        while 0 <= at < len(siblings):
            text = siblings[at].astext()
            if text:
                return text[-1] if step < 0 else text[0]
            at += step
        if not isinstance(node.parent, (nodes.inline, nodes.reference)):
            return ""
        node = node.parent
    return ""


def is_letter(char: str) -> bool:
    """Whether a character is neither space nor sign: emphasis cannot always stop beside it."""
    return bool(char) and not char.isspace() and not is_sign(char)


def is_sign(char: str) -> bool:
    """Whether Markdown counts a character as punctuation."""
    return bool(char) and unicodedata.category(char)[0] in "PS"


def code_block(text: str, language: str = "") -> str:
    """Code between fences that are longer than any in it."""
    fence = "`" * max(3, max(map(len, BACKTICKS.findall(text)), default=0) + 1)
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"


def details(summary: str, text: str) -> str:
    """Text that is folded away until the reader asks for it."""
    return f"<details>\n<summary>{escape_html(summary)}</summary>\n\n{text}\n\n</details>"
