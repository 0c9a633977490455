"""How a Variable takes part in NumPy expressions: operators, methods, NumPy's own functions.

``x + y``, ``np.add(x, y)`` and ``array + x`` all end in one table, `numpy_functions`, which the
modules of `tinygrad_ko.functions` fill. NumPy asks for it through two protocols: NEP 13
(``__array_ufunc__``) and NEP 18 (``__array_function__``).
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar, cast

import numpy as np

from tinygrad_ko.arrays import Array
from tinygrad_ko.config import differentiating, modes
from tinygrad_ko.nearest import mend, without
from tinygrad_ko.shape_methods import ShapeMethods

if TYPE_CHECKING:
    from tinygrad_ko.core import Variable

__all__ = ["NumPyProtocol", "implements", "numpy_functions"]

numpy_functions: dict[Any, Callable[..., Variable]] = {}
"""NumPy's function (or ndarray's method) -> the function of ours that records it."""

F = TypeVar("F", bound=Callable[..., Any])


def implements(*originals: Any, operator: str = "") -> Callable[[F], F]:
    """Enter the decorated function in `numpy_functions` under each of `originals`.

    With the name of an operator, ``"add"``, the function is also that operator of a Variable.
    """

    def enter(function: F) -> F:
        for original in originals:
            numpy_functions[original] = function
        if operator:
            setattr(NumPyProtocol, f"__{operator}__", function)
            if len(inspect.signature(function).parameters) == 2:
                setattr(NumPyProtocol, f"__r{operator}__", lambda self, x0: function(x0, self))
        return function

    return enter


# Their results are booleans, positions, shapes or fresh constants: nothing to differentiate.
_PLAIN = frozenset(
    {
        *(np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal),
        *(np.isnan, np.isinf, np.isfinite, np.signbit),
        *(np.logical_and, np.logical_or, np.logical_xor, np.logical_not),
        *(np.shape, np.ndim, np.size, np.argmax, np.argmin, np.argsort, np.nonzero),
        *(np.count_nonzero, np.any, np.all, np.isclose, np.allclose, np.array_equal),
        *(np.zeros_like, np.ones_like, np.empty_like, np.full_like, np.result_type),
    }
)


def _plain(value: Any) -> Any:
    """Take the arrays out of Variables, also inside tuples and lists."""
    if isinstance(value, NumPyProtocol):
        return value._array
    if isinstance(value, tuple | list):
        return type(value)(_plain(item) for item in value)
    return value


def _name(function: Any) -> str:
    """Return the name to call it by: ``np.sum``, ``np.linalg.inv``."""
    module = getattr(function, "__module__", None) or "numpy"
    path = module.replace("numpy", "np", 1) if module in ("numpy.linalg", "numpy.fft") else "np"
    return f"{path}.{getattr(function, '__name__', function)}"


def _unsupported(name: str) -> TypeError:
    return TypeError(
        f"{name} does not work on a Variable; {mend(name, numpy_functions)}. "
        "For numbers without a gradient, call it on the array: x.data"
    )


def _call(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    if function in _PLAIN:
        return function(*_plain(args), **{key: _plain(value) for key, value in kwargs.items()})
    ours = numpy_functions.get(function)
    if ours is None:
        raise _unsupported(_name(function))
    if kwargs:
        known = inspect.signature(ours).parameters
        unknown = [key for key in kwargs if key not in known]
        if unknown:
            raise TypeError(
                f"{_name(function)} on a Variable does not take {unknown[0]}=...; "
                f"its arguments are {', '.join(known)}"
            )
    return ours(*args, **kwargs)


class NumPyProtocol(ShapeMethods):
    """The part of a Variable that NumPy and Python's operators see."""

    __slots__ = ()
    __array_priority__ = 200  # operators of other array libraries make way for ours
    _creator: Any
    _array: Array  # or a number of NumPy's, which its operations return, until `data` is read

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if "out" in kwargs:
            raise TypeError(
                f"a Variable cannot be written into an array in place ({_name(ufunc)} with "
                "out=...): take the numbers out with .data, as in W.data -= lr * W.grad.data"
            )
        if method != "__call__":
            raise _unsupported(f"{_name(ufunc)}.{method}")
        return _call(ufunc, inputs, kwargs)

    def __array_function__(
        self, function: Any, types: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        return _call(function, args, kwargs)

    if not TYPE_CHECKING:  # for type checkers, it would make every name a right one

        def __getattr__(self, name: str) -> NoReturn:
            text = f"'{type(self).__name__}' object has no attribute '{name}'"
            if not name.startswith("_") and hasattr(np.ndarray, name):
                function = getattr(np, name, None)
                text += without(name, function in _PLAIN or function in numpy_functions)
            raise AttributeError(text, name=name, obj=self)

    # Not NoReturn: type checkers would think that np.sum(x), which never comes here, returns never.
    def __array__(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError(
            "a Variable does not turn into an array by itself, because its graph would be lost: "
            "use x.data, or np.stack to make one Variable of several"
        )

    # The operators: `implements` puts each function of ours here itself, with no call in between.
    if TYPE_CHECKING:

        def __add__(self, other: Any) -> Variable: ...
        def __radd__(self, other: Any) -> Variable: ...
        def __sub__(self, other: Any) -> Variable: ...
        def __rsub__(self, other: Any) -> Variable: ...
        def __mul__(self, other: Any) -> Variable: ...
        def __rmul__(self, other: Any) -> Variable: ...
        def __truediv__(self, other: Any) -> Variable: ...
        def __rtruediv__(self, other: Any) -> Variable: ...
        def __floordiv__(self, other: Any) -> Variable: ...
        def __rfloordiv__(self, other: Any) -> Variable: ...
        def __mod__(self, other: Any) -> Variable: ...
        def __rmod__(self, other: Any) -> Variable: ...
        def __pow__(self, other: Any) -> Variable: ...
        def __rpow__(self, other: Any) -> Variable: ...
        def __matmul__(self, other: Any) -> Variable: ...
        def __rmatmul__(self, other: Any) -> Variable: ...
        def __neg__(self) -> Variable: ...
        def __pos__(self) -> Variable: ...
        def __abs__(self) -> Variable: ...

    def __getitem__(self, index: Any) -> Variable:
        return numpy_functions[np.ndarray.__getitem__](self, index)

    def __setitem__(self, index: Any, value: Any) -> NoReturn:
        raise TypeError(
            "assigning to x[...] would change numbers that the graph has already used: build a "
            "new Variable, for example with np.where(mask, value, x), or change x.data[...] "
            "before computing with x"
        )

    # Comparisons give plain boolean arrays; so a Variable hashes by identity.
    def __eq__(self, other: object) -> Any:
        return self._array == _plain(other)

    def __ne__(self, other: object) -> Any:
        return self._array != _plain(other)

    def __lt__(self, other: Any) -> Any:
        return self._array < _plain(other)

    def __le__(self, other: Any) -> Any:
        return self._array <= _plain(other)

    def __gt__(self, other: Any) -> Any:
        return self._array > _plain(other)

    def __ge__(self, other: Any) -> Any:
        return self._array >= _plain(other)

    __hash__ = object.__hash__

    # What Python's own functions see: the numbers.
    def __len__(self) -> int:
        return len(self._array)

    def __iter__(self) -> Iterator[Variable]:
        if len(self._array.shape) == 0:
            raise TypeError("a Variable of shape () has no elements to go through")
        return (self[i] for i in range(len(self._array)))

    def __contains__(self, value: object) -> bool:
        return bool(np.any(self._array == _plain(value)))

    def __bool__(self) -> bool:
        return bool(self._array)

    def __float__(self) -> float:
        if differentiating.get() and self._creator is not None and modes.get().enable_backprop:
            raise TypeError(
                "float(x), functions of math and array[i] = x take a number out of a Variable, and "
                "its gradient would be lost, though a function of it is being differentiated: use "
                "NumPy's functions, and np.stack; where the number alone is wanted, x.item()"
            )
        return float(self._array)

    def __int__(self) -> int:
        return int(self._array)

    def __format__(self, spec: str) -> str:
        return format(self._array, spec) if spec else str(self)

    # The methods that ndarray has too.
    def sum(self, axis: int | tuple[int, ...] | None = None, keepdims: bool = False) -> Variable:
        """See `tinygrad_ko.functions.sum`.

        Examples
        --------
        >>> from tinygrad_ko import Variable
        >>> x = Variable([[1.0, 2.0], [3.0, 4.0]])
        >>> x.sum(axis=0), x.sum()
        (Variable([4., 6.]), Variable(10.))
        """
        return numpy_functions[np.sum](self, axis, keepdims)

    def mean(self, axis: int | tuple[int, ...] | None = None, keepdims: bool = False) -> Variable:
        """See `tinygrad_ko.functions.mean`.

        Examples
        --------
        >>> from tinygrad_ko import Variable
        >>> x = Variable([[1.0, 2.0], [3.0, 4.0]])
        >>> x.mean(axis=0), x.mean()
        (Variable([2., 3.]), Variable(2.5))
        """
        return numpy_functions[np.mean](self, axis, keepdims)

    def max(self, axis: int | tuple[int, ...] | None = None, keepdims: bool = False) -> Variable:
        """See `tinygrad_ko.functions.max`.

        Examples
        --------
        >>> from tinygrad_ko import Variable
        >>> x = Variable([[1.0, 2.0], [3.0, 4.0]])
        >>> x.max(axis=0), x.max()
        (Variable([3., 4.]), Variable(4.))
        """
        return numpy_functions[np.max](self, axis, keepdims)

    def min(self, axis: int | tuple[int, ...] | None = None, keepdims: bool = False) -> Variable:
        """See `tinygrad_ko.functions.min`.

        Examples
        --------
        >>> from tinygrad_ko import Variable
        >>> x = Variable([[1.0, 2.0], [3.0, 4.0]])
        >>> x.min(axis=0), x.min()
        (Variable([1., 2.]), Variable(1.))
        """
        return numpy_functions[np.min](self, axis, keepdims)

    def var(
        self, axis: int | tuple[int, ...] | None = None, *, ddof: float = 0, keepdims: bool = False
    ) -> Variable:
        """See `tinygrad_ko.functions.var`.

        Examples
        --------
        >>> from tinygrad_ko import Variable
        >>> x = Variable([[1.0, 2.0], [3.0, 4.0]])
        >>> x.var(axis=0), x.var()
        (Variable([1., 1.]), Variable(1.25))
        """
        return numpy_functions[np.var](self, axis, ddof=ddof, keepdims=keepdims)

    def std(
        self, axis: int | tuple[int, ...] | None = None, *, ddof: float = 0, keepdims: bool = False
    ) -> Variable:
        """See `tinygrad_ko.functions.std`.

        Examples
        --------
        >>> from tinygrad_ko import Variable
        >>> x = Variable([[1.0, 2.0], [3.0, 4.0]])
        >>> x.std(axis=0), x.std()
        (Variable([1., 1.]), Variable(1.11803399))
        """
        return numpy_functions[np.std](self, axis, ddof=ddof, keepdims=keepdims)

    def prod(
        self, axis: int | tuple[int, ...] | None = None, *, keepdims: bool = False
    ) -> Variable:
        """See `tinygrad_ko.functions.prod`.

        Examples
        --------
        >>> from tinygrad_ko import Variable
        >>> x = Variable([[1.0, 2.0], [3.0, 4.0]])
        >>> x.prod(axis=0), x.prod()
        (Variable([3., 8.]), Variable(24.))
        """
        return numpy_functions[np.prod](self, axis, keepdims=keepdims)

    def cumsum(self, axis: int | None = None) -> Variable:
        """See `tinygrad_ko.functions.cumsum`.

        Examples
        --------
        >>> from tinygrad_ko import Variable
        >>> Variable([1.0, 2.0, 3.0, 4.0]).cumsum()
        Variable([ 1.,  3.,  6., 10.])
        """
        return numpy_functions[np.cumsum](self, axis)

    def cumprod(self, axis: int | None = None) -> Variable:
        """See `tinygrad_ko.functions.cumprod`.

        Examples
        --------
        >>> from tinygrad_ko import Variable
        >>> Variable([1.0, 2.0, 3.0, 4.0]).cumprod()
        Variable([ 1.,  2.,  6., 24.])
        """
        return numpy_functions[np.cumprod](self, axis)

    def clip(self, min: Any = None, max: Any = None) -> Variable:
        """See `tinygrad_ko.functions.clip`.

        Examples
        --------
        >>> from tinygrad_ko import Variable
        >>> x = Variable([[1.0, 2.0], [3.0, 4.0]])
        >>> x.clip(1.5, 3.5)
        Variable([[1.5, 2. ],
                  [3. , 3.5]])
        """
        return numpy_functions[np.clip](self, min, max)

    def reshape(self, *shape: Any) -> Variable:
        """See `tinygrad_ko.functions.reshape`; the shape is one tuple or several ints.

        Examples
        --------
        >>> from tinygrad_ko import Variable
        >>> x = Variable([[1.0, 2.0], [3.0, 4.0]])
        >>> x.reshape(4), x.reshape((1, 4)).shape
        (Variable([1., 2., 3., 4.]), (1, 4))
        """
        wanted = shape[0] if len(shape) == 1 else shape
        return numpy_functions[np.reshape](self, wanted)

    def transpose(self, *axes: Any) -> Variable:
        """See `tinygrad_ko.functions.transpose`; the axes are one tuple, several ints, or none.

        Examples
        --------
        >>> from tinygrad_ko import Variable
        >>> x = Variable([[1.0, 2.0], [3.0, 4.0]])
        >>> x.transpose()
        Variable([[1., 3.],
                  [2., 4.]])
        """
        wanted = axes[0] if len(axes) == 1 else (axes or None)
        return numpy_functions[np.transpose](self, wanted)

    def astype(self, dtype: Any) -> Variable:
        """See `tinygrad_ko.functions.astype`.

        Examples
        --------
        >>> from tinygrad_ko import Variable
        >>> x = Variable([[1.0, 2.0], [3.0, 4.0]])
        >>> x.astype("float32").dtype
        dtype('float32')
        """
        return numpy_functions[np.ndarray.astype](self, dtype)

    def dot(self, b: Any) -> Variable:
        """See `tinygrad_ko.functions.dot`.

        Examples
        --------
        >>> from tinygrad_ko import Variable
        >>> Variable([1.0, 2.0]).dot([3.0, 4.0])
        Variable(11.)
        """
        return numpy_functions[np.dot](self, b)

    def trace(self, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Variable:
        """See `tinygrad_ko.functions.trace`.

        Examples
        --------
        >>> from tinygrad_ko import Variable
        >>> Variable([[1.0, 2.0], [3.0, 4.0]]).trace()
        Variable(5.)
        """
        return numpy_functions[np.trace](self, offset, axis1, axis2)

    @property
    def T(self) -> Variable:
        """The Variable with its axes in reverse order, as `numpy.ndarray.T`.

        Examples
        --------
        >>> from tinygrad_ko import Variable
        >>> Variable([[1.0, 2.0, 3.0]]).T.shape
        (3, 1)
        """
        return self.transpose()

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of `data`.

        Examples
        --------
        >>> from tinygrad_ko import Variable
        >>> Variable([[1.0, 2.0, 3.0]]).shape
        (1, 3)
        """
        return self._array.shape

    @property
    def ndim(self) -> int:
        """The number of axes of `data`.

        Examples
        --------
        >>> from tinygrad_ko import Variable
        >>> Variable([[1.0, 2.0, 3.0]]).ndim
        2
        """
        return len(self._array.shape)

    @property
    def size(self) -> int:
        """The number of elements of `data`.

        Examples
        --------
        >>> from tinygrad_ko import Variable
        >>> Variable([[1.0, 2.0, 3.0]]).size
        3
        """
        return self._array.size

    @property
    def dtype(self) -> np.dtype[Any]:
        """The dtype of `data`.

        Examples
        --------
        >>> from tinygrad_ko import Variable
        >>> Variable([1, 2]).dtype, Variable([1.0, 2.0]).dtype
        (dtype('int64'), dtype('float64'))
        """
        return self._array.dtype

    def item(self) -> float:
        """Return the only element as a Python number; a larger array raises ``ValueError``.

        Examples
        --------
        >>> from tinygrad_ko import Variable
        >>> Variable([[2.5]]).item()
        2.5
        """
        array = self._array
        return cast(float, (array if hasattr(array, "item") else np.asarray(array)).item())
