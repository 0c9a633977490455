"""Asterisks that Markdown did not take for emphasis are a warning, not something readers find.

Beside Hangul this happens easily: `**강조(emphasis)**는` stays as it is, because for Markdown no
emphasis ends between a bracket and a letter.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.transforms import SphinxTransform
from sphinx.util import logging

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

logger = logging.getLogger(__name__)

LITERAL = (nodes.literal, nodes.FixedTextElement, nodes.math, nodes.comment, nodes.raw)
LEFT_OVER = re.compile(r"\*\*+|(?<![\s*])\*(?=[가-힣])|(?<=[가-힣])\*(?![\s*])")


class LeftOverAsterisks(SphinxTransform):
    """Warn of asterisks in running text."""

    default_priority = 900

    def apply(self, **kwargs: Any) -> None:
        """Go through the text of a page that has a Markdown source."""
        if self.env.doc2path(self.env.docname).suffix != ".md":
            return
        for text in self.document.findall(nodes.Text):
            found = LEFT_OVER.search(text)
            parent = text.parent
            if found is None or isinstance(parent, LITERAL):
                continue
            around = text[max(found.start() - 20, 0) : found.end() + 20]
            logger.warning(
                "asterisks left in the text, near %r: emphasis cannot begin or end between a "
                "bracket and a letter; write **강조**(emphasis)는 with the bracket outside",
                str(around),
                location=parent,
                type="emphasis",
            )


def setup(app: Sphinx) -> ExtensionMetadata:
    app.add_transform(LeftOverAsterisks)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
