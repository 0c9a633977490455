"""How large many numbers are together: norms, and the logarithm of a sum of exponentials."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_ko.arrays import as_array, gradient_dtype
from tinygrad_ko.core import Variable, as_variable
from tinygrad_ko.functions.blocks import in_blocks
from tinygrad_ko.functions.reductions import Axis, Reduction
from tinygrad_ko.numpy_protocol import implements

__all__ = ["LogSumExp", "Norm", "logsumexp", "norm"]


class LogSumExp(Reduction):
    """y = ln Σ eˣ; the slopes are the softmax of x."""

    keeps = "x"

    def forward(self, x: Any) -> Any:
        self._remember(x)
        self.m: Any = 0.0
        if 0 in self.x_shape:
            return np.sum(x, axis=self.axis, keepdims=self.keepdims) - np.inf
        # The largest is taken out, as a finite float, so that no exponential is above 1.
        m = np.max(x, axis=self.axis, keepdims=True) * 1.0
        most = np.finfo(m.dtype).max
        self.m = m = np.clip(m, -most, most)
        with np.errstate(divide="ignore", over="ignore"):  # -inf is the answer there
            y = np.log(np.sum(np.exp(x - m), axis=self.axis, keepdims=True)) + m
        return y if self.keepdims else np.squeeze(y, axis=self.axis)

    def backward(self, gy: Any) -> Any:
        (x,) = self.inputs
        # Not exp(x - y): where y is large, its rounding would show in the slopes.
        with np.errstate(over="ignore"):
            exp = np.exp(x - self.m)
        total = np.sum(exp, axis=self.axis, keepdims=True)
        # Of -inf only there is no softmax: each gets the slope 0.
        return self._kept(gy) * exp / np.where(total == 0, 1, total)


def logsumexp(x: Any, axis: Axis = None, keepdims: bool = False) -> Variable:
    """Take the logarithm of the sum of the exponentials, without overflow on the way.

    An element of -inf counts as nothing, as one that was masked. Where all are -inf, so is the
    result, and the gradient is 0.

    Parameters
    ----------
    x : Variable or array_like
        Of any shape.
    axis : int or tuple of int, optional
        The axes to go along, negative ones counted from the last; all of them by default.
    keepdims : bool
        Leave those axes in the shape, with size 1.

    Returns
    -------
    Variable
        Of the shape of `x` without those axes, floating.

    Raises
    ------
    TypeError, ValueError
        If an axis does not exist (``numpy.exceptions.AxisError``) or is given twice.

    References
    ----------
    P. Blanchard, D. J. Higham, N. J. Higham, "Accurately computing the log-sum-exp and softmax
    functions", IMA Journal of Numerical Analysis 41 (2021). NumPy has no function of this name;
    SciPy and PyTorch have.

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> x = Variable([1000.0, 1000.0, -1000.0])
    >>> y = F.logsumexp(x)
    >>> y
    Variable(1000.69314718)
    >>> y.backward()
    >>> x.grad
    Variable([0.5, 0.5, 0. ])
    """
    return LogSumExp(axis, keepdims)(x)


class Norm(Reduction):
    """y = √(Σ x²)."""

    keeps = "x y"

    def forward(self, x: Any) -> Any:
        self._remember(x)
        if self.axis is None and in_blocks(x):  # Dask has a norm of vectors and of matrices only
            y = np.linalg.norm(np.reshape(x, (-1,)))
            return np.reshape(y, self.kept_shape) if self.keepdims else y
        return np.linalg.norm(x, axis=self.axis, keepdims=self.keepdims)

    def backward(self, gy: Any) -> Any:
        (x,), (y,) = self.inputs, self.outputs
        y = self._kept(y)
        # At the origin there is a corner. Divided by inf, the slope is 0 there.
        return self._kept(gy) * (x / np.where(y == 0, np.inf, y))


@implements(np.linalg.norm)
def norm(x: Any, ord: Any = None, axis: Axis = None, keepdims: bool = False) -> Variable:
    """Take the norm, the length of a vector, or the Frobenius norm of a matrix.

    At the origin, where the norm has a corner, its gradient is taken as 0.

    Parameters
    ----------
    x : Variable or array_like
        Of any shape if `ord` and `axis` are None; all elements count as one vector then.
        Otherwise a vector or a matrix, or an array of them with `axis` to say where they lie.
    ord : {None, 1, 2, inf, 'fro'}
        Of vectors: 2 or None the root of the sum of squares, 1 the sum of the sizes, inf the
        largest of them (equal ones share the gradient). Of matrices: None or 'fro'.
    axis : int or tuple of int, optional
        One axis for vectors, two for matrices; negative ones are counted from the last.
    keepdims : bool
        Leave those axes in the shape, with size 1.

    Returns
    -------
    Variable
        Of the shape of `x` without those axes, floating.

    Raises
    ------
    ValueError
        If there is no such `ord` for that many axes, or an axis does not exist
        (``numpy.exceptions.AxisError``).

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> x = Variable([[3.0, 4.0], [0.0, 0.0]])
    >>> F.norm(x), F.norm(x, ord=1, axis=1)
    (Variable(5.), Variable([7., 0.]))
    >>> y = F.norm(x, axis=1)
    >>> y.backward()
    >>> y, x.grad
    (Variable([5., 0.]), Variable([[0.6, 0.8],
              [0. , 0. ]]))
    """
    x = x if isinstance(x, Variable) else as_array(x, "argument 0 of Norm")
    if axis is None:
        n_axes = len(x.shape)
    else:
        n_axes = len(axis) if isinstance(axis, tuple) else 1
    all_as_one = axis is None and ord is None
    if not all_as_one and ord not in _ORDERS.get(n_axes, ()):
        raise ValueError(_no_such_norm(ord, n_axes))
    if ord is None or ord in (2, "fro"):
        return Norm(axis, keepdims)(x)
    # NumPy's functions, so that a constant stays one until the last of them.
    sizes = np.abs(x if x.dtype.kind == "f" else x.astype(gradient_dtype(x.dtype)))
    total: Any = np.sum if ord == 1 else np.max
    return as_variable(total(sizes, axis=axis, keepdims=keepdims))


_ORDERS: dict[int, tuple[Any, ...]] = {1: (None, 1, 2, np.inf), 2: (None, "fro")}


def _no_such_norm(ord: Any, n_axes: int) -> str:
    if n_axes not in _ORDERS:
        return (
            f"norm with ord={ord!r} goes along one axis (vectors) or two (matrices), not {n_axes}: "
            "name them with axis=..., or leave out both for the norm of all elements"
        )
    kind = "vectors" if n_axes == 1 else "matrices"
    known = ", ".join(repr(each) for each in _ORDERS[n_axes])
    mend = (
        "for another p, F.sum(F.abs(x) ** p) ** (1 / p)"
        if n_axes == 1
        else "for rows or columns as vectors, name one axis"
    )
    return f"norm with ord={ord!r} is not known for {kind}; ord is one of {known} there; {mend}"
