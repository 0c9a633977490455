"""Figures as PNG have the colours of a light page, their letters, and the same bytes each time."""

from __future__ import annotations

import struct
from base64 import b64decode
from io import BytesIO

import matplotlib.image
import numpy as np
import pytest
from svg_png import GROUND, ZOOM, colours, png

WIDTH, HEIGHT = 40, 20


def drawing(inside):
    return f'<svg width="{WIDTH}" height="{HEIGHT}">{inside}</svg>'


def pixels(svg):
    return np.round(matplotlib.image.imread(BytesIO(b64decode(png(svg)))) * 255).astype(int)


def rgb(colour):
    digits = colour.lstrip("#")
    digits = digits if len(digits) == 6 else "".join(2 * digit for digit in digits)
    return list(struct.unpack("BBB", bytes.fromhex(digits)))


def test_the_ground_is_that_of_a_light_page_and_the_size_is_enlarged():
    found = pixels(drawing(""))
    assert found.shape[:2] == (int(HEIGHT * ZOOM), int(WIDTH * ZOOM))
    assert found[0, 0, :3].tolist() == rgb(colours()[GROUND])
    assert sum(rgb(colours()[GROUND])) > 700


def filled(fill):
    return pixels(drawing(f'<rect width="40" height="20" fill="{fill}"/>'))[5, 5, :3].tolist()


def test_a_colour_of_the_page_is_used_where_it_has_that_name():
    name, colour = next((n, c) for n, c in colours().items() if n != GROUND and len(c) in (4, 7))
    assert filled(f"var({name})") == rgb(colour)
    assert filled(f"var({name}, #123456)") == rgb(colour)
    assert filled("var(--nowhere, #123456)") == rgb("#123456")


@pytest.mark.parametrize("letters", ["기울기", "gradient", "∂ε"])
def test_letters_are_drawn_though_the_system_may_have_none(letters):
    def text(words):
        return drawing(f'<text x="2" y="15" font-size="11">{words}</text>')

    drawn = pixels(text(letters))
    assert np.ptp(drawn[..., :3]) > 100
    # A box for a sign that no font has would be the same for all.
    assert not np.array_equal(drawn, pixels(text("\ue000" * len(letters))))


def test_the_same_drawing_gives_the_same_bytes():
    svg = drawing('<text x="2" y="15">기울기</text>')
    assert png(svg) == png(svg)
