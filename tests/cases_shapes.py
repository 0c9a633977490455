"""Joining, cutting and rearranging arrays, and diagonals, beside the same formulas in NumPy."""

from __future__ import annotations

import numpy as np
from function_cases import ANY, EMPTY_TOO, FILLED, THREE_AXES, TWO_AXES, WITH_AXIS, Case
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes

import tinygrad_ko.functions as F

SIZES = st.integers(0, 3)
JOINED_FIRST = st.tuples(SIZES, SIZES, SIZES).map(lambda n: ((n[0], n[2]), (n[1], n[2])))
JOINED_LAST = st.tuples(SIZES, SIZES, SIZES).map(lambda n: ((2, n[2], n[0]), (2, n[2], n[1])))
VECTORS = st.tuples(SIZES, SIZES).map(lambda n: ((n[0],), (n[1],)))
SAME = array_shapes(min_dims=0, max_dims=2, min_side=0, max_side=3).map(lambda s: (s, s))
ROWS = st.tuples(SIZES, SIZES).map(lambda n: ((n[0],), (n[1], n[0])))
VECTOR = SIZES.map(lambda n: ((n,),))
MATRIX = st.tuples(SIZES, SIZES).map(lambda shape: (shape,))
PAIRS = st.integers(0, 3).map(lambda n: ((2 * n, 2),))


def twice(np, x):
    """Two copies along the last axis; autograd cannot tile an array without elements."""
    return np.concatenate([x, x], -1) if x.shape else np.stack([x, x])


def diagonal(x, k):
    """The elements on a diagonal, by their rows and columns: autograd takes squares only."""
    i, j = np.nonzero(np.eye(*x.shape, k))
    return x[i, j]


def with_k(name, k, shapes, theirs=None):
    ours = getattr(F, name)
    if theirs is None:
        return Case(name, lambda x: ours(x, k), lambda np, x: getattr(np, name)(x, k), shapes)
    return Case(name, lambda x: ours(x, k), lambda np, x: theirs(x, k), shapes)


CASES = [
    Case(
        "concatenate",
        lambda a, b: F.concatenate([a, b]),
        lambda np, a, b: np.concatenate([a, b]),
        JOINED_FIRST,
    ),
    Case(
        "concatenate",
        lambda a, b: F.concatenate((a, b), axis=-1),
        lambda np, a, b: np.concatenate([a, b], 2),
        JOINED_LAST,
    ),
    Case(
        "concatenate",
        lambda a, b: F.concatenate([a, b, a], axis=None),
        lambda np, a, b: np.concatenate([np.ravel(a), np.ravel(b), np.ravel(a)]),
        JOINED_LAST,
    ),
    Case("stack", lambda a, b: F.stack([a, b]), lambda np, a, b: np.stack([a, b]), SAME),
    Case(
        "stack",
        lambda a, b: F.stack([a, b, a], axis=-1),
        lambda np, a, b: np.stack([a, b, a], axis=-1),
        SAME,
    ),
    Case("vstack", lambda a, b: F.vstack([a, b]), lambda np, a, b: np.vstack([a, b]), ROWS),
    Case(
        "vstack",
        lambda a, b: F.vstack([a, b]),
        lambda np, a, b: np.vstack([a, b]),
        st.just(((), ())),
    ),
    Case("hstack", lambda a, b: F.hstack([a, b]), lambda np, a, b: np.hstack([a, b]), VECTORS),
    Case(
        "hstack",
        lambda a, b: F.hstack([a, b]),
        lambda np, a, b: np.hstack([a, b]),
        st.tuples(SIZES, SIZES, SIZES).map(lambda n: ((n[2], n[0]), (n[2], n[1]))),
    ),
    Case(
        "hstack",
        lambda a, b: F.hstack([a, b]),
        lambda np, a, b: np.hstack([a, b]),
        st.just(((), (2,))),
    ),
    Case("split", lambda x: F.split(x, 2)[1], lambda np, x: x[x.shape[0] // 2 :], PAIRS),
    Case("split", lambda x: F.split(x, [1], axis=-1)[0], lambda np, x: x[..., :1], EMPTY_TOO),
    Case("split", lambda x: F.split(x, [-2, 5])[0], lambda np, x: x[:-2], WITH_AXIS),
    Case("split", lambda x: F.split(x, [1, 1, 2])[2], lambda np, x: x[1:2], WITH_AXIS),
    Case("pad", lambda x: F.pad(x, 1), lambda np, x: np.pad(x, 1, "constant"), ANY),
    Case(
        "pad",
        lambda x: F.pad(x, (2, 1), constant_values=(3, 4)),
        lambda np, x: np.pad(x, (2, 1), "constant", constant_values=(3, 4)),
        EMPTY_TOO,
    ),
    Case(
        "pad",
        lambda x: F.pad(x, ((0, 2), (1, 0))),
        lambda np, x: np.pad(x, ((0, 2), (1, 0)), "constant"),
        MATRIX,
    ),
    Case("ravel", F.ravel, lambda np, x: np.ravel(x)),
    Case(
        "moveaxis", lambda x: F.moveaxis(x, 0, -1), lambda np, x: np.moveaxis(x, 0, -1), EMPTY_TOO
    ),
    Case(
        "moveaxis",
        lambda x: F.moveaxis(x, (0, 1), (-1, 0)),
        lambda np, x: np.moveaxis(x, (0, 1), (2, 0)),
        THREE_AXES,
    ),
    Case("flip", F.flip, lambda np, x: x[(slice(None, None, -1),) * len(x.shape)]),
    Case("flip", lambda x: F.flip(x, -1), lambda np, x: x[..., ::-1], EMPTY_TOO),
    Case("flip", lambda x: F.flip(x, (0, -1)), lambda np, x: x[::-1, ..., ::-1], EMPTY_TOO),
    Case("roll", lambda x: F.roll(x, 2), lambda np, x: np.roll(x, 2), ANY),
    Case("roll", lambda x: F.roll(x, -1, -1), lambda np, x: np.roll(x, -1, -1), EMPTY_TOO),
    Case(
        "roll",
        lambda x: F.roll(x, (1, -2), (0, -1)),
        lambda np, x: np.roll(np.roll(x, 1, 0), -2, -1),
        EMPTY_TOO,
    ),
    Case("tile", lambda x: F.tile(x, 2), lambda np, x: twice(np, x), ANY),
    Case("tile", lambda x: F.tile(x, (2, 1, 3)), lambda np, x: np.tile(x, (2, 1, 3)), ANY),
    Case("repeat", lambda x: F.repeat(x, 3), lambda np, x: np.repeat(np.ravel(x), 3, 0), ANY),
    Case(
        "repeat",
        lambda x: F.repeat(x, 2, -1),
        # autograd mixes the elements up where the axis is negative.
        lambda np, x: np.repeat(x, 2, len(x.shape) - 1),
        WITH_AXIS,
    ),
    Case(
        "repeat",
        lambda x: F.repeat(x, np.arange(x.shape[1]), 1),
        lambda np, x: x[:, [j for j in range(x.shape[1]) for _ in range(j)]],
        TWO_AXES,
    ),
    *[with_k("diag", k, VECTOR) for k in (0, 2, -1)],
    *[with_k("diag", k, MATRIX, diagonal) for k in (0, 1, -2)],
    *[with_k(name, k, EMPTY_TOO) for name in ("tril", "triu") for k in (0, 1, -1)],
    Case("take", lambda x: F.take(x, [0, -1, 0]), lambda np, x: np.ravel(x)[[0, -1, 0]], FILLED),
    Case(
        "take",
        lambda x: F.take(x, [[0, 0], [-1, 0]], axis=-1),
        lambda np, x: x[..., [[0, 0], [-1, 0]]],
        WITH_AXIS,
    ),
    Case("take", lambda x: F.take(x, 0, axis=1), lambda np, x: x[:, 0], TWO_AXES),
]
