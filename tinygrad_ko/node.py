"""What one call of a Function leaves in the graph: where its inputs came from, what it keeps."""

from __future__ import annotations

from copy import copy, deepcopy
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, Self
from weakref import ref

import numpy as np

from tinygrad_ko.arrays import as_array
from tinygrad_ko.debug import Record
from tinygrad_ko.numpy_protocol import NumPyProtocol

if TYPE_CHECKING:
    from tinygrad_ko.core import Variable

__all__ = ["Node", "checked_result", "note_shape"]


def checked_result(name: str, y: Any) -> Any:
    """Check what the `forward` of the Function called `name` returned, be it one or several."""
    if isinstance(y, tuple):
        return tuple([checked_result(name, each) for each in y])
    what = f"what {name}.forward returns"
    if isinstance(y, NumPyProtocol):
        raise TypeError(
            f"{what} must be an array, not a Variable: forward gets arrays, "
            "so compute with NumPy's functions there"
        )
    if isinstance(y, list):
        raise TypeError(f"{what} must be an array, or a tuple of arrays, not a list")
    return as_array(y, what)


def note_shape(variable: Variable, shape: tuple[int, ...]) -> None:
    """Remember that the data of `variable` are about to be replaced by data of another shape.

    A leaf says so in `_slot`, which is 0 for all others: by a pair of its first shape and the one
    of today. A call notes the pair, and so backward knows which shape the gradient has to have.
    """
    before = variable._array.shape
    if variable._creator is not None:
        raise ValueError(
            f"a computed Variable of shape {before} keeps that shape, in which its gradient comes, "
            f"but data of shape {shape} were given: make a new Variable of them, or call unchain() "
            "first"
        )
    variable._slot = (variable._slot[0] if variable._slot else before, shape)


Specs = tuple[tuple[tuple[int, ...], np.dtype[Any]], ...]

_OUTPUTS = 1
_INPUTS = ~_OUTPUTS


def _mask(keeps: str, name: str) -> int:
    """Turn an entry of `Function.keeps` into bits: bit 0 the outputs, bit i + 1 input i."""
    mask = 0
    for token in keeps.split():
        if token == "y":
            mask |= _OUTPUTS
        elif token == "x":
            mask |= _INPUTS
        elif token[0] == "x" and token[1:].isdecimal():
            mask |= 2 << int(token[1:])
        else:
            raise ValueError(
                f"{name}.keeps has the entry {token!r}; the entries are 'x' for all inputs, "
                "'x0', 'x1', ... for one of them, and 'y' for the outputs"
            )
    return mask


class Node:
    """The state of one call, and the methods that the graph needs of it."""

    keeps: str | tuple[str, ...] = "x y"
    inputs: tuple[Any, ...] = ()
    outputs: tuple[Any, ...] = ()
    generation: int = 0

    # The call: where each input came from (a Function, a leaf Variable, or None for a constant),
    # as which output of that Function (see Variable._slot), and the outputs themselves.
    parents: tuple[Node | Variable | None, ...] | None = None
    _slots: tuple[Any, ...] | None = None
    _output_ref: ref[Variable] | None = None
    _shape: tuple[int, ...] = ()
    _dtype: np.dtype[Any]
    # With several outputs, these in the place of the three before.
    _output_refs: tuple[ref[Variable], ...] | None = None
    _specs: Specs | None = None
    _record: Record | None = None
    # What `keeps` says, as bits; and, where it says so, for the gradient of each input alone.
    _needs: int = -1
    _needs_by_input: tuple[int, ...] = ()

    if TYPE_CHECKING:  # Function defines both

        def backward(self, *args: Any, **kwargs: Any) -> Any: ...
        def _rejoined(self) -> Node: ...

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if isinstance(cls.keeps, str):
            cls._needs, cls._needs_by_input = _mask(cls.keeps, cls.__name__), ()
        else:
            cls._needs_by_input = tuple(_mask(keeps, cls.__name__) for keeps in cls.keeps)
            cls._needs = reduce(or_, cls._needs_by_input, 0)
            every = (2 << len(cls.keeps)) - 2
            if cls._needs & every == every:
                cls._needs |= _INPUTS

    def wants(self, i: int) -> bool:
        """Whether input number `i` takes a gradient; constants do not.

        Parameters
        ----------
        i : int
            The number of the input, from 0.

        Returns
        -------
        bool
            Also False before the call, and where the call was not recorded.

        Raises
        ------
        IndexError
            If the call had no input of that number.

        Examples
        --------
        >>> from tinygrad_ko import Variable
        >>> y = Variable(3.0) * 2.0
        >>> y.creator.wants(0), y.creator.wants(1)
        (True, False)
        """
        return self.parents is not None and self.parents[i] is not None

    def _unused(self) -> Self:
        """Return a copy that keeps nothing of the earlier call."""
        node = copy(self)
        node.parents, node._slots, node._specs, node._record = None, None, None, None
        node.inputs, node.outputs = (), ()
        return node

    def __copy__(self) -> Self:
        node = type(self).__new__(type(self))
        node.__dict__.update(self.__dict__)
        return node

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        node = memo[id(self)] = copy(self)
        node.__dict__.update(deepcopy(self.__dict__, memo))
        return node

    def __reduce_ex__(self, protocol: Any) -> Any:
        if self.parents is not None:
            raise TypeError(
                "a computed Variable cannot be pickled, because a graph is behind it: pickle the "
                "array, x.data, or call unchain() first"
            )
        return super().__reduce_ex__(protocol)

    def _keep(self, arrays: list[Any], y: Any, constants: int) -> None:
        """Keep what `keeps` asks for, as far as the inputs that want a gradient go."""
        mask = self._needs
        by_input = self._needs_by_input
        if by_input:
            if len(by_input) != len(arrays):
                raise TypeError(
                    f"{type(self).__name__}.keeps has {len(by_input)} entries, "
                    f"but the call had {len(arrays)} arguments"
                )
            if constants:
                mask = 0
                for need, parent in zip(by_input, self.parents or (), strict=True):
                    if parent is not None:
                        mask |= need
        if mask & _OUTPUTS:
            self.outputs = y if type(y) is tuple else (y,)
        if mask < 0:
            self.inputs = tuple(arrays)
        elif mask > _OUTPUTS:
            kept = []
            for array in arrays:
                mask >>= 1
                kept.append(array if mask & 1 else None)
            self.inputs = tuple(kept)

    def _living_outputs(self) -> list[Variable]:
        """Return the outputs that someone still holds, and has not unchained."""
        refs = (self._output_ref,) if self._output_refs is None else self._output_refs
        alive = [output for each in refs if each is not None and (output := each()) is not None]
        return [output for output in alive if output._creator is self]

    def _output_specs(self) -> Specs:
        """Return the shape of each output, and the dtype of its gradient."""
        return ((self._shape, self._dtype),) if self._specs is None else self._specs

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of generation {self.generation}>"
