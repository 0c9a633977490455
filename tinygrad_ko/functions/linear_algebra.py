"""Products of matrices and vectors: matmul, dot, inner, outer, linear; and the trace."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tinygrad_ko.core import Function, Variable
from tinygrad_ko.functions.arguments import places
from tinygrad_ko.functions.arithmetic import mul
from tinygrad_ko.functions.contraction import TensorDot, as_operand, paired
from tinygrad_ko.numpy_protocol import implements

__all__ = [
    "Linear",
    "MatMul",
    "Outer",
    "Trace",
    "dot",
    "inner",
    "linear",
    "matmul",
    "outer",
    "trace",
]


class MatMul(Function):
    """y = x0 @ x1, for vectors, matrices and stacks of matrices."""

    keeps = ("x1", "x0")

    def forward(self, x0: Any, x1: Any) -> Any:
        y = np.matmul(x0, x1)
        self.ndims = x0.ndim, x1.ndim
        return y

    def backward(self, gy: Any) -> Any:
        x0, x1 = self.inputs
        ndim0, ndim1 = self.ndims
        # A vector counts as a matrix with one row (x0) or one column (x1); y lacks that axis.
        if ndim0 == 1:
            gy = np.expand_dims(gy, -1 if ndim1 == 1 else -2)
        if ndim1 == 1:
            gy = np.expand_dims(gy, -1)
        gx0 = gx1 = None
        if self.wants(0):
            rows = np.expand_dims(x1, 0) if ndim1 == 1 else _transposed(x1)
            gx0 = np.matmul(gy, rows)
            if ndim0 == 1:
                gx0 = np.squeeze(gx0, -2)
        if self.wants(1):
            if ndim0 > 2 >= ndim1:
                gx1 = _summed_product(x0, gy)
            else:
                columns = np.expand_dims(x0, -1) if ndim0 == 1 else _transposed(x0)
                gx1 = np.matmul(columns, gy)
            if ndim1 == 1:
                gx1 = np.squeeze(gx1, -1)
        return gx0, gx1


def _transposed(x: Any) -> Any:
    """Return the matrix transposed, or each matrix of a stack."""
    return x.T if x.ndim == 2 else np.swapaxes(x, -1, -2)


def _summed_product(x: Any, gy: Any) -> Any:
    """Return the sum of ``x.T @ gy`` over a stack: one product, not a stack of them to add up."""
    rows = math.prod(gy.shape[:-1])
    columns = np.transpose(np.reshape(x, (rows, x.shape[-1])))
    return np.matmul(columns, np.reshape(gy, (rows, gy.shape[-1])))


@implements(np.matmul, np.linalg.matmul, operator="matmul")
def matmul(x0: Any, x1: Any) -> Variable:
    """Multiply matrices; the operator ``x0 @ x1``.

    Parameters
    ----------
    x0 : Variable or array_like
        Shape ``(..., m, k)``, or ``(k,)`` for a vector.
    x1 : Variable or array_like
        Shape ``(..., k, n)``, or ``(k,)`` for a vector. Leading axes broadcast.

    Returns
    -------
    Variable
        Shape ``(..., m, n)``, without the ``m`` or the ``n`` of a vector.

    Raises
    ------
    ValueError
        If the shapes do not fit, or one of them is ``()``.

    References
    ----------
    M. B. Giles, "Collected matrix derivative results for forward and reverse mode algorithmic
    differentiation" (2008), section 2.2.2.

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> W = Variable([[1.0, 2.0], [3.0, 4.0]])
    >>> x = Variable([1.0, -1.0])
    >>> y = F.matmul(W, x)
    >>> y
    Variable([-1., -1.])
    >>> y.backward()
    >>> x.grad
    Variable([4., 6.])
    """
    return MatMul()(x0, x1)


@implements(np.dot)
def dot(a: Any, b: Any) -> Variable:
    """Multiply matrices, vectors or numbers, by the rules of ``numpy.dot``.

    A number multiplies every element. Otherwise the last axis of `a` meets the last axis but one
    of `b`, or the only one. For up to two axes this is `matmul`; for more, stacks are not matched
    but combined, each matrix with each.

    Parameters
    ----------
    a : Variable or array_like
        Shape ``()`` or ``(..., k)``.
    b : Variable or array_like
        Shape ``()``, ``(k,)`` or ``(..., k, n)``.

    Returns
    -------
    Variable
        Its shape has the other axes of `a`, then the other axes of `b`.

    Raises
    ------
    ValueError
        If the two axes differ in size.

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> x = Variable([1.0, 2.0])
    >>> F.dot(x, x), F.dot(x, 3.0), F.dot([[1.0, 1.0], [0.0, 1.0]], x)
    (Variable(5.), Variable([3., 6.]), Variable([3., 2.]))
    >>> x.dot(x).backward()
    >>> x.grad
    Variable([2., 4.])
    """
    a, b = as_operand(a, "a of dot"), as_operand(b, "b of dot")
    if not a.shape or not b.shape:
        return mul(a, b)
    axes = paired("dot", a, b, [-1], [-2 if len(b.shape) > 1 else -1])
    return matmul(a, b) if len(a.shape) <= 2 and len(b.shape) <= 2 else TensorDot(*axes)(a, b)


@implements(np.inner)
def inner(a: Any, b: Any) -> Variable:
    """Sum the products over the last axis of both; a number multiplies every element.

    Parameters
    ----------
    a, b : Variable or array_like
        Shapes ``(..., k)``, or ``()``.

    Returns
    -------
    Variable
        Its shape has the other axes of `a`, then the other axes of `b`.

    Raises
    ------
    ValueError
        If the last axes differ in size.

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> x = Variable([[1.0, 2.0], [3.0, 4.0]])
    >>> y = F.inner(x, [10.0, 1.0])
    >>> y
    Variable([12., 34.])
    >>> y.backward()
    >>> x.grad
    Variable([[10.,  1.],
              [10.,  1.]])
    """
    a, b = as_operand(a, "a of inner"), as_operand(b, "b of inner")
    if not a.shape or not b.shape:
        return mul(a, b)
    axes = paired("inner", a, b, [-1], [-1])
    return matmul(a, b) if len(a.shape) == len(b.shape) == 1 else TensorDot(*axes)(a, b)


class Outer(Function):
    """y[i, j] = x0[i] * x1[j], each counted in order if it is not a vector."""

    keeps = ("x1", "x0")

    def forward(self, x0: Any, x1: Any) -> Any:
        self.shapes = np.shape(x0), np.shape(x1)
        return np.outer(x0, x1)

    def backward(self, gy: Any) -> Any:
        x0, x1 = self.inputs
        gx0 = gx1 = None
        if self.wants(0):
            gx0 = np.reshape(np.matmul(gy, np.reshape(x1, (-1,))), self.shapes[0])
        if self.wants(1):
            gx1 = np.reshape(np.matmul(np.reshape(x0, (-1,)), gy), self.shapes[1])
        return gx0, gx1


@implements(np.outer)
def outer(a: Any, b: Any) -> Variable:
    """Multiply each element of `a` with each element of `b`.

    Parameters
    ----------
    a, b : Variable or array_like
        Vectors, of shapes ``(m,)`` and ``(n,)``; other shapes are flattened first.

    Returns
    -------
    Variable
        Shape ``(m, n)``.

    Raises
    ------
    TypeError
        If an argument is not numeric.

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> a = Variable([1.0, 2.0])
    >>> y = F.outer(a, [10.0, 100.0])
    >>> y
    Variable([[ 10., 100.],
              [ 20., 200.]])
    >>> y.backward()
    >>> a.grad
    Variable([110., 110.])
    """
    return Outer()(as_operand(a, "a of outer"), as_operand(b, "b of outer"))


class Trace(Function):
    """y = x[0, 0] + x[1, 1] + ...; only the diagonal has a slope."""

    keeps = ""

    def __init__(self, offset: int, axis1: int, axis2: int) -> None:
        self.offset = offset
        self.axis1 = axis1
        self.axis2 = axis2

    def forward(self, x: Any) -> Any:
        self.x_shape = np.shape(x)
        return np.trace(x, self.offset, self.axis1, self.axis2)

    def backward(self, gy: Any) -> Any:
        at = places(self.x_shape, gy)
        on_diagonal = at[self.axis1] + self.offset == at[self.axis2]
        for axis in sorted((self.axis1, self.axis2)):
            gy = np.expand_dims(gy, axis)
        return np.where(on_diagonal, gy, 0)


@implements(np.trace)
def trace(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Variable:
    """Add up the elements on the diagonal.

    Parameters
    ----------
    a : Variable or array_like
        A matrix; or, with more axes, many of them.
    offset : int
        How far above the main diagonal, or below it if negative.
    axis1, axis2 : int
        The axes of the rows and of the columns.

    Returns
    -------
    Variable
        Of the shape of `a` without those two axes.

    Raises
    ------
    ValueError
        If `a` has fewer than two axes, lacks one of those (``numpy.exceptions.AxisError``), or
        both are the same.

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> a = Variable([[1.0, 2.0], [3.0, 4.0]])
    >>> y = F.trace(a)
    >>> y
    Variable(5.)
    >>> y.backward()
    >>> a.grad
    Variable([[1., 0.],
              [0., 1.]])
    """
    a = as_operand(a, "a of trace")
    ndim = len(a.shape)
    if ndim < 2:
        raise ValueError(f"trace needs the rows and columns of a matrix, but a has shape {a.shape}")
    for axis in (axis1, axis2):
        if not -ndim <= axis < ndim:
            raise np.exceptions.AxisError(axis, ndim)
    if axis1 % ndim == axis2 % ndim:
        raise ValueError(f"trace needs two axes, but axis1={axis1} and axis2={axis2} are the same")
    return Trace(offset, axis1 % ndim, axis2 % ndim)(a)


class Linear(Function):
    """y = x @ W + b."""

    keeps = ("x1", "x0", "")

    def forward(self, x: Any, W: Any, b: Any) -> Any:
        return np.matmul(x, W) + b

    def backward(self, gy: Any) -> Any:
        gx = np.matmul(gy, np.transpose(self.inputs[1])) if self.wants(0) else None
        gW = _summed_product(self.inputs[0], gy) if self.wants(1) else None
        return gx, gW, gy


def linear(x: Any, W: Any, b: Any = None) -> Variable:
    """Multiply by a matrix and add a bias: the affine map of a layer of a network.

    Parameters
    ----------
    x : Variable or array_like
        Shape ``(..., in)``: the last axis holds the features.
    W : Variable or array_like
        Shape ``(in, out)``, as in the book; PyTorch keeps the transpose.
    b : Variable or array_like, optional
        Shape ``(out,)``; none by default.

    Returns
    -------
    Variable
        Shape ``(..., out)``.

    Raises
    ------
    ValueError
        If the shapes are not these.

    References
    ----------
    Step 43 of "Deep Learning from Scratch 3".

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> x, W, b = [[1.0, 2.0], [3.0, 4.0]], Variable([[1.0], [-1.0]]), Variable([0.5])
    >>> y = F.linear(x, W, b)
    >>> y
    Variable([[-0.5],
              [-0.5]])
    >>> y.backward()
    >>> W.grad, b.grad
    (Variable([[4.],
              [6.]]), Variable([2.]))
    """
    x, W = as_operand(x, "x of linear"), as_operand(W, "W of linear")
    if len(W.shape) != 2:
        raise ValueError(f"linear needs a W of shape (in, out), but its shape is {W.shape}")
    if x.shape[-1:] != W.shape[:1]:
        raise ValueError(
            f"linear needs an x whose last axis is as long as the first of W, {W.shape[0]}, "
            f"but the shapes are {x.shape} and {W.shape}"
        )
    if b is None:
        return matmul(x, W)
    b = as_operand(b, "b of linear")
    if b.shape != W.shape[1:]:
        raise ValueError(
            f"linear with a W of shape {W.shape} needs a b of shape {W.shape[1:]}, "
            f"but its shape is {b.shape}"
        )
    return Linear()(x, W, b)
