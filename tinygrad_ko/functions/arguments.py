"""Whole numbers that say where or how often: checked before anything is computed with them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinygrad_ko.arrays import as_array
from tinygrad_ko.core import Variable

__all__ = ["whole_numbers"]


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
