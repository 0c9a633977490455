"""With the garbage collector off, work that is done leaves nothing behind: no object, no array.

Every object that the collector knows is counted, of whatever type, and every byte of every array.
"""

from __future__ import annotations

import gc
import tracemalloc

import numpy as np
import pytest
from collector import few_objects, no_collector  # noqa: F401 (fixtures)

import tinygrad_ko.functions as F
from tinygrad_ko import (
    Function,
    Parameter,
    Variable,
    check_gradients,
    debug_mode,
    grad,
    hessian,
    hvp,
    jacobian,
    jvp,
    no_grad,
    value_and_grad,
    vjp,
)
from tinygrad_ko.config import modes
from tinygrad_ko.graph import Graph

SIZE = 20_000
ONE_ARRAY = 8 * SIZE  # bytes


pytestmark = pytest.mark.usefixtures("no_collector")


def left_behind(work, times=10):
    """How many objects, and how many bytes, there are more after doing `work` so many times."""
    for _ in range(3):  # what is kept for the next time is made now
        work()
    tracemalloc.start()
    try:
        work()
        objects, bytes_before = len(gc.get_objects()), tracemalloc.get_traced_memory()[0]
        for _ in range(times):
            work()
        bytes_after = tracemalloc.get_traced_memory()[0]
        return len(gc.get_objects()) - objects, bytes_after - bytes_before
    finally:
        tracemalloc.stop()


def assert_nothing_is_left(work):
    objects, size = left_behind(work)
    assert objects == 0
    assert size < ONE_ARRAY  # Python's stores of small objects grow by less, and not for ever


def test_the_count_notices_a_cycle_and_an_array():
    kept = []

    def cycle():
        x = Variable(np.ones(SIZE))
        (x * x).backward(create_graph=True)  # x holds its gradient, and the gradient's graph x

    objects, size = left_behind(cycle)
    assert objects >= 20
    assert size > 10 * ONE_ARRAY
    _, size = left_behind(lambda: kept.append(np.ones(SIZE)))
    assert size >= 10 * ONE_ARRAY


# --- Training ---


def network(rng):
    return {
        "W0": Parameter(rng.normal(size=(6, 40)).astype(np.float32)),
        "b0": Parameter(np.zeros(40, np.float32)),
        "W1": Parameter(rng.normal(size=(40, 3)).astype(np.float32)),
        "b1": Parameter(np.zeros(3, np.float32)),
    }


def loss_of(p, x, t):
    h = F.dropout(F.relu(F.linear(x, p["W0"], p["b0"])), 0.1, rng=np.random.default_rng(0))
    h = (h - F.mean(h, axis=0)) / F.sqrt(F.var(h, axis=0) + 1e-3)
    return F.softmax_cross_entropy(F.linear(F.gelu(h), p["W1"], p["b1"]), t)


@pytest.mark.parametrize("how", [{}, {"retain_grad": True}])
def test_a_hundred_steps_of_training(how):
    rng = np.random.default_rng(0)
    p = network(rng)
    x, t = rng.normal(size=(60, 6)).astype(np.float32), rng.integers(0, 3, 60)
    losses = []

    def step():
        loss = loss_of(p, x, t)
        loss.backward(**how)
        for parameter in p.values():
            parameter.data -= 0.1 * parameter.grad.data
            parameter.cleargrad()
        losses[:] = [*losses[:1], loss.item()]

    objects, size = left_behind(step, times=100)
    assert objects == 0
    assert size < 100 * 60 * 40 * 4 / 10  # a tenth of a hidden layer for each step
    assert losses[1] < 0.8 * losses[0]


def test_a_hundred_steps_of_training_by_value_and_grad():
    rng = np.random.default_rng(0)
    p = {name: parameter.data for name, parameter in network(rng).items()}
    x, t = rng.normal(size=(60, 6)).astype(np.float32), rng.integers(0, 3, 60)
    step = value_and_grad(loss_of)

    def descend():
        _, slopes = step(p, x, t)
        for name in p:
            p[name] -= 0.1 * slopes[name]

    objects, size = left_behind(descend, times=100)
    assert objects == 0
    assert size < 100 * 60 * 40 * 4 / 10


def test_recurrent_training_that_forgets_its_past():
    state = [Variable(np.zeros(SIZE))]
    w = Parameter(0.5)

    def step():
        h = F.tanh(state[0] * w + 0.1)
        F.sum(h).backward()
        h.unchain_backward()
        w.cleargrad()
        state[0] = h

    assert_nothing_is_left(step)


# --- Derivatives of higher orders ---

X = np.linspace(-1.0, 1.0, SIZE)
FEW = np.array([0.5, -0.3, 1.2])


def f(x):
    return F.sum(F.sin(x) * x**2 + F.logsumexp(x) * F.tanh(x))


@pytest.mark.parametrize(
    "work",
    [
        lambda: grad(f)(X),
        lambda: grad(lambda x: F.sum(grad(f)(x) ** 2))(X),
        lambda: grad(grad(grad(F.tanh)))(0.5),
        lambda: hvp(f, (X,), (X,)),
        lambda: hvp(lambda x: F.sum(hvp(f, (x,), (X,))[0] ** 2), (X,), (X,)),
        lambda: jvp(f, (X,), (X,)),
        lambda: jvp(lambda x: jvp(f, (x,), (X,))[1], (X,), (X,)),
        lambda: vjp(lambda x: F.exp(x), X)[1](X),
        lambda: vjp(lambda x: F.exp(x), X),  # and its function is never called
        lambda: jacobian(lambda x: F.softmax(x, axis=0))(FEW),
        lambda: hessian(f)(FEW),
        lambda: jacobian(hessian(f))(FEW),
        lambda: grad(lambda p: f(p["a"]) * F.sum(p["b"][0]))({"a": X, "b": [X]}),
        lambda: grad(f)(Variable(X)),
        lambda: hessian(f)(Variable(FEW)).backward(),
        lambda: check_gradients(f, FEW, order=3),
    ],
)
def test_derivatives_of_every_order_through_the_transforms(work):
    assert_nothing_is_left(work)


def test_gradients_with_a_graph_that_are_cleared():
    def work():
        x = Variable(X)
        F.sum(F.sin(x) ** 3).backward(create_graph=True)
        gx = x.grad
        x.cleargrad()
        F.sum(gx**2).backward(create_graph=True)
        x.cleargrad()

    assert_nothing_is_left(work)


def test_looking_at_a_graph():
    def work():
        x = Variable(X, name="x")
        graph = Graph(f(x))
        assert all([graph.dot(), graph.svg(), str(graph), graph.backward_order()])

    assert_nothing_is_left(work)


# --- Exceptions in the middle ---


class OnPurpose(Exception):
    pass


class Fails(Function):
    """Fails in one direction, the first time or only where the gradient is recorded itself."""

    keeps = "x"

    def __init__(self, where):
        self.where = where

    def forward(self, x):
        if self.where == "forward":
            raise OnPurpose
        return np.sin(x)

    def backward(self, gy):
        if self.where == "backward" or (self.where == "recorded" and isinstance(gy, Variable)):
            raise OnPurpose
        (x,) = self.inputs
        return gy * (np.cos(x) if self.where != "shape" else np.ones(3))


def through(where):
    """A function with something before and after the operation that fails."""
    return lambda x: F.sum(F.exp(Fails(where)(x * 2.0)) * x)


def failing(work, error=OnPurpose):
    """Do `work`, which fails as it should, and see that it left every mode as it was."""

    def fails():
        try:
            work()
        except error:
            assert modes.get() == outside
            return
        raise AssertionError("no error")

    outside = modes.get()

    return fails


def interrupted(x):
    raise KeyboardInterrupt


@pytest.mark.parametrize("create_graph", [False, True])
@pytest.mark.parametrize("where", ["forward", "backward"])
def test_an_exception_in_the_middle_of_forward_and_backward(where, create_graph):
    def work():
        through(where)(Variable(X)).backward(create_graph=create_graph, retain_grad=True)

    assert_nothing_is_left(failing(work))
    with debug_mode():
        assert_nothing_is_left(failing(work))  # what debug mode notes goes away too


def test_an_exception_in_a_backward_that_is_recorded():
    def work():
        x = Variable(X)
        y = through("recorded")(x)
        y.backward()  # works
        y.backward(create_graph=True)

    assert_nothing_is_left(failing(work))


def test_a_gradient_of_the_wrong_shape_in_the_middle():
    work = failing(lambda: through("shape")(Variable(X)).backward(), ValueError)
    assert_nothing_is_left(work)


@pytest.mark.parametrize("where", ["forward", "backward"])
@pytest.mark.parametrize(
    "transform",
    [
        lambda f: grad(f)(X),
        lambda f: value_and_grad(f)(Variable(X)),
        lambda f: grad(lambda x: F.sum(grad(f)(x) ** 2))(X),
        lambda f: hvp(f, (X,), (X,)),
        lambda f: jvp(f, (X,), (X,)),
        lambda f: vjp(f, X)[1](1.0),
        lambda f: jacobian(f)(FEW),
        lambda f: hessian(f)(FEW),
        lambda f: grad(lambda x: f(x) + grad(lambda z: F.sum(z * x))(X)[0])(X),
    ],
)
def test_an_exception_in_the_middle_of_a_transform(transform, where):
    assert_nothing_is_left(failing(lambda: transform(through(where))))


@pytest.mark.parametrize("transform", [grad, hessian, jacobian])
def test_an_exception_in_a_later_derivative_only(transform):
    work = failing(lambda: grad(lambda x: F.sum(transform(through("recorded"))(x)))(FEW))
    assert_nothing_is_left(work)


def test_an_interruption_from_the_keyboard():
    work = failing(lambda: grad(lambda x: interrupted(x * 2.0))(X), KeyboardInterrupt)
    assert_nothing_is_left(work)


@pytest.mark.parametrize(
    "work",
    [
        lambda: grad(F.sin)(X),
        lambda: grad(lambda x: "text")(X),
        lambda: jvp(f, (X,), (FEW,)),
        lambda: vjp(f, X)[1](X),
        lambda: vjp(lambda x: {"a": x * 2.0}, X)[1](X),
        lambda: grad(lambda x: F.sum((x * 2.0) @ np.ones(3)))(X),
        lambda: (Variable(X) * 2.0 + 1.0).backward(gradient=FEW),
        lambda: F.inv(Variable(np.ones((50, 50))) * 1.0),
        lambda: F.slogdet(Variable(np.ones((50, 50))) * 1.0).logabsdet.backward(),
        lambda: Graph(F.sin(Variable(X)), 3.0),
    ],
)
def test_wrong_use_in_the_middle(work):
    assert_nothing_is_left(failing(work, (TypeError, ValueError)))


def test_evaluating_without_recording():
    @no_grad()
    def evaluate():
        return f(Variable(X) * 2.0)

    assert_nothing_is_left(evaluate)
