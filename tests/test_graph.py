"""The recorded graph as a list and as a picture."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from tinygrad_ko import Function, Variable
from tinygrad_ko.graph import LARGEST_DRAWING, Graph
from tinygrad_ko.graph_drawing import Box, _crossings, _neighbours, _order, _with_dummies

SVG = "{http://www.w3.org/2000/svg}"


def polynomial():
    x = Variable(3.0, name="x")
    y = x**2 + 2 * x
    y.name = "y"
    return y


class Halves(Function):
    keeps = ""

    def forward(self, x):
        n = len(x) // 2
        return x[:n], x[n:]

    def backward(self, gy0, gy1):
        return np.concatenate([gy0, gy1])


def test_every_value_stands_after_those_it_was_computed_from():
    x = Variable(1.0)
    y = np.sin(x) * x + np.exp(np.sin(x))
    for place, entry in enumerate(Graph(y).entries):
        assert all(argument < place for argument in entry.arguments)


def test_values_that_nobody_holds_are_left_out_and_held_ones_are_shown():
    x = Variable(2.0)
    held = x * 3.0
    y = np.exp(x * 5.0) + held
    values = [e.value for e in Graph(y).entries if e.operation == "Mul"]
    assert sorted(v is None for v in values) == [False, True]


def test_two_equal_operations_stay_two():
    x = Variable(2.0)
    y = x * x + x * x
    operations = [entry.operation for entry in Graph(y).entries]
    assert operations == ["leaf", "Mul", "Mul", "Add"]
    assert Graph(y).svg().count(">Mul<") == 2


def test_outputs_of_one_function_share_one_box():
    first, second = Halves()(Variable([1.0, 2.0, 3.0, 4.0]))
    graph = Graph(first.sum() * second.sum())
    assert [entry.slot for entry in graph.entries if entry.operation == "Halves"] == [0, 1]
    assert graph.svg().count(">Halves<") == 1


def test_several_outputs_make_one_graph():
    x = Variable(2.0)
    assert Graph(x * 2, x * 3).summary() == "2 operations: Mul 2"


def test_the_picture_is_well_formed_and_names_what_it_shows():
    root = ElementTree.fromstring(
        Graph(polynomial()).svg(title="A < B", description="two paths", prefix="p")
    )
    assert root.find(f"{SVG}title").text == "A < B"
    assert root.find(f"{SVG}desc").text == "two paths"
    texts = [text.text for text in root.iter(f"{SVG}text")]
    assert {"x = 3.0", "y = 15.0", "Pow", "Mul", "Add", "2"} <= set(texts)
    ids = re.findall(r'id="([^"]+)"', ElementTree.tostring(root, encoding="unicode"))
    assert len(ids) == len(set(ids))
    assert all(each.startswith("p-") for each in ids)


def test_later_generations_stand_further_right():
    root = ElementTree.fromstring(Graph(polynomial()).svg())
    x = {text.text: float(text.get("x")) for text in root.iter(f"{SVG}text")}
    assert x["x = 3.0"] < x["Pow"] < x["Add"] < x["y = 15.0"]


def test_boxes_do_not_overlap():
    x = Variable(1.0, name="x")
    w = Variable(2.0, name="a long name")
    root = ElementTree.fromstring(Graph(np.tanh(x * w) + np.sin(x) * x - w).svg())
    boxes = [
        tuple(float(rect.get(key)) for key in ("x", "y", "width", "height"))
        for rect in root.iter(f"{SVG}rect")
    ]
    for i, (ax, ay, aw, ah) in enumerate(boxes):
        for bx, by, bw, bh in boxes[i + 1 :]:
            assert ax + aw <= bx or bx + bw <= ax or ay + ah <= by or by + bh <= ay


def test_ordering_removes_a_crossing_that_can_be_avoided():
    boxes = [Box("variable", name, "", column) for column in (0, 1) for name in "ab"]
    columns, paths = _with_dummies(boxes, [(0, 3), (1, 2)])
    after = _neighbours(paths)[1]
    assert _crossings(columns, after) == 1
    _order(columns, paths)
    assert _crossings(columns, after) == 0


def test_the_same_graph_gives_the_same_picture():
    assert Graph(polynomial()).svg() == Graph(polynomial()).svg()


def test_a_large_graph_is_summarised_and_not_drawn():
    y = Variable(1.0)
    for _ in range(LARGEST_DRAWING + 1):
        y = y + 1.0
    graph = Graph(y)
    with pytest.raises(ValueError, match="121 operations would show nothing"):
        graph.svg()
    assert "121 operations: Add 121" in graph._repr_svg_()


def test_a_notebook_shows_a_small_graph_as_it_is():
    graph = Graph(polynomial())
    assert graph._repr_svg_() == graph.svg()


def test_wrong_use_is_answered():
    with pytest.raises(TypeError, match=r"Graph takes Variables, but 3\.0 was given"):
        Graph(3.0)
    with pytest.raises(ValueError, match="there is no graph to show: give a Variable that was"):
        Graph(Variable(1.0))
    with pytest.raises(ValueError, match="there is no graph to show"):
        Graph()


def test_a_graph_is_read_and_not_changed():
    y = polynomial()
    str(Graph(y))
    Graph(y).svg()
    y.backward()
    assert repr(Graph(y)) == "<Graph of 3 operations>"
