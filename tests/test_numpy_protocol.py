"""NumPy's own functions work on Variables, or say in a sentence why not."""

from __future__ import annotations

import contextlib
import math
import operator
import re

import numpy as np
import pytest

import tinygrad_ko.functions as F
from tinygrad_ko import Parameter, Variable
from tinygrad_ko.nearest import RELATED, REWRITTEN, UNLIKE
from tinygrad_ko.numpy_protocol import numpy_functions

MATRIX = np.array([[0.5, 1.5], [2.5, 3.5]])


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.add(x, 1),
        lambda x: np.subtract(1, x),
        lambda x: np.multiply(x, x),
        lambda x: np.divide(1, x),
        lambda x: np.true_divide(x, 2),
        lambda x: np.floor_divide(x, 2),
        lambda x: np.mod(x, 2),
        lambda x: np.remainder(x, 2),
        lambda x: np.power(x, 2),
        lambda x: np.power(2, x),
        lambda x: np.negative(x),
        lambda x: np.positive(x),
        lambda x: np.exp(x),
        lambda x: np.log(x),
        lambda x: np.sqrt(x),
        lambda x: np.square(x),
        lambda x: np.sin(x),
        lambda x: np.cos(x),
        lambda x: np.tan(x),
        lambda x: np.tanh(x),
        lambda x: np.abs(x),
        lambda x: np.absolute(x),
        lambda x: np.sign(x),
        lambda x: np.maximum(x, 1),
        lambda x: np.minimum(1, x),
        lambda x: np.where(x > 1, x, 0),
        lambda x: np.where(MATRIX > 1, 0, x),
        lambda x: np.clip(x, 1, 2),
        lambda x: np.clip(x, a_min=None, a_max=2),
        lambda x: np.sum(x),
        lambda x: np.sum(x, axis=0, keepdims=True),
        lambda x: np.sum(x * MATRIX, 1),
        lambda x: np.mean(x, axis=-1),
        lambda x: np.max(x, axis=0),
        lambda x: np.amax(x),
        lambda x: np.min(x),
        lambda x: np.amin(x, axis=1, keepdims=True),
        lambda x: np.reshape(x, 4),
        lambda x: np.reshape(x, (1, -1)),
        lambda x: np.transpose(x),
        lambda x: np.transpose(x, (1, 0)),
        lambda x: np.swapaxes(x, 0, 1),
        lambda x: np.expand_dims(x, 1),
        lambda x: np.squeeze(np.expand_dims(x, 1), axis=1),
        lambda x: np.broadcast_to(x, (3, 2, 2)),
        lambda x: np.matmul(x, MATRIX),
        lambda x: MATRIX @ x,
        lambda x: MATRIX[0] @ x,
        lambda x: MATRIX * x - x / MATRIX,
        lambda x: MATRIX**x,
    ],
)
def test_numpy_functions_record_what_they_compute(f):
    x = Variable(MATRIX)
    y = f(x)
    assert isinstance(y, Variable)
    np.testing.assert_array_equal(y.data, f(MATRIX))
    y.backward()
    assert x.grad.shape == x.shape


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.shape(x),
        lambda x: np.ndim(x),
        lambda x: np.size(x),
        lambda x: np.argmax(x),
        lambda x: np.argmin(x, axis=0),
        lambda x: np.argsort(x, axis=-1),
        lambda x: np.nonzero(x),
        lambda x: np.count_nonzero(x),
        lambda x: np.any(x),
        lambda x: np.all(x > 0),
        lambda x: np.isnan(x),
        lambda x: np.isfinite(x),
        lambda x: np.isinf(x),
        lambda x: np.signbit(x),
        lambda x: np.logical_and(x, True),
        lambda x: np.logical_not(x),
        lambda x: np.isclose(x, MATRIX),
        lambda x: np.allclose(MATRIX, x),
        lambda x: np.array_equal(x, x),
        lambda x: np.zeros_like(x),
        lambda x: np.ones_like(x, dtype=np.float32),
        lambda x: np.full_like(x, 3.0),
        lambda x: np.result_type(x, np.float32),
        lambda x: np.less_equal(x, MATRIX),
        lambda x: np.equal(x, MATRIX),
        lambda x: np.greater(1, x),
    ],
)
def test_functions_without_a_slope_give_plain_numpy_results(f):
    got, expected = f(Variable(MATRIX)), f(MATRIX)
    assert type(got) is type(expected)
    np.testing.assert_equal(got, expected)


@pytest.mark.parametrize(
    ("f", "name", "mend"),
    [
        (np.sinc, "np.sinc", "the nearest name that does is np.sin"),
        (np.nanmean, "np.nanmean", "the nearest name that does is np.mean"),
        (np.sort, "np.sort", "x[np.argsort(x)] does"),
        (np.add.reduce, "np.add.reduce", "np.sum(x, axis=0) does"),
        (np.linalg.pinv, "np.linalg.pinv", "the nearest name that does is np.linalg.inv"),
        (
            np.linalg.vector_norm,
            "np.linalg.vector_norm",
            "the nearest name that does is np.linalg.norm",
        ),
        (np.linalg.trace, "np.linalg.trace", "the nearest name that does is np.trace"),
        (np.linalg.svd, "np.linalg.svd", "see tinygrad_ko.functions"),
        # Alike only in the "np." that all of them begin with.
        (np.cov, "np.cov", "see tinygrad_ko.functions"),
        (np.fft.fft, "np.fft.fft", "see tinygrad_ko.functions"),
        # What does something alike, and not what is spelt alike.
        (
            lambda x: np.block([x, x]),
            "np.block",
            "the nearest name that does is np.concatenate",
        ),
        (np.diagonal, "np.diagonal", "the nearest name that does is np.diag"),
        (lambda x: np.isin(x, 1.0), "np.isin", "see tinygrad_ko.functions"),
        (np.median, "np.median", "see tinygrad_ko.functions"),
        (lambda x: np.nextafter(1.0, x), "np.nextafter", "see tinygrad_ko.functions"),
        (lambda x: np.add.at(np.ones(3), 0, x), "np.add.at", "use np.add itself, without .at"),
        (
            lambda x: np.add.reduceat(x, [0]),
            "np.add.reduceat",
            "use np.add itself, without .reduceat",
        ),
    ],
)
def test_a_function_that_is_not_supported_names_itself_and_the_nearest_one(f, name, mend):
    x = Variable(MATRIX)
    with pytest.raises(TypeError) as raised:
        f(x)
    assert str(raised.value) == (
        f"{name} does not work on a Variable; {mend}. "
        "For numbers without a gradient, call it on the array: x.data"
    )


def test_what_an_error_leads_to_works_on_a_variable():
    for name, near in RELATED.items():
        assert operator.attrgetter(near.removeprefix("np."))(np) in numpy_functions, name
    # In versions of NumPy that know these, they are its own, and not supported.
    for name in {*RELATED, *UNLIKE}:
        with contextlib.suppress(AttributeError):
            assert operator.attrgetter(name.removeprefix("np."))(np) not in numpy_functions, name


@pytest.mark.parametrize("name", REWRITTEN)
def test_what_an_error_says_to_write_does_the_same(name):
    if name.startswith("np.cumulative_") and not hasattr(np, "cumulative_sum"):
        return  # NumPy 2.0 does not know them
    function = operator.attrgetter(name.removeprefix("np."))(np)
    vectors = np.array([1.75, -0.5, 3.25]), np.array([-0.25, 2.0, 0.75])
    if name in ("np.logaddexp2", "np.float_power"):
        vectors = np.abs(vectors)
    if name == "np.ldexp":
        vectors = vectors[0], np.array([2, -1, 0])
    if name.startswith("np.nan"):
        vectors[0][1] = np.nan
    given = vectors if "y" in REWRITTEN[name] else vectors[:1]
    variables = [Variable(each) for each in given]
    with pytest.raises(TypeError, match=rf"^{re.escape(name)} does not work on a Variable; "):
        function(*variables)
    names = dict(zip("xy", variables, strict=False), np=np, F=F)
    results = eval(REWRITTEN[name], names)
    expected = function(*given)
    for result, value in zip(
        results if isinstance(results, tuple) else (results,),
        expected if isinstance(expected, tuple) else (expected,),
        strict=True,
    ):
        assert isinstance(result, Variable)
        np.testing.assert_allclose(result.data, value, rtol=1e-14)


@pytest.mark.parametrize(
    ("f", "argument", "known"),
    [
        (lambda x: np.sum(x, dtype=np.float32), "dtype", "x, axis, keepdims"),
        (lambda x: np.sum(x, initial=1.0), "initial", "x, axis, keepdims"),
        (lambda x: np.add(x, 1, where=MATRIX > 1), "where", "x0, x1"),
        (lambda x: np.exp(x, dtype=np.float32), "dtype", "x"),
        (lambda x: np.reshape(x, 4, order="F"), "order", "x, shape"),
    ],
)
def test_an_argument_that_is_not_supported_is_named_beside_those_that_are(f, argument, known):
    with pytest.raises(TypeError) as raised:
        f(Variable(MATRIX))
    text = str(raised.value)
    assert f" on a Variable does not take {argument}=...; its arguments are {known}" in text
    assert text.startswith("np.")


@pytest.mark.parametrize(
    ("name", "rest"),
    [
        ("argmax", "; np.argmax(x) does the same, and for numbers without a gradient, take it of"),
        ("tolist", "; for numbers without a gradient, take it of the array: x.data.tolist"),
        ("diagonal", "; for numbers without a gradient, take it of the array: x.data.diagonal"),
        ("backwards", ""),
        ("random", ""),  # a module of NumPy's
        ("__array_interface__", ""),
    ],
)
def test_a_method_of_arrays_that_a_variable_does_not_have_is_said_with_the_way_to_it(name, rest):
    x = Parameter(MATRIX)
    assert not hasattr(x, name)
    with pytest.raises(AttributeError) as raised:
        getattr(x, name)
    text = str(raised.value)
    assert text.startswith(f"'Parameter' object has no attribute '{name}'{rest}")
    assert rest or text.endswith("'")
    # With these, Python itself asks whether another name was meant, one of those in `dir`.
    assert raised.value.name == name
    assert raised.value.obj is x
    assert "backward" in dir(x)


def test_a_ufunc_cannot_write_a_variable_into_an_array():
    out, x = np.zeros((2, 2)), Variable(MATRIX)
    with pytest.raises(TypeError, match=r"^a Variable cannot be written into an array in place"):
        np.add(x, 1, out=out)
    with pytest.raises(TypeError, match=r"np.multiply with out=...\): take the numbers out"):
        out *= x
    assert out.tolist() == [[0.0, 0.0], [0.0, 0.0]]


@pytest.mark.parametrize(
    ("W", "gradient"), [(np.ones(2), [2.0, 2.0]), (1.0, 2.0), (np.float32(1), 2.0)]
)
def test_a_step_that_forgets_the_second_data_is_answered_and_changes_nothing(W, gradient):
    W = Parameter(W)
    (W * 2).backward()
    before = W.data
    with pytest.raises(TypeError, match=r"as in W.data -= lr \* W.grad.data$"):
        W.data -= 0.1 * W.grad
    assert W.data is before
    assert W.data.tolist() == np.ones(W.shape).tolist()
    assert W.grad.data.tolist() == gradient
    with pytest.raises(TypeError, match=r"^data must be an array, but a Variable was given"):
        W.data = W.data - 0.1 * W.grad
    assert W.data is before


@pytest.mark.parametrize(
    "f",
    [
        np.array,
        np.asarray,
        lambda x: np.asarray([x, x]),
        lambda x: np.array([1.0, x]),
        lambda x: MATRIX[x],
        lambda x: np.sum([x, x]),
        lambda x: Variable([x, x]),
        lambda x: F.sum([x, x]),
    ],
)
def test_a_variable_does_not_lose_its_graph_by_becoming_an_array(f):
    with pytest.raises(
        TypeError, match=r"^a Variable does not turn into an array by .* np.stack to"
    ):
        f(Variable(1.0))


def test_math_functions_see_a_plain_number():
    assert math.sin(Variable(0.5)) == math.sin(0.5)
    assert format(Variable(2.5), ".1f") == "2.5"


def test_other_array_types_stay_what_they_are():
    class Special(np.ndarray):
        pass

    special = np.array([1.0, 2.0, 3.0]).view(Special)
    x = Variable(special)
    y = x * x + 1
    y.backward()
    assert x.data is special
    assert type(y.data) is type(x.grad.data) is Special
    assert x.grad.data.tolist() == [2.0, 4.0, 6.0]
