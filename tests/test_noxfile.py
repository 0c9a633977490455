"""Shows that sessions find what they need, and that those that check are run for every change."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest
import yaml

import noxfile

HERE = f"{sys.version_info[0]}.{sys.version_info[1]}"
# A file that is there, so that an answer is refused for what it says and not for its path.
FILE = Path(__file__)


def answering(implementation: str = "CPython", minor: int = 99, path: Path = FILE) -> list[str]:
    """A command that answers the probe as an interpreter at that path would."""
    answer = f"{implementation}|3|{minor}|{path.as_posix()}"
    return [sys.executable, "-c", f"print({answer!r})"]


def test_an_interpreter_that_runs_is_found_with_its_version():
    version, path = noxfile.probe([sys.executable])
    assert version == sys.version_info[:2]
    assert Path(path).samefile(sys.executable)


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(["python3.11-that-is-not-installed"], id="no such command"),
        pytest.param([sys.executable, "-c", "raise SystemExit(127)"], id="launcher that fails"),
        pytest.param([sys.executable, "-c", "print('hello')"], id="not a Python"),
        pytest.param(answering(minor=10), id="too old"),
        pytest.param(answering("PyPy"), id="not CPython"),
        pytest.param(answering(path=Path("not-there")), id="path that is not there"),
    ],
)
def test_a_command_that_starts_no_supported_python_is_passed_over(command):
    assert noxfile.probe(command) is None


def test_the_first_of_two_with_one_version_is_taken_and_the_oldest_comes_first():
    first = answering()
    second = answering(path=FILE.with_name("test_packaging.py"))
    found = noxfile.interpreters([["no-such-python"], first, [sys.executable], second])
    assert list(found) == [HERE, "3.99"]
    assert Path(found["3.99"]).samefile(FILE)


def test_this_python_is_among_those_of_the_machine():
    assert HERE in noxfile.interpreters(noxfile.candidates())


def test_versions_of_pyenv_are_sorted_by_number(tmp_path):
    folders = [tmp_path / name for name in ("3.12.9", "3.9.18", "3.12.10")]
    assert [folder.name for folder in sorted(folders, key=noxfile._number)] == [
        "3.9.18",
        "3.12.9",
        "3.12.10",
    ]


def test_an_interpreter_that_was_found_is_offered_to_nox(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", "elsewhere")
    assert noxfile.offer({"3.99": str(tmp_path / "python3.99")}) == ["3.99"]
    assert os.environ["PATH"] == os.pathsep.join([str(tmp_path), "elsewhere"])


def test_the_two_commands_of_the_readme_are_the_default():
    assert noxfile.nox.options.sessions == ["docs", "tests"]


def test_without_node_the_session_says_how_to_get_it(monkeypatch):
    class Session:
        python = "3.11"

        def error(self, message):
            raise SystemExit(message)

    monkeypatch.setattr(noxfile.shutil, "which", lambda name: None)
    with pytest.raises(SystemExit, match=r"install Node\.js .* https://nodejs\.org"):
        noxfile.wasm.func(Session())


def test_a_browser_that_does_not_run_is_passed_over(monkeypatch):
    # Python answers the question for its version; this file does not run.
    there = {"chromium": None, "chromium-browser": str(FILE), "google-chrome": sys.executable}
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(noxfile.shutil, "which", there.get)
    assert noxfile.find_chromium() == sys.executable


def test_the_browser_that_is_named_is_taken(monkeypatch):
    monkeypatch.setenv("CHROMIUM", sys.executable)
    assert noxfile.find_chromium() == sys.executable


def test_without_a_browser_the_session_says_how_to_get_one(monkeypatch):
    class Session:
        python = "3.11"

        def error(self, message):
            raise SystemExit(message)

    monkeypatch.setattr(noxfile, "find_chromium", lambda: None)
    with pytest.raises(SystemExit, match=r"sudo apt install chromium.* set CHROMIUM to its path"):
        noxfile.site.func(Session())


def test_what_measures_time_runs_last_and_alone(monkeypatch, tmp_path):
    class Session:
        python = "3.11"

        def __init__(self, *posargs):
            self.posargs = posargs
            self.ran = []

        def run(self, *command, env):
            self.ran.append(command)

    monkeypatch.setattr(noxfile, "find_chromium", lambda: "chromium")
    monkeypatch.setattr(noxfile, "node_packages", lambda *_: tmp_path / "node" / "node_modules")
    monkeypatch.setattr(noxfile, "prepare", lambda *_: None)
    timed = "tests/site/test_lighthouse.py"
    session = Session()
    noxfile.site.func(session)
    build, others, last = session.ran
    assert "docs/build.py" in build
    assert "-n" in others
    assert f"--ignore={timed}" in others
    assert last == ("python", "-m", "pytest", timed)
    session = Session("-k", "search")
    noxfile.site.func(session)
    assert session.ran[1:] == [("python", "-m", "pytest", "tests/site", "-k", "search")]


class Driver:
    """CUDA's driver, with its answers to the two questions that are asked."""

    def __init__(self, error, devices):
        self.error = error
        self.devices = devices

    def cuInit(self, flags):
        return self.error

    def cuDeviceGetCount(self, count):
        count._obj.value = self.devices
        return 0


@pytest.mark.parametrize(
    ("driver", "reason"),
    [
        pytest.param(None, "is not installed here", id="no driver"),
        pytest.param(Driver(error=100, devices=0), "finds none", id="no device"),
        pytest.param(Driver(error=0, devices=0), "finds none", id="device hidden"),
    ],
)
def test_without_a_gpu_the_session_says_why_and_installs_nothing(monkeypatch, driver, reason):
    class Session:
        python = "3.11"

        def skip(self, message):
            raise SystemExit(message)

    def load(name):
        if driver is None:
            raise OSError(name)
        return driver

    monkeypatch.setattr(noxfile.ctypes, "CDLL", load)
    with pytest.raises(SystemExit) as ended:
        noxfile.cupy.func(Session())
    assert str(ended.value).startswith("no CUDA device: the driver of NVIDIA's GPUs")
    assert f"{reason}, so the tests on CuPy's arrays were not run" in str(ended.value)


def test_with_a_gpu_the_session_runs_the_tests(monkeypatch):
    class Session:
        python = "3.11"
        posargs = ("-x",)
        ran = ()

        def run(self, *command):
            self.ran = command

    session = Session()
    monkeypatch.setattr(noxfile.ctypes, "CDLL", lambda name: Driver(error=0, devices=1))
    monkeypatch.setattr(noxfile, "prepare", lambda session, *groups: groups)
    noxfile.cupy.func(session)
    assert session.ran == ("python", "-m", "pytest", "tests/on_cupy", "-x")


# What people call, and what nothing can fail in: previews, timings, translations to be done; all
# Pythons of a machine, each of which has a job of its own; hours of work; and what needs a GPU.
BY_HAND = {"bench", "cupy", "messages", "mutate", "serve", "tests_all"}


def test_every_session_that_checks_is_run_for_every_change():
    workflow = yaml.safe_load((noxfile.ROOT / ".github/workflows/ci.yml").read_text("utf-8"))
    run = set()
    for job in workflow["jobs"].values():
        matrix = job.get("strategy", {}).get("matrix", {})
        for step in job["steps"]:
            if found := re.fullmatch(
                r"nox -s (\S+|\$\{\{ matrix.session \}\})", step.get("run", "")
            ):
                run |= set(matrix["session"]) if "matrix" in found[1] else {found[1]}
    text = (noxfile.ROOT / "noxfile.py").read_text("utf-8")
    sessions = set(re.findall(r"^@nox\.session.*\ndef (\w+)", text, re.MULTILINE))
    assert sessions > BY_HAND
    assert run == sessions - BY_HAND
