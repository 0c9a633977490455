"""Every notebook of the built site, run from top to bottom, gives the outputs of its page."""

from __future__ import annotations

import doctest
import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from built_pages import DOCS, PAGES
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode
from notebook_cells import RAISES, shown
from plain_examples import examples_of
from sybil.evaluators.doctest import DocTestEvaluator

# These run files of the repository, and say so: they start in the folder of the pages.
IN_A_CLONE = ("start/how-these-pages-are-tested.md",)
# Cells that are not examples of the page.
ADDED = {"data", "graph", "setting"}
CHECKER = DocTestEvaluator(doctest.ELLIPSIS).runner._checker
DISPLAY = re.compile(r"(?<=^    )display\((?:\((.*)\)|(.*))\)$")
MODULE = re.compile(r"^(?:\w+\.)+(?=\w+(?::|\s*$))")


@pytest.fixture(autouse=True)
def nothing_of_the_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of Jupyter that this machine has changes an output."""
    for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))


def read(site: Path, page: str) -> NotebookNode:
    return nbformat.read(str((site / page).with_suffix(".ipynb")), as_version=4)


def run(notebook: NotebookNode, folder: Path) -> NotebookNode:
    """Run all cells in a fresh kernel, as "Run all" does: up to an error without its tag."""
    folder.mkdir(exist_ok=True)
    done = nbformat.from_dict(notebook)
    for cell in done.cells:
        if cell.cell_type == "code":
            cell.outputs = []
    client = NotebookClient(done, timeout=300, resources={"metadata": {"path": str(folder)}})
    try:
        client.execute()
    except CellExecutionError as error:
        pytest.fail(f"a cell fails that has not the tag {RAISES}:\n{error}", pytrace=False)
    return done


def code_lines(source: str) -> list[str]:
    """The lines of code, without what asks Jupyter for a value that a prompt shows by itself."""
    return [DISPLAY.sub(r"\1\2", line) for line in source.split("\n") if line.strip()]


def examples_in_cells(page: str, cells: list[NotebookNode]) -> list[doctest.Example | None]:
    """The last example in each cell, after a look whether all of them are there, in order."""
    waiting = examples_of((DOCS / page).read_text(encoding="utf-8"))
    found: list[doctest.Example | None] = []
    for cell in cells:
        lines, last = code_lines(cell.source), None
        while lines:
            last = waiting.pop(0)
            source = code_lines(shown(last.source))
            assert lines[: len(source)] == source, f"{cell.id} does not hold line {last.lineno}"
            del lines[: len(source)]
        found.append(last)
    assert not waiting, f"the notebook ends before line {waiting[0].lineno}"
    return found


def stored(cell: NotebookNode) -> doctest.Example:
    """What a cell of the reference says that it will give."""
    want = printed(cell)
    error = next((out for out in cell.outputs if out.output_type == "error"), None)
    message = f"{error.ename}: {error.evalue}\n" if error is not None else None
    return doctest.Example(cell.source, want, message)


def printed(cell: NotebookNode) -> str:
    """What stands under a cell, errors apart."""
    text = ""
    for output in cell.outputs:
        if output.output_type == "stream":
            text += output.text
        elif output.output_type in ("display_data", "execute_result"):
            text += output.data["text/plain"] + "\n"
    return text


def drawings(cell: NotebookNode) -> list[dict[str, str]]:
    """What a graph looks like; the kernel makes no PNG, which is for those who do not run it."""
    return [
        {kind: text for kind, text in output.get("data", output).items() if kind != "image/png"}
        for output in cell.outputs
    ]


def differences(example: doctest.Example, cell: NotebookNode) -> Iterator[str]:
    """What a cell that has been run shows and the page does not."""
    flags = doctest.ELLIPSIS
    for flag, on in example.options.items():
        flags = flags | flag if on else flags & ~flag
    errors = [out for out in cell.outputs if out.output_type == "error"]
    want, got = example.want, printed(cell)
    if example.exc_msg is not None:
        want = MODULE.sub("", example.exc_msg)
        got = "".join(f"{e.ename}: {e.evalue}\n" if e.evalue else f"{e.ename}\n" for e in errors)
    elif errors:
        yield f"{cell.id} raises {errors[0].ename}: {errors[0].evalue}"
    if not CHECKER.check_output(want, got, flags):
        yield f"{cell.id}:\n{cell.source}\nexpected:\n{want}\ngot:\n{got}"
    for output in cell.outputs:
        if output.get("name") == "stderr":
            yield f"{cell.id} writes to stderr: {output.text}"


@pytest.mark.parametrize("page", PAGES)
def test_a_notebook_gives_the_outputs_of_its_page(page: str, site: Path, tmp_path: Path) -> None:
    notebook = read(site, page)
    in_clone = page.partition("/")[2] in IN_A_CLONE
    done = run(notebook, DOCS if in_clone else tmp_path / "downloads")
    before = [cell for cell in notebook.cells if cell.cell_type == "code"]
    after = [cell for cell in done.cells if cell.cell_type == "code"]
    of_page = [not ADDED & set(cell.metadata.get("tags", ())) for cell in before]
    cells = [cell for cell, is_example in zip(before, of_page, strict=True) if is_example]
    if page.endswith(".md"):
        examples = iter(examples_in_cells(page, cells))
    else:
        examples = map(stored, cells)
    problems = []
    for cell, told, is_example in zip(after, before, of_page, strict=True):
        if is_example:
            problems += differences(next(examples), cell)
        elif drawings(cell) != drawings(told):
            problems.append(f"{cell.id} shows {cell.outputs}, and the page {told.outputs}")
    assert not problems, "\n\n".join(problems)
