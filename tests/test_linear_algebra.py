"""Products over axes in every combination of dimensions and labels, and what they keep."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import tinygrad_ko.functions as F
from tinygrad_ko import Variable, check_gradients, debug_mode


def filled(*shapes):
    rng = np.random.default_rng(0)
    return [rng.uniform(-2, 2, shape) for shape in shapes]


DIMENSIONS = [(), (2,), (3, 2), (2, 3, 2)]


@pytest.mark.parametrize(("shape0", "shape1"), list(itertools.product(DIMENSIONS, DIMENSIONS)))
def test_dot_and_inner_have_the_rules_of_numpy_in_every_combination(shape0, shape1):
    b_of_dot = (*shape1[:-2], shape1[-1], shape1[-2]) if len(shape1) > 1 else shape1
    for name, shape in (("dot", b_of_dot), ("inner", shape1)):
        arrays = filled(shape0, shape)
        expected = getattr(np, name)(*arrays)
        y = getattr(F, name)(*map(Variable, arrays))
        assert y.shape == np.shape(expected)
        np.testing.assert_allclose(y.data, expected, rtol=1e-14, atol=1e-14)
        check_gradients(getattr(F, name), *arrays, order=2)


@pytest.mark.parametrize("method", ["dot", "trace"])
def test_the_methods_of_arrays_are_methods_of_variables(method):
    (x,) = filled((2, 2))
    arguments = (x,) if method == "dot" else (1,)
    expected = getattr(x, method)(*arguments)
    np.testing.assert_array_equal(getattr(Variable(x), method)(*arguments).data, expected)


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.dot(x, x),
        lambda x: np.dot(np.ones((2, 2)), x),
        lambda x: np.inner(x, x),
        lambda x: np.outer(x, np.ones(3)),
        lambda x: np.trace(x, offset=1),
        lambda x: np.tensordot(x, x, axes=1),
        lambda x: np.linalg.tensordot(x, x),
        lambda x: np.linalg.matmul(x, x),
        lambda x: np.einsum("ij,jk->ik", x, np.ones((2, 2))),
        lambda x: np.einsum("ij,jk,kl", x, x, x, optimize=True),
        lambda x: np.einsum(x, [0, 0]),
        lambda x: np.einsum(x, [0, 30]),
        lambda x: np.einsum(x, [30, 0]),
        lambda x: np.einsum(x, [..., 1], np.ones(2), [1], [..., 1]),
        lambda x: np.einsum(x, [0, 1], np.arange(6.0).reshape(3, 2), [2, 1], [2, 0]),
        lambda x: np.einsum(x, [0, 1], x, [1, 2], x, [2, 3]),
        lambda x: np.linalg.inv(x),
        lambda x: np.linalg.solve(x, np.ones(2)),
        lambda x: np.linalg.solve(np.eye(2), x),
        lambda x: np.linalg.det(x),
        lambda x: np.linalg.slogdet(x).sign,
        lambda x: np.linalg.slogdet(x)[1],
    ],
)
def test_numpy_functions_record_what_they_compute(f):
    x = np.array([[0.5, 1.5], [2.5, -3.5]])
    y = f(Variable(x))
    assert isinstance(y, Variable)
    np.testing.assert_array_equal(y.data, f(x))
    y.backward()
    check_gradients(f, x, order=2)


@pytest.mark.parametrize(
    ("subscripts", "shapes"),
    [
        ("ij->", [(2, 3)]),
        ("ij->j", [(2, 3)]),
        ("ba", [(2, 3)]),
        ("bA", [(2, 3)]),
        ("ii", [(3, 3)]),
        ("ii->i", [(3, 3)]),
        ("iij->j", [(2, 2, 3)]),
        ("iji->ij", [(2, 3, 2)]),
        ("iii", [(2, 2, 2)]),
        ("iijj->ij", [(2, 2, 3, 3)]),
        ("ii,i->", [(3, 3), (3,)]),
        ("ii,jj->ij", [(2, 2), (3, 3)]),
        ("ij,k->k", [(2, 3), (2,)]),
        ("ij,jk,kl->li", [(2, 3), (3, 2), (2, 2)]),
        ("i,i,i,i->i", [(2,), (2,), (2,), (2,)]),
        ("i,->i", [(3,), ()]),
        (",", [(), ()]),
        ("->", [()]),
        ("i...->...", [(2, 3)]),
        ("...i->i...", [(2, 1, 3)]),
        ("...i,...i", [(2, 3), (3,)]),
        ("i...,i...->...", [(2, 1, 3), (2, 2, 1)]),
        ("...,...", [(2, 1), (3,)]),
        ("...ij,...jk->...ik", [(2, 1, 2, 3), (3, 3, 1)]),
        ("...ii->...", [(2, 3, 3)]),
        ("i,i->i", [(1,), (3,)]),
        ("i,i->", [(3,), (1,)]),
        ("ij,ij", [(2, 1), (1, 3)]),
        ("ii,ij", [(1, 1), (3, 2)]),
        (" i j , j k -> i k ", [(2, 3), (3, 2)]),
        ("ij,jk", [(0, 3), (3, 2)]),
        ("ij,jk", [(2, 0), (0, 3)]),
        ("ii->i", [(0, 0)]),
        ("ij,j->", [(0, 2), (2,)]),
    ],
)
@pytest.mark.parametrize("optimize", [False, True, "greedy"])
def test_einsum_has_the_value_of_numpy_and_the_gradient_of_every_operand(
    subscripts, shapes, optimize
):
    arrays = filled(*shapes)

    def f(*xs):
        return F.einsum(subscripts, *xs, optimize=optimize)

    expected = np.einsum(subscripts, *arrays)
    y = f(*map(Variable, arrays))
    assert y.shape == expected.shape
    np.testing.assert_allclose(y.data, expected, rtol=1e-14, atol=1e-14)
    check_gradients(f, *arrays, order=2)
    for i, x in enumerate(arrays):
        alone = Variable(x)
        f(*arrays[:i], alone, *arrays[i + 1 :]).backward()
        together = [Variable(each) for each in arrays]
        f(*together).backward()
        np.testing.assert_array_equal(alone.grad.data, together[i].grad.data)


def test_a_gradient_off_the_diagonal_is_zero_though_the_one_on_it_is_not_finite():
    for f in (lambda x: F.einsum("ii->i", x), lambda x: F.einsum("ii", x), F.trace):
        x = Variable(np.ones((2, 2)))
        y = f(x)
        y.backward(gradient=np.full(y.shape, np.inf))
        np.testing.assert_array_equal(x.grad.data, [[np.inf, 0], [0, np.inf]])


def test_the_way_of_einsum_to_compute_is_passed_on_to_numpy(monkeypatch):
    ways, numpys = [], np.einsum

    def noting(*args, **kwargs):
        ways.append(kwargs["optimize"])
        return numpys(*args, **kwargs)

    monkeypatch.setattr(np, "einsum", noting)
    x = Variable(np.ones((2, 2)))
    y = F.einsum("ij,jk,kl", x, x, x, optimize="greedy")
    y.backward()
    assert set(ways) == {"greedy"}
    assert len(ways) == 4  # the value, and a gradient for each operand


def test_einsum_keeps_the_partners_of_what_wants_a_gradient_and_nothing_else():
    W, batch = Variable(np.ones((3, 2))), np.ones((4, 3))
    first, second = F.einsum("ij,jk", batch, W).creator.inputs
    assert first is batch
    assert second is None
    assert F.einsum("ij->ji", W).creator.inputs == (None,)
    kept = F.einsum("ij,jk,jk", batch, W, W).creator.inputs
    assert [each is not None for each in kept] == [True, True, True]


def test_contractions_keep_the_partner_of_a_constant_only():
    W, batch = Variable(np.ones((3, 2))), np.ones((4, 3))
    for y in (
        F.tensordot(batch, W, 1),
        F.linear(batch, W),
        F.linear(batch, W, Variable(np.ones(2))),
        F.outer(batch, W),
    ):
        assert y.creator.inputs[0] is batch
        assert y.creator.inputs[1] is None


@pytest.mark.parametrize(
    ("axes", "shape0", "shape1"),
    [
        (0, (), ()),
        (0, (2,), (2, 1)),
        (1, (3, 2), (2,)),
        (2, (2, 3, 2), (3, 2, 2)),
        (3, (2, 1, 3), (2, 1, 3)),
        ((0, 0), (2, 3), (2, 2)),
        (([2, 0], [0, 1]), (2, 3, 1), (1, 2, 2)),
        (((-1, 0), (1, -1)), (2, 2, 3), (1, 3, 2)),
        (((0, 1, 2), (2, 0, 1)), (2, 3, 1), (3, 1, 2)),
        (((), ()), (2,), (2,)),
        (1, (2, 0), (0, 3)),
        (1, (0, 2), (2, 3)),
    ],
)
def test_tensordot_pairs_axes_in_any_order(axes, shape0, shape1):
    arrays = filled(shape0, shape1)
    expected = np.tensordot(*arrays, axes)
    y = F.tensordot(*map(Variable, arrays), axes)
    assert y.shape == expected.shape
    np.testing.assert_allclose(y.data, expected, rtol=1e-14)
    check_gradients(lambda a, b: F.tensordot(a, b, axes), *arrays, order=2)


@pytest.mark.parametrize("shape", [(2, 3), (3, 3), (2, 3, 2), (1, 2, 3), (0, 2), (0, 0), (2, 0, 3)])
@pytest.mark.parametrize("how", [{}, {"offset": 1}, {"offset": -2}, {"axis1": -1, "axis2": 0}])
def test_traces_of_any_two_axes(shape, how):
    (x,) = filled(shape)
    np.testing.assert_array_equal(F.trace(Variable(x), **how).data, np.trace(x, **how))
    check_gradients(lambda x: F.trace(x, **how), x)


@pytest.mark.parametrize("shape", [(3,), (2, 3), (4, 2, 3), (2, 1, 2, 3), (0, 3), (2, 0, 3)])
def test_linear_maps_the_last_axis_of_any_number_of_axes(shape):
    x, W, b = filled(shape, (3, 2), (2,))
    np.testing.assert_array_equal(F.linear(x, W, b).data, x @ W + b)
    check_gradients(F.linear, x, W, b, order=2)


def test_linear_computes_in_the_dtype_of_its_arguments():
    x, W, b = (Variable(np.ones(shape, np.float32)) for shape in ((4, 3), (3, 2), (2,)))
    y = F.linear(x, W, b)
    y.backward()
    assert {v.dtype for v in (y, x.grad, W.grad, b.grad)} == {np.dtype(np.float32)}


@pytest.mark.parametrize(
    ("call", "kind", "text"),
    [
        (
            lambda: F.dot(np.ones((2, 3)), np.ones((2, 3))),
            ValueError,
            "axis 1 of the first, of size 3, is paired with axis 0 of the second, of size 2",
        ),
        (lambda: F.inner(np.ones(2), np.ones(3)), ValueError, "inner cannot combine the shapes"),
        (lambda: F.dot(np.ones(2), np.ones(3)), ValueError, "^dot cannot combine the shapes"),
        (lambda: F.dot("a", 1.0), TypeError, "a of dot must be a number"),
        (lambda: F.outer(1.0, None), TypeError, "b of outer must be a number"),
        (
            lambda: F.tensordot(np.ones((2, 3)), np.ones((2, 3)), 1),
            ValueError,
            "tensordot cannot combine the shapes",
        ),
        (lambda: F.tensordot(np.ones(2), np.ones(2)), np.exceptions.AxisError, "axis -2 is out"),
        (lambda: F.tensordot(np.ones(2), np.ones(2), -1), ValueError, "from 0 on, not -1"),
        (
            lambda: F.tensordot(np.ones((2, 2)), np.ones((2, 2)), ((0, 0), (0, 1))),
            ValueError,
            r"tensordot sums over each axis once, but the axes are \(0, 0\)",
        ),
        (
            lambda: F.tensordot(np.ones((2, 2)), np.ones((2, 2)), ((0,), (0, 1))),
            ValueError,
            "1 were given of a and 2 of b",
        ),
        (
            lambda: F.einsum("ij,jk", np.ones((2, 3))),
            ValueError,
            "^einsum with the subscripts 'ij,jk' needs 2 operands, but 1 were given$",
        ),
        (
            lambda: F.einsum("ij", np.ones(2)),
            ValueError,
            r"its shape is \(2,\); \.\.\. stands for axes without a label$",
        ),
        (lambda: F.einsum("i", np.ones((2, 2))), ValueError, r"\.\.\. stands for axes without"),
        (
            lambda: F.einsum("i...j", np.ones(1)),
            ValueError,
            r"names 2 axes of operand 0, but its shape is \(1,\)$",
        ),
        (lambda: F.einsum("i1->i", np.ones((2, 2))), ValueError, "labels are letters"),
        (lambda: F.einsum("i->i->i", np.ones(2)), ValueError, "labels are letters"),
        (lambda: F.einsum("......->", np.ones(2)), ValueError, "labels are letters"),
        (
            lambda: F.einsum("ij,jk", np.ones((2, 3)), np.ones((4, 2))),
            ValueError,
            r"gives the label 'j' the sizes 3 and 4: the shapes are \(2, 3\) and \(4, 2\)",
        ),
        (lambda: F.einsum("ii", np.ones((1, 3))), ValueError, "the label 'i' the sizes 1 and 3"),
        (lambda: F.einsum("ii", np.ones((3, 1))), ValueError, "the label 'i' the sizes 3 and 1"),
        (
            lambda: F.einsum("i->ii", np.ones(2)),
            ValueError,
            "^einsum with the subscripts 'i->ii' has the label 'i' in the output more than once$",
        ),
        (lambda: F.einsum("i->j", np.ones(2)), ValueError, "'j' in the output, but in no operand"),
        (lambda: F.einsum("...i->i", np.ones((2, 2))), ValueError, "the output needs it too"),
        (
            lambda: F.einsum("i->i", np.ones(2), optimize=["einsum_path", (0,)]),
            TypeError,
            r"name of a way .*: a fixed order would not fit the products in backward$",
        ),
        (
            lambda: F.einsum(np.ones(2)),
            TypeError,
            "^einsum needs subscripts such as 'ij,jk->ik' before its operands$",
        ),
        (lambda: F.trace(np.ones(2)), ValueError, r"a has shape \(2,\)"),
        (lambda: F.trace(np.ones((2, 2)), 0, 0, -2), ValueError, "axis2=-2 are the same"),
        (lambda: F.trace(np.ones((2, 2)), 0, 1, -1), ValueError, "axis2=-1 are the same"),
        (lambda: F.trace(np.ones((2, 2)), 0, 0, 2), np.exceptions.AxisError, "axis 2 is out of"),
        (
            lambda: F.linear(np.ones((4, 3)), np.ones((2, 3))),
            ValueError,
            r"as long as the first of W, 2, but the shapes are \(4, 3\) and \(2, 3\)",
        ),
        (lambda: F.linear(1.0, np.ones((2, 3))), ValueError, r"the shapes are \(\) and \(2, 3\)"),
        (lambda: F.linear(np.ones(3), np.ones(3)), ValueError, r"shape \(in, out\)"),
        (
            lambda: F.linear(np.ones((4, 3)), np.ones((3, 2)), np.ones((4, 1))),
            ValueError,
            r"needs a b of shape \(2,\), but its shape is \(4, 1\)",
        ),
    ],
)
def test_bad_arguments_are_answered_in_a_sentence(call, kind, text):
    with pytest.raises(kind, match=text):
        call()


@pytest.mark.parametrize(
    ("name", "arguments", "after"),
    [
        ("tensordot", "ab", (0,)),
        ("dot", "ab", ()),
        ("inner", "ab", ()),
        ("outer", "ab", ()),
        ("linear", "xWb", ()),
        ("trace", "a", ()),
    ],
)
def test_an_argument_that_is_no_array_is_named(name, arguments, after):
    for i, argument in enumerate(arguments):
        given = [np.ones((2, 2)) for _ in arguments]
        given[i] = "text"
        with pytest.raises(TypeError, match=f"^{argument} of {name} must be a number or an array"):
            getattr(F, name)(*given, *after)
    with pytest.raises(TypeError, match=r"^operand 1 of einsum must be a number or an array"):
        F.einsum("i,i", np.ones(2), "text")


@pytest.mark.parametrize("axis", [2, -3])
def test_an_axis_of_tensordot_that_is_not_there(axis):
    for axes in (((axis,), (0,)), ((0,), (axis,))):
        with pytest.raises(np.exceptions.AxisError, match=f"axis {axis} is out of bounds"):
            F.tensordot(np.ones((2, 2)), np.ones((2, 2)), axes)


def test_debug_mode_watches_the_operands_that_are_kept():
    x, batch = Variable(np.ones((2, 2))), np.ones((2, 2))
    with debug_mode():
        y = F.einsum("ij,jk", batch, x)
        batch[0, 0] = 5.0
        with pytest.raises(RuntimeError, match="Einsum"):
            y.backward()
