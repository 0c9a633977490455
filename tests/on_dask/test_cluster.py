"""Trains a network on a cluster of two processes, with the numbers that NumPy gives."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import dask
import dask.array as da
import numpy as np
import pytest
from dask.distributed import Client, LocalCluster, wait

import tinygrad_ko.functions as F
from tinygrad_ko import Parameter, Variable, grad, hvp

EXAMPLES, INPUTS, HIDDEN, CLASSES = 60, 5, 8, 3
STEPS = 5


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with (
        LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        yield client


@pytest.fixture(autouse=True)
def on_the_cluster(client: Client) -> Iterator[None]:
    with client.as_current(), dask.config.set(scheduler=client.get):
        yield


def data() -> tuple[Any, Any, list[Any]]:
    """Return inputs, labels, and the parameters of two layers to start from."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(EXAMPLES, INPUTS))
    t = (x[:, 0] > 0).astype(int) + (x[:, 1] > 0)
    shapes = [(INPUTS, HIDDEN), (HIDDEN,), (HIDDEN, CLASSES), (CLASSES,)]
    return x, t, [rng.normal(0, 0.5, shape) for shape in shapes]


def loss_of(parameters: list[Any], x: Any, t: Any) -> Variable:
    W1, b1, W2, b2 = parameters
    return F.softmax_cross_entropy(F.linear(F.tanh(F.linear(x, W1, b1)), W2, b2), t)


def in_parts(x: Any, t: Any) -> tuple[da.Array, da.Array]:
    """The examples in four blocks of fifteen."""
    return da.from_array(x, chunks=(15, INPUTS)), da.from_array(t, chunks=15)


def test_a_network_of_two_layers_learns_as_it_does_in_numpy(client):
    x, t, start = data()
    lazy_x, lazy_t = in_parts(x, t)
    ours = [Parameter(each.copy()) for each in start]
    theirs = [Parameter(da.from_array(each, chunks=-1)) for each in start]
    losses = []
    for _ in range(STEPS):
        step = []
        for parameters, inputs, labels in ((ours, x, t), (theirs, lazy_x, lazy_t)):
            for each in parameters:
                each.cleargrad()
            step.append(loss_of(parameters, inputs, labels))
            step[-1].backward()
        gradients = [each.grad.data for each in theirs]
        assert all(isinstance(gradient, da.Array) for gradient in gradients)
        loss, *computed = dask.compute(step[1].data, *gradients)
        np.testing.assert_allclose(loss, step[0].data, rtol=1e-12)
        for mine, dasks in zip(ours, computed, strict=True):
            np.testing.assert_allclose(dasks, mine.grad.data, rtol=1e-9, atol=1e-12)
        losses.append(float(loss))
        for each in ours:
            each.data = each.data - 0.5 * each.grad.data
        new = client.persist([each.data - 0.5 * each.grad.data for each in theirs])
        for each, persisted in zip(theirs, new, strict=True):
            each.data = persisted
    assert losses == sorted(losses, reverse=True)
    for mine, dasks in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(dasks.data.compute(), mine.data, rtol=1e-9, atol=1e-12)


def test_both_processes_hold_blocks_and_neither_is_this_one(client):
    x, t, start = data()
    lazy_x, lazy_t = client.persist(in_parts(x, t))
    wait([lazy_x, lazy_t])
    first = Variable(lazy_x)
    parameters = [Variable(da.from_array(each, chunks=-1)) for each in start]
    loss_of([*parameters], first, lazy_t).backward()
    gradient = client.persist(first.grad.data)
    wait(gradient)
    assert gradient.numblocks == (4, 1)
    held = client.has_what()
    assert len(held) == 2
    assert all(held.values())
    processes = set(client.run(os.getpid).values())
    assert len(processes) == 2
    assert os.getpid() not in processes


def test_second_derivatives_on_the_cluster_are_numpys():
    x, t, (W1, *rest) = data()
    lazy_x, lazy_t = in_parts(x, t)
    direction = np.random.default_rng(1).normal(size=W1.shape)

    expected = hvp(lambda W: loss_of([W, *rest], x, t), (W1,), (direction,))
    found = hvp(
        lambda W: loss_of([W, *[da.from_array(each, chunks=-1) for each in rest]], lazy_x, lazy_t),
        (da.from_array(W1, chunks=-1),),
        (da.from_array(direction, chunks=-1),),
    )
    np.testing.assert_allclose(found[0].compute(), expected[0], rtol=1e-9, atol=1e-12)


def test_what_is_done_block_by_block_reaches_the_other_processes():
    stack = np.random.default_rng(2).normal(size=(6, 3, 3)) + 3 * np.eye(3)
    b = np.ones((6, 3, 2))

    def f(a, b):
        return F.sum(F.inv(a)) + F.sum(F.det(a)) + F.sum(F.slogdet(a)[1] + F.sum(F.solve(a, b)))

    def chosen(a):
        return F.sum(F.take(a, [0, 5, 5, 2], axis=0) ** 2)

    for formula, arguments in ((f, (stack, b)), (chosen, (stack,))):
        expected = grad(formula)(*arguments)
        found = grad(formula)(*[da.from_array(each, chunks=(2, 2, 2)) for each in arguments])
        np.testing.assert_allclose(found.compute(), expected, rtol=1e-9, atol=1e-12)
