"""Dicts, lists and tuples of arrays, as arguments and results of functions to differentiate.

A model's parameters come so: ``{"W": W, "b": b}``. Everything that is not a dict, list or tuple
is a leaf of such a tree.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tinygrad_ko.arrays import as_array
from tinygrad_ko.numpy_protocol import NumPyProtocol

__all__ = ["leaves", "mapped", "matched", "rebuilt"]


def leaves(tree: Any) -> list[Any]:
    """Return the leaves of `tree`, from left to right."""
    if isinstance(tree, dict):
        return [leaf for branch in tree.values() for leaf in leaves(branch)]
    if isinstance(tree, list | tuple):
        return [leaf for branch in tree for leaf in leaves(branch)]
    return [tree]


def mapped(function: Callable[[Any], Any], tree: Any) -> Any:
    """Return a tree of the same form with ``function(leaf)`` for each leaf."""
    if isinstance(tree, dict):
        return {key: mapped(function, branch) for key, branch in tree.items()}
    if isinstance(tree, list):
        return [mapped(function, branch) for branch in tree]
    if isinstance(tree, tuple):
        branches = [mapped(function, branch) for branch in tree]
        return type(tree)(*branches) if hasattr(tree, "_fields") else tuple(branches)
    return function(tree)


def rebuilt(tree: Any, values: list[Any]) -> Any:
    """Return a tree of the form of `tree` whose leaves are `values`, from left to right."""
    remaining = iter(values)
    return mapped(lambda _: next(remaining), tree)


def matched(given: Any, like: Any, what: str) -> list[Any]:
    """Return the leaves of `given` in the order of `like`, if forms and shapes are the same.

    `what` is the subject of the errors' sentences, for example ``"the tangents"``.
    """
    if isinstance(like, dict):
        if not isinstance(given, dict) or given.keys() != like.keys():
            found = f"the keys {list(given)}" if isinstance(given, dict) else _kind(given)
            raise TypeError(f"{what} must be a dict with the keys {list(like)}, but got {found}")
        pairs = [(given[key], like[key], f"{what}[{key!r}]") for key in like]
    elif isinstance(like, list | tuple):
        if not isinstance(given, list | tuple) or len(given) != len(like):
            found = f"{len(given)}" if isinstance(given, list | tuple) else _kind(given)
            raise TypeError(f"{what} must be {_kind(like)} with {len(like)} in it, but got {found}")
        pairs = [(*pair, f"{what}[{i}]") for i, pair in enumerate(zip(given, like, strict=True))]
    else:
        array = given if isinstance(given, NumPyProtocol) else as_array(given, what)
        if array.shape != like.shape:
            raise ValueError(
                f"{what} must have the shape {like.shape}, but got one of shape {array.shape}"
            )
        return [array]
    return [leaf for pair in pairs for leaf in matched(*pair)]


def _kind(value: Any) -> str:
    return f"a {type(value).__name__}"
