"""One configuration for both languages: `sphinx-build -t ko` makes the Korean site, else English.

`docs/build.py` runs both builds; every other value that depends on the language follows from it.
"""

from __future__ import annotations

import os
import sys
import tomllib
from pathlib import Path

DOCS = Path(__file__).resolve().parent
ROOT = DOCS.parent
# The extensions of the site, and the engine that the pages show, from this checkout.
sys.path[:0] = [str(DOCS / "_ext"), str(ROOT)]

from page_source import MYST_EXTENSIONS  # noqa: E402
from site_address import site_address  # noqa: E402

import tinygrad_ko  # noqa: E402

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

# --- Project and language ----------------------------------------------------------------------

# Sphinx has put `tags` here: what its option -t says.
language = "ko" if tags.has("ko") else "en"  # noqa: F821
project = PROJECT["name"]
author = PROJECT["authors"][0]["name"]
release = version = tinygrad_ko.__version__
# No year and no time of the build on any page: the same commit always gives the same site. The
# day of a page's last change comes from the commits, see docs/_ext/history.py.
copyright = {
    "ko": "tinygrad_ko를 함께 만드는 사람들, MIT 라이선스",
    "en": f"{author}, MIT License",
}[language]
html_last_updated_fmt = None

# --- Taking part ---------------------------------------------------------------------------------

source_address = PROJECT["urls"]["Source"]
issues_address = PROJECT["urls"]["Issues"]
# Whether the site holds the books too, for those who would rather read them: see docs/build.py.
site_has_books = bool(os.environ.get("SITE_BOOKS"))
license_address = f"{source_address}/blob/main/LICENSE"

# --- Reading pages -----------------------------------------------------------------------------

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx.ext.intersphinx",
    "sphinx_autodoc_typehints",
    # The site's own, in docs/_ext.
    "copy_code",
    "emphasis",
    "example_links",
    "furo_strings",
    "glossary_index",
    "graph_figure",
    "inventories",
    "korean_search",
    "labels",
    "languages",
    "notebooks",
    "page_foot",
    "page_head",
    "paragraph_lists",
    "parity_examples",
    "particles",
    "plot",
    "preview_card",
    "running",
    "scroll_boxes",
    "search_order",
    "search_page",
    "solution",
    "temml_math",
    "trail",
    "type_words",
]
# These have no part in the book.
SITE_ALONE = {
    *("example_links", "furo_strings", "korean_search", "page_foot", "page_head"),
    *("preview_card", "running", "search_order", "search_page", "trail"),
}
source_suffix = {".md": "markdown", ".rst": "restructuredtext"}
myst_enable_extensions = list(MYST_EXTENSIONS)
myst_links_external_new_tab = False
html_math_renderer = "temml"
# Quotes stay straight, as they are in code; the dashes that Sphinx writes as -- become dashes.
smartquotes_action = "D"
nitpicky = True
highlight_language = "python"

# --- API reference -----------------------------------------------------------------------------

autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
autodoc_type_aliases = {"Array": "~numpy.ndarray"}
napoleon_google_docstring = False
napoleon_use_rtype = False
# The words for types in docstrings, which are no paths to classes.
napoleon_preprocess_types = True
napoleon_type_aliases = {
    "Variable": "~tinygrad_ko.Variable",
    "Function": "~tinygrad_ko.Function",
    "array_like": ":term:`array_like`",
    "callable": ":py:class:`callable <collections.abc.Callable>`",
    "sequence": ":py:class:`sequence <collections.abc.Sequence>`",
    "dtype_like": ":py:data:`dtype_like <numpy.typing.DTypeLike>`",
}
# Any number of any type: there is no such class.
nitpick_ignore = [("py:class", "number")]
# `name` in a docstring is a piece of code, not a link that has to lead somewhere.
default_role = "code"
python_use_unqualified_type_names = True
python_display_short_literal_types = True
always_use_bars_union = True
typehints_defaults = None
# The docstring's own Returns says it, with what the value is.
typehints_document_rtype = False

# docs/_inventories/<name>.txt holds what may be linked to: the build never asks the network.
local_inventories = {
    "python": "https://docs.python.org/3/",
    "numpy": "https://numpy.org/doc/stable/",
}

# --- Translation of interface and reference ----------------------------------------------------

locale_dirs = [str(DOCS / "locale")]
gettext_compact = False

# --- Appearance --------------------------------------------------------------------------------

html_theme = "furo"
html_title = {
    "ko": "tinygrad_ko · 자동 미분",
    "en": "tinygrad_ko · automatic differentiation",
}[language]
html_baseurl = f"{site_address(os.environ, PROJECT['urls']['Documentation'])}{language}/"
html_static_path = ["_static"]
templates_path = ["_templates"]
html_favicon = "_static/favicon.svg"
html_css_files = ["typography.css", "site.css", ("print.css", {"media": "print"})]
html_show_sphinx = False  # the footer names it, see docs/locale
html_permalinks_icon = "#"
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"

KOREAN = '"Pretendard", "Apple SD Gothic Neo", "Noto Sans KR", "Noto Sans CJK KR", "Malgun Gothic"'
NANUM = '"NanumGothic", "Nanum Gothic"'
LATIN = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial'
# In these, a letter of Hangul is exactly as wide as two of the Latin alphabet.
KOREAN_CODE = (
    '"D2Coding", "Nanum Gothic Coding", "NanumGothicCoding", "Sarasa Mono K", '
    '"Noto Sans Mono CJK KR"'
)
LATIN_CODE = 'ui-monospace, "SF Mono", SFMono-Regular, Menlo, Consolas, "Liberation Mono"'
FONTS = {
    "ko": {
        "font-stack": f"{KOREAN}, {NANUM}, {LATIN}, sans-serif",
        "font-stack--monospace": f"{KOREAN_CODE}, {LATIN_CODE}, monospace",
    },
    "en": {
        "font-stack": f"{LATIN}, {KOREAN}, {NANUM}, sans-serif",
        "font-stack--monospace": f"{LATIN_CODE}, {KOREAN_CODE}, monospace",
    },
}[language]
html_theme_options = {
    "light_css_variables": {
        **FONTS,
        "font-stack--headings": FONTS["font-stack"],
        "color-brand-primary": "#0a6457",
        "color-brand-content": "#0a6457",
        "color-brand-visited": "#5a4a9c",
        "color-inline-code-background": "#edf1f3",
        "color-sidebar-link-text--top-level": "var(--color-foreground-primary)",
        "color-api-name": "var(--color-brand-content)",
        "color-api-pre-name": "var(--color-foreground-secondary)",
    },
    "dark_css_variables": {
        "color-brand-primary": "#6fd3c0",
        "color-brand-content": "#6fd3c0",
        "color-brand-visited": "#b9aef5",
        "color-inline-code-background": "#26292d",
    },
    # A single key is in the way of readers who speak to their computer: see search_box.js.
    "enable_search_shortcuts": False,
    "top_of_page_buttons": ["view"],
}
html_sidebars = {
    "**": [
        "sidebar/brand.html",
        "sidebar/search.html",
        "sidebar/scroll-start.html",
        "sidebar/navigation.html",
        "sidebar/scroll-end.html",
    ]
}

# --- The book: docs/epub.py --------------------------------------------------------------------

if tags.has("epub"):  # noqa: F821
    # What works on the site alone: its scripts, its theme, and what the head of a page says.
    extensions = [
        *(name for name in extensions if name not in SITE_ALONE),
        "book",
    ]
    templates_path = []
    html_sidebars = {}
    html_favicon = None
    html_static_path = ["_static/book.css"]
    html_css_files = ["book.css"]
    epub_basename = f"{project}-{language}"
    epub_title = html_title
    epub_description = {
        "ko": "NumPy로 만든 작은 엔진을 읽고 실행하며 자동 미분의 원리를 배웁니다.",
        "en": "Automatic differentiation, by reading and running a small engine on NumPy.",
    }[language]
    epub_contributor = epub_publisher = author
    epub_scheme, epub_uid, epub_identifier = "URL", "book", html_baseurl
    # The menu of the first page is hidden on the page itself.
    epub_tocscope = "includehidden"
    epub_tocdepth = 2
    epub_show_urls = "no"
    epub_exclude_files = ["_static/math-font.css"]
