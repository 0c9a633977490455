"""The engines that are compared, each behind the same few methods.

A workload is a formula of leaves, written once; what differs between engines is how leaves are
made and how gradients are asked for. Functions are the engine's own, with nothing around them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import autograd
import autograd.numpy
import mygrad
import numpy as np
import torch

if not hasattr(np, "int"):
    np.int = int  # type: ignore[attr-defined]  # DeZero 0.0.13 uses it when it is imported
import dezero
import dezero.functions

import tinygrad_ko
import tinygrad_ko.functions as F

__all__ = ["ENGINES", "NUMPY", "OURS", "REFERENCE", "Engine"]

Formula = Callable[..., Any]

NUMPY = "NumPy by hand"
OURS = "tinygrad_ko"
REFERENCE = "PyTorch"


class Engine:
    """What a workload may ask of an engine."""

    name: str
    keeps_float32 = True
    # The engine's own functions. Operators stand in formulas as they are, but DeZero has no `@`.
    matmul: Callable[[Any, Any], Any]
    sin: Callable[[Any], Any]
    tanh: Callable[[Any], Any]
    relu: Callable[[Any], Any]
    sum: Callable[[Any], Any]

    def leaf(self, array: Any) -> Any:
        """Return something that takes a gradient, with memory of its own."""
        raise NotImplementedError

    def constant(self, array: Any) -> Any:
        """Return an operand that takes no gradient."""
        return array

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
    variable = tinygrad_ko.Variable
    matmul, sin, tanh, sum = map(staticmethod, (F.matmul, F.sin, F.tanh, F.sum))

    @staticmethod
    def relu(x: Any) -> Any:
        return F.maximum(x, 0.0)


class DeZero(_OnVariables):
    """The engine of the book "Deep Learning from Scratch 3"."""

    name = "DeZero"
    keeps_float32 = False  # a number in a rule, such as the 1 of 1 - y * y, makes it float64
    variable = dezero.Variable
    matmul, sin, tanh, sum, relu = map(
        staticmethod,
        (
            dezero.functions.matmul,
            dezero.functions.sin,
            dezero.functions.tanh,
            dezero.functions.sum,
            dezero.functions.relu,
        ),
    )


class MyGrad(Engine):
    """MyGrad, which has no derivatives of derivatives."""

    name = "MyGrad"
    matmul, sin, tanh, sum = map(staticmethod, (mygrad.matmul, mygrad.sin, mygrad.tanh, mygrad.sum))

    @staticmethod
    def relu(x: Any) -> Any:
        return mygrad.maximum(x, 0.0)

    def leaf(self, array: Any) -> Any:
        return mygrad.tensor(np.array(array))

    def gradients(self, formula: Formula, leaves: Sequence[Any]) -> list[Any]:
        formula(*leaves).backward()
        found = [leaf.grad for leaf in leaves]
        for leaf in leaves:
            leaf.null_grad()
        return found

    def update(self, leaf: Any, gradient: Any, rate: float) -> None:
        leaf.data -= rate * gradient

    def numbers(self, value: Any) -> Any:
        return value.data if isinstance(value, mygrad.Tensor) else value


class Autograd(Engine):
    """HIPS autograd, whose leaves are plain arrays."""

    name = "autograd"
    matmul, sin, tanh, sum = map(
        staticmethod,
        (autograd.numpy.matmul, autograd.numpy.sin, autograd.numpy.tanh, autograd.numpy.sum),
    )

    @staticmethod
    def relu(x: Any) -> Any:
        return autograd.numpy.maximum(x, 0.0)

    def leaf(self, array: Any) -> Any:
        return np.array(array)

    def gradients(self, formula: Formula, leaves: Sequence[Any]) -> list[Any]:
        pullback, y = autograd.make_vjp(formula, tuple(range(len(leaves))))(*leaves)
        return list(pullback(np.ones_like(y)))

    def update(self, leaf: Any, gradient: Any, rate: float) -> None:
        leaf -= rate * gradient

    def derivative(self, formula: Formula, x: Any, order: int) -> Any:
        for _ in range(order):
            formula = autograd.elementwise_grad(formula)
        return formula(x)

    def hessian_vector(self, formula: Formula, x: Any, vector: Any) -> Any:
        gradient = autograd.grad(formula)
        return autograd.grad(lambda x: autograd.numpy.sum(gradient(x) * vector))(x)


class PyTorch(Engine):
    """PyTorch as most people use it: eager, on the processor."""

    name = REFERENCE
    matmul, sin, tanh, sum, relu = map(
        staticmethod, (torch.matmul, torch.sin, torch.tanh, torch.sum, torch.relu)
    )

    def leaf(self, array: Any) -> Any:
        return torch.tensor(array, requires_grad=True)

    def constant(self, array: Any) -> Any:
        return torch.tensor(array)

    def gradients(self, formula: Formula, leaves: Sequence[Any]) -> list[Any]:
        y = formula(*leaves)
        y.backward(torch.ones_like(y) if y.ndim else None)
        found = [leaf.grad for leaf in leaves]
        for leaf in leaves:
            leaf.grad = None
        return found

    def update(self, leaf: Any, gradient: Any, rate: float) -> None:
        with torch.no_grad():
            leaf.sub_(gradient, alpha=rate)

    def derivative(self, formula: Formula, x: Any, order: int) -> Any:
        y, ones = formula(x), torch.ones_like(x)
        for left in reversed(range(order)):
            (y,) = torch.autograd.grad(y, x, ones, create_graph=left > 0)
        return y

    def hessian_vector(self, formula: Formula, x: Any, vector: Any) -> Any:
        (gradient,) = torch.autograd.grad(formula(x), x, create_graph=True)
        (found,) = torch.autograd.grad(torch.sum(gradient * vector), x)
        return found

    def numbers(self, value: Any) -> Any:
        return value.detach().numpy()


ENGINES: list[Engine] = [Ours(), PyTorch(), DeZero(), Autograd(), MyGrad()]
