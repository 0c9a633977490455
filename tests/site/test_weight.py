"""No page weighs too much, moves once it is painted, or speaks to console or other hosts."""

from __future__ import annotations

import pytest
from all_pages import BROWSED, PAGES

KB = 1024
# In milliseconds, of every answer: a page that waits for nothing would be painted whole at once.
LATENCY = 100
# A browser that has much else to do paints a page that it has half read, and a table grows with
# each row. What a page does by itself, it does each time.
ATTEMPTS = 3
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
    line = {"offline": False, "latency": LATENCY, "downloadThroughput": -1, "uploadThroughput": -1}
    session.send("Network.emulateNetworkConditions", line)
    page.goto(address, wait_until="networkidle")
    return sizes


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("address", BROWSED)
def test_a_page_is_light_and_nothing_on_it_moves_after_the_first_paint(
    new_page, site, address, width
):
    for _ in range(ATTEMPTS):
        page = new_page(viewport={"width": width, "height": 900})
        page.add_init_script(SHIFTS)
        sizes = weigh(page, site.url + address)
        for _ in range(4):
            page.mouse.wheel(0, 700)
            page.wait_for_timeout(60)
        if not (shifts := page.evaluate("shifts")):
            break
    assert shifts == []

    limit = LIMITS[page.evaluate("document.querySelector('math') !== null")]
    heaviest = sorted(sizes.items(), key=lambda item: -item[1])[:6]
    assert sizes[site.url + address] > 2 * KB
    assert sum(sizes.values()) <= limit, heaviest

    # Nor may it ask or say anything further down, or when it is printed: `new_page` listens.
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    page.emulate_media(media="print")
    page.wait_for_timeout(60)
    assert page.evaluate("document.documentElement.classList.contains('no-js')") is False


def test_what_moves_is_seen(page, site):
    page.add_init_script(SHIFTS)
    page.goto(site.url + PAGES[0], wait_until="networkidle")
    page.evaluate("document.querySelector('article').style.paddingTop = '200px'")
    page.wait_for_timeout(200)
    assert page.evaluate("shifts.length") > 0
