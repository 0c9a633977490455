"""Every link of the site that stays within it leads somewhere."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from all_pages import PAGES

# Where links and things to load stand.
ATTRIBUTES = ("href", "src", "action", "poster", "data")


class Anchors(HTMLParser):
    """Collects what a page can be entered at, what it links to, and its canonical address."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.twice: list[str] = []
        self.links: list[str] = []
        self.canonical = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        if "id" in given:
            if given["id"] in self.names:
                self.twice.append(given["id"])
            self.names.add(given["id"])
        if tag == "link" and given.get("rel") == "canonical":
            self.canonical = given["href"]
        self.links += [given[key] for key in ATTRIBUTES if key in given]
        self.links += [part.split()[0] for part in given.get("srcset", "").split(",") if part]


@cache
def read(path: Path) -> Anchors:
    return Anchors(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def address(site) -> str:
    """The address of the site's root in canonical links."""
    canonical = read(site.folder / "ko" / "index.html").canonical
    assert canonical.endswith("/ko/")
    return canonical.removesuffix("ko/")


def targets(page: Path, site, address: str) -> Iterator[tuple[str, Path, str]]:
    """The links of a page that stay within the site: as written, the file, the place in it."""
    here = site.url + page.relative_to(site.folder).as_posix()
    for link in read(page).links:
        whole = urljoin(here, link)
        for root in (site.url, address):
            if whole.startswith(root):
                parts = urlsplit(whole.removeprefix(root))
                file = site.folder / unquote(parts.path)
                yield link, file / "index.html" if file.is_dir() else file, unquote(parts.fragment)


def test_all_pages_that_there_are_are_looked_at(site):
    assert site.pages() == sorted(["index.html", "404.html", *PAGES])


@pytest.mark.parametrize("page", ["index.html", "404.html", *PAGES])
def test_the_links_within_the_site_lead_somewhere(site, address, page):
    broken = [
        link
        for link, file, place in targets(site.folder / page, site, address)
        if not file.is_file()
        or (place and file.suffix == ".html" and place not in read(file).names)
    ]
    assert broken == []
    assert read(site.folder / page).twice == []


def test_every_page_can_be_reached_from_the_first(site, address):
    found, waiting = set(), [site.folder / "index.html"]
    while waiting:
        page = waiting.pop()
        if page in found or page.suffix != ".html" or not page.is_file():
            continue
        found.add(page)
        waiting += [file for _, file, _ in targets(page, site, address)]
    missing = {*site.pages()} - {page.relative_to(site.folder).as_posix() for page in found}
    assert missing == {"404.html"}


def test_what_a_page_says_and_what_it_asks_of_another_host_is_noticed(page, site, noise):
    """`new_page` listens in every test; test_weight.py opens every page."""
    page.goto(site.url + PAGES[0], wait_until="networkidle")
    assert noise.console == noise.foreign == []
    page.evaluate("console.info('heard')")
    page.evaluate("fetch('https://elsewhere.example/').catch(() => {})")
    page.evaluate("fetch('not-there.json')")
    page.wait_for_timeout(500)
    assert any("heard" in line for line in noise.console)
    assert any("404 " in line and "not-there.json" in line for line in noise.console)
    assert [line.partition(": ")[2] for line in noise.foreign] in (
        [],  # a policy of the page has stopped it before it was asked
        ["https://elsewhere.example/"],
    )
    noise.console.clear()
    noise.foreign.clear()
