"""Examples are run, changed and stopped in the page, by a Python that is loaded when asked for.

Pyodide is the npm package, served under the address of its own host. Its NumPy is not in that
package: tests that need one get a stand-in of a few lines.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from browser_python import HOSTED
from conftest import Noise, given
from playwright.sync_api import Locator, Page, Route, expect
from running_texts import TEXTS
from served import Site

MEMORY = "concepts/cpython-memory.html"
LANGUAGES = ("ko", "en")
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
    """Pyodide's own host: what it holds, and what was asked of it."""

    def __init__(self) -> None:
        folder = Path(given("NODE_MODULES", "the folder of what npm installed")) / "pyodide"
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


@pytest.fixture
def host(page: Page, noise: Noise) -> Iterator[Host]:
    """Pyodide's host, which answers the pages of this test."""
    host = Host()
    page.context.route(f"{HOSTED}**", host.answer)
    yield host
    noise.foreign[:] = [line for line in noise.foreign if f": {HOSTED}" not in line]


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


Opener = Callable[..., Callable[[int], Example]]


@pytest.fixture
def opened(page: Page, site: Site, host: Host) -> Opener:
    """A function that opens a page; it returns one that finds the examples in it."""

    def open_page(path: str = MEMORY, language: str = "en") -> Callable[[int], Example]:
        page.goto(f"{site.url}{language}/{path}")
        # The answers to exercises are folded.
        page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")
        return lambda number: Example(page, number, TEXTS[language])

    return open_page


# --- The page as it is -------------------------------------------------------------------------


@pytest.mark.parametrize("path", [MEMORY, "index.html", "reference/functions.html"])
def test_nothing_is_loaded_before_the_first_press(page, site, host, path):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{site.url}en/{path}", wait_until="networkidle")
    assert any(address.partition("?")[0].endswith("/run.js") for address in asked)
    assert [address for address in asked if re.search(r"worker|run_session|python/", address)] == []
    assert host.asked == []
    assert page.workers == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_javascript_there_is_no_bar(new_page, site, language):
    page = new_page(java_script_enabled=False)
    page.goto(f"{site.url}{language}/{MEMORY}")
    assert page.locator(".run-bar").count() > 20
    assert not page.locator(".run-bar").first.is_visible()
    assert page.locator(".example pre").first.is_visible()


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_example_without_numpy_gives_what_the_page_says(page, opened, host, language):
    example = opened(language=language)
    boxes = page.locator(".example:not([data-heavy])").all()
    numbers = [
        number
        for number, box in enumerate(page.locator(".example").all(), 1)
        if box.get_attribute("data-heavy") is None
    ]
    assert len(boxes) == len(numbers) > 25
    for number in numbers:
        example(number).run()
        assert example(number).status.text_content() in (
            TEXTS[language]["same"],
            TEXTS[language]["quiet"],
        )
    assert not [name for name in host.asked if name.endswith(".whl")]


def test_examples_before_it_run_first_and_show_nothing(page, opened):
    example = opened()
    example(4).run()
    example(4).says("same")
    assert page.locator(".run-result").count() == 1
    example(3).run()
    example(3).says("same")


# --- By keyboard alone -------------------------------------------------------------------------


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the target has the focus."""
    wanted = target.element_handle()
    for _ in range(400):
        if page.evaluate("wanted => document.activeElement === wanted", wanted):
            return
        page.keyboard.press("Tab")
    pytest.fail("Tab never comes there")


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_can_be_done_by_keyboard(page, opened, language):
    example = opened(language=language)(1)
    tab_to(page, example.button("run"))
    page.keyboard.press("Enter")
    example.says("same")
    tab_to(page, example.button("edit"))
    page.keyboard.press("Space")
    expect(example.code).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("for i in range(2):\nprint(i)")  # the indent comes by itself
    page.keyboard.press("Control+Enter")
    example.says("done")
    expect(example.result).to_have_text(re.compile(r"\.\.\.     print\(i\).*0\s*1", re.S))
    # Tab leads out of the code.
    page.keyboard.press("Tab")
    expect(example.button("run")).to_be_focused()
    tab_to(page, example.button("reset"))
    page.keyboard.press("Enter")
    expect(example.code).to_have_count(0)
    expect(example.result).to_have_count(0)
    expect(example.button("run")).to_be_focused()
    assert example.status.text_content() == ""
    page.keyboard.press("Enter")
    example.says("same")


def is_gone(page: Page) -> None:
    """Wait until no Python is there any more."""
    for _ in range(100):
        if not page.workers:
            return
        page.wait_for_timeout(100)
    pytest.fail("the worker goes on")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_loop_without_end_is_stopped_by_keyboard(page, opened, language):
    example = opened(language=language)(1)
    example.run()
    example.change("while True:\n    pass")
    page.keyboard.press("Control+Enter")
    example.says("running")
    tab_to(page, example.button("stop"))
    page.keyboard.press("Enter")
    example.says("stopped")
    expect(example.button("run")).to_be_focused()
    is_gone(page)
    tab_to(page, example.button("reset"))
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    example.says("same")


# --- Changing ----------------------------------------------------------------------------------


def test_a_difference_is_marked_beside_what_the_page_has(opened):
    example = opened()(2)
    example.run()
    expect(example.result.locator(".run-differs")).to_have_count(0)
    code = example.button("edit").click() or example.code.input_value()
    assert ">>>" not in code
    example.change(code.replace("- 1", "- 2", 1))
    example.run()
    example.says("differs", 1)
    differs, page = example.result.locator(".run-differs"), example.result.locator(".run-page")
    assert (differs.text_content(), page.text_content()) == ("0", "1")
    for each, name in ((differs, "differsLabel"), (page, "pageLabel")):
        label = each.evaluate("each => getComputedStyle(each, '::before').content")
        assert TEXTS["en"][name] in label
    # What the page says is still there, unchanged.
    assert "1" in example.box.locator("pre").first.text_content()


def test_an_ellipsis_of_the_page_stands_for_anything(page, opened):
    example = opened("concepts/topological-sort.html")
    error = "RecursionError: maximum recursion depth exceeded"
    place = page.locator(".example").filter(has_text=f"{error}...")
    assert place.count() == 1
    label = place.get_by_role("group", name="Example").get_attribute("aria-label")
    chosen = example(int(label.removeprefix("Example ")))
    chosen.run()
    chosen.says("same")
    assert error in chosen.result.text_content()
    assert f"{error}..." not in chosen.result.text_content()


def test_a_changed_example_counts_for_those_after_it(page, opened):
    example = opened()
    example(2).run()
    example(2).change("a = 'mine'")
    example(3).run()
    example(3).says("differs", 3)
    link = example(3).status.get_by_role("link", name="Example 2")
    example(2).button("reset").click()
    example(3).run()
    example(3).says("same")
    expect(link).to_have_count(0)


def test_an_earlier_example_that_differs_is_linked(page, opened):
    example = opened()
    example(2).run()
    code = example(2).button("edit").click() or example(2).code.input_value()
    example(2).change(f"{code}\nundefined".replace("- 1", "- 2"))
    example(2).button("run").focus()
    example(5).run()
    link = example(5).status.get_by_role("link", name="Example 2")
    link.click()
    assert page.url.endswith("#example-2")
    expect(example(2).result.locator(".run-differs").first).to_be_in_viewport()


def test_errors_look_like_those_of_python(opened):
    example = opened()(1)
    example.run()
    example.change("def f(x):\n    return 1 / x\n\nf(0)")
    example.run()
    assert example.result.locator("span").all_text_contents()[-1].split("\n")[0] in (
        "Traceback (most recent call last):",
        TEXTS["en"]["nothing"],
    )
    text = example.result.text_content()
    assert 'File "<example 1, prompt 2>", line 1, in <module>' in text
    assert "    return 1 / x\n           ~~^~~" in text
    assert "ZeroDivisionError: division by zero" in text
    example.change("x = = 1")
    example.run()
    assert "    x = = 1\n        ^\nSyntaxError: invalid syntax" in example.result.text_content()
    example.change("import sys\nsys.version_info[:2], sys.platform")
    example.run()
    assert "((3, 14), 'emscripten')" in example.result.text_content()


def test_outputs_come_while_an_example_runs(opened):
    example = opened()(1)
    example.run()
    example.change("import itertools, time\nfor i in itertools.count():\n    print(f'<{i}>')")
    example.button("run").click()
    expect(example.result).to_contain_text("<100>", timeout=PATIENCE)
    expect(example.result).to_contain_text("…", timeout=PATIENCE)
    assert len(example.result.text_content()) < 25_000
    example.button("stop").click()
    example.says("stopped")
    assert "<100>" in example.result.text_content()


def test_other_examples_wait_and_a_double_click_stops_nothing(opened):
    example = opened()
    example(1).button("run").dblclick()
    expect(example(2).button("run")).to_be_disabled()
    example(1).says("same")
    expect(example(2).button("run")).to_be_enabled()


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


def test_the_data_that_a_page_reads_is_there(opened, host, site):
    host.add_numpy("")
    example = opened("start/first-gradient.html")
    number = 1
    while "hubble-1929.csv" not in example(number).box.locator("pre").first.text_content():
        number += 1
    example(number).run()
    example(number).change("open('data/hubble-1929.csv', encoding='utf-8').readline()")
    example(number).run()
    first = (site.folder / "python/data/hubble-1929.csv").read_text("utf-8").split("\n")[0]
    assert repr(f"{first}\n") in example(number).result.text_content()


# --- Screens -----------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [320, 390])
@pytest.mark.parametrize("language", LANGUAGES)
def test_narrow_screens_hold_it(page, opened, width, language):
    page.set_viewport_size({"width": width, "height": 800})
    example = opened(language=language)(2)
    example.run()
    example.change("print('x' * 300)")
    example.run()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert example.result.evaluate("each => each.scrollWidth > each.clientWidth")
    for name in ("run", "reset"):
        size = example.button(name).bounding_box()
        assert size["height"] >= 24
        assert size["width"] >= 24


def test_the_room_of_the_bar_is_there_from_the_beginning(page, opened):
    page.add_init_script(
        "window.shifts = []; new PerformanceObserver((list) => { for (const each of "
        "list.getEntries()) if (!each.hadRecentInput) window.shifts.push(each.value); })"
        ".observe({ type: 'layout-shift', buffered: true })"
    )
    example = opened()
    example(1).box.scroll_into_view_if_needed()
    page.wait_for_timeout(500)
    assert sum(page.evaluate("window.shifts")) < 0.01
