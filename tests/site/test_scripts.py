"""The site's own JavaScript is small, plain, and right in its types."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from all_pages import DOCS
from conftest import given

LIMIT = 25 * 1024
STATIC = DOCS / "_static"
SCRIPTS = sorted([*STATIC.rglob("*.js"), *STATIC.rglob("*.mjs"), *DOCS.glob("_ext/*.js")])
# What Sphinx writes itself, into every site of a language.
SPHINX = {
    *("base-stemmer.js", "doctools.js", "documentation_options.js", "english-stemmer.js"),
    *("language_data.js", "searchtools.js", "sphinx_highlight.js", "translations.js"),
}
TYPES = Path(__file__).parent / "sphinx.d.ts"
OPTIONS = {
    "allowJs": True,
    "checkJs": True,
    "noEmit": True,
    "strict": True,
    "target": "es2024",
    "module": "esnext",
    "moduleResolution": "bundler",
    "types": [],
}


def check(files: list[Path], folder: Path, world: str = "dom") -> str:
    """What the compiler of TypeScript finds wrong in files of JavaScript."""
    packages = Path(given("NODE_MODULES", "the folder of what npm installed"))
    node = shutil.which("node")
    assert node
    settings = folder / "tsconfig.json"
    options = {**OPTIONS, "lib": ["es2024", world, f"{world}.iterable"]}
    names = [str(path) for path in (*files, *([TYPES] if world == "dom" else []))]
    settings.write_text(json.dumps({"compilerOptions": options, "files": names}))
    done = subprocess.run(
        [node, packages / "typescript" / "bin" / "tsc", "--project", settings],
        capture_output=True,
        encoding="utf-8",
        cwd=DOCS.parent,
        check=False,
    )
    assert done.returncode == 0 or done.stdout, done.stderr
    return done.stdout


def test_all_of_it_is_small():
    sizes = {path.name: path.stat().st_size for path in SCRIPTS}
    assert len(sizes) >= 3
    assert sum(sizes.values()) <= LIMIT, sizes


def test_its_types_are_right(tmp_path):
    # Together, because some define what others use; a worker has a world of its own.
    workers = [path for path in SCRIPTS if path.stem.endswith("worker")]
    assert check([path for path in SCRIPTS if path not in workers], tmp_path) == ""
    for path in workers:
        assert check([path], tmp_path, world="webworker") == ""


@pytest.mark.parametrize("page", ["root.html", "404.html"])
def test_types_are_right_in_what_stands_in_a_page_itself(tmp_path, page):
    text = (DOCS / page).read_text(encoding="utf-8")
    (script,) = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    alone = tmp_path / "alone.js"
    alone.write_text(script, encoding="utf-8")
    assert check([alone], tmp_path) == ""


def test_a_wrong_type_is_found(tmp_path):
    wrong = tmp_path / "wrong.js"
    wrong.write_text("const text = document.querySelector('p').textContent; text.foo();\n")
    assert "TS2531" in check([wrong], tmp_path)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_it_is_plain(script):
    text = script.read_text(encoding="utf-8")
    assert re.match(r"// \S.*\n", text), "its first line says what it is for"
    assert not re.search(r"\beval\(|new Function|@ts-(ignore|nocheck|expect-error)", text)
    assert not re.search(r"[가-힣]{2}", re.sub(r"//.*", "", text)), "words come from the page"


def test_the_site_has_no_script_that_is_not_its_own_or_of_sphinx_and_furo(site):
    known = {path.name for path in SCRIPTS}
    for language in ("ko", "en"):
        there = {path.name for path in (site.folder / language / "_static").glob("*.js")}
        assert there - known <= SPHINX
