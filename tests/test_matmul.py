"""Matrix products have right gradients in every combination of dimensions NumPy allows."""

from __future__ import annotations

import autograd
import autograd.numpy
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import mutually_broadcastable_shapes

import tinygrad_ko.functions as F
from tinygrad_ko import Variable, check_gradients
from tinygrad_ko.functions import MatMul

SHAPES = [
    ((3,), (3,)),
    ((3,), (3, 2)),
    ((2, 3), (3,)),
    ((2, 3), (3, 2)),
    ((3,), (4, 3, 2)),
    ((4, 2, 3), (3,)),
    ((2, 3), (4, 3, 2)),
    ((4, 2, 3), (3, 2)),
    ((4, 2, 3), (4, 3, 2)),
    ((4, 2, 3), (1, 3, 2)),
    ((1, 2, 3), (4, 3, 2)),
    ((2, 1, 2, 3), (3, 3, 1)),
    ((2, 3), (2, 2, 3, 1)),
    ((3,), (2, 1, 3, 2)),
    ((2, 1, 2, 3), (3,)),
    ((1, 1), (1, 1)),
    ((1,), (1,)),
    ((0,), (0,)),
    ((2, 0), (0, 3)),
    ((0, 3), (3, 2)),
    ((0, 2, 3), (3, 2)),
    ((0, 2, 3), (1, 3, 2)),
]
each_shape = pytest.mark.parametrize(("shape0", "shape1"), SHAPES)


def filled(*shapes):
    rng = np.random.default_rng(0)
    return [rng.uniform(-2, 2, shape) for shape in shapes]


@each_shape
@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int64])
def test_value_and_gradients_have_the_right_shapes_and_dtypes(shape0, shape1, dtype):
    arrays = [x.astype(dtype) for x in filled(shape0, shape1)]
    x0, x1 = map(Variable, arrays)
    y = x0 @ x1
    expected = np.asarray(arrays[0] @ arrays[1])
    np.testing.assert_array_equal(y.data, expected)
    assert y.dtype == expected.dtype
    y.backward()
    for x in (x0, x1):
        assert x.grad.shape == x.shape
        assert x.grad.dtype == (dtype if dtype != np.int64 else np.float64)


@each_shape
def test_derivatives_to_the_second_order_agree_with_differences(shape0, shape1):
    check_gradients(F.matmul, *filled(shape0, shape1), order=2)


@each_shape
def test_one_constant_factor_leaves_the_other_gradient_the_same(shape0, shape1):
    a0, a1 = filled(shape0, shape1)
    x0, x1 = Variable(a0), Variable(a1)
    (x0 @ x1).backward()
    alone0, alone1 = Variable(a0), Variable(a1)
    (alone0 @ a1).backward()
    (a0 @ alone1).backward()
    np.testing.assert_array_equal(alone0.grad.data, x0.grad.data)
    np.testing.assert_array_equal(alone1.grad.data, x1.grad.data)


@settings(deadline=None, max_examples=60, derandomize=True)
@given(
    shapes=mutually_broadcastable_shapes(signature="(m?,k),(k,n?)->(m?,n?)", max_dims=3, max_side=3)
)
def test_generated_shapes_agree_with_an_engine_that_others_wrote(shapes):
    a0, a1 = filled(*shapes.input_shapes)
    x0, x1 = Variable(a0), Variable(a1)
    y = x0 @ x1
    weights = np.random.default_rng(1).uniform(0.5, 1.5, y.shape)
    y.backward(gradient=weights)

    def weighted(x0, x1):
        return autograd.numpy.sum(weights * autograd.numpy.matmul(x0, x1))

    for i, x in enumerate((x0, x1)):
        expected = autograd.grad(weighted, i)(a0, a1)
        np.testing.assert_allclose(x.grad.data, expected, rtol=1e-12, atol=1e-12)


@given(rows=st.integers(1, 3))
@settings(deadline=None, max_examples=3, derandomize=True)
def test_transposed_and_fortran_ordered_factors_give_the_same(rows):
    a0, a1 = filled((rows, 3), (3, 2))
    plain0, plain1 = Variable(a0), Variable(a1)
    (plain0 @ plain1).backward()
    odd0, odd1 = Variable(np.asfortranarray(a0)), Variable(np.ascontiguousarray(a1.T).T)
    (odd0 @ odd1).backward()
    np.testing.assert_allclose(odd0.grad.data, plain0.grad.data)
    np.testing.assert_allclose(odd1.grad.data, plain1.grad.data)


def test_only_what_a_wanted_gradient_needs_is_kept():
    W, batch = Variable(np.ones((3, 2))), np.ones((4, 3))
    y = batch @ W
    assert isinstance(y.creator, MatMul)
    assert y.creator.inputs[0] is batch
    assert y.creator.inputs[1] is None
