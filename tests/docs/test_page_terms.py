"""One term, one word: the prose of both languages keeps to the glossary and to the style."""

from __future__ import annotations

import ast
import re

import pytest
from babel.messages.pofile import read_po
from pages import CODE, DOCS, ROOT, Page, fail_with, load, names
from terms import ENGLISH, KOREAN, KOREAN_STYLE, ONE_SENTENCE_A_LINE, Term

# The page that tells readers which other words they may know.
GLOSSARY = "glossary.md"
PARTICLES = (
    "은|는|이|가|을|를|의|에|에서|에게|로|으로|와|과|도|만|부터|까지|처럼|보다|이나|마다|"
    "이고|이며|입니다|이면|라면|이라면|라는|이라는|라고|이라고|란|이란|이라"
)
LONELY_PARTICLE = re.compile(rf"{CODE} (?:{PARTICLES})(?=[\s.,:;!?)]|$)")
HANGUL = re.compile("[가-힣]")


def terms_of(language: str) -> list[Term]:
    return KOREAN + KOREAN_STYLE if language == "ko" else ENGLISH


def check_terms(page: Page) -> list[str]:
    """Only the words of the glossary, and none that the style leaves out."""
    terms = terms_of(page.language)
    if page.name == GLOSSARY:
        terms = KOREAN_STYLE if page.language == "ko" else ENGLISH[:2]
    return [
        page.at(line, f"{found[0]!r}; the word is {term.use!r}")
        for line, text in page.prose
        for term in terms
        if (found := term.search(text))
    ]


def check_particles(page: Page) -> list[str]:
    """A particle stands directly after the code or formula that it belongs to."""
    return [
        page.at(line, f"no space between code and its particle: {found[0][1:]!r}")
        for line, text in page.prose
        if page.language == "ko" and (found := LONELY_PARTICLE.search(text))
    ]


def check_sentences(page: Page) -> list[str]:
    """One sentence a line in Korean paragraphs, so that a change shows as one line."""
    paragraphs = {
        following.line
        for opening, following in zip(page.placed, page.placed[1:], strict=False)
        if opening.token.type == "paragraph_open"
    }
    # An option of a directive is one line, however much it says.
    paragraphs -= {line for fence in page.fences for line in fence.option_lines.values()}
    problems = []
    for placed in page.placed:
        if page.language == "ko" and placed.token.type == "inline" and placed.line in paragraphs:
            for line, text in enumerate(placed.token.content.split("\n"), placed.line):
                if ONE_SENTENCE_A_LINE.search(text):
                    problems.append(page.at(line, "two sentences on one line; begin a new line"))
    return problems


def check_strings(where: str, strings: list[tuple[int, str]]) -> list[str]:
    """The words of the glossary, in Korean text that is not on a page."""
    return [
        f"{where}:{line}: {found[0]!r}; the word is {term.use!r}"
        for line, text in strings
        if HANGUL.search(text)
        for term in KOREAN + KOREAN_STYLE
        if (found := term.search(text))
    ]


def strings_of_python(source: str) -> list[tuple[int, str]]:
    return [
        (node.lineno, node.value)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("name", names())
def test_pages_keep_to_the_glossary(name: str, language: str) -> None:
    page = load(name, language)
    fail_with(check_terms(page) + check_particles(page) + check_sentences(page))


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_readme_keeps_to_the_glossary(language: str) -> None:
    path = ROOT / ("README.ko.md" if language == "ko" else "README.md")
    page = Page("readme.md", language, path.read_text(encoding="utf-8"))
    fail_with(check_terms(page) + check_particles(page) + check_sentences(page))


def test_figures_and_the_catalogue_keep_to_the_glossary() -> None:
    strings = {
        path: strings_of_python(path.read_text(encoding="utf-8"))
        for path in sorted((DOCS / "figures").rglob("*.py"))
    }
    for path in sorted((DOCS / "locale" / "ko").rglob("*.po")):
        with path.open("rb") as file:
            strings[path] = [(m.lineno or 1, str(m.string)) for m in read_po(file) if m.id]
    assert {path.suffix for path in strings} == {".py", ".po"}
    fail_with(
        [
            problem
            for path, found in strings.items()
            for problem in check_strings(path.relative_to(ROOT).as_posix(), found)
        ]
    )


def test_the_words_to_use_are_in_the_glossary() -> None:
    glossary = (DOCS / "ko" / GLOSSARY).read_text(encoding="utf-8")
    general = {"브라우저"}
    assert [
        term.use for term in KOREAN if term.use not in glossary and term.use not in general
    ] == []


def samples_of(term: Term) -> str:
    return ", ".join(term.samples)


@pytest.mark.parametrize(
    "term", [*KOREAN, *KOREAN_STYLE, *ENGLISH, ONE_SENTENCE_A_LINE], ids=samples_of
)
def test_a_term_finds_its_samples_and_not_itself(term: Term) -> None:
    assert term.samples
    assert [sample for sample in term.samples if not term.search(sample)] == []
    assert not term.search(term.use)


@pytest.mark.parametrize(
    "text",
    [
        "변화도 작고 이것도 함수이며 전에지나간 확인자입니다.",
        "값을 구합니다.",
        "참조 카운트(reference count, 참조 횟수)를 봅니다.",
        "다음을 실행해 보세요.",
        "기울기가 커집니다...",
    ],
)
def test_good_korean_is_left_alone(text: str) -> None:
    page = Page("a.md", "ko", f"# 제목\n\n{text}\n")
    assert check_terms(page) == check_sentences(page) == []


@pytest.mark.parametrize(
    "text",
    [
        "자코비안입니다.",
        "## 자코비안",
        "> 자코비안",
        "| a |\n|---|\n| 자코비안 |",
        "```{plot} x\n:alt: 자코비안\n```",
        "````{solution} 자코비안\n````",
        "```{plot} x\n:alt: 그림\n\n자코비안\n```",
        ":::{note}\n- *자코비안*\n:::",
        "[자코비안](#a)",
        "```{image} x.png\n:alt: 자코비안\n```",
        "```{graph} x\n:alt: 그림\n:caption: *자코비안*\nx = 1\n```",
        "```{literalinclude} x.py\n:caption: 자코비안\n```",
    ],
)
def test_a_wrong_word_is_found_wherever_it_is_read(text: str) -> None:
    assert len(check_terms(Page("a.md", "ko", f"# 제목\n\n{text}\n"))) == 1
    assert check_terms(Page(GLOSSARY, "ko", f"# 제목\n\n{text}\n")) == []


def test_a_wrong_word_is_reported_on_its_line() -> None:
    text = "---\ndescription: 설명\n---\n# 제목\n\n첫째 줄입니다.\n`자코비안`과 자코비안입니다.\n"
    assert check_terms(Page("a.md", "ko", text)) == [
        "docs/ko/a.md:7: '자코비안'; the word is '야코비 행렬'"
    ]
    assert check_terms(Page("a.md", "ko", text.replace(": 설명", ": 자코비안 행렬")))[0].startswith(
        "docs/ko/a.md:2: "
    )
    assert check_terms(Page("a.rst", "ko", "제목\n====\n\n``자코비안``, 자코비안\n")) == [
        "docs/ko/a.rst:4: '자코비안'; the word is '야코비 행렬'"
    ]
    assert len(check_terms(Page("a.md", "en", "It is simply a compute graph.\n"))) == 2


@pytest.mark.parametrize("text", ["`Variable` 은 상자", "값은 $y$ 에서", "*`x`* 는", "`f`\n는"])
def test_a_particle_torn_from_its_code_is_found(text: str) -> None:
    found = check_particles(Page("a.md", "ko", text))
    assert len(found) == (0 if "\n" in text else 1)
    assert check_particles(Page("a.md", "ko", "`Variable`은 `f` 함수, `g` 이후, `h` 의미")) == []


def test_two_sentences_on_a_line_are_found() -> None:
    table = "| 넷입니다. 다섯입니다. |\n|---|\n| 여섯입니다. 일곱입니다. |\n"
    text = f"하나입니다.\n둘입니다. 셋입니다.\n\n{table}"
    assert check_sentences(Page("a.md", "ko", text)) == [
        "docs/ko/a.md:2: two sentences on one line; begin a new line"
    ]


def test_a_caption_of_two_sentences_is_one_line() -> None:
    text = "```{graph} x\n:caption: 하나입니다. 둘입니다.\n# 셋입니다. 넷입니다.\n```\n"
    assert check_sentences(Page("a.md", "ko", text)) == []
    assert check_particles(Page("a.md", "ko", text.replace("하나", "`x` 는 하나"))) == [
        "docs/ko/a.md:2: no space between code and its particle: ' 는'"
    ]


def test_wrong_words_in_figures_are_found() -> None:
    source = 'TEXT = {\n    "ko": {"x": "러닝 레이트"},\n    "en": {"x": "learning rate"},\n}\n'
    assert check_strings("f.py", strings_of_python(source)) == [
        "f.py:2: '러닝 레이트'; the word is '학습률'"
    ]
