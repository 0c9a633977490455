"""What search engines and those who share a page are told: its title, its card, what it is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from docutils import nodes
from languages import address
from preview_card import ALT, NAME, SIZE
from site_address import DEFAULT

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.util.typing import ExtensionMetadata
    from trail import Step


def head_title(config: Config, steps: list[Step]) -> str:
    """Return the page's title, then those of the pages above it, then the project's name.

    The groups of the menu are left out: their names say little, and a title is cut off where it
    is long.
    """
    if not steps:
        return str(config.html_title)
    names = [step.title for step in steps[1:] if step.address]
    return " · ".join([*reversed(names), config.project])


def structured_data(
    config: Config, context: dict[str, Any], steps: list[Step], is_page: bool
) -> list[dict[str, Any]]:
    """Return what is known of the page in the words of schema.org, and nothing that is guessed."""
    root = address(config, config.language, config.root_doc)
    site = {"@type": "WebSite", "name": config.html_title, "url": root}
    found: list[dict[str, Any]] = []
    if not steps:
        found.append(
            {
                **site,
                "description": context["og_description"],
                "inLanguage": config.language,
                "license": config.license_address,
            }
        )
    elif is_page:
        found.append(
            {
                "@type": "TechArticle",
                "headline": context["plain_title"],
                "description": context["og_description"],
                "inLanguage": config.language,
                "url": context["pageurl"],
                "image": context["card"]["address"],
                "isPartOf": site,
                "license": config.license_address,
                "author": {"@type": "Organization", "name": config.author},
            }
        )
        if day := context.get("last_change", {}).get("day"):
            found[0]["dateModified"] = day
    if steps:
        linked = [step for step in steps if step.address]
        names = [config.project, *(step.title for step in linked[1:])]
        found.append(
            {
                "@type": "BreadcrumbList",
                "itemListElement": [
                    {"@type": "ListItem", "position": place, "name": name, "item": step.address}
                    for place, (name, step) in enumerate(zip(names, linked, strict=True), 1)
                ],
            }
        )
    return [{"@context": "https://schema.org", **each} for each in found]


def add_head(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Give the template what it writes into the head of the page."""
    config, steps = app.config, context["trail"]
    root = address(config, config.language, config.root_doc)
    context["head_title"] = head_title(config, steps)
    context["card"] = {
        "address": f"{root}_static/{NAME}",
        "width": SIZE[0],
        "height": SIZE[1],
        "alt": ALT[config.language if config.language in ALT else DEFAULT],
    }
    data = structured_data(config, context, steps, pagename in app.env.found_docs)
    # In JSON, `<` stands in texts alone, where it can be written so.
    context["structured_data"] = [
        json.dumps(each, ensure_ascii=False).replace("<", "\\u003c") for each in data
    ]


def setup(app: Sphinx) -> ExtensionMetadata:
    app.add_config_value("license_address", "", "html", str)
    # After all that it tells of.
    app.connect("html-page-context", add_head, priority=700)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
