"""The inverses of sine, cosine and tangent, and the angle and length of a vector in the plane."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_ko.core import Function, Variable
from tinygrad_ko.numpy_protocol import implements

__all__ = [
    "ArcCos",
    "ArcSin",
    "ArcTan",
    "ArcTan2",
    "Hypot",
    "arccos",
    "arcsin",
    "arctan",
    "arctan2",
    "hypot",
]


def _other_leg(x: Any) -> Any:
    """Return √(1 - x²); inf in place of 0, so that what is divided by it is 0."""
    h = np.sqrt((1.0 - x) * (1.0 + x))  # a product, since 1 - x² loses digits where x² is near 1
    return np.where(h == 0, np.inf, h)


class ArcSin(Function):
    """y = arcsin x; its derivative is 1 / √(1 - x²)."""

    keeps = "x"

    def forward(self, x: Any) -> Any:
        return np.arcsin(x)

    def backward(self, gy: Any) -> Any:
        (x,) = self.inputs
        return gy / _other_leg(x)


@implements(np.arcsin)
def arcsin(x: Any) -> Variable:
    """Take the inverse sine of each element.

    The gradient at -1 and 1 is taken as 0, where the true slope is infinite.

    Parameters
    ----------
    x : Variable or array_like
        Of any shape, between -1 and 1.

    Returns
    -------
    Variable
        Of the shape of `x`, floating, in radians between -π/2 and π/2; NaN where `x` is outside
        -1 to 1.

    Raises
    ------
    TypeError
        If `x` is not numeric.

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> x = Variable([0.0, 0.6])
    >>> y = F.arcsin(x)
    >>> y
    Variable([0.        , 0.64350111])
    >>> y.backward()
    >>> x.grad
    Variable([1.  , 1.25])
    """
    return ArcSin()(x)


class ArcCos(Function):
    """y = arccos x; its derivative is -1 / √(1 - x²)."""

    keeps = "x"

    def forward(self, x: Any) -> Any:
        return np.arccos(x)

    def backward(self, gy: Any) -> Any:
        (x,) = self.inputs
        return -gy / _other_leg(x)


@implements(np.arccos)
def arccos(x: Any) -> Variable:
    """Take the inverse cosine of each element.

    The gradient at -1 and 1 is taken as 0, where the true slope is infinite.

    Parameters
    ----------
    x : Variable or array_like
        Of any shape, between -1 and 1.

    Returns
    -------
    Variable
        Of the shape of `x`, floating, in radians between 0 and π; NaN where `x` is outside -1 to 1.

    Raises
    ------
    TypeError
        If `x` is not numeric.

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> x = Variable([0.0, 0.6])
    >>> y = F.arccos(x)
    >>> y
    Variable([1.57079633, 0.92729522])
    >>> y.backward()
    >>> x.grad
    Variable([-1.  , -1.25])
    """
    return ArcCos()(x)


class ArcTan(Function):
    """y = arctan x; its derivative is 1 / (1 + x²)."""

    keeps = "x"

    def forward(self, x: Any) -> Any:
        return np.arctan(x)

    def backward(self, gy: Any) -> Any:
        (x,) = self.inputs
        # hypot is the root of 1 + x², without overflow where x² is too large for a float.
        h = np.hypot(1.0, x)
        return gy / h / h


@implements(np.arctan)
def arctan(x: Any) -> Variable:
    """Take the inverse tangent of each element.

    Parameters
    ----------
    x : Variable or array_like
        Of any shape.

    Returns
    -------
    Variable
        Of the shape of `x`, floating, in radians between -π/2 and π/2.

    Raises
    ------
    TypeError
        If `x` is not numeric.

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> x = Variable([0.0, 2.0])
    >>> y = F.arctan(x)
    >>> y
    Variable([0.        , 1.10714872])
    >>> y.backward()
    >>> x.grad
    Variable([1. , 0.2])
    """
    return ArcTan()(x)


class ArcTan2(Function):
    """y = the angle of the point (x1, x0); its slopes are x1 / r² and -x0 / r²."""

    keeps = "x"

    def forward(self, x0: Any, x1: Any) -> Any:
        return np.arctan2(x0, x1)

    def backward(self, gy: Any) -> Any:
        x0, x1 = self.inputs
        r = np.hypot(x0, x1)
        # The origin lies at no angle. Divided by inf, the slopes are 0 there.
        r = np.where(r == 0, np.inf, r)
        gx0 = gy * (x1 / r) / r if self.wants(0) else None
        gx1 = -gy * (x0 / r) / r if self.wants(1) else None
        return gx0, gx1


@implements(np.arctan2)
def arctan2(x0: Any, x1: Any) -> Variable:
    """Take the angle between the first axis and the point (x1, x0), in the right quadrant.

    As in NumPy and in C, the ordinate comes first: the angle of ``(x, y)`` is ``arctan2(y, x)``.
    The gradient at the origin, which lies at no angle, is taken as 0.

    Parameters
    ----------
    x0, x1 : Variable or array_like
        Ordinate and abscissa, of shapes that broadcast together.

    Returns
    -------
    Variable
        Of the broadcast shape, floating, in radians between -π and π.

    Raises
    ------
    ValueError
        If the shapes do not broadcast.

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> x0 = Variable([1.0, -1.0])
    >>> x1 = Variable([-1.0, 0.5])
    >>> y = F.arctan2(x0, x1)
    >>> y
    Variable([ 2.35619449, -1.10714872])
    >>> y.backward()
    >>> x0.grad, x1.grad
    (Variable([-0.5,  0.4]), Variable([-0.5,  0.8]))
    """
    return ArcTan2()(x0, x1)


class Hypot(Function):
    """y = √(x0² + x1²); its slopes are x0 / y and x1 / y."""

    keeps = ("x0 y", "x1 y")

    def forward(self, x0: Any, x1: Any) -> Any:
        return np.hypot(x0, x1)

    def backward(self, gy: Any) -> Any:
        x0, x1 = self.inputs
        (y,) = self.outputs
        # At the origin there is a corner. Divided by inf, the slopes are 0 there.
        y = np.where(y == 0, np.inf, y)
        gx0 = gy * (x0 / y) if self.wants(0) else None
        gx1 = gy * (x1 / y) if self.wants(1) else None
        return gx0, gx1


@implements(np.hypot)
def hypot(x0: Any, x1: Any) -> Variable:
    """Take the length of the hypotenuse over two legs, without overflow on the way.

    At the origin, where the length has a corner, its gradient is taken as 0.

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
    >>> x0 = Variable([3.0, 0.0])
    >>> x1 = Variable([4.0, 0.0])
    >>> y = F.hypot(x0, x1)
    >>> y
    Variable([5., 0.])
    >>> y.backward()
    >>> x0.grad, x1.grad
    (Variable([0.6, 0. ]), Variable([0.8, 0. ]))
    """
    return Hypot()(x0, x1)
