"""Fits furo's page to this site where its templates leave no place for it.

Some of furo's words cannot be translated, and the language switch belongs beside its switch of
colours. Both are written into the finished page. What a later furo no longer has is a warning.
"""

from __future__ import annotations

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


def replacements(switch: str) -> Iterator[tuple[str, str]]:
    """What stands in furo's page, and what stands there instead."""
    for label in LABELS:
        yield f'aria-label="{label}"', f'aria-label="{_(label)}"'
    for title in ICON_TITLES:
        yield f"<title>{title}</title>", f"<title>{_(title)}</title>"
    for place in PLACES:
        yield place, place + switch


def fit_page(page: str, switch: str) -> str:
    """Return furo's page in the site's language, with the language switch in it."""
    for old, new in replacements(switch.strip()):
        if old not in page:
            logger.warning(
                "furo's page no longer holds %s, which docs/_ext/furo_strings.py replaces by %s",
                old,
                new,
                type="furo_strings",
            )
        page = page.replace(old, new)
    return page


def add_filter(app: Sphinx) -> None:
    """Let the templates call `fit_page` as a filter."""
    if app.builder.format == "html":
        app.builder.templates.environment.filters["fit_page"] = fit_page


def setup(app: Sphinx) -> ExtensionMetadata:
    app.connect("builder-inited", add_filter, priority=900)  # the theme's environment is there
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
