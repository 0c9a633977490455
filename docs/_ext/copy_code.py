"""A button under each block of code copies it, of a session at a prompt only what was entered.

sphinx-copybutton would do it too, but brings 17 KB of scripts to every page, knows no Korean,
tells screen readers nothing, and puts its button over the code, where a narrow screen has no room.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata
    from sphinx.writers.html5 import HTML5Translator

SCRIPT, STYLE = "copy.js", "code_bar.css"
TEXTS = {
    "ko": {"copy": "복사", "copied": "복사됨", "failed": "복사하지 못했습니다"},
    "en": {"copy": "Copy", "copied": "Copied", "failed": "Could not copy"},
}


class CopyBar(nodes.container):
    """The bar under a block that has no other."""


class AddBars(SphinxPostTransform):
    """Put a bar under each block of code; an example that can be run has one already."""

    builders = ("html",)
    default_priority = 710  # after the examples have theirs

    def run(self, **kwargs: Any) -> None:
        """Go through the blocks of a page."""
        for block in list(self.document.findall(is_code)):
            box = block.parent
            if not box.get("has_bar"):
                box.insert(box.index(block) + 1, CopyBar())


def is_code(node: nodes.Node) -> bool:
    """Whether a node is a block of code."""
    return isinstance(node, nodes.literal_block | nodes.doctest_block)


def texts(language: str) -> dict[str, str]:
    """What the button says, in the language of the page."""
    return TEXTS.get(language, TEXTS["en"])


def copy_button(language: str) -> str:
    """Return the button, which a bar of any kind may hold."""
    return f'<button type="button" class="copy">{escape(texts(language)["copy"])}</button>'


def visit_bar(self: HTML5Translator, node: CopyBar) -> None:
    self.body.append(f'<div class="code-bar">{copy_button(self.config.language)}</div>\n')
    raise nodes.SkipNode


def add_script(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Give a page with code the script, and what it says."""
    if doctree is None or next(doctree.findall(is_code), None) is None:
        return
    app.add_css_file(STYLE)
    said = {f"data-{name}": text for name, text in texts(app.config.language).items()}
    app.add_js_file(SCRIPT, loading_method="defer", **said)


def setup(app: Sphinx) -> ExtensionMetadata:
    app.add_node(CopyBar, html=(visit_bar, None))
    app.add_post_transform(AddBars)
    app.connect("html-page-context", add_script)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
