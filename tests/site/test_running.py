"""Examples are run, changed and stopped in the page, by keyboard too, and on every screen."""

from __future__ import annotations

import re

import pytest
from all_pages import LANGUAGES
from conftest import tab_to
from playwright.sync_api import expect
from running_page import MEMORY, PATIENCE, is_gone
from running_texts import TEXTS

# --- The page as it is -------------------------------------------------------------------------


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


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_can_be_done_by_keyboard(page, opened, language):
    example = opened(language=language)(1)
    tab_to(page, example.button("run"))
    page.keyboard.press("Enter")
    # The same button, which says by now that it stops.
    expect(example.button("stop")).to_be_focused()
    example.says("load")
    example.says("same")
    expect(example.button("run")).to_be_focused()
    tab_to(page, example.button("edit"))
    page.keyboard.press("Space")
    expect(example.code).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("for i in range(2):\nprint(i)")  # the indent comes by itself
    page.keyboard.press("Control+Enter")
    example.says("done")
    expect(example.code).to_be_focused()
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
    example(2).change(f"{code.replace('- 1', '- 2')}\nprint('more')")
    example(5).run()
    link = example(5).status.get_by_role("link", name="Example 2")
    link.click()
    assert page.url.endswith("#example-2")
    expect(example(2).result.locator(".run-differs").first).to_be_in_viewport()


@pytest.mark.parametrize("language", LANGUAGES)
def test_errors_look_like_those_of_python(opened, language):
    example = opened(language=language)(1)
    example.run()
    example.change("def f(x):\n    return 1 / x\n\nf(0)")
    example.run()
    # Whoever hears the status alone hears of it.
    example.says("raised", "ZeroDivisionError: division by zero")
    last = example.result.locator("span").last.text_content()
    assert last.split("\n")[0] == "Traceback (most recent call last):"
    text = example.result.text_content()
    assert 'File "<example 1, prompt 2>", line 1, in <module>' in text
    assert "    return 1 / x\n           ~~^~~" in text
    assert "ZeroDivisionError: division by zero" in text
    example.change("x = = 1")
    example.run()
    assert "    x = = 1\n        ^\nSyntaxError: invalid syntax" in example.result.text_content()
    example.says("raised", "SyntaxError: invalid syntax")
    example.change("input('?')")
    example.run()
    example.says("raised", "EOFError: EOF when reading a line")
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


def test_python_that_ends_for_good_is_said_and_comes_back(page, opened, noise):
    example = opened()(1)
    example.run()
    for code in ("import os\nos.abort()", "import sys\nsys.setrecursionlimit(10**9)\n" + DEEP):
        example.change(code)
        example.run()
        example.says("crashed")
        is_gone(page)
    # Pyodide has told the console of it.
    noise.console[:] = [line for line in noise.console if not re.search(FATAL, line)]
    example.button("reset").click()
    expect(example.button("run")).to_be_focused()
    example.run()
    example.says("same")


DEEP = "def f():\n    f()\n\nf()"
FATAL = "fatal error|unreachable|Maximum call stack size"


# --- Screens -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "look",
    [
        {"color_scheme": "dark"},
        {"color_scheme": "light"},
        {"color_scheme": "dark", "forced_colors": "active"},
        {"color_scheme": "light", "forced_colors": "active"},
    ],
    ids=lambda look: "-".join(look.values()),
)
def test_a_difference_is_seen_in_all_colours(page, opened, look):
    page.emulate_media(**look)
    example = opened()(2)
    example.run()
    example.change("import sys\na = obj()\nsys.getrefcount(a) - 2")
    example.run()
    example.says("differs", 1)
    for kind, style in (("differs", "solid"), ("page", "dashed")):
        line = example.result.locator(f".run-{kind}")
        expect(line).to_have_css("border-left-style", style)
        assert line.evaluate(CONTRAST) >= 4.5
    for part in (example.status, example.code, example.button("run"), example.button("reset")):
        assert part.evaluate(CONTRAST) >= 4.5


# How much the letters of an element stand out from what is behind them.
CONTRAST = """(element) => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const grounds = [];
  for (let box = element; box; box = box.parentElement)
    grounds.unshift(getComputedStyle(box).backgroundColor);
  canvas.fillStyle = "Canvas";
  canvas.fillRect(0, 0, 1, 1);
  const light = (colours) => {
    for (const colour of colours) {
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
    }
    const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map((v) => v / 255).map((v) =>
      v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = light(grounds);
  const [low, high] = [ground, light([getComputedStyle(element).color])].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}"""


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
