"""Brings the Korean catalogues of the API reference up to date with the docstrings.

`python docs/messages.py` keeps the translations, and says what has to be translated.
"""

from __future__ import annotations

import sys
from pathlib import Path

DOCS = Path(__file__).resolve().parent
sys.path.insert(0, str(DOCS / "_ext"))

from reference_messages import path_of, update_all  # noqa: E402


def main() -> None:
    """Update the catalogues, and print a line for each."""
    for page, (count, waiting) in update_all().items():
        where = path_of(page).relative_to(DOCS.parent).as_posix()
        state = f"{waiting} to translate" if waiting else "all translated"
        print(f"{where}: {count} messages, {state}")


if __name__ == "__main__":
    main()
