"""A tree with the real configuration and two small pages in each language, and how to build it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = """\
---
description: {}
---

(index)=
# {}

(index-part)=
## {}

`x`는 {{py:class}}`int`입니다.

```{{toctree}}
:hidden:
:caption: Menu's head

a/page
```
"""
PAGES = {
    "ko": PAGE.format("설명입니다.", "첫 페이지", "부분"),
    "en": PAGE.format("A sentence.", "First page", "Part"),
}
INNER = ".. _page:\n\nInner\n=====\n\n.. meta::\n   :description: Written by Sphinx.\n\nText.\n"
SITE = "https://site.example/docs/"


def checkout(folder: Path) -> Path:
    """A tree with the real configuration and two small pages in each language."""
    docs = folder / "docs"
    for name in ("_ext", "_inventories", "_static", "_templates", "_vendor", "locale"):
        shutil.copytree(
            ROOT / "docs" / name,
            docs / name,
            ignore=shutil.ignore_patterns("__pycache__", "*.mo"),
        )
    (docs / "figures").mkdir()
    for name in ("__init__.py", "_style.py"):  # of the card
        shutil.copy(ROOT / "docs" / "figures" / name, docs / "figures")
    for name in ("build.py", "conf.py", "epub.py", "root.html", "404.html"):
        shutil.copy(ROOT / "docs" / name, docs)
    (folder / "tinygrad_ko").mkdir()
    (folder / "tinygrad_ko" / "__init__.py").write_text('"""Stand-in."""\n__version__ = "1.2"\n')
    for name in ("pyproject.toml", "README.md", "LICENSE"):  # of which the wheel is made
        shutil.copy(ROOT / name, folder)
    for language, text in PAGES.items():
        (docs / language / "a").mkdir(parents=True)
        (docs / language / "index.md").write_text(text, encoding="utf-8")
        (docs / language / "a" / "page.rst").write_text(INNER, encoding="utf-8")
    return docs


def run(
    docs: Path, *arguments: str, script: str = "build.py", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the build from another folder, as a reader might."""
    base = {k: v for k, v in os.environ.items() if not k.startswith(("SITE_URL", "READTHEDOCS"))}
    return subprocess.run(
        [sys.executable, str(docs / script), *arguments],
        cwd=docs.parent.parent,
        env={**base, "PYTHONUTF8": "1", **environment},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
