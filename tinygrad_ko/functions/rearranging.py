"""The same elements in other places (ravel, moveaxis, flip, roll), or repeated (tile, repeat)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index, normalize_axis_tuple

from tinygrad_ko.arrays import as_array
from tinygrad_ko.core import Function, Variable
from tinygrad_ko.functions.arguments import whole_numbers
from tinygrad_ko.functions.indexing import take
from tinygrad_ko.functions.shape import reshape, transpose
from tinygrad_ko.numpy_protocol import implements

__all__ = [
    "Flip",
    "Repeat",
    "Roll",
    "Tile",
    "flip",
    "moveaxis",
    "ravel",
    "repeat",
    "roll",
    "tile",
]

Whole = int | tuple[int, ...]


@implements(np.ravel)
def ravel(x: Any) -> Variable:
    """Put all elements into one row, the last axis changing fastest.

    Parameters
    ----------
    x : Variable or array_like
        Of any shape.

    Returns
    -------
    Variable
        Of one axis, as long as `x` has elements.

    Raises
    ------
    TypeError
        If `x` is not numeric.

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> F.ravel(Variable([[1.0, 2.0], [3.0, 4.0]]))
    Variable([1., 2., 3., 4.])
    """
    return reshape(x, -1)


@implements(np.moveaxis)
def moveaxis(x: Any, source: Whole, destination: Whole) -> Variable:
    """Move axes to other positions; the others stay in their order.

    Parameters
    ----------
    x : Variable or array_like
        Of any shape.
    source, destination : int or tuple of int
        Where the axes stand in `x`, and where they shall stand in the result; negative ones are
        counted from the last.

    Returns
    -------
    Variable
        With the sizes of `x` in the new order.

    Raises
    ------
    ValueError
        If an axis does not exist (``numpy.exceptions.AxisError``) or is given twice, or `source`
        and `destination` are not equally many.

    Examples
    --------
    >>> import numpy as np
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> x = Variable(np.zeros((2, 3, 4)))
    >>> F.moveaxis(x, 0, -1).shape, F.moveaxis(x, (0, 1), (1, 2)).shape
    ((3, 4, 2), (4, 2, 3))
    """
    ndim = np.ndim(x)
    sources = normalize_axis_tuple(source, ndim, "source")
    destinations = normalize_axis_tuple(destination, ndim, "destination")
    if len(sources) != len(destinations):
        raise ValueError(
            f"moveaxis needs one destination for each source, but source is {source} and "
            f"destination is {destination}"
        )
    order = [axis for axis in range(ndim) if axis not in sources]
    for there, axis in sorted(zip(destinations, sources, strict=True)):
        order.insert(there, axis)
    return transpose(x, tuple(order))


class Flip(Function):
    """y = x backwards along some axes; so is the gradient."""

    keeps = ""

    def __init__(self, axis: tuple[int, ...]) -> None:
        self.axis = axis

    def forward(self, x: Any) -> Any:
        return np.flip(x, self.axis)

    def backward(self, gy: Any) -> Any:
        return np.flip(gy, self.axis)


@implements(np.flip)
def flip(x: Any, axis: Whole | None = None) -> Variable:
    """Reverse the order of the elements.

    Parameters
    ----------
    x : Variable or array_like
        Of any shape.
    axis : int or tuple of int, optional
        The axes to reverse, negative ones counted from the last; all of them by default.

    Returns
    -------
    Variable
        Of the shape of `x`.

    Raises
    ------
    ValueError
        If an axis does not exist (``numpy.exceptions.AxisError``) or is given twice.

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> x = Variable([[1.0, 2.0], [3.0, 4.0]])
    >>> F.flip(x, axis=1)
    Variable([[2., 1.],
              [4., 3.]])
    """
    ndim = np.ndim(x)
    return Flip(tuple(range(ndim)) if axis is None else normalize_axis_tuple(axis, ndim))(x)


class Roll(Function):
    """y = x moved along its axes, what falls off coming in again; the gradient moves back."""

    keeps = ""

    def __init__(self, shift: Whole, axis: Whole | None) -> None:
        self.shift = shift
        self.axis = axis

    def forward(self, x: Any) -> Any:
        return np.roll(x, self.shift, self.axis)

    def backward(self, gy: Any) -> Any:
        shift = self.shift
        back = -shift if isinstance(shift, int) else tuple([-step for step in shift])
        return np.roll(gy, back, self.axis)


@implements(np.roll)
def roll(x: Any, shift: Whole, axis: Whole | None = None) -> Variable:
    """Move the elements along axes; those that leave at one end come in at the other.

    Parameters
    ----------
    x : Variable or array_like
        Of any shape.
    shift : int or tuple of int
        By how many places, for all axes or for each.
    axis : int or tuple of int, optional
        The axes to move along, negative ones counted from the last. By default the elements move
        as one row, and get their shape back.

    Returns
    -------
    Variable
        Of the shape of `x`.

    Raises
    ------
    TypeError
        If `shift` is not made of whole numbers.
    ValueError
        If an axis does not exist (``numpy.exceptions.AxisError``), or `shift` and `axis` are not
        equally many.

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> F.roll(Variable([1.0, 2.0, 3.0, 4.0]), 1)
    Variable([4., 1., 2., 3.])
    """
    steps = whole_numbers(shift, "the shift of roll").tolist()
    if axis is not None:
        axis = normalize_axis_tuple(axis, np.ndim(x), allow_duplicate=True)
        several = isinstance(steps, list) and len(steps) > 1 and len(axis) > 1
        if several and len(steps) != len(axis):
            raise ValueError(
                f"roll needs one shift for all axes or one for each, but the shift is {shift} "
                f"and the axes are {axis}"
            )
    return Roll(tuple(steps) if isinstance(steps, list) else steps, axis)(x)


class Tile(Function):
    """y = copies of x side by side; the gradients of the copies are summed."""

    keeps = ""

    def __init__(self, reps: tuple[int, ...]) -> None:
        self.reps = reps

    def forward(self, x: Any) -> Any:
        self.x_shape = x.shape
        return np.tile(x, self.reps)

    def backward(self, gy: Any) -> Any:
        n = len(gy.shape)
        reps = (1,) * (n - len(self.reps)) + self.reps
        sizes = (1,) * (n - len(self.x_shape)) + self.x_shape
        # Each axis of gy becomes two: which copy, and where in it.
        apart = [number for pair in zip(reps, sizes, strict=True) for number in pair]
        summed = np.sum(np.reshape(gy, tuple(apart)), axis=tuple(range(0, 2 * n, 2)))
        return np.reshape(summed, self.x_shape)


@implements(np.tile)
def tile(x: Any, reps: Whole) -> Variable:
    """Put copies of a whole array side by side.

    Parameters
    ----------
    x : Variable or array_like
        Of any shape.
    reps : int or tuple of int
        How many copies along each axis. Counted from the last axis; where one of `x` and `reps`
        has fewer axes than the other, ones are put in front.

    Returns
    -------
    Variable
        Of the shape of `x` times `reps`.

    Raises
    ------
    TypeError
        If `reps` is not made of whole numbers.
    ValueError
        If one of them is negative, or they are not in one row.

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> x = Variable([1.0, 2.0])
    >>> y = F.tile(x, 3)
    >>> y
    Variable([1., 2., 1., 2., 1., 2.])
    >>> y.backward()
    >>> x.grad
    Variable([3., 3.])
    """
    numbers = whole_numbers(reps, "reps of tile")
    _check_not_negative("reps of tile", numbers)
    if numbers.ndim > 1:
        raise ValueError(
            f"reps of tile must be one number for each axis, but its shape is {numbers.shape}"
        )
    x = x if isinstance(x, Variable) else as_array(x, "argument 0 of Tile")
    return Tile(tuple(numbers.ravel().tolist()))(x)


class Repeat(Function):
    """y = each element of x several times in a row; their gradients are summed."""

    keeps = ""

    def __init__(self, repeats: int, axis: int) -> None:
        self.repeats = repeats
        self.axis = axis

    def forward(self, x: Any) -> Any:
        self.x_shape = x.shape
        return np.repeat(x, self.repeats, axis=self.axis)

    def backward(self, gy: Any) -> Any:
        after = self.axis + 1
        apart = (*self.x_shape[:after], self.repeats, *self.x_shape[after:])
        return np.sum(np.reshape(gy, apart), axis=after)


@implements(np.repeat)
def repeat(x: Any, repeats: Any, axis: int | None = None) -> Variable:
    """Repeat each element, before the next one comes.

    Parameters
    ----------
    x : Variable or array_like
        Of any shape.
    repeats : int or array_like of int
        How often: one number for all, or one for each place along `axis`.
    axis : int, optional
        The axis to repeat along, a negative one counted from the last. By default the elements
        are put into one row first.

    Returns
    -------
    Variable
        Of the shape of `x`, longer along `axis`; by default of one axis.

    Raises
    ------
    TypeError
        If `repeats` is not made of whole numbers.
    ValueError
        If a number is negative, there are not as many as places, or there is no such axis
        (``numpy.exceptions.AxisError``).

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> x = Variable([1.0, 2.0])
    >>> F.repeat(x, 2)
    Variable([1., 1., 2., 2.])
    >>> y = F.repeat(x, [1, 3])
    >>> y.backward()
    >>> y, x.grad
    (Variable([1., 2., 2., 2.]), Variable([1., 3.]))
    """
    numbers = whole_numbers(repeats, "repeats")
    _check_not_negative("repeats", numbers)
    x = x if isinstance(x, Variable) else as_array(x, "argument 0 of Repeat")
    if axis is None:
        x, axis = np.reshape(x, -1), 0
    axis = normalize_axis_index(axis, len(x.shape))
    if numbers.size == 1:
        return Repeat(int(numbers.item()), axis)(x)
    size = x.shape[axis]
    if numbers.shape != (size,):
        raise ValueError(
            f"repeats must be one number, or one for each of the {size} places along axis {axis}, "
            f"but its shape is {numbers.shape}"
        )
    return take(x, np.repeat(np.arange(size), numbers), axis)


def _check_not_negative(what: str, numbers: Any) -> None:
    if np.any(numbers < 0):
        raise ValueError(f"{what} must not be negative, but {numbers.tolist()} was given")
