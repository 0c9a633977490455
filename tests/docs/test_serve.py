"""Shows that the preview serves both languages from one place and follows what is changed.

`docs/serve.py` runs here beside a stand-in for `docs/build.py` that takes no time and writes down
how it was called: the build itself has tests of its own.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parent.parent.parent

BUILD = """
import sys
from pathlib import Path

docs = Path(__file__).resolve().parent
out = Path(sys.argv[sys.argv.index("--out") + 1])
pages = {name: (docs / name / "index.md").read_text() for name in ("ko", "en")}
if "broken" in pages["ko"]:
    sys.exit("a warning that is an error")
for name, text in pages.items():
    (out / name).mkdir(parents=True, exist_ok=True)
    (out / name / "index.html").write_text(f"<html><body>{text}</body></html>")
with (docs.parent / "calls.txt").open("a") as calls:
    print("clean" if "--clean" in sys.argv else "incremental", file=calls)
"""


class Preview:
    """A running preview of a small tree, and what a reader and a builder see of it."""

    def __init__(self, root: Path, port: int) -> None:
        self.root = root
        self.address = f"http://127.0.0.1:{port}"

    def page(self, path: str) -> str:
        try:
            with urllib.request.urlopen(self.address + path, timeout=5) as answer:
                return answer.read().decode()
        except urllib.error.URLError:
            return ""

    def builds(self) -> list[str]:
        calls = self.root / "calls.txt"
        return calls.read_text().split() if calls.is_file() else []


def until(condition: Callable[[], bool], seconds: float = 30) -> bool:
    """Wait for a condition; whether it came true in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


@pytest.fixture(scope="module")
def preview(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Preview]:
    root = tmp_path_factory.mktemp("checkout")
    for folder in ("docs/ko", "docs/en", "docs/_ext", "tinygrad_ko"):
        (root / folder).mkdir(parents=True)
    shutil.copy(ROOT / "docs" / "serve.py", root / "docs")
    (root / "docs" / "build.py").write_text(BUILD)
    (root / "docs" / "ko" / "index.md").write_text("ko 1")
    (root / "docs" / "en" / "index.md").write_text("en 1")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (root / "log.txt").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, str(root / "docs" / "serve.py"), "--port", str(port)],
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            found = Preview(root, port)
            assert until(lambda: "ko 1" in found.page("/ko/")), (root / "log.txt").read_text()
            yield found
        finally:
            server.terminate()
            server.wait(timeout=30)


def changed(preview: Preview, name: str, text: str) -> str:
    """Change a file, wait for the build that follows, and tell which kind it was."""
    before = len(preview.builds())
    # The watcher starts with the server and may need a moment more: write until it notices.
    for _ in range(10):
        (preview.root / name).write_text(text)
        if until(lambda: len(preview.builds()) > before, seconds=5):
            return preview.builds()[before]
    return "nothing was built"


def test_one_server_holds_both_languages_and_pages_reload_themselves(preview):
    assert "ko 1" in preview.page("/ko/")
    assert "en 1" in preview.page("/en/")
    assert "websocket-reload" in preview.page("/ko/")


def test_a_changed_page_is_built_and_served(preview):
    assert changed(preview, "docs/en/index.md", "en 2") == "incremental"
    assert until(lambda: "en 2" in preview.page("/en/"))


@pytest.mark.parametrize(
    ("name", "kind"),
    [("tinygrad_ko/core.py", "incremental"), ("docs/_ext/plot.py", "clean")],
)
def test_the_engine_and_the_extensions_are_followed_too(preview, name, kind):
    assert changed(preview, name, "# changed") == kind


def test_after_a_build_that_fails_the_last_pages_stay_and_the_next_build_is_served(preview):
    before = preview.page("/ko/")
    (preview.root / "docs" / "ko" / "index.md").write_text("broken")
    assert until(lambda: "not built" in (preview.root / "log.txt").read_text())
    assert preview.page("/ko/") == before
    changed(preview, "docs/ko/index.md", "ko 2")
    assert until(lambda: "ko 2" in preview.page("/ko/"))


def test_what_editors_and_python_leave_beside_a_file_starts_no_build(preview):
    changed(preview, "docs/ko/index.md", "ko 3")
    # One change can reach the watcher in two parts, and the second is not to be counted here.
    until(lambda: False, seconds=1)
    before = len(preview.builds())
    cache = preview.root / "docs" / "_ext" / "__pycache__"
    cache.mkdir(exist_ok=True)
    for path in (preview.root / "docs/ko/.index.md.swp", cache / "plot.pyc"):
        path.write_text("x")
    assert not until(lambda: len(preview.builds()) > before, seconds=2)
