"""The pages that someone wrote, known before the site is built, so that each has its test."""

from __future__ import annotations

from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = sorted(
    path.relative_to(DOCS).as_posix()
    for language in ("ko", "en")
    for path in (DOCS / language).rglob("*")
    if path.suffix in (".md", ".rst")
)
