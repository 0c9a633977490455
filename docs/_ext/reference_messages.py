"""The docstrings of the API reference as messages to translate, and the catalogues that hold them.

The Korean reference takes its text from the docstrings, which are English. Each page has a
catalogue, docs/locale/ko/LC_MESSAGES/reference/<page>.po, which Sphinx reads when it builds the
page. `docs/messages.py` brings the catalogues up to date, and the tests say what they lack.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

DOCS = Path(__file__).resolve().parent.parent
CATALOGUES = DOCS / "locale" / "ko" / "LC_MESSAGES"
# The words that Sphinx itself puts on a page, such as the headings of sections.
INTERFACE = CATALOGUES / "sphinx.po"
PAGES = CATALOGUES / "reference"

# What to translate on one page, in the order of the page, and the object that says it first.
Messages = Mapping[str, str]

HEADER = """\
# The docstrings on the page reference/{page} in Korean, in the order of the page.
# `python docs/messages.py` adds what is new, and keeps what is translated.
msgid ""
msgstr ""
"Project-Id-Version: tinygrad_ko\\n"
"Language: ko\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"
"""
WIDTH = 92  # in columns, of which a letter of Hangul takes two
SENTENCE = re.compile(r"(?<=[.;:!?])(?= \S)")
WORD = re.compile(r"\s*\S+|\s+")


def read(path: Path) -> Catalog:
    """The catalogue in a file, or an empty one."""
    if not path.is_file():
        return Catalog(locale="ko")
    with path.open("rb") as file:
        return read_po(file, locale="ko")


# --- From the docstrings -----------------------------------------------------------------------


def read_korean_pages(builder: str, out: Path, *options: str) -> None:
    """Let Sphinx read the Korean reference, without the other pages, which would take long.

    Links to those lead nowhere then, which the build of the whole site looks after.
    """
    command = [
        *(sys.executable, "-m", "sphinx", "-q", "--no-color", "-b", builder),
        *("-c", str(DOCS), "-t", "ko", "-d", str(out / "doctrees")),
        *("-D", "root_doc=reference/index", "-D", "include_patterns=reference/**", *options),
        *(str(DOCS / "ko"), str(out)),
    ]
    environment = {**os.environ, "PYTHONUTF8": "1", "PYTHONWARNINGS": "ignore"}
    done = subprocess.run(
        command, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    if done.returncode != 0:
        raise RuntimeError(f"Sphinx could not read the reference pages:\n{done.stderr}")


def extract() -> dict[str, Messages]:
    """The messages of each reference page, as the Korean build will look them up.

    Sphinx collects them from the Korean pages, whose own text is Korean already and stays out.
    """
    with tempfile.TemporaryDirectory() as folder:
        read_korean_pages("gettext", Path(folder))
        templates = sorted(Path(folder, "reference").glob("*.pot"))
        found = {path.stem: messages_in(read(path)) for path in templates}
    return {page: messages for page, messages in found.items() if messages}


def messages_in(template: Catalog) -> Messages:
    """What comes from docstrings in a template that Sphinx wrote."""
    translated_by_sphinx = {str(message.string) for message in read(INTERFACE) if message.id}
    return {
        str(message.id): owners[0]
        for message in template
        if message.id
        and message.id not in translated_by_sphinx
        and not str(message.id).startswith("* ")  # a list, whose items are messages too
        and (owners := list(owners_of(message)))
    }


def owners_of(message: Message) -> Iterator[str]:
    """The objects whose docstrings hold a message; none for the text of the page itself.

    Sphinx writes `<file>:docstring of <object>:<line>`, of which Babel, which parts places at
    spaces, leaves the object and the line.
    """
    for place, line in message.locations:
        if line is not None and not place.endswith((".rst", ".md")):
            yield place


# --- To the catalogues -------------------------------------------------------------------------


def update(catalogue: Catalog, messages: Messages) -> Catalog:
    """The catalogue with these messages and no others, each with its translation if it has one.

    A message that is new, but much like one that is gone, gets its translation, marked as fuzzy:
    someone has to read it again.
    """
    template = Catalog(locale="ko")
    for text, owner in messages.items():
        template.add(text, locations=[(owner, 0)])
    catalogue.update(template, update_header_comment=False)
    return catalogue


def render(page: str, catalogue: Catalog) -> str:
    """The text of a catalogue's file: the same for the same messages, on every machine."""
    blocks = [HEADER.format(page=page)]
    for message in catalogue:
        if not message.id:
            continue
        lines = [f"# {comment}" for comment in message.user_comments]
        lines += [f"#: {place}" for place, _ in message.locations[:1]]
        lines += ["#, fuzzy"] if message.fuzzy else []
        lines += [f"#| {line}" for old in message.previous_id for line in field("msgid", old)]
        lines += field("msgid", str(message.id)) + field("msgstr", str(message.string or ""))
        blocks.append("\n".join(lines) + "\n")
    return "\n".join(blocks)


def field(keyword: str, text: str) -> list[str]:
    """A field of a message: on one line if it is short, otherwise each sentence on its own."""
    lines = [line for sentence in SENTENCE.split(text) for line in wrap(sentence)]
    quoted = ['"' + line.replace("\\", r"\\").replace('"', r"\"") + '"' for line in lines]
    if len(quoted) <= 1:
        return [" ".join([keyword, *(quoted or ['""'])])]
    return [f'{keyword} ""', *quoted]


def wrap(sentence: str) -> Iterator[str]:
    """The sentence in lines that can be read; joined, they are the sentence again."""
    line = ""
    for word in WORD.findall(sentence):
        if line and columns(line + word) > WIDTH:
            yield line
            line = ""
        line += word
    if line:
        yield line


def columns(text: str) -> int:
    """The width of a text: a letter of Hangul is as wide as two others."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def path_of(page: str) -> Path:
    """Where the catalogue of a reference page is."""
    return PAGES / f"{page}.po"


def update_all() -> dict[str, tuple[int, int]]:
    """Write all catalogues anew; how many messages each has, and how many wait for someone."""
    counts = {}
    found = extract()
    for page, messages in found.items():
        catalogue = update(read(path_of(page)), messages)
        path_of(page).parent.mkdir(parents=True, exist_ok=True)
        path_of(page).write_text(render(page, catalogue), encoding="utf-8")
        waiting = [message for message in catalogue if message.id and is_waiting(message)]
        counts[page] = len(messages), len(waiting)
    for path in PAGES.glob("*.po"):
        if path.stem not in found:
            path.unlink()
    return counts


def is_waiting(message: Message) -> bool:
    """Whether someone has to translate a message, or to read its translation again."""
    return message.fuzzy or not message.string
