"""What is timed: each workload as one formula for all engines, some also by hand in NumPy.

A workload builds a step, which is what the clock sees; its results are compared before any
time counts. Formulas use only operators and the few functions that every engine has. Each
workload belongs to an aim: the most that the engine's time or memory may be, as a ratio.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import by_hand
import numpy as np
from engines import NUMPY, REFERENCE, Engine

__all__ = ["MEMORY", "WORKLOADS", "Aim", "Step", "Workload"]

Step = Callable[[], list[Any]]

FIRST_ORDER_ONLY = {"MyGrad": "no derivatives of derivatives"}


@dataclass(frozen=True)
class Aim:
    """What a group of workloads is for, and where the engine wants to be beside which others."""

    name: str
    at_most: dict[str, float]


SMALL_ARRAYS = Aim("small arrays", {REFERENCE: 0.65})
LARGER_ARRAYS = Aim("larger arrays", {})  # what the machine does with the numbers decides
PERCEPTRON = Aim("perceptron", {REFERENCE: 1.05, NUMPY: 1.10})
RECURRENT = Aim("recurrent network", {REFERENCE: 0.95})
ATTENTION = Aim("attention", {REFERENCE: 1.1, NUMPY: 1.10})
HIGHER_ORDER = Aim("higher order", {REFERENCE: 1.0})
GRAPHS = Aim("deep and wide graphs", {REFERENCE: 0.9})
PERCEPTRON_MEMORY = Aim("memory of the perceptron", {NUMPY: 1.35})
CHAIN_MEMORY = Aim("memory of a chain", {NUMPY: 1.1})


@dataclass(frozen=True)
class Workload:
    """A piece of work that every engine does in the same way."""

    key: str
    english: str
    korean: str
    aim: Aim
    build: Callable[[Engine], Step]
    by_hand: Callable[[], Step] | None = None
    rtol: float = 1e-9
    # The engines that cannot do it, and why.
    without: dict[str, str] | None = None
    # Rounds at most, where a round takes long.
    rounds: int | None = None


def numbers(*shape: int, seed: int = 0, dtype: Any = np.float64, size: float = 1.0) -> Any:
    """Return the same random numbers to everyone who asks for this shape and seed."""
    return (size * np.random.default_rng(seed).standard_normal(shape)).astype(dtype)


# --- Operations on small arrays ----------------------------------------------------------------

REPEATS = 4  # so that what a backward pass costs by itself is shared by a few operations


def key_of(shape: tuple[int, ...]) -> str:
    """Return (64, 64) as 64x64, and () as scalar."""
    return "x".join(map(str, shape)) or "scalar"


def aim_of(shape: tuple[int, ...]) -> Aim:
    """Return the aim for operations on arrays of this shape."""
    return SMALL_ARRAYS if np.prod(shape, dtype=int) <= 8 else LARGER_ARRAYS


def with_constants(shape: tuple[int, ...]) -> Workload:
    """Sixteen operations whose other operand is a number or a function's only one."""

    def build(engine: Engine) -> Step:
        leaves = [engine.leaf(numbers(*shape))]

        def formula(x: Any) -> Any:
            for _ in range(REPEATS):
                x = engine.sin(x * 0.9 + 0.1) - 0.3
            return x

        return lambda: engine.gradients(formula, leaves)

    return Workload(
        f"constants-{key_of(shape)}",
        f"operations with constants, {shape}",
        f"상수와 하는 연산, 형상 {shape}",
        aim_of(shape),
        build,
        lambda: by_hand.with_constants(numbers(*shape), REPEATS),
    )


def between_variables(shape: tuple[int, ...]) -> Workload:
    """Sixteen operations of Variables with each other."""

    def build(engine: Engine) -> Step:
        leaves = [engine.leaf(numbers(*shape, seed=seed)) for seed in range(3)]

        def formula(x: Any, w: Any, b: Any) -> Any:
            for _ in range(REPEATS):
                x = engine.tanh(x * w + b) * w
            return x

        return lambda: engine.gradients(formula, leaves)

    def hand() -> Step:
        return by_hand.between_variables(*(numbers(*shape, seed=s) for s in range(3)), REPEATS)

    return Workload(
        f"variables-{key_of(shape)}",
        f"operations between Variables, {shape}",
        f"변수끼리 하는 연산, 형상 {shape}",
        aim_of(shape),
        build,
        hand,
    )


# --- Networks ----------------------------------------------------------------------------------

SIZES = (784, 256, 128, 10)
RATE = 0.01


def perceptron_arrays(batch: int) -> tuple[Any, Any, list[Any]]:
    """Return a batch, its targets, and weights and biases in turn, all of them float32."""
    x = numbers(batch, SIZES[0], dtype=np.float32)
    t = numbers(batch, SIZES[-1], seed=1, dtype=np.float32)
    parameters = []
    for n, m in pairwise(SIZES):
        parameters += [numbers(n, m, seed=n, dtype=np.float32, size=n**-0.5)]
        parameters += [np.zeros(m, np.float32)]
    return x, t, parameters


def perceptron(batch: int, activation: str, aim: Aim) -> Workload:
    """Train one step on as many numbers as MNIST has: forward, backward, update."""

    def build(engine: Engine) -> Step:
        x, t, arrays = perceptron_arrays(batch)
        x, t = engine.constant(x), engine.constant(t)
        leaves = [engine.leaf(array) for array in arrays]
        bend = engine.tanh if activation == "tanh" else engine.relu

        def loss(W1: Any, b1: Any, W2: Any, b2: Any, W3: Any, b3: Any) -> Any:
            h = bend(engine.matmul(x, W1) + b1)
            h = bend(engine.matmul(h, W2) + b2)
            error = engine.matmul(h, W3) + b3 - t
            return engine.sum(error * error) * (1.0 / batch)

        def step() -> list[Any]:
            gradients = engine.gradients(loss, leaves)
            for leaf, gradient in zip(leaves, gradients, strict=True):
                engine.update(leaf, gradient, RATE)
            return leaves

        return step

    def hand() -> Step:
        return by_hand.perceptron(*perceptron_arrays(batch), RATE, activation)

    return Workload(
        f"perceptron-{activation}-{batch}",
        f"perceptron step, {activation}, batch {batch:,}",
        f"퍼셉트론 학습 한 단계, {activation}, 배치 {batch:,}",
        aim,
        build,
        hand,
        rtol=1e-4,
    )


TIMES, BATCH, INPUTS, HIDDEN = 50, 32, 16, 64


def recurrent_arrays() -> tuple[list[Any], list[Any]]:
    """Return the inputs of all times, and the parameters."""
    xs = [numbers(BATCH, INPUTS, seed=time, dtype=np.float32) for time in range(TIMES)]
    Wx = numbers(INPUTS, HIDDEN, seed=101, dtype=np.float32, size=INPUTS**-0.5)
    Wh = numbers(HIDDEN, HIDDEN, seed=102, dtype=np.float32, size=HIDDEN**-0.5)
    return xs, [Wx, Wh, np.zeros(HIDDEN, np.float32)]


def recurrent() -> Workload:
    """Fifty steps of a recurrent layer, and the gradients of its parameters."""

    def build(engine: Engine) -> Step:
        xs, arrays = recurrent_arrays()
        xs = [engine.constant(x) for x in xs]
        start = engine.constant(np.zeros((BATCH, HIDDEN), np.float32))
        leaves = [engine.leaf(array) for array in arrays]

        def loss(Wx: Any, Wh: Any, b: Any) -> Any:
            h = start
            for x in xs:
                h = engine.tanh(engine.matmul(x, Wx) + engine.matmul(h, Wh) + b)
            return engine.sum(h * h)

        return lambda: engine.gradients(loss, leaves)

    def hand() -> Step:
        return by_hand.recurrent(*recurrent_arrays())

    return Workload(
        f"recurrent-{TIMES}",
        f"recurrent network, {TIMES} steps",
        f"순환 신경망, {TIMES}단계",
        RECURRENT,
        build,
        hand,
        rtol=1e-3,
    )


HEADS = 4


def attention_arrays() -> tuple[Any, Any, list[Any]]:
    """Return 8 sequences of 64 vectors, what should come out, and four matrices, all float32."""
    x, target = (numbers(8, 64, 128, seed=seed, dtype=np.float32) for seed in range(2))
    size = x.shape[-1] ** -0.5
    matrices = [
        numbers(x.shape[-1], x.shape[-1], seed=seed, dtype=np.float32, size=size)
        for seed in range(2, 6)
    ]
    return x, target, matrices


def attention() -> Workload:
    """Go through self-attention with heads of shape (8, 4, 64, 32), and find the gradients.

    The maxima are constants: softmax does not change with them, so their gradient is zero.
    """

    def build(engine: Engine) -> Step:
        x, target, arrays = attention_arrays()
        count, length, width = x.shape
        depth = width // HEADS
        x, target = engine.constant(x), engine.constant(target)
        leaves = [engine.leaf(array) for array in arrays]

        def split(a: Any) -> Any:
            return engine.swapaxes(a.reshape(count, length, HEADS, depth), 1, 2)

        def loss(Wq: Any, Wk: Any, Wv: Any, Wo: Any) -> Any:
            q, k, v = (split(engine.matmul(x, W)) for W in (Wq, Wk, Wv))
            scores = engine.matmul(q, engine.swapaxes(k, 2, 3)) * depth**-0.5
            e = engine.exp(scores - engine.top(scores))
            mixed = engine.matmul(e / engine.sum(e, -1, keepdims=True), v)
            joined = engine.swapaxes(mixed, 1, 2).reshape(count, length, width)
            error = engine.matmul(joined, Wo) - target
            return engine.sum(error * error)

        return lambda: engine.gradients(loss, leaves)

    return Workload(
        "attention",
        f"attention block, {HEADS} heads",
        f"어텐션 블록, 헤드 {HEADS}개",
        ATTENTION,
        build,
        lambda: by_hand.attention(*attention_arrays(), HEADS),
        rtol=1e-3,
        without={"DeZero": "no matrix product of stacks that could be differentiated"},
    )


# --- Derivatives of derivatives ----------------------------------------------------------------


def sixth_derivative() -> Workload:
    """Find the sixth derivative of tanh at 200 places, by six backward passes."""
    places = np.linspace(-3, 3, 200)

    def build(engine: Engine) -> Step:
        x = engine.leaf(places)
        return lambda: [engine.derivative(engine.tanh, x, 6)]

    return Workload(
        "tanh-6",
        "sixth derivative of tanh",
        "tanh의 6차 미분",
        HIGHER_ORDER,
        build,
        rtol=1e-8,
        without=FIRST_ORDER_ONLY,
    )


def rosenbrock(n: int) -> Workload:
    """Multiply a vector by the Hessian of Rosenbrock's function, by a second backward pass."""

    def build(engine: Engine) -> Step:
        x, vector = engine.leaf(numbers(n)), engine.constant(numbers(n, seed=1))

        def formula(x: Any) -> Any:
            a, b = x[:-1], x[1:]
            return engine.sum(100.0 * (b - a**2) ** 2 + (a - 1.0) ** 2)

        return lambda: [engine.hessian_vector(formula, x, vector)]

    def hand() -> Step:
        return by_hand.rosenbrock(numbers(n), numbers(n, seed=1))

    return Workload(
        f"rosenbrock-{n}",
        f"Hessian-vector product, {n:,} variables",
        f"헤세 행렬과 벡터의 곱, 변수 {n:,}개",
        HIGHER_ORDER,
        build,
        hand,
        without=FIRST_ORDER_ONLY,
    )


# --- Deep and wide graphs ----------------------------------------------------------------------


def chain(n: int, without: dict[str, str] | None = None, rounds: int | None = None) -> Workload:
    """Additions, each to the result of the one before."""

    def build(engine: Engine) -> Step:
        leaves = [engine.leaf(np.array(1.0))]

        def formula(x: Any) -> Any:
            y = x
            for _ in range(n):
                y = y + x
            return y

        return lambda: engine.gradients(formula, leaves)

    return Workload(
        f"chain-{n}",
        f"chain of {n:,} operations",
        f"연산 {n:,}개가 이어진 사슬",
        GRAPHS,
        build,
        without=without,
        rounds=rounds,
    )


def branches(n: int) -> Workload:
    """Branches of one leaf, all of which wait together, added in pairs."""

    def build(engine: Engine) -> Step:
        leaves = [engine.leaf(np.array(1.0))]

        def formula(x: Any) -> Any:
            level = [x * 2.0 for _ in range(n)]
            while len(level) > 1:
                pairs = [a + b for a, b in zip(level[::2], level[1::2], strict=False)]
                level = pairs + level[len(pairs) * 2 :]
            return level[0]

        return lambda: engine.gradients(formula, leaves)

    return Workload(f"branches-{n}", f"{n:,} branches", f"갈래 {n:,}개", GRAPHS, build)


# --- Memory ------------------------------------------------------------------------------------


def elementwise_chain(n: int, rounds: int) -> Workload:
    """Five operations a round, of which two need their input or output for backward."""

    def build(engine: Engine) -> Step:
        leaves = [engine.leaf(numbers(n))]

        def formula(x: Any) -> Any:
            for _ in range(rounds):
                x = engine.tanh(engine.sin(x * 0.9 + 0.1) - 0.2)
            return x

        return lambda: engine.gradients(formula, leaves)

    return Workload(
        f"elementwise-{5 * rounds}",
        f"chain of {5 * rounds} operations on {n:,} numbers",
        f"수 {n:,}개에 잇달아 하는 연산 {5 * rounds}번",
        CHAIN_MEMORY,
        build,
        lambda: by_hand.elementwise_chain(numbers(n), rounds),
    )


# The chains before say how they grow.
TOO_SLOW = dict.fromkeys(("autograd", "MyGrad"), "half a minute a round, or a whole one")
SHAPES = ((), (8,), (64, 64))
WORKLOADS = [
    *[with_constants(shape) for shape in SHAPES],
    *[between_variables(shape) for shape in SHAPES],
    perceptron(128, "tanh", PERCEPTRON),
    perceptron(128, "relu", PERCEPTRON),
    recurrent(),
    attention(),
    sixth_derivative(),
    rosenbrock(1000),
    *[chain(n) for n in (1_000, 10_000, 100_000)],
    chain(1_000_000, TOO_SLOW, rounds=3),
    branches(10_000),
]
MEMORY = [perceptron(4096, "tanh", PERCEPTRON_MEMORY), elementwise_chain(1_000_000, 10)]
