"""Dropout: noise in training, nothing at all afterwards."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_ko.config import modes
from tinygrad_ko.core import Function, Variable, as_variable
from tinygrad_ko.functions.network_arguments import finite_number, floating

__all__ = ["Dropout", "dropout"]

# Seeded by the operating system. NumPy's global generator belongs to the user: drawing from it
# here would change the numbers that the user's own program draws.
_generator = np.random.default_rng()


class Dropout(Function):
    """y = x / (1 - ratio) where `kept`, 0 elsewhere."""

    keeps = ""

    def __init__(self, kept: Any, ratio: float) -> None:
        self.kept = kept
        self.scale = 1 / (1 - ratio)

    def forward(self, x: Any) -> Any:
        return x * self.scale * self.kept

    def backward(self, gy: Any) -> Any:
        return gy * self.scale * self.kept


def dropout(x: Any, dropout_ratio: float = 0.5, rng: np.random.Generator | None = None) -> Variable:
    """Replace a random part of the elements by 0 and enlarge the others, in training.

    The others are divided by ``1 - dropout_ratio``, so that the expected value stays the same.
    Outside training, in ``using_config("train", False)``, the elements stay as they are.

    Parameters
    ----------
    x : Variable or array_like
        Of any shape.
    dropout_ratio : float
        The probability with which an element is replaced: from 0 to below 1.
    rng : numpy.random.Generator, optional
        Draws the elements; ``np.random.default_rng(seed)`` draws the same ones in every run. By
        default a generator of this module does, which nobody has seeded.

    Returns
    -------
    Variable
        Of the shape of `x`; of its dtype, or float64 for integers.

    Raises
    ------
    TypeError
        If `dropout_ratio` is not a number, or `rng` is not a Generator.
    ValueError
        If `dropout_ratio` is below 0, or 1 or more.

    References
    ----------
    Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", JMLR
    15 (2014). The first two arguments are those of "Deep Learning from Scratch 3".

    Examples
    --------
    >>> import numpy as np
    >>> import tinygrad_ko.functions as F
    >>> from tinygrad_ko import Variable, using_config
    >>> x = Variable([1.0, 2.0, 3.0, 4.0])
    >>> y = F.dropout(x, 0.5, rng=np.random.default_rng(0))
    >>> y
    Variable([2., 4., 6., 0.])
    >>> y.backward()
    >>> x.grad
    Variable([2., 2., 2., 0.])
    >>> with using_config("train", False):
    ...     F.dropout(x, 0.5)
    Variable([1., 2., 3., 4.])
    """
    ratio = finite_number(dropout_ratio, "dropout_ratio of dropout")
    if not 0 <= ratio < 1:
        raise ValueError(
            f"dropout_ratio of dropout must be from 0 to below 1, but {dropout_ratio} was given: "
            "it is the share of the elements that is replaced by 0"
        )
    if rng is not None and not isinstance(rng, np.random.Generator):
        raise TypeError(
            f"rng of dropout must be a numpy.random.Generator, but {rng!r} is of type "
            f"{type(rng).__name__}: make one with np.random.default_rng(seed) and give it to "
            "every call"
        )
    x = floating(x, "x of dropout")
    if not modes.get().train:
        return as_variable(x)
    generator = _generator if rng is None else rng
    kept = generator.random(x.shape, dtype=np.float32) >= ratio
    array = x.data if isinstance(x, Variable) else x
    return Dropout(np.asarray(kept, like=array), ratio)(x)
