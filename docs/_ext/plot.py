"""Figures are drawn while the site is built, in the page's language, and stand in it as SVG.

```{plot} hubble
:alt: what the figure shows, for someone who cannot see it
The caption.
```

draws `docs/figures/hubble.py`: a module with `TEXT = {"ko": {...}, "en": {...}}`, the words in the
figure, and `draw(text)`, which returns a matplotlib Figure or a complete SVG text.
"""

from __future__ import annotations

import importlib
import logging as python_logging
import re
import sys
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from io import StringIO
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from matplotlib import rc_context
from matplotlib.figure import Figure
from plot_svg import SvgError, parse, put_in_page, scrolls, serialise, tidy_matplotlib
from sphinx.util.docutils import SphinxDirective

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata, OptionSpec
    from sphinx.writers.html5 import HTML5Translator

DOCS = Path(__file__).resolve().parent.parent
ROOT = DOCS.parent
PACKAGE = "figures"
LANGUAGES = ("ko", "en")
CSS = "plot.css"
NAME = re.compile(r"[a-z][a-z0-9_]*")

SCROLL_LABEL = {"ko": "그림(가로로 스크롤할 수 있습니다)", "en": "Figure (scrolls sideways)"}


class FigureError(ValueError):
    """A figure's module is not as it should be; the text says what is wrong."""


class plot_drawing(nodes.General, nodes.Element):
    """The finished SVG text of one figure."""


@contextmanager
def importable(folder: Path) -> Iterator[None]:
    """Let the figures' package and the engine be imported, afresh and without a trace."""
    package = ModuleType(PACKAGE)
    package.__path__ = [str(folder), str(DOCS / "figures")]
    kept = {name: sys.modules.pop(name) for name in _loaded()}
    sys.modules[PACKAGE] = package
    sys.path.insert(0, str(ROOT))
    compiles = sys.dont_write_bytecode
    sys.dont_write_bytecode = True  # a compiled file would hide a change made within a second
    importlib.invalidate_caches()
    try:
        yield
    finally:
        sys.dont_write_bytecode = compiles
        sys.path.remove(str(ROOT))
        for name in _loaded():
            del sys.modules[name]
        sys.modules.update(kept)


def _loaded() -> list[str]:
    return [name for name in sys.modules if name == PACKAGE or name.startswith(PACKAGE + ".")]


def draw(name: str, language: str, folder: Path, read: set[Path]) -> str:
    """Return figure `name` as SVG text; add to `read` the files that it was made from."""
    file = folder / f"{name}.py"
    if not NAME.fullmatch(name):
        raise FigureError(
            f"{name!r} is not the name of a figure: small letters, digits and underscores, as in "
            "`hubble_fit` for figures/hubble_fit.py"
        )
    read.add(file)
    if not file.is_file():
        there = sorted(path.stem for path in folder.glob("[a-z]*.py"))
        raise FigureError(
            f"there is no figure {name!r}: {file} does not exist; "
            f"the figures are: {', '.join(there) or 'none yet'}"
        )
    with importable(folder), _problems_are_errors():
        try:
            module = importlib.import_module(f"{PACKAGE}.{name}")
            text = _text(module, language)
            style = importlib.import_module(f"{PACKAGE}._style")
            read.update(_files_read(module))
            return _draw(module, text, style, name)
        except (FigureError, SvgError):
            raise
        except Exception as error:
            raise FigureError(_where(error, folder)) from error


def _text(module: ModuleType, language: str) -> dict[str, Any]:
    table = getattr(module, "TEXT", None)
    if not isinstance(table, dict) or set(table) != set(LANGUAGES):
        raise FigureError(
            f'{module.__name__} needs TEXT = {{"ko": {{...}}, "en": {{...}}}}, the words of the '
            f"figure in both languages; given {table!r}"
        )
    ko, en = (set(table[each]) for each in LANGUAGES)
    if ko != en:
        raise FigureError(
            f'{module.__name__}: TEXT["ko"] and TEXT["en"] must have the same keys; '
            f"only in ko: {sorted(ko - en)}, only in en: {sorted(en - ko)}"
        )
    if not callable(getattr(module, "draw", None)):
        raise FigureError(f"{module.__name__} needs a function draw(text)")
    words: dict[str, Any] = table[language]
    return words


def _files_read(module: ModuleType) -> Iterator[Path]:
    """Yield what the figure depends on: modules of figures, the engine, and the files it names."""
    engine = False
    for name in _loaded():
        if (file := getattr(sys.modules[name], "__file__", None)) is not None:
            yield Path(file)
            engine = engine or "tinygrad_ko" in Path(file).read_text(encoding="utf-8")
    if engine:
        yield from sorted((ROOT / "tinygrad_ko").rglob("*.py"))
    folder = Path(str(module.__file__)).parent
    for path in getattr(module, "DEPENDS", ()):
        if not (folder / path).is_file():
            raise FigureError(f"{module.__name__}: DEPENDS names {path!r}, which does not exist")
        yield (folder / path).resolve()


def _draw(module: ModuleType, text: dict[str, Any], style: ModuleType, name: str) -> str:
    with rc_context({**style.settings(), "svg.hashsalt": name}):
        drawn: object = module.draw(text)
        if isinstance(drawn, str):
            return drawn
        if not isinstance(drawn, Figure):
            raise FigureError(
                f"{module.__name__}.draw returned {type(drawn).__name__}; "
                "a matplotlib Figure or an SVG text was wanted"
            )
        output = StringIO()
        drawn.savefig(output, format="svg", metadata={"Date": None, "Creator": None})
    root = parse(output.getvalue())
    tidy_matplotlib(root, {light: names[0] for light, names in style.PALETTE.items()})
    return serialise(root)


@contextmanager
def _problems_are_errors() -> Iterator[None]:
    """Raise what matplotlib only warns of or logs: a missing letter, labels without room."""
    messages: list[str] = []

    class Listener(python_logging.Handler):
        def emit(self, record: python_logging.LogRecord) -> None:
            messages.append(record.getMessage())

    listener = Listener(python_logging.WARNING)
    logger = python_logging.getLogger("matplotlib")
    logger.addHandler(listener)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)
            warnings.simplefilter("error", RuntimeWarning)
            yield
    finally:
        logger.removeHandler(listener)
    if messages:
        raise FigureError("matplotlib says: " + "; ".join(dict.fromkeys(messages)))


def _where(error: Exception, folder: Path) -> str:
    """Say what went wrong and at which line of the figure's own file."""
    place = ""
    for frame in traceback.extract_tb(error.__traceback__):
        if Path(frame.filename).parent == folder:
            place = f"{frame.filename}:{frame.lineno}: "
    return f"{place}drawing failed with {type(error).__name__}: {error}"


class Plot(SphinxDirective):
    """`{plot} name`, with the option `alt` and the caption as its body."""

    required_arguments = 1
    has_content = True
    option_spec: ClassVar[OptionSpec] = {
        "alt": directives.unchanged,
        "name": directives.unchanged,
    }

    def run(self) -> list[nodes.Node]:
        name = self.arguments[0]
        alt = " ".join(self.options.get("alt", "").split())
        if not alt:
            raise self.error(
                f"the figure {name!r} needs `:alt:`, a sentence for readers who cannot see it: "
                "what it shows, and what follows from it"
            )
        folder = Path(self.env.srcdir, self.config.plot_figures).resolve()
        language = self.config.language
        if language not in LANGUAGES:
            raise self.error(f"figures have words for {LANGUAGES}, not for {language!r}")
        read: set[Path] = set()
        try:
            root = parse(draw(name, language, folder, read))
            count = self.env.new_serialno(f"plot-{name}")
            prefix = "plot-" + name.replace("_", "-") + (f"-{count + 1}" if count else "")
            put_in_page(root, prefix, alt)
        except (FigureError, SvgError) as error:
            raise self.error(f"figure {name!r}: {error}") from error
        finally:
            for path in sorted(read):
                self.env.note_dependency(str(path))

        figure = nodes.figure(classes=["plot"])
        self.set_source_info(figure)
        drawing = plot_drawing(svg=serialise(root), alt=alt, scrolls=scrolls(root))
        drawing["language"] = language
        figure += drawing
        figure += self._caption()
        self.add_name(figure)
        return [figure]

    def _caption(self) -> list[nodes.Node]:
        if not self.content:
            return []
        body = nodes.Element()
        self.state.nested_parse(self.content, self.content_offset, body)
        first, *rest = body.children
        if not isinstance(first, nodes.paragraph):
            raise self.error("the caption of a figure begins with a paragraph of text")
        caption = nodes.caption(first.rawsource, "", *first.children)
        caption.source, caption.line = first.source, first.line
        return [caption, nodes.legend("", *rest)] if rest else [caption]


def visit_drawing(self: HTML5Translator, node: plot_drawing) -> None:
    if node["scrolls"]:
        label = escape(SCROLL_LABEL[node["language"]])
        opening = f'<div class="plot-box" role="group" aria-label="{label}" tabindex="0">'
    else:
        opening = '<div class="plot-box">'
    self.body.append(f"{opening}{node['svg']}</div>\n")
    raise nodes.SkipNode


def visit_drawing_as_text(self: Any, node: plot_drawing) -> None:
    """In output that is not HTML, the words stand for the figure."""
    self.visit_paragraph(nodes.paragraph())
    self.visit_Text(nodes.Text(node["alt"]))
    self.depart_paragraph(nodes.paragraph())
    raise nodes.SkipNode


def add_style(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    if doctree is not None and next(doctree.findall(plot_drawing), None) is not None:
        app.add_css_file(CSS)


def setup(app: Sphinx) -> ExtensionMetadata:
    app.add_config_value("plot_figures", str(DOCS / "figures"), "env", frozenset({str}))
    app.add_node(plot_drawing, html=(visit_drawing, None), text=(visit_drawing_as_text, None))
    app.add_directive("plot", Plot)
    app.connect("html-page-context", add_style)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
