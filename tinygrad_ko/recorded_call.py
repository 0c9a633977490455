"""One call of a function that is to be differentiated: its value, and the graph behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any, cast

import numpy as np

from tinygrad_ko.arrays import as_array, gradient_dtype
from tinygrad_ko.backpropagation import propagate
from tinygrad_ko.config import differentiating, modes, recording
from tinygrad_ko.core import Function, Variable, as_variable
from tinygrad_ko.trees import leaves, mapped, matched, rebuilt

__all__ = ["Call", "check_use", "zeros_like"]


class _Gate(Function):
    """Its outputs are its inputs: the place where the graph of one call begins, or ends."""

    keeps = ""

    def forward(self, *xs: Any) -> Any:
        return xs

    def backward(self, *gys: Any) -> Any:
        return gys


def _through_gate(xs: list[Any]) -> tuple[Any, ...]:
    return cast("tuple[Any, ...]", _Gate()(*xs)) if xs else ()


class Call:
    """The value of one call of a function, and the graph between its arguments and its value.

    The arguments enter through a gate. While it is shut, the graph ends there, in leaves of our
    own: a gradient goes back to the arguments and not into their past. While it is open, the
    graph goes on to where the arguments came from, so that results can be differentiated again.
    """

    def __init__(
        self,
        f: Callable[..., Any],
        args: tuple[Any, ...],
        argnums: int | tuple[int, ...],
        kwargs: Mapping[str, Any],
        joined: bool = False,
    ) -> None:
        self.chosen = _positions(argnums, len(args))
        self.single = isinstance(argnums, int)
        self.arguments = tuple(args[i] for i in self.chosen)
        self.joined = joined or differentiating.get() or _any_variable((args, kwargs))
        given = [
            x if isinstance(x, Variable) else Variable(as_array(x, f"argument {i}"))
            for i, argument in zip(self.chosen, self.arguments, strict=True)
            for x in leaves(argument)
        ]
        self.leaves = tuple(Variable(x.data) for x in given)
        self.gate: Function | None = None
        self.lock = Lock()

        token = differentiating.set(True)
        try:
            with recording(True):
                entries = _through_gate(given)
                if entries:
                    self._enter_through(entries[0].creator)
                inner = list(args)
                for i, x in zip(self.chosen, rebuilt(self.arguments, list(entries)), strict=True):
                    inner[i] = x
                self.result = f(*inner, **kwargs)
                ys = leaves(self.result)
                for y in ys:
                    if not isinstance(y, Variable):
                        as_array(y, "the value of the function")
                exits = _through_gate(ys)
        finally:
            differentiating.reset(token)
            self._open()
        self.values = [y.data for y in exits]
        self.root = exits[0].creator if exits else None

    def _enter_through(self, gate: Function) -> None:
        self.gate = gate
        given = leaves(self.arguments)
        # An array has no past: where it came in, the open graph ends in a constant.
        self.past = tuple(
            parent if isinstance(x, Variable) else None
            for x, parent in zip(given, gate.parents or (), strict=True)
        )
        self._shut()

    def _shut(self) -> None:
        if self.gate is not None:
            self.gate.parents = self.leaves

    def _open(self) -> None:
        if self.gate is not None:
            self.gate.parents = self.past

    def value(self) -> Any:
        """Return what the function returned, as Variables or as arrays."""
        if not self.joined:
            return rebuilt(self.result, self.values)
        if modes.get().enable_backprop:
            return mapped(as_variable, self.result)
        return rebuilt(self.result, [Variable(y) for y in self.values])

    def gradients(self, seeds: Mapping[int, Any]) -> list[Any]:
        """Return a gradient for each leaf of the arguments; `seeds` are those of the value."""
        as_variables = self.joined or any(isinstance(gy, Variable) for gy in seeds.values())
        found: Mapping[Any, Any] = {}
        if self.root is not None and seeds:
            create_graph = as_variables and modes.get().enable_backprop
            with self.lock:
                self._shut()
                try:
                    found = propagate(self.root, seeds, create_graph=create_graph)
                finally:
                    self._open()
        gxs = [found[x] if x in found else zeros_like(x.data) for x in self.leaves]
        return [as_variable(gx) if as_variables else _array(gx) for gx in gxs]

    def seeds(self, cotangents: Any) -> dict[int, Any]:
        """Return the gradients to start from, checked and in the dtypes of the value."""
        like = rebuilt(self.result, self.values)
        found = matched(cotangents, like, "the cotangent")
        dtypes = [gradient_dtype(y.dtype) for y in self.values]
        return {
            k: gy if gy.dtype == dtype else gy.astype(dtype)
            for k, (gy, dtype) in enumerate(zip(found, dtypes, strict=True))
        }

    def pull(self, cotangents: Any) -> tuple[Any, ...]:
        """Return the vector-Jacobian products with `cotangents`, one for each argument."""
        gxs = self.gradients(self.seeds(cotangents))
        return tuple(rebuilt(self.arguments, gxs))

    def shaped(self, gxs: list[Any]) -> Any:
        """Return a list of one array for each leaf of the arguments in the form of `argnums`."""
        trees = rebuilt(self.arguments, gxs)
        return trees[0] if self.single else trees


def check_use(name: str, f: Any, argnums: Any = 0, form: str = "(f)(x)") -> None:
    """Raise before the function called `name` is used otherwise than `form` says."""
    if not callable(f):
        raise TypeError(
            f"{name} differentiates a function, but a {type(f).__name__} was given: {name}{form}, "
            f"and not {name}{form.replace('(f', '(f(x)', 1)}"
        )
    for i in argnums if isinstance(argnums, tuple) else (argnums,):
        if not isinstance(i, int) or isinstance(i, bool):
            raise TypeError(f"argnums is an int or a tuple of ints, not {argnums!r}")


def _positions(argnums: int | tuple[int, ...], n: int) -> list[int]:
    """Return the numbers of the arguments to differentiate, counted from the first."""
    numbers = argnums if isinstance(argnums, tuple) else (argnums,)
    for i in numbers:
        if not -n <= i < n:
            raise ValueError(
                f"argnums is {argnums!r}, but the function was called with {n} positional "
                "arguments, counted from 0"
            )
    found = [i % n for i in numbers]
    if len(set(found)) != len(found):
        raise ValueError(f"argnums is {argnums!r}, which names an argument twice")
    return found


def _any_variable(tree: Any) -> bool:
    return any(isinstance(x, Variable) for x in leaves(tree))


def _array(gradient: Any) -> Any:
    return np.asarray(gradient) if isinstance(gradient, np.generic) else gradient


def zeros_like(data: Any, shape: tuple[int, ...] | None = None) -> Any:
    """Return a gradient of zeros for `data`, or of another shape."""
    return np.zeros_like(data, dtype=gradient_dtype(data.dtype), shape=shape)
