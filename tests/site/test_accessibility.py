"""No page breaks a rule of axe-core, in either colours, on a wide screen and on a narrow one."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from all_pages import BROWSED
from conftest import given
from playwright.sync_api import Page, Route

WIDTHS = (1280, 390)
# Its own defaults, which are all rules of WCAG 2.2 and good practice but this one.
RULES = {"rules": {"target-size": {"enabled": True}}, "resultTypes": ["violations"]}
# The page in its other colours differs in them alone, and to look at the rest again takes minutes.
COLOUR_RULES = {
    "runOnly": ["color-contrast", "link-in-text-block"],
    "resultTypes": ["violations"],
}
OPEN_FOLDED = "document.querySelectorAll('details').forEach((folded) => { folded.open = true; })"


@pytest.fixture(scope="session")
def axe() -> str:
    folder = Path(given("NODE_MODULES", "the folder of what npm installed"))
    return (folder / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


def violations(page: Page, axe: str, rules: dict[str, Any] = RULES) -> list[str]:
    """What axe-core finds wrong with what the page shows now, a line for each place."""
    page.evaluate(OPEN_FOLDED)
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe)
    found: dict[str, Any] = page.evaluate("rules => axe.run(document, rules)", rules)
    assert found["passes"] or found["violations"]  # it has looked
    return [
        f"{rule['id']}: {node['target']}: {node['html'][:200]}: {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


def stay(route: Route) -> None:
    """Answer with the page at the root, without the script that leads on to a language."""
    whole = route.fetch().text()
    without = re.sub(r"<script>.*?</script>", "", whole, flags=re.DOTALL)
    assert without != whole
    route.fulfill(body=without, content_type="text/html")


@pytest.mark.parametrize("address", ["index.html", "404.html", *BROWSED])
def test_axe_finds_nothing(new_page, site, axe, address):
    page = new_page(reduced_motion="reduce")
    if address == "index.html":  # which leads on where it can, and here may not
        page.route(site.url + address, stay)
    page.goto(site.url + address)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for colours, rules in (("light", RULES), ("dark", COLOUR_RULES)):
            page.emulate_media(color_scheme=colours)
            assert violations(page, axe, rules) == [], (width, colours)


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_axe_finds_nothing_in_the_opened_menus_of_a_narrow_screen(
    new_page, site, axe, language, colours
):
    page = new_page(viewport={"width": 390, "height": 900}, color_scheme=colours)
    page.goto(f"{site.url}{language}/faq.html")
    for drawer in ("nav-overlay-icon", "toc-header-icon"):
        page.locator(f"label.{drawer}").click()
        page.wait_for_timeout(400)
        assert violations(page, axe) == []
        page.reload()


def test_axe_finds_what_is_wrong(page, axe):
    page.set_content("<html><body><img src='data:,'><p style='color:#ccc'>pale</p></body></html>")
    found = {line.partition(":")[0] for line in violations(page, axe, COLOUR_RULES)}
    assert found == {"color-contrast"}
    found = {line.partition(":")[0] for line in violations(page, axe)}
    assert {"image-alt", "color-contrast", "html-has-lang", "document-title"} <= found
