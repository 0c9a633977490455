"""Search in Korean: pairs of syllables stand in the index, and particles leave the query.

Korean glues particles to its nouns and writes compounds with spaces or without, so whole words
find little. A page is indexed by every pair of neighbouring syllables; a word of the query has to
find all its pairs. `korean_search.js` does to the query what `terms` does to the pages.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx.search import SearchLanguage

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

# Nouns of one syllable that pages such as these speak of. Others look like the first half of a
# longer noun: 의 ends 정의, and 이 ends 차이.
NOUNS = "값 합 곱 축 힙 층 식 점 열 행 칸 몫 표 답 뜻 틀 선 면".split()

# Case and the like, and what may follow it: 에서 and 는 in 에서는.
CASES = (
    "에게서 에서 에게 한테 으로서 으로써 으로 로서 로써 로 에 와 과 이랑 랑 하고 처럼 만큼 보다 "
    "마다 부터 까지 로부터 으로부터 에서부터 대로 밖에 만 씩 끼리"
).split()
TOPICS = "은 는 도 만 의 이 가 을 를 나 이나 라도".split()
# Forms of 이다 and of 라고 하다.
COPULAS = (
    "이다 입니다 이며 이고 이지만 이면 이라면 이라서 이라 이라는 라는 이라고 라고 이란 란 인 인가 "
    "인지 인데 일 임 이었다 였다 이므로 이든 든지 이거나 이어야 여야 이야 이죠 이에요 예요 인가요"
).split()
# Verbs made of a noun: 하다, 되다, 시키다.
VERBS = (
    "하다 하는 하기 하면 하고 하여 하며 하지 하게 하도록 하려면 하려고 하거나 하므로 하던 하자 "
    "하세요 합니다 한다 했다 했습니다 한 할 함 해 해서 해야 해도 하지만 하나요 할까요 "
    "되다 되는 되기 되면 되고 되어 되며 되지 되도록 되거나 됩니다 된다 됐다 된 될 됨 돼 돼서 "
    "되나요 시키다 시키는 시키기 시키면 시키고 시킨다 시킵니다 시킨 시킬 시켜"
).split()
# Words of a question that name nothing.
ASKING = (
    "무엇 무엇인가 무엇인가요 무엇입니까 뭐 뭐야 뭔가요 뭔지 어떻게 왜 언제 어디 어떤 "
    "하나요 되나요 있나요 인가요 하는 하는가 대해 대한 대하여 관한 위한 및 또는 그리고 있는 없는 "
    "방법 차이 이유"
).split()
# Nouns whose last syllable is no particle.
WHOLE = "정확도 복잡도 순서도".split()


def either(words: list[str]) -> str:
    """A regular expression for one of some words."""
    return f"(?:{'|'.join(words)})"


# These mean the same in Python and in JavaScript, which gets them from here.
ENDING = (
    f"(?:들)?(?:{either(CASES)}?{either(TOPICS)}|{either(CASES)}|{either(COPULAS)}|{either(VERBS)})"
    f"|들"
)
# The shortest beginning of a word that is followed by an ending or nothing: by the longest ending.
STEM = f"^({either(WHOLE)}|{either(NOUNS)}|[가-힣]{{2,}}?)(?:{ENDING})?$"
# What is left out of a query, unless nothing else is in it.
EMPTY = f"^(?:{ENDING}|{either(ASKING)})$"
WORD = re.compile(r"[가-힣]+|(?:(?![가-힣])\w)+")
PHRASE = re.compile(r"[가-힣]+(?:\s+[가-힣]+)*")
_stem = re.compile(STEM)

CODE = Path(__file__).with_suffix(".js")


def stem_of(word: str) -> str:
    """A word of Hangul without its particles and endings; it keeps two syllables, or is a noun."""
    found = _stem.match(word)
    return found[1] if found else word


def terms(text: str) -> Iterator[str]:
    """What a text is found by, with repetitions.

    A pair that a space divides keeps the space: 계산그래프 finds "계산 그래프", and 의미 no "정의
    미정". The last pair of a word goes one syllable into its ending, which may be none.
    """
    for phrase in PHRASE.findall(text):
        words = phrase.split()
        stems = [stem_of(word) for word in words]
        for word, stem in zip(words, stems, strict=True):
            yield from (word[at : at + 2] for at in range(min(len(stem), len(word) - 1)))
            if len(stem) == 1:
                yield stem
            elif len(stem) > 2 and stem[-1] in NOUNS:
                yield stem[-1]
        for (word, stem), following in pairwise(zip(words, stems, strict=True)):
            if word == stem and is_noun(stem) and is_noun(following[1]):
                yield f"{stem[-1]} {following[1][0]}"
    for word in WORD.findall(text):
        if not "가" <= word[0] <= "힣":
            yield from names(word)


def is_noun(stem: str) -> bool:
    """Whether a stem may be a part of a compound; errs on the side of yes."""
    return stem in NOUNS or (len(stem) > 1 and stem[-1] not in "은는을를게며")


def names(word: str) -> Iterator[str]:
    """A Latin word, and the parts of a name that underscores divide."""
    yield word
    if "_" in word.strip("_"):
        yield from filter(None, word.split("_"))


class SearchKorean(SearchLanguage):
    """What Sphinx asks when it makes the index of the Korean site."""

    lang = "ko"
    language_name = "Korean"

    def __init__(self, options: dict[str, str]) -> None:
        super().__init__(options)
        self.js_splitter_code = query_code()

    def split(self, input: str) -> list[str]:
        return list(terms(input))

    def word_filter(self, word: str) -> bool:
        # As 1_000 is in code.
        return not word.replace("_", "").isdigit()


def query_code() -> str:
    """The JavaScript for queries, with the words and expressions of this module."""
    code = CODE.read_text(encoding="utf-8")
    for name, value in {"STEM": STEM, "EMPTY": EMPTY}.items():
        place = f'"{name} of korean_search.py"'
        if place not in code:
            raise ValueError(f"{CODE.name} has no place for {name}: write {place} in it")
        code = code.replace(place, json.dumps(value, ensure_ascii=False))
    return code


def setup(app: Sphinx) -> ExtensionMetadata:
    app.add_search_language(SearchKorean)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
