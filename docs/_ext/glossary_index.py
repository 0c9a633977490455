"""Terms of the glossary stand in the general index, and so in the search.

A labelled definition list of one term, as the glossary is written, becomes an entry for each of
its names: `미분계수, 미분값(derivative at a point)` has three. Korean ones
stand under letters that can be read alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from unicodedata import normalize

from docutils import nodes
from sphinx.addnodes import index
from sphinx.transforms import SphinxTransform

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

LABEL = "glossary-"
# Sphinx files a Korean entry under the letter that begins its syllable. That character alone is
# drawn small and in a corner, so the index shows the letter of a keyboard instead.
KEYBOARD = {normalize("NFKC", letter): letter for letter in map(chr, range(0x3131, 0x314F))}


def names(term: str) -> list[str]:
    """The names in the line of a term: before the bracket, and inside but for a remark there."""
    outside, _, inside = term.partition("(")
    inside = inside.removesuffix(")").partition(" (")[0]
    return [name for part in f"{outside},{inside}".split(",") if (name := part.strip())]


class GlossaryIndex(SphinxTransform):
    """Put the entries before each labelled term."""

    default_priority = 500  # labels have become ids, and the domains have not looked yet

    def apply(self, **kwargs: object) -> None:
        """Go through the definition lists of a page."""
        for terms in list(self.document.findall(nodes.definition_list)):
            label = next((name for name in terms["ids"] if name.startswith(LABEL)), None)
            term = terms.next_node(nodes.term)
            if label is None or term is None:
                continue
            entries = [("single", name, label, "main", None) for name in names(term.astext())]
            terms.parent.insert(terms.parent.index(terms), index(entries=entries))


def use_keyboard_letters(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Head the Korean part of the general index with letters that stand alone."""
    if pagename == "genindex":
        entries = context["genindexentries"]
        context["genindexentries"] = [(KEYBOARD.get(key, key), found) for key, found in entries]


def setup(app: Sphinx) -> ExtensionMetadata:
    app.add_transform(GlossaryIndex)
    app.connect("html-page-context", use_keyboard_letters)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
