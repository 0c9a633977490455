"""Products summed over chosen axes: tensordot and einsum."""

from __future__ import annotations

import string
from collections.abc import Sequence
from functools import reduce
from typing import Any

import numpy as np

from tinygrad_ko.arrays import as_array
from tinygrad_ko.core import Function, Variable
from tinygrad_ko.functions.arguments import places
from tinygrad_ko.numpy_protocol import implements

__all__ = ["Einsum", "TensorDot", "einsum", "tensordot"]

Axes = tuple[int, ...]


def as_operand(x: Any, what: str) -> Any:
    """Return an object with a shape and a dtype; `what` is the subject of an error's sentence."""
    return x if isinstance(x, Variable) else as_array(x, what)


class TensorDot(Function):
    """y = the products of x0 and x1, summed over axes of x0 that are paired with axes of x1."""

    keeps = ("x1", "x0")

    def __init__(self, axes0: Axes, axes1: Axes) -> None:
        self.axes0 = axes0
        self.axes1 = axes1

    def forward(self, x0: Any, x1: Any) -> Any:
        self.free0 = _others(self.axes0, np.ndim(x0))
        self.free1 = _others(self.axes1, np.ndim(x1))
        return np.tensordot(x0, x1, (self.axes0, self.axes1))

    def backward(self, gy: Any) -> Any:
        # The axes of y are those of x0 that were not summed over, then those of x1.
        n0, n1 = len(self.free0), len(self.free1)
        x0, x1 = self.inputs
        gx0 = gx1 = None
        if self.wants(0):
            gx0 = np.tensordot(gy, x1, (tuple(range(n0, n0 + n1)), self.free1))
            # Summed axes come in the order they have in x1; each goes to its partner's place.
            partners = [self.axes0[i] for i in np.argsort(self.axes1)]
            gx0 = np.transpose(gx0, _places((*self.free0, *partners)))
        if self.wants(1):
            gx1 = np.tensordot(x0, gy, (self.free0, tuple(range(n0))))
            partners = [self.axes1[i] for i in np.argsort(self.axes0)]
            gx1 = np.transpose(gx1, _places((*partners, *self.free1)))
        return gx0, gx1


def _others(axes: Axes, ndim: int) -> Axes:
    return tuple(axis for axis in range(ndim) if axis not in axes)


def _places(order: Axes) -> Axes:
    """Return where each axis 0, 1, ... stands in `order`."""
    return tuple(order.index(axis) for axis in range(len(order)))


def paired(
    name: str, a: Any, b: Any, axes0: Sequence[int], axes1: Sequence[int]
) -> tuple[Axes, Axes]:
    """Return the axes counted from the first one, or say why they cannot be summed over."""
    shape0, shape1 = np.shape(a), np.shape(b)
    if len(axes0) != len(axes1):
        raise ValueError(
            f"{name} pairs axes of a with axes of b, but {len(axes0)} were given of a "
            f"and {len(axes1)} of b"
        )
    whole = []
    for axes, shape in ((axes0, shape0), (axes1, shape1)):
        for axis in axes:
            if not -len(shape) <= axis < len(shape):
                raise np.exceptions.AxisError(axis, len(shape))
        whole.append(tuple(axis % len(shape) for axis in axes))
        if len(set(whole[-1])) != len(axes):
            raise ValueError(f"{name} sums over each axis once, but the axes are {tuple(axes)}")
    for i, j in zip(*whole, strict=True):
        if shape0[i] != shape1[j]:
            raise ValueError(
                f"{name} cannot combine the shapes {shape0} and {shape1}: axis {i} of the first, "
                f"of size {shape0[i]}, is paired with axis {j} of the second, of size {shape1[j]}"
            )
    return whole[0], whole[1]


@implements(np.tensordot, np.linalg.tensordot)
def tensordot(
    a: Any, b: Any, axes: int | tuple[int | Sequence[int], int | Sequence[int]] = 2
) -> Variable:
    """Sum the products of two arrays over axes that are paired.

    Parameters
    ----------
    a, b : Variable or array_like
        Of any shapes; axes that are paired have equal sizes.
    axes : int or tuple
        A number n pairs the last n axes of `a` with the first n of `b`; 0 gives all products.
        Two ints, or two sequences of ints, name the axes of `a` and their partners in `b`.

    Returns
    -------
    Variable
        Its shape has the axes of `a` that are left, then those of `b`.

    Raises
    ------
    ValueError
        If paired axes differ in size, or an axis is named twice or does not exist.

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> a = Variable([[1.0, 2.0], [3.0, 4.0]])
    >>> F.tensordot(a, [10.0, 1.0], axes=1), F.tensordot(a, [10.0, 1.0], axes=(0, 0))
    (Variable([12., 34.]), Variable([13., 24.]))
    >>> F.tensordot(a, a).backward()
    >>> a.grad
    Variable([[2., 4.],
              [6., 8.]])
    """
    a, b = as_operand(a, "a of tensordot"), as_operand(b, "b of tensordot")
    if isinstance(axes, int | np.integer):
        if axes < 0:
            raise ValueError(f"tensordot pairs a number of axes from 0 on, not {axes}")
        axes = (range(-axes, 0), range(axes))
    axes0, axes1 = ((each,) if isinstance(each, int | np.integer) else each for each in axes)
    pairs = paired("tensordot", a, b, axes0, axes1)
    return TensorDot(*pairs)(a, b)


class Einsum(Function):
    """y = the products of all operands, summed over the labels that the output lacks."""

    def __init__(self, terms: list[str], output: str, optimize: Any = False) -> None:
        self.terms = terms
        self.output = output
        self.optimize = optimize

    def forward(self, *xs: Any) -> Any:
        self.sizes: dict[str, int] = {}
        for term, x in zip(self.terms, xs, strict=True):
            for label, size in zip(term, np.shape(x), strict=True):
                if self.sizes.get(label, 1) == 1:  # an axis of size 1 broadcasts
                    self.sizes[label] = size
        return self._sum(self.terms, self.output, xs)

    def backward(self, gy: Any) -> Any:
        return tuple(
            self._gradient(i, gy) if self.wants(i) else None for i in range(len(self.terms))
        )

    def _sum(self, terms: list[str], output: str, xs: Sequence[Any]) -> Any:
        return np.einsum(f"{','.join(terms)}->{output}", *xs, optimize=self.optimize)

    def _gradient(self, i: int, gy: Any) -> Any:
        """Multiply `gy` with the other operands, summed to the labels of operand `i`."""
        term = self.terms[i]
        terms = [self.output, *self.terms[:i], *self.terms[i + 1 :]]
        labels = "".join(dict.fromkeys(term))
        known = "".join(label for label in labels if any(label in other for other in terms))
        gx = self._sum(terms, known, [gy, *self.inputs[:i], *self.inputs[i + 1 :]])
        # A label of this operand alone was summed away: each of its values has the same gradient.
        for axis, label in enumerate(labels):
            if label not in known:
                gx = np.expand_dims(gx, axis)
        # Of an operand with a label twice, only the diagonal took part.
        for axis, label in enumerate(term):
            if label in term[:axis]:
                gx = np.expand_dims(gx, axis)
        shape = tuple(self.sizes[label] for label in term)
        if len(labels) < len(term):
            gx = np.where(_diagonal(term, shape, gx), gx, 0)
        return gx if gx.shape == shape else np.broadcast_to(gx, shape)

    def _keep(self, arrays: list[Any], y: Any, constants: int) -> None:
        """Keep an operand where another one wants a gradient; `keeps` cannot say so of any."""
        wanted = [i for i in range(len(arrays)) if self.wants(i)]
        self.inputs = tuple(x if wanted not in ([], [j]) else None for j, x in enumerate(arrays))


def _diagonal(term: str, shape: tuple[int, ...], like: Any) -> Any:
    """Return True at the places where axes with the same label have the same index."""
    at = places(shape, like)
    repeated = [axis for axis, label in enumerate(term) if label in term[:axis]]
    pairs = [at[term.index(term[axis])] == at[axis] for axis in repeated]
    return reduce(np.logical_and, pairs)


@implements(np.einsum)
def einsum(subscripts: Any, *operands: Any, optimize: Any = False) -> Variable:
    """Sum products of elements, after Einstein's convention.

    Parameters
    ----------
    subscripts : str
        A label for each axis of each operand, such as ``"ij,jk->ik"``. Equal labels go through
        their indices together; labels that are missing after the arrow are summed over. Without
        an arrow the result has the labels that occur once, in alphabetical order. ``...`` stands
        for axes without labels, which broadcast. NumPy's other form, with a list of ints after
        each operand in place of letters, works too.
    *operands : Variable or array_like
        Any number of them, of shapes that agree with the labels.
    optimize : bool or str
        As for ``numpy.einsum``: True finds a good order of several products, also in backward.

    Returns
    -------
    Variable
        One axis for each label of the output.

    Raises
    ------
    TypeError
        If there are no subscripts, or `optimize` is a list.
    ValueError
        If labels and shapes do not fit, or a label has two sizes.

    Examples
    --------
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable
    >>> W = Variable([[1.0, 2.0], [3.0, 4.0]])
    >>> F.einsum("ij,j->i", W, [1.0, -1.0]), F.einsum("ii", W)
    (Variable([-1., -1.]), Variable(5.))
    >>> F.einsum("ij,ij->", W, W).backward()
    >>> W.grad
    Variable([[2., 4.],
              [6., 8.]])
    """
    if not isinstance(optimize, bool | str):
        raise TypeError(
            f"optimize is True, False or the name of a way to find an order, not {optimize!r}: "
            "a fixed order would not fit the products in backward"
        )
    if not isinstance(subscripts, str):
        subscripts, operands = _from_lists((subscripts, *operands))
    xs = [as_operand(x, f"operand {i} of einsum") for i, x in enumerate(operands)]
    terms, output = _parsed(subscripts, [x.shape for x in xs])
    return Einsum(terms, output, optimize)(*xs)


def _from_lists(arguments: tuple[Any, ...]) -> tuple[str, tuple[Any, ...]]:
    """Turn ``(x, [0, 1], y, [1, 2], [0, 2])`` into subscripts and operands."""
    letters = string.ascii_uppercase + string.ascii_lowercase  # in the order in which they sort
    if len(arguments) < 2:
        raise TypeError("einsum needs subscripts such as 'ij,jk->ik' before its operands")

    def text(labels: Any) -> str:
        return "".join("..." if k is ... else letters[k] for k in labels)

    pairs = len(arguments) // 2
    subscripts = ",".join(text(labels) for labels in arguments[1 : 2 * pairs : 2])
    if len(arguments) % 2:
        subscripts += "->" + text(arguments[-1])
    return subscripts, arguments[0 : 2 * pairs : 2]


def _parsed(subscripts: str, shapes: list[tuple[int, ...]]) -> tuple[list[str], str]:
    """Return the labels of each operand and of the output, with letters in place of ``...``."""
    said = f"einsum with the subscripts {subscripts!r}"
    inputs, arrow, output = subscripts.replace(" ", "").partition("->")
    terms = inputs.split(",")
    if len(terms) != len(shapes):
        raise ValueError(f"{said} needs {len(terms)} operands, but {len(shapes)} were given")
    for each in (*terms, output):
        letters = each.replace("...", "", 1)
        if not all(letter in string.ascii_letters for letter in letters):
            raise ValueError(f"{said}: labels are letters, or ... for the other axes, not {each!r}")
    ranks = []  # how many axes the ... of each operand stands for; -1 where it has none
    for i, (term, shape) in enumerate(zip(terms, shapes, strict=True)):
        labels = len(term.replace("...", ""))
        dots = "..." in term
        if len(shape) < labels or (len(shape) > labels and not dots):
            raise ValueError(
                f"{said} names {labels} axes of operand {i}, but its shape is {shape}"
                + ("" if dots else "; ... stands for axes without a label")
            )
        ranks.append(len(shape) - labels if dots else -1)
    spare = [letter for letter in string.ascii_letters if letter not in subscripts]
    rest = "".join(spare[: max(ranks)]) if max(ranks) > 0 else ""
    terms = [
        term.replace("...", rest[len(rest) - max(rank, 0) :])
        for term, rank in zip(terms, ranks, strict=True)
    ]
    if arrow:
        if rest and "..." not in output:
            raise ValueError(f"{said} has ... before the arrow, so the output needs it too")
        output = output.replace("...", rest)
    else:
        together = "".join(terms)
        output = rest + "".join(
            label for label in sorted(set(together) - set(rest)) if together.count(label) == 1
        )
    _check_labels(said, terms, output, shapes)
    return terms, output


def _check_labels(said: str, terms: list[str], output: str, shapes: list[tuple[int, ...]]) -> None:
    """Raise if the output has a label that it cannot have, or a label has two sizes."""
    for label in output:
        if output.count(label) > 1:
            raise ValueError(f"{said} has the label {label!r} in the output more than once")
        if not any(label in term for term in terms):
            raise ValueError(f"{said} has the label {label!r} in the output, but in no operand")
    sizes: dict[str, int] = {}
    for term, shape in zip(terms, shapes, strict=True):
        for label, size in zip(term, shape, strict=True):
            first = shape[term.index(label)]
            known = sizes.get(label, size) if size != 1 else 1  # size 1 broadcasts, but
            other = first if first != size else known  # not within one operand
            if other not in (1, size) or first != size:
                raise ValueError(
                    f"{said} gives the label {label!r} the sizes {other} and {size}: "
                    f"the shapes are {' and '.join(map(str, shapes))}"
                )
            if size != 1:
                sizes[label] = size
