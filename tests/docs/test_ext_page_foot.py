"""Under a page: whose last change counts as the page's, and where a mistake is reported."""

from __future__ import annotations

from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import sphinx.locale
from page_foot import ROOT, day_of, report_address


def environment(source, dependencies=()):
    return SimpleNamespace(
        doc2path=lambda page: str(ROOT / source),
        dependencies={"page": dependencies},
        srcdir=str(ROOT / "docs/ko"),
        config=SimpleNamespace(language="ko"),
    )


def test_the_day_of_a_written_page_is_that_of_its_own_file():
    env = environment("docs/ko/page.md", ["../../tinygrad_ko/core.py"])
    changes = {"docs/ko/page.md": "2021-01-02", "tinygrad_ko/core.py": "2022-01-01"}
    assert day_of(env, "page", changes) == "2021-01-02"
    assert day_of(env, "page", {}) == ""


def test_the_day_of_a_page_of_the_reference_is_that_of_its_docstrings_and_translations():
    env = environment("docs/ko/page.rst", ["../../tinygrad_ko/core.py"])
    changes = {"docs/ko/page.rst": "2021-01-02", "tinygrad_ko/core.py": "2022-01-01"}
    assert day_of(env, "page", changes) == "2022-01-01"
    changes["docs/locale/ko/LC_MESSAGES/page.po"] = "2023-01-01"
    assert day_of(env, "page", changes) == "2023-01-01"


def test_a_file_of_another_project_has_no_day():
    env = environment("docs/ko/page.rst", ["/elsewhere/numpy/core.py"])
    assert day_of(env, "page", {"docs/ko/page.rst": "2021-01-02"}) == "2021-01-02"


def test_a_report_names_the_page_whatever_is_in_its_name():
    sphinx.locale.init([], "en")  # as each build does
    found = report_address(
        "https://code.example/issues", "[ko] a & b", "https://site.example/?a=1&b=2", "docs/a.md"
    )
    parts = urlsplit(found)
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == "https://code.example/issues/new"
    asked = parse_qs(parts.query, strict_parsing=True)
    assert asked["title"] == ["[ko] a & b: "]
    assert "https://site.example/?a=1&b=2" in asked["body"][0]
    assert "docs/a.md" in asked["body"][0]
    assert set(asked) == {"title", "body"}
