"""When each file was last changed, as the commits of this checkout say.

The dates are a function of the commit, so that two builds of one commit stay equal. Where git
cannot know them (no git, an unpacked sdist, the oldest commit of a shallow clone), there are none:
a page without a date is right, and one with a wrong date is not.
"""

from __future__ import annotations

import subprocess
from pathlib import Path


def last_changes(root: Path) -> dict[str, str]:
    """Return the day on which each file of the checkout at `root` was last committed.

    Paths are relative to `root`, days are written as 2026-11-27, in the committer's own time.
    """
    try:
        if not root.samefile(_git(root, "rev-parse", "--show-toplevel").strip()):
            return {}  # a tree without git, unpacked inside somebody's checkout
        shallow = root / _git(root, "rev-parse", "--git-path", "shallow").strip()
        # Of these, git does not know what they changed: every file seems to be new.
        cut_off = shallow.read_text("ascii").split() if shallow.is_file() else []
        log = _git(root, "log", "--format=%x00%H %cs", "--name-only", "--no-renames")
    except (OSError, subprocess.CalledProcessError):
        return {}
    found: dict[str, str] = {}
    for commit in log.split("\0")[1:]:
        head, *names = commit.splitlines()
        number, day = head.split()
        for name in filter(None, names):
            found.setdefault(name, "" if number in cut_off else day)
    return {name: day for name, day in found.items() if day}


def last_commit(root: Path) -> int | None:
    """Return when the checkout's commit was made, in seconds since 1970, or None without git."""
    try:
        if not root.samefile(_git(root, "rev-parse", "--show-toplevel").strip()):
            return None
        return int(_git(root, "log", "-1", "--format=%ct"))
    except (OSError, subprocess.CalledProcessError):
        return None


def _git(root: Path, *arguments: str) -> str:
    return subprocess.run(
        ["git", "-c", "core.quotePath=false", *arguments],
        cwd=root,
        capture_output=True,
        check=True,
        encoding="utf-8",
    ).stdout
