"""Where the built site will be read: the canonical links in its pages start with this address."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from sphinx.errors import ConfigError


def site_address(environment: Mapping[str, str], default: str) -> str:
    """Return the address of the folder that holds `ko/` and `en/`, with a slash at its end.

    SITE_URL is whoever publishes the site; READTHEDOCS_CANONICAL_URL is set by Read the Docs,
    and is where the output folder as a whole appears (its `/en/latest/` is not our `en/`).
    """
    for name in ("SITE_URL", "READTHEDOCS_CANONICAL_URL"):
        address = environment.get(name, "").strip()
        if address:
            break
    else:
        name, address = "Documentation of [project.urls] in pyproject.toml", default
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise ConfigError(
            f"{name} is {address!r}, which is not the address of a site: "
            f"give one like https://example.org/docs/"
        )
    return address.rstrip("/") + "/"
