"""Taking elements out: everything that NumPy allows to the right of ``x[...]``."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from tinygrad_ko.arrays import as_array
from tinygrad_ko.core import Function, Variable
from tinygrad_ko.functions.arguments import whole_numbers
from tinygrad_ko.numpy_protocol import implements

__all__ = ["GetItem", "get_item", "take"]


class GetItem(Function):
    """y = x[index]."""

    keeps = ""

    def __init__(self, index: Any) -> None:
        self.index = index

    def forward(self, x: Any) -> Any:
        self.x_shape = x.shape
        return x[self.index]

    def backward(self, gy: Any) -> Any:
        return GetItemGrad(self.index, self.x_shape)(gy)


class GetItemGrad(Function):
    """Zeros, with `gy` added at the index; an element taken twice adds up twice."""

    keeps = ""

    def __init__(self, index: Any, shape: tuple[int, ...]) -> None:
        self.index = index
        self.shape = shape

    def forward(self, gy: Any) -> Any:
        gx = np.zeros_like(gy, shape=self.shape)
        if _is_basic(self.index):
            gx[self.index] = gy
        else:
            np.add.at(gx, self.index, gy)
        return gx

    def backward(self, ggx: Any) -> Any:
        return ggx[self.index]


def _is_basic(index: Any) -> bool:
    """Whether the index is made of ints, slices, None and ..., so that it repeats nothing."""
    parts = index if isinstance(index, tuple) else (index,)
    return all(
        part is None or part is ... or type(part) is int or isinstance(part, slice | np.integer)
        for part in parts
    )


def _own(index: Any) -> Any:
    """Take Variables' arrays, and copy arrays and lists: backward needs them as they are now."""
    if isinstance(index, tuple):
        return tuple(_own(part) for part in index)
    if isinstance(index, Variable):
        index = index.data
    if isinstance(index, list):
        array = np.array(index)
        return array if array.size else array.astype(np.intp)  # [] takes nothing
    return np.array(index) if isinstance(index, np.ndarray) else index


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
        If `indices` are not whole numbers.
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
    x = x if isinstance(x, Variable) else as_array(x, "argument 0 of take")
    if axis is None:
        x, axis = np.reshape(x, -1), 0
    before = (slice(None),) * normalize_axis_index(axis, len(x.shape))
    return get_item(x, (*before, positions if positions.shape else int(positions)))
