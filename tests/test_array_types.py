"""Arrays of another library go through the engine without being turned into NumPy's."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.lib.mixins import NDArrayOperatorsMixin

import tinygrad_ko.functions as F
from tinygrad_ko import Variable


def opened(value):
    if isinstance(value, Foreign):
        return value.hidden
    if isinstance(value, tuple | list):
        return type(value)(opened(item) for item in value)
    if isinstance(value, dict):
        return {key: opened(item) for key, item in value.items()}
    return value


def closed(value):
    return Foreign(value) if isinstance(value, np.ndarray | np.generic) else value


class Foreign(NDArrayOperatorsMixin):
    """An array that speaks NumPy's protocols, and fails where something makes a copy in NumPy."""

    def __init__(self, hidden):
        self.hidden = np.asarray(hidden)

    shape = property(lambda self: self.hidden.shape)
    dtype = property(lambda self: self.hidden.dtype)
    ndim = property(lambda self: self.hidden.ndim)
    size = property(lambda self: self.hidden.size)

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        return closed(getattr(ufunc, method)(*opened(inputs), **opened(kwargs)))

    def __array_function__(self, function, types, args, kwargs):
        return closed(function(*opened(args), **opened(kwargs)))

    def __array__(self, *args, **kwargs):
        raise AssertionError("turned into an array of NumPy")

    def __getitem__(self, index):
        return Foreign(self.hidden[opened(index)])

    def __setitem__(self, index, value):
        self.hidden[opened(index)] = opened(value)

    def astype(self, dtype):
        return Foreign(self.hidden.astype(dtype))

    def copy(self):
        return Foreign(self.hidden.copy())


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
        x, w = Variable(data), Variable(2.0)
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
    native = data.dtype.newbyteorder("=")  # sums are in the machine's own byte order
    assert x.grad.dtype.newbyteorder("=") == native
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
