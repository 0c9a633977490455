"""Backward finds every gradient once, in the right order, and adds it to what is there."""

from __future__ import annotations

from math import factorial

import numpy as np
import pytest

import tinygrad_ko.functions as F
from tinygrad_ko import Function, Variable, no_grad


def derivatives(f, at, order):
    """The derivatives of a function of one number up to this order."""
    x = Variable(at)
    y, found = f(x), []
    for _ in range(order):
        x.cleargrad()
        y.backward(create_graph=True)
        y = x.grad
        found.append(y.item())
    x.cleargrad()
    return found


def test_gradients_accumulate_over_backward_calls_until_cleared():
    x = Variable([1.0, 2.0])
    y = x * x
    y.backward()
    y.backward()
    assert x.grad.data.tolist() == [4.0, 8.0]
    x.cleargrad()
    (x * 3).backward()
    assert x.grad.data.tolist() == [3.0, 3.0]


def test_one_variable_used_many_times_collects_from_each_use():
    x = Variable(2.0)
    (x * x * x + x + x).backward()
    assert x.grad.item() == 14.0
    x.cleargrad()
    y = x
    for _ in range(20):
        y = y + y
    y.backward()
    assert x.grad.item() == 2.0**20


def test_intermediate_gradients_are_kept_on_request_only():
    x = Variable(3.0)
    h = x * x
    y = h + 1
    y.backward()
    assert (h.grad, y.grad) == (None, None)
    y.backward(retain_grad=True)
    assert (h.grad.item(), y.grad.item()) == (1.0, 1.0)


def test_kept_intermediate_gradients_do_not_count_twice_the_next_time():
    x = Variable(3.0)
    h = x * x
    y = h * 5
    y.backward(retain_grad=True)
    y.backward(retain_grad=True)
    assert (x.grad.item(), h.grad.item(), y.grad.item()) == (60.0, 10.0, 2.0)
    y.backward()
    assert (x.grad.item(), h.grad.item()) == (90.0, 10.0)


def test_only_leaves_that_the_result_depends_on_get_gradients():
    x, other = Variable(1.0), Variable(2.0)
    h, side = x * 2, other * 3
    (h + 1).backward(retain_grad=True)
    assert (other.grad, side.grad) == (None, None)


def test_derivatives_of_sine_and_tanh_to_the_sixth_order():
    s, c, t = np.sin(0.7), np.cos(0.7), np.tanh(0.7)
    assert derivatives(F.sin, 0.7, 6) == pytest.approx([c, -s, -c, s, c, -s], rel=1e-12)
    tanh = np.polynomial.Polynomial([0, 1])  # as a polynomial in t: t' = 1 - t²
    expected = []
    for _ in range(6):
        tanh = tanh.deriv() * np.polynomial.Polynomial([1, 0, -1])
        expected.append(tanh(t))
    assert derivatives(F.tanh, 0.7, 6) == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize(
    ("f", "at", "nth"),
    [
        (F.exp, 0.3, lambda n: np.exp(0.3)),
        (F.log, 1.3, lambda n: (-1) ** (n - 1) * factorial(n - 1) / 1.3**n),
        (lambda x: 1 / x, 1.3, lambda n: (-1) ** n * factorial(n) / 1.3 ** (n + 1)),
        (lambda x: x**-1, 1.3, lambda n: (-1) ** n * factorial(n) / 1.3 ** (n + 1)),
        (lambda x: x**5, 1.3, lambda n: factorial(5) / factorial(5 - n) * 1.3 ** (5 - n)),
        (lambda x: x * x * x * x * x, 1.3, lambda n: 120 / factorial(5 - n) * 1.3 ** (5 - n)),
        (lambda x: 2**x, 1.3, lambda n: np.log(2) ** n * 2**1.3),
        (lambda x: F.square(x) * 3 - x, 1.3, lambda n: [6 * 1.3 - 1, 6.0, 0, 0, 0][n - 1]),
        (lambda x: x + x - 3 * x, 1.3, lambda n: -1.0 if n == 1 else 0.0),
    ],
)
def test_gradients_of_gradients_to_the_fifth_order(f, at, nth):
    x = Variable(at)
    y = f(x)
    for n in range(1, 6):
        x.cleargrad()
        y.backward(create_graph=True)
        assert x.grad.item() == pytest.approx(nth(n), rel=1e-9, abs=1e-12)
        y = x.grad
        if y.creator is None:  # a constant: all that follows is zero
            assert all(nth(m) == pytest.approx(0) for m in range(n + 1, 6))
            break
    x.cleargrad()


def test_mixed_second_derivatives_are_symmetric():
    def second(first, then):
        leaves = {"x": Variable([0.3, 0.7]), "y": Variable([1.1, -0.4])}
        x, y = leaves["x"], leaves["y"]
        F.sum(F.sin(x * y) * F.exp(y) / (1 + x * x)).backward(create_graph=True)
        gradient = leaves[first].grad
        for leaf in leaves.values():
            leaf.cleargrad()
        gradient.backward()
        return leaves[then].grad.data

    np.testing.assert_allclose(second("x", "y"), second("y", "x"), rtol=1e-12)


def test_without_create_graph_gradients_have_no_graph():
    x = Variable(2.0)
    y = x**3
    y.backward()
    assert x.grad.creator is None
    y.backward(create_graph=True)
    assert x.grad.creator is not None
    assert x.grad.item() == 24.0


def test_the_graph_of_an_accumulated_gradient_holds_both_parts():
    x = Variable(2.0)
    (x**3).backward(create_graph=True)
    (x**4).backward(create_graph=True)
    gx = x.grad
    x.cleargrad()
    gx.backward()
    assert x.grad.item() == 6 * 2 + 12 * 4


@pytest.mark.parametrize(
    "seed", [[1.0, 10.0], (1, 10), np.array([1.0, 10.0], np.float32), Variable([1.0, 10.0])]
)
def test_a_given_gradient_starts_the_pass_and_stays_the_callers(seed):
    x, y = Variable([2.0, 3.0]), Variable([2.0, 3.0])
    total = x + y
    total.backward(gradient=seed, retain_grad=True)
    assert x.grad.data.tolist() == [1.0, 10.0]
    x.grad.data[:] = -1
    total.grad.data[:] = -2
    assert y.grad.data.tolist() == [1.0, 10.0]
    plain = seed.data if isinstance(seed, Variable) else seed
    assert list(plain) == [1.0, 10.0]
    assert x.grad.dtype == np.float64


def test_a_starting_gradient_that_is_a_variable_is_differentiated_too():
    x, v = Variable([2.0, 3.0]), Variable([1.0, 1.0])
    (x**2).backward(gradient=v, create_graph=True)
    gx = x.grad
    x.cleargrad()
    gx.backward()
    assert v.grad.data.tolist() == [4.0, 6.0]
    assert x.grad.data.tolist() == [2.0, 2.0]


def test_backward_from_an_array_is_backward_from_the_sum_of_its_elements():
    x = Variable(np.arange(6.0).reshape(2, 3))
    (x * x).backward()
    first = x.grad
    x.cleargrad()
    F.sum(x * x).backward()
    np.testing.assert_array_equal(first.data, x.grad.data)


def test_data_of_a_leaf_replaced_after_forward_do_not_change_the_gradient():
    for create_graph in (False, True):
        x, y = Variable([2.0, 3.0]), Variable([4.0, 5.0])
        z = x * y
        x.data = np.array([100.0, 100.0])
        y.data = np.array([100.0, 100.0])
        z.backward(create_graph=create_graph)
        assert x.grad.data.tolist() == [4.0, 5.0]
        assert y.grad.data.tolist() == [2.0, 3.0]


def test_second_derivatives_of_replaced_data_go_to_the_leaf():
    x = Variable(2.0)
    y = x**3
    x.data = np.array(100.0)
    y.backward(create_graph=True)
    gx = x.grad
    x.cleargrad()
    gx.backward()
    assert (gx.item(), x.grad.item()) == (12.0, 12.0)


def test_data_of_an_intermediate_variable_can_be_replaced_too():
    x = Variable(2.0)
    h = x * x
    y = h * h
    h.data = np.array(0.0)
    y.backward(create_graph=True)
    assert x.grad.item() == 32.0


def replaced(f, shape, new):
    """Return f of a leaf of that shape, whose data have another one by now; and the leaf."""
    x = Variable(np.ones(shape))
    y = f(x)
    x.data = np.ones(new)
    return y, x


@pytest.mark.parametrize("create_graph", [False, True])
@pytest.mark.parametrize(
    ("f", "name"),
    [
        (lambda x: x + np.ones((2, 3)), "Add"),  # keeps nothing, so that only the leaf knows
        (lambda x: np.broadcast_to(x, (2, 3)) * 1, "BroadcastTo"),
        (lambda x: x * np.ones((2, 3)), "Mul"),
        (lambda x: x * x, "Mul"),  # keeps the input itself
    ],
)
@pytest.mark.parametrize("new", [(), (1, 3), (2, 3), (4,)])
def test_a_leaf_whose_data_have_another_shape_by_now_is_an_error(f, name, new, create_graph):
    y, x = replaced(f, (3,), new)
    with pytest.raises(ValueError, match="had shape") as raised:
        y.backward(create_graph=create_graph)
    assert str(raised.value) == (
        f"input 0 of {name} had shape (3,), and its data were replaced by data of shape {new} "
        "before backward, so a gradient fits one of them only: compute the result again, or make "
        "a new Variable of the new data"
    )
    assert x.grad is None


@pytest.mark.parametrize("create_graph", [False, True])
def test_a_leaf_that_has_its_shape_again_and_one_that_is_used_anew_are_no_error(create_graph):
    y, x = replaced(lambda x: x**3 + 1, (3,), ())
    later = (x * 3 + np.ones(2)) * x
    x.data = np.zeros(3)
    y.backward(create_graph=create_graph)
    assert x.grad.data.tolist() == [3.0, 3.0, 3.0]
    x.cleargrad()
    with pytest.raises(ValueError, match=r"^input 1 of Mul had shape \(\), and its data were"):
        later.backward(create_graph=create_graph)
    x.data = np.array(5.0)
    later.backward(create_graph=create_graph)
    assert x.grad.item() == 14.0


def test_second_derivatives_know_the_shape_that_a_leaf_had_too():
    y, x = replaced(lambda x: x**3, (3,), ())
    z = x**3
    x.data = np.array(7.0)
    z.backward(create_graph=True)
    gx = x.grad
    x.cleargrad()
    gx.backward()
    assert x.grad.item() == 6.0
    with pytest.raises(ValueError, match=r"had shape \(3,\), and its data were"):
        y.backward(create_graph=True)


def test_a_computed_variable_keeps_its_shape_until_it_is_unchained():
    x = Variable([1.0, 2.0])
    h = x * 2
    with pytest.raises(ValueError, match="keeps that shape") as raised:
        h.data = np.ones(3)
    assert str(raised.value) == (
        "a computed Variable of shape (2,) keeps that shape, in which its gradient comes, but data "
        "of shape (3,) were given: make a new Variable of them, or call unchain() first"
    )
    assert h.data.tolist() == [2.0, 4.0]
    h.unchain()
    h.data = np.ones(3)
    (h * 2).backward()
    assert h.grad.data.tolist() == [2.0, 2.0, 2.0]


def test_one_of_several_outputs_that_were_not_recorded_is_a_leaf_like_any_other():
    with no_grad():
        _, x = F.split(Variable([1.0, 2.0, 3.0, 4.0]), 2)
    y = x + np.ones((2, 2))
    y.backward()
    assert x.grad.data.tolist() == [2.0, 2.0]
    x.data = np.ones(())
    with pytest.raises(ValueError, match=r"had shape \(2,\), and its data were"):
        y.backward()


def test_unchaining_a_leaf_does_not_make_it_forget_its_shapes():
    y, x = replaced(lambda x: x + 1, (3,), ())
    x.unchain()
    with pytest.raises(ValueError, match=r"had shape \(3,\)"):
        y.backward()


def test_two_backward_passes_from_different_results_share_a_part():
    x = Variable(2.0)
    h = F.exp(x)
    a, b = h * 2, h * 3
    a.backward()
    b.backward()
    assert x.grad.item() == pytest.approx(5 * np.exp(2.0))


def test_a_constant_result_or_seed_never_reaches_constants():
    c = np.array([1.0, 2.0])
    x = Variable([3.0, 4.0])
    y = c * x + c
    assert y.creator.parents[1] is None
    y.backward()
    assert c.tolist() == [1.0, 2.0]
    assert (Variable(1.0) + 1).creator.wants(1) is False


class Everything(Function):
    """Sends on what arrives, to see whether anybody shares memory afterwards."""

    keeps = ""

    def forward(self, *xs):
        return xs[0] + sum(xs[1:])

    def backward(self, gy):
        return tuple(gy for _ in self.parents)


@pytest.mark.parametrize("create_graph", [False, True])
@pytest.mark.parametrize("scale", [False, True])
def test_no_two_gradients_share_memory_with_each_other_the_data_or_the_seed(create_graph, scale):
    w = Variable(np.full(6, 2.0))
    leaves = [Variable(np.ones(6)), Variable(np.ones((6, 1))), Variable(np.ones((2, 3)))]
    a, b, c = leaves
    for combine in (
        lambda: Everything()(a, F.reshape(b, 6), c.reshape(-1), a, a[::-1]),
        lambda: a + b.reshape(6) + c.reshape(6) - a,
        lambda: F.broadcast_to(a, (6,)) + F.sum_to(b, (6, 1)).T[0] + F.squeeze(c.reshape(1, 6)),
        lambda: F.sum(a) + F.sum(b) + F.sum(c) + F.transpose(c).sum(),
    ):
        for leaf in leaves:
            leaf.cleargrad()
        y = combine() * w if scale else combine()
        seed = np.ones(y.shape)
        y.backward(gradient=seed, create_graph=create_graph, retain_grad=True)
        arrays = [seed, *[leaf.data for leaf in leaves]]
        for array in [each.grad.data for each in (*leaves, y)]:
            assert array.flags.writeable
            assert not any(np.shares_memory(array, other) for other in arrays)
            arrays.append(array)
    for leaf in leaves:
        leaf.cleargrad()


@pytest.mark.parametrize("create_graph", [False, True])
def test_gradients_share_no_memory_where_a_rule_puts_one_array_into_two_variables(create_graph):
    class Both(Function):
        keeps = ""

        def forward(self, x, y):
            return x + y

        def backward(self, gy):
            gx = gy * 1.0
            return Variable(gx), Variable(gx)

    x, y = Variable([1.0, 2.0]), Variable([3.0, 4.0])
    Both()(x, y).backward(create_graph=create_graph)
    x.grad.data[:] = -1.0
    assert y.grad.data.tolist() == [1.0, 1.0]


def test_a_rule_that_hands_on_the_very_array_does_not_make_gradients_share_it():
    class Same(Function):
        keeps = ""

        def forward(self, x):
            return x

        def backward(self, gy):
            return Same()(gy).data if isinstance(gy, np.ndarray) else Same()(gy)

    seed = Variable([1.0, 2.0])
    for create_graph in (False, True):
        x, y = Variable([1.0, 2.0]), Variable([1.0, 2.0])
        (Same()(x) + y).backward(gradient=seed, create_graph=create_graph)
        x.grad.data[:] = -1.0
        y.grad.data[:] = -2.0
        assert x.grad.data.tolist() == [-1.0, -1.0]
        assert seed.data.tolist() == [1.0, 2.0]
