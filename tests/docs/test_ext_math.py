"""Formulas: what Temml makes of them, what the page gets, and how a mistake is reported."""

from __future__ import annotations

import pickle
from pathlib import Path
from threading import Thread

import pytest
import temml_math
from scratch_site import Built, build
from temml_math import FormulaError, may_be_wide, to_mathml, with_line_breaks


def make(folder: Path, page: str, **settings: object) -> Built:
    return build(folder, page, ["temml_math"], **settings)


# --- TeX to MathML


def test_bar_stands_over_the_letter_and_the_index_beside_both():
    mathml = to_mathml(r"\bar{v}_i", display=False)
    assert mathml.startswith("<math><msub><mover><mi>v</mi><mo")
    assert mathml.endswith("</mover><mi>i</mi></msub></math>")


@pytest.mark.parametrize(("tex", "sign"), [(r"1, 2, \ldots", "…"), (r"1 + \cdots + n", "⋯")])
def test_dots_bring_no_space_of_their_own(tex, sign):
    assert f'<mo lspace="0em" rspace="0em">{sign}</mo>' in to_mathml(tex, display=False)


def test_aligned_makes_a_table_without_a_stray_ampersand():
    mathml = to_mathml(r"\begin{aligned} a &= b \\ c &= d \end{aligned}", display=True)
    assert mathml.count("<mtr") == 2
    assert "&" not in mathml


@pytest.mark.parametrize("name", ["align", "alignat", "equation", "gather", "multline"])
def test_environments_that_number_do_not_number_here(name):
    columns = "{1}" if name == "alignat" else ""
    mathml = to_mathml(rf"\begin{{{name}}}{columns} x = 1 \end{{{name}}}", display=True)
    assert "tml-eqn" not in mathml
    assert "tml-tageqn" not in mathml


def test_cases_have_a_brace_on_one_side():
    mathml = to_mathml(r"\begin{cases} x & x > 0 \\ 0 & x \le 0 \end{cases}", display=True)
    assert mathml.count('fence="true"') <= 2
    assert ">{</mo>" in mathml
    assert ">}</mo>" not in mathml
    assert mathml.count("<mtr") == 2


@pytest.mark.parametrize(("name", "left"), [("pmatrix", "("), ("bmatrix", "["), ("vmatrix", "|")])
def test_matrices_have_rows_cells_and_brackets_that_stretch(name, left):
    mathml = to_mathml(rf"\begin{{{name}}} 1 & 2 \\ 3 & 4 \end{{{name}}}", display=True)
    assert mathml.count("<mtr") == 2
    assert mathml.count("<mtd") == 4
    assert f'stretchy="true">{left}</mo>' in mathml


def test_korean_words_stand_in_text():
    assert "<mtext>기울기</mtext>" in to_mathml(r"\text{기울기} = 2x", display=True)


def test_prime_is_a_prime():
    assert "′</mo>" in to_mathml("f'(x)", display=False)


def test_display_and_line_differ():
    assert 'display="block"' in to_mathml(r"\sum_i x_i", display=True)
    assert 'display="block"' not in to_mathml(r"\sum_i x_i", display=False)


def test_result_of_a_long_formula_is_a_whole_string():
    terms = " + ".join(rf"\frac{{x_{{{i}}}}}{{{i}!}}" for i in range(1, 200))
    mathml = to_mathml(terms, display=True)
    assert mathml.count("<mfrac>") == 199
    assert mathml.endswith("</math>")


def test_only_a_long_formula_in_a_line_may_break():
    short = to_mathml("a = b + c", display=False)
    long = to_mathml(" + ".join("abcdefghijklmn"), display=False)
    assert short.count("<mrow>") == 1
    assert long.count("<mrow>") > 4


def test_rendering_works_in_several_threads():
    found = []
    tex = [rf"x_{{{i}}}" for i in range(4)]
    threads = [
        Thread(target=lambda t: found.append(to_mathml(t, display=False)), args=(t,)) for t in tex
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == sorted(to_mathml(t, display=False) for t in tex)


@pytest.mark.parametrize(
    ("tex", "reason"),
    [
        (r"\frac{a", r"expected '}' \(at the end\)"),
        (r"\foo x", r"Unsupported function name: \\foo \(at character 1\)"),
        ("a & b", r"got '&' \(at character 3\)"),
        ("가 + x", r'Unicode text character "가" used in math mode \(at character 1\)'),
        (r"\includegraphics{x.png}", r"\\includegraphics\" is not trusted"),
    ],
)
def test_formula_that_cannot_be_read_says_what_and_where(tex, reason):
    with pytest.raises(FormulaError, match=reason):
        to_mathml(tex, display=False)


def test_engine_still_works_after_an_error():
    with pytest.raises(FormulaError):
        to_mathml(r"\sqrt{", display=False)
    assert to_mathml("x + 11", display=False).startswith("<math>")


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        ("x", "x"),
        ("", ""),
        (r"a \\ b", r"\begin{aligned}a \\ b\end{aligned}"),
        (r"\begin{cases} a \\ b \end{cases}", r"\begin{cases} a \\ b \end{cases}"),
        ("a\n\nb", r"\begin{gathered}a \\ b\end{gathered}"),
    ],
)
def test_line_breaks_get_the_environment_they_need(tex, expected):
    assert with_line_breaks(tex) == expected


def test_width_is_judged_on_the_safe_side():
    assert not may_be_wide(to_mathml(r"\frac{dy}{dx} = 2x", display=True))
    assert may_be_wide(to_mathml(r"f(x + h) = f(x) + h f'(x) + \frac{h^2}{2} f''(x)", display=True))
    assert may_be_wide(to_mathml(r"a \hspace{20em} b", display=True))
    # Hangul is wider than letters, and the spaces between its words count.
    assert may_be_wide(
        to_mathml(r"\text{밖에서 온 참조} = \text{전체} - \text{안에서 온 참조}", display=True)
    )


# --- the page


PAGE = r"""
# Title

The slope is $f'(x)$.

$$
f(x + h) = f(x) + h f'(x) + \frac{h^2}{2} f''(x) + \frac{h^3}{6} f'''(x) + O(h^4)
$$ (taylor)

By {eq}`taylor` and

$$ \bar{v}_i = 1 $$
"""


def test_page_has_mathml_a_number_and_a_link_to_it(tmp_path):
    built = make(tmp_path, PAGE)
    assert built.warnings == ""
    html = built.body()
    assert '<span class="math notranslate nohighlight"><math>' in html
    assert html.count('<math display="block"') == 2
    assert '<span class="eqno">(1)' in html
    assert html.count('id="equation-taylor"') == 1
    assert 'href="#equation-taylor"' in html
    assert "\\frac" not in html


def test_ids_stand_once_under_the_theme_of_the_site(tmp_path):
    built = make(tmp_path, PAGE, theme="furo")
    assert built.warnings == ""
    assert "math-wrapper" in built.html()
    assert built.html().count('id="equation-taylor"') == 1


@pytest.mark.parametrize(("language", "label"), [("en", "Formula"), ("ko", "수식")])
def test_long_display_has_a_box_that_the_keyboard_reaches(tmp_path, language, label):
    html = make(tmp_path, PAGE, language=language).body()
    box = f'<div class="math-scroll" role="group" aria-label="{label}" tabindex="0"><math'
    assert html.count(box) == 1
    assert html.count("tabindex") == 1, "the short display needs no stop of the tab key"


def test_styles_and_font_come_only_with_formulas(tmp_path):
    toctree = "\n```{toctree}\nplain\n```\n"
    built = make(tmp_path, PAGE + toctree, more_pages={"plain": "# Plain\n\nNo formula.\n"})
    assert "math.css" in built.html()
    assert "math-font.css" in built.html()
    assert "math.css" not in built.html("plain")
    assert "math-font.css" not in built.html("plain")
    assert "mathjax@" not in built.html(), "Sphinx's own way would fetch a script from elsewhere"


def test_font_travels_in_the_style_sheet(tmp_path):
    built = make(tmp_path, PAGE)
    css = (built.output / "_static" / "math-font.css").read_text(encoding="utf-8")
    assert "GUST Font License" in css
    assert 'src: url("data:font/woff2;base64,d09GMk9UVE8' in css  # "wOF2OTTO" in base64
    assert len(css) < 110_000


def test_display_opened_by_an_environment_is_set_without_a_number_of_temml(tmp_path):
    built = make(tmp_path, "# T\n\n\\begin{align*}\na &= b \\\\\nc &= d\n\\end{align*}\n")
    assert built.warnings == ""
    assert built.body().count("<mtr") == 2
    assert "eqno" not in built.body()


def test_number_that_nothing_can_refer_to_is_reported(tmp_path):
    built = make(tmp_path, "# T\n\n\\begin{align}\na &= b\n\\end{align}\n")
    assert "index.md:3: WARNING: nothing can refer to the number of this equation" in built.warnings
    assert "align*" in built.warnings


def test_directive_with_a_label_is_numbered(tmp_path):
    page = "# T\n\n```{math}\n:label: two\na \\\\ b\n```\n\nSee {eq}`two`.\n"
    built = make(tmp_path, page)
    assert built.warnings == ""
    assert built.body().count("<mtr") == 2
    assert '<span class="eqno">(1)' in built.body()


def test_mistake_is_reported_with_page_line_and_formula(tmp_path):
    built = make(tmp_path, "# T\n\nText.\n\nA bad $\\frac{a$ formula.\n\n$$\n\\foo\n$$\n")
    inline, display = built.warnings.splitlines()
    assert f"{built.source / 'index.md'}:5: WARNING: Temml cannot read the formula" in inline
    assert r"\frac{a: Unexpected end of input" in inline
    assert f"{built.source / 'index.md'}:7: WARNING: Temml cannot read the formula" in display
    assert r"\foo: Unsupported function name" in display
    assert r"<code>\frac{a</code>" in built.body()


def test_two_builds_are_equal(tmp_path):
    first, second = (make(tmp_path / name, PAGE).html() for name in ("one", "two"))
    assert first == second


def test_nothing_of_the_script_engine_is_kept_where_sphinx_pickles(tmp_path):
    make(tmp_path, PAGE)
    for file in (tmp_path / "doctrees").iterdir():
        assert b"quickjs" not in file.read_bytes()
    with (tmp_path / "doctrees" / "environment.pickle").open("rb") as file:
        assert pickle.load(file) is not None


def test_vendored_files_are_listed_with_version_and_licence():
    readme = (temml_math.VENDOR / "README.md").read_text(encoding="utf-8")
    for folder in ("temml", "math-font"):
        names = {path.name for path in (temml_math.VENDOR / folder).iterdir() if path.is_file()}
        assert all(f"{folder}/{name}" in readme for name in names)
    assert 'version:"0.13.5"' in temml_math.TEMML.read_text(encoding="utf-8")
    assert "0.13.5" in readme
