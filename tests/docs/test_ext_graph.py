"""Graphs: drawn from code on the page, and every mistake in that code reported at its line."""

from __future__ import annotations

import pickle
import re
import sys
import warnings
from pathlib import Path

import pytest
from graph_figure import GraphError, draw, record, run
from plot import DOCS, ROOT
from scratch_site import Built, build

PAGE = """\
# Title

```{graph} y
:alt: The "square" of x, and < y.
:caption: The *graph* of $y$, drawn by `Graph`.
:name: the-graph
from tinygrad_ko import Variable

x = Variable(3.0, name="x")
y = x**2 + 2 * x
y.name = "y"
```

Text.
"""


def make(folder: Path, page: str = PAGE, **settings: object) -> Built:
    return build(folder / "site", page, ["graph_figure"], **settings)


def figures(html: str) -> list[str]:
    return re.findall(r'<figure class="[^"]*\bplot graph\b.*?</figure>', html, re.DOTALL)


def boxes(svg: str) -> set[str]:
    return set(re.findall(r"<text[^>]*>([^<]+)</text>", svg))


def problem(folder: Path, body: str, argument: str = "y") -> str:
    head = f"# T\n\n```{{graph}} {argument}\n:alt: A graph.\n:caption: A caption.\n"
    built = make(folder, f"{head}{body}```\n\nText.\n")
    assert "<svg" not in built.body()
    assert built.warnings.startswith(f"{built.source / 'index.md'}:")
    return built.warnings.removeprefix(f"{built.source / 'index.md'}:")


# --- what stands in the page


def test_figure_has_what_the_code_recorded_its_words_and_its_caption(tmp_path):
    built = make(tmp_path)
    assert built.warnings == ""
    (figure,) = figures(built.body())
    assert boxes(figure) == {"x = 3.0", "Pow", "Mul", "Add", "2", "y = 15.0"}
    assert 'id="the-graph"' in figure
    assert 'role="img"' in figure
    assert 'aria-label="The &quot;square&quot; of x, and &lt; y."' in figure
    assert "The <em>graph</em> of" in figure
    assert figure.index("<svg") < figure.index("<figcaption>")
    assert "plot.css" in built.html()
    assert "from tinygrad_ko" not in built.body(), "the code is not shown"


def test_colours_are_the_variables_of_the_page(tmp_path):
    (figure,) = figures(make(tmp_path).body())
    assert set(re.findall(r"var\((--[\w-]+)", figure)) == {
        "--plot-accent-1",
        "--plot-background",
        "--plot-foreground",
        "--plot-grid",
        "--plot-muted",
    }


def test_several_variables_share_a_picture(tmp_path):
    body = "from tinygrad_ko import Variable\nx = Variable(1.0)\nu, v = x + 1.0, 2.0 * x\n"
    page = f"# T\n\n```{{graph}} u, v\n:alt: A.\n:caption: C.\n{body}u.name, v.name = 'uv'\n```\n"
    built = make(tmp_path, page)
    assert built.warnings == ""
    (figure,) = figures(built.body())
    assert {"u = 2.0", "v = 2.0", "Add", "Mul"} <= boxes(figure)


def test_ids_stand_once_when_a_graph_stands_twice(tmp_path):
    twice = PAGE.replace(":name: the-graph\n", "")
    built = make(tmp_path, twice + twice.replace("# Title", "## Part"))
    assert built.warnings == ""
    html = built.body()
    assert len(figures(html)) == 2
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert "aria-labelledby" not in html, "it would hide the words that the page gives"


def test_two_builds_are_equal(tmp_path):
    assert make(tmp_path / "one").html() == make(tmp_path / "two").html()


def test_page_is_read_again_when_the_engine_changes(tmp_path):
    make(tmp_path)
    with (tmp_path / "site" / "doctrees" / "environment.pickle").open("rb") as file:
        environment = pickle.load(file)
    source = tmp_path / "site" / "source"
    read = {(source / path).resolve() for path in environment.dependencies["index"]}
    assert set((ROOT / "tinygrad_ko").rglob("*.py")) <= read
    assert DOCS / "_ext" / "graph_figure.py" in read


def test_code_runs_as_the_examples_of_pages_do():
    names = run("from pathlib import Path\ntext = Path('data/hubble-1929.csv').read_text()\n")
    assert names["text"].count("\n") > 20
    assert names["__name__"] == "__main__"
    with pytest.raises(GraphError, match="NameError"):  # annotations are read, as at the prompt
        run("def f(x: nothing): return x\n")


def test_code_of_one_graph_does_not_see_another():
    run("x = 1\n")
    with pytest.raises(GraphError, match="line 1 of its code raised NameError: name 'x'"):
        run("x\n")


# --- mistakes


@pytest.mark.parametrize(
    ("body", "line", "said"),
    [
        ("x = 1\n\n\n1 / 0\n", 9, "line 4 of its code raised ZeroDivisionError: division by zero"),
        ("\nx = 1\n1 / 0\n", 8, "line 2 of its code raised ZeroDivisionError"),
        ("  the caption goes on\n", 6, "unexpected indent (or is it part of an option? An option"),
        ("x = 1\n1 +\n", 7, "line 2 of its code raised SyntaxError: invalid syntax"),
        ("def f():\n    assert False\n\nf()\n", 7, "line 2 of its code raised AssertionError"),
        ("import json\n\njson.loads('')\n", 8, "line 3 of its code raised JSONDecodeError: Exp"),
        ("import warnings\nwarnings.warn('no')\n", 7, "line 2 of its code raised UserWarning: no"),
        ("import numpy as np\nnp.log(np.zeros(1))\n", 7, "raised RuntimeWarning: divide by zero"),
    ],
)
def test_code_that_fails_is_reported_at_its_line(tmp_path, body, line, said):
    message = problem(tmp_path, body)
    assert message.startswith(f"{line}: ERROR: graph 'y': ")
    assert said in message


@pytest.mark.parametrize(
    ("argument", "body", "said"),
    [
        ("y", "", "it has no code"),
        ("y", "from tinygrad_ko import Variable\nx = Variable(1.0)\nn = 1\n", "it makes are: x"),
        ("y", "x = 1\n", "its code makes no 'y'; the Variables that it makes are: none"),
        ("y", "y = 3\n", "y cannot be drawn: Graph takes Variables, but 3 was given"),
        ("y", "import tinygrad_ko\ny = tinygrad_ko.Variable(1.0)\n", "there is no graph to show"),
        ("y", "print('seen')\n", "its code prints 'seen', which no reader would see"),
        ("2 * x", "x = 1\n", "'2 * x' is not the name of a Variable"),
        ("x,", "x = 1\n", "'x,' is not the name of a Variable"),
    ],
)
def test_graph_that_cannot_be_drawn_is_reported(tmp_path, argument, body, said):
    message = problem(tmp_path, body, argument)
    assert message.startswith(f"3: ERROR: graph {argument!r}: ")
    assert said in message


@pytest.mark.parametrize("option", ["alt", "caption"])
def test_words_are_required(tmp_path, option):
    page = re.sub(rf":{option}: .*\n", "", PAGE)
    built = make(tmp_path, page)
    assert f"the graph 'y' needs `:{option}:`" in built.warnings
    assert built.warnings.startswith(f"{built.source / 'index.md'}:3: ERROR: ")


def test_too_many_operations_are_no_picture():
    body = "from tinygrad_ko import Variable\ny = Variable(1.0)\nfor _ in range(200): y = y + 1.0\n"
    with pytest.raises(GraphError, match="a picture of 200 operations would show nothing"):
        draw("y", record("y", body))


def test_drawing_leaves_folder_output_and_warnings_as_they_were():
    before = (Path.cwd(), sys.stdout, list(warnings.filters))
    with pytest.raises(GraphError):
        record("y", "1 / 0\n")
    assert (Path.cwd(), sys.stdout, list(warnings.filters)) == before
