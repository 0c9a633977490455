"""Where the built site will be read: the canonical links in its pages start with this address."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from sphinx.errors import ConfigError
from twins import LANGUAGES

# Where a reader is sent whose language is none of ours.
DEFAULT = "en"


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


def page_address(root: str, language: str, page: str) -> str:
    """Return the whole address of a page in a language, for a site whose address is `root`."""
    # A folder's address is the same with and without index.html; one of the two is canonical.
    folder, _, name = page.rpartition("/")
    file = "" if name == "index" else f"{name}.html"
    return f"{root}{language}/{folder}{'/' if folder else ''}{file}"


def alternates(root: str, page: str) -> Iterator[tuple[str, str]]:
    """Yield the languages of a page with its addresses, and the one for all other languages."""
    for language in LANGUAGES:
        yield language, page_address(root, language, page)
    # The page at the root chooses between the first pages.
    yield "x-default", root if page == "index" else page_address(root, DEFAULT, page)
