"""The definitions on a page, so that a figure shows what the code beside it does."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

from plain_examples import examples_of

_DEFINITIONS = (ast.Import, ast.ImportFrom, ast.ClassDef, ast.FunctionDef)


def definitions(page: str, *assigned: str) -> dict[str, Any]:
    """Run what the examples of an English page import and define, and the named assignments.

    `page` is its file, from docs/en. What the page computes and prints is left out.
    """
    text = (Path(__file__).parents[1] / "en" / page).read_text(encoding="utf-8")
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for example in examples_of(text):
        statement = ast.parse(example.source).body[0]
        targets = statement.targets if isinstance(statement, ast.Assign) else []
        named = any(isinstance(each, ast.Name) and each.id in assigned for each in targets)
        if named or isinstance(statement, _DEFINITIONS):
            exec(compile(example.source, page, "exec"), namespace)
    return namespace
