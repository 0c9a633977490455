"""Activation functions and dropout are right where a textbook formula would overflow or cancel."""

from __future__ import annotations

import asyncio
import math
import re

import numpy as np
import pytest
from test_array_types import Foreign

import tinygrad_ko.functions as F
from tinygrad_ko import Variable, check_gradients, using_config

FAR = [-1000.0, -89.0, -0.0, 0.0, 89.0, 1000.0]
SMOOTH = [
    F.sigmoid,
    F.gelu,
    lambda x: F.gelu(x, approximate=True),
    F.silu,
    F.softplus,
    lambda x: F.softmax(x, axis=-1),
    lambda x: F.log_softmax(x, axis=-1),
]
EVERY = [*SMOOTH, F.relu, F.leaky_relu, F.elu]


def differentiated(f, x, weights=1.0):
    """The value, and the first and the second derivative of its weighted sum."""
    x = Variable(x)
    y = f(x)
    F.sum(weights * y).backward(create_graph=True)
    gx = x.grad
    x.cleargrad()
    if gx.creator is not None:
        F.sum(gx * gx).backward()
    return y.data, gx.data, None if x.grad is None else x.grad.data


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16])
@pytest.mark.parametrize("f", EVERY)
def test_values_and_derivatives_of_large_arguments_are_finite(f, dtype):
    x = np.array(FAR, dtype)
    for result in differentiated(f, x, np.arange(1, 7, dtype=dtype) / 6):
        if result is not None:
            assert np.isfinite(result).all()
            assert result.dtype == dtype


@pytest.mark.parametrize("x", [1e20, 3e38, 1e200, 1.7e308])
@pytest.mark.parametrize("f", EVERY)
def test_values_and_gradients_of_huge_arguments_are_finite(f, x):
    x = np.array([x, 0.0])
    for data in (x, -x, x.astype(np.float32) if x[0] < 1e39 else x):
        leaf = Variable(data)
        y = f(leaf)
        y.backward()
        assert np.isfinite(y.data).all()
        assert np.isfinite(leaf.grad.data).all()


@pytest.mark.parametrize(
    ("f", "values", "slopes"),
    [
        (F.sigmoid, [0, 0.5, 1], [0, 0.25, 0]),
        (F.relu, [0, 0, 1000], [0, 0, 1]),
        (F.leaky_relu, [-200, 0, 1000], [0.2, 0.2, 1]),
        (lambda x: F.leaky_relu(x, slope=-3), [3000, 0, 1000], [-3, -3, 1]),
        (F.elu, [-1, 0, 1000], [0, 1, 1]),
        (lambda x: F.elu(x, alpha=2), [-2, 0, 1000], [0, 2, 1]),
        (F.gelu, [0, 0, 1000], [0, 0.5, 1]),
        (lambda x: F.gelu(x, approximate=True), [0, 0, 1000], [0, 0.5, 1]),
        (F.silu, [0, 0, 1000], [0, 0.5, 1]),
        (F.softplus, [0, math.log(2), 1000], [0, 0.5, 1]),
        (F.softmax, [0, 0, 1], [0, 0, 0]),
        (F.log_softmax, [-2000, -1000, 0], [1, 1, -2]),
    ],
)
def test_far_out_and_at_zero(f, values, slopes):
    x = Variable([[-1000.0, 0.0, 1000.0]])
    y = f(x)
    y.backward()
    np.testing.assert_allclose(y.data, [values], rtol=1e-15)
    np.testing.assert_allclose(x.grad.data, [slopes], rtol=1e-15, atol=1e-15)


@pytest.mark.parametrize("f", EVERY)
def test_nan_does_not_stop_a_gradient_as_a_negative_number_does(f):
    x = Variable([math.nan, 0.5])
    y = f(x)
    y.backward()
    assert math.isnan(y.data[0])
    assert x.grad.data[0] != 0  # NaN, or the slope of a positive or a negative number


@pytest.mark.parametrize("f", SMOOTH)
def test_smooth_functions_have_both_derivatives_at_zero(f):
    check_gradients(f, np.array([0.0, 0.5, -0.5, 0.0]), order=2)


def test_the_second_derivatives_at_zero():
    for f, expected in [(F.sigmoid, 0.0), (F.silu, 0.5), (F.softplus, 0.25)]:
        x = Variable(0.0)
        f(x).backward(create_graph=True)
        gx = x.grad
        x.cleargrad()
        gx.backward()
        assert x.grad.item() == expected


def test_small_values_are_exact_to_their_own_last_digits():
    x = np.array([-700.0, -40.0, -1.0, 1e-20, 3.0])
    expected = [math.exp(z) / (1 + math.exp(z)) for z in x]
    np.testing.assert_allclose(F.sigmoid(x).data, expected, rtol=4e-16)
    np.testing.assert_allclose(F.softplus(x).data, [math.log1p(math.exp(z)) for z in x], rtol=4e-16)
    np.testing.assert_allclose(
        F.elu(x).data, [z if z > 0 else math.expm1(z) for z in x], rtol=4e-16
    )


def phi(x):
    """The normal distribution function, by the library of C."""
    return 0.5 * math.erfc(-x / math.sqrt(2))


def test_gelu_is_exact_to_the_last_digits_and_so_is_its_derivative():
    x = np.concatenate([np.linspace(-37, 9, 4001), [-1e-300, 1e-300, 1e-9]])
    y = Variable(x)
    value = F.gelu(y)
    value.backward()
    expected = [z * phi(z) for z in x]
    slopes = [phi(z) + z * math.exp(-z * z / 2) / math.sqrt(2 * math.pi) for z in x]
    near = np.abs(x) < 5  # further out the rounding of z² itself costs digits, here and in C
    np.testing.assert_allclose(value.data[near], np.array(expected)[near], rtol=5e-15)
    np.testing.assert_allclose(value.data, expected, rtol=4e-13)
    np.testing.assert_allclose(y.grad.data, slopes, rtol=4e-13, atol=3e-16)


@pytest.mark.parametrize(("dtype", "within"), [(np.float32, 3e-7), (np.float16, 1e-3)])
def test_gelu_of_narrow_dtypes_is_as_exact_as_they_are(dtype, within):
    x = np.linspace(-4, 4, 801).astype(dtype)
    y = Variable(x)
    value = F.gelu(y)
    value.backward()
    assert value.dtype == y.grad.dtype == dtype
    expected = [z * phi(z) for z in x.astype(float)]
    np.testing.assert_allclose(value.data, expected, rtol=within, atol=within)


def test_the_approximation_of_gelu_is_as_near_as_its_documentation_says():
    x = np.linspace(-8, 8, 4001)
    apart = np.abs(F.gelu(x).data - F.gelu(x, approximate=True).data)
    assert 1e-4 < apart.max() < 5e-4


def test_approximate_is_a_bool():
    with pytest.raises(TypeError, match=r"approximate of gelu is True .* or False .*, not 'tanh'"):
        F.gelu([1.0], approximate="tanh")


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int64, np.bool_])
@pytest.mark.parametrize("f", EVERY)
def test_integers_are_computed_in_double_precision(f, dtype):
    whole = np.array([0, 1] if dtype == np.bool_ else [0, 1, 100, 127], dtype)
    if dtype == np.int8:
        whole[0] = -128  # which has no absolute value in int8
    x, same = Variable(whole), Variable(whole.astype(np.float64))
    y, expected = f(x), f(same)
    y.backward()
    expected.backward()
    np.testing.assert_array_equal(y.data, expected.data)
    np.testing.assert_array_equal(x.grad.data, same.grad.data)
    assert x.grad.dtype == np.float64
    assert f is F.relu or y.dtype == np.float64


@pytest.mark.parametrize("f", EVERY)
def test_plain_numbers_and_lists_are_constants(f):
    for constant in ([0.5, -1.0], (1, 2), np.float32([0.5])):
        y = f(constant)
        assert isinstance(y, Variable)
        assert y.creator is None


@pytest.mark.parametrize("f", [F.sigmoid, F.relu, F.leaky_relu, F.elu, F.gelu, F.silu, F.softplus])
def test_a_single_number_gives_a_single_number(f):
    assert f(2.0).shape == f(2).shape == f(Variable(2)).shape == ()
    with pytest.raises(TypeError, match="must be a number or an array of numbers, but 'two'"):
        f("two")


SETTINGS = {
    F.leaky_relu: "slope of leaky_relu",
    F.elu: "alpha of elu",
    F.dropout: "dropout_ratio of dropout",
}


@pytest.mark.parametrize("call", SETTINGS)
def test_a_setting_is_a_finite_number(call):
    name = SETTINGS[call]
    text = (
        f"^{name} must be a number, because it takes no gradient, but a Variable was given: "
        r"use float\(value\)$"
    )
    with pytest.raises(TypeError, match=text):
        call([1.0], Variable(0.1))
    with pytest.raises(TypeError, match=f"{name} must be a number, but '0.1' is of type str"):
        call([1.0], "0.1")
    with pytest.raises(ValueError, match=f"{name} must be finite, but nan was given"):
        call([1.0], math.nan)
    # NumPy's own float64 numbers would widen float32 data.
    assert call(np.float32([-1.0]), np.float64(0.1)).dtype == np.float32


def test_scores_of_minus_infinity_get_no_probability_and_no_gradient():
    x = Variable([[0.0, -np.inf, 0.0]])
    y = F.softmax(x)
    F.sum(y * [[1.0, 2.0, 3.0]]).backward()
    assert y.data.tolist() == [[0.5, 0.0, 0.5]]
    assert x.grad.data.tolist() == [[-0.5, 0.0, 0.5]]
    x.cleargrad()
    y = F.log_softmax(x)
    y[0, 0].backward()
    assert y.data[0, 1] == -np.inf
    assert x.grad.data.tolist() == [[0.5, 0.0, -0.5]]


def test_probabilities_sum_to_one_and_do_not_move_with_all_scores():
    x = np.random.default_rng(0).normal(size=(4, 5, 6)) * 30
    for axis in (0, 1, 2, -1, -3, (0, 2), None):
        y = F.softmax(x, axis).data
        np.testing.assert_allclose(y.sum(axis=axis), 1.0, rtol=1e-14)
        np.testing.assert_allclose(F.softmax(x + 1e3, axis).data, y, rtol=1e-10)
        np.testing.assert_allclose(np.exp(F.log_softmax(x, axis).data), y, rtol=1e-13)


@pytest.mark.parametrize("f", [F.softmax, F.log_softmax])
def test_a_missing_axis_is_named(f):
    name = f.__name__
    text = f"{name} goes along axis 1, but x of shape (3,) has no such axis; give axis=-1 for"
    with pytest.raises(np.exceptions.AxisError, match=re.escape(text)):
        f(np.zeros(3))
    with pytest.raises(np.exceptions.AxisError, match="goes along axis -3"):
        f(np.zeros((2, 2)), axis=(0, -3))
    with pytest.raises(np.exceptions.AxisError, match=r"x of shape \(\) has no such axis$"):
        f(1.0)
    for axis in (1.0, [0], (0, None), "rows"):
        text = f"the axis of {name} is an int, a tuple of ints or None, not {axis!r}"
        with pytest.raises(TypeError, match=re.escape(text)):
            f(np.zeros((2, 2)), axis=axis)
    text = f"{name} along axis 1 has no elements: x has shape (3, 0)"
    with pytest.raises(ValueError, match=re.escape(text)):
        f(np.zeros((3, 0)))


def test_dropout_enlarges_what_it_keeps_so_that_the_mean_stays():
    x = Variable(np.ones(200_000, np.float32))
    y = F.dropout(x, 0.25, np.random.default_rng(0))
    y.backward()
    values = np.unique(y.data)
    np.testing.assert_allclose(values, [0.0, 1 / 0.75], rtol=1e-6)
    assert abs(np.mean(y.data, dtype=float) - 1) < 0.01
    assert y.dtype == x.grad.dtype == np.float32
    np.testing.assert_array_equal(y.data, x.grad.data)  # the same elements, the same factor


def test_dropout_does_nothing_outside_training_and_draws_nothing():
    rng = np.random.default_rng(0)
    x = Variable([1.0, 2.0])
    with using_config("train", False):
        assert F.dropout(x, 0.9, rng) is x
        y = F.dropout([1, 2], 0.9, rng)
    assert y.data.tolist() == [1.0, 2.0]
    assert y.dtype == np.float64
    assert rng.random() == np.random.default_rng(0).random()


def test_training_is_a_mode_of_the_task_that_set_it():
    x = np.ones(1000)

    async def testing():
        with using_config("train", False):
            await asyncio.sleep(0.001)
            return F.dropout(x).data.min()

    async def training():
        await asyncio.sleep(0)
        return F.dropout(x).data.min()

    async def both():
        return await asyncio.gather(testing(), training())

    assert asyncio.run(both()) == [1.0, 0.0]


def test_numpys_global_generator_is_neither_drawn_from_nor_obeyed():
    x = np.ones(100)
    found = []
    for _ in range(2):
        np.random.seed(0)
        found.append(F.dropout(x).data.tolist())
        after = np.random.rand()
        np.random.seed(0)
        assert after == np.random.rand()
    assert found[0] != found[1]


def test_a_generator_of_ones_own_repeats_the_draws_and_goes_on():
    x = np.ones(100)
    first, again = np.random.default_rng(7), np.random.default_rng(7)
    draws = [F.dropout(x, rng=first).data.tolist() for _ in range(2)]
    assert draws == [F.dropout(x, rng=again).data.tolist() for _ in range(2)]
    assert draws[0] != draws[1]


def test_dropout_of_an_array_without_elements_and_of_a_number():
    assert F.dropout(np.ones((0, 3))).shape == (0, 3)
    assert F.dropout(2.0).data.tolist() in (0.0, 4.0)
    assert F.dropout(np.ones(5), 0).data.tolist() == [1.0] * 5


@pytest.mark.parametrize("ratio", [-0.1, 1, 1.0, 50])
def test_a_dropout_ratio_is_a_share(ratio):
    text = (
        f"dropout_ratio of dropout must be from 0 to below 1, but {ratio} was given: "
        "it is the share of the elements that is replaced by 0"
    )
    for train in (True, False):
        with using_config("train", train), pytest.raises(ValueError, match=f"^{re.escape(text)}$"):
            F.dropout([1.0], ratio)


@pytest.mark.parametrize("rng", [0, np.random, np.random.RandomState(0)])
def test_the_generator_of_dropout_is_no_seed(rng):
    text = (
        f"rng of dropout must be a numpy.random.Generator, but {rng!r} is of type "
        f"{type(rng).__name__}: make one with np.random.default_rng(seed) and give it to every call"
    )
    with pytest.raises(TypeError, match=f"^{re.escape(text)}$"):
        F.dropout([1.0], 0.5, rng)


@pytest.mark.parametrize("create_graph", [False, True])
@pytest.mark.parametrize("f", [*EVERY, lambda x: F.dropout(x, 0.5, np.random.default_rng(0))])
def test_arrays_of_another_library_stay_there(f, create_graph):
    point = np.array([[0.3, -1.7], [0.9, 1.2]])
    ours, theirs = Variable(point), Variable(Foreign(point))
    for x in (ours, theirs):
        y = f(x) * f(x)
        y.backward(create_graph=create_graph)
        assert type(y.data) is type(x.grad.data) is type(x.data)
    np.testing.assert_array_equal(ours.grad.data, theirs.grad.data.hidden)
