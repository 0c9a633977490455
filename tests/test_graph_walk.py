"""The walk over the graph: generations, size, several outputs, freed parts, reused Functions."""

from __future__ import annotations

import time
from collections import Counter

import numpy as np
import pytest

import tinygrad_ko.functions as F
from tinygrad_ko import Function, Variable


class Halves(Function):
    """Two outputs of different shapes and dtypes."""

    keeps = "x"

    def forward(self, x):
        return x[:1] * 2, np.float32(x[1:] ** 2)

    def backward(self, ga, gb):
        (x,) = self.inputs
        gx = np.zeros_like(x)
        gx[:1] = ga * 2
        gx[1:] = gb * 2 * x[1:]
        return gx


def counting(calls):
    class Counted(Function):
        keeps = ""

        def forward(self, *xs):
            return sum(xs)

        def backward(self, gy):
            calls[id(self)] += 1
            return tuple(gy for _ in self.parents)

    return Counted


def test_each_function_goes_backward_exactly_once_on_random_graphs():
    for seed in range(20):
        rng = np.random.default_rng(seed)
        calls = Counter()
        Counted = counting(calls)
        leaf = Variable(1.0)
        values, paths, nodes = [leaf], [1], []
        for _ in range(60):
            chosen = rng.integers(0, len(values), rng.integers(1, 4))
            y = Counted()(*[values[i] for i in chosen])
            nodes.append(y.creator)
            values.append(y)
            paths.append(sum(paths[i] for i in chosen))
        last = Counted()(*values)
        last.backward()
        assert calls == Counter({id(node): 1 for node in (*nodes, last.creator)})
        assert leaf.grad.item() == sum(paths)


def test_newer_generations_go_first():
    order = []

    class Noted(Function):
        keeps = ""

        def forward(self, *xs):
            return sum(xs)

        def backward(self, gy):
            order.append(self.generation)
            return tuple(gy for _ in self.parents)

    x = Variable(1.0)
    short = Noted()(x)
    long = Noted()(Noted()(Noted()(short)))
    Noted()(short, long, x).backward()
    assert order == [4, 3, 2, 1, 0]
    assert x.grad.item() == 3.0


def test_a_chain_of_a_hundred_thousand_operations_goes_forward_back_and_away():
    x = y = Variable(1.0)
    for _ in range(100_000):
        y = y + x
    y.backward()
    assert y.item() == x.grad.item() == 100_001.0
    del y  # a recursive deallocation would end the interpreter here


def test_a_long_chain_is_differentiated_twice_and_taken_apart():
    x = Variable(0.5)
    y = x
    for _ in range(20_000):
        y = y * 1.0001
    (y * y).backward(create_graph=True)
    gx = x.grad
    x.cleargrad()
    gx.backward()
    assert x.grad.item() == pytest.approx(2 * 1.0001**40_000)
    y.unchain_backward()
    assert y.creator is None


def test_ten_thousand_branches_waiting_together():
    x = Variable(2.0)
    branches = [x * float(i) for i in range(10_000)]
    total = branches[0]
    for branch in branches[1:]:
        total = total + branch
    total.backward()
    assert x.grad.item() == sum(range(10_000))


def test_one_function_with_ten_thousand_inputs():
    Counted = counting(Counter())
    leaves = [Variable(float(i)) for i in range(10_000)]
    Counted()(*leaves).backward()
    assert all(leaf.grad.item() == 1.0 for leaf in leaves)


def test_the_cost_of_an_operation_does_not_grow_with_the_graph():
    def wide(n):
        x = Variable(1.0)
        return counting(Counter())()(*[x + 1.0 for _ in range(n)])

    def deep(n):
        y = Variable(1.0)
        for _ in range(n):
            y = y + 1.0
        return y

    def seconds(build, n):
        """The time that backward takes per operation."""
        y = build(n)
        start = time.thread_time()  # other processes do not count
        y.backward()
        return (time.thread_time() - start) / n

    for build in (wide, deep):
        few = min(seconds(build, 500) for _ in range(5))
        many = min(seconds(build, 20_000) for _ in range(3))
        assert many < 6 * few  # quadratic cost would be 40 times as much


def test_an_unused_output_counts_as_zero_gradient():
    x = Variable([1.0, 2.0, 3.0])
    a, b = Halves()(x)
    a.backward()
    assert x.grad.data.tolist() == [2.0, 0.0, 0.0]
    x.cleargrad()
    F.sum(b).backward()
    assert x.grad.data.tolist() == [0.0, 4.0, 6.0]
    assert b.dtype == np.float32


def test_an_output_that_was_freed_counts_as_zero_gradient():
    x = Variable([1.0, 2.0, 3.0])
    b = Halves()(x)[1]
    b.backward(retain_grad=True)
    assert x.grad.data.tolist() == [0.0, 4.0, 6.0]
    assert b.grad.dtype == np.float32


def test_outputs_used_together_and_repeatedly_add_up():
    x = Variable([1.0, 2.0, 3.0])
    a, b = Halves()(x)
    (F.sum(a * b) + F.sum(b)).backward(retain_grad=True)
    assert a.grad.data.tolist() == [13.0]
    assert b.grad.data.tolist() == [3.0, 3.0]
    assert x.grad.data.tolist() == [26.0, 12.0, 18.0]


def test_an_unchained_output_takes_no_gradient_of_its_former_sibling():
    x = Variable([1.0, 2.0, 3.0])
    a, b = Halves()(x)
    b.unchain()
    a.backward(retain_grad=True)
    assert a.grad.data.tolist() == [1.0]
    assert b.grad is None


class Scale(Function):
    def __init__(self, factor):
        self.factor = factor

    def forward(self, x):
        return x * self.factor * x

    def backward(self, gy):
        (x,) = self.inputs
        return gy * 2 * self.factor * x


def test_using_one_function_object_twice_leaves_the_first_call_alone():
    f = Scale(3.0)
    x, y = Variable(1.0), Variable([5.0, 6.0])
    first = f(x)
    second = f(y)
    third = f(first)
    third.backward(retain_grad=True)
    second.backward()
    assert x.grad.item() == 18.0 * 6.0
    assert y.grad.data.tolist() == [30.0, 36.0]
    assert len({first.creator, second.creator, third.creator}) == 3


def test_a_function_may_return_its_input_or_nothing_or_take_no_variables():
    class Same(Function):
        keeps = ""

        def forward(self, x):
            return x

        def backward(self, gy):
            return gy

    class Nothing(Function):
        def forward(self, x):
            return ()

    class Ones(Function):
        def forward(self):
            return np.ones(2)

    x = Variable([1.0, 2.0])
    y = Same()(x)
    y.backward()
    assert y.data is x.data
    assert x.grad.data.tolist() == [1.0, 1.0]
    assert Nothing()(x) == ()
    assert Ones()().creator is None
    assert Same()([1.0]).creator is None


def test_unchain_backward_frees_the_graph_and_makes_leaves_of_what_is_alive():
    x = Variable(2.0)
    h = x * x
    y = h * 3
    y.unchain_backward()
    assert (h.creator, y.creator, h.item(), y.item()) == (None, None, 4.0, 12.0)
    (h * 5).backward()
    assert h.grad.item() == 5.0
    assert x.grad is None
    x.unchain_backward()  # a leaf has nothing to free


def test_unchain_backward_takes_a_long_and_wide_graph_apart():
    y = Variable(1.0)
    for _ in range(50_000):
        y = y + y
        y = y * 0.5
    y.unchain_backward()
    assert y.creator is None
