"""Under each page: when it was last changed, and how a reader can mend it or report a mistake."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from babel.dates import format_date
from docutils import nodes
from history import last_changes
from sphinx.locale import _

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata

ROOT = Path(__file__).resolve().parents[2]


def sources(env: BuildEnvironment, page: str) -> Iterator[Path]:
    """Yield the files whose change is a change of the page.

    Those of the reference hold little themselves: their text is in docstrings, and the Korean of
    it in a catalogue. Of other pages only their own file counts, because the figures on them
    depend on the whole engine.
    """
    path = Path(env.doc2path(page))
    yield path
    if path.suffix == ".rst":
        for name in env.dependencies.get(page, ()):
            file = Path(env.srcdir, name)
            yield file.with_suffix(".po") if file.suffix == ".mo" else file
        yield ROOT / f"docs/locale/{env.config.language}/LC_MESSAGES/{page}.po"


def day_of(env: BuildEnvironment, page: str, changes: dict[str, str]) -> str:
    """The last day on which one of the page's sources was changed, or nothing."""
    days = []
    for path in sources(env, page):
        resolved = path.resolve()
        if resolved.is_relative_to(ROOT):
            days.append(changes.get(resolved.relative_to(ROOT).as_posix(), ""))
    return max(days, default="")


class Days:
    """What git says in this build, and the day of each page."""

    def __init__(self) -> None:
        self.changes: dict[str, str] = {}

    def find_changed(
        self,
        app: Sphinx,
        env: BuildEnvironment,
        added: set[str],
        changed: set[str],
        removed: set[str],
    ) -> list[str]:
        """Ask git, and have the pages made anew whose day is not that of the last build."""
        self.changes = last_changes(ROOT)
        known = getattr(env, "page_days", {})
        pages = env.found_docs - added - changed
        return [page for page in pages if known.get(page) != day_of(env, page, self.changes)]

    def remember(self, app: Sphinx, env: BuildEnvironment) -> None:
        """Keep the days for this build and for the next."""
        days = {page: day_of(env, page, self.changes) for page in env.found_docs}
        env.page_days = days  # type: ignore[attr-defined]


def report_address(issues: str, title: str, address: str, source: str) -> str:
    """Return where a new issue begins that names the page already."""
    body = "\n".join(
        [
            _("Page: %s") % address,
            _("Source: %s") % source,
            "",
            _("What is wrong, and what should stand there?"),
            "",
            "",
        ]
    )
    return f"{issues}/new?title={quote(f'{title}: ', safe='')}&body={quote(body, safe='')}"


def add_foot(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Give the template the date and the two addresses; pages without a source have none."""
    if pagename not in app.env.found_docs:
        return
    config = app.config
    source = Path(app.env.doc2path(pagename)).resolve().relative_to(ROOT).as_posix()
    if day := app.env.page_days.get(pagename):  # type: ignore[attr-defined]
        written = format_date(date.fromisoformat(day), "long", locale=config.language)
        context["last_change"] = {"day": day, "written": written}
    if config.site_has_books and pagename == config.root_doc:
        book = f"{config.project}-{config.language}.epub"
        context["book_address"] = f"{context['content_root']}../{book}"
    title = f"[{config.language}] {pagename}"
    context["edit_address"] = f"{config.source_address}/edit/main/{source}"
    context["report_address"] = report_address(
        config.issues_address, title, context["pageurl"], source
    )


def setup(app: Sphinx) -> ExtensionMetadata:
    # Of [project.urls] in pyproject.toml.
    app.add_config_value("source_address", "", "html", str)
    app.add_config_value("issues_address", "", "html", str)
    app.add_config_value("site_has_books", False, "html", bool)
    app.add_css_file("page_foot.css")
    days = Days()
    app.connect("env-get-outdated", days.find_changed)
    app.connect("env-updated", days.remember)
    # After languages.py, which knows the page's address.
    app.connect("html-page-context", add_foot, priority=600)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
