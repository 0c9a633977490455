"""Collect every example of every page, so that a page cannot say what the engine does not do.

An example is one prompt of a fenced ``pycon`` block, with its expected output. The examples of
a page share their names and run in order; those of another page do not see them.

``pytest docs --examples=pycon-parity`` runs the blocks of that name instead, which import PyTorch
or JAX. They share their names with each other, and not with the ``pycon`` blocks of the page.
"""

from __future__ import annotations

import contextlib
import doctest
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from page_source import Fence, fences
from sybil import Document, Example, Region, Sybil
from sybil.evaluators.doctest import NUMBER, DocTestEvaluator
from sybil.integration.pytest import SybilItem

DOCS = Path(__file__).parent.resolve()
EVALUATE = DocTestEvaluator(doctest.ELLIPSIS)
# Any other option would make an example say less than it seems to say.
ALLOWED_OPTIONS = {doctest.ELLIPSIS, NUMBER}
LANGUAGES = ("pycon", "pycon-parity")
FENCE_LIKE = re.compile(r"\s*(`{3,}|~{3,}|:{3,})")


_wanted = LANGUAGES[0]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the command line say which blocks are examples."""
    parser.addoption(
        "--examples",
        choices=LANGUAGES,
        default=LANGUAGES[0],
        help="the language of the blocks on pages that are run (default: %(default)s)",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Remember what the command line says."""
    global _wanted
    _wanted = config.getoption("--examples")
    if _wanted == "pycon-parity":
        # PyTorch says it to itself when it loads its rules for forward mode.
        config.addinivalue_line(
            "filterwarnings", "ignore:.torch.jit.script. is deprecated:FutureWarning"
        )


def parse_page(document: Document) -> Iterator[Region]:
    """Yield the examples of a page, and in the place of a faulty block one that fails."""
    # Offsets of the lines, from which Sybil finds the line numbers again.
    starts = [0, *(match.end() for match in re.finditer("\n", document.text)), len(document.text)]
    for fence in fences(document.text):
        if not fence.closed:
            message = "this fenced block is never closed; add its closing fence"
            yield _fault(starts[fence.line - 1], message)
        elif fence.language == _wanted:
            faults = dict(_faults(fence))
            if faults:
                for line, message in sorted(faults.items()):
                    yield _fault(starts[line - 1], message)
                continue
            for example in _examples(fence):
                end = example.lineno + _length(example)
                yield Region(starts[example.lineno], starts[end], example, EVALUATE)


def _examples(fence: Fence) -> list[doctest.Example]:
    # Empty lines before the body, so that doctest counts lines as the page does.
    return doctest.DocTestParser().get_examples("\n" * (fence.body_line - 1) + fence.body)


def _length(example: doctest.Example) -> int:
    return example.source.count("\n") + example.want.count("\n")


def _faults(fence: Fence) -> Iterator[tuple[int, str]]:
    """What would make doctest pass over something in a block without a word."""
    lines = dict(enumerate(fence.body.split("\n"), fence.body_line))
    for line, text in lines.items():
        if FENCE_LIKE.match(text):
            yield (
                line,
                f"{text.strip()!r} inside a {fence.language} block: close the block before it",
            )
            return
    try:
        examples = _examples(fence)
    except ValueError as error:
        yield fence.line, f"doctest cannot read this {fence.language} block: {error}"
        return
    if not examples:
        yield fence.line, f"a {fence.language} block without an example: begin it with >>>"
    compared: set[int] = set()
    for example in examples:
        first = example.lineno + 1
        compared.update(range(first, first + _length(example)))
        if {flag for flag, on in example.options.items() if on} - ALLOWED_OPTIONS:
            yield first, "of doctest's options, a page may use NUMBER and no other"
    for line, text in lines.items():
        # Comments behind a prompt are no examples; everything else has to belong to one.
        if line not in compared and text.strip() and not text.lstrip().startswith((">>>", "...")):
            message = "is compared with nothing; an empty line in an output is <BLANKLINE>"
            yield line, f"{text.strip()!r} {message}"


def _fault(start: int, message: str) -> Region:
    def fail(example: Example) -> str:
        return message

    return Region(start, start, message, fail)


_settings: list[contextlib.ExitStack] = []


def _begin(namespace: dict[str, Any]) -> None:
    # As at a reader's prompt: classes print as __main__.Name, the data files are in data/, and
    # what a page does to NumPy's way of printing is gone with the page.
    namespace["__name__"] = "__main__"
    stack = contextlib.ExitStack()
    stack.enter_context(np.printoptions())
    stack.enter_context(contextlib.chdir(DOCS))
    _settings.append(stack)


def _end(namespace: dict[str, Any]) -> None:
    _settings.pop().close()
    namespace.clear()  # what a page made is freed with the page
    # What a page chose for an engine beside ours goes with the page, too.
    if (torch := sys.modules.get("torch")) is not None:
        torch.set_default_dtype(torch.float32)
        torch.set_warn_always(True)  # not once in a process, which holds many pages
    if (jax := sys.modules.get("jax")) is not None:
        jax.config.update("jax_enable_x64", False)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Let an example fail that leaves a file open.

    The warning about it, turned into an error, has a single frame. Sybil's way of shortening
    tracebacks takes at least two, and on less would end the whole run.
    """
    if isinstance(item, SybilItem):
        shorten = item._traceback_filter
        item._traceback_filter = lambda info: (
            shorten(info) if len(info.traceback) > 1 else info.traceback
        )


pytest_collect_file = Sybil([parse_page], "*.md", setup=_begin, teardown=_end).pytest()
