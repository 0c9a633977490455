"""Names in examples lead to the reference, by sphinx-codeautolink, which follows the imports.

It also links every name that holds the result of a call to the class of the result: `x`, after
``x = Variable(3.0)``, to Variable. Those links say nothing new, and there is one in each line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sphinx_codeautolink.extension as codeautolink
from inventories import names_in
from sphinx_codeautolink.extension.resolve import CouldNotResolve, resolve_location

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.util.typing import ExtensionMetadata
    from sphinx_codeautolink.parse import Name

CALL = "()"


def resolve_named(name: Name, inventory: Mapping[str, str]) -> str:
    """Resolve what a name was imported as, or a part of it, but not the result of a call."""
    if name.import_components[-1:] == [CALL]:
        raise CouldNotResolve
    return resolve_location(name, inventory)


def configure(_: Sphinx, config: Config) -> None:
    # A page imports at its first example, and the later ones go on from there.
    config.codeautolink_concat_default = True
    # What everyone knows, such as print and range, would only be so many stops on the way of a
    # reader who goes through the page by keyboard.
    config.codeautolink_inventory_map = dict.fromkeys(names_in("python"), "")


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("inventories")
    app.setup_extension("sphinx_codeautolink")
    codeautolink.resolve_location = resolve_named
    app.connect("config-inited", configure)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
