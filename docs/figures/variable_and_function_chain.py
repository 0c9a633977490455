"""Variable, Function, Variable: values on their way forward, gradients on their way back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from figures._boxes import BACKWARD, FORWARD, arrow, box, canvas, label
from figures._style import FONT_SIZE, GRID
from tinygrad_ko import Variable
from tinygrad_ko import functions as F

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TEXT = {
    "ko": {"forward": "순전파: 값", "backward": "역전파: 기울기"},
    "en": {"forward": "forward: values", "backward": "backward: gradients"},
}

VARIABLES = (36, 232, 428)
FUNCTIONS = (134, 330)
UPPER, MIDDLE, LOWER = 105, 83, 61


def draw(text: dict[str, str]) -> Figure:
    x = Variable(3.0)
    a = F.square(x)
    y = F.square(a)
    y.backward(retain_grad=True)

    figure, axes = canvas(168)
    label(axes, (232, 157), text["forward"], FORWARD)
    label(axes, (232, 20), text["backward"], BACKWARD)
    for name, variable, at in zip("xay", (x, a, y), VARIABLES, strict=True):
        box(axes, (at, MIDDLE), (60, 84))
        axes.plot([at - 29, at + 29], [MIDDLE, MIDDLE], color=GRID, linestyle="-")
        label(axes, (at, 137), name, fontsize=FONT_SIZE + 2)
        label(axes, (at, UPPER - 1), f"{variable.data:g}", FORWARD)
        label(axes, (at, LOWER - 1), f"{variable.grad.data:g}", BACKWARD)
    for name, at in zip("AB", FUNCTIONS, strict=True):
        box(axes, (at, MIDDLE), (66, 84), rounded=16)
        label(axes, (at, 137), name, fontsize=FONT_SIZE + 2)
        label(axes, (at, MIDDLE), "Square")
        for left, right in ((at - 66, at - 35), (at + 35, at + 66)):
            arrow(axes, (left, UPPER), (right, UPPER), colour=FORWARD)
            arrow(axes, (right, LOWER), (left, LOWER), colour=BACKWARD, dashed=True)
    return figure
