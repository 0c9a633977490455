"""What the functions for networks share: how they look at their arguments before computing."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tinygrad_ko.arrays import as_array
from tinygrad_ko.core import Function, Variable

__all__ = ["applied", "check_axis", "check_probabilities", "finite_number", "floating", "paired"]


def applied(function: Function, x: Any) -> Any:
    """Call `function` inside a rule: recorded on a Variable, only its formula on an array."""
    return function(x) if isinstance(x, Variable) else function.forward(x)


def floating(x: Any, what: str) -> Any:
    """Return `x` as a Variable or an array of floating dtype; integers become float64.

    NumPy's exponential of small integers would come out in half precision, and the negative of
    unsigned ones would be positive.
    """
    x = x if isinstance(x, Variable) else as_array(x, what)
    return x if x.dtype.kind == "f" else x.astype(np.float64)


def finite_number(value: Any, what: str) -> float:
    """Return a setting as a Python float, which leaves the dtype of arrays alone."""
    if isinstance(value, Variable):
        raise TypeError(
            f"{what} must be a number, because it takes no gradient, but a Variable was given: "
            "use float(value)"
        )
    if not isinstance(value, int | float | np.integer | np.floating):
        raise TypeError(f"{what} must be a number, but {value!r} is of type {type(value).__name__}")
    if not math.isfinite(value):
        raise ValueError(f"{what} must be finite, but {value} was given")
    return float(value)


def check_axis(name: str, x: Any, axis: int | tuple[int, ...] | None) -> None:
    """Raise unless `x` has these axes, and elements along them."""
    ndim = len(x.shape)
    axes = range(ndim) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    for each in axes:
        if not isinstance(each, int | np.integer):
            raise TypeError(f"the axis of {name} is an int, a tuple of ints or None, not {axis!r}")
        if not -ndim <= each < ndim:
            mend = "; give axis=-1 for the last one" if ndim else ""
            raise np.exceptions.AxisError(
                f"{name} goes along axis {each}, but x of shape {x.shape} has no such axis{mend}"
            )
        if x.shape[each] == 0:
            raise ValueError(f"{name} along axis {each} has no elements: x has shape {x.shape}")


def paired(name: str, **given: Any) -> tuple[Any, Any]:
    """Return the two arguments of an elementwise loss if they have one shape, as floating ones.

    Integers take the dtype of the other one: float32 predictions stay float32 beside them.
    """
    (name0, x0), (name1, x1) = (
        (key, value if isinstance(value, Variable) else as_array(value, f"{key} of {name}"))
        for key, value in given.items()
    )
    if x0.shape != x1.shape:
        if math.prod(x0.shape) == math.prod(x1.shape):
            mend = f"if the elements are in the same order, give {name1}.reshape({x0.shape})"
        else:
            mend = "if one is to be repeated, use np.broadcast_to"
        raise ValueError(
            f"{name} compares element with element, but {name0} has shape {x0.shape} and {name1} "
            f"has shape {x1.shape}; {mend}"
        )
    if 0 in x0.shape:
        raise ValueError(f"{name} is a mean, and the shape {x0.shape} has no elements")
    float0, float1 = x0.dtype.kind == "f", x1.dtype.kind == "f"
    if not float0:
        x0 = x0.astype(x1.dtype if float1 else np.float64)
    if not float1:
        x1 = x1.astype(x0.dtype)
    return x0, x1


def check_probabilities(value: Any, what: str, mend: str = "") -> None:
    """Raise if an element is not within 0 and 1."""
    array = value.data if isinstance(value, Variable) else value
    # Looking at the numbers of a lazy array, or of one on another device, would run or move it.
    if not isinstance(array, np.ndarray):
        return
    inside = (array >= 0) & (array <= 1)
    if not np.all(inside):
        raise ValueError(
            f"{what} must be probabilities from 0 to 1, but one of them is "
            f"{array[~inside][0]}{mend}"
        )
