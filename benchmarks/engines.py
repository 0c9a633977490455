"""The engines that are compared, each behind the same few methods.

A workload is a formula of leaves, written once; what differs between engines is how leaves are
made and how gradients are asked for. Functions are the engine's own, with nothing around them.
An engine is imported when it is made, so that this module costs nothing where it is not used.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

__all__ = [
    "NUMPY",
    "OURS",
    "REFERENCE",
    "Autograd",
    "DeZero",
    "Engine",
    "MyGrad",
    "Ours",
    "PyTorch",
    "all_engines",
]

Formula = Callable[..., Any]

NUMPY = "NumPy by hand"
OURS = "tinygrad_ko"
REFERENCE = "PyTorch"


class Engine:
    """What a workload may ask of an engine."""

    name: str
    keeps_float32 = True
    # The engine's own functions. Operators stand in formulas as they are, but DeZero has no `@`.
    matmul: Callable[..., Any]
    swapaxes: Callable[..., Any]
    sin: Callable[..., Any]
    exp: Callable[..., Any]
    tanh: Callable[..., Any]
    relu: Callable[..., Any]
    sum: Callable[..., Any]

    def leaf(self, array: Any) -> Any:
        """Return something that takes a gradient, with memory of its own."""
        raise NotImplementedError

    def constant(self, array: Any) -> Any:
        """Return an operand that takes no gradient."""
        return array

    def top(self, x: Any) -> Any:
        """Return the largest numbers along the last axis, as a constant with that axis kept."""
        raise NotImplementedError

    def gradients(self, formula: Formula, leaves: Sequence[Any]) -> list[Any]:
        """Go forward and backward, and return the gradient for each leaf."""
        raise NotImplementedError

    def update(self, leaf: Any, gradient: Any, rate: float) -> None:
        """Take a step of gradient descent, in place."""
        raise NotImplementedError

    def derivative(self, formula: Formula, x: Any, order: int) -> Any:
        """Return the derivative of this order of an elementwise formula."""
        raise NotImplementedError

    def hessian_vector(self, formula: Formula, x: Any, vector: Any) -> Any:
        """Differentiate the gradient once more, in the direction of `vector`."""
        raise NotImplementedError

    def numbers(self, value: Any) -> Any:
        """Return the numbers in a leaf or a gradient as a NumPy array."""
        return np.asarray(value)


class _OnVariables(Engine):
    """What is equal in two engines that follow the same book."""

    variable: Callable[[Any], Any]

    def leaf(self, array: Any) -> Any:
        return self.variable(np.array(array))

    def top(self, x: Any) -> Any:
        return x.data.max(axis=-1, keepdims=True)

    def gradients(self, formula: Formula, leaves: Sequence[Any]) -> list[Any]:
        formula(*leaves).backward()
        found = [leaf.grad for leaf in leaves]
        for leaf in leaves:
            leaf.cleargrad()
        return found

    def update(self, leaf: Any, gradient: Any, rate: float) -> None:
        leaf.data -= rate * gradient.data

    def derivative(self, formula: Formula, x: Any, order: int) -> Any:
        y = formula(x)
        for left in reversed(range(order)):
            y.backward(create_graph=left > 0)
            y = x.grad
            x.cleargrad()
        return y

    def hessian_vector(self, formula: Formula, x: Any, vector: Any) -> Any:
        formula(x).backward(create_graph=True)
        along = self.sum(x.grad * vector)
        x.cleargrad()
        along.backward()
        found = x.grad
        x.cleargrad()
        return found

    def numbers(self, value: Any) -> Any:
        return value.data


class Ours(_OnVariables):
    """The engine of this project."""

    name = OURS

    def __init__(self) -> None:
        import tinygrad_ko
        import tinygrad_ko.functions as F

        self.variable = tinygrad_ko.Variable
        self.matmul, self.swapaxes, self.sum = F.matmul, F.swapaxes, F.sum
        self.sin, self.exp, self.tanh = F.sin, F.exp, F.tanh
        self.relu = F.relu


class DeZero(_OnVariables):
    """The engine of the book "Deep Learning from Scratch 3"."""

    name = "DeZero"
    keeps_float32 = False  # a number in a rule, such as the 1 of 1 - y * y, makes it float64

    def __init__(self) -> None:
        if not hasattr(np, "int"):
            np.int = int  # type: ignore[attr-defined]  # DeZero 0.0.13 uses it when imported
        import dezero
        import dezero.functions as F

        self.variable = dezero.Variable
        self.matmul, self.sum, self.relu = F.matmul, F.sum, F.relu
        self.sin, self.exp, self.tanh = F.sin, F.exp, F.tanh


class MyGrad(Engine):
    """MyGrad, which has no derivatives of derivatives."""

    name = "MyGrad"

    def __init__(self) -> None:
        import mygrad

        self.tensor, self.tensor_class = mygrad.tensor, mygrad.Tensor
        self.matmul, self.swapaxes, self.sum = mygrad.matmul, mygrad.swapaxes, mygrad.sum
        self.sin, self.exp, self.tanh = mygrad.sin, mygrad.exp, mygrad.tanh
        self.relu = lambda x: mygrad.maximum(x, 0.0)

    def leaf(self, array: Any) -> Any:
        return self.tensor(np.array(array))

    def top(self, x: Any) -> Any:
        return x.data.max(axis=-1, keepdims=True)

    def gradients(self, formula: Formula, leaves: Sequence[Any]) -> list[Any]:
        formula(*leaves).backward()
        found = [leaf.grad for leaf in leaves]
        for leaf in leaves:
            leaf.null_grad()
        return found

    def update(self, leaf: Any, gradient: Any, rate: float) -> None:
        leaf.data -= rate * gradient

    def numbers(self, value: Any) -> Any:
        return value.data if isinstance(value, self.tensor_class) else value


class Autograd(Engine):
    """HIPS autograd, whose leaves are plain arrays."""

    name = "autograd"

    def __init__(self) -> None:
        import autograd
        import autograd.numpy as anp
        from autograd.tracer import getval

        self.autograd, self.value_of = autograd, getval
        self.matmul, self.swapaxes, self.sum = anp.matmul, anp.swapaxes, anp.sum
        self.sin, self.exp, self.tanh = anp.sin, anp.exp, anp.tanh
        self.relu = lambda x: anp.maximum(x, 0.0)

    def leaf(self, array: Any) -> Any:
        return np.array(array)

    def top(self, x: Any) -> Any:
        return self.value_of(x).max(axis=-1, keepdims=True)

    def gradients(self, formula: Formula, leaves: Sequence[Any]) -> list[Any]:
        pullback, y = self.autograd.make_vjp(formula, tuple(range(len(leaves))))(*leaves)
        return list(pullback(np.ones_like(y)))

    def update(self, leaf: Any, gradient: Any, rate: float) -> None:
        leaf -= rate * gradient

    def derivative(self, formula: Formula, x: Any, order: int) -> Any:
        for _ in range(order):
            formula = self.autograd.elementwise_grad(formula)
        return formula(x)

    def hessian_vector(self, formula: Formula, x: Any, vector: Any) -> Any:
        gradient = self.autograd.grad(formula)
        return self.autograd.grad(lambda x: self.sum(gradient(x) * vector))(x)


class PyTorch(Engine):
    """PyTorch as most people use it: eager, on the processor."""

    name = REFERENCE

    def __init__(self) -> None:
        import torch

        self.torch = torch
        self.matmul, self.swapaxes, self.sum = torch.matmul, torch.swapaxes, torch.sum
        self.sin, self.exp, self.tanh = torch.sin, torch.exp, torch.tanh
        self.relu = torch.relu

    def leaf(self, array: Any) -> Any:
        return self.torch.tensor(array, requires_grad=True)

    def constant(self, array: Any) -> Any:
        return self.torch.tensor(array)

    def top(self, x: Any) -> Any:
        return x.detach().amax(-1, keepdim=True)

    def gradients(self, formula: Formula, leaves: Sequence[Any]) -> list[Any]:
        y = formula(*leaves)
        y.backward(self.torch.ones_like(y) if y.ndim else None)
        found = [leaf.grad for leaf in leaves]
        for leaf in leaves:
            leaf.grad = None
        return found

    def update(self, leaf: Any, gradient: Any, rate: float) -> None:
        with self.torch.no_grad():
            leaf.sub_(gradient, alpha=rate)

    def derivative(self, formula: Formula, x: Any, order: int) -> Any:
        y, ones = formula(x), self.torch.ones_like(x)
        for left in reversed(range(order)):
            (y,) = self.torch.autograd.grad(y, x, ones, create_graph=left > 0)
        return y

    def hessian_vector(self, formula: Formula, x: Any, vector: Any) -> Any:
        grad = self.torch.autograd.grad
        (gradient,) = grad(formula(x), x, create_graph=True)
        (found,) = grad(self.torch.sum(gradient * vector), x)
        return found

    def numbers(self, value: Any) -> Any:
        return value.detach().numpy()


def all_engines() -> list[Engine]:
    """Return all of them, in the order in which tables list them."""
    return [Ours(), PyTorch(), DeZero(), Autograd(), MyGrad()]
