"""A drawn graph can be stepped through, forward and then backward: as data that a script shows.

Each step is a sentence, and the numbers of the boxes and arrows that it is about; the numbers are
those of the drawing. Without the script, the drawing stands there as it is.
"""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import numpy as np
from docutils import nodes
from graph_trace import MANY, Call, Sent, Visit, backward_visits, behind, form, short, values
from graph_words import WORDS, Words

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata
    from sphinx.writers.html5 import HTML5Translator

    from tinygrad_ko import Function, Variable
    from tinygrad_ko.graph import Graph

CSS, SCRIPT = "graph_steps.css", "graph_steps.js"
LARGEST = 6 * 1024  # bytes of data that one figure may bring
LONGEST_LABEL = 14  # letters of a gradient in the drawing
ROOM = 14  # below the lowest box, for its gradient

Step = dict[str, Any]


class graph_steps(nodes.General, nodes.Element):
    """The buttons and the sentences under a graph, and the data behind them."""


class Boxes:
    """Which boxes and arrows of the drawing belong to which Functions and Variables."""

    def __init__(self, graph: Graph, words: Words) -> None:
        self.words = words
        self.boxes, self.arrows = graph._boxes()
        numbers = [i for i, box in enumerate(self.boxes) if box.kind == "function"]
        self.of = dict(zip(graph._functions, numbers, strict=True))
        self.places: dict[tuple[Function | Variable, int], int] = {}
        for function, number in self.of.items():
            for slot, box in enumerate(self.after(number)):
                self.places[function, slot] = box
            for parent, box in zip(function.parents or (), self.before(number), strict=True):
                if parent is not None and parent not in self.of:
                    self.places[parent, 0] = box

    def before(self, number: int) -> list[int]:
        return [start for start, end in self.arrows if end == number]

    def after(self, number: int) -> list[int]:
        return [end for start, end in self.arrows if start == number]

    def touching(self, number: int, others: set[int]) -> list[int]:
        """The arrows between a Function and some of its neighbours."""
        return [
            i
            for i, (start, end) in enumerate(self.arrows)
            if (start == number and end in others) or (end == number and start in others)
        ]

    def maker(self, function: Function) -> str:
        """What a sentence calls a Function: its kind, and what it made, where that has a name."""
        number = self.of[function]
        kind = self.boxes[number].name
        made = ", ".join(name for i in self.after(number) if (name := self.boxes[i].name))
        return self.words.maker.format(kind, made) if made else kind

    def named(self, target: Function | Variable, slot: int = 0) -> str:
        """What a sentence calls a Variable: its name, or else where it came from."""
        number = self.places[target, slot]
        if name := self.boxes[number].name:
            return name
        if target not in self.of:
            return self.words.leaf.format(self.boxes[number].value)
        function = self.of[target]
        kind = self.boxes[function].name
        if len(self.after(function)) == 1:
            return self.words.result.format(kind)
        return self.words.one_of.format(kind, slot + 1)


def steps(graph: Graph, output: Variable, calls: list[Call], words: Words) -> list[Step]:
    """The steps through a graph: all of it, each call, and each visit from `output` on."""
    boxes = Boxes(graph, words)
    made = behind(graph._functions, calls)
    found: list[Step] = [{"say": words.overview}]
    found += [_forward(boxes, call) for call in made]
    functions = _behind(output)
    visits = backward_visits(output, functions)
    arrived = {(output.creator, output._slot): visits[0].received[output._slot]}
    found.append(_begin(boxes, output, arrived))
    for visit in visits:
        arrived.update({(sent.target, sent.slot): sent.total for sent in visit.sent})
        found.append(_backward(boxes, visit, arrived))
    leaves = {target: gx for (target, _), gx in arrived.items() if target not in boxes.of}
    ends = [words.ends.format(boxes.named(leaf), short(gx)) for leaf, gx in leaves.items()]
    last = {"say": words.end.format(", ".join(ends)), "at": _boxes_of(boxes, leaves)}
    return [*found, {**last, "heap": words.heaped(())}]


def _behind(output: Variable) -> list[Function]:
    from tinygrad_ko.graph import Graph

    return Graph(output)._functions


def _boxes_of(boxes: Boxes, leaves: Any) -> list[int]:
    return [boxes.places[leaf, 0] for leaf in leaves]


def _forward(boxes: Boxes, call: Call) -> Step:
    number = boxes.of[call.function]
    before, after = boxes.before(number), boxes.after(number)
    constants = [i for i in before if boxes.boxes[i].kind == "constant"]
    return {
        "say": boxes.words.calls(
            boxes.boxes[number].name,
            [_equation(boxes, i, value) for i, value in zip(before, call.inputs, strict=True)],
            [_equation(boxes, i, value) for i, value in zip(after, call.outputs, strict=True)],
        ),
        "at": [number],
        "arrows": boxes.touching(number, {*before, *after}),
        "new": [*constants, number, *after],
    }


def _equation(boxes: Boxes, number: int, value: str) -> str:
    box = boxes.boxes[number]
    named = box.kind == "variable" and box.name
    return f"{box.name} = {value}" if named else value


def _begin(boxes: Boxes, output: Variable, arrived: dict[Any, Any]) -> Step:
    function, slot = output.creator, output._slot
    assert function is not None
    gradient = arrived[function, slot]
    place = boxes.places[function, slot]
    return {
        "say": boxes.words.start.format(boxes.named(function, slot), short(gradient)),
        "at": [place],
        "gradients": {place: _label(gradient)},
        **_heap(boxes, (function,), arrived),
    }


def _backward(boxes: Boxes, visit: Visit, arrived: dict[Any, Any]) -> Step:
    number = boxes.of[visit.function]
    targets = {boxes.places[sent.target, sent.slot]: sent for sent in visit.sent}
    return {
        "say": boxes.words.visits(
            boxes.maker(visit.function),
            [short(gy) for gy in visit.received],
            [_sending(boxes, sent) for sent in visit.sent],
        ),
        "at": [number],
        "arrows": boxes.touching(number, {*targets, *boxes.after(number)}),
        "gradients": {place: _label(sent.total) for place, sent in targets.items()},
        **_heap(boxes, visit.waiting, arrived),
    }


def _sending(boxes: Boxes, sent: Sent) -> str:
    name = boxes.named(sent.target, sent.slot)
    text = boxes.words.part.format(name, short(sent.gradient))
    return text if sent.first else text + boxes.words.add_up.format(short(sent.total))


def _heap(boxes: Boxes, waiting: tuple[Function, ...], arrived: dict[Any, Any]) -> Step:
    words = []
    for function in waiting:
        numbers = range(len(boxes.after(boxes.of[function])))
        gys = [short(arrived[function, k]) for k in numbers if (function, k) in arrived]
        words.append(
            boxes.words.waits.format(boxes.maker(function), function.generation, ", ".join(gys))
        )
    return {
        "heap": boxes.words.heaped(words),
        "waiting": [boxes.of[function] for function in waiting],
    }


def _label(gradient: Any) -> str:
    """A gradient as it stands in the drawing, where there is little room."""
    text = values(gradient) if np.size(gradient) <= MANY else form(gradient)
    return text if len(text) <= LONGEST_LABEL else form(gradient)


def mark(root: ElementTree.Element, graph: Graph) -> None:
    """Number the boxes of a drawing, and make room for a gradient below the lowest."""
    from tinygrad_ko.graph_drawing import BOX_STYLES

    boxes, arrows = graph._boxes()
    # The drawing has the boxes of a kind together, and words and arrows in their own order.
    order = [i for kind in BOX_STYLES for i, box in enumerate(boxes) if box.kind == kind]
    for rectangle, number in zip(root.iter("rect"), order, strict=True):
        rectangle.set("data-box", str(number))
    for tag, wanted in (("text", len(boxes)), ("path", 2 * len(arrows))):
        if len(list(root.iter(tag))) != wanted:
            raise ValueError(f"the drawing has not {wanted} <{tag}>: it is drawn otherwise now")
    x, y, width, height = root.get("viewBox", "").split()
    root.set("viewBox", f"{x} {y} {width} {float(height) + ROOM:.1f}")


def panel(found: list[Step], language: str) -> graph_steps:
    """The part of a figure that holds its steps."""
    # No `<` may stand in it: this one would end the element.
    data = json.dumps(found, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    if (size := len(data.encode())) > LARGEST:
        raise ValueError(f"its {len(found)} steps take {size} bytes, and {LARGEST} is the limit")
    return graph_steps(data=data, language=language)


def visit_steps(self: HTML5Translator, node: graph_steps) -> None:
    if self.builder.name == "epub":  # books run no scripts
        raise nodes.SkipNode
    words = WORDS[node["language"]]
    buttons = "".join(
        f'<button type="button" data-to="{to}">{escape(text)}</button>'
        for to, text in words.buttons
    )
    self.body.append(
        f'<div class="graph-steps" role="group" aria-label="{escape(words.label)}">'
        f'<div class="graph-buttons">{buttons}<span class="graph-count"></span></div>'
        '<div class="graph-said" aria-live="polite" aria-atomic="true">'
        f"<p>{escape(words.overview)}</p><p></p></div>"
        f'<script type="application/json">{node["data"]}</script></div>\n'
    )
    raise nodes.SkipNode


def skip_steps(self: Any, node: graph_steps) -> None:
    raise nodes.SkipNode


def add_assets(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    if doctree is not None and next(doctree.findall(graph_steps), None) is not None:
        app.add_css_file(CSS)
        # Not a module: browsers load none for a page that was opened as a file.
        app.add_js_file(SCRIPT, loading_method="defer")


def setup(app: Sphinx) -> ExtensionMetadata:
    app.add_node(graph_steps, html=(visit_steps, None), text=(skip_steps, None))
    app.connect("html-page-context", add_assets)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
