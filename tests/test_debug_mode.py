"""Debug mode finds the first NaN and arrays changed in place, and names operation and line."""

from __future__ import annotations

import inspect
import re
import types
from pathlib import Path

import numpy as np
import pytest

import tinygrad_ko
import tinygrad_ko.functions as F
from tinygrad_ko import Function, Variable, debug_mode


def here(offset=0):
    """The file and line of the caller, as errors of debug mode write them."""
    frame = inspect.currentframe().f_back
    return re.escape(f"{Path(__file__)}:{frame.f_lineno + offset}")


def test_debug_mode_names_the_operation_and_line_of_the_first_nan():
    with debug_mode(), np.errstate(all="ignore"):
        x = Variable([0.0, 1.0])
        y = x * 2
        with pytest.raises(FloatingPointError, match=f"^Log.forward made .* infinity.*{here(1)}"):
            F.log(y)
        with pytest.raises(FloatingPointError, match=f"^Sqrt.forward .* NaN.* \\(2,\\).*{here(1)}"):
            np.sqrt(y - 1)
        with pytest.raises(FloatingPointError, match=f"^Div.forward .* NaN.*{here(1)}"):
            y / y
        with pytest.raises(FloatingPointError, match=f"^Exp.forward .* infinity.*{here(1)}"):
            F.exp([1000.0])  # of constants too


def test_debug_mode_finds_the_first_nan_of_the_backward_pass():
    class Rule(Function):
        keeps = "x"

        def forward(self, x):
            return x * 1.0

        def backward(self, gy):
            (x,) = self.inputs
            return gy / x

    for create_graph in (False, True):
        with debug_mode(), np.errstate(all="ignore"):
            x = Variable([0.0, 1.0])
            line = here(1)
            y = Rule()(x)
            error = f"^(Rule.backward|Div.forward) made the first infinity.*{line}"
            if create_graph:  # then the division of the rule is an operation itself
                error = "^Div.forward made the first infinity"
            with pytest.raises(FloatingPointError, match=error):
                (y + 1).backward(create_graph=create_graph)
            assert x.grad is None


def test_debug_mode_finds_a_rule_that_changes_the_gradient_it_was_given():
    class Twice(Function):
        keeps = ""

        def forward(self, x):
            return x * 2.0

        def backward(self, gy):
            gy *= 2.0
            return gy

    class Both(Function):
        keeps = ""

        def forward(self, x):
            return x + 1.0, x - 1.0

        def backward(self, gy0, gy1):
            gy1 += gy0
            return gy1

    with debug_mode():
        x = Variable([1.0, 2.0])
        line = here(1)
        a, b = Both()(x)
        y = a + b * 3.0
        error = (
            "^Both.backward changed the gradient of output 1, which it was given, in place; others "
            f"may hold that array, and get a wrong gradient. Both was called at .*{line}: compute "
            "a new array instead$"
        )
        with pytest.raises(RuntimeError, match=error):
            y.backward()
        with pytest.raises(RuntimeError, match=r"^Twice.backward changed the gradient of output 0"):
            (x + Twice()(x)).backward()
    assert x.grad is None


def test_debug_mode_lets_nan_that_was_there_already_pass():
    with debug_mode():
        x = Variable([np.nan, np.inf])
        y = x * 2 + 1
        y.backward()
    assert x.grad.data.tolist() == [2.0, 2.0]


@pytest.mark.parametrize("create_graph", [False, True])
def test_debug_mode_finds_a_kept_array_that_was_changed_in_place(create_graph):
    with debug_mode():
        x = Variable(np.ones((3, 4))[:, ::2])
        line = here(1)
        y = x * x
        z = F.exp(y)
        x.data[0, 1] = 5.0
        message = f"^Mul kept its input 0 for backward, and the array was changed.*{line}"
        with pytest.raises(RuntimeError, match=message):
            z.backward(create_graph=create_graph)
        assert x.grad is None
        z.data[0, 0] = -1.0
        with pytest.raises(RuntimeError, match=r"^Exp kept its output 0 for backward"):
            z.backward(create_graph=create_graph)


def test_debug_mode_finds_a_changed_constant_and_leaves_unkept_arrays_alone():
    with debug_mode():
        c = np.array([1.0, 2.0])
        x = Variable([3.0, 4.0])
        y, z = x + c, x * c
        c[0] = 9.0
        y.backward()
        with pytest.raises(RuntimeError, match=r"^Mul kept its input 1"):
            z.backward()
    assert x.grad.data.tolist() == [1.0, 1.0]


def test_outside_debug_mode_nothing_is_watched():
    with np.errstate(all="ignore"):
        x = Variable([0.0, 1.0])
        y = F.log(x) * x
        y.data[:] = 0.0
        y.backward()
    assert x.grad.shape == (2,)


def test_of_a_graph_recorded_outside_debug_mode_nothing_is_watched():
    with np.errstate(all="ignore"):
        x = Variable([0.0, 1.0])
        h = x * 2
        y = np.log(h)
        h.data[1] = 4.0
        with debug_mode():
            y.backward()
    assert x.grad.data.tolist() == [np.inf, 0.5]


def test_debug_mode_gives_the_same_gradients():
    def gradient():
        x = Variable([[0.3, 0.7], [1.1, -0.2]])
        y = F.sum(F.tanh(x @ x) * F.where(x > 0, x, 0.1 * x)[0], axis=1)
        y.backward(create_graph=True)
        gx = x.grad
        x.cleargrad()
        (gx * gx).backward()
        return gx.data, x.grad.data

    plain = gradient()
    with debug_mode():
        watched = gradient()
    np.testing.assert_array_equal(plain[0], watched[0])
    np.testing.assert_array_equal(plain[1], watched[1])


def test_a_caller_in_a_folder_that_begins_like_the_package_is_named():
    package = Path(tinygrad_ko.__file__).parent
    user = types.ModuleType("user")
    name = f"{package}_experiments.py"
    source = "def go(F, x):\n    return F.log(x)\n"
    exec(compile(source, name, "exec"), user.__dict__)
    with (
        debug_mode(),
        np.errstate(all="ignore"),
        pytest.raises(FloatingPointError, match=re.escape(f"{name}:2")),
    ):
        user.go(F, Variable([0.0]))
