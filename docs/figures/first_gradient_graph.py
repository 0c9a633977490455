"""The graph of x² + 2x at x = 3, with all of its values."""

from __future__ import annotations

from tinygrad_ko import Variable
from tinygrad_ko.graph import Graph

TEXT: dict[str, dict[str, str]] = {"ko": {}, "en": {}}


def draw(text: dict[str, str]) -> str:
    """Return the picture; the values in between are held, so that it shows them."""
    x = Variable(3.0, name="x")
    square, double = x**2, 2 * x
    y = square + double
    y.name = "y"
    return Graph(y).svg()
