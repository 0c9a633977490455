"""Each page knows its twin in the other language: links in its head, and a switch on the page."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from site_address import alternates, page_address
from sphinx.errors import ConfigError
from sphinx.locale import _
from twins import LANGUAGES

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.util.typing import ExtensionMetadata

NAMES = {"ko": "한국어", "en": "English"}
TRANSLATED = re.compile(' translated="(True|False)"')
LOCALES = {"ko": "ko_KR", "en": "en_US"}


def check_source_folder(app: Sphinx, config: Config) -> None:
    """Stop where `-t ko` was forgotten, or the pages of the other language were given."""
    folder = Path(app.srcdir).name
    if folder != config.language:
        option = "-t ko " if folder == "ko" else ""
        raise ConfigError(
            f"the language is {config.language!r}, but the pages come from a folder named "
            f"{folder!r}. Call `python docs/build.py`, or `sphinx-build -c docs {option}docs/"
            f"{folder if folder in LANGUAGES else 'en'} ...`: `-t ko` goes with docs/ko alone."
        )


def site_root(config: Config) -> str:
    """The address of the page above both languages."""
    return config.html_baseurl.removesuffix(f"{config.language}/")


def address(config: Config, language: str, page: str) -> str:
    """The whole address of a page in a language."""
    return page_address(site_root(config), language, page)


def written_description(doctree: nodes.document | None) -> str:
    """The description under `.. meta::`, which Sphinx writes into the page by itself."""
    found = doctree.findall(nodes.meta) if doctree is not None else ()
    return next((meta["content"] for meta in found if meta.get("name") == "description"), "")


def add_links(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Give the templates what `docs/_templates/page.html` writes into a page."""
    here = app.config.language
    other = next(language for language in LANGUAGES if language != here)
    # A mark of Sphinx's own, which is no attribute of HTML.
    context["metatags"] = TRANSLATED.sub("", context.get("metatags", ""))
    context["pageurl"] = address(app.config, here, pagename)
    context["alternates"] = list(alternates(site_root(app.config), pagename))
    made = {
        "genindex": _("Every name of the package and every term, in alphabetical order."),
        "py-modindex": _("The modules of the package, each with its page in the reference."),
        "search": _("Find words on the pages and names in the code."),
    }
    written = (context.get("meta") or {}).get("description")
    context["description"] = (written or made.get(pagename, "")).strip()
    context["og_description"] = context["description"] or written_description(doctree)
    context["og_locale"] = LOCALES[here]
    context["other_language"] = {
        "code": other,
        "name": NAMES[other],
        # Relative, so that it works on any host, and from files without one.
        "href": f"{context['content_root']}../{other}/{pagename}.html",
    }


def setup(app: Sphinx) -> ExtensionMetadata:
    app.connect("config-inited", check_source_folder)
    app.connect("html-page-context", add_links)
    app.add_js_file("language.js", loading_method="defer")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
