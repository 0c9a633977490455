"""Differences are as exact as they can be, and the gradient check catches every wrong rule."""

from __future__ import annotations

import re

import numpy as np
import pytest

import tinygrad_ko.functions as F
from tinygrad_ko import (
    Function,
    GradientMismatch,
    Parameter,
    Variable,
    central_difference,
    check_gradients,
    forward_difference,
    no_grad,
    numerical_diff,
    numerical_gradient,
)


@pytest.mark.parametrize("difference", [forward_difference, central_difference])
@pytest.mark.parametrize(
    "x", [1.3, Variable(1.3), np.array([1.3, 0.2]), Variable([[1.3], [0.2]]), [1.3], 2, Variable(2)]
)
def test_differences_approximate_the_derivative_in_the_shape_of_x(difference, x):
    data = np.asarray(x.data if isinstance(x, Variable) else x)
    found = difference(np.sin, x)
    assert isinstance(found, np.ndarray)
    assert found.shape == data.shape
    np.testing.assert_allclose(found, np.cos(data), atol=1e-6)


def test_the_central_difference_is_exact_for_parabolas_and_the_forward_one_is_off_by_h():
    assert central_difference(lambda x: x**2, 3.0, h=0.5) == 6.0
    assert forward_difference(lambda x: x**2, 3.0, h=0.5) == 6.5
    assert forward_difference(lambda x: x**2, 3.0, h=-0.5) == 5.5
    assert numerical_diff is central_difference


@pytest.mark.parametrize(
    ("difference", "order"), [(forward_difference, 1), (central_difference, 2)]
)
def test_truncation_errors_shrink_with_their_power_of_h(difference, order):
    errors = [abs(difference(np.exp, 0.5, h=h) - np.exp(0.5)) for h in (1e-1, 1e-2, 1e-3)]
    ratios = [errors[0] / errors[1], errors[1] / errors[2]]
    assert ratios == pytest.approx([10.0**order] * 2, rel=0.05)


def test_f_is_called_with_variables_only_where_x_is_one():
    seen = []

    def f(x):
        seen.append(type(x))
        return x * 2

    central_difference(f, Variable([1.0]))
    assert set(seen) == {Variable}
    seen.clear()
    central_difference(f, np.array([1.0]))
    assert Variable not in seen


def test_the_gradient_by_differences_agrees_with_backward():
    x = Variable(np.array([[0.3, 0.7], [1.1, -0.4]]))

    def f(x):
        return np.sum(np.sin(x) @ x)

    f(x).backward()
    for point in (x, x.data):
        found = numerical_gradient(f, point)
        assert found.shape == (2, 2)
        np.testing.assert_allclose(found, x.grad.data, atol=1e-7)
    assert numerical_gradient(lambda x: x**2, 3.0) == pytest.approx(6.0)
    assert numerical_gradient(lambda x: x**2, [3]) == pytest.approx([6.0])
    assert numerical_gradient(np.sum, np.zeros((0, 2))).shape == (0, 2)


@pytest.mark.parametrize("difference", [forward_difference, central_difference, numerical_gradient])
def test_steps_that_cannot_work_are_refused(difference):
    def text(*args, **kwargs):
        with pytest.raises(ValueError, match=r"^the step h") as raised:
            difference(lambda x: x, *args, **kwargs)
        return str(raised.value)

    assert text(1.0, h=0) == "the step h is 0; a difference needs two points, for example h=1e-4"
    assert text(1.0, h=1e-20) == (
        "the step h=1e-20 is too small for x: x + h and x are the same number in float64"
    )
    assert text(np.float32(1.0), h=1e-8).endswith("are the same number in float32")
    with pytest.raises(TypeError, match=r"^the point x must be a number or an array of numbers"):
        difference(lambda x: x, "three")


def test_a_gradient_needs_a_function_whose_value_is_one_number():
    with pytest.raises(ValueError, match="numerical_gradient needs a function") as raised:
        numerical_gradient(lambda x: x * 2, np.ones(3))
    assert str(raised.value) == (
        "numerical_gradient needs a function whose value is one number, but its value has shape "
        "(3,): sum it, or check it with check_gradients"
    )


@pytest.mark.parametrize("order", [1, 2, 3])
def test_right_rules_pass_to_the_third_order(order):
    check_gradients(F.tanh, [[0.3, -0.7]], order=order)
    check_gradients(lambda x, y, z: x * F.exp(y) / (1 + z * z), 0.3, [1.0], [[2.0]], order=order)
    check_gradients(lambda x: (F.sin(x), x**3, 2 * x), [0.3, 0.7], order=order)
    check_gradients(lambda x: 3 * x, 1.0, order=order)  # a second derivative that is nothing
    check_gradients(lambda x, y: x + 0 * y[0], 1.0, [2.0], order=order)
    check_gradients(lambda x: Variable([1.0, 2.0]), 1.0, order=order)  # does not depend on x
    check_gradients(F.sum, np.zeros((0, 3)), order=order)


class Cube(Function):
    """Right at first; its second derivative is lost, as the kept array is hidden from the rule."""

    keeps = "x"

    def forward(self, x):
        self.hidden = x
        return x**3

    def backward(self, gy):
        return 3 * self.hidden**2 * gy


class WrongHere(Function):
    """Wrong at one element of one argument."""

    keeps = "x"

    def forward(self, a, b):
        return a * b

    def backward(self, gy):
        a, b = self.inputs
        wrong = np.zeros_like(a)
        wrong[1, 2] = 1e-3
        return gy * b, gy * (a + wrong)


def test_a_wrong_rule_is_reported_by_argument_index_and_both_values():
    a, b = np.ones((2, 3)), np.ones((2, 3))
    b[1, 2] = 4.0
    with pytest.raises(GradientMismatch) as raised:
        check_gradients(WrongHere(), a, b)
    pattern = (
        r"derivative of order 1 with respect to argument 1, at index \(1, 2\): backward gives "
        r"(\S+), central differences give (\S+) \(1 of 6 elements disagree\)"
    )
    found = re.fullmatch(pattern, str(raised.value))
    assert float(found[1]) == pytest.approx(float(found[2]) * 1.001, rel=1e-5)


def test_the_name_of_the_argument_is_reported_where_it_has_one():
    def product(height, width):
        return WrongHere()(height, width)

    with pytest.raises(GradientMismatch, match=r"argument 1 \('width'\), at index \(1, 2\)"):
        check_gradients(product, np.ones((2, 3)), np.ones((2, 3)))
    with pytest.raises(GradientMismatch, match=r"argument 0 \('x'\), at index \(\): "):
        check_gradients(lambda x: x * Variable(x.data), 2.0)


def test_a_function_that_does_not_tell_its_arguments_is_reported_without_their_names():
    class Silent:
        __signature__ = "none"

        def __call__(self, x):
            return x * Variable(x.data)

    with pytest.raises(GradientMismatch, match=r"argument 0, at index \(\): "):
        check_gradients(Silent(), 2.0)


def test_a_lost_second_derivative_is_found_at_the_second_order():
    check_gradients(Cube(), [1.0, 2.0])
    with pytest.raises(GradientMismatch, match=r"^derivative of order 2 .*backward gives 0, "):
        check_gradients(Cube(), [1.0, 2.0], order=2)


def test_a_gradient_that_is_not_a_number_does_not_pass():
    class Nan(Cube):
        def backward(self, gy):
            return gy * np.nan

    with pytest.raises(GradientMismatch, match="backward gives nan"):
        check_gradients(Nan(), [1.0, 2.0])


def test_every_element_counts_though_their_sum_would_be_right():
    class Swapped(Function):
        keeps = ""

        def forward(self, x):
            return x * 1.0

        def backward(self, gy):
            return gy[::-1]

    with pytest.raises(GradientMismatch, match="2 of 2 elements disagree"):
        check_gradients(Swapped(), [1.0, 2.0])


def test_tolerances_decide():
    check_gradients(WrongHere(), np.ones((2, 3)), np.ones((2, 3)), atol=1e-2)
    check_gradients(WrongHere(), np.ones((2, 3)), np.ones((2, 3)), rtol=1e-2)
    with pytest.raises(GradientMismatch):
        check_gradients(WrongHere(), np.ones((2, 3)), np.ones((2, 3)), rtol=1e-4, atol=1e-4)


def test_the_callers_objects_stay_as_they_were():
    x = Parameter(np.array([1.0, 2.0], np.float32), name="x")
    x.grad = [5.0, 6.0]
    data, grad = x.data, x.grad
    data.flags.writeable = False
    whole = np.array([1, 2])
    seen = []

    def f(x, n):
        seen.append((x.dtype, n.dtype))
        return x * n

    check_gradients(f, x, whole, order=2)
    assert set(seen) == {(np.dtype(np.float64), np.dtype(np.float64))}
    assert x.data is data
    assert x.grad is grad
    assert x.grad.data.tolist() == [5.0, 6.0]
    assert data.dtype == np.float32
    assert data.tolist() == [1.0, 2.0]
    assert whole.tolist() == [1, 2]
    assert not data.flags.writeable


def test_gradients_are_checked_inside_no_grad_too():
    with no_grad():
        check_gradients(F.sin, [0.3, 0.7], order=2)
        with pytest.raises(GradientMismatch):
            check_gradients(Cube(), [1.0], order=2)
        assert (Variable(1.0) * 2).creator is None


def test_variables_that_the_function_closes_over_take_no_gradient():
    w = Variable(2.0)
    check_gradients(lambda x: w * x, 3.0)
    assert w.grad is None


def test_a_constant_that_forgot_its_argument_has_the_derivative_zero():
    check_gradients(lambda x: Variable(5.0), [1.0, 2.0], order=2)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: check_gradients(F.sin), TypeError, "check_gradients needs at least one argument"),
        (lambda: check_gradients(F.sin, 1.0, order=0), ValueError, "order is a positive integer, "),
        (lambda: check_gradients(F.sin, 1.0, order=True), ValueError, "order is a positive integ"),
        (lambda: check_gradients(F.sin, 1.0, order=1.0), ValueError, "order is a positive integer"),
        (lambda: check_gradients(F.sin, "x"), TypeError, "argument 0 must be a number or an array"),
        (
            lambda: check_gradients(lambda x: x.data, 1.0),
            TypeError,
            "check_gradients needs a function that returns a Variable, but it returned ndarray",
        ),
        (
            lambda: check_gradients(lambda x: (), 1.0),
            TypeError,
            "check_gradients needs a function that returns a Variable, or several, but it",
        ),
        (
            lambda: check_gradients(lambda x: x * np.random.default_rng().random(), 1.0),
            ValueError,
            "f gives two values for the same arguments, so it has no derivative",
        ),
    ],
)
def test_what_cannot_be_checked_is_refused(call, error, message):
    with pytest.raises(error) as raised:
        call()
    assert str(raised.value).startswith(message)
