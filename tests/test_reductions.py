"""Spreads, products, running totals and norms at zeros, ties, infinities and wrong arguments."""

from __future__ import annotations

import re

import numpy as np
import pytest

import tinygrad_ko.functions as F
from tinygrad_ko import Variable, check_gradients
from tinygrad_ko.functions.products import Recurrence


def gradient(f, x):
    leaf = Variable(np.asarray(x))
    f(leaf).backward()
    return leaf.grad.data.tolist()


def second(f, x):
    """The gradient of the sum of the gradient."""
    leaf = Variable(np.asarray(x))
    f(leaf).backward(create_graph=True)
    first = leaf.grad
    leaf.cleargrad()
    first.sum().backward()
    return leaf.grad.data.tolist()


ZEROS = [
    [2.0, 0.0, 5.0, 3.0],
    [0.0, 2.0, 5.0, 3.0],
    [2.0, 5.0, 3.0, 0.0],
    [0.0, 2.0, 0.0, 3.0],
    [0.0, 0.0, 0.0, 0.0],
    [0.0],
]


@pytest.mark.parametrize("x", ZEROS, ids=str)
@pytest.mark.parametrize("f", [F.prod, F.cumprod])
def test_products_are_differentiated_right_among_zeros_to_the_third_order(f, x):
    check_gradients(f, x, order=3)
    check_gradients(lambda x: f(np.reshape(x, (-1, 1)), axis=0), x, order=2)


def test_the_product_of_several_axes_with_zeros_in_one_another_or_both():
    for x in ([[2.0, 0.0], [3.0, 5.0]], [[0.0, 0.0], [3.0, 5.0]], [[0.0, 2.0], [3.0, 0.0]]):
        for axis in (None, 0, -1, (0, 1), (-1, 0), ()):
            check_gradients(lambda x, axis=axis: F.prod(x, axis), x, order=3)


def test_the_gradient_of_a_product_is_that_of_the_others():
    assert gradient(F.prod, [2.0, 0.0, 5.0]) == [0.0, 10.0, 0.0]
    assert gradient(F.prod, [0.0, 0.0, 5.0]) == [0.0, 0.0, 0.0]
    assert gradient(F.prod, [2, 0, 5]) == [0.0, 10.0, 0.0]
    assert gradient(F.prod, 3.0) == 1.0
    assert gradient(F.prod, [3.0]) == [1.0]
    assert gradient(lambda x: F.prod(x, axis=()), [2.0, 0.0]) == [1.0, 1.0]


def test_the_gradient_of_a_product_does_not_underflow_where_a_quotient_would():
    small, large = 1e-200, 1e200
    assert gradient(F.prod, [small, large, 1.0]) == [large, small, 1.0]
    assert gradient(F.prod, [small, small, 1.0]) == [small, small, 0.0]


def test_products_of_nothing():
    assert F.prod(Variable(np.zeros((0, 2))), axis=0).data.tolist() == [1.0, 1.0]
    assert gradient(F.prod, np.zeros((2, 0))) == [[], []]
    assert gradient(F.cumprod, np.zeros(0)) == []
    assert second(F.cumprod, np.zeros(0)) == []
    assert gradient(lambda x: F.cumsum(x, 1), np.zeros((1, 0))) == [[]]


def test_the_gradient_of_running_products_goes_through_a_zero():
    assert gradient(F.cumprod, [2.0, 0.0, 5.0]) == [1.0, 12.0, 0.0]
    assert gradient(F.cumprod, [2, 0, 5]) == [1.0, 12.0, 0.0]
    assert gradient(lambda x: F.cumprod(x)[1], [0.0, 3.0, 5.0]) == [3.0, 0.0, 0.0]


def test_running_products_that_nobody_used_do_not_overflow_in_the_gradient():
    leaf = Variable([0.0, 1e200, 1e200])
    F.cumprod(leaf).backward(gradient=[1.0, 1.0, 0.0])
    assert leaf.grad.data.tolist() == [1e200, 0.0, 0.0]


def test_running_totals_are_differentiated_along_any_axis():
    x = np.arange(12.0).reshape(2, 3, 2) - 4.0
    for axis in (None, 0, 1, 2, -1, -2, -3):
        for f in (F.cumsum, F.cumprod):
            check_gradients(lambda x, f=f, axis=axis: f(x, axis), x / 7, order=2)


def test_a_recurrence_whose_factors_are_constants():
    step = Recurrence(0, 1)
    b, a = Variable([1.0, 1.0, 1.0]), np.array([9.0, 2.0, 3.0])
    y = step(b, a)
    assert y.data.tolist() == [1.0, 3.0, 10.0]
    y.backward(gradient=[0.0, 0.0, 1.0])
    assert b.grad.data.tolist() == [6.0, 3.0, 1.0]
    check_gradients(lambda b: Recurrence(0, -1)(b, a), b, order=2)
    check_gradients(Recurrence(0, 1), b, a, order=3)


def test_long_running_products_need_no_recursion():
    x = Variable(np.ones(20_000))
    F.cumprod(x).backward()
    assert x.grad.data[0] == 20_000.0
    assert x.grad.data[-1] == 1.0


@pytest.mark.parametrize("value", [0.0, 0.1, -3.7, 1e-300, 1e150])
@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16])
def test_the_deviation_of_equal_numbers_has_gradient_zero(value, dtype):
    if abs(value) > 1e10 and dtype is not np.float64:
        value = 1e4
    x = np.full((2, 3), value, dtype)
    assert gradient(F.std, x) == [[0.0] * 3] * 2
    assert gradient(lambda x: F.std(x, axis=0), x) == [[0.0] * 3] * 2
    assert gradient(lambda x: F.std(x, axis=(0, -1), ddof=1), x) == [[0.0] * 3] * 2
    assert second(lambda x: F.std(x, axis=-1), x) == [[0.0] * 3] * 2


def test_one_flat_row_leaves_the_gradient_of_the_others():
    x = np.array([[0.1, 0.1, 0.1], [1.0, 2.0, 3.0]])
    flat, other = gradient(lambda x: F.std(x, axis=1, keepdims=True), x)
    assert flat == [0.0, 0.0, 0.0]
    check_gradients(F.std, x[1], order=3)
    assert other == gradient(F.std, x[1])


def test_a_deviation_that_underflows_to_zero_has_gradient_zero():
    assert gradient(F.std, [0.0, 1e-200]) == [0.0, 0.0]


def test_deviations_of_single_numbers():
    assert gradient(F.std, 3.0) == 0.0
    assert gradient(F.var, 3.0) == 0.0
    assert gradient(lambda x: F.std(x, axis=0), [[1.0, 2.0]]) == [[0.0, 0.0]]


@pytest.mark.parametrize("f", [F.var, F.std])
@pytest.mark.filterwarnings("ignore:Degrees of freedom:RuntimeWarning")
@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
def test_too_few_numbers_for_the_degrees_of_freedom_give_nan_as_in_numpy(f):
    x = Variable([1.0])
    y = f(x, ddof=1)
    y.backward()
    assert np.isnan(y.data)
    if f is F.var:
        assert np.isnan(x.grad.data).all()


def test_the_spread_of_no_columns_is_empty():
    for f in (F.var, F.std):
        y = f(Variable(np.zeros((3, 0))), axis=0)
        assert y.shape == (0,)
        assert gradient(lambda x, f=f: f(x, axis=0), np.zeros((3, 0))) == [[], [], []]


def test_spreads_know_numpys_arguments():
    x = Variable([[1.0, 2.0], [4.0, 8.0]])
    np.testing.assert_array_equal(np.var(x, axis=0, ddof=1).data, np.var(x.data, axis=0, ddof=1))
    np.testing.assert_array_equal(np.std(x, 1, keepdims=True).data, np.std(x.data, 1).reshape(2, 1))
    np.testing.assert_array_equal(x.var(axis=-1, ddof=1).data, x.data.var(axis=-1, ddof=1))
    np.testing.assert_array_equal(x.std(keepdims=True).data, x.data.std(keepdims=True))
    np.testing.assert_array_equal(x.prod(axis=(0, 1)).data, x.data.prod(axis=(0, 1)))
    np.testing.assert_array_equal(x.cumsum(axis=0).data, x.data.cumsum(axis=0))
    np.testing.assert_array_equal(np.cumprod(x).data, x.data.cumprod())
    np.testing.assert_array_equal(x.cumprod(-1).data, x.data.cumprod(-1))
    with pytest.raises(TypeError, match=r"np\.var on a Variable does not take dtype=\.\.\.; its"):
        np.var(x, dtype=np.float32)
    with pytest.raises(TypeError, match="positional arguments"):  # dtype in NumPy
        np.prod(x, 0, np.float32)


@pytest.mark.filterwarnings("ignore:Degrees of freedom", "ignore:invalid value", "ignore:divide by")
@pytest.mark.parametrize("f", [F.var, F.std])
@pytest.mark.parametrize("ddof", [3, 4])
def test_where_nothing_is_left_to_divide_by_the_gradient_is_not_a_number_either(f, ddof):
    x = Variable([1.0, 2.0, 4.0])
    y = f(x, ddof=ddof)
    y.backward()
    assert not np.any(np.isfinite(y.data))
    assert np.all(np.isnan(x.grad.data))


def test_averages_take_variables_as_weights_of_constants():
    w = Variable([3.0, 1.0])
    y = F.average([1.0, 5.0], weights=w)
    y.backward()
    assert y.data == 2.0
    assert w.grad.data.tolist() == [-0.25, 0.75]
    assert np.average(Variable([1.0, 5.0]), weights=[3, 1]).data == 2.0


def test_averages_of_narrow_whole_numbers_do_not_overflow():
    x = Variable(np.array([100, 100], np.int8))
    y = F.average(x, weights=np.array([100, 100], np.int8))
    y.backward()
    assert y.data == 100.0
    assert x.grad.data.tolist() == [0.5, 0.5]


ZERO_WEIGHTS = (
    "^the weights of average sum to zero, so there is nothing to divide by: "
    "give weights with another sum$"
)


@pytest.mark.parametrize("axis", [(0, 1, 2), (2, 0, 1), (1, 2, 0)])
def test_weights_for_several_axes_come_in_the_order_of_the_axes(axis):
    x = np.arange(24.0).reshape(2, 3, 4)
    w = np.arange(1.0, 25.0).reshape([x.shape[each] for each in axis])
    expected = np.sum(x * np.moveaxis(w, (0, 1, 2), axis)) / w.sum()
    assert F.average(x, axis, w).data == pytest.approx(expected, rel=1e-14)


def test_averages_say_what_is_wrong_with_their_weights():
    x = Variable(np.ones((2, 3)))
    with pytest.raises(ZeroDivisionError, match=ZERO_WEIGHTS):
        F.average(x, axis=0, weights=[[1, 0, 1], [-1, 1, 1]])
    with pytest.raises(TypeError, match=re.escape("shape (3,), but the elements have (2, 3): ")):
        F.average(x, weights=[1, 2, 3])
    message = "shape (2,), but along axis 1 the elements have (3,): the weights must have that"
    with pytest.raises(ValueError, match=re.escape(message)):
        F.average(x, axis=1, weights=[1, 2])
    with pytest.raises(TypeError, match="the weights of average must be a number or an array"):
        F.average(x, weights="heavy")
    with pytest.raises(TypeError, match=r"^argument 0 of Average must be a number or an array"):
        F.average("light", weights=[1.0])
    with pytest.raises(np.exceptions.AxisError, match="axis 2 is out of bounds"):
        F.average(x, axis=2, weights=[1, 2, 3])
    with pytest.raises(TypeError, match=r"np\.average on a Variable does not take returned=\.\.\."):
        np.average(x, returned=True)


def test_logsumexp_is_finite_for_large_numbers_of_either_sign():
    assert F.logsumexp(Variable([1000.0, -1000.0])).data == 1000.0
    assert F.logsumexp(Variable([-1000.0, -1000.0])).data == pytest.approx(-1000 + np.log(2))
    assert gradient(F.logsumexp, [1000.0, 1000.0, -1000.0]) == pytest.approx([0.5, 0.5, 0.0])
    assert gradient(F.logsumexp, [-1000.0, -1000.0]) == pytest.approx([0.5, 0.5])
    assert second(F.logsumexp, [1000.0, -1000.0]) == [0.0, 0.0]
    assert F.logsumexp(Variable(np.array([1000, -3], np.int16))).data == 1000.0


def test_slopes_of_logsumexp_add_up_to_one_where_the_value_is_rounded():
    assert gradient(F.logsumexp, [1e17, 1e17]) == pytest.approx([0.5, 0.5])
    assert sum(gradient(F.logsumexp, [1000.0, 1000.3])) == pytest.approx(1.0, abs=1e-15)


def test_logsumexp_takes_minus_infinity_for_nothing():
    none = -np.inf
    assert F.logsumexp(Variable([none, 2.0])).data == 2.0
    assert gradient(F.logsumexp, [none, 2.0, 2.0]) == pytest.approx([0.0, 0.5, 0.5])
    assert F.logsumexp(Variable([none, none])).data == none
    assert gradient(F.logsumexp, [none, none]) == [0.0, 0.0]
    assert second(F.logsumexp, [none, none]) == [0.0, 0.0]
    assert second(F.logsumexp, [none, 2.0]) == [0.0, 0.0]
    rows = [[none, none], [0.0, none]]
    assert gradient(lambda x: F.logsumexp(x, axis=1), rows) == [[0.0, 0.0], [1.0, 0.0]]


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_logsumexp_takes_the_least_number_of_a_dtype_for_nothing_too(dtype):
    info = np.finfo(dtype)
    x = Variable(np.array([info.min, info.max], dtype))
    y = F.logsumexp(x)
    y.backward()
    assert y.data == info.max
    assert y.dtype == dtype
    assert x.grad.data.tolist() == [0.0, 1.0]


def test_logsumexp_of_plus_infinity_and_of_nothing():
    assert F.logsumexp(Variable([np.inf, 1000.0])).data == np.inf
    assert F.logsumexp(Variable(np.zeros(0))).data == -np.inf
    y = F.logsumexp(Variable(np.zeros((0, 2))), axis=0, keepdims=True)
    assert y.data.tolist() == [[-np.inf, -np.inf]]
    assert gradient(lambda x: F.logsumexp(x, axis=0), np.zeros((0, 2))) == []
    assert F.logsumexp(Variable(np.zeros((0, 2))), axis=1).shape == (0,)


@pytest.mark.parametrize("how", [{}, {"ord": 2}, {"ord": 1}, {"ord": np.inf}])
def test_norms_at_the_origin_have_gradient_zero(how):
    assert gradient(lambda x: F.norm(x, **how), [0.0, 0.0]) == [0.0, 0.0]
    assert second(lambda x: F.norm(x, **how), [0.0, 0.0]) == [0.0, 0.0]


def test_the_zero_row_of_a_matrix_leaves_the_gradient_of_the_others():
    x = [[3.0, 4.0], [0.0, 0.0]]
    assert gradient(lambda x: F.norm(x, axis=1), x) == [[0.6, 0.8], [0.0, 0.0]]
    assert gradient(lambda x: F.norm(x, "fro"), x) == [[0.6, 0.8], [0.0, 0.0]]
    check_gradients(lambda x: F.norm(x, axis=-1, keepdims=True), [[3.0, 4.0], [1.0, 2.0]], order=3)


def test_the_largest_sizes_share_the_gradient():
    assert gradient(lambda x: F.norm(x, np.inf), [3.0, -3.0, 1.0]) == [0.5, -0.5, 0.0]


def test_norms_of_whole_numbers_do_not_wrap_around():
    x = np.array([-128, 1], np.int8)
    for ord in (None, 1, 2, np.inf):
        y = F.norm(Variable(x), ord)
        assert y.data == np.linalg.norm(x, ord)
        assert y.dtype == np.float64
    assert gradient(lambda x: F.norm(x, 1), x) == [-1.0, 1.0]


def test_norms_through_numpys_name_and_of_any_number_of_axes():
    x = Variable(np.arange(8.0).reshape(2, 2, 2))
    assert np.linalg.norm(x).data == np.linalg.norm(x.data)
    assert F.norm(Variable(-3.0)).data == 3.0
    assert gradient(F.norm, -3.0) == -1.0
    assert F.norm([3.0, 4.0], 1).creator is None
    y = np.linalg.norm(x, axis=(0, 2), keepdims=True)
    np.testing.assert_array_equal(y.data, np.linalg.norm(x.data, axis=(0, 2), keepdims=True))


def test_norms_that_are_not_known_are_named_with_those_that_are():
    x, stack = Variable(np.ones((2, 2))), Variable(np.ones((2, 2, 2)))
    message = "norm with ord=3 is not known for vectors; ord is one of None, 1, 2, inf there; for"
    message += " another p, F.sum(F.abs(x) ** p) ** (1 / p)"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        F.norm(x, 3, axis=0)
    message = "norm with ord=2 is not known for matrices; ord is one of None, 'fro' there; for rows"
    message += " or columns as vectors, name one axis"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        F.norm(x, 2)
    message = "norm with ord=1 goes along one axis (vectors) or two (matrices), not 3: name them"
    with pytest.raises(ValueError, match=re.escape(message)):
        F.norm(stack, 1)
    with pytest.raises(ValueError, match="not 3: name them with axis"):
        F.norm(stack, axis=(0, 1, 2))
    with pytest.raises(np.exceptions.AxisError, match="axis 2 is out of bounds"):
        F.norm(x, axis=2)
    with pytest.raises(TypeError, match="argument 0 of Norm must be a number"):
        F.norm(None)


@pytest.mark.parametrize("f", [F.cumsum, F.cumprod])
def test_running_totals_go_along_one_axis_that_exists(f):
    x = Variable(np.ones((2, 2)))
    message = f"{f.__name__} goes along one axis, given by an int, not (0, 1): for several axes"
    with pytest.raises(TypeError, match=re.escape(message)):
        f(x, axis=(0, 1))
    for axis in (2, -3):
        with pytest.raises(np.exceptions.AxisError, match=f"axis {axis} is out of bounds"):
            f(x, axis=axis)
    with pytest.raises(ValueError, match="must be rectangular"):
        f([[1, 2], [3]])


@pytest.mark.parametrize("f", [F.sum, F.mean, F.max, F.min, F.prod, F.var, F.std, F.logsumexp])
def test_what_stands_in_the_place_of_keepdims_is_true_or_false(f):
    with pytest.raises(TypeError, match=r"keepdims is True or False, not 0"):
        f(Variable([1.0, 2.0]), axis=0, keepdims=0)


@pytest.mark.parametrize("f", [F.var, F.std, F.prod, F.logsumexp, F.average])
def test_axes_that_do_not_exist_or_come_twice_are_errors(f):
    x = Variable(np.ones((2, 2)))
    with pytest.raises(np.exceptions.AxisError, match="axis 2 is out of bounds"):
        f(x, axis=2)
    with pytest.raises(ValueError, match="duplicate value in 'axis'"):
        f(x, axis=(0, -2))
