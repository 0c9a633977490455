"""What the engine does, watched while it does it: its calls forward, and its visits backward.

Nothing is computed a second way here. The rules and their order are those of a real call of
`backward`; only the sums on the way are repeated, and compared with what the engine had.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from tinygrad_ko import Function, Variable

MANY = 4  # elements up to which the values of an array are written


@dataclass(frozen=True)
class Call:
    """One operation, as it was recorded: what went in and came out, in words."""

    function: Function
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


@dataclass(frozen=True)
class Sent:
    """A gradient on its way to a leaf, or to an output of a Function: alone, and with the rest."""

    target: Function | Variable
    slot: int
    gradient: Any
    total: Any
    first: bool


@dataclass(frozen=True)
class Visit:
    """One turn of the backward pass, and which Functions wait after it, the next one first."""

    function: Function
    received: tuple[Any, ...]
    sent: tuple[Sent, ...]
    waiting: tuple[Function, ...]


class TraceError(RuntimeError):
    """What was watched does not agree with what the engine did: the pictures would be wrong."""


def form(value: Any) -> str:
    """Write a number as the picture does, and an array by its shape."""
    from tinygrad_ko.graph import _short  # the very digits that stand in the picture

    return _short(np.asarray(value))


def values(array: Any) -> str:
    """Write the elements of an array, as lists in lists."""
    if np.ndim(array) == 0:
        return form(array)
    return f"[{', '.join(values(part) for part in array)}]"


def short(value: Any) -> str:
    """Write a number or the shape of an array, and the values too where they are few."""
    return f"{form(value)} {values(value)}" if 1 < np.size(value) <= MANY else form(value)


@contextmanager
def watched() -> Iterator[list[Call]]:
    """Note each recorded call of a Function in the block, in the order of the calls."""
    from tinygrad_ko import Function, Variable

    calls: list[Call] = []
    original = Function.__call__

    def call(self: Function, *inputs: Any) -> Any:
        result = original(self, *inputs)
        outputs = result if isinstance(result, tuple) else (result,)
        if (function := outputs[0].creator) is not None:
            # As text, at once: to hold the Variables would keep alive what the page lets go.
            given = (short(x.data if isinstance(x, Variable) else x) for x in inputs)
            calls.append(Call(function, tuple(given), tuple(short(y.data) for y in outputs)))
        return result

    Function.__call__ = call  # type: ignore[method-assign]  # put back below
    try:
        yield calls
    finally:
        Function.__call__ = original  # type: ignore[method-assign]


def behind(functions: list[Function], calls: list[Call]) -> list[Call]:
    """The calls that made these Functions of a graph, in the order in which they were made."""
    wanted = set(functions)
    made = [call for call in calls if call.function in wanted]
    if len(made) != len(wanted):
        raise TraceError(f"{len(wanted)} operations are in the graph, {len(made)} were seen")
    return made


@dataclass
class _Pass:
    """One backward pass: the sums as they grow, and what has been visited so far."""

    arrived: dict[tuple[Function | Variable, int], Any] = field(default_factory=dict)
    waiting: list[Function] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)

    def turn(self, function: Function, gys: tuple[Any, ...], gxs: tuple[Any, ...]) -> None:
        """Note that the engine has called the rule of `function`, with what came of it."""
        from tinygrad_ko import Function
        from tinygrad_ko.backpropagation import _fitted

        # The engine's order and sums, and ours: the page shows what both agree on.
        if not self.waiting or self.waiting.pop(0) is not function:
            raise TraceError(f"backward visits {function!r}, and another one waits longer")
        for slot, gy in enumerate(gys):
            # Zeros have come to an output that nothing used.
            _agree(function, gy, self.arrived.setdefault((function, slot), np.zeros_like(gy)))
        sent = []
        for i, parent in enumerate(function.parents or ()):
            if parent is None:
                continue
            inner = isinstance(parent, Function)
            slot = function._slots[i] if inner and function._slots else 0
            like = parent._output_specs()[slot] if inner else (parent.shape, parent.dtype)
            gx = _fitted(gxs[i], *like, function, i, False)
            held = self.arrived.get((parent, slot))
            total = self.arrived[parent, slot] = gx if held is None else held + gx
            sent.append(Sent(parent, slot, gx, total, held is None))
            if inner and parent not in self.waiting:
                self.waiting.append(parent)
        # Newest generation first, and of one generation who arrived first: `sort` keeps that.
        self.waiting.sort(key=lambda each: -each.generation)
        self.visits.append(Visit(function, gys, tuple(sent), tuple(self.waiting)))


def backward_visits(output: Variable, functions: list[Function]) -> list[Visit]:
    """Call `output.backward`, and return what it did to these Functions, all those behind it."""
    from tinygrad_ko import Variable

    root = output.creator
    assert root is not None
    leaves = {p: None for f in functions for p in f.parents or () if isinstance(p, Variable)}
    alive = [y for function in functions for y in function._living_outputs()]
    for variable in (*leaves, *alive):
        variable.cleargrad()
    going = _Pass({(root, output._slot): np.ones_like(output.data, dtype=float)}, [root])
    with ExitStack() as stack:
        for function in functions:
            function.backward = _listening(function, going)  # type: ignore[method-assign]
            stack.callback(function.__dict__.pop, "backward")
        output.backward(retain_grad=True)
    if going.waiting:
        raise TraceError(f"backward has ended, and {going.waiting!r} still wait")
    ends = [(leaf, (leaf, 0)) for leaf in leaves]
    ends += [(variable, (variable.creator, variable._slot)) for variable in alive]
    for variable, place in ends:
        if variable.grad is not None or place in going.arrived:
            _agree(variable, variable.grad, going.arrived.get(place))
    return going.visits


def _listening(function: Function, going: _Pass) -> Callable[..., Any]:
    rule = function.backward

    def backward(*gys: Any) -> Any:
        gxs = rule(*gys)
        going.turn(function, gys, gxs if isinstance(gxs, tuple) else (gxs,))
        return gxs

    return backward


def _agree(where: Any, real: Any, ours: Any) -> None:
    from tinygrad_ko import Variable

    real = real.data if isinstance(real, Variable) else real
    if real is None or ours is None or not np.array_equal(real, ours, equal_nan=True):
        raise TraceError(f"backward gives {where!r} the gradient {real!r}, and not {ours!r}")
