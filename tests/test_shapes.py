"""Rearranging, padding, diagonals: edge values, and wrong arguments that are answered."""

from __future__ import annotations

import gc

import numpy as np
import pytest
from collector import few_objects, no_collector  # noqa: F401 (fixtures)

import tinygrad_ko.functions as F
from tinygrad_ko import Variable, check_gradients

MATRIX = np.arange(1.0, 7.0).reshape(2, 3)


@pytest.mark.parametrize(
    "f",
    [
        lambda np, x: np.concatenate([x, np.ones((1, 3)), x]),
        lambda np, x: np.concatenate([x, [[7, 8, 9]]], 0),
        lambda np, x: np.concatenate([x, np.ones((2, 1), np.float32)], axis=1),
        lambda np, x: np.concatenate(x),
        lambda np, x: np.stack([x, np.ones((2, 3), np.int8)], -2),
        lambda np, x: np.stack([x[0, 0], 2.0, x[1, 1]]),
        lambda np, x: np.vstack([x, [1, 2, 3]]),
        lambda np, x: np.hstack((x, [[1], [2]])),
        lambda np, x: np.split(x, 3, axis=1)[1],
        lambda np, x: np.split(x, [])[0],
        lambda np, x: np.pad(x, 1),
        lambda np, x: np.pad(x, [[0], [2]], constant_values=[[0, 0], [1, 2]]),
        lambda np, x: np.pad(x, [2], "constant", constant_values=np.float32(0.5)),
        lambda np, x: np.ravel(x),
        lambda np, x: np.moveaxis(x, [0], [-1]),
        lambda np, x: np.flip(x),
        lambda np, x: np.flip(x, [1, -2]),
        lambda np, x: np.roll(x, 7),
        lambda np, x: np.roll(x, -1, axis=1),
        lambda np, x: np.roll(x, (1, 2), axis=(1, 1)),
        lambda np, x: np.roll(x, 1, axis=(0, -1)),
        lambda np, x: np.roll(x, (1, 3)),
        lambda np, x: np.roll(x, [1], axis=(0, 1)),
        lambda np, x: np.roll(x, [1, 2], axis=1),
        lambda np, x: np.tile(x, ()),
        lambda np, x: np.tile(x, [2, 1]),
        lambda np, x: np.tile(x, (0, 2)),
        lambda np, x: np.repeat(x, 2),
        lambda np, x: np.repeat(x, 0, axis=1),
        lambda np, x: np.repeat(x, [2], axis=0),
        lambda np, x: np.repeat(x, [2, 0, 1], axis=-1),
        lambda np, x: np.repeat(x, np.arange(6)),
        lambda np, x: np.diag(x),
        lambda np, x: np.diag(x, 5),
        lambda np, x: np.diag(x[0], -2),
        lambda np, x: np.tril(x, -1),
        lambda np, x: np.tril(x[0]),
        lambda np, x: np.triu(x),
        lambda np, x: np.triu(x, k=1),
        lambda np, x: np.triu(x[1], 1),
        lambda np, x: np.take(x, 3),
        lambda np, x: np.take(x, [], axis=0),
        lambda np, x: np.take(x, np.array([2, 0, 2], np.uint8), axis=-1),
        lambda np, x: np.take(x, [[-1]], 0),
        lambda np, x: x.ravel(),
        lambda np, x: x.flatten(),
        lambda np, x: x.swapaxes(0, -1),
        lambda np, x: x[:1].squeeze(),
        lambda np, x: x[:, :1].squeeze(axis=1),
        lambda np, x: x.repeat(2),
        lambda np, x: x.repeat([1, 2], axis=0),
        lambda np, x: x.take([1, 1]),
        lambda np, x: x.take([1, 1], axis=1),
    ],
)
def test_numpy_s_functions_and_methods_do_the_same_to_a_variable(f):
    y, expected = f(np, Variable(MATRIX)), f(np, MATRIX)
    assert isinstance(y, Variable)
    assert y.creator is not None
    assert y.dtype == expected.dtype
    np.testing.assert_array_equal(y.data, expected, strict=True)
    check_gradients(lambda x: f(np, x), MATRIX, order=2)


@pytest.mark.parametrize(
    "f",
    [
        lambda x: F.concatenate(F.split(x, [1, 3])[::-1]) * x,
        lambda x: F.concatenate([a * b for a, b in zip(F.split(x, 2), F.split(x, 2), strict=True)]),
        lambda x: F.stack([piece**3 for piece in F.split(x, 4)]),
        lambda x: F.stack([x, x**2, np.sin(x)], axis=1),
        lambda x: F.pad(x**3, (1, 2)) * F.tile(x, 2)[1:],
        lambda x: F.roll(x, 1) * F.flip(x) * x,
        lambda x: F.repeat(x**2, [2, 0, 1, 1]) * x,
        lambda x: F.repeat(x**2, 2, axis=0) * F.tile(x, 2),
        lambda x: F.diag(F.diag(x**2, 1) + F.diag(x, -1), -1) * x,
        lambda x: F.diag(F.tril(np.reshape(x**3, (2, 2))) @ F.triu(np.reshape(x, (2, 2)))),
        lambda x: F.take(x**2, [0, 0, 3]) * F.take(x, [3, 0, 3]),
    ],
)
def test_mixed_formulas_are_right_to_the_third_order(f):
    check_gradients(f, np.array([0.7, -1.3, 0.4, 1.9]), order=3)


@pytest.mark.parametrize("function", [F.tril, F.triu])
def test_what_a_triangle_leaves_out_does_not_matter_even_if_it_is_infinite(function):
    x = Variable(np.full((3, 3), np.inf))
    y = function(x)
    assert sorted(set(y.data.ravel().tolist())) == [0.0, np.inf]
    y.backward(gradient=np.full((3, 3), np.inf))
    assert not np.any(np.isnan(x.grad.data))


@pytest.mark.parametrize("k", [-2, 0, 1])
def test_places_beside_the_diagonal_have_no_part_in_an_infinite_gradient(k):
    x = Variable(np.ones((3, 3)))
    y = F.diag(x, k)
    y.backward(gradient=np.full(y.shape, np.inf))
    np.testing.assert_array_equal(x.grad.data, np.where(np.eye(3, k=k), np.inf, 0.0))


def test_the_gradient_of_a_far_diagonal_is_no_larger_than_the_matrix():
    # A square matrix around that diagonal would have 10^10 elements.
    x = Variable(np.zeros((100_000, 2)))
    y = F.diag(x, -99_998)
    y.backward(gradient=[1.0, 2.0])
    assert x.grad.data[-2:].tolist() == [[1.0, 0.0], [0.0, 2.0]]
    assert x.grad.data.sum() == 3.0


@pytest.mark.parametrize(
    "f",
    [
        lambda x, n: F.take(x, n),
        lambda x, n: F.repeat(x[:2], n),
        lambda x, n: F.roll(x, n),
        lambda x, n: F.tile(x, n),
        lambda x, n: F.split(x, n)[0],
        lambda x, n: F.pad(x, n),
    ],
)
def test_positions_changed_after_the_call_do_not_change_the_gradient(f):
    gradients = []
    for later in ([1, 2], [0, 1]):
        x, numbers = Variable([3.0, 5.0, 7.0]), np.array([1, 2])
        y = f(x, numbers)
        numbers[:] = later
        y.backward(gradient=np.arange(1.0, y.size + 1).reshape(y.shape))
        gradients.append(x.grad.data.tolist())
    assert gradients[0] == gradients[1]


@pytest.mark.parametrize(
    "f",
    [
        lambda x: F.stack([x, x]),
        lambda x: F.split(x, 2)[0],
        lambda x: F.concatenate([x, x]),
        lambda x: F.pad(x, 1),
        lambda x: F.tile(x, 2),
        lambda x: F.repeat(x, [1, 2]),
        lambda x: F.diag(x),
    ],
)
@pytest.mark.usefixtures("no_collector")
def test_they_leave_no_reference_cycles(f):
    x = Variable([1.0, 2.0])
    f(x * 1.0).backward()
    del x
    assert gc.collect() == 0


def test_positions_may_be_a_variable_which_takes_no_gradient():
    x, positions = Variable([1.0, 2.0, 3.0]), Variable([2, 0])
    F.take(x, positions).backward()
    assert x.grad.data.tolist() == [1.0, 0.0, 1.0]
    assert positions.grad is None


def test_other_modes_of_pad_are_taken_as_their_message_says():
    x = Variable([1.0, 2.0, 3.0])
    for mode in ("edge", "reflect", "symmetric", "wrap"):
        y = np.take(x, np.pad(np.arange(3), (2, 1), mode), 0)
        np.testing.assert_array_equal(y.data, np.pad(x.data, (2, 1), mode))


CUBE = np.ones((2, 3, 4))


@pytest.mark.parametrize(
    ("f", "error", "text"),
    [
        (
            lambda x: F.concatenate(3.0),
            TypeError,
            (
                "concatenate joins the arrays of one list or tuple, but something of type "
                "float was given: concatenate([x0, x1])"
            ),
        ),
        (
            lambda x: F.stack([]),
            ValueError,
            "stack needs at least one array, but the list is empty",
        ),
        (lambda x: np.vstack([x, "ab"]), TypeError, "array 1 given to vstack must be a number or"),
        (lambda x: F.hstack([[1, [2]], x]), ValueError, "array 0 given to hstack must be rectang"),
        (
            lambda x: F.concatenate([x[0, 0], 1.0]),
            ValueError,
            (
                "concatenate cannot join arrays of shape (), which have no axis to be joined "
                "along: stack makes a new one"
            ),
        ),
        (
            lambda x: np.concatenate([x, x.T]),
            ValueError,
            (
                "concatenate cannot join the shapes (2, 3) and (3, 2) (arrays 0 and 1) along "
                "axis 0: they must have equally many axes, and the same size along each of "
                "them but axis 0"
            ),
        ),
        (
            lambda x: F.concatenate([x, x, x[0]], -1),
            ValueError,
            "concatenate cannot join the shapes (2, 3) and (3,) (arrays 0 and 2) along axis 1:",
        ),
        (lambda x: F.concatenate([x, x], 2), ValueError, "axis 2 is out of bounds for array of"),
        (
            lambda x: F.stack([x, x.T]),
            ValueError,
            (
                "stack cannot join the shapes (2, 3) and (3, 2) (arrays 0 and 1): all must be "
                "equal; to join along an axis that is there use concatenate"
            ),
        ),
        (lambda x: F.stack([x, x], -4), ValueError, "axis -4 is out of bounds for array of"),
        (
            lambda x: np.split(x, 2, axis=1),
            ValueError,
            (
                "split cannot cut 3 elements along axis 1 into 2 equal pieces: give a number "
                "that divides them, or a list of positions to cut at"
            ),
        ),
        (lambda x: F.split(x, 0), ValueError, "split cannot cut 2 elements along axis 0 into 0"),
        (
            lambda x: F.split(x, [2, 1], 1),
            ValueError,
            (
                "split cuts at positions in increasing order, but [2, 1] was given for 3 "
                "elements: for pieces that overlap use x[start:stop]"
            ),
        ),
        (
            lambda x: F.split(x, 0.5),
            TypeError,
            (
                "indices_or_sections of split must be a whole number, or several, but what was "
                "given has dtype float64: 0.5"
            ),
        ),
        (lambda x: F.split(x, [[1]]), ValueError, "indices_or_sections of split must be one num"),
        (lambda x: F.split(x[0, 0], 1), ValueError, "axis 0 is out of bounds for array of"),
        (
            lambda x: np.pad(x, 1, mode="edge"),
            ValueError,
            (
                "pad of a Variable has the mode 'constant', but 'edge' was given: for a mode "
                "that repeats elements, pad their positions and take those: np.take(x, "
                "np.pad(np.arange(n), pad_width, mode), axis)"
            ),
        ),
        (
            lambda x: np.pad(x, 1, constant_values="dots"),
            TypeError,
            "constant_values of pad must be a number or an array of numbers, but 'dots' is of",
        ),
        (
            lambda x: np.pad(x, 1, constant_values=Variable(2.0)),
            TypeError,
            (
                "constant_values of pad take no gradient, but a Variable was given: use its "
                "numbers, value.data, or join it to x with concatenate"
            ),
        ),
        (lambda x: F.pad(x, 1.5), TypeError, "pad_width must be a whole number, or several"),
        (
            lambda x: F.pad(x, (0, -1)),
            ValueError,
            (
                "pad_width must not be negative, but [0, -1] was given: to remove elements use "
                "x[start:stop]"
            ),
        ),
        (
            lambda x: F.pad(x, [(1, 1)] * 3),
            ValueError,
            (
                "pad_width must be one number, one pair (before, after) or a pair for each of "
                "the 2 axes, but [[1, 1], [1, 1], [1, 1]] was given"
            ),
        ),
        (
            lambda x: F.moveaxis(x, (0, 1), 0),
            ValueError,
            (
                "moveaxis needs one destination for each source, but source is (0, 1) and "
                "destination is 0"
            ),
        ),
        (lambda x: F.moveaxis(x, 2, 0), ValueError, "source: axis 2 is out of bounds"),
        (lambda x: F.moveaxis(x, (0, 1), (1, -1)), ValueError, "repeated axis in `destination`"),
        (lambda x: F.flip(x, 2), ValueError, "axis 2 is out of bounds for array of dimension 2"),
        (lambda x: F.flip(x, (0, -2)), ValueError, "repeated axis"),
        (lambda x: F.roll(x, 0.5), TypeError, "the shift of roll must be a whole number, or sev"),
        (lambda x: F.roll(x, "far"), TypeError, "the shift of roll must be a number or an array"),
        (lambda x: F.roll(x, 1, 2), ValueError, "axis 2 is out of bounds for array of dimension 2"),
        (
            lambda x: F.roll(x, (1, 2, 3), (0, 1)),
            ValueError,
            (
                "roll needs one shift for all axes or one for each, but the shift is (1, 2, 3) "
                "and the axes are (0, 1)"
            ),
        ),
        (
            lambda x: F.tile(x, -1),
            ValueError,
            "reps of tile must not be negative, but -1 was given",
        ),
        (lambda x: F.tile(x, [[2]]), ValueError, "reps of tile must be one number for each axis"),
        (lambda x: F.tile(x, 1.0), TypeError, "reps of tile must be a whole number, or several"),
        (lambda x: x.repeat(2.0), TypeError, "repeats must be a whole number, or several"),
        (
            lambda x: F.repeat(x, [1, -1], 0),
            ValueError,
            "repeats must not be negative, but [1, -1]",
        ),
        (
            lambda x: F.repeat(x, [1, 2], 1),
            ValueError,
            (
                "repeats must be one number, or one for each of the 3 places along axis 1, but "
                "its shape is (2,)"
            ),
        ),
        (lambda x: F.repeat(x, 2, 2), ValueError, "axis 2 is out of bounds for array of"),
        (
            lambda x: F.diag(CUBE),
            ValueError,
            (
                "diag makes a matrix of a vector or a vector of a matrix, but the shape (2, 3, "
                "4) has 3 axes: for other shapes use x[..., i, i] with i = np.arange(n)"
            ),
        ),
        (
            lambda x: F.diag(x, 0.5),
            TypeError,
            "k of diag must be a whole number, the number of a diagonal, but 0.5 was given",
        ),
        (
            lambda x: F.tril(x[0, 0]),
            ValueError,
            "tril takes a part of a matrix, but a number of shape () was given",
        ),
        (lambda x: F.triu(x, None), TypeError, "k of triu must be a whole number, the number of a"),
        (
            lambda x: F.take(x, [0.0, 1.0]),
            TypeError,
            (
                "the indices of take must be a whole number, or several, but what was given "
                "has dtype float64: [0.0, 1.0]"
            ),
        ),
        (lambda x: F.take(x, [True, False], 0), TypeError, "the indices of take must be a whole n"),
        (lambda x: x.take(6), IndexError, "index 6 is out of bounds for axis 0 with size 6"),
        (lambda x: x.take(0, axis=2), ValueError, "axis 2 is out of bounds for array of"),
        (
            lambda x: np.take(x, 0, mode="wrap"),
            TypeError,
            "np.take on a Variable does not take mode=...; its arguments are x, indices, axis",
        ),
    ],
)
def test_wrong_arguments_are_answered(f, error, text):
    with pytest.raises(error) as raised:
        f(Variable(MATRIX))
    assert str(raised.value).startswith(text)


@pytest.mark.parametrize(
    ("before", "after", "slope"),
    [
        (np.float64, np.float32, 1),
        (np.float64, np.int64, 0),  # the fraction is cut off: steps, like floor
        (np.float32, np.bool_, 0),
        (np.int64, np.bool_, 0),
        (np.int64, np.int8, 1),
        (np.int64, np.float32, 1),
        (np.uint8, np.int8, 1),
        (np.bool_, np.float64, 1),
        (np.bool_, np.int64, 1),
    ],
)
def test_a_conversion_that_cuts_numbers_off_has_slope_zero(before, after, slope):
    x = Variable(np.array([1.75, 0.0]).astype(before))
    y = x.astype(after)
    (y * 3.0).backward()
    assert y.dtype == after
    assert x.grad.data.tolist() == [3 * slope, 3 * slope]
    assert x.grad.dtype == (before if np.dtype(before).kind == "f" else np.float64)
