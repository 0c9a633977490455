"""Products of matrices and vectors."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_ko.core import Function, Variable
from tinygrad_ko.numpy_protocol import implements

__all__ = ["MatMul", "matmul"]


class MatMul(Function):
    """y = x0 @ x1, for vectors, matrices and stacks of matrices."""

    keeps = ("x1", "x0")

    def forward(self, x0: Any, x1: Any) -> Any:
        self.ndims = np.ndim(x0), np.ndim(x1)
        return np.matmul(x0, x1)

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
            rows = np.expand_dims(x1, 0) if ndim1 == 1 else np.swapaxes(x1, -1, -2)
            gx0 = np.matmul(gy, rows)
            if ndim0 == 1:
                gx0 = np.squeeze(gx0, -2)
        if self.wants(1):
            columns = np.expand_dims(x0, -1) if ndim0 == 1 else np.swapaxes(x0, -1, -2)
            gx1 = np.matmul(columns, gy)
            if ndim1 == 1:
                gx1 = np.squeeze(gx1, -1)
        return gx0, gx1


@implements(np.matmul)
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
