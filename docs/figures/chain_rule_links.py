"""A chain of three links: their slopes carry a push forward and the gradient back."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from figures._boxes import BACKWARD, FORWARD, arrow, box, canvas, label
from figures._style import FONT_SIZE, FOREGROUND, GRID, MUTED
from tinygrad_ko import Variable
from tinygrad_ko import functions as F

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TEXT = {
    "ko": {"value": "값", "push": "작은 변화", "gradient": "기울기"},
    "en": {"value": "value", "push": "push", "gradient": "gradient"},
}

PUSH = 0.001
VARIABLES = (40, 168, 296, 424)
FUNCTIONS = (104, 232, 360)
NAMES, VALUE, CHANGE, GRADIENT = 196, 158, 104, 50
HALF = 38


def draw(text: dict[str, str]) -> Figure:
    """Return the chain, with the numbers that the engine finds."""
    x = Variable(3.0)
    a = F.square(x)
    b = a + 7
    y = F.sqrt(b)
    y.backward(retain_grad=True)
    chain = (x, a, b, y)
    slopes = [before.grad.item() / after.grad.item() for before, after in pairwise(chain)]

    figure, axes = canvas(216)
    push = PUSH
    for i, (name, variable, at) in enumerate(zip("xaby", chain, VARIABLES, strict=True)):
        box(axes, (at, 104), (2 * HALF, 156))
        for line in (131, 77):
            axes.plot([at - HALF + 1, at + HALF - 1], [line, line], color=GRID, linestyle="-")
        label(axes, (at, NAMES + 2), name, fontsize=FONT_SIZE + 2)
        push *= slopes[i - 1] if i else 1
        for middle, word, number, colour in (
            (VALUE, "value", f"{variable.data:g}", FOREGROUND),
            (CHANGE, "push", f"+{push:g}", FORWARD),
            (GRADIENT, "gradient", f"{variable.grad.data:g}", BACKWARD),
        ):
            label(axes, (at, middle + 9), text[word], MUTED, fontsize=FONT_SIZE - 3)
            label(axes, (at, middle - 9), number, colour)
    for link, slope, at in zip(chain[1:], slopes, FUNCTIONS, strict=True):
        label(axes, (at, VALUE), type(link.creator).__name__, fontsize=FONT_SIZE - 1)
        label(axes, (at, CHANGE + 11), f"×{slope:g}", FORWARD, fontsize=FONT_SIZE - 1)
        label(axes, (at, GRADIENT + 11), f"×{slope:g}", BACKWARD, fontsize=FONT_SIZE - 1)
        arrow(axes, (at - 24, CHANGE - 6), (at + 24, CHANGE - 6), colour=FORWARD)
        arrow(axes, (at + 24, GRADIENT - 6), (at - 24, GRADIENT - 6), colour=BACKWARD, dashed=True)
    return figure
