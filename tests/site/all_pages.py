"""The addresses of all pages of the site, known before it is built, so that each has its test."""

from __future__ import annotations

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
