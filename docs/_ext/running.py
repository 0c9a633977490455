"""Examples can be run and changed on the page: a bar under each, and what the script has to know.

Which blocks are examples, and which of them a browser can run, is found out here, and what runs
them is docs/_static/run.js. The examples of a page share their names, as they do in the tests;
those of a docstring share theirs with no other.
"""

from __future__ import annotations

import doctest
import hashlib
import json
import os
import sys
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from browser_python import COPY, FOLDER, data_files, runtime_address, wheel_name
from copy_code import copy_button
from docutils import nodes
from plain_examples import plain
from running_texts import TEXTS
from sphinx import addnodes
from sphinx.transforms import SphinxTransform
from sphinx.transforms.post_transforms import SphinxPostTransform

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata
    from sphinx.writers.html5 import HTML5Translator

DOCS = Path(__file__).resolve().parents[1]
SCRIPT, STYLE = "run.js", "run.css"
LOADED_LATER = ("run_worker.js", "run_session.py")
# A browser starts no processes and, in Pyodide, no threads.
NOT_THERE = {"concurrent", "multiprocessing", "subprocess", "threading"}
STANDARD = sys.stdlib_module_names - NOT_THERE
# What Pyodide has beyond the standard library and pages use, with the names to call it by.
PACKAGES = {"numpy": "NumPy", "pytest": "pytest", "sympy": "SymPy", "tinygrad_ko": "tinygrad_ko"}


class Example(NamedTuple):
    """What is known of a block before the site's own changes to it."""

    text: str
    number: int
    session: int
    # The numbers of the prompts that a browser cannot run, and of those that need a package.
    skip: list[int]
    heavy: list[int]


class Runnable(nodes.container):
    """A block of examples, and the bar under it."""


class FindExamples(SphinxTransform):
    """Tell the blocks of a page what they are, while they hold what the source says."""

    default_priority = 290  # before ParityExamples, and before Sphinx takes doctest's options out

    def apply(self, **kwargs: Any) -> None:
        """Go through the sessions of a page, and the blocks of each."""
        blocks = [node for node in self.document.findall(nodes.Element) if is_example(node)]
        numbers = {id(block): number for number, block in enumerate(blocks, 1)}
        sessions: dict[int, list[nodes.Element]] = {}
        for block in blocks:
            sessions.setdefault(session_of(block), []).append(block)
        for number, members in enumerate(sessions.values()):
            read = [doctest.DocTestParser().get_examples(block.astext()) for block in members]
            together = [example for examples in read for example in examples]
            here = {id(each) for each in plain(together, STANDARD | PACKAGES.keys())}
            light = {id(each) for each in plain(together, STANDARD)}
            for block, examples in zip(members, read, strict=True):
                skip = [place for place, each in enumerate(examples) if id(each) not in here]
                heavy = [place for place, each in enumerate(examples) if id(each) not in light]
                block["example"] = Example(block.astext(), numbers[id(block)], number, skip, heavy)


def is_example(node: nodes.Element) -> bool:
    """Whether a node is a block with prompts, which can be read."""
    is_session = isinstance(node, nodes.literal_block) and node.get("language") == "pycon"
    if not is_session and not isinstance(node, nodes.doctest_block):
        return False
    try:
        return bool(doctest.DocTestParser().get_examples(node.astext()))
    except ValueError:  # the tests of the pages say where it is wrong
        return False


def session_of(node: nodes.Element) -> int:
    """Tell apart what shares no names: the page itself, and each docstring on it."""
    while node is not None and not isinstance(node, addnodes.desc):
        node = node.parent
    return id(node)


class WrapExamples(SphinxPostTransform):
    """Put a box around each example, with what the script has to know of it."""

    builders = ("html",)
    default_priority = 700

    def run(self, **kwargs: Any) -> None:
        """Go through the blocks of a page."""
        for block in list(self.document.findall(lambda node: _example(node) is not None)):
            example = _example(block)
            box = Runnable("")
            box["data"] = dict(_data(example, block.astext()))
            box["number"], box["has_bar"] = example.number, not example.skip
            block.replace_self(box)
            box += block


def _example(node: nodes.Node) -> Example | None:
    return node.get("example") if isinstance(node, nodes.Element) else None


def _data(example: Example, shown: str) -> Iterator[tuple[str, str]]:
    """Yield the attributes that say what cannot be seen."""
    if example.session:
        yield "data-session", str(example.session)
    if example.skip:
        yield "data-skip", json.dumps(example.skip)
    if example.heavy:
        yield "data-heavy", json.dumps(example.heavy)
    if example.text != shown:  # Sphinx has taken out <BLANKLINE> and doctest's options
        yield "data-text", example.text


def visit_runnable(self: HTML5Translator, node: Runnable) -> None:
    # By hand: docutils would make spaces of the line breaks in a text.
    data = "".join(f' {name}="{escape(value)}"' for name, value in node["data"].items())
    self.body.append(f'<div class="example"{data}>\n')


def depart_runnable(self: HTML5Translator, node: Runnable) -> None:
    if node["has_bar"]:
        texts = TEXTS[self.config.language if self.config.language in TEXTS else "en"]
        label = escape(texts["example"].format(node["number"]))
        self.body.append(
            f'<div class="code-bar run-bar" role="group" aria-label="{label}">'
            f'<button type="button">{escape(texts["run"])}</button>'
            f"{copy_button(self.config.language)}"
            f'<button type="button" hidden>{escape(texts["edit"])}</button>'
            f'<button type="button" hidden>{escape(texts["reset"])}</button>'
            f'<span class="run-status" role="status"></span></div>\n'
        )
    self.body.append("</div>\n")


def version() -> str:
    """Return what changes with the files that the script loads, so that no old copy is used."""
    digest = hashlib.sha256()
    for name in LOADED_LATER:
        digest.update((DOCS / "_static" / name).read_bytes())
    return digest.hexdigest()[:8]


def add_script(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Give a page with examples the script, and in JSON where everything is and what it says."""
    boxes = list(doctree.findall(Runnable)) if doctree is not None else []
    if not any(box["has_bar"] for box in boxes):
        return
    app.add_css_file(STYLE)
    app.add_js_file(SCRIPT, loading_method="defer")
    root = f"{context['content_root']}../"
    runtime = runtime_address(app.config.pyodide_url)
    text = "\n".join(box.astext() for box in boxes)
    settings = {
        "runtime": root + COPY if runtime == COPY else runtime,
        "python": f"{root}{FOLDER}/",
        "wheel": wheel_name(app.config.project, app.config.release),
        "files": [name for name in data_files(DOCS) if name in text],
        "packages": PACKAGES,
        "version": version(),
        "texts": TEXTS[app.config.language if app.config.language in TEXTS else "en"],
    }
    # In JSON, `<` stands in texts alone, where it can be written so.
    written = json.dumps(settings, ensure_ascii=False).replace("<", "\\u003c")
    context["body"] += f'<script type="application/json" id="run-settings">{written}</script>\n'


def setup(app: Sphinx) -> ExtensionMetadata:
    app.add_config_value("pyodide_url", os.environ.get("PYODIDE_URL", ""), "html", str)
    app.add_node(Runnable, html=(visit_runnable, depart_runnable))
    app.add_transform(FindExamples)
    app.add_post_transform(WrapExamples)
    app.connect("html-page-context", add_script)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
