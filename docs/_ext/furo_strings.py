"""Fits furo's page to this site where its templates leave no place for it.

Some of furo's words cannot be translated, the language switch belongs beside its switch of
colours, and some of its parts stand outside the landmarks by which readers who do not see the page
find their way. All is written into the finished page. What a later furo no longer has is a warning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sphinx.locale import _
from sphinx.util import logging

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

logger = logging.getLogger(__name__)

# The translations are in docs/locale/ko/LC_MESSAGES/sphinx.po with those of everything else.
LABELS = (
    "Toggle Light / Dark / Auto color theme",
    "Toggle site navigation sidebar",
    "Toggle table of contents sidebar",
)
ICON_TITLES = (
    "Auto light/dark, in dark mode",
    "Auto light/dark, in light mode",
    "Contents",
    "Dark mode",
    "Expand",
    "Light mode",
    "Menu",
)
# The switch is in both: the first is shown on narrow screens, the second on wide ones.
PLACES = ('<div class="header-right">', '<div class="content-icon-container">')
BOX = '<input type="checkbox" class="sidebar-toggle" name="{0}" id="{0}" aria-label="{1}">'
# What unfolds a part of the menu, named by furo after the part.
UNFOLD = re.compile('aria-label="Toggle navigation of ([^"]*)" class="toctree-checkbox"')
# The heads of the menu, which are on most pages only: headings, and they say no level.
MENU_HEAD = '<p class="caption" role="heading">'


def replacements(switch: str) -> Iterator[tuple[str, str]]:
    """What stands in furo's page, and what stands there instead."""
    for label in LABELS:
        yield f'aria-label="{label}"', f'aria-label="{_(label)}"'
    for title in ICON_TITLES:
        yield f"<title>{title}</title>", f"<title>{_(title)}</title>"
    for place in PLACES:
        yield place, place + switch


def landmarks() -> Iterator[tuple[str, str]]:
    """What gives every part of the page a landmark, and every landmark a name.

    Each box behind a menu stands before the menu's icon, which is in the order of the keyboard.
    docs/_static/drawers.css looks for the boxes there.
    """
    places = {
        "__navigation": '<label class="nav-overlay-icon"',
        "__toc": '<label class="toc-overlay-icon toc-content-icon',
    }
    for (name, place), label in zip(places.items(), LABELS[1:], strict=True):
        box = BOX.format(name, _(label))
        yield box, ""
        yield place, box + place
    top, tools = '<a href="#" class="back-to-top', '<div class="content-icon-container">'
    # The link to the top comes just before the tools of the page, and becomes one of them.
    yield tools, ""
    tools = tools.replace(">", f' role="navigation" aria-label="{_("This page")}">')
    yield top, tools + top
    for drawer, label in (("sidebar", _("All pages")), ("toc", _("On this page"))):
        aside = f'<aside class="{drawer}-drawer'
        yield aside, aside.replace(" ", f' aria-label="{label}" ', 1)


def fit_page(page: str, switch: str) -> str:
    """Return furo's page in the site's language, with the language switch in it."""
    for old, new in (*replacements(switch.strip()), *landmarks()):
        if old not in page:
            logger.warning(
                "furo's page no longer holds %s, which docs/_ext/furo_strings.py replaces by %s",
                old,
                new,
                type="furo_strings",
            )
        page = page.replace(old, new)
    # Only where there is such a part in the menu.
    page = UNFOLD.sub(
        lambda found: found[0].replace(
            f"Toggle navigation of {found[1]}", _("Pages below: %s") % found[1]
        ),
        page,
    )
    return page.replace(MENU_HEAD, MENU_HEAD.replace(">", ' aria-level="2">'))


def add_filter(app: Sphinx) -> None:
    """Let the templates call `fit_page` as a filter."""
    if app.builder.format == "html":
        app.builder.templates.environment.filters["fit_page"] = fit_page


def setup(app: Sphinx) -> ExtensionMetadata:
    app.add_css_file("drawers.css")
    app.add_js_file("drawers.js", loading_method="defer")
    app.connect("builder-inited", add_filter, priority=900)  # the theme's environment is there
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
