"""The book of each language: a small one is built, and looked at as a reader of books does."""

from __future__ import annotations

import re
import shutil
import sys
import zipfile
from pathlib import Path, PurePosixPath
from posixpath import normpath
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import pytest
from book import as_chapter, colours
from small_checkout import PAGES, ROOT, checkout, run

PACKAGE = {"opf": "http://www.idpf.org/2007/opf", "dc": "http://purl.org/dc/elements/1.1/"}
XHTML = "{http://www.w3.org/1999/xhtml}"
MORE = """
(index-more)=
## {}

$\\bar{{v}}_i = 1$ & `a < b`

$$
y = \\sum_i x_i
$$

```{{plot}} index_tangents
:alt: Tangents.

Caption.
```

```{{graph}} y
:alt: A leaf.
:caption: A graph.
from tinygrad_ko import Variable

x = Variable(3.0, name="x")
y = x**2
```

```pycon
>>> 1 + 1
2
```

````{{solution}}
Text.
````
"""


@pytest.fixture(scope="module")
def docs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built pair of books; their folder is _build/epub."""
    docs = checkout(tmp_path_factory.mktemp("books"))
    shutil.rmtree(docs.parent / "tinygrad_ko")
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "tinygrad_ko", docs.parent / "tinygrad_ko", ignore=ignored)
    shutil.copy(ROOT / "docs" / "figures" / "index_tangents.py", docs / "figures")
    for language, title in (("ko", "더 읽을 것"), ("en", "More")):
        text = PAGES[language] + MORE.format(title)
        (docs / language / "index.md").write_text(text, encoding="utf-8")
    result = run(docs, script="epub.py")
    assert result.returncode == 0, result.stdout + result.stderr
    return docs


def book(docs: Path, language: str) -> zipfile.ZipFile:
    return zipfile.ZipFile(docs / "_build" / "epub" / f"tinygrad_ko-{language}.epub")


def chapters(archive: zipfile.ZipFile) -> dict[str, ElementTree.Element]:
    """The chapters, read as strictly as XML is."""
    names = [name for name in archive.namelist() if name.endswith(".xhtml")]
    # The names of HTML are no part of XML.
    kept = {name: archive.read(name).decode("utf-8") for name in names}
    return {name: ElementTree.fromstring(text) for name, text in kept.items()}


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_archive_is_as_the_format_wants_it(docs, language):
    with book(docs, language) as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        assert archive.read("mimetype") == b"application/epub+zip"
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        listing = ElementTree.fromstring(archive.read("content.opf"))
        there = {name for name in archive.namelist() if not name.startswith("META-INF/")}
        contents = archive.read("toc.ncx").decode("utf-8")
        title = {"ko": ">차례<", "en": ">Table of Contents<"}[language]
        assert title in archive.read("nav.xhtml").decode("utf-8")
    items = listing.findall("opf:manifest/opf:item", PACKAGE)
    listed = {item.get("id"): item.get("href") for item in items}
    assert {*listed.values()} == there - {"mimetype", "content.opf"}
    spine = [listed[place.get("idref")] for place in listing.findall("opf:spine/*", PACKAGE)]
    assert spine[:2] == ["index.xhtml", "a/page.xhtml"]
    assert {*spine} == {name for name in there if name.endswith(".xhtml")} - {"nav.xhtml"}
    assert listing.findtext("opf:metadata/dc:language", "", PACKAGE) == language
    identifier = listing.findtext("opf:metadata/dc:identifier", "", PACKAGE)
    assert identifier == f"https://tinygrad-ko.readthedocs.io/{language}/"
    assert f'name="dtb:uid" content="{identifier}"' in contents
    held = {item.get("href"): item.get("properties") for item in items}
    assert held["index.xhtml"] == "mathml svg"
    assert held["a/page.xhtml"] is None
    assert held["nav.xhtml"] == "nav"


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_link_within_the_book_leads_somewhere(docs, language):
    with book(docs, language) as archive:
        read = chapters(archive)
        there = {*archive.namelist()}
    count = 0
    for name, chapter in read.items():
        for element in chapter.iter():
            link = element.get("href") or element.get("src")
            if not link or urlsplit(link).scheme:
                continue
            parts = urlsplit(link)
            folder = PurePosixPath(name).parent
            target = normpath((folder / unquote(parts.path)).as_posix()) if parts.path else name
            assert target in there, (name, link)
            if parts.fragment:
                ids = {element.get("id") for element in read[target].iter()}
                assert unquote(parts.fragment) in ids, (name, link)
            count += 1
    assert count > 10


@pytest.mark.parametrize("language", ["ko", "en"])
def test_figures_graphs_formulas_and_solutions_come_out(docs, language):
    with book(docs, language) as archive:
        chapter = chapters(archive)["index.xhtml"]
    assert chapter.get("lang") == language
    assert chapter.get("{http://www.w3.org/XML/1998/namespace}lang") == language
    assert len(list(chapter.iter("{http://www.w3.org/1998/Math/MathML}math"))) == 2
    drawings = list(chapter.iter("{http://www.w3.org/2000/svg}svg"))
    assert len(drawings) == 2
    assert all(list(drawing.iter("{http://www.w3.org/2000/svg}path")) for drawing in drawings)
    assert not any("var(--plot" in ElementTree.tostring(each, "unicode") for each in drawings)
    (folded,) = chapter.iter(f"{XHTML}details")
    assert folded.get("open") == "open"
    text = "".join(chapter.itertext())
    assert ">>> 1 + 1" in text
    assert {"ko": "풀이 보기", "en": "Show the solution"}[language] in text
    assert {"ko": "더 읽을 것", "en": "More"}[language] in text
    assert not list(chapter.iter(f"{XHTML}script"))
    assert not list(chapter.iter(f"{XHTML}button"))


def test_a_second_build_is_the_same(docs, tmp_path):
    result = run(docs, "--out", str(tmp_path), script="epub.py", TZ="Asia/Seoul", LC_ALL="C")
    assert result.returncode == 0, result.stdout + result.stderr
    for language in ("ko", "en"):
        name = f"tinygrad_ko-{language}.epub"
        assert (tmp_path / name).read_bytes() == (docs / "_build/epub" / name).read_bytes()


def test_the_site_leads_to_its_books_if_it_holds_them(docs):
    text = {"ko": "책으로 내려받기(EPUB)", "en": "These pages as a book (EPUB)"}
    for options, wanted in (((), False), (("--books",), True)):
        result = run(docs, *options)
        assert result.returncode == 0, result.stdout + result.stderr
        out = docs / "_build" / "html"
        for language in ("ko", "en"):
            name = f"tinygrad_ko-{language}.epub"
            page = (out / language / "index.html").read_text(encoding="utf-8")
            links = re.findall(rf'<a [^>]*href="\./\.\./{name}"[^>]*>([^<]*)</a>', page)
            assert links == ([text[language]] if wanted else [])
            assert (out / name).is_file() == wanted
            inner = (out / language / "a" / "page.html").read_text(encoding="utf-8")
            assert name not in inner


def test_the_checker_is_asked_for_by_name_where_it_is_missing(docs, monkeypatch):
    monkeypatch.setattr(sys, "path", [str(ROOT / "docs"), *sys.path])
    import epub

    monkeypatch.setattr(epub, "find_spec", lambda name: None)
    with pytest.raises(SystemExit, match="install the dependency group `epub`"):
        epub.wrong_in(docs / "_build" / "epub" / "tinygrad_ko-ko.epub")


# --- What makes a chapter of a page ---


def test_drawings_and_formulas_get_the_names_that_xml_wants_and_once():
    space = ' xmlns="http://www.w3.org/2000/svg"'
    assert as_chapter("<svg><g/></svg>", {}) == f"<svg{space}><g/></svg>"
    assert as_chapter(f"<svg{space} id='a'>", {}) == f"<svg{space} id='a'>"
    assert as_chapter("<math>", {}).startswith('<math xmlns="http://www.w3.org/1998/Math/MathML"')
    assert as_chapter("<mathematics> <svgs>", {}) == "<mathematics> <svgs>"


def test_a_book_has_the_colours_of_the_light_page():
    palette = colours()
    assert palette["--plot-foreground"] == "#1f2430"
    assert len(palette) == 8
    for written in ("var(--plot-muted)", "var(--plot-muted,#123456)"):
        assert as_chapter(f'fill="{written}"', palette) == 'fill="#5b6472"'


def test_what_is_folded_stands_open():
    assert as_chapter('<details class="solution">', {}) == '<details open="open" class="solution">'
    assert as_chapter('<details open="">', {}) == '<details open="">'
