"""Two clean builds of the site are equal, byte for byte."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from all_pages import DOCS


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_second_build_is_the_same(site):
    again = site.folder.parent / "again"
    environment = {**os.environ, "PYTHONHASHSEED": "1", "TZ": "Asia/Seoul", "LC_ALL": "C"}
    command = [sys.executable, str(DOCS / "build.py"), "--clean", "--out", str(again)]
    done = subprocess.run(
        command, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    first, second = contents(site.folder), contents(again)
    assert len(first) > 100
    assert sorted(first) == sorted(second)
    assert [name for name in first if first[name] != second[name]] == []
