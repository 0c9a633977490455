"""Examples in other engines: shown as all others, and found by their class."""

from __future__ import annotations

import re

from scratch_site import build

EXAMPLE = """
```{language}
>>> 1 + 1  # doctest: +NUMBER
2
```
"""


def blocks(html: str) -> list[str]:
    return re.findall(r'<div class="[^"]*\bhighlight-[^"]*">.*?</div>', html, re.DOTALL)


def test_example_is_written_as_one_of_pycon_and_has_a_class(tmp_path):
    page = "# T\n" + EXAMPLE.format(language="pycon") + EXAMPLE.format(language="pycon-parity")
    built = build(tmp_path, page, ["parity_examples"])
    assert built.warnings == ""
    plain, parity = blocks(built.body())
    assert 'class="parity highlight-pycon notranslate"' in parity
    assert parity.replace("parity ", "") == plain
    assert '<span class="gp">&gt;&gt;&gt; </span>' in parity
    assert "doctest" not in parity


def test_example_is_searched_as_one_of_pycon(tmp_path):
    index = []
    for language in ("pycon", "pycon-parity"):
        built = build(
            tmp_path / language, f"# T\n{EXAMPLE.format(language=language)}", ["parity_examples"]
        )
        index.append((built.output / "searchindex.js").read_text(encoding="utf-8"))
    assert index[0] == index[1]
