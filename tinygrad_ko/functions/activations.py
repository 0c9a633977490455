"""Activation functions of one element at a time: from the sigmoid to softplus.

They choose between two formulas with np.maximum, or by multiplying with a comparison: where signs
are mixed, that is many times faster than np.where.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_ko.core import Function, Variable
from tinygrad_ko.functions.network_arguments import applied, finite_number, floating

__all__ = [
    "Elu",
    "LeakyRelu",
    "Relu",
    "Sigmoid",
    "Silu",
    "Softplus",
    "elu",
    "leaky_relu",
    "relu",
    "sigmoid",
    "silu",
    "softplus",
]


class Sigmoid(Function):
    """y = 1 / (1 + e^-x); its derivative is y (1 - y)."""

    keeps = "y"

    def forward(self, x: Any) -> Any:
        # Both sides of the fraction times e^x where x is negative: no exponent is positive.
        return np.exp(np.minimum(x, 0)) / (1 + np.exp(-np.abs(x)))

    def backward(self, gy: Any) -> Any:
        (y,) = self.outputs
        return gy * y * (1 - y)


def sigmoid(x: Any) -> Variable:
    """Take the sigmoid (logistic function) of each element.

    Parameters
    ----------
    x : Variable or array_like
        Of any shape.

    Returns
    -------
    Variable
        Of the shape of `x`, between 0 and 1; of the dtype of `x`, or float64 for integers.

    Raises
    ------
    TypeError
        If `x` is not numeric.

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> x = Variable([-1000.0, 0.0, 2.0])
    >>> y = F.sigmoid(x)
    >>> y
    Variable([0.        , 0.5       , 0.88079708])
    >>> y.backward()
    >>> x.grad
    Variable([0.        , 0.25      , 0.10499359])
    """
    return Sigmoid()(floating(x, "x of sigmoid"))


class Relu(Function):
    """y = x where x is positive, 0 elsewhere."""

    keeps = "y"

    def forward(self, x: Any) -> Any:
        return np.maximum(x, 0)

    def backward(self, gy: Any) -> Any:
        (y,) = self.outputs
        return gy * (y != 0)  # where y is positive, or NaN


def relu(x: Any) -> Variable:
    """Keep the positive elements and put 0 in the place of the others.

    The gradient at 0, where there is none, is taken as 0. NaN stays NaN, and lets it pass.

    Parameters
    ----------
    x : Variable or array_like
        Of any shape.

    Returns
    -------
    Variable
        Of the shape and dtype of `x`.

    Raises
    ------
    TypeError
        If `x` is not numeric.

    References
    ----------
    Glorot, Bordes and Bengio, "Deep sparse rectifier neural networks", AISTATS 2011.

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> x = Variable([-1.0, 0.0, 2.0])
    >>> y = F.relu(x)
    >>> y
    Variable([0., 0., 2.])
    >>> y.backward()
    >>> x.grad
    Variable([0., 0., 1.])
    """
    return Relu()(x)


class LeakyRelu(Function):
    """y = x where x is positive, slope * x elsewhere."""

    keeps = "x"

    def __init__(self, slope: float) -> None:
        self.slope = slope

    def forward(self, x: Any) -> Any:
        return np.maximum(x, 0) + self.slope * np.minimum(x, 0)

    def backward(self, gy: Any) -> Any:
        (x,) = self.inputs
        positive = x > 0
        return gy * positive + self.slope * gy * ~positive


def leaky_relu(x: Any, slope: float = 0.2) -> Variable:
    """Keep the positive elements and flatten the others, so that they keep a gradient.

    The gradient at 0 is taken as `slope`.

    Parameters
    ----------
    x : Variable or array_like
        Of any shape.
    slope : float
        What elements that are not positive are multiplied by.

    Returns
    -------
    Variable
        Of the shape of `x`; of its dtype, or float64 for integers.

    Raises
    ------
    TypeError
        If `x` is not numeric, or `slope` is not a number.
    ValueError
        If `slope` is infinite or NaN.

    References
    ----------
    Maas, Hannun and Ng, "Rectifier nonlinearities improve neural network acoustic models", ICML
    2013. The name and its arguments are those of "Deep Learning from Scratch 3".

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> x = Variable([-1.0, 0.0, 2.0])
    >>> y = F.leaky_relu(x, slope=0.1)
    >>> y
    Variable([-0.1,  0. ,  2. ])
    >>> y.backward()
    >>> x.grad
    Variable([0.1, 0.1, 1. ])
    """
    slope = finite_number(slope, "slope of leaky_relu")
    return LeakyRelu(slope)(floating(x, "x of leaky_relu"))


class Elu(Function):
    """y = x where x is positive, alpha (e^x - 1) elsewhere."""

    keeps = "x"

    def __init__(self, alpha: float) -> None:
        self.alpha = alpha

    def forward(self, x: Any) -> Any:
        return np.maximum(x, 0) + self.alpha * np.expm1(np.minimum(x, 0))

    def backward(self, gy: Any) -> Any:
        (x,) = self.inputs
        slope = self.alpha * np.exp(np.minimum(x, 0))
        return gy * (x > 0) + gy * slope * (x <= 0)


def elu(x: Any, alpha: float = 1.0) -> Variable:
    """Keep the positive elements and bend the others towards -alpha.

    The gradient at 0 is taken as `alpha`.

    Parameters
    ----------
    x : Variable or array_like
        Of any shape.
    alpha : float
        How far below zero the result can go.

    Returns
    -------
    Variable
        Of the shape of `x`; of its dtype, or float64 for integers.

    Raises
    ------
    TypeError
        If `x` is not numeric, or `alpha` is not a number.
    ValueError
        If `alpha` is infinite or NaN.

    References
    ----------
    Clevert, Unterthiner and Hochreiter, "Fast and accurate deep network learning by exponential
    linear units (ELUs)", ICLR 2016.

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> x = Variable([-1.0, 0.0, 2.0])
    >>> y = F.elu(x)
    >>> y
    Variable([-0.63212056,  0.        ,  2.        ])
    >>> y.backward()
    >>> x.grad
    Variable([0.36787944, 1.        , 1.        ])
    """
    return Elu(finite_number(alpha, "alpha of elu"))(floating(x, "x of elu"))


class Silu(Function):
    """y = x s, where s is the sigmoid of x."""

    keeps = "x"

    def forward(self, x: Any) -> Any:
        return x * applied(Sigmoid(), x)

    def backward(self, gy: Any) -> Any:
        (x,) = self.inputs
        s = applied(Sigmoid(), x)
        return gy * (s + x * s * (1 - s))


def silu(x: Any) -> Variable:
    """Multiply each element by its sigmoid; also known as Swish.

    Parameters
    ----------
    x : Variable or array_like
        Of any shape.

    Returns
    -------
    Variable
        Of the shape of `x`; of its dtype, or float64 for integers.

    Raises
    ------
    TypeError
        If `x` is not numeric.

    References
    ----------
    Elfwing, Uchibe and Doya, "Sigmoid-weighted linear units for neural network function
    approximation in reinforcement learning", Neural Networks 107 (2018).

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> x = Variable([-1.0, 0.0, 2.0])
    >>> y = F.silu(x)
    >>> y
    Variable([-0.26894142,  0.        ,  1.76159416])
    >>> y.backward()
    >>> x.grad
    Variable([0.07232949, 0.5       , 1.09078425])
    """
    return Silu()(floating(x, "x of silu"))


class Softplus(Function):
    """y = ln(1 + e^x); its derivative is the sigmoid of x."""

    keeps = "x"

    def forward(self, x: Any) -> Any:
        return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))

    def backward(self, gy: Any) -> Any:
        (x,) = self.inputs
        return gy * applied(Sigmoid(), x)


def softplus(x: Any) -> Variable:
    """Take ln(1 + e^x) of each element: a smooth `relu`.

    Parameters
    ----------
    x : Variable or array_like
        Of any shape.

    Returns
    -------
    Variable
        Of the shape of `x`, not negative; of the dtype of `x`, or float64 for integers.

    Raises
    ------
    TypeError
        If `x` is not numeric.

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> x = Variable([-1.0, 0.0, 1000.0])
    >>> y = F.softplus(x)
    >>> y
    Variable([3.13261688e-01, 6.93147181e-01, 1.00000000e+03])
    >>> y.backward()
    >>> x.grad
    Variable([0.26894142, 0.5       , 1.        ])
    """
    return Softplus()(floating(x, "x of softplus"))
