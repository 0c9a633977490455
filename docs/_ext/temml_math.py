r"""Formulas become MathML while the site is built, so that a page needs no script to show them.

Temml (`docs/_vendor/temml`) reads the TeX inside a small JavaScript engine, QuickJS, which is a
Python package. A formula that it cannot read is a warning with page and line, so that a build
with `-W` stops there.

Sphinx alone numbers equations: `{align}` is read as `{align*}`, or numbers would print twice.
"""

from __future__ import annotations

import json
import re
import threading
from base64 import b64encode
from functools import cache
from html import escape, unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import quickjs
from docutils import nodes
from sphinx.locale import _
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata
    from sphinx.writers.html5 import HTML5Translator

logger = logging.getLogger(__name__)

VENDOR = Path(__file__).resolve().parent.parent / "_vendor"
TEMML = VENDOR / "temml" / "temml.min.js"
FONT = VENDOR / "math-font" / "site-math.woff2"
CSS = "math.css"
FONT_CSS = "math-font.css"
FONT_SCRIPT = "_static/math-font.js"

BLOCK_LABEL = {"ko": "수식", "en": "Formula"}

# JSON.stringify, because QuickJS gives long concatenated strings back as objects of its own.
JAVASCRIPT = """
function render(tex, display, breakable) {
    try {
        return JSON.stringify({mathml: temml.renderToString(tex, {
            displayMode: display, throwOnError: true, strict: true, trust: false,
            wrap: breakable ? "tex" : "none"})});
    } catch (error) {
        return JSON.stringify({error: String(error.message || error)});
    }
}
"""

FONT_STYLE = """\
/* "Site Math" is a part of Latin Modern Math 1.959, (c) 2012-2014 B. Jackowski, P. Strzelczyk and
 * P. Pianowski, cut down to some characters and renamed; GUST Font License
 * (https://tug.org/fonts/licenses/GUST-FONT-LICENSE.txt). The whole font:
 * https://ctan.org/pkg/lm-math
 */
@font-face {
  font-family: "Site Math";
  src: url("data:font/woff2;base64,%s") format("woff2");
  font-display: block;
}
"""

# Dots are operators to MathML, and browsers set them as far apart as a relation.
DOTS = re.compile("<mo>(?=[…⋯]</mo>)")

# Displays up to this width fit a telephone of 390 pixels even inside a list or a solution.
SURE_TO_FIT_EM = 15.0

NUMBERED = re.compile(r"\\(begin|end)\{(align|alignat|equation|gather|multline)\}")
POSITION = re.compile(r"\s*at (?:position (\d+):.*|end of input:.*)\Z", re.DOTALL)


class FormulaError(ValueError):
    """Temml could not read a formula; the text says what and where."""


_engines = threading.local()  # a QuickJS context belongs to the thread that made it


def _render_function() -> Any:
    if not hasattr(_engines, "render"):
        context = quickjs.Context()
        context.eval(TEMML.read_text(encoding="utf-8"))
        context.eval(JAVASCRIPT)
        _engines.render = context.get("render")
    return _engines.render


@cache
def to_mathml(tex: str, *, display: bool) -> str:
    """Return the `<math>` element for `tex`, or raise FormulaError.

    A formula in a line of text stays in one piece unless it might not fit a narrow screen.
    """
    mathml = _render(tex, display=display, breakable=False)
    if not display and may_be_wide(mathml):
        return _render(tex, display=False, breakable=True)
    return mathml


def _render(tex: str, *, display: bool, breakable: bool) -> str:
    tex = NUMBERED.sub(r"\\\1{\2*}", tex)
    result = json.loads(_render_function()(tex, display, breakable))
    if "error" in result:
        message = result["error"].strip()
        position = POSITION.search(message)
        reason = message[: position.start()] if position else message
        if position and position[1]:
            reason += f" (at character {position[1]})"
        elif position:
            reason += " (at the end)"
        raise FormulaError(reason)
    mathml: str = result["mathml"]
    return DOTS.sub('<mo lspace="0em" rspace="0em">', mathml)


def with_line_breaks(tex: str) -> str:
    r"""Put `tex` into the environment that its blank lines and bare `\\` ask for."""
    parts = [part.strip() for part in re.split(r"\n\s*\n", tex) if part.strip()]
    parts = [
        rf"\begin{{aligned}}{part}\end{{aligned}}" if _breaks_outside_environment(part) else part
        for part in parts
    ]
    if len(parts) <= 1:
        return "".join(parts)
    return r"\begin{gathered}" + r" \\ ".join(parts) + r"\end{gathered}"


def _breaks_outside_environment(tex: str) -> bool:
    depth = 0
    for token in re.finditer(r"\\\\|\\(begin|end)\s*\{", tex):
        if token[1] is None and depth == 0:
            return True
        depth += {"begin": 1, "end": -1}.get(token[1], 0)
    return False


def may_be_wide(mathml: str) -> bool:
    """Say whether a display might not fit a narrow screen; errs on the side of yes."""
    text = unescape(re.sub(r"<[^>]*>", "", mathml))
    characters = len(re.sub(r"[ \n]", "", text))
    hangul = len(re.findall("[가-힣]", text))  # as wide as they are high
    operators = mathml.count("<mo")
    spaces = sum(float(width) for width in re.findall(r'<mspace width="([\d.]+)em"', mathml))
    width = 0.62 * characters + 0.38 * hangul + 0.55 * operators + spaces
    return width > SURE_TO_FIT_EM


def _convert(translator: HTML5Translator, node: nodes.Element, tex: str, display: bool) -> str:
    try:
        return to_mathml(tex, display=display)
    except FormulaError as error:
        shown = " ".join(node.astext().split())
        logger.warning(
            "Temml cannot read the formula %s: %s", shown, error, location=node, type="math"
        )
        return f"<code>{escape(shown)}</code>"


def visit_math(self: HTML5Translator, node: nodes.math) -> None:
    mathml = _convert(self, node, node.astext(), display=False)
    self.body.append(self.starttag(node, "span", "", CLASS="math notranslate nohighlight"))
    self.body.append(mathml + "</span>")
    raise nodes.SkipNode


def visit_math_block(self: HTML5Translator, node: nodes.math_block) -> None:
    tex = node.astext()
    if not node.get("no-wrap", node.get("nowrap", False)):
        tex = with_line_breaks(tex)
    mathml = _convert(self, node, tex, display=True)

    # furo wraps the block and copies its ids to the wrapper; an id must stand once in a page.
    ids = node["ids"]
    starttag_node = node.deepcopy()
    if ids and node.parent is not None and node.parent.get("ids") == ids:
        starttag_node["ids"] = []
    self.body.append(self.starttag(starttag_node, "div", "", CLASS="math notranslate nohighlight"))

    label = BLOCK_LABEL.get(self.config.language, BLOCK_LABEL["en"])
    if may_be_wide(mathml):
        box = f'<div class="math-scroll" role="group" aria-label="{label}" tabindex="0">'
        self.body.append(f"{box}{mathml}</div>")
    else:
        self.body.append(mathml)
    if node.get("number"):
        if _is_random(node.get("label", "")):
            logger.warning(
                "nothing can refer to the number of this equation, whose label would change with "
                "every build: write the starred environment (align*), or {math} with :label:",
                location=node,
                type="math",
            )
        self.body.append(f'<span class="eqno">({get_node_equation_number(self, node)})')
        self.add_permalink_ref(node, _("Link to this equation"))
        self.body.append("</span>")
    self.body.append("</div>\n")
    raise nodes.SkipNode


def _is_random(label: str) -> bool:
    # MyST labels a bare numbered environment with a fresh UUID.
    try:
        return str(UUID(label)) == label
    except ValueError:
        return False


def add_styles(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Load the math font on pages with formulas only: it weighs more than the page."""
    if not context.get("has_maths_elements", False):
        return
    app.add_css_file(FONT_CSS)
    app.add_css_file(CSS)
    # Read by docs/_templates/page.html.
    context["math_font_script"] = FONT_SCRIPT


def write_font_style(app: Sphinx) -> None:
    """Write the style sheet that holds the font itself.

    A font in a file of its own comes after the first paint: then lines jump, or formulas stay in
    a font without tall brackets. A style sheet is there before the first paint, and also where
    the pages are opened as files.
    """
    if app.builder.format != "html":
        return
    font = b64encode(FONT.read_bytes()).decode("ascii")
    target = Path(app.outdir) / "_static" / FONT_CSS
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(FONT_STYLE % font, encoding="utf-8")


def setup(app: Sphinx) -> ExtensionMetadata:
    app.add_html_math_renderer("temml", (visit_math, None), (visit_math_block, None))
    app.connect("builder-inited", write_font_style)
    app.connect("html-page-context", add_styles)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
