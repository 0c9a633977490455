"""The search as a reader's browser runs it, without a browser and without a build of the site.

The scripts are the real ones, run by QuickJS: Sphinx's, those it makes for a language, and the
site's. Only the index is made here, from the sources of the pages that are Markdown.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import quickjs
import sphinx.search
from korean_search import SearchKorean
from markdown_it.token import Token
from page_source import walk
from sphinx import package_dir
from sphinx.search import SearchLanguage
from sphinx.search.en import SearchEnglish

DOCS = Path(__file__).resolve().parents[2] / "docs"
SCRIPTS = Path(package_dir) / "themes" / "basic" / "static"
STEMMERS = Path(sphinx.search.__file__).parent / "minified-js"
OWN = ("search_box.js", "search.js")
LANGUAGES: dict[str, type[SearchLanguage]] = {"ko": SearchKorean, "en": SearchEnglish}

# What the scripts expect of a browser before anything is shown.
BROWSER = """
var window = globalThis;
var location = { protocol: "https:", search: "", href: "" };
var document = { getElementById: () => null, querySelector: () => null };
var URL = class { searchParams = new Map(); };
var addEventListener = () => {};
var DOCUMENTATION_OPTIONS = {};
var SPHINX_HIGHLIGHT_ENABLED = false;
var _ = (text) => text;
var _ready = () => {};
"""
FIND = """
const find = (query) => {
  const found = Search._performSearch(...Search._parseQuery(query));
  // Sphinx shows the last first.
  return JSON.stringify(found.reverse().map(([page]) => page));
};
"""


@dataclass(frozen=True)
class Text:
    """A page as the search sees it: the text of its headings, and the rest."""

    headings: tuple[str, ...]
    pieces: tuple[str, ...]

    @property
    def whole(self) -> str:
        return "\n".join((*self.headings, *self.pieces))


def shown(token: Token) -> Iterator[str]:
    """The text of a paragraph or heading in pieces, as markup divides it, without formulas."""
    piece = ""
    for child in token.children or []:
        if child.type == "text":
            piece += child.content
        elif child.type in ("softbreak", "hardbreak"):
            piece += "\n"
        elif child.type != "math_inline":
            yield piece
            piece = child.content if child.type == "code_inline" else ""
    yield piece


def read(source: str) -> Text:
    """The text of a page from its source."""
    headings, pieces, in_heading = [], [], False
    for placed in walk(re.sub(r"\A---\n.*?\n---\n", "", source, flags=re.DOTALL)):
        if placed.token.type in ("heading_open", "heading_close"):
            in_heading = placed.token.type == "heading_open"
        elif placed.token.type == "inline":
            (headings if in_heading else pieces).extend(shown(placed.token))
        elif placed.fence is not None and placed.fence.directive is None:
            pieces.append(placed.fence.body)
    return Text(tuple(headings), tuple(pieces))


@cache
def texts(language: str) -> dict[str, Text]:
    """The pages of a language that are Markdown, by their names."""
    return {
        path.relative_to(DOCS / language).with_suffix("").as_posix(): read(
            path.read_text(encoding="utf-8")
        )
        for path in sorted((DOCS / language).rglob("*.md"))
    }


def index(language: SearchLanguage, pages: dict[str, Text]) -> dict[str, object]:
    """What Sphinx would write into searchindex.js, of these pages."""
    terms: dict[str, list[int]] = {}
    titles: dict[str, list[tuple[int, str | None]]] = {}
    for number, page in enumerate(pages.values()):
        found = {
            language.stem(word).lower()
            for piece in (*page.headings, *page.pieces)
            for word in language.split(piece)
        }
        for word in found:
            if language.word_filter(word):
                terms.setdefault(word, []).append(number)
        for heading in page.headings:
            titles.setdefault(heading, []).append((number, None))
    return {
        "docnames": list(pages),
        "filenames": list(pages),
        "titles": [page.headings[0] for page in pages.values()],
        "alltitles": titles,
        "terms": terms,
        "titleterms": {},
        "indexentries": {},
        "objects": {},
        "objnames": {},
    }


def language_data(language: SearchLanguage) -> str:
    """What Sphinx would write into language_data.js."""
    stemmer = language.js_stemmer_code
    if language.js_stemmer_rawcode:
        names = ("base-stemmer.js", language.js_stemmer_rawcode)
        code = [(STEMMERS / name).read_text(encoding="utf-8") for name in names]
        stemmer = "\n".join([*code, f"window.Stemmer = {language.language_name}Stemmer;"])
    stop = json.dumps(sorted(language.stopwords))
    return f"const stopwords = new Set({stop});\n{stemmer}\n{language.js_splitter_code}"


class Search:
    """The search of a language over some pages."""

    def __init__(self, code: str, pages: dict[str, Text]) -> None:
        language = LANGUAGES[code]({})
        self.context = quickjs.Context()
        for script in (
            BROWSER,
            (SCRIPTS / "searchtools.js").read_text(encoding="utf-8"),
            language_data(language),
            f"Search._index = {json.dumps(index(language, pages))};",
            "Search.status = { setAttribute() {} };",
            *((DOCS / "_static" / name).read_text(encoding="utf-8") for name in OWN),
            FIND,
        ):
            self.context.eval(script)

    def find(self, query: str) -> list[str]:
        """The pages that a query finds, the first first."""
        found: str = self.context.eval(f"find({json.dumps(query)})")
        return list(dict.fromkeys(json.loads(found)))
