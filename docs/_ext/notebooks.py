"""Each page can be downloaded as a notebook, written beside it from the page as it was finished.

The prose becomes Markdown, each example cells with the outputs that the page shows. The same page
always gives the same bytes: a cell is named after its section and its place in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
import nbformat.v4 as v4
from browser_python import FOLDER, data_files, wheel_name
from docutils import nodes
from markdown_text import UNSEEN, UnknownNode, code_block
from markdown_writer import Examples, Graph, Markdown, PageWriter, Part
from nbformat import NotebookNode
from notebook_cells import (
    cells_of,
    data_cell,
    graph_cell,
    metadata,
    number,
    packages_of,
    setting_cell,
)
from solution import solution
from sphinx.util import logging

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

logger = logging.getLogger(__name__)

DOCS = Path(__file__).resolve().parents[1]
CSS = "notebooks.css"
# Jupyter's own mark of a heading whose section is folded away.
FOLDED = "jp-MarkdownHeadingCollapsed"
LONGEST_ID = 64
TEXTS = {
    "ko": {
        "link": "노트북 내려받기",
        "about": "이 노트북은 [사이트의 페이지]({})와 내용이 같습니다.",
        "needs": (
            "예제를 실행하려면 `tinygrad_ko`가 있어야 합니다.\n"
            "아직 설치하지 않았다면 새 셀에서 다음을 실행하세요."
        ),
        "setting": "값을 페이지에서와 똑같은 모양으로 보여 줍니다.",
        "prompts": "문자열 안의 프롬프트를 IPython이 지우지 않게 합니다.",
        "data": "예제에서 읽을 파일을 만듭니다.",
    },
    "en": {
        "link": "Download notebook",
        "about": "This notebook holds the same as [its page on the site]({}).",
        "needs": (
            "To run the examples you need `tinygrad_ko`.\n"
            "If it is not installed yet, run this in a cell of its own:"
        ),
        "setting": "Values look as they do on the page.",
        "prompts": "IPython leaves prompts inside strings alone.",
        "data": "The examples read this file.",
    },
}


class NotebookWriter:
    """Puts the parts of a page into a notebook."""

    def __init__(self, language: str, address: str, root: str, wheel: str) -> None:
        self.texts = TEXTS[language]
        self.address = address
        self.wheel = f"{root}{FOLDER}/{wheel}"
        self.cells: list[NotebookNode] = []
        self.label = ""
        self.counts: dict[str, int] = {}

    def notebook(self, parts: list[Part], title: str) -> NotebookNode:
        """The whole notebook."""
        blocks = [part.text for part in parts if isinstance(part, Examples)]
        head = next((part for part in parts if isinstance(part, Markdown) and part.heading), None)
        runs = any(not isinstance(part, Markdown) for part in parts)
        self.label = head.heading if head is not None else "page"
        self.text([*([head] if head is not None else []), self.about(blocks, runs=runs)])
        if blocks:
            self.add(setting_cell(self.texts, blocks))
        for name in data_files(DOCS):
            if any(name in text for text in blocks):
                content = (DOCS / name).read_text(encoding="utf-8")
                self.add(data_cell(self.texts["data"], name, content))
        self.body([part for part in parts if part is not head])
        number(self.cells)
        return v4.new_notebook(cells=self.cells, metadata=metadata(title))

    def about(self, blocks: list[str], *, runs: bool) -> Markdown:
        """Where the page is, and how to get what its examples need."""
        text = self.texts["about"].format(self.address)
        if runs:
            command = " ".join(["%pip install", self.wheel, *packages_of(blocks)])
            text += f"\n{self.texts['needs']}\n\n{code_block(command)}"
        return Markdown(text)

    def body(self, parts: list[Part]) -> None:
        """All that comes after the first cells."""
        texts: list[Markdown] = []
        for part in parts:
            if isinstance(part, Markdown):
                if part.heading:
                    self.text(texts)
                    texts = []
                    self.label = part.heading if part.heading != "-" else self.label
                if part.folds:
                    self.text([part], {FOLDED: True})
                else:
                    texts.append(part)
                continue
            self.text(texts)
            texts = []
            made = [graph_cell(part)] if isinstance(part, Graph) else cells_of(part.text)
            for each in made:
                self.add(each)
        self.text(texts)

    def text(self, texts: list[Markdown], marks: dict[str, bool] | None = None) -> None:
        """Add a cell of text, if there is any."""
        if not texts:
            return
        made = v4.new_markdown_cell("\n\n".join(each.text for each in texts), metadata=marks or {})
        pictures = {name: data for each in texts for name, data in each.pictures.items()}
        if pictures:
            made["attachments"] = {name: {"image/png": data} for name, data in pictures.items()}
        self.add(made)

    def add(self, made: NotebookNode) -> None:
        """Add a cell, and name it."""
        count = self.counts[self.label] = self.counts.get(self.label, 0) + 1
        ending = f"-{count}"
        made["id"] = self.label.replace(".", "-")[: LONGEST_ID - len(ending)] + ending
        self.cells.append(made)


def after_solutions(doctree: nodes.document) -> Iterator[nodes.Node]:
    """What comes after a solution in its section, and so would be folded away with it."""
    for folded in doctree.findall(solution):
        siblings = folded.parent.children
        for node in siblings[siblings.index(folded) + 1 :]:
            if not isinstance(node, (nodes.section, solution, *UNSEEN)):
                yield node
                break


def write(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Write the notebook of a page, and let the template link to it."""
    language = app.config.language
    if doctree is None or app.builder.name != "html" or language not in TEXTS:
        return
    for node in after_solutions(doctree):
        logger.warning(
            "in a notebook this would be folded away with the solution before it: "
            "begin it with a heading",
            location=node,
            type="notebooks",
        )
    base = app.config.html_baseurl
    page = PageWriter(f"{base}{pagename}.html", language, f"{base}_downloads/")
    try:
        parts = list(page.parts(doctree))
    except UnknownNode as error:
        logger.warning("%s", error, location=error.node, type="notebooks")
        return
    writer = NotebookWriter(
        language,
        context.get("pageurl") or page.words.address,
        base.removesuffix(f"{language}/"),
        wheel_name(app.config.project, app.config.release),
    )
    made = writer.notebook(parts, app.env.titles[pagename].astext())
    nbformat.validate(made)
    file = Path(app.outdir, f"{pagename}.ipynb")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(nbformat.writes(made) + "\n", encoding="utf-8")
    context["notebook"] = {"href": file.name, "text": TEXTS[language]["link"]}
    app.add_css_file(CSS)


def setup(app: Sphinx) -> ExtensionMetadata:
    for name in ("plot", "graph_figure", "running", "solution"):
        app.setup_extension(name)
    app.connect("html-page-context", write, priority=600)  # after languages, which knows addresses
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
