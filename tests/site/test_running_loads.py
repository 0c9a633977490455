"""What runs the examples is loaded when it is asked for, and a sentence says what fails."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import browser_python
import pytest
from all_pages import DOCS, LANGUAGES
from browser_python import HOSTED
from conftest import given
from playwright.sync_api import Page, Route
from running_page import MEMORY, TYPES, is_gone


@pytest.mark.parametrize("path", [MEMORY, "index.html", "reference/functions.html"])
def test_nothing_is_loaded_before_the_first_press(page, site, host, path):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{site.url}en/{path}", wait_until="networkidle")
    assert any(address.partition("?")[0].endswith("/run.js") for address in asked)
    assert [address for address in asked if re.search(r"worker|run_session|python/", address)] == []
    assert host.asked == []
    assert page.workers == []


def test_loading_can_be_stopped(page, opened, host):
    waiting: list[Route] = []
    # A function of its own, because Playwright writes something into it.
    page.context.route(f"{HOSTED}*.wasm", lambda route: waiting.append(route))
    example = opened()(1)
    example.button("run").click()
    example.says("load")
    while not waiting:
        page.wait_for_timeout(100)
    example.button("stop").click()
    example.says("stopped")
    is_gone(page)
    page.context.unroute(f"{HOSTED}*.wasm")
    example.run()
    example.says("same")


# --- What cannot be loaded ---------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_python_that_cannot_be_loaded_is_said_in_a_sentence(page, opened, noise, host, language):
    files, host.files = host.files, {}
    example = opened(language=language)(1)
    example.button("run").click()
    example.says("noPython")
    assert page.locator(".example pre").first.is_visible()
    host.files = files
    example.run()
    example.says("same")
    noise.console.clear()  # the browser says itself what was not found


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_numpy_that_cannot_be_loaded_is_said_in_a_sentence(opened, noise, language):
    example = opened("index.html", language)(1)
    example.run()
    example.says("noPackages", "NumPy")
    assert example.result.text_content() == ""
    assert "Variable([2., 4., 6.])" in example.box.locator("pre").first.text_content()
    noise.console.clear()


def test_a_changed_example_that_needs_none_runs_without_numpy(opened, noise):
    example = opened()(1)
    example.run()
    example.change("import numpy\n1 + 1")
    example.run()
    assert "ModuleNotFoundError" in example.result.text_content()
    assert "2" in example.result.locator("span").all_text_contents()
    noise.console.clear()


# --- Packages ----------------------------------------------------------------------------------


def test_the_engine_comes_from_the_wheel_of_the_site(page, opened, host, site):
    host.add_numpy("__version__ = 'a stand-in'\n")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    example = opened("start/install.html")(1)
    example.run()
    example.change(
        "import importlib.metadata, importlib.util, numpy\n"
        "if False:\n    import tinygrad_ko\n"
        "numpy.__version__\n"
        "importlib.metadata.version('tinygrad_ko')\n"
        "importlib.util.find_spec('tinygrad_ko.core').origin"
    )
    example.run()
    (wheel,) = (site.folder / "python").glob("*.whl")
    text = example.result.text_content()
    assert "'a stand-in'" in text
    assert f"'{wheel.name.split('-')[1]}'" in text
    assert "site-packages/tinygrad_ko/core.py" in text
    assert f"{site.url}python/{wheel.name}" in asked


def test_the_data_that_a_page_reads_is_there(page, opened, site):
    # As a page says it one of whose examples reads a file.
    with edited(page, '"files": []', '"files": ["data/hubble-1929.csv"]'):
        example = opened()(1)
    example.run()
    example.change("open('data/hubble-1929.csv', encoding='utf-8').readline()")
    example.run()
    first = (site.folder / "python/data/hubble-1929.csv").read_text("utf-8").split("\n")[0]
    assert repr(f"{first}\n") in example.result.text_content()


@contextmanager
def edited(page: Page, old: str, new: str) -> Iterator[None]:
    """Let pages come with other settings than the build has written."""

    def answer(route: Route) -> None:
        text = route.fetch().text()
        assert text.count(old) == 1
        route.fulfill(body=text.replace(old, new), content_type="text/html; charset=utf-8")

    page.context.route("**/*.html", answer)
    yield
    page.context.unroute("**/*.html")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_copy_of_pyodide_in_the_site_is_enough(page, opened, host, site, tmp_path, language):
    browser_python.write(tmp_path, DOCS.parent, given("NODE_MODULES", "npm's folder") + "/pyodide")
    copies = tmp_path / browser_python.COPY
    asked: list[str] = []

    def answer(route: Route) -> None:
        name = route.request.url.removeprefix(f"{site.url}{browser_python.COPY}")
        asked.append(name)
        route.fulfill(path=copies / name, content_type=TYPES[Path(name).suffix])

    page.context.route(f"{site.url}{browser_python.COPY}**", answer)
    copy = f"../../{browser_python.COPY}"
    with edited(page, f'"runtime": "{HOSTED}"', f'"runtime": "{copy}"'):
        example = opened(language=language)(1)
    example.run()
    example.says("same")
    assert set(asked) == set(browser_python.NEEDED)
    assert host.asked == []
