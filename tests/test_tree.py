"""Shows that the files of the project are named, linked and kept as its readers expect.

Each check is a function from text or names to a list of problems; beside its run over the tree
stands a test that it notices what it is for. Nothing but pytest is imported: lint runs this file
in an environment that has little else.
"""

from __future__ import annotations

import os
import re
import subprocess
import tomllib
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

ROOT = Path(__file__).resolve().parent.parent
LONGEST = 500  # lines

# Files of others, kept as they came.
VENDORED = "docs/_vendor/"
# What git would leave out, for a tree that came without git (an sdist).
LEFT_OUT = {".git", ".hypothesis", ".nox", ".venv", "__pycache__", "_build", "dist", "venv"}
# Names in capitals that tools and readers look for, and gettext's folder.
CONVENTIONAL = re.compile(r"([A-Z-]*LICENSE|README|CHANGELOG|CONTRIBUTING)(\.[a-z.]+)?|LC_MESSAGES")


def files_of_git(root: Path) -> list[str] | None:
    """The files git tracks or would track, or None where the tree is not a checkout of its own."""

    def git(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["git", *arguments],
            cwd=root,
            capture_output=True,
            text=True,
            check=False,
            encoding="utf-8",
        )

    try:
        top = git("rev-parse", "--show-toplevel")
        listed = git("ls-files", "-z", "--cached", "--others", "--exclude-standard")
    except OSError:  # no git on this machine
        return None
    if top.returncode or listed.returncode or not root.samefile(top.stdout.strip()):
        return None
    return sorted({name for name in listed.stdout.split("\0") if name and (root / name).is_file()})


def files_on_disk(root: Path) -> list[str]:
    """The files of a tree without git, less what the tools leave in it."""
    names = (path.relative_to(root) for path in root.rglob("*") if path.is_file())
    return sorted(
        name.as_posix()
        for name in names
        if not any(part in LEFT_OUT or part.endswith("_cache") for part in name.parts[:-1])
        and name.suffix not in {".pyc", ".mo"}
    )


def files() -> list[str]:
    """The files of the project, as paths relative to its root."""
    found = files_of_git(ROOT)
    return files_on_disk(ROOT) if found is None else found


def read(name: str) -> str | None:
    """The text of a file, or None for one that is not text."""
    try:
        return (ROOT / name).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


# --- The checks --------------------------------------------------------------------------------


def misnamed(names: Iterable[str]) -> list[str]:
    """Names that some system or some reader trips over."""
    problems = []
    for name in names:
        if name.startswith(VENDORED):
            if not name.isascii():
                problems.append(f"{name}: only ASCII characters in names")
            continue
        problems += [
            f"{name}: {part!r} is not in lower-case ASCII without spaces"
            for part in PurePosixPath(name).parts
            if not (re.fullmatch(r"[a-z0-9._-]+", part) or CONVENTIONAL.fullmatch(part))
        ]
    return problems


def too_long(name: str, text: str) -> list[str]:
    """Source files that have grown past what one reads at a sitting."""
    lines = len(text.splitlines())
    if name.startswith(VENDORED) or not name.endswith(".py") or lines <= LONGEST:
        return []
    return [f"{name}: {lines} lines, and {LONGEST} are the most: split it by subject"]


def machine_paths(name: str, text: str) -> list[str]:
    """Paths that exist on the machine of whoever wrote the line, and on no reader's."""
    places = r"/root/\w|/home/\w|/Users/\w|/tmp/\w|/var/folders/\w|[A-Z]:\\\\?Users\b"
    problems = []
    for number, line in enumerate(text.splitlines(), start=1):
        if match := re.search(rf"(?<![\w.*-])(?:{places})[^\s\"'`)]*", line):
            problems.append(f"{name}:{number}: {match[0]} is a path of one machine")
    return problems


def broken_links(name: str, text: str, exists: Callable[[str], bool]) -> list[str]:
    """Relative links of a Markdown file, and images, that lead to no file."""
    patterns = [
        r"\]\(\s*<?([^)\s>]+)",  # [text](target) and ![text](target)
        r"(?m)^\[[^\]]+\]:\s*<?([^\s>]+)",  # [name]: target
        r"(?:href|src|srcset)=\"([^\"\s]+)",
    ]
    problems = []
    for pattern in patterns:
        for match in re.finditer(pattern, text):
            target = match[1].partition("#")[0]
            if not target or re.match(r"[a-z][a-z0-9+.-]*:|//", target):
                continue
            path = os.path.normpath((PurePosixPath(name).parent / target).as_posix())
            if not exists(Path(path).as_posix()):
                number = text.count("\n", 0, match.start(1)) + 1
                problems.append(f"{name}:{number}: {match[1]} leads to nothing")
    return problems


def missing_paths(name: str, text: str, exists: Callable[[str], bool]) -> list[str]:
    """Files and folders of the project that a configuration file names and that are not there."""
    folders = r"(?:docs|tests|tinygrad_ko|\.ci|\.github)/[\w./-]*"
    at_root = r"(?:pyproject\.toml|noxfile\.py|(?:README|CHANGELOG)(?:\.\w+)+|LICENSE)\b"
    problems = []
    for match in re.finditer(rf"(?<![\w./:-])(?:{folders}|{at_root})(?!\w*\*)", text):
        # What a build writes cannot be there before; what ends a sentence is no part of a path.
        path = match[0].rstrip("/.")
        if "_build" in path.split("/") or text[match.end() : match.end() + 1] == "*":
            continue
        if not exists(path):
            number = text.count("\n", 0, match.start()) + 1
            problems.append(f"{name}:{number}: {path} is not there")
    return problems


def missing_folders(
    pytest_options: dict[str, list[str]], exists: Callable[[str], bool]
) -> list[str]:
    """Folders in the options of pytest that are not there: pytest itself skips them silently."""
    return [
        f"pyproject.toml: {option} names {path}, which is not there"
        for option in ("testpaths", "pythonpath")
        for path in pytest_options[option]
        if not exists(path)
    ]


# --- The tree ----------------------------------------------------------------------------------


def there(name: str) -> bool:
    return (ROOT / name).exists()


def over_texts(check: Callable[[str, str], list[str]]) -> list[str]:
    texts = ((name, read(name)) for name in files())
    return [problem for name, text in texts if text is not None for problem in check(name, text)]


def test_the_listing_holds_the_project():
    assert {"pyproject.toml", "noxfile.py", "tests/test_tree.py", "tinygrad_ko/core.py"} <= {
        *files()
    }
    assert {"pyproject.toml", "tests/test_tree.py"} <= {*files_on_disk(ROOT)}


def test_file_names_are_lower_case_ascii():
    assert misnamed(files()) == []


def test_source_files_are_short():
    assert over_texts(too_long) == []


def test_no_file_names_a_path_of_one_machine():
    assert (
        over_texts(
            lambda name, text: [] if name.startswith(VENDORED) else machine_paths(name, text)
        )
        == []
    )


def test_links_of_the_readmes_and_the_changelog_lead_somewhere():
    names = ["CHANGELOG.md", "README.ko.md", "README.md"]
    assert [
        problem
        for name in names
        for problem in broken_links(name, (ROOT / name).read_text(encoding="utf-8"), there)
    ] == []


def test_configuration_files_name_files_that_exist():
    names = [
        name
        for name in files()
        if name in {".ci/run", ".readthedocs.yaml", "noxfile.py", "pyproject.toml"}
        or name.startswith(".github/")
    ]
    assert len(names) >= 6
    assert [
        problem
        for name in names
        for problem in missing_paths(name, (ROOT / name).read_text(encoding="utf-8"), there)
    ] == []


def test_the_options_of_pytest_name_folders_that_exist():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert missing_folders(project["tool"]["pytest"]["ini_options"], there) == []


# --- Each check can fail -----------------------------------------------------------------------


def nothing(name: str) -> bool:
    return False


def test_names_in_capitals_in_korean_or_with_spaces_are_found():
    good = ["README.ko.md", "docs/ko/start/first-gradient.md", "docs/locale/ko/LC_MESSAGES/a.po"]
    bad = ["docs/Figures/a.py", "docs/ko/변수.md", "tests/test tree.py", "docs/_vendor/변수.js"]
    assert misnamed([*good, "docs/_vendor/temml/Temml.woff2"]) == []
    assert [problem.partition(":")[0] for problem in misnamed(good + bad)] == bad


def test_a_file_one_line_too_long_is_found():
    assert too_long("tests/a.py", "x\n" * LONGEST) == []
    assert too_long("docs/_vendor/a.py", "x\n" * 9 * LONGEST) == []
    (problem,) = too_long("tests/a.py", "x\n" * (LONGEST + 1))
    assert problem.startswith(f"tests/a.py: {LONGEST + 1} lines")


def test_paths_of_one_machine_are_found_with_their_line():
    home = "/" + "home/ada/notes.md"
    temporary = "/" + "tmp/try.py"
    windows = "C:\\" + "Users\\ada"
    text = f"fine\nsee {home}\nopen('{temporary}')\n{windows}\nhttps://a.org{home}\n~{home[:6]}\n"
    assert [problem.rpartition(" is ")[0] for problem in machine_paths("a.md", text)] == [
        f"a.md:2: {home}",
        f"a.md:3: {temporary}",
        f"a.md:4: {windows}",
    ]


def test_links_that_lead_nowhere_are_found_with_their_line():
    text = (
        "[a](docs/a.md#part) ![b](<b.png>)\n"
        "[c](https://example.org) [d](#here) [e](mailto:a@example.org)\n"
        '<img src="c.png">\n'
        "[ref]: d.md\n"
    )
    assert [problem.split()[:2] for problem in broken_links("docs/x.md", text, nothing)] == [
        ["docs/x.md:1:", "docs/a.md#part"],
        ["docs/x.md:1:", "b.png"],
        ["docs/x.md:4:", "d.md"],
        ["docs/x.md:3:", "c.png"],
    ]
    there_are = {"docs/docs/a.md", "docs/b.png", "docs/c.png", "docs/d.md"}
    assert broken_links("docs/x.md", text, there_are.__contains__) == []


def test_links_are_followed_from_the_folder_of_their_file():
    assert broken_links("docs/a.md", "[up](../README.md)", {"README.md"}.__contains__) == []


def test_paths_that_are_not_there_are_found_with_their_line():
    text = 'run: x\npath: docs/nowhere.py\nfile = "LICENSE"\nsee tests/a.py.\nglob: docs/*.py\n'
    assert missing_paths("ci.yml", text, nothing) == [
        "ci.yml:2: docs/nowhere.py is not there",
        "ci.yml:3: LICENSE is not there",
        "ci.yml:4: tests/a.py is not there",
    ]
    assert missing_paths("ci.yml", "path: docs/_build/html https://docs/x", nothing) == []


def test_folders_that_pytest_would_skip_are_found():
    options = {"testpaths": ["tests", "nowhere"], "pythonpath": ["."]}
    assert missing_folders(options, {"tests", "."}.__contains__) == [
        "pyproject.toml: testpaths names nowhere, which is not there"
    ]
