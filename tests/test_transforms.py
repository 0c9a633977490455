"""grad and its relatives: right, for trees of arrays, nested, and gone without a trace."""

from __future__ import annotations

from collections import namedtuple
from concurrent.futures import ThreadPoolExecutor

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from collector import alive, few_objects, no_collector  # noqa: F401 (fixtures)
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

import tinygrad_ko.functions as F
from tinygrad_ko import (
    Parameter,
    Variable,
    grad,
    hessian,
    hvp,
    jacobian,
    jvp,
    no_grad,
    value_and_grad,
    vjp,
)

NUMBERS = st.floats(-1.5, 1.5).map(lambda number: round(number, 3))
SHAPES = array_shapes(min_dims=0, max_dims=2, min_side=0, max_side=3)
POINTS = SHAPES.flatmap(lambda shape: arrays(np.float64, shape, elements=NUMBERS))
few = settings(deadline=None, max_examples=25, derandomize=True)
Pair = namedtuple("Pair", "first second")


def scalar(np, x):
    return np.sum(np.sin(x) * x**2) + np.sum(x) ** 3


def array(np, x):
    return np.tanh(x) * np.sum(x**2) + np.exp(0.3 * x)


def ours(f):
    return lambda x: f(np, x)


def theirs(f):
    return lambda x: f(anp, x)


@few
@given(x=POINTS)
def test_gradients_agree_with_an_engine_that_others_wrote(x):
    value, gradient = value_and_grad(ours(scalar))(x)
    assert type(value) is type(gradient) is np.ndarray
    np.testing.assert_allclose(value, scalar(np, x))
    np.testing.assert_allclose(gradient, autograd.grad(theirs(scalar))(x), atol=1e-12)
    assert gradient.shape == x.shape


@few
@given(x=POINTS)
def test_jacobians_agree_with_an_engine_that_others_wrote(x):
    found = jacobian(ours(array))(x)
    assert found.shape == x.shape * 2
    if x.size:
        np.testing.assert_allclose(found, autograd.jacobian(theirs(array))(x), atol=1e-12)


@few
@given(x=POINTS)
def test_hessians_agree_with_an_engine_that_others_wrote(x):
    found = hessian(ours(scalar))(x)
    assert type(found) is np.ndarray
    assert found.shape == x.shape * 2
    if x.size:
        np.testing.assert_allclose(found, autograd.hessian(theirs(scalar))(x), atol=1e-11)


@few
@given(x=POINTS, seed=st.integers(0, 100))
def test_a_hessian_vector_product_is_that_of_the_matrix(x, seed):
    v = np.random.default_rng(seed).normal(size=x.shape)
    (product,) = hvp(ours(scalar), (x,), (v,))
    expected = np.tensordot(hessian(ours(scalar))(x), v, axes=x.ndim)
    np.testing.assert_allclose(product, expected, atol=1e-11)


@few
@given(x=POINTS, seed=st.integers(0, 100))
def test_both_products_with_a_jacobian_are_each_others_transpose(x, seed):
    rng = np.random.default_rng(seed)
    y, vjp_fun = vjp(ours(array), x)
    u, v = rng.normal(size=y.shape), rng.normal(size=x.shape)
    value, tangent = jvp(ours(array), (x,), (v,))
    np.testing.assert_array_equal(value, y)
    assert tangent.shape == y.shape
    assert np.sum(u * tangent) == pytest.approx(np.sum(vjp_fun(u)[0] * v), abs=1e-10)
    matrix = jacobian(ours(array))(x)
    np.testing.assert_allclose(tangent, np.tensordot(matrix, v, axes=x.ndim), atol=1e-11)
    np.testing.assert_allclose(vjp_fun(u)[0], np.tensordot(u, matrix, axes=y.ndim), atol=1e-11)


@pytest.mark.parametrize("order", range(1, 7))
def test_gradients_nest_to_any_order(order):
    f, expected = np.tanh, anp.tanh
    for _ in range(order):
        f, expected = grad(f), autograd.grad(expected)
    assert f(0.4) == pytest.approx(expected(0.4), rel=1e-9)


def test_a_linear_function_has_further_derivatives_of_zero():
    assert grad(grad(lambda x: 2 * x))(3.0) == 0
    assert hessian(lambda x: np.sum(3 * x))(np.ones(2)).tolist() == [[0, 0], [0, 0]]
    assert grad(lambda x: 7.0)(3.0) == 0
    assert jvp(lambda x: np.ones(2), (np.ones(3),), (np.ones(3),))[1].tolist() == [0, 0]


def test_an_inner_function_that_uses_an_outer_argument_is_not_confused():
    def f(x):  # x * d/dy (x + y) at y = 1 is x
        return x * grad(lambda y: x + y)(1.0)

    assert grad(f)(2.0) == 1.0

    def g(x):  # d/dy x**2 y**3 at y = 2 is 12 x**2, and its derivative 24 x
        return grad(lambda y: x**2 * y**3)(2.0)

    assert grad(g)(5.0) == 120.0
    assert grad(grad(g))(5.0) == 24.0
    assert jvp(g, (5.0,), (1.0,))[1] == 120.0
    assert vjp(lambda x: jacobian(lambda y: x * y**2)(np.array([1.0, 3.0])), 2.0)[1](
        np.array([[1.0, 0.0], [0.0, 10.0]])
    ) == (62.0,)


def test_every_transform_can_be_differentiated():
    x, v = np.array([0.5, -0.3]), np.array([0.2, 1.0])

    def along(x):
        return jvp(ours(scalar), (x,), (v,))[1]

    def through(x):
        return np.sum(vjp(ours(array), x)[1](v)[0])

    np.testing.assert_allclose(grad(along)(x), hvp(ours(scalar), (x,), (v,))[0], atol=1e-12)
    third = autograd.grad(lambda x: anp.sum(autograd.make_vjp(theirs(array))(x)[0](v)))(x)
    np.testing.assert_allclose(grad(through)(x), third, atol=1e-12)
    cubic = jacobian(hessian(lambda x: np.sum(x**3)))(x)
    assert cubic[0, 0, 0] == pytest.approx(6)
    assert cubic[1, 0, 1] == 0
    directions = grad(lambda v: jvp(ours(scalar), (x,), (v,))[1])(v)
    np.testing.assert_allclose(directions, grad(ours(scalar))(x), atol=1e-12)
    twice = hvp(lambda x: np.sum(hvp(ours(scalar), (x,), (v,))[0] ** 2), (x,), (v,))[0]
    expected = hessian(lambda x: np.sum((hessian(ours(scalar))(x) @ v) ** 2))(x) @ v
    np.testing.assert_allclose(twice, expected, atol=1e-9)


def test_descent_steps_can_be_differentiated_through():
    def last(rate):
        x = 1.0
        for _ in range(5):
            x = x - rate * grad(lambda x: x**2)(x)
        return x

    assert grad(last)(0.1) == pytest.approx(-10 * 0.8**4)


def test_the_cost_of_an_inner_gradient_does_not_grow_with_the_past_of_its_argument():
    calls = []

    class Counted(F.Sin):
        def backward(self, gy):
            calls.append(1)
            return super().backward(gy)

    x = Counted()(Counted()(Variable(1.0)))
    y = grad(Counted())(x)
    assert len(calls) == 1
    y.backward()
    assert len(calls) > 1


# --- What comes back ---


def test_arrays_give_arrays_and_variables_give_variables_with_a_graph():
    x = np.array([1.0, 2.0])
    results = {
        "grad": lambda x: grad(ours(scalar))(x),
        "value": lambda x: value_and_grad(ours(scalar))(x)[0],
        "vjp value": lambda x: vjp(ours(array), x)[0],
        "vjp": lambda x: vjp(ours(array), x)[1](np.ones(2))[0],
        "jvp value": lambda x: jvp(ours(array), (x,), (np.ones(2),))[0],
        "jvp": lambda x: jvp(ours(array), (x,), (np.ones(2),))[1],
        "jacobian": lambda x: jacobian(ours(array))(x),
        "hessian": lambda x: hessian(ours(scalar))(x),
        "hvp": lambda x: hvp(ours(scalar), (x,), (np.ones(2),))[0],
    }
    for name, result in results.items():
        assert type(result(x)) is np.ndarray, name
        leaf = Variable(x)
        variable = result(leaf)
        assert isinstance(variable, Variable), name
        np.testing.assert_array_equal(variable.data, result(x))
        variable.backward()
        expected = grad(lambda x, result=result: np.sum(result(x)))(x)
        np.testing.assert_allclose(leaf.grad.data, expected, atol=1e-12, err_msg=name)
        with no_grad():
            assert result(Variable(x)).creator is None, name
            assert isinstance(result(Variable(x)), Variable), name
            assert type(result(x)) is np.ndarray, name


def test_any_variable_among_the_arguments_counts():
    w = Variable(3.0)
    for found in (
        grad(lambda x, w: w * x**2)(2.0, w),
        grad(lambda x, p: p["w"][0] * x**2)(2.0, {"w": [w]}),
        grad(lambda x, w: w * x**2)(2.0, w=w),
    ):
        w.cleargrad()
        found.backward()
        assert w.grad.item() == 4
    w.cleargrad()
    jvp(lambda x: x**3, (2.0,), (w,))[1].backward()
    assert w.grad.item() == 12
    constant = grad(lambda x: 2 * x)(w)
    assert isinstance(constant, Variable)
    assert isinstance(jvp(lambda x: 2 * x, (w,), (1.0,))[1], Variable)


def test_a_variable_that_is_no_argument_is_a_constant():
    w = Variable(3.0)
    assert type(grad(lambda x: w * x**2)(2.0)) is np.ndarray
    assert w.grad is None


def test_no_grad_around_the_call_does_not_stop_it_but_inside_it_does():
    with no_grad():
        assert grad(grad(np.sin))(0.5) == pytest.approx(-np.sin(0.5))
    assert grad(no_grad()(np.sin))(0.5) == 0


def test_no_grad_is_left_on_anything():
    x, w = Variable(2.0), Parameter(3.0)
    y = x * 2
    for transform in (grad, value_and_grad, jacobian, hessian):
        transform(lambda a, b: w * F.sin(a) * b, argnums=(0, 1))(x, y)
    jvp(lambda a: w * a**2, (y,), (x,))
    hvp(lambda a: w * a**3, (y,), (x,))
    assert x.grad is w.grad is y.grad is None


@pytest.mark.parametrize(
    ("dtype", "expected"), [("f4", "f4"), ("f2", "f2"), ("f8", "f8"), ("i4", "f8"), ("?", "f8")]
)
def test_gradients_have_the_dtype_of_the_argument(dtype, expected):
    x = np.ones(2, dtype=dtype)
    assert grad(lambda x: np.sum(x * 2.0))(x).dtype == expected
    assert jacobian(lambda x: x * 2.0)(x).dtype == expected
    assert vjp(lambda x: x * 2.0, x)[1](np.ones(2))[0].dtype == expected
    assert jvp(lambda x: x * 2.0, (x,), (np.ones(2),))[1].dtype == expected


def test_results_share_no_memory_with_the_arguments():
    x, u = np.ones(3), np.ones(3)
    value, vjp_fun = vjp(lambda x, y: (x, y), x, x)
    gradients = vjp_fun((u, u))
    assert not any(np.shares_memory(a, b) for a in gradients for b in (x, u))
    assert not np.shares_memory(*gradients)
    assert [v.tolist() for v in value] == [[1, 1, 1]] * 2


# --- Arguments and trees ---


def test_argnums_choose_the_arguments():
    def f(x, y, z):
        return x * y**2 * z**3

    assert grad(f)(2.0, 3.0, 1.0) == 9
    assert grad(f, 1)(2.0, 3.0, 1.0) == 12
    assert grad(f, -1)(2.0, 3.0, 1.0) == 54
    assert grad(f, (2, 0))(2.0, 3.0, 1.0) == (54, 9)
    assert grad(f, (1,))(2.0, 3.0, 1.0) == (12,)
    assert grad(f)(2.0, 3.0, z=1.0) == 9
    assert hessian(f, (0, 1))(2.0, 3.0, 1.0) == ((0, 6), (6, 4))


def test_other_arguments_are_passed_on_as_they_are():
    given = ["text", None, {"a": 1}]

    def f(x, *others, key):
        assert list(others) == given
        assert key is given
        return x * 2

    assert grad(f)(1.0, *given, key=given) == 2


def test_the_same_variable_may_be_two_arguments():
    x = Variable(3.0)
    gx0, gx1 = grad(lambda a, b: a**2 * b, (0, 1))(x, x)
    assert (gx0.item(), gx1.item()) == (18, 9)
    gx0.backward()  # 2ab: 2b + 2a
    assert x.grad.item() == 12


def test_of_a_tree_without_arrays_the_gradient_is_that_tree():
    w = Variable(3.0)
    assert grad(lambda p: w * w)({}) == {}
    value, pull = vjp(lambda p: w * w, [])
    assert (value, pull(1.0)) == (9, ([],))
    assert w.grad is None


def test_trees_of_arrays_give_trees_of_gradients():
    p = {"W": np.ones((2, 3)), "rest": [Pair(1.0, np.ones(2)), (2.0,)]}

    def loss(p, x):
        pair, (c,) = p["rest"]
        return np.sum(np.sin(x @ p["W"]) * pair.first * c) + np.sum(pair.second**2) * c

    x = np.array([[0.1, 0.2]])
    value, g = value_and_grad(loss)(p, x)
    assert list(g) == ["W", "rest"]
    assert isinstance(g["rest"][0], Pair)
    assert g["rest"][0].second.tolist() == [4, 4]
    assert g["rest"][1][0] == pytest.approx(float(value) / 2)
    expected = autograd.grad(lambda W: anp.sum(anp.sin(anp.dot(x, W)) * 2))(p["W"])
    np.testing.assert_allclose(g["W"], expected)
    second = grad(lambda p: np.sum(grad(loss)(p, x)["rest"][0].second))(p)
    assert second["rest"][0].second.tolist() == [4, 4]
    (product,) = hvp(lambda p: loss(p, x), (p,), (g,))
    assert product["rest"][1][0].shape == ()


def test_trees_of_values_give_trees_of_jacobians():
    found = jacobian(lambda x, y: {"a": x * y, "b": [x]}, (0, 1))(np.array([1.0, 2.0]), 3.0)
    assert found["a"][0].tolist() == [[3, 0], [0, 3]]
    assert found["a"][1].tolist() == [1, 2]
    assert found["b"][0][1].tolist() == [0, 0]
    value, tangent = jvp(lambda x: {"a": x, "b": (x**2,)}, (3.0,), (2.0,))
    assert (value["b"], tangent) == ((9,), {"a": 2, "b": (12,)})
    back = vjp(lambda x: {"a": x, "b": (x**2,)}, 3.0)[1]
    assert back({"b": [1.0], "a": 10.0}) == (16,)
    assert back({"b": [1.0], "a": 0.0}) == (6,)


# --- Nothing is left ---


def everything(x, v):
    f = ours(scalar)
    return [
        *(grad(f)(x), value_and_grad(f)(x), grad(lambda x: np.sum(grad(f)(x)))(x)),
        *(vjp(f, x)[1](1.0), jvp(f, (x,), (v,)), hvp(f, (x,), (v,))),
        *(jacobian(ours(array))(x), hessian(f)(x), jacobian(hessian(f))(x)),
    ]


def fails(x, v):
    def f(y):
        grad(lambda z: z * y)(2.0)
        raise ValueError("on purpose")

    try:
        grad(lambda x: grad(f)(x) + x)(2.0)
    except ValueError:
        return
    raise AssertionError("no error")


@pytest.mark.usefixtures("no_collector")
@pytest.mark.parametrize("use", [everything, fails])
@pytest.mark.parametrize("kind", [np.array, Variable])
def test_nothing_is_left_with_the_collector_off(use, kind):
    before = alive()
    x, v = kind([0.5, 0.2]), kind([1.0, 2.0])
    use(x, v)
    del x, v
    assert alive() == before


def test_a_vjp_function_may_be_called_often_and_by_several_threads():
    x = Variable(np.linspace(0, 1, 5)) * 2
    _, vjp_fun = vjp(ours(array), x)
    expected = jacobian(ours(array))(x.data)

    def product(i):
        return vjp_fun(np.eye(5)[i % 5])[0].data

    with ThreadPoolExecutor(8) as pool:
        for i, found in enumerate(pool.map(product, range(200))):
            np.testing.assert_allclose(found, expected[i % 5], atol=1e-12)
