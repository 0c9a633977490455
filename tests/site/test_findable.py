"""What search engines and those who share a page find in it, and what readers find around it."""

from __future__ import annotations

import json
import re
import subprocess
from collections import Counter
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest
from all_pages import DOCS, LANGUAGES, MADE, PAGES, written
from playwright.sync_api import expect

ROOT = DOCS.parent
# In characters: a longer one is cut off where it is shown, a shorter one says nothing.
TITLE = {"ko": (10, 60), "en": (15, 75)}
DESCRIPTION = {"ko": (20, 120), "en": (40, 160)}
SPACES = {
    "map": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "xhtml": "http://www.w3.org/1999/xhtml",
}
WRITTEN = [page for language in LANGUAGES for page in written(language)]


class Head(HTMLParser):
    """Collects what stands in the head of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.metas: list[tuple[str, str]] = []
        self.links: list[dict[str, str]] = []
        self.data: list[dict[str, Any]] = []
        self.titles: list[str] = []
        self.language = ""
        self._inside = ""
        self.feed(text.partition("<body")[0])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._inside = ""
        if tag == "html":
            self.language = given.get("lang", "")
        elif tag == "meta" and (name := given.get("name") or given.get("property")):
            self.metas.append((name, given["content"]))
        elif tag == "link":
            self.links.append(given)
        elif tag == "title" or given.get("type") == "application/ld+json":
            self._inside = tag

    def handle_data(self, data: str) -> None:
        if self._inside == "title":
            self.titles.append(data)
        elif self._inside == "script":
            self.data.append(json.loads(data))
        self._inside = ""

    def meta(self, name: str) -> str:
        """The only content under a name."""
        (found,) = [content for key, content in self.metas if key == name]
        return found

    def alternates(self) -> dict[str, str]:
        return {
            link["hreflang"]: link["href"]
            for link in self.links
            if link.get("rel") == "alternate" and "hreflang" in link
        }

    def canonical(self) -> str:
        (found,) = [link["href"] for link in self.links if link.get("rel") == "canonical"]
        return found


@cache
def read(path: Path) -> Head:
    return Head(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def address(site) -> str:
    """The address of the site's root, as the pages have it."""
    return read(site.folder / "index.html").canonical()


def address_of(root: str, page: str) -> str:
    return root + re.sub(r"(^|/)index\.html$", r"\1", page)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_a_title_a_description_and_a_card(site, address, page):
    head, language = read(site.folder / page), page[:2]
    (title,) = head.titles
    assert TITLE[language][0] <= len(title) <= TITLE[language][1], title
    assert "tinygrad_ko" in title
    assert "<" not in title
    description = head.meta("description")
    assert DESCRIPTION[language][0] <= len(description) <= DESCRIPTION[language][1], description
    assert head.language == language
    assert head.meta("og:description") == description
    assert head.meta("og:title") in title or page.endswith("/index.html")
    assert head.meta("og:url") == head.canonical() == address_of(address, page)
    assert head.meta("og:image") == f"{address}{language}/_static/preview-card.png"
    assert (site.folder / language / "_static" / "preview-card.png").is_file()
    size = (head.meta("og:image:width"), head.meta("og:image:height"))
    assert size == ("1200", "630")
    assert len(head.meta("og:image:alt")) > 20
    assert head.meta("twitter:card") == "summary_large_image"
    assert not any(name == "robots" for name, _ in head.metas)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("what", ["title", "description"])
def test_no_two_pages_of_a_language_say_the_same(site, what, language):
    heads = [read(site.folder / page) for page in PAGES if page.startswith(f"{language}/")]
    said = [head.titles[0] if what == "title" else head.meta(what) for head in heads]
    assert len(said) > 20
    assert [text for text, count in Counter(said).items() if count > 1] == []


@pytest.mark.parametrize("page", ["index.html", *PAGES])
def test_a_page_names_its_twins_and_they_name_it(site, address, page):
    found = read(site.folder / page).alternates()
    rest = page.partition("/")[2] or "index.html"
    english = address_of(address, f"en/{rest}")
    assert found == {
        "ko": address_of(address, f"ko/{rest}"),
        "en": english,
        "x-default": address if rest == "index.html" else english,
    }
    for twin in (f"ko/{rest}", f"en/{rest}"):
        assert read(site.folder / twin).alternates() == found


def test_a_wrong_address_is_not_to_be_found(site):
    head = read(site.folder / "404.html")
    assert head.meta("robots") == "noindex"
    assert head.alternates() == {}


def test_the_sitemap_lists_the_written_pages_and_robots_names_it(site, address):
    root = ElementTree.parse(site.folder / "sitemap.xml").getroot()
    listed = {url.findtext("map:loc", "", SPACES): url for url in root.findall("map:url", SPACES)}
    assert sorted(listed) == sorted(address_of(address, page) for page in WRITTEN)
    for page in WRITTEN:
        head, url = read(site.folder / page), listed[address_of(address, page)]
        links = url.findall("xhtml:link", SPACES)
        assert {link.get("hreflang"): link.get("href") for link in links} == head.alternates()
        days = [day for name, day in head.metas if name == "article:modified_time"]
        assert [url.findtext("map:lastmod", None, SPACES)] == (days or [None])
    assert f"Sitemap: {address}sitemap.xml" in (site.folder / "robots.txt").read_text()


@pytest.mark.parametrize("page", PAGES)
def test_structured_data_says_what_the_page_says(site, address, page):
    head = read(site.folder / page)
    found = {each["@type"]: each for each in head.data}
    assert {each["@context"] for each in head.data} == {"https://schema.org"}
    language, _, rest = page.partition("/")
    if rest == "index.html":
        assert found.keys() == {"WebSite"}
        assert found["WebSite"]["url"] == head.canonical()
        return
    made = rest.removesuffix(".html") in MADE
    assert found.keys() == ({"BreadcrumbList"} if made else {"BreadcrumbList", "TechArticle"})
    steps = found["BreadcrumbList"]["itemListElement"]
    assert [step["position"] for step in steps] == list(range(1, len(steps) + 1))
    assert steps[0]["item"] == f"{address}{language}/"
    assert steps[-1]["item"] == head.canonical()
    assert steps[-1]["name"] == head.meta("og:title")
    if not made:
        article = found["TechArticle"]
        assert article["headline"] == head.meta("og:title")
        assert article["description"] == head.meta("description")
        assert article["inLanguage"] == language
        assert article["url"] == head.canonical()
        # Nothing is invented: a day only where git knows it, and no author but the project's.
        days = [day for name, day in head.metas if name == "article:modified_time"]
        assert [article["dateModified"]] == days if days else "dateModified" not in article
        assert "datePublished" not in article


def git(*arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )
    return done.stdout.strip() if done.returncode == 0 else ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_says_when_it_was_last_changed(page, site, language):
    page.goto(f"{site.url}{language}/faq.html")
    day = git("log", "-1", "--format=%cs", "--", f"docs/{language}/faq.md")
    if not day or git("rev-parse", "--is-shallow-repository") == "true":
        assert page.locator(".page-foot time").count() == 0 or day
        return
    label = {"ko": "마지막 수정:", "en": "Last changed:"}[language]
    expect(page.locator(".page-foot")).to_contain_text(label)
    assert page.locator(".page-foot time").get_attribute("datetime") == day
    year, month, number = map(int, day.split("-"))
    shown = page.locator(".page-foot time").inner_text()
    assert str(year) in shown
    assert str(number) in shown
    if language == "ko":
        assert shown == f"{year}년 {month}월 {number}일"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reader_finds_how_to_mend_the_page_and_how_to_report_a_mistake(page, site, language):
    edit, report = {
        "ko": ("이 페이지 고치기", "잘못된 곳 알리기"),
        "en": ("Edit this page", "Report a mistake"),
    }[language]
    page.goto(f"{site.url}{language}/reference/core.html")
    link = page.get_by_role("link", name=edit)
    source = "https://github.com/tinygrad-ko/tinygrad_ko"
    place = f"docs/{language}/reference/core.rst"
    assert link.get_attribute("href") == f"{source}/edit/main/{place}"
    parts = urlsplit(page.get_by_role("link", name=report).get_attribute("href") or "")
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{source}/issues/new"
    asked = parse_qs(parts.query)
    assert asked["title"] == [f"[{language}] reference/core: "]
    assert place in asked["body"][0]
    assert f"/{language}/reference/core.html" in asked["body"][0]
    for address in ("search", "genindex"):
        page.goto(f"{site.url}{language}/{address}.html")
        expect(page.locator(".page-foot")).to_have_count(0)


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_trail_leads_back(new_page, site, language, width):
    page = new_page(viewport={"width": width, "height": 900})
    page.goto(f"{site.url}{language}/reference/core.html")
    trail = page.locator("nav.trail")
    expect(trail).to_be_visible()
    expect(trail.locator("li")).to_have_count(4)
    expect(trail.locator("[aria-current=page]")).to_have_text(
        page.locator("h1").inner_text().removesuffix("#")
    )
    trail.get_by_role("link").last.click()
    page.wait_for_url(f"**/{language}/reference/index.html")
    expect(trail.locator("li")).to_have_count(3)
    trail.get_by_role("link").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{language}/index.html")
    expect(trail).to_have_count(0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_reading_on_goes_through_every_page_once_in_the_order_of_the_menu(page, site, language):
    page.goto(f"{site.url}{language}/index.html")
    links = page.locator(".sidebar-tree a.reference.internal").all()
    menu = [link.evaluate("link => link.href") for link in links]
    seen = [page.url]
    following, before = {"ko": ("다음", "이전"), "en": ("Next", "Previous")}[language]
    while page.locator(".next-page").count():
        expect(page.locator(".next-page .context")).to_have_text(following)
        earlier = page.url
        page.locator(".next-page").click()
        page.wait_for_url(lambda url, earlier=earlier: url != earlier)
        expect(page.locator(".prev-page .context")).to_have_text(before)
        back = page.locator(".prev-page").evaluate("link => link.href")
        assert back == earlier
        assert page.url not in seen
        seen.append(page.url)
        # The menu shows the pages below the one that is read.
        if page.url.endswith("/reference/index.html"):
            inner = page.locator(".sidebar-tree li.current li a").all()
            place = menu.index(page.url) + 1
            below = [link.evaluate("link => link.href.split('#')[0]") for link in inner]
            menu[place:place] = [url for url in dict.fromkeys(below) if url not in menu]
    assert seen[1:] == menu
    expected = {site.url + name for name in written(language)}
    assert {*seen} == expected
    if language == "ko":
        page.goto(f"{site.url}ko/start/install.html")
        expect(page.locator(".prev-page .title")).to_have_text("처음")
