"""Every function has NumPy's values, and gradients of its arguments' shape, dtype and kind."""

from __future__ import annotations

import autograd
import autograd.numpy
import numpy as np
import pytest
from every_case import CASES
from hypothesis import given, settings
from hypothesis import strategies as st

import tinygrad_ko.functions as F
from tinygrad_ko import Variable, check_gradients, jvp, vjp
from tinygrad_ko.node import Node

DTYPES = st.sampled_from([np.float64, np.float32, np.float16, np.int64, np.int8, np.uint8])
SEEDS = st.integers(0, 1000)
PLAIN = {"accuracy"}  # counts, and so has no gradient to compare
each_case = pytest.mark.parametrize(
    "case", [pytest.param(case, id=f"{i}-{case.name}") for i, case in enumerate(CASES)]
)
settings.register_profile("engine", deadline=None, max_examples=8, derandomize=True)
few = settings.get_profile("engine")


def of_dtypes(data, case, arrays):
    """The arrays in dtypes of their own; whole numbers from 1 on for integers."""
    changed = []
    for x in arrays:
        dtype = np.dtype(data.draw(DTYPES))
        whole = np.argsort(np.argsort(x.ravel())).reshape(x.shape) + 1
        changed.append((x if dtype.kind == "f" else whole).astype(dtype))
    return changed


def assert_same(case, arrays, found, expected):
    """Equal, or as close as the least exact dtype among the arrays allows."""
    floats = [x.dtype for x in (*arrays, expected) if x.dtype.kind == "f"]
    within = case.ulps * max((np.finfo(dtype).eps for dtype in floats), default=0.0)
    np.testing.assert_allclose(found, expected, rtol=within, atol=within)


@each_case
@few
@given(data=st.data(), seed=SEEDS)
def test_values_are_those_of_numpy(case, data, seed):
    arrays = of_dtypes(data, case, case.points(data.draw(case.shapes), seed))
    copies = [x.copy() for x in arrays]
    expected = np.asarray(case.theirs(np, *copies))
    y = case.ours(*map(Variable, arrays))
    assert y.shape == expected.shape
    assert y.dtype == expected.dtype
    assert_same(case, arrays, y.data, expected)
    for x, copy in zip(arrays, copies, strict=True):
        np.testing.assert_array_equal(x, copy)


@each_case
@few
@given(data=st.data(), seed=SEEDS)
def test_gradients_have_the_shape_dtype_and_type_of_the_input(case, data, seed):
    arrays = of_dtypes(data, case, case.points(data.draw(case.shapes), seed))
    for create_graph in (False, True):
        leaves = [Variable(x) for x in arrays]
        case.ours(*leaves).backward(create_graph=create_graph)
        for leaf in leaves:
            assert leaf.grad.shape == leaf.shape
            assert leaf.grad.dtype == (leaf.dtype if leaf.dtype.kind == "f" else np.float64)
            assert type(leaf.grad.data) is np.ndarray
            assert not np.shares_memory(leaf.grad.data, leaf.data)


@each_case
@few
@given(data=st.data(), seed=SEEDS)
def test_first_and_second_derivatives_agree_with_differences(case, data, seed):
    check_gradients(case.ours, *case.points(data.draw(case.shapes), seed), order=2)


@each_case
@few
@given(data=st.data(), seed=SEEDS)
def test_gradients_agree_with_an_engine_that_others_wrote(case, data, seed):
    arrays = case.points(data.draw(case.shapes), seed)
    leaves = [Variable(x) for x in arrays]
    y = case.ours(*leaves)
    weights = np.random.default_rng(seed).uniform(0.5, 1.5, y.shape)
    y.backward(gradient=weights)
    for i, leaf in enumerate(leaves):
        expected = np.zeros(leaf.shape)
        if case.slope:

            def weighted(x, i=i):
                moved = [*arrays[:i], x, *arrays[i + 1 :]]
                return autograd.numpy.sum(weights * case.theirs(autograd.numpy, *moved))

            expected = autograd.grad(weighted)(arrays[i])
        np.testing.assert_allclose(leaf.grad.data, expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("case", [case for case in CASES if case.slope], ids=lambda case: case.name)
@given(data=st.data(), seed=SEEDS)
@settings(few, max_examples=4)
def test_the_gradient_of_a_gradient_is_the_derivative_forward(case, data, seed):
    """A rule is linear in what arrives, and its own rule undoes it: u · (J v) is v · (Jᵀ u).

    Elsewhere what arrives does not depend on x, and the rule of a rule hardly counts.
    """
    arrays = case.points(data.draw(case.shapes), seed)
    rng = np.random.default_rng(seed)
    v = [rng.uniform(-1.0, 1.0, x.shape) for x in arrays]
    y, along_v = jvp(case.ours, tuple(arrays), tuple(v))
    u = rng.uniform(-1.0, 1.0, y.shape)
    assert along_v.shape == y.shape
    back = vjp(case.ours, *arrays)[1](u)
    back = back if isinstance(back, tuple) else (back,)
    forward = np.sum(u * along_v)
    backward = sum(np.sum(each * gradient) for each, gradient in zip(v, back, strict=True))
    scale = 1.0 + sum(np.sum(np.abs(each * g)) for each, g in zip(v, back, strict=True))
    assert abs(forward - backward) <= 1e-12 * scale


@each_case
@few
@given(data=st.data(), seed=SEEDS)
def test_constants_are_computed_without_a_graph(case, data, seed):
    arrays = case.points(data.draw(case.shapes), seed)
    y = case.ours(*arrays)
    assert isinstance(y, Variable)
    assert y.creator is None
    assert_same(case, arrays, y.data, np.asarray(case.theirs(np, *arrays)))


@pytest.mark.parametrize("case", [case for case in CASES if case.slope], ids=lambda case: case.name)
@given(data=st.data(), seed=SEEDS)
@settings(few, max_examples=3)
def test_a_constant_beside_a_variable_takes_no_gradient(case, data, seed):
    arrays = case.points(data.draw(case.shapes), seed)
    all_of_them = [Variable(x) for x in arrays]
    case.ours(*all_of_them).backward()
    for i, x in enumerate(arrays):
        leaf = Variable(x)
        case.ours(*arrays[:i], leaf, *arrays[i + 1 :]).backward()
        np.testing.assert_array_equal(leaf.grad.data, all_of_them[i].grad.data)


def functions_of(y):
    """The names of the classes of all Functions behind a Variable."""
    names, waiting = set(), [y.creator]
    while waiting:
        node = waiting.pop()
        names.add(type(node).__name__)
        waiting.extend(parent for parent in node.parents if isinstance(parent, Node))
    return names


def test_no_function_and_no_class_is_without_a_case():
    public = set(F.__all__) - PLAIN
    assert {case.name for case in CASES} == {name for name in public if name.islower()}

    used = set()
    shapes_to_try = [((2,), (2,)), ((2, 2), (2, 2)), ((2, 1, 2),)]
    for case in CASES:
        for shapes in shapes_to_try:
            arrays = [np.full(shape, 0.5) for shape in shapes]
            arity = case.ours.__code__.co_argcount if hasattr(case.ours, "__code__") else 1
            try:
                y = case.ours(*[Variable(x) for x in arrays[:arity]])
            except (ValueError, IndexError, TypeError):  # not the right number of axes
                continue
            if y.creator is not None:
                used |= functions_of(y)
    assert {name for name in public if not name.islower()} <= used
