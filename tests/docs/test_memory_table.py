"""The table of CPython's versions on the page about memory says what this CPython does."""

from __future__ import annotations

import ast
import re
import subprocess
import sys

import pytest
from pages import LANGUAGES, load
from plain_examples import examples_of

NAME = "concepts/cpython-memory.md"
WORDS = {"yes": "yes", "no": "no", "예": "yes", "아니요": "no"}
HERE = f"{sys.version_info[0]}.{sys.version_info[1]}"
THRESHOLD = 5  # the row with the first threshold, counted from 0


def shown(text: str) -> dict[str, list[str]]:
    """The columns of the table on the page: {"3.11": ["2", …], …}."""
    lines = text.split("\n")
    start = next(i for i, line in enumerate(lines) if re.match(r"\| CPython \| 3\.11 \|", line))
    end = next(i for i in range(start, len(lines)) if not lines[i].startswith("|"))
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[start:end]]
    head, _, *body = rows
    return {
        version: [WORDS.get(row[i], row[i]) for row in body] for i, version in enumerate(head) if i
    }


def compared(text: str) -> dict[str, list[str]]:
    """The same columns in the example that compares them with the Python that runs it."""
    source = next(e.source for e in examples_of(text) if e.source.startswith("table = "))
    table = ast.literal_eval(source.removeprefix("table = "))
    return {".".join(map(str, key)): [str(each) for each in row] for key, row in table.items()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_is_the_one_that_an_example_compares(language: str) -> None:
    text = load(NAME, language).text
    assert list(shown(text)) == ["3.11", "3.12", "3.13", "3.14"]
    assert {version: rows[:THRESHOLD] for version, rows in shown(text).items()} == compared(text)


def test_the_threshold_is_that_of_a_fresh_python() -> None:
    code = "import gc; print(gc.get_threshold()[0])"
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert shown(load(NAME, "en").text)[HERE][THRESHOLD] == answer.stdout.strip()
