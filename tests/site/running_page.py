"""The examples of a page as a reader finds them, and the host of the Python that runs them.

Pyodide is the npm package, served under the address of its own host. Its NumPy is not in that
package, and comes from no registry of packages: tests that need one get a stand-in of a few lines.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from pathlib import Path

import pytest
from browser_python import HOSTED
from playwright.sync_api import Locator, Page, Route, expect

MEMORY = "concepts/cpython-memory.html"
TYPES = {
    ".mjs": "text/javascript",
    ".wasm": "application/wasm",
    ".json": "application/json",
    ".zip": "application/zip",
    ".whl": "application/zip",
}
# The first start of Python takes seconds, on a busy machine many.
PATIENCE = 120_000


class Host:
    """Pyodide's own host: what it holds, the files of a folder, and what was asked of it."""

    def __init__(self, folder: Path) -> None:
        self.files = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
        self.asked: list[str] = []

    def answer(self, route: Route) -> None:
        """Answer a request, as a host does that any site may ask."""
        name = route.request.url.removeprefix(HOSTED)
        self.asked.append(name)
        body = self.files.get(name)
        route.fulfill(
            status=404 if body is None else 200,
            body=body or b"not found",
            content_type=TYPES.get(Path(name).suffix, "text/plain"),
            headers={"Access-Control-Allow-Origin": "*"},
        )

    def add_numpy(self, source: str) -> None:
        """Hold a package of the name and version of NumPy, with this as its source."""
        lock = json.loads(self.files["pyodide-lock.json"])
        entry = lock["packages"]["numpy"]
        folder = f"numpy-{entry['version']}.dist-info"
        wheel = io.BytesIO()
        with zipfile.ZipFile(wheel, "w") as archive:
            archive.writestr("numpy/__init__.py", source)
            archive.writestr(f"{folder}/METADATA", "Metadata-Version: 2.1\nName: numpy\n")
            archive.writestr(f"{folder}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\n")
            archive.writestr(f"{folder}/RECORD", "")
        self.files[entry["file_name"]] = wheel.getvalue()
        entry["sha256"] = hashlib.sha256(wheel.getvalue()).hexdigest()
        self.files["pyodide-lock.json"] = json.dumps(lock).encode()


class Example:
    """An example of a page, as a reader finds it."""

    def __init__(self, page: Page, number: int, texts: dict[str, str]) -> None:
        bar = page.get_by_role("group", name=texts["example"].format(number), exact=True)
        self.box: Locator = page.locator(".example").filter(has=bar)
        self.texts = texts
        self.status = self.box.get_by_role("status")
        self.result = self.box.locator(".run-result")
        self.code = self.box.locator("textarea")

    def button(self, name: str) -> Locator:
        return self.box.get_by_role("button", name=self.texts[name], exact=True)

    def says(self, name: str, *values: object) -> None:
        """Wait until the status says so."""
        text = self.texts[name].replace("{}", "".join(map(str, values)))
        expect(self.status).to_have_text(re.compile(f"^{re.escape(text)}"), timeout=PATIENCE)

    def run(self) -> None:
        """Press the button and wait for the end."""
        self.button("run").click()
        expect(self.box.get_by_role("button").first).to_have_text(
            self.texts["run"], timeout=PATIENCE
        )

    def change(self, code: str) -> None:
        """Write this in the place of the code."""
        if not self.code.is_visible():
            self.button("edit").click()
        self.code.fill(code)


def is_gone(page: Page) -> None:
    """Wait until no Python is there any more."""
    for _ in range(100):
        if not page.workers:
            return
        page.wait_for_timeout(100)
    pytest.fail("the worker goes on")
