"""The backward pass: gradients travel through the recorded graph, newest generation first.

A Function's generation is larger than that of every Function its inputs came from. So when the
newest generation goes first, each Function has received all of its gradients before it passes
them on, and a heap of generations is all the order there is to keep.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_ko import debug
from tinygrad_ko.arrays import FLOATING, as_array, gradient_dtype, is_array, summed_to
from tinygrad_ko.config import modes, recording
from tinygrad_ko.node import Node, Specs
from tinygrad_ko.numpy_protocol import NumPyProtocol

if TYPE_CHECKING:
    from tinygrad_ko.core import Variable

__all__ = ["accumulate", "free", "no_graph", "propagate", "seed"]


def propagate(
    root: Node,
    seeds: Mapping[int, Any],
    *,
    create_graph: bool = False,
    retain_grad: bool = False,
) -> dict[Variable, Any]:
    """Return the gradient of every leaf behind `root`, changing nothing.

    `seeds` maps the number of an output of `root` to the gradient that it starts with. With
    `retain_grad` the living Variables in between are found too.
    """
    if retain_grad is not False or create_graph is not False:
        _check_flags(retain_grad=retain_grad, create_graph=create_graph)
    if create_graph and not modes.get().enable_backprop:
        with recording(True):
            return propagate(root, seeds, create_graph=True, retain_grad=retain_grad)
    found: dict[Any, Any] = {}
    owned: set[int] = set()
    debugging = modes.get().debug
    # The gradient that has arrived so far at each node, by generation; of a node with several
    # outputs, a list. The heap has those generations, negated.
    gys: Any = None if root._specs is None else [None] * len(root._specs)
    for slot, start in seeds.items():
        gy = start if create_graph else _plain(start)
        owned.update((id(start), id(_plain(start))))
        if gys is None:
            gys = gy
        else:
            gys[slot] = gy
    waiting: dict[int, dict[Any, Any]] = {root.generation: {root: gys}}
    heap = [-root.generation]
    while heap:
        level = waiting.pop(-heappop(heap))
        for node in level:
            gy, level[node] = level[node], None  # a gradient that has been passed on is freed
            parents = node.parents
            if not parents:
                raise _freed(node)
            several = node._specs
            if several is not None:
                gy = _filled(gy, several)
            if retain_grad:
                for output in node._living_outputs():
                    found[output] = _own(gy if several is None else gy[output._slot], owned)
            if debugging:
                gys = (gy,) if several is None else gy
                debug.check_unchanged(node)
                given = debug.fingerprints(gys)
            rule = node._rejoined() if create_graph else node
            try:
                gxs = rule.backward(gy) if several is None else rule.backward(*gy)
            except (TypeError, ValueError, AttributeError, IndexError) as error:
                _explain(node, error)
                raise
            if not isinstance(gxs, tuple):
                gxs = (gxs,)
            if len(gxs) != len(parents):
                raise _wrong_number(node, gxs)
            if debugging:
                debug.check_given(node, gys, given)
                debug.check_backward(node, gys, gxs)

            for i, parent in enumerate(parents):
                if parent is None:
                    continue
                gx = gxs[i]
                if isinstance(parent, Node):
                    generation = parent.generation
                    arrived = waiting.get(generation)
                    if arrived is None:
                        arrived = waiting[generation] = {}
                        heappush(heap, -generation)
                    held = arrived.get(parent)
                    if parent._specs is not None:
                        arrived[parent] = _placed(gx, held, parent._specs, node, i, create_graph)
                        continue
                    shape, dtype = parent._shape, parent._dtype
                else:  # a leaf
                    if parent._slot:
                        _check_shape(parent, node, i)
                    data = parent._array
                    arrived, shape, dtype = found, data.shape, data.dtype
                    held = found.get(parent)
                if type(gx) not in FLOATING or gx.dtype is not dtype or gx.shape != shape:
                    gx = _fitted(gx, shape, dtype, node, i, create_graph)
                if held is not None:
                    gx = held + gx
                elif arrived is found:
                    gx = _own(gx, owned)
                arrived[parent] = gx
    for variable, gx in found.items():
        found[variable] = _in_dtype_of(variable, gx)
    return found


def seed(variable: Variable, gradient: Any) -> Any:
    """Return the gradient that `variable` starts with: ones, or the given one if it fits."""
    dtype = gradient_dtype(variable.dtype)
    if gradient is None:
        data: Any = variable._array
        return dtype.type(1) if isinstance(data, np.generic) else np.ones_like(data, dtype=dtype)
    if not isinstance(gradient, NumPyProtocol):
        gradient = as_array(gradient, "the gradient given to backward")
    if gradient.shape != variable.shape:
        raise ValueError(
            f"the gradient given to backward has shape {gradient.shape}, "
            f"but this Variable has shape {variable.shape}"
        )
    return gradient if gradient.dtype == dtype else gradient.astype(dtype)


def accumulate(found: Mapping[Variable, Any], create_graph: bool) -> None:
    """Add each gradient to the `grad` of its Variable.

    All sums come before all assignments: an error leaves everything as it was.
    """
    sums = []
    for variable, grad in found.items():
        held = variable._grad
        if held is not None:
            if held.shape != grad.shape:
                raise ValueError(
                    f"a gradient of shape {grad.shape} cannot be added to the grad of shape "
                    f"{held.shape} from before the data was replaced: call cleargrad() first"
                )
            if create_graph:
                with recording(True):
                    grad = held + grad
            else:
                grad = _plain(held) + grad
            grad = _in_dtype_of(variable, grad)
        sums.append((variable, grad))
    for variable, grad in sums:
        variable._grad = grad


def free(root: Node) -> None:
    """Take the graph behind `root` apart, and make its living Variables leaves."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        waiting.extend(parent for parent in node.parents or () if isinstance(parent, Node))
        for output in node._living_outputs():
            output.unchain()
        node.parents, node.inputs, node.outputs = (), (), ()


def _in_dtype_of(variable: Variable, gradient: Any) -> Any:
    """Return the gradient in the byte order of the data: a sum is in the machine's own."""
    dtype = gradient_dtype(variable._array.dtype)
    return gradient if gradient.dtype == dtype else gradient.astype(dtype)


def _plain(gradient: Any) -> Any:
    return gradient._array if isinstance(gradient, NumPyProtocol) else gradient


def _check_flags(**flags: Any) -> None:
    """Raise for a gradient in the place of a flag, where PyTorch's `backward` has it."""
    for name, value in flags.items():
        if not isinstance(value, bool | np.bool_):
            raise TypeError(
                f"{name} is True or False, not {value!r}; a gradient to start from is given by its "
                "name: backward(gradient=...)"
            )


def no_graph() -> RuntimeError:
    """Return the error of a `backward` that has nowhere to go."""
    return RuntimeError(
        "there is no graph behind this Variable, so backward has nothing to go through: "
        "it was made by hand, computed from constants only or inside no_grad(), or unchained"
    )


def _freed(node: Node) -> RuntimeError:
    return RuntimeError(
        f"the graph behind this Variable was freed by unchain_backward "
        f"({type(node).__name__} has forgotten its inputs): compute it again"
    )


def _explain(node: Node, error: Exception) -> None:
    """Raise an error of a rule again, with what the rule can use, if that may be the cause."""
    if node._needs == -1 or isinstance(error, np.linalg.LinAlgError):
        return  # the rule had all there is, or says itself that its matrix is singular
    # Not type(error): a subclass, such as those of NumPy, may want other arguments.
    kinds = (TypeError, ValueError, AttributeError, IndexError)
    raise next(kind for kind in kinds if isinstance(error, kind))(
        f"{type(node).__name__}.backward failed: {error}. It keeps {node.keeps!r} of its "
        "inputs (x) and outputs (y); if the formula needs more, name it in keeps"
    ) from error


def _wrong_number(node: Node, gxs: tuple[Any, ...]) -> TypeError:
    return TypeError(
        f"{type(node).__name__}.backward must return one gradient for each of its "
        f"{len(node.parents or ())} inputs, but it returned {len(gxs)}"
    )


def _check_shape(leaf: Variable, node: Node, i: int) -> None:
    """Raise if the data of `leaf` had another shape when `node` took them as input `i`."""
    first, now = leaf._slot
    noted = node._slots[i] if node._slots else None
    then = noted[1] if noted else first
    if then != now:
        raise ValueError(
            f"input {i} of {type(node).__name__} had shape {then}, and its data were replaced by "
            f"data of shape {now} before backward, so a gradient fits one of them only: compute "
            "the result again, or make a new Variable of the new data"
        )


def _filled(gys: list[Any], specs: Specs) -> list[Any]:
    """Put zeros where an output was not used: its gradient is zero."""
    like = _plain(next(gy for gy in gys if gy is not None))
    return [
        np.zeros_like(like, shape=shape, dtype=gradient_dtype(dtype)) if gy is None else gy
        for gy, (shape, dtype) in zip(gys, specs, strict=True)
    ]


def _placed(
    gx: Any, held: list[Any] | None, specs: Specs, node: Node, i: int, create_graph: bool
) -> list[Any]:
    """Add a gradient to those held for the outputs of a node that has several."""
    slot = 0 if node._slots is None else node._slots[i]
    gx = _fitted(gx, *specs[slot], node, i, create_graph)
    gys = [None] * len(specs) if held is None else held
    gys[slot] = gx if gys[slot] is None else gys[slot] + gx
    return gys


def _fitted(
    gx: Any, shape: tuple[int, ...], dtype: np.dtype[Any], node: Node, i: int, create_graph: bool
) -> Any:
    """Return the gradient in the shape and dtype of its input; broadcasting is undone here."""
    dtype = gradient_dtype(dtype)
    if type(gx) in FLOATING and gx.dtype == dtype and gx.shape == shape:
        return gx
    name = type(node).__name__
    if isinstance(gx, NumPyProtocol):
        array = gx._array
        if not create_graph:
            gx = array  # the rule computed with Variables of its own
        elif array.dtype == dtype and array.shape == shape:
            return gx
    elif gx is None:
        raise TypeError(
            f"{name}.backward returned None for input {i}, which wants a gradient; "
            "where there is none, return zeros: np.zeros_like(gy)"
        )
    elif not is_array(gx):
        gx = np.asarray(gx)
    if gx.dtype.kind not in "fiub":
        raise TypeError(
            f"{name}.backward returned a gradient of dtype {gx.dtype} for input {i}; "
            "gradients are real numbers"
        )
    given = gx.shape
    if given != shape:
        gx = summed_to(gx, shape)
        if gx is None:
            raise ValueError(
                f"{name}.backward returned a gradient of shape {given} for input {i}, "
                f"which has shape {shape}"
            )
    return gx if gx.dtype == dtype else gx.astype(dtype)


def _own(gradient: Any, owned: set[int]) -> Any:
    """Copy a gradient that is a view, or that another Variable got: nobody shares a `grad`."""
    if isinstance(gradient, NumPyProtocol):
        array = gradient._array
        known = id(gradient) in owned or id(array) in owned
        if known or getattr(array, "base", None) is not None:
            gradient = copy(gradient)
            gradient._array, gradient._grad = array.copy(), None
            array = gradient._array
    else:
        array = gradient
        fresh = id(array) not in owned and getattr(array, "base", None) is None
        if not fresh:
            gradient = array = array.copy()
    owned.add(id(gradient))
    owned.add(id(array))
    return gradient
