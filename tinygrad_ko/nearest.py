"""What to write for a function of NumPy that does not work on a Variable: for errors."""

from __future__ import annotations

import difflib
from collections.abc import Container
from typing import Any

import numpy as np

__all__ = ["RELATED", "REWRITTEN", "UNLIKE", "mend", "nearest", "without"]

REWRITTEN = {
    "np.around": "np.rint(x)",
    "np.round": "np.rint(x)",
    "np.trunc": "np.where(x > 0, np.floor(x), np.ceil(x))",
    "np.fix": "np.where(x > 0, np.floor(x), np.ceil(x))",
    "np.fabs": "np.abs(x)",
    "np.copysign": "np.where(np.signbit(y), -np.abs(x), np.abs(x))",
    "np.heaviside": "np.where(x < 0, 0.0, np.where(x > 0, 1.0, y))",
    "np.real": "x",
    "np.imag": "0 * x",
    "np.conjugate": "x",
    "np.copy": "+x",
    "np.cbrt": "np.sign(x) * np.abs(x) ** (1 / 3)",
    "np.float_power": "x**y",
    "np.ldexp": "x * 2.0**y",
    "np.logaddexp2": "np.logaddexp(x * np.log(2), y * np.log(2)) / np.log(2)",
    "np.deg2rad": "x * (np.pi / 180)",
    "np.radians": "x * (np.pi / 180)",
    "np.rad2deg": "x * (180 / np.pi)",
    "np.degrees": "x * (180 / np.pi)",
    "np.fmod": "np.sign(x) * (np.abs(x) % np.abs(y))",
    "np.divmod": "(x // y, x % y)",
    "np.modf": "(np.sign(x) * (np.abs(x) % 1), np.sign(x) * np.floor(np.abs(x)))",
    "np.fmax": "np.maximum(x, y)",
    "np.fmin": "np.minimum(x, y)",
    "np.nan_to_num": "np.where(np.isnan(x), 0.0, x)",
    "np.nansum": "np.sum(np.where(np.isnan(x), 0.0, x))",
    "np.ptp": "np.max(x) - np.min(x)",
    "np.cumulative_sum": "np.cumsum(x)",
    "np.cumulative_prod": "np.cumprod(x)",
    "np.diff": "x[1:] - x[:-1]",
    "np.ediff1d": "x[1:] - x[:-1]",
    "np.trapezoid": "np.sum(x[1:] + x[:-1]) / 2",
    "np.sort": "x[np.argsort(x)]",
    "np.vdot": "np.sum(x * y)",
    "np.vecdot": "np.sum(x * y, axis=-1)",
    "np.linalg.vecdot": "np.sum(x * y, axis=-1)",
    "np.cross": "np.roll(x, -1) * np.roll(y, -2) - np.roll(x, -2) * np.roll(y, -1)",
    "np.linalg.cross": "np.roll(x, -1) * np.roll(y, -2) - np.roll(x, -2) * np.roll(y, -1)",
    "np.kron": "np.ravel(np.outer(x, y))",
    "np.append": "np.concatenate([np.ravel(x), np.ravel(y)])",
    "np.add.reduce": "np.sum(x, axis=0)",
    "np.multiply.reduce": "np.prod(x, axis=0)",
    "np.maximum.reduce": "np.max(x, axis=0)",
    "np.minimum.reduce": "np.min(x, axis=0)",
    "np.logaddexp.reduce": "F.logsumexp(x, axis=0)",
    "np.add.accumulate": "np.cumsum(x, axis=0)",
    "np.multiply.accumulate": "np.cumprod(x, axis=0)",
    "np.multiply.outer": "np.outer(x, y)",
}
"""What does the same to vectors x and y, in functions that work on a Variable."""

RELATED = {
    "np.array_split": "np.split",
    "np.unstack": "np.split",
    "np.atleast_1d": "np.expand_dims",
    "np.atleast_2d": "np.expand_dims",
    "np.atleast_3d": "np.expand_dims",
    "np.block": "np.concatenate",
    "np.insert": "np.concatenate",
    "np.column_stack": "np.stack",
    "np.diagonal": "np.diag",
    "np.diagflat": "np.diag",
    "np.linalg.diagonal": "np.diag",
    "np.choose": "np.where",
    "np.select": "np.where",
    "np.piecewise": "np.where",
    "np.compress": "np.take",
    "np.delete": "np.take",
    "np.extract": "np.take",
    "np.take_along_axis": "np.take",
    "np.resize": "np.tile",
    "np.rollaxis": "np.moveaxis",
    "np.rot90": "np.flip",
    "np.meshgrid": "np.broadcast_to",
    "np.matvec": "np.matmul",
    "np.vecmat": "np.matmul",
    "np.linalg.matrix_power": "np.matmul",
    "np.linalg.multi_dot": "np.matmul",
    "np.linalg.tensorsolve": "np.linalg.solve",
    "np.linalg.tensorinv": "np.linalg.inv",
    "np.linalg.lstsq": "np.linalg.solve",
    "np.nanvar": "np.var",
    "np.nanstd": "np.std",
}
"""What is nearest by what it does, where spelling leads to another name or to none."""

UNLIKE = frozenset({"np.frexp", "np.interp", "np.invert", "np.isin", "np.median"})
"""What nothing is near to, though names are spelt alike."""


def mend(name: str, ours: Container[Any]) -> str:
    """Return the part of an error's sentence that says what to write in the place of `name`.

    `ours` are the functions of NumPy that work on a Variable.
    """
    if name in REWRITTEN:
        return f"{REWRITTEN[name]} does"
    whole, _, method = name.rpartition(".")
    if isinstance(getattr(np, whole.removeprefix("np."), None), np.ufunc):
        return f"use {whole} itself, without .{method}"
    near = RELATED.get(name) or nearest(name, ours)
    return f"the nearest name that does is {near}" if near else "see tinygrad_ko.functions"


def nearest(name: str, ours: Container[Any]) -> str | None:
    """Return the name most like `name` among NumPy's functions in `ours`, if one is alike.

    A function of ``np.linalg`` is looked for there first.
    """
    if name in UNLIKE:
        return None
    path, _, last = name.rpartition(".")
    # Few names of np.linalg are ours, so that one with half of the letters is likely meant.
    inside = [("np.linalg", np.linalg, 0.52), ("np", np, 0.7)]
    for where, module, cutoff in inside if path == "np.linalg" else [("np", np, 0.7)]:
        names = sorted(
            key for key, known in vars(module).items() if callable(known) and known in ours
        )
        near = difflib.get_close_matches(last, names, n=1, cutoff=cutoff)
        if near:
            return f"{where}.{near[0]}"
    return None


def without(name: str, works: bool) -> str:
    """Return the rest of an error's sentence about a method of arrays that a Variable lacks.

    `works` says whether NumPy's function of that name takes a Variable.
    """
    return (f"; np.{name}(x) does the same, and" if works else ";") + (
        f" for numbers without a gradient, take it of the array: x.data.{name}"
    )
