"""To Dask's arrays and back, for tests in which nothing else is to compute them."""

from __future__ import annotations

from typing import Any

import dask
import dask.array as da
import numpy as np


def in_blocks(array: Any) -> da.Array:
    """Return a Dask array in two blocks along each axis that has two elements."""
    array = np.asarray(array)
    return da.from_array(array, chunks=tuple((n + 1) // 2 for n in array.shape))


def computed(*arrays: Any) -> list[Any]:
    """Return NumPy's arrays for those, which must be Dask's still."""
    assert all(isinstance(array, da.Array) for array in arrays)
    return list(dask.compute(*arrays, scheduler="synchronous"))
