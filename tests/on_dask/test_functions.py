"""Shows that every function computes on Dask arrays in several blocks, and computes them last.

Run by ``nox -s dask``. While a value and its derivatives are recorded, Dask's scheduler is one
that refuses: whatever looked at a number, or turned an array into NumPy's, would fail.
"""

from __future__ import annotations

import dask.array as da
import every_case
import numpy as np
import pytest
from lazily import computed, in_blocks
from other_arrays import assert_equal, derivatives, example

import tinygrad_ko.functions as F
from tinygrad_ko import Variable

CASES = list(enumerate(every_case.CASES))
ARRAYS = {i: example(case) for i, case in CASES}
# Dask's own reshape, pad and maximum fail on blocks without elements.
WITHOUT_ELEMENTS = [case.name for i, case in CASES if ARRAYS[i] is None]


@pytest.mark.parametrize(
    ("i", "case"),
    [pytest.param(i, c, id=f"{i}-{c.name}") for i, c in CASES if ARRAYS[i] is not None],
)
def test_value_and_two_derivatives_stay_lazy_and_equal_numpys(i, case):
    expected = derivatives(case.ours, ARRAYS[i])
    found = derivatives(case.ours, ARRAYS[i], in_blocks)
    assert [x is None for x in found] == [x is None for x in expected]
    pairs = [pair for pair in zip(found, expected, strict=True) if pair[1] is not None]
    for (lazy, wanted), numbers in zip(pairs, computed(*[x for x, _ in pairs]), strict=True):
        assert_equal(lazy, wanted, da.Array, lambda _, numbers=numbers: numbers)


def test_nearly_all_cases_have_several_blocks_and_one_is_left_out():
    blocks = [max(in_blocks(x).npartitions for x in xs) for xs in ARRAYS.values() if xs]
    assert sum(n > 1 for n in blocks) > 0.98 * len(blocks)  # the others have no axes
    assert WITHOUT_ELEMENTS == ["cumprod"]


@pytest.mark.parametrize("dtype", [np.float32, np.int64, np.bool_])
def test_other_dtypes_have_the_gradients_that_they_have_in_numpy(dtype):
    a = np.array([[2, 0, 1], [1, 3, 1]]).astype(dtype)
    b = np.array([[1], [2]]).astype(np.float32)

    def f(a, b):
        return F.tanh(a * b) @ F.transpose(a) + F.exp(b)

    expected = derivatives(f, [a, b])
    found = derivatives(f, [a, b], in_blocks)
    for lazy, wanted, numbers in zip(found, expected, computed(*found), strict=True):
        assert_equal(lazy, wanted, da.Array, lambda _, numbers=numbers: numbers, within=1e-5)


@pytest.mark.parametrize(
    "index",
    [
        (slice(None), [2, 0, 2]),
        ([0, 1, 0, 0],),
        ([[0, 1], [1, 1]],),
        ([1, 1, 0], [2, 2, 0]),
        (0, [0, 0]),
        ([1, 1], slice(0, 2)),
        (None, [1, 0, 1], None),
        (..., [0, 0]),
        np.array([[True, False, True], [False, False, True]]),
        (slice(None), np.array([True, False, True])),
        (1, None, slice(None, None, -2)),
        (..., 1),
    ],
    ids=str,
)
def test_every_index_that_is_known_takes_elements_and_adds_up_gradients(index):
    array = np.array([[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]])
    expected = derivatives(lambda x: F.square(x)[index], [array])
    found = derivatives(lambda x: F.square(x)[index], [array], in_blocks)
    for lazy, wanted, numbers in zip(found, expected, computed(*found), strict=True):
        assert_equal(lazy, wanted, da.Array, lambda _, numbers=numbers: numbers)


def test_blocks_stay_blocks_where_rows_are_taken():
    x = Variable(da.ones((6, 1000), chunks=(2, 100)))
    F.take(x, [5, 0, 5], axis=0).backward()
    assert x.grad.data.chunks[1] == (100,) * 10


def test_what_computes_on_the_way_is_noticed():
    x = Variable(in_blocks(np.ones(4)))
    with pytest.raises(AssertionError, match="computed on the way"):
        bool(F.sum(x) > 0)
