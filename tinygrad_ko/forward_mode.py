"""Forward mode: dual numbers, which carry a derivative along with every value.

A dual number is a + b ε with ε² = 0. A function turns it into f(a) + f'(a) b ε, so the second
part is the derivative: nothing is recorded, and nothing goes backward.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

import numpy as np

from tinygrad_ko.arrays import as_array, gradient_dtype
from tinygrad_ko.backpropagation import propagate
from tinygrad_ko.config import recording
from tinygrad_ko.core import Variable
from tinygrad_ko.numpy_protocol import NumPyProtocol, numpy_functions
from tinygrad_ko.trees import mapped

__all__ = ["Dual", "forward_derivative", "jvp"]


class Dual:
    """A number, or an array of numbers, with the derivative of each of them.

    Operators and NumPy's elementwise functions take Duals and return new ones. Comparisons look
    at the values only, and give plain boolean arrays.

    Parameters
    ----------
    value : array_like
        Of any shape, real.
    tangent : array_like
        The derivatives, of the shape of `value`; 0 by default, as for a constant. It is turned
        into the dtype of `value`, or float64 for integers.

    Raises
    ------
    TypeError
        If one of them is not numeric, or is a Variable.
    ValueError
        If their shapes differ.

    References
    ----------
    Clifford, "Preliminary sketch of biquaternions" (1873), for the numbers; Wengert, "A simple
    automatic derivative evaluation program", Communications of the ACM 7 (1964), for their use.

    Examples
    --------
    >>> import numpy as np
    >>> from tinygrad_ko.forward_mode import Dual
    >>> x = Dual(3.0, 1.0)
    >>> x * x + 2
    Dual(11.0, 6.0)
    >>> np.exp(Dual([0.0, 1.0], [1.0, 0.0]))
    Dual([1.         2.71828183], [1. 0.])
    """

    __slots__ = ("tangent", "value")
    __array_priority__ = 300  # operators of arrays make way for ours

    def __init__(self, value: Any, tangent: Any = 0.0) -> None:
        for part in (value, tangent):
            if isinstance(part, NumPyProtocol):
                raise TypeError(_MIXED)
        self.value = as_array(value, "the value of a Dual")
        tangent = as_array(tangent, "the tangent of a Dual")
        if tangent.shape not in ((), self.value.shape):
            raise ValueError(
                f"the tangent of a Dual has the shape of its value, {self.value.shape}, "
                f"but one of shape {tangent.shape} was given"
            )
        dtype = gradient_dtype(self.value.dtype)
        self.tangent = np.broadcast_to(tangent.astype(dtype), self.value.shape)

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the value and of the tangent.

        Examples
        --------
        >>> from tinygrad_ko.forward_mode import Dual
        >>> Dual([1.0, 2.0]).shape
        (2,)
        """
        return self.value.shape

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if method != "__call__":
            raise _not_elementwise(f"{_name(ufunc)}.{method}")
        if ufunc.signature is not None:
            raise _not_elementwise(_name(ufunc))
        if kwargs:
            raise TypeError(f"{_name(ufunc)} on a Dual does not take {next(iter(kwargs))}=...")
        if any(kinds.endswith("d->?") for kinds in ufunc.types):  # booleans: no derivative
            return ufunc(*[_value(x) for x in inputs])
        return _apply(ufunc, inputs, {})

    def __array_function__(
        self, function: Any, types: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        if function not in _ELEMENTWISE:
            raise _not_elementwise(_name(function))
        return _apply(function, args, kwargs)

    def __array__(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError(
            "a Dual does not turn into an array by itself, because its tangent would be lost: "
            "call NumPy's own functions on it, as in np.sin(x), use x.value, or differentiate with "
            "tinygrad_ko.jvp, which takes every function"
        )

    def __add__(self, other: Any) -> Any:
        return np.add(self, other)

    def __radd__(self, other: Any) -> Any:
        return np.add(other, self)

    def __sub__(self, other: Any) -> Any:
        return np.subtract(self, other)

    def __rsub__(self, other: Any) -> Any:
        return np.subtract(other, self)

    def __mul__(self, other: Any) -> Any:
        return np.multiply(self, other)

    def __rmul__(self, other: Any) -> Any:
        return np.multiply(other, self)

    def __truediv__(self, other: Any) -> Any:
        return np.divide(self, other)

    def __rtruediv__(self, other: Any) -> Any:
        return np.divide(other, self)

    def __floordiv__(self, other: Any) -> Any:
        return np.floor_divide(self, other)

    def __rfloordiv__(self, other: Any) -> Any:
        return np.floor_divide(other, self)

    def __mod__(self, other: Any) -> Any:
        return np.remainder(self, other)

    def __rmod__(self, other: Any) -> Any:
        return np.remainder(other, self)

    def __pow__(self, other: Any) -> Any:
        return np.power(self, other)

    def __rpow__(self, other: Any) -> Any:
        return np.power(other, self)

    def __matmul__(self, other: Any) -> Any:
        raise _not_elementwise("np.matmul")

    __rmatmul__ = __matmul__

    def __getitem__(self, index: Any) -> Any:
        raise TypeError(
            "a Dual cannot be indexed: this forward mode knows elementwise functions only; "
            "give each number an argument of its own, or use tinygrad_ko.jvp"
        )

    def __neg__(self) -> Any:
        return np.negative(self)

    def __pos__(self) -> Any:
        return np.positive(self)

    def __abs__(self) -> Any:
        return np.absolute(self)

    def __eq__(self, other: object) -> Any:
        return np.equal(self, other)  # type: ignore[call-overload]

    def __ne__(self, other: object) -> Any:
        return np.not_equal(self, other)  # type: ignore[call-overload]

    def __lt__(self, other: Any) -> Any:
        return np.less(self, other)

    def __le__(self, other: Any) -> Any:
        return np.less_equal(self, other)

    def __gt__(self, other: Any) -> Any:
        return np.greater(self, other)

    def __ge__(self, other: Any) -> Any:
        return np.greater_equal(self, other)

    __hash__ = object.__hash__

    def __bool__(self) -> bool:
        return bool(self.value)

    def __repr__(self) -> str:
        return f"Dual({self.value}, {self.tangent})"


_ELEMENTWISE = frozenset({np.clip, np.where})
_MIXED = (
    "forward mode computes with arrays, but a Variable was given: use its array, x.data, or "
    "differentiate with tinygrad_ko.jvp, which takes Variables"
)


def _apply(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Dual:
    """Compute an elementwise function of Duals, and the derivative by its rule for `backward`.

    The rule multiplies gy by the derivative of each element. For an elementwise function that
    is all there is to do in either direction: with the tangent in place of gy it gives the
    tangent of the result.
    """
    ours = numpy_functions.get(function)
    if ours is None:
        raise TypeError(f"{_name(function)} has no rule in tinygrad_ko.functions")
    everything = (*args, *kwargs.values())
    if any(isinstance(x, NumPyProtocol) for x in everything):
        raise TypeError(_MIXED)
    # Broadcast first: what the rule returns is then not summed over any axis.
    shape = np.broadcast_shapes(*[np.shape(_value(x)) for x in everything])
    tangents: list[tuple[Variable, Any]] = []

    def variable(x: Any) -> Any:
        if not isinstance(x, Dual):
            return x
        tangents.append((Variable(np.broadcast_to(x.value, shape)), x.tangent))
        return tangents[-1][0]

    with recording(True):
        y = ours(*map(variable, args), **{key: variable(x) for key, x in kwargs.items()})
    dtype = gradient_dtype(y.dtype)
    total = np.zeros_like(y.data, dtype=dtype)
    for x, tangent in tangents:
        if y.creator is not None:
            gy = np.broadcast_to(tangent, shape).astype(dtype)
            total = total + propagate(y.creator, {0: gy}).get(x, 0.0)
    return Dual(y.data, total)


def _value(x: Any) -> Any:
    return x.value if isinstance(x, Dual) else x


def _name(function: Any) -> str:
    """Return the name to call it by: ``np.sum``, ``np.linalg.inv``."""
    module = getattr(function, "__module__", None) or "numpy"
    return f"{module.replace('numpy', 'np', 1)}.{function.__name__}"


def _not_elementwise(name: str) -> TypeError:
    return TypeError(
        f"{name} is not elementwise, and this forward mode knows elementwise functions only; "
        "tinygrad_ko.jvp takes every function"
    )


def forward_derivative(f: Callable[[Any], Any], x: Any) -> Any:
    """Compute the derivative of an elementwise function in one forward pass.

    Parameters
    ----------
    f : callable
        A function of one element at a time, written with operators and NumPy's elementwise
        functions. It is called with a `Dual`.
    x : array_like
        The point, or an array of points, of any shape.

    Returns
    -------
    numpy.ndarray
        The derivative at each element, of the shape of ``f(x)``.

    Raises
    ------
    TypeError
        If `x` is not numeric, or `f` uses a function that is not elementwise.

    References
    ----------
    The arguments are those of `tinygrad_ko.central_difference`, which approximates the same.

    Examples
    --------
    >>> import numpy as np
    >>> from tinygrad_ko.forward_mode import forward_derivative
    >>> forward_derivative(lambda x: x**3 + np.sin(x), [0.0, 2.0]).round(4)
    array([ 1.    , 11.5839])
    """
    return jvp(f, (as_array(x, "the point x"),), (1.0,))[1]


def jvp(f: Callable[..., Any], primals: Any, tangents: Any) -> tuple[Any, Any]:
    """Compute the value of an elementwise function and its derivative in a direction.

    Parameters
    ----------
    f : callable
        A function of any number of arrays, written with operators and NumPy's elementwise
        functions. It is called with a `Dual` for each.
    primals : tuple of array_like
        The arguments of `f`, of shapes that broadcast together as `f` needs it.
    tangents : tuple of array_like
        A direction for each of them, of the same shapes; a number stands for an array of it.

    Returns
    -------
    value, tangent : numpy.ndarray
        What `f` returns, and its derivative, of the same shape. A dict, list or tuple of arrays
        where `f` returns one.

    Raises
    ------
    TypeError
        If the arguments are not numeric, or `f` uses a function that is not elementwise.
    ValueError
        If the shapes of `tangents` differ from those of `primals`.

    References
    ----------
    The name and its arguments are those of ``jax.jvp``, and of `tinygrad_ko.jvp`, which finds
    the same by two backward passes, for every function.

    Examples
    --------
    >>> from tinygrad_ko.forward_mode import jvp
    >>> jvp(lambda x, y: x * y, (2.0, 5.0), (1.0, 0.5))
    (array(10.), array(6.))
    """
    if not isinstance(primals, list | tuple) or not isinstance(tangents, list | tuple):
        raise TypeError("primals and tangents are tuples, as in jvp(f, (x,), (v,))")
    if len(primals) != len(tangents):
        raise ValueError(
            f"each of the primals needs a tangent, but got {len(primals)} primals and "
            f"{len(tangents)} tangents"
        )
    duals = [Dual(x, v) for x, v in zip(primals, tangents, strict=True)]
    result = mapped(lambda y: y if isinstance(y, Dual) else Dual(y), f(*duals))
    return mapped(lambda y: y.value, result), mapped(lambda y: y.tangent, result)
