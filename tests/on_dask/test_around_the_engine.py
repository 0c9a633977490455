"""Shows what the rest of the engine does with Dask arrays: what stays lazy, and what computes."""

from __future__ import annotations

import dask
import dask.array as da
import numpy as np
import pytest
from lazily import computed, in_blocks

import tinygrad_ko.functions as F
from tinygrad_ko import (
    Variable,
    check_gradients,
    debug_mode,
    forward_mode,
    grad,
    hessian,
    hvp,
    jacobian,
    jvp,
    no_grad,
    numerical_diff,
    value_and_grad,
    vjp,
)
from tinygrad_ko.graph import Graph

POINT = np.array([0.3, -1.2, 0.8, 2.1])
DIRECTION = np.array([1.0, 0.5, -2.0, 0.25])


def scalar(x):
    return F.sum(F.sin(x) * x[::-1] * F.exp(0.1 * x))


def vector(x):
    return F.tanh(x) * F.cumsum(x)


def elementwise(x):
    return np.tanh(x) * x**2 - np.maximum(x, 0.5)


TRANSFORMS = {
    "grad": lambda x, v: grad(scalar)(x),
    "grad of grad": lambda x, v: grad(lambda x: F.sum(grad(scalar)(x) * v))(x),
    "value_and_grad": lambda x, v: value_and_grad(scalar)(x),
    "vjp": lambda x, v: vjp(vector, x)[1](v),
    "jvp": lambda x, v: jvp(vector, (x,), (v,)),
    "hvp": lambda x, v: hvp(scalar, (x,), (v,)),
    "jacobian": lambda x, v: jacobian(vector)(x),
    "hessian": lambda x, v: hessian(scalar)(x),
    "forward_mode.jvp": lambda x, v: forward_mode.jvp(elementwise, (x,), (v,)),
    "forward_mode.Dual": lambda x, v: _parts(np.sin(forward_mode.Dual(x, v)) / 2.0),
    "a dict": lambda x, v: grad(lambda p: scalar(p["x"] * p["v"]))({"x": x, "v": v})["v"],
}


def _parts(dual):
    return dual.value, dual.tangent


@pytest.mark.parametrize("name", TRANSFORMS)
def test_transforms_stay_lazy_and_give_numpys_numbers(name):
    def arrays(result):
        return list(result) if isinstance(result, tuple) else [result]

    expected = arrays(TRANSFORMS[name](POINT, DIRECTION))
    found = arrays(TRANSFORMS[name](in_blocks(POINT), in_blocks(DIRECTION)))
    for numbers, wanted in zip(computed(*found), expected, strict=True):
        assert (numbers.shape, numbers.dtype) == (wanted.shape, wanted.dtype)
        np.testing.assert_allclose(numbers, wanted, rtol=1e-12)


def test_broadcasting_is_undone_without_computing():
    rows, column = Variable(in_blocks(np.ones((3, 4)))), Variable(in_blocks(np.ones((3, 1))))
    row, number = Variable(in_blocks(np.arange(4))), Variable(in_blocks(2.0))
    (rows * column + row * number).backward()
    leaves = [rows, column, row, number]
    assert [x.grad.shape for x in leaves] == [x.shape for x in leaves]
    grads = computed(*[x.grad.data for x in leaves])
    assert [g.ravel()[-1] for g in grads] == [1.0, 4.0, 6.0, 18.0]


def test_numbers_and_arrays_of_numpy_join_in_as_constants():
    x = Variable(in_blocks(POINT.astype(np.float32)))
    y = (2 * x + np.float32(1)) * np.ones(4, dtype=np.float32) / 3.0
    y.backward()
    assert (y.dtype, x.grad.dtype) == (np.float32, np.float32)
    np.testing.assert_allclose(computed(x.grad.data)[0], 2 / 3, rtol=1e-6)


def test_gradients_accumulate_and_are_cleared():
    x = Variable(in_blocks(POINT))
    for _ in range(3):
        (x * x).backward()
    np.testing.assert_allclose(computed(x.grad.data)[0], 6 * POINT)
    x.cleargrad()
    assert x.grad is None


def test_nothing_is_recorded_inside_no_grad():
    x = Variable(in_blocks(POINT))
    with no_grad():
        y = scalar(x)
    assert y.creator is None
    assert isinstance(y.data, da.Array)


def test_gradients_in_between_are_kept_lazily():
    x = Variable(in_blocks(POINT))
    y = F.exp(x)
    F.sum(y * y).backward(retain_grad=True)
    np.testing.assert_allclose(computed(y.grad.data)[0], 2 * np.exp(POINT))


def test_a_graph_is_shown_without_computing_it():
    x = Variable(in_blocks(POINT), name="x")
    y = scalar(x)
    assert "Sin" in str(Graph(y))
    assert "array(4,)" in str(Graph(y))
    assert "<svg" in Graph(y)._repr_svg_()
    assert "dask.array" in repr(x)


def test_numbers_are_computed_where_they_are_asked_for():
    x = Variable(in_blocks(POINT))
    for ask in (float, int, bool, Variable.item):
        with pytest.raises(AssertionError, match="computed on the way"):
            ask(F.sum(x))
    with dask.config.set(scheduler="synchronous"):
        assert float(F.sum(x)) == pytest.approx(2.0)


def test_differences_and_checks_compute_because_they_compare_numbers():
    def f(x):
        return F.sum(F.sin(x))

    with pytest.raises(AssertionError, match="computed on the way"):
        check_gradients(f, in_blocks(POINT))
    with dask.config.set(scheduler="synchronous"):
        check_gradients(f, in_blocks(POINT), order=2)
        slope = numerical_diff(f, in_blocks(0.5))
    assert float(slope) == pytest.approx(np.cos(0.5))


def test_debug_mode_computes_to_find_the_first_nan():
    with debug_mode():
        x = Variable(in_blocks(np.array([1.0, 0.0])))
        with pytest.raises(AssertionError, match="computed on the way"):
            F.log(x)
        with (
            dask.config.set(scheduler="synchronous"),
            np.errstate(all="ignore"),
            pytest.raises(FloatingPointError, match=r"^Log.forward made the first infinity"),
        ):
            F.log(x)
