"""Figures: drawn in the page's language, fit for light and dark, and every mistake reported."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from textwrap import dedent

import pytest
from plot import DOCS, FigureError, draw
from plot_svg import parse, serialise, tidy_matplotlib
from scratch_site import Built, build

LINE = '''
"""A line with a label, a legend and a logarithmic axis."""

from matplotlib.figure import Figure

from ._style import ACCENT_1, ACCENT_2, new_figure, powers_of_ten

TEXT = {
    "ko": {"x": "걸음의 크기", "y": "오차", "a": "중앙 차분"},
    "en": {"x": "size of step", "y": "error", "a": "central difference"},
}


def draw(text: dict[str, str]) -> Figure:
    figure = new_figure()
    axes = figure.subplots()
    axes.plot([1e-8, 1e-4], [1e-6, 1e-2], "o-", color=ACCENT_1, label=text["a"])
    axes.plot([1e-8, 1e-4], [1e-4, 1e-4], color=ACCENT_2)
    powers_of_ten(axes)
    axes.set_xlabel(text["x"])
    axes.set_ylabel(text["y"])
    axes.legend()
    return figure
'''

ARROW = '''
"""An SVG text of its own."""

TEXT = {"ko": {"a": "순전파"}, "en": {"a": "forward"}}


def draw(text):
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        'viewBox="0 0 700 100"><title>tooltip</title><defs><path id="tip" d="M0 0L6 3"/></defs>'
        f'<use xlink:href="#tip"/><text id="alone">{text["a"]}</text></svg>'
    )
'''

PAGE = """
# Title

```{plot} line
:alt: The error falls, and then "rises" < again.
:name: the-line

The *caption* of the line.
```
"""


@pytest.fixture
def figures(tmp_path):
    folder = tmp_path / "figures"
    folder.mkdir()
    write(folder, "line", LINE)
    write(folder, "arrow", ARROW)
    return folder


def write(folder: Path, name: str, text: str) -> Path:
    file = folder / f"{name}.py"
    file.write_text(dedent(text).lstrip("\n"), encoding="utf-8")
    return file


def make(figures: Path, page: str = PAGE, where: str = "site", **settings: object) -> Built:
    return build(figures.parent / where, page, ["plot"], plot_figures=str(figures), **settings)


def text_of(svg: str) -> list[str]:
    return re.findall(r"<text[^>]*>([^<]*)</text>", svg)


# --- what stands in the page


def test_figure_has_its_drawing_its_words_and_its_caption(figures):
    built = make(figures)
    assert built.warnings == ""
    html = built.body()
    assert '<figure class="plot' in html
    assert 'id="the-line"' in html
    assert 'role="img"' in html
    assert 'aria-label="The error falls, and then &quot;rises&quot; &lt; again."' in html
    assert "The <em>caption</em> of the line." in html
    assert html.index("<svg") < html.index("<figcaption>")
    assert "plot.css" in built.html()


@pytest.mark.parametrize(
    ("language", "word"), [("ko", "걸음의 크기"), ("en", "size of step")], ids=["ko", "en"]
)
def test_labels_are_text_in_the_language_of_the_page(figures, language, word):
    assert word in text_of(make(figures, language=language).body())


def test_powers_are_ordinary_digits_set_higher(figures):
    power = '<tspan>10</tspan><tspan dy="-0.50em" font-size="72%">−8</tspan></text>'
    assert power in make(figures).body()


def test_line_goes_on_at_its_height_after_an_index():
    root = parse('<svg viewBox="0 0 9 9"><text>x₁₂ + y²</text><text>plain</text></svg>')
    tidy_matplotlib(root, {})
    assert serialise(root).partition("<text>")[2] == (
        '<tspan>x</tspan><tspan dy="0.28em" font-size="72%">12</tspan>'
        '<tspan dy="-0.20em"> + y</tspan><tspan dy="-0.50em" font-size="72%">2</tspan></text>'
        "<text>plain</text></svg>"
    )


@pytest.mark.parametrize(
    ("path", "steps"),
    [
        ("M 139.07 21.07  L 137.48 21.61  L 130 21.6  z ", "m139.1 21.1-1.6 .5-7.5 0z"),
        # After an end, the next line begins from where the last one began.
        ("M 10 10 L 20 30 z M 11 12 L 5 5.5", "m10 10 10 20zm1 2-6-6.5"),
        ("M 0 0 Q 1 2 3 3 Q 4 4 5 1e1 L 6 6", "m0 0q1 2 3 3 1 1 2 7l1-4"),
        ("M0 3C0.8 3 1.5 2.7 2.1 2.1z", "m0 3c.8 0 1.5-.3 2.1-.9z"),
        # Rounding does not add up.
        ("M 0 0 L 0.14 0 L 0.28 0 L 0.42 0", "m0 0 .1 0 .2 0 .1 0"),
        # Not written by matplotlib, and left alone.
        ("M0 0A2 2 0 0 1 4 4", "M0 0A2 2 0 0 1 4 4"),
        ("M 1 2 3 4", "M 1 2 3 4"),
    ],
)
def test_paths_are_steps_in_tenths_of_a_pixel(path, steps):
    root = parse(f'<svg viewBox="0 0 9 9"><path d="{path}"/></svg>')
    tidy_matplotlib(root, {})
    assert root[0].get("d") == steps


def test_colours_are_the_variables_of_the_page(figures):
    html = make(figures).body()
    drawing = html[html.index("<svg") : html.index("</svg>")]
    assert "var(--plot-accent-1)" in drawing
    assert "var(--plot-foreground)" in drawing
    assert not re.search(r"[:\"]\s*#[0-9a-f]{6}", drawing)
    assert "<style" not in drawing, "matplotlib styles every element of the page by `*`"


def test_drawing_names_no_font_and_no_date(figures):
    svg = draw("line", "ko", figures, set())
    assert "Nanum" not in svg
    assert "font-family" not in svg
    assert "<metadata" not in svg


def test_ids_stand_once_when_a_figure_stands_twice(figures):
    plot = "```{plot} line\n:alt: A line\n```\n"
    html = make(figures, f"# T\n\n{plot}\n{plot}").body()
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert any(name.startswith("plot-line-2-") for name in ids)
    for reference in re.findall(r"url\(#([^)]+)\)", html) + re.findall(
        r'<use[^>]+href="#([^"]+)', html
    ):
        assert reference in ids


def test_drawing_that_fits_has_no_box_to_stop_at(figures):
    html = make(figures).body()
    assert "max-width:580px" in html
    assert "min-width" not in html
    assert "tabindex" not in html


@pytest.mark.parametrize(("language", "label"), [("ko", "그림"), ("en", "Figure")])
def test_wide_svg_text_scrolls_in_a_box_that_the_keyboard_reaches(figures, language, label):
    page = "# T\n\n```{plot} arrow\n:alt: An arrow\n```\n"
    html = make(figures, page, language=language).body()
    assert re.search(rf'class="plot-box" role="group" aria-label="{label}[^"]*" tabindex="0"', html)
    assert "min-width:525px" in html
    assert 'href="#plot-arrow-tip"' in html
    assert 'id="plot-arrow-tip"' in html
    assert "tooltip" not in html
    assert "alone" not in html, "an id that nothing refers to is dropped"
    assert "xmlns" not in html[html.index("<svg") : html.index("</svg>")]


def test_style_comes_only_with_figures(figures):
    toctree = "\n```{toctree}\nplain\n```\n"
    built = make(figures, PAGE + toctree, more_pages={"plain": "# Plain\n\nNothing.\n"})
    assert "plot.css" not in built.html("plain")


def test_two_builds_are_equal(figures):
    assert make(figures, where="one").html() == make(figures, where="two").html()


def test_page_is_built_again_when_its_figure_or_its_data_changes(figures):
    data = figures / "data.txt"
    data.write_text("1", encoding="utf-8")
    extra = '\nDEPENDS = ("data.txt",)\n'
    write(figures, "line", LINE + extra)
    assert "central difference" in make(figures).body()
    write(figures, "line", LINE.replace("central difference", "another label") + extra)
    assert "another label" in make(figures).body()
    read: set[Path] = set()
    draw("line", "en", figures, read)
    assert {figures / "line.py", data, DOCS / "figures" / "_style.py"} <= read
    assert not any(path.parent.name == "tinygrad_ko" for path in read)


def test_figure_made_with_the_engine_depends_on_it(figures):
    write(figures, "line", LINE + "\nimport tinygrad_ko  # noqa\n")
    read: set[Path] = set()
    draw("line", "en", figures, read)
    assert DOCS.parent / "tinygrad_ko" / "core.py" in read


def test_drawing_leaves_settings_modules_and_path_as_they_were(figures):
    import matplotlib

    before = (dict(matplotlib.rcParams), list(sys.path))
    draw("line", "ko", figures, set())
    assert (dict(matplotlib.rcParams), list(sys.path)) == before
    assert not [name for name in sys.modules if name.partition(".")[0] == "figures"]
    assert not list(figures.rglob("*.pyc")), "compiled files hide changes made within a second"


# --- mistakes


def problem(figures: Path, page: str = PAGE) -> str:
    built = make(figures, page)
    assert built.warnings.startswith(f"{built.source / 'index.md'}:3: ERROR: "), built.warnings
    return built.warnings


@pytest.mark.parametrize("option", ["", ":alt:\n"])
def test_words_for_those_who_cannot_see_are_required(figures, option):
    assert "needs `:alt:`" in problem(figures, f"# T\n\n```{{plot}} line\n{option}```\n")


def test_figure_that_does_not_exist(figures):
    said = problem(figures, PAGE.replace("} line", "} lime"))
    assert "there is no figure 'lime'" in said
    assert "the figures are: arrow, line" in said


@pytest.mark.parametrize("name", ["../line", "line-fit", "Line", "_style"])
def test_name_that_is_no_name(figures, name):
    assert "is not the name of a figure" in problem(figures, PAGE.replace("} line", f"}} {name}"))


def test_text_that_differs_between_the_languages(figures):
    write(figures, "line", LINE.replace('"y": "오차", ', "").replace('"a": "중앙', '"b": "중앙'))
    said = problem(figures)
    assert "must have the same keys; only in ko: ['b'], only in en: ['a', 'y']" in said


@pytest.mark.parametrize("table", ["TEXT = 3", 'TEXT = {"en": {}}', "OTHER = 1"])
def test_text_that_is_missing(figures, table):
    write(figures, "line", f"{table}\ndef draw(text): return ''\n")
    assert 'needs TEXT = {"ko": {...}, "en": {...}}' in problem(figures)


def test_function_that_is_missing(figures):
    write(figures, "line", 'TEXT = {"ko": {}, "en": {}}\n')
    assert "needs a function draw(text)" in problem(figures)


def test_drawing_that_fails_is_reported_with_its_own_line(figures):
    file = write(figures, "line", LINE.replace('text["y"]', 'text["z"]'))
    line = file.read_text(encoding="utf-8").splitlines().index('    axes.set_ylabel(text["z"])') + 1
    assert f"{file}:{line}: drawing failed with KeyError: 'z'" in problem(figures)


def test_module_that_cannot_be_read_is_reported(figures):
    write(figures, "line", LINE + "\n1 +\n")
    assert "drawing failed with SyntaxError" in problem(figures)


def test_thing_that_is_no_figure(figures):
    write(figures, "line", 'TEXT = {"ko": {}, "en": {}}\ndef draw(text): return 3\n')
    assert "draw returned int; a matplotlib Figure or an SVG text was wanted" in problem(figures)


@pytest.mark.parametrize(
    ("svg", "said"),
    [
        ("<svg", "not well-formed XML"),
        ("<p/>", "the text is a <p> element"),
        ("<svg/>", "has no viewBox"),
    ],
)
def test_svg_text_that_is_none(figures, svg, said):
    write(figures, "line", f'TEXT = {{"ko": {{}}, "en": {{}}}}\ndef draw(text): return "{svg}"\n')
    assert said in problem(figures)


def test_colour_outside_the_palette(figures):
    write(figures, "line", LINE.replace("color=ACCENT_2", 'color="tab:red"'))
    said = problem(figures)
    assert "the figure uses the colour #d62728, which is not one of the palette's" in said


def test_letter_that_the_font_lacks(figures):
    write(figures, "line", LINE.replace("size of step", "size \\U00012000"))
    assert "drawing failed with UserWarning: Glyph 73728" in problem(figures)


def test_font_that_is_not_there(figures):
    write(figures, "line", LINE.replace('(text["x"])', '(text["x"], family="No Such Font")'))
    assert "matplotlib says: findfont" in problem(figures)


def test_data_that_is_not_there(figures):
    write(figures, "line", LINE + '\nDEPENDS = ("no.csv",)\n')
    assert "DEPENDS names 'no.csv', which does not exist" in problem(figures)


def test_caption_that_is_no_text(figures):
    page = PAGE.replace("The *caption* of the line.", "- a list")
    assert "the caption of a figure begins with a paragraph" in problem(figures, page)


def test_language_without_words(figures):
    built = make(figures, language="fr")
    assert "figures have words for ('ko', 'en'), not for 'fr'" in built.warnings


def test_error_is_raised_to_callers_of_draw(figures):
    with pytest.raises(FigureError, match="there is no figure 'none'"):
        draw("none", "en", figures, set())


# --- the palette


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


def palette() -> dict[str, tuple[str, str]]:
    from importlib.util import module_from_spec, spec_from_file_location

    spec = spec_from_file_location("site_figure_style", DOCS / "figures" / "_style.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.PALETTE


def test_every_colour_of_meaning_can_be_read_on_light_and_dark_pages():
    seen = 0
    for light, (name, dark) in palette().items():
        if name in {"--plot-grid", "--plot-background"}:
            continue
        seen += 1
        assert contrast(light, "#ffffff") >= 4.5, name
        assert contrast(dark, "#131416") >= 4.5, name
    assert seen == 6


def test_contrast_is_computed_as_the_guidelines_do():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


def test_style_sheet_has_the_colours_of_the_palette():
    css = (DOCS / "_static" / "plot.css").read_text(encoding="utf-8")
    light, dark, automatic, _forced = re.findall(r"body[^{]*\{([^}]*)\}", css)
    for declarations, index in [(light, 0), (dark, 1), (automatic, 1)]:
        found = dict(re.findall(r"(--[\w-]+):\s*(#\w+);", declarations))
        wanted = {
            name: (light_colour, dark_colour)[index]
            for light_colour, (name, dark_colour) in palette().items()
        }
        assert found == wanted
