"""Puts beside the pages what the Python in a reader's browser loads: the engine's wheel and data.

`docs/build.py` calls it. The Python itself is Pyodide: from its own host, which is asked only when
a reader runs an example, or a copy in the site.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from urllib.parse import urlsplit

from sphinx.errors import ConfigError

# Of the npm package `pyodide`; noxfile.py names the same one.
PYODIDE = "314.0.7"
HOSTED = f"https://cdn.jsdelivr.net/pyodide/v{PYODIDE}/full/"
# Folders beside ko/ and en/: of the engine and the data, and of the copy of Pyodide.
FOLDER = "python"
COPY = "pyodide/"
NEEDED = (
    "pyodide.mjs",
    "pyodide.asm.mjs",
    "pyodide.asm.wasm",
    "pyodide-lock.json",
    "python_stdlib.zip",
)


def runtime_address(given: str) -> str:
    """Return where pages load Pyodide from: an address, or COPY if it is a folder to be copied."""
    if not given:
        return HOSTED
    parts = urlsplit(given)
    if parts.scheme in ("http", "https") and parts.netloc and not parts.query:
        return given.rstrip("/") + "/"
    if given == COPY:
        return COPY
    lacking = [name for name in NEEDED if not Path(given, name).is_file()]
    if lacking:
        raise ConfigError(
            f"{given!r} should be the address of Pyodide {PYODIDE} or a folder that holds it, but "
            f"there is no {lacking[0]} in it: give the folder of the npm package `pyodide`, or an "
            f"address such as {HOSTED}"
        )
    return COPY


def write(out: Path, root: Path, runtime: str) -> None:
    """Write the wheel, the data files and, if `runtime` is a folder, the copy of Pyodide."""
    folder = out / FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    write_wheel(root, folder)
    for source in data_files(root / "docs"):
        target = folder / source
        target.parent.mkdir(exist_ok=True)
        shutil.copyfile(root / "docs" / source, target)
    shutil.rmtree(out / COPY, ignore_errors=True)
    if runtime_address(runtime) == COPY:
        (out / COPY).mkdir()
        wheels = [path.name for path in Path(runtime).glob("*.whl")]
        for name in (*NEEDED, *wheels):
            shutil.copyfile(Path(runtime, name), out / COPY / name)


def data_files(docs: Path) -> list[str]:
    """Return the files that examples may read, by the names that they use."""
    return sorted(path.relative_to(docs).as_posix() for path in (docs / "data").glob("*"))


def wheel_name(project: str, version: str) -> str:
    """Return the name of the engine's wheel."""
    return f"{project}-{version}-py3-none-any.whl"


def write_wheel(root: Path, folder: Path) -> None:
    """Build the wheel of the checkout at `root`; the same source always gives the same bytes."""
    from flit_core.wheel import make_wheel_in

    before = os.environ.get("SOURCE_DATE_EPOCH")
    os.environ["SOURCE_DATE_EPOCH"] = "315532800"  # 1980, the first year that a zip file knows
    try:
        make_wheel_in(root / "pyproject.toml", folder)
    finally:
        if before is None:
            del os.environ["SOURCE_DATE_EPOCH"]
        else:
            os.environ["SOURCE_DATE_EPOCH"] = before
