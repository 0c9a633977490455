"""NumPy's names over PyTorch's functions, for formulas that are given the module they compute with.

Where the two have a function of one name and the same arguments, PyTorch's own is found by
`__getattr__`; the rest is written here. A name that neither has is an AttributeError.
"""

from __future__ import annotations

from typing import Any

import torch

pi = torch.pi
inf = torch.inf
newaxis = None

power = torch.pow
mod = torch.remainder
concatenate = torch.cat


def __getattr__(name: str) -> Any:
    return getattr(torch, name)


def _tensor(value: Any) -> torch.Tensor:
    return torch.as_tensor(value, dtype=None if torch.is_tensor(value) else torch.float64)


def _on_tensors(name: str) -> Any:
    def function(*args: Any) -> Any:
        return getattr(torch, name)(*map(_tensor, args))

    return function


maximum, minimum, arctan2, hypot, logaddexp = map(
    _on_tensors, ("maximum", "minimum", "arctan2", "hypot", "logaddexp")
)


def floor_divide(x0: Any, x1: Any) -> torch.Tensor:
    return torch.floor(x0 / x1)  # PyTorch's own has no derivative


def where(condition: Any, x0: Any, x1: Any) -> torch.Tensor:
    return torch.where(condition, _tensor(x0), _tensor(x1))


def zeros(shape: Any) -> torch.Tensor:
    return torch.zeros(shape, dtype=torch.float64)


def ones(shape: Any) -> torch.Tensor:
    return torch.ones(shape, dtype=torch.float64)


def _all_axes(x: Any, axis: Any) -> Any:
    return tuple(range(x.ndim)) if axis is None else axis


def sum(x: Any, axis: Any = None, keepdims: bool = False) -> torch.Tensor:
    if axis == () or x.ndim == 0:
        return x.clone()
    return torch.sum(x, _all_axes(x, axis), keepdim=keepdims)


def mean(x: Any, axis: Any = None, keepdims: bool = False) -> torch.Tensor:
    return torch.mean(x, _all_axes(x, axis), keepdim=keepdims)


def max(x: Any, axis: Any = None, keepdims: bool = False) -> torch.Tensor:
    return torch.amax(x, _all_axes(x, axis), keepdim=keepdims)


def min(x: Any, axis: Any = None, keepdims: bool = False) -> torch.Tensor:
    return torch.amin(x, _all_axes(x, axis), keepdim=keepdims)


def expand_dims(x: Any, axis: int) -> torch.Tensor:
    return torch.unsqueeze(x, axis)


def transpose(x: Any, axes: Any = None) -> torch.Tensor:
    return torch.permute(x, tuple(reversed(range(x.ndim))) if axes is None else axes)


def reshape(x: Any, shape: Any) -> torch.Tensor:
    return torch.reshape(x, (shape,) if isinstance(shape, int) else shape)


def rint(x: Any) -> torch.Tensor:
    return torch.round(x)


def var(x: Any, axis: Any = None, ddof: int = 0, keepdims: bool = False) -> torch.Tensor:
    return torch.var(x, _all_axes(x, axis), correction=ddof, keepdim=keepdims)


def std(x: Any, axis: Any = None, ddof: int = 0, keepdims: bool = False) -> torch.Tensor:
    return torch.std(x, _all_axes(x, axis), correction=ddof, keepdim=keepdims)


def prod(x: Any, axis: Any = None, keepdims: bool = False) -> torch.Tensor:
    axes = (axis,) if isinstance(axis, int) else _all_axes(x, axis)
    for one in axes:
        x = torch.prod(x, one, keepdim=True)
    return x if keepdims else torch.squeeze(x, tuple(axes))


def cumsum(x: Any, axis: int | None = None) -> torch.Tensor:
    return torch.cumsum(torch.ravel(x) if axis is None else x, 0 if axis is None else axis)


def trace(x: Any) -> torch.Tensor:
    return torch.sum(torch.diagonal(x), -1)


def outer(a: Any, b: Any) -> torch.Tensor:
    return torch.outer(torch.ravel(a), torch.ravel(b))


def dot(a: Any, b: Any) -> torch.Tensor:
    return a * b if a.ndim == 0 or b.ndim == 0 else torch.matmul(a, b)


def repeat(x: Any, repeats: Any, axis: int) -> torch.Tensor:
    return torch.repeat_interleave(x, torch.as_tensor(repeats), axis)


def pad(x: Any, width: Any, mode: str, constant_values: Any = 0) -> torch.Tensor:
    """Pad an axis at a time, because PyTorch's own has one value for both ends."""
    assert mode == "constant"
    pairs = torch.broadcast_to(torch.as_tensor(width), (x.ndim, 2)).tolist()
    before, after = torch.broadcast_to(torch.as_tensor(constant_values), (2,)).tolist()
    for axis, (left, right) in enumerate(pairs):
        size = list(x.shape)
        size[axis] = left
        first = torch.full(size, float(before), dtype=x.dtype)
        size[axis] = right
        last = torch.full(size, float(after), dtype=x.dtype)
        x = torch.cat([first, x, last], axis)
    return x
