"""A chain of three objects: the counts with all names, with the first one only, and with none."""

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

COLUMNS = {"a": 180, "b": 290, "c": 400}


def draw(text: dict[str, str]) -> Figure:
    figure, axes = canvas(344)
    scene = three(ring=False)
    stages = {"a.b = b\nb.c = c": "", "b = c = None": "bc", "a = None": "a"}
    for (line, gone), height in zip(stages.items(), (256, 140, 44), strict=True):
        for name in gone:
            del scene.names[name]
        label(axes, (8, height), line, ha="left", linespacing=1.5)
        places = {key: (x, height) for key, x in COLUMNS.items()}
        tags = {key: (x, height + 62) for key, x in COLUMNS.items()}
        draw_objects(axes, scene, places, tags, text["freed"])
    return figure
