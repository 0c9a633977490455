"""The day of a file's last change: from the commits, and from nothing else."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from history import last_changes


def git(root: Path, *arguments: str, day: str = "2021-01-02") -> None:
    # Late in the evening in Seoul: the day is the committer's, whatever the time zone here.
    stamp = f"{day}T23:30:00+0900"
    environment = {
        **os.environ,
        "GIT_AUTHOR_DATE": "2001-01-01T00:00:00+0000",
        "GIT_COMMITTER_DATE": stamp,
    }
    who = ("-c", "user.name=Someone", "-c", "user.email=someone@site.example")
    subprocess.run(["git", *who, *arguments], cwd=root, check=True, env=environment)


def commit(root: Path, name: str, text: str, day: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    git(root, "add", ".")
    git(root, "commit", "--quiet", "-m", f"Change {name}", day=day)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = tmp_path / "checkout"
    root.mkdir()
    git(root, "init", "--quiet")
    commit(root, "a/first.md", "1", "2021-01-02")
    commit(root, "second.md", "1", "2021-03-04")
    commit(root, "a/first.md", "2", "2021-05-06")
    commit(root, "한글 이름.md", "1", "2021-07-08")
    return root


def test_each_file_has_the_day_of_the_last_commit_that_touched_it(repository):
    assert last_changes(repository) == {
        "a/first.md": "2021-05-06",
        "second.md": "2021-03-04",
        "한글 이름.md": "2021-07-08",
    }


def test_what_is_not_committed_changes_no_day(repository):
    (repository / "second.md").write_text("changed", encoding="utf-8")
    (repository / "new.md").write_text("new", encoding="utf-8")
    assert last_changes(repository)["second.md"] == "2021-03-04"
    assert "new.md" not in last_changes(repository)


def test_a_tree_without_git_has_no_days(tmp_path):
    assert last_changes(tmp_path) == {}


def test_a_tree_inside_somebody_s_checkout_has_no_days(repository):
    assert last_changes(repository / "a") == {}


def test_without_the_program_git_there_are_no_days(repository, monkeypatch):
    monkeypatch.setenv("PATH", str(repository))
    assert last_changes(repository) == {}


def test_a_checkout_without_commits_has_no_days(tmp_path):
    git(tmp_path, "init", "--quiet")
    assert last_changes(tmp_path) == {}


def test_a_shallow_clone_knows_the_days_of_the_commits_that_it_has(repository, tmp_path):
    clone = tmp_path / "shallow"
    address = f"file://{repository.as_posix()}"
    git(tmp_path, "clone", "--quiet", "--depth", "3", address, str(clone))
    # The commit of 2021-03-04 is the oldest of three: all that it holds seems to be new in it.
    assert last_changes(clone) == {"a/first.md": "2021-05-06", "한글 이름.md": "2021-07-08"}
    git(clone, "fetch", "--quiet", "--unshallow")
    assert last_changes(clone) == last_changes(repository)
