"""What the site does to the text of a page: labels, particles, left-over asterisks, wide boxes."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from particles import columns
from scratch_site import Built, build


def make(folder: Path, page: str, *extensions: str, **settings: object) -> Built:
    return build(folder, page, extensions, **settings)


def location(built: Built) -> str:
    """Page and line of the only warning."""
    assert built.warnings.count("WARNING") == 1, built.warnings
    return built.warnings.split(": WARNING")[0].rpartition("/")[2]


# --- Labels ---


LABELLED = """
(index)=
# 첫 페이지

See [the part](#index-part) and [](#index-part), and [`code`](#other).

(index-part)=
## Index

Text.

```{toctree}
other
```
"""
OTHER = "(other)=\n# Other\n\n(other-part)=\n## 나눔\n"


@pytest.fixture(scope="module")
def labelled(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build(
        tmp_path_factory.mktemp("labelled"), LABELLED, ["labels"], more_pages={"other": OTHER}
    )


def test_the_anchor_of_a_heading_is_its_label_and_nothing_else(labelled):
    assert labelled.warnings == ""
    assert re.findall(r'<section[^>]* id="([^"]*)"', labelled.body()) == ["index", "index-part"]
    assert re.findall(r'<section[^>]* id="([^"]*)"', labelled.body("other")) == [
        "other",
        "other-part",
    ]
    assert re.findall(r'class="headerlink" href="([^"]*)"', labelled.body()) == [
        "#index",
        "#index-part",
    ]
    assert 'id="id1"' not in labelled.html()


def test_the_anchor_of_a_module_stays_for_the_names_in_code_that_lead_to_it(tmp_path):
    page = """
    (index)=
    # Index

    ```{py:module} some.module
    ```

    See {py:mod}`some.module`.
    """
    text = make(tmp_path, page, "labels").body()
    assert re.search(r'<span id="module-some.module"></span>|id="module-some.module"', text)
    assert text.count('id="index"') == 1
    assert 'href="#module-some.module"' in text


def test_a_link_goes_to_a_label_even_where_a_document_has_its_name(labelled):
    assert 'href="other.html#other"' in labelled.body()
    assert re.search(r'href="other.html#other"[^>]*>(<span[^>]*>)?<code', labelled.body())


def test_a_link_without_text_takes_the_heading(labelled):
    assert re.search(r'href="#index-part"><span[^>]*>Index</span>', labelled.body())


def test_a_heading_without_a_label_is_a_warning_at_its_line(tmp_path):
    built = make(tmp_path, "(index)=\n# Title\n\n## Part\n", "labels")
    assert location(built) == "index.md:4"
    assert "the heading 'Part' has no label; write (some-label)= on the line before" in (
        built.warnings
    )


def test_a_restructuredtext_heading_without_a_label_is_found_too(tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    (source / "other.rst").write_text(".. _other:\n\nTitle\n=====\n\nPart\n----\n\nText.\n")
    built = make(tmp_path, "(index)=\n# A\n\n```{toctree}\nother\n```\n", "labels")
    assert location(built) == "other.rst:7"  # the underline, for docutils
    assert "the heading 'Part' has no label; write `.. _some-label:`" in built.warnings
    assert '<section id="other">' in built.body("other")


@pytest.mark.parametrize("label", ["a_b", "첫-페이지", "Two Words"])
def test_a_label_that_cannot_be_an_anchor_is_a_warning(tmp_path, label):
    built = make(tmp_path, f"(index)=\n# Title\n\n({label})=\n## Part\n", "labels")
    assert location(built) == "index.md:5"
    assert "cannot be an anchor" in built.warnings


# --- Particles ---


class Kept(HTMLParser):
    """Collects the text of each unbreakable span, and of the whole page."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[bool] = []
        self.kept: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "span":
            self.open.append(("class", "nowrap") in attrs)
            if self.open[-1]:
                self.kept.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "span":
            self.open.pop()

    def handle_data(self, data: str) -> None:
        self.text += data
        if any(self.open):
            self.kept[-1] += data


def kept(folder: Path, source: str) -> tuple[list[str], str]:
    parser = Kept()
    parser.feed(make(folder, f"(index)=\n# A\n\n{source}\n", "particles", "labels").body())
    return parser.kept, parser.text


@pytest.mark.parametrize(
    ("source", "spans", "text"),
    [
        ("값 `Variable`은 상자입니다.", ["Variable은"], "값 Variable은 상자입니다."),
        ("점 $y$에서 미분합니다.", [r"\(y\)에서"], r"점 \(y\)에서 미분합니다."),
        ("[기울기](#index)로 갑니다.", ["기울기로"], "기울기로 갑니다."),
        ("[`x`](#index)의 값", ["x의"], "x의 값"),
        ("끝은 (`x`)입니다.", ["(x)입니다."], "끝은 (x)입니다."),
        ("`x`와 `y`, `z`부터", ["x와", "y,", "z부터"], "x와 y, z부터"),
        (
            r"$\frac{dy}{dx} = \frac{dy}{du}\frac{du}{dx}$입니다.",
            [r"\(\frac{dy}{dx} = \frac{dy}{du}\frac{du}{dx}\)입니다."],
            "입니다.",
        ),
        ("at $y$, then", [r"\(y\),"], r"at \(y\), then"),
    ],
)
def test_a_particle_stays_with_what_is_before_it(tmp_path, source, spans, text):
    found, page = kept(tmp_path, source)
    assert found == spans
    assert text in page


@pytest.mark.parametrize(
    "source",
    [
        "값 `Variable` 은 상자입니다.",
        "`a_function_with_a_long_name(x)`는 깁니다.",
        "[여러 낱말로 된 아주 긴 링크입니다](#index)는 나뉩니다.",
        "$a + b + c + d + e + f + g + h + i + j + k + l + m = n$은 깁니다.",
        "`x`아주길어서입자일수없는글은 나뉩니다.",
        "`x` then",
    ],
)
def test_what_must_be_able_to_break_is_left_alone(tmp_path, source):
    assert kept(tmp_path, source)[0] == []


def test_a_full_stop_stays_where_it_is_although_another_one_is_equal(tmp_path):
    source = "[여러 낱말로 된 아주 긴 링크입니다](#index).\n[끝](#index)."
    found, page = kept(tmp_path, source)
    assert found == ["끝."]
    assert "긴 링크입니다.\n끝.\n" in page


def test_hangul_counts_two_columns():
    assert columns("가a나") == 5


# --- Asterisks ---


def test_asterisks_that_are_no_emphasis_are_a_warning(tmp_path):
    built = make(tmp_path, "# A\n\n글입니다.\n\n**강조(emphasis)**는 됩니다.\n", "emphasis")
    assert location(built) == "index.md:5"
    assert "asterisks left in the text" in built.warnings


@pytest.mark.parametrize(
    "text", ["**강조**(emphasis)는", "`x**2`와 $a ** b$", "`*args`", "3 * 4 = 12", "*말*은"]
)
def test_other_asterisks_are_none(tmp_path, text):
    assert make(tmp_path, f"# A\n\n{text}\n", "emphasis").warnings == ""


# --- Boxes that scroll ---

WIDE = "| a | b |\n|---|---|\n| `a_rather_long_name_in_a_cell` | x |\n"
NARROW = "| a | b |\n|---|---|\n| c | d |\n"


@pytest.mark.parametrize(("language", "label"), [("ko", "표"), ("en", "Table")])
def test_a_wide_table_can_be_reached_by_keyboard(tmp_path, language, label):
    html = make(tmp_path, f"# A\n\n{WIDE}", "scroll_boxes", theme="furo", language=language).html()
    assert re.search(rf'<div aria-label="{label}"[^>]*table-wrapper[^>]*tabindex="0"', html)


def test_a_narrow_table_is_no_stop_for_the_keyboard(tmp_path):
    html = make(tmp_path, f"# A\n\n{NARROW}", "scroll_boxes", theme="furo").html()
    assert "table-wrapper" in html
    assert "tabindex" not in html


def test_long_lines_of_code_can_be_reached_by_keyboard_and_short_ones_need_not(tmp_path):
    page = "# A\n\n```python\nx = 1\n```\n\n```text\n" + "x" * 60 + "\n```\n"
    html = make(tmp_path, page, "scroll_boxes").body()
    assert html.count("<pre") == 2
    assert html.count('<pre role="group" tabindex="0" aria-label="Code">') == 1
