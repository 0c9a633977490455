"""The addresses of all pages of the site, known before it is built, so that each has its test."""

from __future__ import annotations

import os
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"
LANGUAGES = ("ko", "en")
# What Sphinx writes without a source.
MADE = ("genindex", "py-modindex", "search")


def written(language: str) -> list[str]:
    """The pages of a language that someone wrote, as addresses from the root of the site."""
    sources = [*DOCS.glob(f"{language}/**/*.md"), *DOCS.glob(f"{language}/**/*.rst")]
    return sorted(path.relative_to(DOCS).with_suffix(".html").as_posix() for path in sources)


PAGES = [
    *(page for language in LANGUAGES for page in written(language)),
    *(f"{language}/{name}.html" for language in LANGUAGES for name in MADE),
]

# One page of each kind, each in one of the languages: the first page, the one that holds the most,
# one with graphs, the one that weighs the most (formulas, graphs and figures), questions, tables,
# the reference, search, the index of names.
FEW = [
    "ko/index.html",
    "en/concepts/cpython-memory.html",
    "ko/concepts/topological-sort.html",
    "ko/concepts/partial-derivatives.html",
    "ko/faq.html",
    "en/performance.html",
    "ko/reference/core.html",
    "en/search.html",
    "ko/genindex.html",
]
# What tests open in the browser that look at each page in several sizes and colours.
BROWSED = FEW if os.environ.get("SITE_PAGES") == "few" else PAGES
