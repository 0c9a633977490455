"""What debug mode watches: the first NaN or infinity, and kept arrays changed in place."""

from __future__ import annotations

import os
import sys
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

__all__ = ["Record", "check_result", "check_unchanged"]

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


class Record:
    """What one call looked like: the line it was made on, and fingerprints of what it kept."""

    __slots__ = ("inputs", "line", "outputs")

    def __init__(self, inputs: Iterable[Any], outputs: Iterable[Any]) -> None:
        self.line = _calling_line()
        self.inputs = [_fingerprint(array) for array in inputs]
        self.outputs = [_fingerprint(array) for array in outputs]


def check_unchanged(
    name: str, inputs: Iterable[Any], outputs: Iterable[Any], record: Record
) -> None:
    """Raise if an array that the operation `name` kept is not what it was at the call."""
    for what, arrays, before in (
        ("input", inputs, record.inputs),
        ("output", outputs, record.outputs),
    ):
        for i, (array, fingerprint) in enumerate(zip(arrays, before, strict=True)):
            if _fingerprint(array) != fingerprint:
                raise RuntimeError(
                    f"{name} kept its {what} {i} for backward, and the array was changed in "
                    f"place afterwards; the gradient would be wrong. {name} was called at "
                    f"{record.line}: change a copy instead"
                )


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
