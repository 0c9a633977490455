"""Lists stand beside paragraphs: HTML knows none inside one.

Sphinx puts the list of a docstring's several results into a paragraph. A browser mends that by
itself, with an empty paragraph on each side; a book is XML, where nothing is mended.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata


class TakeListsOut(SphinxPostTransform):
    """Put a list after the paragraph that it stands in, and remove the paragraph if that is all."""

    formats = ("html",)
    default_priority = 400

    def run(self, **kwargs: Any) -> None:
        """Go through the paragraphs of a page."""
        for paragraph in list(self.document.findall(nodes.paragraph)):
            lists = [child for child in paragraph.children if isinstance(child, LISTS)]
            for each in lists:
                paragraph.remove(each)
            place = paragraph.parent.index(paragraph)
            paragraph.parent[place + 1 : place + 1] = lists
            if lists and not paragraph.astext().strip():
                paragraph.parent.remove(paragraph)


LISTS = (nodes.bullet_list, nodes.enumerated_list, nodes.definition_list)


def setup(app: Sphinx) -> ExtensionMetadata:
    app.add_post_transform(TakeListsOut)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
