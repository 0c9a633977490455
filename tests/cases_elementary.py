"""More functions of single elements and of pairs of them, beside the same in plain NumPy.

Whole numbers from 1 to 12 are tried too. Where a function ends at 1, or leaves the range of the
floats that NumPy takes for integers of a byte, its argument is scaled.
"""

from __future__ import annotations

from typing import Any

import numpy
from function_cases import POSITIVE, Case, binary, unary

import tinygrad_ko.functions as F

WIDE = (-12.9, 12.4)  # which 0.07 takes to the open interval from -1 to 1


def from_whole(x: Any) -> Any:
    """How far each element is from the steps of floor and ceil."""
    return numpy.abs(x - numpy.round(x))


def from_half(x: Any) -> Any:
    """How far each element is from the steps of rint."""
    return numpy.abs(x - numpy.floor(x) - 0.5)


CASES = [
    unary("exp2"),
    Case("expm1", lambda x: F.expm1(0.7 * x), lambda np, x: np.expm1(0.7 * x)),
    unary("log2", among=POSITIVE),
    unary("log10", among=POSITIVE),
    unary("log1p", among=(-0.9, 2.0)),
    # NumPy's own reciprocal of integers is an integer.
    Case("reciprocal", F.reciprocal, lambda np, x: 1 / x, among=POSITIVE),
    binary("logaddexp", "logaddexp"),
    Case("arcsin", lambda x: F.arcsin(0.07 * x), lambda np, x: np.arcsin(0.07 * x), among=WIDE),
    Case("arccos", lambda x: F.arccos(0.07 * x), lambda np, x: np.arccos(0.07 * x), among=WIDE),
    unary("arctan"),
    binary("arctan2", "arctan2"),
    Case("arctan2", lambda x: F.arctan2(x, -0.5), lambda np, x: np.arctan2(x, -0.5)),
    binary("hypot", "hypot"),
    Case("hypot", lambda x: F.hypot(2, x), lambda np, x: np.hypot(2, x)),
    Case("hypot", lambda x: F.hypot(x, x), lambda np, x: np.hypot(x, x), smooth=numpy.abs),
    Case("logaddexp", lambda x: F.logaddexp(0.5, x), lambda np, x: np.logaddexp(0.5, x)),
    Case("sinh", lambda x: F.sinh(0.7 * x), lambda np, x: np.sinh(0.7 * x)),
    Case("cosh", lambda x: F.cosh(0.7 * x), lambda np, x: np.cosh(0.7 * x)),
    unary("arcsinh"),
    Case(
        "arccosh", lambda x: F.arccosh(x + 0.75), lambda np, x: np.arccosh(x + 0.75), among=POSITIVE
    ),
    Case("arctanh", lambda x: F.arctanh(0.07 * x), lambda np, x: np.arctanh(0.07 * x), among=WIDE),
    unary("floor", smooth=from_whole, slope=False),
    unary("ceil", smooth=from_whole, slope=False),
    unary("rint", smooth=from_half, slope=False),
]
