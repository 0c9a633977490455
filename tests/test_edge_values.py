"""At corners, ties and zeros the gradients are the ones the documentation promises, never NaN."""

from __future__ import annotations

import inspect

import numpy as np
import pytest

import tinygrad_ko.functions as F
from tinygrad_ko import Variable


def gradients(f, *points, again=False):
    """The gradients of the sum of f's elements; with `again`, those of the sum of the first."""
    leaves = [Variable(np.asarray(point)) for point in points]
    y = f(*leaves)
    y.backward(create_graph=again)
    if again:
        firsts = [leaf.grad for leaf in leaves]
        for leaf in leaves:
            leaf.cleargrad()
        sum(first.sum() for first in firsts).backward()
    found = [leaf.grad.data.tolist() for leaf in leaves]
    return found[0] if len(found) == 1 else found


def test_a_power_of_zero_is_constant_also_at_zero():
    assert gradients(lambda x: x**0, [0.0, 2.0]) == [0.0, 0.0]
    assert gradients(lambda x: x**0.0, [0.0, -2.0]) == [0.0, 0.0]
    assert gradients(lambda x: x ** np.zeros(2), [0.0, -2.0]) == [0.0, 0.0]


@pytest.mark.parametrize("exponent", [1, 2, 3, 1.0, 1.5, np.ones(1), np.full(1, 2.0)])
def test_powers_have_their_slope_at_zero(exponent):
    slope = 1.0 if np.all(exponent == 1) else 0.0
    assert gradients(lambda x: x**exponent, [0.0]) == [slope]


def test_second_derivatives_of_powers_at_zero():
    assert gradients(lambda x: x**1, [0.0], again=True) == [0.0]
    assert gradients(lambda x: x**2, [0.0], again=True) == [2.0]
    assert gradients(lambda x: x**3, [0.0], again=True) == [0.0]
    assert gradients(lambda x: x ** np.array([2.0]), [0.0], again=True) == [2.0]


@pytest.mark.parametrize(
    "norm",
    [
        lambda x: F.sqrt(F.sum(x**2)),
        lambda x: F.sqrt(F.sum(F.square(x))),
        lambda x: F.sum(x * x) ** 0.5,
        lambda x: F.sum(x * x) ** np.array(0.5),
        lambda x: F.abs(F.sum(x * x)) ** 0.5,
    ],
)
def test_the_norm_at_the_origin_has_gradient_zero(norm):
    assert gradients(norm, [0.0, 0.0]) == [0.0, 0.0]
    assert np.isfinite(gradients(norm, [0.0, 0.0], again=True)).all()
    assert gradients(norm, [3.0, 4.0]) == pytest.approx([0.6, 0.8])


@pytest.mark.parametrize("base", [2, 2.0, np.float64(2.0), [2.0, 2.0, 2.0], np.array(2)])
def test_a_constant_to_a_variable_power(base):
    expected = np.log(2.0) * 2.0 ** np.array([0.0, 1.0, -1.0])
    assert gradients(lambda x: base**x, [0.0, 1.0, -1.0]) == pytest.approx(list(expected))


@pytest.mark.parametrize("base", [0, 0.0, np.zeros(3)])
def test_zero_to_a_variable_power_has_slope_zero(base):
    assert gradients(lambda x: base**x, [0.0, 0.5, 2.0]) == [0.0, 0.0, 0.0]


def test_both_base_and_exponent_zero():
    assert gradients(lambda a, b: a**b, [0.0], [0.0]) == [[0.0], [0.0]]
    assert gradients(lambda a, b: a**b, [0.0], [2.0], again=True)[0] == [2.0]


def test_negative_bases_with_constant_whole_exponents():
    assert gradients(lambda x: x**3, [-2.0]) == [12.0]
    assert gradients(lambda x: x**-1, [-2.0]) == [-0.25]
    assert gradients(lambda x: x ** np.array([3]), [-2.0]) == [12.0]


@pytest.mark.parametrize("dtype", [np.float32, np.int64, np.uint8, np.bool_])
@pytest.mark.parametrize("f", [F.max, F.min])
def test_ties_share_a_gradient_that_sums_to_one(f, dtype):
    ones = np.ones((2, 3), dtype)
    assert np.sum(gradients(f, ones)) == pytest.approx(1.0)
    assert np.sum(gradients(lambda x: f(x, axis=1), ones)) == pytest.approx(2.0)
    assert gradients(lambda x: f(x, axis=-2), ones) == [[0.5] * 3] * 2


def test_nan_takes_the_gradient_of_the_maximum_that_it_is():
    assert gradients(F.max, [1.0, np.nan, 2.0]) == [0.0, 1.0, 0.0]
    assert gradients(F.min, [1.0, np.nan, np.nan]) == [0.0, 0.5, 0.5]


@pytest.mark.parametrize("f", [F.maximum, F.minimum])
def test_nan_takes_the_gradient_of_the_choice_that_it_is(f):
    a, b = [np.nan, 1.0, np.nan], [1.0, np.nan, np.nan]
    assert gradients(f, a, b) == [[1.0, 0.0, 0.5], [0.0, 1.0, 0.5]]
    assert gradients(f, np.nan, 3) == [1.0, 0.0]
    assert gradients(lambda x: f(x, np.nan), [1.0, np.nan]) == [0.0, 0.5]
    assert np.isnan(gradients(lambda x: f(0, x * x), [np.nan])).all()
    assert gradients(lambda x: f(x, 2.0) ** 2, [np.nan, 2.0], again=True)[1] == 0.5


def test_nan_takes_the_gradient_of_clip_also_as_a_bound():
    x, nan = np.array([np.nan, 0.5, 2.0]), np.full(3, np.nan)
    assert gradients(lambda x: F.clip(x, 0.0, 1.0), x) == [1.0, 1.0, 0.0]
    assert gradients(lambda x: F.clip(x, nan, 1.0), x) == [1.0, 0.0, 0.0]
    assert gradients(lambda x, low: F.clip(x, low), x, nan) == [[1.0, 0.0, 0.0], [0.0, 1.0, 1.0]]
    assert gradients(lambda x, high: F.clip(x, 0.0, high), x, nan)[1] == [0.0, 1.0, 1.0]
    for low, high in ((nan, 1.0), (0.0, nan), (nan, nan), (0.0, 1.0)):
        expected = np.clip(x, low, high)
        np.testing.assert_array_equal(F.clip(x, low, high).data, expected)
        np.testing.assert_array_equal(F.clip(x, Variable(low), Variable(high)).data, expected)


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int8, np.uint8, np.bool_])
def test_maximum_and_minimum_choose_also_among_narrow_dtypes(dtype):
    a, b = np.array([0, 1, 1], dtype), np.array([1, 0, 1], dtype)
    assert gradients(F.maximum, a, b) == [[0.0, 1.0, 0.5], [1.0, 0.0, 0.5]]
    assert gradients(F.minimum, a, b) == [[1.0, 0.0, 0.5], [0.0, 1.0, 0.5]]


def test_equal_operands_share_the_gradient_also_with_a_constant_or_itself():
    assert gradients(F.maximum, 1.0, 1.0) == [0.5, 0.5]
    assert gradients(F.minimum, 1.0, 1.0) == [0.5, 0.5]
    assert gradients(lambda x: F.maximum(x, 1), 1.0) == 0.5
    assert gradients(lambda x: F.maximum(x, x), 1.0) == 1.0


def test_bounds_of_clip_have_the_names_that_they_have_in_numpy():
    numbers = np.array([-1.0, 0.5, 2.0])
    x = Variable(numbers)
    for f in (
        lambda x: x.clip(min=0.0),
        lambda x: x.clip(max=1.0),
        lambda x: x.clip(min=0.0, max=1.0),
        lambda x: np.clip(x, a_min=0.0, a_max=1.0),
    ):
        np.testing.assert_array_equal(f(x).data, f(numbers))
    for f in (np.clip, F.clip):  # NumPy 2.0 does not know them here yet
        if f is np.clip and "min" not in inspect.signature(np.clip).parameters:
            continue
        assert f(x, min=0.0, max=1.0).data.tolist() == [0.0, 0.5, 1.0]
        assert f(x, min=0.0).data.tolist() == [0.0, 0.5, 2.0]
    assert gradients(lambda low, high: F.clip(numbers, min=low, max=high), 0.0, 1.0) == [1.0, 1.0]
    with pytest.raises(ValueError, match=r"by both kinds of names: give a_min and a_max, or min "):
        F.clip(x, 0.0, max=1.0)


def test_clip_passes_the_gradient_on_its_bounds_and_stops_it_beyond():
    assert gradients(lambda x: F.clip(x, 0, 1), [-1.0, 0.0, 0.5, 1.0, 2.0]) == [0, 1, 1, 1, 0]
    assert gradients(lambda x: F.clip(x, 0, None), [-1.0, 0.0, 9.0]) == [0, 1, 1]
    assert gradients(lambda x: F.clip(x, None, 0), [-1.0, 0.0, 9.0]) == [1, 1, 0]


def test_bounds_that_are_variables_get_the_gradient_of_what_they_replaced():
    assert gradients(F.clip, [-1.0, 0.0, 0.5, 1.0, 2.0], 0.0, 1.0) == [[0, 1, 1, 1, 0], 1.0, 1.0]
    assert gradients(lambda low: F.clip([-1.0, 5.0], low, 2), 0.0) == 1.0
    assert gradients(lambda low: F.clip([3.0, 5.0], [4.0, 4.0], low), 4.5) == 1.0


def test_bounds_the_wrong_way_round_give_the_upper_one_as_numpy_does():
    x = np.array([0.0, 5.0])
    np.testing.assert_array_equal(F.clip(x, 3, 1).data, np.clip(x, 3, 1))
    np.testing.assert_array_equal(F.clip(x, Variable(3.0), 1).data, np.clip(x, 3, 1))


def test_a_condition_or_bound_changed_later_does_not_change_the_gradient():
    condition, bound = np.array([True, False]), np.array([0.0, 3.0])
    x = Variable([1.0, 2.0])
    y = F.where(condition, x, 0.0) + F.clip(x, bound, None)
    condition[:] = [False, True]
    bound[:] = [3.0, 0.0]
    y.backward()
    assert x.grad.data.tolist() == [2.0, 0.0]


@pytest.mark.parametrize("condition", [True, [True, False], np.array([1, 0]), Variable([1.0, 0.0])])
def test_where_takes_every_kind_of_condition(condition):
    truth = np.asarray(condition.data if isinstance(condition, Variable) else condition)
    x = Variable([1.0, 2.0])
    F.where(condition, x, -x).backward()
    np.testing.assert_array_equal(x.grad.data, np.where(truth, [1.0, 1.0], -1.0))


def test_what_was_not_chosen_stays_out_of_the_gradient_though_it_is_not_finite():
    with np.errstate(divide="ignore"):
        x = Variable([0.0, 1.0])
        F.where(x > 0, F.log(np.where(x > 0, x, 1.0)), 0.0).backward()
    assert x.grad.data.tolist() == [0.0, 1.0]


def test_absolute_value_and_sign_have_slope_zero_at_zero():
    assert gradients(F.abs, [0.0, -0.0, -3.0]) == [0.0, 0.0, -1.0]
    assert gradients(F.sign, [0.0, 2.0]) == [0.0, 0.0]
    assert gradients(lambda x: x // 2.0, [4.0, 5.0]) == [0.0, 0.0]


@pytest.mark.parametrize("axis", [0, -1, ()])
@pytest.mark.parametrize("f", [F.sum, F.max, F.min])
def test_a_number_can_be_reduced_along_the_axes_numpy_allows(f, axis):
    assert gradients(lambda x: f(x, axis=axis), 3.0) == 1.0
    assert gradients(lambda x: f(x, axis=axis, keepdims=True), 3.0) == 1.0


@pytest.mark.parametrize("f", [F.sum, F.mean, F.max, F.min])
def test_no_axes_at_all_leave_everything_as_it_is(f):
    assert gradients(lambda x: f(x, axis=()), [3.0, 4.0]) == [1.0, 1.0]


@pytest.mark.parametrize("f", [F.sum, F.mean, F.max, F.min])
def test_empty_arrays_have_empty_gradients(f):
    x = Variable(np.zeros((0, 3), np.float32))
    f(x, axis=1).backward()
    assert x.grad.shape == (0, 3)
    assert x.grad.dtype == np.float32


def test_the_mean_of_nothing_warns_once_and_has_an_empty_gradient():
    x = Variable(np.zeros((0, 3)))
    with pytest.warns(RuntimeWarning, match="Mean of empty slice|invalid value"):
        y = F.mean(x, axis=0)
    y.backward()
    assert np.isnan(y.data).all()
    assert x.grad.shape == (0, 3)


@pytest.mark.parametrize("shape", [(), (3,), (1, 3), (2, 3)])
def test_sums_to_a_shape_have_one_dtype_and_memory_of_their_own_whatever_there_is_to_sum(shape):
    x = Variable(np.ones((2, 3), np.int8))
    y = F.sum_to(x, shape)
    assert y.dtype == F.sum(x).dtype
    assert not np.shares_memory(y.data, x.data)


def test_integers_take_gradients_that_are_not_cut_down():
    assert gradients(F.mean, [1, 2, 4]) == pytest.approx([1 / 3] * 3)
    assert gradients(lambda x: x**2 / 4, np.array([1, 3], np.uint8)) == [0.5, 1.5]
    assert gradients(lambda x: (x * 0.5).max(), [1, 3, 3]) == [0, 0.25, 0.25]


def test_slopes_that_narrow_integers_cannot_hold_do_not_overflow():
    # 64 is an int8; the slope 6 * 2**5 = 192 is not.
    assert gradients(lambda x: x**6, np.array([2, -2, 1, 0], np.int8)) == [192.0, -192.0, 6.0, 0.0]
    assert gradients(lambda x: x**7, np.array([2], np.uint8)) == [448.0]
    assert gradients(lambda x: x**6, np.array([2], np.int8), again=True) == [480.0]


def test_the_absolute_value_of_booleans_has_a_gradient():
    assert gradients(F.abs, [True, False]) == [1.0, 0.0]
    assert gradients(F.abs, True) == 1.0
    assert gradients(lambda x: F.abs(x) * x, [True, False], again=True) == [2.0, 0.0]


@pytest.mark.parametrize("exponent", [0.5, Variable(0.5), np.full(3, 0.5)])
def test_a_root_has_slope_zero_at_zero_and_its_own_elsewhere(exponent):
    x = Variable([0.0, 1.0, 4.0])
    y = x**exponent
    y.backward(create_graph=True)
    assert x.grad.data.tolist() == [0.0, 0.5, 0.25]
    first = x.grad
    x.cleargrad()
    F.sum(first).backward()
    assert x.grad.data.tolist() == [0.0, -0.25, -0.03125]
