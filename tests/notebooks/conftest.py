"""The built site: `nox -s notebooks` builds it, and says in the variable SITE where it is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def site() -> Path:
    """The folder of the built site."""
    folder = os.environ.get("SITE")
    if not folder or not Path(folder, "ko", "index.html").is_file():
        pytest.fail(f"SITE={folder} holds no built site: run `nox -s notebooks`", pytrace=False)
    return Path(folder)
