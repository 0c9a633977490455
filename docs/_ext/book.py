"""Pages become chapters of an EPUB, which is XML and is read where no script runs.

`docs/epub.py` builds one book for each language. What belongs to the site alone, its extensions
and style sheets, is left out in conf.py.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.locale import _

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

STATIC = Path(__file__).resolve().parents[1] / "_static"
# In HTML, these two need no namespace; in XML, they are nothing without it.
NAMESPACES = {"svg": "http://www.w3.org/2000/svg", "math": "http://www.w3.org/1998/Math/MathML"}
VARIABLE = re.compile(r"var\((--plot-[a-z0-9-]+)(,[^()]*)?\)")
LIGHT = re.compile(r"^ {2}(--plot-[a-z0-9-]+): (#[0-9a-f]+);$", re.MULTILINE)
FOLDED = re.compile(r"<details(?=[ >])(?![^>]* open=)")
STYLES = ("pygments.css", "epub.css", "book.css")


def colours() -> dict[str, str]:
    """The colours of figures on a light page: not every reader of books knows variables."""
    return dict(LIGHT.findall((STATIC / "plot.css").read_text(encoding="utf-8")))


def as_chapter(body: str, palette: dict[str, str]) -> str:
    """Return the text of a page as it stands in the book."""
    for name, space in NAMESPACES.items():
        body = re.sub(rf"<{name}(?=[ >])(?![^>]* xmlns=)", f'<{name} xmlns="{space}"', body)
    body = VARIABLE.sub(lambda found: palette[found[1]], body)
    # Some readers of books cannot open what is folded.
    return FOLDED.sub('<details open="open"', body)


def fit_chapter(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    if "body" in context:
        context["body"] = as_chapter(context["body"], colours())
    context["css_files"] = [
        style for style in context["css_files"] if Path(str(style.filename)).name in STYLES
    ]


def speak_language(app: Sphinx) -> None:
    """Say in each chapter which language it is in, and call the contents by their name in it."""
    builder: Any = app.builder
    language = app.config.language
    wanted = f' lang="{language}" xml:lang="{language}">'
    builder.html_tag = builder.html_tag.removesuffix(">") + wanted
    builder.guide_titles = {**builder.guide_titles, "toc": _("Table of Contents")}


def setup(app: Sphinx) -> ExtensionMetadata:
    app.connect("builder-inited", speak_language)
    app.connect("html-page-context", fit_chapter, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
