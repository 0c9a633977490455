"""grad and its relatives answer wrong use, and lose no gradient without a word."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tinygrad_ko import (
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


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: grad(np.sin)(np.ones(3)), ValueError, r"one number, but its value has shape \(3,"),
        (lambda: grad(lambda x: (x, x))(1.0), ValueError, "its value is 2 arrays: sum it, or use"),
        (lambda: grad(lambda x: ())(1.0), ValueError, "its value is 0 arrays"),
        (lambda: grad(lambda x: None)(1.0), TypeError, "the value of the function must be a num"),
        (lambda: grad(np.sin)("a"), TypeError, "argument 0 must be a number or an array"),
        (lambda: grad(lambda x: x, 1)(1.0), ValueError, "argnums is 1, but .* with 1 positional"),
        (lambda: grad(lambda x: x)(x=1.0), ValueError, "with 0 positional"),
        (lambda: grad(lambda x: x, "x"), TypeError, "argnums is an int or a tuple of ints"),
        (lambda: grad(lambda x: x, np.ones(3)), TypeError, r"not array\(\[1"),
        (lambda: grad(lambda x: x, True), TypeError, "ints, not True"),
        (lambda: jacobian(lambda x: x, (0, 1.0)), TypeError, r"ints, not \(0, 1.0\)"),
        (lambda: hessian(lambda x: x, [0]), TypeError, r"ints, not \[0\]"),
        (lambda: grad(Variable(1.0) * 2), TypeError, r"^grad .* given: grad\(f\)\(x\), and not gr"),
        (
            lambda: value_and_grad(3.0),
            TypeError,
            "^value_and_grad differentiates a function, but a",
        ),
        (lambda: jacobian(np.ones(3)), TypeError, r"^jacobian .* but a ndarray was given: jacobi"),
        (
            lambda: hessian(None),
            TypeError,
            "^hessian differentiates a function, but a NoneType was",
        ),
        (
            lambda: vjp(np.ones(2), np.ones(2)),
            TypeError,
            r"was given: vjp\(f, x\), and not vjp\(f\(",
        ),
        (
            lambda: jvp(1.0, (1.0,), (1.0,)),
            TypeError,
            r"given: jvp\(f, \(x,\), \(v,\)\), and not j",
        ),
        (
            lambda: hvp(1.0, (1.0,), (1.0,)),
            TypeError,
            r"given: hvp\(f, \(x,\), \(v,\)\), and not h",
        ),
        (lambda: grad(lambda x, y: x, (0, -2))(1.0, 2.0), ValueError, "names an argument twice"),
        (lambda: jvp(np.sin, 1.0, 1.0), TypeError, "primals is a tuple .* but float was given"),
        (lambda: jvp(np.sin, (1.0,), 1.0), TypeError, "the tangents must be a tuple with 1 in it"),
        (lambda: jvp(np.sin, (1.0,), ()), TypeError, "with 1 in it, but got 0"),
        (
            lambda: jvp(np.sin, (np.ones(2),), (np.ones(3),)),
            ValueError,
            r"the tangents\[0\] must have the shape \(2,\), but got one of shape \(3,\)",
        ),
        (
            lambda: hvp(np.sin, ({"a": 1.0},), ({"b": 1.0},)),
            TypeError,
            r"the tangents\[0\] must be a dict with the keys \['a'\], but got the keys \['b'\]",
        ),
        (lambda: vjp(np.sin, 1.0)[1](np.ones(2)), ValueError, r"the cotangent must have .* \(\)"),
        (lambda: vjp(lambda x: {"a": x}, 1.0)[1](1.0), TypeError, "keys .* but got a float"),
    ],
)
def test_wrong_use_is_answered(call, error, text):
    with pytest.raises(error, match=text):
        call()


@pytest.mark.parametrize(
    "f",
    [
        math.sin,
        float,
        lambda x: x * math.exp(x),
        lambda x: x * complex(x).real,
        lambda x: grad(lambda y: y * math.cos(x))(x),
    ],
)
def test_a_number_taken_out_of_what_is_differentiated_does_not_count_as_a_constant(f):
    for differentiate in (grad(f), jacobian(f), lambda x: jvp(f, (x,), (1.0,)), grad(grad(f))):
        with pytest.raises(TypeError, match=r"^float\(x\), functions of math and array") as raised:
            differentiate(3.0)
    assert str(raised.value) == (
        "float(x), functions of math and array[i] = x take a number out of a Variable, and its "
        "gradient would be lost, though a function of it is being differentiated: use NumPy's "
        "functions, and np.stack; where the number alone is wanted, x.item()"
    )
    assert float(Variable(3.0) * 2) == 6.0


def test_an_array_that_is_filled_element_by_element_does_not_lose_the_gradient_silently():
    def f(x):
        y = np.zeros(2)
        y[0] = x * 2
        return np.sum(y)

    with pytest.raises(ValueError, match="setting an array element") as raised:  # NumPy's text
        grad(f)(3.0)
    assert "array[i] = x take a number out of a Variable" in str(raised.value.__cause__)
    with pytest.raises(TypeError, match="does not turn into an array by itself"):
        grad(np.float64)(3.0)


def test_numbers_may_be_taken_out_where_nothing_is_lost():
    def f(x, n):
        with no_grad():
            size = float(abs(x) * 2)
        return x * int(x) * float(Variable(n)) * size * x.item() if x > 0 else x

    assert grad(f)(3.0, 2.0) == 3 * 2 * 6 * 3
