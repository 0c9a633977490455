"""The same work without an engine: forward and backward written out in NumPy.

This is the floor under every engine that computes with NumPy. It is what a careful person would
write, with no array kept longer than needed, and with no reuse of memory beyond that.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

__all__ = [
    "attention",
    "between_variables",
    "elementwise_chain",
    "perceptron",
    "recurrent",
    "rosenbrock",
    "with_constants",
]

Step = Callable[[], list[Any]]


def with_constants(x: Any, repeats: int) -> Step:
    """Apply x -> sin(x * 0.9 + 0.1) - 0.3 again and again."""

    def step() -> list[Any]:
        y, kept = x, []
        for _ in range(repeats):
            inner = y * 0.9 + 0.1
            kept.append(inner)
            y = np.sin(inner) - 0.3
        g = np.ones_like(y)
        for inner in reversed(kept):
            g = g * np.cos(inner) * 0.9
        return [g]

    return step


def between_variables(x: Any, w: Any, b: Any, repeats: int) -> Step:
    """Apply x -> tanh(x * w + b) * w again and again."""

    def step() -> list[Any]:
        y, kept = x, []
        for _ in range(repeats):
            t = np.tanh(y * w + b)
            kept.append((y, t))
            y = t * w
        g = np.ones_like(y)
        gw = gb = 0.0
        for before, t in reversed(kept):
            inner = g * w * (1 - t * t)
            gw = gw + g * t + inner * before
            gb = gb + inner
            g = inner * w
        return [g, gw, gb]

    return step


def perceptron(x: Any, t: Any, parameters: list[Any], rate: float, activation: str) -> Step:
    """Train three layers by one step."""

    def bend(a: Any) -> Any:
        return np.tanh(a) if activation == "tanh" else np.maximum(a, 0.0)

    def unbend(g: Any, h: Any) -> Any:
        return g * (1 - h * h) if activation == "tanh" else g * (h > 0)

    def step() -> list[Any]:
        W1, b1, W2, b2, W3, b3 = parameters
        h1 = bend(x @ W1 + b1)
        h2 = bend(h1 @ W2 + b2)
        g = (h2 @ W3 + b3 - t) * (2.0 / len(x))
        gW3, gb3 = h2.T @ g, g.sum(axis=0)
        g = unbend(g @ W3.T, h2)
        del h2
        gW2, gb2 = h1.T @ g, g.sum(axis=0)
        g = unbend(g @ W2.T, h1)
        del h1
        gradients = [x.T @ g, g.sum(axis=0), gW2, gb2, gW3, gb3]
        for parameter, gradient in zip(parameters, gradients, strict=True):
            parameter -= rate * gradient
        return parameters

    return step


def recurrent(xs: list[Any], parameters: list[Any]) -> Step:
    """Go through all times, and back through all of them."""
    Wx, Wh, b = parameters

    def step() -> list[Any]:
        h = np.zeros((len(xs[0]), len(Wh)), Wh.dtype)
        states = [h]
        for x in xs:
            h = np.tanh(x @ Wx + h @ Wh + b)
            states.append(h)
        gWx, gWh, gb = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
        gh = 2.0 * h
        for time in reversed(range(len(xs))):
            h = states[time + 1]
            g = gh * (1 - h * h)
            gWx += xs[time].T @ g
            gWh += states[time].T @ g
            gb += g.sum(axis=0)
            gh = g @ Wh.T
        return [gWx, gWh, gb]

    return step


def attention(x: Any, target: Any, parameters: list[Any], heads: int) -> Step:
    """Go through one block of self-attention, and back."""
    count, length, width = x.shape
    depth = width // heads
    scale = depth**-0.5

    def split(a: Any) -> Any:
        return a.reshape(count, length, heads, depth).swapaxes(1, 2)

    def join(a: Any) -> Any:
        return a.swapaxes(1, 2).reshape(count * length, width)

    def step() -> list[Any]:
        Wq, Wk, Wv, Wo = parameters
        rows = x.reshape(-1, width)
        q, k, v = split(rows @ Wq), split(rows @ Wk), split(rows @ Wv)
        a = q @ k.swapaxes(2, 3) * scale
        a = np.exp(a - a.max(axis=-1, keepdims=True))
        a = a / a.sum(axis=-1, keepdims=True)
        mixed = join(a @ v)
        g = 2.0 * (mixed @ Wo - target.reshape(-1, width))
        gWo = mixed.T @ g
        g = split(g @ Wo.T)
        gv = a.swapaxes(2, 3) @ g
        # The derivative of softmax, in its short form.
        ga = g @ v.swapaxes(2, 3)
        ga = (ga - (ga * a).sum(axis=-1, keepdims=True)) * a * scale
        gq, gk = ga @ k, ga.swapaxes(2, 3) @ q
        return [*(rows.T @ join(g) for g in (gq, gk, gv)), gWo]

    return step


def rosenbrock(x: Any, vector: Any) -> Step:
    """Multiply by the Hessian, which has three diagonals."""

    def step() -> list[Any]:
        a, b, va, vb = x[:-1], x[1:], vector[:-1], vector[1:]
        product = np.zeros_like(x)
        product[:-1] += (1200.0 * a * a - 400.0 * b + 2.0) * va - 400.0 * a * vb
        product[1:] += 200.0 * vb - 400.0 * a * va
        return [product]

    return step


def elementwise_chain(x: Any, rounds: int) -> Step:
    """Apply x -> tanh(sin(x * 0.9 + 0.1) - 0.2) again and again."""

    def step() -> list[Any]:
        y, kept = x, []
        for _ in range(rounds):
            inner = y * 0.9 + 0.1
            y = np.tanh(np.sin(inner) - 0.2)
            kept.append((inner, y))
        g = np.ones_like(y)
        del inner
        while kept:
            inner, y = kept.pop()
            g = g * (1 - y * y)
            del y
            g = g * np.cos(inner) * 0.9
            del inner
        return [g]

    return step
