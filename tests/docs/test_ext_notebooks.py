"""What a page becomes as a notebook: its text, its cells, and the link to it."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path

import nbformat
import pytest
import sphinx.locale
from notebook_cells import cells_of, data_cell, packages_of, quoted, setting_cell
from notebooks import TEXTS
from plain_examples import examples_of
from scratch_site import Built, build

ROOT = Path(__file__).resolve().parents[2]
ADDRESS = "https://site.example/docs/en/"
MYST = ["attrs_inline", "colon_fence", "deflist", "dollarmath"]


def make(folder: Path, page: str, **settings: object) -> Built:
    """Build a page as the site does, apart from the look."""
    settings = {
        "html_baseurl": ADDRESS,
        "myst_enable_extensions": MYST,
        "highlight_language": "python",
        "release": "1.5",
        "language": "en",
        **settings,
    }
    sphinx.locale.translators.clear()  # the words of the build before
    extra = settings.pop("extra", [])
    extensions = ["labels", "glossary_index", "particles", "temml_math", "parity_examples"]
    return build(
        folder, page, [*extensions, *extra, "notebooks"], html_math_renderer="temml", **settings
    )


def notebook(built: Built, page: str = "index") -> nbformat.NotebookNode:
    found = nbformat.read(built.output / f"{page}.ipynb", as_version=4)
    nbformat.validate(found)
    return found


def texts(folder: Path, body: str, **settings: object) -> str:
    """The text of a page's cells below its title."""
    built = make(folder, f"(page)=\n# T\n\n{body}", **settings)
    assert built.warnings == ""
    found = notebook(built)
    assert found.cells[0].source.startswith("# T\n\nThis notebook holds the same as [its page")
    return "\n\n".join(cell.source for cell in found.cells[1:])


def code(found: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    """The cells of code that come from the page."""
    cells = [cell for cell in found.cells if cell.cell_type == "code"]
    return [cell for cell in cells if "setting" not in cell.metadata.get("tags", ())]


# --- Examples ---------------------------------------------------------------------------------


def outputs(text: str) -> list[tuple[str, object]]:
    """The cells of a block, as their source and their output without what is always the same."""
    found = []
    for cell in cells_of(text):
        given = [dict(output) for output in cell.outputs]
        for output in given:
            output.pop("metadata", None)
            output.pop("execution_count", None)
        found.append((cell.source, given[0] if given else None))
    return found


def test_a_cell_ends_with_the_first_output():
    text = ">>> import sys\n>>> x = 1\n>>> x\n1\n>>> y = 2\n>>> y\n2\n>>> del x\n>>> del y\n"
    assert [(source, bool(output)) for source, output in outputs(text)] == [
        ("import sys\nx = 1\nx", True),
        ("y = 2\ny", True),
        ("del x\ndel y", False),
    ]


def test_a_value_what_is_printed_and_an_error_are_told_apart():
    text = (
        ">>> x\n'a'\n>>> print(x)\na\n>>> for c in x:\n...     print(c)\na\n"
        ">>> 1 / 0\nTraceback (most recent call last):\nZeroDivisionError: division by zero\n"
    )
    assert outputs(text) == [
        ("x", {"output_type": "execute_result", "data": {"text/plain": "'a'"}}),
        ("print(x)", {"output_type": "stream", "name": "stdout", "text": "a\n"}),
        ("for c in x:\n    print(c)", {"output_type": "stream", "name": "stdout", "text": "a\n"}),
        (
            "1 / 0",
            {
                "output_type": "error",
                "ename": "ZeroDivisionError",
                "evalue": "division by zero",
                "traceback": [
                    "Traceback (most recent call last):",
                    "ZeroDivisionError: division by zero",
                ],
            },
        ),
    ]


def test_jupyter_goes_on_after_an_error_that_the_page_shows():
    good, bad = cells_of(">>> 1\n1\n>>> f()\nTraceback (most recent call last):\na.b.E: no\n")
    assert good.metadata == {}
    assert bad.metadata == {"tags": ["raises-exception"]}
    assert (bad.outputs[0].ename, bad.outputs[0].evalue) == ("E", "no")


def test_a_value_inside_a_with_is_displayed():
    text = ">>> with a:\n...     b(\n...         1)\n2\n"
    text += ">>> with a:\n...     1, 2\n(1, 2)\n>>> with a:\n...     print(1)\n1\n"
    assert outputs(text) == [
        (
            "with a:\n    display(b(\n        1))",
            {"output_type": "display_data", "data": {"text/plain": "2"}},
        ),
        (
            "with a:\n    display((1, 2))",
            {"output_type": "display_data", "data": {"text/plain": "(1, 2)"}},
        ),
        ("with a:\n    print(1)", {"output_type": "stream", "name": "stdout", "text": "1\n"}),
    ]


def test_definitions_have_room_around_them():
    text = ">>> import a\n>>> def f():\n...     pass\n>>> x = 1\n"
    text += ">>> for i in a:\n...     f()\n>>> x\n1\n"
    assert outputs(text)[0][0] == (
        "import a\n\ndef f():\n    pass\n\nx = 1\nfor i in a:\n    f()\n\nx"
    )


def test_what_is_said_to_doctest_is_left_out():
    text = ">>> print('a\\n\\nb')  # doctest: +ELLIPSIS\na\n<BLANKLINE>\nb\n"
    assert outputs(text) == [
        ("print('a\\n\\nb')", {"output_type": "stream", "name": "stdout", "text": "a\n\nb\n"})
    ]


def test_values_are_shown_as_at_the_prompt():
    cell = setting_cell(TEXTS["en"], [">>> 1\n1\n"])
    setting = "%config PlainTextFormatter.pprint = False"
    assert cell.source == f"# Values look as they do on the page.\n{setting}"
    assert cell.metadata == {"tags": ["setting"]}


def test_only_prompts_inside_a_string_need_a_setting():
    cell = setting_cell(TEXTS["en"], ['>>> page = """\n... >>> 1\n... """\n'])
    assert "PromptStripper" in cell.source
    assert "PromptStripper" not in setting_cell(TEXTS["en"], [">>> '>>>'\n'>>>'\n"]).source


def test_the_packages_of_a_page_are_those_beside_the_engine():
    blocks = [
        ">>> import numpy, sympy\n>>> from tinygrad_ko import grad\n",
        ">>> import pytest.x\n",
    ]
    assert packages_of([*blocks, ">>> import os, sys\n"]) == ["pytest", "sympy"]


def test_a_file_that_the_examples_read_is_written_by_a_cell(tmp_path, monkeypatch):
    text = 'a "quoted" \\ text\n"""\n한글, last line\n'
    cell = data_cell("Why.", "data/some.csv", text)
    assert cell.source.startswith("# Why.\nimport os\n")
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        exec(cell.source, {})
        assert (tmp_path / "data" / "some.csv").read_text(encoding="utf-8") == text
    assert quoted("plain, text") == "plain, text"


# --- The notebook ------------------------------------------------------------------------------

PAGE = """\
(page)=
# A *page*

Lead.

```pycon
>>> import sympy
>>> x = 1
>>> x
1
```

(page-more)=
## More

```pycon
>>> print(x)
1
```

Text.
"""


def test_a_page_becomes_cells_with_names_that_stay(tmp_path):
    found = notebook(make(tmp_path, PAGE))
    assert [(cell.id, cell.cell_type) for cell in found.cells] == [
        ("page-1", "markdown"),
        ("page-2", "code"),
        ("page-3", "markdown"),
        ("page-4", "code"),
        ("page-more-1", "markdown"),
        ("page-more-2", "code"),
        ("page-more-3", "markdown"),
    ]
    assert [cell.execution_count for cell in found.cells if cell.cell_type == "code"] == [1, 2, 3]
    assert found.cells[3].outputs[0].execution_count == 2
    assert found.metadata.title == "A page"
    assert found.metadata.kernelspec.name == "python3"
    assert found.metadata.language_info.name == "python"


@pytest.mark.parametrize(
    ("language", "said", "wanted"),
    [
        ("en", "This notebook holds the same as [its page on the site]", "run this in a cell"),
        ("ko", "이 노트북은 [사이트의 페이지]", "새 셀에서 다음을 실행하세요."),
    ],
)
def test_the_first_cell_says_where_the_page_is_and_what_it_needs(tmp_path, language, said, wanted):
    address = f"https://site.example/docs/{language}/"
    built = make(tmp_path, PAGE, language=language, html_baseurl=address)
    first = notebook(built).cells[0].source
    assert first.startswith(f"# A *page*\n\n{said}({address}index.html)")
    assert wanted in first
    wheel = "https://site.example/docs/python/scratch-1.5-py3-none-any.whl"
    assert f"```\n%pip install {wheel} sympy\n```" in first


def test_a_page_without_examples_needs_nothing(tmp_path):
    built = make(tmp_path, "(page)=\n# T\n\nText.\n")
    first, second = notebook(built).cells
    assert (
        first.source
        == f"# T\n\nThis notebook holds the same as [its page on the site]({ADDRESS}index.html)."
    )
    assert second.source == "Text."


def test_two_builds_give_the_same_bytes(tmp_path):
    page = PAGE + "\n```{graph} y\n:alt: A\n:caption: C\n" + GRAPH + "```\n"
    one, two = (make(tmp_path / name, page).output / "index.ipynb" for name in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()
    assert json.loads(one.read_text(encoding="utf-8"))["nbformat_minor"] >= 5


def test_examples_of_a_docstring_are_cells_too(tmp_path, monkeypatch):
    (tmp_path / "with_examples.py").write_text(
        'def f(x):\n    """Say x.\n\n    >>> f(1)\n    1\n    """\n    return x\n'
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    page = "(page)=\n# T\n\n```{eval-rst}\n.. automodule:: with_examples\n   :members:\n```\n"
    built = make(tmp_path / "site", page, extra=["sphinx.ext.autodoc"])
    assert built.warnings == ""
    heading, example = notebook(built).cells[2:4]
    assert heading.source == "## `with_examples.f(x)`\n\nSay x."
    assert (example.id, example.source) == ("with_examples-f-2", "f(1)")


def test_examples_in_pytorch_are_shown_and_not_run(tmp_path):
    found = texts(tmp_path, "```pycon-parity\n>>> import torch\n```\n")
    assert found == "```pycon\n>>> import torch\n```"


GRAPH = """\
from tinygrad_ko import Variable

x = Variable(3.0, name="x")
y = x**2
"""


def test_a_graph_is_drawn_by_a_cell_that_keeps_its_names_to_itself(tmp_path):
    page = f"(page)=\n# T\n\n```{{graph}} y\n:alt: A *square*\n:caption: The $x^2$.\n{GRAPH}```\n"
    built = make(tmp_path, page)
    assert built.warnings == ""
    (cell,) = code(notebook(built))
    assert cell.source == (
        "def picture():\n    from tinygrad_ko import Variable\n"
        "    from tinygrad_ko.graph import Graph\n\n"
        '    x = Variable(3.0, name="x")\n    y = x**2\n    display(Graph(y))\n\npicture()'
    )
    (output,) = cell.outputs
    shown: list[object] = []
    namespace = {"display": shown.append}
    exec(cell.source, namespace)
    assert set(namespace) == {"display", "picture", "__builtins__"}
    assert output.data["image/svg+xml"].startswith("<svg")
    assert output.data["text/plain"] == repr(shown[0]) == "<Graph of 1 operation: Pow 1>"
    assert base64.b64decode(output.data["image/png"]).startswith(b"\x89PNG")
    assert notebook(built).cells[-1].source == (
        "The $x^2$.\n\n<details>\n<summary>What the picture shows</summary>\n\n"
        "A \\*square\\*\n\n</details>"
    )


def test_a_figure_is_attached_with_the_words_for_it(tmp_path):
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures" / "line.py").write_text(
        'TEXT = {"ko": {}, "en": {}}\n\n\ndef draw(text):\n'
        '    return \'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20">\'\\\n'
        '        \'<path d="M0 10h40" style="stroke:var(--plot-accent-1)"/></svg>\'\n'
    )
    page = "(page)=\n# T\n\n```{plot} line\n:alt: A [line]\nThe caption.\n```\n"
    built = make(tmp_path, page, plot_figures=str(tmp_path / "figures"))
    assert built.warnings == ""
    cell = notebook(built).cells[1]
    assert cell.source == "![A \\[line\\]](attachment:picture-1.png)\n\nThe caption."
    data = base64.b64decode(cell.attachments["picture-1.png"]["image/png"])
    assert data.startswith(b"\x89PNG")
    # Of a drawing of 40 by 20, large enough for a screen with small pixels.
    assert [int.from_bytes(data[at : at + 4]) for at in (16, 20)] == [60, 30]


def test_a_solution_is_folded_away_under_a_heading(tmp_path):
    body = (
        "(page-ask)=\n## Ask\n\nQ?\n\n````{solution}\nA:\n\n```pycon\n>>> 1\n1\n```\n````\n\n"
        "(page-then)=\n## Then\n\nText.\n"
    )
    built = make(tmp_path, f"(page)=\n# T\n\n{body}")
    assert built.warnings == ""
    cells = notebook(built).cells
    assert [(cell.source, cell.metadata) for cell in cells[2:]] == [
        ("## Ask\n\nQ?", {}),
        ("### Show the solution", {"jp-MarkdownHeadingCollapsed": True}),
        ("A:", {}),
        ("1", {}),
        ("## Then\n\nText.", {}),
    ]


def test_what_follows_a_solution_needs_a_heading(tmp_path):
    built = make(tmp_path, "(page)=\n# T\n\n```{solution}\nA.\n```\n\nMore.\n")
    assert "index.md:8: WARNING: in a notebook this would be folded away with the solution" in (
        built.warnings
    )
    two = "(page)=\n# T\n\n```{solution}\nA.\n```\n\n```{solution} Another\nB.\n```\n"
    assert make(tmp_path / "two", two).warnings == ""


# --- Text --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "same",
    [
        "A line\nand *another* with **weight**, `code` and ``a ` tick``.",
        "The formula $x_0 * x_1$에서 begins.",
        "$$\nx^2 \\\\\n$$".replace(" \\\\", ""),
        "- one\n- two\n  - inner\n- three",
        "3. three\n4. four",
        "- one\n\n  more of it\n\n- two",
        "> said",
        "```toml\na = 1\n```",
        "````text\n```pycon\n>>> 1\n```\n````",
        "| a | b |\n| --- | ---: |\n| `x` | $y$ |",
        "[elsewhere](https://example.org/a)",
        "**강조**(emphasis)는 이렇게 씁니다.",
        r"2 \* 3, \[x\], a\_\_b, snake_case, \<tag>, 1\. and \$5",
        "1\\. not a list\n\\- nor this\n\\# nor that",
    ],
)
def test_text_stays_as_it_is_written(tmp_path, same):
    assert texts(tmp_path, same + "\n") == same.replace(r"1\. and", "1. and").replace(
        r"a\_\_b", "a__b"
    )


@pytest.mark.parametrize(
    ("written", "becomes"),
    [
        ("[there](#page-two)", f"[there]({ADDRESS}index.html#page-two)"),
        ("[](#page-two)", f"[Two x]({ADDRESS}index.html#page-two)"),
        (":::{tip}\nDo.\n\nThis.\n:::", "> **Tip**\n>\n> Do.\n>\n> This."),
        (":::{admonition} My *head*\nDo.\n:::", "> **My *head***\n>\n> Do."),
        (":::{container} lead\nDo.\n:::", "Do."),
        ("Word\n: What it is.\n\n  More.", "- **Word**\n\n  What it is.\n\n  More."),
        ("A note[^1].\n\n[^1]: Said *below*.", None),
        (
            "$$\na &= b \\\\\nc &= d\n$$",
            "$$\n\\begin{aligned}a &= b \\\\\nc &= d\\end{aligned}\n$$",
        ),
        ("| a |\n|---|\n| $\\|x\\|$ `a\\|b` |", "| a |\n| --- |\n| $\\vert x\\vert $ `a\\|b` |"),
        ("a\\\nb", None),
        ("*(x)*", "*(x)*"),
        ("{sub}`2`", "<sub>2</sub>"),
        ("<kbd>K</kbd>", "<kbd>K</kbd>"),
    ],
)
def test_what_jupyter_does_not_know_is_written_otherwise(tmp_path, written, becomes):
    found = texts(tmp_path, f"{written}\n\n(page-two)=\n## Two `x`\n")
    found = found.replace("\n\n## Two `x`", "")
    if becomes is not None:
        assert found == becomes
    elif "note" in written:
        link = re.fullmatch(
            r"A note<sup>\[1\]\((\S+)\)</sup>\.\n\n---\n\n<sup>1</sup> Said \*below\*\.", found
        )
        assert link, found
        assert link[1].startswith(f"{ADDRESS}index.html#")
    else:
        assert found == "a<br />\nb"


def test_emphasis_between_a_bracket_and_a_letter_is_html(tmp_path):
    page = "(page)=\n# T\n\n```{eval-rst}\nx **(y)**\\ 는 *z*\\ 는\n```\n"
    assert notebook(make(tmp_path, page)).cells[1].source == "x <strong>(y)</strong>는 *z*는"


def test_a_file_for_readers_is_linked(tmp_path):
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "table.csv").write_text("1\n")
    found = texts(tmp_path, "{download}`the table <table.csv>`\n")
    link = re.fullmatch(r"\[`?the table`?\]\((\S+)\)", found)
    assert link, found
    assert link[1].startswith(f"{ADDRESS}_downloads/")
    assert (tmp_path / "output" / link[1].removeprefix(ADDRESS)).read_text() == "1\n"


def test_code_of_the_engine_is_in_the_notebook(tmp_path):
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "a.py").write_text("x = 1\ny = 2\n")
    body = "```{literalinclude} a.py\n:lines: 2\n:caption: Where it is\n```\n"
    assert texts(tmp_path, body) == "Where it is\n\n```python\ny = 2\n```"


def test_an_example_in_a_list_ends_the_list(tmp_path):
    body = "- a\n\n  ```pycon\n  >>> 1\n  1\n  ```\n\n  b\n- c\n"
    built = make(tmp_path, f"(page)=\n# T\n\n{body}")
    assert [cell.source for cell in notebook(built).cells[2:]] == ["- a", "1", "b\n\n- c"]


def test_what_has_no_form_yet_is_a_warning(tmp_path):
    body = "```{eval-rst}\n.. productionlist::\n   a: b\n```\n"
    built = make(tmp_path, f"(page)=\n# T\n\n{body}")
    assert "productionlist has no form in a notebook yet: add it to docs/_ext/" in built.warnings
    assert not (built.output / "index.ipynb").exists()


# --- The link ----------------------------------------------------------------------------------


def test_both_languages_say_the_same_things():
    assert TEXTS["ko"].keys() == TEXTS["en"].keys()
    for name, text in TEXTS["ko"].items():
        assert text.count("{}") == TEXTS["en"][name].count("{}")


@pytest.mark.parametrize(
    ("language", "text"), [("ko", "노트북 내려받기"), ("en", "Download notebook")]
)
def test_the_page_links_to_its_notebook(tmp_path, language, text):
    (tmp_path / "source" / "a").mkdir(parents=True)
    built = make(
        tmp_path,
        "(page)=\n# T\n\n```{toctree}\na/b\n```\n",
        more_pages={"a/b": "(b)=\n# B\n\nText.\n"},
        theme="furo",
        language=language,
        templates_path=[str(ROOT / "docs" / "_templates")],
        html_baseurl=f"https://site.example/docs/{language}/",
        extra=["furo_strings"],
        # What the extensions of the head, the foot and the languages give to the template.
        html_context={"other_language": {}, "alternates": [], "card": {}, "structured_data": []},
        html_sidebars={},
    )
    link = f'<p class="notebook-link"><a href="b.ipynb" download>{text}</a></p>'
    assert built.html("a/b").count(f"</h1>\n{link}\n") == built.html("a/b").count(link) == 1
    assert "notebook-link" not in built.html("genindex")
    assert "notebooks.css" in built.html("a/b")
    assert notebook(built, "a/b").cells[0].source.startswith("# B\n")


def test_the_examples_of_every_page_are_what_the_cells_hold():
    """No example is lost between the page and the cells: tests/notebooks runs all of them."""
    page = (ROOT / "docs" / "en" / "faq.md").read_text(encoding="utf-8")
    examples = examples_of(page)
    assert len(examples) > 100
    for example in examples:
        (cell,) = cells_of(
            f">>> {example.source.rstrip()}".replace("\n", "\n... ") + f"\n{example.want}"
        )
        assert bool(cell.outputs) == bool(example.want)
