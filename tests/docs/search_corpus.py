"""What readers may look for, and what they should find: the measure of the search.

Each line is a query and what follows from it: the page that it is meant for, which has to be among
the first results, and what a page must say to be worth finding, as regular expressions that all
have to be in its text. They are written for this purpose, by what the words mean, and know nothing
of how the search works.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Query:
    """A query with the page it is meant for and what relevant pages say."""

    language: str
    words: str
    page: str
    says: tuple[str, ...]

    def is_answered_by(self, text: str) -> bool:
        """Whether a page with this text is worth finding."""
        return all(re.search(pattern, text, re.IGNORECASE) for pattern in self.says)


KOREAN = r"""
# Words of two and three syllables, alone and with particles
변수 | concepts/variable-and-function | 변수
변수를 | concepts/variable-and-function | 변수
변수에서는 | concepts/variable-and-function | 변수
함수의 | concepts/variable-and-function | 함수
미분 | glossary | 미분
미분하는 | glossary | 미분
기울기가 | glossary | 기울기
행렬로 | glossary | 행렬
형상은 | glossary | 형상
텐서 | glossary | 텐서
역전파 | concepts/chain-rule | 역전파
역전파란 | concepts/chain-rule | 역전파
역전파는 무엇인가요 | concepts/chain-rule | 역전파
편미분 | concepts/partial-derivatives | 편미분
학습률을 | glossary | 학습률
세대 | concepts/topological-sort | 세대
재귀 | concepts/topological-sort | 재귀
성능 | performance | 성능
비용 | performance | 비용
설치 방법 | start/install | 설치
데코레이터 | glossary | 데코레이터
정확도 | glossary | 정확도
가중치들의 | glossary | 가중치
그림 | reference/graph | 그림
범위 | reference/functions | 범위
# One syllable
축 | reference/array-functions | (?<![압구단건])축(?!소|약)
축을 | reference/array-functions | (?<![압구단건])축(?!소|약)
힙에서 | concepts/topological-sort | \b힙
# Compounds, written together or with spaces, and words inside them
참조카운트 | concepts/cpython-memory | 참조\s*카운트
참조 카운트 | concepts/cpython-memory | 참조\s*카운트
참조카운트를 | concepts/cpython-memory | 참조\s*카운트
카운트 | concepts/cpython-memory | 카운트
순환참조 | concepts/cpython-memory | 순환\s*참조
순환 참조가 | concepts/cpython-memory | 순환\s*참조
약한참조 | concepts/cpython-memory | 약한\s*참조
가비지컬렉션 | concepts/cpython-memory | 가비지\s*컬렉션
메모리누수 | concepts/cpython-memory | 메모리\s*누수
메모리 누수의 해결 | concepts/cpython-memory | 메모리\s*누수 | 해결
계산그래프 | concepts/variable-and-function | 계산\s*그래프
계산 그래프에서 | concepts/variable-and-function | 계산\s*그래프
위상정렬 | concepts/topological-sort | 위상\s*정렬
위상 정렬로 | concepts/topological-sort | 위상\s*정렬
자동미분 | concepts/three-ways | 자동\s*미분
자동미분이란 | concepts/three-ways | 자동\s*미분
수치미분 | concepts/numerical-differentiation | 수치\s*미분
중앙차분 | concepts/numerical-differentiation | 중앙\s*차분
반올림 오차 | concepts/numerical-differentiation | 반올림\s*오차
부동소수점 | glossary | 부동\s*소수점
연쇄법칙 | concepts/chain-rule | 연쇄\s*법칙
합성함수 | concepts/chain-rule | 합성\s*함수
손실함수 | concepts/loss-and-gradient | 손실\s*함수
경사하강법으로 | concepts/loss-and-gradient | 경사\s*하강법
경사 하강법 | concepts/loss-and-gradient | 경사\s*하강법
단위테스트 | concepts/unit-testing | 단위\s*테스트
미분값 | concepts/numerical-differentiation | 미분\s*값
전진모드 | reference/forward-mode | 전진\s*모드
야코비행렬 | reference/transforms | 야코비\s*행렬
소수점 | concepts/numerical-differentiation | 소수점
하강법 | concepts/loss-and-gradient | 하강법
# Latin names, and both scripts
Variable | reference/core | Variable
Variable.backward | reference/core | Variable | backward
Variable의 기울기 | start/first-gradient | Variable | 기울기
NumPy 배열 | concepts/variable-and-function | NumPy | 배열
backward를 | reference/core | backward
no_grad에서 | reference/modes | no_grad
einsum 함수 | reference/network-functions | einsum | 함수
check_gradients | reference/numerical | check_gradients
getrefcount | concepts/cpython-memory | getrefcount
PyTorch와의 비교 | concepts/topological-sort | PyTorch | 비교
softmax | reference/network-functions | softmax
"""

# Whole words, in all their forms.
ENGLISH = r"""
gradient | glossary | gradients?
gradients | glossary | gradients?
chain rule | concepts/chain-rule | chain(s|ed|ing)? | rules?
reference count | concepts/cpython-memory | reference[sd]? | count(s|ed|ing)?
garbage collection | concepts/cpython-memory | garbage | collect(s|ed|ing|ion|ions|or)?
memory leak | concepts/cpython-memory | memor(y|ies) | leak(s|ed|ing)?
topological sort | concepts/topological-sort | topolog(y|ies|ical|ically) | sort(s|ed|ing)?
heap | concepts/topological-sort | heaps?
loss function | concepts/loss-and-gradient | loss(es)? | function(s|al)?
learning rate | glossary | learn(s|ed|ing)? | rat(e|es|ed)
central difference | concepts/numerical-differentiation | central | differ(ence|ences|ent|ently|s)?
floating point | concepts/numerical-differentiation | float(s|ing)? | point(s|ed|ing)?
rounding error | concepts/numerical-differentiation | round(s|ed|ing)? | errors?
partial derivatives | concepts/partial-derivatives | partials? | derivatives?
unit tests | concepts/unit-testing | units? | test(s|ed|ing)?
define-by-run | concepts/define-by-run | defin(e|es|ed|ing) | run(s|ning)?
differentiate | concepts/three-ways | differentia(te|tes|ted|ting|tion|ble)
what is broadcasting | glossary | broadcast(s|ing|ed)?
install | start/install | install(s|ed|ing|ation|er)?
NumPy arrays | concepts/variable-and-function | NumPy | arrays?
PyTorch | faq | PyTorch
decorator | glossary | decorat(or|ors|e|es|ed)
backprop | concepts/chain-rule | backprop\w*
Variable.backward | reference/core | Variables? | backwards?
Function.forward | reference/core | Function(s|al)? | forwards?
check_gradients | reference/numerical | check_gradients
no_grad | reference/modes | no_grad
einsum | reference/network-functions | einsum
getrefcount | concepts/cpython-memory | getrefcount
log_softmax | reference/network-functions | log_softmax
"""


def read(language: str, lines: str) -> list[Query]:
    """The queries in a table: words, page, and patterns, with bars between."""
    queries = []
    for line in lines.strip().splitlines():
        if not line.startswith("#"):
            words, page, *says = (part.strip() for part in line.split(" | "))
            form = r"\b(?:{})\b" if language == "en" else "{}"
            queries.append(Query(language, words, page, tuple(map(form.format, says))))
    return queries


QUERIES = [*read("ko", KOREAN), *read("en", ENGLISH)]
