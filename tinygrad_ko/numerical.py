"""Derivatives from differences of function values, and the check of gradients against them."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, cast

import numpy as np

from tinygrad_ko.arrays import Array, as_array
from tinygrad_ko.backpropagation import propagate
from tinygrad_ko.config import recording
from tinygrad_ko.core import Function, Variable, as_variable

__all__ = [
    "GradientMismatch",
    "central_difference",
    "check_gradients",
    "forward_difference",
    "numerical_diff",
    "numerical_gradient",
]

_WEIGHTS_SEED = 0


def forward_difference(f: Callable[[Any], Any], x: Any, h: float = 1e-8) -> Array:
    """Approximate the derivative by ``(f(x + h) - f(x)) / h``.

    The truncation error shrinks like h, the rounding error grows like 1/h.

    Parameters
    ----------
    f : callable
        A function of one element at a time. It is called with a Variable where `x` is one, and
        with an array otherwise.
    x : Variable or array_like
        The point, or an array of points, of any shape. It is left as it is.
    h : float
        The step, not zero.

    Returns
    -------
    numpy.ndarray
        The derivative at each element, of the shape of ``f(x)``.

    Raises
    ------
    ValueError
        If `h` is zero, or so small that no ``x + h`` differs from `x`.
    TypeError
        If `x` is not numeric.

    References
    ----------
    Trefethen and Bau, "Numerical Linear Algebra" (1997), lecture 12, on conditioning.

    Examples
    --------
    >>> from tinygrad_ko import forward_difference
    >>> print(forward_difference(lambda x: x**2, 3.0, h=0.5))
    6.5
    """
    at, data = _calls(f, x, h)
    return np.asarray((at(data + h) - at(data)) / h)


def central_difference(f: Callable[[Any], Any], x: Any, h: float = 1e-4) -> Array:
    """Approximate the derivative by ``(f(x + h) - f(x - h)) / 2h``.

    The truncation error shrinks like h², the rounding error grows like 1/h. `numerical_diff` is
    another name of this function.

    Parameters
    ----------
    f : callable
        A function of one element at a time. It is called with a Variable where `x` is one, and
        with an array otherwise.
    x : Variable or array_like
        The point, or an array of points, of any shape. It is left as it is.
    h : float
        The step, not zero.

    Returns
    -------
    numpy.ndarray
        The derivative at each element, of the shape of ``f(x)``.

    Raises
    ------
    ValueError
        If `h` is zero, or so small that no ``x + h`` differs from `x`.
    TypeError
        If `x` is not numeric.

    References
    ----------
    Step 4 of "Deep Learning from Scratch 3", where it is called ``numerical_diff``.

    Examples
    --------
    >>> from tinygrad_ko import central_difference
    >>> print(central_difference(lambda x: x**3, 2.0, h=0.5))
    12.25
    """
    at, data = _calls(f, x, h)
    return np.asarray((at(data + h) - at(data - h)) / (2 * h))


numerical_diff = central_difference


def numerical_gradient(f: Callable[[Any], Any], x: Any, h: float = 1e-4) -> Array:
    """Approximate every partial derivative of a scalar function by a central difference.

    It calls `f` twice for each element of `x`, where one backward pass finds them all.

    Parameters
    ----------
    f : callable
        A function of an array whose value is one number. It is called with a Variable where `x`
        is one, and with an array otherwise.
    x : Variable or array_like
        The point, of any shape. It is left as it is.
    h : float
        The step, not zero.

    Returns
    -------
    numpy.ndarray
        The partial derivatives, of the shape of `x`.

    Raises
    ------
    ValueError
        If the value of `f` is not one number, or if `h` is zero or so small that no ``x + h``
        differs from `x`.
    TypeError
        If `x` is not numeric.

    Examples
    --------
    >>> import numpy as np
    >>> from tinygrad_ko import numerical_gradient
    >>> numerical_gradient(lambda x: x[0] ** 2 + 3 * x[1], [1.0, 5.0]).round(6)
    array([2., 3.])
    """
    at, data = _calls(f, x, h)
    gradient = np.empty_like(data)
    for index in np.ndindex(data.shape):
        values = []
        for step in (h, -h):
            moved = data.copy()
            moved[index] += step
            value = at(moved)
            if value.size != 1:
                raise ValueError(
                    "numerical_gradient needs a function whose value is one number, but its "
                    f"value has shape {value.shape}: sum it, or check it with check_gradients"
                )
            values.append(value.reshape(()))
        gradient[index] = (values[0] - values[1]) / (2 * h)
    return gradient


def _calls(f: Callable[[Any], Any], x: Any, h: float) -> tuple[Callable[[Any], Array], Array]:
    """Return `f` as a function of arrays, and the point as a floating array."""
    variable = isinstance(x, Variable)
    data = as_array(x.data if variable else x, "the point x")
    if data.dtype.kind != "f":
        data = data.astype(np.float64)
    if h == 0:
        raise ValueError("the step h is 0; a difference needs two points, for example h=1e-4")
    if data.size and np.all(data + h == data):
        raise ValueError(
            f"the step h={h} is too small for x: x + h and x are the same number in {data.dtype}"
        )

    def at(point: Array) -> Array:
        value = f(Variable(point)) if variable else f(point)
        return np.asarray(value.data if isinstance(value, Variable) else value)

    return at, data


class GradientMismatch(AssertionError):
    """A gradient from `backward` and the same one from differences are too far apart.

    `check_gradients` raises it, with the argument, the index and both values in its text.

    Examples
    --------
    >>> from tinygrad_ko import GradientMismatch
    >>> issubclass(GradientMismatch, AssertionError)
    True
    """


def check_gradients(
    f: Callable[..., Any],
    *args: Any,
    order: int = 1,
    rtol: float = 1e-5,
    atol: float = 1e-6,
) -> None:
    """Check the derivatives that `backward` finds against central differences.

    Returns nothing when they agree. Arrays that `f` returns are multiplied by fixed random
    weights and summed, so that every element counts; for higher orders, so are the gradients.
    The values in a message contain these weights, unless there is one element only.

    Parameters
    ----------
    f : callable
        A function that takes one Variable for each of `args` and returns a Variable, or a tuple
        of them, of any shape.
    *args : Variable or array_like
        The point at which to check, of any shapes. `f` gets float64 copies; these objects stay
        as they are. Hide what takes no gradient, such as labels, in a lambda.
    order : int
        Derivatives up to this order are checked.
    rtol, atol : float
        How far the two may be apart: ``atol + rtol * abs(difference quotient)``.

    Raises
    ------
    GradientMismatch
        An ``AssertionError`` that names the argument, the index and both values.
    TypeError
        If `f` does not return a Variable, or no argument was given.
    ValueError
        If `order` is not a positive integer, or `f` gives two values for the same arguments.

    References
    ----------
    The idea is that of ``check_grads`` in HIPS autograd and ``gradcheck`` in PyTorch.

    Examples
    --------
    >>> import numpy as np
    >>> from tinygrad_ko import Function, check_gradients
    >>> check_gradients(lambda a, b: a * np.sin(b), [1.0, 2.0], [[3.0], [4.0]], order=2)

    >>> class Wrong(Function):
    ...     def forward(self, x):
    ...         return x**2
    ...     def backward(self, gy):
    ...         x, = self.inputs
    ...         return 3 * x * gy
    >>> check_gradients(Wrong(), [0.0, 2.0])
    Traceback (most recent call last):
    tinygrad_ko.numerical.GradientMismatch: derivative of order 1 with respect to argument 0, at \
index (1,): backward gives ..., central differences give ... (1 of 2 elements disagree)
    """
    if not isinstance(order, int) or isinstance(order, bool) or order < 1:
        raise ValueError(f"order is a positive integer, not {order!r}")
    if not args:
        raise TypeError("check_gradients needs at least one argument to differentiate: (f, x)")
    point = [
        np.array(
            as_array(x.data if isinstance(x, Variable) else x, f"argument {i}"), dtype=np.float64
        )
        for i, x in enumerate(args)
    ]
    scalar = _weighted(f)
    if not np.array_equal(scalar(point)[0].data, scalar(point)[0].data, equal_nan=True):
        raise ValueError("f gives two values for the same arguments, so it has no derivative")
    for n in range(1, order + 1):
        _check(f, scalar, point, n, rtol, atol)
        scalar = _differentiated(scalar)


# A scalar function of a list of arrays: its value, the leaves the value was computed from, and
# the weight in it where there is only one, so that a message can leave it out; else 1.
_Scalar = Callable[[list[Array]], tuple[Variable, list[Variable], float]]


def _weighted(f: Callable[..., Any]) -> _Scalar:
    def scalar(point: list[Array]) -> tuple[Variable, list[Variable], float]:
        leaves = [Variable(x) for x in point]
        with recording(True):
            ys = f(*leaves)
            ys = ys if isinstance(ys, tuple) else (ys,)
            if not ys:
                raise TypeError(
                    "check_gradients needs a function that returns a Variable, or several, but it "
                    "returned an empty tuple"
                )
            for y in ys:
                if not isinstance(y, Variable):
                    raise TypeError(
                        "check_gradients needs a function that returns a Variable, but it "
                        f"returned {type(y).__name__}: {y!r}"
                    )
            value, weight = _weighted_sum(list(ys))
            return value, leaves, weight

    return scalar


def _differentiated(scalar: _Scalar) -> _Scalar:
    def derivative(point: list[Array]) -> tuple[Variable, list[Variable], float]:
        value, leaves, weight = scalar(point)
        gradients = _gradients(value, leaves, create_graph=True)
        with recording(True):
            total, one_more = _weighted_sum([as_variable(gradient) for gradient in gradients])
            return total, leaves, weight * one_more

    return derivative


def _weighted_sum(variables: list[Variable]) -> tuple[Variable, float]:
    """Return one number to which every element contributes with a weight of its own.

    With it comes that weight if there is one element, and 1 if there are several.
    """
    rng = np.random.default_rng(_WEIGHTS_SEED)
    total = as_variable(0.0)
    weights = []
    for variable in variables:
        weights.append(rng.uniform(0.5, 1.5, variable.shape))
        total = total + np.sum(variable * weights[-1])
    flat = np.concatenate([np.ravel(each) for each in weights])
    return total, float(flat[0]) if flat.size == 1 else 1.0


def _gradients(value: Variable, leaves: list[Variable], create_graph: bool) -> list[Any]:
    """Return the gradient of `value` for each leaf, zeros where it does not depend on it."""
    creator = cast(Function, value.creator)  # a weighted sum is recorded, also one of constants
    found = propagate(creator, {0: np.ones(())}, create_graph=create_graph)
    return [found[leaf] if leaf in found else np.zeros_like(leaf.data) for leaf in leaves]


def _check(
    f: Callable[..., Any], scalar: _Scalar, point: list[Array], n: int, rtol: float, atol: float
) -> None:
    value, leaves, weight = scalar(point)
    found = [np.asarray(gradient) for gradient in _gradients(value, leaves, create_graph=False)]
    for i, x in enumerate(point):
        expected = np.empty_like(x)
        for index in np.ndindex(x.shape):
            # The step at which truncation and rounding errors of a central difference balance.
            h = np.cbrt(np.finfo(np.float64).eps) * max(1.0, abs(float(x[index])))
            sides = []
            for step in (h, -h):
                moved = [other.copy() for other in point]
                moved[i][index] += step
                sides.append(float(scalar(moved)[0].data))
            expected[index] = (sides[0] - sides[1]) / (2 * h)
        wrong = ~np.isclose(found[i], expected, rtol=rtol, atol=atol)
        if np.any(wrong):
            index = tuple(int(axis[0]) for axis in np.nonzero(np.atleast_1d(wrong)))
            index = index if x.shape else ()
            raise GradientMismatch(
                f"derivative of order {n} with respect to argument {i}{_named(f, i)}, "
                f"at index {index}: backward gives {float(found[i][index]) / weight:.8g}, central "
                f"differences give {float(expected[index]) / weight:.8g} "
                f"({int(np.sum(wrong))} of {x.size} elements disagree)"
            )


def _named(f: Callable[..., Any], i: int) -> str:
    """Return `` ('x')`` for the i-th parameter of `f`, where it has a name of its own."""
    try:
        parameters = list(inspect.signature(f).parameters.values())
    except (TypeError, ValueError):
        return ""
    if i >= len(parameters) or parameters[i].kind is inspect.Parameter.VAR_POSITIONAL:
        return ""
    return f" ({parameters[i].name!r})"
