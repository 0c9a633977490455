"""Every public name is used in an example that a reader sees and the tests run."""

from __future__ import annotations

import ast
import doctest
import importlib
import inspect
import re
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from page_source import fences
from pages import DOCS, LANGUAGES, fail_with
from test_docstrings import is_formula
from test_reference_pages import documented

import tinygrad_ko
from tinygrad_ko import config, forward_mode, functions, graph, numerical, transforms

MODULES = (tinygrad_ko, config, forward_mode, functions, graph, numerical, transforms)
FOLDERS = ("concepts", "start", "reference")


def public_names() -> dict[str, Any]:
    """Every public object by its first full name."""
    found: dict[int, tuple[str, Any]] = {}
    for module in MODULES:
        for name in module.__all__:
            thing = getattr(module, name)
            found.setdefault(id(thing), (f"{module.__name__}.{name}", thing))
    return dict(found.values())


def examples_of_page(text: str) -> list[str]:
    """The code of a page's examples, those inside solutions too."""
    parser = doctest.DocTestParser()
    blocks = [fence.body for fence in fences(text) if fence.language == "pycon"]
    return [example.source for body in blocks for example in parser.get_examples(body)]


def used_in(examples: list[str]) -> list[Any]:
    """The objects of the package that a session names after it has imported them."""
    trees = []
    for source in examples:
        try:
            trees.append(ast.parse(source))
        except SyntaxError:  # an example that shows one
            continue
    imported: dict[str, Any] = {}
    for node in (node for tree in trees for node in ast.walk(tree)):
        imported.update(_imported(node))
    return [
        thing
        for tree in trees
        for node in ast.walk(tree)
        for thing in _named(node, imported)
        if inspect.isroutine(thing) or inspect.isclass(thing) or isinstance(thing, ModuleType)
    ]


def _imported(node: ast.AST) -> Iterator[tuple[str, Any]]:
    """What an import statement makes names for, as far as it is the package's."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            if alias.name.split(".")[0] == "tinygrad_ko":
                importlib.import_module(alias.name)
                name = alias.name if alias.asname else "tinygrad_ko"
                yield alias.asname or name, importlib.import_module(name)
    elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "tinygrad_ko":
        module = importlib.import_module(node.module or "")
        for alias in node.names:
            yield alias.asname or alias.name, getattr(module, alias.name)


def _named(node: ast.AST, imported: dict[str, Any]) -> Iterator[Any]:
    """The object that `name` or `module.name` stands for."""
    if isinstance(node, ast.Name) and node.id in imported:
        yield imported[node.id]
    elif isinstance(node, ast.Attribute):
        for owner in _named(node.value, imported):
            if isinstance(owner, ModuleType) and hasattr(owner, node.attr):
                yield getattr(owner, node.attr)


def shown_docstrings(language: str) -> dict[int, str]:
    """The docstrings on the reference pages, by the identity of their objects."""
    found = {}
    for page in sorted((DOCS / language / "reference").glob("*.rst")):
        for full_name in documented(page.read_text(encoding="utf-8")):
            module, _, name = full_name.rpartition(".")
            thing = getattr(importlib.import_module(module), name)
            found[id(thing)] = inspect.getdoc(thing) or ""
    return found


def without_example(public: dict[str, Any], pages: list[str], docs: dict[int, str]) -> list[str]:
    """The names that stand in no example of a page, and whose docstring there shows none.

    The class of a formula is used where the function that calls it is: nobody else has to name it.
    """
    used = {id(thing) for text in pages for thing in used_in(examples_of_page(text))}
    used |= {thing for thing, doc in docs.items() if doctest.DocTestParser().get_examples(doc)}
    functions_used = [t for t in public.values() if inspect.isfunction(t) and id(t) in used]
    sources = [inspect.getsource(function) for function in functions_used]
    return [
        f"{name} is used in no example on a page, nor in its docstring on a reference page"
        for name, thing in sorted(public.items())
        if id(thing) not in used
        and not (is_formula(thing) and any(calls(source, thing) for source in sources))
    ]


def calls(source: str, formula: type) -> bool:
    return re.search(rf"\b{formula.__name__}\(", source) is not None


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_public_name_is_used_in_an_example(language: str) -> None:
    pages = [
        path.read_text(encoding="utf-8")
        for folder in FOLDERS
        for path in sorted((DOCS / language / folder).rglob("*.md"))
    ]
    assert len(pages) >= 4
    fail_with(without_example(public_names(), pages, shown_docstrings(language)))


PAGE = """\
```pycon
>>> import tinygrad_ko
>>> from tinygrad_ko import functions as F, grad, vjp
>>> grad(F.sin)
```

```pycon-parity
>>> from tinygrad_ko import hvp
>>> hvp
```

```text
vjp
```

````{solution}
```pycon
>>> # jvp in a comment
>>> tinygrad_ko.numerical.check_gradients(F.cos, 1.0)
>>> print("jacobian")
>>> x = (
```
````
"""


def test_names_are_found_by_what_they_stand_for() -> None:
    assert {tinygrad_ko.grad, functions.sin, functions.cos, tinygrad_ko.check_gradients} == {
        thing for thing in used_in(examples_of_page(PAGE)) if not isinstance(thing, ModuleType)
    }


def test_a_name_without_an_example_is_found() -> None:
    names = ("Sin", "sin", "Exp", "exp", "sqrt")
    public = {name: getattr(functions, name) for name in names}
    assert [problem.split()[0] for problem in without_example(public, [PAGE], {})] == [
        "Exp",
        "exp",
        "sqrt",
    ]
    docs = {id(functions.exp): ">>> 1\n1", id(functions.sqrt): "No example."}
    assert [problem.split()[0] for problem in without_example(public, [PAGE], docs)] == ["sqrt"]


def test_the_docstrings_of_the_reference_are_those_it_lists() -> None:
    shown = shown_docstrings("en")
    assert ">>>" in shown[id(functions.sin)]
    assert id(functions.Sin) not in shown or ">>>" not in shown[id(functions.Sin)]
    assert {id(thing) for thing in public_names().values()} >= {id(graph.Entry), id(config.no_grad)}
