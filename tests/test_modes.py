"""Modes last for their block only, whatever happens in it, and stay in their thread or task."""

from __future__ import annotations

import asyncio
import contextvars
import threading

import numpy as np
import pytest

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


@pytest.mark.parametrize("mode", [no_grad, debug_mode, lambda: using_config("train", False)])
def test_a_mode_refuses_to_decorate_what_runs_after_the_call_has_returned(mode):
    async def task():
        pass

    def generator():
        yield

    async def stream():
        yield

    for function, kind in (
        (task, "a coroutine function"),
        (generator, "a generator function"),
        (stream, "a generator function"),
    ):
        with pytest.raises(TypeError, match=f"cannot decorate {function.__name__}, {kind}: .*with"):
            mode()(function)


def test_one_switch_can_be_entered_again_inside_itself():
    off = no_grad()
    with off, off:
        assert not modes.get().enable_backprop
    assert modes.get().enable_backprop


@pytest.mark.parametrize(
    "order", [(0, 1, 2), (0, 2, 1), (1, 0, 2), (2, 0, 1), (1, 2, 0), (2, 1, 0)]
)
def test_blocks_in_generators_that_take_turns_may_end_in_any_order(order):
    def generator(mode):
        with mode:
            yield

    def state():
        return records(), F.dropout(np.ones(50)).data.all()

    changes = [no_grad(), using_config("train", False), using_config("enable_backprop", False)]
    generators = [generator(mode) for mode in changes]
    for each in generators:
        next(each)
    inside = {0, 1, 2}
    for i in order:
        assert state() == (not inside & {0, 2}, 1 in inside)
        generators[i].close()
        inside.remove(i)
    assert state() == (True, False)


def test_a_block_that_is_left_in_another_context_leaves_the_modes_there_alone():
    def generator():
        with no_grad():
            yield

    each = generator()
    contextvars.copy_context().run(next, each)
    with using_config("train", False):
        each.close()
        assert records()
        assert F.dropout(np.ones(50)).data.all()


def test_of_two_blocks_of_one_switch_the_inner_one_ends_first():
    switch = no_grad()
    with using_config("enable_backprop", True):
        with switch:
            with using_config("enable_backprop", True):
                with switch:
                    assert not records()
                assert records()
            assert not records()
        assert records()
