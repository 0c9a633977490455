"""Joined and cut arrays: gradients that are cut and joined, and what is not used of them."""

from __future__ import annotations

import numpy as np
import pytest

import tinygrad_ko.functions as F
from tinygrad_ko import Variable
from tinygrad_ko.node import Node


def nodes_behind(y):
    """The names of the classes of the Functions behind a Variable, in any order."""
    names, waiting, seen = [], [y.creator], set()
    while waiting:
        node = waiting.pop()
        if isinstance(node, Node) and id(node) not in seen:
            seen.add(id(node))
            names.append(type(node).__name__)
            waiting.extend(node.parents)
    return sorted(names)


@pytest.mark.parametrize("concat", [np.concat, np.concatenate])
def test_the_gradient_of_concatenate_is_cut_where_the_arrays_meet(concat):
    x0, x1 = Variable(np.zeros((2, 1), np.float32)), Variable(np.zeros((2, 2), np.int64))
    concat([x0, [[5.0], [5.0]], x1], axis=1).backward(gradient=np.arange(8.0).reshape(2, 4))
    assert x0.grad.data.tolist() == [[0.0], [4.0]]
    assert x0.grad.dtype == np.float32
    assert x1.grad.data.tolist() == [[2.0, 3.0], [6.0, 7.0]]
    assert x1.grad.dtype == np.float64


@pytest.mark.parametrize("join", [F.concatenate, F.stack, F.vstack, F.hstack])
def test_an_array_joined_with_itself_takes_both_gradients(join):
    x = Variable([1.0, 2.0])
    join([x, x, x]).backward()
    assert x.grad.data.tolist() == [3.0, 3.0]


@pytest.mark.parametrize("join", [F.concatenate, F.stack])
def test_gradients_of_joined_arrays_share_no_memory(join):
    x0, x1 = Variable([1.0, 2.0]), Variable([3.0, 4.0])
    join([x0, x1]).backward()
    x0.grad.data[:] = 7.0
    assert x1.grad.data.tolist() == [1.0, 1.0]


@pytest.mark.parametrize(
    ("f", "functions"),
    [
        (lambda x, c: F.concatenate([x, c], axis=None), ["Concatenate", "Reshape"]),
        (lambda x, c: F.vstack([x, c]), ["Concatenate", "Reshape"]),
        (lambda x, c: F.hstack([x, c]), ["Concatenate"]),
        (lambda x, c: F.stack([x, c]), ["Stack"]),
    ],
)
def test_constants_among_joined_arrays_cost_no_graph(f, functions):
    x = Variable([1.0, 2.0])
    y = f(x, np.array([3.0, 4.0]))
    assert nodes_behind(y) == functions
    assert [parent for parent in y.creator.parents if parent is None] == [None]
    y.backward()
    assert x.grad.data.tolist() == [1.0, 1.0]


def test_pieces_of_a_split_that_nobody_uses_count_as_zero():
    x = Variable(np.arange(5.0))
    F.split(x, [1, 3])[1].backward(create_graph=True)
    assert x.grad.data.tolist() == [0.0, 1.0, 1.0, 0.0, 0.0]

    x = Variable(np.arange(5.0))
    first, _, last = F.split(x, [1, 3])
    (first.sum() * (last * last).sum()).backward()
    assert x.grad.data.tolist() == [25.0, 0.0, 0.0, 0.0, 0.0]


def test_nothing_can_be_split_into_any_number_of_pieces_and_everything_into_one():
    empty = F.split(np.zeros((0, 2)), 3)
    assert [piece.shape for piece in empty] == [(0, 2)] * 3
    (whole,) = F.split([1.0, 2.0], 1)
    assert whole.data.tolist() == [1.0, 2.0]


def test_pieces_of_a_split_are_outputs_of_one_function():
    pieces = F.split(Variable(np.arange(6.0)), 3)
    assert [piece.data.tolist() for piece in pieces] == [[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]]
    assert len({id(piece.creator) for piece in pieces}) == 1


def test_the_gradient_of_many_joined_arrays_is_linear_in_their_number():
    # With one array of zeros for each piece this would need 3 GB.
    n = 20_000
    x = Variable(np.ones(n))
    y = F.concatenate(F.split(x, n))
    y.backward(create_graph=True)
    assert np.all(x.grad.data == 1.0)


def test_stacked_steps_of_a_loop_take_their_gradients_in_order():
    h, steps = Variable(1.0), []
    x = h
    for _ in range(4):
        h = h * 2.0
        steps.append(h)
    F.stack(steps).backward(gradient=[1.0, 0.0, 0.0, 1.0])
    assert x.grad.data == 2.0 + 16.0
