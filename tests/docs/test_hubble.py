"""The measurements that stand on the page are those of the table that it offers."""

import csv
import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"


def numbers(page, name):
    """Return the array called `name` as the page prints it."""
    literal = re.search(rf">>> {name} = np\.array\((\s*(?:\.\.\. +)?\[[^\]]*\])", page)[1]
    return [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", literal)]


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_page_shows_the_whole_table(language):
    page = (DOCS / language / "start" / "first-gradient.md").read_text(encoding="utf-8")
    lines = (DOCS / "data" / "hubble-1929.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("# E. Hubble (1929)")
    rows = list(csv.DictReader(lines[1:]))
    assert len(rows) == 24
    assert numbers(page, "d") == [float(row["distance_mpc"]) for row in rows]
    assert numbers(page, "v") == [float(row["velocity_km_s"]) for row in rows]
