"""A Korean particle, or a comma, never goes to the next line without the code it belongs to.

Browsers may break a line between a formula and what follows it, and between code that ends in a
bracket and Hangul. Both parts are set inside one unbreakable span: `f(x)`에서 stays together.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

# The longest chains of particles and endings, such as 에서부터라고는, have seven syllables.
PARTICLE = re.compile(r"[)\]}>」』”’]*[가-힣]{0,8}(?![가-힣])[.,:;!?)\]}>」』”’…]*")
OPENING = re.compile(r"[(\[{<「『“‘]+\Z")
# In columns of Latin letters. What is longer must be able to break on a narrow screen.
LONGEST = 24
# TeX is written longer than it is set: a command is one sign, and these are none.
COMMAND = re.compile(r"\\[a-zA-Z]+|\\.")
UNSEEN = re.compile(r"[\s{}^_&]")


def columns(text: str) -> int:
    """The width of a text in columns: letters of Hangul take two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def is_atom(node: nodes.Node) -> bool:
    """Whether a node is code, a formula or a link, and short enough to be kept in one piece."""
    if isinstance(node, nodes.math):
        return len(UNSEEN.sub("", COMMAND.sub("x", node.astext()))) <= LONGEST
    return isinstance(node, (nodes.literal, nodes.reference)) and columns(node.astext()) <= LONGEST


class KeepTogether(SphinxPostTransform):
    """Wrap an atom and the particle after it in a `span.nowrap`."""

    formats = ("html",)
    default_priority = 700  # links are there by then

    def run(self, **kwargs: Any) -> None:
        """Go through everything that holds text."""
        for parent in list(self.document.findall(nodes.TextElement)):
            if isinstance(parent, (nodes.FixedTextElement, nodes.literal, nodes.math)):
                continue
            for atom in [child for child in parent.children if is_atom(child)]:
                self.glue(parent, atom)

    @staticmethod
    def glue(parent: nodes.Element, atom: nodes.Node) -> None:
        """Move an atom and what clings to it into a span of their own."""
        at = parent.index(atom)
        before, after = parent.children[max(at - 1, 0) : at], parent.children[at + 1 : at + 2]
        opening = closing = ""
        if before and isinstance(before[0], nodes.Text):
            found = OPENING.search(before[0])
            opening = found[0] if found else ""
        if after and isinstance(after[0], nodes.Text):
            found = PARTICLE.match(after[0])
            closing = found[0] if found else ""
        if not opening and not closing:
            return
        span = nodes.inline(classes=["nowrap"])
        span += [nodes.Text(opening)] if opening else []
        span += atom
        span += [nodes.Text(closing)] if closing else []
        parent.children[at] = span
        span.parent = parent
        # By place: `parent.replace` takes the first text that is equal, such as another full stop.
        if closing:
            parent[at + 1] = nodes.Text(after[0][len(closing) :])
        if opening:
            parent[at - 1] = nodes.Text(before[0][: -len(opening)])


def setup(app: Sphinx) -> ExtensionMetadata:
    app.add_post_transform(KeepTogether)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
