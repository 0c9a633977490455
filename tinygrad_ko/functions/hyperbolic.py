"""Hyperbolic sine and cosine, and the inverses of sinh, cosh and tanh."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_ko.core import Function, Variable
from tinygrad_ko.numpy_protocol import implements

__all__ = [
    "ArcCosh",
    "ArcSinh",
    "ArcTanh",
    "Cosh",
    "Sinh",
    "arccosh",
    "arcsinh",
    "arctanh",
    "cosh",
    "sinh",
]


class Sinh(Function):
    """y = sinh x = (e ** x - e ** -x) / 2."""

    keeps = "x"

    def forward(self, x: Any) -> Any:
        return np.sinh(x)

    def backward(self, gy: Any) -> Any:
        (x,) = self.inputs
        return gy * np.cosh(x)


@implements(np.sinh)
def sinh(x: Any) -> Variable:
    """Take the hyperbolic sine of each element.

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
    >>> y = F.sinh(x)
    >>> y
    Variable([0.        , 1.17520119])
    >>> y.backward()
    >>> x.grad
    Variable([1.        , 1.54308063])
    """
    return Sinh()(x)


class Cosh(Function):
    """y = cosh x = (e ** x + e ** -x) / 2."""

    keeps = "x"

    def forward(self, x: Any) -> Any:
        return np.cosh(x)

    def backward(self, gy: Any) -> Any:
        (x,) = self.inputs
        return gy * np.sinh(x)


@implements(np.cosh)
def cosh(x: Any) -> Variable:
    """Take the hyperbolic cosine of each element.

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
    >>> y = F.cosh(x)
    >>> y
    Variable([1.        , 1.54308063])
    >>> y.backward()
    >>> x.grad
    Variable([0.        , 1.17520119])
    """
    return Cosh()(x)


class ArcSinh(Function):
    """y = arcsinh x; its derivative is 1 / √(1 + x²)."""

    keeps = "x"

    def forward(self, x: Any) -> Any:
        return np.arcsinh(x)

    def backward(self, gy: Any) -> Any:
        (x,) = self.inputs
        # hypot is that root, without overflow where x² is too large for a float.
        return gy / np.hypot(1.0, x)


@implements(np.arcsinh)
def arcsinh(x: Any) -> Variable:
    """Take the inverse hyperbolic sine of each element.

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
    >>> x = Variable([0.0, 0.75])
    >>> y = F.arcsinh(x)
    >>> y
    Variable([0.        , 0.69314718])
    >>> y.backward()
    >>> x.grad
    Variable([1. , 0.8])
    """
    return ArcSinh()(x)


class ArcCosh(Function):
    """y = arccosh x; its derivative is 1 / √(x² - 1)."""

    keeps = "x"

    def forward(self, x: Any) -> Any:
        return np.arccosh(x)

    def backward(self, gy: Any) -> Any:
        (x,) = self.inputs
        # Two roots: x² would overflow where x is large, and lose digits where x is near 1.
        h = np.sqrt(x - 1.0) * np.sqrt(x + 1.0)
        # The slope at 1 is infinite. 0 in its place, as for sqrt at 0, keeps what follows finite.
        return gy / np.where(h == 0, np.inf, h)


@implements(np.arccosh)
def arccosh(x: Any) -> Variable:
    """Take the inverse hyperbolic cosine of each element.

    The gradient at 1 is taken as 0, where the true slope is infinite.

    Parameters
    ----------
    x : Variable or array_like
        Of any shape, from 1 upwards.

    Returns
    -------
    Variable
        Of the shape of `x`, floating; NaN where `x` is below 1.

    Raises
    ------
    TypeError
        If `x` is not numeric.

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> x = Variable([1.25, 3.0])
    >>> y = F.arccosh(x)
    >>> y
    Variable([0.69314718, 1.76274717])
    >>> y.backward()
    >>> x.grad
    Variable([1.33333333, 0.35355339])
    """
    return ArcCosh()(x)


class ArcTanh(Function):
    """y = arctanh x; its derivative is 1 / (1 - x²)."""

    keeps = "x"

    def forward(self, x: Any) -> Any:
        return np.arctanh(x)

    def backward(self, gy: Any) -> Any:
        (x,) = self.inputs
        # As a product: 1 - x² loses digits where x is near 1 or -1.
        return gy / ((1.0 - x) * (1.0 + x))


@implements(np.arctanh)
def arctanh(x: Any) -> Variable:
    """Take the inverse hyperbolic tangent of each element.

    The slope at -1 and 1 is infinite.

    Parameters
    ----------
    x : Variable or array_like
        Of any shape, between -1 and 1.

    Returns
    -------
    Variable
        Of the shape of `x`, floating; NaN outside -1 to 1.

    Raises
    ------
    TypeError
        If `x` is not numeric.

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> x = Variable([0.0, 0.5])
    >>> y = F.arctanh(x)
    >>> y
    Variable([0.        , 0.54930614])
    >>> y.backward()
    >>> x.grad
    Variable([1.        , 1.33333333])
    """
    return ArcTanh()(x)
