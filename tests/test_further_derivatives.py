"""Second derivatives are those of an engine that others wrote; those in float32 are close to them.

The functions and points are those of tests/test_functions.py, which looks at first derivatives.
"""

from __future__ import annotations

import autograd
import autograd.numpy
import numpy as np
import pytest
from every_case import CASES
from hypothesis import given, settings
from hypothesis import strategies as st

import tinygrad_ko.functions as F
from tinygrad_ko import Variable

each_case = pytest.mark.parametrize(
    "case",
    [pytest.param(case, id=f"{i}-{case.name}") for i, case in enumerate(CASES) if case.slope],
)
few = settings(deadline=None, max_examples=4, derandomize=True, database=None)
# In roundings of float32, beside the largest number: rules take a dozen steps, differences cancel.
ROUNDINGS = 200


def weights(array, seed):
    """Numbers without symmetry, so that no two derivatives can cancel or change places."""
    return np.random.default_rng(seed).uniform(0.5, 1.5, np.shape(array)).astype(array.dtype)


def derivatives(f, arrays):
    """The gradients of a weighted sum of f's elements, and those of a weighted sum of them."""
    leaves = [Variable(x) for x in arrays]
    y = f(*leaves)
    y.backward(gradient=weights(y.data, 0), create_graph=True)
    firsts = [leaf.grad for leaf in leaves]
    for leaf in leaves:
        leaf.cleargrad()
    total = sum(F.sum(g * weights(g.data, i + 1)) for i, g in enumerate(firsts))
    if total.creator is not None:
        total.backward()
    seconds = [np.zeros_like(x.data) if x.grad is None else x.grad.data for x in leaves]
    return [g.data for g in firsts], seconds


def derivatives_of_others(f, arrays):
    """The same of a formula, by autograd."""
    argnums = tuple(range(len(arrays)))

    def first(*xs):
        y = f(autograd.numpy, *xs)
        return autograd.numpy.sum(weights(y, 0) * y)

    def second(*xs):
        gradients = autograd.grad(first, argnums)(*xs)
        return sum(autograd.numpy.sum(g * weights(g, i + 1)) for i, g in enumerate(gradients))

    return autograd.grad(first, argnums)(*arrays), autograd.grad(second, argnums)(*arrays)


@each_case
@few
@given(data=st.data(), seed=st.integers(0, 1000))
@pytest.mark.filterwarnings("ignore:Output seems independent of input")
def test_second_derivatives_agree_with_an_engine_that_others_wrote(case, data, seed):
    arrays = case.points(data.draw(case.shapes), seed)
    found = derivatives(case.ours, arrays)
    expected = derivatives_of_others(case.theirs, arrays)
    for ours, theirs in zip(found, expected, strict=True):
        for x, y in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(x, y, rtol=1e-9, atol=1e-9)


def test_a_wrong_second_derivative_is_noticed():
    (first,), (second,) = derivatives(F.sin, [np.array([0.3, 0.8])])
    (same,), (other,) = derivatives_of_others(lambda np, x: np.sin(x), [np.array([0.3, 0.8])])
    np.testing.assert_allclose(first, same)
    np.testing.assert_allclose(second, other)
    (_,), (wrong,) = derivatives(lambda x: F.sin(x) + 0.1 * x**2, [np.array([0.3, 0.8])])
    assert np.all(np.abs(wrong - other) > 0.01)


@each_case
@few
@given(data=st.data(), seed=st.integers(0, 1000))
def test_derivatives_in_float32_are_close_to_those_in_float64(case, data, seed):
    arrays = [x.astype(np.float32) for x in case.points(data.draw(case.shapes), seed)]
    expected = derivatives(case.ours, [x.astype(np.float64) for x in arrays])
    found = derivatives(case.ours, arrays)
    for narrow, wide in zip(found, expected, strict=True):
        for x, y in zip(narrow, wide, strict=True):
            assert x.dtype == np.float32
            largest = max(1.0, float(np.max(np.abs(y), initial=0.0)))
            within = ROUNDINGS * float(np.finfo(np.float32).eps) * largest
            np.testing.assert_allclose(x, y, rtol=0, atol=within)
