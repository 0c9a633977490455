"""Whether engines agree on the results of a piece of work: a wrong answer has no time."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
from workloads import Workload

__all__ = ["check_equal"]


def check_equal(
    workload: Workload, results: Mapping[str, Sequence[Any]], widening: Collection[str] = ()
) -> None:
    """Stop if the results of one are not those of the first.

    Those in `widening` may have results of a wider dtype.
    """
    first, *others = results
    for name in others:
        if len(results[name]) != len(results[first]):
            raise SystemExit(
                f"{workload.english}: {name} has {len(results[name])} results, "
                f"and {first} has {len(results[first])}"
            )
        for i, (found, wanted) in enumerate(zip(results[name], results[first], strict=True)):
            if found.shape != wanted.shape or (
                found.dtype != wanted.dtype and name not in widening
            ):
                raise SystemExit(
                    f"{workload.english}: result {i} of {name} is {found.dtype}{found.shape}, "
                    f"that of {first} {wanted.dtype}{wanted.shape}"
                )
            # Relative to the largest number: sums of many terms may end near zero.
            scale = float(np.max(np.abs(wanted)))
            error = float(np.max(np.abs(found - wanted)))
            if not error <= workload.rtol * scale:
                raise SystemExit(
                    f"{workload.english}: result {i} of {name} is off from {first} by "
                    f"{error:.3g}, where the largest number is {scale:.3g}"
                )
