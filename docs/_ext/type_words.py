"""The words between the types of arguments, in Korean: of `int or tuple of int, optional`.

Sphinx takes the type of an argument for code, so no catalogue of messages holds these words.
Types that stand in a message, those of results and attributes, are for its translator.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

# What numpydoc's sections have become when napoleon has read them.
TYPE_FIELD = re.compile(r"(\s*:type [^:]+: )(.+)")
# Newer releases of sphinx-autodoc-typehints say so; older ones, for older Pythons, do not. What
# there is to translate must not depend on the release, and the docstring says what to assign.
SETTER_FIELD = ":Setter accepts:"
OPTIONAL = ", *optional*"
OR_NONE = " or :py:obj:`None`"


def in_korean(types: str) -> str:
    """The types of an argument with Korean words between them."""
    required = types.removesuffix(OPTIONAL)
    korean = " 또는 ".join(map(one_of, required.split(", or ")))
    return korean if required == types else f"{korean}, 생략 가능"


def one_of(types: str) -> str:
    """The same for a part that has no comma.

    All that follows `of` is inside: `sequence of Variable or array_like`. None alone is not: a
    `tuple of int or None` is a tuple or None.
    """
    outside, of, inside = types.partition(" of ")
    *others, container = outside.split(" or ")
    if not of:
        return " 또는 ".join([*others, container])
    elements = inside.removesuffix(OR_NONE)
    ending = [] if elements == inside else [OR_NONE.removeprefix(" or ")]
    elements = elements.replace(" or ", " 또는 ")
    return " 또는 ".join([*others, rf"{elements}\ 의 {container}", *ending])


def translate(
    app: Sphinx, what: str, name: str, obj: object, options: Any, lines: list[str]
) -> None:
    """Put Korean words into the fields of a docstring that hold types."""
    lines[:] = [line for line in lines if not line.startswith(SETTER_FIELD)]
    if app.config.language == "ko":
        lines[:] = [
            found[1] + in_korean(found[2]) if (found := TYPE_FIELD.fullmatch(line)) else line
            for line in lines
        ]


def setup(app: Sphinx) -> ExtensionMetadata:
    app.connect("autodoc-process-docstring", translate, priority=900)  # after napoleon
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
