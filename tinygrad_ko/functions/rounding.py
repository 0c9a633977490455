"""Rounding to whole numbers: steps, whose gradient is zero."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_ko.core import Function, Variable
from tinygrad_ko.numpy_protocol import implements

__all__ = [
    "Ceil",
    "Floor",
    "Rint",
    "ceil",
    "floor",
    "rint",
]


class Floor(Function):
    """y = the largest whole number not above x; steps have slope zero."""

    keeps = ""

    def forward(self, x: Any) -> Any:
        return np.floor(x)

    def backward(self, gy: Any) -> Any:
        return np.zeros_like(gy)


@implements(np.floor)
def floor(x: Any) -> Variable:
    """Round each element down to a whole number. Its gradient is zero.

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
    >>> x = Variable([-1.5, 2.7])
    >>> y = F.floor(x)
    >>> y
    Variable([-2.,  2.])
    >>> y.backward()
    >>> x.grad
    Variable([0., 0.])
    """
    return Floor()(x)


class Ceil(Function):
    """y = the smallest whole number not below x; steps have slope zero."""

    keeps = ""

    def forward(self, x: Any) -> Any:
        return np.ceil(x)

    def backward(self, gy: Any) -> Any:
        return np.zeros_like(gy)


@implements(np.ceil)
def ceil(x: Any) -> Variable:
    """Round each element up to a whole number. Its gradient is zero.

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
    >>> x = Variable([-1.5, 2.2])
    >>> y = F.ceil(x)
    >>> y
    Variable([-1.,  3.])
    >>> y.backward()
    >>> x.grad
    Variable([0., 0.])
    """
    return Ceil()(x)


class Rint(Function):
    """y = the whole number nearest to x; steps have slope zero."""

    keeps = ""

    def forward(self, x: Any) -> Any:
        return np.rint(x)

    def backward(self, gy: Any) -> Any:
        return np.zeros_like(gy)


@implements(np.rint)
def rint(x: Any) -> Variable:
    """Round each element to the nearest whole number. Its gradient is zero.

    Halves go to the even neighbour, as everywhere in NumPy and in IEEE 754.

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
    >>> x = Variable([-1.6, 2.5])
    >>> y = F.rint(x)
    >>> y
    Variable([-2.,  2.])
    >>> y.backward()
    >>> x.grad
    Variable([0., 0.])
    """
    return Rint()(x)
