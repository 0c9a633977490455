"""Writes what stands above both languages: the first page, the one for wrong addresses, and two
files for search engines.

`docs/build.py` calls it when both languages are built.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

from site_address import DEFAULT, alternates, page_address, site_address
from twins import LANGUAGES, pages

# docs/_templates/page.html writes it into pages whose day is known.
DAY = re.compile(r'<meta (?=[^>]*property="article:modified_time")[^>]*content="([\d-]+)"')
TEMPLATES = {"root.html": "index.html", "404.html": "404.html"}


def address_of(root: Path, environment: Mapping[str, str]) -> str:
    """Return the address of the site that is built from the checkout at `root`."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return site_address(environment, project["urls"]["Documentation"])


def fill_in(template: str, address: str) -> str:
    """Return a page of the root with the site's address in it, whole and without the host."""
    path = urlsplit(address).path
    return template.replace("{{ address }}", escape(address)).replace("{{ path }}", escape(path))


def sitemap(address: str, names: list[str], out: Path) -> str:
    """Return the list of all pages with their twins, and the day of the last change if known.

    Short enough to be written here: sphinx-sitemap writes one for each language, and knows neither
    the page for other languages nor the days.
    """
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"',
        '  xmlns:xhtml="http://www.w3.org/1999/xhtml">',
    ]
    for language in LANGUAGES:
        for name in names:
            lines += ["<url>", f"<loc>{escape(page_address(address, language, name))}</loc>"]
            built = out / language / f"{name}.html"
            if day := DAY.search(built.read_text(encoding="utf-8")):
                lines.append(f"<lastmod>{day[1]}</lastmod>")
            lines += [
                f'<xhtml:link rel="alternate" hreflang="{code}" href="{escape(where)}"/>'
                for code, where in alternates(address, name)
            ]
            lines.append("</url>")
    return "\n".join([*lines, "</urlset>", ""])


def robots(address: str) -> str:
    """Return what search engines read first: all pages, and where the list of them is.

    They look for it at the root of a host. On a host where the site stands below a path it has no
    effect, and there is nothing in it that would be missed.
    """
    return f"User-agent: *\nDisallow:\n\nSitemap: {address}sitemap.xml\n"


def write(out: Path, docs: Path, address: str) -> None:
    """Write the root of the site, of which both languages are built."""
    for name, target in TEMPLATES.items():
        text = (docs / name).read_text(encoding="utf-8")
        _write(out / target, fill_in(text, address))
    names = sorted(page.with_suffix("").as_posix() for page in pages(docs, DEFAULT))
    _write(out / "sitemap.xml", sitemap(address, names, out))
    _write(out / "robots.txt", robots(address))
    # GitHub Pages would leave out every folder whose name begins with an underscore.
    (out / ".nojekyll").touch()


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
