"""The built site in a real browser: what each test of it starts from.

`nox -s site` builds the site, finds the browser, and says in variables where both are.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from browser_python import HOSTED
from playwright.sync_api import Browser, Locator, Page, sync_playwright
from running_page import MEMORY, Example, Host
from running_texts import TEXTS
from served import Site, serve

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Whatever a page asks of another host fails at once, and is seen in `Noise`.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]


def given(name: str, what: str) -> str:
    """The value of a variable that the session sets."""
    value = os.environ.get(name)
    if not value:
        pytest.fail(f"{name} is not set, {what}: run `nox -s site`", pytrace=False)
    return value


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the target has the focus."""
    wanted = target.element_handle()
    for _ in range(400):
        if page.evaluate("wanted => document.activeElement === wanted", wanted):
            return
        page.keyboard.press("Tab")
    pytest.fail("Tab never comes there")


@dataclass
class Noise:
    """What no page may do: messages on the console, errors, requests that leave the host."""

    console: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    def allow_files(self) -> None:
        """Take out what a page opened as a file asks: it is no other host, and has no status."""
        self.foreign[:] = [line for line in self.foreign if ": file:" not in line]
        self.console[:] = [line for line in self.console if ": 0 file:" not in line]


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    """The built site: `site.url` is where it is served, `site.folder` where its files are."""
    folder = Path(given("SITE", "the folder of the built site"))
    if not (folder / "ko" / "index.html").is_file():
        pytest.fail(f"SITE={folder} holds no built site: run `nox -s site`", pytrace=False)
    with serve(folder) as served:
        yield served


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, the system's own."""
    executable = given("CHROMIUM", "the path of Chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def noise() -> Noise:
    """What the pages of this test did wrong; a test that expects some of it takes it out."""
    return Noise()


@pytest.fixture
def new_page(browser: Browser, site: Site, noise: Noise) -> Iterator[Callable[..., Page]]:
    """A function that opens a fresh page, with the options of Playwright's `new_context`.

    A test whose pages wrote to the console or asked another host fails at its end.
    """
    contexts = []

    def open_page(**options: Any) -> Page:
        context = browser.new_context(**options)
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: noise.console.append(f"{page.url}: {message.text}"))
        page.on("pageerror", lambda error: noise.console.append(f"{page.url}: {error}"))
        page.on(
            "request",
            lambda request: (
                request.url.startswith((site.url, "data:", "blob:"))
                or noise.foreign.append(f"{page.url}: {request.url}")
            ),
        )
        page.on(
            "response",
            lambda response: (
                response.ok
                or response.url.endswith("/404.html")
                or noise.console.append(f"{page.url}: {response.status} {response.url}")
            ),
        )
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert noise.foreign == []
    assert noise.console == []


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """A fresh page, 1280 pixels wide, in the light colours."""
    return new_page(viewport={"width": 1280, "height": 900}, color_scheme="light")


@pytest.fixture
def host(page: Page, noise: Noise) -> Iterator[Host]:
    """Pyodide's host, which answers the pages of this test."""
    host = Host(Path(given("NODE_MODULES", "the folder of what npm installed")) / "pyodide")
    page.context.route(f"{HOSTED}**", host.answer)
    yield host
    noise.foreign[:] = [line for line in noise.foreign if f": {HOSTED}" not in line]


@pytest.fixture
def opened(page: Page, site: Site, host: Host) -> Callable[..., Callable[[int], Example]]:
    """A function that opens a page; it returns one that finds the examples in it."""

    def open_page(path: str = MEMORY, language: str = "en") -> Callable[[int], Example]:
        page.goto(f"{site.url}{language}/{path}")
        # The answers to exercises are folded.
        page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")
        return lambda number: Example(page, number, TEXTS[language])

    return open_page
