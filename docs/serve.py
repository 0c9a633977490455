"""Shows both languages while they are written: one server, rebuilt and reloaded at each change.

The pages of the two builds link to each other, so one server has to hold both: this is why
sphinx-autobuild's watcher and reloader are used here around `build.py`, and not its command,
which serves the output of one build.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn
from sphinx_autobuild.filter import IgnoreFilter
from sphinx_autobuild.middleware import JavascriptInjectorMiddleware
from sphinx_autobuild.server import RebuildServer
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount, WebSocketRoute
from starlette.staticfiles import StaticFiles

if TYPE_CHECKING:
    from collections.abc import Sequence

DOCS = Path(__file__).resolve().parent
OUT = DOCS / "_build" / "html"
WATCHED = [DOCS, DOCS.parent / "tinygrad_ko"]
# Sphinx follows pages, figures, templates and the engine's own files by itself. It does not
# know that these made the pages it keeps from the last build.
MAKERS = [DOCS / "conf.py", *(DOCS / name for name in ("_ext", "_inventories", "locale"))]
# What Python and editors leave beside a file, and what the build itself writes.
LEFTOVERS = [r"/__pycache__(/|$)", r"/\.[^/]*$", r"~$", r"\.sw[a-z]$", r"/\d+$", r"\.mo$"]


def needs_clean_build(changed: Sequence[Path]) -> bool:
    """Whether pages that did not change themselves have to be made anew."""
    return any(path.is_relative_to(maker) for path in changed for maker in MAKERS)


def build(changed_paths: Sequence[Path]) -> None:
    """Build both languages; after an error the last good pages stay up."""
    for path in changed_paths:
        print(f"changed: {path.relative_to(DOCS.parent)}", flush=True)
    # The reloader adds a script to each page, which no policy of ours would let run.
    command = [sys.executable, str(DOCS / "build.py"), "--no-policy", "--out", str(OUT)]
    if needs_clean_build(changed_paths):
        command.append("--clean")
    start = time.perf_counter()
    status = subprocess.run(command, check=False).returncode
    took = f"{time.perf_counter() - start:.1f} s"
    print(f"built in {took}" if status == 0 else f"not built ({took}): see above", flush=True)


def application(address: str) -> Starlette:
    """The server: the built site, with a line in each page that reloads it after a build."""
    ignored = IgnoreFilter([str(DOCS / "_build")], LEFTOVERS)
    watcher = RebuildServer([str(path) for path in WATCHED], ignored, change_callback=build)
    return Starlette(
        routes=[
            WebSocketRoute("/websocket-reload", watcher, name="reload"),
            Mount("/", app=StaticFiles(directory=OUT, html=True), name="static"),
        ],
        middleware=[Middleware(JavascriptInjectorMiddleware, ws_url=address)],
        lifespan=watcher.lifespan,
    )


def main() -> None:
    """Build once, then serve until Ctrl+C."""
    parser = argparse.ArgumentParser(description="Live preview of both languages.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--open", action="store_true", help="open the browser too")
    options = parser.parse_args()
    address = f"{options.host}:{options.port}"

    OUT.mkdir(parents=True, exist_ok=True)
    build([])
    print(f"http://{address}/ko/  http://{address}/en/  (Ctrl+C stops)", flush=True)
    if options.open:
        webbrowser.open(f"http://{address}/")
    uvicorn.run(application(address), host=options.host, port=options.port, log_level="warning")


if __name__ == "__main__":
    main()
