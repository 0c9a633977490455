"""The modes of the engine: whether operations are recorded, trained with, or watched.

A mode belongs to the thread or asyncio task that set it, never to the whole process:
`contextvars` gives each of them its own value.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from contextlib import ContextDecorator
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Self, TypeVar

# The others, such as `recording`, are the engine's own.
__all__ = ["debug_mode", "no_grad", "using_config"]


@dataclass(frozen=True, slots=True)
class Modes:
    """All modes at once, so that an operation reads one context variable and not three."""

    enable_backprop: bool = True
    train: bool = True
    debug: bool = False
    # The block that set them, and the modes around it; None outside all blocks.
    switch: Switch | None = field(default=None, compare=False, repr=False)
    outer: Modes | None = field(default=None, compare=False, repr=False)


_NAMES = ("enable_backprop", "train", "debug")

modes: ContextVar[Modes] = ContextVar("tinygrad_ko_modes", default=Modes())  # noqa: B039 (frozen)


# Whether a function is being differentiated here, by `grad` or one of its relatives.
differentiating: ContextVar[bool] = ContextVar("tinygrad_ko_differentiating", default=False)

F = TypeVar("F", bound=Callable[..., Any])


class Switch(ContextDecorator):
    """Sets modes for the length of a ``with`` block, or of each call of a decorated function.

    A class, because a generator takes longer to enter and to leave than a short backward pass.
    """

    def __init__(self, name: str, **changes: bool) -> None:
        self._name = name
        self._changes = changes

    def __enter__(self) -> None:
        modes.set(self._inside(modes.get()))

    def __exit__(self, *_: object) -> None:
        modes.set(self._left(modes.get()))

    def _inside(self, outer: Modes) -> Modes:
        """Return the modes inside this block, in those around it."""
        new = self._changes.get
        return Modes(
            new("enable_backprop", outer.enable_backprop),
            new("train", outer.train),
            new("debug", outer.debug),
            self,
            outer,
        )

    def _left(self, now: Modes) -> Modes:
        """Return the modes without this block, which is not always the innermost one.

        The blocks of generators that take turns end in any order, and a generator may be finished
        in another thread or task than it was begun in, where none of its blocks is found.
        """
        if now.switch is None or now.outer is None:
            return now
        if now.switch is self:
            return now.outer
        outer = self._left(now.outer)
        return now if outer is now.outer else now.switch._inside(outer)

    def __call__(self, function: F) -> F:
        for what, found in (
            ("a coroutine function", inspect.iscoroutinefunction(function)),
            ("a generator function", inspect.isgeneratorfunction(function)),
            ("a generator function", inspect.isasyncgenfunction(function)),
        ):
            if found:
                raise TypeError(
                    f"{self._name} cannot decorate {function.__name__}, {what}: its body runs "
                    "after the call has returned, and so outside; "
                    f"write `with {self._name}:` in the body"
                )
        return super().__call__(function)

    def _recreate_cm(self) -> Self:
        return type(self)(self._name, **self._changes)  # calls may be nested, or in threads


def using_config(name: str, value: bool) -> Switch:
    """Set one mode for the length of a ``with`` block or of a decorated function.

    Parameters
    ----------
    name : str
        The mode. ``enable_backprop``: operations are recorded for ``backward``.
        ``train``: functions that behave differently in training do so.
        ``debug``: see `debug_mode`.
    value : bool
        The value inside the block. The earlier value comes back at its end, also after an
        exception, and other threads and asyncio tasks never see the change.

    Returns
    -------
    contextlib.ContextDecorator
        For a ``with`` block, or to decorate a function that runs when it is called: no generator
        and no coroutine function.

    Raises
    ------
    ValueError
        If there is no mode of that name.
    TypeError
        If `value` is not a bool, or a generator or coroutine function is decorated.

    References
    ----------
    The name and its arguments are those of step 18 of "Deep Learning from Scratch 3".

    Examples
    --------
    >>> from tinygrad_ko import Variable, using_config
    >>> x = Variable(3.0)
    >>> with using_config("enable_backprop", False):
    ...     y = x * x
    >>> y.creator is None
    True
    """
    if name not in _NAMES:
        raise ValueError(f"there is no mode {name!r}; the modes are {', '.join(_NAMES)}")
    if not isinstance(value, bool):
        raise TypeError(f"the mode {name!r} is True or False, not {value!r}")
    return Switch(f"using_config({name!r}, {value})", **{name: value})


def recording(on: bool) -> Switch:
    """Switch recording on or off, whatever it was outside: the engine's own `using_config`."""
    return Switch(f"recording({on})", enable_backprop=on)


def no_grad() -> Switch:
    """Compute without recording, as a context manager or as a decorator.

    Nothing computed inside has a `creator`, so no graph is kept in memory: use it to evaluate a
    model and to update parameters.

    In a generator, end the block before each ``yield``: until the next step, the code that asked
    for the value would run inside it.

    Returns
    -------
    contextlib.ContextDecorator
        For a ``with`` block, or to decorate a function that runs when it is called: no generator
        and no coroutine function.

    Raises
    ------
    TypeError
        If a generator or coroutine function is decorated.

    References
    ----------
    The name is that of step 18 of "Deep Learning from Scratch 3" and of ``torch.no_grad``.

    Examples
    --------
    >>> from tinygrad_ko import Variable, no_grad
    >>> x = Variable(3.0)
    >>> with no_grad():
    ...     y = x * x
    >>> y, y.creator is None
    (Variable(9.), True)

    >>> @no_grad()
    ... def evaluate(x):
    ...     return x * x
    >>> evaluate(x).creator is None
    True
    """
    return Switch("no_grad()", enable_backprop=False)


def debug_mode() -> Switch:
    """Watch every operation, as a context manager or as a decorator.

    Inside, an operation that turns finite numbers into NaN or infinity raises an error, forward
    or backward, and ``backward`` notices an array that was changed in place after an operation
    had kept it. The errors name the operation and the line that called it. Watching costs a pass
    over each array; outside, it costs nothing.

    Returns
    -------
    contextlib.ContextDecorator
        For a ``with`` block, or to decorate a function that runs when it is called: no generator
        and no coroutine function.

    Raises
    ------
    FloatingPointError
        From an operation whose result has the first NaN or infinity.
    RuntimeError
        From ``backward``, for an array that was changed in place.

    References
    ----------
    ``torch.autograd.detect_anomaly`` does the same for NaN in the backward pass.

    Examples
    --------
    >>> import numpy as np
    >>> from tinygrad_ko import Variable, debug_mode
    >>> x = Variable(np.array([1.0, 2.0]))
    >>> with debug_mode():
    ...     y = x ** 2
    ...     x.data[0] = 5.0
    ...     y.backward()
    Traceback (most recent call last):
    RuntimeError: Pow kept its input 0 for backward, and the array was changed in place ...
    """
    return Switch("debug_mode()", debug=True)
