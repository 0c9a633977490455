"""GitHub Pages and Read the Docs build the same tree."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]


def load(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))
    return found


def steps_of_pages() -> list[dict[str, Any]]:
    steps: list[dict[str, Any]] = load(".github/workflows/pages.yml")["jobs"]["build"]["steps"]
    return steps


def without_folder(command: str) -> list[str]:
    """A command less where it writes to, which each host decides."""
    words = shlex.split(command)
    if "--out" in words:
        place = words.index("--out")
        del words[place : place + 2]
    return words


def command_of_pages() -> list[str]:
    """What `nox -s docs -- …` runs in the workflow."""
    (call,) = [step["run"] for step in steps_of_pages() if "nox -s" in step.get("run", "")]
    session, _, given = call.partition(" -- ")
    assert session == "nox -s docs"
    text = (ROOT / "noxfile.py").read_text(encoding="utf-8")
    runs = re.search(r"def docs\(.*?session\.run\((.*?), \*session\.posargs\)", text, re.DOTALL)
    assert runs
    return [*re.findall(r'"([^"]*)"', runs[1]), *shlex.split(given)]


def test_both_call_the_same_command():
    (command,) = load(".readthedocs.yaml")["build"]["jobs"]["build"]["html"]
    assert command_of_pages() == without_folder(command)
    assert command_of_pages() == ["python", "docs/build.py", "--books"]


def test_both_install_the_same():
    install = " ".join(load(".readthedocs.yaml")["build"]["jobs"]["install"])
    assert "--editable . --group docs" in install
    text = (ROOT / "noxfile.py").read_text(encoding="utf-8")
    assert re.search(r'def docs\(.*?prepare\(session, "docs"\)', text, re.DOTALL)


def test_both_use_the_same_python():
    (version,) = [
        step["with"]["python-version"]
        for step in steps_of_pages()
        if "setup-python" in step.get("uses", "")
    ]
    assert load(".readthedocs.yaml")["build"]["tools"]["python"] == version


def test_both_fetch_the_whole_history():
    (checkout,) = [step for step in steps_of_pages() if "checkout" in step.get("uses", "")]
    assert checkout["with"]["fetch-depth"] == 0
    jobs = load(".readthedocs.yaml")["build"]["jobs"]
    assert jobs["post_checkout"] == ["git fetch --unshallow || true"]
