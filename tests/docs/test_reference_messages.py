"""The API reference is Korean where the page is: every docstring's translation, and its markup."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree

import pytest
import reference_messages
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from docutils import nodes
from docutils.core import publish_doctree
from docutils.parsers.rst import roles
from pages import DOCS, fail_with
from reference_messages import (
    PAGES,
    WIDTH,
    Messages,
    columns,
    extract,
    field,
    messages_in,
    path_of,
    read_korean_pages,
    render,
    update,
    update_all,
)
from sphinx.util.docutils import docutils_namespace

from tinygrad_ko import functions

HANGUL = re.compile("[가-힣]")
WORD = re.compile(r"[A-Za-z]{3,}")
# What needs no Korean: a type, the year of a publication, a formula.
ALONE = re.compile(r"(?:\ufffc|[\s,.])*")
PUBLISHED = re.compile(r"\b(?:19|20)\d\d\b")
MARKUP = re.compile(r"[`*|\\]")
REMEDY = r"between markup and a letter write \\ and a space"
NUMBER = re.compile(r"\d+(?:\.\d+)*")
FORMULA_WORDS = frozenset(functions.__all__) | {"ddof", "index", "ln"}
QUOTED = re.compile('"[^"]+"')
BOOK = "Deep Learning from Scratch 3"
ROLES = ("py:class", "py:data", "py:func", "py:meth", "py:obj", "py:attr", "py:exc", "term", "ref")
# Sphinx gives what it did not translate a class of this name.
MARKING = ("-D", "translation_progress_classes=untranslated")
LOOK = "Run `python docs/messages.py`, which updates the catalogues, and translate what it names."


def parse(text: str) -> tuple[nodes.document, str]:
    """A text as docutils reads it, and what it complains about."""

    def as_literal(name: str, raw: str, *_: object, **__: object) -> tuple[list[nodes.Node], list]:
        return [nodes.literal(raw, raw)], []

    with docutils_namespace():
        for role in ROLES:
            roles.register_local_role(role, as_literal)  # type: ignore[arg-type]
        settings = {"report_level": 5, "_disable_config": True}
        document = publish_doctree(
            f".. default-role:: literal\n\n{text}\n", settings_overrides=settings
        )
    problems = [message.astext() for message in document.findall(nodes.system_message)]
    return document, "; ".join(problems)


def inline_markup(document: nodes.document) -> set[str]:
    """Code, roles, emphasis and links."""
    kinds = (nodes.literal, nodes.strong, nodes.emphasis, nodes.reference, nodes.title_reference)
    return {node.astext() for node in document.findall() if isinstance(node, kinds)}


def prose(document: nodes.document) -> str:
    """The text without code and roles, of which one sign is left."""
    copy = document.deepcopy()
    for node in list(copy.findall(nodes.literal)):
        node.replace_self(nodes.Text("\ufffc"))
    return " ".join(node.astext() for node in copy.children)


def may_stay_english(text: str) -> bool:
    """Whether a message has no words to translate."""
    if ALONE.fullmatch(text) or PUBLISHED.search(text):
        return True
    return " = " in text and set(WORD.findall(text)) <= FORMULA_WORDS


def check_translation(original: str, translation: str) -> list[str]:
    """What a translation lacks, or has too much."""
    if not translation:
        return ["it is not translated"]
    problems = []
    # In its docstring the original is a paragraph, whatever its first signs would make of it here.
    source, _ = parse(rf"\ {original}")
    document, complaint = parse(translation)
    if complaint:
        problems.append(complaint)
    blocks = [child for child in document.children if not isinstance(child, nodes.comment)]
    if [type(block) for block in blocks] != [nodes.paragraph]:
        problems.append(r"it is not one paragraph: a beginning such as `R. ` needs a `\`")
    before, after = inline_markup(source), inline_markup(document)
    problems += [f"it has lost {code}" for code in sorted(before - after)]
    problems += [f"it has {code}, which the original has not" for code in sorted(after - before)]
    source_text, text = prose(source), prose(document)
    if not HANGUL.search(translation) and not may_stay_english(source_text):
        problems.append("it holds no Korean")
    stray = Counter(MARKUP.findall(text)) - Counter(MARKUP.findall(source_text))
    problems += [f"{sign} is left in the text: {REMEDY}" for sign in stray]
    numbers = set(NUMBER.findall(source_text)) - set(NUMBER.findall(text))
    problems += [f"it has lost the number {number}" for number in sorted(numbers)]
    titles = [title for title in QUOTED.findall(source_text) if BOOK not in title]
    problems += [f"it has lost the title {title}" for title in titles if title not in text]
    return problems


def check_catalogue(page: str, text: str, messages: Messages) -> list[str]:
    """What a page's catalogue lacks, or holds in vain."""
    catalogue = read_po(text.encode().splitlines(keepends=True), locale="ko")
    present = {str(message.id): message for message in catalogue if message.id}
    where = f"{path_of(page).name}: "
    problems = [f"{where}{gone!r} is in no docstring" for gone in present.keys() - messages.keys()]
    problems += [f"{where}{old!r} is obsolete" for old in catalogue.obsolete]
    for original, owner in messages.items():
        at = f"{where}{original!r} of {owner}: "
        message = present.get(original)
        if message is None:
            problems.append(f"{at}it is missing")
            continue
        if message.fuzzy:
            problems.append(f"{at}it is fuzzy: read it again, and take the mark away")
        problems += [at + found for found in check_translation(original, str(message.string))]
    if not problems and text != render(page, update(catalogue, messages)):
        problems.append(f"{where}it is not laid out as `python docs/messages.py` does it")
    return problems


@pytest.fixture(scope="module")
def found() -> Mapping[str, Messages]:
    return extract()


def test_every_reference_page_with_docstrings_has_a_catalogue(
    found: Mapping[str, Messages],
) -> None:
    assert {"core", "functions", "transforms"} < set(found)
    assert sum(map(len, found.values())) > 600
    assert {path.stem for path in PAGES.iterdir() if path.suffix == ".po"} == set(found), LOOK


def test_the_catalogues_are_complete(found: Mapping[str, Messages]) -> None:
    problems = []
    for page, messages in found.items():
        assert path_of(page).is_file(), LOOK
        problems += check_catalogue(page, path_of(page).read_text(encoding="utf-8"), messages)
    fail_with([*problems, LOOK] if problems else [])


def left_in_english(folder: Path) -> list[str]:
    """What Sphinx did not translate in the docstrings, on pages that it wrote as XML."""
    marked = (
        element
        for path in sorted(folder.rglob("*.xml"))
        for docstring in ElementTree.parse(path).iter("desc_content")
        for element in docstring.iter()
        if "untranslated" in element.get("classes", "").split()
    )
    texts = (" ".join("".join(element.itertext()).split()) for element in marked)
    return [text for text in texts if not HANGUL.search(text) and not may_stay_english(text)]


def test_no_docstring_is_left_in_english_on_the_pages(tmp_path: Path) -> None:
    read_korean_pages("xml", tmp_path, *MARKING)
    assert sorted(path.stem for path in tmp_path.rglob("*.xml")) == sorted(
        path.stem for path in (DOCS / "ko" / "reference").glob("*.rst")
    )
    assert left_in_english(tmp_path) == []


def test_a_docstring_left_in_english_is_found(tmp_path: Path) -> None:
    catalogue = Catalog(locale="ko")
    catalogue.add("If there is no mode of that name.", "그런 이름의 모드가 없을 때.")
    path = tmp_path / "ko" / "LC_MESSAGES" / "reference" / "modes.po"
    path.parent.mkdir(parents=True)
    path.write_text(render("modes", catalogue), encoding="utf-8")
    one_page = ("-D", "root_doc=reference/modes", "-D", "include_patterns=reference/modes.rst")
    read_korean_pages("xml", tmp_path, *MARKING, *one_page, "-D", f"locale_dirs={tmp_path}")
    found = left_in_english(tmp_path)
    assert "Compute without recording, as a context manager or as a decorator." in found
    assert "If there is no mode of that name." not in found


# --- That the checks find what is wrong --------------------------------------------------------

ORIGINAL = 'Of the shape of `x`, see ``np.sum`` and :py:class:`~a.B`; step 18 of "A title".'
KOREAN = (
    '형상은 `x`\\ 와 같습니다. ``np.sum``\\ 과 :py:class:`~a.B`\\ 를 보세요. "A title", 18단계.'
)
SHORT = "Of any shape."
MESSAGES = {ORIGINAL: "a.f", SHORT: "a.g"}
TRANSLATIONS = {ORIGINAL: KOREAN, SHORT: "형상은 아무것이나 됩니다."}


def catalogue_of(translations: Mapping[str, str]) -> str:
    """The text of a catalogue with these translations."""
    catalogue = update(Catalog(locale="ko"), dict.fromkeys(translations, "a.f"))
    for original, korean in translations.items():
        catalogue[original].string = korean
    return render("page", update(catalogue, MESSAGES))


def test_a_complete_catalogue_has_no_problem() -> None:
    text = catalogue_of(TRANSLATIONS)
    assert text.count("msgstr") == 1 + len(MESSAGES)
    assert check_catalogue("page", text, MESSAGES) == []


@pytest.mark.parametrize(
    ("translation", "problem"),
    [
        ("", "it is not translated"),
        (ORIGINAL, "it holds no Korean"),
        (KOREAN.replace("`x`\\ 와", "입력과"), "it has lost x"),
        (KOREAN.replace("`x`\\ ", "`x`"), "it has lost x"),
        (KOREAN.replace("B`\\ ", "B`"), f"` is left in the text: {REMEDY}"),
        (KOREAN.replace("`x`", "`y`"), "it has y, which the original has not"),
        (KOREAN.replace("np.sum", "np.합"), "it has lost np.sum"),
        (KOREAN.replace(":py:class:`~a.B`", "`B`"), "it has lost :py:class:`~a.B`"),
        (KOREAN.replace("py:class", "py:func"), "it has lost :py:class:`~a.B`"),
        (KOREAN.replace(":py:class:", ":py:klass:"), "it has lost :py:class:`~a.B`"),
        (KOREAN.replace("A title", "제목"), 'it has lost the title "A title"'),
        (KOREAN.replace("18", "17"), "it has lost the number 18"),
        (f"{KOREAN} **끝", f"* is left in the text: {REMEDY}"),
        (f"- {KOREAN}", "it is not one paragraph: a beginning such as `R. ` needs a `\\`"),
    ],
)
def test_a_damaged_translation_is_found(translation: str, problem: str) -> None:
    text = catalogue_of({**TRANSLATIONS, ORIGINAL: translation})
    expected = f"page.po: {ORIGINAL!r} of a.f: {problem}"
    assert expected in check_catalogue("page", text, MESSAGES)


def test_what_is_missing_or_gone_or_fuzzy_is_found() -> None:
    text = catalogue_of(TRANSLATIONS)
    changed = {ORIGINAL: "a.f", "Of any shape at all.": "a.g"}
    assert check_catalogue("page", text, changed) == [
        "page.po: 'Of any shape.' is in no docstring",
        "page.po: 'Of any shape at all.' of a.g: it is missing",
    ]
    catalogue = update(read_po(text.encode().splitlines(keepends=True), locale="ko"), changed)
    # The nearest translation is kept, for someone to read it again.
    assert catalogue["Of any shape at all."].string == "형상은 아무것이나 됩니다."
    assert check_catalogue("page", render("page", catalogue), changed) == [
        "page.po: 'Of any shape at all.' of a.g: it is fuzzy: read it again, and take the mark away"
    ]
    obsolete = f'{text}\n#~ msgid "Of old."\n#~ msgstr "옛것입니다."\n'
    assert check_catalogue("page", obsolete, MESSAGES) == ["page.po: 'Of old.' is obsolete"]


def test_a_layout_of_another_kind_is_found() -> None:
    text = catalogue_of(TRANSLATIONS).replace("#: a.g\n", "")
    assert check_catalogue("page", text, MESSAGES) == [
        "page.po: it is not laid out as `python docs/messages.py` does it"
    ]


@pytest.mark.parametrize(
    ("text", "may"),
    [
        (":py:class:`int`", True),
        (":py:class:`int` or :py:obj:`None`", False),
        ("y = sin x.", True),
        ("y = the sum.", False),
        ('Author, "On something", Journal of Things 7 (1964).', True),
        ("Of any shape.", False),
    ],
)
def test_only_types_formulas_and_publications_stay_as_they_are(text: str, may: bool) -> None:
    assert (check_translation(text, text) == []) is may


def test_a_long_message_is_laid_out_in_lines_that_join_to_it_again() -> None:
    long = f'A "quoted" sentence. {"word " * 40}end: \\ done. ' + "가나다 " * 30
    lines = field("msgid", long)
    assert lines[:3] == ['msgid ""', '"A \\"quoted\\" sentence."', lines[2]]
    assert len(lines) > 6
    assert max(map(columns, lines)) <= WIDTH + 4
    assert read_po([line.encode() for line in [*lines, 'msgstr "x"']]).get(long) is not None
    assert field("msgstr", "") == ['msgstr ""']


TEMPLATE = """
#: ../../ko/reference/core.rst:11
msgid "Text of the page."
msgstr ""

#: ../../../tinygrad_ko/core.py:docstring of tinygrad_ko.core.Variable:7
#: ../../../tinygrad_ko/core.py:docstring of tinygrad_ko.core.Parameter:3
msgid "A number."
msgstr ""

#: ../../../tinygrad_ko/core.py:docstring of tinygrad_ko.core.Variable:0
msgid "인수"
msgstr ""

#: ../../../tinygrad_ko/core.py:docstring of tinygrad_ko.core.Variable:9
msgid "* One. * Two."
msgstr ""
"""


def test_only_docstrings_are_to_be_translated() -> None:
    template = read_po(TEMPLATE.encode().splitlines(keepends=True))
    assert messages_in(template) == {"A number.": "tinygrad_ko.core.Variable"}


def test_the_update_keeps_translations_and_says_what_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reference_messages, "PAGES", tmp_path)
    monkeypatch.setattr(reference_messages, "extract", lambda: {"page": MESSAGES})
    (tmp_path / "gone.po").touch()
    (tmp_path / "page.po").write_text(catalogue_of({SHORT: TRANSLATIONS[SHORT]}), encoding="utf-8")
    assert update_all() == {"page": (2, 1)}
    assert [path.name for path in tmp_path.iterdir()] == ["page.po"]
    written = (tmp_path / "page.po").read_text(encoding="utf-8")
    assert TRANSLATIONS[SHORT] in written
    assert update_all() == {"page": (2, 1)}
    assert (tmp_path / "page.po").read_text(encoding="utf-8") == written
