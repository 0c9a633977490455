"""Shows that every function computes on CuPy's arrays, and leaves them on the GPU.

Run by ``nox -s cupy``. CuPy does not turn its arrays into NumPy's, nor combine the two, without
being asked to: so a rule that left the GPU would fail.
"""

from __future__ import annotations

import cupy
import numpy as np
import pytest
from every_case import CASES
from other_arrays import assert_equal, derivatives, example

import tinygrad_ko.functions as F
from tinygrad_ko import Parameter, Variable, debug_mode, grad, hvp


@pytest.mark.parametrize(
    "case", [pytest.param(case, id=f"{i}-{case.name}") for i, case in enumerate(CASES)]
)
def test_value_and_two_derivatives_stay_on_the_gpu_and_equal_numpys(case):
    arrays = example(case) or [np.zeros((0, 2))]
    expected = derivatives(case.ours, arrays)
    found = derivatives(case.ours, arrays, cupy.asarray)
    for device, numpys in zip(found, expected, strict=True):
        assert (device is None) == (numpys is None)
        if numpys is not None:
            assert_equal(device, numpys, cupy.ndarray, cupy.asnumpy)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_network_of_two_layers_learns_as_it_does_in_numpy(dtype):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(60, 5)).astype(dtype)
    t = (x[:, 0] > 0).astype(int) + (x[:, 1] > 0)
    start = [rng.normal(0, 0.5, s).astype(dtype) for s in ((5, 8), (8,), (8, 3), (3,))]

    def trained(own):
        inputs, labels = own(x), own(t)
        parameters = [Parameter(own(each.copy())) for each in start]
        for _ in range(20):
            W1, b1, W2, b2 = parameters
            loss = F.softmax_cross_entropy(
                F.linear(F.tanh(F.linear(inputs, W1, b1)), W2, b2), labels
            )
            for each in parameters:
                each.cleargrad()
            loss.backward()
            for each in parameters:
                each.data -= 0.5 * each.grad.data
        return [each.data for each in parameters]

    within = 1e-4 if dtype == np.float32 else 1e-9
    for device, numpys in zip(trained(cupy.asarray), trained(np.asarray), strict=True):
        assert_equal(device, numpys, cupy.ndarray, cupy.asnumpy, within)


def test_transforms_stay_on_the_gpu():
    point, direction = np.array([0.3, -1.2, 0.8]), np.array([1.0, 0.5, -2.0])

    def f(x):
        return F.sum(F.sin(x) * x[::-1] * F.exp(0.1 * x))

    for transform in (
        lambda x, v: grad(f)(x),
        lambda x, v: grad(lambda x: F.sum(grad(f)(x) * v))(x),
        lambda x, v: hvp(f, (x,), (v,))[0],
    ):
        expected = transform(point, direction)
        found = transform(cupy.asarray(point), cupy.asarray(direction))
        assert_equal(found, expected, cupy.ndarray, cupy.asnumpy)


def test_elements_taken_twice_add_up_on_the_gpu():
    for index in ([0, 2, 0], (slice(None), [1, 1]), ([0, 0], [1, 1]), [[0, 1], [1, 1]]):
        array = np.arange(12.0).reshape(3, 4)
        expected = derivatives(lambda x, index=index: F.square(x)[index], [array])
        found = derivatives(lambda x, index=index: F.square(x)[index], [array], cupy.asarray)
        for device, numpys in zip(found, expected, strict=True):
            assert_equal(device, numpys, cupy.ndarray, cupy.asnumpy)
    positions = cupy.asarray([1, 1])
    x = Variable(cupy.zeros(2))
    F.take(x, positions).backward()
    assert cupy.asnumpy(x.grad.data).tolist() == [0.0, 2.0]


def test_debug_mode_finds_the_first_nan_on_the_gpu():
    with debug_mode(), pytest.raises(FloatingPointError, match=r"^Log.forward made the first inf"):
        F.log(Variable(cupy.zeros(2)))


def test_numbers_are_asked_for_by_name():
    x = Variable(cupy.asarray([1.0, 2.0]))
    assert float(F.sum(x)) == F.sum(x).item() == 3.0
    with pytest.raises(TypeError):
        np.asarray(x.data)
