"""Times per operation in graphs of very different sizes: they should stay the same.

Run ``python benchmarks/scaling.py``. Rounds of all sizes are interleaved, and medians compared,
because machines are noisy; the last column should stay near 1. What it exceeds 1 by is Python's
garbage collector, which goes through all objects alive: with ``--no-collector`` it is not there.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable
from statistics import median

from tinygrad_ko import Variable

ROUNDS = 7
WORK = 100_000  # operations that each round of each size goes through


def chain(n: int) -> Variable:
    """Return the end of a chain of `n` operations."""
    y = x = Variable(1.0)
    for _ in range(n):
        y = y + x
    return y


def wide(n: int) -> Variable:
    """Return the sum of `n` branches, added in pairs; all of them wait together."""
    x = Variable(1.0)
    level = [x * 2.0 for _ in range(n)]
    while len(level) > 1:
        pairs = [a + b for a, b in zip(level[::2], level[1::2], strict=False)]
        level = pairs + level[len(pairs) * 2 :]
    return level[0]


def microseconds(build: Callable[[int], Variable], n: int, operations: int) -> tuple[float, float]:
    """Return the time of one operation forward and backward."""
    forward = backward = 0.0
    repeats = max(1, WORK // operations)
    for _ in range(repeats):
        start = time.perf_counter()
        y = build(n)
        middle = time.perf_counter()
        y.backward()
        backward += time.perf_counter() - middle
        forward += middle - start
    scale = 1e6 / (repeats * operations)
    return forward * scale, backward * scale


def main() -> None:
    """Print a table of times per operation, and their ratio to the smallest size."""
    cases = [("chain", chain, n, n) for n in (1_000, 10_000, 100_000)]
    cases += [("wide", wide, n, 2 * n - 1) for n in (1_000, 10_000, 100_000)]
    times: dict[tuple[str, int], list[tuple[float, float]]] = {}
    for _ in range(ROUNDS):
        for name, build, n, operations in cases:
            times.setdefault((name, n), []).append(microseconds(build, n, operations))
    print(f"{'graph':6} {'size':>7} {'forward µs':>11} {'backward µs':>12} {'ratio':>6}")
    first: dict[str, float] = {}
    for (name, n), measured in times.items():
        forward = median(pair[0] for pair in measured)
        backward = median(pair[1] for pair in measured)
        ratio = (forward + backward) / first.setdefault(name, forward + backward)
        print(f"{name:6} {n:7} {forward:11.2f} {backward:12.2f} {ratio:6.2f}")


if __name__ == "__main__":
    if "--no-collector" in sys.argv[1:]:
        gc.disable()
    main()
