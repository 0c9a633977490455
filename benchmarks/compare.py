"""Compares the engine with those of others: the same work, interleaved rounds, one thread each.

Run ``nox -s bench``, or ``python benchmarks/compare.py`` where the group `bench` of
pyproject.toml is installed. Every engine does a piece of work once before it is timed, and all
must find the same numbers. Then the engines take turns, round after round, because machines are
noisy; the table shows medians. ``--only WORD`` picks workloads by a part of their name.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import sys
import time
import tracemalloc
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

# Libraries read these when they are imported, so they stand before the imports.
for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[variable] = "1"

import numpy as np
import torch
from engines import ENGINES, NUMPY, REFERENCE
from workloads import MEMORY, WORKLOADS, Step, Workload

torch.set_num_threads(1)

NAMES = [NUMPY, *[engine.name for engine in ENGINES]]
WIDENING = {engine.name for engine in ENGINES if not engine.keeps_float32}
SECONDS = 0.05  # how long a round of one engine should take at least


def contenders(workload: Workload, untraced: Sequence[str] = ()) -> dict[str, Step]:
    """Return the step of every engine that can do the work, once all have the same results."""
    steps: dict[str, Step] = {}
    results: dict[str, list[Any]] = {}
    if workload.by_hand is not None:
        steps[NUMPY] = workload.by_hand()
        results[NUMPY] = [np.array(found) for found in steps[NUMPY]()]
    for engine in ENGINES:
        if engine.name in (workload.without or {}) or engine.name in untraced:
            continue
        step = steps[engine.name] = workload.build(engine)
        results[engine.name] = [np.array(engine.numbers(found)) for found in step()]
    check_equal(workload, results)
    return steps


def check_equal(workload: Workload, results: dict[str, list[Any]]) -> None:
    """Stop if an engine's results are not those of the first: a wrong answer has no time."""
    first, *others = results
    for name in others:
        if len(results[name]) != len(results[first]):
            raise SystemExit(
                f"{workload.name}: {name} has {len(results[name])} results, "
                f"and {first} has {len(results[first])}"
            )
        for i, (found, wanted) in enumerate(zip(results[name], results[first], strict=True)):
            # Relative to the largest number: sums of many terms may end near zero.
            scale = float(np.max(np.abs(wanted)))
            if found.shape != wanted.shape or (
                found.dtype != wanted.dtype and name not in WIDENING
            ):
                raise SystemExit(
                    f"{workload.name}: result {i} of {name} is {found.dtype}{found.shape}, "
                    f"that of {first} {wanted.dtype}{wanted.shape}"
                )
            error = float(np.max(np.abs(found - wanted)))
            if not error <= workload.rtol * scale:
                raise SystemExit(
                    f"{workload.name}: result {i} of {name} is off from {first} by {error:.3g}, "
                    f"where the largest number is {scale:.3g}"
                )


def seconds(step: Step, repeats: int) -> float:
    """Return how long one step takes on average over `repeats` of them."""
    gc.collect()
    start = time.perf_counter()
    for _ in range(repeats):
        step()
    return (time.perf_counter() - start) / repeats


def timed(workload: Workload, rounds: int) -> dict[str, list[float]]:
    """Return the seconds of each round of each engine."""
    steps = contenders(workload)
    gc.collect()
    gc.freeze()  # the collector need not visit the modules of five engines in every round
    repeats = {name: max(1, round(SECONDS / seconds(step, 1))) for name, step in steps.items()}
    times: dict[str, list[float]] = {name: [] for name in steps}
    for turn in range(rounds):
        order = list(steps) if turn % 2 == 0 else list(reversed(steps))
        for name in order:
            times[name].append(seconds(steps[name], repeats[name]))
    gc.unfreeze()
    return times


def peak(workload: Workload, rounds: int) -> dict[str, list[float]]:
    """Return the most bytes that a step of each engine holds beyond what it began with.

    PyTorch's memory is not Python's, so tracemalloc does not see it, and it is left out.
    """
    steps = contenders(workload, untraced=[REFERENCE])
    peaks: dict[str, list[float]] = {}
    for name, step in steps.items():
        gc.collect()
        tracemalloc.start()
        start = tracemalloc.get_traced_memory()[0]
        step()
        peaks[name] = [float(tracemalloc.get_traced_memory()[1] - start)]
        tracemalloc.stop()
    return peaks


def amount(value: float, unit: str) -> str:
    """Return a median as text: microseconds, milliseconds or mebibytes."""
    if unit == "bytes":
        return f"{value / 2**20:.1f} MiB"
    return f"{value * 1e6:.1f} µs" if value < 1e-3 else f"{value * 1e3:.2f} ms"


def row(workload: Workload, measured: dict[str, list[float]], unit: str) -> str:
    """Return a line of the table: a median for each engine, and its ratios to the two floors."""
    middle = {name: median(values) for name, values in measured.items()}
    cells = []
    for name in NAMES:
        if name not in middle:
            cells.append("–")
            continue
        ratios = [
            f"{middle[name] / middle[floor]:.2f}" if floor in middle else "–"
            for floor in (REFERENCE, NUMPY)
        ]
        cells.append(f"{amount(middle[name], unit)} ({' / '.join(ratios)})")
    return f"| {workload.name} | {' | '.join(cells)} |"


def header(title: str) -> str:
    """Return the first two lines of a table."""
    return f"| {title} | {' | '.join(NAMES)} |\n|---|{'---:|' * len(NAMES)}"


def measure(
    title: str,
    workloads: Sequence[Workload],
    how: Callable[[Workload, int], dict[str, list[float]]],
    rounds: int,
    unit: str,
) -> dict[str, dict[str, list[float]]]:
    """Measure workloads one by one, printing each line of their table as it comes."""
    if not workloads:
        return {}
    print(header(title))
    data = {}
    for workload in workloads:
        data[workload.name] = how(workload, rounds)
        print(row(workload, data[workload.name], unit), flush=True)
    print()
    return data


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the tables; with ``--json`` also write every round of every engine to a file."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=9, help="turns of each engine (9)")
    parser.add_argument("--only", metavar="WORD", default="", help="workloads with WORD in a name")
    parser.add_argument("--json", metavar="FILE", type=Path, help="write the data there")
    options = parser.parse_args(arguments)
    if options.rounds < 1:
        parser.error(f"--rounds must be 1 or more, not {options.rounds}")
    chosen, heavy = (
        [workload for workload in group if options.only in workload.name]
        for group in (WORKLOADS, MEMORY)
    )
    if not chosen and not heavy:
        names = "\n  ".join(workload.name for workload in (*WORKLOADS, *MEMORY))
        parser.error(f"no workload has {options.only!r} in its name; there are\n  {names}")

    packages = ("numpy", "torch", "dezero", "autograd", "mygrad")
    versions = {"python": platform.python_version(), **{name: version(name) for name in packages}}
    print(", ".join(f"{name} {number}" for name, number in versions.items()))
    print(
        f"In brackets: PyTorch = 1 / {NUMPY} = 1. A dash: it cannot be done, or was not measured."
    )
    print(f"Not kept in float32 where the work is: {', '.join(sorted(WIDENING))}.\n")
    times = measure("time", chosen, timed, options.rounds, "seconds")
    peaks = measure("peak memory", heavy, peak, 1, "bytes")
    if options.json is not None:
        data = {"versions": versions, "seconds": times, "bytes": peaks}
        options.json.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
