"""Examples in PyTorch and JAX look like all others, and say by a class that they are not.

A ```` ```pycon-parity ```` block holds a session of Python that needs one of those packages. It is
run by `nox -s parity` alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.transforms import SphinxTransform

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

LANGUAGE = "pycon-parity"
CLASS = "parity"


class ParityExamples(SphinxTransform):
    """Let the blocks be highlighted, and written, as those of the language `pycon`."""

    default_priority = 300

    def apply(self, **kwargs: Any) -> None:
        """Go through the blocks of code on a page."""
        for block in self.document.findall(nodes.literal_block):
            if block.get("language") == LANGUAGE:
                block["language"] = "pycon"
                block["classes"] = [CLASS]


def setup(app: Sphinx) -> ExtensionMetadata:
    app.add_transform(ParityExamples)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
