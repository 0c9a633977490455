"""A site of a few lines, built in a temporary folder, to see what an extension makes of a page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from textwrap import dedent

from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

COLOUR_CODE = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Built:
    source: Path
    output: Path
    warnings: str

    def html(self, page: str = "index") -> str:
        return (self.output / f"{page}.html").read_text(encoding="utf-8")

    def body(self, page: str = "index") -> str:
        """Return what the page's own source became, without the theme around it."""
        _, _, rest = self.html(page).partition('<div class="body" role="main">')
        assert rest, "the theme's layout has changed: there is no body to look at"
        return rest.partition('<div class="sphinxsidebar"')[0]


def build(
    folder: Path,
    page: str,
    extensions: Sequence[str],
    *,
    language: str = "en",
    more_pages: dict[str, str] | None = None,
    theme: str = "alabaster",
    **settings: object,
) -> Built:
    """Build `page`, Markdown, as the index of a site; called again, it builds what changed."""
    source, output = folder / "source", folder / "output"
    pages = {"index": page, **(more_pages or {})}
    source.mkdir(parents=True, exist_ok=True)
    for name, text in pages.items():
        file = source / f"{name}.md"
        new = dedent(text).lstrip("\n")
        if not file.exists() or file.read_text(encoding="utf-8") != new:
            file.write_text(new, encoding="utf-8")
    warnings = StringIO()
    with patch_docutils(), docutils_namespace():
        app = Sphinx(
            source,
            None,
            output,
            folder / "doctrees",
            "html",
            confoverrides={
                "extensions": ["myst_parser", *extensions],
                "html_theme": theme,
                "language": language,
                "myst_dmath_allow_labels": True,
                "myst_enable_extensions": ["amsmath", "dollarmath"],
                "nitpicky": True,
                "project": "scratch",
                **settings,
            },
            status=None,
            warning=warnings,
        )
        app.build()
    return Built(source, output, COLOUR_CODE.sub("", warnings.getvalue()))
