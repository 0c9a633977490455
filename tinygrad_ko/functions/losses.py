"""Loss functions: how far predictions are from their targets, as one number; and the accuracy.

Each is one class with a derivative of its own, which stays finite where the composition of its
parts would not. None broadcasts a target: a wrong shape is an error.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_ko.arrays import as_array
from tinygrad_ko.core import Function, Variable
from tinygrad_ko.functions.activations import Sigmoid
from tinygrad_ko.functions.network_arguments import (
    applied,
    check_probabilities,
    finite_number,
    floating,
    paired,
)
from tinygrad_ko.functions.softmax import LogSoftmax, Softmax

__all__ = [
    "BinaryCrossEntropy",
    "Huber",
    "MeanAbsoluteError",
    "MeanSquaredError",
    "SigmoidCrossEntropy",
    "SoftmaxCrossEntropy",
    "accuracy",
    "binary_cross_entropy",
    "huber",
    "mean_absolute_error",
    "mean_squared_error",
    "sigmoid_cross_entropy",
    "softmax_cross_entropy",
]


class _Difference(Function):
    """A mean over functions of x0 - x1; so the two gradients are opposite."""

    if TYPE_CHECKING:  # each subclass defines it: the derivative of the function at d

        def _slope(self, d: Any) -> Any: ...

    def backward(self, gy: Any) -> Any:
        x0, x1 = self.inputs
        gx0 = gy / math.prod(x0.shape) * self._slope(x0 - x1)
        return gx0, -gx0 if self.wants(1) else None


class MeanSquaredError(_Difference):
    """y = the mean of (x0 - x1)²."""

    keeps = "x"

    def forward(self, x0: Any, x1: Any) -> Any:
        return np.mean(np.square(x0 - x1))

    def _slope(self, d: Any) -> Any:
        return 2 * d


def mean_squared_error(x0: Any, x1: Any) -> Variable:
    """Take the mean of the squared differences over all elements.

    For predictions of one column this is the value of "Deep Learning from Scratch 3", which
    divides the sum by the number of rows; here every element counts, in any number of columns.

    Parameters
    ----------
    x0, x1 : Variable or array_like
        Of the same shape: predictions and targets, in either order. Integers take the dtype of
        the other one.

    Returns
    -------
    Variable
        Of shape (), floating.

    Raises
    ------
    ValueError
        If the shapes differ, or there are no elements.

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> x = Variable([1.0, 2.0, 5.0])
    >>> y = F.mean_squared_error(x, [1.0, 1.0, 1.0])
    >>> y
    Variable(5.66666667)
    >>> y.backward()
    >>> x.grad
    Variable([0.        , 0.66666667, 2.66666667])
    """
    return MeanSquaredError()(*paired("mean_squared_error", x0=x0, x1=x1))


class MeanAbsoluteError(_Difference):
    """y = the mean of ``|x0 - x1|``."""

    keeps = "x"

    def forward(self, x0: Any, x1: Any) -> Any:
        return np.mean(np.abs(x0 - x1))

    def _slope(self, d: Any) -> Any:
        return np.sign(d)


def mean_absolute_error(x0: Any, x1: Any) -> Variable:
    """Take the mean of the absolute differences over all elements.

    The gradient of a difference of 0, where there is none, is taken as 0.

    Parameters
    ----------
    x0, x1 : Variable or array_like
        Of the same shape: predictions and targets, in either order. Integers take the dtype of
        the other one.

    Returns
    -------
    Variable
        Of shape (), floating.

    Raises
    ------
    ValueError
        If the shapes differ, or there are no elements.

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> x = Variable([1.0, 2.0, -5.0, 0.0])
    >>> y = F.mean_absolute_error(x, [1.0, 1.0, 1.0, 0.0])
    >>> y
    Variable(1.75)
    >>> y.backward()
    >>> x.grad
    Variable([ 0.  ,  0.25, -0.25,  0.  ])
    """
    return MeanAbsoluteError()(*paired("mean_absolute_error", x0=x0, x1=x1))


class Huber(_Difference):
    """y = the mean of d²/2 for differences d up to delta, of ``delta (|d| - delta/2)`` beyond."""

    keeps = "x"

    def __init__(self, delta: float) -> None:
        self.delta = delta

    def forward(self, x0: Any, x1: Any) -> Any:
        d = x0 - x1
        held = np.clip(d, -self.delta, self.delta)
        return np.mean(held * (d - 0.5 * held))

    def _slope(self, d: Any) -> Any:
        return np.clip(d, -self.delta, self.delta)


def huber(x0: Any, x1: Any, delta: float = 1.0) -> Variable:
    """Take the mean of the Huber loss: squares of small differences, sizes of large ones.

    Parameters
    ----------
    x0, x1 : Variable or array_like
        Of the same shape: predictions and targets, in either order. Integers take the dtype of
        the other one.
    delta : float
        The largest difference that is squared; positive.

    Returns
    -------
    Variable
        Of shape (), floating.

    Raises
    ------
    TypeError
        If `delta` is not a number.
    ValueError
        If the shapes differ, there are no elements, or `delta` is not positive.

    References
    ----------
    Huber, "Robust estimation of a location parameter", Annals of Mathematical Statistics 35
    (1964).

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> x = Variable([1.5, -9.0])
    >>> y = F.huber(x, [1.0, 1.0])
    >>> y
    Variable(4.8125)
    >>> y.backward()
    >>> x.grad
    Variable([ 0.25, -0.5 ])
    """
    delta = finite_number(delta, "delta of huber")
    if delta <= 0:
        raise ValueError(f"delta of huber must be positive, but {delta} was given")
    return Huber(delta)(*paired("huber", x0=x0, x1=x1))


class SoftmaxCrossEntropy(Function):
    """y = the mean over the rows of -Σ t ln softmax(x)."""

    keeps = ("x", "x0")

    def forward(self, x: Any, t: Any) -> Any:
        # The logarithm is minus infinity for a score of minus infinity: nothing, if t is 0 there.
        log_p = np.where(t == 0, 0, LogSoftmax(-1).forward(x))
        return -np.mean(np.sum(t * log_p, axis=-1))

    def backward(self, gy: Any) -> Any:
        x, t = self.inputs
        gy = gy / math.prod(x.shape[:-1])
        gx = gt = None
        if self.wants(0):
            p = applied(Softmax(-1), x)
            gx = gy * (p * np.sum(t, axis=-1, keepdims=True) - t)
        if self.wants(1):
            gt = -gy * applied(LogSoftmax(-1), x)
        return gx, gt


def softmax_cross_entropy(x: Any, t: Any) -> Variable:
    """Take the mean cross entropy between targets and the softmax of scores.

    Parameters
    ----------
    x : Variable or array_like
        Scores (logits) of shape (..., classes), usually (examples, classes).
    t : Variable or array_like
        Either integer labels from 0 to classes - 1, of the shape of `x` without its last axis;
        or probabilities of the shape of `x`, one-hot rows among them, that sum to one along the
        last axis. Probabilities in a Variable get a gradient, labels do not.

    Returns
    -------
    Variable
        Of shape (), floating.

    Raises
    ------
    TypeError
        If labels are not integers.
    ValueError
        If the shapes do not belong together, there are no elements, a label is out of range, or
        a probability is not within 0 and 1. Only NumPy's arrays are looked into for the last two.

    References
    ----------
    The name and its arguments are those of "Deep Learning from Scratch 3".

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> x = Variable([[0.0, 0.0], [1000.0, -1000.0]])
    >>> y = F.softmax_cross_entropy(x, [1, 1])
    >>> y
    Variable(1000.34657359)
    >>> y.backward()
    >>> x.grad
    Variable([[ 0.25, -0.25],
              [ 0.5 , -0.5 ]])
    >>> F.softmax_cross_entropy(x, [[0.5, 0.5], [1.0, 0.0]])
    Variable(0.34657359)
    """
    x = floating(x, "x of softmax_cross_entropy")
    t, labels = _target("softmax_cross_entropy", "x", x, t)
    if labels:
        # One-hot rows by comparison: a way that lazy arrays and arrays on other devices know.
        t = t[..., None] == np.arange(x.shape[-1], like=t)
    return SoftmaxCrossEntropy()(x, t if t.dtype.kind == "f" else t.astype(x.dtype))


def _target(name: str, scores: str, x: Any, t: Any) -> tuple[Any, bool]:
    """Check a target of classes; return it, and whether it holds labels (else probabilities)."""
    shape = x.shape
    if len(shape) == 0 or 0 in shape:
        raise ValueError(
            f"{name} wants {scores} of shape (..., classes) with elements, but its shape is {shape}"
        )
    t = t if isinstance(t, Variable) else as_array(t, f"t of {name}")
    if t.shape == shape:
        mend = f"; integer labels have the shape {shape[:-1]}"
        check_probabilities(t, f"t of {name}, of the shape of {scores},", mend)
        return t, False
    if t.shape != shape[:-1]:
        same = math.prod(t.shape) == math.prod(shape[:-1])
        mend = f"; t.reshape({shape[:-1]}) gives labels that shape" if same else ""
        raise ValueError(
            f"{name} wants for {scores} of shape {shape} integer labels of shape {shape[:-1]} or "
            f"probabilities of shape {shape}, but t has shape {t.shape}{mend}"
        )
    labels = t.data if isinstance(t, Variable) else t
    if labels.dtype.kind not in "iu":
        raise TypeError(
            f"labels of {name} must be integers, but t has dtype {labels.dtype}: "
            "convert it with t.astype(int)"
        )
    # As for probabilities: the numbers of a lazy array, or on another device, are not looked at.
    if isinstance(labels, np.ndarray):
        known = (labels >= 0) & (labels < shape[-1])
        if not np.all(known):
            raise ValueError(
                f"{name} was given the label {labels[~known][0]}, but {scores} has {shape[-1]} "
                f"classes: labels go from 0 to {shape[-1] - 1}"
            )
    return labels, True


class SigmoidCrossEntropy(Function):
    """y = the mean of ln(1 + e^x) - t x."""

    keeps = ("x", "x0")

    def forward(self, x: Any, t: Any) -> Any:
        return np.mean(np.maximum(x, 0) - t * x + np.log1p(np.exp(-np.abs(x))))

    def backward(self, gy: Any) -> Any:
        x, t = self.inputs
        gy = gy / math.prod(x.shape)
        gx = gt = None
        if self.wants(0):
            gx = gy * (applied(Sigmoid(), x) - t)
        if self.wants(1):
            gt = -gy * x
        return gx, gt


def sigmoid_cross_entropy(x: Any, t: Any) -> Variable:
    """Take the mean cross entropy between targets and the sigmoid of scores.

    Parameters
    ----------
    x : Variable or array_like
        Scores (logits) of any shape.
    t : Variable or array_like
        Of the shape of `x`: 0 or 1, or probabilities between them. Integers and bools take the
        dtype of `x`.

    Returns
    -------
    Variable
        Of shape (), floating: the mean over all elements, where the book divides the sum by the
        number of rows. For one column both are the same.

    Raises
    ------
    ValueError
        If the shapes differ, there are no elements, or a target is not within 0 and 1.

    References
    ----------
    The name and its arguments are those of "Deep Learning from Scratch 3".

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> x = Variable([0.0, 1000.0, -1000.0, -1000.0])
    >>> y = F.sigmoid_cross_entropy(x, [1, 1, 0, 1])
    >>> y
    Variable(250.1732868)
    >>> y.backward()
    >>> x.grad
    Variable([-0.125,  0.   ,  0.   , -0.25 ])
    """
    x, t = paired("sigmoid_cross_entropy", x=x, t=t)
    check_probabilities(t, "t of sigmoid_cross_entropy")
    return SigmoidCrossEntropy()(x, t)


class BinaryCrossEntropy(Function):
    """y = the mean of -t ln p - (1 - t) ln(1 - p)."""

    keeps = ("x", "x0")

    def _held(self, p: Any) -> Any:
        """Keep p away from 0 and 1, where the logarithm or the slope would be infinite."""
        eps = float(np.finfo(p.dtype).eps)
        return np.clip(p, eps, 1 - eps)

    def forward(self, p: Any, t: Any) -> Any:
        p = self._held(p)
        return -np.mean(t * np.log(p) + (1 - t) * np.log1p(-p))

    def backward(self, gy: Any) -> Any:
        p, t = self.inputs
        p, gy = self._held(p), gy / math.prod(p.shape)
        gp = gt = None
        if self.wants(0):
            gp = gy * (p - t) / (p * (1 - p))
        if self.wants(1):
            gt = gy * (np.log(1 - p) - np.log(p))
        return gp, gt


def binary_cross_entropy(p: Any, t: Any) -> Variable:
    """Take the mean cross entropy between targets and probabilities.

    A probability nearer to 0 or 1 than the machine epsilon of its dtype counts as that far away,
    so that the loss and its gradient are finite. Of probabilities that a sigmoid has computed,
    `sigmoid_cross_entropy` of the scores is the more exact way.

    Parameters
    ----------
    p : Variable or array_like
        Probabilities from 0 to 1, of any shape.
    t : Variable or array_like
        Of the shape of `p`: 0 or 1, or probabilities between them. Integers and bools take the
        dtype of `p`.

    Returns
    -------
    Variable
        Of shape (), floating: the mean over all elements, where the book divides the sum by the
        number of rows. For one column both are the same.

    Raises
    ------
    ValueError
        If the shapes differ, there are no elements, or an element is not within 0 and 1.

    References
    ----------
    The name and its arguments are those of "Deep Learning from Scratch 3".

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> p = Variable([0.5, 0.8])
    >>> y = F.binary_cross_entropy(p, [1, 0])
    >>> y
    Variable(1.15129255)
    >>> y.backward()
    >>> p.grad
    Variable([-1. ,  2.5])
    """
    p, t = paired("binary_cross_entropy", p=p, t=t)
    mend = "; of scores take sigmoid_cross_entropy"
    check_probabilities(p, "p of binary_cross_entropy", mend)
    check_probabilities(t, "t of binary_cross_entropy")
    return BinaryCrossEntropy()(p, t)


def accuracy(y: Any, t: Any) -> Variable:
    """Tell which share of the examples has its largest score at the right class.

    Parameters
    ----------
    y : Variable or array_like
        Scores or probabilities of shape (..., classes), usually (examples, classes).
    t : Variable or array_like
        Targets, as for `softmax_cross_entropy`: integer labels of the shape of `y` without its
        last axis, or one-hot rows of the shape of `y`.

    Returns
    -------
    Variable
        A number from 0 to 1, of shape () and without a graph: a count has no gradient.

    Raises
    ------
    TypeError
        If labels are not integers.
    ValueError
        If the shapes do not belong together, there are no elements, or a label is out of range.

    References
    ----------
    The name, its arguments and its kind of result are those of "Deep Learning from Scratch 3".

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> F.accuracy([[0.1, 0.9], [0.8, 0.2], [0.3, 0.7]], [1, 0, 0])
    Variable(0.66666667)
    """
    scores = y.data if isinstance(y, Variable) else as_array(y, "y of accuracy")
    t, labels = _target("accuracy", "y", scores, t)
    t = t if labels else np.argmax(t, axis=-1)
    return Variable(np.mean(np.argmax(scores, axis=-1) == t))
