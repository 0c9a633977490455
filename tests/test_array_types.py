"""Arrays of another library go through the engine without being turned into NumPy's."""

from __future__ import annotations

import numpy as np
import pytest
from every_case import CASES
from other_arrays import Foreign, InBlocks, assert_equal, derivatives, example

import tinygrad_ko.functions as F
from tinygrad_ko import Function, Variable, grad

POINT = np.array([[0.3, 1.7], [0.9, 1.2]])

FUNCTIONS = [
    lambda x: x + 1 - 2 * x,
    lambda x: x / (1 + x * x),
    lambda x: x**3 + x**0.5 + 2**x,
    lambda x: x**x,
    lambda x: x % 0.7 + x // 0.7,
    lambda x: -abs(+x),
    lambda x: F.exp(x) + F.log(x) + F.sqrt(x) + F.square(x),
    lambda x: F.sin(x) * F.cos(x) * F.tan(x) * F.tanh(x) * F.sign(x),
    lambda x: F.exp2(x) + F.expm1(x) + F.log2(x) + F.log10(x) + F.log1p(x) + F.reciprocal(x),
    lambda x: F.arcsin(0.5 * x) * F.arccos(0.5 * x) * F.arctan(x) + F.arctan2(x, x * x),
    lambda x: F.sinh(x) * F.cosh(x) + F.arcsinh(x) + F.arccosh(x + 1) + F.arctanh(0.5 * x),
    lambda x: F.logaddexp(x, F.logaddexp(2.0, x * x)) * F.hypot(x, 1.0) * F.hypot(x, x * x),
    lambda x: x * (F.floor(x) + F.ceil(x) + F.rint(x)),
    lambda x: F.maximum(x, 1) * F.minimum(x, 1.5),
    lambda x: F.where(x > 1, x, 0.1 * x),
    lambda x: F.clip(x, 0.5, 1.5),
    lambda x: F.sum(x, axis=0) * F.mean(x, axis=-1),
    lambda x: F.max(x, axis=0, keepdims=True) - F.min(x),
    lambda x: F.reshape(x, (1, 4)) + F.reshape(x, (4, 1)),
    lambda x: F.expand_dims(x, 0) + F.squeeze(F.expand_dims(x, 1)),
    lambda x: x.T @ F.swapaxes(x, 0, 1) + F.transpose(x, (0, 1)),
    lambda x: F.broadcast_to(x, (3, 2, 2)) * F.sum_to(x, (1, 2)),
    lambda x: x @ x[0] + x[:, 1] @ x,
    lambda x: x.astype(np.float32) * x,
    lambda x: F.concatenate([x, x * x], axis=1) * F.reshape(F.stack([x[0], x[1]]), 4),
    lambda x: F.split(x * x, 2)[1] + F.split(x, [1], axis=1)[0],
    lambda x: F.pad(x * x, (1, 0))[:2, :2] * F.roll(x, 1) * F.flip(x, 0),
    lambda x: F.tile(x, (1, 2)) * F.repeat(x * x, 2, axis=-1) * F.take(x, [0, 1, 1, 0], axis=1),
    lambda x: F.diag(F.diag(x * x), 1)[1:, 1:] + F.tril(x)[1:, :1] * F.triu(x, -1)[:1, :1],
]


@pytest.mark.parametrize("create_graph", [False, True])
@pytest.mark.parametrize("f", FUNCTIONS)
def test_values_and_gradients_stay_in_the_other_library(f, create_graph):
    ours, theirs = Variable(POINT), Variable(Foreign(POINT))
    for x in (ours, theirs):
        y = f(x)
        y.backward(create_graph=create_graph, retain_grad=True)
        assert type(y.data) is type(x.data)
        assert type(y.grad.data) is type(x.data)
        assert type(x.grad.data) is type(x.data)
    np.testing.assert_array_equal(ours.grad.data, theirs.grad.data.hidden)
    assert theirs.grad.dtype == np.float64


@pytest.mark.parametrize("f", FUNCTIONS)
def test_second_derivatives_stay_there_too(f):
    found = []
    for data in (POINT, Foreign(POINT)):
        x, w = Variable(data), Variable(np.asarray(np.array(2.0), like=data))
        (w * f(x)).backward(create_graph=True)
        gx = x.grad
        x.cleargrad()
        (gx * gx).backward()
        found.append(x.grad.data if x.grad is not None else None)
        w.cleargrad()
    numpys, foreigns = found
    assert (numpys is None) == (foreigns is None)
    if numpys is not None:
        assert isinstance(foreigns, Foreign)
        np.testing.assert_array_equal(numpys, foreigns.hidden)


@pytest.mark.parametrize(
    "case", [pytest.param(case, id=f"{i}-{case.name}") for i, case in enumerate(CASES)]
)
def test_every_function_and_two_derivatives_of_it_stay_there(case):
    arrays = example(case) or [np.zeros((0, 2))]
    expected = derivatives(case.ours, arrays)
    for kind in (Foreign, InBlocks):
        found = derivatives(case.ours, arrays, kind)
        for foreign, numpys in zip(found, expected, strict=True):
            assert (foreign is None) == (numpys is None)
            if numpys is not None:
                assert_equal(foreign, numpys, kind, lambda x: x.hidden)


@pytest.mark.parametrize("kind", [Foreign, InBlocks])
@pytest.mark.parametrize(
    "index",
    [
        ([[0, 1], [1, 1]],),
        ([1, 1, 0], [1, 0, 0]),
        (0, [0, 0]),
        (None, [1, 0, 1], None),
        (slice(None), [1, 0, 1]),
        np.array([[True, False], [True, True]]),
        (-1, None, slice(None, None, -1)),
        (..., 1),
    ],
    ids=str,
)
def test_every_index_takes_elements_there_and_adds_up_gradients(index, kind):
    expected = derivatives(lambda x: F.square(x)[index], [POINT])
    found = derivatives(lambda x: F.square(x)[index], [POINT], kind)
    for foreign, numpys in zip(found, expected, strict=True):
        assert_equal(foreign, numpys, kind, lambda x: x.hidden)


@pytest.mark.parametrize("kind", [Foreign, InBlocks])
@pytest.mark.parametrize("shape", [(2,), (2, 1), (3, 2, 1)])
def test_systems_of_every_shape_are_solved_there(shape, kind):
    arrays = [POINT, np.linspace(0.5, 1.5, np.prod(shape)).reshape(shape)]
    found = derivatives(F.solve, arrays, kind)
    for foreign, numpys in zip(found, derivatives(F.solve, arrays), strict=True):
        assert_equal(foreign, numpys, kind, lambda x: x.hidden)


@pytest.mark.parametrize("number", [np.float64(2), np.float32(2), np.int8(2), np.bool_(True)])
@pytest.mark.parametrize("kind", [np.asarray, Foreign])
def test_numbers_of_numpy_are_constants_everywhere(kind, number):
    x = Variable(kind(POINT.astype(np.float32)))
    y = number * x + x**number / (x + number)
    y.backward()
    assert y.dtype == (POINT.astype(np.float32) * number).dtype
    assert x.grad.dtype == np.float32


def test_positions_from_the_device_are_kept_as_they_were():
    x, positions = Variable(Foreign(POINT)), Foreign([1, 1])
    y = x[positions]
    positions.hidden[:] = 0
    y.backward()
    assert x.grad.data.hidden.tolist() == [[0.0, 0.0], [2.0, 2.0]]


def test_positions_that_are_computed_later_are_refused():
    for index in (InBlocks([1, 1]), (0, InBlocks([True, False])), Variable(InBlocks([0]))):
        with pytest.raises(TypeError, match=r"must be known .* x\[index\.compute\(\)\]"):
            Variable(InBlocks(POINT))[index]


def test_a_rule_that_leaves_the_library_is_noticed():
    for leave in (np.array(1.0).__mul__, lambda gy: np.where(np.array(True), gy, 0), np.array):

        class Rule(Function):
            keeps = ""

            def forward(self, x):
                return 2 * x

            def backward(self, gy, leave=leave):
                return leave(gy)

        x = Variable(Foreign(POINT))
        with pytest.raises(AssertionError, match="an array of NumPy"):
            Rule()(x).backward()


def test_gradients_accumulate_and_do_not_share_memory():
    x, y = Variable(Foreign(POINT)), Variable(Foreign(POINT))
    for _ in range(2):
        (x + y).backward()
    assert isinstance(x.grad.data, Foreign)
    assert (x.grad.data.hidden == 2.0).all()
    assert not np.shares_memory(x.grad.data.hidden, y.grad.data.hidden)


@pytest.mark.parametrize(
    "data",
    [
        np.asfortranarray(POINT),
        np.repeat(POINT, 2, axis=1)[:, ::2],
        POINT[::-1, ::-1],
        POINT.astype(">f8"),
        POINT.astype(np.longdouble),
        np.broadcast_to(POINT[0], (2, 2)),
    ],
    ids=["fortran", "strided", "reversed", "big-endian", "long", "broadcast"],
)
@pytest.mark.parametrize("f", FUNCTIONS)
def test_every_layout_of_numpys_arrays_gives_the_same_gradients(f, data):
    x, plain = Variable(data), Variable(np.array(data, dtype=np.float64, order="C"))
    f(x).backward()
    f(plain).backward()
    assert x.grad.dtype == data.dtype
    assert x.grad.data.flags.writeable
    np.testing.assert_allclose(x.grad.data.astype(np.float64), plain.grad.data, rtol=1e-6)


def test_an_array_that_cannot_be_written_to_stays_so_and_its_gradient_can():
    data = np.ones(3)
    data.flags.writeable = False
    x = Variable(data)
    (x + 1).backward()
    x.grad.data[0] = 5.0
    assert not data.flags.writeable
    assert x.data is data


@pytest.mark.parametrize("dtype", [">f8", "<f8", ">f4", "<f4", ">f2", "<f2"])
@pytest.mark.parametrize("create_graph", [False, True])
def test_gradients_have_the_byte_order_of_the_data_however_often_they_add_up(dtype, create_graph):
    x = Variable(np.array([1.0, 2.0], dtype))
    h = x * x + x
    y = F.sum(h * h + h)
    for times in (1, 2):
        y.backward(create_graph=create_graph, retain_grad=True)
        assert [v.grad.dtype for v in (x, h, y)] == [v.dtype for v in (x, h, y)]
        assert x.grad.dtype == np.dtype(dtype)
        assert x.grad.data.tolist() == [15.0 * times, 65.0 * times]
    for variable in (x, h, y):
        variable.cleargrad()
    assert grad(lambda x: F.sum(x * x * x))(x.data).dtype == np.dtype(dtype)


def test_subclasses_of_ndarray_that_compute_differently_are_refused_by_name():
    with pytest.warns(PendingDeprecationWarning):
        matrix = np.matrix([[1.0, 2.0], [3.0, 4.0]])
    masked = np.ma.array([1.0, 2.0], mask=[False, True])
    x = Variable(np.ones((2, 2)))
    for use, what in (
        (Variable, "the data of a Variable"),
        (lambda array: setattr(x, "data", array), "the data of a Variable"),
        (lambda array: x * array, "argument 1 of Mul"),
        (lambda array: F.maximum(array, x), "argument 0 of Maximum"),
        (lambda array: grad(F.sum)(array), "argument 0"),
    ):
        with pytest.raises(TypeError, match=f"^{what} is a np.matrix, .* give np.asarray") as info:
            use(matrix)
        with pytest.raises(TypeError, match=f"^{what} is a masked array, .* give m.filled") as info:
            use(masked)
        assert "0 where the mask is" in str(info.value)


def test_a_masked_array_beside_a_variable_never_takes_its_numbers_without_its_graph():
    masked = np.ma.array([1.0, 2.0], mask=[False, True])
    x = Variable([1.0, 2.0])
    for use in (lambda: masked * x, lambda: np.ma.add(x, x), lambda: np.ma.getdata(x)):
        with pytest.raises(TypeError):
            use()


def test_an_array_in_a_file_is_data_like_any_other_and_is_not_written_to(tmp_path):
    on_disk = np.memmap(tmp_path / "numbers", dtype=np.float64, mode="w+", shape=(3,))
    on_disk[:] = [1.0, 2.0, 3.0]
    x = Variable(on_disk)
    F.sum(x * x).backward()
    x.grad.data[:] = -1.0
    assert on_disk.tolist() == [1.0, 2.0, 3.0]
