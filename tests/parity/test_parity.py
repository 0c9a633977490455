"""Shows that values, and derivatives to the third order, are those of PyTorch and of JAX.

Run by ``nox -s parity``, in an environment of its own: both are too large to ask for elsewhere.
The formulas are those of the other tests. Given JAX's version of NumPy, or NumPy's names over
PyTorch's functions (`torch_numpy`), they compute there.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jax
import numpy as np
import pytest
import torch
import torch_numpy
from hypothesis import given, settings
from hypothesis import strategies as st

import tinygrad_ko.functions as F
from tinygrad_ko import Variable

TESTS = Path(__file__).resolve().parent.parent
sys.path.append(str(TESTS))
import every_case
from function_cases import ANY, WITH_AXIS, Case

jax.config.update("jax_enable_x64", True)

ORDER = 3
PLACES = np.array([0, -1, 0])


def indexing(index: Any, shapes: Any) -> Case:
    return Case("get_item", lambda x: F.get_item(x, index), lambda np, x: x[index], shapes)


def gelu(np: Any, x: Any) -> Any:
    erf = torch.erf if np is torch_numpy else jax.scipy.special.erf
    return x * (1 + erf(x / 2**0.5)) / 2


def gelu_by_tanh(np: Any, x: Any) -> Any:
    return x * (1 + np.tanh((2 / np.pi) ** 0.5 * (x + 0.044715 * x**3))) / 2


REWRITTEN = {"flip", "gelu", "get_item", "take"}
CASES = [
    *[case for case in every_case.CASES if case.name not in REWRITTEN],
    # JAX takes no list as an index, and PyTorch no negative step.
    indexing((..., None), ANY),
    indexing(PLACES, WITH_AXIS),
    indexing(slice(None, -1), WITH_AXIS),
    indexing(-1, WITH_AXIS),
    Case("take", lambda x: F.take(x, PLACES, -1), lambda np, x: x[..., PLACES], WITH_AXIS),
    Case("take", lambda x: F.take(x, PLACES), lambda np, x: np.ravel(x)[PLACES], WITH_AXIS),
    Case("gelu", F.gelu, gelu),
    Case("gelu", lambda x: F.gelu(x, approximate=True), gelu_by_tanh),
    Case("flip", F.flip, lambda np, x: np.flip(x, tuple(range(x.ndim)))),
    Case("flip", lambda x: F.flip(x, -1), lambda np, x: np.flip(x, (-1,)), WITH_AXIS),
]
# Formulas that look at NumPy's dtypes, beside PyTorch's own functions.
IN_PYTORCH: dict[str, Callable[..., Any]] = {
    "mean_squared_error": lambda np, x, t: torch.nn.functional.mse_loss(x, t),
    "mean_absolute_error": lambda np, x, t: torch.nn.functional.l1_loss(x, t),
    "huber": lambda np, x, t: torch.nn.functional.huber_loss(x, t, delta=1.1),
}
# Formulas with an array of NumPy's inside, which PyTorch's tensors do not mix with.
ONLY_IN_JAX = {"dropout", "softmax_cross_entropy", "trace"}
NOT_DIFFERENTIABLE = {"accuracy"}

each_case = pytest.mark.parametrize(
    "case", [pytest.param(case, id=f"{i}-{case.name}") for i, case in enumerate(CASES)]
)
few = settings(deadline=None, max_examples=4, derandomize=True, database=None)


def weights(arrays: list[Any], order: int) -> list[Any]:
    """Numbers without symmetry, so that no two derivatives can cancel or change places."""
    generator = np.random.default_rng(order)
    return [generator.uniform(0.5, 1.5, np.shape(array)) for array in arrays]


def of_ours(formula: Callable[..., Any], arrays: list[Any]) -> list[list[Any]]:
    """Return the value, and then the gradients of one weighted sum after the other."""
    leaves = [Variable(array) for array in arrays]
    held: list[Variable] = [formula(*leaves)]
    orders = [[x.data for x in held]]
    for order in range(ORDER):
        total = sum((x * w).sum() for x, w in zip(held, weights(orders[-1], order), strict=True))
        if total.creator is not None:
            total.backward(create_graph=True)
        held = [Variable(np.zeros(x.shape)) if x.grad is None else x.grad for x in leaves]
        for leaf in leaves:
            leaf.cleargrad()
        orders.append([x.data for x in held])
    return orders


def of_torch(formula: Callable[..., Any], arrays: list[Any]) -> list[list[Any]]:
    leaves = [torch.tensor(array, requires_grad=True) for array in arrays]
    held = [formula(torch_numpy, *leaves)]
    orders = [[x.numpy(force=True) for x in held]]
    for order in range(ORDER):
        ws = map(torch.tensor, weights(orders[-1], order))
        total = sum((x * w).sum() for x, w in zip(held, ws, strict=True))
        if total.requires_grad:
            held = torch.autograd.grad(total, leaves, create_graph=True, materialize_grads=True)
        else:
            held = [torch.zeros_like(x) for x in leaves]
        orders.append([x.numpy(force=True) for x in held])
    return orders


def of_jax(formula: Callable[..., Any], arrays: list[Any]) -> list[list[Any]]:
    def values(*leaves: Any) -> tuple[Any, ...]:
        return (formula(jax.numpy, *leaves),)

    orders = []
    held: Callable[..., Any] = values
    for order in range(ORDER + 1):
        orders.append([np.asarray(x) for x in held(*arrays)])
        if order < ORDER:
            held = gradient_of(held, weights(orders[-1], order), len(arrays))
    return orders


def gradient_of(held: Callable[..., Any], ws: list[Any], n: int) -> Callable[..., Any]:
    def total(*leaves: Any) -> Any:
        return sum((x * w).sum() for x, w in zip(held(*leaves), ws, strict=True))

    return jax.jit(jax.grad(total, argnums=tuple(range(n))))


def assert_equal(ours: list[list[Any]], theirs: list[list[Any]]) -> None:
    for order, (found, wanted) in enumerate(zip(ours, theirs, strict=True)):
        for i, (x, y) in enumerate(zip(found, wanted, strict=True)):
            np.testing.assert_allclose(
                x, y, rtol=1e-9, atol=1e-9, err_msg=f"derivative {order} of argument {i}"
            )


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, id=f"{i}-{case.name}")
        for i, case in enumerate(CASES)
        if case.name not in ONLY_IN_JAX
    ],
)
@few
@given(data=st.data(), seed=st.integers(0, 1000))
def test_derivatives_are_those_of_pytorch(case, data, seed):
    arrays = case.points(data.draw(case.shapes), seed)
    formula = IN_PYTORCH.get(case.name, case.theirs)
    assert_equal(of_ours(case.ours, arrays), of_torch(formula, arrays))


@each_case
@few
@given(data=st.data(), seed=st.integers(0, 1000))
def test_derivatives_are_those_of_jax(case, data, seed):
    arrays = case.points(data.draw(case.shapes), seed)
    assert_equal(of_ours(case.ours, arrays), of_jax(case.theirs, arrays))


def test_no_function_is_without_a_case():
    public = {name for name in F.__all__ if name.islower()}
    assert {case.name for case in CASES} == public - NOT_DIFFERENTIABLE


def test_a_wrong_derivative_of_any_order_is_noticed():
    arrays = [np.array([0.3, 0.8])]
    right = of_torch(lambda np, x: np.sin(x), arrays)
    assert_equal(of_ours(F.sin, arrays), right)
    for order in range(ORDER + 1):
        wrong = of_ours(F.sin, arrays)
        wrong[order][0] = wrong[order][0] + 1e-6
        with pytest.raises(AssertionError, match=f"derivative {order} of argument 0"):
            assert_equal(wrong, right)
