"""Links to other projects' documentation without asking the network what can be linked to.

intersphinx reads `objects.inv` files, which are compressed. What this site links to is listed in
plain text in `docs/_inventories`, and compressed here for each build.
"""

from __future__ import annotations

import re
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx.errors import ConfigError

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.util.typing import ExtensionMetadata

FOLDER = Path(__file__).resolve().parent.parent / "_inventories"
# As in an inventory: name, domain:role, priority, address ($ stands for the name), name shown.
ENTRY = re.compile(r"\S+ [a-z]+:[a-z]+ -?\d+ \S+ \S.*")
HEADER = """\
# Sphinx inventory version 2
# Project: {name}
# Version:
# The remainder of this file is compressed using zlib.
"""


def names_in(inventory: str) -> list[str]:
    """Return what can be linked to in one of the inventories."""
    lines = (FOLDER / f"{inventory}.txt").read_text(encoding="utf-8").splitlines()
    return [line.split()[0] for line in lines if line.strip() and not line.startswith("#")]


def compress(source: Path) -> bytes:
    """Return the content of `objects.inv` for a readable inventory."""
    entries = []
    for number, line in enumerate(source.read_text(encoding="utf-8").splitlines(), 1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        if not ENTRY.fullmatch(text):
            raise ConfigError(
                f"{source}:{number}: {text!r} is no entry of an inventory: write "
                f"`name domain:role 1 address -`, as in `int py:class 1 library/functions.html#$ -`"
            )
        entries.append(text + "\n")
    header = HEADER.format(name=source.stem).encode()
    return header + zlib.compress("".join(entries).encode())


def use_local_inventories(app: Sphinx, config: Config) -> None:
    """Write the inventories beside the doctrees and name them to intersphinx."""
    folder = Path(app.doctreedir) / "inventories"
    folder.mkdir(parents=True, exist_ok=True)
    for name, address in config.local_inventories.items():
        target = folder / f"{name}.inv"
        target.write_bytes(compress(FOLDER / f"{name}.txt"))
        config.intersphinx_mapping[name] = (address, str(target))


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("sphinx.ext.intersphinx")
    app.add_config_value("local_inventories", {}, "env", [dict])
    # Before intersphinx looks at its own configuration (800).
    app.connect("config-inited", use_local_inventories, priority=400)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
