"""What the functions of matrices compute with: NumPy's own, also on arrays made of blocks.

Variables are passed on, so that rules can call these on either.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from tinygrad_ko.arrays import gradient_dtype
from tinygrad_ko.core import Variable
from tinygrad_ko.functions.blocks import by_blocks, in_blocks

__all__ = ["determinant", "inverse", "sign_and_log", "solution"]


def _regular(name: str, compute: Callable[..., Any], *arrays: Any) -> Any:
    """Call `compute`, and say what a singular matrix means to it."""
    try:
        return compute(*arrays)
    except np.linalg.LinAlgError:
        raise np.linalg.LinAlgError(
            f"{name} needs a matrix with an inverse, but "
            f"{'this one' if len(arrays[0].shape) == 2 else 'one of these'} is singular; "
            "np.linalg.matrix_rank(a.data) says how many of its rows are independent"
        ) from None


def _of_matrices(compute: Callable[..., Any], x: Any, shape: tuple[int, int]) -> Any:
    """Apply `compute` to the blocks of a stack; it returns a matrix of that shape for each."""
    last = len(x.shape) - 1
    sizes = {last - 1: shape[0], last: shape[1]}
    return by_blocks(compute, x, sizes, gradient_dtype(x.dtype))


def _numbers(compute: Callable[..., Any], x: Any) -> Any:
    """Do so where there is one number for each matrix."""
    return np.squeeze(_of_matrices(partial(_as_matrix, compute), x, (1, 1)), (-2, -1))


def _as_matrix(compute: Callable[..., Any], x: Any) -> Any:
    return np.expand_dims(compute(x), (-2, -1))


def inverse(x: Any, name: str = "inv") -> Any:
    """Invert matrices; `name` is the subject of the error for a singular one."""
    compute = partial(_regular, name, np.linalg.inv)
    if in_blocks(x):
        return _of_matrices(compute, x, x.shape[-2:])
    return compute(x)


def solution(x0: Any, x1: Any) -> Any:
    """Solve ``x0 @ y = x1``, where x1 is a vector, or holds matrices."""
    variables = isinstance(x0, Variable) or isinstance(x1, Variable)
    if variables or not (in_blocks(x0) or in_blocks(x1)):
        return _regular("solve", np.linalg.solve, x0, x1)
    if len(x1.shape) == 1:
        return np.squeeze(solution(x0, np.expand_dims(x1, -1)), -1)
    # A block is given one array: each matrix with its right-hand sides beside it.
    stack = np.broadcast_shapes(x0.shape[:-2], x1.shape[:-2])
    both = [np.broadcast_to(x, (*stack, *x.shape[-2:])) for x in (x0, x1)]
    return _of_matrices(_solution_of_both, np.concatenate(both, axis=-1), x1.shape[-2:])


def _solution_of_both(x: Any) -> Any:
    n = x.shape[-2]
    return solution(x[..., :n], x[..., n:])


def determinant(x: Any) -> Any:
    """Return the determinant of each matrix."""
    return _numbers(np.linalg.det, x) if in_blocks(x) else np.linalg.det(x)


def sign_and_log(x: Any) -> tuple[Any, Any]:
    """Return the sign and the logarithm of each determinant."""
    if in_blocks(x):
        sign, log = (_numbers(partial(_slogdet, i), x) for i in (0, 1))
    else:
        sign, log = np.linalg.slogdet(x)
    return sign, log


def _slogdet(i: int, x: Any) -> Any:
    return np.linalg.slogdet(x)[i]
