"""Shows that what `nox -s mutate` adds to mutmut reads, cuts and places the changes rightly."""

from __future__ import annotations

import ast
import tomllib

import mutate
import pytest

SOURCE = '''
from functools import cache, wraps

@cache
@wraps(
    print,
)
def twice(x):
    """Return it twice."""
    return x + x

class Box:
    """A class whose methods have decorators too."""

    @property
    def size(self):
        return self._size

    @size.setter
    def size(self, value):
        self._size = value

    @classmethod
    def of(cls, size):
        box = cls()
        box.size = size
        return box

def last():
    return 1
'''


def line_of(text: str, source: str = SOURCE) -> int:
    return source.splitlines().index(text) + 1


def test_no_function_that_is_to_be_changed_has_a_decorator():
    tree = ast.parse(mutate.undecorated(SOURCE))
    left = {f.name: [*map(ast.unparse, f.decorator_list)] for f in mutate.functions_of(tree)}
    assert left == {"twice": [], "size": [], "size_setter": [], "of": ["classmethod"], "last": []}


def test_without_decorators_the_functions_do_what_they_did():
    names = {}
    exec(mutate.undecorated(SOURCE), names)
    assert names["twice"](3) == 6
    assert names["twice"].cache_info().misses == 1
    assert names["twice"].__wrapped__.__name__ == "print"
    box = names["Box"].of(4)
    assert box.size == 4
    box.size = 5
    assert box._size == 5


def test_each_line_keeps_its_distance_from_the_def():
    lines = mutate.undecorated(SOURCE).splitlines()
    at = lines.index("def twice(x):")
    assert lines[at + 2] == "    return x + x"
    assert lines[at + 3] == "twice = wraps(print)(twice)"
    assert lines[at + 4] == "twice = cache(twice)"


def test_a_source_without_decorators_stays_as_it_is():
    source = "def f(x):\n    return x\n"
    assert mutate.undecorated(source) == source


def test_every_module_of_the_package_is_still_python_without_decorators():
    modules = sorted((mutate.ROOT / mutate.PACKAGE).rglob("*.py"))
    assert len(modules) > 20
    for path in modules:
        ast.parse(mutate.undecorated(path.read_text(encoding="utf-8")), path.name)


def test_parts_are_named_by_file():
    parts = ["core.py", "tinygrad_ko/functions/products.py", "core.py"]
    assert mutate.files_named(parts) == [
        "tinygrad_ko/core.py",
        "tinygrad_ko/functions/products.py",
    ]


def test_without_a_part_the_engine_is_meant():
    files = mutate.files_named(mutate.ENGINE)
    assert {"tinygrad_ko/core.py", "tinygrad_ko/functions/products.py"} <= {*files}
    assert "tinygrad_ko/graph.py" not in files


@pytest.mark.parametrize("part", ["cores.py", "functions/product.py", "functions", "core", "*"])
def test_a_part_that_is_no_file_is_refused_with_how_to_name_one(part):
    with pytest.raises(SystemExit, match=r"names no file of tinygrad_ko/; name them as core\.py"):
        mutate.files_named([part])


def test_the_copy_tells_mutmut_the_files_and_the_tests_and_has_no_decorators(tmp_path):
    tree = tmp_path / "tree"
    mutate.copy_to_change(tree, ["tinygrad_ko/core.py"], ["tests/test_a.py", "tests/test_b.py"])
    settings = tomllib.loads((tree / "pyproject.toml").read_text(encoding="utf-8"))
    options = settings["tool"]["mutmut"]
    assert options["only_mutate"] == ["tinygrad_ko/core.py"]
    assert options["source_paths"] == ["tinygrad_ko"]
    selection = options["pytest_add_cli_args_test_selection"]
    assert selection[:2] == ["tests/test_a.py", "tests/test_b.py"]
    assert "tests" not in selection
    assert "--ignore=tests/docs" in selection
    core = (tree / "tinygrad_ko" / "core.py").read_text(encoding="utf-8")
    assert "@property" not in core
    assert "    data = property(data)" in core


def test_all_tests_are_run_unless_some_are_named():
    text = (mutate.ROOT / "pyproject.toml").read_text(encoding="utf-8")
    options = tomllib.loads(mutate.with_choice(text, ["a.py"], ["tests"]))["tool"]["mutmut"]
    before = tomllib.loads(text)["tool"]["mutmut"]
    assert options == before | {"only_mutate": ["a.py"]}


def test_the_tests_that_are_left_out_are_there():
    text = (mutate.ROOT / "pyproject.toml").read_text(encoding="utf-8")
    selection = tomllib.loads(text)["tool"]["mutmut"]["pytest_add_cli_args_test_selection"]
    for option in selection[1:]:
        path, _, name = option.partition("=")[2].partition("::")
        assert (mutate.ROOT / path).exists(), option
        if name:
            assert f"def {name}(" in (mutate.ROOT / path).read_text(encoding="utf-8"), option


@pytest.mark.parametrize(
    ("mutant", "expected"),
    [
        (
            "tinygrad_ko.functions.products.x__leave_out__mutmut_12",
            ("tinygrad_ko/functions/products.py", ["_leave_out"]),
        ),
        (
            "tinygrad_ko.core.xǁFunctionǁ__call____mutmut_3",
            ("tinygrad_ko/core.py", ["Function", "__call__"]),
        ),
    ],
)
def test_the_name_of_a_change_says_file_class_and_function(mutant, expected):
    assert mutate.function_of(mutant) == expected


@pytest.mark.parametrize(
    ("names", "first", "last"),
    [
        (["twice"], "def twice(x):", "    return x + x"),
        (["Box", "size"], "    def size(self):", "        return self._size"),
        (["Box", "size_setter"], "    def size(self, value):", "        self._size = value"),
        (["Box", "of"], "    def of(cls, size):", "        return box"),
    ],
)
def test_the_place_of_a_function_reaches_from_its_def_to_its_end(names, first, last):
    assert mutate.place_of(SOURCE, names) == range(line_of(first), line_of(last) + 1)


def test_a_change_is_described_by_its_line_in_the_file():
    source = "import a\n\n\n@decorated\ndef f(x):\n    y = x\n    z = 1\n    y = x\n    return y\n"
    diff = (
        "# m.x_f__mutmut_1: survived\n--- m.py\n+++ m.py\n@@ -1,5 +1,5 @@\n"
        " def f(x):\n     y = x\n     z = 1\n-    y = x\n+    y = None\n     return y\n"
    )
    assert mutate.described("m.x_f__mutmut_1", "survived", diff, source) == mutate.Unnoticed(
        "m.py", 8, "y = x", "y = None", "survived"
    )


def test_a_change_over_several_lines_is_one_sentence_at_the_first():
    source = "def f():\n    raise TypeError(\n        'a'\n        'b'\n    )\n"
    diff = (
        "--- m.py\n+++ m.py\n@@ -1,5 +1,4 @@\n def f():\n     raise TypeError(\n"
        "-        'a'\n-        'b'\n+        None\n     )\n"
    )
    found = mutate.described("m.x_f__mutmut_1", "no tests", diff, source)
    assert found == mutate.Unnoticed("m.py", 3, "'a' 'b'", "None", "no tests")


def test_the_line_is_right_below_a_decorator_that_mutmut_shows():
    source = "class A:\n    @classmethod\n    def f(cls):\n        x = 1\n        return x\n"
    diff = (
        "--- m.py\n+++ m.py\n@@ -1,4 +1,4 @@\n @classmethod\n def f(cls):\n"
        "-    x = 1\n+    x = 2\n     return x\n"
    )
    assert mutate.described("m.xǁAǁf__mutmut_1", "survived", diff, source).line == 4


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("y = x", "y = None", ("y = x", "y = None")),
        ("same", "same", ("same", "same")),
        ("a" * 30 + "+" + "b" * 30, "a" * 30 + "-" + "b" * 30, ("…aa+bb…", "…aa-bb…")),
        ("+" + "b" * 30, "-" + "b" * 30, ("+bb…", "-bb…")),
        ("a" * 30 + "+", "a" * 30 + "-", ("…aa+", "…aa-")),
    ],
)
def test_long_lines_are_cut_to_where_they_differ(before, after, expected):
    assert mutate.middle(before, after, around=2 if len(before) > 10 else 24) == expected


def test_the_table_is_sorted_and_says_what_is_no_survivor():
    lines = mutate.table(
        [
            mutate.Unnoticed("b.py", 1, "x", "y", "survived"),
            mutate.Unnoticed("a.py", 12, "1 + 1", "1 - 1", "no tests"),
            mutate.Unnoticed("a.py", 3, "True", "False", "survived"),
        ]
    ).splitlines()
    assert [line.split(maxsplit=1) for line in lines[::2]] == [
        ["a.py:3", "True"],
        ["a.py:12", "1 + 1"],
        ["b.py:1", "x"],
    ]
    assert [line.strip() for line in lines[1::2]] == ["False", "1 - 1  (no tests)", "y"]


def test_the_results_of_mutmut_are_read():
    text = "    m.x_f__mutmut_1: killed\n    m.x_f__mutmut_2: no tests\n\n"
    assert mutate.statuses(text) == {"m.x_f__mutmut_1": "killed", "m.x_f__mutmut_2": "no tests"}
