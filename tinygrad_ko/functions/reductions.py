"""Many elements to one: sum, mean, max, min."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_ko.core import Function, Variable
from tinygrad_ko.numpy_protocol import implements

__all__ = ["Max", "Mean", "Min", "Sum", "max", "mean", "min", "sum"]

Axis = int | tuple[int, ...] | None


class Reduction(Function):
    """What all of these share: an axis, whether it stays with size 1, and the way back."""

    def __init__(self, axis: Axis = None, keepdims: bool = False) -> None:
        if not isinstance(keepdims, bool | np.bool_):
            raise TypeError(
                f"keepdims is True or False, not {keepdims!r}; the arguments are x, axis and "
                "keepdims, without NumPy's dtype and out"
            )
        self.axis = axis
        self.keepdims: Any = keepdims  # NumPy 2.5 types it as a literal

    def _remember(self, x: Any) -> None:
        """Note the shape of the input, which the gradient has too."""
        self.x_shape: tuple[int, ...] = np.shape(x)

    @property
    def kept_shape(self) -> tuple[int, ...]:
        """The shape of the output with the reduced axes in it, of size 1."""
        if self.axis is None:
            return (1,) * len(self.x_shape)
        axes = self.axis if isinstance(self.axis, tuple) else (self.axis,)
        # NumPy lets a number be reduced along axis 0, though it has none.
        reduced = [axis % (len(self.x_shape) or 1) for axis in axes]
        return tuple([1 if axis in reduced else size for axis, size in enumerate(self.x_shape)])

    def _kept(self, y: Any) -> Any:
        """Let the output, or its gradient, broadcast to the input: put the reduced axes back."""
        return y if self.axis is None or self.keepdims else np.reshape(y, self.kept_shape)


class Sum(Reduction):
    """y = the sum; every element has slope 1."""

    keeps = ""

    def forward(self, x: Any) -> Any:
        y = np.sum(x, axis=self.axis, keepdims=self.keepdims)
        self._remember(x)
        return y

    def backward(self, gy: Any) -> Any:
        return np.broadcast_to(self._kept(gy), self.x_shape)


class Mean(Reduction):
    """y = the sum divided by the number of elements."""

    keeps = ""

    def forward(self, x: Any) -> Any:
        y = np.mean(x, axis=self.axis, keepdims=self.keepdims)
        self._remember(x)
        return y

    def backward(self, gy: Any) -> Any:
        n = 1
        for size, kept in zip(self.x_shape, self.kept_shape, strict=True):
            n *= size if kept == 1 else 1
        # Of no elements there is no mean, but also none that would take the gradient.
        return np.broadcast_to(self._kept(gy / (n or 1)), self.x_shape)


class _Extreme(Reduction):
    """Max and Min: equal extremes share the gradient, so that it sums to what arrived."""

    def backward(self, gy: Any) -> Any:
        (x,), (y,) = self.inputs, self.outputs
        # NaN is the largest and the smallest of all: it is found by x != x.
        chosen = (x == self._kept(y)) | (x != x)
        count = np.sum(chosen, axis=self.axis, keepdims=True)
        return np.where(chosen, self._kept(gy) / count, 0)


class Max(_Extreme):
    """y = the largest element; equal ones share the gradient."""

    def forward(self, x: Any) -> Any:
        y = np.max(x, axis=self.axis, keepdims=self.keepdims)
        self._remember(x)
        return y


class Min(_Extreme):
    """y = the smallest element; equal ones share the gradient."""

    def forward(self, x: Any) -> Any:
        y = np.min(x, axis=self.axis, keepdims=self.keepdims)
        self._remember(x)
        return y


@implements(np.sum)
def sum(x: Any, axis: Axis = None, keepdims: bool = False) -> Variable:
    """Add up the elements, all of them or along some axes.

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
        Of the shape of `x` without those axes.

    Raises
    ------
    TypeError, ValueError
        If an axis does not exist (``numpy.exceptions.AxisError``) or is given twice.

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> x = Variable([[1.0, 5.0, 5.0], [3.0, 2.0, 1.0]])
    >>> y = F.sum(x, axis=1)
    >>> y
    Variable([11.,  6.])
    >>> y.backward()
    >>> x.grad
    Variable([[1., 1., 1.],
              [1., 1., 1.]])
    """
    return Sum(axis, keepdims)(x)


@implements(np.mean)
def mean(x: Any, axis: Axis = None, keepdims: bool = False) -> Variable:
    """Take the mean of the elements, of all of them or along some axes.

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
        Of the shape of `x` without those axes, floating.

    Raises
    ------
    TypeError, ValueError
        If an axis does not exist (``numpy.exceptions.AxisError``) or is given twice.

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> x = Variable([[1.0, 5.0, 5.0], [3.0, 2.0, 1.0]])
    >>> y = F.mean(x, axis=1)
    >>> y
    Variable([3.66666667, 2.        ])
    >>> y.backward()
    >>> x.grad
    Variable([[0.33333333, 0.33333333, 0.33333333],
              [0.33333333, 0.33333333, 0.33333333]])
    """
    return Mean(axis, keepdims)(x)


@implements(np.max, np.amax)
def max(x: Any, axis: Axis = None, keepdims: bool = False) -> Variable:
    """Take the largest element, of all or along some axes.

    Equal largest elements share the gradient equally.

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
        Of the shape of `x` without those axes.

    Raises
    ------
    ValueError
        If there are no elements to choose from, or an axis does not exist.

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> x = Variable([[1.0, 5.0, 5.0], [3.0, 2.0, 1.0]])
    >>> y = F.max(x, axis=1)
    >>> y
    Variable([5., 3.])
    >>> y.backward()
    >>> x.grad
    Variable([[0. , 0.5, 0.5],
              [1. , 0. , 0. ]])
    """
    return Max(axis, keepdims)(x)


@implements(np.min, np.amin)
def min(x: Any, axis: Axis = None, keepdims: bool = False) -> Variable:
    """Take the smallest element, of all or along some axes.

    Equal smallest elements share the gradient equally.

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
        Of the shape of `x` without those axes.

    Raises
    ------
    ValueError
        If there are no elements to choose from, or an axis does not exist.

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> x = Variable([[1.0, 5.0, 5.0], [3.0, 2.0, 1.0]])
    >>> y = F.min(x, axis=1)
    >>> y
    Variable([1., 1.])
    >>> y.backward()
    >>> x.grad
    Variable([[1., 0., 0.],
              [0., 0., 1.]])
    """
    return Min(axis, keepdims)(x)
