"""Activation functions, dropout and losses beside their textbook formulas in plain NumPy."""

from __future__ import annotations

import math
from typing import Any

import autograd.numpy
import numpy
from autograd.extend import defvjp, primitive
from function_cases import ANY, FILLED, TWICE, TWICE_WITH_AXIS, TWO_AXES, WITH_AXIS, Case, beside
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes

import tinygrad_ko.functions as F

ROWS_TOO = array_shapes(min_dims=2, max_dims=2, max_side=3).map(lambda s: ((s[0] - 1, s[1]),))


def real(x: Any) -> Any:
    """Integers as float64, floating numbers as they are."""
    return x + 0.0


def alike(a: Any, b: Any) -> tuple[Any, Any]:
    """Integers in the dtype of the other one, if that is floating."""
    if a.dtype.kind != "f":
        a = a.astype(b.dtype) if b.dtype.kind == "f" else real(a)
    return a, b if b.dtype.kind == "f" else b.astype(a.dtype)


def sigmoid(np: Any, x: Any) -> Any:
    return 1 / (1 + np.exp(-real(x)))


@primitive
def erf(x: Any) -> Any:
    return numpy.vectorize(math.erf, otypes=[float])(x).astype(x.dtype)


defvjp(erf, lambda y, x: lambda g: g * 2 / math.sqrt(math.pi) * autograd.numpy.exp(-x * x))


def gelu(np: Any, x: Any) -> Any:
    return 0.5 * real(x) * (1 + erf(real(x) / math.sqrt(2)))


def gelu_tanh(np: Any, x: Any) -> Any:
    x = real(x)
    return 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))


def softmax(np: Any, x: Any, axis: Any) -> Any:
    e = np.exp(real(x))
    return e / np.sum(e, axis=axis, keepdims=True)


def dropped(np: Any, x: Any) -> Any:
    kept = numpy.random.default_rng(0).random(x.shape, dtype=numpy.float32) >= 0.3
    return numpy.where(kept, 1 / 0.7, 0.0).astype(real(x).dtype) * x


def huber(np: Any, a: Any, b: Any) -> Any:
    a, b = alike(a, b)
    d = np.abs(a - b)
    return np.mean(np.where(d < 1.1, 0.5 * d * d, 1.1 * (d - 0.55)))


def labels_for(x: Any) -> Any:
    n = math.prod(x.shape[:-1])
    return numpy.arange(n).reshape(x.shape[:-1]) % x.shape[-1]


def cross_entropy(np: Any, x: Any, t: Any) -> Any:
    return -np.mean(np.sum(t * np.log(softmax(np, x, -1)), axis=-1))


def binary_cross_entropy(np: Any, p: Any, t: Any) -> Any:
    return -np.mean(t * np.log(p) + (1 - t) * np.log(1 - p))


def one_hot(x: Any) -> Any:
    return numpy.eye(x.shape[-1])[labels_for(x)].astype(real(x).dtype)


def averaged(function: str, shapes: st.SearchStrategy[Any], **how: Any) -> Case:
    return Case(
        function,
        lambda x: getattr(F, function)(x, **how),
        lambda np, x: (
            softmax(np, x, **{"axis": 1, **how})
            if function == "softmax"
            else np.log(softmax(np, x, **{"axis": 1, **how}))
        ),
        shapes,
        ulps=16,
    )


CASES = [
    Case("sigmoid", F.sigmoid, sigmoid, ulps=4),
    Case("relu", F.relu, lambda np, x: np.maximum(x, 0), smooth=numpy.abs),
    Case("leaky_relu", F.leaky_relu, lambda np, x: np.where(x > 0, x, 0.2 * x)),
    Case("leaky_relu", lambda x: F.leaky_relu(x, 0), lambda np, x: np.where(x > 0, real(x), 0 * x)),
    Case("elu", F.elu, lambda np, x: np.where(x > 0, x, np.exp(real(x)) - 1), ulps=4),
    Case(
        "elu",
        lambda x: F.elu(x, alpha=0.3),
        lambda np, x: np.where(x > 0, x, 0.3 * (np.exp(real(x)) - 1)),
        ulps=4,
    ),
    Case("gelu", F.gelu, gelu, ulps=4),
    Case("gelu", lambda x: F.gelu(x, approximate=True), gelu_tanh, ulps=8),
    Case("silu", F.silu, lambda np, x: x * sigmoid(np, x), ulps=4),
    Case("softplus", F.softplus, lambda np, x: np.log(1 + np.exp(real(x))), ulps=4),
    Case("dropout", lambda x: F.dropout(x, 0.3, numpy.random.default_rng(0)), dropped, ulps=2),
    Case("dropout", lambda x: F.dropout(x, 0), lambda np, x: real(x), ANY),
    *[
        averaged(function, shapes, **how)
        for function in ("softmax", "log_softmax")
        for shapes, how in (
            (TWO_AXES, {}),
            (ROWS_TOO, {}),
            (WITH_AXIS, {"axis": -1}),
            (TWO_AXES, {"axis": (0, -1)}),
            (FILLED, {"axis": None}),
        )
    ],
    Case(
        "mean_squared_error",
        F.mean_squared_error,
        lambda np, a, b: np.mean((alike(a, b)[0] - alike(a, b)[1]) ** 2),
        TWICE,
    ),
    Case(
        "mean_absolute_error",
        F.mean_absolute_error,
        lambda np, a, b: np.mean(np.abs(alike(a, b)[0] - alike(a, b)[1])),
        TWICE,
    ),
    Case(
        "huber",
        lambda a, b: F.huber(a, b, 1.1),
        huber,
        TWICE,
        smooth=lambda a, b: numpy.abs(numpy.abs(a - b) - 1.1),
        ulps=8,
    ),
    Case(
        "softmax_cross_entropy",
        lambda x: F.softmax_cross_entropy(x, beside(x, labels_for(x))),
        lambda np, x: cross_entropy(np, x, one_hot(x)),
        WITH_AXIS,
        ulps=16,
    ),
    Case(
        # Not normalised, so that their sum is not 1 either.
        "softmax_cross_entropy",
        lambda x, t: F.softmax_cross_entropy(x, sigmoid(numpy, t)),
        lambda np, x, t: cross_entropy(np, x, sigmoid(np, t)),
        TWICE_WITH_AXIS,
        ulps=32,
    ),
    Case(
        "sigmoid_cross_entropy",
        lambda x, t: F.sigmoid_cross_entropy(x, sigmoid(numpy, t)),
        lambda np, x, t: binary_cross_entropy(np, sigmoid(np, x), sigmoid(np, t)),
        TWICE,
        ulps=32,
    ),
    Case(
        "binary_cross_entropy",
        lambda p, t: F.binary_cross_entropy(sigmoid(numpy, p), sigmoid(numpy, t)),
        lambda np, p, t: binary_cross_entropy(np, sigmoid(np, p), sigmoid(np, t)),
        TWICE,
        ulps=32,
    ),
]
