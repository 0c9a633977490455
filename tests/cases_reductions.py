"""Averages, spreads, products, running totals and norms beside the same in plain NumPy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy
from function_cases import (
    ANY,
    EMPTY_TOO,
    FILLED,
    POSITIVE,
    TWICE,
    TWICE_WITH_AXIS,
    TWO_AXES,
    WITH_AXIS,
    Case,
    reduced,
)
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes

import tinygrad_ko.functions as F

LONG = array_shapes(min_dims=1, max_dims=3, min_side=2, max_side=3).map(lambda shape: (shape,))
LONG_TWO = array_shapes(min_dims=2, max_dims=3, min_side=2, max_side=3).map(lambda shape: (shape,))
BESIDE_LAST = WITH_AXIS.map(lambda shapes: (shapes[0], shapes[0][-1:]))
BESIDE_ENDS = TWO_AXES.map(lambda shapes: (shapes[0], (shapes[0][-1], shapes[0][0])))


def either(own: Callable[..., Any], formula: Callable[..., Any]) -> Callable[..., Any]:
    """NumPy's own function for the value; a formula for the engine of others, which lacks it."""
    return lambda np, *xs: own(*xs) if np is numpy else formula(np, *xs)


def stepwise(np: Any, x: Any, axis: int) -> Any:
    """The products so far, one multiplication at a time."""
    rows = [x.swapaxes(0, axis)[0]]
    for i in range(1, x.shape[axis]):
        rows.append(rows[-1] * np.swapaxes(x, 0, axis)[i])
    return np.swapaxes(np.stack(rows), 0, axis)


def shifted(np: Any, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The logarithm of a sum of exponentials, with the largest taken out."""
    m = np.max(x, axis=axis, keepdims=True) * 1.0
    y = np.log(np.sum(np.exp(x - m), axis=axis, keepdims=True)) + m
    return y if keepdims else np.reshape(y, np.sum(x, axis=axis).shape)


def at_ends(np: Any, w: Any, x: Any) -> Any:
    """Weights for the last and the first axis of x, as an array that broadcasts with it."""
    if w.shape == x.shape:  # NumPy takes them as they are, whatever the order of the axes
        return w
    return np.reshape(np.transpose(w), (x.shape[0], *[1] * (len(x.shape) - 2), x.shape[-1]))


def weighted(shapes: st.SearchStrategy[Any], formula: Callable[..., Any], **how: Any) -> Case:
    return Case(
        "average",
        lambda x, w: F.average(x, weights=w, **how),
        either(lambda x, w: numpy.average(x, weights=w, **how), formula),
        shapes,
        among=POSITIVE,
    )


def logsumexp(shapes: st.SearchStrategy[Any], **how: Any) -> Case:
    return Case(
        "logsumexp",
        lambda x: F.logsumexp(x, **how),
        lambda np, x: shifted(np, x, **how),
        shapes,
    )


def norm(shapes: st.SearchStrategy[Any], formula: Callable[..., Any], **how: Any) -> Case:
    return Case(
        "norm",
        lambda x: F.norm(x, **how),
        either(lambda x: numpy.linalg.norm(x, **how), formula),
        shapes,
    )


def root(axis: Any = None, keepdims: bool = False) -> Callable[..., Any]:
    return lambda np, x: np.sqrt(np.sum(x * x, axis=axis, keepdims=keepdims))


CASES = [
    Case("average", F.average, lambda np, x: np.mean(x), FILLED),
    Case(
        "average",
        lambda x: F.average(x, -1, keepdims=True),
        lambda np, x: np.mean(x, axis=-1, keepdims=True),
        WITH_AXIS,
    ),
    weighted(TWICE, lambda np, x, w: np.sum(x * w) / np.sum(w)),
    weighted(
        TWICE_WITH_AXIS,
        lambda np, x, w: np.sum(x * w, axis=-1, keepdims=True) / np.sum(w, axis=-1, keepdims=True),
        axis=-1,
        keepdims=True,
    ),
    weighted(
        BESIDE_LAST,
        lambda np, x, w: np.sum(x * w, axis=-1, keepdims=True) / np.sum(w),
        axis=-1,
        keepdims=True,
    ),
    weighted(
        BESIDE_ENDS,
        lambda np, x, w: np.sum(x * at_ends(np, w, x), axis=(-1, 0)) / np.sum(w),
        axis=(-1, 0),
    ),
    *[
        reduced(name, shapes, **how)
        for name in ("var", "std")
        for shapes, how in (
            (LONG, {}),
            (LONG, {"axis": -1, "ddof": 1}),
            (LONG_TWO, {"axis": (-1, 0), "keepdims": True}),
        )
    ],
    reduced("prod", ANY),
    reduced("prod", EMPTY_TOO, axis=0),
    reduced("prod", EMPTY_TOO, axis=(0, -1), keepdims=True),
    reduced("prod", TWO_AXES, axis=-2),
    Case("cumsum", F.cumsum, lambda np, x: np.cumsum(x)),
    Case("cumsum", lambda x: F.cumsum(x, 0), lambda np, x: np.cumsum(x, 0), EMPTY_TOO),
    Case("cumsum", lambda x: F.cumsum(x, -2), lambda np, x: np.cumsum(x, -2), TWO_AXES),
    Case(
        "cumprod",
        F.cumprod,
        either(numpy.cumprod, lambda np, x: stepwise(np, np.reshape(x, -1), 0)),
        FILLED,
    ),
    Case(
        "cumprod",
        lambda x: F.cumprod(x, -1),
        either(lambda x: numpy.cumprod(x, -1), lambda np, x: stepwise(np, x, -1)),
        WITH_AXIS,
    ),
    Case(
        "cumprod",
        lambda x: F.cumprod(x, 0),
        either(lambda x: numpy.cumprod(x, 0), lambda np, x: 1 * x),
        st.sampled_from([((0,),), ((0, 2),), ((2, 0),)]),
    ),
    logsumexp(FILLED),
    logsumexp(WITH_AXIS, axis=-1),
    logsumexp(TWO_AXES, axis=(-1, 0), keepdims=True),
    norm(LONG, root()),
    norm(LONG, root(axis=-1), axis=-1),
    norm(LONG, root(axis=0, keepdims=True), ord=2, axis=0, keepdims=True),
    norm(TWO_AXES, root(axis=(-1, 0)), axis=(-1, 0)),
    norm(TWO_AXES, root(axis=(0, 1), keepdims=True), ord="fro", axis=(0, 1), keepdims=True),
    norm(WITH_AXIS, lambda np, x: np.sum(np.abs(x), -1), ord=1, axis=-1),
    norm(
        WITH_AXIS,
        lambda np, x: np.max(np.abs(x), axis=0, keepdims=True),
        ord=numpy.inf,
        axis=0,
        keepdims=True,
    ),
]
