"""Blocks of a page as parts: text is put together, and examples between stay what they are."""

from __future__ import annotations

from markdown_writer import Examples, Markdown, indented, joined, quoted

EXAMPLE = Examples(">>> 1")


def test_text_that_follows_text_is_one_part_with_all_pictures():
    parts = [Markdown("a", {"a.png": "1"}), Markdown("b", {"b.png": "2"}), EXAMPLE, Markdown("c")]
    assert list(joined(parts)) == [
        Markdown("a\n\nb", {"a.png": "1", "b.png": "2"}),
        EXAMPLE,
        Markdown("c"),
    ]
    assert list(joined([])) == []


def test_an_item_of_a_list_has_its_mark_once_and_room_below_it():
    parts = [Markdown("a\n\nb"), Markdown("c")]
    assert [part.text for part in indented(parts, "1. ", "   ")] == ["1. a\n\n   b", "   c"]


def test_after_an_example_an_item_is_over():
    parts = [Markdown("a"), EXAMPLE, Markdown("b\nc")]
    assert list(indented(parts, "- ", "  ")) == [Markdown("- a"), EXAMPLE, Markdown("b\nc")]


def test_every_line_of_a_quotation_is_marked():
    parts = [Markdown("a\n\nb"), Markdown("c"), EXAMPLE]
    assert list(quoted(parts)) == [Markdown("> a\n>\n> b\n>\n> c"), EXAMPLE]
