"""The operators: add, subtract, multiply, divide, powers, and what is left over.

None of the rules thinks of broadcasting: the backward pass sums each gradient to the shape of
its input.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_ko.core import Function, Variable
from tinygrad_ko.numpy_protocol import implements

__all__ = [
    "Add",
    "Div",
    "FloorDiv",
    "Mod",
    "Mul",
    "Neg",
    "Pos",
    "Pow",
    "Power",
    "Sub",
    "add",
    "div",
    "floor_div",
    "mod",
    "mul",
    "neg",
    "pos",
    "pow",
    "sub",
]


class Add(Function):
    """y = x0 + x1."""

    keeps = ""

    def forward(self, x0: Any, x1: Any) -> Any:
        return x0 + x1

    def backward(self, gy: Any) -> Any:
        return gy, gy


@implements(np.add, operator="add")
def add(x0: Any, x1: Any) -> Variable:
    """Add elementwise; the operator ``x0 + x1``.

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
    >>> x = Variable([1.0, 2.0])
    >>> y = F.add(x, [10.0, 20.0])
    >>> y
    Variable([11., 22.])
    >>> y.backward()
    >>> x.grad
    Variable([1., 1.])
    """
    return Add()(x0, x1)


class Sub(Function):
    """y = x0 - x1."""

    keeps = ""

    def forward(self, x0: Any, x1: Any) -> Any:
        return x0 - x1

    def backward(self, gy: Any) -> Any:
        return gy, -gy if self.wants(1) else None


@implements(np.subtract, operator="sub")
def sub(x0: Any, x1: Any) -> Variable:
    """Subtract elementwise; the operator ``x0 - x1``.

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
    >>> x = Variable([1.0, 2.0])
    >>> y = F.sub(10.0, x)
    >>> y
    Variable([9., 8.])
    >>> y.backward()
    >>> x.grad
    Variable([-1., -1.])
    """
    return Sub()(x0, x1)


class Mul(Function):
    """y = x0 * x1; each gradient needs the other input."""

    keeps = ("x1", "x0")

    def forward(self, x0: Any, x1: Any) -> Any:
        return x0 * x1

    def backward(self, gy: Any) -> Any:
        x0, x1 = self.inputs
        # By `keeps`, x1 is here only where x0 wants a gradient, and x0 only where x1 does.
        gx0 = None if x1 is None else gy * x1
        gx1 = None if x0 is None else gy * x0
        return gx0, gx1


@implements(np.multiply, operator="mul")
def mul(x0: Any, x1: Any) -> Variable:
    """Multiply elementwise; the operator ``x0 * x1``.

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
    >>> x = Variable([1.0, 2.0])
    >>> y = F.mul(x, [10.0, 20.0])
    >>> y
    Variable([10., 40.])
    >>> y.backward()
    >>> x.grad
    Variable([10., 20.])
    """
    return Mul()(x0, x1)


class Div(Function):
    """y = x0 / x1."""

    keeps = ("x1", "x1 y")

    def forward(self, x0: Any, x1: Any) -> Any:
        return x0 / x1

    def backward(self, gy: Any) -> Any:
        _, x1 = self.inputs
        gx0 = gy / x1
        gx1 = -gx0 * self.outputs[0] if self.wants(1) else None  # -gy * x0 / x1²
        return gx0, gx1


@implements(np.divide, operator="truediv")
def div(x0: Any, x1: Any) -> Variable:
    """Divide elementwise; the operator ``x0 / x1``.

    Parameters
    ----------
    x0, x1 : Variable or array_like
        Shapes that broadcast together.

    Returns
    -------
    Variable
        Of the broadcast shape and a floating dtype.

    Raises
    ------
    ValueError
        If the shapes do not broadcast.

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> x = Variable([1.0, 2.0])
    >>> y = F.div(4.0, x)
    >>> y
    Variable([4., 2.])
    >>> y.backward()
    >>> x.grad
    Variable([-4., -1.])
    """
    return Div()(x0, x1)


class FloorDiv(Function):
    """y = floor(x0 / x1): steps, whose slope is zero wherever there is one."""

    keeps = ""

    def forward(self, x0: Any, x1: Any) -> Any:
        return x0 // x1

    def backward(self, gy: Any) -> Any:
        zeros = np.zeros_like(gy)
        return zeros, zeros


@implements(np.floor_divide, operator="floordiv")
def floor_div(x0: Any, x1: Any) -> Variable:
    """Divide elementwise and round down; the operator ``x0 // x1``. Its gradient is zero.

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
    >>> x = Variable([5.0, 7.0])
    >>> y = F.floor_div(x, 2.0)
    >>> y
    Variable([2., 3.])
    >>> y.backward()
    >>> x.grad
    Variable([0., 0.])
    """
    return FloorDiv()(x0, x1)


class Mod(Function):
    """y = x0 - x1 * floor(x0 / x1)."""

    keeps = ("", "x")

    def forward(self, x0: Any, x1: Any) -> Any:
        return x0 % x1

    def backward(self, gy: Any) -> Any:
        x0, x1 = self.inputs or (None, None)
        gx1 = -gy * (x0 // x1) if self.wants(1) else None
        return gy, gx1


@implements(np.remainder, operator="mod")
def mod(x0: Any, x1: Any) -> Variable:
    """Take the remainder elementwise, with the sign of `x1`; the operator ``x0 % x1``.

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
    >>> x = Variable([5.0, 7.5])
    >>> y = F.mod(x, 2.0)
    >>> y
    Variable([1. , 1.5])
    >>> y.backward()
    >>> x.grad
    Variable([1., 1.])
    """
    return Mod()(x0, x1)


class Neg(Function):
    """y = -x."""

    keeps = ""

    def forward(self, x: Any) -> Any:
        return -x

    def backward(self, gy: Any) -> Any:
        return -gy


@implements(np.negative, operator="neg")
def neg(x: Any) -> Variable:
    """Change the sign elementwise; the operator ``-x``.

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
        If `x` is boolean, as for NumPy.

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> x = Variable([1.0, -2.0])
    >>> y = F.neg(x)
    >>> y
    Variable([-1.,  2.])
    >>> y.backward()
    >>> x.grad
    Variable([-1., -1.])
    """
    return Neg()(x)


class Pos(Function):
    """y = +x."""

    keeps = ""

    def forward(self, x: Any) -> Any:
        return +x

    def backward(self, gy: Any) -> Any:
        return gy


@implements(np.positive, operator="pos")
def pos(x: Any) -> Variable:
    """Return the same numbers as a new Variable; the operator ``+x``.

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
        If `x` is boolean, as for NumPy.

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> F.pos(Variable([1.0, -2.0]))
    Variable([ 1., -2.])
    """
    return Pos()(x)


class Pow(Function):
    """y = x ** c for a constant number c."""

    keeps = "x"

    def __init__(self, c: float) -> None:
        self.c = c

    def forward(self, x: Any) -> Any:
        return x**self.c

    def backward(self, gy: Any) -> Any:
        (x,) = self.inputs
        c = self.c
        if c == 0:
            return np.zeros_like(gy)
        if 0 < c < 1:
            # The slope at 0 is infinite. 0 in its place keeps sqrt(sum of squares) finite there.
            return gy * np.where(x == 0, 0.0, c * np.where(x == 0, 1.0, x) ** (c - 1))
        return gy * c * x ** (c - 1)  # from the left: c * x**(c - 1) may be too much for an int8


class Power(Function):
    """y = x0 ** x1, where the exponent is an array or a Variable."""

    keeps = ("x", "x0 y")

    def forward(self, x0: Any, x1: Any) -> Any:
        return x0**x1

    def backward(self, gy: Any) -> Any:
        x0, x1 = self.inputs
        gx0 = gx1 = None
        if self.wants(0):
            # As in Pow: no slope where x1 is 0, and 0 for the infinite one at x0 = 0.
            flat = (x1 == 0) | ((x0 == 0) & (x1 > 0) & (x1 < 1))
            slope = x1 * np.where(flat, 1.0, x0) ** np.where(flat, 1.0, x1 - 1)
            gx0 = gy * np.where(flat, 0.0, slope)
        if self.wants(1):
            (y,) = self.outputs
            log: Any = np.log(np.where(x0 == 0, 1.0, x0))
            # Of a number a number, which can be combined with an array on a GPU.
            gx1 = gy * y * (log.item() if isinstance(log, np.generic) else log)
        return gx0, gx1


@implements(np.power, operator="pow")
def pow(x0: Any, x1: Any) -> Variable:
    """Raise to a power elementwise; the operator ``x0 ** x1``.

    The gradient with respect to the base at 0 is taken as 0 for exponents from 0 up to 1, where
    the true slope is zero or infinite.

    Parameters
    ----------
    x0, x1 : Variable or array_like
        Base and exponent, of shapes that broadcast together; either may be the Variable.

    Returns
    -------
    Variable
        Of the broadcast shape.

    Raises
    ------
    ValueError
        If the shapes do not broadcast, or integers are raised to a negative integer.

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> x = Variable([1.0, 2.0, 3.0])
    >>> y = F.pow(x, 2)
    >>> y.backward()
    >>> y, x.grad
    (Variable([1., 4., 9.]), Variable([2., 4., 6.]))
    >>> x.cleargrad()
    >>> F.pow(2.0, x).backward()
    >>> print(x.grad.data.round(4))
    [1.3863 2.7726 5.5452]
    """
    if isinstance(x1, int | float) and not isinstance(x1, bool):
        return Pow(x1)(x0)
    return Power()(x0, x1)
