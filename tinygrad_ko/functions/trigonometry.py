"""Sine, cosine and tangent, and the hyperbolic tangent."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_ko.core import Function, Variable
from tinygrad_ko.numpy_protocol import implements

__all__ = ["Cos", "Sin", "Tan", "Tanh", "cos", "sin", "tan", "tanh"]


class Sin(Function):
    """y = sin x."""

    keeps = "x"

    def forward(self, x: Any) -> Any:
        return np.sin(x)

    def backward(self, gy: Any) -> Any:
        (x,) = self.inputs
        return gy * np.cos(x)


@implements(np.sin)
def sin(x: Any) -> Variable:
    """Take the sine of each element.

    Parameters
    ----------
    x : Variable or array_like
        Of any shape, in radians.

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
    >>> y = F.sin(x)
    >>> y
    Variable([0.        , 0.84147098])
    >>> y.backward()
    >>> x.grad
    Variable([1.        , 0.54030231])
    """
    return Sin()(x)


class Cos(Function):
    """y = cos x."""

    keeps = "x"

    def forward(self, x: Any) -> Any:
        return np.cos(x)

    def backward(self, gy: Any) -> Any:
        (x,) = self.inputs
        return gy * -np.sin(x)


@implements(np.cos)
def cos(x: Any) -> Variable:
    """Take the cosine of each element.

    Parameters
    ----------
    x : Variable or array_like
        Of any shape, in radians.

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
    >>> y = F.cos(x)
    >>> y
    Variable([1.        , 0.54030231])
    >>> y.backward()
    >>> x.grad
    Variable([-0.        , -0.84147098])
    """
    return Cos()(x)


class Tan(Function):
    """y = tan x; its derivative is 1 + y²."""

    keeps = "y"

    def forward(self, x: Any) -> Any:
        return np.tan(x)

    def backward(self, gy: Any) -> Any:
        (y,) = self.outputs
        return gy * (1 + y * y)


@implements(np.tan)
def tan(x: Any) -> Variable:
    """Take the tangent of each element.

    Parameters
    ----------
    x : Variable or array_like
        Of any shape, in radians.

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
    >>> y = F.tan(x)
    >>> y
    Variable([0.        , 1.55740772])
    >>> y.backward()
    >>> x.grad
    Variable([1.        , 3.42551882])
    """
    return Tan()(x)


class Tanh(Function):
    """y = tanh x; its derivative is 1 - y²."""

    keeps = "y"

    def forward(self, x: Any) -> Any:
        return np.tanh(x)

    def backward(self, gy: Any) -> Any:
        (y,) = self.outputs
        return gy * (1 - np.square(y))


@implements(np.tanh)
def tanh(x: Any) -> Variable:
    """Take the hyperbolic tangent of each element.

    Parameters
    ----------
    x : Variable or array_like
        Of any shape.

    Returns
    -------
    Variable
        Of the shape of `x`, floating, between -1 and 1.

    Raises
    ------
    TypeError
        If `x` is not numeric.

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> x = Variable([0.0, 1.0])
    >>> y = F.tanh(x)
    >>> y
    Variable([0.        , 0.76159416])
    >>> y.backward()
    >>> x.grad
    Variable([1.        , 0.41997434])
    """
    return Tanh()(x)
