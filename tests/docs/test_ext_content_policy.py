"""The Content-Security-Policy of a page: what is in it, and where it stands."""

from __future__ import annotations

import re

import pytest
from browser_python import COPY, HOSTED
from content_policy import hash_of, policy, with_policy, without_policy, write

PAGE = """<!DOCTYPE html>
<html><head><meta charset="utf-8"/>
<script src="a.js"></script><style>p { color: red }</style></head>
<body><script>first()</script><script
 defer>second()
</script><script type="application/json" id="x">{"a": 1}</script>
<script type="application/ld+json">{}</script></body></html>
"""
EXAMPLES = PAGE.replace('id="x"', 'id="run-settings"')


def rules(text: str) -> dict[str, list[str]]:
    parts = [rule.split() for rule in text.split("; ")]
    assert len({name for name, *_ in parts}) == len(parts)
    return {name: values for name, *values in parts}


def test_a_hash_is_the_one_that_browsers_compute():
    # The example of the specification.
    wanted = "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='"
    assert hash_of("alert('Hello, world.');") == wanted


def test_what_stands_in_the_page_is_allowed_by_its_hash_and_data_needs_none():
    found = rules(policy(PAGE, HOSTED))
    assert found["script-src"] == ["'self'", hash_of("first()"), hash_of("second()\n")]
    assert found["style-src-elem"] == ["'self'", hash_of("p { color: red }")]
    assert found["default-src"] == found["base-uri"] == ["'none'"]


def test_nothing_unsafe_is_allowed_but_styles_of_elements():
    found = rules(policy(EXAMPLES, HOSTED))
    unsafe = [
        (name, value) for name, values in found.items() for value in values if "unsafe" in value
    ]
    assert unsafe == [
        ("script-src", "'wasm-unsafe-eval'"),
        ("style-src", "'unsafe-inline'"),  # for browsers that do not know the next
        ("style-src-attr", "'unsafe-inline'"),
    ]


@pytest.mark.parametrize(
    ("page", "runtime", "elsewhere", "wasm"),
    [
        (PAGE, HOSTED, set(), False),
        (EXAMPLES, HOSTED, {HOSTED}, True),
        (EXAMPLES, "https://own.example/python/", {"https://own.example/python/"}, True),
        (EXAMPLES, COPY, set(), True),
    ],
)
def test_python_s_place_is_open_to_pages_with_examples_alone(page, runtime, elsewhere, wasm):
    found = rules(policy(page, runtime))
    hosts = {value for values in found.values() for value in values if "://" in value}
    assert hosts == elsewhere
    assert ("'wasm-unsafe-eval'" in found["script-src"]) == wasm
    assert ("worker-src" in found) == wasm


def test_it_stands_before_everything_that_it_governs_and_once():
    page = with_policy(PAGE, HOSTED)
    head = page.partition("<meta http-equiv")[0]
    assert "<script" not in head and "<style" not in head  # noqa: PT018
    assert with_policy(page, HOSTED) == page
    # As what parses and writes a page again leaves it.
    turned = re.sub(r'<meta (http-equiv="[^"]*") (content="[^"]*")>', r"<meta \2 \1/>", page)
    assert turned != page
    assert with_policy(turned, HOSTED) == page
    assert without_policy(page).replace("\n", "") == PAGE.replace("\n", "")


def test_a_page_without_a_charset_is_refused():
    with pytest.raises(ValueError, match="no <meta charset="):
        with_policy("<html></html>", HOSTED)


def test_all_pages_of_a_site_get_it_and_lose_it(tmp_path):
    (tmp_path / "ko" / "_static").mkdir(parents=True)
    pages = [tmp_path / "index.html", tmp_path / "ko" / "page.html"]
    other = tmp_path / "ko" / "_static" / "sample.html"
    for path in (*pages, other):
        path.write_text(EXAMPLES, encoding="utf-8")
    write(tmp_path, COPY)
    assert all("Content-Security-Policy" in path.read_text(encoding="utf-8") for path in pages)
    assert other.read_text(encoding="utf-8") == EXAMPLES
    stamp = pages[0].stat().st_mtime_ns
    write(tmp_path, COPY)
    assert pages[0].stat().st_mtime_ns == stamp  # nothing to write
    write(tmp_path, None)
    assert not any("Content-Security-Policy" in path.read_text(encoding="utf-8") for path in pages)
