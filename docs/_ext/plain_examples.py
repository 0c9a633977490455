"""Tells which examples of a page need the standard library alone, and so run on any Python.

A Python that was compiled for browsers starts without NumPy. An example is plain when it imports
nothing but the standard library and uses no name that comes from an example that is not plain.
"""

from __future__ import annotations

import ast
import doctest
import symtable
import sys
from collections.abc import Collection, Iterable, Iterator

from page_source import fences


def examples_of(text: str) -> list[doctest.Example]:
    """Return the examples of a page; their `lineno` counts the lines of the page, from 1."""
    found = []
    for fence in fences(text):
        if fence.language == "pycon":
            body = "\n" * fence.body_line + fence.body
            found += doctest.DocTestParser().get_examples(body)
    return found


def plain(
    examples: Iterable[doctest.Example], modules: Collection[str] = sys.stdlib_module_names
) -> list[doctest.Example]:
    """Return the examples that need no package but these, in their order."""
    found = []
    lacking: set[str] = set()  # the names that a plain Python does not have
    for example in examples:
        bound, used = _names(example.source)
        if used & lacking or not imported(example.source) <= set(modules):
            lacking |= bound
        else:
            lacking -= bound
            found.append(example)
    return found


def imported(source: str) -> set[str]:
    """The packages that an example imports."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").partition(".")[0])
    return names


def _names(source: str) -> tuple[set[str], set[str]]:
    """The names of the page that an example binds, and those that it uses."""
    table = symtable.symtable(source, "<example>", "exec")
    bound = {s.get_name() for s in table.get_symbols() if s.is_assigned() or s.is_imported()}
    used = {s.get_name() for s in table.get_symbols() if s.is_referenced()}
    for scope in _below(table):
        used |= {s.get_name() for s in scope.get_symbols() if s.is_global() and s.is_referenced()}
    for node in ast.walk(ast.parse(source)):  # to Python's symbol table these are assignments only
        targets = [node.target] if isinstance(node, ast.AugAssign) else []
        targets += node.targets if isinstance(node, ast.Delete) else []
        used.update(target.id for target in targets if isinstance(target, ast.Name))
    return bound, used


def _below(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    for child in table.get_children():
        yield child
        yield from _below(child)
