"""The recorded graph of a Variable that is used twice, drawn by the engine itself."""

from __future__ import annotations

from tinygrad_ko import Variable
from tinygrad_ko import functions as F
from tinygrad_ko.graph import Graph

TEXT = {
    "ko": {"title": "a를 두 번 쓰는 계산의 계산 그래프"},
    "en": {"title": "The graph of a computation that uses a twice"},
}


def draw(text: dict[str, str]) -> str:
    x = Variable(2.0, name="x")
    a = F.square(x)
    b = F.square(a)
    y = a * b
    a.name, b.name, y.name = "a", "b", "y"
    return Graph(y).svg(title=text["title"])
