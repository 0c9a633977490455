"""Compares the engine with those of others: the same work, interleaved rounds, one thread each.

Run ``nox -s bench``, or ``python benchmarks/compare.py`` where the group `bench` of
pyproject.toml is installed. Every engine does a piece of work once before it is timed, and all
must find the same numbers. Then the engines take turns, round after round, because machines are
noisy; the table shows medians. ``--only WORD`` picks workloads by a part of their name.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
import time
import tracemalloc
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

# Libraries read these when they are imported, so they stand before the imports.
for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[variable] = "1"

import numpy as np
import torch
from agreement import check_equal
from engines import NUMPY, REFERENCE, all_engines
from results import FLOORS, entry, made_with, missed, write
from workloads import MEMORY, WORKLOADS, Step, Workload

torch.set_num_threads(1)

ENGINES = all_engines()
NAMES = [NUMPY, *[engine.name for engine in ENGINES]]
WIDENING = {engine.name for engine in ENGINES if not engine.keeps_float32}
SECONDS = 0.05  # how long a round of one engine should take at least

Measured = dict[str, list[float]]


def contenders(workload: Workload, untraced: Sequence[str] = ()) -> dict[str, tuple[Step, float]]:
    """Return the step of every engine that can do the work, and the seconds it took at first.

    They are returned once all of them have the same results.
    """
    steps: dict[str, tuple[Step, float]] = {}
    results: dict[str, list[Any]] = {}

    def enter(name: str, step: Step, numbers: Callable[[Any], Any]) -> None:
        start = time.perf_counter()
        found = step()
        steps[name] = step, time.perf_counter() - start
        results[name] = [np.array(numbers(value)) for value in found]

    if workload.by_hand is not None:
        enter(NUMPY, workload.by_hand(), np.asarray)
    for engine in ENGINES:
        if engine.name not in (workload.without or {}) and engine.name not in untraced:
            enter(engine.name, workload.build(engine), engine.numbers)
    check_equal(workload, results, WIDENING)
    return steps


def seconds(step: Step, repeats: int) -> float:
    """Return how long one step takes on average over `repeats` of them."""
    gc.collect()
    start = time.perf_counter()
    for _ in range(repeats):
        step()
    return (time.perf_counter() - start) / repeats


def timed(workload: Workload, rounds: int) -> Measured:
    """Return the seconds of each round of each engine."""
    entered = contenders(workload)
    steps = {name: step for name, (step, _) in entered.items()}
    gc.collect()
    gc.freeze()  # the collector need not visit the modules of five engines in every round
    # The first time takes longer than all others; where it was long enough, it tells enough.
    repeats = {
        name: 1 if first > 10 * SECONDS else max(1, round(SECONDS / seconds(step, 1)))
        for name, (step, first) in entered.items()
    }
    times: Measured = {name: [] for name in steps}
    for turn in range(min(rounds, workload.rounds or rounds)):
        order = list(steps) if turn % 2 == 0 else list(reversed(steps))
        for name in order:
            times[name].append(seconds(steps[name], repeats[name]))
    gc.unfreeze()
    return times


def peak(workload: Workload, rounds: int) -> Measured:
    """Return the most bytes that a step of each engine holds beyond what it began with.

    PyTorch's memory is not Python's, so tracemalloc does not see it, and it is left out.
    """
    entered = contenders(workload, untraced=[REFERENCE])
    peaks: Measured = {}
    for name, (step, _) in entered.items():
        gc.collect()
        tracemalloc.start()
        start = tracemalloc.get_traced_memory()[0]
        step()
        peaks[name] = [float(tracemalloc.get_traced_memory()[1] - start)]
        tracemalloc.stop()
    return peaks


def amount(value: float, unit: str) -> str:
    """Return a median as text: microseconds, milliseconds, seconds or mebibytes."""
    if unit == "bytes":
        return f"{value / 2**20:.1f} MiB"
    if value >= 1:
        return f"{value:.2f} s"
    return f"{value * 1e6:.1f} µs" if value < 1e-3 else f"{value * 1e3:.2f} ms"


def row(found: dict[str, Any], unit: str) -> str:
    """Return a line of the table: a median for each engine, and its ratios to the two floors."""
    cells = []
    for name in NAMES:
        if name not in found[f"median {unit}"]:
            cells.append("–")
            continue
        ratios = [
            f"{found[f'{floor} = 1'][name]:.2f}" if f"{floor} = 1" in found else "–"
            for floor in FLOORS
        ]
        cells.append(f"{amount(found[f'median {unit}'][name], unit)} ({' / '.join(ratios)})")
    aims = [f"{found['at most'][floor]}" if floor in found["at most"] else "–" for floor in FLOORS]
    return f"| {found['english']} | {' / '.join(aims)} | {' | '.join(cells)} |"


def header(title: str) -> str:
    """Return the first two lines of a table."""
    return f"| {title} | aim | {' | '.join(NAMES)} |\n|---|---|{'---:|' * len(NAMES)}"


def measure(
    title: str,
    workloads: Sequence[Workload],
    how: Callable[[Workload, int], Measured],
    rounds: int,
    unit: str,
) -> dict[str, dict[str, Any]]:
    """Measure workloads one by one, printing each line of their table as it comes."""
    if not workloads:
        return {}
    print(header(title))
    data = {}
    for workload in workloads:
        data[workload.key] = entry(workload, how(workload, rounds), unit)
        print(row(data[workload.key], unit), flush=True)
    print()
    return data


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the tables; with ``--json`` also write medians and ratios to a file."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=9, help="turns of each engine (9)")
    parser.add_argument("--only", metavar="WORD", default="", help="workloads with WORD in a name")
    parser.add_argument("--json", metavar="FILE", type=Path, help="write medians and ratios there")
    options = parser.parse_args(arguments)
    if options.rounds < 1:
        parser.error(f"--rounds must be 1 or more, not {options.rounds}")
    if options.json is not None and not options.json.absolute().parent.is_dir():
        parser.error(f"--json {options.json}: there is no such folder")
    chosen, heavy = (
        [each for each in group if options.only in f"{each.key} {each.english} {each.korean}"]
        for group in (WORKLOADS, MEMORY)
    )
    if not chosen and not heavy:
        names = "\n  ".join(f"{each.key}: {each.english}" for each in (*WORKLOADS, *MEMORY))
        parser.error(f"no workload has {options.only!r} in its name; there are\n  {names}")

    about = made_with()
    print(", ".join(f"{name} {number}" for name, number in about["versions"].items()))
    print(
        f"In brackets: PyTorch = 1 / {NUMPY} = 1. A dash: it cannot be done, or was not measured."
    )
    print(f"Not kept in float32 where the work is: {', '.join(sorted(WIDENING))}.\n")
    start = time.perf_counter()
    times = measure("time", chosen, timed, options.rounds, "seconds")
    peaks = measure("peak memory", heavy, peak, 1, "bytes")
    beyond = [line for found in (*times.values(), *peaks.values()) for line in missed(found)]
    print("\n".join(["Beyond the aim:", *beyond]) if beyond else "Every aim is met.")
    print(f"This took {(time.perf_counter() - start) / 60:.1f} minutes.")
    if options.json is not None:
        write(options.json, about, times, peaks)


if __name__ == "__main__":
    sys.exit(main())
