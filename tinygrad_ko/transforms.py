"""Functions of functions: derivatives that never touch a `grad`, and can be nested to any order.

One rule says what comes back. Arrays give arrays. If a Variable is among the arguments, or if
the call itself is inside a function that is being differentiated, the results are Variables,
recorded like those of any other operation, so that they can be differentiated again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tinygrad_ko.arrays import gradient_dtype
from tinygrad_ko.core import as_variable
from tinygrad_ko.recorded_call import Call, check_use, zeros_like
from tinygrad_ko.trees import mapped, matched, rebuilt

__all__ = ["grad", "hessian", "hvp", "jacobian", "jvp", "value_and_grad", "vjp"]


def _point(primals: Any, tangents: Any) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """Check the arguments of `jvp` and `hvp`; return them as tuples of the same form."""
    if not isinstance(primals, list | tuple):
        raise TypeError(
            "primals is a tuple with one entry for each argument, as in jvp(f, (x,), (v,)), but "
            f"{type(primals).__name__} was given"
        )
    primals = tuple(primals)
    like = mapped(as_variable, primals)
    return primals, rebuilt(like, matched(tangents, like, "the tangents"))


def grad(f: Callable[..., Any], argnums: int | tuple[int, ...] = 0) -> Callable[..., Any]:
    """Return the function that computes the gradient of `f`.

    Parameters
    ----------
    f : callable
        A function whose value is one number. Its arguments are arrays, or dicts, lists and
        tuples of arrays; a list of numbers is a list of arrays of shape ().
    argnums : int or tuple of int
        Which positional arguments to differentiate with respect to; negative ones count from
        the end. The others, and keyword arguments, are passed on as they are.

    Returns
    -------
    callable
        It takes the arguments of `f`, and returns the gradient in the form, shapes and dtypes
        of the chosen argument (float64 for integers), or a tuple of gradients where `argnums`
        is a tuple. Arrays give arrays; Variables give Variables that can be differentiated
        again, and so does a call inside a function that is being differentiated.

    Raises
    ------
    TypeError
        From the call: if `argnums` is not made of ints, or an argument or the value of `f` is
        not numeric.
    ValueError
        From the call: if the value of `f` is not one number, or there is no such argument.

    References
    ----------
    The name and its arguments are those of ``jax.grad`` and of HIPS autograd.

    Examples
    --------
    >>> import numpy as np
    >>> from tinygrad_ko import grad
    >>> grad(lambda x: np.sum(x**3))(np.array([1.0, 2.0]))
    array([ 3., 12.])
    >>> print(grad(grad(grad(np.sin)))(0.0))
    -1.0
    >>> def loss(p, x):
    ...     return np.sum((p["W"] * x + p["b"]) ** 2)
    >>> print(grad(loss)({"W": 2.0, "b": 1.0}, np.array([1.0, 3.0])))
    {'W': array(48.), 'b': array(20.)}
    """
    check_use("grad", f, argnums)
    both = value_and_grad(f, argnums)

    def gradient(*args: Any, **kwargs: Any) -> Any:
        return both(*args, **kwargs)[1]

    return gradient


def value_and_grad(
    f: Callable[..., Any], argnums: int | tuple[int, ...] = 0
) -> Callable[..., tuple[Any, Any]]:
    """Return the function that computes the value of `f` and its gradient in one go.

    Parameters
    ----------
    f : callable
        As for `grad`: the value is one number, of shape ().
    argnums : int or tuple of int
        As for `grad`.

    Returns
    -------
    callable
        It takes the arguments of `f` and returns the value and the gradient.

    Raises
    ------
    TypeError, ValueError
        As for `grad`.

    References
    ----------
    The name and its arguments are those of ``jax.value_and_grad``.

    Examples
    --------
    >>> from tinygrad_ko import value_and_grad
    >>> value_and_grad(lambda x, y: x**2 * y, argnums=(0, 1))(3.0, 2.0)
    (array(18.), (array(12.), array(9.)))
    """
    check_use("value_and_grad", f, argnums)

    def value_and_gradient(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        call = Call(f, args, argnums, kwargs)
        shapes = [y.shape for y in call.values]
        if len(shapes) != 1 or call.values[0].size != 1:
            what = f"has shape {shapes[0]}" if len(shapes) == 1 else f"is {len(shapes)} arrays"
            raise ValueError(
                f"grad needs a function whose value is one number, but its value {what}: "
                "sum it, or use jacobian or vjp"
            )
        y = call.values[0]
        ones = np.ones_like(y, dtype=gradient_dtype(y.dtype))
        return call.value(), call.shaped(call.gradients({0: ones}))

    return value_and_gradient


def vjp(f: Callable[..., Any], *primals: Any) -> tuple[Any, Callable[[Any], tuple[Any, ...]]]:
    """Compute the value of `f`, and return it with the function of vector-Jacobian products.

    Parameters
    ----------
    f : callable
        A function of arrays, or of dicts, lists and tuples of arrays, with such a value.
    *primals : Variable or array_like
        The arguments of `f`, of any shapes; also in dicts, lists and tuples.

    Returns
    -------
    value : numpy.ndarray or Variable
        What `f` returns, as arrays; as Variables where a Variable is among `primals`.
    vjp_fun : callable
        It takes a cotangent of the form and shapes of the value, and returns a tuple with the
        product for each argument. It may be called more than once.

    Raises
    ------
    TypeError
        If an argument or the value is not numeric, or the cotangent has another form.
    ValueError
        If the cotangent has another shape.

    References
    ----------
    The name and its arguments are those of ``jax.vjp``.

    Examples
    --------
    >>> import numpy as np
    >>> from tinygrad_ko import vjp
    >>> A = np.array([[1.0, 2.0], [3.0, 4.0]])
    >>> value, vjp_fun = vjp(lambda x: A @ x, np.array([1.0, 1.0]))
    >>> value
    array([3., 7.])
    >>> vjp_fun(np.array([1.0, 0.0]))
    (array([1., 2.]),)
    """
    check_use("vjp", f, form="(f, x)")
    call = Call(f, primals, tuple(range(len(primals))), {})
    return call.value(), call.pull


def jvp(f: Callable[..., Any], primals: Any, tangents: Any) -> tuple[Any, Any]:
    """Compute the value of `f` and its derivative in the direction of `tangents`.

    The vector-Jacobian product is linear in its vector, and the transpose of that linear
    function is the Jacobian-vector product: so two backward passes make a forward one.

    Parameters
    ----------
    f : callable
        As for `vjp`.
    primals : tuple
        The arguments of `f`, of any shapes.
    tangents : tuple
        A direction for each of them, of the same form and shapes.

    Returns
    -------
    value, tangent : numpy.ndarray or Variable
        What `f` returns, and its derivative in the same form and shapes. Arrays, or Variables
        where a Variable is among `primals`; the derivative also where one is among `tangents`.

    Raises
    ------
    TypeError
        If `primals` is not a tuple, the forms differ, or something is not numeric.
    ValueError
        If the shapes of `tangents` differ from those of `primals`.

    References
    ----------
    The name and its arguments are those of ``jax.jvp``. The identity is from Townsend,
    "A new trick for calculating Jacobian vector products" (2017).

    Examples
    --------
    >>> import numpy as np
    >>> from tinygrad_ko import jvp
    >>> jvp(lambda x, y: x * y, (2.0, 5.0), (1.0, 0.5))
    (array(10.), array(6.))
    """
    check_use("jvp", f, form="(f, (x,), (v,))")
    primals, tangents = _point(primals, tangents)
    call = Call(f, primals, tuple(range(len(primals))), {})
    zeros = rebuilt(call.result, [zeros_like(y) for y in call.values])
    transposed = Call(call.pull, (zeros,), 0, {}, joined=call.joined)
    return call.value(), transposed.pull(tangents)[0]


def jacobian(f: Callable[..., Any], argnums: int | tuple[int, ...] = 0) -> Callable[..., Any]:
    """Return the function that computes every partial derivative of every element of `f`.

    It goes backward once for each element of the value.

    Parameters
    ----------
    f : callable
        A function of arrays, or of dicts, lists and tuples of arrays, with such a value.
    argnums : int or tuple of int
        As for `grad`.

    Returns
    -------
    callable
        It takes the arguments of `f`. For a value of shape (m,) and an argument of shape (n,)
        the result has shape (m, n): the shape of the value, then that of the argument. A tree
        of values gives such a tree, whose leaves have the form of the argument.

    Raises
    ------
    TypeError, ValueError
        As for `grad`; the value may have any shape.

    References
    ----------
    The name and its arguments are those of ``jax.jacobian`` and of HIPS autograd.

    Examples
    --------
    >>> import numpy as np
    >>> from tinygrad_ko import jacobian
    >>> jacobian(lambda x: x[0] * x)(np.array([2.0, 3.0]))
    array([[4., 0.],
           [3., 2.]])
    """
    check_use("jacobian", f, argnums)

    def jacobian_of_f(*args: Any, **kwargs: Any) -> Any:
        call = Call(f, args, argnums, kwargs)
        blocks = []
        for k, y in enumerate(call.values):
            rows = [call.gradients({k: _unit(y, i)}) for i in range(y.size)]
            parts = []
            for j, x in enumerate(call.leaves):
                shape = (*y.shape, *x.shape)
                part = np.stack([row[j] for row in rows]) if rows else zeros_like(x.data, shape)
                part = np.reshape(part, shape)
                parts.append(as_variable(part) if call.joined else part)
            blocks.append(call.shaped(parts))
        return rebuilt(call.result, blocks)

    return jacobian_of_f


def _unit(y: Any, i: int) -> Any:
    """Return an array like `y` with 1 in its i-th element, and 0 elsewhere."""
    dtype = gradient_dtype(y.dtype)
    # Not np.eye(..., like=y): NumPy passes on arguments that neither Dask nor CuPy knows.
    return np.reshape(np.asarray(np.eye(1, y.size, i, dtype=dtype), like=y), y.shape)


def hessian(f: Callable[..., Any], argnums: int | tuple[int, ...] = 0) -> Callable[..., Any]:
    """Return the function that computes every second partial derivative of `f`.

    Parameters
    ----------
    f : callable
        As for `jacobian`; most often the value is one number.
    argnums : int or tuple of int
        As for `grad`. With a tuple the result is a tuple of tuples.

    Returns
    -------
    callable
        It takes the arguments of `f`. For a value that is one number and an argument of shape
        (n,) the result has shape (n, n): the shape of the value, then twice that of the
        argument.

    Raises
    ------
    TypeError, ValueError
        As for `jacobian`.

    References
    ----------
    The name and its arguments are those of ``jax.hessian`` and of HIPS autograd.

    Examples
    --------
    >>> import numpy as np
    >>> from tinygrad_ko import hessian
    >>> hessian(lambda x: x[0] ** 2 * x[1])(np.array([1.0, 3.0]))
    array([[6., 2.],
           [2., 0.]])
    """
    check_use("hessian", f, argnums)
    return jacobian(jacobian(f, argnums), argnums)


def hvp(f: Callable[..., Any], primals: Any, tangents: Any) -> tuple[Any, ...]:
    """Compute the product of the Hessian matrix of `f` and a vector, without the matrix.

    Parameters
    ----------
    f : callable
        As for `grad`.
    primals : tuple
        The arguments of `f`, of any shapes.
    tangents : tuple
        The vector: a part for each of them, of the same form and shapes.

    Returns
    -------
    tuple
        The product: a part for each argument, of its form and shape.

    Raises
    ------
    TypeError, ValueError
        As for `grad` and `jvp`.

    References
    ----------
    Pearlmutter, "Fast exact multiplication by the Hessian", Neural Computation 6 (1994).

    Examples
    --------
    >>> import numpy as np
    >>> from tinygrad_ko import hvp
    >>> hvp(lambda x: np.sum(x**3), (np.array([1.0, 2.0]),), (np.array([1.0, 10.0]),))
    (array([  6., 120.]),)
    """
    check_use("hvp", f, form="(f, (x,), (v,))")
    primals, tangents = _point(primals, tangents)
    gradient = grad(f, tuple(range(len(primals))))
    # A Hessian is its own transpose: the vector may stand on the other side.
    return vjp(gradient, *primals)[1](tangents)
