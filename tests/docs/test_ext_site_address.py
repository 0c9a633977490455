"""The parts of the site that need no pages: its address, its twins, its inventories, its root."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import inventories
import pytest
from site_address import site_address
from sphinx.errors import ConfigError
from sphinx.util.inventory import InventoryFile
from twins import missing_twins

DOCS = Path(__file__).resolve().parents[2] / "docs"


# --- Address ---


@pytest.mark.parametrize(
    ("environment", "address"),
    [
        ({}, "https://default.example/"),
        ({"SITE_URL": "https://own.example/docs"}, "https://own.example/docs/"),
        ({"SITE_URL": "  "}, "https://default.example/"),
        (
            {"READTHEDOCS_CANONICAL_URL": "https://x.readthedocs.io/en/latest/"},
            "https://x.readthedocs.io/en/latest/",
        ),
        (
            {"SITE_URL": "https://own.example//", "READTHEDOCS_CANONICAL_URL": "https://rtd/"},
            "https://own.example/",
        ),
    ],
)
def test_the_address_comes_from_whoever_publishes_the_site(environment, address):
    assert site_address(environment, "https://default.example") == address


@pytest.mark.parametrize("wrong", ["own.example", "/docs/", "https://", "https://a.example/?x=1"])
def test_what_is_no_address_is_refused_by_name(wrong):
    with pytest.raises(ConfigError, match=r"SITE_URL is '.*', which is not the address of a site"):
        site_address({"SITE_URL": wrong}, "https://default.example")


# --- Twins ---


def test_the_missing_twin_is_named(tmp_path):
    for name in ("ko/index.md", "en/index.md", "ko/a/only-korean.md", "en/only-english.rst"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    problems = missing_twins(tmp_path)
    assert [problem.split(" is missing")[0] for problem in problems] == [
        f"{tmp_path.as_posix()}/ko/only-english.rst",
        f"{tmp_path.as_posix()}/en/a/only-korean.md",
    ]
    (tmp_path / "ko/only-english.rst").touch()
    (tmp_path / "en/a").mkdir()
    (tmp_path / "en/a/only-korean.md").touch()
    assert missing_twins(tmp_path) == []


def test_a_twin_in_another_format_is_none(tmp_path):
    for name in ("ko/a.md", "en/a.rst"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert len(missing_twins(tmp_path)) == 2


# --- Inventories ---


@pytest.mark.parametrize("name", ["python", "numpy"])
def test_sphinx_reads_what_is_listed_and_each_entry_stands_once(name):
    source = inventories.FOLDER / f"{name}.txt"
    lines = [x for x in source.read_text(encoding="utf-8").splitlines() if x and x[0] != "#"]
    read = InventoryFile.loads(inventories.compress(source), uri="https://docs.example/")
    assert sum(len(entries) for entries in read.data.values()) == len(lines) > 50


def test_addresses_are_made_from_names():
    read = InventoryFile.loads(
        inventories.compress(inventories.FOLDER / "python.txt"), uri="https://docs.example"
    )
    assert read["py:class", "int"].uri == "https://docs.example/library/functions.html#int"
    assert read["py:exception", "ValueError"].uri.endswith("library/exceptions.html#ValueError")


@pytest.mark.parametrize("line", ["int", "int py:class library/functions.html#$ -", "a b c d e"])
def test_a_line_that_is_no_entry_is_named(tmp_path, line):
    source = tmp_path / "other.txt"
    source.write_text(f"# comment\n\n{line}\n")
    with pytest.raises(ConfigError, match=r"other\.txt:3: .* is no entry of an inventory"):
        inventories.compress(source)


# --- Root page ---


class Links(HTMLParser):
    """Collects what a page links to, and its words."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[dict[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.links.append(dict(attrs))


def test_the_root_page_has_two_plain_links_and_loads_nothing_from_elsewhere():
    text = (DOCS / "root.html").read_text(encoding="utf-8")
    parser = Links()
    parser.feed(text)
    assert [(link["href"], link["lang"]) for link in parser.links] == [
        ("ko/index.html", "ko"),
        ("en/index.html", "en"),
    ]
    assert "//" not in re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE)


def test_the_root_page_reads_the_choice_that_the_switch_writes():
    key = '"tinygrad_ko-language"'
    assert f"getItem({key})" in (DOCS / "root.html").read_text(encoding="utf-8")
    switch = (DOCS / "_static" / "language.js").read_text(encoding="utf-8")
    assert f"setItem({key}, link.hreflang)" in switch


@pytest.mark.parametrize("name", ["site.css", "typography.css", "favicon.svg", "language.js"])
def test_the_site_s_own_files_request_nothing(name):
    text = (DOCS / "_static" / name).read_text(encoding="utf-8")
    assert re.findall(r"@import|url\(|fetch\(|https?://(?!www\.w3\.org/2000/svg)", text) == []
