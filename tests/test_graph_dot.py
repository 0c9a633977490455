"""The DOT text of a graph says what the graph is, whatever the names in it look like."""

from __future__ import annotations

import html
import re

import numpy as np
import pytest

import tinygrad_ko.functions as F
from tinygrad_ko import Variable
from tinygrad_ko.graph import Graph

TOKEN = re.compile(r'\s*("(?:\\.|[^"\\])*"|->|[A-Za-z_][A-Za-z_0-9]*|[{}\[\]=,])', re.DOTALL)


def parsed(text):
    """The nodes and edges of a DOT text, by the grammar of the language (what we need of it)."""
    tokens, position = [], 0
    while text[position:].strip():
        match = TOKEN.match(text, position)
        assert match, f"not DOT: {text[position : position + 40]!r}"
        tokens.append(match[1])
        position = match.end()
    tokens.reverse()

    def take(wanted=None):
        token = tokens.pop()
        assert wanted in (None, token), f"{wanted!r} expected, {token!r} found"
        return token

    nodes, edges, settings = {}, [], {}
    take("digraph")
    take("{")
    while (first := take()) != "}":
        if tokens[-1] == "=":
            take("=")
            settings[first] = take()
        elif tokens[-1] == "->":
            take("->")
            edges.append((first, take()))
        else:
            take("[")
            attributes = {}
            while tokens[-1] != "]":
                key = take()
                take("=")
                attributes[key] = take()
                if tokens[-1] == ",":
                    take(",")
            take("]")
            assert first not in nodes
            nodes[first] = attributes
    assert not tokens
    return nodes, edges, settings


def shown(label):
    """What a reader sees of a quoted label: escapes and entities as Graphviz replaces them."""
    assert label[0] == label[-1] == '"'
    unescaped = re.sub(
        r"\\(.)", lambda m: {"n": "\n", '"': '"', "\\": "\\"}[m[1]], label[1:-1], flags=re.DOTALL
    )
    return html.unescape(unescaped)


def test_operations_are_boxes_between_the_variables_they_connect():
    x = Variable(3.0, name="x")
    y = x**2 + 2 * x
    y.name = "y"
    nodes, edges, settings = parsed(Graph(y).dot())
    labels = {name: shown(node["label"]) for name, node in nodes.items()}
    shapes = {shown(node["label"]): node["shape"] for node in nodes.values()}
    assert settings == {"rankdir": "LR"}
    assert shapes == {
        **dict.fromkeys(["x = 3.0", "y = 15.0", ""], "ellipse"),
        **dict.fromkeys(["Pow", "Mul", "Add"], "box"),
        "2": "plaintext",
    }
    assert sorted((labels[a], labels[b]) for a, b in edges) == sorted(
        [
            *[("x = 3.0", "Pow"), ("x = 3.0", "Mul"), ("2", "Mul")],
            *[("Pow", ""), ("Mul", ""), ("", "Add"), ("", "Add"), ("Add", "y = 15.0")],
        ]
    )


@pytest.mark.parametrize(
    "name",
    [
        'a "quoted" name',
        'a"]; x -> y; z [label="b',
        "back\\slash",
        "ends in a backslash\\",
        "\\N is the node's own name",
        "\\",
        '\\"',
        "two\nlines",
        "<b>not HTML</b>",
        "R&D, &lt; and &#38;",
        "가중치 — 漢字",
        "$(touch x); `touch y`",
        "{|}",
        "// no comment",
        "",
    ],
)
def test_any_name_is_shown_as_it_is(name):
    x = Variable(np.ones(2), name=name)
    nodes, edges, _ = parsed(Graph(x * 1.5).dot())
    labels = [shown(node["label"]) for node in nodes.values()]
    assert labels[0] == (f"{name} = array(2,)" if name else "array(2,)")
    assert len(nodes) == 4
    assert len(edges) == 3


def test_the_parser_of_this_test_notices_a_name_that_was_not_escaped():
    dot = Graph(Variable(1.0, name="x") * 2).dot()

    def seen(label):
        nodes, edges, _ = parsed(dot.replace("x = 1.0", label))
        assert (len(nodes), len(edges)) == (4, 3)
        return shown(nodes["n0"]["label"])

    assert seen("a name") == "a name"
    for broken in ('a"b', 'a"] x -> y z [label="b', "ends in a backslash\\", "\\N"):
        with pytest.raises((AssertionError, KeyError)):
            seen(broken)


def test_arrows_lead_from_arguments_to_results_also_for_several_outputs_and_repeats():
    x = Variable([1.0, 2.0, 3.0, 4.0], name="x")
    first, second = F.split(x, 2)
    first.name, second.name = "first", "second"
    y = first * first + second
    nodes, edges, _ = parsed(Graph(y).dot())
    labels = {name: shown(node["label"]).split(" = ")[0] for name, node in nodes.items()}
    count = [(labels[a], labels[b]) for a, b in edges]
    split = next(label for label in labels.values() if "plit" in label)
    for edge, times in {
        ("x", split): 1,
        (split, "first"): 1,
        (split, "second"): 1,
        ("first", "Mul"): 2,
        ("second", "Add"): 1,
    }.items():
        assert count.count(edge) == times


def test_a_graph_too_large_for_a_picture_can_still_be_written():
    y = Variable(1.0)
    for _ in range(3000):
        y = y + 1.0
    nodes, edges, _ = parsed(Graph(y).dot())
    assert len(nodes) == 3 * 3000 + 1
    assert len(edges) == 3 * 3000


def test_the_same_graph_gives_the_same_text():
    def dot():
        x = Variable(0.5, name="x")
        return Graph(F.sin(x) * F.exp(x)).dot()

    assert dot() == dot()
