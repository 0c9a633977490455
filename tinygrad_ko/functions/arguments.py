"""Whole numbers that say where or how often: those that are given, and those that count an axis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinygrad_ko.arrays import FLOATING, as_array
from tinygrad_ko.core import Variable

__all__ = ["places", "whole_numbers"]


def places(shape: tuple[int, ...], like: Any) -> Sequence[Any]:
    """Return the numbers 0, 1, ... along each axis of `shape`, of a shape that broadcasts to it.

    They are arrays of the library of `like`: others could not be combined on a GPU.
    """
    like = like.data if isinstance(like, Variable) else like
    if type(like) in FLOATING:
        return np.indices(shape, sparse=True)
    like = None if isinstance(like, np.generic) else like
    last = len(shape) - 1
    return [
        np.reshape(np.arange(n, like=like), (-1, *[1] * (last - axis)))
        for axis, n in enumerate(shape)
    ]


def whole_numbers(value: Any, what: str) -> NDArray[np.intp]:
    """Return `value` as an array of ints of its own, or say what is wrong with it.

    A copy, because backward needs it as it is now. `what` is the subject of the error's
    sentence, for example ``"the shift of roll"``.
    """
    array = as_array(value.data if isinstance(value, Variable) else value, what)
    if array.dtype.kind not in "iu" and array.size:  # [] has a dtype, but no numbers
        raise TypeError(
            f"{what} must be a whole number, or several, "
            f"but what was given has dtype {array.dtype}: {value!r}"
        )
    return array.astype(np.intp)
