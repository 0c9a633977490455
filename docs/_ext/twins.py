"""Each page exists in both languages: what finds the one whose twin is missing."""

from __future__ import annotations

from pathlib import Path

LANGUAGES = ("ko", "en")


def pages(docs: Path, language: str) -> set[Path]:
    """The pages in a language, relative to its folder."""
    folder = docs / language
    return {
        path.relative_to(folder) for path in folder.rglob("*.*") if path.suffix in (".md", ".rst")
    }


def missing_twins(docs: Path) -> list[str]:
    """One sentence for each page that the other language does not have."""
    problems = []
    for here, there in (LANGUAGES, LANGUAGES[::-1]):
        for page in sorted(pages(docs, there) - pages(docs, here)):
            problems.append(
                f"{(docs / here / page).as_posix()} is missing: {there}/{page.as_posix()} is there "
                f"and needs its twin. Write it, or remove the other one."
            )
    return problems
