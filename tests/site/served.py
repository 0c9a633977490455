"""Serves the built site as a host of static pages does: compressed, under a path, with its 404."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

# The site stands below a path, as on GitHub Pages: an address from the root would lead nowhere.
PATH = "/docs/"
COMPRESSED = {".html", ".css", ".js", ".mjs", ".json", ".svg", ".txt", ".xml", ".inv", ".ipynb"}


@cache
def _compressed(path: Path, changed: int) -> bytes:
    return gzip.compress(path.read_bytes(), 6, mtime=0)


@dataclass(frozen=True)
class Site:
    """The built site: where it lies, and where it is served."""

    folder: Path
    url: str

    def pages(self) -> list[str]:
        """The addresses of all pages, from the root of the site: "ko/index.html" and so on."""
        return sorted(
            path.relative_to(self.folder).as_posix()
            for path in self.folder.rglob("*.html")
            if "_static" not in path.relative_to(self.folder).parts
        )


class Handler(SimpleHTTPRequestHandler):
    """Answers from the folder of the site, which stands below PATH."""

    protocol_version = "HTTP/1.1"
    extensions_map = {  # noqa: RUF012
        **SimpleHTTPRequestHandler.extensions_map,
        ".mjs": "text/javascript",
        ".js": "text/javascript",
        ".wasm": "application/wasm",
        ".ipynb": "application/x-ipynb+json",
        ".woff2": "font/woff2",
    }

    def log_message(self, format: str, *args: object) -> None:
        """Print nothing: the tests say what is wrong."""

    def file(self) -> Path | None:
        """The file that the address names, or None."""
        path = urlsplit(self.path).path
        if not path.startswith(PATH):
            return None
        file = Path(self.translate_path("/" + path.removeprefix(PATH)))
        if file.is_dir() and path.endswith("/"):
            file /= "index.html"
        return file if file.is_file() else None

    def send_head(self) -> BytesIO:
        """Send the head of the answer and return the rest of it."""
        file, status = self.file(), 200
        if file is None:
            # The hosts of static pages answer so, at whatever address was asked for.
            file, status = Path(self.directory) / "404.html", 404
        body = file.read_bytes() if file.is_file() else b"not found"
        self.send_response(status)
        self.send_header("Content-Type", self.guess_type(str(file)))
        if file.suffix in COMPRESSED and "gzip" in self.headers.get("Accept-Encoding", ""):
            body = _compressed(file, file.stat().st_mtime_ns) if file.is_file() else body
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "max-age=600")
        self.end_headers()
        return BytesIO(body)


@contextmanager
def serve(folder: Path) -> Iterator[Site]:
    """Serve a folder on this machine alone, until the block is left."""

    def handler(*arguments: object) -> Handler:
        return Handler(*arguments, directory=str(folder))

    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Site(folder, f"http://127.0.0.1:{server.server_port}{PATH}")
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
