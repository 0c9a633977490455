"""A list that Sphinx has put into a paragraph stands beside it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from scratch_site import build

# Does what Sphinx does with the several results of a docstring.
EXTENSION = """
from docutils import nodes
from docutils.parsers.rst import Directive


def listed(word):
    return nodes.bullet_list("", nodes.list_item("", nodes.paragraph("", word)))


class Results(Directive):
    def run(self):
        alone, among = nodes.paragraph(), nodes.paragraph("", "before")
        alone += listed("alone")
        among += [listed("one"), listed("two")]
        return [alone, among, nodes.paragraph("", "last")]


def setup(app):
    app.add_directive("results", Results)
"""
INSIDE = re.compile(r"<p>(?:(?!</p>).)*<ul", re.DOTALL)


@pytest.mark.parametrize("mended", [False, True])
def test_no_list_is_left_in_a_paragraph(tmp_path: Path, monkeypatch, mended):
    (tmp_path / "two_results.py").write_text(EXTENSION)
    monkeypatch.syspath_prepend(str(tmp_path))
    extensions = ["two_results", *(["paragraph_lists"] if mended else [])]
    built = build(tmp_path / "site", "# Title\n\n```{results}\n```\n", extensions)
    assert built.warnings == ""
    body = built.body()
    assert bool(INSIDE.search(body)) != mended
    places = [body.index(f">{word}<") for word in ("alone", "before", "one", "two", "last")]
    assert places == sorted(places) or not mended
    assert "<p></p>" not in body
