"""Both READMEs say the same, their examples run, and the commands they name exist."""

from __future__ import annotations

import ast
import doctest
import re

import pytest
from page_source import fences
from pages import ROOT, Page, fail_with
from test_page_fences import check_languages, check_prompts
from test_page_twins import check_blocks, check_code

READMES = {"ko": "README.ko.md", "en": "README.md"}
COMMANDS = [f"python -m pip install nox && nox -s {session}\n" for session in ("docs", "tests")]


def readme(language: str) -> Page:
    return Page(READMES[language], language, (ROOT / READMES[language]).read_text(encoding="utf-8"))


def run_examples(where: str, text: str) -> str:
    """Run the examples of a README one after the other; return what doctest complains about."""
    examples = [
        example
        for fence in fences(text)
        if fence.language == "pycon"
        for example in doctest.DocTestParser().get_examples(
            "\n" * (fence.body_line - 1) + fence.body
        )
    ]
    test = doctest.DocTest(examples, {"__name__": "__main__"}, where, where, 0, None)
    complaints: list[str] = []
    doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test, out=complaints.append)
    return "".join(complaints) if examples else f"{where}: no examples"


def check_commands(where: str, text: str) -> list[str]:
    """The two commands, alone in their blocks, and no session that noxfile.py does not have."""
    problems = []
    blocks = [fence.body for fence in fences(text) if fence.language == "console"]
    if blocks != COMMANDS:
        problems.append(f"{where}: the console blocks are {blocks}, and not {COMMANDS}")
    module = ast.parse((ROOT / "noxfile.py").read_text(encoding="utf-8"))
    sessions = {node.name for node in ast.walk(module) if isinstance(node, ast.FunctionDef)}
    for names in re.findall(r"\bnox -s((?: \w+)+)", text):
        problems += [f"{where}: no session {n!r}" for n in names.split() if n not in sessions]
    return problems


def links_of(page: Page) -> list[str]:
    """Links and pictures, without what is different because the language is."""
    targets = re.findall(r"\]\(([^)]+)\)|<(https?://[^>]+)>", page.text)
    return [
        re.sub(r"docs/(ko|en)/|-(ko|en)\.png|README(\.ko)?\.md", "", link or autolink)
        for link, autolink in targets
    ]


@pytest.mark.parametrize("language", READMES)
def test_the_examples_of_the_readme_run(language: str) -> None:
    page = readme(language)
    assert run_examples(page.name, page.text) == ""


@pytest.mark.parametrize("language", READMES)
def test_the_readme_is_in_order(language: str) -> None:
    page = readme(language)
    checks = [check_commands, check_languages, check_prompts]
    fail_with([problem for check in checks for problem in check(page.name, page.text)])


def test_both_readmes_have_the_same_structure_and_code() -> None:
    ko, en = readme("ko"), readme("en")
    assert [heading.level for heading in ko.headings] == [heading.level for heading in en.headings]
    assert check_blocks(ko, en) == check_code(ko, en) == []
    assert links_of(ko) == links_of(en)
    assert len(links_of(ko)) > 5


def test_a_broken_example_is_found_on_its_line() -> None:
    text = readme("en").text
    broken = text.replace("Variable(3.)", "Variable(4.)")
    line = broken[: broken.index("Variable(4.)")].count("\n")
    assert f'File "README.md", line {line}, in README.md' in run_examples("README.md", broken)
    assert run_examples("README.md", "text") == "README.md: no examples"


def test_wrong_commands_are_found() -> None:
    text = readme("en").text
    assert check_commands("README.md", text.replace(COMMANDS[0], "nox -s docs\n")) != []
    assert check_commands("README.md", text + "\nRun `nox -s docs dcos`.\n") == [
        "README.md: no session 'dcos'"
    ]
