"""The button under each block of code copies what a reader would write into a file."""

from __future__ import annotations

import ast
import doctest
import os
import subprocess
import sys
from collections.abc import Callable

import pytest
from all_pages import BROWSED, DOCS, LANGUAGES
from conftest import tab_to
from copy_code import TEXTS
from playwright.sync_api import Locator, Page, expect

ALLOWED = ["clipboard-read", "clipboard-write"]
MEMORY = "concepts/cpython-memory.html"
# Presses every button of a page, and returns each block with what was copied of it.
PRESS_ALL = """async () => {
  const copied = [];
  Object.defineProperty(navigator, "clipboard", { value: { writeText: (text) => {
    copied.push(text);
    return Promise.resolve();
  } } });
  for (const button of document.querySelectorAll(".copy")) button.click();
  await Promise.resolve();
  const blocks = [...document.querySelectorAll("article pre")];
  return [blocks.map((block) => block.textContent), copied];
}"""


@pytest.fixture
def reader(new_page: Callable[..., Page]) -> Page:
    """A page that may use the clipboard."""
    return new_page(permissions=ALLOWED, viewport={"width": 1280, "height": 900})


def clipboard(page: Page) -> str:
    return page.evaluate("navigator.clipboard.readText()")


def button(page: Page, code: str) -> Locator:
    """The button of the first block with this in it."""
    block = page.locator("div[class*=highlight-]").filter(has_text=code).first
    return block.locator("xpath=following-sibling::*[contains(@class, 'code-bar')]/button").and_(
        page.locator(".copy")
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_code_is_copied_by_keyboard_and_said(reader, site, language):
    texts = TEXTS[language]
    reader.goto(f"{site.url}{language}/{MEMORY}")
    pressed = button(reader, "def f(x):")
    said = reader.locator(".copy-said")
    expect(said).to_have_role("status")
    expect(said).to_have_text("")
    tab_to(reader, pressed)
    expect(pressed).to_have_text(texts["copy"])
    width = pressed.bounding_box()["width"]
    reader.keyboard.press("Enter")
    expect(said).to_have_text(texts["copied"])
    expect(pressed).to_have_text(texts["copied"])
    assert pressed.bounding_box()["width"] == width
    assert clipboard(reader) == (
        "def f(x):\n    print(sys.getrefcount(a) - 1)\nf(a)\nsys.getrefcount(a) - 1\na = None"
    )
    expect(pressed).to_be_focused()
    expect(pressed).to_have_text(texts["copy"])
    expect(said).to_have_text("")


def test_the_newest_press_counts(reader, site):
    reader.goto(f"{site.url}en/{MEMORY}")
    first, second = button(reader, "def f(x):"), button(reader, "import weakref")
    first.click()
    expect(first).to_have_text("Copied")
    reader.wait_for_timeout(1500)
    second.click()
    expect(second).to_have_text("Copied")
    expect(first).to_have_text("Copy")
    reader.wait_for_timeout(1000)  # the first press is 2.5 seconds ago
    expect(second).to_have_text("Copied")
    assert clipboard(reader).startswith("import weakref\n")


def expected(block: str) -> str:
    """What is to be copied of a block: of a session at a prompt, as doctest reads it."""
    examples = doctest.DocTestParser().get_examples(block)
    return ("".join(each.source for each in examples) if examples else block).rstrip()


@pytest.mark.parametrize("address", BROWSED)
def test_every_block_is_copied_as_code(page, site, address):
    page.goto(site.url + address)
    blocks, copied = page.evaluate(PRESS_ALL)
    assert copied == [expected(block) for block in blocks]
    for block, code in zip(blocks, copied, strict=True):
        if block.startswith(">>> "):
            ast.parse(code)


def test_what_was_copied_from_a_whole_page_runs_as_a_file(page, site, tmp_path):
    page.goto(f"{site.url}en/start/first-gradient.html")
    _, copied = page.evaluate(PRESS_ALL)
    assert any("\n    " in code for code in copied)
    file = tmp_path / "pasted.py"
    file.write_text("\n".join(copied), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, file],
        env={**os.environ, "PYTHONPATH": str(DOCS.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("block", "code"),
    [
        # Blank lines inside a block stay; so does the indent.
        (
            ">>> class A:\n...     x = 1\n...\n...     y = 2\n... \n>>> A.y\n2\n",
            "class A:\n    x = 1\n\n    y = 2\n\nA.y",
        ),
        # Dots in an output stand for a part that was left out.
        (">>> print('a')\n... a\n", "print('a')\na"),
        (">>> help()\nWelcome\n...\n... more\n>>> 1\n1\n", "help()\n1"),
        (
            ">>> 1 / 0\nTraceback (most recent call last):\n    ...\nZeroDivisionError: x\n",
            "1 / 0",
        ),
        (">>> a = '''\n... >>> b\n... '''\n", "a = '''\n>>> b\n'''"),
        ("nox -s docs\nnox -s tests\n", "nox -s docs\nnox -s tests"),
        ("  indented\n\n... dots\n\n\n", "  indented\n\n... dots"),
    ],
)
def test_prompts_and_outputs_are_left_out(reader, site, block, code):
    reader.goto(f"{site.url}en/{MEMORY}")
    reader.evaluate("text => { document.querySelector('article pre').textContent = text }", block)
    pressed = reader.locator(".copy").first
    pressed.click()
    expect(pressed).to_have_text("Copied")
    assert clipboard(reader) == code


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_browser_that_does_not_copy_is_believed(page, site, language):
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.goto(f"{site.url}{language}/start/install.html")
    pressed = page.locator(".copy").first
    pressed.click()
    expect(page.locator(".copy-said")).to_have_text(TEXTS[language]["failed"])
    expect(pressed).to_have_text(TEXTS[language]["failed"])
    expect(pressed).to_have_text(TEXTS[language]["copy"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_javascript_there_is_no_button(new_page, site, language):
    page = new_page(java_script_enabled=False)
    page.goto(f"{site.url}{language}/start/install.html")
    assert page.locator(".copy").count() > 5
    assert not page.locator(".copy:visible").count()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_finger_finds_it_on_a_narrow_screen(new_page, site, language):
    page = new_page(viewport={"width": 320, "height": 640}, has_touch=True, permissions=ALLOWED)
    page.goto(f"{site.url}{language}/start/install.html")
    pressed = button(page, "git clone")
    size = pressed.bounding_box()
    assert min(size["width"], size["height"]) >= 24
    pressed.tap()
    expect(pressed).to_have_text(TEXTS[language]["copied"])
    assert clipboard(page).split("\n")[1] == "cd tinygrad_ko"
