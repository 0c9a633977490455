"""Which blocks of a page get a button that copies them, and what it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from copy_code import TEXTS
from scratch_site import Built, build

EXTENSIONS = ["parity_examples", "running", "copy_code"]
PLAIN = "```pycon\n>>> 1\n1\n```\n"


def make(folder: Path, page: str, **settings: object) -> Built:
    built = build(folder, f"# T\n\n{page}", EXTENSIONS, **settings)
    assert built.warnings == ""
    return built


@pytest.mark.parametrize(
    "block",
    [
        "```console\nnox -s docs\n```\n",
        "```text\nwords\n```\n",
        "```python\nx = 1\n```\n",
        "```pycon-parity\n>>> import torch\n```\n",
        "```pycon\n>>> import hypothesis\n```\n",  # no browser can run it
        "```{eval-rst}\n>>> 2\n2\n```\n",
        "- In a list:\n\n  ```text\n  words\n  ```\n",
        "```{code-block} python\n:caption: C.\nx = 1\n```\n",
        PLAIN,
    ],
)
def test_every_block_of_code_has_one_button(tmp_path, block):
    body = make(tmp_path, block).body()
    assert body.count('<button type="button" class="copy">Copy</button>') == 1
    # Nothing but the code stands before the bar.
    assert re.search(r'</pre></div>\s*</div>\s*<div class="code-bar', body)


def test_an_example_has_the_button_in_the_bar_that_it_has_anyway(tmp_path):
    body = make(tmp_path, PLAIN).body()
    assert body.count('class="code-bar') == 1
    assert '>Run</button><button type="button" class="copy">Copy</button><button' in body


def test_the_button_speaks_the_language_of_the_page(tmp_path):
    html = make(tmp_path, "```text\nwords\n```\n", language="ko").html()
    assert ">복사</button>" in html
    script = re.search(r'<script[^>]* src="_static/copy\.js[^>]*>', html)[0]
    assert 'defer="defer"' in script
    assert dict(re.findall(r'data-(\w+)="([^"]*)"', script)) == TEXTS["ko"]
    assert TEXTS["ko"].keys() == TEXTS["en"].keys()


def test_a_page_without_code_has_nothing_of_it(tmp_path):
    html = make(tmp_path, "Words and `code`.\n").html()
    assert "copy.js" not in html
    assert "code_bar.css" not in html
