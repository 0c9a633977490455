"""Writes the measured numbers into the README and the page on performance, in both languages.

Run ``python benchmarks/tables.py`` after ``compare.py --json benchmarks/results.json``. In those
files, what stands between a line with "benchmarks/tables.py writes: NAME" and the next line with
"benchmarks/tables.py ends" is replaced; each line is a comment in its file. Write nothing there
by hand.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from engines import NUMPY, OURS, REFERENCE
from results import read

__all__ = ["BLOCKS", "TARGETS", "updated"]

ROOT = Path(__file__).resolve().parent.parent
TARGETS = {
    "README.md": "english",
    "README.ko.md": "korean",
    "docs/en/performance.md": "english",
    "docs/ko/performance.md": "korean",
}
WORK = {"english": "work", "korean": "작업"}
BY_HAND = {"english": NUMPY, "korean": "손으로 쓴 NumPy"}
RIVALS = ("DeZero", "autograd", "MyGrad")
# A row for each aim in time, so that the short table leaves out no kind of work.
SHORT = (
    "variables-8",
    "perceptron-relu-128",
    "recurrent-50",
    "attention",
    "tanh-6",
    "branches-10000",
)
MARKED = re.compile(
    r"(?P<begin>^[^\n]*benchmarks/tables\.py writes: (?P<name>\w+)[^\n]*\n)"
    r"(?P<body>.*?)"
    r"(?P<end>^[^\n]*benchmarks/tables\.py ends)",
    re.DOTALL | re.MULTILINE,
)


def ratio(value: float | None) -> str:
    """Return a ratio as text, with a dash for one that was not measured."""
    if value is None:
        return "–"
    return f"{value:.2f}" if value < 10 else f"{value:.1f}"


def table(rows: Sequence[Mapping[str, Any]], floor: str, names: Sequence[str], to: str) -> str:
    """Return a Markdown table: a line for each piece of work, a column for each engine."""
    heads = [WORK[to], *(BY_HAND[to] if name == NUMPY else name for name in names)]
    lines = [heads, ["---", *["---:"] * len(names)]]
    for found in rows:
        cells = [ratio(found[f"{floor} = 1"].get(name)) for name in names]
        lines.append([found[to], *cells])
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def times(data: Mapping[str, Any], to: str) -> str:
    """Return the table of all times, with PyTorch's as 1."""
    return table(list(data["time"].values()), REFERENCE, (OURS, NUMPY, *RIVALS), to)


def short(data: Mapping[str, Any], to: str) -> str:
    """Return a row of that table for each kind of work."""
    return table([data["time"][key] for key in SHORT], REFERENCE, (OURS, NUMPY, *RIVALS), to)


def memory(data: Mapping[str, Any], to: str) -> str:
    """Return the table of peaks of memory, with that of NumPy by hand as 1."""
    return table(list(data["memory"].values()), NUMPY, (OURS, *RIVALS), to)


def versions(data: Mapping[str, Any], to: str) -> str:
    """Return a sentence that says what the numbers were measured with."""
    names = {"python": "Python", "numpy": "NumPy", "torch": REFERENCE, "dezero": "DeZero"}
    names |= {"mygrad": "MyGrad"}
    packages = ", ".join(
        f"{names.get(key, key)} {value}" for key, value in data["versions"].items()
    )
    machine = data["machine"]
    system, processor, count = machine["system"], machine["processor"], machine["processors"]
    rounds = max(found["rounds"] for found in data["time"].values())
    if to == "korean":
        return (
            f"측정 환경: {packages}. {system}, {processor}, 프로세서 {count}개.\n"
            f"작업마다 많게는 {rounds}번씩 돌아가며 쟀습니다."
        )
    return (
        f"Measured with {packages}, on {system}, {processor}, {count} processors.\n"
        f"Each piece of work took up to {rounds} rounds."
    )


def reading(data: Mapping[str, Any], to: str) -> str:
    """Return how often the engine is ahead of each of the others, and where it is behind most."""
    ahead = {}
    for name in (REFERENCE, *RIVALS):
        shared = [found["PyTorch = 1"] for found in data["time"].values()]
        pairs = [(each[OURS], each[name]) for each in shared if name in each]
        ahead[name] = sum(ours < other for ours, other in pairs), len(pairs)
    last = max(data["time"].values(), key=lambda found: found["PyTorch = 1"][OURS])
    behind, work = last["PyTorch = 1"][OURS], last[to]
    if to == "korean":
        counts = ", ".join(f"{name}: {of}개 가운데 {n}개" for name, (n, of) in ahead.items())
        most = f'PyTorch와 견주어 가장 오래 걸린 것은 "{work}" 작업으로, {ratio(behind)}배입니다.'
        intro = "tinygrad_ko가 더 빨리 끝낸 작업의 수는 상대에 따라 다음과 같습니다."
        return f"{intro}\n{counts}.\n{most}"
    counts = ", ".join(f"{name} in {n} of {of}" for name, (n, of) in ahead.items())
    most = f'Beside PyTorch it takes longest for "{work}": {ratio(behind)} times as long.'
    return f"tinygrad_ko is faster than {counts} rows that both have.\n{most}"


BLOCKS: dict[str, Callable[[Mapping[str, Any], str], str]] = {
    "times": times,
    "short": short,
    "memory": memory,
    "versions": versions,
    "reading": reading,
}


def updated(text: str, data: Mapping[str, Any], to: str) -> str:
    """Return the text of a file with its blocks made from `data`."""

    def block(match: re.Match[str]) -> str:
        name = match["name"]
        if name not in BLOCKS:
            raise SystemExit(f"there is no block {name!r}; there are: {', '.join(BLOCKS)}")
        return f"{match['begin']}\n{BLOCKS[name](data, to)}\n\n{match['end']}"

    return MARKED.sub(block, text)


def main() -> None:
    """Update every file whose numbers are not those of results.json, and name it."""
    data = read()
    for name, language in TARGETS.items():
        file = ROOT / name
        before = file.read_text(encoding="utf-8")
        after = updated(before, data, language)
        if after != before:
            file.write_text(after, encoding="utf-8")
            print(f"updated {name}")


if __name__ == "__main__":
    main()
