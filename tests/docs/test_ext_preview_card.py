"""The picture beside a shared link: its size, its words, and that it is the same each time."""

from __future__ import annotations

from io import BytesIO

import pytest
from matplotlib import image
from preview_card import ALT, SIZE, TEXT, draw


@pytest.mark.parametrize("language", ["ko", "en"])
def test_it_has_the_size_that_is_asked_for_and_is_the_same_each_time(language):
    # A letter that the font lacks would be a warning, and warnings are errors here.
    first = draw(language)
    assert image.imread(BytesIO(first)).shape[:2] == SIZE[::-1]
    assert first == draw(language)
    assert len(first) < 100 * 1024
    assert b"Software" not in first


def test_the_words_stand_inside_it_and_differ():
    left = {}
    for language in ("ko", "en"):
        pixels = image.imread(BytesIO(draw(language)))[..., :3]
        ground = pixels[0, 0]
        drawn = abs(pixels - ground).max(axis=2) > 0.1
        words = drawn[:320]  # the upper half has the words alone
        rows, columns = words.nonzero()
        left[language] = words
        assert rows.min() > 30
        assert 50 < columns.min() < columns.max() < SIZE[0] - 50
        assert rows.max() < 300
    assert (left["ko"] != left["en"]).mean() > 0.02


def test_both_languages_have_the_same_texts():
    assert TEXT["ko"].keys() == TEXT["en"].keys()
    for language in ("ko", "en"):
        # Whoever cannot see the picture is told its title too.
        assert TEXT[language]["title"].replace("\n", " ") in ALT[language]
