"""Elementary functions at the ends of their domains, at huge and at tiny numbers."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

import tinygrad_ko.functions as F
from tinygrad_ko import Variable

ONE_ARGUMENT = [
    *(F.exp2, F.expm1, F.log2, F.log10, F.log1p, F.reciprocal, F.arcsin, F.arccos, F.arctan),
    *(F.sinh, F.cosh, F.arcsinh, F.arccosh, F.arctanh, F.floor, F.ceil, F.rint),
]
TWO_ARGUMENTS = [F.logaddexp, F.hypot, F.arctan2]


def gradients(f, *points, again=False):
    """The gradients of the sum of f's elements; with `again`, those of the sum of the first."""
    leaves = [Variable(np.asarray(point)) for point in points]
    f(*leaves).backward(create_graph=again)
    if again:
        firsts = [leaf.grad for leaf in leaves]
        for leaf in leaves:
            leaf.cleargrad()
        sum(first.sum() for first in firsts).backward()
    found = [leaf.grad.data.tolist() for leaf in leaves]
    return found[0] if len(found) == 1 else found


@pytest.mark.parametrize("f", [*ONE_ARGUMENT, *TWO_ARGUMENTS], ids=lambda f: f.__name__)
def test_the_function_of_numpy_leads_to_ours_whatever_comes_first(f):
    numpys = getattr(np, f.__name__)
    x = Variable(np.array([1.0, 2.0]) if f is F.arccosh else np.array([0.25, 0.5]))
    if f in TWO_ARGUMENTS:
        calls = [(x, 0.5), (0.5, x), (x.data, x), (x, x.data), (x, x)]
    else:
        calls = [(x,)]
    for args in calls:
        plain = [each.data if isinstance(each, Variable) else each for each in args]
        y = numpys(*args)
        assert isinstance(y, Variable)
        assert type(y.creator) is type(f(*args).creator)
        np.testing.assert_array_equal(y.data, numpys(*plain))


@pytest.mark.parametrize(
    ("alias", "f"),
    [
        (np.acos, F.arccos),
        (np.asin, F.arcsin),
        (np.atan, F.arctan),
        (np.acosh, F.arccosh),
        (np.asinh, F.arcsinh),
        (np.atanh, F.arctanh),
        (lambda x: np.atan2(x, 2.0), lambda x: F.arctan2(x, 2.0)),
    ],
)
def test_the_short_names_of_the_array_standard_work_too(alias, f):
    x = Variable([1.0])
    with np.errstate(divide="ignore"):
        assert alias(x).data.tolist() == f(x).data.tolist()


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int64, np.bool_])
@pytest.mark.parametrize(
    "f", [f for f in ONE_ARGUMENT if f not in (F.floor, F.ceil, F.rint)], ids=lambda f: f.__name__
)
def test_integers_have_the_gradient_of_the_same_numbers_as_floats(f, dtype):
    x = np.array([1, 1], dtype)
    with np.errstate(divide="ignore"):  # arctanh
        found = np.array(gradients(f, x))
        expected = np.array(gradients(f, x.astype(float)))
    np.testing.assert_allclose(found, expected, rtol=2e-3)  # numbers of a byte make float16
    assert found.any() or f in (F.arcsin, F.arccos, F.arccosh)


@pytest.mark.parametrize(
    ("f", "x", "slope"),
    [
        (F.log1p, 127, 1 / 128),
        (F.reciprocal, 100, -1e-4),
        (F.arctan, 100, 1 / 10001),
        (F.arcsinh, 100, 1 / math.sqrt(10001)),
        (F.arccosh, 127, 1 / math.sqrt(127**2 - 1)),
        (F.log2, 127, 1 / (127 * math.log(2))),
    ],
)
def test_rules_do_not_wrap_around_in_the_integers_of_a_byte(f, x, slope):
    assert gradients(f, np.int8(x)) == pytest.approx(slope, rel=1e-2)


def test_small_integers_do_not_wrap_around_in_the_difference_of_logaddexp():
    found = gradients(F.logaddexp, np.uint8([3, 5]), np.uint8([5, 3]))
    share = 1 / (1 + math.exp(2.0))
    np.testing.assert_allclose(found, [[share, 1 - share], [1 - share, share]], rtol=1e-2)


def test_the_reciprocal_of_an_integer_is_not_cut_down():
    x = Variable([2, -4])
    y = F.reciprocal(x)
    y.backward()
    assert y.data.tolist() == [0.5, -0.25]
    assert x.grad.data.tolist() == [-0.25, -0.0625]
    assert np.reciprocal(x).data.tolist() == [0.5, -0.25]


HUGE, TINY = 1e300, 1e-300


@pytest.mark.parametrize(
    ("f", "x", "slope"),
    [
        (F.arctan, HUGE, 0.0),
        (F.arctan, -np.inf, 0.0),
        (F.arcsinh, HUGE, 1 / HUGE),
        (F.arcsinh, -HUGE, 1 / HUGE),
        (F.arccosh, HUGE, 1 / HUGE),
        (F.log2, 1e308, 1 / (1e308 * math.log(2))),
        (F.log10, 1.7e308, 1 / math.log(10) / 1.7e308),
        (F.log10, TINY, 1 / (TINY * math.log(10))),
        (F.log1p, HUGE, 1 / HUGE),
        (F.log1p, TINY, 1.0),
        (F.reciprocal, HUGE, 0.0),
        (F.reciprocal, -np.inf, 0.0),
        (F.exp2, 1023.9, 2.0**1023.9 * math.log(2)),
        (F.exp2, -5000.0, 0.0),
        (F.expm1, -800.0, 0.0),
        (F.expm1, 709.0, math.exp(709.0)),
        (F.sinh, -710.0, math.cosh(710.0)),
        (F.cosh, -710.0, -math.sinh(710.0)),
    ],
)
def test_slopes_at_huge_and_tiny_numbers_come_without_overflow(f, x, slope):
    for again in (False, True):
        leaf = Variable(x)
        f(leaf).backward(create_graph=again)
        assert leaf.grad.item() == pytest.approx(slope, rel=1e-13, abs=0)


@pytest.mark.parametrize("f", [F.arctan, F.arcsinh, F.arccosh, F.log2, F.log10, F.log1p])
def test_second_derivatives_of_huge_numbers_come_without_overflow(f):
    assert gradients(f, HUGE, again=True) == pytest.approx(0.0, abs=TINY)


def test_the_slope_of_expm1_keeps_its_digits_where_the_value_is_nearly_minus_one():
    assert gradients(F.expm1, -30.0) == pytest.approx(math.exp(-30.0), rel=1e-15)


@pytest.mark.parametrize("x", [1e-9, 1e-14])
def test_slopes_near_the_ends_of_the_domain_keep_their_digits(x):
    near = 1.0 - x
    gap = 1.0 - near  # what is left of x in a float, exactly
    for f, slope in [
        (F.arcsin, 1 / math.sqrt(gap * (2 - gap))),
        (F.arccos, -1 / math.sqrt(gap * (2 - gap))),
        (F.arctanh, 1 / (gap * (2 - gap))),
    ]:
        assert gradients(f, near) == pytest.approx(slope, rel=1e-15)
    above = (1.0 + x) - 1.0
    assert gradients(F.arccosh, 1.0 + x) == pytest.approx(
        1 / math.sqrt(above * (2 + above)), rel=1e-15
    )


def test_the_infinite_slopes_of_arcsin_arccos_and_arccosh_are_taken_as_zero():
    for again in (False, True):
        assert gradients(F.arcsin, [-1.0, 1.0], again=again) == [0.0, 0.0]
        assert gradients(F.arccos, [-1.0, 1.0], again=again) == [0.0, 0.0]
        assert gradients(F.arccosh, [1.0], again=again) == [0.0]


def test_the_angle_between_a_vector_and_itself_has_a_finite_gradient():
    def angle(v, w):
        return F.arccos(F.sum(v * w) / (F.norm(v) * F.norm(w)))

    assert gradients(lambda v: angle(v, Variable([1.0, 0.0])), [2.0, 0.0]) == [0.0, 0.0]


@pytest.mark.parametrize("f", [F.log2, F.log10, F.log1p, F.reciprocal, F.arctanh])
def test_poles_give_infinity_and_the_warning_that_numpy_gives(f):
    pole = Variable({F.log1p: -1.0, F.arctanh: 1.0}.get(f, 0.0))
    with pytest.warns(RuntimeWarning, match="divide by zero"):
        y = f(pole)
    with np.errstate(divide="ignore"):
        y.backward()
    assert math.isinf(y.item())
    assert math.isinf(pole.grad.item())


@pytest.mark.parametrize(
    ("f", "x"),
    [
        (F.log2, -1.0),
        (F.log10, -1.0),
        (F.log1p, -2.0),
        (F.arcsin, 1.5),
        (F.arccos, -1.5),
        (F.arccosh, 0.5),
        (F.arctanh, 2.0),
    ],
)
def test_outside_the_domain_the_value_is_nan_and_numpy_warns(f, x):
    with pytest.warns(RuntimeWarning, match="invalid value"):
        assert math.isnan(f(Variable(x)).item())


def test_hypot_at_the_origin_has_gradient_zero():
    for again in (False, True):
        assert gradients(F.hypot, [0.0], [0.0], again=again) == [[0.0], [0.0]]
    assert gradients(lambda x: F.hypot(x, 0.0), [0.0, -2.0]) == [0.0, -1.0]
    assert gradients(lambda x: F.hypot(x, x), 0.0) == 0.0


@pytest.mark.parametrize("size", [1e300, 1e-300, 5e-324])
def test_hypot_neither_overflows_nor_vanishes(size):
    slopes = gradients(F.hypot, 3 * size, 4 * size)
    assert slopes == pytest.approx([3 / 5, 4 / 5])


def test_arctan2_knows_the_quadrant_and_its_gradient_at_the_origin_is_zero():
    ordinates, abscissas = [1.0, 1.0, -1.0, -1.0, 0.0], [1.0, -1.0, -1.0, 1.0, -1.0]
    np.testing.assert_allclose(
        F.arctan2(ordinates, abscissas).data, np.pi * np.array([0.25, 0.75, -0.75, -0.25, 1.0])
    )
    found = gradients(F.arctan2, ordinates, abscissas)
    expected = [[0.5, -0.5, -0.5, 0.5, -1.0], [-0.5, -0.5, 0.5, 0.5, 0.0]]
    np.testing.assert_allclose(found, expected, rtol=1e-15)
    for again in (False, True):
        assert gradients(F.arctan2, [0.0], [0.0], again=again) == [[0.0], [0.0]]
    np.testing.assert_allclose(gradients(F.arctan2, 3e200, 4e200), [1.6e-201, -1.2e-201])


def test_the_shares_of_logaddexp_sum_to_one_however_large_the_arguments():
    for x in (0.0, 1e8, 1e17, -1e17, -1e300):
        assert gradients(F.logaddexp, x, x) == [0.5, 0.5]
    assert gradients(F.logaddexp, np.float32(1e8), np.float32(1e8)) == [0.5, 0.5]
    assert gradients(F.logaddexp, 1000.0, -1000.0) == [1.0, 0.0]
    assert gradients(F.logaddexp, 0.0, -700.0)[1] == pytest.approx(math.exp(-700.0), rel=1e-12)
    x0, x1 = Variable(-np.finfo(float).max), Variable(np.finfo(float).max)
    with np.errstate(over="ignore"):  # in the difference that NumPy takes for the value
        y = F.logaddexp(x0, x1)
    y.backward()
    assert (x0.grad.item(), x1.grad.item()) == (0.0, 1.0)


def test_minus_infinity_counts_as_nothing_in_logaddexp():
    for again in (False, True):
        x0, x1 = Variable([-np.inf, 2.0, -np.inf]), Variable([3.0, -np.inf, -np.inf])
        y = F.logaddexp(x0, x1)
        y.backward(create_graph=again)
        assert y.data.tolist() == [3.0, 2.0, -np.inf]
        assert x0.grad.data.tolist() == [0.0, 1.0, 0.0]
        assert x1.grad.data.tolist() == [1.0, 0.0, 0.0]


def test_second_derivatives_of_logaddexp_where_both_are_equal():
    x, one = Variable(2.0), 2.0
    F.logaddexp(x, one).backward(create_graph=True)
    first = x.grad
    x.cleargrad()
    first.backward()
    assert (first.item(), x.grad.item()) == (0.5, 0.25)


def test_a_nan_is_not_hidden_in_the_gradient():
    for f in (F.logaddexp, F.hypot, F.arctan2):
        with np.errstate(invalid="ignore"):  # NumPy's logaddexp warns
            assert np.isnan(gradients(f, np.nan, 1.0)).all()


def test_rounding_gives_whole_numbers_and_no_slope():
    x = Variable([-1.5, -0.5, 0.5, 1.5, 2.0])
    for f, expected in [
        (F.floor, [-2.0, -1.0, 0.0, 1.0, 2.0]),
        (F.ceil, [-1.0, 0.0, 1.0, 2.0, 2.0]),
        (F.rint, [-2.0, 0.0, 0.0, 2.0, 2.0]),
    ]:
        y = f(x)
        assert y.data.tolist() == expected
        y.backward()
        assert x.grad.data.tolist() == [0.0] * 5


@pytest.mark.parametrize("f", ONE_ARGUMENT, ids=lambda f: f.__name__)
def test_float32_stays_float32_also_in_the_graph_of_a_gradient(f):
    x = Variable(np.float32([1.0]) if f is not F.arctanh else np.float32([0.5]))
    y = f(x)
    y.backward(create_graph=True)
    assert y.dtype == x.grad.dtype == np.float32


@pytest.mark.parametrize("f", TWO_ARGUMENTS, ids=lambda f: f.__name__)
def test_python_numbers_do_not_widen_float32(f):
    for y in (f(Variable(np.float32([1.0])), 2.0), f(2, Variable(np.float32([1.0])))):
        assert y.dtype == np.float32
        gxs = [gx for gx in y.creator.backward(np.float32([1.0])) if gx is not None]
        assert [gx.dtype for gx in gxs] == [np.float32]


@pytest.mark.parametrize(
    ("f", "kept"),
    [
        (F.exp2, "y"),
        (F.reciprocal, "y"),
        (F.expm1, "x"),
        (F.arctan, "x"),
        (F.floor, ""),
        (F.ceil, ""),
        (F.rint, ""),
    ],
)
def test_a_function_keeps_only_what_its_rule_needs(f, kept):
    creator = f(Variable([2.5])).creator
    assert [bool(creator.inputs), bool(creator.outputs)] == ["x" in kept, "y" in kept]


def test_hypot_keeps_the_leg_that_wants_a_gradient_only():
    creator = F.hypot(Variable([3.0]), np.array([4.0])).creator
    assert creator.inputs[0] is not None
    assert creator.inputs[1] is None


@pytest.mark.parametrize("f", ONE_ARGUMENT, ids=lambda f: f.__name__)
def test_what_is_not_numeric_is_refused_by_name(f):
    name = type(f(Variable(1.0) if f is not F.arctanh else Variable(0.5)).creator).__name__
    with pytest.raises(TypeError) as raised:
        f("one")
    assert str(raised.value) == (
        f"argument 0 of {name} must be a number or an array of numbers, but 'one' is of type str"
    )


@pytest.mark.parametrize(
    ("f", "name"), [(F.logaddexp, "LogAddExp"), (F.hypot, "Hypot"), (F.arctan2, "ArcTan2")]
)
def test_shapes_that_do_not_broadcast_are_named(f, name):
    message = (
        f"{name} cannot combine the shapes (3,) and (2,): counted from the last axis, "
        "the sizes must be equal, or one of them 1"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        f(Variable(np.ones(3)), np.ones(2))
