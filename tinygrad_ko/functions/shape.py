"""The same elements in another shape, or repeated, or summed back; and in another dtype."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_ko.arrays import as_array, summed_to
from tinygrad_ko.core import Function, Variable
from tinygrad_ko.numpy_protocol import implements

__all__ = [
    "AsType",
    "BroadcastTo",
    "Reshape",
    "SumTo",
    "Transpose",
    "astype",
    "broadcast_to",
    "expand_dims",
    "reshape",
    "squeeze",
    "sum_to",
    "swapaxes",
    "transpose",
]


class Reshape(Function):
    """The same elements in order, in another shape."""

    keeps = ""

    def __init__(self, shape: Any) -> None:
        self.shape = shape

    def forward(self, x: Any) -> Any:
        self.x_shape = np.shape(x)
        return np.reshape(x, self.shape)

    def backward(self, gy: Any) -> Any:
        return np.reshape(gy, self.x_shape)


@implements(np.reshape)
def reshape(x: Any, shape: int | tuple[int, ...]) -> Variable:
    """Put the elements into another shape, in the same order.

    Parameters
    ----------
    x : Variable or array_like
        Of any shape.
    shape : int or tuple of int
        A shape with as many elements; one entry may be -1, which is worked out.

    Returns
    -------
    Variable
        Of that shape.

    Raises
    ------
    ValueError
        If the number of elements differs.

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> x = Variable([[1.0, 2.0], [3.0, 4.0]])
    >>> F.reshape(x, -1), F.reshape(x, (1, 4)).shape
    (Variable([1., 2., 3., 4.]), (1, 4))
    """
    return Reshape(_as_shape(shape))(x)


@implements(np.expand_dims)
def expand_dims(x: Any, axis: int) -> Variable:
    """Insert an axis of size 1.

    Parameters
    ----------
    x : Variable or array_like
        Of any shape.
    axis : int
        Where the new axis stands in the result; negative ones are counted from its end.

    Returns
    -------
    Variable
        With one axis more than `x`.

    Raises
    ------
    ValueError
        If the result has no such axis (``numpy.exceptions.AxisError``).

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> x = Variable([1.0, 2.0, 3.0])
    >>> F.expand_dims(x, 0).shape, F.expand_dims(x, -1).shape
    ((1, 3), (3, 1))
    """
    return Reshape(np.expand_dims(np.empty(np.shape(x), dtype=bool), axis).shape)(x)


@implements(np.squeeze)
def squeeze(x: Any, axis: int | tuple[int, ...] | None = None) -> Variable:
    """Remove axes of size 1.

    Parameters
    ----------
    x : Variable or array_like
        Of any shape.
    axis : int or tuple of int, optional
        The axes to remove; by default all of size 1.

    Returns
    -------
    Variable
        Without those axes.

    Raises
    ------
    ValueError
        If one of those axes is longer than 1, or does not exist.

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> x = Variable([[[1.0], [2.0]]])
    >>> F.squeeze(x), F.squeeze(x, axis=0).shape
    (Variable([1., 2.]), (2, 1))
    """
    return Reshape(np.squeeze(np.empty(np.shape(x), dtype=bool), axis).shape)(x)


class Transpose(Function):
    """The axes in another order; the gradient's axes go back to where they were."""

    keeps = ""

    def __init__(self, axes: tuple[int, ...] | None = None) -> None:
        self.axes = axes

    def forward(self, x: Any) -> Any:
        return np.transpose(x, self.axes)

    def backward(self, gy: Any) -> Any:
        if self.axes is None:
            return np.transpose(gy)
        axes = [axis % len(self.axes) for axis in self.axes]
        return np.transpose(gy, tuple(axes.index(axis) for axis in range(len(axes))))


@implements(np.transpose)
def transpose(x: Any, axes: int | tuple[int, ...] | None = None) -> Variable:
    """Put the axes into another order; by default in reverse.

    Parameters
    ----------
    x : Variable or array_like
        Of any shape.
    axes : int or tuple of int, optional
        For each axis of the result, the axis of `x` that it was.

    Returns
    -------
    Variable
        With the sizes of `x` in that order.

    Raises
    ------
    ValueError
        If `axes` is not an order of all the axes of `x`.

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> x = Variable([[1.0, 2.0, 3.0]])
    >>> F.transpose(x).shape, x.T.shape
    ((3, 1), (3, 1))
    """
    axes = (axes,) if isinstance(axes, int) else axes
    return Transpose(axes if axes is None else tuple(axes))(x)


@implements(np.swapaxes)
def swapaxes(x: Any, axis1: int, axis2: int) -> Variable:
    """Exchange two axes.

    Parameters
    ----------
    x : Variable or array_like
        Of any shape.
    axis1, axis2 : int
        The axes; negative ones are counted from the last.

    Returns
    -------
    Variable
        With the two sizes exchanged.

    Raises
    ------
    ValueError
        If an axis does not exist (``numpy.exceptions.AxisError``).

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> F.swapaxes(Variable([[1.0, 2.0, 3.0]]), 0, -1).shape
    (3, 1)
    """
    ndim = np.ndim(x)
    order = list(range(ndim))
    for axis in (axis1, axis2):
        if not -ndim <= axis < ndim:
            raise np.exceptions.AxisError(axis, ndim)
    order[axis1], order[axis2] = order[axis2], order[axis1]
    return Transpose(tuple(order))(x)


def _as_shape(shape: int | tuple[int, ...]) -> tuple[int, ...]:
    return (shape,) if isinstance(shape, int) else tuple(shape)


def _broadcasts(shape: tuple[int, ...], wanted: tuple[int, ...]) -> bool:
    """Whether NumPy can repeat an array of this shape to the wanted one."""
    try:
        return np.broadcast_shapes(shape, wanted) == wanted
    except ValueError:
        return False


class BroadcastTo(Function):
    """The elements repeated; so their gradients are summed."""

    keeps = ""

    def __init__(self, shape: Any) -> None:
        self.shape = shape

    def forward(self, x: Any) -> Any:
        return np.broadcast_to(x, self.shape)

    def backward(self, gy: Any) -> Any:
        return gy  # the engine sums it to the shape of x


@implements(np.broadcast_to)
def broadcast_to(x: Any, shape: int | tuple[int, ...]) -> Variable:
    """Repeat the elements along new axes and axes of size 1.

    Parameters
    ----------
    x : Variable or array_like
        Of a shape that broadcasts to `shape`.
    shape : int or tuple of int
        The wanted shape.

    Returns
    -------
    Variable
        Of that shape. Its array cannot be written to: the repeated elements are one in memory.

    Raises
    ------
    ValueError
        If `x` does not broadcast to that shape.

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> x = Variable([1.0, 2.0])
    >>> y = F.broadcast_to(x, (3, 2))
    >>> y.backward()
    >>> x.grad
    Variable([3., 3.])
    """
    given, wanted = np.shape(x), _as_shape(shape)
    if not _broadcasts(given, wanted):
        raise ValueError(
            f"broadcast_to cannot broadcast the shape {given} to {wanted}: counted from the last "
            "axis, each size must be the wanted one, or 1"
        )
    return BroadcastTo(wanted)(x)


class SumTo(Function):
    """The reverse of broadcasting: elements summed; so their gradient is repeated."""

    keeps = ""

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.shape = shape

    def forward(self, x: Any) -> Any:
        self.x_shape = np.shape(x)
        if self.x_shape == self.shape:  # nothing to add up, but narrow integers widen all the same
            return np.sum(x, axis=())
        return summed_to(x, self.shape)

    def backward(self, gy: Any) -> Any:
        return np.broadcast_to(gy, self.x_shape)


def sum_to(x: Any, shape: int | tuple[int, ...]) -> Variable:
    """Sum over axes, so that a shape is left that broadcasts to that of `x`.

    Parameters
    ----------
    x : Variable or array_like
        Of any shape.
    shape : int or tuple of int
        A shape that broadcasts to that of `x`.

    Returns
    -------
    Variable
        Of that shape.

    Raises
    ------
    ValueError
        If `shape` does not broadcast to the shape of `x`.

    References
    ----------
    Step 40 of "Deep Learning from Scratch 3" has a function of this name.

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> x = Variable([[1.0, 2.0], [3.0, 4.0]])
    >>> F.sum_to(x, (1, 2)), F.sum_to(x, ())
    (Variable([[4., 6.]]), Variable(10.))
    """
    given, wanted = np.shape(x), _as_shape(shape)
    if not _broadcasts(wanted, given):
        raise ValueError(
            f"sum_to cannot sum the shape {given} to {wanted}: "
            f"only a shape that broadcasts to {given} can be left"
        )
    return SumTo(wanted)(x)


_STEPS = {"f": 0, "i": 1, "u": 1, "b": 2}
"""How coarse the numbers of a dtype of this kind are."""


class AsType(Function):
    """The same numbers in another dtype; steps, with slope zero, where they are cut off."""

    keeps = ""

    def __init__(self, dtype: Any) -> None:
        self.dtype = dtype

    def forward(self, x: Any) -> Any:
        y = x.astype(self.dtype)
        self.cut = _STEPS.get(y.dtype.kind, 0) > _STEPS[x.dtype.kind]
        return y

    def backward(self, gy: Any) -> Any:
        return np.zeros_like(gy) if self.cut else gy  # the engine casts it to the dtype of x


@implements(np.ndarray.astype)
def astype(x: Any, dtype: Any) -> Variable:
    """Convert to another dtype.

    Where that cuts numbers off, from floating to integers or to booleans, the gradient is zero.

    Parameters
    ----------
    x : Variable or array_like
        Of any shape.
    dtype : dtype_like
        A floating, integer or boolean dtype.

    Returns
    -------
    Variable
        Of the shape of `x` and that dtype.

    Raises
    ------
    TypeError
        If that dtype is not numeric, or complex.

    Examples
    --------
    >>> import numpy as np
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> x = Variable([1.0, 2.0])
    >>> y = F.astype(x, np.float32)
    >>> y.backward()
    >>> y, x.grad
    (Variable([1., 2.], dtype=float32), Variable([1., 1.]))
    """
    return AsType(dtype)(x if isinstance(x, Variable) else as_array(x, "argument 0 of AsType"))
