"""Dual numbers: they agree with the backward pass, and say what they cannot do."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import mutually_broadcastable_shapes

import tinygrad_ko
import tinygrad_ko.functions as F
from tinygrad_ko import Variable, central_difference, no_grad
from tinygrad_ko.forward_mode import Dual, forward_derivative, jvp
from tinygrad_ko.numpy_protocol import numpy_functions

# Every ufunc of the table that takes numbers one at a time.
UFUNCS = sorted(
    (f for f in numpy_functions if isinstance(f, np.ufunc) and f.signature is None),
    key=lambda ufunc: ufunc.__name__,
)
# nargs counts the result too.
UNARY = [ufunc for ufunc in UFUNCS if ufunc.nargs == 2]
BINARY = [ufunc for ufunc in UFUNCS if ufunc.nargs == 3]
BROADCAST = mutually_broadcastable_shapes(num_shapes=2, max_dims=3, min_side=0, max_side=3)
ABOVE_1 = {"arccosh"}
few = settings(deadline=None, max_examples=15, derandomize=True)


def numbers(rng, shape, low=0.15):
    return rng.uniform(low, low + 0.7, shape)


def test_the_table_has_functions_of_one_and_of_two_numbers():
    assert {np.sin, np.exp, np.negative} <= set(UNARY)
    assert {np.add, np.power, np.maximum} <= set(BINARY)


@pytest.mark.parametrize("ufunc", UNARY, ids=lambda f: f.__name__)
@few
@given(shapes=BROADCAST, seed=st.integers(0, 100))
def test_functions_of_one_number_agree_with_the_backward_pass(ufunc, shapes, seed):
    rng = np.random.default_rng(seed)
    shape = shapes.result_shape
    x = numbers(rng, shape, low=1.15 if ufunc.__name__ in ABOVE_1 else 0.15)
    v = rng.normal(size=shape)
    found = jvp(ufunc, (x,), (v,))
    for ours, theirs in zip(found, tinygrad_ko.jvp(ufunc, (x,), (v,)), strict=True):
        assert ours.shape == shape
        np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(
        forward_derivative(ufunc, x), central_difference(ufunc, x), rtol=1e-5, atol=1e-6
    )


@pytest.mark.parametrize("ufunc", BINARY, ids=lambda f: f.__name__)
@few
@given(shapes=BROADCAST, seed=st.integers(0, 100))
def test_functions_of_two_numbers_agree_with_the_backward_pass(ufunc, shapes, seed):
    rng = np.random.default_rng(seed)
    x0, x1 = (numbers(rng, shape) for shape in shapes.input_shapes)
    v0, v1 = (rng.normal(size=shape) for shape in shapes.input_shapes)
    for f, x, v in [
        (ufunc, (x0, x1), (v0, v1)),
        (lambda x: ufunc(x, x1), (x0,), (v0,)),
        (lambda x: ufunc(x0, x), (x1,), (v1,)),
        (lambda x: ufunc(x, x), (x0,), (v0,)),
    ]:
        for ours, theirs in zip(jvp(f, x, v), tinygrad_ko.jvp(f, x, v), strict=True):
            assert ours.shape == theirs.shape
            np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-15)


@few
@given(shapes=BROADCAST, seed=st.integers(0, 100))
def test_the_dot_products_of_both_modes_are_equal(shapes, seed):
    rng = np.random.default_rng(seed)

    def f(x, y):
        return np.where(x > y, np.exp(x) * y, np.tanh(x - 2 * y)) + np.clip(x, 0.3, 0.6)

    x = tuple(rng.normal(size=shape) for shape in shapes.input_shapes)
    v = tuple(rng.normal(size=shape) for shape in shapes.input_shapes)
    u = rng.normal(size=shapes.result_shape)
    _, tangent = jvp(f, x, v)
    gradients = tinygrad_ko.vjp(f, *x)[1](u)
    back = sum(np.sum(g * w) for g, w in zip(gradients, v, strict=True))
    assert np.sum(u * tangent) == pytest.approx(back, abs=1e-10)


def test_every_operator_works_on_either_side():
    x, c = 0.7, np.array([1.5, 2.5])
    expressions = [
        lambda x: x + c - x * c / (c + x),
        lambda x: c + x - (c * x) / (x + 2) * (3 - x),
        lambda x: x**c + c**x + x**2 + 2**x + x**x,
        lambda x: -x + +x * abs(x) + x // c + c // x + x % c + c % x + 2 / x,
        lambda x: 2 + x + 3 // x + 5 % x - x // 0.3 + x % 0.3,
    ]
    for f in expressions:
        value, tangent = jvp(f, (x,), (1.0,))
        np.testing.assert_allclose(value, f(x))
        np.testing.assert_allclose(tangent, central_difference(f, x), rtol=1e-6)
        np.testing.assert_allclose(tangent, tinygrad_ko.jvp(f, (x,), (1.0,))[1], rtol=1e-12)


def test_a_program_with_branches_and_loops_is_differentiated():
    def power(x, n):
        y = 1.0
        for _ in range(n):
            y = y * x
        return y if x > 0 else -y

    assert forward_derivative(lambda x: power(x, 5), 2.0) == 80
    assert forward_derivative(lambda x: power(x, 5), -2.0) == -80


def test_at_a_kink_both_modes_choose_the_same():
    for f in (np.abs, np.sqrt, lambda x: np.maximum(x, 0.0), lambda x: x**0.5, np.sign):
        assert forward_derivative(f, 0.0) == tinygrad_ko.grad(f)(0.0)


def test_comparisons_see_the_values_and_give_plain_booleans():
    x = Dual([1.0, 2.0], [5.0, 5.0])
    assert (x < 2).tolist() == [True, False]
    assert (x >= 2).tolist() == (x == 2).tolist() == (np.int64(2) <= x).tolist() == [False, True]
    assert (x <= [1, 1]).tolist() == (Dual(2.0) > x).tolist() == [True, False]
    assert (x != [1.0, 3.0]).tolist() == (x > 1).tolist() == [False, True]
    assert np.isfinite(x).all()
    assert bool(Dual(1.0)) is True
    assert bool(Dual(0.0, 1.0)) is False
    assert len({x, Dual(1.0)}) == 2


@pytest.mark.parametrize(
    ("dtype", "expected"), [("f4", "f4"), ("f2", "f2"), ("f8", "f8"), ("i4", "f8"), ("?", "f8")]
)
def test_tangents_have_the_dtype_of_a_gradient(dtype, expected):
    x = Dual(np.ones(2, dtype=dtype), 1.0)
    assert x.value.dtype == dtype
    assert x.tangent.dtype == expected
    assert (x * 2).tangent.dtype == expected
    assert (x * 2.5).value.dtype == expected


def test_constants_have_the_tangent_zero():
    assert Dual([1.0, 2.0]).tangent.tolist() == [0, 0]
    assert forward_derivative(lambda x: 3.0, 1.0) == 0
    assert forward_derivative(lambda x: np.clip(2.0, x, 3.0), 1.0) == 0
    # A condition chooses between numbers, and adds nothing to them.
    chosen = np.where(Dual([1.0, 0.0], 1.0), 2.0, 3.0)
    assert (chosen.value.tolist(), chosen.tangent.tolist()) == ([2, 3], [0, 0])


def test_several_values_come_back_in_their_form():
    value, tangent = jvp(lambda x: {"a": x, "b": [x**2, 1.0]}, (3.0,), (2.0,))
    assert value == {"a": 3, "b": [9, 1]}
    assert tangent == {"a": 2, "b": [12, 0]}


def test_nothing_has_to_be_recorded_around_it():
    with no_grad():
        assert forward_derivative(np.sin, 0.0) == 1


def test_the_arguments_stay_as_they_are():
    x, v = np.ones(2), np.ones(2)
    dual = Dual(x, v)
    v[0] = 7.0
    assert dual.tangent.tolist() == [1, 1]
    assert (np.exp(dual) * dual).shape == (2,)
    assert x.tolist() == [1, 1]


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda x: np.sum(x), r"np\.sum is not elementwise, .* tinygrad_ko\.jvp takes every"),
        (lambda x: np.reshape(x, (2, 1)), r"np\.reshape is not elementwise"),
        (lambda x: x @ x, r"np\.matmul is not elementwise"),
        (lambda x: np.ones(2) @ x, r"np\.matmul is not elementwise"),
        (lambda x: np.matmul(x, np.ones(2)), r"np\.matmul is not elementwise"),
        (lambda x: np.add.reduce(x), r"np\.add\.reduce is not elementwise"),
        (lambda x: np.linalg.norm(x), r"np\.linalg\.norm is not elementwise"),
        (lambda x: x[0], "a Dual cannot be indexed"),
        (list, "a Dual cannot be indexed"),
        (lambda x: np.spacing(x), r"np\.spacing has no rule in tinygrad_ko\.functions"),
        (lambda x: np.add(x, 1, out=np.ones(2)), r"np\.add on a Dual does not take out="),
        (lambda x: x + Variable(1.0), "forward mode computes with arrays, but a Variable"),
        (lambda x: Variable(1.0) + x, "a Dual does not turn into an array by itself"),
        (lambda x: F.sin(x), r"as in np\.sin\(x\), use x\.value, or .* with tinygrad_ko\.jvp"),
        (lambda x: np.asarray(x), "its tangent would be lost"),
        (math.sin, "must be real number, not Dual"),
        (float, "not 'Dual'"),
    ],
)
def test_what_it_cannot_do_is_said_by_name(call, text):
    with pytest.raises(TypeError, match=text):
        call(Dual([1.0, 2.0], [1.0, 0.0]))


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: Dual("a"), TypeError, "the value of a Dual must be a number"),
        (lambda: Dual(Variable(1.0)), TypeError, r"use its array, x\.data"),
        (lambda: Dual(1.0, Variable(1.0)), TypeError, r"use its array, x\.data"),
        (lambda: Dual(Dual(1.0)), TypeError, "a Dual does not turn into an array"),
        (lambda: Dual([1.0], [1.0, 2.0]), ValueError, r"its value, \(1,\), but one of shape \(2,"),
        (lambda: jvp(np.sin, 1.0, 1.0), TypeError, r"are tuples, as in jvp\(f, \(x,\), \(v,\)\)"),
        (lambda: jvp(np.sin, (1.0,), ()), ValueError, "but got 1 primals and 0 tangents"),
        (lambda: forward_derivative(np.sin, None), TypeError, "the point x must be a number"),
    ],
)
def test_wrong_use_is_answered(call, error, text):
    with pytest.raises(error, match=text):
        call()
