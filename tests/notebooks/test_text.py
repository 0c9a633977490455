"""Every notebook of the built site says what its page says, as Jupyter reads its Markdown."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup, Tag
from built_pages import PAGES
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

# Stands for a formula, which the page holds as MathML and the notebook as TeX.
FORMULA = "\ufffc"
READER = MarkdownIt("gfm-like", {"linkify": False}).use(dollarmath_plugin, allow_space=False)
# What the page has and no notebook needs.
ONLY_ON_PAGES = (
    ".headerlink, .notebook-link, .highlight, .run-bar, .graph-steps, svg, .toctree-wrapper"
)
TEXT = "p, h1, h2, h3, h4, h5, h6, td, th, figcaption, summary"


def words(html: str | Tag) -> str:
    text = html if isinstance(html, str) else html.get_text()
    return re.sub(r"\s+", "", text)


def on_page(html: str) -> list[str]:
    """The text of each paragraph, heading and cell of a page."""
    article = BeautifulSoup(html, "html.parser").find("article")
    assert isinstance(article, Tag)
    for formula in article.select(".math"):
        formula.replace_with(FORMULA)
    for part in article.select(ONLY_ON_PAGES):
        part.decompose()
    return [text for part in article.select(TEXT) if (text := words(part))]


def in_notebook(notebook: nbformat.NotebookNode) -> BeautifulSoup:
    """All cells that are no code, as they are shown."""
    sources = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    read = BeautifulSoup("\n".join(map(READER.render, sources)), "html.parser")
    for formula in read.select(".math"):
        formula.replace_with(FORMULA)
    return read


@pytest.mark.parametrize("page", PAGES)
def test_a_notebook_says_what_its_page_says(page: str, site: Path) -> None:
    file = (site / page).with_suffix(".html")
    notebook = nbformat.read(str(file.with_suffix(".ipynb")), as_version=4)
    read = in_notebook(notebook)
    text, at = words(read), 0
    paragraphs = on_page(file.read_text(encoding="utf-8"))
    assert len(paragraphs) > 1
    for paragraph in paragraphs:
        found = text.find(paragraph, at)
        assert found >= 0, f"the notebook lacks {paragraph!r}, after {text[at - 80 : at + 80]!r}"
        at = found
    for code in read.select("pre, code"):
        code.decompose()
    for sign in ("](", "**", "``", "<", "\\"):
        left = words(read).count(sign) - sum(each.count(sign) for each in paragraphs)
        assert left <= 0, f"{sign} is left over from the Markdown"


@cache
def anchors(file: Path) -> set[str]:
    """The places in a page that a link can lead to."""
    return set(re.findall(r'\sid="([^"]+)"', file.read_text(encoding="utf-8")))


@pytest.fixture(scope="session")
def address(site: Path) -> str:
    """Where the site says that it is."""
    text = (site / "en" / "index.html").read_text(encoding="utf-8")
    canonical = BeautifulSoup(text, "html.parser").select_one("link[rel=canonical]")
    assert canonical is not None
    return str(canonical["href"]).removesuffix("en/")


@pytest.mark.parametrize("page", PAGES)
def test_links_and_pictures_are_there(page: str, site: Path, address: str) -> None:
    notebook = nbformat.read(str((site / page).with_suffix(".ipynb")), as_version=4)
    here = 0
    for cell in notebook.cells:
        if cell.cell_type != "markdown":
            continue
        read = BeautifulSoup(READER.render(cell.source), "html.parser")
        for link in (str(each["href"]) for each in read.select("a[href]")):
            assert re.match(r"https?://[^/]+/", link), link
            if link.startswith(address):
                path, _, anchor = link.removeprefix(address).partition("#")
                file = site / (f"{path}index.html" if path.endswith("/") else path)
                assert file.is_file(), link
                assert not anchor or anchor in anchors(file), link
                here += 1
        pictures = {str(each["src"]).removeprefix("attachment:") for each in read.select("img")}
        assert pictures == set(cell.get("attachments", ()))
        assert all(each["alt"] for each in read.select("img"))
    assert here > 0
