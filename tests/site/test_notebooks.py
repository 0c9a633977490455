"""The link at the top of a page gives the page as a notebook: by keyboard, on any screen."""

from __future__ import annotations

import nbformat
import pytest
from all_pages import written
from playwright.sync_api import expect

LINK = {"ko": "노트북 내려받기", "en": "Download notebook"}
PLACE = "concepts/cpython-memory"


@pytest.mark.parametrize("language", LINK)
@pytest.mark.parametrize("width", [1280, 390, 320])
def test_the_notebook_of_a_page_is_downloaded_by_keyboard(new_page, site, language, width):
    page = new_page(viewport={"width": width, "height": 900})
    page.goto(f"{site.url}{language}/{PLACE}.html")
    link = page.get_by_role("link", name=LINK[language], exact=True)
    expect(link).to_have_count(1)
    expect(link).to_be_in_viewport(ratio=1)
    link.focus()
    with page.expect_download() as downloading:
        page.keyboard.press("Enter")
    download = downloading.value
    assert download.suggested_filename == "cpython-memory.ipynb"
    notebook = nbformat.read(download.path(), as_version=4)
    nbformat.validate(notebook)
    title = page.locator("article h1").inner_text().removesuffix("#")
    assert notebook.cells[0].source.startswith(f"# {title}\n")
    assert f"/{language}/{PLACE}.html)" in notebook.cells[0].source


@pytest.mark.parametrize("language", LINK)
def test_the_link_needs_no_javascript_and_is_not_printed(new_page, site, language):
    page = new_page(java_script_enabled=False, viewport={"width": 1280, "height": 900})
    page.goto(f"{site.url}{language}/{PLACE}.html")
    link = page.get_by_role("link", name=LINK[language], exact=True)
    expect(link).to_be_visible()
    page.emulate_media(media="print")
    expect(link).to_be_hidden()


@pytest.mark.parametrize("language", LINK)
@pytest.mark.parametrize("width", [1280, 390])
def test_the_title_has_all_the_room(new_page, site, language, width):
    page = new_page(viewport={"width": width, "height": 900})
    page.goto(f"{site.url}{language}/concepts/numerical-differentiation.html")
    heading, link = page.locator("article h1"), page.get_by_role("link", name=LINK[language])
    title, below = heading.bounding_box(), link.bounding_box()
    assert title["y"] + title["height"] <= below["y"] < title["y"] + title["height"] + 40
    assert title["x"] == pytest.approx(below["x"], abs=10)


@pytest.mark.parametrize("language", LINK)
def test_every_page_that_was_written_has_a_notebook(site, language):
    for page in written(language):
        notebook = (site.folder / page).with_suffix(".ipynb")
        assert f'href="{notebook.name}"' in (site.folder / page).read_text("utf-8")
        nbformat.validate(nbformat.read(str(notebook), as_version=4))
    assert "notebook-link" not in (site.folder / language / "search.html").read_text("utf-8")
    wheels = [path.name for path in (site.folder / "python").glob("*.whl")]
    first = nbformat.read(str(site.folder / language / "index.ipynb"), as_version=4).cells[0]
    assert f"%pip install https://site.example/docs/python/{wheels[0]}" in first.source
