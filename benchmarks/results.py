"""From the rounds that were measured to what is kept of them: medians, ratios, and what they mean.

``results.json`` beside this file holds the run that the README and the site show. It says with
what it was made, but not when or on whose machine: the same file must come from the same numbers.
"""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

from engines import NUMPY, OURS, REFERENCE
from workloads import Workload

__all__ = ["FILE", "FLOORS", "PACKAGES", "entry", "made_with", "missed", "read", "write"]

FILE = Path(__file__).with_name("results.json")
FLOORS = (REFERENCE, NUMPY)  # whose median is 1 in a ratio
PACKAGES = ("numpy", "torch", "dezero", "autograd", "mygrad")


def rounded(value: float, digits: int = 4) -> float:
    """Return as many digits as a measurement may claim, and more than it can keep."""
    return float(f"{value:.{digits}g}")


def entry(workload: Workload, measured: Mapping[str, Sequence[float]], unit: str) -> dict[str, Any]:
    """Return what is kept of a workload, from the rounds of each engine."""
    medians = {name: rounded(median(values)) for name, values in measured.items()}
    ratios = {
        f"{floor} = 1": {
            name: rounded(value / medians[floor], 3) for name, value in medians.items()
        }
        for floor in FLOORS
        if floor in medians
    }
    return {
        "english": workload.english,
        "korean": workload.korean,
        "aim": workload.aim.name,
        "at most": workload.aim.at_most,
        "rounds": max(map(len, measured.values())),
        f"median {unit}": medians,
        **ratios,
    }


def missed(found: Mapping[str, Any]) -> list[str]:
    """Return where the engine is beyond its aim, each as a sentence."""
    beyond = []
    for floor, most in found["at most"].items():
        ratio = found.get(f"{floor} = 1", {}).get(OURS)
        if ratio is not None and ratio > most:
            beyond.append(f"{found['english']}: {ratio:.2f} of {floor}, wanted at most {most:.2f}")
    return beyond


def made_with() -> dict[str, Any]:
    """Return the versions and, in general words, the machine."""
    return {
        "versions": {
            "python": platform.python_version(),
            **{name: version(name) for name in PACKAGES},
        },
        "machine": {
            "system": platform.system(),
            "processor": platform.machine(),
            "processors": os.cpu_count(),
        },
        "threads of each engine": 1,
    }


def write(file: Path, about: Mapping[str, Any], time: Any, memory: Any) -> None:
    """Write a run to a file."""
    text = json.dumps({**about, "time": time, "memory": memory}, indent=1, ensure_ascii=False)
    file.write_text(text + "\n", encoding="utf-8")


def read(file: Path = FILE) -> dict[str, Any]:
    """Return the run in a file."""
    data: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return data
