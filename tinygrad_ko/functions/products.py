"""The product of many elements, and sums and products so far along an axis.

The rules never divide by an element, so they are right where elements are zero.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_ko.arrays import as_array
from tinygrad_ko.core import Function, Variable
from tinygrad_ko.functions.reductions import Axis, Reduction
from tinygrad_ko.numpy_protocol import implements

__all__ = ["CumProd", "CumSum", "Prod", "cumprod", "cumsum", "prod"]


def _along(axis: int, part: slice) -> tuple[slice, ...]:
    """Return the index that takes a part of one axis, and all of the others."""
    return (slice(None),) * axis + (part,)


def _reversed(x: Any, axis: int) -> Any:
    return x[_along(axis, slice(None, None, -1))]


def _called(function: Function, *args: Any) -> Any:
    """Call it from a rule: arrays give an array, not a Variable around one."""
    y = function(*args)
    return y if any(isinstance(each, Variable) for each in args) else y.data


class Shift(Function):
    """y_i = x_(i-1), and a number before the first; with by = -1, y_i = x_(i+1)."""

    keeps = ""

    def __init__(self, axis: int, by: int, fill: int) -> None:
        self.axis = axis
        self.by = by
        self.fill = fill

    def forward(self, x: Any) -> Any:
        edge = np.full_like(x[_along(self.axis, slice(1))], self.fill)
        if self.by == 1:
            return np.concatenate([edge, x[_along(self.axis, slice(-1))]], axis=self.axis)
        return np.concatenate([x[_along(self.axis, slice(1, None))], edge], axis=self.axis)

    def backward(self, gy: Any) -> Any:
        return _called(Shift(self.axis, -self.by, 0), gy)


class Recurrence(Function):
    """y_i = b_i + a_i y_(i-1), from 0 before the first; with by = -1, from 0 after the last."""

    keeps = ("x1", "x1 y")

    def __init__(self, axis: int, by: int) -> None:
        self.axis = axis
        self.by = by

    def forward(self, b: Any, a: Any) -> Any:
        if b.shape[self.axis] == 0:
            return b * a
        b = np.moveaxis(b, self.axis, 0)[:: self.by]
        a = np.moveaxis(a, self.axis, 0)[:: self.by]
        rows = [b[0]]
        for i in range(1, len(b)):
            rows.append(b[i] + a[i] * rows[-1])
        return np.stack(rows[:: self.by], axis=self.axis)

    def backward(self, gy: Any) -> Any:
        _, a = self.inputs
        # Through y_i go its own gradient and what comes back from y_(i+1): a recurrence again.
        back = _called(Shift(self.axis, -self.by, 0), a)
        gb = _called(Recurrence(self.axis, -self.by), gy, back)
        ga = None
        if self.wants(1):
            (y,) = self.outputs
            ga = gb * _called(Shift(self.axis, self.by, 0), y)
        return gb, ga


class CumSum(Function):
    """y_i = x_0 + ... + x_i; each x_i is in all sums from the i-th on."""

    keeps = ""

    def __init__(self, axis: int) -> None:
        self.axis = axis

    def forward(self, x: Any) -> Any:
        return np.cumsum(x, axis=self.axis)

    def backward(self, gy: Any) -> Any:
        return _reversed(np.cumsum(_reversed(gy, self.axis), axis=self.axis), self.axis)


class CumProd(Function):
    """y_i = x_0 ··· x_i, which is x_i y_(i-1)."""

    keeps = "x y"

    def __init__(self, axis: int) -> None:
        self.axis = axis

    def forward(self, x: Any) -> Any:
        return np.cumprod(x, axis=self.axis)

    def backward(self, gy: Any) -> Any:
        (x,), (y,) = self.inputs, self.outputs
        later = _called(Shift(self.axis, -1, 0), x)
        through_y = _called(Recurrence(self.axis, -1), gy, later)
        return through_y * _called(Shift(self.axis, 1, 1), y)


def _others(x: Any, axis: int) -> Any:
    """Return for each element the product of the others along the axis: those before, and after."""
    before = np.cumprod(_called(Shift(axis, 1, 1), x), axis=axis)
    after = np.cumprod(_called(Shift(axis, 1, 1), _reversed(x, axis)), axis=axis)
    return before * _reversed(after, axis)


class Prod(Reduction):
    """y = the product; the slope of each element is the product of all others."""

    keeps = "x"

    def forward(self, x: Any) -> Any:
        y = np.prod(x, axis=self.axis, keepdims=self.keepdims)
        self._remember(x)
        return y

    def backward(self, gy: Any) -> Any:
        (x,) = self.inputs
        gx = np.reshape(gy, self.kept_shape)
        # One axis after the other: the products along the first are the elements of the next.
        for axis, (size, kept) in enumerate(zip(self.x_shape, self.kept_shape, strict=True)):
            if size != kept:
                gx = gx * _others(x, axis)
                x = np.prod(x, axis=axis, keepdims=True)
        return gx


@implements(np.prod)
def prod(x: Any, axis: Axis = None, *, keepdims: bool = False) -> Variable:
    """Multiply the elements, all of them or along some axes.

    The gradient is right where elements are zero, too.

    Parameters
    ----------
    x : Variable or array_like
        Of any shape.
    axis : int or tuple of int, optional
        The axes to go along, negative ones counted from the last; all of them by default.
    keepdims : bool
        Leave those axes in the shape, with size 1.

    Returns
    -------
    Variable
        Of the shape of `x` without those axes; 1 where there are no elements.

    Raises
    ------
    TypeError, ValueError
        If an axis does not exist (``numpy.exceptions.AxisError``) or is given twice.

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> x = Variable([2.0, 0.0, 5.0])
    >>> y = F.prod(x)
    >>> y
    Variable(0.)
    >>> y.backward()
    >>> x.grad
    Variable([ 0., 10.,  0.])
    """
    return Prod(axis, keepdims)(x)


def _line(x: Any, axis: Any, name: str) -> tuple[Any, int]:
    """Return the array and the axis to go along; without an axis, all elements in one line."""
    x = x if isinstance(x, Variable) else as_array(x, f"argument 0 of {name}")
    if axis is None:
        return np.reshape(x, (-1,)), 0
    if not isinstance(axis, int | np.integer):
        raise TypeError(
            f"{name.lower()} goes along one axis, given by an int, not {axis!r}: "
            "for several axes, reshape them into one first"
        )
    return x, np.lib.array_utils.normalize_axis_index(int(axis), len(x.shape))


@implements(np.cumsum)
def cumsum(x: Any, axis: int | None = None) -> Variable:
    """Add up the elements so far along an axis.

    Parameters
    ----------
    x : Variable or array_like
        Of any shape.
    axis : int, optional
        The axis to go along, a negative one counted from the last. By default, all elements in
        order, as one line.

    Returns
    -------
    Variable
        Of the shape of `x`; without `axis`, of shape ``(x.size,)``.

    Raises
    ------
    TypeError, ValueError
        If `axis` is not an int, or does not exist (``numpy.exceptions.AxisError``).

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> x = Variable([1.0, 2.0, 3.0])
    >>> y = F.cumsum(x)
    >>> y
    Variable([1., 3., 6.])
    >>> y.backward()
    >>> x.grad
    Variable([3., 2., 1.])
    """
    x, axis = _line(x, axis, "CumSum")
    return CumSum(axis)(x)


@implements(np.cumprod)
def cumprod(x: Any, axis: int | None = None) -> Variable:
    """Multiply the elements so far along an axis.

    The gradient is right where elements are zero, too. Backward goes along the axis step by
    step, so its time grows with the length of the axis.

    Parameters
    ----------
    x : Variable or array_like
        Of any shape.
    axis : int, optional
        The axis to go along, a negative one counted from the last. By default, all elements in
        order, as one line.

    Returns
    -------
    Variable
        Of the shape of `x`; without `axis`, of shape ``(x.size,)``.

    Raises
    ------
    TypeError, ValueError
        If `axis` is not an int, or does not exist (``numpy.exceptions.AxisError``).

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> x = Variable([2.0, 0.0, 5.0])
    >>> y = F.cumprod(x)
    >>> y
    Variable([2., 0., 0.])
    >>> y.backward()
    >>> x.grad
    Variable([ 1., 12.,  0.])
    """
    x, axis = _line(x, axis, "CumProd")
    return CumProd(axis)(x)
