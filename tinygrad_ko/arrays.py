"""What counts as an array here: validation, gradient dtypes, and undoing a broadcast.

Everything is written in plain NumPy functions, so that arrays of other libraries that speak
NumPy's protocols (CuPy, Dask) pass through unconverted.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "FLOATING",
    "NUMBERS",
    "Array",
    "as_array",
    "explain_shapes",
    "gradient_dtype",
    "is_array",
    "summed_to",
]

Array = NDArray[Any]

FLOATING = frozenset({np.ndarray, np.float64, np.float32, np.float16})
"""The types of what NumPy returns; an array's dtype may still be another."""

NUMBERS = frozenset({int, float, bool, *(np.dtype(code).type for code in "?bBhHiIlLqQefdg")})
"""Python's and NumPy's numbers, which stay as they are: Python's are weak in NumPy's promotion of
dtypes, and NumPy's, made arrays, could not be combined with an array on a GPU."""

_FLOAT64 = np.dtype(np.float64)

_REFUSED = {
    True: "is a np.matrix, in which * is the matrix product and nothing has one axis: "
    "give np.asarray(m), and multiply matrices with @",
    False: "is a masked array, and gradients would not know what its sums and means leave out: "
    "give m.filled(0.0), and multiply by an array that is 0 where the mask is",
}


def is_array(value: object) -> bool:
    """Whether `value` is an array of NumPy or of a library that speaks NumPy's protocols."""
    kind = type(value)
    return isinstance(value, np.ndarray) or (
        hasattr(kind, "__array_function__")
        and hasattr(kind, "__array_ufunc__")
        and hasattr(value, "dtype")
    )


def as_array(value: Any, what: str) -> Array:
    """Return `value` as an array of numbers, or say what is wrong with it.

    `what` is the subject of the error's sentence, for example ``"the data of a Variable"``.
    """
    array: Any = value
    if type(value) is not np.ndarray and isinstance(value, np.matrix | np.ma.MaskedArray):
        raise TypeError(f"{what} {_REFUSED[isinstance(value, np.matrix)]}")
    if not is_array(value):
        if value is None or isinstance(value, str | bytes | dict | set):
            raise TypeError(
                f"{what} must be a number or an array of numbers, "
                f"but {value!r} is of type {type(value).__name__}"
            )
        try:
            array = np.asarray(value)
        except ValueError:
            raise ValueError(
                f"{what} must be rectangular, but the lists in {value!r} have unequal lengths"
            ) from None
    if type(array) is not np.ndarray and any(size != size for size in array.shape):
        raise ValueError(
            f"{what} has the shape {array.shape}, where nan is a size that is not known before the "
            "array is computed: call its compute_chunk_sizes() first"
        )
    kind = array.dtype.kind
    if kind in "fiub":
        return array  # type: ignore[no-any-return]
    if kind == "c":
        raise TypeError(
            f"{what} must be real, but has the complex dtype {array.dtype}: "
            "use two Variables, one for the real and one for the imaginary part"
        )
    raise TypeError(
        f"{what} must be a number or an array of numbers, but has dtype {array.dtype}: "
        "convert it first, for example with np.asarray(values, dtype=float)"
    )


def gradient_dtype(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """Return the dtype of gradients for data of this dtype: its own if floating, else float64."""
    return dtype if dtype.kind == "f" else _FLOAT64


def summed_to(x: Any, shape: tuple[int, ...]) -> Any:
    """Sum `x` over the axes along which `shape` was broadcast, so that `shape` is left.

    Arrays give an array; a Variable gives a Variable, with its graph. None if `shape` does not
    broadcast to the shape of `x`.
    """
    given = x.shape
    lead = len(given) - len(shape)
    if lead < 0:
        return None
    axes = list(range(lead))
    stretched = False
    for axis, size in enumerate(shape, lead):
        if size != given[axis]:
            if size != 1:
                return None
            axes.append(axis)
            stretched = True
    summed = np.sum(x, axis=tuple(axes), keepdims=stretched)
    return np.reshape(summed, shape) if stretched and lead else summed


def explain_shapes(name: str, arrays: list[Any], error: ValueError) -> None:
    """Raise `error` again in plain words if it says that NumPy could not combine the arrays.

    Raised here and not returned: an exception held in a variable of the frame that raises it
    would be a reference cycle around everything in that frame.
    """
    text = str(error)
    if "negative integer powers" in text:
        raise ValueError(
            f"{name} cannot raise integers to negative integers, because the results would be "
            "fractions: make the base floating, as in x.astype(float) ** -1"
        ) from None
    if len(arrays) < 2:  # then `forward` combined the array with one of its own
        return
    listed = " and ".join(str(np.shape(array)) for array in arrays)
    if "remapped shapes" in text:
        raise ValueError(
            f"{name} cannot combine the shapes {listed}: of the axes before the last two, counted "
            "from the last of them, the sizes must be equal, or one of them 1"
        ) from None
    if "be broadcast" in text:
        raise ValueError(
            f"{name} cannot combine the shapes {listed}: counted from the last axis, "
            "the sizes must be equal, or one of them 1"
        ) from None
    if "does not have enough dimensions" in text:
        raise ValueError(
            f"{name} cannot multiply the shapes {listed}: a number has no rows or columns; "
            "multiply by it with *"
        ) from None
    if "core dimension" in text:
        raise ValueError(
            f"{name} cannot multiply the shapes {listed}: the first must end in as many "
            "columns as the second has rows"
        ) from None
