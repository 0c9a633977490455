"""Every public name says what it takes, gives and raises, and shows it in an executed example."""

from __future__ import annotations

import doctest
import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator
from types import MemberDescriptorType, ModuleType
from typing import Any

import numpy as np
import pytest
from pages import fail_with

import tinygrad_ko
from tinygrad_ko import Function, Variable, forward_mode, functions, numerical

SECTION = re.compile(r"^(\w[\w ]*)\n-{3,}$", re.MULTILINE)
SHAPES = re.compile(r"(?i)\b(shape|shapes|number|element)\b")
ELSEWHERE = re.compile(r"See `(tinygrad_ko\.[\w.]+)`[.,;:]")
ARRAYS = re.compile(r"\b(array_like|ndarray|Variable)\b")


def sections(doc: str) -> dict[str, str]:
    """The sections of a NumPy-style docstring; what stands before them is the summary."""
    parts = SECTION.split(inspect.cleandoc(doc))
    return {"": parts[0], **dict(zip(parts[1::2], parts[2::2], strict=True))}


def parameters_of(thing: Any) -> list[str]:
    """The parameters that the docstring has to name."""
    if inspect.isclass(thing):
        if "__init__" not in vars(thing):
            return []
        thing = vars(thing)["__init__"]
    elif not callable(thing):
        return []
    names = list(inspect.signature(thing).parameters)
    return [name for name in names if name not in ("self", "args", "kwargs")]


def check_docstring(name: str, thing: Any) -> list[str]:
    """A summary, all parameters, what is returned and raised, shapes, an example."""
    found = sections(inspect.getdoc(thing) or "")
    # A heading counts with something under it: numpydoc and Sphinx show an empty one as nothing.
    found = {title: text for title, text in found.items() if text.strip()}
    problems = []
    summary = found.get("", "").split("\n\n")[0].strip()
    elsewhere = ELSEWHERE.match(summary)
    if elsewhere is not None and elsewhere[1] in PUBLIC:
        # A method that calls a public function, whose docstring says the rest.
        return [] if ">>>" in found.get("Examples", "") else [f"{name}: no example"]
    if not summary.endswith("."):
        problems.append("no sentence at the head of its docstring")
    named = {
        parameter.strip(" *")
        for line in re.findall(r"^(\S[^:\n]*?)(?: :.*)?$", found.get("Parameters", ""), re.M)
        for parameter in line.split(",")
    }
    wanted = parameters_of(thing)
    problems += [
        f"the parameter {missing!r} is missing" for missing in wanted if missing not in named
    ]
    if wanted and "Raises" not in found:
        problems.append("no Raises section: say what wrong arguments give")
    if inspect.isroutine(thing) and returns_something(thing) and wanted and "Returns" not in found:
        problems.append("no Returns section")
    described = found.get("Parameters", "") + found.get("Returns", "")
    if ARRAYS.search(described) and not SHAPES.search(described):
        problems.append("no word about shapes in Parameters or Returns")
    if ">>>" not in found.get("Examples", ""):
        problems.append("no example")
    return [f"{name}: {problem}" for problem in problems]


def returns_something(routine: Callable[..., Any]) -> bool:
    annotation = inspect.signature(routine).return_annotation
    nothing = (None, "None", inspect.Signature.empty, "NoReturn", "Iterator[None]")
    return annotation not in nothing


def check_formula(name: str, thing: type[Function]) -> list[str]:
    """A class that is one formula says it; its example is that of the function that calls it."""
    doc = thing.__doc__ or ""
    if not doc.strip():
        return [f"{name}: no docstring"]
    used = any(
        inspect.isfunction(other) and re.search(rf"\b{thing.__name__}\(", inspect.getsource(other))
        for other in PUBLIC.values()
    )
    if used or ">>>" in doc:
        return []
    return [f"{name}: no public function uses it, and it has no example of its own"]


def is_formula(thing: Any) -> bool:
    return inspect.isclass(thing) and issubclass(thing, Function) and thing is not Function


def public_names() -> Iterator[tuple[str, Any]]:
    """Everything a user of the package may call or read, by its full name."""
    seen: set[int] = set()
    for module in (tinygrad_ko, forward_mode, functions, numerical):
        for name in module.__all__:
            thing = getattr(module, name)
            if not isinstance(thing, ModuleType) and id(thing) not in seen:
                seen.add(id(thing))
                yield f"{module.__name__}.{name}", thing
    for owner in (Variable, Function):
        for name in dir(owner):
            member = inspect.getattr_static(owner, name)
            if name.startswith("_") or isinstance(member, MemberDescriptorType):
                continue
            if callable(member) or isinstance(member, property):
                yield f"tinygrad_ko.{owner.__name__}.{name}", member


PUBLIC = dict(public_names())


def executed_docstrings() -> set[str]:
    """The docstrings in which pytest's search for examples finds some."""
    finder = doctest.DocTestFinder(exclude_empty=True)
    modules = [tinygrad_ko.__name__]
    modules += [info.name for info in pkgutil.walk_packages(tinygrad_ko.__path__, "tinygrad_ko.")]
    return {
        inspect.cleandoc(test.docstring)
        for module in modules
        for test in finder.find(importlib.import_module(module))
        if test.examples
    }


def test_there_are_public_names() -> None:
    assert {"tinygrad_ko.Variable.backward", "tinygrad_ko.functions.sin"} <= set(PUBLIC)
    assert len(PUBLIC) > 60


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_a_public_name_is_documented(name: str) -> None:
    thing = PUBLIC[name]
    fail_with(check_formula(name, thing) if is_formula(thing) else check_docstring(name, thing))


def test_every_example_in_a_docstring_is_executed() -> None:
    executed = executed_docstrings()
    shown = {name: inspect.getdoc(thing) or "" for name, thing in PUBLIC.items()}
    assert [name for name, doc in shown.items() if ">>>" in doc and doc not in executed] == []


@pytest.mark.parametrize("owner", [Variable, Function])
def test_attributes_are_named_in_the_docstring_of_their_class(owner: type) -> None:
    doc = inspect.getdoc(owner) or ""
    attributes = [
        name
        for name in dir(owner)
        if not name.startswith("_") and f"tinygrad_ko.{owner.__name__}.{name}" not in PUBLIC
    ]
    assert [name for name in attributes if not re.search(rf"^{name} :", doc, re.MULTILINE)] == []


def documented(x: Any, h: float = 1.0) -> np.ndarray:
    """Do what a docstring should show.

    Parameters
    ----------
    x : Variable or array_like
        Of any shape.
    h : float
        A step.

    Returns
    -------
    numpy.ndarray
        Of the shape of `x`.

    Raises
    ------
    TypeError
        If `x` is not numeric.

    Examples
    --------
    >>> 1
    1
    """
    return np.asarray(x) + h


DOC = inspect.cleandoc(documented.__doc__ or "")


def test_a_good_docstring_has_no_problem() -> None:
    assert check_docstring("documented", documented) == []


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (DOC, "", "no sentence"),
        ("should show.", "should show", "no sentence"),
        ("h : float\n    A step.\n", "", "the parameter 'h' is missing"),
        ("h : float", "step : float", "the parameter 'h' is missing"),
        ("Returns\n-------\nnumpy.ndarray\n    Of the shape of `x`.\n", "", "no Returns section"),
        ("Raises\n------\nTypeError\n    If `x` is not numeric.\n", "", "no Raises section"),
        (">>> 1\n1", "", "no example"),
        ("Examples\n--------\n", "", "no example"),
    ],
)
def test_a_gap_in_a_docstring_is_found(old: str, new: str, problem: str) -> None:
    def damaged(x: Any, h: float = 1.0) -> np.ndarray:
        return documented(x, h)

    assert DOC.count(old) == 1
    damaged.__doc__ = DOC.replace(old, new)
    assert any(p.startswith(f"damaged: {problem}") for p in check_docstring("damaged", damaged))


def test_a_docstring_without_shapes_is_found() -> None:
    def damaged(x: Any, h: float = 1.0) -> np.ndarray:
        return documented(x, h)

    damaged.__doc__ = DOC.replace("Of any shape.", "A value.").replace("Of the shape of", "As")
    assert check_docstring("damaged", damaged) == [
        "damaged: no word about shapes in Parameters or Returns"
    ]


def test_a_docstring_may_send_the_reader_to_a_public_name() -> None:
    def method(x: Any) -> np.ndarray:
        return documented(x)

    method.__doc__ = "See `tinygrad_ko.functions.sin`.\n\nExamples\n--------\n>>> 1\n1\n"
    assert check_docstring("method", method) == []
    method.__doc__ = "See `tinygrad_ko.functions.sin`."
    assert check_docstring("method", method) == ["method: no example"]
    method.__doc__ = "See `tinygrad_ko.functions.nothing`.\n\nExamples\n--------\n>>> 1\n1\n"
    assert "method: the parameter 'x' is missing" in check_docstring("method", method)


def test_a_formula_that_nothing_uses_is_found() -> None:
    class Lost(Function):
        """y = lost(x)."""

    assert len(check_formula("Lost", Lost)) == 1
    Lost.__doc__ = None
    assert check_formula("Lost", Lost) == ["Lost: no docstring"]
