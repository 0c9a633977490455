"""Several arrays made one, one made several, and one made larger at its edges."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import accumulate
from typing import Any, cast

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from tinygrad_ko.arrays import as_array
from tinygrad_ko.core import Function, Variable
from tinygrad_ko.functions.arguments import whole_numbers
from tinygrad_ko.numpy_protocol import implements

__all__ = [
    "Concatenate",
    "Pad",
    "Split",
    "Stack",
    "concatenate",
    "hstack",
    "pad",
    "split",
    "stack",
    "vstack",
]


def _members(name: str, arrays: Any) -> list[Any]:
    """Return the arrays to be joined, or say what is wrong with them.

    They stay arrays or Variables, so that a constant among them costs no graph.
    """
    if not isinstance(arrays, Iterable):
        raise TypeError(
            f"{name} joins the arrays of one list or tuple, but something of type "
            f"{type(arrays).__name__} was given: {name}([x0, x1])"
        )
    members = [
        x if isinstance(x, Variable) else as_array(x, f"array {i} given to {name}")
        for i, x in enumerate(arrays)
    ]
    if not members:
        raise ValueError(f"{name} needs at least one array, but the list is empty")
    return members


def _along(axis: int) -> tuple[slice, ...]:
    """Return the part of an index that stands before that of the axis."""
    return (slice(None),) * axis


class Concatenate(Function):
    """y = the inputs one after another; each takes its piece of the gradient."""

    keeps = ""

    def __init__(self, axis: int = 0) -> None:
        self.axis = axis

    def forward(self, *xs: Any) -> Any:
        self.bounds = tuple(accumulate(x.shape[self.axis] for x in xs[:-1]))
        return np.concatenate(xs, axis=self.axis)

    def backward(self, gy: Any) -> Any:
        return Split(self.bounds, self.axis)(gy)


@implements(np.concatenate)
def concatenate(arrays: Iterable[Any], axis: int | None = 0) -> Variable:
    """Join arrays along an axis that they have.

    Parameters
    ----------
    arrays : sequence of Variable or array_like
        Of equal shapes, except along `axis`.
    axis : int, optional
        The axis to join along, a negative one counted from the last. With None the arrays may
        have any shape, and the elements of each are put into one row first.

    Returns
    -------
    Variable
        Of the shape of the arrays, with the sum of their sizes along `axis`.

    Raises
    ------
    TypeError
        If `arrays` is not a sequence, or one of them is not numeric.
    ValueError
        If there are no arrays, their shapes do not fit, or they have no such axis
        (``numpy.exceptions.AxisError``).

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> x0, x1 = Variable([1.0, 2.0]), Variable([3.0])
    >>> y = F.concatenate([x0, x1])
    >>> y
    Variable([1., 2., 3.])
    >>> y.backward(gradient=[10.0, 20.0, 30.0])
    >>> x0.grad, x1.grad
    (Variable([10., 20.]), Variable([30.]))
    """
    members = _members("concatenate", arrays)
    if axis is None:
        members, axis = [np.reshape(x, -1) for x in members], 0
    first = members[0].shape
    if first == ():
        raise ValueError(
            "concatenate cannot join arrays of shape (), which have no axis to be joined along: "
            "stack makes a new one"
        )
    axis = normalize_axis_index(axis, len(first))
    for i, x in enumerate(members):
        shape = x.shape
        if len(shape) != len(first) or (*shape[:axis], *shape[axis + 1 :]) != (
            *first[:axis],
            *first[axis + 1 :],
        ):
            raise ValueError(
                f"concatenate cannot join the shapes {first} and {shape} (arrays 0 and {i}) "
                f"along axis {axis}: they must have equally many axes, and the same size along "
                f"each of them but axis {axis}"
            )
    return Concatenate(axis)(*members)


class Split(Function):
    """The pieces of x between bounds; their gradients are joined again."""

    keeps = ""

    def __init__(self, bounds: tuple[int, ...], axis: int = 0) -> None:
        self.bounds = bounds
        self.axis = axis

    def forward(self, x: Any) -> Any:
        starts, stops = (0, *self.bounds), (*self.bounds, x.shape[self.axis])
        before = _along(self.axis)
        return tuple(
            [x[(*before, slice(*ends))] for ends in zip(starts, stops, strict=True)],
        )

    def backward(self, *gys: Any) -> Any:
        return np.concatenate(gys, axis=self.axis)


@implements(np.split)
def split(x: Any, indices_or_sections: Any, axis: int = 0) -> list[Variable]:
    """Cut an array into pieces along an axis.

    The pieces are the outputs of one Function. One that is not used counts as zero in the
    gradient.

    Parameters
    ----------
    x : Variable or array_like
        Of any shape with at least one axis.
    indices_or_sections : int or array_like of int
        How many pieces of equal size to make; or the positions to cut at, in increasing order,
        negative ones counted from the end.
    axis : int
        The axis to cut, a negative one counted from the last.

    Returns
    -------
    list of Variable
        Of the shape of `x`, except along `axis`.

    Raises
    ------
    TypeError
        If `indices_or_sections` is not made of whole numbers.
    ValueError
        If the pieces would not be equal, the positions do not increase, or there is no such axis
        (``numpy.exceptions.AxisError``).

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> x = Variable([1.0, 2.0, 3.0, 4.0])
    >>> F.split(x, 2)
    [Variable([1., 2.]), Variable([3., 4.])]
    >>> first, second = F.split(x, [1])
    >>> second.backward()
    >>> x.grad
    Variable([0., 1., 1., 1.])
    """
    x = x if isinstance(x, Variable) else as_array(x, "argument 0 of Split")
    axis = normalize_axis_index(axis, len(x.shape))
    size = x.shape[axis]
    cuts = whole_numbers(indices_or_sections, "indices_or_sections of split")
    if cuts.ndim == 0:
        n = int(cuts)
        if n < 1 or size % n:
            raise ValueError(
                f"split cannot cut {size} elements along axis {axis} into {n} equal pieces: give "
                "a number that divides them, or a list of positions to cut at"
            )
        bounds = list(range(size // n, size, size // n)) if size else [0] * (n - 1)
    elif cuts.ndim == 1:
        # As in a slice: counted from the end if negative, and no further than the ends.
        bounds = [len(range(size)[: int(cut)]) for cut in cuts]
        if bounds != sorted(bounds):
            raise ValueError(
                f"split cuts at positions in increasing order, but {cuts.tolist()} was given for "
                f"{size} elements: for pieces that overlap use x[start:stop]"
            )
    else:
        raise ValueError(
            "indices_or_sections of split must be one number or a list of them, but its shape is "
            f"{cuts.shape}"
        )
    pieces: Any = Split(tuple(bounds), axis)(x)
    return list(pieces)


class Stack(Function):
    """y = the inputs side by side along a new axis; each takes its place of the gradient."""

    keeps = ""

    def __init__(self, axis: int = 0) -> None:
        self.axis = axis

    def forward(self, *xs: Any) -> Any:
        return np.stack(xs, axis=self.axis)

    def backward(self, gy: Any) -> Any:
        return Unstack(self.axis)(gy)


class Unstack(Function):
    """The places of x along an axis, one output each."""

    keeps = ""

    def __init__(self, axis: int) -> None:
        self.axis = axis

    def forward(self, x: Any) -> Any:
        before = _along(self.axis)
        return tuple([x[(*before, i)] for i in range(x.shape[self.axis])])

    def backward(self, *gys: Any) -> Any:
        return np.stack(gys, axis=self.axis)


@implements(np.stack)
def stack(arrays: Iterable[Any], axis: int = 0) -> Variable:
    """Join arrays along a new axis.

    Parameters
    ----------
    arrays : sequence of Variable or array_like
        Of equal shapes.
    axis : int
        Where the new axis stands in the result; negative ones are counted from its end.

    Returns
    -------
    Variable
        With one axis more than the arrays, as long as there are arrays.

    Raises
    ------
    TypeError
        If `arrays` is not a sequence, or one of them is not numeric.
    ValueError
        If there are no arrays, their shapes differ, or the result has no such axis
        (``numpy.exceptions.AxisError``).

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> x0, x1 = Variable([1.0, 2.0]), Variable([3.0, 4.0])
    >>> F.stack([x0, x1], axis=1)
    Variable([[1., 3.],
              [2., 4.]])
    >>> F.stack([x0[1], x1[0], 0.0])
    Variable([2., 3., 0.])
    """
    members = _members("stack", arrays)
    first = members[0].shape
    for i, x in enumerate(members):
        if x.shape != first:
            raise ValueError(
                f"stack cannot join the shapes {first} and {x.shape} (arrays 0 and {i}): all "
                "must be equal; to join along an axis that is there use concatenate"
            )
    return Stack(normalize_axis_index(axis, len(first) + 1))(*members)


@implements(np.vstack)
def vstack(arrays: Iterable[Any]) -> Variable:
    """Join arrays one below the other: along the first axis, a vector being one row.

    Parameters
    ----------
    arrays : sequence of Variable or array_like
        Of equal shapes, except along the first axis; or vectors of equal length.

    Returns
    -------
    Variable
        Of two or more axes.

    Raises
    ------
    TypeError, ValueError
        As for `concatenate`.

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> F.vstack([Variable([1.0, 2.0]), Variable([[3.0, 4.0]])])
    Variable([[1., 2.],
              [3., 4.]])
    """
    members = _members("vstack", arrays)
    rows = [x if len(x.shape) > 1 else np.reshape(x, (1, x.size)) for x in members]
    return concatenate(rows, 0)


@implements(np.hstack)
def hstack(arrays: Iterable[Any]) -> Variable:
    """Join arrays one beside the other: along the second axis, vectors along their only one.

    Parameters
    ----------
    arrays : sequence of Variable or array_like
        Of equal shapes, except along the second axis; or vectors of any length.

    Returns
    -------
    Variable
        Of as many axes as the arrays, but at least one.

    Raises
    ------
    TypeError, ValueError
        As for `concatenate`.

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> F.hstack([Variable([[1.0], [2.0]]), Variable([[3.0], [4.0]])])
    Variable([[1., 3.],
              [2., 4.]])
    """
    members = [x if x.shape else np.reshape(x, 1) for x in _members("hstack", arrays)]
    return concatenate(members, 0 if len(members[0].shape) == 1 else 1)


class Pad(Function):
    """y = x with constants around it; the gradient loses what stands in their places."""

    keeps = ""

    def __init__(self, widths: tuple[tuple[int, int], ...], constant_values: Any = 0) -> None:
        self.widths = widths
        self.constant_values = constant_values

    def forward(self, x: Any) -> Any:
        self.inside = tuple(
            [slice(w, w + n) for (w, _), n in zip(self.widths, x.shape, strict=True)]
        )
        # A number has no axes to be padded, but NumPy wants to see a width all the same.
        return np.pad(x, self.widths or 0, constant_values=self.constant_values)

    def backward(self, gy: Any) -> Any:
        return gy[self.inside]


@implements(np.pad)
def pad(x: Any, pad_width: Any, mode: str = "constant", constant_values: Any = 0) -> Variable:
    """Put constants around an array.

    Parameters
    ----------
    x : Variable or array_like
        Of any shape.
    pad_width : int or array_like of int
        How many to put before and after: one number for everything, a pair ``(before, after)``
        for all axes, or one pair for each axis.
    mode : str
        Only ``"constant"``.
    constant_values : float or array_like
        The constants, in the same forms as `pad_width`. They take no gradient.

    Returns
    -------
    Variable
        Of the dtype of `x`, and of its shape with the widths added.

    Raises
    ------
    TypeError
        If a width is not a whole number, or a constant is a Variable.
    ValueError
        If a width is negative, there are not as many pairs as axes, or the mode is another one.

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> x = Variable([1.0, 2.0])
    >>> y = F.pad(x, (1, 2))
    >>> y
    Variable([0., 1., 2., 0., 0.])
    >>> y.backward()
    >>> x.grad
    Variable([1., 1.])
    """
    if mode != "constant":
        raise ValueError(
            f"pad of a Variable has the mode 'constant', but {mode!r} was given: for a mode that "
            "repeats elements, pad their positions and take those: "
            "np.take(x, np.pad(np.arange(n), pad_width, mode), axis)"
        )
    if isinstance(constant_values, Variable):
        raise TypeError(
            "constant_values of pad take no gradient, but a Variable was given: use its numbers, "
            "value.data, or join it to x with concatenate"
        )
    x = x if isinstance(x, Variable) else as_array(x, "argument 0 of Pad")
    return Pad(
        _pairs(whole_numbers(pad_width, "pad_width"), len(x.shape)),
        as_array(constant_values, "constant_values of pad").tolist(),
    )(x)


def _pairs(widths: Any, ndim: int) -> tuple[tuple[int, int], ...]:
    """Return one pair of widths for each axis."""
    if np.any(widths < 0):
        raise ValueError(
            f"pad_width must not be negative, but {widths.tolist()} was given: to remove elements "
            "use x[start:stop]"
        )
    try:
        pairs = np.broadcast_to(widths, (ndim, 2)).tolist()
    except ValueError:
        raise ValueError(
            f"pad_width must be one number, one pair (before, after) or a pair for each of the "
            f"{ndim} axes, but {widths.tolist()} was given"
        ) from None
    return tuple([cast("tuple[int, int]", tuple(pair)) for pair in pairs])
