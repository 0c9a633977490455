"""No page weighs more than it may, and nothing on it moves once it is painted."""

from __future__ import annotations

import pytest
from all_pages import PAGES

KB = 1024
LIMITS = {True: 150 * KB, False: 60 * KB}  # with formulas, and without
SHIFTS = """
window.shifts = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries())
    window.shifts.push([entry.value, ...entry.sources.map(({ node }) =>
      String(node && (node.outerHTML || node.textContent)).slice(0, 120))]);
}).observe({ type: "layout-shift", buffered: true });
"""


def weigh(page, address: str) -> dict[str, int]:
    """What a page loads, with the bytes that come over the line for it."""
    session = page.context.new_cdp_session(page)
    names: dict[str, str] = {}
    sizes: dict[str, int] = {}

    def answered(event):
        names[event["requestId"]] = event["response"]["url"]

    def finished(event):
        url = names[event["requestId"]]
        # A thing in the text of another has been weighed with it.
        if not url.startswith("data:"):
            sizes[url] = sizes.get(url, 0) + int(event["encodedDataLength"])

    session.on("Network.responseReceived", answered)
    session.on("Network.loadingFinished", finished)
    session.send("Network.enable")
    page.goto(address, wait_until="networkidle")
    return sizes


@pytest.mark.parametrize("address", PAGES)
def test_a_page_is_light(page, site, address):
    sizes = weigh(page, site.url + address)
    limit = LIMITS[page.evaluate("document.querySelector('math') !== null")]
    heaviest = sorted(sizes.items(), key=lambda item: -item[1])[:6]
    assert sizes[site.url + address] > 2 * KB
    assert sum(sizes.values()) <= limit, heaviest


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("address", PAGES)
def test_nothing_moves_after_the_first_paint(new_page, site, address, width):
    page = new_page(viewport={"width": width, "height": 900})
    page.add_init_script(SHIFTS)
    page.goto(site.url + address, wait_until="networkidle")
    page.evaluate("document.fonts.ready.then(() => {})")
    for _ in range(4):
        page.mouse.wheel(0, 700)
        page.wait_for_timeout(60)
    assert page.evaluate("shifts") == []


def test_what_moves_is_seen(page, site):
    page.add_init_script(SHIFTS)
    page.goto(site.url + PAGES[0], wait_until="networkidle")
    page.evaluate("document.querySelector('article').style.paddingTop = '200px'")
    page.wait_for_timeout(200)
    assert page.evaluate("shifts.length") > 0
