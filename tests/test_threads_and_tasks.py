"""Many threads and many asyncio tasks at once: each records exactly when it should.

What a worker does is decided by its number: it records, or does not, or changes its mind in the
middle. Whether an operation was recorded is asked of every single one of them.
"""

from __future__ import annotations

import asyncio
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

import numpy as np
import pytest

import tinygrad_ko.functions as F
from tinygrad_ko import (
    Variable,
    debug_mode,
    grad,
    hessian,
    hvp,
    jvp,
    no_grad,
    using_config,
    value_and_grad,
    vjp,
)
from tinygrad_ko.config import Modes, modes

WORKERS = 16
ROUNDS = 60


@pytest.fixture(autouse=True)
def _threads_take_turns_often():
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def at_once(work):
    """Call ``work(number)`` in 16 threads that begin together; return what each returned."""
    barrier = threading.Barrier(WORKERS)

    def started(number):
        barrier.wait(30)
        return work(number)

    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(started, range(WORKERS)))


def steps(x):
    """The results of some operations on x, one after the other."""
    yield (h := x * 1.5)
    yield (h := h + x)
    yield (h := F.sin(h))
    yield (h := h @ np.eye(len(x)))
    yield F.sum(h * h)


def slope(data):
    """The gradient of the last of them."""
    return np.sin(5.0 * data) * 2.5


def recorded(y):
    return y.creator is not None


def train(data):
    """Compute, see that everything was recorded, and that the gradient is right."""
    x = Variable(data)
    *between, y = steps(x)
    y.backward(retain_grad=True)
    np.testing.assert_allclose(x.grad.data, slope(data), atol=1e-12)
    return [recorded(each) and each.grad is not None for each in (*between, y)]


def evaluate(data):
    """Compute with recording switched off, and say of each result whether it was recorded."""
    with no_grad():
        return [recorded(y) for y in steps(Variable(data))]


def change(data):
    """Switch recording off and on between the operations."""
    x, seen = Variable(data), []
    for _ in range(3):
        with no_grad():
            seen.append(not recorded(x * 2.0))
            with using_config("enable_backprop", True):
                seen.append(recorded(x * 2.0))
            seen.append(not recorded(x * 2.0))
        seen.append(recorded(x * 2.0))
    return seen


def fail(data):
    """Leave blocks by exceptions, forward and backward."""
    x, seen = Variable(data), []
    for mode in (no_grad, debug_mode):
        with pytest.raises(ValueError, match="cannot combine the shapes"), mode():
            x + np.ones(len(data) + 1)
        seen.append(modes.get() == Modes())
    y = F.sin(x)
    with no_grad():
        with pytest.raises(ValueError, match="given to backward has shape"):
            y.backward(create_graph=True, gradient=np.ones(len(data) + 1))
        seen.append(not modes.get().enable_backprop)
    seen.append(recorded(x * 2.0))
    return seen


# --- Threads ---


def test_sixteen_threads_record_and_do_not_record_at_once():
    def work(number):
        data = np.linspace(-1.0, 1.0, 3) * (number + 1)
        ok = True
        for _ in range(ROUNDS):
            ok = ok and all(train(data)) if number % 2 else ok and not any(evaluate(data))
        return ok

    assert at_once(work) == [True] * WORKERS


def test_sixteen_threads_that_change_their_minds_and_fail_do_not_disturb_each_other():
    uses = (train, change, fail, lambda data: [not each for each in evaluate(data)])

    def work(number):
        data = np.linspace(0.1, 1.0, 4) * (number + 1)
        return all(all(uses[(number + i) % len(uses)](data)) for i in range(ROUNDS))

    before = modes.get()
    assert at_once(work) == [True] * WORKERS
    assert modes.get() is before


def test_one_decorated_function_is_called_by_all_threads_at_once():
    @no_grad()
    def off(x):
        return recorded(x * 2.0)

    @using_config("enable_backprop", True)
    def on(x):
        return off(x), recorded(x * 2.0), off(x)

    def work(number):
        return {on(Variable(1.0)) if number % 2 else off(Variable(1.0)) for _ in range(ROUNDS)}

    assert at_once(work) == [{False}, {(False, True, False)}] * (WORKERS // 2)


def test_each_of_sixteen_threads_has_its_own_training_mode_and_debug_mode():
    def work(number):
        seen = set()
        for _ in range(ROUNDS):
            with using_config("train", number % 2 == 0), using_config("debug", number % 3 == 0):
                y = F.dropout(np.ones(200), 0.5)
                try:
                    with np.errstate(all="ignore"):
                        F.log(Variable(0.0))
                    watched = False
                except FloatingPointError:
                    watched = True
                seen.add((bool(np.all(y.data == 1.0)), watched))
        return seen

    assert at_once(work) == [{(n % 2 == 1, n % 3 == 0)} for n in range(WORKERS)]


def test_sixteen_threads_differentiate_the_same_function_of_the_same_arrays():
    w = Variable(np.array([0.5, -1.0, 2.0]))  # one leaf for all of them
    x, v = np.array([0.3, 0.7, -0.4]), np.array([1.0, 2.0, 3.0])

    def f(x):
        return F.sum(F.tanh(x * w) * x)

    transforms = [
        lambda: grad(f)(x),
        lambda: value_and_grad(f)(x)[1],
        lambda: vjp(f, x)[1](1.0)[0],
        lambda: jvp(f, (x,), (v,))[1],
        lambda: hessian(f)(x),
        lambda: hvp(f, (x,), (v,))[0],
        lambda: grad(lambda x: np.sum(grad(f)(x) ** 2))(x),
    ]
    expected = [transform() for transform in transforms]

    def work(number):
        for i in range(len(transforms)):
            which = (number + i) % len(transforms)
            with using_config("enable_backprop", number % 2 == 0):
                found = transforms[which]()
            np.testing.assert_array_equal(found, expected[which])
        return recorded(w * 2.0)

    assert at_once(work) == [True] * WORKERS
    assert w.grad is None


def test_sixteen_threads_go_backward_from_their_own_results_through_one_shared_graph():
    x = Variable(np.linspace(0.0, 1.0, 5))
    h = F.exp(F.sin(x))  # computed once, used by all
    expected = np.cos(x.data) * np.exp(np.sin(x.data))
    _, pull = vjp(lambda x: F.exp(F.sin(x)), x.data)

    def work(number):
        own = Variable(float(number))
        y = F.sum(h * own)
        for i in range(1, ROUNDS + 1):
            y.backward()
            assert own.grad.item() == pytest.approx(i * h.data.sum())
            with no_grad():
                np.testing.assert_allclose(pull(np.full(5, number))[0], number * expected)
        return recorded(y)

    assert at_once(work) == [True] * WORKERS
    assert x.grad.shape == (5,)  # a sum that threads add to at once may miss some of them


def test_a_context_that_is_handed_on_brings_its_mode_along_and_takes_none_back():
    with no_grad():
        context = copy_context()
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(context.run, recorded_now).result(30) is False
        assert pool.submit(recorded_now).result(30) is True
    assert recorded_now() is True


def recorded_now():
    return recorded(Variable(1.0) * 2.0)


# --- Tasks ---


async def train_slowly(data):
    x, seen = Variable(data), []
    for y in steps(x):
        seen.append(recorded(y))
        await asyncio.sleep(0)
    y.backward()
    await asyncio.sleep(0)
    np.testing.assert_allclose(x.grad.data, slope(data), atol=1e-12)
    return seen


async def evaluate_slowly(data):
    seen = []
    with no_grad():
        for y in steps(Variable(data)):
            seen.append(not recorded(y))
            await asyncio.sleep(0)
            with using_config("enable_backprop", True):
                await asyncio.sleep(0)
                seen.append(recorded(y * 1.0))
    seen.append(recorded_now())
    return seen


async def fail_slowly(data):
    x, seen = Variable(data), []
    for mode in (no_grad, debug_mode):
        try:
            with mode():
                await asyncio.sleep(0)
                x + np.ones(len(data) + 1)
        except ValueError:
            seen.append(modes.get() == Modes())
        await asyncio.sleep(0)
        seen.append(recorded(x * 2.0))
    return seen


def test_many_tasks_that_take_turns_record_exactly_when_they_should():
    works = (train_slowly, evaluate_slowly, fail_slowly)

    async def together():
        return await asyncio.gather(
            *[works[n % 3](np.linspace(0.1, 1.0, 3) * (n + 1)) for n in range(48)]
        )

    found = asyncio.run(together())
    assert all(seen and all(seen) for seen in found)


def test_a_task_that_is_cancelled_inside_a_block_leaves_the_others_alone():
    async def waits_without_recording(entered):
        with no_grad():
            entered.set()
            await asyncio.sleep(3600)

    async def together():
        entered = asyncio.Event()
        task = asyncio.create_task(waits_without_recording(entered))
        await entered.wait()
        during = recorded_now()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return task.cancelled(), during, recorded_now()

    assert asyncio.run(together()) == (True, True, True)


def test_a_task_begins_in_the_mode_of_the_task_that_made_it_and_changes_only_its_own():
    async def asks_and_changes():
        first = recorded_now()
        with using_config("enable_backprop", True):
            await asyncio.sleep(0)
            return first, recorded_now()

    async def together():
        with no_grad():
            inherited = asyncio.create_task(asks_and_changes())
            in_a_thread = await asyncio.to_thread(recorded_now)
        after = await asks_and_changes()
        return await inherited, in_a_thread, after, recorded_now()

    assert asyncio.run(together()) == ((False, True), False, (True, True), True)


def test_event_loops_in_sixteen_threads_keep_their_tasks_apart():
    async def together(number):
        data = np.linspace(0.1, 1.0, 3) * (number + 1)
        return await asyncio.gather(train_slowly(data), evaluate_slowly(data), fail_slowly(data))

    found = at_once(lambda number: asyncio.run(together(number)))
    assert all(all(seen) for results in found for seen in results)
