# /// script
# requires-python = ">=3.11"
# dependencies = ["nox>=2025.5.1"]
# ///
"""The commands of the project: each does one duty in an environment of its own.

`nox -s docs tests` builds the site and runs every test, with the Python that runs nox;
`nox --list` shows the rest. `python noxfile.py` does the same as `nox` in this folder.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import nox

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

ROOT = Path(__file__).resolve().parent
PYPROJECT = nox.project.load_toml(ROOT / "pyproject.toml")
OLDEST = (3, 11)
PYODIDE = "314.0.7"  # the npm package that `wasm` runs; its number begins with Python's, 3.14
# What `site` checks with, beside its own tests: accessibility, everything else, types.
NODE_PACKAGES = ("axe-core@4.14.1", "lighthouse@12.8.2", "typescript@5.9.3")

# A process for each core; `-- -n 0` runs all tests in one, as a debugger wants it. The examples of
# a page share their names, so that a file stays whole.
PARALLEL = ("-n", "auto", "--dist", "loadfile")

nox.needs_version = ">=2025.5.1"
nox.options.sessions = ["docs", "tests"]
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.reuse_venv = "yes"


# --- The Pythons of this machine ---------------------------------------------------------------

PROBE = (
    "import platform, sys; "
    "print(platform.python_implementation(), *sys.version_info[:2], sys.executable, sep='|')"
)


def probe(command: Sequence[str]) -> tuple[tuple[int, int], str] | None:
    """Version and path of the interpreter that a command starts, or None if it starts none.

    A name on the PATH proves nothing: pyenv leaves a launcher there for every version it ever
    installed, and the launcher of a version that is not switched on ends with an error.
    """
    try:
        answer = subprocess.run(
            [*command, "-c", PROBE], capture_output=True, text=True, timeout=20, check=True
        ).stdout
        implementation, major, minor, executable = answer.strip().split("|")
        version = (int(major), int(minor))
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    if implementation != "CPython" or version < OLDEST or not Path(executable).is_file():
        return None
    return version, executable


def _number(folder: Path) -> tuple[int, ...]:
    """The numbers in a folder's name, so that 3.12.10 comes after 3.12.9."""
    digits = "".join(c if c.isdigit() else " " for c in folder.name)
    return tuple(int(part) for part in digits.split())


def candidates() -> Iterator[list[str]]:
    """Commands that may start a Python, the ones that the reader is likeliest to mean first."""
    names = [f"python3.{minor}" for minor in range(OLDEST[1], OLDEST[1] + 10)]
    for name in names:
        if path := shutil.which(name):
            yield [path]
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    # Newest first, by number and not by letter.
    for folder in sorted(pyenv.glob("3.*"), key=_number, reverse=True):
        yield [str(folder / ("python.exe" if os.name == "nt" else "bin/python"))]
    if uv := shutil.which("uv"):
        listing = subprocess.run(
            [uv, "python", "list", "--only-installed", "--output-format", "json"],
            capture_output=True,
            text=True,
            check=False,
        )
        if listing.returncode == 0:
            yield from ([found["path"]] for found in json.loads(listing.stdout))
    if launcher := shutil.which("py"):
        yield from ([launcher, name.replace("python", "-")] for name in names)
    yield [sys.executable]


def interpreters(commands: Iterable[Sequence[str]]) -> dict[str, str]:
    """The interpreters among the commands that really run: {"3.11": path, …}, oldest first."""
    found: dict[tuple[int, int], str] = {}
    for command in commands:
        if (answer := probe(command)) is not None:
            found.setdefault(*answer)
    return {f"{major}.{minor}": path for (major, minor), path in sorted(found.items())}


def offer(pythons: dict[str, str]) -> list[str]:
    """Let nox find each of the interpreters by its version, and return the versions.

    nox looks along the PATH, where an interpreter may be missing, or stand behind a launcher
    that does not run.
    """
    folders = dict.fromkeys(str(Path(path).parent) for path in pythons.values())
    os.environ["PATH"] = os.pathsep.join([*folders, os.environ.get("PATH", "")])
    return list(pythons)


# --- Environments ------------------------------------------------------------------------------


def prepare(session: nox.Session, *groups: str, package: bool = True) -> None:
    """Install dependency groups and, unless told otherwise, the package from this checkout.

    An environment that already holds them is left alone: asking pip again takes seconds and
    needs the network. What they are is written in pyproject.toml, so its hash is the question.
    """
    requirements = nox.project.dependency_groups(PYPROJECT, *groups)
    what = ["--editable", str(ROOT)] if package else PYPROJECT["project"]["dependencies"]
    question = [str(ROOT), *what, *requirements, *PYPROJECT["build-system"]["requires"]]
    answer = hashlib.sha256("\n".join(question).encode()).hexdigest()
    location = session.virtualenv.location
    if not location:  # `nox --no-venv`: whoever asks for it has installed what is needed
        return
    note = Path(location) / "installed-from-pyproject.sha256"
    if note.is_file() and note.read_text(encoding="utf-8") == answer:
        session.log("everything is installed already; `nox --reuse-venv=never` installs anew")
        return
    session.install(*what, *requirements)
    note.write_text(answer, encoding="utf-8")


def require_python(session: nox.Session) -> None:
    """Stop, in a sentence, where nox itself runs on a Python that is too old."""
    if session.python is None and sys.version_info < OLDEST:
        session.error(
            f"nox runs on Python {sys.version_info[0]}.{sys.version_info[1]}, and tinygrad_ko "
            f"needs 3.11 or later: install nox with a newer one, `python3.13 -m pip install nox`"
        )


# --- Sessions ----------------------------------------------------------------------------------


@nox.session
def docs(session: nox.Session) -> None:
    """Build the site in both languages, warnings as errors; `-- --open` opens it."""
    require_python(session)
    prepare(session, "docs")
    session.run("python", "docs/build.py", *session.posargs)


@nox.session(default=False)
def epub(session: nox.Session) -> None:
    """Build the pages as a book in each language, and check both where there is Java."""
    require_python(session)
    prepare(session, "epub")
    check = ["--check"]
    if shutil.which("java") is None:
        session.warn("Java is not on the PATH, so that EPUBCheck does not look at the books")
        check = []
    session.run("python", "docs/epub.py", *check, *session.posargs)


@nox.session(default=False)
def messages(session: nox.Session) -> None:
    """Bring the Korean translations of the API reference up to date with the docstrings."""
    require_python(session)
    prepare(session, "docs")
    session.run("python", "docs/messages.py")


@nox.session
def tests(session: nox.Session) -> None:
    """Run every test: units, examples on pages, examples in docstrings; `-- -k word` selects."""
    require_python(session)
    prepare(session, "tests")
    session.run("python", "-m", "pytest", *PARALLEL, *session.posargs)


@nox.session(python=offer(interpreters(candidates())), default=False)
def tests_all(session: nox.Session) -> None:
    """Run every test on each Python from 3.11 on that this machine has."""
    prepare(session, "tests")
    session.run("python", "-m", "pytest", *PARALLEL, *session.posargs)


@nox.session(default=False)
def coverage(session: nox.Session) -> None:
    """Count which lines and branches of the package its tests reach; fails below 98 %."""
    require_python(session)
    prepare(session, "coverage")
    session.run("coverage", "run", "-m", "pytest", "tests", "tinygrad_ko", "--ignore=tests/docs")
    session.run("coverage", "report")


@nox.session(default=False)
def mutate(session: nox.Session) -> None:
    """Change the engine in thousands of ways, one by one, and list those that no test notices.

    `-- core.py functions/products.py` picks parts; the whole takes hours. `--tests FILE` runs those
    tests only, and `--processes 1` leaves the other cores to you.
    """
    require_python(session)
    prepare(session, "mutate", package=False)
    tree = Path(session.create_tmp()) / "tree"  # the changes stay outside the checkout
    session.run("python", "tests/mutate.py", "--tree", str(tree), *session.posargs)


@nox.session(default=False)
def parity(session: nox.Session) -> None:
    """Compare with PyTorch and JAX, and run the examples in them; installs both, which is much."""
    require_python(session)
    prepare(session, "parity")
    # With `-- -k word`, one of the two may have nothing to run, which is pytest's code 5.
    codes = [0, 5] if session.posargs else [0]
    # All cases are in one file, and none needs another.
    cases = ("tests/parity", "-n", "auto", "--dist", "worksteal")
    for what in (cases, ("docs", "--examples=pycon-parity", *PARALLEL)):
        session.run("python", "-m", "pytest", *what, *session.posargs, success_codes=codes)


@nox.session(default=False)
def dask(session: nox.Session) -> None:
    """Compute with Dask's arrays, also on a cluster of two processes; `-- -k word` selects."""
    require_python(session)
    prepare(session, "dask")
    session.run("python", "-m", "pytest", "tests/on_dask", *PARALLEL, *session.posargs)


def why_no_gpu() -> str | None:
    """Why no GPU can be used here, as CUDA's driver says it; None where one can be."""
    try:
        driver = ctypes.CDLL("nvcuda.dll" if os.name == "nt" else "libcuda.so.1")
    except OSError:
        return "no CUDA device: the driver of NVIDIA's GPUs is not installed here"
    count = ctypes.c_int(0)
    if driver.cuInit(0) or driver.cuDeviceGetCount(ctypes.byref(count)) or not count.value:
        return "no CUDA device: the driver of NVIDIA's GPUs is installed and finds none"
    return None


@nox.session(default=False)
def cupy(session: nox.Session) -> None:
    """Compute with CuPy's arrays on a GPU of NVIDIA; where there is none, say so and stop."""
    require_python(session)
    if reason := why_no_gpu():
        session.skip(f"{reason}, so the tests on CuPy's arrays were not run")
    prepare(session, "cupy")
    session.run("python", "-m", "pytest", "tests/on_cupy", *session.posargs)


def node_packages(session: nox.Session, *packages: str) -> Path:
    """Install packages of npm, "name@version", beside the environment; return their folder."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        session.error(
            "this session runs programs in Node.js, and `node` or `npm` is not on the PATH: "
            "install Node.js 20 or later, which brings npm, from https://nodejs.org"
        )
    folder = Path(session.virtualenv.location or session.create_tmp()) / "node"

    def installed(package: str) -> bool:
        name, _, version = package.rpartition("@")
        manifest = folder / "node_modules" / name / "package.json"
        if not manifest.is_file():
            return False
        return bool(json.loads(manifest.read_text(encoding="utf-8"))["version"] == version)

    if not all(map(installed, packages)):
        options = ("--prefix", str(folder), "--no-save", "--no-audit", "--no-fund")
        session.run(npm, "install", *options, *packages, external=True)
    return folder / "node_modules"


@nox.session(default=False)
def wasm(session: nox.Session) -> None:
    """Run examples that need no NumPy on CPython 3.14 in WebAssembly; needs Node.js and npm."""
    require_python(session)
    folder = node_packages(session, f"pyodide@{PYODIDE}")
    prepare(session, "wasm")
    environment = {"PYODIDE": str(folder / "pyodide")}
    session.run("python", "-m", "pytest", "tests/wasm", *session.posargs, env=environment)


def runs(browser: str) -> bool:
    """Whether a browser says its version.

    Ubuntu's package `chromium-browser` is a script that asks for a snap, which not every machine
    can have.
    """
    try:
        done = subprocess.run([browser, "--version"], capture_output=True, timeout=60, check=False)
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0 and bool(done.stdout.strip())


def find_chromium() -> str | None:
    """The browser for `site`: what CHROMIUM names, else the first that this machine has."""
    if named := os.environ.get("CHROMIUM"):
        return shutil.which(named)
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        if (path := shutil.which(name)) and runs(path):
            return path
    places = [
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        *(
            str(Path(os.environ.get(folder, "")) / "Google/Chrome/Application/chrome.exe")
            for folder in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")
        ),
    ]
    return next((place for place in places if Path(place).is_file()), None)


@nox.session(default=False)
def site(session: nox.Session) -> None:
    """Build the site and try it in a real browser; needs Chromium or Chrome, Node.js and npm.

    With SITE_PAGES=few, one page of each kind is opened in all sizes and colours, and not each
    page. Lighthouse, which measures time and so needs a machine of its own, and the second build,
    which has to be the same as the first, are left out then.
    """
    require_python(session)
    chromium = find_chromium()
    if chromium is None:
        session.error(
            "this session looks at the site in Chromium or Chrome, and neither was found: install "
            "one (Debian: `sudo apt install chromium`; Ubuntu: `sudo snap install chromium`; "
            "Fedora: `sudo dnf install chromium`; macOS: `brew install --cask chromium`), or set "
            "CHROMIUM to its path"
        )
    node = node_packages(session, *NODE_PACKAGES, f"pyodide@{PYODIDE}")
    prepare(session, "site")
    out = node.parent.parent / "html"
    # The path is the one that the tests serve it under; see tests/site/served.py.
    address = {"SITE_URL": "https://site.example/docs/"}
    session.run("python", "docs/build.py", "--clean", "--out", str(out), env=address)
    environment = {"CHROMIUM": chromium, "NODE_MODULES": str(node), "SITE": str(out), **address}
    pytest = ("python", "-m", "pytest", "tests/site")
    if session.posargs:
        session.run(*pytest, *session.posargs, env=environment)
        return
    # What measures time comes last and alone. No file is as long as all others together, and no
    # test needs another: whoever has nothing left to do takes some from the other.
    timed, again = "tests/site/test_lighthouse.py", "tests/site/test_same_again.py"
    few = os.environ.get("SITE_PAGES") == "few"
    left_out = [f"--ignore={path}" for path in ((timed, again) if few else (timed,))]
    session.run(*pytest, "-n", "auto", "--dist", "worksteal", *left_out, env=environment)
    if not few:
        session.run("python", "-m", "pytest", timed, env=environment)


@nox.session(default=False)
def notebooks(session: nox.Session) -> None:
    """Build the site and run each page as a notebook; `-- -k word` selects."""
    require_python(session)
    prepare(session, "notebooks")
    out = Path(session.virtualenv.location or session.create_tmp()) / "html"
    session.run("python", "docs/build.py", "--out", str(out))
    environment = {"SITE": str(out)}
    # Each page has a kernel of its own, which uses a core.
    session.run(
        *("python", "-m", "pytest", "tests/notebooks", "-n", "auto"),
        *session.posargs,
        env=environment,
    )


@nox.session(default=False)
def bench(session: nox.Session) -> None:
    """Time the engine beside others; `-- --only chain` picks workloads, `-- --json FILE` saves."""
    require_python(session)
    prepare(session, "bench")
    session.run("python", "benchmarks/compare.py", *session.posargs)


@nox.session(default=False)
def serve(session: nox.Session) -> None:
    """Preview both languages, rebuilt at each change; `-- --port 8080` picks the port."""
    require_python(session)
    prepare(session, "serve")
    session.run("python", "docs/serve.py", *session.posargs)


@nox.session(default=False)
def lint(session: nox.Session) -> None:
    """Check formatting, style, types, spelling, and the names and links of the files."""
    require_python(session)
    prepare(session, "lint", package=False)
    session.run("ruff", "format", "--check", ".")
    session.run("ruff", "check", ".")
    session.run("mypy")
    session.run("codespell")
    # Without the conftest files: they import what the other tests need.
    session.run("python", "-m", "pytest", "--noconftest", "-q", "tests/test_tree.py")


if __name__ == "__main__":
    nox.main()
