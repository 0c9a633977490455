"""Every heading has a label, and its anchor is that label: readable, and equal in both languages.

Sphinx makes anchors from the words of a heading, which gives `id1`, `id2` for Korean ones, and
puts a label's own anchor beside it. Here the label is the only anchor that a heading has, but for
that of a module which the page describes, and `[text](#label)` leads there, even where a file has
the same name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.transforms import SphinxTransform
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.nodes import make_refnode

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata

logger = logging.getLogger(__name__)

# The type of the links that are resolved here.
OURS = "label-of-heading"

# How to mend it, by the ending of the page's file name.
REMEDY = {
    "md": "write (some-label)= on the line before it",
    "rst": "write `.. _some-label:` and an empty line before it",
}


class LabelAnchors(SphinxTransform):
    """Warn of headings without a label, and leave the others with their label as anchor."""

    default_priority = 275  # after docutils has handed labels to what they stand before (260)

    def apply(self, **kwargs: Any) -> None:
        """Go through the sections of a page."""
        moved: dict[str, str] = {}
        for section in self.document.findall(nodes.section):
            labels = [name for name in section["names"] if self.document.nametypes.get(name)]
            anchors = [self.document.nameids[name] for name in labels]
            title = section.next_node(nodes.title)
            shown = title.astext() if title is not None else ""
            if not anchors:
                suffix = self.env.doc2path(self.env.docname).suffix.removeprefix(".")
                self.warn(f"the heading {shown!r} has no label; {REMEDY[suffix]}", title)
                continue
            for label, anchor in zip(labels, anchors, strict=True):
                if label != anchor:
                    self.warn(
                        f"the label {label!r} cannot be an anchor: use small Latin letters, "
                        f"digits and single hyphens only, and each label once",
                        title,
                    )
            # `.. py:module::` under the title leaves its anchor here, which names in code lead to.
            modules = [each for each in section["ids"] if each.startswith("module-")]
            kept = [*anchors, *modules]
            moved |= {old: anchors[0] for old in section["ids"] if old not in kept}
            section["ids"] = kept
        for reference in self.document.findall(nodes.reference):
            if reference.get("refid") in moved:
                reference["refid"] = moved[reference["refid"]]

    def warn(self, message: str, title: nodes.Node | None) -> None:
        """Warn at a heading's line."""
        logger.warning(message, location=title or self.document, type="labels")


class LabelLinks(SphinxPostTransform):
    """Take `[text](#label)` from MyST, which would find a document of that name too, and warn."""

    default_priority = 8  # just before MyST's own resolver

    def run(self, **kwargs: Any) -> None:
        """Go through the links of a page that are labels of headings."""
        labels = self.env.domains.standard_domain.labels
        for link in self.document.findall(pending_xref):
            if link.get("reftype") == "myst" and link["reftarget"] in labels:
                link["reftype"] = OURS


def resolve(
    app: Sphinx, env: BuildEnvironment, link: pending_xref, content: nodes.Element
) -> nodes.reference | None:
    """Return the finished link for one of ours, with the heading for its text if it has none."""
    if link["reftype"] != OURS:
        return None
    docname, anchor, title = env.domains.standard_domain.labels[link["reftarget"]]
    text = [child.deepcopy() for child in link.children] if link.astext() else nodes.Text(title)
    return make_refnode(app.builder, link["refdoc"], docname, anchor, text)


def setup(app: Sphinx) -> ExtensionMetadata:
    app.add_transform(LabelAnchors)
    app.add_post_transform(LabelLinks)
    app.connect("missing-reference", resolve)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
