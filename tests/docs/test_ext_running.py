"""Which blocks of a page get a button, and what the script is told about them."""

from __future__ import annotations

import html
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import browser_python
import pytest
from running import PACKAGES
from running_texts import TEXTS
from scratch_site import Built, build
from sphinx.errors import ConfigError

import noxfile

ROOT = Path(__file__).resolve().parents[2]
EXTENSIONS = ["parity_examples", "running"]
PLAIN = "```pycon\n>>> x = 1\n>>> x\n1\n```\n"


def boxes(built: Built) -> list[dict[str, str]]:
    """The attributes of each example; "bar" says whether it has one."""
    found = []
    for part in re.split('<div class="example"(?=[ >])', built.body())[1:]:
        attributes = dict(re.findall(r'data-(\w+)="([^"]*)"', re.match("[^>]*", part)[0]))
        bar = re.search(r'class="code-bar run-bar" role="group" aria-label="([^"]*)"', part)
        found.append({name: html.unescape(text) for name, text in attributes.items()})
        if bar:
            found[-1]["bar"] = bar[1]
    return found


def settings(built: Built, page: str = "index") -> dict[str, object] | None:
    found = re.search(
        r'<script type="application/json" id="run-settings">(.*?)</script>', built.html(page), re.S
    )
    return json.loads(found[1]) if found else None


def test_an_example_gets_a_bar_and_its_page_the_script(tmp_path):
    built = build(tmp_path, f"# T\n\n{PLAIN}", EXTENSIONS, release="1.5", version="1.5")
    assert built.warnings == ""
    assert boxes(built) == [{"bar": "Example 1"}]
    buttons = re.findall(r"<button type=\"button\"( hidden)?>(\w+)<", built.body())
    assert buttons == [("", "Run"), (" hidden", "Edit"), (" hidden", "Reset")]
    assert '<span class="run-status" role="status"></span>' in built.body()
    assert re.search(r'<script defer="defer" src="_static/run\.js[?"]', built.html())
    assert re.search(r'href="_static/run\.css[?"]', built.html())
    told = settings(built)
    assert told["wheel"] == "scratch-1.5-py3-none-any.whl"
    assert (told["python"], told["runtime"]) == ("./../python/", browser_python.HOSTED)
    assert (told["texts"], told["packages"]) == (TEXTS["en"], PACKAGES)
    assert re.fullmatch("[0-9a-f]{8}", told["version"])


def test_a_page_without_examples_has_nothing_of_it(tmp_path):
    page = "# T\n\n```python\nx = 1\n```\n\n```pycon-parity\n>>> 1\n1\n```\n"
    built = build(tmp_path, page, EXTENSIONS)
    assert boxes(built) == []
    assert settings(built) is None
    assert "run.js" not in built.html()
    assert "run.css" not in built.html()


def test_a_page_in_a_folder_finds_what_it_needs(tmp_path):
    pages = {"a/b": f"# B\n\n{PLAIN}"}
    (tmp_path / "source" / "a").mkdir(parents=True)
    built = build(
        tmp_path,
        "# T\n\n```{toctree}\na/b\n```\n",
        EXTENSIONS,
        more_pages=pages,
        pyodide_url="pyodide/",
    )
    told = settings(built, "a/b")
    assert (told["python"], told["runtime"]) == ("../../python/", "../../pyodide/")


def test_the_bar_speaks_the_language_of_the_page(tmp_path):
    built = build(tmp_path, f"# T\n\n{PLAIN}", EXTENSIONS, language="ko")
    assert boxes(built) == [{"bar": "예제 1"}]
    assert settings(built)["texts"]["stop"] == "멈추기"


def test_both_languages_say_the_same_things():
    assert TEXTS["ko"].keys() == TEXTS["en"].keys()
    for name, text in TEXTS["ko"].items():
        assert text.count("{}") == TEXTS["en"][name].count("{}")


def test_what_needs_a_package_and_what_no_browser_can_run_is_told(tmp_path):
    page = """\
# T

```pycon
>>> import subprocess
>>> import gc
```

```pycon
>>> import numpy as np
>>> x = 1
```

```pycon
>>> x
1
```

```pycon
>>> gc
<module ...>
>>> np.e
2.7...
```

```pycon
>>> import hypothesis
```
"""
    assert boxes(build(tmp_path, page, EXTENSIONS)) == [
        {"skip": "[0]", "heavy": "[0]"},
        {"heavy": "[0]", "bar": "Example 2"},
        {"bar": "Example 3"},
        {"heavy": "[1]", "bar": "Example 4"},
        {"skip": "[0]", "heavy": "[0]"},
    ]


def test_what_sphinx_takes_out_of_an_example_is_kept_for_the_script(tmp_path):
    body = ">>> print('a\\n\\nb')  # doctest: +ELLIPSIS\na\n<BLANKLINE>\nb"
    (box,) = boxes(build(tmp_path, f"# T\n\n```pycon\n{body}\n```\n", EXTENSIONS))
    assert box["text"].rstrip("\n") == body


def test_examples_inside_other_things_are_found_in_their_order(tmp_path):
    page = f"# T\n\n- a\n\n  {PLAIN.replace(chr(10), chr(10) + '  ')}\n\n:::{{note}}\n{PLAIN}:::\n"
    built = build(tmp_path, page, EXTENSIONS, myst_enable_extensions=["colon_fence"])
    assert boxes(built) == [{"bar": "Example 1"}, {"bar": "Example 2"}]


def test_each_docstring_is_a_session_of_its_own(tmp_path, monkeypatch):
    (tmp_path / "documented.py").write_text(
        'def f():\n    """F.\n\n    >>> 1\n    1\n\n    More.\n\n    >>> 2\n    2\n    """\n\n\n'
        'def g():\n    """G.\n\n    >>> 3\n    3\n    """\n'
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    page = f"# T\n\n{PLAIN}\n```{{eval-rst}}\n.. automodule:: documented\n   :members:\n```\n"
    built = build(tmp_path / "site", page, ["sphinx.ext.autodoc", *EXTENSIONS])
    assert built.warnings == ""
    assert [box.get("session", "0") for box in boxes(built)] == ["0", "1", "1", "2"]


def test_a_block_that_cannot_be_read_has_no_button(tmp_path):
    assert boxes(build(tmp_path, "# T\n\n```pycon\n>>> 1\n  >>>2\n```\n", EXTENSIONS)) == []


def test_only_the_data_that_the_page_reads_is_named(tmp_path):
    read = "```pycon\n>>> open('data/hubble-1929.csv').close()\n```\n"
    assert settings(build(tmp_path / "a", f"# T\n\n{read}", EXTENSIONS))["files"] == [
        "data/hubble-1929.csv"
    ]
    assert settings(build(tmp_path / "b", f"# T\n\n{PLAIN}", EXTENSIONS))["files"] == []


# --- What is put beside the pages --------------------------------------------------------------


def test_the_sessions_of_nox_and_the_pages_use_one_python():
    assert browser_python.PYODIDE == noxfile.PYODIDE


@pytest.fixture(scope="module")
def pyodide(tmp_path_factory) -> Path:
    """A folder that looks like that of the npm package."""
    folder = tmp_path_factory.mktemp("pyodide")
    for name in (*browser_python.NEEDED, "numpy.whl", "README.md"):
        (folder / name).write_text(name)
    return folder


@pytest.fixture(scope="module")
def written(tmp_path_factory, pyodide) -> Path:
    folder = tmp_path_factory.mktemp("out")
    browser_python.write(folder, ROOT, str(pyodide))
    return folder


def test_a_copy_of_pyodide_is_put_beside_the_pages(written):
    copied = {path.name for path in (written / "pyodide").iterdir()}
    assert copied == {*browser_python.NEEDED, "numpy.whl"}


def test_without_a_copy_an_old_one_goes(tmp_path, pyodide):
    browser_python.write(tmp_path, ROOT, str(pyodide))
    browser_python.write(tmp_path, ROOT, "")
    assert not (tmp_path / "pyodide").exists()


def test_the_data_of_the_examples_is_there(written):
    source = ROOT / "docs" / "data" / "hubble-1929.csv"
    assert (written / "python/data/hubble-1929.csv").read_bytes() == source.read_bytes()


def test_the_wheel_is_this_package_and_always_the_same(written, tmp_path, monkeypatch):
    import tinygrad_ko

    (wheel,) = (written / "python").glob("*.whl")
    assert wheel.name == browser_python.wheel_name("tinygrad_ko", tinygrad_ko.__version__)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    browser_python.write_wheel(ROOT, tmp_path)
    assert (tmp_path / wheel.name).read_bytes() == wheel.read_bytes()
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "installed")
    program = "import tinygrad_ko as t; print(t.__version__, t.__file__)"
    answer = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path / "installed",
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert answer.startswith(f"{tinygrad_ko.__version__} {tmp_path / 'installed'}")


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("", browser_python.HOSTED),
        ("https://a.example/pyodide", "https://a.example/pyodide/"),
        ("http://localhost:8000/p/", "http://localhost:8000/p/"),
        ("pyodide/", "pyodide/"),
    ],
)
def test_where_python_comes_from(given, address):
    assert browser_python.runtime_address(given) == address


@pytest.mark.parametrize("given", ["no-such-folder", ".", "ftp://a.example/", "https://"])
def test_an_address_that_is_none_is_refused(given, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    message = rf"'{given}' should be .* but there is no pyodide\.mjs in it: give .* https://cdn"
    with pytest.raises(ConfigError, match=message):
        browser_python.runtime_address(given)


def test_a_folder_of_pyodide_is_copied(pyodide):
    assert browser_python.runtime_address(str(pyodide)) == browser_python.COPY
