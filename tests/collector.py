"""What tests share that count what is left in memory; both fixtures have to be imported."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from tinygrad_ko import Variable
from tinygrad_ko.node import Node


@pytest.fixture(scope="module")
def few_objects() -> Iterator[None]:
    """Take what other tests have left out of the collector's sight, which would look each time."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture
def no_collector(few_objects: None) -> Iterator[None]:
    """Switch the garbage collector off."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()
    gc.collect()


def alive() -> int:
    """How many Variables and Functions the collector knows."""
    return sum(isinstance(each, Variable | Node) for each in gc.get_objects())
