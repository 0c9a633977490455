"""Scores to probabilities, and to their logarithms."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_ko.core import Function, Variable
from tinygrad_ko.functions.network_arguments import check_axis, floating

__all__ = ["LogSoftmax", "Softmax", "log_softmax", "softmax"]

Axis = int | tuple[int, ...] | None


class Softmax(Function):
    """y = e^x / Σ e^x, the sum going along an axis."""

    keeps = "y"

    def __init__(self, axis: Axis) -> None:
        self.axis = axis

    def forward(self, x: Any) -> Any:
        # A number taken from all x cancels in the quotient; the largest leaves nothing to overflow.
        e = np.exp(x - np.max(x, axis=self.axis, keepdims=True))
        return e / np.sum(e, axis=self.axis, keepdims=True)

    def backward(self, gy: Any) -> Any:
        (y,) = self.outputs
        gx = y * gy
        return gx - y * np.sum(gx, axis=self.axis, keepdims=True)


def softmax(x: Any, axis: Axis = 1) -> Variable:
    """Turn scores into probabilities that sum to one along an axis.

    A score of minus infinity gets the probability 0.

    Parameters
    ----------
    x : Variable or array_like
        Of any shape with that axis. The scores of one example stand along the axis.
    axis : int or tuple of int, optional
        The axis, or axes, to go along; negative ones counted from the last; None for all.

    Returns
    -------
    Variable
        Of the shape of `x`; of its dtype, or float64 for integers.

    Raises
    ------
    ValueError
        If an axis does not exist (``numpy.exceptions.AxisError``), or has no elements.

    References
    ----------
    The name and its arguments are those of "Deep Learning from Scratch 3".

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> x = Variable([[0.0, 0.0], [-1000.0, 1000.0]])
    >>> F.softmax(x)
    Variable([[0.5, 0.5],
              [0. , 1. ]])
    >>> F.softmax(x)[:, 0].backward()
    >>> x.grad
    Variable([[ 0.25, -0.25],
              [ 0.  ,  0.  ]])
    """
    x = floating(x, "x of softmax")
    check_axis("softmax", x, axis)
    return Softmax(axis)(x)


class LogSoftmax(Function):
    """y = x - ln Σ e^x, the sum going along an axis."""

    keeps = "y"

    def __init__(self, axis: Axis) -> None:
        self.axis = axis

    def forward(self, x: Any) -> Any:
        shifted = x - np.max(x, axis=self.axis, keepdims=True)
        return shifted - np.log(np.sum(np.exp(shifted), axis=self.axis, keepdims=True))

    def backward(self, gy: Any) -> Any:
        (y,) = self.outputs
        return gy - np.exp(y) * np.sum(gy, axis=self.axis, keepdims=True)


def log_softmax(x: Any, axis: Axis = 1) -> Variable:
    """Take the logarithm of `softmax`, also where the probability is too small for a number.

    Parameters
    ----------
    x : Variable or array_like
        Of any shape with that axis. The scores of one example stand along the axis.
    axis : int or tuple of int, optional
        The axis, or axes, to go along; negative ones counted from the last; None for all.

    Returns
    -------
    Variable
        Of the shape of `x`; of its dtype, or float64 for integers.

    Raises
    ------
    ValueError
        If an axis does not exist (``numpy.exceptions.AxisError``), or has no elements.

    References
    ----------
    The name and its arguments are those of "Deep Learning from Scratch 3".

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> x = Variable([[0.0, 0.0], [-1000.0, 1000.0]])
    >>> F.log_softmax(x)
    Variable([[-6.93147181e-01, -6.93147181e-01],
              [-2.00000000e+03,  0.00000000e+00]])
    >>> F.log_softmax(x)[:, 0].backward()
    >>> x.grad
    Variable([[ 0.5, -0.5],
              [ 1. , -1. ]])
    """
    x = floating(x, "x of log_softmax")
    check_axis("log_softmax", x, axis)
    return LogSoftmax(axis)(x)
