"""What cannot be done with an array that is computed later, each with the reason and its error."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import dask
import dask.array as da
import numpy as np
import pytest
from lazily import computed, in_blocks

import tinygrad_ko.functions as F
from tinygrad_ko import Variable, grad

SINGULAR = np.array([[1.0, 2.0], [2.0, 4.0]])


@dataclass(frozen=True)
class Limit:
    """Something that works on NumPy's arrays, and is an error on Dask's."""

    reason: str
    call: Callable[[Callable[..., Any]], Any]  # of what makes an array
    error: type[Exception]
    message: str


LIMITS = {
    "an unknown shape": Limit(
        "gradients are checked against shapes while they are recorded",
        lambda own: (lambda data: Variable(data[data > 0]))(own([1.0, -2.0, 3.0])),
        ValueError,
        r"the data of a Variable has the shape \(nan,\), .*compute_chunk_sizes\(\) first",
    ),
    "a mask": Limit(
        "the shape of the result depends on the numbers in the mask",
        lambda own: Variable(own([1.0, -2.0, 3.0]))[own([True, False, True])],
        TypeError,
        r"^the index of x\[\.\.\.\] must be known .* compute it first, x\[index\.compute\(\)\]",
    ),
    "a mask made of a Variable": Limit(
        "the shape of the result depends on the numbers in the mask",
        lambda own: (lambda x: x[x > 0])(Variable(own([1.0, -2.0, 3.0]))),
        TypeError,
        r"in the place of a mask, np\.where\(mask, x, 0\) keeps the shape",
    ),
    "positions": Limit(
        "backward adds up the gradients of an element that is taken twice: which are those?",
        lambda own: F.take(Variable(own([1.0, 2.0])), own([1, 1])),
        TypeError,
        r"^the index of x\[\.\.\.\] must be known",
    ),
}
# These computations are put off, and their errors with them.
LATER = {
    "the inverse of a singular matrix": Limit(
        "whether a matrix is singular, its numbers say",
        lambda own: F.inv(own(SINGULAR)).data,
        np.linalg.LinAlgError,
        "^inv needs a matrix with an inverse, but this one is singular",
    ),
    "a system with a singular matrix": Limit(
        "whether a matrix is singular, its numbers say",
        lambda own: F.solve(own(SINGULAR), own([1.0, 2.0])).data,
        np.linalg.LinAlgError,
        "^solve needs a matrix with an inverse, but this one is singular",
    ),
    "the gradient of log|det| of a singular matrix": Limit(
        "whether a matrix is singular, its numbers say",
        lambda own: grad(lambda a: F.slogdet(a)[1])(own(SINGULAR)),
        np.linalg.LinAlgError,
        "^the gradient of slogdet needs a matrix with an inverse",
    ),
}


@pytest.mark.parametrize("what", LIMITS)
def test_what_cannot_be_recorded_is_an_error_that_says_the_way_out(what):
    limit = LIMITS[what]
    limit.call(np.asarray)
    with pytest.raises(limit.error, match=limit.message):
        limit.call(in_blocks)


@pytest.mark.parametrize("what", LATER)
def test_what_the_numbers_decide_is_the_same_error_later(what):
    limit = LATER[what]
    with pytest.raises(limit.error, match=limit.message):
        limit.call(np.asarray)
    lazy = limit.call(in_blocks)
    assert isinstance(lazy, da.Array)
    with pytest.raises(limit.error, match=limit.message):
        computed(lazy)


def test_the_gradient_of_the_determinant_of_a_singular_matrix_is_an_error_later():
    # For NumPy's arrays the engine looks which matrices are singular, and takes another way.
    np.testing.assert_allclose(grad(F.det)(SINGULAR), [[4.0, -2.0], [-2.0, 1.0]], atol=1e-12)
    lazy = grad(F.det)(in_blocks(SINGULAR))
    with pytest.raises(np.linalg.LinAlgError, match=r"^the gradient of det needs a matrix"):
        computed(lazy)


def test_where_keeps_the_shape_that_a_mask_would_hide():
    x = Variable(in_blocks([1.0, -2.0, 3.0]))
    np.where(x > 0, x * x, 0).backward()
    assert computed(x.grad.data)[0].tolist() == [2.0, 0.0, 6.0]


def test_positions_that_were_computed_first_are_positions():
    x, positions = Variable(in_blocks([1.0, 2.0])), in_blocks([1, 1])
    (known,) = computed(positions)
    x[known].backward()
    assert computed(x.grad.data)[0].tolist() == [0.0, 2.0]


@pytest.mark.parametrize(
    "unseen",
    [
        lambda own: F.softmax_cross_entropy(own([[0.1, 0.2]]), own([7])),
        lambda own: F.softmax_cross_entropy(own([[0.1, 0.2]]), own([[3.0, 0.5]])),
        lambda own: F.sigmoid_cross_entropy(own([0.1]), own([3.0])),
        lambda own: F.average(own([1.0, 2.0]), weights=own([1.0, -1.0])),
    ],
    ids=["label", "probability of a class", "probability", "weights"],
)
def test_numbers_that_would_be_wrong_are_not_looked_at(unseen):
    with pytest.raises((ValueError, ZeroDivisionError)):
        unseen(np.asarray)
    lazy = unseen(in_blocks).data
    assert isinstance(lazy, da.Array)
    with dask.config.set(scheduler="synchronous"), np.errstate(all="ignore"):
        lazy.compute()  # no error
