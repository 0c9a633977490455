"""Exponentials and logarithms to other bases, near zero, and of a sum of two exponentials."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tinygrad_ko.core import Function, Variable
from tinygrad_ko.numpy_protocol import implements

__all__ = [
    "Exp2",
    "Expm1",
    "Log1p",
    "Log2",
    "Log10",
    "LogAddExp",
    "exp2",
    "expm1",
    "log1p",
    "log2",
    "log10",
    "logaddexp",
]

_LN2 = math.log(2)
_LN10 = math.log(10)


class Exp2(Function):
    """y = 2 ** x; its derivative is y ln 2."""

    keeps = "y"

    def forward(self, x: Any) -> Any:
        return np.exp2(x)

    def backward(self, gy: Any) -> Any:
        (y,) = self.outputs
        return gy * (y * _LN2)


@implements(np.exp2)
def exp2(x: Any) -> Variable:
    """Take 2 to the power of each element.

    Parameters
    ----------
    x : Variable or array_like
        Of any shape.

    Returns
    -------
    Variable
        Of the shape of `x`, floating.

    Raises
    ------
    TypeError
        If `x` is not numeric.

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> x = Variable([0.0, 3.0])
    >>> y = F.exp2(x)
    >>> y
    Variable([1., 8.])
    >>> y.backward()
    >>> x.grad
    Variable([0.69314718, 5.54517744])
    """
    return Exp2()(x)


class Expm1(Function):
    """y = e ** x - 1; its derivative is e ** x."""

    keeps = "x"

    def forward(self, x: Any) -> Any:
        return np.expm1(x)

    def backward(self, gy: Any) -> Any:
        (x,) = self.inputs
        # From x: where x is far below 0, y is nearly -1, and y + 1 has lost most of its digits.
        return gy * np.exp(x)


@implements(np.expm1)
def expm1(x: Any) -> Variable:
    """Take e to the power of each element, minus 1, to full precision where `x` is near 0.

    Parameters
    ----------
    x : Variable or array_like
        Of any shape.

    Returns
    -------
    Variable
        Of the shape of `x`, floating.

    Raises
    ------
    TypeError
        If `x` is not numeric.

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> x = Variable([0.0, 1e-10])
    >>> y = F.expm1(x)
    >>> y
    Variable([0.e+00, 1.e-10])
    >>> y.backward()
    >>> x.grad
    Variable([1., 1.])
    """
    return Expm1()(x)


class Log2(Function):
    """y = ln x / ln 2; its derivative is 1 / (x ln 2)."""

    keeps = "x"

    def forward(self, x: Any) -> Any:
        return np.log2(x)

    def backward(self, gy: Any) -> Any:
        (x,) = self.inputs
        return gy / _LN2 / x


@implements(np.log2)
def log2(x: Any) -> Variable:
    """Take the logarithm to base 2 of each element.

    Parameters
    ----------
    x : Variable or array_like
        Of any shape.

    Returns
    -------
    Variable
        Of the shape of `x`, floating; NaN where `x` is negative.

    Raises
    ------
    TypeError
        If `x` is not numeric.

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> x = Variable([1.0, 8.0])
    >>> y = F.log2(x)
    >>> y
    Variable([0., 3.])
    >>> y.backward()
    >>> x.grad
    Variable([1.44269504, 0.18033688])
    """
    return Log2()(x)


class Log10(Function):
    """y = ln x / ln 10; its derivative is 1 / (x ln 10)."""

    keeps = "x"

    def forward(self, x: Any) -> Any:
        return np.log10(x)

    def backward(self, gy: Any) -> Any:
        (x,) = self.inputs
        return gy / _LN10 / x


@implements(np.log10)
def log10(x: Any) -> Variable:
    """Take the logarithm to base 10 of each element.

    Parameters
    ----------
    x : Variable or array_like
        Of any shape.

    Returns
    -------
    Variable
        Of the shape of `x`, floating; NaN where `x` is negative.

    Raises
    ------
    TypeError
        If `x` is not numeric.

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> x = Variable([1.0, 1000.0])
    >>> y = F.log10(x)
    >>> y
    Variable([0., 3.])
    >>> y.backward()
    >>> x.grad
    Variable([0.43429448, 0.00043429])
    """
    return Log10()(x)


class Log1p(Function):
    """y = ln(1 + x); its derivative is 1 / (1 + x)."""

    keeps = "x"

    def forward(self, x: Any) -> Any:
        return np.log1p(x)

    def backward(self, gy: Any) -> Any:
        (x,) = self.inputs
        return gy / (1.0 + x)


@implements(np.log1p)
def log1p(x: Any) -> Variable:
    """Take the natural logarithm of 1 plus each element, to full precision near 0.

    Parameters
    ----------
    x : Variable or array_like
        Of any shape.

    Returns
    -------
    Variable
        Of the shape of `x`, floating; NaN where `x` is below -1.

    Raises
    ------
    TypeError
        If `x` is not numeric.

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> x = Variable([0.0, 1e-10])
    >>> y = F.log1p(x)
    >>> y
    Variable([0.e+00, 1.e-10])
    >>> y.backward()
    >>> x.grad
    Variable([1., 1.])
    """
    return Log1p()(x)


class LogAddExp(Function):
    """y = ln(e ** x0 + e ** x1); the slopes are the two shares of that sum."""

    keeps = "x"

    def forward(self, x0: Any, x1: Any) -> Any:
        return np.logaddexp(x0, x1)

    def backward(self, gy: Any) -> Any:
        x0, x1 = self.inputs
        # From the difference of the inputs: a large y has no digits left for their shares. With
        # logaddexp in place of ln(1 + exp(...)), no exponential overflows. The factor 1.0 is for
        # small integers, which would wrap around.
        with np.errstate(invalid="ignore", over="ignore"):
            d = 1.0 * x0 - x1
        # Equal infinities have no difference; they get no gradient.
        lost = (x0 == x1) & np.isinf(x0)
        d, gy = np.where(lost, 0.0, d), np.where(lost, 0.0, gy)
        gx0 = gy * np.exp(-np.logaddexp(0.0, -d)) if self.wants(0) else None
        gx1 = gy * np.exp(-np.logaddexp(0.0, d)) if self.wants(1) else None
        return gx0, gx1


@implements(np.logaddexp)
def logaddexp(x0: Any, x1: Any) -> Variable:
    """Take the logarithm of the sum of two exponentials, without overflow on the way.

    Probabilities that are kept as logarithms are added so. An element of -inf counts as nothing;
    where both are -inf, so is the result, and the gradient is 0.

    Parameters
    ----------
    x0, x1 : Variable or array_like
        Shapes that broadcast together.

    Returns
    -------
    Variable
        Of the broadcast shape, floating.

    Raises
    ------
    ValueError
        If the shapes do not broadcast.

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> x0 = Variable([0.0, 1000.0])
    >>> x1 = Variable([0.0, 0.0])
    >>> y = F.logaddexp(x0, x1)
    >>> y
    Variable([6.93147181e-01, 1.00000000e+03])
    >>> y.backward()
    >>> x0.grad, x1.grad
    (Variable([0.5, 1. ]), Variable([0.5, 0. ]))
    """
    return LogAddExp()(x0, x1)
