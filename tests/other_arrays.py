"""How every function is tried on arrays of another library, and such a library to try it with.

A test gives two functions: `own` makes an array of that library out of NumPy's, `opened` looks
at the numbers of one. What lies between, the engine computes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from function_cases import Case
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from numpy.lib.mixins import NDArrayOperatorsMixin

from tinygrad_ko import Variable


def _opened(value: Any) -> Any:
    if isinstance(value, Foreign):
        return value.hidden
    if isinstance(value, tuple | list):
        return type(value)(_opened(item) for item in value)
    if isinstance(value, dict):
        return {key: _opened(item) for key, item in value.items()}
    return value


def _closed(kind: type, value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(_closed(kind, item) for item in value)
    return kind(value) if isinstance(value, np.ndarray | np.generic) else value


def _refuse_numpy(values: Any) -> None:
    for value in values:
        if isinstance(value, tuple | list):
            _refuse_numpy(value)
        if isinstance(value, np.ndarray):
            raise AssertionError("combined with an array of NumPy")


class Foreign(NDArrayOperatorsMixin):
    """An array that speaks NumPy's protocols, and has CuPy's rules as if it were on a device.

    It is not turned into an array of NumPy, nor combined with one, other than as an index or by
    asking for it: ``np.asarray(array, like=foreign)``.
    """

    def __init__(self, hidden: Any) -> None:
        self.hidden = np.asarray(hidden)

    shape = property(lambda self: self.hidden.shape)
    dtype = property(lambda self: self.hidden.dtype)
    ndim = property(lambda self: self.hidden.ndim)
    size = property(lambda self: self.hidden.size)
    T = property(lambda self: type(self)(self.hidden.T))

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if any(isinstance(x, Variable) for x in inputs):
            return NotImplemented
        if method == "at":
            if isinstance(inputs[1], tuple):
                return NotImplemented
            _refuse_numpy((inputs[0], *inputs[2:]))
        else:
            _refuse_numpy((*inputs, *kwargs.values()))
        return _closed(type(self), getattr(ufunc, method)(*_opened(inputs), **_opened(kwargs)))

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if any(issubclass(kind, Variable) for kind in types):
            return NotImplemented
        if function is not np.asarray:
            _refuse_numpy((*args, *kwargs.values()))
        return _closed(type(self), function(*_opened(args), **_opened(kwargs)))

    def __array__(self, *args: Any, **kwargs: Any) -> Any:
        raise AssertionError("turned into an array of NumPy")

    def __bool__(self) -> bool:
        return bool(self.hidden)

    def __int__(self) -> int:
        return int(self.hidden)

    def __getitem__(self, index: Any) -> Foreign:
        return type(self)(self.hidden[_opened(index)])

    def __setitem__(self, index: Any, value: Any) -> None:
        _refuse_numpy((value,))
        self.hidden[_opened(index)] = _opened(value)

    def __len__(self) -> int:
        return len(self.hidden)

    def astype(self, dtype: Any) -> Foreign:
        return type(self)(self.hidden.astype(dtype))

    def copy(self) -> Foreign:
        return type(self)(self.hidden.copy())

    def reshape(self, *shape: Any) -> Foreign:
        return type(self)(self.hidden.reshape(*shape))


class InBlocks(Foreign):
    """An array that has Dask's methods and Dask's gaps, in one block, and no numbers to look at."""

    chunks = property(lambda self: tuple((n,) for n in self.shape))

    def rechunk(self, chunks: dict[int, int]) -> InBlocks:
        assert set(chunks) <= set(range(self.ndim))
        assert set(chunks.values()) == {-1}
        return self

    def map_blocks(self, compute: Any, *, dtype: Any, chunks: Any) -> InBlocks:
        computed = compute(self.hidden)
        assert computed.dtype == dtype
        assert computed.shape == tuple(sum(sizes) for sizes in chunks)
        return InBlocks(computed)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if method == "at":
            return NotImplemented
        return super().__array_ufunc__(ufunc, method, *inputs, **kwargs)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if function.__module__ == "numpy.linalg" and function is not np.linalg.norm:
            return NotImplemented
        if function is np.linalg.norm and kwargs.get("axis") is None and self.ndim > 2:
            return NotImplemented
        return super().__array_function__(function, types, args, kwargs)

    def __bool__(self) -> bool:
        raise AssertionError("computed on the way")

    __int__ = __bool__

    def __getitem__(self, index: Any) -> Foreign:
        parts = index if isinstance(index, tuple) else (index,)
        lists = [part for part in parts if isinstance(part, np.ndarray | list | Foreign)]
        if len(lists) > 1 or any(np.ndim(part) != 1 for part in lists):
            raise IndexError("positions of one axis only")
        return super().__getitem__(index)


def example(case: Case) -> list[Any] | None:
    """Return arrays for the case, as large as it takes them; None if it wants empty ones only."""
    seen: list[Any] = []

    @settings(
        max_examples=30,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.filter_too_much],
    )
    @given(case.shapes, st.integers(0, 20))
    def look(shapes: Any, seed: int) -> None:
        seen.append(case.points(shapes, seed))

    look()
    filled = [arrays for arrays in seen if all(x.size for x in arrays)]
    return max(filled, key=lambda arrays: sum(x.size for x in arrays), default=None)


def derivatives(
    ours: Callable[..., Variable], arrays: list[Any], own: Callable[[Any], Any] = np.asarray
) -> list[Any]:
    """Return the value, the gradients, and the gradients of a weighted sum of those."""
    leaves = [Variable(own(array)) for array in arrays]
    y = ours(*leaves)
    y.backward(create_graph=True, gradient=own(_weights(y)))
    first = [x.grad for x in leaves]
    for x in leaves:
        x.cleargrad()
    total = sum((gx * own(_weights(gx))).sum() for gx in first)
    if total.creator is not None:
        total.backward()
    second = [x.grad for x in leaves]
    return [None if x is None else x.data for x in (y, *first, *second)]


def _weights(x: Any) -> Any:
    """Numbers without symmetry, so that no two derivatives can cancel or change places."""
    return np.random.default_rng(x.ndim).uniform(0.5, 1.5, x.shape)


def assert_equal(
    found: Any, expected: Any, kind: type, opened: Callable[[Any], Any], within: float = 1e-9
) -> None:
    """Assert that an array is one of the library, and holds NumPy's numbers."""
    assert isinstance(found, kind)
    assert (found.shape, found.dtype) == (expected.shape, expected.dtype)
    numbers = opened(found)
    assert isinstance(numbers, np.ndarray | np.generic)
    assert (numbers.shape, numbers.dtype) == (expected.shape, expected.dtype)
    np.testing.assert_allclose(numbers, expected, rtol=within, atol=within)
