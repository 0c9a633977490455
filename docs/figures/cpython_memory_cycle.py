"""A ring of three objects, with names and without: the counts fall to one and not to zero."""

from __future__ import annotations

from typing import TYPE_CHECKING

from figures._boxes import canvas, label
from figures._objects import draw_objects, three

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TEXT = {
    "ko": {"freed": "해제됨"},
    "en": {"freed": "freed"},
}


def draw(text: dict[str, str]) -> Figure:
    figure, axes = canvas(300)
    scene = three(ring=True)
    for line, bottom in (("c.a = a", 160), ("a = b = c = None", 10)):
        if bottom == 10:
            scene.names.clear()
        label(axes, (8, bottom + 66), line, ha="left")
        places = {"a": (222, bottom + 100), "b": (362, bottom + 100), "c": (292, bottom + 30)}
        tags = {"a": (162, bottom + 100), "b": (422, bottom + 100), "c": (232, bottom + 30)}
        draw_objects(axes, scene, places, tags, text["freed"])
    return figure
