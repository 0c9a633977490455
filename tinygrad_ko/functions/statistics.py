"""Where numbers lie and how far they spread: weighted average, variance, standard deviation."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_ko.arrays import as_array
from tinygrad_ko.core import Variable
from tinygrad_ko.functions.reductions import Axis, Mean, Reduction
from tinygrad_ko.numpy_protocol import implements

__all__ = ["Average", "Std", "Var", "average", "std", "var"]


class Average(Reduction):
    """y = Σ w x / Σ w."""

    keeps = ("x1", "x y")

    def forward(self, x: Any, w: Any) -> Any:
        # As NumPy does: products of whole numbers are summed as floats.
        dtype = np.result_type(x.dtype, w.dtype, *([] if x.dtype.kind == "f" else [np.float64]))
        total = np.sum(w, axis=self.axis, keepdims=self.keepdims, dtype=dtype)
        # Arrays that are computed later, such as Dask's, cannot be looked at now.
        if isinstance(total, np.ndarray | np.generic) and np.any(total == 0):
            raise ZeroDivisionError(
                "the weights of average sum to zero, so there is nothing to divide by: "
                "give weights with another sum"
            )
        y = np.sum(np.multiply(x, w, dtype=dtype), axis=self.axis, keepdims=self.keepdims) / total
        self._remember(x)
        return y

    def backward(self, gy: Any) -> Any:
        x, w = self.inputs
        share = self._kept(gy) / np.sum(w, axis=self.axis, keepdims=True)
        gw = None
        if self.wants(1):
            (y,) = self.outputs
            gw = share * (x - self._kept(y))
        return share * w, gw


@implements(np.average)
def average(x: Any, axis: Axis = None, weights: Any = None, *, keepdims: bool = False) -> Variable:
    """Take the weighted average, of all elements or along some axes.

    Parameters
    ----------
    x : Variable or array_like
        Of any shape.
    axis : int or tuple of int, optional
        The axes to go along, negative ones counted from the last; all of them by default.
    weights : Variable or array_like, optional
        Of the shape of `x`, or with the sizes of the axes in `axis` only, in that order. Without
        weights, all elements count the same.
    keepdims : bool
        Leave those axes in the shape, with size 1.

    Returns
    -------
    Variable
        Of the shape of `x` without those axes, floating.

    Raises
    ------
    ZeroDivisionError
        If weights sum to zero; those of arrays that are computed later are not looked at.
    TypeError, ValueError
        If the weights do not fit, or an axis does not exist (``numpy.exceptions.AxisError``).

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> x = Variable([[1.0, 2.0], [3.0, 6.0]])
    >>> w = Variable([3.0, 1.0])
    >>> y = F.average(x, axis=1, weights=w)
    >>> y
    Variable([1.25, 3.75])
    >>> y.backward()
    >>> w.grad
    Variable([-0.25,  0.75])
    """
    if weights is None:
        return Mean(axis, keepdims)(x)
    x = x if isinstance(x, Variable) else as_array(x, "argument 0 of Average")
    if not isinstance(weights, Variable):
        weights = as_array(weights, "the weights of average")
    return Average(axis, keepdims)(x, _beside(x.shape, axis, weights))


def _beside(shape: tuple[int, ...], axis: Axis, weights: Any) -> Any:
    """Give weights for some axes of `shape` size 1 in the others, so that they broadcast."""
    if weights.shape == shape:
        return weights
    if axis is None:
        raise TypeError(
            f"the weights of average have the shape {weights.shape}, but the elements have "
            f"{shape}: name with axis=... the axes that the weights are for"
        )
    axes = np.lib.array_utils.normalize_axis_tuple(axis, len(shape))
    sizes = tuple(shape[each] for each in axes)
    if weights.shape != sizes:
        raise ValueError(
            f"the weights of average have the shape {weights.shape}, but along axis {axis} the "
            f"elements have {sizes}: the weights must have that shape, or all of {shape}"
        )
    in_order = np.transpose(weights, tuple(axes.index(each) for each in sorted(axes)))
    return np.reshape(in_order, [n if i in axes else 1 for i, n in enumerate(shape)])


class _Spread(Reduction):
    """What variance and deviation share: the distances from the mean, and how many count."""

    def __init__(self, axis: Axis = None, ddof: float = 0, keepdims: bool = False) -> None:
        super().__init__(axis, keepdims)
        self.ddof = ddof

    def _from_mean(self, x: Any) -> Any:
        return x - np.mean(x, axis=self.axis, keepdims=True)

    def _count(self) -> float:
        """Return the number of elements less `ddof`; NaN, as the value is, if none are left."""
        n = 1
        for size, kept in zip(self.x_shape, self.kept_shape, strict=True):
            n *= size if kept == 1 else 1
        return n - self.ddof if n > self.ddof else np.nan


class Var(_Spread):
    """y = Σ (x - mean)² / (n - ddof)."""

    keeps = "x"

    def forward(self, x: Any) -> Any:
        y = np.var(x, axis=self.axis, ddof=self.ddof, keepdims=self.keepdims)
        self._remember(x)
        return y

    def backward(self, gy: Any) -> Any:
        (x,) = self.inputs
        return self._kept(gy) * (2 * self._from_mean(x) / self._count())


class Std(_Spread):
    """y = √(Σ (x - mean)² / (n - ddof))."""

    keeps = "x y"

    def forward(self, x: Any) -> Any:
        y = np.std(x, axis=self.axis, ddof=self.ddof, keepdims=self.keepdims)
        self._remember(x)
        return y

    def backward(self, gy: Any) -> Any:
        (x,), (y,) = self.inputs, self.outputs
        y = self._kept(y)
        # The mean of equal numbers may be rounded, and y be a little above the 0 that it stands
        # for; so they are compared themselves, with the first of them.
        first = x[tuple([slice(size) for size in self.kept_shape])]
        flat = np.all(x == first, axis=self.axis, keepdims=True) | (y == 0)
        slope = self._from_mean(x) / np.where(flat, np.inf, y) / self._count()
        return self._kept(gy) * slope


@implements(np.var)
def var(x: Any, axis: Axis = None, *, ddof: float = 0, keepdims: bool = False) -> Variable:
    """Take the variance: the mean of the squared distances from the mean.

    Parameters
    ----------
    x : Variable or array_like
        Of any shape.
    axis : int or tuple of int, optional
        The axes to go along, negative ones counted from the last; all of them by default.
    ddof : float
        The sum of squares is divided by the number of elements less this: 0 for all the numbers
        there are, 1 to estimate from a sample.
    keepdims : bool
        Leave those axes in the shape, with size 1.

    Returns
    -------
    Variable
        Of the shape of `x` without those axes, floating. NaN, with NumPy's warning, where `ddof`
        leaves nothing to divide by.

    Raises
    ------
    TypeError, ValueError
        If an axis does not exist (``numpy.exceptions.AxisError``) or is given twice.

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> x = Variable([1.0, 2.0, 6.0])
    >>> F.var(x, ddof=1)
    Variable(7.)
    >>> y = F.var(x)
    >>> y.backward()
    >>> print(y.data.round(4), x.grad.data.round(4))
    4.6667 [-1.3333 -0.6667  2.    ]
    """
    return Var(axis, ddof, keepdims)(x)


@implements(np.std)
def std(x: Any, axis: Axis = None, *, ddof: float = 0, keepdims: bool = False) -> Variable:
    """Take the standard deviation: the square root of the variance.

    Where all elements are equal, it has a corner; its gradient there is taken as 0.

    Parameters
    ----------
    x : Variable or array_like
        Of any shape.
    axis : int or tuple of int, optional
        The axes to go along, negative ones counted from the last; all of them by default.
    ddof : float
        The sum of squares is divided by the number of elements less this: 0 for all the numbers
        there are, 1 to estimate from a sample.
    keepdims : bool
        Leave those axes in the shape, with size 1.

    Returns
    -------
    Variable
        Of the shape of `x` without those axes, floating. NaN, with NumPy's warning, where `ddof`
        leaves nothing to divide by.

    Raises
    ------
    TypeError, ValueError
        If an axis does not exist (``numpy.exceptions.AxisError``) or is given twice.

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> x = Variable([[1.0, 3.0], [5.0, 5.0]])
    >>> y = F.std(x, axis=1)
    >>> y
    Variable([1., 0.])
    >>> y.backward()
    >>> x.grad
    Variable([[-0.5,  0.5],
              [ 0. ,  0. ]])
    """
    return Std(axis, ddof, keepdims)(x)
