"""Builds the site in both languages, side by side, with warnings as errors.

`python docs/build.py` writes docs/_build/html; `--help` shows what else it can do.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import threading
import time
import webbrowser
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import distributions
from pathlib import Path

DOCS = Path(__file__).resolve().parent
sys.path.insert(0, str(DOCS / "_ext"))

import browser_python  # noqa: E402
import content_policy  # noqa: E402
import site_root  # noqa: E402
from sphinx.errors import ConfigError  # noqa: E402
from twins import LANGUAGES, missing_twins  # noqa: E402

BUILD = DOCS / "_build"
OUT = BUILD / "html"
# What makes all pages. Sphinx follows pages and what they include, but not these.
MAKERS = ("_ext/*.*", "_inventories/*.txt", "_vendor/*/*", "locale/**/*.po", "locale/*/*/*.js")

_printing = threading.Lock()


def say(text: str) -> None:
    """Print a line, whole, although both builds print."""
    with _printing:
        print(text, flush=True)


def fingerprint(settings: Mapping[str, str]) -> str:
    """A hash of what makes all pages: files, installed packages, and what this build was told."""
    digest = hashlib.sha256()
    for pattern in MAKERS:
        for path in sorted(DOCS.glob(pattern)):
            digest.update(path.relative_to(DOCS).as_posix().encode() + path.read_bytes())
    packages = sorted(f"{package.name} {package.version}" for package in distributions())
    # Sphinx sees that a setting has changed, and makes no page anew for it.
    told = [f"{name}={value}" for name, value in sorted(settings.items())]
    digest.update("\n".join([sys.version, *packages, *told]).encode())
    return digest.hexdigest()


def doctrees_of(out: Path) -> Path:
    """Where Sphinx keeps the pages as it has read them, for a later build into `out`."""
    if out == OUT:
        return BUILD / "doctrees"
    return BUILD / "doctrees-of" / hashlib.sha256(str(out).encode()).hexdigest()[:12]


def forget_outdated(doctrees: Path, settings: Mapping[str, str]) -> None:
    """Begin anew if anything but the pages has changed since the last build."""
    note = doctrees / "made-with.sha256"
    now = fingerprint(settings)
    if not note.is_file() or note.read_text(encoding="utf-8") != now:
        shutil.rmtree(doctrees, ignore_errors=True)
        doctrees.mkdir(parents=True)
        note.write_text(now, encoding="utf-8")


def command(language: str, out: Path, doctrees: Path, builder: str) -> list[str]:
    """The call of Sphinx for one language."""
    tags = [language] if builder == "html" else [language, builder]
    return [
        *(sys.executable, "-m", "sphinx", "-q", "--no-color", "-n", "-W", "--keep-going"),
        *("-b", builder, "-c", str(DOCS), "-d", str(doctrees / language)),
        *(argument for tag in tags for argument in ("-t", tag)),
        *(str(DOCS / language), str(out / language)),
    ]


def build(
    language: str, out: Path, doctrees: Path, builder: str = "html", **variables: str
) -> bool:
    """Build one language; each line that Sphinx prints begins with the language."""
    start = time.perf_counter()
    # As UTF-8 on every system: messages hold Korean, and pages are UTF-8. What a later Sphinx
    # will have removed is for the authors of extensions to know, and no fault of a page.
    environment = {
        "PYTHONWARNINGS": "ignore::DeprecationWarning",
        **os.environ,
        "PYTHONUTF8": "1",
        "PYTHONUNBUFFERED": "1",
        **variables,
    }
    with subprocess.Popen(
        command(language, out, doctrees, builder),
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.strip():
                say(f"[{language}] {line.rstrip()}")
    done = process.returncode == 0
    if not done:
        # Sphinx would not warn again of pages that it has read: it would find nothing wrong.
        shutil.rmtree(doctrees / language, ignore_errors=True)
    result = "built" if done else "FAILED, see the lines above that begin so,"
    say(f"[{language}] {result} in {time.perf_counter() - start:.1f} s")
    return done


def remove_orphans(out: Path) -> None:
    """Remove what earlier builds made from pages that are gone."""
    for language in LANGUAGES:
        for source in (out / language / "_sources").rglob("*.txt"):
            page = source.relative_to(out / language / "_sources").with_suffix("")
            if not (DOCS / language / page).is_file():
                source.unlink()
                for suffix in (".html", ".ipynb"):
                    (out / language / page).with_suffix(suffix).unlink(missing_ok=True)


def addresses(out: Path) -> Iterator[str]:
    """Where to open what was built."""
    yield f"한국어   {(out / 'ko' / 'index.html').as_uri()}"
    yield f"English  {(out / 'en' / 'index.html').as_uri()}"


def main(arguments: list[str] | None = None) -> int:
    """Build both languages and return the exit status."""
    parser = argparse.ArgumentParser(description="Build the site in Korean and in English.")
    parser.add_argument("--open", action="store_true", help="open the site in the browser")
    parser.add_argument("--clean", action="store_true", help="forget earlier builds first")
    parser.add_argument(
        "--out", type=Path, default=OUT, metavar="DIR", help="where to write (docs/_build/html)"
    )
    parser.add_argument(
        "--pyodide",
        default=os.environ.get("PYODIDE_URL", ""),
        metavar="URL",
        help="what runs examples in the page: where Pyodide is served, or a folder of it, which is "
        "copied into the site (the variable PYODIDE_URL, or Pyodide's own host)",
    )
    parser.add_argument(
        "--no-policy",
        action="store_true",
        help="leave the Content-Security-Policy out, for a preview that adds a script of its own",
    )
    parser.add_argument(
        "--books",
        action="store_true",
        help="build the EPUB of each language too, for the first pages to lead to",
    )
    options = parser.parse_args(arguments)
    out = options.out.resolve()
    if out == DOCS or DOCS.is_relative_to(out) or any((out / mark).exists() for mark in NOT_OURS):
        parser.error(f"--out {out} holds sources: name a folder for the built site alone")

    try:
        runtime = browser_python.runtime_address(options.pyodide)
        address = site_root.address_of(DOCS.parent, os.environ)
    except ConfigError as error:
        parser.error(str(error))

    if problems := missing_twins(DOCS):
        for problem in problems:
            say(problem)
        return 1
    doctrees = doctrees_of(out)
    if options.clean:
        for folder in (doctrees, *(out / language for language in LANGUAGES)):
            shutil.rmtree(folder, ignore_errors=True)
    variables = {"PYODIDE_URL": runtime, "SITE_BOOKS": "1" if options.books else ""}
    forget_outdated(doctrees, {**variables, "address": address})
    out.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(len(LANGUAGES)) as pool:
        results = list(
            pool.map(lambda language: build(language, out, doctrees, **variables), LANGUAGES)
        )
    browser_python.write(out, DOCS.parent, options.pyodide)
    if not all(results):
        return 1
    remove_orphans(out)
    site_root.write(out, DOCS, address)
    content_policy.write(out, None if options.no_policy else runtime)
    books = [sys.executable, str(DOCS / "epub.py"), "--out", str(out)]
    if options.books and subprocess.run(books, check=False).returncode:
        return 1
    for line in addresses(out):
        say(line)
    if options.open:
        webbrowser.open((out / "index.html").as_uri())
    return 0


# A folder with one of these is a checkout or the sources: `--clean` removes folders in `--out`.
NOT_OURS = ("conf.py", "pyproject.toml", ".git")


if __name__ == "__main__":
    # The console of Windows may not know Hangul; better a question mark than no build.
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    sys.exit(main())
