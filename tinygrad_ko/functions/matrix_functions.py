"""Inverses, linear systems and determinants of matrices, and of stacks of matrices."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from tinygrad_ko.core import Function, Variable
from tinygrad_ko.functions.blocks import in_blocks
from tinygrad_ko.functions.contraction import as_operand
from tinygrad_ko.functions.lapack import determinant, inverse, sign_and_log, solution
from tinygrad_ko.numpy_protocol import implements

__all__ = ["Det", "Inv", "SlogDet", "Solve", "det", "inv", "slogdet", "solve"]


def _square(a: Any, name: str) -> Any:
    """Return `a` if it holds square matrices of a dtype that LAPACK knows, or say what is wrong."""
    a = _in_lapack(a, f"a of {name}", name)
    if len(a.shape) < 2 or a.shape[-1] != a.shape[-2]:
        raise np.linalg.LinAlgError(
            f"{name} needs a square matrix, or a stack of them of shape (..., n, n), "
            f"but the shape is {a.shape}"
        )
    return a


def _in_lapack(x: Any, what: str, name: str) -> Any:
    x = as_operand(x, what)
    if x.dtype.kind == "f" and x.dtype.itemsize not in (4, 8):
        raise TypeError(
            f"{name} computes in float32 or float64, but {what} has dtype {x.dtype}: "
            "convert it first, for example with x.astype(np.float32)"
        )
    return x


def _transposed(x: Any) -> Any:
    return np.swapaxes(x, -1, -2)


def _beside_matrices(gy: Any) -> Any:
    """Give numbers, one for each matrix of a stack, two axes of size 1."""
    return np.expand_dims(gy, (-2, -1))


class Inv(Function):
    """y = x⁻¹; from x @ y = 1 follows dy = -y @ dx @ y."""

    keeps = "y"

    def forward(self, x: Any) -> Any:
        return inverse(x)

    def backward(self, gy: Any) -> Any:
        y = _transposed(self.outputs[0])
        return -np.matmul(np.matmul(y, gy), y)


@implements(np.linalg.inv)
def inv(a: Any) -> Variable:
    """Invert a matrix, or each matrix of a stack; also ``np.linalg.inv``.

    To multiply by an inverse, `solve` is faster and more accurate.

    Parameters
    ----------
    a : Variable or array_like
        Shape ``(..., n, n)``, not of float16.

    Returns
    -------
    Variable
        Of the shape of `a`, floating.

    Raises
    ------
    numpy.linalg.LinAlgError
        A ``ValueError``: if a matrix is singular, or not square.
    TypeError
        If the dtype is not float32, float64 or an integer.

    References
    ----------
    M. B. Giles, "Collected matrix derivative results for forward and reverse mode algorithmic
    differentiation" (2008), section 2.2.3.

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> a = Variable([[2.0, 0.0], [0.0, 4.0]])
    >>> y = F.inv(a)
    >>> y
    Variable([[0.5 , 0.  ],
              [0.  , 0.25]])
    >>> y[0, 0].backward()
    >>> a.grad
    Variable([[-0.25, -0.  ],
              [-0.  , -0.  ]])
    """
    return Inv()(_square(a, "inv"))


class Solve(Function):
    """y solves x0 @ y = x1, so dy solves x0 @ dy = dx1 - dx0 @ y."""

    keeps = ("x0 y", "x0")

    def forward(self, x0: Any, x1: Any) -> Any:
        self.vector = len(x1.shape) == 1
        return solution(x0, x1)

    def backward(self, gy: Any) -> Any:
        x0 = self.inputs[0]
        # A vector counts as a matrix of one column, which y lacks; as NumPy does it in a stack.
        gy = np.expand_dims(gy, -1) if self.vector else gy
        gx1 = solution(_transposed(x0), gy)
        gx0 = None
        if self.wants(0):
            y = self.outputs[0]
            y = np.expand_dims(y, -1) if self.vector else y
            gx0 = -np.matmul(gx1, _transposed(y))
        return gx0, np.squeeze(gx1, -1) if self.vector else gx1


@implements(np.linalg.solve)
def solve(a: Any, b: Any) -> Variable:
    """Solve the linear system ``a @ y = b``; also ``np.linalg.solve``.

    Parameters
    ----------
    a : Variable or array_like
        Shape ``(..., n, n)``, not of float16.
    b : Variable or array_like
        Shape ``(n,)``, or ``(..., n, k)`` for k right-hand sides. Leading axes broadcast.

    Returns
    -------
    Variable
        Of the shape of ``a @ y``, floating.

    Raises
    ------
    numpy.linalg.LinAlgError
        A ``ValueError``: if a matrix is singular, or not square.
    ValueError
        If `b` does not have n rows, or the leading axes do not broadcast.
    TypeError
        If a dtype is not float32, float64 or an integer.

    References
    ----------
    M. B. Giles, "Collected matrix derivative results for forward and reverse mode algorithmic
    differentiation" (2008), section 2.3.1.

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> a = Variable([[2.0, 0.0], [0.0, 4.0]])
    >>> b = Variable([1.0, 1.0])
    >>> y = F.solve(a, b)
    >>> y
    Variable([0.5 , 0.25])
    >>> y.backward()
    >>> b.grad
    Variable([0.5 , 0.25])
    """
    a, b = _square(a, "solve"), _in_lapack(b, "b of solve", "solve")
    rows = b.shape[-2:-1] if len(b.shape) > 1 else b.shape
    if rows != a.shape[-1:]:
        raise ValueError(
            f"solve with an a of shape {a.shape} needs a b with {a.shape[-1]} rows, of shape "
            f"({a.shape[-1]},) or (..., {a.shape[-1]}, k), but its shape is {b.shape}"
        )
    return Solve()(a, b)


class Det(Function):
    """y = det x; dy = the sum of the cofactors of x times dx, and these are y * x⁻¹ transposed."""

    def forward(self, x: Any) -> Any:
        return determinant(x)

    def backward(self, gy: Any) -> Any:
        (x,), (y,) = self.inputs, self.outputs
        # Of arrays made of blocks it is not known yet which matrices are singular.
        if in_blocks(_array(x)) or not np.any(y == 0):
            return _beside_matrices(gy * y) * _transposed(inverse(x, "the gradient of det"))
        gx: Any = 0
        for weight, shift in _around_singular(x, y):
            moved = x + shift
            y = weight * np.linalg.det(moved)
            gx = gx + _beside_matrices(gy * y) * _transposed(np.linalg.inv(moved))
        return gx


def _array(x: Any) -> Any:
    return x.data if isinstance(x, Variable) else x


def _around_singular(x: Any, y: Any) -> list[tuple[float, Any]]:
    """Return weights and shifts to invertible matrices, for cofactors where there is no inverse.

    Along ``x + t * d``, where d has rank r, a determinant is a polynomial of degree r in t, and
    so are the cofactors and all further derivatives. Their values at r + 1 or more points t other
    than 0 give the one at 0 exactly. With d made of the singular vectors that x maps to 0, those
    matrices are invertible.
    """
    x, y = _array(x), _array(y)
    singular = np.expand_dims(y == 0, -1)
    u, s, vt = np.linalg.svd(x)
    small = singular & (s <= np.sqrt(np.finfo(s.dtype).eps) * s[..., :1])
    # As long as the smallest of the others, so that rounding errors do not drown the cofactors.
    others = np.min(np.where(small, np.inf, s), axis=-1, keepdims=True)
    length = np.where(small, np.where(np.isinf(others), 1, others), 0).astype(s.dtype)
    d = np.matmul(u * np.expand_dims(length, -2), vt)
    points = int(np.max(np.sum(small, axis=-1))) + 1
    points += points % 2  # Chebyshev's points: an even number of them leaves 0 out
    ts = np.cos((2 * np.arange(points) + 1) * np.pi / (2 * points))
    weights = [np.prod([t / (t - each) for t in ts if t != each]) for each in ts]
    return [(float(w), d * s.dtype.type(t)) for w, t in zip(weights, ts, strict=True)]


@implements(np.linalg.det)
def det(a: Any) -> Variable:
    """Compute the determinant of a matrix, or of each matrix of a stack; also ``np.linalg.det``.

    Derivatives of every order are right for singular matrices too; not those of Dask's arrays,
    whose numbers are not known yet when the way to the derivative is chosen.

    Parameters
    ----------
    a : Variable or array_like
        Shape ``(..., n, n)``, not of float16.

    Returns
    -------
    Variable
        Shape ``(...)``, floating.

    Raises
    ------
    numpy.linalg.LinAlgError
        A ``ValueError``: if a matrix is not square; where the gradient of a Dask array is
        computed, if one is singular.
    TypeError
        If the dtype is not float32, float64 or an integer.

    References
    ----------
    M. B. Giles, "Collected matrix derivative results for forward and reverse mode algorithmic
    differentiation" (2008), section 2.2.4; for singular matrices the way is our own.

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> a = Variable([[2.0, 1.0], [0.0, 4.0]])
    >>> y = F.det(a)
    >>> y
    Variable(8.)
    >>> y.backward()
    >>> a.grad
    Variable([[ 4.,  0.],
              [-1.,  2.]])
    """
    return Det()(_square(a, "det"))


class SlogDet(Function):
    """y = the sign of det x, and log|det x|; the slope of the logarithm is x⁻¹ transposed."""

    keeps = "x"

    def forward(self, x: Any) -> Any:
        return sign_and_log(x)

    def backward(self, gsign: Any, glog: Any) -> Any:
        (x,) = self.inputs
        return _beside_matrices(glog) * _transposed(inverse(x, "the gradient of slogdet"))


class SlogDetResult(NamedTuple):
    """The two outputs of `slogdet`, by the names that NumPy gives them."""

    sign: Variable
    logabsdet: Variable


@implements(np.linalg.slogdet)
def slogdet(a: Any) -> SlogDetResult:
    """Compute the sign and the logarithm of a determinant; also ``np.linalg.slogdet``.

    The determinant of a large matrix may overflow; its logarithm does not. The sign is constant
    almost everywhere, and takes no gradient.

    Parameters
    ----------
    a : Variable or array_like
        Shape ``(..., n, n)``, not of float16.

    Returns
    -------
    sign, logabsdet : Variable
        A named tuple, both of shape ``(...)``: 1, -1 or 0, and the logarithm of the absolute
        value, which is ``-inf`` for a singular matrix.

    Raises
    ------
    numpy.linalg.LinAlgError
        A ``ValueError``: if a matrix is not square; in backward, if it is singular.
    TypeError
        If the dtype is not float32, float64 or an integer.

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> a = Variable([[2.0, 1.0], [2.0, 0.5]])
    >>> sign, logabsdet = F.slogdet(a)
    >>> sign, logabsdet
    (Variable(-1.), Variable(0.))
    >>> logabsdet.backward()
    >>> a.grad
    Variable([[-0.5,  2. ],
              [ 1. , -2. ]])
    """
    return SlogDetResult(*SlogDet()(_square(a, "slogdet")))
