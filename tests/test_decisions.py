"""The ten decisions that the engine is built on, each with witnesses short enough to read.

The other tests go into detail; these show in a few lines what is promised.
"""

from __future__ import annotations

import asyncio
import sys
import threading
import weakref

import numpy as np
import pytest
from collector import alive, few_objects, no_collector  # noqa: F401 (fixtures)

import tinygrad_ko.functions as F
from tinygrad_ko import Function, Variable, debug_mode, grad, hvp, no_grad, using_config, vjp


class Log1pExp(Function):
    """A rule of a user: nothing in it but NumPy."""

    keeps = "x"

    def forward(self, x):
        return np.log1p(np.exp(x))

    def backward(self, gy):
        (x,) = self.inputs
        return gy / (1 + np.exp(-x))


# --- 1 ---


def test_decision_01_a_rule_is_a_formula_in_plain_numpy():
    x = Variable([0.5, -1.0])
    y = Log1pExp()(x)
    np.testing.assert_array_equal(y.data, np.log1p(np.exp(x.data)))
    y.backward()
    np.testing.assert_array_equal(x.grad.data, 1 / (1 + np.exp(-x.data)))


def test_decision_01_first_order_rules_see_arrays_and_higher_order_rules_see_variables():
    seen = []

    class Seen(Log1pExp):
        def backward(self, gy):
            seen.append((type(gy), type(self.inputs[0])))
            return super().backward(gy)

    for create_graph in (False, True):
        x = Variable([0.5, -1.0])
        F.exp(Seen()(x)).backward(create_graph=create_graph)
        x.cleargrad()
    assert seen == [(np.ndarray, np.ndarray), (Variable, Variable)]


def test_decision_01_the_same_lines_differentiate_again():
    s = 1 / (1 + np.exp(-0.5))
    second = grad(grad(Log1pExp()))
    assert second(0.5) == pytest.approx(s * (1 - s))
    assert grad(second)(0.5) == pytest.approx(s * (1 - s) * (1 - 2 * s))


def test_decision_01_numpys_functions_and_operators_take_variables_in_either_order():
    a, x = np.array([[1.0, 2.0], [3.0, 4.0]]), Variable([0.5, 2.0])
    for y in (np.sin(x), np.sum(x * a), a * x, a @ x, np.concatenate([a[0], x]), a - x, 2 / x):
        assert isinstance(y, Variable)
        assert y.creator is not None
    (a @ x).backward()
    assert x.grad.data.tolist() == [4.0, 6.0]


# --- 2 ---


@pytest.mark.usefixtures("no_collector")
def test_decision_02_the_graph_keeps_only_what_backward_needs():
    x = Variable(np.ones(1000))
    sums = x + 1.0
    product = sums * sums
    total = product + 2.0  # needs neither `product` nor 2.0
    arrays = [weakref.ref(each.data) for each in (sums, product)]
    del sums, product
    assert [array() is None for array in arrays] == [False, True]
    total.backward()
    assert x.grad.data[0] == 4.0


def test_decision_02_a_function_points_to_functions_and_leaves_and_to_no_variable_between():
    x = Variable(2.0)
    h = F.sin(x)
    y = F.exp(h) * 3.0
    assert y.creator.parents[0].parents == (h.creator,)
    assert h.creator.parents == (x,)
    assert y.creator.parents[1] is None  # a constant
    between = weakref.ref(h)
    del h
    assert between() is None
    assert grad(lambda x: F.exp(F.sin(x)) * 3.0)(2.0) == pytest.approx(
        3 * np.exp(np.sin(2)) * np.cos(2)
    )


def test_decision_02_kept_arrays_are_joined_to_the_graph_again_for_gradients_of_gradients():
    x = Variable(2.0)
    y = F.sin(x) * F.sin(x)  # the Variables between are gone
    y.backward(create_graph=True)
    gx = x.grad
    x.cleargrad()
    gx.backward()
    assert x.grad.item() == pytest.approx(2 * np.cos(4.0))


# --- 3 ---


@pytest.mark.usefixtures("no_collector")
def test_decision_03_without_the_collector_graphs_leave_nothing_behind():
    before = alive()
    x = Variable(np.ones(3))
    y = F.sum(F.tanh(x * 2.0) ** 2)
    y.backward(retain_grad=True)
    with pytest.raises(ValueError, match="cannot combine the shapes"):
        x + np.ones(4)
    del x, y
    assert alive() == before


@pytest.mark.usefixtures("no_collector")
def test_decision_03_a_function_holds_its_outputs_only_weakly():
    x = Variable(2.0)
    y = F.sin(x)
    node, output = y.creator, weakref.ref(y)
    del y
    assert output() is None
    assert node.parents == (x,)


@pytest.mark.usefixtures("no_collector")
def test_decision_03_the_one_known_cycle_is_grad_with_a_graph_and_grad_avoids_it():
    before = alive()
    x = Variable(2.0)
    (x**3).backward(create_graph=True)
    holds_its_own_graph = weakref.ref(x)
    del x
    assert holds_its_own_graph() is not None
    holds_its_own_graph().cleargrad()
    assert alive() == before

    assert grad(grad(lambda x: x**3))(2.0) == 12.0
    assert vjp(F.sin, 0.0)[1](1.0) == (1.0,)
    assert hvp(lambda x: x**3, (2.0,), (1.0,)) == (12.0,)
    assert alive() == before


# --- 4 ---


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_decision_04_a_gradient_has_the_shape_and_the_dtype_of_its_input(dtype):
    row, column = Variable(np.ones((1, 3), dtype)), Variable(np.ones((2, 1), np.float64))
    (row * column + 1.0).backward()
    assert (row.grad.shape, row.grad.dtype) == ((1, 3), dtype)
    assert (column.grad.shape, column.grad.dtype) == ((2, 1), np.float64)
    assert row.grad.data.tolist() == [[2.0, 2.0, 2.0]]


def test_decision_04_integers_have_floating_gradients_that_are_not_cut_down():
    for data in (3, [3, 3], np.array([3], np.int8), True):
        x = Variable(data)
        (x / 2).backward()
        assert x.grad.dtype == np.float64
        assert np.all(x.grad.data == 0.5)


def test_decision_04_a_gradient_has_the_array_type_of_its_input():
    class Special(np.ndarray):
        pass

    special, plain = Variable(np.ones(2).view(Special)), Variable(np.ones(2))
    (special * 3.0).backward()
    (plain * 3.0).backward()
    assert (type(special.grad.data), type(plain.grad.data)) == (Special, np.ndarray)


def test_decision_04_rules_do_not_undo_broadcasts_the_engine_does():
    gy = np.ones((4, 3))
    assert [g.shape for g in F.Add().backward(gy)] == [(4, 3), (4, 3)]
    bias = Variable(np.zeros(3))
    (np.ones((4, 3)) + bias).backward()
    assert bias.grad.data.tolist() == [4.0, 4.0, 4.0]


# --- 5 ---


def test_decision_05_constants_stay_constants():
    c = np.array([1.0, 2.0])
    x = Variable([3.0, 4.0])
    for constant in (c, 2.0, 3, np.float64(2.0)):
        y = x * constant
        assert y.creator.parents == (x, None)
    assert F.sin(c).creator is None  # nothing but constants: no graph


def test_decision_05_pythons_numbers_are_weak():
    x = Variable(np.ones(2, np.float32))
    for y in (x * 2.0, 1.0 - x, x**2, x / 3, F.maximum(x, 0.5), F.clip(x, 0.0, 1.0), 2.0**x):
        y.backward()
        assert y.dtype == x.grad.dtype == np.float32


def test_decision_05_a_rule_skips_what_no_input_wants():
    asked = []

    class Product(Function):
        keeps = "x"

        def forward(self, x0, x1):
            return x0 * x1

        def backward(self, gy):
            asked.append((self.wants(0), self.wants(1)))
            x0, x1 = self.inputs
            return gy * x1 if self.wants(0) else None, gy * x0 if self.wants(1) else None

    batch, weights = np.ones((4, 3)), Variable(np.ones(3))
    Product()(batch, weights).backward()
    assert asked == [(False, True)]
    assert weights.grad.data.tolist() == [4.0, 4.0, 4.0]


# --- 6 ---


class Noted(Function):
    keeps = ""
    order: list[int] = []  # noqa: RUF012 (one list for all, on purpose)

    def forward(self, *xs):
        return sum(xs)

    def backward(self, gy):
        self.order.append(self.generation)
        return tuple(gy for _ in self.parents)


def test_decision_06_backward_goes_by_generation():
    Noted.order.clear()
    x = Variable(1.0)
    a = Noted()(x)
    b = Noted()(Noted()(a))
    Noted()(a, b, x).backward()  # the short way from a arrives first, and has to wait
    assert Noted.order == [3, 2, 1, 0]
    assert x.grad.item() == 3.0


class Compared(int):
    """A generation whose comparisons are calls of Python, so that a profile counts them."""

    def __lt__(self, other):
        return int(self) < int(other)

    def __neg__(self):
        return Compared(-int(self))


def test_decision_06_no_recursion_and_a_cost_that_grows_linearly():
    def calls_per_operation(n, wide):
        x = y = Variable(1.0)
        branches = [x + 1.0 for _ in range(n)] if wide else []
        for _ in range(0 if wide else n):
            y = y + 1.0
            y.creator.generation = Compared(y.creator.generation)
        y = Noted()(*branches) if wide else y
        for branch in branches:
            branch.creator.generation = Compared(branch.creator.generation)
        calls = 0

        def count(frame, event, argument):
            nonlocal calls
            calls += event in ("call", "c_call")

        sys.setprofile(count)
        try:
            y.backward()
        finally:
            sys.setprofile(None)
        assert x.grad.item() == (n if wide else 1.0)
        return calls / n

    for wide in (False, True):
        few, many = calls_per_operation(1_000, wide), calls_per_operation(20_000, wide)
        assert many < 1.1 * few  # sorting again and again would make it 20 times


# --- 7 ---


class MinAndMax(Function):
    keeps = "x"

    def forward(self, x):
        return np.min(x), np.max(x)

    def backward(self, glow, ghigh):
        (x,) = self.inputs
        return glow * (x == np.min(x)) + ghigh * (x == np.max(x))


def test_decision_07_a_function_may_return_several_outputs():
    x = Variable([3.0, 1.0, 2.0])
    low, high = MinAndMax()(x)
    (high - 10.0 * low).backward()
    assert x.grad.data.tolist() == [1.0, -10.0, 0.0]


def test_decision_07_outputs_that_are_unused_or_freed_count_as_zero():
    for create_graph in (False, True):
        x = Variable([3.0, 1.0, 2.0])
        high = MinAndMax()(x)[1]
        high.backward(create_graph=create_graph)
        assert x.grad.data.tolist() == [1.0, 0.0, 0.0]
        x.cleargrad()


# --- 8 ---


def records():
    return (Variable(1.0) * 2.0).creator is not None


def test_decision_08_modes_are_local_to_a_thread():
    inside, seen = threading.Event(), []
    thread = threading.Thread(target=lambda: (inside.wait(10), seen.append(records())))
    thread.start()
    with no_grad():
        inside.set()
        thread.join(10)
        assert not records()
    assert seen == [True]


def test_decision_08_modes_are_local_to_a_task():
    async def evaluating():
        with no_grad():
            await asyncio.sleep(0)
            return records()

    async def training():
        await asyncio.sleep(0)
        return records()

    async def both():
        return await asyncio.gather(evaluating(), training())

    assert asyncio.run(both()) == [False, True]


def test_decision_08_modes_are_context_managers_and_decorators():
    @using_config("enable_backprop", False)
    def evaluate():
        return records()

    assert evaluate() is False
    with no_grad(), using_config("enable_backprop", True):
        assert records()
    assert records()


# --- 9 ---


def test_decision_09_grad_reads_as_a_variable_or_none():
    x = Variable([1.0, 2.0])
    assert x.grad is None
    (x * 3.0).backward()
    assert isinstance(x.grad, Variable)
    assert x.grad is x.grad  # wrapped once
    x.cleargrad()
    assert x.grad is None


def test_decision_09_gradients_accumulate_until_they_are_cleared():
    x = Variable(1.0)
    for expected in (3.0, 6.0, 9.0):
        (x * 3.0).backward()
        assert x.grad.item() == expected


# --- 10 ---


def test_decision_10_data_that_are_not_numeric():
    with pytest.raises(TypeError, match="must be a number or an array of numbers, but 'a' is"):
        Variable("a")


def test_decision_10_backward_on_something_with_no_graph():
    with pytest.raises(RuntimeError, match=r"^there is no graph behind .* made by hand"):
        Variable(1.0).backward()


class Wrong(Function):
    keeps = ""

    def __init__(self, gradients):
        self.gradients = gradients

    def forward(self, x0, x1):
        return x0 + x1

    def backward(self, gy):
        return self.gradients


@pytest.mark.parametrize(
    ("gradients", "text"),
    [
        (np.ones(2), "must return one gradient for each of its 2 inputs, but it returned 1"),
        ((np.ones(3), np.ones(2)), r"a gradient of shape \(3,\) for input 0, which has shape \(2"),
        ((np.ones(2), None), "returned None for input 1, .* return zeros: np.zeros_like"),
    ],
)
def test_decision_10_a_rule_that_returns_the_wrong_number_or_shape(gradients, text):
    x0, x1 = Variable([1.0, 2.0]), Variable([1.0, 2.0])
    with pytest.raises((TypeError, ValueError), match=f"Wrong.backward.*{text}"):
        Wrong(gradients)(x0, x1).backward()
    assert x0.grad is x1.grad is None


def test_decision_10_a_second_backward_where_the_graph_was_freed():
    x = Variable(2.0)
    h = x * x
    y, z = h + 1.0, F.exp(h)
    y.unchain_backward()
    with pytest.raises(RuntimeError, match=r"freed by unchain_backward .*Mul.*: compute it"):
        z.backward()


def test_decision_10_an_array_that_the_graph_keeps_is_changed_in_place():
    with debug_mode():
        x = Variable([1.0, 2.0])
        y = x * x
        x.data[0] = 5.0
        with pytest.raises(RuntimeError, match=r"Mul kept its input 0.*test_decisions\.py:\d+: ch"):
            y.backward()


def test_decision_10_the_first_nan_or_infinity():
    with debug_mode(), np.errstate(divide="ignore"):
        x = Variable([1.0, 0.0])
        with pytest.raises(FloatingPointError, match=r"Log\.forward.*infinity.*decisions\.py:\d+"):
            F.log(x)
