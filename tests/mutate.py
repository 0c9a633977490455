"""Changes the engine in one place after another, and lists the changes that no test notices.

Run by ``nox -s mutate``. The changes are mutmut's, and are made in a copy of the tree. What is
added here: functions with a decorator are changed too, which mutmut leaves out, and they are most
of `tinygrad_ko.functions`; parts are named by file; and the result is a table with file, line and
change.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "tinygrad_ko"
# What is changed if nothing is named: what finds gradients. The rest of the package, which shows
# and checks them, can be named.
ENGINE = ("core.py", "node.py", "backpropagation.py", "arrays.py", "functions/*.py")
# What mutmut calls a change that at least one test noticed, or that was left out this time.
NOTICED = {"killed", "timeout", "segfault", "caught by type check"}
LEFT_OUT = {"not checked", "skipped"}
# Decorators that mutmut knows, or that are for type checkers only.
KEPT = {"staticmethod", "classmethod", "overload"}
SETTER = "_setter"


@dataclass(frozen=True, order=True)
class Unnoticed:
    """One change that the tests let pass."""

    file: str
    line: int
    before: str
    after: str
    status: str


def functions_of(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    """Yield the functions of a module and the methods of its classes, in their order."""
    for node in tree.body:
        for each in node.body if isinstance(node, ast.ClassDef) else [node]:
            if isinstance(each, ast.FunctionDef):
                yield each


def is_setter(function: ast.FunctionDef) -> bool:
    """Whether this sets a property, and so has the name of the function that gets it."""
    return any(ast.unparse(each).endswith(".setter") for each in function.decorator_list)


def undecorated(source: str) -> str:
    """Apply decorators below the functions, in a line of its own each, and not above.

    Each line of a function keeps its distance from the ``def``.
    """
    lines = source.splitlines()
    # From the last, so that the lines before stay in place.
    for function in reversed([*functions_of(ast.parse(source))]):
        decorators = [ast.unparse(each) for each in function.decorator_list]
        if not decorators or KEPT.intersection(decorators):
            continue
        name = function.name
        inner = name
        if is_setter(function):
            inner += SETTER
            at = function.lineno - 1
            lines[at] = lines[at].replace(f"def {name}(", f"def {inner}(")
        indent = " " * function.col_offset
        applied = []
        for decorator in reversed(decorators):
            applied.append(f"{indent}{name} = {decorator}({inner})")
            inner = name
        lines[function.end_lineno or 0 : function.end_lineno] = applied
        del lines[function.decorator_list[0].lineno - 1 : function.lineno - 1]
    return "\n".join(lines) + "\n"


def with_choice(settings: str, files: list[str], tests: list[str]) -> str:
    """Add to the text of pyproject.toml which files mutmut changes, and which tests it runs."""
    chosen = f"\nonly_mutate = {json.dumps(files)}"
    settings = re.sub(r"(?m)^\[tool\.mutmut\].*$", lambda found: found[0] + chosen, settings)
    every = 'test_selection = [\n    "tests",\n'
    listed = "".join(f"    {json.dumps(test)},\n" for test in tests)
    return settings.replace(every, every.replace('    "tests",\n', listed))


def copy_to_change(tree: Path, files: list[str], tests: list[str]) -> None:
    """Make the copy in which mutmut works."""
    shutil.rmtree(tree, ignore_errors=True)
    shutil.copytree(ROOT, tree, ignore=shutil.ignore_patterns(".*", "_build", "__pycache__"))
    for path in (tree / PACKAGE).rglob("*.py"):
        path.write_text(undecorated(path.read_text(encoding="utf-8")), encoding="utf-8")
    settings = tree / "pyproject.toml"
    text = with_choice(settings.read_text(encoding="utf-8"), files, tests)
    settings.write_text(text, encoding="utf-8")


def files_named(parts: Iterable[str]) -> list[str]:
    """Return the files that the parts of a command mean: ``core.py``, ``functions/*.py``.

    Raises SystemExit for a part that no file has: mutmut would begin, and find nothing to do.
    """
    files = []
    for part in parts:
        pattern = part.removeprefix(f"{PACKAGE}/")
        found = sorted((ROOT / PACKAGE).glob(pattern))
        if not found or not pattern.endswith(".py"):
            raise SystemExit(
                f"{part} names no file of {PACKAGE}/; name them as core.py, functions/products.py "
                "or functions/*.py"
            )
        files += [path.relative_to(ROOT).as_posix() for path in found]
    return list(dict.fromkeys(files))


def function_of(mutant: str) -> tuple[str, list[str]]:
    """Return the file, and the names of class and function, that a name of mutmut stands for."""
    module, _, name = mutant.rpartition(".")
    name = re.sub(r"__mutmut_\d+$", "", name)
    path = "/".join(module.split(".")) + ".py"
    if name.startswith("xǁ"):
        return path, name.removeprefix("xǁ").split("ǁ")
    return path, [name.removeprefix("x_")]


def place_of(source: str, names: list[str]) -> range:
    """Return the numbers of the lines that a function or a method fills, from its ``def`` on."""
    body: list[ast.stmt] = ast.parse(source).body
    for name in names:
        found = next(
            node
            for node in body
            if (isinstance(node, ast.ClassDef) and node.name == name)
            or (
                isinstance(node, ast.FunctionDef)
                and (node.name + SETTER if is_setter(node) else node.name) == name
            )
        )
        body = found.body
    return range(found.lineno, (found.end_lineno or 0) + 1)


def described(mutant: str, status: str, diff: str, source: str) -> Unnoticed:
    """Find in the source the line that a diff of one function changes."""
    file, names = function_of(mutant)
    place = place_of(source, names)
    changed = [line for line in diff.splitlines() if not line.startswith(("---", "+++"))]
    start = next(int(m[1]) for line in changed if (m := re.match(r"@@ -(\d+)", line)))
    body = changed[changed.index(next(line for line in changed if line.startswith("@@"))) + 1 :]
    first = next(i for i, line in enumerate(body) if line.startswith(("-", "+")))
    before = [line[1:].strip() for line in body if line.startswith("-")]
    after = [line[1:].strip() for line in body if line.startswith("+")]
    guess = place.start + start - 1 + first
    # A decorator in the diff moves the lines: take the nearest that has the text.
    lines = source.splitlines()
    same = [number for number in place if before and lines[number - 1].strip() == before[0]]
    line = min(same, key=lambda number: abs(number - guess), default=guess)
    return Unnoticed(file, line, " ".join(before), " ".join(after), status)


def middle(before: str, after: str, around: int = 24) -> tuple[str, str]:
    """Shorten both to where they differ, and a little around it."""
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    blocks = [block for block in matcher.get_opcodes() if block[0] != "equal"]
    if not blocks:
        return before, after
    _, a0, _, b0, _ = blocks[0]
    _, _, a1, _, b1 = blocks[-1]

    def cut(text: str, begin: int, end: int) -> str:
        begin, end = max(begin - around, 0), min(end + around, len(text))
        return ("…" if begin else "") + text[begin:end] + ("…" if end < len(text) else "")

    return cut(before, a0, a1), cut(after, b0, b1)


def table(unnoticed: Iterable[Unnoticed]) -> str:
    """Return two lines for each change: where it is and what was there, and what the tests took."""
    lines = []
    for each in sorted(unnoticed):
        before, after = middle(each.before, each.after)
        place = f"{each.file}:{each.line}"
        note = "" if each.status == "survived" else f"  ({each.status})"
        lines += [f"{place:<52} {before}", f"{'':<52} {after}{note}"]
    return "\n".join(lines)


def statuses(text: str) -> dict[str, str]:
    """Read what ``mutmut results`` prints: a name and a status on each line."""
    return dict(line.strip().rsplit(": ", 1) for line in text.splitlines() if ": " in line)


def mutmut(*arguments: str, tree: Path) -> str:
    """Return what mutmut prints in that folder."""
    command = [sys.executable, "-m", "mutmut", *arguments]
    environment = os.environ | {"PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        command,
        cwd=tree,
        env=environment,
        stdout=subprocess.PIPE,
        check=True,
        encoding="utf-8",
    ).stdout


def report(tree: Path, processes: int) -> str:
    """Return the table of a finished run, and a line of totals below it."""
    found = statuses(mutmut("results", "--all", "true", tree=tree))
    done = {name: status for name, status in found.items() if status not in LEFT_OUT}
    open_ = {name: status for name, status in done.items() if status not in NOTICED}
    with ThreadPoolExecutor(processes) as pool:
        diffs = pool.map(lambda name: mutmut("show", name, tree=tree), open_)
        unnoticed = [
            described(name, status, diff, (ROOT / function_of(name)[0]).read_text(encoding="utf-8"))
            for (name, status), diff in zip(open_.items(), diffs, strict=True)
        ]
    counts = Counter(done.values())
    totals = ", ".join(f"{count} {status}" for status, count in counts.most_common())
    return f"{table(unnoticed)}\n\n{len(done)} changes: {totals}"


def main() -> None:
    """Copy, change, and report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], prog="nox -s mutate --")
    parser.add_argument("parts", nargs="*", default=ENGINE, metavar="FILE")
    parser.add_argument("--tests", nargs="+", default=["tests"], metavar="FILE")
    parser.add_argument("--tree", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    copy_to_change(options.tree, files_named(options.parts), options.tests)
    command = [sys.executable, "-m", "mutmut", "run", "--max-children", str(options.processes)]
    subprocess.run(command, cwd=options.tree, check=True)
    print(report(options.tree, options.processes))


if __name__ == "__main__":
    main()
