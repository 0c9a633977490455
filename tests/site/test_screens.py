"""Small screens, large text, paper and forced colours: every page stays readable and usable."""

from __future__ import annotations

import pytest
from all_pages import BROWSED

# What sticks out to the right of the screen, boxes that scroll and what lies in them aside. The
# page itself may not scroll sideways, and neither may the whole text.
STICKING_OUT = """() => {
  const scrolls = (node) => {
    for (let box = node.parentElement; box; box = box.parentElement) {
      if (box.matches("html, body, .content, article")) return false;
      const { overflowX, position } = getComputedStyle(box);
      if (overflowX !== "visible" || position === "fixed") return true;
    }
    return false;
  };
  const width = document.documentElement.clientWidth;
  return [...document.body.querySelectorAll("*")]
    .filter((node) => {
      const box = node.getBoundingClientRect();
      const { visibility, position } = getComputedStyle(node);
      return box.width > 1 && box.height > 1 && box.right > width + 1 && visibility === "visible"
        && position !== "fixed" && !scrolls(node);
    })
    .map((node) => node.outerHTML.slice(0, 160));
}"""
# Boxes that scroll sideways and that the keyboard cannot reach.
OUT_OF_REACH = """() => [...document.querySelectorAll("article *, article")]
  .filter((node) => node.scrollWidth > node.clientWidth + 1 && node.clientWidth > 0
    && ["auto", "scroll"].includes(getComputedStyle(node).overflowX)
    && node.tabIndex < 0 && !node.querySelector("a[href], button, input, textarea, [tabindex]"))
  .map((node) => node.outerHTML.slice(0, 160))"""
# The width of A4 between the margins of docs/_static/print.css, at 96 dots an inch.
PAPER = int((210 - 2 * 16) / 25.4 * 96)
# What is wider than a box that hides the rest of it, or would scroll.
CUT = """() => [...document.querySelectorAll("article, article *")]
  .filter((node) => node.checkVisibility() && node.clientWidth > 1
    && node.scrollWidth > node.clientWidth + 1 && getComputedStyle(node).overflowX !== "visible"
    && !node.closest("math, svg"))
  .map((node) => node.outerHTML.slice(0, 160))"""
OPEN_FOLDED = "document.querySelectorAll('details').forEach((folded) => { folded.open = true; })"


def assert_readable(page) -> None:
    page.evaluate(OPEN_FOLDED)
    assert page.evaluate(STICKING_OUT) == []
    assert page.evaluate(OUT_OF_REACH) == []
    root = "document.documentElement"
    assert page.evaluate(f"{root}.scrollWidth <= {root}.clientWidth")


@pytest.mark.parametrize("address", ["index.html", "404.html", *BROWSED])
def test_small_screens_large_letters_and_paper_are_wide_enough(new_page, site, address):
    page = new_page(viewport={"width": 320, "height": 640})
    page.goto(site.url + address)
    assert_readable(page)
    # What zooming to 200 % does to a window of 1280 by 900 pixels.
    page.set_viewport_size({"width": 640, "height": 450})
    assert_readable(page)
    # And what a browser does whose reader has asked for larger letters, at the same width.
    page.set_viewport_size({"width": 1280, "height": 900})
    settings = page.context.new_cdp_session(page)
    settings.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "32px"
    assert_readable(page)
    settings.send("Page.setFontSizes", {"fontSizes": {"standard": 16, "fixed": 13}})
    # Nothing scrolls on paper.
    page.set_viewport_size({"width": PAPER, "height": 900})
    page.emulate_media(media="print")
    assert page.evaluate(STICKING_OUT) == []
    assert page.evaluate(CUT) == []


def test_what_sticks_out_is_seen(page, site):
    page.goto(f"{site.url}en/index.html")
    assert_readable(page)
    page.evaluate(
        "document.querySelector('article p').innerHTML = "
        "'<span style=\"display: block; width: 3000px\">wide</span>'"
    )
    assert page.evaluate(STICKING_OUT) != []
    page.evaluate(
        "document.querySelector('article p').innerHTML = "
        "'<div style=\"overflow-x: auto; width: 90px\"><pre>' + 'x'.repeat(200) + '</pre></div>'"
    )
    assert page.evaluate(OUT_OF_REACH) != []
    assert page.evaluate(CUT) != []


def test_what_is_faint_in_forced_colours_is_seen(new_page, site):
    # The policy of the page would keep the style sheet of the test out.
    page = new_page(forced_colors="active", color_scheme="dark", bypass_csp=True)
    page.goto(f"{site.url}en/concepts/topological-sort.html")
    assert page.evaluate(FAINT) == []
    page.add_style_tag(
        content=".content-icon-container svg { color: black !important; }"
        "article svg text { forced-color-adjust: none; fill: black !important; }"
    )
    assert len(page.evaluate(FAINT)) > 3


FORCED = "matchMedia('(forced-colors: active)').matches"


@pytest.mark.parametrize("address", BROWSED)
def test_forced_colours_leave_everything_visible(new_page, site, address):
    page = new_page(viewport={"width": 1280, "height": 900}, forced_colors="active")
    page.goto(site.url + address)
    assert page.evaluate(FORCED)
    # Pictures keep their own colours only if they bring their ground with them; else every line
    # and letter has to be in a colour of the system, which stands out from the ground.
    for colours, chosen in (("light", "dark"), ("dark", "light")):
        page.emulate_media(color_scheme=colours)
        assert page.evaluate(FAINT) == [], colours
        # The system's colours win over the reader's choice of the site's.
        page.evaluate("chosen => { document.body.dataset.theme = chosen; }", chosen)
        assert page.evaluate(FAINT) == [], (colours, chosen)
        page.evaluate("document.body.dataset.theme = 'auto'")


FAINT = """() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const numbers = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return { rgb: [r, g, b], a };
  };
  const light = (rgb) => {
    const [r, g, b] = rgb.map((v) => v / 255).map((v) =>
      v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one, other) => {
    const [high, low] = [light(one), light(other)].sort((a, b) => b - a);
    return (high + 0.05) / (low + 0.05);
  };
  const ground = (node) => {
    for (let box = node; box; box = box.parentElement) {
      const { rgb, a } = numbers(getComputedStyle(box).backgroundColor);
      if (a > 128) return rgb;
    }
    return numbers("Canvas").rgb;
  };
  const found = [];
  for (const text of document.querySelectorAll("article svg text, article svg tspan")) {
    const style = getComputedStyle(text);
    if (style.fill === "none") continue;
    const drawn = numbers(style.fill);
    if (contrast(drawn.rgb, ground(text.closest("svg").parentElement)) < 3)
      found.push(`${text.textContent}: ${style.fill}`);
  }
  for (const icon of document.querySelectorAll("header svg, .content-icon-container svg")) {
    if (!icon.getBoundingClientRect().width) continue;
    // furo's icons draw a symbol, in the colour of letters.
    const colour = getComputedStyle(icon).color;
    if (contrast(numbers(colour).rgb, ground(icon.parentElement)) < 3)
      found.push(`${icon.outerHTML.slice(0, 80)}: ${colour}`);
  }
  return found;
}"""
