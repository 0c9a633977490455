"""Diagonals of matrices, and the triangles on either side of them: diag, tril, triu."""

from __future__ import annotations

from operator import index
from typing import Any

import numpy as np

from tinygrad_ko.arrays import as_array
from tinygrad_ko.core import Function, Variable
from tinygrad_ko.functions.arguments import places
from tinygrad_ko.numpy_protocol import implements

__all__ = ["Diag", "Diagonal", "Tril", "Triu", "diag", "tril", "triu"]


class Diag(Function):
    """y = a matrix with x on diagonal k and zeros elsewhere."""

    keeps = ""

    def __init__(self, k: int = 0) -> None:
        self.k = k

    def forward(self, x: Any) -> Any:
        return np.diag(x, self.k)

    def backward(self, gy: Any) -> Any:
        return np.diag(gy, self.k)


class Diagonal(Function):
    """y = diagonal k of the matrix x; the gradient is zero beside it."""

    keeps = ""

    def __init__(self, k: int = 0) -> None:
        self.k = k

    def forward(self, x: Any) -> Any:
        self.x_shape = x.shape
        return np.diag(x, self.k)

    def backward(self, gy: Any) -> Any:
        (rows, columns), k, n = self.x_shape, self.k, gy.shape[0]
        # Not np.diag(gy, k), which is square. Row i of the diagonal is in column i + k: above the
        # main one gy stands beside the rows, below it over the columns; no other place counts.
        if k >= 0:
            line = np.reshape(np.pad(gy, (0, rows - n)), (rows, 1))
        else:
            line = np.reshape(np.pad(gy, (0, columns - n)), (1, columns))
        if type(gy) is np.ndarray:
            on: Any = np.eye(rows, columns, k, dtype=bool)  # faster; but only NumPy has it so
        else:
            row, column = places(self.x_shape, gy)
            on = row + k == column
        return np.where(on, line, 0)


@implements(np.diag)
def diag(x: Any, k: int = 0) -> Variable:
    """Make a matrix with a vector on its diagonal, or take the diagonal of a matrix.

    Parameters
    ----------
    x : Variable or array_like
        A vector or a matrix, of any shape (n,) or (m, n).
    k : int
        Which diagonal: 0 the main one, positive ones above it, negative ones below.

    Returns
    -------
    Variable
        For a vector of length n the matrix of shape (n + abs(k), n + abs(k)); for a matrix the
        vector of the elements on that diagonal.

    Raises
    ------
    TypeError
        If `k` is not a whole number.
    ValueError
        If `x` has neither one nor two axes.

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> F.diag(Variable([1.0, 2.0]))
    Variable([[1., 0.],
              [0., 2.]])
    >>> x = Variable([[1.0, 2.0], [3.0, 4.0]])
    >>> y = F.diag(x, k=1)
    >>> y.backward()
    >>> y
    Variable([2.])
    >>> x.grad
    Variable([[0., 1.],
              [0., 0.]])
    """
    x = x if isinstance(x, Variable) else as_array(x, "x of diag")
    shape, k = x.shape, _diagonal("diag", k)
    if len(shape) == 1:
        return Diag(k)(x)
    if len(shape) == 2:
        return Diagonal(k)(x)
    raise ValueError(
        f"diag makes a matrix of a vector or a vector of a matrix, but the shape {shape} has "
        f"{len(shape)} axes: for other shapes use x[..., i, i] with i = np.arange(n)"
    )


class Tril(Function):
    """y = x up to diagonal k, and zeros above it; so is the gradient."""

    keeps = ""

    def __init__(self, k: int = 0) -> None:
        self.k = k

    def forward(self, x: Any) -> Any:
        return np.tril(x, self.k)

    def backward(self, gy: Any) -> Any:
        return np.tril(gy, self.k)


@implements(np.tril)
def tril(x: Any, k: int = 0) -> Variable:
    """Keep the lower triangle of a matrix, and put zeros above it.

    Parameters
    ----------
    x : Variable or array_like
        Of two axes, or more: then each matrix of the last two. A vector is taken as each row of
        a square matrix.
    k : int
        The last diagonal to keep: 0 the main one, positive ones above it, negative ones below.

    Returns
    -------
    Variable
        Of the shape of `x`.

    Raises
    ------
    TypeError
        If `k` is not a whole number.
    ValueError
        If `x` is a number.

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> x = Variable([[1.0, 2.0], [3.0, 4.0]])
    >>> F.tril(x)
    Variable([[1., 0.],
              [3., 4.]])
    >>> F.tril(x, k=-1)
    Variable([[0., 0.],
              [3., 0.]])
    """
    return Tril(_diagonal("tril", k))(_with_rows("tril", x))


class Triu(Function):
    """y = x from diagonal k on, and zeros below it; so is the gradient."""

    keeps = ""

    def __init__(self, k: int = 0) -> None:
        self.k = k

    def forward(self, x: Any) -> Any:
        return np.triu(x, self.k)

    def backward(self, gy: Any) -> Any:
        return np.triu(gy, self.k)


@implements(np.triu)
def triu(x: Any, k: int = 0) -> Variable:
    """Keep the upper triangle of a matrix, and put zeros below it.

    Parameters
    ----------
    x : Variable or array_like
        Of two axes, or more: then each matrix of the last two. A vector is taken as each row of
        a square matrix.
    k : int
        The first diagonal to keep: 0 the main one, positive ones above it, negative ones below.

    Returns
    -------
    Variable
        Of the shape of `x`.

    Raises
    ------
    TypeError
        If `k` is not a whole number.
    ValueError
        If `x` is a number.

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> x = Variable([[1.0, 2.0], [3.0, 4.0]])
    >>> F.triu(x)
    Variable([[1., 2.],
              [0., 4.]])
    >>> F.triu(x, k=1)
    Variable([[0., 2.],
              [0., 0.]])
    """
    return Triu(_diagonal("triu", k))(_with_rows("triu", x))


def _diagonal(name: str, k: Any) -> int:
    try:
        return index(k)
    except TypeError:
        raise TypeError(
            f"k of {name} must be a whole number, the number of a diagonal, but {k!r} was given"
        ) from None


def _with_rows(name: str, x: Any) -> Any:
    """Return `x` as a Variable or an array that is not a number."""
    x = x if isinstance(x, Variable) else as_array(x, f"x of {name}")
    if x.shape == ():
        raise ValueError(f"{name} takes a part of a matrix, but a number of shape () was given")
    return x
