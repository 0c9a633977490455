"""Pictures of recorded graphs come from code on the page, so that they show what it records.

```{graph} y
:alt: what the picture shows, for someone who cannot see it
:caption: The *caption*, one paragraph.
from tinygrad_ko import Variable
x = Variable(3.0, name="x")
y = x**2
```

runs its body, which the reader does not see, and draws the graph behind the Variable `y`, or behind
several: `{graph} y, z`. The names of Variables appear in the picture. A reader can step through
it, and backward from the first of these Variables; with the option `:still:` it is a picture alone.
"""

from __future__ import annotations

import contextlib
import traceback
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from docutils import nodes
from docutils.parsers.rst import directives
from graph_steps import graph_steps, mark, panel, steps
from graph_trace import Call, TraceError, watched
from graph_words import WORDS
from plot import DOCS, LANGUAGES, ROOT, plot_drawing
from plot_svg import parse, put_in_page, scrolls, serialise
from sphinx.util.docutils import SphinxDirective

if TYPE_CHECKING:
    from xml.etree import ElementTree

    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata, OptionSpec

    from tinygrad_ko import Variable
    from tinygrad_ko.graph import Graph

FILE = "<graph on a page>"


class GraphError(ValueError):
    """The body of a `{graph}` is not as it should be: what is wrong, and at which line of it."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True)
class Recorded:
    """The graph that the code of a figure recorded, and how it came about."""

    graph: Graph
    output: Variable
    calls: list[Call]
    namespace: dict[str, Any]  # holds what the code still holds: the picture shows its values


def record(wanted: str, body: str) -> Recorded:
    """Run `body` and return the graph behind the Variables in `wanted`."""
    # Here, so that a site without such a picture can be built without the engine.
    from tinygrad_ko import Variable
    from tinygrad_ko.graph import Graph

    names = [name.strip() for name in wanted.split(",")]
    if not all(name.isidentifier() for name in names):
        raise GraphError(f"{wanted!r} is not the name of a Variable, nor several, as in `y, z`")
    with watched() as calls:
        namespace = run(body)
    for name in names:
        if name not in namespace:
            given = sorted(key for key, value in namespace.items() if isinstance(value, Variable))
            raise GraphError(
                f"its code makes no {name!r}; the Variables that it makes are: "
                f"{', '.join(given) or 'none'}"
            )
    try:
        outputs = [namespace[name] for name in names]
        graph = Graph(*outputs)
    except (TypeError, ValueError) as error:
        raise GraphError(f"{wanted} cannot be drawn: {error}") from error
    output = next(output for output in outputs if output.creator is not None)
    return Recorded(graph, output, calls, namespace)


def draw(wanted: str, recorded: Recorded) -> ElementTree.Element:
    """Return the drawing of a graph."""
    try:
        return parse(recorded.graph.svg())
    except ValueError as error:
        raise GraphError(f"{wanted} cannot be drawn: {error}") from error


def stepped(wanted: str, recorded: Recorded, language: str) -> graph_steps:
    """Return what lets a reader step through a graph."""
    with _as_at_the_prompt(), contextlib.redirect_stdout(StringIO()):
        try:
            found = steps(recorded.graph, recorded.output, recorded.calls, WORDS[language])
            return panel(found, language)
        except TraceError:
            raise  # a defect of the engine or of these extensions, and none of the page
        except Exception as error:
            raise GraphError(
                f"{wanted} cannot be stepped through: {_said(error)}; with the option `:still:` "
                "it is a picture alone"
            ) from error


def run(body: str) -> dict[str, Any]:
    """Run the code of a graph as examples are run, and return the names that it made."""
    if not body.strip():
        raise GraphError("it has no code: write in its body what computes the Variable")
    namespace: dict[str, Any] = {"__name__": "__main__"}
    printed = StringIO()
    with _as_at_the_prompt(), contextlib.redirect_stdout(printed):
        try:
            exec(compile(body, FILE, "exec", dont_inherit=True), namespace)
        except Exception as error:
            line = _line(error)
            where = "its code" if line is None else f"line {line} of its code"
            raise GraphError(f"{where} raised {_said(error)}", line) from error
    if printed.getvalue():
        shown = printed.getvalue().strip().splitlines()[0]
        raise GraphError(f"its code prints {shown!r}, which no reader would see: take it out")
    return namespace


def _said(error: Exception) -> str:
    text = error.msg if isinstance(error, SyntaxError) else str(error)
    if isinstance(error, IndentationError) and error.lineno == 1:
        text += " (or is it part of an option? An option is one line)"
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _line(error: Exception) -> int | None:
    """The line of the code on which it failed, by the call nearest to the failure."""
    if isinstance(error, SyntaxError) and error.filename == FILE:
        return error.lineno
    frames = traceback.extract_tb(error.__traceback__)
    return next((frame.lineno for frame in reversed(frames) if frame.filename == FILE), None)


@contextlib.contextmanager
def _as_at_the_prompt() -> Iterator[None]:
    """Give the code what the examples of pages have: the data files, and warnings as errors."""
    with warnings.catch_warnings(), np.printoptions(), contextlib.chdir(DOCS):
        warnings.simplefilter("error")
        yield


class GraphFigure(SphinxDirective):
    """`{graph} name`, with the options `alt` and `caption`, and code as its body."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec: ClassVar[OptionSpec] = {
        "alt": directives.unchanged,
        "caption": directives.unchanged,
        "name": directives.unchanged,
        "still": directives.flag,
    }

    def run(self) -> list[nodes.Node]:
        wanted = self.arguments[0]
        alt, caption = self._words("alt"), self._words("caption")
        if not alt:
            raise self.error(
                f"the graph {wanted!r} needs `:alt:`, a sentence for readers who cannot see it: "
                "what it shows, and what follows from it"
            )
        if not caption:
            raise self.error(f"the graph {wanted!r} needs `:caption:`, which says what it shows")
        language = self.config.language
        if language not in LANGUAGES:
            raise self.error(f"figures have words for {LANGUAGES}, not for {language!r}")
        for path in [
            *sorted(Path(__file__).parent.glob("graph_*.py")),
            *sorted((ROOT / "tinygrad_ko").rglob("*.py")),
        ]:
            self.env.note_dependency(str(path))
        still = "still" in self.options
        try:
            recorded = record(wanted, "\n".join(self.content))
            root = draw(wanted, recorded)
            below = [] if still else [stepped(wanted, recorded, language)]
        except GraphError as error:
            return [self._report(wanted, error)]
        if not still:
            mark(root, recorded.graph)
        put_in_page(root, f"graph-{self.env.new_serialno('graph') + 1}", alt)

        figure = nodes.figure(classes=["plot", "graph"])
        # A notebook runs the code again: see markdown_writer.py.
        figure["graph_shows"], figure["graph_code"] = wanted, "\n".join(self.content)
        figure["graph_svg"] = recorded.graph._repr_svg_()
        figure["graph_plain"] = repr(recorded.graph)
        self.set_source_info(figure)
        drawing = plot_drawing(svg=serialise(root), alt=alt, scrolls=scrolls(root))
        drawing["language"] = language
        figure += [drawing, *below]
        words, messages = self.parse_inline(caption, lineno=self.lineno)
        line = nodes.caption(caption, "", *words)
        self.set_source_info(line)
        figure += line
        self.add_name(figure)
        return [figure, *messages]

    def _words(self, option: str) -> str:
        return " ".join(self.options.get(option, "").split())

    def _report(self, wanted: str, error: GraphError) -> nodes.system_message:
        """Complain at the line of the page where the code went wrong, or of the directive."""
        line = self.lineno
        if error.line is not None:
            line += self.content_offset + error.line
        return self.state_machine.reporter.error(f"graph {wanted!r}: {error}", line=line)


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("plot")  # the drawing's node, and its style sheet
    app.setup_extension("graph_steps")
    app.add_directive("graph", GraphFigure)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
