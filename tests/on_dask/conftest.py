"""What the tests on Dask arrays share: the modules of the other tests, and a scheduler that waits.

The folder is not called after the library, or ``import dask`` might find it in its place.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import dask
import pytest

sys.path.append(str(Path(__file__).resolve().parent.parent))


def refuse(*args: object, **kwargs: object) -> None:
    raise AssertionError("computed on the way")


@pytest.fixture(autouse=True)
def nothing_is_computed() -> Iterator[None]:
    """Fail where Dask is asked to compute something; `lazily.computed` says when it may."""
    with dask.config.set(scheduler=refuse):
        yield
