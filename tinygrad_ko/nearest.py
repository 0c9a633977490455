"""Which of the functions that work on a Variable has the name most like another: for errors."""

from __future__ import annotations

import difflib
from collections.abc import Container
from typing import Any

import numpy as np

__all__ = ["nearest"]


def nearest(name: str, ours: Container[Any]) -> str | None:
    """Return the name most like `name` among NumPy's functions in `ours`, if one is alike.

    A function of ``np.linalg`` is looked for there first.
    """
    path, _, last = name.rpartition(".")
    # Few names of np.linalg are ours, so that one with half of the letters is likely meant.
    inside = [("np.linalg", np.linalg, 0.52), ("np", np, 0.7)]
    for where, module, cutoff in inside if path == "np.linalg" else [("np", np, 0.65)]:
        names = sorted(
            key for key, known in vars(module).items() if callable(known) and known in ours
        )
        near = difflib.get_close_matches(last, names, n=1, cutoff=cutoff)
        if near:
            return f"{where}.{near[0]}"
    return None
