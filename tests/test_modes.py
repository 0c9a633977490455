"""Modes last for their block only, whatever happens in it, and stay in their thread or task."""

from __future__ import annotations

import asyncio
import inspect
import re
import threading
import types
from pathlib import Path

import numpy as np
import pytest

import tinygrad_ko
import tinygrad_ko.functions as F
from tinygrad_ko import Function, Variable, debug_mode, no_grad, using_config
from tinygrad_ko.config import modes


def records():
    return (Variable(1.0) * 2).creator is not None


def test_no_grad_switches_recording_off_for_its_block():
    assert records()
    with no_grad():
        assert not records()
    assert records()


def test_modes_nest_and_come_back_one_by_one():
    with no_grad():
        with using_config("enable_backprop", True):
            assert records()
            with no_grad(), using_config("train", False):
                assert not records()
                assert modes.get().train is False
            assert records()
            assert modes.get().train is True
        assert not records()
    assert records()


@pytest.mark.parametrize("mode", [no_grad, debug_mode, lambda: using_config("train", False)])
def test_modes_come_back_after_an_exception(mode):
    before = modes.get()

    def fail():
        with mode():
            assert modes.get() != before
            raise KeyError("on purpose")

    with pytest.raises(KeyError):
        fail()
    assert modes.get() == before


def test_modes_are_decorators_that_can_be_called_again_and_recursively():
    @no_grad()
    def off(depth):
        inner = [off(depth - 1)] if depth else []
        return [records(), *inner]

    @using_config("train", False)
    def evaluating(x):
        """Say which mode it is."""
        return x, modes.get().train

    assert off(2) == [False, [False, [False]]]
    assert off(0) == [False]
    assert evaluating(x=1) == (1, False)
    assert evaluating.__doc__ == "Say which mode it is."
    assert records()

    @no_grad()
    def fail():
        raise KeyError("on purpose")

    with pytest.raises(KeyError):
        fail()
    assert records()


def test_backward_works_inside_no_grad_on_a_graph_made_outside():
    x = Variable(3.0)
    y = x * x
    with no_grad():
        y.backward()
    assert x.grad.item() == 6.0
    with no_grad():
        y.backward(create_graph=True)
        assert x.grad.creator is not None
        assert not records()


def test_backward_restores_the_mode_when_a_rule_fails():
    class Broken(Function):
        def forward(self, x):
            return x * 1

        def backward(self, gy):
            raise KeyError("on purpose")

    y = Broken()(Variable(1.0))
    with pytest.raises(KeyError):
        y.backward()
    assert records()
    with no_grad():
        with pytest.raises(KeyError):
            y.backward(create_graph=True)
        assert not records()


def test_a_mode_in_one_thread_does_not_reach_another():
    inside, done = threading.Event(), threading.Event()
    seen = []

    def other():
        assert inside.wait(10)
        seen.append(records())
        done.set()

    thread = threading.Thread(target=other)
    thread.start()  # before the mode is set: newer Pythons may let a thread start from it
    with no_grad():
        inside.set()
        assert done.wait(10)
        seen.append(records())
    thread.join(10)
    assert seen == [True, False]


def test_many_threads_fit_at_once_with_modes_of_their_own():
    results, barrier = {}, threading.Barrier(8)

    def work(number):
        barrier.wait(10)
        ok = True
        for _ in range(50):
            with using_config("enable_backprop", number % 2 == 0):
                x = Variable(float(number))
                y = F.sin(x * x)
                ok = ok and (y.creator is None) == (number % 2 == 1)
                if number % 2 == 0:
                    y.backward()
                    expected = 2 * number * np.cos(number**2)
                    ok = ok and np.isclose(x.grad.item(), expected)
        results[number] = bool(ok)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert results == dict.fromkeys(range(8), True)


def test_tasks_that_take_turns_keep_their_own_modes():
    async def task(off):
        seen = set()
        for _ in range(5):
            if off:
                with no_grad():
                    await asyncio.sleep(0)
                    seen.add(records())
            else:
                await asyncio.sleep(0)
                seen.add(records())
        return seen

    async def together():
        return await asyncio.gather(task(True), task(False), task(True))

    assert asyncio.run(together()) == [{False}, {True}, {False}]


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


@pytest.mark.parametrize(
    ("name", "value", "error", "message"),
    [
        (
            "backprop",
            False,
            ValueError,
            "there is no mode 'backprop'; the modes are enable_backprop, train, debug",
        ),
        ("train", 0, TypeError, "the mode 'train' is True or False, not 0"),
        ("debug", None, TypeError, "the mode 'debug' is True or False, not None"),
    ],
)
def test_unknown_modes_and_values_are_answered(name, value, error, message):
    before = modes.get()
    with pytest.raises(error) as raised, using_config(name, value):
        pass
    assert str(raised.value) == message
    assert modes.get() == before
