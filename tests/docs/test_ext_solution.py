"""Solutions: folded by the browser itself, in the page's language, with working contents."""

from __future__ import annotations

from pathlib import Path

import pytest
from scratch_site import Built, build

PAGE = """
# Title

````{solution}
The answer is *three*.

```pycon
>>> 1 + 2
3
```

- see [the other](#other)
````

(other)=
## Other
"""


def make(folder: Path, page: str = PAGE, **settings: object) -> Built:
    return build(folder, page, ["solution"], **settings)


@pytest.mark.parametrize(("language", "words"), [("ko", "풀이 보기"), ("en", "Show the solution")])
def test_answer_is_folded_under_words_of_the_language(tmp_path, language, words):
    built = make(tmp_path, language=language)
    assert built.warnings == ""
    assert f'<details class="solution">\n<summary>{words}</summary>' in built.body()
    assert "solution.css" in built.html()


def test_contents_are_parsed_as_elsewhere(tmp_path):
    html = make(tmp_path).body()
    inside = html[html.index("<details") : html.index("</details>")]
    assert "<em>three</em>" in inside
    assert "highlight-pycon" in inside
    assert 'href="#other"' in inside
    assert "Other" not in inside.replace("the other", "")


def test_argument_takes_the_place_of_the_usual_words(tmp_path):
    built = make(tmp_path, "# T\n\n```{solution} A *hint* first\nText.\n```\n")
    assert built.warnings == ""
    assert "<summary>A <em>hint</em> first</summary>" in built.body()


def test_formulas_inside_are_set(tmp_path):
    page = "# T\n\n```{solution} Of $x^2$\nIt is $2x$.\n```\n"
    built = build(tmp_path, page, ["solution", "temml_math"])
    assert built.warnings == ""
    assert built.body().count("<math>") == 2


def test_solution_without_content_is_an_error(tmp_path):
    built = make(tmp_path, "# T\n\n```{solution}\n```\n")
    assert f"{built.source / 'index.md'}:3: ERROR: a solution without content" in built.warnings


def test_style_comes_only_with_solutions(tmp_path):
    toctree = "\n```{toctree}\nplain\n```\n"
    built = make(tmp_path, PAGE + toctree, more_pages={"plain": "# Plain\n\nNothing.\n"})
    assert "solution.css" not in built.html("plain")
