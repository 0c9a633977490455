"""GELU, and the normal distribution function that it is made of."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tinygrad_ko.core import Function, Variable
from tinygrad_ko.functions.network_arguments import applied, floating

__all__ = ["Gelu", "GeluTanh", "gelu"]

# Neither NumPy has the error function, nor can math.erf take an array (one element at a time it
# takes 65 times as long as np.tanh). So the tail of the normal distribution for a >= 0 is
#   P(X > a) = exp(-a² / 2) p(a) / q(a),
# with the two polynomials (coefficients of the powers of a, from the lowest) fitted to it between
# 0 and 40 in 50 digits: their quotient is everywhere within 5.4e-17 of its size. Every
# coefficient is positive, so that nothing cancels.
_P = (
    *(0.5, 0.7754967127928805, 0.5949493209109347, 0.2899781208300327, 0.09798927034600266),
    *(0.023711062700088225, 0.004108153483836937, 0.0004931439339715451, 3.750200050346218e-05),
    1.3967490208560753e-06,
)
_Q = (
    *(1.0, 2.3488779863886156, 2.564032122371407, 1.7172804125719168, 0.783865167477239),
    *(0.25573227092039313, 0.060663946858705076, 0.010391617243349497, 0.0012396296591305328),
    *(9.400357481523067e-05, 3.50113058825041e-06),
)
_FAR = 40.0  # beyond it the tail is smaller than the smallest float64


def _polynomial(coefficients: tuple[float, ...], a: Any) -> Any:
    total = coefficients[-1] * a + coefficients[-2]
    for c in coefficients[-3::-1]:
        total = total * a + c
    return total


class NormalCdf(Function):
    """y = P(X <= x) for a normally distributed X; its derivative is the density."""

    keeps = "x"

    def forward(self, x: Any) -> Any:
        wide = x.astype(np.float32) if x.dtype.itemsize < 4 else x  # a to the 10th power fits in
        a = np.minimum(np.abs(wide), _FAR)
        tail = np.exp(-0.5 * a * a) * _polynomial(_P, a) / _polynomial(_Q, a)
        y = np.where(wide < 0, tail, 1 - tail)
        return y if wide is x else y.astype(x.dtype)

    def backward(self, gy: Any) -> Any:
        (x,) = self.inputs
        return gy * _density(np.clip(x, -_FAR, _FAR))


def _density(x: Any) -> Any:
    return np.exp(-0.5 * x * x) / math.sqrt(2 * math.pi)


class Gelu(Function):
    """y = x P(X <= x), where X is normally distributed."""

    keeps = "x"

    def forward(self, x: Any) -> Any:
        return x * applied(NormalCdf(), x)

    def backward(self, gy: Any) -> Any:
        (x,) = self.inputs
        near = np.clip(x, -_FAR, _FAR)  # the square of a larger one might overflow
        return gy * (applied(NormalCdf(), x) + near * _density(near))


_SCALE = math.sqrt(2 / math.pi)
_CUBIC = 0.044715
_FLAT = 10.0  # from here on the hyperbolic tangent is 1 to the last digit


class GeluTanh(Function):
    """y = x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2."""

    keeps = "x"

    def forward(self, x: Any) -> Any:
        near = np.clip(x, -_FLAT, _FLAT)
        return 0.5 * x * (1 + np.tanh(_SCALE * (near + _CUBIC * near * near * near)))

    def backward(self, gy: Any) -> Any:
        (x,) = self.inputs
        near = np.clip(x, -_FLAT, _FLAT)
        square = near * near
        t = np.tanh(_SCALE * near * (1 + _CUBIC * square))
        slope = _SCALE * (1 + 3 * _CUBIC * square)
        return gy * (0.5 * (1 + t) + 0.5 * near * (1 - t * t) * slope)


def gelu(x: Any, approximate: bool = False) -> Variable:
    """Multiply each element by the probability that a normal random number is not larger.

    Parameters
    ----------
    x : Variable or array_like
        Of any shape.
    approximate : bool
        Use the formula with the hyperbolic tangent instead, which older networks were trained
        with. It is off by at most 5e-4, and takes less time.

    Returns
    -------
    Variable
        Of the shape of `x`; of its dtype, or float64 for integers.

    Raises
    ------
    TypeError
        If `x` is not numeric, or `approximate` is not a bool.

    References
    ----------
    Hendrycks and Gimpel, "Gaussian error linear units (GELUs)", arXiv:1606.08415 (2016), where
    both formulas stand. ``torch.nn.functional.gelu`` calls them "none" and "tanh".

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> x = Variable([-1.0, 0.0, 2.0])
    >>> y = F.gelu(x)
    >>> y
    Variable([-0.15865525,  0.        ,  1.95449974])
    >>> y.backward()
    >>> x.grad
    Variable([-0.08331547,  0.5       ,  1.0852318 ])
    >>> F.gelu(x, approximate=True)
    Variable([-0.15880801,  0.        ,  1.95459769])
    """
    if not isinstance(approximate, bool):
        raise TypeError(
            f"approximate of gelu is True (with the hyperbolic tangent) or False (exact), "
            f"not {approximate!r}"
        )
    x = floating(x, "x of gelu")
    return GeluTanh()(x) if approximate else Gelu()(x)
