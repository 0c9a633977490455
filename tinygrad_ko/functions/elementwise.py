"""Functions of one element at a time: exponential, logarithm, powers with a name, sign and size."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_ko.core import Function, Variable
from tinygrad_ko.numpy_protocol import implements

__all__ = [
    "Abs",
    "Exp",
    "Log",
    "Reciprocal",
    "Sign",
    "Sqrt",
    "Square",
    "abs",
    "exp",
    "log",
    "reciprocal",
    "sign",
    "sqrt",
    "square",
]


class Exp(Function):
    """y = e ** x; its derivative is y itself."""

    keeps = "y"

    def forward(self, x: Any) -> Any:
        return np.exp(x)

    def backward(self, gy: Any) -> Any:
        (y,) = self.outputs
        return gy * y


@implements(np.exp)
def exp(x: Any) -> Variable:
    """Take e to the power of each element.

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
    >>> x = Variable([0.0, 1.0])
    >>> y = F.exp(x)
    >>> y
    Variable([1.        , 2.71828183])
    >>> y.backward()
    >>> x.grad
    Variable([1.        , 2.71828183])
    """
    return Exp()(x)


class Log(Function):
    """y = ln x."""

    keeps = "x"

    def forward(self, x: Any) -> Any:
        return np.log(x)

    def backward(self, gy: Any) -> Any:
        (x,) = self.inputs
        return gy / x


@implements(np.log)
def log(x: Any) -> Variable:
    """Take the natural logarithm of each element.

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
    >>> x = Variable([1.0, 2.0])
    >>> y = F.log(x)
    >>> y
    Variable([0.        , 0.69314718])
    >>> y.backward()
    >>> x.grad
    Variable([1. , 0.5])
    """
    return Log()(x)


class Sqrt(Function):
    """y = √x."""

    keeps = "y"

    def forward(self, x: Any) -> Any:
        return np.sqrt(x)

    def backward(self, gy: Any) -> Any:
        (y,) = self.outputs
        # The slope at 0 is infinite. 0 in its place keeps sqrt(sum of squares) finite there.
        return gy / (2 * np.where(y == 0, np.inf, y))


@implements(np.sqrt)
def sqrt(x: Any) -> Variable:
    """Take the square root of each element.

    The gradient at 0 is taken as 0, where the true slope is infinite.

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
    >>> x = Variable([0.0, 4.0])
    >>> y = F.sqrt(x)
    >>> y
    Variable([0., 2.])
    >>> y.backward()
    >>> x.grad
    Variable([0.  , 0.25])
    """
    return Sqrt()(x)


class Square(Function):
    """y = x²."""

    keeps = "x"

    def forward(self, x: Any) -> Any:
        return np.square(x)

    def backward(self, gy: Any) -> Any:
        (x,) = self.inputs
        return 2 * x * gy


@implements(np.square)
def square(x: Any) -> Variable:
    """Square each element.

    Parameters
    ----------
    x : Variable or array_like
        Of any shape.

    Returns
    -------
    Variable
        Of the shape of `x`.

    Raises
    ------
    TypeError
        If `x` is not numeric.

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> x = Variable([1.0, 3.0])
    >>> y = F.square(x)
    >>> y
    Variable([1., 9.])
    >>> y.backward()
    >>> x.grad
    Variable([2., 6.])
    """
    return Square()(x)


class Reciprocal(Function):
    """y = 1 / x; its derivative is -y²."""

    keeps = "y"

    def forward(self, x: Any) -> Any:
        # Not np.reciprocal, which cuts the results for integers down to integers.
        return 1 / x

    def backward(self, gy: Any) -> Any:
        (y,) = self.outputs
        return -gy * y * y


@implements(np.reciprocal)
def reciprocal(x: Any) -> Variable:
    """Divide 1 by each element.

    For integers too this is ``1 / x``, with a slope; NumPy's own function of this name cuts the
    result down to an integer, which is 0 for all but 1 and -1.

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
    >>> x = Variable([1.0, 4.0])
    >>> y = F.reciprocal(x)
    >>> y
    Variable([1.  , 0.25])
    >>> y.backward()
    >>> x.grad
    Variable([-1.    , -0.0625])
    """
    return Reciprocal()(x)


class Abs(Function):
    """y = x where x is positive, -x where it is negative."""

    keeps = "x"

    def forward(self, x: Any) -> Any:
        return np.abs(x)

    def backward(self, gy: Any) -> Any:
        (x,) = self.inputs
        if x.dtype.kind == "b":  # NumPy knows no sign of booleans, and none is negative
            return np.where(x, gy, 0)
        return gy * np.sign(x)


@implements(np.absolute, operator="abs")
def abs(x: Any) -> Variable:
    """Take the absolute value of each element; the operator ``abs(x)``.

    The gradient at 0, where there is none, is taken as 0.

    Parameters
    ----------
    x : Variable or array_like
        Of any shape.

    Returns
    -------
    Variable
        Of the shape of `x`.

    Raises
    ------
    TypeError
        If `x` is not numeric.

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> x = Variable([-2.0, 0.0])
    >>> y = F.abs(x)
    >>> y
    Variable([2., 0.])
    >>> y.backward()
    >>> x.grad
    Variable([-1.,  0.])
    """
    return Abs()(x)


class Sign(Function):
    """y = -1, 0 or 1: steps, whose slope is zero wherever there is one."""

    keeps = ""

    def forward(self, x: Any) -> Any:
        return np.sign(x)

    def backward(self, gy: Any) -> Any:
        return np.zeros_like(gy)


@implements(np.sign)
def sign(x: Any) -> Variable:
    """Tell the sign of each element, as -1, 0 or 1. Its gradient is zero.

    Parameters
    ----------
    x : Variable or array_like
        Of any shape.

    Returns
    -------
    Variable
        Of the shape of `x`.

    Raises
    ------
    TypeError
        If `x` is not numeric.

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> x = Variable([-2.0, 5.0])
    >>> y = F.sign(x)
    >>> y
    Variable([-1.,  1.])
    >>> y.backward()
    >>> x.grad
    Variable([0., 0.])
    """
    return Sign()(x)
