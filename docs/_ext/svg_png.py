"""A figure of a page as PNG, in the light colours on their own ground.

Jupyter shows no SVG in its text, and none under a cell that the reader has not run.
"""

from __future__ import annotations

import re
from base64 import b64encode
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from resvg_py import svg_to_bytes

STYLE = Path(__file__).resolve().parents[1] / "_static" / "plot.css"
VARIABLE = re.compile(r"var\((--[\w-]+)(?:,\s*([^()]*))?\)")
COLOUR = re.compile(r"(--[\w-]+):\s*(#\w+);")
GROUND = "--plot-background"
ZOOM = 1.5
NAMESPACE = ' xmlns="http://www.w3.org/2000/svg"'


@cache
def colours() -> dict[str, str]:
    """The colours of figures on a light page, which the style sheet names first."""
    found: dict[str, str] = {}
    for name, colour in COLOUR.findall(STYLE.read_text(encoding="utf-8")):
        found.setdefault(name, colour)
    return found


@cache
def fonts() -> list[str]:
    """A font with Hangul, and one with the signs that it lacks; the same on every machine."""
    korean, others = find_spec("koreanize_matplotlib"), find_spec("matplotlib")
    assert korean is not None
    assert others is not None
    folder = Path(str(korean.origin)).parent / "fonts"
    more = Path(str(others.origin)).parent / "mpl-data" / "fonts" / "ttf"
    files = [folder / "NanumGothic.ttf", folder / "NanumGothicBold.ttf", more / "DejaVuSans.ttf"]
    return [str(file) for file in files]


def png(svg: str) -> str:
    """Return a complete SVG text as PNG in base 64."""
    known = colours()
    text = VARIABLE.sub(lambda found: known.get(found[1], found[2] or "currentColor"), svg)
    if NAMESPACE not in text:
        text = text.replace("<svg", f"<svg{NAMESPACE}", 1)
    made = svg_to_bytes(
        svg_string=text,
        background=known[GROUND],
        zoom=ZOOM,
        skip_system_fonts=True,
        font_files=fonts(),
        font_family="NanumGothic",
        sans_serif_family="NanumGothic",
        monospace_family="NanumGothic",
    )
    return b64encode(bytes(made)).decode("ascii")
