"""What went wrong in other engines, one by one, does not go wrong here.

Each was seen in a release of DeZero, MyGrad, HIPS autograd or micrograd. A test is named after
the defect, and its docstring says what the other engine does.
"""

from __future__ import annotations

import os
import subprocess
import threading

import numpy as np
import pytest

import tinygrad_ko.functions as F
from tinygrad_ko import (
    Function,
    Parameter,
    Variable,
    check_gradients,
    debug_mode,
    grad,
    no_grad,
    numerical_gradient,
)
from tinygrad_ko.graph import Graph


def test_a_dropped_output_crashes_backward():
    """DeZero: 'NoneType' object has no attribute 'grad'."""

    class Ends(Function):
        keeps = ""

        def forward(self, x):
            return x[:1], x[-1:]

        def backward(self, gy0, gy1):
            return np.concatenate([gy0, np.zeros(1), gy1])

    x = Variable([1.0, 2.0, 3.0])
    (Ends()(x)[1] * 5.0).backward()
    assert x.grad.data.tolist() == [0.0, 0.0, 5.0]
    x.cleargrad()
    F.split(x, 3)[0].backward()
    assert x.grad.data.tolist() == [1.0, 0.0, 0.0]


def test_a_python_number_turns_float32_into_float64():
    """DeZero and MyGrad make an array of float64 of it."""
    x = Variable(np.ones(2, np.float32))
    for f in (
        *(lambda x: x + 1.0, lambda x: 2.0 - x, lambda x: x * 0.5, lambda x: 1 / x),
        *(lambda x: x**2, lambda x: x**0.5, lambda x: 2.0**x, lambda x: F.maximum(x, 0.0)),
        *(lambda x: F.clip(x, 0.0, 1.0), lambda x: F.where(x > 0, x, 0.0), F.mean, F.sigmoid),
    ):
        x.cleargrad()
        f(x).backward()
        assert f(x).dtype == x.grad.dtype == np.float32


def test_two_inputs_share_one_gradient_array():
    """DeZero: clipping the gradient of one parameter in place clips the other's too."""
    for create_graph in (False, True):
        x, y = Variable([1.0, 2.0]), Variable([3.0, 4.0])
        (x + y).backward(create_graph=create_graph)
        x.grad.data[:] = 0.0
        assert y.grad.data.tolist() == [1.0, 1.0]


def test_backward_without_a_graph_fails_in_the_words_of_the_implementation():
    """DeZero: 'NoneType' object has no attribute 'generation'."""
    with pytest.raises(RuntimeError, match="there is no graph behind this Variable, so backward"):
        Variable(1.0).backward()


@pytest.mark.parametrize("value", [2.0, [2.0, 3.0]])
def test_an_update_without_data_turns_the_data_into_a_variable(value):
    """DeZero accepts ``W.data -= lr * W.grad``, and from then on W.data is a Variable."""
    W = Parameter(value)
    F.sum(W * W).backward()
    with pytest.raises(TypeError, match=r"as in W\.data -= lr \* W\.grad\.data"):
        W.data -= 0.1 * W.grad
    with pytest.raises(TypeError, match=r"use its array: x\.data = other\.data"):
        W.data = W - 0.1 * W.grad
    assert np.array_equal(W.data, value)
    W.data -= 0.1 * W.grad.data
    np.testing.assert_allclose(W.data, np.multiply(value, 0.8))


@pytest.mark.parametrize("f", [lambda x: x * x, lambda x: F.exp(x), lambda x: x @ np.ones(2)])
def test_an_array_changed_after_forward_gives_a_wrong_gradient_silently(f):
    """DeZero and autograd; here debug mode finds it where the graph keeps the array."""
    with debug_mode():
        x = Variable([1.0, 2.0])
        y = f(x)
        kept = [array for array in (*y.creator.inputs, *y.creator.outputs) if array is not None]
        for array in kept:
            array += 10.0
        with pytest.raises(RuntimeError, match=r"kept its .* and the array was changed in place"):
            F.sum(y).backward()
    assert kept
    assert x.grad is None


def test_the_power_zero_gives_nan_at_zero():
    """Most engines: 0 * 0**-1."""
    x = Variable([0.0, 2.0])
    for exponent in (0, 0.0, np.zeros(2)):
        x.cleargrad()
        (x**exponent).backward()
        assert x.grad.data.tolist() == [0.0, 0.0]


def test_the_norm_gives_nan_at_the_origin():
    """Most engines: 0 / 0 behind the square root of a sum of squares."""
    for norm in (lambda x: F.sqrt(F.sum(x**2)), lambda x: F.sum(x * x) ** 0.5, F.norm, F.std):
        x = Variable([0.0, 0.0])
        norm(x).backward()
        assert x.grad.data.tolist() == [0.0, 0.0]


@pytest.mark.parametrize("f", [F.max, F.min, lambda x: F.norm(x, np.inf)])
def test_ties_of_the_maximum_give_gradients_that_sum_to_more_than_one(f):
    """DeZero gives a whole gradient to each of the largest elements."""
    x = Variable([2.0, 2.0, 2.0, 2.0])
    f(x).backward()
    assert x.grad.data.sum() == 1.0


def test_the_larger_of_two_equal_numbers_loses_the_gradient():
    """MyGrad: ``maximum(1, 1)`` has gradient 0 on both sides."""
    for f in (F.maximum, F.minimum):
        x0, x1 = Variable(1.0), Variable(1.0)
        f(x0, x1).backward()
        assert (x0.grad.item(), x1.grad.item()) == (0.5, 0.5)


@pytest.mark.parametrize(
    "f",
    [
        lambda x: F.max(x, axis=-1),
        lambda x: F.min(x, axis=-2),
        lambda x: F.max(x, axis=(-1, -2)),
        lambda x: F.expand_dims(x, -1),
        lambda x: F.expand_dims(x, -3),
        lambda x: F.sum(x, axis=-1, keepdims=True) * F.mean(x, axis=-2),
        lambda x: F.softmax(x, axis=-2) * F.logsumexp(x, axis=-1, keepdims=True),
        lambda x: F.concatenate([x, x * x], axis=-1),
        lambda x: F.cumsum(x, axis=-2),
    ],
)
def test_negative_axes_fail(f):
    """DeZero: max fails in backward, and expand_dims puts the axis in another place."""
    check_gradients(f, np.array([[1.0, 5.0, 2.0], [4.0, 3.0, 7.0]]), order=2)


@pytest.mark.parametrize(
    ("gradients", "error", "text"),
    [
        (np.ones(3), TypeError, "one gradient for each of its 2 inputs, but it returned 1"),
        ((np.ones(3),) * 3, TypeError, "one gradient for each of its 2 inputs, but it returned 3"),
        ((np.ones(2), np.ones(3)), ValueError, r"a gradient of shape \(2,\) for input 0"),
        ((np.ones(3), 1.0), ValueError, r"a gradient of shape \(\) for input 1"),
        ((np.ones(3), "abc"), TypeError, "a gradient of dtype <U3 for input 1"),
        ((np.ones(3), np.ones(3) * 1j), TypeError, "a gradient of dtype complex128 for input 1"),
        ((None, np.ones(3)), TypeError, "returned None for input 0"),
    ],
)
def test_wrong_gradients_of_a_users_rule_are_accepted(gradients, error, text):
    """DeZero takes any number, shape and type, and drops what is too much."""

    class Rule(Function):
        keeps = ""

        def forward(self, x0, x1):
            return x0 + x1

        def backward(self, gy):
            return gradients

    x0, x1 = Variable([1.0, 2.0, 3.0]), Variable([1.0, 2.0, 3.0])
    with pytest.raises(error, match=f"^Rule.backward .*{text}"):
        Rule()(x0, x1).backward()
    assert x0.grad is x1.grad is None


def test_a_repeated_backward_with_kept_gradients_counts_twice():
    """DeZero and micrograd start the second pass from what the first one left in between."""
    x = Variable(3.0)
    h = x * x
    y = h * 5.0
    for times in (1, 2, 3):
        y.backward(retain_grad=True)
        assert x.grad.item() == 30.0 * times


def standardised(x):
    """What a batch normalisation computes: mean 0 and variance 1 for each column."""
    return (x - F.mean(x, axis=0)) / F.sqrt(F.var(x, axis=0) + 1e-3)


@pytest.mark.parametrize(
    "f",
    [
        standardised,
        lambda x: F.std(x, axis=0) * x,
        lambda x: F.softmax(x),
        lambda x: F.logsumexp(x, axis=1) ** 2,
        lambda x: F.norm(x, axis=1) ** 3,
        lambda x: F.gelu(x) * F.silu(x),
        lambda x: F.prod(x, axis=1),
        lambda x: F.det(x[:2, :2]) * F.inv(x[:2, :2]),
        lambda x: F.dropout(x**3, 0.5, rng=np.random.default_rng(0)),
        lambda x: F.clip(x, -0.5, 0.5) * F.maximum(x, 0.3) * x,
        lambda x: F.softmax_cross_entropy(x, [0, 1, 1]),
    ],
)
def test_second_derivatives_are_wrong_where_arrays_are_cached(f):
    """DeZero's batch normalisation treats what it cached as constants: -0.155 for -1.339."""
    x = np.array([[0.7, -1.2], [1.9, 0.4], [-0.8, 1.1]])
    check_gradients(f, x, order=3, rtol=1e-4)


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int64, np.bool_])
def test_gradients_of_integers_are_cut_down_to_integers(dtype):
    """DeZero's pooling makes its gradient with the dtype of the data, where 0.5 is 0."""
    for f, expected in (
        (F.mean, [0.25] * 4),
        (F.max, [0.25] * 4),
        (lambda x: F.pad(x, 1) * 0.5, [0.5] * 4),
        (lambda x: x[[0, 0, 1, 2, 3]] / 4, [0.5, 0.25, 0.25, 0.25]),
        (lambda x: F.split(x, 2)[1] * 0.1, [0.0, 0.0, 0.1, 0.1]),
        (lambda x: x.reshape(2, 2) @ np.full(2, 0.5), [0.5] * 4),
    ):
        x = Variable(np.ones(4, dtype))
        f(x).backward()
        assert x.grad.dtype == np.float64
        assert x.grad.data.tolist() == expected


@pytest.mark.parametrize(
    "loss",
    [
        F.mean_squared_error,
        F.mean_absolute_error,
        F.huber,
        F.sigmoid_cross_entropy,
        F.binary_cross_entropy,
        F.softmax_cross_entropy,
    ],
)
def test_a_loss_broadcasts_a_target_of_the_wrong_shape_silently(loss):
    """DeZero: predictions (3, 1) and targets (3,) make nine differences and a (3, 3) gradient."""
    predictions = Variable(np.full((3, 1), 0.5))
    for target in (np.zeros((1, 3)), np.zeros((3, 3)), np.zeros(2), 0.0):
        with pytest.raises(ValueError, match=r"shape"):
            loss(predictions, target)
    if loss is not F.softmax_cross_entropy:  # whose targets of shape (3,) are labels
        with pytest.raises(ValueError, match=r"\(3, 1\).*\(3,\)"):
            loss(predictions, np.zeros(3))


@pytest.mark.parametrize(
    ("shape0", "shape1"),
    [
        *[((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 2)), ((4, 2, 3), (3,)), ((3,), (4, 3, 2))],
        *[((4, 2, 3), (3, 2)), ((2, 3), (4, 3, 2)), ((4, 1, 2, 3), (5, 3, 2))],
    ],
)
def test_products_of_vectors_and_stacks_have_gradients_of_the_wrong_shape(shape0, shape1):
    """DeZero's matmul multiplies by ``.T``: wrong for a vector, and inside out for a stack."""
    rng = np.random.default_rng(0)
    x0, x1 = rng.normal(size=shape0), rng.normal(size=shape1)
    a, b = Variable(x0), Variable(x1)
    (a @ b).backward()
    assert (a.grad.shape, b.grad.shape) == (shape0, shape1)
    check_gradients(F.matmul, x0, x1, order=2)


@pytest.mark.parametrize("score", [40.0, -40.0, 1000.0, -1000.0])
def test_cross_entropies_of_large_scores_are_nan(score):
    """DeZero: at 40 the sigmoid is 1 in float64; the loss is infinite and its gradient NaN."""
    for target in (0, 1):
        right = (score > 0) == (target == 1)
        x = Variable([[score]])
        y = F.sigmoid_cross_entropy(x, [[target]])
        y.backward()
        assert y.item() == pytest.approx(0.0 if right else abs(score), abs=1e-17)
        assert x.grad.item() == pytest.approx(0.0 if right else 1.0 - 2.0 * target, abs=1e-17)

        x = Variable([[0.0, score]])
        y = F.softmax_cross_entropy(x, [target])
        y.backward()
        assert y.item() == pytest.approx(0.0 if right else abs(score), abs=1e-17)
        assert np.isfinite(x.grad.data).all()


def test_the_gradient_of_a_product_with_a_zero_is_nan():
    """Autograd divides the product by each factor."""
    for data, expected in (
        ([2.0, 0.0, 3.0], [0.0, 6.0, 0.0]),
        ([0.0, 0.0, 3.0], [0.0, 0.0, 0.0]),
    ):
        x = Variable(data)
        F.prod(x).backward()
        assert x.grad.data.tolist() == expected
    check_gradients(F.cumprod, np.array([2.0, 0.0, 3.0]), order=2)


def test_the_callers_arrays_are_locked_against_writing():
    """MyGrad locks every array of a graph, until the graph is gone."""
    data, constant, seed = np.ones(3), np.ones(3), np.ones(3)
    x = Variable(data)
    y = x * constant
    y.backward(gradient=seed)
    assert x.data is data
    for array in (data, constant, seed, y.data, x.grad.data):
        array[0] = 5.0  # would raise if it were locked
    assert [data[0], constant[0], seed[0]] == [5.0] * 3


def test_no_grad_in_one_thread_stops_recording_in_another():
    """DeZero keeps the mode in one place for the whole process."""
    inside, finished = threading.Event(), threading.Event()

    def evaluate():
        with no_grad():
            inside.set()
            finished.wait(10)

    thread = threading.Thread(target=evaluate)
    thread.start()
    assert inside.wait(10)
    x = Variable(3.0)
    (x * x).backward()
    finished.set()
    thread.join(10)
    assert x.grad.item() == 6.0


def test_numpys_global_generator_is_seeded_anew_behind_the_callers_back():
    """DeZero: a data set calls np.random.seed. What is random here draws from its own."""
    before = np.random.get_state()
    x = Variable(np.ones(100))
    first, second = F.dropout(x), F.dropout(x)
    check_gradients(F.sin, np.ones(3), order=2)
    np.random.set_state(before)
    expected = np.random.random_sample(3)
    np.random.set_state(before)
    F.dropout(x)
    check_gradients(F.sin, np.ones(3))
    np.testing.assert_array_equal(np.random.random_sample(3), expected)
    assert not np.array_equal(first.data, second.data)


def test_checking_gradients_changes_the_dtype_of_the_callers_variable():
    """DeZero's gradient_check turns x.data into float64 and leaves it so."""
    x = Variable(np.array([1.0, 2.0], np.float32))
    data = x.data
    numerical_gradient(lambda x: F.sum(F.sin(x)), x)
    check_gradients(F.sin, x, rtol=1e-2, atol=1e-2)
    assert x.data is data
    assert (x.dtype, x.data.tolist(), x.grad) == (np.float32, [1.0, 2.0], None)


def test_drawing_runs_a_shell_with_a_file_name_that_is_not_quoted(monkeypatch, tmp_path):
    """DeZero runs ``dot … -o {to_file}`` in a shell. Drawing here runs nothing, writes nothing."""

    def forbidden(*args, **kwargs):
        raise AssertionError(f"a process was started: {args}")

    monkeypatch.chdir(tmp_path)
    for module, name in ((os, "system"), (os, "popen"), (subprocess, "Popen")):
        monkeypatch.setattr(module, name, forbidden)
    x = Variable(1.0, name="$(touch a); `touch b` & touch c")
    graph = Graph(F.sin(x))
    pictures = [graph.dot(), graph.svg(), graph._repr_svg_(), str(graph)]
    assert all("touch" in picture for picture in pictures)
    assert list(tmp_path.iterdir()) == []


def test_a_gradient_of_a_gradient_is_wrong_where_a_rule_is_missing_its_own():
    """DeZero: a rule that computes with arrays is a constant to the next derivative, silently.

    Here every rule is recorded, so the third derivative of each is that of the mathematics.
    """
    x = 0.4
    assert grad(grad(grad(F.tanh)))(x) == pytest.approx(
        (1 - np.tanh(x) ** 2) * (6 * np.tanh(x) ** 2 - 2)
    )
    assert grad(grad(grad(F.arctan)))(x) == pytest.approx((6 * x**2 - 2) / (1 + x**2) ** 3)
