"""The Content-Security-Policy: no page breaks its own, and what others put in does not run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from all_pages import BROWSED
from browser_python import HOSTED
from conftest import given
from playwright.sync_api import Page, expect

WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => {
  violations.push(`${event.effectiveDirective} ${event.blockedURI} ${event.sample}`);
});
"""
META = "meta[http-equiv=Content-Security-Policy]"


@pytest.fixture
def watched(page: Page) -> Page:
    page.add_init_script(WATCH)
    return page


@pytest.mark.parametrize("address", ["404.html", *BROWSED])
def test_no_page_breaks_its_policy(watched, site, address):
    watched.goto(site.url + address, wait_until="networkidle")
    watched.emulate_media(media="print")
    assert watched.locator(META).count() == 1
    assert watched.evaluate("violations") == []


def test_the_root_keeps_its_policy_too(new_page, site):
    # With JavaScript it leads on, which shows that its script may run: see test_reading.py.
    page = new_page(java_script_enabled=False)
    page.goto(site.url)
    assert page.locator(META).count() == 1


@pytest.mark.parametrize("address", BROWSED)
def test_a_page_opened_as_a_file_keeps_it_and_finds_its_files(new_page, site, noise, address):
    page = new_page(viewport={"width": 1280, "height": 900})
    page.add_init_script(WATCH)
    page.goto((site.folder / address).as_uri())
    assert page.evaluate("violations") == []
    assert page.evaluate("document.body.dataset.theme") == "auto"
    # docs/_static/typography.css has been found too.
    breaks = "getComputedStyle(document.querySelector('article')).wordBreak"
    assert page.evaluate(breaks) == "keep-all"
    noise.allow_files()


INJECTIONS = {
    "a script in the page": """() => {
        const script = document.createElement("script");
        script.textContent = "window.injected = true";
        document.body.append(script);
    }""",
    "a script of another host": """() => {
        const script = document.createElement("script");
        script.src = "https://elsewhere.example/x.js";
        document.body.append(script);
    }""",
    "a handler on an element": """() => {
        document.body.insertAdjacentHTML("beforeend",
          '<img src="data:," onerror="window.injected = true">');
    }""",
    "an address that is a script": """() => {
        document.body.insertAdjacentHTML("beforeend",
          '<a id="bad" href="javascript:window.injected=true">x</a>');
        document.getElementById("bad").click();
    }""",
    "a style in the page": """() => {
        const style = document.createElement("style");
        style.textContent = "body { --injected: 1 }";
        document.body.append(style);
    }""",
    "a picture of another host": """() => {
        const image = new Image();
        image.src = "https://elsewhere.example/x.png";
        document.body.append(image);
    }""",
    "a frame": """() => {
        const frame = document.createElement("iframe");
        frame.src = "https://elsewhere.example/";
        document.body.append(frame);
    }""",
    "a form that sends elsewhere": """() => {
        document.body.insertAdjacentHTML("beforeend",
          '<form action="https://elsewhere.example/"></form>');
        document.body.lastElementChild.submit();
    }""",
    "another base for addresses": """() => {
        document.head.insertAdjacentHTML("afterbegin", '<base href="https://elsewhere.example/">');
    }""",
}


@pytest.mark.parametrize("what", INJECTIONS)
@pytest.mark.parametrize("address", ["ko/concepts/chain-rule.html", "en/search.html"])
def test_what_others_put_in_does_not_run(watched, site, noise, address, what):
    watched.goto(site.url + address, wait_until="networkidle")
    failed: list[tuple[str, str | None]] = []
    watched.on("requestfailed", lambda request: failed.append((request.url, request.failure)))
    watched.evaluate(INJECTIONS[what])
    watched.wait_for_function("() => violations.length > 0")
    assert watched.evaluate("'injected' in window") is False
    style = "getComputedStyle(document.body).getPropertyValue('--injected')"
    assert watched.evaluate(style) == ""
    assert watched.evaluate("document.baseURI").startswith(site.url)
    # What it was for is on the console. Requests to another host are reported, and were not sent.
    assert {reason for _, reason in failed} <= {"csp", "net::ERR_ABORTED"}
    noise.foreign[:] = [line for line in noise.foreign if line.split()[1] not in dict(failed)]
    noise.console[:] = [line for line in noise.console if "Content Security Policy" not in line]


def test_the_page_has_no_way_to_run_text(watched, site, noise):
    watched.goto(f"{site.url}ko/concepts/chain-rule.html")
    # Through an element of the page: what the test itself evaluates is not held to the policy.
    watched.evaluate("setTimeout('window.injected = true', 0)")
    watched.wait_for_timeout(300)
    assert watched.evaluate("'injected' in window") is False
    noise.console[:] = [line for line in noise.console if "Content Security Policy" not in line]


@pytest.mark.parametrize("language", ["ko", "en"])
def test_examples_run_where_a_worker_has_the_policy_of_its_page(watched, site, noise, language):
    """Chromium gives a worker the policy that comes with its script: here, that of the page."""
    pyodide = Path(given("NODE_MODULES", "the folder of what npm installed")) / "pyodide"
    watched.goto(f"{site.url}{language}/concepts/cpython-memory.html")
    written = watched.locator(META).get_attribute("content") or ""
    assert HOSTED in written

    def with_policy(route):
        answer = route.fetch()
        headers = {**answer.headers, "Content-Security-Policy": written}
        route.fulfill(response=answer, headers=headers)

    def host(route):
        path = pyodide / route.request.url.removeprefix(HOSTED)
        kind = {".mjs": "text/javascript", ".wasm": "application/wasm"}.get(path.suffix)
        headers = {"Access-Control-Allow-Origin": "*"}
        route.fulfill(body=path.read_bytes(), content_type=kind, headers=headers)

    watched.context.route(re.compile(r"run_worker\.js"), with_policy)
    watched.context.route(f"{HOSTED}*", host)
    watched.locator(".run-bar button:visible").first.click()
    expect(watched.locator(".run-result").first).to_be_visible(timeout=120_000)
    assert watched.locator(".run-differs").count() == 0
    noise.foreign[:] = [line for line in noise.foreign if HOSTED not in line]
