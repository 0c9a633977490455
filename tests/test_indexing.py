"""Every index NumPy allows in x[...] takes the right elements, and gradients land on them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, basic_indices, integer_array_indices

import tinygrad_ko.functions as F
from tinygrad_ko import Variable, check_gradients

CUBE = np.arange(24.0).reshape(2, 3, 4)
MASK = CUBE % 3 == 0

INDICES = [
    0,
    -1,
    np.int64(1),
    np.uint8(1),
    np.array(1),
    slice(None),
    slice(None, None, -1),
    slice(1, None),
    slice(5, 1, -2),
    slice(0, 0),
    None,
    ...,
    (),
    (0, 1, 2),
    (0, slice(None), -1),
    (..., 0),
    (0, ...),
    (..., None),
    (None, 0, ..., None),
    (slice(None), slice(None, None, -2), slice(3, 0, -1)),
    [],
    [[]],
    [0],
    [1, 0, 1, 1],
    [[0, 1], [1, 1]],
    [True, False],
    ([0, 1], [2, 2]),
    ([0, 0], slice(None), [1, 1]),
    (slice(None), [0, 2, 0]),
    (..., [3, 3, 0]),
    (0, [[0, 1], [2, 2]], None),
    ([[0], [1]], [0, 2, 2]),
    ((0, 1), (1, 1)),
    np.ix_([0, 1, 0], [2, 1]),
    np.ix_([1], [True, False, True], [0, 3]),
    np.array([1, 0, 1], np.uint8),
    np.array([[-1, 0], [-2, 1]]),
    MASK,
    np.array([True, False]),
    (slice(None), np.array([True, False, True])),
    (0, MASK[0]),
    np.zeros_like(MASK),
    True,
    False,
    np.True_,
    np.array(True),
    range(2),
    np.s_[..., ::2],
    np.nonzero(MASK),
]
# Without the line breaks: pytest finds no test by a name that has one.
each_index = pytest.mark.parametrize(
    "index", INDICES, ids=lambda index: " ".join(repr(index).split())[:40]
)


def counted(index, shape):
    """How often each element is taken: the gradient of the sum of what was taken."""
    positions = np.arange(np.prod(shape, dtype=int)).reshape(shape)[index]
    return np.bincount(np.ravel(positions), minlength=np.prod(shape, dtype=int)).reshape(shape)


@each_index
def test_every_kind_of_index_takes_what_numpy_takes(index):
    expected = CUBE[index]
    y = Variable(CUBE)[index]
    assert y.shape == np.shape(expected)
    np.testing.assert_array_equal(y.data, expected)


@each_index
def test_each_element_gets_the_gradient_as_often_as_it_was_taken(index):
    x = Variable(CUBE)
    x[index].backward()
    np.testing.assert_array_equal(x.grad.data, counted(index, CUBE.shape))


@each_index
def test_derivatives_to_the_second_order_agree_with_differences(index):
    check_gradients(lambda x: x[index] ** 2, CUBE / 10, order=2)


@settings(deadline=None, max_examples=60, derandomize=True)
@given(data=st.data(), shape=array_shapes(min_dims=1, max_dims=4, min_side=1, max_side=3))
def test_generated_indices_take_and_count_right(data, shape):
    index = data.draw(
        st.one_of(
            basic_indices(shape, allow_newaxis=True), integer_array_indices(shape, dtype=np.int8)
        )
    )
    x = Variable(np.arange(np.prod(shape, dtype=float)).reshape(shape))
    y = x[index]
    np.testing.assert_array_equal(y.data, x.data[index])
    y.backward()
    np.testing.assert_array_equal(x.grad.data, counted(index, shape))


def test_a_variable_as_an_index_takes_no_gradient():
    x, i = Variable([1.0, 2.0, 3.0]), Variable([2, 2, 0])
    x[i].backward()
    assert x.grad.data.tolist() == [1.0, 0.0, 2.0]
    assert i.grad is None
    x = Variable(CUBE)
    np.testing.assert_array_equal(x[0, Variable([1, 2])].data, CUBE[0, [1, 2]])
    np.testing.assert_array_equal(x[Variable(MASK)].data, CUBE[MASK])


@pytest.mark.parametrize(
    "as_index", [lambda i: i, lambda i: (i,), Variable], ids=["array", "tuple", "Variable"]
)
def test_an_index_changed_later_does_not_change_the_gradient(as_index):
    index = np.array([0, 0, 2])
    x = Variable([1.0, 2.0, 3.0])
    y = x[as_index(index)]
    index[:] = 1
    y.backward()
    assert x.grad.data.tolist() == [2.0, 0.0, 1.0]


def test_lists_and_masks_changed_later_do_not_change_the_gradient():
    mask, places = np.array([True, False, True]), [0, 1]
    x = Variable([1.0, 2.0, 3.0])
    y, z = x[mask], x[places]
    mask[:] = False
    places[0] = 2
    (y.sum() + z.sum()).backward()
    assert x.grad.data.tolist() == [2.0, 1.0, 1.0]


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.int32, np.bool_])
def test_gradients_have_the_dtype_of_the_input(dtype):
    x = Variable(np.ones(3, dtype))
    x[[0, 0]].backward()
    assert x.grad.dtype == (dtype if np.dtype(dtype).kind == "f" else np.float64)
    assert x.grad.data.tolist() == [2.0, 0.0, 0.0]


def test_a_number_is_indexed_by_nothing_but_the_empty_tuple_and_new_axes():
    x = Variable(3.0)
    y = x[()] * x[..., None]
    y.backward()
    assert y.shape == (1,)
    assert x.grad.item() == 6.0


def test_numbers_in_other_memory_layouts_are_taken_alike():
    for data in (np.asfortranarray(CUBE), np.repeat(CUBE, 2, axis=1)[:, ::2], CUBE[::-1][::-1]):
        x = Variable(data)
        (x[:, [0, 2, 0]] * 2).backward()
        np.testing.assert_array_equal(
            x.grad.data, 2 * counted((slice(None), [0, 2, 0]), CUBE.shape)
        )


def test_get_item_takes_constants_too():
    y = F.get_item([1.0, 2.0], 1)
    assert y.item() == 2.0
    assert y.creator is None


@pytest.mark.parametrize("index", [2, (0, 3), "a", 1.0, (0, 0, 0, 0), [5], {}])
def test_what_is_no_index_is_numpys_index_error(index):
    x = Variable(CUBE)
    with pytest.raises(IndexError) as theirs:
        CUBE[index]
    with pytest.raises(IndexError) as ours:
        x[index]
    assert str(ours.value) == str(theirs.value)
