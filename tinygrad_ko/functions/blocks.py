"""Arrays made of blocks, as Dask's are: what they lack is done to each block as NumPy does it.

Such an array knows its shape and computes its numbers later, perhaps on other machines. It has
the methods `rechunk` and `map_blocks`, and nothing else is asked of it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

__all__ = ["by_blocks", "in_blocks"]


def in_blocks(x: Any) -> bool:
    """Whether `x` is an array made of blocks."""
    return type(x) is not np.ndarray and hasattr(x, "map_blocks")


def by_blocks(
    compute: Callable[[Any], Any], x: Any, sizes: dict[int, int], dtype: np.dtype[Any]
) -> Any:
    """Apply `compute` to the blocks of `x`, each of them made whole along the axes in `sizes`.

    `sizes` says how long those axes are afterwards; along the others the blocks stay as they are.
    """
    whole = x.rechunk(dict.fromkeys(sizes, -1))
    chunks = [(sizes[axis],) if axis in sizes else n for axis, n in enumerate(whole.chunks)]
    return whole.map_blocks(compute, dtype=dtype, chunks=tuple(chunks))
