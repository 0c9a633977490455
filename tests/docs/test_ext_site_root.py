"""What stands above both languages: addresses filled in, the list of pages, the word to robots."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
from site_address import alternates, page_address
from site_root import address_of, fill_in, robots, sitemap, write

DOCS = Path(__file__).resolve().parents[2] / "docs"
SITE = "https://site.example/docs/"
SPACES = {
    "map": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "xhtml": "http://www.w3.org/1999/xhtml",
}


def make(folder: Path, *names: str) -> Path:
    """A built site with these pages in both languages."""
    for language in ("ko", "en"):
        for name in names:
            path = folder / language / f"{name}.html"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("<head></head>", encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("page", "address"),
    [("index", "ko/"), ("a/index", "ko/a/"), ("a/b", "ko/a/b.html"), ("b", "ko/b.html")],
)
def test_the_address_of_a_folder_is_that_of_its_index(page, address):
    assert page_address(SITE, "ko", page) == SITE + address


def test_readers_of_other_languages_choose_on_the_first_page_and_read_english_elsewhere():
    assert dict(alternates(SITE, "index")) == {
        "ko": f"{SITE}ko/",
        "en": f"{SITE}en/",
        "x-default": SITE,
    }
    assert dict(alternates(SITE, "a/b"))["x-default"] == f"{SITE}en/a/b.html"


def test_the_sitemap_lists_each_page_with_its_twins_and_its_day(tmp_path):
    out = make(tmp_path, "index", "a/b")
    # Attributes may stand in either order, as what rewrites a page leaves them.
    (out / "en/a/b.html").write_text(
        '<meta content="2021-03-04" property="article:modified_time"/>', encoding="utf-8"
    )
    (out / "ko/index.html").write_text(
        '<meta property="article:modified_time" content="2021-05-06">', encoding="utf-8"
    )
    text = sitemap(SITE, ["a/b", "index"], out)
    assert text.startswith('<?xml version="1.0" encoding="utf-8"?>\n')
    root = ElementTree.fromstring(text)
    found = {
        url.findtext("map:loc", None, SPACES): (
            url.findtext("map:lastmod", None, SPACES),
            {link.get("hreflang"): link.get("href") for link in url.findall("xhtml:link", SPACES)},
        )
        for url in root.findall("map:url", SPACES)
    }
    inner = dict(alternates(SITE, "a/b"))
    first = dict(alternates(SITE, "index"))
    assert found == {
        f"{SITE}ko/a/b.html": (None, inner),
        f"{SITE}ko/": ("2021-05-06", first),
        f"{SITE}en/a/b.html": ("2021-03-04", inner),
        f"{SITE}en/": (None, first),
    }


def test_an_address_is_escaped():
    odd = "https://site.example/a&b/"
    assert 'href="/a&amp;b/"' in fill_in('href="{{ path }}"', odd)
    assert "https://site.example/a&amp;b/" in fill_in("{{ address }}", odd)


def test_robots_may_read_everything_and_learn_where_the_list_is():
    assert robots(SITE) == f"User-agent: *\nDisallow:\n\nSitemap: {SITE}sitemap.xml\n"


def test_the_address_comes_from_the_project_unless_someone_publishes_elsewhere():
    assert address_of(DOCS.parent, {}) == "https://tinygrad-ko.readthedocs.io/"
    assert (
        address_of(DOCS.parent, {"SITE_URL": "https://own.example/x"}) == "https://own.example/x/"
    )


@pytest.mark.parametrize(("address", "path"), [(SITE, "/docs/"), ("https://site.example/", "/")])
def test_the_root_is_written_with_the_addresses_of_the_site(tmp_path, address, path):
    docs = tmp_path / "docs"
    for language in ("ko", "en"):
        (docs / language).mkdir(parents=True)
        (docs / language / "index.md").touch()
    for name in ("root.html", "404.html"):
        (docs / name).write_text((DOCS / name).read_text(encoding="utf-8"), encoding="utf-8")
    out = make(tmp_path / "out", "index")
    write(out, docs, address)
    first, wrong = ((out / name).read_text(encoding="utf-8") for name in ("index.html", "404.html"))
    for text in (first, wrong):
        assert "{{" not in text
    assert f'<link rel="canonical" href="{address}">' in first
    # It is served at every depth, so that no link in it may depend on where it is.
    assert f'href="{path}ko/index.html"' in wrong
    assert f'action="{path}en/search.html"' in wrong
    assert f'const root = "{path}";' in wrong
    names = sorted(item.name for item in out.iterdir() if item.is_file())
    assert names == [".nojekyll", "404.html", "index.html", "robots.txt", "sitemap.xml"]
