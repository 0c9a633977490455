"""A small site built with the real configuration: what is in its pages, and what stops a build."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from small_checkout import PAGES, SITE, checkout, run


@pytest.fixture(scope="module")
def docs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    docs = checkout(tmp_path_factory.mktemp("checkout"))
    result = run(docs, SITE_URL=SITE)
    assert result.returncode == 0, result.stdout + result.stderr
    assert (docs / "_build/html/ko/index.html").as_uri() in result.stdout
    assert (docs / "_build/html/en/index.html").as_uri() in result.stdout
    return docs


def html(docs: Path, page: str) -> str:
    return (docs / "_build" / "html" / page).read_text(encoding="utf-8")


def head_links(text: str) -> dict[str, str]:
    found = dict(re.findall(r'hreflang="([^"]*)" href="(https?:[^"]*)"', text))
    found["canonical"] = re.findall(r'rel="canonical" href="([^"]*)"', text)[0]
    return found


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize(("page", "address"), [("index", ""), ("a/page", "a/page.html")])
def test_each_page_names_itself_and_its_twin(docs, language, page, address):
    text = html(docs, f"{language}/{page}.html")
    assert head_links(text) == {
        "ko": f"{SITE}ko/{address}",
        "en": f"{SITE}en/{address}",
        "x-default": f"{SITE}en/{address}" if address else SITE,
        "canonical": f"{SITE}{language}/{address}",
    }
    assert f'property="og:url" content="{SITE}{language}/{address}"' in text
    assert re.search(r"<html[^>]* lang=\"(\w*)\"", text)[1] == language


@pytest.mark.parametrize(
    ("language", "name", "other"), [("ko", "English", "en"), ("en", "한국어", "ko")]
)
@pytest.mark.parametrize(("page", "up"), [("index", ".."), ("a/page", "../..")])
def test_the_switch_leads_to_the_same_page(docs, language, name, other, page, up):
    folder = docs / "_build" / "html" / language
    switches = re.findall(
        r'<a class="language-switch" ([^>]*)>([^<]*)<', html(docs, f"{language}/{page}.html")
    )
    assert len(switches) == 2  # one for narrow screens and one for wide ones
    for attributes, words in switches:
        href = re.findall(r'href="([^"]*)"', attributes)[0]
        assert words == name
        assert f'lang="{other}" hreflang="{other}"' in attributes
        assert (folder / page).parent.joinpath(href).resolve() == (
            docs / "_build" / "html" / other / f"{page}.html"
        )


def test_a_description_is_written_once_wherever_it_stands_in_the_source(docs):
    for page, text in (("ko/index.html", "설명입니다."), ("en/a/page.html", "Written by Sphinx.")):
        metas = re.findall(r"<meta[^>]*>", html(docs, page))
        described = [meta for meta in metas if 'name="description"' in meta]
        assert [f'content="{text}"' in meta for meta in described] == [True]
        assert f'<meta property="og:description" content="{text}">' in metas


def test_the_interface_speaks_the_language(docs):
    korean, english = html(docs, "ko/index.html"), html(docs, "en/index.html")
    for text in ("본문으로 건너뛰기", "맨 위로", "이 페이지의 원문 보기", "밝은 화면, 어두운"):
        assert text in korean
        assert text not in english
    left = re.findall(
        r'aria-label="[A-Za-z][^"]*"|<title>[A-Za-z ]+</title>|>\s*(?:Skip|Back|On this|View)',
        korean,
    )
    assert left == []


def test_the_bar_on_narrow_screens_has_the_short_name(docs):
    assert html(docs, "ko/a/page.html").count('<div class="brand">tinygrad_ko</div>') == 1


def test_pages_request_nothing_from_elsewhere(docs):
    for language in PAGES:
        text = html(docs, f"{language}/index.html")
        loads = re.findall(r'<(?:script|img|iframe)[^>]*src="([^"]*)"', text)
        loads += re.findall(
            r'<link[^>]*rel="(?:stylesheet|shortcut icon)"[^>]*href="([^"]*)"', text
        )
        assert len(loads) >= 5
        assert [load for load in loads if "//" in load] == []


def test_python_s_documentation_is_linked_without_asking_the_network(docs):
    address = "https://docs.python.org/3/library/functions.html#int"
    assert f'href="{address}"' in html(docs, "ko/index.html")


def test_what_stands_above_both_languages_is_written(docs):
    for page in ("index.html", "404.html"):
        assert f'href="{SITE}' in html(docs, page) or 'href="/docs/' in html(docs, page)
        assert "{{" not in html(docs, page)
    assert (docs / "_build" / "html" / ".nojekyll").is_file()
    assert html(docs, "sitemap.xml").count("<loc>") == 4
    assert f"Sitemap: {SITE}sitemap.xml" in html(docs, "robots.txt")


def test_every_page_has_a_policy_unless_the_preview_adds_a_script(docs):
    pages = ("index.html", "404.html", "ko/index.html", "en/search.html")
    policies = [html(docs, page).count("Content-Security-Policy") for page in pages]
    assert policies == [1, 1, 1, 1]
    for option, count in (("--no-policy", 0), (None, 1)):
        assert run(docs, *filter(None, [option]), SITE_URL=SITE).returncode == 0
        for page in pages:
            assert html(docs, page).count("Content-Security-Policy") == count


def test_the_way_to_a_page_stands_above_its_title(docs):
    steps = re.findall(r'<nav class="trail".*?</nav>', html(docs, "ko/a/page.html"), re.DOTALL)
    assert len(steps) == 1
    assert 'aria-label="이 페이지의 자리"' in steps[0]
    links = re.findall(r'<a href="([^"]*)">([^<]*)</a>', steps[0])
    assert links == [("../index.html", "처음")]
    assert re.findall(r"<li>([^<]+)</li>", steps[0]) == ["Menu&#39;s head"]
    assert '<span aria-current="page">Inner</span>' in steps[0]
    assert 'class="trail"' not in html(docs, "ko/index.html")
    search = re.findall(r'<span aria-current="page">(.*?)</span>', html(docs, "ko/search.html"))
    assert search == ["검색"]


def test_the_title_ends_with_the_name_of_the_project(docs):
    titles = {
        "ko/index.html": "tinygrad_ko · 자동 미분",
        "en/a/page.html": "Inner · tinygrad_ko",
        "ko/genindex.html": "색인 · tinygrad_ko",
    }
    for page, title in titles.items():
        assert re.findall(r"<title>(.*?)</title>", html(docs, page).partition("<body")[0]) == [
            title
        ]


def test_a_reader_can_mend_a_page_or_report_a_mistake(docs):
    text = html(docs, "en/a/page.html")
    source = "https://github.com/tinygrad-ko/tinygrad_ko"
    assert f'href="{source}/edit/main/docs/en/a/page.rst"' in text
    address = re.findall(rf'href="({source}/issues/new[^"]*)"', text)[0].replace("&amp;", "&")
    asked = parse_qs(urlsplit(address).query)
    assert asked["title"] == ["[en] a/page: "]
    assert asked["body"][0].startswith(
        f"Page: {SITE}en/a/page.html\nSource: docs/en/a/page.rst\n\nWhat is wrong"
    )
    assert "/edit/main/" not in html(docs, "en/search.html")


def test_pages_of_an_earlier_build_learn_of_another_address(tmp_path):
    docs = checkout(tmp_path)
    for address in (SITE, "https://other.example/"):
        assert run(docs, SITE_URL=address).returncode == 0
        assert head_links(html(docs, "ko/a/page.html"))["ko"] == f"{address}ko/a/page.html"


def commit(root: Path, day: str) -> None:
    stamp = f"{day}T23:30:00+0900"
    environment = {**os.environ, "GIT_AUTHOR_DATE": stamp, "GIT_COMMITTER_DATE": stamp}
    name = ("-c", "user.name=Someone", "-c", "user.email=someone@site.example")
    for command in (["init", "--quiet"], ["add", "."], [*name, "commit", "--quiet", "-m", "x"]):
        subprocess.run(["git", *command], cwd=root, check=True, env=environment)


def test_a_page_says_when_it_was_last_changed_as_far_as_git_knows(tmp_path):
    docs = checkout(tmp_path)
    day = re.compile(r'Last changed: <time datetime="([^"]*)">([^<]*)</time>')
    assert run(docs, SITE_URL=SITE).returncode == 0
    assert not day.search(html(docs, "en/index.html"))
    commit(tmp_path, "2021-03-04")
    assert run(docs, SITE_URL=SITE).returncode == 0
    for page in ("en/index.html", "en/a/page.html"):
        assert day.search(html(docs, page)).groups() == ("2021-03-04", "March 4, 2021")
    assert "2021년 3월 4일" in html(docs, "ko/index.html")
    assert html(docs, "sitemap.xml").count("<lastmod>2021-03-04</lastmod>") == 4
    # The pages of an earlier build learn of a commit, though they have not changed since.
    page = docs / "en" / "index.md"
    page.write_text(page.read_text(encoding="utf-8") + "\nMore.\n", encoding="utf-8")
    assert run(docs, SITE_URL=SITE).returncode == 0
    commit(tmp_path, "2022-05-06")
    assert run(docs, SITE_URL=SITE).returncode == 0
    assert day.search(html(docs, "en/index.html"))[1] == "2022-05-06"
    assert day.search(html(docs, "en/a/page.html"))[1] == "2021-03-04"
    assert 'property="article:modified_time" content="2022-05-06"' in html(docs, "en/index.html")


def test_a_page_without_its_twin_stops_the_build_and_is_named(tmp_path):
    docs = checkout(tmp_path)
    (docs / "en" / "a" / "page.rst").unlink()
    result = run(docs)
    assert result.returncode == 1
    assert "docs/en/a/page.rst is missing: ko/a/page.rst is there and needs its twin" in (
        result.stdout
    )
    assert not (docs / "_build").exists()


def test_a_warning_fails_the_build_and_the_next_one_until_it_is_mended(tmp_path):
    docs = checkout(tmp_path)
    page = docs / "ko" / "index.md"
    page.write_text(PAGES["ko"].replace("(index-part)=\n", ""), encoding="utf-8")
    for _ in range(2):
        result = run(docs)
        assert result.returncode == 1
        assert re.search(
            r"\[ko\] .*docs/ko/index\.md:\d+: WARNING: the heading '부분'", result.stdout
        )
        assert "[en] built in" in result.stdout
    page.write_text(PAGES["ko"], encoding="utf-8")
    assert run(docs).returncode == 0


def test_pages_of_removed_sources_disappear(tmp_path):
    docs = checkout(tmp_path)
    assert run(docs, "--out", str(tmp_path / "out")).returncode == 0
    assert (tmp_path / "out" / "ko" / "a" / "page.html").is_file()
    for language, text in PAGES.items():
        (docs / language / "a" / "page.rst").unlink()
        (docs / language / "index.md").write_text(text.partition("```")[0], encoding="utf-8")
    assert run(docs, "--out", str(tmp_path / "out")).returncode == 0
    assert not (tmp_path / "out" / "ko" / "a" / "page.html").exists()
    assert (tmp_path / "out" / "ko" / "index.html").is_file()


def test_a_folder_with_sources_is_no_place_for_the_site(tmp_path):
    docs = checkout(tmp_path)
    for folder in (docs, docs.parent):
        result = run(docs, "--clean", "--out", str(folder))
        assert result.returncode == 2
        assert "name a folder for the built site alone" in result.stderr
    assert (docs / "ko" / "index.md").is_file()


@pytest.mark.parametrize(("tag", "folder"), [("ko", "en"), ("en", "ko")])
def test_the_wrong_folder_for_a_language_is_refused(docs, tmp_path, tag, folder):
    command = ["-m", "sphinx", "-q", "-c", str(docs), "-t", tag]
    result = subprocess.run(
        [sys.executable, *command, str(docs / folder), str(tmp_path / "out")],
        capture_output=True,
        env={**os.environ, "PYTHONUTF8": "1"},
        encoding="utf-8",
        check=False,
    )
    assert result.returncode != 0
    assert f"the language is '{tag}', but the pages come from a folder named '{folder}'" in (
        result.stderr
    )
