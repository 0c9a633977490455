"""Examples and graphs of a page as the cells of a notebook, with the outputs that the page shows.

A cell ends with the first output: Jupyter shows the value of its last line alone. What has no
output stands in one cell with what comes after it.
"""

from __future__ import annotations

import ast
import doctest
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from textwrap import indent
from typing import Any

import nbformat.v4 as v4
from markdown_writer import Graph
from nbformat import NotebookNode
from plain_examples import imported
from svg_png import png

# What a Python at the prompt shows is `repr`; Jupyter writes some values in its own way.
SETTING = "%config PlainTextFormatter.pprint = False"
# IPython takes prompts for something pasted along with code, even inside a string.
PROMPT = re.compile(r"^\s*>>>", re.MULTILINE)
KEEP_PROMPTS = (
    "transforms = get_ipython().input_transformer_manager.cleanup_transforms",
    'transforms[:] = [each for each in transforms if type(each).__name__ != "PromptStripper"]',
)
IMPORT_GRAPH = "from tinygrad_ko.graph import Graph"
OPTION = re.compile(r"[ \t]*#\s*doctest:.*$", re.MULTILINE)
DEFINITION = ("@", "class ", "def ")
BLANK = re.compile(r"^<BLANKLINE>$", re.MULTILINE)
# Jupyter goes on after an error in a cell that has this tag.
RAISES = "raises-exception"
# Packages that come with the engine.
WITH_THE_ENGINE = {"numpy", "tinygrad_ko"}


def cells_of(text: str) -> list[NotebookNode]:
    """The cells of a block of examples."""
    cells: list[NotebookNode] = []
    source: list[str] = []
    for example in doctest.DocTestParser().get_examples(text):
        source.append(shown(example.source))
        if example.want:
            if example.exc_msg is None:
                source[-1] = displayed(source[-1])
            cells.append(cell(source, output_of(example)))
            source = []
    return [*cells, cell(source)] if source else cells


def shown(source: str) -> str:
    """The source of an example without what is said to doctest alone."""
    return OPTION.sub("", source).rstrip("\n")


def displayed(source: str) -> str:
    """The same example where its value stands in a `with`: Jupyter shows it only when told to."""
    block = ast.parse(source).body[-1]
    if not isinstance(block, ast.With) or not has_value(last := block.body[-1]):
        return source
    lines = source.split("\n")
    first, end = last.lineno - 1, (last.end_lineno or last.lineno) - 1
    # A tuple without brackets would become several arguments.
    call = ast.parse(f"display({ast.get_source_segment(source, last.value)})", mode="eval").body
    bare = isinstance(call, ast.Call) and len(call.args) > 1
    opening, closing = ("display((", "))") if bare else ("display(", ")")
    lines[end] += closing
    lines[first] = f"{lines[first][: last.col_offset]}{opening}{lines[first][last.col_offset :]}"
    return "\n".join(lines)


def cell(sources: list[str], output: NotebookNode | None = None) -> NotebookNode:
    """A cell of some statements, with room around each definition and after each loop."""
    text = ""
    for source, after in zip(sources, [*sources[1:], ""], strict=True):
        ends_inside = source.rpartition("\n")[2].startswith((" ", "\t"))
        room = ends_inside or after.startswith(DEFINITION)
        text += source + ("\n" if after else "") + ("\n" if after and room else "")
    made = v4.new_code_cell(text, outputs=[] if output is None else [output])
    if output is not None and output.output_type == "error":
        made.metadata["tags"] = [RAISES]
    return made


def output_of(example: doctest.Example) -> NotebookNode:
    """What an example leaves under its cell: an error, a value, or what it printed."""
    want = BLANK.sub("", example.want)
    if example.exc_msg is not None:
        name, _, message = example.exc_msg.strip("\n").partition(": ")
        return v4.new_output(
            "error",
            ename=name.rpartition(".")[2],
            evalue=message,
            traceback=want.rstrip("\n").split("\n"),
        )
    text = want.removesuffix("\n")
    last = ast.parse(example.source).body[-1]
    if has_value(last):
        return v4.new_output("execute_result", {"text/plain": text})
    if isinstance(last, ast.With) and has_value(last.body[-1]):
        return v4.new_output("display_data", {"text/plain": text})
    return v4.new_output("stream", name="stdout", text=want)


def has_value(statement: ast.stmt) -> bool:
    """Whether the output of a statement is its value, as far as the code tells."""
    if not isinstance(statement, ast.Expr):
        return False
    called = statement.value.func if isinstance(statement.value, ast.Call) else None
    return not (isinstance(called, ast.Name) and called.id == "print")


def graph_cell(graph: Graph) -> NotebookNode:
    """A cell that draws a graph again, inside a function: its names are not those of the page."""
    shows = f"display(Graph({graph.shows}))"
    body = graph.code.strip("\n").split("\n")
    if IMPORT_GRAPH not in body:
        imports = [n for n, line in enumerate(body) if line.startswith(("from ", "import "))]
        body.insert(imports[-1] + 1 if imports else 0, IMPORT_GRAPH)
    source = "def picture():\n" + indent("\n".join([*body, shows]), "    ") + "\n\npicture()"
    data = {"text/plain": graph.plain}
    if graph.svg is not None:
        data["image/svg+xml"] = graph.svg
        # For a reader who has not run the cell.
        data["image/png"] = png(graph.svg)
    made = v4.new_code_cell(source, outputs=[v4.new_output("display_data", data)])
    made.metadata["tags"] = ["graph"]
    return made


def setting_cell(texts: Mapping[str, str], blocks: Iterable[str]) -> NotebookNode:
    """A cell that lets values look as they do on the page, and prompts in strings stay there."""
    lines = [f"# {texts['setting']}", SETTING]
    examples = [each for text in blocks for each in doctest.DocTestParser().get_examples(text)]
    if any(PROMPT.search(each.source) for each in examples):
        lines += [f"# {texts['prompts']}", *KEEP_PROMPTS]
    made = v4.new_code_cell("\n".join(lines))
    made.metadata["tags"] = ["setting"]
    return made


def data_cell(comment: str, name: str, text: str) -> NotebookNode:
    """A cell that writes a file which the examples read: a notebook comes alone."""
    lines = [
        f"# {comment}",
        "import os",
        "",
        f'os.makedirs("{name.rpartition("/")[0]}", exist_ok=True)',
        f'with open("{name}", "w", encoding="utf-8") as file:',
        f'    print("""\\\n{quoted(text)}""", end="", file=file)',
    ]
    made = v4.new_code_cell("\n".join(lines))
    made.metadata["tags"] = ["data"]
    return made


def quoted(text: str) -> str:
    """A text between three quotation marks."""
    return text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')


def packages_of(texts: Iterable[str]) -> list[str]:
    """The packages that examples import and that do not come with the engine."""
    return sorted(set(_imported(texts)))


def _imported(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        for example in doctest.DocTestParser().get_examples(text):
            yield from imported(example.source) - sys.stdlib_module_names - WITH_THE_ENGINE


def number(cells: Iterable[NotebookNode]) -> None:
    """Number the cells that run, as if they had been run one after the other."""
    for count, each in enumerate((c for c in cells if c.cell_type == "code"), 1):
        each["execution_count"] = count
        for output in each.outputs:
            if output.output_type == "execute_result":
                output["execution_count"] = count


def metadata(title: str) -> dict[str, Any]:
    """What Jupyter has to know: which kernel runs the cells, and how they are coloured."""
    return {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {
            "file_extension": ".py",
            "mimetype": "text/x-python",
            "name": "python",
            "nbconvert_exporter": "python",
            "pygments_lexer": "ipython3",
        },
        "title": title,
    }
