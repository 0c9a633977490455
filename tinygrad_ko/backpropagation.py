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
from tinygrad_ko.arrays import as_array, gradient_dtype, is_array, summed_to
from tinygrad_ko.config import modes, recording
from tinygrad_ko.node import Node
from tinygrad_ko.numpy_protocol import NumPyProtocol

if TYPE_CHECKING:
    from tinygrad_ko.core import Variable

__all__ = ["accumulate", "free", "propagate", "seed"]

_NUMPY = (np.ndarray, np.floating)


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
    found: dict[Variable, Any] = {}
    owned = {id(part) for start in seeds.values() for part in (start, _plain(start))}
    debugging = modes.get().debug
    # pending: the gradients that have arrived so far at the outputs of a node.
    # waiting: the nodes of pending by generation; heap: those generations, negated.
    pending: dict[Node, list[Any]] = {root: [None] * len(root._specs)}
    for slot, start in seeds.items():
        pending[root][slot] = start if create_graph else _plain(start)
    waiting: dict[int, list[Node]] = {root.generation: [root]}
    heap = [-root.generation]
    with recording(create_graph):
        while heap:
            for node in waiting.pop(-heappop(heap)):
                parents = node.parents
                if not parents:
                    raise RuntimeError(
                        f"the graph behind this Variable was freed by unchain_backward "
                        f"({type(node).__name__} has forgotten its inputs): compute it again"
                    )
                gys = pending.pop(node)
                if len(gys) > 1:
                    _fill(gys, node)
                if retain_grad:
                    for output in node._living_outputs():
                        found[output] = _own(gys[output._slot], owned)
                if debugging and node._record is not None:
                    debug.check_unchanged(
                        type(node).__name__, node.inputs, node.outputs, node._record
                    )
                gxs = _rule(node, gys, create_graph)
                slots = node._slots
                for i, parent in enumerate(parents):
                    if parent is None:
                        continue
                    gx = gxs[i]
                    if not isinstance(parent, Node):  # a leaf
                        data = parent._data
                        gx = _fitted(gx, data.shape, gradient_dtype(data.dtype), node, i)
                        held = found.get(parent)
                        found[parent] = _own(gx, owned) if held is None else held + gx
                        continue
                    slot = 0 if slots is None else slots[i]
                    gx = _fitted(gx, *parent._specs[slot], node, i)
                    arrived = pending.get(parent)
                    if arrived is None:
                        pending[parent] = arrived = [None] * len(parent._specs)
                        generation = parent.generation
                        if generation in waiting:
                            waiting[generation].append(parent)
                        else:
                            waiting[generation] = [parent]
                            heappush(heap, -generation)
                    held = arrived[slot]
                    arrived[slot] = gx if held is None else held + gx
    return found


def seed(variable: Variable, gradient: Any) -> Any:
    """Return the gradient that `variable` starts with: ones, or the given one if it fits."""
    dtype = gradient_dtype(variable.dtype)
    if gradient is None:
        return np.ones_like(variable._data, dtype=dtype)
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
    with recording(create_graph):
        for variable, grad in found.items():
            held = variable._grad
            if held is not None:
                if held.shape != grad.shape:
                    raise ValueError(
                        f"a gradient of shape {grad.shape} cannot be added to the grad of shape "
                        f"{held.shape} from before the data was replaced: call cleargrad() first"
                    )
                grad = (held if create_graph else _plain(held)) + grad
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


def _plain(gradient: Any) -> Any:
    return gradient._data if isinstance(gradient, NumPyProtocol) else gradient


def _rule(node: Node, gys: list[Any], create_graph: bool) -> tuple[Any, ...]:
    """Call the rule of `node`, and check how many gradients it returns."""
    rule = node._rejoined() if create_graph else node
    try:
        gxs = rule.backward(*gys)
    except (TypeError, ValueError, AttributeError, IndexError) as error:
        if node._needs == -1:
            raise
        # Not type(error): a subclass, such as those of NumPy, may want other arguments.
        kinds = (TypeError, ValueError, AttributeError, IndexError)
        raise next(kind for kind in kinds if isinstance(error, kind))(
            f"{type(node).__name__}.backward failed: {error}. It keeps {node.keeps!r} of its "
            "inputs (x) and outputs (y); if the formula needs more, name it in keeps"
        ) from error
    gxs = gxs if isinstance(gxs, tuple) else (gxs,)
    parents = node.parents or ()
    if len(gxs) != len(parents):
        raise TypeError(
            f"{type(node).__name__}.backward must return one gradient for each of its "
            f"{len(parents)} inputs, but it returned {len(gxs)}"
        )
    if node._record is not None and modes.get().debug:
        debug.check_result(
            type(node).__name__,
            "backward",
            [_plain(array) for array in (*gys, *node.inputs, *node.outputs)],
            [_plain(gx) for gx in gxs],
            node._record,
        )
    return gxs


def _fill(gys: list[Any], node: Node) -> None:
    """Put zeros where an output was not used: its gradient is zero."""
    like = next(gy for gy in gys if gy is not None)
    for k, (shape, dtype) in enumerate(node._specs):
        if gys[k] is None:
            gys[k] = np.zeros_like(_plain(like), shape=shape, dtype=dtype)


def _fitted(gx: Any, shape: tuple[int, ...], dtype: np.dtype[Any], node: Node, i: int) -> Any:
    """Return the gradient in the shape and dtype of its input; broadcasting is undone here."""
    if isinstance(gx, _NUMPY) and gx.shape == shape and gx.dtype == dtype:
        return gx
    name = type(node).__name__
    if isinstance(gx, NumPyProtocol):
        if not modes.get().enable_backprop:
            gx = gx._data
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
        try:
            fits = np.broadcast_shapes(given, shape) == given
        except ValueError:
            fits = False
        if not fits:
            raise ValueError(
                f"{name}.backward returned a gradient of shape {given} for input {i}, "
                f"which has shape {shape}"
            )
        gx = summed_to(gx, shape)
    return gx if gx.dtype == dtype else gx.astype(dtype)


def _own(gradient: Any, owned: set[int]) -> Any:
    """Copy a gradient that is a view, or that another Variable got: nobody shares a `grad`."""
    if isinstance(gradient, NumPyProtocol):
        array = gradient._data
        known = id(gradient) in owned or id(array) in owned
        if known or getattr(array, "base", None) is not None:
            gradient = copy(gradient)
            gradient._data, gradient._grad = array.copy(), None
            array = gradient._data
    else:
        array = gradient
        fresh = id(array) not in owned and getattr(array, "base", None) is None
        if not fresh:
            gradient = array = array.copy()
    owned.add(id(gradient))
    owned.add(id(array))
    return gradient
