"""The recorded graph as a list and as a picture."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from tinygrad_ko import Function, Variable
from tinygrad_ko.graph import LARGEST_DRAWING, LONGEST_TABLE, Graph
from tinygrad_ko.graph_drawing import (
    Box,
    _crossings,
    _neighbours,
    _order,
    _with_dummies,
    draw,
)

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
    assert Graph(x * 2).summary() == "1 operation: Mul 1"


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


def test_every_text_stands_on_a_ground_of_its_own():
    # A notebook may be dark, and the texts are dark where no style sheet says otherwise.
    root = ElementTree.fromstring(Graph(polynomial()).svg())
    grounds = [g.get("style") for g in root.iter(f"{SVG}g") if g.find(f"{SVG}rect") is not None]
    assert len(grounds) == 3
    assert [style for style in grounds if "fill:none" in style] == []


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


def test_a_crossing_that_cannot_be_avoided_stays_alone():
    # Two boxes with arrows to the same two, beside a pair whose arrow need not cross any.
    boxes = [Box("variable", name, "", column) for column in (0, 1) for name in "abc"]
    arrows = [(0, 4), (0, 5), (1, 4), (1, 5), (2, 3)]
    columns, paths = _with_dummies(boxes, arrows)
    after = _neighbours(paths)[1]
    assert _crossings(columns, after) == 5
    _order(columns, paths)
    assert _crossings(columns, after) == 1
    assert draw(boxes, arrows, "", "", "p") == draw(boxes, arrows, "", "", "p")


def test_the_same_graph_gives_the_same_picture():
    assert Graph(polynomial()).svg() == Graph(polynomial()).svg()


def test_a_large_graph_is_summarised_and_not_drawn():
    y = Variable(1.0)
    for _ in range(LARGEST_DRAWING + 1):
        y = y + 1.0
    graph = Graph(y)
    with pytest.raises(ValueError, match="121 operations would show nothing"):
        graph.svg()
    assert graph._repr_svg_() is None  # then a notebook shows repr
    assert repr(graph) == "<Graph of 121 operations: Add 121>"


def test_a_notebook_shows_a_small_graph_as_it_is():
    graph = Graph(polynomial())
    assert graph._repr_svg_() == graph.svg()


def test_the_table_of_a_graph_of_thousands_of_operations_leaves_out_the_middle():
    y = Variable(1.0)
    for _ in range(5000):
        y = y * 1.0
    graph = Graph(y)
    lines = str(graph).splitlines()
    assert len(graph.entries) == 10_001
    assert len(lines) == LONGEST_TABLE + 2  # and a line of titles, and one for what is not there
    left_out = 10_001 - LONGEST_TABLE
    assert lines[1 + LONGEST_TABLE // 2] == f"...  {left_out} more, all of them in .entries"
    assert lines[-1].split()[:2] == ["v10000", "Mul"]
    shown = {int(line.split()[0][1:]) for line in lines[1:] if line.startswith("v")}
    assert shown == {*range(LONGEST_TABLE // 2), *range(10_001 - LONGEST_TABLE // 2, 10_001)}


class Noted(Function):
    """Adds its inputs up, to one output or several, and notes when backward comes by."""

    keeps = ""

    def __init__(self, number, visited, outputs):
        self.number, self.visited, self.outputs_wanted = number, visited, outputs

    def forward(self, *xs):
        return sum(xs) if self.outputs_wanted == 1 else (sum(xs),) * self.outputs_wanted

    def backward(self, *gys):
        self.visited.append(self.number)
        return tuple(sum(gys[1:], gys[0]) for _ in self.parents)


@pytest.mark.parametrize("create_graph", [False, True])
@pytest.mark.parametrize("seed", range(10))
def test_the_order_of_backward_is_the_one_that_it_really_takes(create_graph, seed):
    rng = np.random.default_rng(seed)
    values, visited = [Variable(1.0), Variable(2.0)], []
    for number in range(60):
        inputs = [values[i] for i in rng.integers(0, len(values), rng.integers(1, 4))]
        results = Noted(number, visited, outputs := int(rng.integers(1, 4)))(*inputs, 1.0)
        for y in results if outputs > 1 else (results,):
            y.name = str(number)
            values.append(y)
    graph = Graph(values[-1], values[30])
    for output, y in enumerate((values[-1], values[30])):
        visited.clear()
        y.backward(create_graph=create_graph)
        entries = [graph.entries[place] for place in graph.backward_order(output)]
        assert [int(entry.name) for entry in entries] == visited
        assert {entry.slot for entry in entries} == {0}
    for leaf in values[:2]:
        leaf.cleargrad()


def test_the_order_of_backward_starts_at_one_output_and_visits_what_is_behind_it():
    x = Variable(2.0)
    h = np.sin(x)
    graph = Graph(np.exp(h), np.cos(h), x)

    def names(output):
        return [graph.entries[place].operation for place in graph.backward_order(output)]

    assert names(0) == ["Exp", "Sin"]
    assert names(1) == ["Cos", "Sin"]
    with pytest.raises(ValueError, match="no graph behind output 2, so backward visits nothing"):
        graph.backward_order(2)
    with pytest.raises(IndexError, match="made from 3 Variables, counted from 0, so there is no"):
        graph.backward_order(3)
    with pytest.raises(IndexError, match="no output -1"):
        graph.backward_order(-1)


def test_a_function_with_several_outputs_is_visited_once_at_its_first_place():
    first, second = Halves()(Variable([1.0, 2.0]))
    graph = Graph(first * second)
    assert [graph.entries[place].slot for place in graph.backward_order()] == [0, 0]
    assert graph.backward_order() == (3, 1)


def test_names_given_later_and_values_still_alive_appear_in_every_form():
    x = Variable(2.0, name="가중치")
    h = x * 3.0
    y = h + 1.0
    y.name = "y"
    before = Graph(y)
    h.name = "h"
    after = Graph(y)
    assert "h" not in str(before).replace("shape", "")
    assert "Mul h" in str(after)
    for picture in (Graph.svg, Graph.dot):
        assert "가중치 = 2.0" in picture(before)
        assert "h = 6.0" not in picture(before)
        assert "h = 6.0" in picture(after)
    del h
    gone = Graph(y)
    assert "6.0" not in str(gone)
    assert after.entries[2].value == 6.0  # a Graph is a picture of the moment it was made


def test_a_graph_of_a_hundred_thousand_operations_can_be_looked_at():
    y = Variable(1.0)
    for _ in range(100_000):
        y = y + 1.0
    graph = Graph(y)
    assert graph.summary() == "100000 operations: Add 100000"
    assert len(str(graph).splitlines()) == LONGEST_TABLE + 2
    order = graph.backward_order()
    assert len(order) == 100_000
    assert list(order) == sorted(order, reverse=True)


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
    assert repr(Graph(y)) == "<Graph of 3 operations: Pow 1, Mul 1, Add 1>"
