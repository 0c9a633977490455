"""Examples that need no NumPy run on CPython 3.14, compiled to WebAssembly, in Node.

`nox -s wasm` installs what these tests need and says where it is, in the variable PYODIDE.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from doctest import Example
from pathlib import Path
from typing import Any

import pytest
from plain_examples import examples_of, plain

ROOT = Path(__file__).resolve().parents[2]
PAGES = ["concepts/cpython-memory.md"]


def run(examples: list[Example]) -> dict[str, Any]:
    """Run examples as one session, and return the report of tests/wasm/run_inside.py."""
    node, folder = shutil.which("node"), os.environ.get("PYODIDE")
    if node is None or not folder:
        pytest.fail("these tests need Node.js and Pyodide: run `nox -s wasm`", pytrace=False)
    given = [[each.source, each.want, each.exc_msg, each.lineno] for each in examples]
    result = subprocess.run(
        [node, str(Path(__file__).with_name("run.mjs")), folder],
        input=json.dumps(given),
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("page", PAGES)
def test_a_page_says_what_this_python_does(page: str, language: str) -> None:
    where = f"docs/{language}/{page}"
    examples = plain(examples_of((ROOT / where).read_text(encoding="utf-8")))
    report = run(examples)
    assert (report["version"][:2], report["platform"]) == ([3, 14], "emscripten")
    assert report["ran"] == len(examples) > 100
    problems = [
        f"{where}:{line}: {source}expected:\n{want}got:\n{got}"
        for line, source, want, got in report["problems"]
    ]
    if problems:
        pytest.fail("\n".join(problems), pytrace=False)


def test_a_wrong_example_is_found_with_its_line() -> None:
    text = """\
```pycon
>>> x = 1
>>> x
2
>>> x / 0
Traceback (most recent call last):
ZeroDivisionError: division by one
>>> x / 0
Traceback (most recent call last):
ZeroDivisionError: division by zero
>>> y
1
>>> import warnings
>>> warnings.warn("no")
>>> [0, x, 2]
[0, ..., 2]
```
"""
    report = run(examples_of(text))
    assert [problem[0] for problem in report["problems"]] == [3, 5, 11, 14]
    assert report["ran"] == 8
    assert report["problems"][0][1:] == ["x\n", "2\n", "1\n"]
