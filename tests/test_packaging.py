"""Shows that what is installed is the package and nothing else, and that it needs NumPy alone."""

from __future__ import annotations

import email
import json
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import tinygrad_ko

if TYPE_CHECKING:
    from collections.abc import Iterable
    from email.message import Message

ROOT = Path(__file__).resolve().parent.parent


def build(kind: str, folder: Path) -> Path:
    """Build a wheel or an sdist as pip would, without the network."""
    program = f"import sys, flit_core.buildapi; print(flit_core.buildapi.build_{kind}(sys.argv[1]))"
    run = subprocess.run(
        [sys.executable, "-c", program, str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return folder / run.stdout.split()[-1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    with zipfile.ZipFile(build("wheel", tmp_path_factory.mktemp("wheel"))) as archive:
        yield archive


@pytest.fixture(scope="module")
def metadata(wheel: zipfile.ZipFile) -> Message:
    (name,) = (name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
    return email.message_from_bytes(wheel.read(name))


def strangers(names: Iterable[str]) -> list[str]:
    """Files of a wheel that are neither the package's source nor its metadata."""
    return [
        name
        for name in names
        if not (
            (name.startswith("tinygrad_ko/") and name.endswith((".py", "/py.typed")))
            or name.split("/")[0].endswith(".dist-info")
        )
    ]


def third_party(modules: Iterable[str]) -> set[str]:
    """The top-level names among modules that neither Python nor the package itself brings."""
    top = {name.partition(".")[0] for name in modules}
    # What compiled parts of NumPy register while they load: names without a file behind them.
    top = {name for name in top if not name.startswith(("_cython_", "cython_runtime"))}
    return top - set(sys.stdlib_module_names) - {"tinygrad_ko", "__main__", "__mp_main__"}


def test_the_wheel_holds_the_package_and_nothing_else(wheel):
    assert strangers(wheel.namelist()) == []


def test_a_file_that_is_not_of_the_package_would_be_noticed():
    names = ["tinygrad_ko/core.py", "tinygrad_ko-0.1.0.dist-info/RECORD"]
    extra = ["tests/test_core.py", "docs/conf.py", "tinygrad_ko/notes.txt", "noxfile.py"]
    assert strangers(names + extra) == extra


def test_the_wheel_holds_every_module_of_the_checkout(wheel):
    modules = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "tinygrad_ko").rglob("*.py")
        if "__pycache__" not in path.parts
    }
    assert "tinygrad_ko/core.py" in modules
    assert modules <= set(wheel.namelist())


def test_type_checkers_find_the_types(wheel):
    assert "tinygrad_ko/py.typed" in wheel.namelist()


def test_the_licence_is_in_the_wheel(wheel, metadata):
    assert metadata["License-Expression"] == "MIT"
    (name,) = (name for name in wheel.namelist() if name.endswith("/LICENSE"))
    assert wheel.read(name).startswith(b"MIT License")


def test_numpy_is_all_that_is_required(metadata):
    (requirement,) = metadata.get_all("Requires-Dist")
    assert requirement.startswith("numpy")
    assert metadata["Requires-Python"] == ">=3.11"


def test_the_version_stands_in_one_place(metadata):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert "version" in project["dynamic"]
    assert metadata["Version"] == tinygrad_ko.__version__


def test_the_summary_is_the_first_line_of_the_package(metadata):
    assert tinygrad_ko.__doc__ is not None
    assert metadata["Summary"].rstrip(".") == tinygrad_ko.__doc__.splitlines()[0].rstrip(".")


def test_the_sdist_can_be_tested_and_holds_no_build_products(tmp_path):
    with tarfile.open(build("sdist", tmp_path)) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {
        "CHANGELOG.md",
        "LICENSE",
        "README.ko.md",
        "README.md",
        "noxfile.py",
        "pyproject.toml",
        "docs/conf.py",
        "tests/test_packaging.py",
        "tinygrad_ko/__init__.py",
    } <= names
    assert [name for name in names if "_build/" in name or "__pycache__" in name] == []


def test_importing_every_module_imports_no_third_party_but_numpy():
    program = """
import importlib, json, pkgutil, sys
before = set(sys.modules)
import tinygrad_ko
for module in pkgutil.walk_packages(tinygrad_ko.__path__, "tinygrad_ko."):
    importlib.import_module(module.name)
print(json.dumps(sorted(set(sys.modules) - before)))
"""
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    loaded = json.loads(run.stdout)
    assert "tinygrad_ko.core" in loaded
    assert third_party(loaded) <= {"numpy"}


def test_another_third_party_module_would_be_noticed():
    loaded = ["json.decoder", "numpy.linalg", "tinygrad_ko.core", "matplotlib.pyplot"]
    assert third_party(loaded) == {"numpy", "matplotlib"}
