"""Graphs and arrays go away with the last reference, without the help of the garbage collector."""

from __future__ import annotations

import weakref

import numpy as np
import pytest
from collector import alive, few_objects, no_collector  # noqa: F401 (fixtures)

import tinygrad_ko.functions as F
from tinygrad_ko import Function, Parameter, Variable, check_gradients, debug_mode, no_grad

pytestmark = pytest.mark.usefixtures("no_collector")


def test_the_count_sees_variables_and_functions():
    before = alive()
    x = Variable(1.0)
    y = x * x
    assert alive() == before + 3
    del y
    assert alive() == before + 1


@pytest.mark.parametrize("retain_grad", [False, True])
def test_a_hundred_steps_of_fitting_leave_nothing_behind(retain_grad):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(20, 3))
    t = x @ [1.0, -2.0, 0.5]
    W, b = Parameter(np.zeros(3)), Parameter(0.0)
    counts = []
    for _ in range(100):
        y = F.tanh(x @ W + b)
        loss = F.mean((y - np.tanh(t)) ** 2)
        W.cleargrad()
        b.cleargrad()
        loss.backward(retain_grad=retain_grad)
        W.data -= 0.5 * W.grad.data
        b.data -= 0.5 * b.grad.data
        del y, loss
        counts.append(alive())
    assert set(counts) == {counts[0]}
    assert W.data == pytest.approx([1.0, -2.0, 0.5], abs=0.25)
    W.cleargrad()
    b.cleargrad()
    del W, b
    assert alive() == counts[0] - 4


def test_a_forward_pass_that_is_dropped_leaves_nothing_behind():
    before = alive()
    x = Variable(np.ones((3, 4)))
    y = F.max(F.where(x > 0, x[::-1], 0).reshape(4, 3) @ np.ones((3, 2)), axis=0)
    del x, y
    assert alive() == before


def test_an_array_that_no_rule_needs_is_freed_when_its_variable_is():
    x = Variable(np.ones(3))
    h = x * 2.0
    y = h + 1.0
    array = weakref.ref(h.data)
    del h
    assert array() is None
    y.backward()
    assert x.grad.data.tolist() == [2.0, 2.0, 2.0]


@pytest.mark.parametrize(
    ("f", "kept"),
    [
        (lambda h: h + 1, False),
        (lambda h: 1 - h, False),
        (lambda h: -h, False),
        (lambda h: h * 2, False),
        (lambda h: h / 2, False),
        (lambda h: F.sum(h), False),
        (lambda h: F.mean(h, axis=0), False),
        (lambda h: F.exp(h), False),
        (lambda h: F.sqrt(h), False),
        (lambda h: F.tanh(h), False),
        (lambda h: h @ np.ones((3, 2)), False),
        (lambda h: h[[0, 0]], False),
        (lambda h: F.where([True, False, True], h, 0), False),
        (lambda h: h % 2, False),
        (lambda h: h // 2, False),
        (lambda h: F.sign(h), False),
        (lambda h: h.astype(np.float32), False),
        (lambda h: h * h, True),
        (lambda h: 2 / h, True),
        (lambda h: h**2, True),
        (lambda h: F.sin(h), True),
        (lambda h: F.log(h), True),
        (lambda h: F.maximum(h, 0), True),
    ],
)
def test_a_function_keeps_its_input_only_where_its_rule_needs_it(f, kept):
    x = Variable(np.ones((3, 3)))
    h = x + 1
    y = f(h)
    array = weakref.ref(h.data)
    del h
    assert (array() is not None) == kept
    y.backward()
    assert x.grad.shape == (3, 3)


def test_the_output_that_a_rule_needs_is_kept_without_its_variable():
    x = Variable([1.0])
    y = F.exp(x)
    z = y + 1
    variable, array = weakref.ref(y), weakref.ref(y.data)
    del y
    assert variable() is None
    assert array() is not None
    z.backward()
    assert x.grad.item() == pytest.approx(np.e)


def test_no_grad_results_keep_nothing():
    x = Variable(np.ones(3))
    with no_grad():
        h = x * x
        y = F.sin(h)
    array = weakref.ref(h.data)
    del h
    assert array() is None
    assert y.creator is None


def test_gradients_are_not_kept_by_the_graph():
    x = Variable(np.ones(3))
    y = F.sin(x)
    y.backward()
    array = weakref.ref(x.grad.data)
    x.cleargrad()
    assert array() is None


def test_a_gradient_with_a_graph_is_a_cycle_until_it_is_cleared():
    before = alive()
    x = Variable(2.0)
    y = F.sin(x) ** 3
    y.backward(create_graph=True)
    x.grad.backward()  # x holds its gradient, whose graph holds x
    x.cleargrad()
    del y
    assert alive() == before + 1
    del x
    assert alive() == before


def test_unchain_backward_frees_arrays_while_the_result_lives():
    x = Variable(np.ones(3))
    h = x * x
    y = h * h
    other = F.sin(h)  # holds the Function that made h
    array = weakref.ref(x.data)
    x.data = np.zeros(3)
    del h
    assert array() is not None
    y.unchain_backward()
    assert array() is None
    assert other.creator is not None


class Broken(Function):
    def forward(self, x):
        return x * 1

    def backward(self, gy):
        raise ValueError("broken on purpose")


class WrongShape(Broken):
    keeps = ""

    def backward(self, gy):
        return np.ones(7)


def wrong_shapes():
    (Variable(np.ones(3)) * 2) + np.ones(4)


def wrong_matrices():
    (Variable(np.ones((2, 3))) * 2) @ np.ones((2, 3))


def broken_rule():
    (Broken()(Variable(np.ones(3)) * 2) + 1).backward()


def broken_rule_recorded():
    (Broken()(Variable(np.ones(3)) * 2) + 1).backward(create_graph=True)


def wrong_gradient():
    (WrongShape()(Variable(np.ones(3)) * 2) + 1).backward()


def wrong_seed():
    (Variable(np.ones(3)) * 2).backward(gradient=np.ones(4))


def unknown_numpy_function():
    np.fft.fft(Variable(np.ones(3)) * 2)


def first_nan():
    with debug_mode(), np.errstate(all="ignore"):
        F.log(Variable(np.zeros(3)) * 2)


def changed_in_place():
    with debug_mode():
        x = Variable(np.ones(3))
        y = x * x
        x.data[0] = 5.0
        y.backward()


def mismatch():
    check_gradients(lambda x: Variable(x.data) * x, np.ones(3))


@pytest.mark.parametrize(
    "failing",
    [
        wrong_shapes,
        wrong_matrices,
        broken_rule,
        broken_rule_recorded,
        wrong_gradient,
        wrong_seed,
        unknown_numpy_function,
        first_nan,
        changed_in_place,
        mismatch,
    ],
    ids=lambda f: f.__name__,
)
def test_an_exception_in_the_middle_leaves_nothing_behind(failing):
    def failed():
        try:
            failing()
        except Exception:
            return True
        return False

    before = alive()
    assert failed()
    assert alive() == before


def test_checking_gradients_leaves_nothing_behind():
    before = alive()
    check_gradients(lambda x, y: F.sin(x) * y, np.ones(2), np.ones(2), order=3)
    assert alive() == before
