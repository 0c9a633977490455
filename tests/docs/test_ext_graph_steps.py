"""Stepping through graphs: what the page tells is what the engine did, in both languages."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from string import Formatter

import graph_steps
import graph_trace
import numpy as np
import pytest
from graph_figure import GraphError, Recorded, record
from graph_steps import LARGEST, ROOM, mark, panel, steps
from graph_trace import TraceError, backward_visits, short, watched
from graph_words import WORDS
from plot_svg import parse
from scratch_site import Built, build

from tinygrad_ko import Function, Variable
from tinygrad_ko.graph import Graph

BRANCHES = """\
from tinygrad_ko import Variable
x = Variable(2.0, name="x")
a = x * x
c = a + 1
b = a * a
y = b * c
a.name, b.name, c.name, y.name = "abcy"
"""


def recorded(body: str = BRANCHES, wanted: str = "y") -> Recorded:
    return record(wanted, body)


def told(body: str = BRANCHES, language: str = "en", wanted: str = "y") -> list[dict]:
    given = recorded(body, wanted)
    return steps(given.graph, given.output, given.calls, WORDS[language])


def sentences(body: str = BRANCHES, language: str = "en", wanted: str = "y") -> list[str]:
    return [step["say"] for step in told(body, language, wanted)]


def page_with(body: str, option: str = "") -> str:
    return f"# T\n\n```{{graph}} y\n:alt: A.\n:caption: C.\n{option}{body}```\n\nText.\n"


def make(folder: Path, body: str = BRANCHES, option: str = "", **settings: object) -> Built:
    return build(folder / "site", page_with(body, option), ["graph_figure"], **settings)


# --- what is told


def test_forward_is_told_in_the_order_of_the_calls():
    # The list of the graph has Add after the second Mul, which is of the same generation.
    assert sentences()[1:5] == [
        "Forward: Mul computes. In: x = 2.0, x = 2.0. Out: a = 4.0.",
        "Forward: Add computes. In: a = 4.0, 1. Out: c = 5.0.",
        "Forward: Mul computes. In: a = 4.0, a = 4.0. Out: b = 16.0.",
        "Forward: Mul computes. In: b = 16.0, c = 5.0. Out: y = 80.0.",
    ]


def test_backward_is_told_with_heap_and_sums():
    found = told()
    assert [(step["say"], step["heap"]) for step in found[5:]] == [
        (
            "Backward begins at y, with the gradient 1.0.",
            "Heap, the next one first: Mul for y (generation 2, so far 1.0)",
        ),
        (
            (
                "Backward: Mul for y leaves the heap. It receives the gradient 1.0. "
                "It sends 5.0 to b, 16.0 to c."
            ),
            (
                "Heap, the next one first: Mul for b (generation 1, so far 5.0), "
                "Add for c (generation 1, so far 16.0)"
            ),
        ),
        (
            (
                "Backward: Mul for b leaves the heap. It receives the gradient 5.0. "
                "It sends 20.0 to a, 20.0 to a (in all 40.0)."
            ),
            (
                "Heap, the next one first: Add for c (generation 1, so far 16.0), "
                "Mul for a (generation 0, so far 40.0)"
            ),
        ),
        (
            (
                "Backward: Add for c leaves the heap. It receives the gradient 16.0. "
                "It sends 16.0 to a (in all 56.0)."
            ),
            "Heap, the next one first: Mul for a (generation 0, so far 56.0)",
        ),
        (
            (
                "Backward: Mul for a leaves the heap. It receives the gradient 56.0. "
                "It sends 112.0 to x, 112.0 to x (in all 224.0)."
            ),
            "Heap, the next one first: empty",
        ),
        (
            "The heap is empty: backward is done. The leaves have these gradients: x has 224.0.",
            "Heap, the next one first: empty",
        ),
    ]


def test_korean_says_the_same():
    found = told(language="ko")
    assert (
        found[2]["say"] == "순전파: Add 차례입니다. 입력은 a = 4.0, 1입니다. 결과는 c = 5.0입니다."
    )
    assert found[5]["say"] == "역전파가 시작되는 곳은 y입니다. 처음 기울기는 1.0입니다."
    assert found[8]["say"] == (
        "역전파: 힙에서 나오는 함수는 결과가 c인 Add입니다. 받은 기울기는 16.0입니다. "
        "보내는 기울기는 a에 16.0(합하면 56.0)입니다."
    )
    assert found[8]["heap"] == "힙(먼저 나올 것부터): 결과가 a인 Mul(함수의 세대 0, 지금까지 56.0)"
    assert found[-1]["say"] == "힙이 비었고 역전파가 끝났습니다. 잎의 기울기는 x에서 224.0입니다."


def test_languages_have_the_same_places_in_their_sentences():
    def places(text: str) -> Counter[str | None]:
        return Counter(name for _, name, _, _ in Formatter().parse(text) if name is not None)

    for name, text in vars(WORDS["en"]).items():
        if isinstance(text, str):
            assert sum(places(text).values()) == sum(places(getattr(WORDS["ko"], name)).values())
    ids = [[to for to, _ in words.buttons] for words in WORDS.values()]
    assert ids[0] == ids[1] == ["first", "back", "next", "last"]


def test_steps_differ_between_languages_in_words_alone():
    def numbers(language: str) -> list[dict]:
        return [
            {k: v for k, v in s.items() if k not in ("say", "heap")}
            for s in told(language=language)
        ]

    assert numbers("ko") == numbers("en")


def test_variables_without_a_name_are_told_by_where_they_came_from():
    body = "from tinygrad_ko import Variable\ny = Variable(3.0) * 2.0 + 1.0\n"
    found = sentences(body)
    assert "It sends 1.0 to the result of Mul." in found[4]
    assert "It sends 2.0 to the leaf 3.0." in found[5]
    assert found[6].endswith("these gradients: the leaf 3.0 has 2.0.")
    assert "Mul의 결과에 1.0입니다." in sentences(body, "ko")[4]


def test_functions_with_several_outputs_tell_each():
    body = (
        "import numpy as np\nimport tinygrad_ko.functions as F\nfrom tinygrad_ko import Variable\n"
        "x = Variable(np.array([1.0, 2.0]), name='x')\nu, v = F.split(x, 2)\n"
        "u.name = 'u'\ny = F.sum(u * 3.0)\n"
    )
    found = sentences(body)
    assert found[1] == ("Forward: Split computes. In: x = array(2,) [1.0, 2.0]. Out: u = 1.0, 2.0.")
    split = next(text for text in found if "Backward: Split" in text)
    assert "receives the gradient 3.0, 0.0" in split  # zero for the output that nothing uses
    assert any("It sends 3.0 to u." in text for text in found)


def test_backward_begins_at_the_first_variable_alone():
    body = "from tinygrad_ko import Variable\nx = Variable(3.0, name='x')\ny, z = x * 2.0, x**2\n"
    found = sentences(body, wanted="y, z")
    assert sum(text.startswith("Forward") for text in found) == 2
    assert sum(text.startswith("Backward:") for text in found) == 1
    assert found[-1].endswith("x has 2.0.")


def test_broadcast_gradient_is_told_in_the_shape_in_which_it_arrives():
    body = (
        "import numpy as np\nfrom tinygrad_ko import Variable\n"
        "x, w = Variable(np.ones((5, 2)), name='x'), Variable(np.ones(2), name='w')\ny = x * w\n"
    )
    found = sentences(body)
    assert "the gradient array(5, 2)." in found[2]
    assert "array(5, 2) to x, array(2,) [5.0, 5.0] to w." in found[3]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3, "3"),
        (np.float64(1) / 3, "0.33333"),
        (np.array([1.0, 2.5]), "array(2,) [1.0, 2.5]"),
        (np.array([[1.0, 2.0]]), "array(1, 2) [[1.0, 2.0]]"),
        (np.zeros((2, 3)), "array(2, 3)"),
        (np.array([7.0]), "7.0"),
    ],
)
def test_numbers_are_short(value, text):
    assert short(value) == text


# --- that it is what the engine did


def test_order_is_that_of_backward_order():
    given = recorded()
    visits = backward_visits(given.output, given.graph._functions)
    places = [given.graph._places[visit.function] for visit in visits]
    assert tuple(places) == given.graph.backward_order()


def test_watching_leaves_the_engine_as_it_was():
    original = Function.__call__
    with watched():
        assert Function.__call__ is not original
    assert Function.__call__ is original
    with pytest.raises(GraphError):
        recorded("1 / 0\n")
    assert Function.__call__ is original
    given = recorded()
    backward_visits(given.output, given.graph._functions)
    assert not any("backward" in vars(function) for function in given.graph._functions)


def test_earlier_gradients_do_not_enter():
    again = BRANCHES + "y.backward(retain_grad=True)\n"
    assert sentences(again) == sentences()


def test_watching_keeps_no_variable_alive():
    body = "from tinygrad_ko import Variable\nx = Variable(3.0)\ny = x * 2.0 + 1.0\n"
    given = recorded(body)
    assert [entry.value for entry in given.graph.entries if entry.operation == "Mul"] == [None]


class Double(Function):
    """A rule that can be made wrong while nobody looks."""

    keeps = ""

    def forward(self, x):
        return x * 2.0

    def backward(self, gy):
        return gy * 2.0


def test_sums_that_differ_from_the_engine_are_found(monkeypatch):
    x = Variable(3.0)
    y = Double()(x) + Double()(x)
    functions = Graph(y)._functions
    original = graph_trace._Pass.turn

    def forgets(self, function, gys, gxs):
        original(self, function, gys, tuple(gx * 3.0 for gx in gxs))

    monkeypatch.setattr(graph_trace._Pass, "turn", forgets)
    with pytest.raises(
        TraceError, match=r"backward gives .* the gradient array\(1\.\), and not .*3\.0"
    ):
        backward_visits(y, functions)


def test_order_that_differs_from_the_engine_is_found(monkeypatch):
    given = recorded()
    original = graph_trace._Pass.turn

    def reverses(self, function, gys, gxs):
        original(self, function, gys, gxs)
        self.waiting.reverse()

    monkeypatch.setattr(graph_trace._Pass, "turn", reverses)
    with pytest.raises(TraceError, match="and another one waits longer"):
        backward_visits(given.output, given.graph._functions)


def test_graph_that_nobody_watched_is_refused():
    given = recorded()
    with pytest.raises(TraceError, match="4 operations are in the graph, 3 were seen"):
        steps(given.graph, given.output, given.calls[:-1], WORDS["en"])


# --- the drawing and the page


def test_boxes_of_steps_are_those_of_the_drawing():
    given = recorded()
    root = parse(given.graph.svg())
    height = float(root.get("viewBox").split()[3])
    mark(root, given.graph)
    assert float(root.get("viewBox").split()[3]) == pytest.approx(height + ROOM)
    words = [text.text for text in root.iter("text")]
    middles = {}
    for rectangle in root.iter("rect"):
        x, width = float(rectangle.get("x")), float(rectangle.get("width"))
        middles[int(rectangle.get("data-box"))] = x + width / 2
    for number, text in enumerate(root.iter("text")):
        assert middles[number] == pytest.approx(float(text.get("x")), abs=0.2)
    found = told()
    assert [words[i] for i in found[2]["new"]] == ["c", "Add", "c = 5.0"]
    assert [words[i] for i in found[6]["waiting"]] == ["Mul", "Add"]
    assert {words[i]: gx for i, gx in found[6]["gradients"].items()} == {
        "b = 16.0": "5.0",
        "c = 5.0": "16.0",
    }
    ends = given.graph._boxes()[1]
    assert [[words[i] for i in ends[arrow]] for arrow in found[2]["arrows"]] == [
        ["a = 4.0", "Add"],
        ["c", "Add"],
        ["Add", "c = 5.0"],
    ]
    assert [[words[i] for i in ends[arrow]] for arrow in found[8]["arrows"]] == [
        ["a = 4.0", "Add"],
        ["Add", "c = 5.0"],
    ], "no gradient goes to a constant"


def test_every_box_but_the_leaves_is_new_once():
    given = recorded()
    boxes, _ = given.graph._boxes()
    new = Counter(i for step in told() for i in step.get("new", ()))
    assert set(new.values()) == {1}
    assert {boxes[i].name for i in range(len(boxes)) if i not in new} == {"x"}


def test_drawing_that_has_changed_is_refused():
    given = recorded()
    root = parse(given.graph.svg())
    root.remove(next(group for group in root if group.find("path") is not None))
    with pytest.raises(ValueError, match="it is drawn otherwise now"):
        mark(root, given.graph)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_page_brings_steps_and_words(tmp_path, language):
    built = make(tmp_path, language=language)
    assert built.warnings == ""
    html = built.html()
    (data,) = re.findall(r'<script type="application/json">(.*?)</script>', html)
    found = json.loads(data)
    assert [step["say"] for step in found] == sentences(language=language)
    for _, text in WORDS[language].buttons:
        assert f">{text}</button>" in html
    assert 'aria-live="polite"' in html
    (script,) = re.findall(r'<script [^>]*src="_static/graph_steps.js[^>]*>', html)
    assert "defer" in script
    assert "module" not in script  # which no browser loads for a page opened as a file
    assert "graph_steps.css" in html


def test_page_without_a_graph_brings_nothing(tmp_path):
    built = build(tmp_path / "site", "# T\n\nText.\n", ["graph_figure"])
    assert "graph_steps" not in built.html()


def test_still_graph_has_no_steps(tmp_path):
    built = make(tmp_path, option=":still:\n")
    assert built.warnings == ""
    assert "<svg" in built.body()
    assert "graph_steps" not in built.html()
    assert "data-box" not in built.body()


def test_data_cannot_end_its_element(tmp_path):
    built = make(tmp_path, BRANCHES + "x.name = '</script><b>'\n")
    (data,) = re.findall(r'<script type="application/json">(.*?)</script>', built.html())
    assert "</script><b> = 2.0" in json.loads(data)[1]["say"]


def test_data_has_a_limit(monkeypatch):
    assert LARGEST == 6 * 1024
    monkeypatch.setattr(graph_steps, "LARGEST", 100)
    with pytest.raises(ValueError, match=r"its 11 steps take \d+ bytes, and 100 is the limit"):
        panel(told(), "en")


def test_rule_that_fails_is_reported_with_the_way_out(tmp_path):
    body = (
        "from tinygrad_ko import Function, Variable\n"
        "class Half(Function):\n"
        "    def forward(self, x): return x / 2\n"
        "    def backward(self, gy): return gy / 0\n"
        "y = Half()(Variable(1.0))\n"
    )
    built = make(tmp_path, body)
    assert "<svg" not in built.body()
    assert "y cannot be stepped through: RuntimeWarning: divide by zero" in built.warnings
    assert "with the option `:still:` it is a picture alone" in built.warnings
    assert make(tmp_path / "still", body, ":still:\n").warnings == ""
