"""What is added to Sphinx's finished search index: the order of pages, and terms of the glossary.

Sphinx's index knows only on which pages a word is. Here each list of pages is put in the order of
how much they speak of the word: Sphinx reads it as a set, `search.js` takes it for the order of
results. Terms of the glossary are found like headings, and so the definition comes first.
"""

from __future__ import annotations

from collections import Counter
from math import sqrt
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.search import SearchLanguage, js_index, languages

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

FORMULAS = (nodes.math, nodes.math_block)
# A word in a heading tells more of a page than one in prose, and one in an example least.
HEADING, PROSE, CODE = 5.0, 1.0, 0.2
# The words of the page's title share this, whatever the page's length.
TITLE = 10.0
# What is kept of a page from when it was read, beside what Sphinx keeps.
KEPT = "search_weights"


def weights(language: SearchLanguage, doctree: nodes.document) -> dict[str, float]:
    """How much a page speaks of each word; long pages have many words, and gain little by it."""

    def words(text: str) -> list[str]:
        return [language.stem(word).lower() for word in language.split(text)]

    counts: Counter[str] = Counter()
    for text in doctree.findall(nodes.Text):
        weight = PROSE
        if isinstance(text.parent, nodes.title):
            weight = HEADING
        elif isinstance(text.parent, nodes.FixedTextElement):
            weight = CODE
        elif isinstance(text.parent, FORMULAS):
            continue
        for word in words(str(text)):
            counts[word] += weight
    length = sqrt(sum(counts.values()))
    found = {word: count / length for word, count in counts.items()}
    title = doctree.next_node(nodes.title)
    in_title = words(title.astext()) if title is not None else []
    for word in in_title:
        found[word] = found.get(word, 0.0) + TITLE / len(in_title)
    return found


def weigh(app: Sphinx, doctree: nodes.document) -> None:
    """Keep the weights of a page that has been read."""
    kind = languages[app.config.language]
    if not isinstance(kind, type):
        raise TypeError(f"the search of {app.config.language!r} has to be a class: {kind!r} is not")
    app.env.metadata[app.env.docname][KEPT] = weights(kind({}), doctree)


def in_order(
    terms: Mapping[str, int | list[int]], pages: list[Mapping[str, float]]
) -> dict[str, int | list[int]]:
    """The terms of an index with their lists of pages in order; equal ones as they were.

    Pairs with a space between are left alone: ordered lists are longer when compressed.
    """
    return {
        term: sorted(found, key=lambda page: -pages[page].get(term, 0.0))
        if isinstance(found, list) and " " not in term
        else found
        for term, found in terms.items()
    }


def defined_terms(app: Sphinx) -> Iterator[tuple[str, str, str]]:
    """The main entries of the general index, which are the glossary's: term, page and anchor."""
    entries: dict[str, list[tuple[str, str, str, str, str | None]]]
    entries = app.env.domaindata["index"]["entries"]
    for page, its_entries in sorted(entries.items()):
        for _, term, anchor, main, _ in its_entries:
            if main == "main":
                yield term, page, anchor


def complete(app: Sphinx, exception: Exception | None) -> None:
    """Put the finished index in order, and the terms among its headings."""
    if exception is not None or app.builder.name != "html":
        return
    path = Path(app.outdir) / "searchindex.js"
    index: dict[str, Any] = js_index.loads(path.read_text(encoding="utf-8"))
    pages = [app.env.metadata[name].get(KEPT, {}) for name in index["docnames"]]
    for terms in ("terms", "titleterms"):
        index[terms] = in_order(index[terms], pages)
    for term, page, anchor in defined_terms(app):
        places = index["alltitles"].setdefault(term, [])
        place = [index["docnames"].index(page), anchor]
        # Sphinx begins with the index of the build before, and the term is in it.
        if place not in places:
            places.append(place)
    # All of them are names of the reference, which are among the objects, or such terms.
    index["indexentries"] = {}
    path.write_text(js_index.dumps(index), encoding="utf-8")


def setup(app: Sphinx) -> ExtensionMetadata:
    app.connect("doctree-read", weigh)
    app.connect("build-finished", complete)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
