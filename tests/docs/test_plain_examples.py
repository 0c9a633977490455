"""The examples that a Python without NumPy can run are told from the others."""

from __future__ import annotations

import pytest
from pages import LANGUAGES, load
from plain_examples import examples_of, plain


def page(*lines: str) -> str:
    return "# T\n\n```pycon\n" + "\n".join(lines) + "\n```\n"


def kept(*lines: str) -> list[int]:
    """Which of the examples, one on each line, are plain; counted from 0."""
    return [example.lineno - 4 for example in plain(examples_of(page(*lines)))]


def test_lines_are_those_of_the_page() -> None:
    examples = examples_of(page(">>> 1", "1", ">>> 2", "2"))
    assert [(example.lineno, example.want) for example in examples] == [(4, "1\n"), (6, "2\n")]


@pytest.mark.parametrize(
    ("lines", "plain_ones"),
    [
        ([">>> import gc, sys", ">>> gc"], [0, 1]),
        ([">>> import numpy as np", ">>> np", ">>> gc"], [2]),
        ([">>> import os.path, numpy.linalg"], []),
        ([">>> from tinygrad_ko import Variable", ">>> x = Variable(1.0)", ">>> x", ">>> y"], [3]),
        ([">>> import numpy as np", ">>> def f(): return np.e", ">>> f()"], []),
        ([">>> import numpy as np", ">>> class A(np.ndarray): pass", ">>> A"], []),
        ([">>> import numpy as np", ">>> [np for _ in 'ab']"], []),
        ([">>> import numpy as np", ">>> del np", ">>> np = 1"], [2]),
        ([">>> import numpy as np", ">>> np += 1", ">>> np"], []),
        # A local variable, or a name that was given another value since, is another thing.
        ([">>> import numpy as x", ">>> def f(x): return x", ">>> f(1)"], [1, 2]),
        ([">>> import numpy as x", ">>> x = 1", ">>> x"], [1, 2]),
        ([">>> x = 1", ">>> import numpy as x", ">>> x"], [0]),
    ],
)
def test_what_needs_another_package_is_left_out(lines: list[str], plain_ones: list[int]) -> None:
    assert kept(*lines) == plain_ones


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_about_memory_is_plain_up_to_the_engine(language: str) -> None:
    examples = examples_of(load("concepts/cpython-memory.md", language).text)
    first = next(i for i, example in enumerate(examples) if "import numpy" in example.source)
    assert first > 100
    assert plain(examples)[:first] == examples[:first]
    assert len(plain(examples)) > first  # exercises too
    assert len(plain(examples)) < len(examples)
