"""What the search of both languages shares: its scripts, and what of a page is not searched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

STYLE = "search.css"


class LeaveFormulasOut(SphinxPostTransform):
    """Keep the commands of TeX out of the index: every formula would have been found by `frac`."""

    formats = ("html",)
    default_priority = 800

    def run(self, **kwargs: Any) -> None:
        """Mark the formulas of a page in the way that Sphinx knows."""
        for formula in self.document.findall(lambda node: isinstance(node, FORMULAS)):
            formula["classes"].append("no-search")


FORMULAS = (nodes.math, nodes.math_block)


def add_script(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    if templatename == "search.html":
        app.add_js_file("search.js", loading_method="defer")


def setup(app: Sphinx) -> ExtensionMetadata:
    app.add_post_transform(LeaveFormulasOut)
    app.add_css_file(STYLE)
    app.add_js_file("search_box.js", loading_method="defer")
    app.connect("html-page-context", add_script)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
