"""Choices between elements: where, maximum, minimum, clip."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_ko.arrays import as_array, explain_shapes
from tinygrad_ko.core import Function, Variable, as_variable
from tinygrad_ko.numpy_protocol import implements

__all__ = [
    "Clip",
    "Maximum",
    "Minimum",
    "Where",
    "clip",
    "maximum",
    "minimum",
    "where",
]


def _constant(value: Any) -> Any:
    """Take a Variable's array, and copy an array: backward needs it as it is now."""
    value = value.data if isinstance(value, Variable) else value
    if value is None or isinstance(value, int | float):  # Python's numbers stay weak
        return value
    array = as_array(value, "a constant")
    return array.copy() if array is value else array


def _check_shapes(name: str, **values: Any) -> None:
    """Raise if the shapes do not broadcast, naming those of conditions and bounds too."""
    arrays = [
        value if isinstance(value, Variable) else as_array(value, f"{argument} of {name}")
        for argument, value in values.items()
    ]
    try:
        np.broadcast_shapes(*[array.shape for array in arrays])
    except ValueError as error:
        explain_shapes(name, arrays, error)


class Where(Function):
    """y = x0 where the condition holds, x1 elsewhere."""

    keeps = ""

    def __init__(self, condition: Any) -> None:
        self.condition = condition

    def forward(self, x0: Any, x1: Any) -> Any:
        return np.where(self.condition, x0, x1)

    def backward(self, gy: Any) -> Any:
        return np.where(self.condition, gy, 0), np.where(self.condition, 0, gy)


@implements(np.where)
def where(condition: Any, x0: Any, x1: Any) -> Variable:
    """Choose elements of `x0` where the condition holds, of `x1` elsewhere.

    The gradient goes to the element that was chosen; the other one gets zero.

    Parameters
    ----------
    condition : array_like of bool, or Variable
        Of a shape that broadcasts with the others. It takes no gradient.
    x0, x1 : Variable or array_like
        Shapes that broadcast together.

    Returns
    -------
    Variable
        Of the broadcast shape.

    Raises
    ------
    ValueError
        If the shapes do not broadcast.

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> x = Variable([-1.0, 2.0])
    >>> y = F.where(x > 0, x, 0.1 * x)
    >>> y
    Variable([-0.1,  2. ])
    >>> y.backward()
    >>> x.grad
    Variable([0.1, 1. ])
    """
    _check_shapes("where", condition=condition, x0=x0, x1=x1)
    return Where(_constant(condition))(x0, x1)


def _chosen_takes(chosen0: Any, chosen1: Any, gy: Any) -> tuple[Any, Any]:
    """Give each gradient to the input that was chosen, half of it to each of two or of none."""
    both, half = chosen0 == chosen1, gy * 0.5
    gx0 = np.where(both, half, np.where(chosen0, gy, 0))
    gx1 = np.where(both, half, np.where(chosen1, gy, 0))
    return gx0, gx1


class Maximum(Function):
    """y = the larger one, or NaN if there is one; two equal inputs share the gradient."""

    keeps = "x"

    def forward(self, x0: Any, x1: Any) -> Any:
        return np.maximum(x0, x1)

    def backward(self, gy: Any) -> Any:
        x0, x1 = self.inputs
        # NumPy chooses NaN over any number; only NaN is not equal to itself.
        return _chosen_takes((x0 > x1) | (x0 != x0), (x1 > x0) | (x1 != x1), gy)


@implements(np.maximum)
def maximum(x0: Any, x1: Any) -> Variable:
    """Choose the larger element. Where both are equal, each gets half of the gradient.

    Where one is NaN, so is the result, as in NumPy; the gradient goes to the one that is NaN.

    Parameters
    ----------
    x0, x1 : Variable or array_like
        Shapes that broadcast together.

    Returns
    -------
    Variable
        Of the broadcast shape.

    Raises
    ------
    ValueError
        If the shapes do not broadcast.

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> x = Variable([-1.0, 0.0, 2.0])
    >>> y = F.maximum(x, 0.0)
    >>> y
    Variable([0., 0., 2.])
    >>> y.backward()
    >>> x.grad
    Variable([0. , 0.5, 1. ])
    """
    return Maximum()(x0, x1)


class Minimum(Function):
    """y = the smaller one, or NaN if there is one; two equal inputs share the gradient."""

    keeps = "x"

    def forward(self, x0: Any, x1: Any) -> Any:
        return np.minimum(x0, x1)

    def backward(self, gy: Any) -> Any:
        x0, x1 = self.inputs
        return _chosen_takes((x0 < x1) | (x0 != x0), (x1 < x0) | (x1 != x1), gy)


@implements(np.minimum)
def minimum(x0: Any, x1: Any) -> Variable:
    """Choose the smaller element. Where both are equal, each gets half of the gradient.

    Where one is NaN, so is the result, as in NumPy; the gradient goes to the one that is NaN.

    Parameters
    ----------
    x0, x1 : Variable or array_like
        Shapes that broadcast together.

    Returns
    -------
    Variable
        Of the broadcast shape.

    Raises
    ------
    ValueError
        If the shapes do not broadcast.

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> x = Variable([-1.0, 0.0, 2.0])
    >>> y = F.minimum(x, 0.0)
    >>> y
    Variable([-1.,  0.,  0.])
    >>> y.backward()
    >>> x.grad
    Variable([1. , 0.5, 0. ])
    """
    return Minimum()(x0, x1)


class Clip(Function):
    """y = x, held between two constant bounds."""

    keeps = "x"

    def __init__(self, a_min: Any, a_max: Any) -> None:
        if a_min is None and a_max is None:
            raise ValueError("clip needs a bound: give a_min, a_max or both")
        self.a_min = a_min
        self.a_max = a_max

    def forward(self, x: Any) -> Any:
        return np.clip(x, self.a_min, self.a_max)

    def backward(self, gy: Any) -> Any:
        (x,) = self.inputs
        inside = np.clip(x, self.a_min, self.a_max) == x
        return np.where(inside | (x != x), gy, 0)  # NaN, not equal to itself, stays as it is


@implements(np.clip)
def clip(
    x: Any, a_min: Any = None, a_max: Any = None, *, min: Any = None, max: Any = None
) -> Variable:
    """Hold each element between two bounds.

    The gradient passes where `x` lies within the bounds or on them, and is zero outside. A bound
    that is a Variable gets the gradient of the elements that it replaced. NaN replaces numbers,
    as in NumPy, and is not replaced.

    Parameters
    ----------
    x : Variable or array_like
        Of any shape.
    a_min, a_max : Variable or array_like, optional
        Of shapes that broadcast with `x`; None for no bound.
    min, max : Variable or array_like, optional
        The same bounds, by the names that they have in newer versions of NumPy.

    Returns
    -------
    Variable
        Of the broadcast shape.

    Raises
    ------
    ValueError
        If the shapes do not broadcast, no bound is given, or names of both kinds are used.

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> x = Variable([-1.0, 0.5, 2.0])
    >>> y = F.clip(x, 0.0, 1.0)
    >>> y
    Variable([0. , 0.5, 1. ])
    >>> y.backward()
    >>> x.grad
    Variable([0., 1., 0.])
    """
    if min is not None or max is not None:
        if a_min is not None or a_max is not None:
            raise ValueError(
                "clip was given bounds by both kinds of names: give a_min and a_max, or min and max"
            )
        a_min, a_max = min, max
    bounds = {"a_min": a_min, "a_max": a_max}
    _check_shapes("clip", x=x, **{key: each for key, each in bounds.items() if each is not None})
    if not isinstance(a_min, Variable) and not isinstance(a_max, Variable):
        return Clip(_constant(a_min), _constant(a_max))(x)
    y = x
    if a_min is not None:
        y = where(np.less(y, a_min) | (np.isnan(a_min) & ~np.isnan(y)), a_min, y)
    if a_max is not None:
        y = where(np.greater(y, a_max) | (np.isnan(a_max) & ~np.isnan(y)), a_max, y)
    return as_variable(y)
