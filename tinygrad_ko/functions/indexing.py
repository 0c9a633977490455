"""Taking elements out: everything that NumPy allows to the right of ``x[...]``."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from tinygrad_ko.arrays import as_array, is_array
from tinygrad_ko.core import Function, Variable
from tinygrad_ko.functions.arguments import whole_numbers
from tinygrad_ko.functions.blocks import by_blocks, in_blocks
from tinygrad_ko.numpy_protocol import implements

__all__ = ["GetItem", "get_item", "take"]


class GetItem(Function):
    """y = x[index]."""

    keeps = ""

    def __init__(self, index: Any) -> None:
        self.index = index

    def forward(self, x: Any) -> Any:
        self.x_shape = x.shape
        return _taken(x, self.index) if in_blocks(x) else x[self.index]

    def backward(self, gy: Any) -> Any:
        return GetItemGrad(self.index, self.x_shape)(gy)


class GetItemGrad(Function):
    """Zeros, with `gy` added at the index; an element taken twice adds up twice."""

    keeps = ""

    def __init__(self, index: Any, shape: tuple[int, ...]) -> None:
        self.index = index
        self.shape = shape

    def forward(self, gy: Any) -> Any:
        if not isinstance(gy, (np.ndarray, np.generic)):
            return _added_elsewhere(gy, self.index, self.shape)
        gx = np.zeros_like(gy, shape=self.shape)
        if _is_basic(self.index):
            gx[self.index] = gy
        else:
            np.add.at(gx, self.index, gy)
        return gx

    def backward(self, ggx: Any) -> Any:
        return _taken(ggx, self.index) if in_blocks(ggx) else ggx[self.index]


def _is_basic(index: Any) -> bool:
    """Whether the index is made of ints, slices, None and ..., so that it repeats nothing."""
    parts = index if isinstance(index, tuple) else (index,)
    return all(
        part is None or part is ... or type(part) is int or isinstance(part, slice | np.integer)
        for part in parts
    )


def _taken(x: Any, index: Any) -> Any:
    """Return x[index] of an array in blocks, which knows lists of positions for one axis only."""
    if _is_basic(index) or _only_axis(index) is not None:
        return x[index]
    positions = _positions(index, x.shape, None)
    return np.reshape(np.reshape(x, (-1,))[positions.reshape(-1)], positions.shape)


def _added_elsewhere(gy: Any, index: Any, shape: tuple[int, ...]) -> Any:
    """Do what `GetItemGrad.forward` does, with what Dask's and CuPy's arrays can do of it."""
    if _is_basic(index):
        # With one part for each axis, and an axis for each part: Dask cannot do without.
        parts = index if isinstance(index, tuple) else (index,)
        index = tuple([_as_slice(part) for part in parts if part is not None])
        gx = np.zeros_like(gy, shape=shape)
        gx[index] = np.reshape(gy, np.broadcast_to(False, shape)[index].shape)
        return gx
    axis, flat = _only_axis(index), shape
    if axis is None:  # one number for each element, in the order of the elements, is as good
        positions = _positions(index, shape, None if in_blocks(gy) else gy)
        gy, positions = np.reshape(gy, (-1,)), np.reshape(positions, (-1,))
        axis, flat = 0, (math.prod(shape),)
    else:
        positions = index[axis] if isinstance(index, tuple) else index
    add = partial(_added_along, axis, positions, flat[axis])
    gx = by_blocks(add, gy, {axis: flat[axis]}, gy.dtype) if in_blocks(gy) else add(gy)
    return gx if flat is shape else np.reshape(gx, shape)


def _as_slice(part: Any) -> Any:
    """Return the slice of size 1 that an int stands for, and anything else as it is."""
    return part if part is ... or isinstance(part, slice) else slice(part, part + 1 or None)


def _added_along(axis: int, positions: Any, size: int, gy: Any) -> Any:
    """Add the places of `gy` along an axis to the given positions of zeros."""
    shape = gy.shape
    gx = np.zeros_like(gy, shape=(*shape[:axis], size, *shape[axis + 1 :]))
    # Not an index with slices before the positions: CuPy takes no tuple here.
    np.add.at(np.swapaxes(gx, 0, axis), positions, np.swapaxes(gy, 0, axis))
    return gx


def _positions(index: Any, shape: tuple[int, ...], like: Any) -> Any:
    """Return the numbers of the chosen elements, counted in order from 0."""
    numbers = np.arange(math.prod(shape), like=like)
    return np.reshape(numbers, shape)[index]


def _only_axis(index: Any) -> int | None:
    """Return the axis of a list of positions, if there is one and the other axes are whole."""
    parts = index if isinstance(index, tuple) else (index,)
    chosen = [i for i, part in enumerate(parts) if not _is_whole(part)]
    part: Any = parts[chosen[0]] if len(chosen) == 1 else None
    one = is_array(part) and part.dtype.kind in "iu" and len(part.shape) == 1
    return chosen[0] if one else None


def _is_whole(part: Any) -> bool:
    return isinstance(part, slice) and part == slice(None)


_PARTS = frozenset({int, slice, type(None), type(...)})


def _own(index: Any) -> Any:
    """Take Variables' arrays, and copy arrays and lists: backward needs them as they are now."""
    if type(index) in _PARTS:
        return index
    if isinstance(index, tuple):
        return tuple([_own(part) for part in index])
    if isinstance(index, Variable):
        index = index.data
    if isinstance(index, list):
        array = np.array(index)
        return array if array.size else array.astype(np.intp)  # [] takes nothing
    if in_blocks(index):
        raise TypeError(
            "the index of x[...] must be known when the graph is recorded, but it is an array that "
            "is computed later: compute it first, x[index.compute()]; in the place of a mask, "
            "np.where(mask, x, 0) keeps the shape and computes nothing"
        )
    return index.copy() if is_array(index) else index


@implements(np.ndarray.__getitem__)
def get_item(x: Any, index: Any) -> Variable:
    """Take elements; the operator ``x[index]``.

    Parameters
    ----------
    x : Variable or array_like
        Of any shape.
    index : object
        All that NumPy allows: an int, a slice, None, ``...``, an array of ints or bools, or a
        tuple of these. An index that is a Variable takes no gradient.

    Returns
    -------
    Variable
        The elements, of the shape that NumPy gives them. The gradient of an element that was
        taken several times is the sum over those times.

    Raises
    ------
    IndexError
        If the index is out of range or not an index.
    TypeError
        If the index is an array that is computed later, such as one of Dask.

    References
    ----------
    Step 45 of "Deep Learning from Scratch 3" has a function of this name.

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> x = Variable([[1.0, 2.0], [3.0, 4.0]])
    >>> F.get_item(x, (0, 1)), x[:, 0]
    (Variable(2.), Variable([1., 3.]))
    >>> x[[0, 0, 1]].backward()
    >>> x.grad
    Variable([[2., 2.],
              [1., 1.]])
    """
    x = x if isinstance(x, Variable) else as_array(x, "argument 0 of GetItem")
    return GetItem(_own(index))(x)


@implements(np.take)
def take(x: Any, indices: Any, axis: int | None = None) -> Variable:
    """Take elements by their positions along one axis.

    Parameters
    ----------
    x : Variable or array_like
        Of any shape.
    indices : int or array_like of int, or Variable
        The positions, of any shape; negative ones are counted from the end. They take no
        gradient.
    axis : int, optional
        The axis that they are positions along, a negative one counted from the last. By default
        they are positions in the row of all elements.

    Returns
    -------
    Variable
        Of the shape of `x`, with that of `indices` in the place of `axis`. The gradient of an
        element that was taken several times is the sum over those times.

    Raises
    ------
    TypeError
        If `indices` are not whole numbers, or an array of them that is computed later.
    IndexError
        If one of them is out of range.
    ValueError
        If there is no such axis (``numpy.exceptions.AxisError``).

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> x = Variable([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    >>> y = F.take(x, [0, 2, 2], axis=1)
    >>> y
    Variable([[1., 3., 3.],
              [4., 6., 6.]])
    >>> y.backward()
    >>> x.grad
    Variable([[1., 0., 2.],
              [1., 0., 2.]])
    """
    positions = whole_numbers(indices, "the indices of take")
    x = x if isinstance(x, Variable) else as_array(x, "x of take")
    if axis is None:
        x, axis = np.reshape(x, -1), 0
    before = (slice(None),) * normalize_axis_index(axis, len(x.shape))
    return get_item(x, (*before, positions if positions.shape else int(positions)))
