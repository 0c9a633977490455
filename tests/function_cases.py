"""Every function of the engine beside the same formula in plain NumPy, and where to try both.

The formula is given the module that it computes with: NumPy for the value, and for the gradient
an engine that others wrote.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, mutually_broadcastable_shapes

import tinygrad_ko.functions as F
from tinygrad_ko import Variable

MOST_ELEMENTS = 12

# How many axes, and how long, the shapes are that a case is tried with.
ANY = array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3).map(lambda shape: (shape,))
FILLED = array_shapes(min_dims=0, max_dims=3, max_side=3).map(lambda shape: (shape,))
WITH_AXIS = array_shapes(min_dims=1, max_dims=3, max_side=3).map(lambda shape: (shape,))
TWO_AXES = array_shapes(min_dims=2, max_dims=3, max_side=3).map(lambda shape: (shape,))
THREE_AXES = array_shapes(min_dims=3, max_dims=3, max_side=2).map(lambda shape: (shape,))
EMPTY_TOO = array_shapes(min_dims=2, max_dims=3, min_side=0, max_side=3).map(lambda s: (s,))
TWICE = FILLED.map(lambda shapes: shapes * 2)
TWICE_WITH_AXIS = WITH_AXIS.map(lambda shapes: shapes * 2)
PAIR = mutually_broadcastable_shapes(num_shapes=2, max_dims=3, min_side=0, max_side=3).map(
    lambda shapes: shapes.input_shapes
)
MATRICES = st.tuples(*[st.integers(1, 3)] * 3).map(lambda n: ((n[0], n[1]), (n[1], n[2])))

EVERYWHERE = (-2.03, 1.9)  # not symmetric, so that no point of the grid is 0
POSITIVE = (0.3, 2.5)


@dataclass(frozen=True)
class Case:
    """One way to call the function of this name."""

    name: str
    ours: Callable[..., Any]
    theirs: Callable[..., Any]  # of a module and arrays
    shapes: st.SearchStrategy[Any] = ANY
    among: tuple[float, float] = EVERYWHERE
    smooth: Callable[..., Any] | None = None  # of arrays: how far each element is from a step
    slope: bool = True  # False where it is zero everywhere
    ulps: int = 0  # how many roundings apart the two may be; 0 where they do the same steps

    def points(self, shapes: tuple[tuple[int, ...], ...], seed: int) -> list[Any]:
        """Return float64 arrays of these shapes, in which no two numbers are equal or close."""
        total = sum(prod(shape) for shape in shapes)
        assume(total <= MOST_ELEMENTS)
        order = np.random.default_rng(seed).permutation(total) + 0.5
        low, high = self.among
        numbers = iter(low + (high - low) * order / max(total, 1))
        arrays = [np.array(take(numbers, prod(shape))).reshape(shape) for shape in shapes]
        if self.smooth is not None:
            assume(np.all(self.smooth(*arrays) > 1e-3))
        return arrays


def beside(x: Any, array: Any) -> Any:
    """The array, in the library of the arrays in `x` if that is a Variable."""
    return np.asarray(array, like=x.data) if isinstance(x, Variable) else array


def take(numbers: Iterator[float], n: int) -> list[float]:
    return [next(numbers) for _ in range(n)]


def to_whole(x0: Any, x1: Any) -> Any:
    """How far the quotient is from a whole number, where floor division and remainder jump."""
    return np.abs(x0 / x1 - np.round(x0 / x1))


def bounds(x: Any) -> Any:
    return np.minimum(np.abs(x + 0.77), np.abs(x - 0.81))


def binary(name: str, numpy_name: str, **kwargs: Any) -> Case:
    ours = getattr(F, name)
    return Case(name, ours, lambda np, a, b: getattr(np, numpy_name)(a, b), PAIR, **kwargs)


def unary(name: str, numpy_name: str | None = None, **kwargs: Any) -> Case:
    return Case(name, getattr(F, name), lambda np, x: getattr(np, numpy_name or name)(x), **kwargs)


def reduced(name: str, shapes: st.SearchStrategy[Any], **how: Any) -> Case:
    ours = getattr(F, name)
    return Case(
        name, lambda x: ours(x, **how), lambda np, x: getattr(np, name)(x, **how), shapes=shapes
    )


CASES = [
    binary("add", "add"),
    binary("sub", "subtract"),
    binary("mul", "multiply"),
    binary("div", "divide", among=POSITIVE),
    binary("floor_div", "floor_divide", among=POSITIVE, smooth=to_whole, slope=False),
    binary("mod", "mod", among=POSITIVE, smooth=to_whole),
    unary("neg", "negative"),
    Case("pos", F.pos, lambda np, x: 1 * x),
    binary("pow", "power", among=POSITIVE),
    Case("pow", lambda x: F.pow(x, 3), lambda np, x: x**3),
    Case("pow", lambda x: F.pow(x, 0), lambda np, x: x**0),
    Case("pow", lambda x: F.pow(x, 1), lambda np, x: x**1),
    Case("pow", lambda x: F.pow(x, -1.5), lambda np, x: x**-1.5, among=POSITIVE),
    Case("pow", lambda x: F.pow(x, 0.5), lambda np, x: x**0.5, among=POSITIVE),
    Case("pow", lambda x: F.pow(2, x), lambda np, x: 2**x),
    unary("exp"),
    unary("log", among=POSITIVE),
    unary("sqrt", among=POSITIVE),
    unary("square"),
    unary("sin"),
    unary("cos"),
    unary("tan", among=(-1.2, 1.1)),
    unary("tanh"),
    unary("abs"),
    unary("sign", slope=False),
    binary("maximum", "maximum"),
    binary("minimum", "minimum"),
    Case(
        "where",
        lambda a, b: F.where(a > 0, a, b),
        # HIPS autograd does not undo the broadcast of a condition.
        lambda np, a, b: np.where(a > 0, a + 0 * b, b + 0 * a),
        PAIR,
    ),
    Case(
        "clip",
        lambda x: F.clip(x, -0.77, 0.81),
        lambda np, x: np.clip(x, -0.77, 0.81),
        smooth=bounds,
    ),
    Case("clip", lambda x, low: F.clip(x, low), lambda np, x, low: np.maximum(x, low), PAIR),
    Case(
        "clip",
        lambda x, high: F.clip(x, None, high),
        lambda np, x, high: np.minimum(x, high),
        PAIR,
    ),
    reduced("sum", ANY),
    reduced("sum", EMPTY_TOO, axis=0),
    reduced("sum", EMPTY_TOO, axis=(0, -1), keepdims=True),
    reduced("mean", FILLED),
    reduced("mean", WITH_AXIS, axis=-1),
    reduced("mean", TWO_AXES, axis=(-2, -1), keepdims=True),
    *[
        reduced(name, shapes, **how)
        for name in ("max", "min")
        for shapes, how in (
            (FILLED, {}),
            (WITH_AXIS, {"axis": -1}),
            (TWO_AXES, {"axis": (0, 1)}),
            (TWO_AXES, {"axis": (-1, 0), "keepdims": True}),
        )
    ],
    Case("reshape", lambda x: F.reshape(x, (-1, 1)), lambda np, x: np.reshape(x, (-1, 1)), FILLED),
    Case("reshape", lambda x: F.reshape(x, -1), lambda np, x: np.reshape(x, -1)),
    Case("expand_dims", lambda x: F.expand_dims(x, -1), lambda np, x: np.expand_dims(x, -1)),
    Case("expand_dims", lambda x: F.expand_dims(x, 0), lambda np, x: np.expand_dims(x, 0)),
    Case("squeeze", F.squeeze, lambda np, x: np.squeeze(x)),
    Case(
        "squeeze",
        lambda x: F.squeeze(x[:, None], 1),
        lambda np, x: np.squeeze(x[:, None], 1),
        TWO_AXES,
    ),
    Case("transpose", F.transpose, lambda np, x: np.transpose(x)),
    Case(
        "transpose",
        lambda x: F.transpose(x, (-1, 0, 1)),
        lambda np, x: np.transpose(x, (2, 0, 1)),
        THREE_AXES,
    ),
    Case(
        "swapaxes", lambda x: F.swapaxes(x, 0, -1), lambda np, x: np.swapaxes(x, 0, -1), WITH_AXIS
    ),
    Case(
        "broadcast_to",
        lambda x: F.broadcast_to(x, (2, *x.shape)),
        lambda np, x: np.broadcast_to(np.expand_dims(x, 0), (2, *x.shape)),
    ),
    Case(
        "sum_to",
        lambda x: F.sum_to(x, (1, x.shape[-1])),
        lambda np, x: np.reshape(np.sum(x, tuple(range(len(x.shape) - 1))), (1, x.shape[-1])),
        TWO_AXES,
    ),
    Case("sum_to", lambda x: F.sum_to(x, ()), lambda np, x: np.sum(x)),
    Case("astype", lambda x: F.astype(x, np.float64), lambda np, x: x + np.zeros(x.shape)),
    Case("get_item", lambda x: F.get_item(x, (..., None)), lambda np, x: x[..., None]),
    Case("get_item", lambda x: F.get_item(x, [0, -1, 0]), lambda np, x: x[[0, -1, 0]], WITH_AXIS),
    Case("matmul", F.matmul, lambda np, a, b: np.matmul(a, b), MATRICES),
]
