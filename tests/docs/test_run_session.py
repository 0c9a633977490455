"""What the Python in a reader's browser does with the examples of a page, tried in this one."""

from __future__ import annotations

import asyncio
import gc
import importlib.util
import json
import re
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from page_source import fences
from pages import DOCS, load

SOURCE = DOCS / "_static" / "run_session.py"
PACKAGES = {"numpy": "NumPy", "tinygrad_ko": "tinygrad_ko", "not_to_be_had": "Nothing"}


@pytest.fixture
def module() -> Any:
    spec = importlib.util.spec_from_file_location("run_session", SOURCE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Reader:
    """Someone who runs the examples of a page, and what they were shown."""

    def __init__(self, module: Any, *texts: str, **given: Any) -> None:
        self.blocks = [{"text": text, "number": n} for n, text in enumerate(texts, 1)]
        self.given = {"packages": PACKAGES, "python": "../p/", "wheel": "w.whl", "files": []}
        self.given |= given
        self.messages: list[dict[str, Any]] = []
        self.loaded: list[str] = []
        self.session = module.Session(self.receive, self.fetch, self.fetch, self.fetch)

    def receive(self, message: str) -> None:
        self.messages.append(json.loads(message))

    async def fetch(self, what: str) -> str:
        self.loaded.append(what)
        if "not_to_be_had" in what:
            raise OSError("no such package")
        return f"the text of {what}"

    def run(self, number: int) -> dict[str, Any]:
        """Press the button of a block; return what is shown at the end."""
        self.messages.clear()
        request = {**self.given, "blocks": self.blocks[:number]}
        asyncio.run(self.session.answer(json.dumps(request)))
        return self.messages[-1]

    def lines(self, number: int) -> list[tuple[str, str]]:
        """The lines under a block, as they were shown last."""
        found = [each for each in self.messages if each.get("number") == number]
        return [tuple(line) for line in found[-1]["lines"]]


@pytest.fixture
def reader(module: Any) -> Any:
    return lambda *texts, **given: Reader(module, *texts, **given)


# --- Pages as they are -------------------------------------------------------------------------


PAGES = [
    "index.md",
    "start/first-gradient.md",
    "concepts/cpython-memory.md",
    "concepts/variable-and-function.md",
    "concepts/chain-rule.md",
    "concepts/define-by-run.md",
    "concepts/numerical-differentiation.md",
    "concepts/partial-derivatives.md",
    "concepts/topological-sort.md",
    "faq.md",
]


@pytest.mark.parametrize("name", PAGES)
def test_pages_give_what_they_say(reader, monkeypatch, name):
    monkeypatch.chdir(DOCS)
    texts = [each.body for each in fences(load(name, "ko").text) if each.language == "pycon"]
    page = reader(*texts)
    gc.freeze()  # a page on memory looks through all objects, of which a reader's Python has few
    page.run(len(texts))
    gc.unfreeze()
    shown = {each["number"]: each["lines"] for each in page.messages if each.get("lines")}
    assert [line for lines in shown.values() for line in lines if line[0] == "differs"] == []
    assert page.messages[-1]["end"] in ("same", "quiet")
    assert page.messages[-1]["earlier"] == 0


def test_names_are_shared_and_blocks_before_run_first(reader):
    page = reader(">>> x = 1\n", ">>> y = x + 1\n", ">>> y\n2\n")
    assert page.run(3) == {"end": "same", "value": 0, "lost": "", "earlier": 0}
    assert page.lines(3) == [("input", ">>> y"), ("output", "2")]
    # Only the block that was asked for shows what it did.
    assert {each["number"] for each in page.messages if "number" in each} == {3}


def test_a_session_of_its_own_shares_no_names(reader):
    page = reader(">>> x = 1\n", ">>> x\n", ">>> x\n")
    page.blocks[1]["session"] = page.blocks[2]["session"] = "1"
    page.run(3)
    assert "NameError: name 'x' is not defined" in page.lines(3)[1][1]


def test_a_block_that_runs_twice_finds_what_the_page_had_made_for_it(reader):
    page = reader(
        ">>> x = []\n", ">>> x.append(1)\n>>> x\n[1]\n", ">>> x.append(2)\n>>> x\n[1, 2]\n"
    )
    assert [page.run(number)["end"] for number in (2, 2, 3, 3, 1, 2)] == [
        *("same", "same", "same", "same", "quiet", "same")
    ]


def test_what_ran_already_does_not_run_again(reader, tmp_path):
    file = tmp_path / "count"
    page = reader(
        f">>> with open({str(file)!r}, 'a') as file:\n...     file.write('*')\n1\n",
        ">>> 2\n2\n",
        ">>> 3\n3\n",
    )
    for number in (1, 2, 3):
        assert page.run(number)["end"] == "same"
    assert file.read_text() == "*"
    page.blocks[1]["code"] = "22"
    page.run(3)
    assert file.read_text() == "**"


def test_an_ellipsis_stands_for_anything_and_an_empty_line_can_be_written(reader):
    page = reader(">>> print('a 1 b')\na ... b\n>>> print('a\\n\\nb')\na\n<BLANKLINE>\nb\n")
    assert page.run(1)["end"] == "same"
    assert page.lines(1)[-1] == ("output", "a\n\nb")


# --- Errors ------------------------------------------------------------------------------------


def test_an_expected_error_is_the_same_and_is_shown_as_python_shows_it(reader):
    text = ">>> def f():\n...     return 1 / 0\n>>> f()\nTraceback (most recent call last):\n"
    page = reader(f"{text}ZeroDivisionError: division by zero\n")
    assert page.run(1)["end"] == "same"
    kind, shown = page.lines(1)[-1]
    assert kind == "output"
    first, *_, last = shown.split("\n")
    assert first == "Traceback (most recent call last):"
    assert last == "ZeroDivisionError: division by zero"
    assert 'File "<example 1, prompt 2>", line 1, in <module>\n    f()' in shown
    assert 'File "<example 1, prompt 1>", line 2, in f\n    return 1 / 0' in shown
    assert "run_session" not in shown


@pytest.mark.parametrize(
    ("code", "end"),
    [
        ("x y", "SyntaxError: invalid syntax"),
        ("a = 1\nb = 2\nx y\n", "SyntaxError: invalid syntax"),
        ("def f(:", "SyntaxError: invalid syntax"),
        ("if True:\nx = 1", "IndentationError: expected an indented block"),
        ("raise SystemExit(3)", "SystemExit: 3"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("input('?')", "Error"),
        ("f = lambda n: f(n + 1)\nf(0)", "RecursionError: maximum recursion depth exceeded"),
    ],
)
def test_code_of_the_reader_may_end_in_any_way(reader, monkeypatch, code, end):
    monkeypatch.setattr(sys, "stdin", None)
    page = reader(">>> 1\n1\n", ">>> 2\n2\n")
    page.blocks[0]["code"] = code
    page.run(1)
    last = page.lines(1)[-1] if page.lines(1)[-1][0] != "page" else page.lines(1)[-2]
    assert end in last[1].split("\n")[-1]
    assert "run_session" not in last[1]
    assert page.run(2)["end"] == "same"


def test_the_line_that_is_no_python_is_shown(reader):
    page = reader(">>> 1\n1\n")
    page.blocks[0]["code"] = "a = 1\nx y"
    page.run(1)
    assert 'File "<example 1, prompt 1>", line 2\n    x y\n' in page.lines(1)[1][1]


def test_warnings_are_shown_and_compared_with_nothing(reader):
    page = reader(">>> import sys\n>>> print('careful', file=sys.stderr)\n")
    assert page.run(1)["end"] == "same"
    assert page.lines(1)[-1] == ("output", "careful")


# --- Code of the reader ------------------------------------------------------------------------


PAGE = ">>> x = 3\n>>> x**2\n9\n>>> -x\n-3\n"


@pytest.mark.parametrize(
    ("code", "marked"),
    [
        ("x = 4\nx**2\n-x", [("16", "9"), ("-4", "-3")]),
        ("x = 3\nx**2 + 1\n-x", [("10", "9")]),
        ("x = 3\nx**2\n-x\nx", []),
        ("x = 3\ny = 7\nx**2\n-x", []),
        ("-x", [("NameError", "-3")]),
        ("x = 3; x**2; -x", []),
        ("x = 3\nprint()\nx**2\n5\n-x", []),
        ("x = 3\nx**2\n-x\n\n", []),
        ("", []),
        # Lines were added, before or after the one that was changed.
        ("x = 3\nx**2\n-x + 1\nprint(x)\n7", [("-2", "-3")]),
        ("x = 3\nprint(5)\nx**2 + 1\ny = 2", [("10", "9")]),
        ("x = 3\nx**2 + 1", [("10", "9")]),
    ],
)
def test_what_differs_from_the_page_is_shown_with_what_the_page_has(reader, code, marked):
    page = reader(PAGE)
    page.blocks[0]["code"] = code
    assert page.run(1)["value"] == len(marked)
    lines = page.lines(1)
    found = [
        (here[1], there[1])
        for here, there in pairwise(lines)
        if (here[0], there[0]) == ("differs", "page")
    ]
    assert len(found) == len(marked)
    for (here, there), (expected_here, expected_there) in zip(found, marked, strict=True):
        assert expected_here in here
        assert there == expected_there


def test_code_that_was_not_changed_is_that_of_the_page(reader, module):
    page = reader(PAGE)
    page.blocks[0]["code"] = module.code_of(PAGE)
    assert page.messages == []
    assert page.run(1)["end"] == "same"
    assert page.messages[-2]["code"] == "x = 3\nx**2\n-x"


def test_code_with_a_future_keeps_it(reader):
    page = reader(">>> 1\n1\n", ">>> def f(x: nothing): pass\n")
    page.blocks[0]["code"] = "from __future__ import annotations"
    assert page.run(2)["end"] == "quiet"


@pytest.mark.parametrize(
    ("code", "parts"),
    [
        ("a\nb", ["a\n", "b\n"]),
        ("a; b\nc", ["a; b\n", "c\n"]),
        ("@a\n@b\ndef f():\n    pass\n\n\nc", ["@a\n@b\ndef f():\n    pass\n", "c\n"]),
        ("x = '''\na\n'''\ny", ["x = '''\na\n'''\n", "y\n"]),
        ("# why\na  # what\n# that\nb", ["a  # what\n# that\n", "b\n"]),
        ("if a:\n    b\nelse:\n    c", ["if a:\n    b\nelse:\n    c\n"]),
        ("a b\nc", ["a b\nc\n"]),
        ("\0", ["\0\n"]),
        ("", []),
        ("# nothing", []),
    ],
)
def test_code_is_cut_into_what_one_enters_at_a_prompt(module, code, parts):
    assert module.statements(code) == parts


def test_an_earlier_example_that_differs_is_named_and_shown(reader):
    page = reader(">>> x = 1\n>>> x\n1\n", ">>> y = 5\n", ">>> 3\n3\n")
    page.blocks[0]["code"] = "x = 2\nx"
    assert page.run(3) == {"end": "same", "value": 0, "lost": "", "earlier": 1}
    assert page.lines(1)[-2:] == [("differs", "2"), ("page", "1")]


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("1 / 0\nnothing", "ZeroDivisionError: division by zero"),
        ("x = = 1", "SyntaxError: invalid syntax"),
        ("raise KeyError('$& {}')", "KeyError: '$& {}'"),
        ("e = ValueError('a\\nb')\ne.add_note('c')\nraise e", "ValueError: a"),
        ("raise ValueError('a' * 999)", f"ValueError: {'a' * 188}…"),
        ("raise SystemExit", "SystemExit"),
    ],
)
def test_an_exception_that_nobody_expected_is_named(reader, code, message):
    page = reader(">>> x = 1\n>>> y = 2\n>>> z = 3\n", ">>> 2\n2\n")
    page.blocks[0]["code"] = f"a = 1\nb = 2\nc = 3\nd = 4\n{code}"
    assert page.run(2) == {"end": "same", "value": 0, "lost": "", "earlier": 1}
    assert page.run(1) == {"end": "raised", "value": message, "lost": "", "earlier": 0}


def test_an_exception_of_the_page_is_nothing_to_name(reader):
    page = reader(">>> 1 / 0\nTraceback (most recent call last):\nZeroDivisionError: ...\n")
    page.blocks[0]["code"] = "1 / 0\nx = 1"
    assert page.run(1)["end"] == "done"


def test_an_example_that_shows_a_result_is_brought_up_to_date(reader):
    page = reader(">>> x = 1\n", ">>> 2\n2\n", ">>> 3\n3\n")
    page.blocks[1]["shown"] = True
    page.run(3)
    assert page.lines(2) == [("input", ">>> 2"), ("output", "2")]


# --- Outputs -----------------------------------------------------------------------------------


def test_a_long_output_is_cut_and_shown_while_it_grows(reader, module, monkeypatch):
    monkeypatch.setattr(module, "PAUSE", 0.0)
    page = reader(">>> 1\n1\n")
    page.blocks[0]["code"] = "for _ in range(3000):\n    print('0123456789')"
    page.run(1)
    sizes = [len(each["lines"][1][1]) for each in page.messages if each.get("lines")]
    assert len(sizes) > 1000
    assert sizes == sorted(sizes)
    assert module.LONGEST <= sizes[-1] < module.LONGEST + 10
    assert page.lines(1)[1][1].endswith("…")


def test_outputs_of_a_block_that_takes_time_come_one_by_one(reader, module, monkeypatch):
    monkeypatch.setattr(module, "PAUSE", 0.0)
    page = reader(">>> 1\n1\n>>> 2\n2\n")
    page.run(1)
    # The result of an earlier press is taken away at once.
    counts = [len(each["lines"]) for each in page.messages if "lines" in each]
    assert sorted(set(counts)) == [0, 2, 4]
    assert counts == sorted(counts)


def test_how_numpy_prints_is_kept_until_the_page_begins_anew(reader):
    tenth = ">>> np.array([1 / 3])\narray([0.33])\n"
    page = reader(">>> import numpy as np\n>>> np.set_printoptions(precision=2)\n", tenth, tenth)
    for number in (1, 2, 3):
        page.run(number)
        assert page.messages[-1]["end"] in ("quiet", "same")
    assert np.get_printoptions()["precision"] == 8
    page.blocks[0]["code"] = "import numpy as np"
    page.run(2)
    assert page.lines(2)[-2:] == [("differs", "array([0.33333333])"), ("page", "array([0.33])")]


# --- Packages and files ------------------------------------------------------------------------


@pytest.fixture
def without_packages(monkeypatch, module):
    find = module.importlib.util.find_spec
    lost = ("numpy", "tinygrad_ko")
    monkeypatch.setattr(
        module.importlib.util, "find_spec", lambda name: None if name in lost else find(name)
    )
    for name in lost:
        monkeypatch.delitem(sys.modules, name)


def test_packages_are_asked_for_when_they_are_needed(reader):
    page = reader(">>> 1\n1\n", ">>> import not_to_be_had\n", ">>> 3\n3\n")
    page.blocks[1]["heavy"] = "[0]"
    page.run(1)
    page.run(3)
    assert page.loaded == []
    page.run(2)
    assert page.loaded == ["import not_to_be_had"]


def test_the_engine_brings_numpy(reader, without_packages):
    page = reader(">>> from tinygrad_ko import Variable\n")
    page.blocks[0]["heavy"] = "[0]"
    assert page.run(1) == {"end": "noPackages", "value": "NumPy, tinygrad_ko"}
    assert page.loaded == ["import numpy\nimport tinygrad_ko", "../p/w.whl"]
    assert [each.get("value") for each in page.messages if each.get("state") == "packages"] == [
        "NumPy, tinygrad_ko"
    ]


def test_an_example_without_its_package_is_not_run(reader):
    page = reader(">>> import not_to_be_had\n")
    page.blocks[0]["heavy"] = "[0]"
    assert page.run(1) == {"end": "noPackages", "value": "Nothing"}
    assert page.lines(1) == []


def test_an_example_that_needs_no_package_runs_without(reader):
    page = reader(">>> import not_to_be_had\n>>> x = 1\n", ">>> x\n1\n")
    page.blocks[0]["heavy"] = "[0]"
    assert page.run(2)["end"] == "same"
    assert page.loaded == []
    # Changed, it may use what the page has imported; where that cannot be had, it runs as well.
    page.blocks[1]["code"] = "x + 1"
    last = page.run(2)
    assert (last["end"], last["lost"], last["earlier"]) == ("differs", "Nothing", 0)
    assert page.loaded == ["import not_to_be_had"]
    assert page.lines(2) == [("input", ">>> x + 1"), ("differs", "2"), ("page", "1")]


def test_a_package_that_nobody_knows_is_an_error_of_python(reader):
    page = reader(">>> 1\n1\n")
    page.blocks[0]["code"] = "import tinygrad_kp"
    page.run(1)
    assert "ModuleNotFoundError: No module named 'tinygrad_kp'" in page.lines(1)[-2][1]


def test_examples_that_no_browser_can_run_are_left_out(reader):
    page = reader(">>> import subprocess\n>>> x = 1\n", ">>> import not_to_be_had\n>>> x\n1\n")
    page.blocks[0] |= {"skip": "[0]", "heavy": "[0]"}
    del page.given["packages"]["not_to_be_had"]
    page.blocks[1]["heavy"] = "[0]"
    page.run(2)
    assert page.lines(2)[-1] == ("output", "1")


def test_data_files_are_there_when_an_example_reads_them(reader, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    read = ">>> import pathlib\n>>> pathlib.Path('data/a.csv').read_text()\n"
    page = reader(f"{read}'the text of ../p/data/a.csv'\n")
    page.given["files"] = ["data/a.csv"]
    page.run(1)
    page.run(1)
    assert page.loaded == ["../p/data/a.csv"]
    assert (tmp_path / "data/a.csv").read_text() == "the text of ../p/data/a.csv"


def test_it_needs_no_package_itself():
    imported = re.findall(r"^(?:import|from) ([\w.]+)", SOURCE.read_text("utf-8"), re.M)
    assert {name.partition(".")[0] for name in imported} <= sys.stdlib_module_names
    assert Path(SOURCE).name == "run_session.py"
