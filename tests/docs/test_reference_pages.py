"""The API reference leaves no public name out, and lists none twice."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from pages import DOCS, LANGUAGES

import tinygrad_ko
from tinygrad_ko import forward_mode, functions, graph

MODULE = re.compile(r"\.\. py:(?:current)?module:: (\S+)")
OBJECT = re.compile(r"\.\. (?:auto\w+|py:\w+):: (\w+)")

PUBLIC = {
    *(f"tinygrad_ko.{name}" for name in tinygrad_ko.__all__ if name != "functions"),
    *(f"tinygrad_ko.forward_mode.{name}" for name in forward_mode.__all__),
    *(f"tinygrad_ko.functions.{name}" for name in functions.__all__),
    *(f"tinygrad_ko.graph.{name}" for name in graph.__all__),
}


def documented(text: str) -> list[str]:
    """The full names of the objects that a reference page documents."""
    module, found = "", []
    for line in text.split("\n"):
        if match := MODULE.match(line):
            module = match[1]
        elif match := OBJECT.match(line):
            found.append(f"{module}.{match[1]}")
    return found


def check_reference(texts: list[str], public: set[str]) -> list[str]:
    """What the pages leave out, document twice, or document although it is not public."""
    counts = Counter(name for text in texts for name in documented(text))
    return [
        *(f"{name} is on no reference page" for name in sorted(public - set(counts))),
        *(f"{name} is not public" for name in sorted(set(counts) - public)),
        *(f"{name} is documented {n} times" for name, n in sorted(counts.items()) if n > 1),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_public_name_is_in_the_reference_once(language: str) -> None:
    pages = sorted((DOCS / language / "reference").glob("*.rst"))
    assert check_reference([page.read_text(encoding="utf-8") for page in pages], PUBLIC) == []


PAGE = """\
.. py:module:: a

.. autofunction:: f

.. py:function:: g(x)

.. py:currentmodule:: a.b

.. autoclass:: C
   :members:
"""


def test_a_complete_reference_has_no_problem() -> None:
    assert check_reference([PAGE], {"a.f", "a.g", "a.b.C"}) == []


@pytest.mark.parametrize(
    ("texts", "public", "problem"),
    [
        ([PAGE], {"a.f", "a.g", "a.b.C", "a.h"}, "a.h is on no reference page"),
        ([PAGE], {"a.f", "a.b.C"}, "a.g is not public"),
        ([PAGE, PAGE], {"a.f", "a.g", "a.b.C"}, "a.b.C is documented 2 times"),
    ],
)
def test_what_is_missing_or_too_much_is_found(
    texts: list[str], public: set[str], problem: str
) -> None:
    assert check_reference(texts, public)[0] == problem
