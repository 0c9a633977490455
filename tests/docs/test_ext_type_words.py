"""Types of arguments read as Korean in the Korean reference, and as they are in the English one."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from type_words import in_korean, translate

INT = ":py:class:`int`"
TUPLE = ":py:class:`tuple`"
ARRAY = ":term:`array_like`"
NONE = ":py:obj:`None`"


@pytest.mark.parametrize(
    ("types", "korean"),
    [
        (INT, INT),
        (f"{INT}, *optional*", f"{INT}, 생략 가능"),
        (f"{INT} or {ARRAY}", f"{INT} 또는 {ARRAY}"),
        (f"{TUPLE} of {INT}", f"{INT}\\ 의 {TUPLE}"),
        (f"{INT} or {TUPLE} of {INT}, *optional*", f"{INT} 또는 {INT}\\ 의 {TUPLE}, 생략 가능"),
        (f"{TUPLE} of {INT} or {ARRAY}", f"{INT} 또는 {ARRAY}\\ 의 {TUPLE}"),
        (f"{ARRAY} of {INT}, or {TUPLE}", f"{INT}\\ 의 {ARRAY} 또는 {TUPLE}"),
        (f"{TUPLE} of {INT} or {NONE}", f"{INT}\\ 의 {TUPLE} 또는 {NONE}"),
        ("``{None, 1, 'fro'}``", "``{None, 1, 'fro'}``"),
    ],
)
def test_the_words_between_types_become_korean(types: str, korean: str) -> None:
    assert in_korean(types) == korean


@pytest.mark.parametrize("language", ["ko", "en"])
def test_only_the_types_of_arguments_change_and_only_in_korean(language: str) -> None:
    lines = [
        ":param x: One or more of them.",
        f":type x: {INT} or {TUPLE}",
        f":returns: {INT} or 0",
    ]
    before = list(lines)
    lines.insert(2, ":Setter accepts: :py:data:`~typing.Any`")
    app = SimpleNamespace(config=SimpleNamespace(language=language))
    translate(app, "function", "f", None, None, lines)  # type: ignore[arg-type]
    assert lines[::2] == before[::2]
    assert lines[1] == (f":type x: {INT} 또는 {TUPLE}" if language == "ko" else before[1])
