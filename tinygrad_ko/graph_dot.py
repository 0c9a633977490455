"""Graphs of boxes and arrows as text in the DOT language, which Graphviz and others draw."""

from __future__ import annotations

from collections.abc import Sequence

from tinygrad_ko.graph_drawing import Box

__all__ = ["dot"]

SHAPES = {"variable": "ellipse", "function": "box", "constant": "plaintext"}


def dot(boxes: Sequence[Box], arrows: Sequence[tuple[int, int]]) -> str:
    """Return a ``digraph`` of the boxes, with an arrow for each pair of box numbers."""
    nodes = [
        f"  n{i} [label={_quoted(box.text)}, shape={SHAPES[box.kind]}]"
        for i, box in enumerate(boxes)
    ]
    edges = [f"  n{start} -> n{end}" for start, end in arrows]
    return "\n".join(["digraph {", "  rankdir=LR", *nodes, *edges, "}"])


def _quoted(text: str) -> str:
    r"""Return `text` as a quoted string that is shown as it is.

    Quotes end a string, a backslash begins an escape such as ``\N`` (the name of the node), and
    an ampersand an entity such as ``&lt;``.
    """
    for character, written in (("\\", "\\\\"), ('"', '\\"'), ("&", "&amp;"), ("\n", "\\n")):
        text = text.replace(character, written)
    return f'"{text}"'
