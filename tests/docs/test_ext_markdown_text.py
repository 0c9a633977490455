"""Running text as Markdown: no sign gets a meaning that it did not have, and links are whole."""

from __future__ import annotations

import pytest
from docutils import nodes
from markdown_text import TextWriter, UnknownNode, at_line_start, code_block, details

PAGE = "https://site.example/docs/en/concepts/page.html"


def written(*children, in_table=False):
    writer = TextWriter(PAGE)
    writer.in_table = in_table
    return writer.text(nodes.paragraph("", "", *children))


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        ("a * b", r"a \* b"),
        ("snake_case stays", "snake_case stays"),
        ("_begins", r"\_begins"),
        ("5 < 6 and <b>", r"5 < 6 and \<b>"),
        ("$5 or [a]", r"\$5 or \[a\]"),
        ("a &amp; b & c", r"a \&amp; b & c"),
        ("# no heading", r"\# no heading"),
        ("- no list", r"\- no list"),
        ("1. no list", r"1\. no list"),
        ("1.5 is a number", "1.5 is a number"),
    ],
)
def test_signs_of_a_text_have_no_meaning(text, becomes):
    assert written(nodes.Text(text)) == becomes


def test_beginnings_of_later_lines_are_kept_too():
    assert at_line_start("a\n> b\n+ c\n==") == "a\n\\> b\n\\+ c\n\\=="


def test_code_has_more_backticks_than_it_holds():
    assert written(nodes.literal("", "a`b")) == "``a`b``"
    assert written(nodes.literal("", "`a`")) == "`` `a` ``"
    assert code_block("```\nx\n```", "python") == "````python\n```\nx\n```\n````"


def test_bars_in_a_table_end_no_cell():
    assert written(nodes.Text("a|b"), in_table=True) == r"a\|b"
    assert written(nodes.literal("", "a|b"), in_table=True) == r"`a\|b`"
    assert written(nodes.math("", r"|x| \| y"), in_table=True) == r"$\vert x\vert  \Vert  y$"
    assert written(nodes.math("", "|x|")) == "$|x|$"


def test_emphasis_ends_before_a_particle():
    strong = nodes.strong("", "", nodes.Text("(강조)"))
    assert written(strong, nodes.Text("는")) == "<strong>(강조)</strong>는"
    assert written(nodes.strong("", "", nodes.Text("강조")), nodes.Text("는")) == "**강조**는"


def test_a_link_leads_there_from_anywhere():
    link = nodes.reference("", "", nodes.Text("there"), refuri="../glossary.html#a (b)")
    assert written(link) == "[there](https://site.example/docs/en/glossary.html#a%20%28b%29)"


def test_html_is_kept_and_other_formats_are_not():
    html, latex = nodes.raw("", "<br>", format="html"), nodes.raw("", r"\\", format="latex")
    assert written(html, latex) == "<br>"


def test_what_has_no_form_is_named():
    with pytest.raises(UnknownNode, match=r"^tgroup has no form in a notebook yet: add it to"):
        written(nodes.tgroup())


def test_a_summary_is_text():
    assert "<summary>a &lt; b</summary>" in details("a < b", "text")
