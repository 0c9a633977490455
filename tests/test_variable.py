"""A Variable holds an array as it is, and behaves in Python as the array would."""

from __future__ import annotations

import copy
import operator
import pickle

import numpy as np
import pytest

import tinygrad_ko.functions as F
from tinygrad_ko import Function, Parameter, Variable, as_variable


@pytest.mark.parametrize(
    ("data", "dtype", "shape"),
    [
        (3, np.int64, ()),
        (3.0, np.float64, ()),
        (True, np.bool_, ()),
        ([1, 2], np.int64, (2,)),
        ([[1.0], [2.0]], np.float64, (2, 1)),
        ([], np.float64, (0,)),
        (np.float32(2), np.float32, ()),
        (range(3), np.int64, (3,)),
        (np.ones((2, 3), np.float16), np.float16, (2, 3)),
    ],
)
def test_numbers_lists_and_arrays_become_data_of_their_own_dtype(data, dtype, shape):
    x = Variable(data)
    assert (x.dtype, x.shape, x.ndim) == (dtype, shape, len(shape))
    assert isinstance(x.data, np.ndarray)
    assert x.grad is None
    assert x.creator is None
    assert x.generation == 0


def test_the_array_is_shared_and_not_copied():
    data = np.ones(3)
    assert Variable(data).data is data
    assert Variable(data[::2]).data.base is data


def test_new_data_replace_the_array_and_may_have_another_shape():
    x = Variable([1.0, 2.0])
    x.data = 5
    assert x.shape == ()
    assert isinstance(x.data, np.ndarray)
    new = np.ones((2, 2))
    x.data = new
    assert x.data is new


def test_grad_reads_as_the_same_variable_each_time_and_can_be_set_and_cleared():
    x = Variable([1.0, 2.0])
    (x * 2).backward()
    assert isinstance(x.grad, Variable)
    assert x.grad is x.grad
    given = Variable([5.0, 6.0])
    x.grad = given
    assert x.grad is given
    x.grad = np.array([7.0, 8.0])
    assert (x.grad.data == [7.0, 8.0]).all()
    (x * 2).backward()
    assert (x.grad.data == [9.0, 10.0]).all()
    x.grad = None
    assert x.grad is None
    (x * 2).backward()
    x.cleargrad()
    assert x.grad is None


OPERATORS = [
    operator.add,
    operator.sub,
    operator.mul,
    operator.truediv,
    operator.floordiv,
    operator.mod,
    operator.pow,
]
PARTNERS = [
    3,
    2.5,
    True,
    np.float64(2.5),
    np.float32(2.5),
    np.int8(3),
    np.array(3.0),
    np.array([1.0, 2.0]),
    np.array([[3.0], [2.0]], np.float32),
    [1, 2],
    (1.0, 2.0),
]


@pytest.mark.parametrize("partner", PARTNERS, ids=repr)
@pytest.mark.parametrize("op", OPERATORS, ids=lambda op: op.__name__)
@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int64])
def test_operators_give_what_numpy_gives_with_the_variable_on_either_side(op, partner, dtype):
    data = np.array([3, 2], dtype)
    for ours, theirs in (
        (lambda: op(Variable(data), partner), lambda: op(data, partner)),
        (lambda: op(partner, Variable(data)), lambda: op(partner, data)),
    ):
        y, expected = ours(), theirs()
        assert isinstance(y, Variable)
        assert y.dtype == expected.dtype
        np.testing.assert_array_equal(y.data, expected)


@pytest.mark.parametrize("number", [2, 2.5, True])
@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_python_numbers_do_not_widen_a_narrow_dtype_forward_or_backward(number, dtype):
    x = Variable(np.array([1.5, 2.0], dtype))
    for y in (x + number, number - x, x * number, number / x, x**number, number**x):
        x.cleargrad()
        assert y.dtype == dtype
        y.backward()
        assert x.grad.dtype == dtype


@pytest.mark.parametrize("left", [[[1.0, 2.0]], np.array([[1.0, 2.0]]), ((1.0, 2.0),)])
def test_matmul_takes_constants_on_the_left(left):
    x = Variable([3.0, 4.0])
    y = left @ x
    assert y.data.tolist() == [11.0]
    assert (x @ np.array([[1.0], [2.0]])).data.tolist() == [11.0]


def test_unary_operators():
    x = Variable([-1.5, 2.0])
    assert (-x).data.tolist() == [1.5, -2.0]
    assert (+x).data.tolist() == [-1.5, 2.0]
    assert abs(x).data.tolist() == [1.5, 2.0]
    assert (+x).data is not x.data


def test_in_place_operators_make_a_new_variable():
    x = before = Variable([1.0, 2.0])
    x += 1
    x *= 3
    assert before.data.tolist() == [1.0, 2.0]
    assert x.data.tolist() == [6.0, 9.0]
    x.backward()
    assert before.grad.data.tolist() == [3.0, 3.0]


def test_builtin_sum_and_max_work():
    x = [Variable(1.0), Variable(3.0), Variable(2.0)]
    assert sum(x).item() == 6.0
    assert max(x) is x[1]


@pytest.mark.parametrize(
    "op", [operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge]
)
@pytest.mark.parametrize("partner", [2.0, np.array([1.0, 2.0]), np.float64(2.0), Variable([2, 1])])
def test_comparisons_give_plain_boolean_arrays(op, partner):
    data = np.array([1.0, 2.0])
    numbers = partner.data if isinstance(partner, Variable) else partner
    for result, expected in (
        (op(Variable(data), partner), op(data, numbers)),
        (op(partner, Variable(data)), op(numbers, data)),
    ):
        assert type(result) is np.ndarray
        assert result.dtype == bool
        np.testing.assert_array_equal(result, expected)


def test_a_variable_hashes_by_identity():
    x, y = Variable([1.0, 2.0]), Variable([1.0, 2.0])
    table = {x: "x", y: "y"}
    assert (table[x], table[y], len({x, y, x})) == ("x", "y", 2)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (3.0, "Variable(3.)"),
        (True, "Variable(True)"),
        ([1, 2], "Variable([1, 2])"),
        ([], "Variable([], dtype=float64)"),
        (np.ones(2, np.float32), "Variable([1., 1.], dtype=float32)"),
        (np.zeros((0, 3)), "Variable([], shape=(0, 3), dtype=float64)"),
        ([[1.0, 2.0], [3.0, 4.0]], "Variable([[1., 2.],\n          [3., 4.]])"),
        (
            [[[1, 2]], [[3, 4]]],
            "Variable([[[1, 2]],\n\n          [[3, 4]]])",
        ),
        (
            np.array([[1.5], [2.5]], np.float16),
            "Variable([[1.5],\n          [2.5]], dtype=float16)",
        ),
    ],
)
def test_repr_is_that_of_the_array_aligned_under_the_longer_name(data, text):
    got = repr(Variable(data))
    assert [line.rstrip() for line in got.split("\n")] == text.split("\n")
    assert str(Variable(data)) == got


def test_repr_of_other_array_types_shows_them():
    class Other(np.ndarray):
        def __repr__(self):
            return f"other({self.tolist()})"

    assert repr(Variable(np.array([1.0, 2.0]).view(Other))) == "Variable(other([1.0, 2.0]))"


def test_iteration_goes_along_the_first_axis_and_keeps_the_graph():
    x = Variable([[1.0, 2.0], [3.0, 4.0]])
    first, second = x
    assert second.data.tolist() == [3.0, 4.0]
    assert len(x) == 2
    (first * 10).backward()
    assert x.grad.data.tolist() == [[10.0, 10.0], [0.0, 0.0]]
    assert list(Variable(np.zeros((0, 2)))) == []


def test_python_sees_the_number():
    x = Variable([[2.75]])
    assert f"{Variable(2.75):.1f}" == "2.8"
    assert f"{Variable(2.75)}" == "Variable(2.75)"
    assert (float(Variable(2.75)), int(Variable(2.75)), bool(Variable(0.0))) == (2.75, 2, False)
    assert x.item() == 2.75
    assert type(x.item()) is float
    assert type(Variable(3).item()) is int
    assert 2.0 in Variable([1.0, 2.0])
    assert 5.0 not in Variable([1.0, 2.0])
    assert (x.size, Variable(np.zeros((0, 3))).size) == (1, 0)


def test_methods_are_the_functions():
    x = Variable(np.arange(6.0).reshape(2, 3))
    assert x.sum(axis=0, keepdims=True).shape == (1, 3)
    assert x.mean(1).data.tolist() == [1.0, 4.0]
    assert x.max(axis=(0, 1)).item() == 5.0
    assert x.min().item() == 0.0
    assert x.clip(1, 4).data.tolist() == [[1, 1, 2], [3, 4, 4]]
    assert x.reshape(3, 2).shape == x.reshape((3, 2)).shape == x.reshape(-1, 2).shape == (3, 2)
    assert x.T.shape == x.transpose(1, 0).shape == x.transpose((1, 0)).shape == (3, 2)
    assert x.transpose().shape == x.transpose(None).shape == (3, 2)
    assert Variable([1.0, 2.0]).transpose(0).data.tolist() == [1.0, 2.0]
    assert x.astype(np.float32).dtype == np.float32
    assert Variable(5.0).reshape().shape == ()


def test_unchain_makes_a_leaf_that_takes_the_gradient():
    x = Variable(3.0)
    h = x * x
    h.unchain()
    y = h * 2
    y.backward()
    assert (h.creator, h.generation) == (None, 0)
    assert h.grad.item() == 2.0
    assert x.grad is None


def test_generation_is_one_more_than_that_of_the_newest_input():
    x = Variable(1.0)
    a = x * x
    b = a * x
    c = x * b
    assert [v.generation for v in (x, a, b, c)] == [0, 1, 2, 3]


def test_parameter_is_a_variable_whose_results_are_plain_variables():
    W = Parameter([1.0, 2.0], name="W")
    y = W * 2
    y.backward()
    assert isinstance(W, Variable)
    assert W.name == "W"
    assert type(y) is Variable
    assert type(W.grad) is Variable
    assert repr(W) == "Variable([1., 2.])"


def test_as_variable_leaves_a_variable_alone():
    x = Parameter(1.0)
    assert as_variable(x) is x
    assert as_variable([1, 2]).dtype == np.int64


def test_a_leaf_can_be_copied_with_its_gradient():
    x = Variable([1.0, 2.0], name="x")
    (x * 3).backward()
    twin = copy.deepcopy(x)
    twin.data[0] = 100.0
    twin.grad.data[0] = 100.0
    assert x.data.tolist() == [1.0, 2.0]
    assert x.grad.data.tolist() == [3.0, 3.0]
    assert twin.name == "x"


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_a_leaf_can_be_pickled_and_a_graph_says_that_it_cannot(protocol):
    W = Parameter([1.0, 2.0], name="W")
    (W * W).backward()
    V, sin = pickle.loads(pickle.dumps((W, F.Sin()), protocol))
    assert (type(V), V.name, V.data.tolist(), V.grad.data.tolist()) == (
        Parameter,
        "W",
        [1.0, 2.0],
        [2.0, 4.0],
    )
    assert sin(V).data.tolist() == np.sin([1.0, 2.0]).tolist()
    with pytest.raises(TypeError) as raised:
        pickle.dumps({"loss": np.sum(W * W)}, protocol)
    assert str(raised.value) == (
        "a computed Variable cannot be pickled, because a graph is behind it: pickle the array, "
        "x.data, or call unchain() first"
    )


def test_a_graph_can_be_copied_with_its_leaves_or_shared():
    x = Variable([1.0, 2.0])
    y = np.sin(x) * x
    copies = copy.deepcopy((x, y))
    copies[1].backward()
    assert x.grad is None
    gradient = copies[0].grad.data
    copy.copy(y).backward()
    np.testing.assert_array_equal(x.grad.data, gradient)


def test_a_number_that_an_operation_returns_is_an_array_too():
    y = Variable(3.0) * 2.0
    assert type(y.data) is np.ndarray
    assert y.data is y.data
    assert type(F.sum(Variable([1.0, 2.0])).data) is np.ndarray


def test_what_an_operation_returns_has_no_name_until_it_gets_one():
    x = Variable(3.0, name="x")
    y = x * x
    y.backward()
    assert (y.name, x.grad.name) == (None, None)
    y.name = "y"
    assert y.name == "y"


def test_creator_names_the_function():
    y = Variable(3.0) + 1
    assert isinstance(y.creator, Function)
    assert repr(y.creator) == "<Add of generation 0>"
