"""Products over axes, and functions of matrices, beside the same in plain NumPy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy
from function_cases import ANY, MATRICES, TWO_AXES, Case, beside
from hypothesis import strategies as st

import tinygrad_ko.functions as F

SIZES = st.tuples(*[st.integers(1, 3)] * 3)
VECTORS = st.integers(0, 3).map(lambda n: ((n,), (n,)))
TWO_VECTORS = SIZES.map(lambda n: ((n[0],), (n[1],)))
VECTOR_AND_MATRIX = SIZES.map(lambda n: ((n[0],), (n[0], n[1])))
SCALED = SIZES.map(lambda n: ((), n[:2]))
ROWS = SIZES.map(lambda n: ((n[0], n[2]), (n[1], n[2])))
SAME = SIZES.map(lambda n: (n[:2], n[:2]))
STACKED = SIZES.map(lambda n: ((1, *n[:2]), (1, *n[1:])))
BATCH = SIZES.map(lambda n: ((2, 1, n[0]), (n[0], 2)))
AFFINE = SIZES.map(lambda n: ((*n[:2],), n[1:], n[2:]))
CHAIN = SIZES.map(lambda n: (n[:1], n[:2], n[1:2]))
SQUARE = st.sampled_from([((1, 1),), ((2, 2),), ((3, 3),), ((3, 2, 2),), ((2, 1, 1, 1),)])
SYSTEMS = st.sampled_from(
    [
        ((2, 2), (2,)),
        ((2, 2), (2, 2)),
        ((3, 3), (3, 1)),
        ((1, 2, 2), (2,)),
        ((2, 2), (2, 2, 1)),
        ((2, 2, 2), (2, 1)),
        ((2, 1, 1), (1, 2, 1, 2)),
    ]
)


def invertible(np: Any, x: Any) -> Any:
    """A matrix whose diagonal outweighs the rest of each row."""
    return 0.25 * x + 2.5 * beside(x, np.eye(x.shape[-1]))


def wide(np: Any, b: Any) -> Any:
    """In float64, as what is made of an identity matrix is."""
    return b + beside(b, np.zeros(()))


def solved(np: Any, a: Any, b: Any) -> Any:
    """The solution; the engine of others has the rules of an older NumPy for vectors."""
    a, b = invertible(np, a), wide(np, b)
    return np.linalg.solve(a, b) if np is numpy else np.matmul(np.linalg.inv(a), b)


def of_matrix(name: str, f: Callable[..., Any], **kwargs: Any) -> Case:
    return Case(
        name,
        lambda x: f(F, invertible(numpy, x)),
        lambda np, x: f(np.linalg, invertible(np, x)),
        SQUARE,
        **kwargs,
    )


def labelled(subscripts: str, shapes: st.SearchStrategy[Any], formula: Any = None) -> Case:
    """An einsum of one, two or three operands; the engine of others needs a formula at times."""
    n = subscripts.count(",") + 1
    call = F.einsum

    def theirs(np: Any, *xs: Any) -> Any:
        if formula is None or np is numpy:
            return np.einsum(subscripts, *xs)
        return formula(np, *xs)

    ours = [
        lambda x: call(subscripts, x),
        lambda a, b: call(subscripts, a, b),
        lambda a, b, c: call(subscripts, a, b, c),
    ][n - 1]
    return Case("einsum", ours, theirs, shapes)


def above_diagonal(np: Any, x: Any) -> Any:
    """The trace with offset 1, where the last axis holds the rows and the first the columns."""
    mask = numpy.eye(x.shape[-1], x.shape[0], k=1).T
    return np.sum(np.moveaxis(x, -1, 1) * mask.reshape(*mask.shape, *[1] * (x.ndim - 2)), (0, 1))


CASES = [
    *[
        Case("dot", F.dot, lambda np, a, b: np.dot(a, b), shapes)
        for shapes in (MATRICES, VECTORS, VECTOR_AND_MATRIX, SCALED)
    ],
    *[
        Case("inner", F.inner, lambda np, a, b: np.inner(a, b), shapes)
        for shapes in (VECTORS, ROWS, SCALED)
    ],
    Case("outer", F.outer, lambda np, a, b: np.outer(a, b), TWO_VECTORS),
    Case("outer", F.outer, lambda np, a, b: np.outer(np.ravel(a), np.ravel(b)), SCALED),
    Case("trace", F.trace, lambda np, x: np.trace(x), TWO_AXES),
    Case(
        "trace",
        lambda x: F.trace(x, 1, axis1=-1, axis2=0),
        lambda np, x: np.trace(x, 1, -1, 0) if np is numpy else above_diagonal(np, x),
        TWO_AXES,
    ),
    Case("linear", F.linear, lambda np, x, W: np.matmul(x, W), MATRICES),
    Case("linear", F.linear, lambda np, x, W: np.matmul(x, W), BATCH),
    Case(
        "linear", lambda x, W: F.linear(x, W, W[0]), lambda np, x, W: np.matmul(x, W) + W[0], BATCH
    ),
    Case("linear", F.linear, lambda np, x, W, b: np.matmul(x, W) + b, AFFINE),
    Case("tensordot", F.tensordot, lambda np, a, b: np.tensordot(a, b), SAME),
    Case(
        "tensordot",
        lambda a, b: F.tensordot(a, b, 0),
        lambda np, a, b: np.tensordot(a, b, 0),
        TWO_VECTORS,
    ),
    Case(
        "tensordot",
        lambda a, b: F.tensordot(a, b, (-1, 1)),
        lambda np, a, b: np.tensordot(a, b, ((a.ndim - 1,), (1,))),
        STACKED,
    ),
    Case(
        "tensordot",
        lambda a, b: F.tensordot(a, b, ((1, 0), (1, 0))),
        lambda np, a, b: np.tensordot(a, b, ((1, 0), (1, 0))),
        SAME,
    ),
    labelled("ij,jk", MATRICES),
    labelled("ij,jk->ki", MATRICES),
    labelled("ij,ij->", SAME),
    labelled("i,j->ij", TWO_VECTORS),
    labelled("i,ij,j->", CHAIN),
    labelled("i,ij,j->ij", CHAIN),
    labelled("ij,kl->k", MATRICES, lambda np, a, b: np.sum(a) * np.sum(b, axis=1)),
    labelled("...->...", ANY, lambda np, x: x),
    labelled("ab...->...a", TWO_AXES, lambda np, x: np.moveaxis(np.sum(x, 1), 0, -1)),
    labelled("...ij,jk->...ik", BATCH, lambda np, a, b: np.matmul(a, b)),
    labelled("...ii", SQUARE, lambda np, x: np.sum(x * np.eye(x.shape[-1]), (-2, -1))),
    labelled("...ii->...i", SQUARE, lambda np, x: np.sum(x * np.eye(x.shape[-1]), -1)),
    of_matrix("inv", lambda module, x: module.inv(x)),
    of_matrix("det", lambda module, x: module.det(x)),
    of_matrix("slogdet", lambda module, x: module.slogdet(x)[1]),
    of_matrix("slogdet", lambda module, x: module.slogdet(-x)[0], slope=False),
    Case(
        "solve",
        lambda a, b: F.solve(invertible(numpy, a), wide(numpy, b)),
        solved,
        SYSTEMS,
    ),
]
