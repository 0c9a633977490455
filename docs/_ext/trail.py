"""Where a page stands: the way to it from the first page, above its title."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from docutils import nodes
from languages import address
from sphinx import addnodes
from sphinx.locale import _
from sphinx.util.nodes import clean_astext

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata


class Step(NamedTuple):
    """A place on the way; a group of pages in the menu has no page of its own."""

    title: str
    link: str = ""
    address: str = ""


def find_groups(app: Sphinx, env: BuildEnvironment) -> None:
    """Remember what each group of the menu is called."""
    first = env.get_doctree(env.config.root_doc)
    env.page_groups = {  # type: ignore[attr-defined]
        page: tree["caption"]
        for tree in first.findall(addnodes.toctree)
        if tree.get("caption")
        for page in tree["includefiles"]
    }


def ancestors(env: BuildEnvironment, page: str) -> list[str]:
    """The pages above a page, the uppermost first; the first page of all is not among them."""
    above = {child: parent for parent, pages in env.toctree_includes.items() for child in pages}
    found: list[str] = []
    while (page := above.get(page, "")) and page != env.config.root_doc and page not in found:
        found.insert(0, page)
    return found


def trail(app: Sphinx, page: str, title: str) -> list[Step]:
    """The steps from the first page to a page, both among them; for the first page, none."""
    env, config, builder = app.env, app.config, app.builder
    first = config.root_doc
    if page == first:
        return []

    def step(name: str, words: str) -> Step:
        link = builder.get_relative_uri(page, name)
        return Step(words, link, address(config, config.language, name))

    above = ancestors(env, page)
    uppermost = above[0] if above else page
    group = env.page_groups.get(uppermost)  # type: ignore[attr-defined]
    return [
        step(first, _("Home")),
        *([Step(group)] if group else []),
        *(step(name, clean_astext(env.titles[name])) for name in above),
        Step(title, "", address(config, config.language, page)),
    ]


def add_trail(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Give the template the steps, and the words of the page's title."""
    # Of pages without a source, the title stands in Sphinx's templates alone.
    made = {
        "genindex": _("Index"),
        "py-modindex": _("Python Module Index"),
        "search": _("Search"),
    }
    if pagename in app.env.titles:
        title = clean_astext(app.env.titles[pagename])
    else:
        title = made.get(pagename) or context.get("title", pagename)
    context["plain_title"] = title
    context["trail"] = trail(app, pagename, title)


def setup(app: Sphinx) -> ExtensionMetadata:
    app.add_css_file("trail.css")
    app.connect("env-updated", find_groups)
    app.connect("html-page-context", add_trail, priority=600)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
