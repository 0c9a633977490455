"""The picture that others show beside a link to the site: one for each language, drawn by code.

One is enough. Where a link is shared, the title and the description of the page stand beside the
picture; a picture of each page would say them twice, and cost the build a minute.
"""

from __future__ import annotations

import importlib
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from matplotlib import rc_context, rcParams
from matplotlib.figure import Figure
from plot import DOCS, PACKAGE, importable

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

NAME = "preview-card.png"
SIZE = (1200, 630)  # pixels, the size that those who show it ask for
TEXT = {
    "ko": {
        "title": "속을 들여다보는\n자동 미분",
        "lead": "NumPy로 만든 작은 엔진을\n읽고 실행하며 배웁니다",
    },
    "en": {
        "title": "Automatic differentiation,\nseen from the inside",
        "lead": "A small engine on NumPy,\nto read and to run",
    },
}
ALT = {
    "ko": "속을 들여다보는 자동 미분. 물결 모양 곡선의 아홉 점에 접선이 그려져 있습니다.",
    "en": "Automatic differentiation, seen from the inside. A wave with tangents at nine points.",
}
GROUND, INK, PALE, ACCENT = "#0b2f2a", "#f4fbf9", "#a9c9c2", "#6fd3c0"


def draw(language: str) -> bytes:
    """Return the picture as PNG; the same packages always give the same bytes."""
    with importable(DOCS / "figures"):
        settings = importlib.import_module(f"{PACKAGE}._style").settings()
    with rc_context(settings):
        figure = Figure(figsize=(SIZE[0] / 100, SIZE[1] / 100), dpi=100, facecolor=GROUND)
        _draw_words(figure, language)
        _draw_curve(figure)
        file = BytesIO()
        figure.savefig(file, format="png", facecolor=GROUND, metadata={"Software": None})
    return file.getvalue()


def _draw_words(figure: Figure, language: str) -> None:
    text, bold = TEXT[language], {"family": rcParams["font.family"][0], "weight": "semibold"}
    figure.text(0.06, 0.885, "tinygrad_ko", color=ACCENT, fontsize=24, **bold)
    title = figure.text(0.06, 0.82, text["title"], color=INK, fontsize=46, va="top", **bold)
    title.set_linespacing(1.3)
    lead = figure.text(0.06, 0.14, text["lead"], color=PALE, fontsize=24, va="center")
    lead.set_linespacing(1.45)


def _draw_curve(figure: Figure) -> None:
    axes = figure.add_axes((0.4, -0.02, 0.64, 0.66))
    x, points = np.linspace(-6.2, 6.2, 400), np.linspace(-5.0, 5.0, 9)
    axes.plot(x, np.sin(x) + x / 4, color=PALE, linestyle="-", linewidth=2.5)
    for px in points:
        py, slope = np.sin(px) + px / 4, np.cos(px) + 1 / 4
        across = 0.6 / np.hypot(1.0, slope)
        axes.plot(
            [px - across, px + across],
            [py - slope * across, py + slope * across],
            color=ACCENT,
            linestyle="-",
            linewidth=6,
            solid_capstyle="round",
        )
        axes.plot(px, py, marker="o", color=INK, markersize=7)
    axes.set_aspect("equal")
    axes.axis("off")


def write(app: Sphinx, exception: Exception | None) -> None:
    """Put the picture beside the other files of the built language."""
    if exception is None and app.builder.name == "html":
        path = Path(app.outdir) / "_static" / NAME
        path.write_bytes(draw(app.config.language))


def setup(app: Sphinx) -> ExtensionMetadata:
    app.connect("build-finished", write)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
