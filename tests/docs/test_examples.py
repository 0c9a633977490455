"""A broken example makes pytest fail, and it names the file and the line of the example.

The collection of `docs/conftest.py` and the options of `pyproject.toml` are at work here on a
small tree of their own, in which the faults are known.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pages import ROOT

COPIED = ["pyproject.toml", "docs/conftest.py", "docs/_ext/page_source.py"]

GOOD = """\
# Title

```pycon
>>> from tinygrad_ko import double
>>> x = double(2)
>>> x  # a comment
4
>>> # nothing but a comment
```

- A list

  ````{solution} Its answer
  :class: wide

  ```pycon
  >>> def f():
  ...     raise ValueError("said exactly")
  >>> f()
  Traceback (most recent call last):
    ...
  ValueError: said exactly
  >>> print(x, end="\\n\\n")
  4
  <BLANKLINE>
  >>> list(range(99))
  [0, 1, ..., 98]
  ```
  ````

:::{note}
```pycon
>>> class A:
...     pass
>>> A
<class '__main__.A'>
>>> from pathlib import Path
>>> Path("data/numbers.csv").read_text()
'1,2'
>>> 0.123  # doctest: +NUMBER
0.12
```
:::

```python
this is shown, not run
```
"""

PACKAGE = '''\
"""A package."""


def double(x: int) -> int:
    """Double a number.

    >>> double(2)
    4
    """
    return 2 * x
'''

TREE = {
    "docs/ko/start/good.md": GOOD.replace("Title", "제목"),
    "docs/en/start/good.md": GOOD,
    "docs/data/numbers.csv": "1,2",
    "docs/_build/html/ko/copy.md": "```pycon\n>>> 1\n2\n```\n",
    "docs/conf.py": "raise SystemExit('not to be imported')\n",
    "tinygrad_ko/__init__.py": PACKAGE,
    "tests/test_something.py": "def test_something():\n    assert True\n",
}


def run(root: Path, files: dict[str, str], *options: str) -> tuple[int, str]:
    """Run pytest over a copy of the set-up with the given files."""
    for name in COPIED:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, root / name)
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "--color=no", "-p", "no:cacheprovider", *options],
        cwd=root,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    return result.returncode, result.stdout + result.stderr


def counts(output: str) -> dict[str, int]:
    """The numbers in pytest's closing line."""
    return {word: int(n) for n, word in re.findall(r"(\d+) (\w+)", output.strip().split("\n")[-1])}


def test_good_examples_pass_and_each_is_a_test(tmp_path: Path) -> None:
    code, output = run(tmp_path, TREE)
    assert code == 0, output
    # Twelve prompts on each page that are not only a comment, the docstring's, the unit test.
    assert counts(output)["passed"] == 2 * 12 + 2


def test_a_broken_example_is_named_wherever_it_stands(tmp_path: Path) -> None:
    broken = {
        **TREE,
        "docs/ko/start/good.md": GOOD.replace("ValueError: said", "ValueError: did not say"),
        "docs/en/start/good.md": GOOD.replace("# a comment\n4", "# a comment\n5"),
        "tinygrad_ko/__init__.py": PACKAGE.replace("    4\n", "    5\n"),
    }
    code, output = run(tmp_path, broken)
    assert code == 1
    assert re.search(r"docs.ko.start.good\.md, line 19, ", output)
    assert re.search(r"docs.en.start.good\.md, line 6, ", output)
    assert re.search(r"FAILED docs.ko.start.good\.md::line:19,", output)
    assert re.search(r"FAILED docs.en.start.good\.md::line:6,", output)
    assert re.search(r"tinygrad_ko.__init__\.py:7: DocTestFailure", output)
    assert counts(output)["failed"] == 3


FAULTS = {
    "empty": "```pycon\n```\n",
    "no-prompt": "```pycon\nx = 1\n```\n",
    "only-a-comment": "```pycon\n>>> # x = 1\n```\n",
    "comment-with-output": "```pycon\n>>> # x = 1\n2\n>>> 1\n1\n```\n",
    "skipped": "```pycon\n>>> 1  # doctest: +SKIP\n2\n```\n",
    "inexact-message": "```pycon\n>>> 1  # doctest: +IGNORE_EXCEPTION_DETAIL\n1\n```\n",
    "unknown-option": "```pycon\n>>> 1  # doctest: +NO_SUCH_OPTION\n1\n```\n",
    "no-space": "```pycon\n>>>1\n1\n```\n",
    "after-an-empty-line": "```pycon\n>>> print('1\\n\\n2')\n1\n\n2\n```\n",
    "unclosed": "```pycon\n>>> 1\n1\n",
    "unclosed-by-indentation": "```pycon\n>>> 1\n1\n    ```\n\nText.\n",
    "swallows-the-next": "```pycon\n>>> 1\n1\n```text\n```\n",
    "solution-ends-too-early": "```{solution}\n```pycon\n>>> 1\n1\n```\nText.\n```\n",
    "warning": "```pycon\n>>> import warnings\n>>> warnings.warn('no')\n```\n",
    "file-left-open": "```pycon\n>>> x = open('data/numbers.csv').read()\n```\n",
    "name-of-another-page": "```pycon\n>>> x\n4\n```\n",
    "wrong-in-a-list": "1. a\n\n   ```pycon\n   >>> 1\n   2\n   ```\n",
    "wrong-in-a-quote": "> ```pycon\n> >>> 1\n> 2\n> ```\n",
    "wrong-in-tildes": "~~~pycon\n>>> 1\n2\n~~~\n",
    "wrong-deep-down": ":::{note}\n````{solution}\n```pycon\n>>> 1\n2\n```\n````\n:::\n",
}
LINES = {
    "file-left-open": 2,
    "after-an-empty-line": 5,
    "solution-ends-too-early": 2,
    "comment-with-output": 3,
    "inexact-message": 2,
    "skipped": 2,
    "swallows-the-next": 4,
    "warning": 3,
    "name-of-another-page": 2,
    "wrong-in-a-list": 4,
    "wrong-in-a-quote": 2,
    "wrong-in-tildes": 2,
    "wrong-deep-down": 4,
}


@pytest.fixture(scope="module")
def output_of_faults(tmp_path_factory: pytest.TempPathFactory) -> str:
    pages = {f"docs/ko/{name}.md": text for name, text in FAULTS.items()}
    return run(tmp_path_factory.mktemp("faults"), {**TREE, **pages})[1]


@pytest.mark.parametrize("name", FAULTS)
def test_a_block_that_would_be_passed_over_fails(name: str, output_of_faults: str) -> None:
    found = re.findall(rf"^FAILED docs.ko.{name}\.md::line:(\d+),", output_of_faults, re.M)
    assert found, output_of_faults
    assert int(found[0]) == LINES.get(name, 1)


def test_good_pages_pass_beside_faulty_ones(output_of_faults: str) -> None:
    assert "good.md" not in output_of_faults.split("short test summary")[1]
    assert "error" not in counts(output_of_faults)


PARITY = """\
# Title

```pycon
>>> x = 1
>>> x
1
```

```pycon-parity
>>> y = 1.0
>>> y
1.0
```

````{solution}
```pycon-parity
>>> z = y + 1
>>> z
2.0
```
````

```pycon
>>> x + 1
2
```
"""
OF_PARITY = ("docs", "--examples=pycon-parity")


def test_examples_in_other_engines_run_only_when_asked_for(tmp_path: Path) -> None:
    tree = {**TREE, "docs/ko/start/good.md": PARITY, "docs/en/start/good.md": PARITY}
    code, output = run(tmp_path, tree)
    assert code == 0, output
    assert counts(output)["passed"] == 2 * 3 + 2
    code, output = run(tmp_path, tree, *OF_PARITY)
    assert code == 0, output
    assert counts(output)["passed"] == 2 * 4


def test_a_broken_example_in_another_engine_is_named(tmp_path: Path) -> None:
    pages = {
        "wrong": PARITY.replace("2.0", "3.0"),
        "faulty": PARITY.replace(">>> z\n2.0\n", ">>> z\n2.0\n\n3.0\n"),
        "mixed": PARITY.replace("z = y + 1", "z = x + 1"),
    }
    tree = {**TREE, **{f"docs/ko/{name}.md": text for name, text in pages.items()}}
    code, output = run(tmp_path, tree, *OF_PARITY)
    assert code == 1
    found = set(re.findall(r"^FAILED docs.ko.(\w+)\.md::line:(\d+),", output, re.M))
    assert found == {("wrong", "18"), ("faulty", "21"), ("mixed", "17"), ("mixed", "18")}
    assert "a pycon-parity" not in output
    code, output = run(tmp_path, tree)
    assert code == 0, output


SETTINGS = """\
# Title

```pycon-parity
>>> import jax, torch
>>> torch.set_default_dtype("double")
>>> jax.config.update("jax_enable_x64", True)
```
"""
ENGINES = {
    "torch.py": """\
float32 = chosen = "single"
warns = False

def set_default_dtype(dtype):
    global chosen
    chosen = dtype

def set_warn_always(value):
    global warns
    warns = value
""",
    "jax.py": """\
chosen = []

class config:
    update = staticmethod(lambda *pair: chosen.append(pair))
""",
}


def test_settings_of_another_engine_go_with_the_page(tmp_path: Path) -> None:
    later = (
        "```pycon-parity\n>>> import jax, torch\n>>> torch.chosen, torch.warns, jax.chosen[-1]\n"
    )
    later += "('single', True, ('jax_enable_x64', False))\n```\n"
    tree = {**TREE, **ENGINES, "docs/ko/a.md": SETTINGS, "docs/ko/b.md": later}
    code, output = run(tmp_path, tree, *OF_PARITY)
    assert code == 0, output
    assert counts(output)["passed"] == 5
