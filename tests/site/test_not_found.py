"""The page for wrong addresses: at every depth, in the reader's language, without JavaScript."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

DEPTHS = ["not-there.html", "a/b/c/not-there", "ko/concepts/not-there.html", "en/x/y/z/"]


@pytest.fixture
def wrong(new_page, site, noise):
    """A function that goes to an address where there is no page."""

    def go(path: str, **options):
        page = new_page(**options)
        answer = page.goto(site.url + path)
        assert answer is not None
        assert answer.status == 404
        # The browser says so on the console, and so does the answer: both are as they should be.
        noise.console[:] = [line for line in noise.console if "404" not in line]
        return page

    return go


@pytest.mark.parametrize("path", DEPTHS)
def test_every_link_of_it_works_at_every_depth(wrong, site, path):
    page = wrong(path, java_script_enabled=False)
    links = [link.get_attribute("href") for link in page.locator("a").all()]
    forms = [form.get_attribute("action") for form in page.locator("form").all()]
    icons = [icon.get_attribute("href") for icon in page.locator("link[rel=icon]").all()]
    assert (len(links), len(forms), len(icons)) == (4, 2, 1)
    host = site.url.removesuffix("/docs/")
    for target in (*links, *forms, *icons):
        assert page.request.get(host + target).status == 200, target


@pytest.mark.parametrize(
    ("path", "locale", "language"),
    [
        ("ko/not-there.html", "en-US", "ko"),
        ("en/a/not-there.html", "ko-KR", "en"),
        ("not-there", "ko-KR", "ko"),
        ("not-there", "en-GB", "en"),
    ],
)
def test_it_speaks_the_language_of_the_address_or_of_the_browser(wrong, path, locale, language):
    page = wrong(path, locale=locale)
    other = {"ko": "en", "en": "ko"}[language]
    expect(page.locator(f"section[lang={language}]")).to_be_visible()
    expect(page.locator(f"section[lang={other}]")).to_be_hidden()
    assert page.evaluate("document.documentElement.lang") == language
    assert page.title() in (
        "페이지를 찾을 수 없습니다 · tinygrad_ko",
        "Page not found · tinygrad_ko",
    )
    assert (page.title()[0] == "P") == (language == "en")
    # The other language stays one press away.
    page.get_by_role("link", name={"ko": "English", "en": "한국어"}[language]).click()
    page.wait_for_url(f"**/{other}/index.html")


def test_it_remembers_the_language_that_was_chosen(wrong, site, noise):
    page = wrong("not-there", locale="ko-KR")
    page.goto(f"{site.url}ko/index.html")
    page.locator(".language-switch:visible").click()
    page.wait_for_url("**/en/index.html")
    page.goto(f"{site.url}not-there")
    expect(page.locator("section[lang=en]")).to_be_visible()
    expect(page.locator("section[lang=ko]")).to_be_hidden()
    noise.console[:] = [line for line in noise.console if "404" not in line]


@pytest.mark.parametrize("locale", ["fr-FR", "de"])
def test_for_other_readers_both_languages_stand_there(wrong, locale):
    page = wrong("not-there", locale=locale)
    for language in ("ko", "en"):
        expect(page.locator(f"section[lang={language}]")).to_be_visible()


def test_without_javascript_both_languages_stand_there(wrong):
    page = wrong("ko/not-there.html", java_script_enabled=False)
    for language in ("ko", "en"):
        expect(page.locator(f"section[lang={language}]")).to_be_visible()


@pytest.mark.parametrize(
    ("language", "address", "words"),
    [
        ("ko", "ko/concepts/연쇄-법칙.html", "연쇄 법칙"),
        ("en", "en/concepts/chain_rule.html", "chain rule"),
    ],
)
def test_the_words_of_the_address_can_be_searched_for(wrong, language, address, words):
    page = wrong(address)
    box = page.locator(f"section[lang={language}] input")
    expect(box).to_have_value(words)
    box.press("Enter")
    page.wait_for_url(f"**/{language}/search.html?q=*")
    expect(page.locator("#search-results li").first).to_be_visible()


@pytest.mark.parametrize("width", [1280, 320])
def test_it_fits_the_screen(wrong, width):
    page = wrong("not-there", viewport={"width": width, "height": 700}, locale="fr-FR")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
