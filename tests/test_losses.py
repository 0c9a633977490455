"""Losses are finite where they can be, and take no target that does not fit."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from test_array_types import Foreign

import tinygrad_ko.functions as F
from tinygrad_ko import Variable, check_gradients

ELEMENTWISE = [
    F.mean_squared_error,
    F.mean_absolute_error,
    F.huber,
    F.sigmoid_cross_entropy,
    F.binary_cross_entropy,
]
BETWEEN_EQUALS = ELEMENTWISE[:3]


def gradient(f, x):
    x = Variable(x)
    f(x).backward()
    return x.grad.data


def second(f, x):
    """The gradient of the sum of squares of the gradient."""
    x = Variable(x)
    f(x).backward(create_graph=True)
    gx = x.grad
    x.cleargrad()
    F.sum(gx * gx).backward()
    return x.grad.data


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize(
    "f",
    [
        lambda x: F.mean_squared_error(x, np.zeros(x.shape, x.dtype)),
        lambda x: F.huber(x, np.zeros(x.shape, x.dtype)),
        lambda x: F.softmax_cross_entropy(x, [0, 1, 2]),
        lambda x: F.softmax_cross_entropy(x, np.full((3, 3), 1 / 3, x.dtype)),
        lambda x: F.sigmoid_cross_entropy(x, [[0, 0, 1]] * 3),
        lambda x: F.sigmoid_cross_entropy(x, np.full((3, 3), 0.5, x.dtype)),
        lambda x: F.binary_cross_entropy(F.sigmoid(x), [[0, 0, 1]] * 3),
        lambda x: F.binary_cross_entropy(F.softmax(x), [[1, 0, 0]] * 3),
    ],
)
def test_logits_of_a_thousand_give_finite_values_and_derivatives(f, dtype):
    logits = np.array([[-1000, 0, 1000], [1000, 40, -40], [-1000, 1000, -1000]], dtype)
    assert np.isfinite(f(logits).data)
    assert f(Variable(logits)).dtype == dtype
    for found in (gradient(f, logits), second(f, logits)):
        assert np.isfinite(found).all()
        assert found.dtype == dtype


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_the_values_and_gradients_of_extreme_logits(dtype):
    x = np.array([[1000, -1000]], dtype)
    for label, value, slope in [(0, 0, [[0, 0]]), (1, 2000, [[1, -1]])]:
        f = lambda x, label=label: F.softmax_cross_entropy(x, [label])  # noqa: E731
        assert f(x).item() == value
        assert gradient(f, x).tolist() == slope
    for target, value, slope in [([[1, 0]], 0, [[0, 0]]), ([[0, 1]], 1000, [[0.5, -0.5]])]:
        f = lambda x, target=target: F.sigmoid_cross_entropy(x, target)  # noqa: E731
        assert f(x).item() == value
        assert gradient(f, x).tolist() == slope


def test_sigmoid_cross_entropy_at_forty_has_the_value_that_overflows_elsewhere():
    assert F.sigmoid_cross_entropy([40.0], [0]).item() == pytest.approx(40.0, rel=1e-15)
    assert F.sigmoid_cross_entropy([40.0], [1]).item() == pytest.approx(math.exp(-40), rel=1e-9)
    assert F.sigmoid_cross_entropy([-40.0], [0]).item() == pytest.approx(math.exp(-40), rel=1e-9)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_probabilities_of_zero_and_one_cost_a_finite_amount(dtype):
    eps = np.finfo(dtype).eps
    p = np.array([0, 1, 0, 1], dtype)
    right, wrong = [0, 1, 0, 1], [1, 0, 1, 0]
    assert F.binary_cross_entropy(p, right).item() == pytest.approx(eps, rel=1e-3)
    assert F.binary_cross_entropy(p, wrong).item() == pytest.approx(-math.log(eps), rel=1e-3)
    slopes = gradient(lambda p: F.binary_cross_entropy(p, right), p)
    np.testing.assert_allclose(slopes, [0.25, -0.25, 0.25, -0.25], rtol=1e-6)
    steep = gradient(lambda p: F.binary_cross_entropy(p, wrong), p)
    np.testing.assert_allclose(steep, np.array([-1, 1, -1, 1]) * 0.25 / eps, rtol=1e-6)


def test_a_masked_score_costs_nothing_unless_it_is_the_target():
    x = np.array([[0.0, -np.inf, 0.0]])
    assert F.softmax_cross_entropy(x, [0]).item() == pytest.approx(math.log(2))
    found = gradient(lambda x: F.softmax_cross_entropy(x, [0]), x)
    assert found.tolist() == [[-0.5, 0.0, 0.5]]
    assert F.softmax_cross_entropy(x, [1]).item() == np.inf


@pytest.mark.parametrize("loss", BETWEEN_EQUALS)
def test_nothing_is_lost_where_all_is_right(loss):
    x = Variable(np.arange(6.0).reshape(2, 3))
    y = loss(x, x.data)
    y.backward()
    assert y.item() == 0
    assert not x.grad.data.any()


@pytest.mark.parametrize("loss", BETWEEN_EQUALS)
def test_the_two_sides_of_a_difference_get_opposite_gradients(loss):
    x0, x1 = Variable([[1.0, -2.0, 3.0]]), Variable([[0.5, 4.0, 3.0]])
    loss(x0, x1).backward()
    assert x0.grad.data.any()
    np.testing.assert_array_equal(x0.grad.data, -x1.grad.data)
    assert loss(x0, x1).item() == loss(x1, x0).item()


@pytest.mark.parametrize("loss", ELEMENTWISE)
@pytest.mark.parametrize(
    ("shapes", "mend"),
    [
        (((3, 1), (3,)), "give {1}.reshape((3, 1))"),
        (((3,), (3, 1)), "give {1}.reshape((3,))"),
        (((2, 3), (3,)), "use np.broadcast_to"),
        (((2, 3), ()), "use np.broadcast_to"),
        (((3, 2), (2, 3)), "give {1}.reshape((3, 2))"),
    ],
)
def test_a_target_of_another_shape_is_never_broadcast(loss, shapes, mend):
    names = {F.sigmoid_cross_entropy: "xt", F.binary_cross_entropy: "pt"}.get(loss, ("x0", "x1"))
    text = (
        f"{loss.__name__} compares element with element, but {names[0]} has shape {shapes[0]} and "
        f"{names[1]} has shape {shapes[1]}; "
    )
    for wrap in (np.asarray, Variable):
        with pytest.raises(ValueError, match=re.escape(text)) as caught:
            loss(wrap(np.full(shapes[0], 0.5)), wrap(np.full(shapes[1], 0.5)))
        assert str(caught.value).endswith(mend.format(*names))


@pytest.mark.parametrize("loss", ELEMENTWISE)
def test_a_mean_of_nothing_is_refused(loss):
    text = f"{loss.__name__} is a mean, and the shape (0, 3) has no elements"
    with pytest.raises(ValueError, match=re.escape(text)):
        loss(np.ones((0, 3)), np.ones((0, 3)))


@pytest.mark.parametrize("loss", ELEMENTWISE)
@pytest.mark.parametrize("kind", [np.int64, np.uint8, np.bool_])
def test_integer_targets_leave_float32_alone(loss, kind):
    x = Variable(np.float32([0.25, 0.75]))
    target = np.array([0, 1], kind)
    y = loss(x, target)
    assert y.dtype == np.float32
    assert y.item() == pytest.approx(loss(x, target.astype(np.float32)).item())
    assert loss(target, target).dtype == np.float64


def test_unsigned_integers_are_subtracted_as_numbers():
    assert F.mean_squared_error(np.uint8([0]), np.uint8([200])).item() == 40000.0
    assert F.mean_absolute_error(np.uint8([0]), np.uint8([200])).item() == 200.0
    assert F.huber(np.uint8([0]), np.uint8([200])).item() == 199.5


def test_mean_squared_error_is_the_books_for_one_column_and_a_mean_for_several():
    rng = np.random.default_rng(0)
    for columns in (1, 3):
        x, t = rng.normal(size=(2, 5, columns))
        books = ((x - t) ** 2).sum() / len(x)
        assert F.mean_squared_error(x, t).item() == pytest.approx(books / columns)


@pytest.mark.parametrize("delta", [0, -1.0])
def test_delta_is_positive(delta):
    with pytest.raises(ValueError, match=f"delta of huber must be positive, but {float(delta)}"):
        F.huber([1.0], [2.0], delta)


def test_huber_is_square_inside_and_straight_outside_and_joins_smoothly():
    f = lambda x: F.huber(x, [0.0], delta=2.0)  # noqa: E731
    for x, value, slope in [(1.0, 0.5, 1.0), (2.0, 2.0, 2.0), (-5.0, 8.0, -2.0)]:
        assert f([x]).item() == value
        assert gradient(f, [x]).tolist() == [slope]


@pytest.mark.parametrize("convert", [list, np.asarray, Variable, np.uint8, np.int64])
def test_labels_come_in_many_forms(convert):
    x = np.random.default_rng(0).normal(size=(3, 4))
    expected = F.softmax_cross_entropy(x, np.eye(4)[[2, 0, 3]])
    assert F.softmax_cross_entropy(x, convert([2, 0, 3])).item() == expected.item()
    assert F.softmax_cross_entropy(x[0], 2).item() == pytest.approx(
        -F.log_softmax(x[0], axis=-1).data[2]
    )


@pytest.mark.parametrize("dtype", [np.int64, np.bool_, np.float32])
def test_one_hot_rows_of_any_dtype_are_the_labels_that_they_mark(dtype):
    x = np.random.default_rng(0).normal(size=(3, 4)).astype(np.float32)
    rows = np.eye(4, dtype=dtype)[[2, 0, 3]]
    y = F.softmax_cross_entropy(x, rows)
    assert y.dtype == np.float32
    assert y.item() == F.softmax_cross_entropy(x, [2, 0, 3]).item()


def test_classes_are_the_last_axis_of_scores_with_more_than_two():
    x = np.random.default_rng(0).normal(size=(2, 3, 4))
    labels = np.array([[0, 1, 2], [3, 0, 1]])
    flat = F.softmax_cross_entropy(x.reshape(6, 4), labels.reshape(6))
    assert F.softmax_cross_entropy(x, labels).item() == pytest.approx(flat.item())
    check_gradients(lambda x: F.softmax_cross_entropy(x, labels), x, order=2)


def test_labels_changed_afterwards_do_not_change_the_gradient():
    x, labels = np.random.default_rng(0).normal(size=(3, 4)), np.array([2, 0, 3])
    leaf = Variable(x)
    y = F.softmax_cross_entropy(leaf, labels)
    expected = gradient(lambda x: F.softmax_cross_entropy(x, [2, 0, 3]), x)
    labels[:] = 1
    y.backward()
    np.testing.assert_array_equal(leaf.grad.data, expected)


@pytest.mark.parametrize(("f", "scores"), [(F.softmax_cross_entropy, "x"), (F.accuracy, "y")])
def test_a_target_that_does_not_belong_to_the_scores_is_refused(f, scores):
    name, x = f.__name__, np.zeros((3, 4))
    wanted = (
        f"{name} wants for {scores} of shape (3, 4) integer labels of shape (3,) or probabilities "
        "of shape (3, 4), but t has shape "
    )
    for t, mend in [
        (np.zeros((3, 1), int), r"(3, 1); t.reshape((3,)) gives labels that shape"),
        (np.zeros(4, int), "(4,)"),
        (0, "()"),
        (np.zeros((3, 5)), "(3, 5)"),
        (np.zeros((4, 3)), "(4, 3)"),
    ]:
        with pytest.raises(ValueError, match=re.escape(wanted + mend) + "$"):
            f(x, t)
    with pytest.raises(TypeError, match=f"labels of {name} must be integers, but t has dtype flo"):
        f(x, np.zeros(3))
    with pytest.raises(TypeError, match=f"labels of {name} must be integers, but t has dtype bool"):
        f(x, np.zeros(3, bool))
    for t, given in [([0, 4, 1], 4), ([0, -1, 1], -1)]:
        text = f"{name} was given the label {given}, but {scores} has 4 classes: labels go from 0 "
        with pytest.raises(ValueError, match=re.escape(text + "to 3")):
            f(x, t)
    text = f"t of {name}, of the shape of {scores}, must be probabilities from 0 to 1, but one of"
    for bad in (2.0, -0.5, np.nan):
        with pytest.raises(ValueError, match=re.escape(f"{text} them is {bad}; integer labels")):
            f(x, np.full((3, 4), bad))
    for shape in ((), (0, 4), (3, 0)):
        text = f"{name} wants {scores} of shape (..., classes) with elements, but its shape is "
        with pytest.raises(ValueError, match=re.escape(text + str(shape))):
            f(np.zeros(shape), np.zeros(shape[:-1], int))


@pytest.mark.parametrize(("f", "scores"), [(F.softmax_cross_entropy, "x"), (F.accuracy, "y")])
def test_the_shapes_in_the_answers_are_those_of_scores_with_any_number_of_axes(f, scores):
    name = f.__name__
    for shape, labels in (((2, 3, 4), (2, 3)), ((5,), ())):
        x, classes = np.zeros(shape), shape[-1]
        text = (
            f"{name} wants for {scores} of shape {shape} integer labels of shape {labels} or "
            f"probabilities of shape {shape}, but t has shape {(*labels, 1)}; "
            f"t.reshape({labels}) gives labels that shape"
        )
        with pytest.raises(ValueError, match=re.escape(text)):
            f(x, np.zeros((*labels, 1), int))
        with pytest.raises(ValueError, match=re.escape(f"have the shape {labels}") + "$"):
            f(x, np.full(shape, 2.0))
        text = f"was given the label 9, but {scores} has {classes} classes: labels go from 0 to "
        with pytest.raises(ValueError, match=f"^{name} {text}{classes - 1}$"):
            f(x, np.full(labels, 9))
    text = "must be integers, but t has dtype float64: convert it with t.astype(int)"
    with pytest.raises(TypeError, match=re.escape(f"labels of {name} {text}") + "$"):
        f(np.zeros((2, 3)), np.zeros(2))


def test_arguments_that_are_no_numbers_are_named():
    with pytest.raises(TypeError, match=r"^x of softmax_cross_entropy must be a number or an arr"):
        F.softmax_cross_entropy("x", [0])
    with pytest.raises(TypeError, match=r"^delta of huber must be a number, but 'x' is of type"):
        F.huber([1.0], [2.0], "x")


def test_probabilities_are_asked_for_where_scores_would_be_a_mistake():
    text = (
        "p of binary_cross_entropy must be probabilities from 0 to 1, but one of them is 1.5; of "
        "scores take sigmoid_cross_entropy"
    )
    with pytest.raises(ValueError, match=re.escape(text)):
        F.binary_cross_entropy([0.5, 1.5], [0, 1])
    for loss in (F.sigmoid_cross_entropy, F.binary_cross_entropy):
        text = f"t of {loss.__name__} must be probabilities from 0 to 1, but one of them is 2.0"
        with pytest.raises(ValueError, match=re.escape(text)):
            loss(Variable([0.5, 0.5]), [0, 2])


@pytest.mark.parametrize(
    "loss", [F.sigmoid_cross_entropy, F.binary_cross_entropy, F.softmax_cross_entropy]
)
def test_a_target_alone_gets_its_gradient(loss):
    x, t = np.array([[0.25, 0.5]]), np.array([[0.125, 0.75]])
    check_gradients(lambda t: loss(x, t), t)
    both = [Variable(x), Variable(t)]
    loss(*both).backward()
    np.testing.assert_array_equal(gradient(lambda t: loss(x, t), t), both[1].grad.data)
    np.testing.assert_array_equal(gradient(lambda x: loss(x, t), x), both[0].grad.data)


def test_accuracy_counts_and_has_no_graph():
    scores = Variable([[1.0, 2.0, 3.0], [3.0, 2.0, 1.0], [0.0, 5.0, 0.0], [1.0, 0.0, 0.0]])
    found = F.accuracy(scores, [2, 0, 0, 0])
    assert found == 0.75
    assert found.creator is None
    assert F.accuracy(scores, Variable([2, 0, 0, 0])) == 0.75
    assert F.accuracy(scores, np.eye(3)[[2, 1, 1, 2]]) == 0.5
    assert F.accuracy(scores.data.tolist(), [0, 1, 2, 2]) == 0.0
    assert F.accuracy([0.1, 0.9], 1) == 1.0


def test_accuracy_goes_along_the_last_axis_whatever_stands_before():
    scores = [[[1.0, 2.0, 3.0], [3.0, 2.0, 1.0]], [[0.0, 5.0, 0.0], [1.0, 0.0, 0.0]]]
    labels = np.array([[2, 0], [2, 0]])
    for y in (scores, np.array(scores), Variable(scores)):
        assert F.accuracy(y, labels) == 0.75
        assert F.accuracy(y, np.eye(3)[labels]) == 0.75
        assert F.accuracy(y, Variable(np.eye(3)[labels])) == 0.75


def test_accuracy_names_the_argument_that_is_no_array():
    for call, what in ((lambda: F.accuracy("ab", [0]), "y"), (lambda: F.accuracy([1.0], "a"), "t")):
        with pytest.raises(TypeError, match=rf"^{what} of accuracy must be a number or an array"):
            call()


@pytest.mark.parametrize("create_graph", [False, True])
@pytest.mark.parametrize("loss", [*ELEMENTWISE, F.softmax_cross_entropy])
def test_arrays_of_another_library_stay_there(loss, create_graph):
    x, t = np.array([[0.3, 0.7], [0.9, 0.2]]), np.array([[0.4, 0.6], [1.0, 0.0]])
    found = []
    for wrap in (np.asarray, Foreign):
        leaves = [Variable(wrap(x)), Variable(wrap(t))]
        y = loss(*leaves)
        y.backward(create_graph=create_graph)
        for leaf in leaves:
            assert type(leaf.grad.data) is type(leaf.data)
        found.append([getattr(leaf.grad.data, "hidden", leaf.grad.data) for leaf in leaves])
    np.testing.assert_array_equal(*found)


def test_labels_of_another_library_stay_there():
    x, labels = np.array([[0.3, 0.7], [0.9, 0.2]]), np.array([1, 0])
    leaf = Variable(Foreign(x))
    F.softmax_cross_entropy(leaf, Foreign(labels)).backward()
    expected = gradient(lambda x: F.softmax_cross_entropy(x, labels), x)
    np.testing.assert_array_equal(leaf.grad.data.hidden, expected)
