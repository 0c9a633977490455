"""What debug mode watches: the first NaN or infinity, and kept arrays changed in place."""

from __future__ import annotations

import os
import sys
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from tinygrad_ko.node import Node

__all__ = [
    "Record",
    "check_backward",
    "check_given",
    "check_result",
    "check_unchanged",
    "fingerprints",
]

_PACKAGE = str(Path(__file__).parent) + os.sep


def _calling_line() -> str:
    """Return ``file:line`` of the nearest caller outside this package."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_PACKAGE):
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"


def _fingerprint(array: Any) -> int | None:
    """Return a number that changes with the content; None for what is not a NumPy array."""
    if not isinstance(array, np.ndarray):
        return None
    return zlib.crc32(np.ascontiguousarray(array).tobytes())


def fingerprints(gys: Iterable[Any]) -> list[int | None]:
    """Return the fingerprints of gradients, before a rule gets them."""
    return [_fingerprint(_plain(gy)) for gy in gys]


class Record:
    """What one call looked like: the line it was made on, and fingerprints of what it kept."""

    __slots__ = ("inputs", "line", "outputs")

    def __init__(self, inputs: Iterable[Any], outputs: Iterable[Any]) -> None:
        self.line = _calling_line()
        self.inputs = [_fingerprint(array) for array in inputs]
        self.outputs = [_fingerprint(array) for array in outputs]


def check_unchanged(node: Node) -> None:
    """Raise if an array that `node` kept is not what it was at the call."""
    record = node._record
    if record is None:
        return
    name = type(node).__name__
    for what, arrays, before in (
        ("input", node.inputs, record.inputs),
        ("output", node.outputs, record.outputs),
    ):
        for i, (array, fingerprint) in enumerate(zip(arrays, before, strict=True)):
            if _fingerprint(array) != fingerprint:
                raise RuntimeError(
                    f"{name} kept its {what} {i} for backward, and the array was changed in "
                    f"place afterwards; the gradient would be wrong. {name} was called at "
                    f"{record.line}: change a copy instead"
                )


def check_given(node: Node, gys: Iterable[Any], before: list[int | None]) -> None:
    """Raise if the rule of `node` changed the gradients that it was given."""
    for i, (fingerprint, now) in enumerate(zip(before, fingerprints(gys), strict=True)):
        if fingerprint != now:
            name = type(node).__name__
            where = "" if node._record is None else f" {name} was called at {node._record.line}:"
            raise RuntimeError(
                f"{name}.backward changed the gradient of output {i}, which it was given, in "
                f"place; others may hold that array, and get a wrong gradient.{where} compute a "
                "new array instead"
            )


def check_forward(node: Node, arrays: Iterable[Any], y: Any) -> None:
    """Raise if `node` computed the first NaN or infinity, out of finite numbers."""
    results = y if isinstance(y, tuple) else (y,)
    check_result(type(node).__name__, "forward", arrays, results, node._record)


def check_backward(node: Node, gys: Iterable[Any], gxs: Iterable[Any]) -> None:
    """Raise if the rule of `node` made the first NaN or infinity, out of finite numbers."""
    if node._record is not None:
        given = [_plain(array) for array in (*gys, *node.inputs, *node.outputs)]
        name = type(node).__name__
        check_result(name, "backward", given, tuple(_plain(gx) for gx in gxs), node._record)


def _plain(gradient: Any) -> Any:
    return getattr(gradient, "_array", gradient)


def _finite(arrays: Iterable[Any]) -> bool:
    return all(bool(np.all(np.isfinite(array))) for array in arrays if array is not None)


def check_result(
    name: str, direction: str, given: Iterable[Any], results: Iterable[Any], record: Record | None
) -> None:
    """Raise if the operation `name` made the first NaN or infinity, out of finite numbers."""
    results = list(results)
    if not _finite(results) and _finite(given):
        bad = next(array for array in results if not _finite([array]))
        word = "NaN" if np.any(np.isnan(bad)) else "infinity"
        line = _calling_line() if record is None else record.line
        raise FloatingPointError(
            f"{name}.{direction} made the first {word}, from finite numbers, in a result of "
            f"shape {np.shape(bad)}. {name} was called at {line}"
        )
