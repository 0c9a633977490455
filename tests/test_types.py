"""What type checkers, and so editors, know of results: each assert_type is checked by mypy in lint.

At runtime assert_type does nothing, and the rest of each test is run.
"""

from __future__ import annotations

from typing import Any, assert_type, get_type_hints

import numpy as np

import tinygrad_ko.functions as F
from tinygrad_ko import Function, Parameter, Variable, as_variable, no_grad

SEVERAL = {"split": list[Variable]}
NAMED = {"slogdet"}  # a tuple with a name for each


def test_every_function_says_that_it_gives_a_variable() -> None:
    names = [name for name in F.__all__ if name.islower() and name not in NAMED]
    assert len(names) > 80
    given = {name: get_type_hints(getattr(F, name))["return"] for name in names}
    assert given == {name: SEVERAL.get(name, Variable) for name in names}


def test_results_are_variables() -> None:
    x = Parameter([1.0, 2.0], name="x")
    results = [
        assert_type(F.sin(x), Variable),
        assert_type(F.sum(x, axis=0), Variable),
        assert_type(F.softmax_cross_entropy(x.reshape(1, 2), np.array([0])), Variable),
        assert_type(x * 2, Variable),
        assert_type(2.0 - x, Variable),
        assert_type(-(x**2) / 3, Variable),
        assert_type(x @ x, Variable),
        assert_type(x[0], Variable),
        assert_type(x.sum(), Variable),
        assert_type(x.T, Variable),
        assert_type(as_variable(1.0), Variable),
    ]
    assert all(isinstance(result, Variable) for result in results)
    assert_type(F.split(x, 2), list[Variable])
    assert_type(x.grad, Variable | None)
    assert_type(x.shape, tuple[int, ...])


def test_a_call_of_a_function_of_ones_own_is_a_variable() -> None:
    class Square(Function):
        keeps = "x"

        def forward(self, x: Any) -> Any:
            return x * x

        def backward(self, gy: Any) -> Any:
            (x,) = self.inputs
            return 2 * x * gy

    assert assert_type(Square()(Variable(3.0)), Variable).item() == 9.0


def test_a_decorated_function_keeps_its_type() -> None:
    @no_grad()
    def predict(x: Variable, power: int) -> Variable:
        return x**power

    assert assert_type(predict(Variable(3.0), 2), Variable).creator is None


def test_numpys_functions_do_not_end_the_program() -> None:
    # If mypy took them for functions that never return, all that follows would be unreachable.
    x = Variable([1.0, 2.0])
    total = np.sum(x)
    mean = np.mean(x, axis=0)
    assert isinstance(total, Variable)
    assert isinstance(mean, Variable)
    total.backward()
    assert assert_type(x.grad, Variable | None) is not None
