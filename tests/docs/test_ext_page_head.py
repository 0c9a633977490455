"""The title in the head of a page, and what its structured data says and does not say."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from page_head import head_title, structured_data
from trail import Step

ROOT = "https://site.example/docs/"
CONFIG = SimpleNamespace(
    project="tinygrad_ko",
    html_title="tinygrad_ko · automatic differentiation",
    html_baseurl=f"{ROOT}en/",
    language="en",
    root_doc="index",
    author="the authors",
    license_address="https://code.example/LICENSE",
    site_root=ROOT,
)
FIRST = Step("Home", "../index.html", f"{ROOT}en/")
GROUP = Step("Concepts")  # in the menu, and no page
REFERENCE = Step("API reference", "index.html", f"{ROOT}en/reference/")
PAGE = Step("Core", "", f"{ROOT}en/reference/core.html")
CONTEXT = {
    "og_description": "What it is.",
    "plain_title": "Core",
    "pageurl": PAGE.address,
    "card": {"address": f"{ROOT}card.png"},
}


@pytest.mark.parametrize(
    ("steps", "title"),
    [
        ([], CONFIG.html_title),
        ([FIRST, PAGE], "Core · tinygrad_ko"),
        ([FIRST, REFERENCE, PAGE], "Core · API reference · tinygrad_ko"),
        ([FIRST, GROUP, PAGE], "Core · tinygrad_ko"),
    ],
)
def test_a_title_begins_with_the_page_and_leaves_groups_out(steps, title):
    assert head_title(CONFIG, steps) == title


def test_the_first_page_is_a_site_and_no_article():
    (found,) = structured_data(CONFIG, CONTEXT, [], True)
    assert (found["@context"], found["@type"]) == ("https://schema.org", "WebSite")
    assert found["name"] == CONFIG.html_title


def test_a_page_is_an_article_with_the_way_to_it():
    article, way = structured_data(CONFIG, CONTEXT, [FIRST, GROUP, REFERENCE, PAGE], True)
    assert article["@type"] == "TechArticle"
    assert (article["headline"], article["url"]) == ("Core", PAGE.address)
    assert [(item["position"], item["name"]) for item in way["itemListElement"]] == [
        (1, "tinygrad_ko"),
        (2, "API reference"),
        (3, "Core"),
    ]


def test_a_day_is_said_only_where_it_is_known():
    (unknown, _) = structured_data(CONFIG, CONTEXT, [FIRST, PAGE], True)
    assert "dateModified" not in unknown
    context = {**CONTEXT, "last_change": {"day": "2021-01-02"}}
    (known, _) = structured_data(CONFIG, context, [FIRST, PAGE], True)
    assert known["dateModified"] == "2021-01-02"


def test_what_nobody_wrote_is_no_article():
    (way,) = structured_data(CONFIG, CONTEXT, [FIRST, PAGE], False)
    assert way["@type"] == "BreadcrumbList"
