"""The recorded graph as data: every value in order, and what each was computed from."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import Any

import numpy as np

from tinygrad_ko.core import Variable
from tinygrad_ko.graph_dot import dot
from tinygrad_ko.graph_drawing import Box, draw
from tinygrad_ko.node import Node

__all__ = ["Entry", "Graph"]

LARGEST_DRAWING = 120
"""Operations beyond which a picture shows nothing any more."""

LONGEST_TABLE = 200
"""Values beyond which the table leaves out those in the middle."""


@dataclass(frozen=True)
class Entry:
    """One line of the Wengert list: a value, and how it was computed.

    Attributes
    ----------
    operation : str
        The name of the Function, ``"leaf"`` or ``"constant"``.
    arguments : tuple of int
        The places in the list of the values that it was computed from.
    shape : tuple of int or None
        The shape of the value; None for a constant that the graph did not keep.
    value : numpy.ndarray or number or None
        The value itself, where someone still holds it.
    name : str or None
        The name of the Variable, if it has one.
    generation : int
        The generation of the value: 0 for leaves.
    slot : int
        Which output of its operation it is: 0 for all but operations with several.

    Examples
    --------
    >>> from tinygrad_ko import Variable
    >>> from tinygrad_ko.graph import Graph
    >>> Graph(Variable(3.0) ** 2).entries[1].arguments
    (0,)
    """

    operation: str
    arguments: tuple[int, ...]
    shape: tuple[int, ...] | None
    value: Any
    name: str | None
    generation: int
    slot: int = 0


class Graph:
    """The graph that was recorded while one or several Variables were computed.

    ``print(graph)`` shows it as a table, without the middle where it is long; a notebook shows
    it as a picture, or as its `summary` where it is large.

    Parameters
    ----------
    *outputs : Variable
        Where to start; the graph is everything behind them.

    Attributes
    ----------
    entries : tuple of Entry
        All values, each after those that it was computed from.

    Raises
    ------
    TypeError
        If something else than a Variable was given.
    ValueError
        If there is no graph behind any of them.

    References
    ----------
    R. E. Wengert, "A simple automatic derivative evaluation program", Communications of the ACM 7
    (1964), which writes a computation down as such a list.

    Examples
    --------
    >>> from tinygrad_ko import Variable
    >>> from tinygrad_ko.graph import Graph
    >>> x = Variable(3.0, name="x")
    >>> y = x**2 + 2 * x
    >>> y.name = "y"
    >>> print(Graph(y))
        operation  arguments  shape  value
    v0  leaf x                ()     3.0
    v1  Pow        v0         ()
    v2  constant              ()     2
    v3  Mul        v2, v0     ()
    v4  Add y      v1, v3     ()     15.0
    """

    def __init__(self, *outputs: Variable) -> None:
        for output in outputs:
            if not isinstance(output, Variable):
                raise TypeError(f"Graph takes Variables, but {output!r} was given")
        roots: list[Node] = [o.creator for o in outputs if o.creator is not None]
        if not roots:
            raise ValueError(
                "there is no graph to show: give a Variable that was computed from Variables"
            )
        self._creators = [output.creator for output in outputs]
        self._functions = _functions_behind(roots)
        entries, self._places = _entries(self._functions)
        self.entries: tuple[Entry, ...] = tuple(entries)

    def __str__(self) -> str:
        rows = [("", "operation", "arguments", "shape", "value")]
        shown = list(range(len(self.entries)))
        left_out = len(shown) - LONGEST_TABLE
        if left_out > 0:
            del shown[LONGEST_TABLE // 2 : -LONGEST_TABLE // 2]
        for i in shown:
            entry = self.entries[i]
            rows.append(
                (
                    f"v{i}",
                    f"{entry.operation} {entry.name or ''}",
                    ", ".join(f"v{argument}" for argument in entry.arguments),
                    "" if entry.shape is None else str(entry.shape),
                    _short(entry.value),
                )
            )
        widths = [max(len(row[column].rstrip()) for row in rows) for column in range(5)]
        lines = [
            "  ".join(cell.rstrip().ljust(width) for cell, width in zip(row, widths, strict=True))
            for row in rows
        ]
        if left_out > 0:
            lines.insert(1 + LONGEST_TABLE // 2, f"...  {left_out} more, all of them in .entries")
        return "\n".join(line.rstrip() for line in lines)

    def __repr__(self) -> str:
        return f"<Graph of {self.summary()}>"

    def summary(self) -> str:
        """Return how often each operation occurs, the most frequent first.

        Examples
        --------
        >>> from tinygrad_ko import Variable
        >>> from tinygrad_ko.graph import Graph
        >>> x = Variable(3.0)
        >>> Graph(x * x * x + x).summary()
        '3 operations: Mul 2, Add 1'
        """
        counts = Counter(type(node).__name__ for node in self._functions).most_common()
        listed = ", ".join(f"{name} {count}" for name, count in counts)
        count = len(self._functions)
        return f"{count} operation{'' if count == 1 else 's'}: {listed}"

    def backward_order(self, output: int = 0) -> tuple[int, ...]:
        """Return the operations in the order in which `backward` will visit them.

        Parameters
        ----------
        output : int
            Where `backward` is called: the number of one of the Variables that the graph was made
            from.

        Returns
        -------
        tuple of int
            The place of each operation in `entries`: that of its first output, if it has several.

        Raises
        ------
        IndexError
            If the graph was not made from so many Variables.
        ValueError
            If there is no graph behind that Variable.

        Examples
        --------
        >>> from tinygrad_ko import Variable
        >>> from tinygrad_ko.graph import Graph
        >>> x = Variable(3.0)
        >>> graph = Graph(x**2 + 2 * x)
        >>> [graph.entries[place].operation for place in graph.backward_order()]
        ['Add', 'Pow', 'Mul']
        """
        if not 0 <= output < len(self._creators):
            raise IndexError(
                f"the graph was made from {len(self._creators)} Variables, counted from 0, "
                f"so there is no output {output!r}"
            )
        root = self._creators[output]
        if root is None:
            raise ValueError(
                f"there is no graph behind output {output}, so backward visits nothing"
            )
        order = []
        arrived: set[Node] = {root}
        waiting: list[tuple[int, int, Node]] = [(-root.generation, 0, root)]
        while waiting:  # newest generation first, and of one generation who arrived first
            node = heappop(waiting)[-1]
            order.append(self._places[node])
            for parent in node.parents or ():
                if isinstance(parent, Node) and parent not in arrived:
                    heappush(waiting, (-parent.generation, len(arrived), parent))
                    arrived.add(parent)
        return tuple(order)

    def dot(self) -> str:
        """Write the graph in the DOT language, for Graphviz and other tools that draw graphs.

        Returns
        -------
        str
            A ``digraph``. Variables are ellipses, operations boxes, constants plain text.

        References
        ----------
        The DOT language, https://graphviz.org/doc/info/lang.html

        Examples
        --------
        >>> from tinygrad_ko import Variable
        >>> from tinygrad_ko.graph import Graph
        >>> y = Variable(3.0, name="x") ** 2
        >>> print(Graph(y).dot())
        digraph {
          rankdir=LR
          n0 [label="x = 3.0", shape=ellipse]
          n1 [label="Pow", shape=box]
          n2 [label="9.0", shape=ellipse]
          n0 -> n1
          n1 -> n2
        }
        """
        return dot(*self._boxes())

    def svg(self, title: str = "", description: str = "", prefix: str = "graph") -> str:
        """Draw the graph; the horizontal axis is the generation.

        Parameters
        ----------
        title, description : str
            What the picture is and shows, for those who cannot see it.
        prefix : str
            What its ids begin with; different for each picture on a page.

        Returns
        -------
        str
            A complete ``<svg>`` element. Its colours are CSS variables with defaults, so that a
            page can set its own.

        Raises
        ------
        ValueError
            If there are too many operations for a picture.

        References
        ----------
        K. Sugiyama, S. Tagawa and M. Toda, "Methods for visual understanding of hierarchical
        system structures", IEEE Transactions on Systems, Man, and Cybernetics 11 (1981).

        Examples
        --------
        >>> from tinygrad_ko import Variable
        >>> from tinygrad_ko.graph import Graph
        >>> Graph(Variable(3.0) ** 2).svg(title="A square")[:4]
        '<svg'
        """
        if len(self._functions) > LARGEST_DRAWING:
            raise ValueError(
                f"a picture of {len(self._functions)} operations would show nothing (the limit "
                f"is {LARGEST_DRAWING}); print the graph, or draw a part of it"
            )
        boxes, arrows = self._boxes()
        return draw(boxes, arrows, title or self.summary(), description, prefix)

    def _boxes(self) -> tuple[list[Box], list[tuple[int, int]]]:
        """Return what there is to draw, and the arrows between them as pairs of numbers."""
        boxes: list[Box] = []
        arrows: list[tuple[int, int]] = []
        where: dict[int, int] = {}  # the value number -> its box
        operation = 0
        for i, entry in enumerate(self.entries):
            if entry.operation == "constant":
                continue  # drawn right before the operation that uses it
            column = 2 * entry.generation
            if entry.operation != "leaf":
                if entry.slot == 0:
                    operation = len(boxes)
                    boxes.append(Box("function", entry.operation, "", column - 1))
                    for argument in entry.arguments:
                        if self.entries[argument].operation == "constant":
                            where[argument] = len(boxes)
                            text = _short(self.entries[argument].value) or "c"
                            boxes.append(Box("constant", text, "", column - 2))
                        arrows.append((where[argument], operation))
                arrows.append((operation, len(boxes)))
            where[i] = len(boxes)
            boxes.append(Box("variable", entry.name or "", _short(entry.value), column))
        return boxes, arrows

    def _repr_svg_(self) -> str | None:
        """Show the picture in a notebook, which shows `repr` where this is None."""
        return None if len(self._functions) > LARGEST_DRAWING else self.svg()


def _functions_behind(roots: list[Node]) -> list[Node]:
    """Return the Functions of the graph, the oldest generation first, in the order of use."""
    found: dict[Node, None] = {}
    waiting = list(roots)
    while waiting:
        node = waiting.pop()
        if node not in found:
            found[node] = None
            waiting.extend(parent for parent in node.parents or () if isinstance(parent, Node))
    # The stack follows the last argument first; turned around, the first one comes first.
    first_argument_first = list(found)[::-1]
    return sorted(first_argument_first, key=lambda node: node.generation)


def _entries(functions: list[Node]) -> tuple[list[Entry], dict[Node, int]]:
    """Return the Wengert list, and where in it each Function's first output stands."""
    entries: list[Entry] = []
    first: dict[Node, int] = {}
    places: dict[tuple[Any, int], int] = {}  # a leaf or a Function's output -> its place
    for node in functions:
        arguments = []
        for i, parent in enumerate(node.parents or ()):
            if parent is None:
                kept = node.inputs[i] if i < len(node.inputs) else None
                shape = None if kept is None else np.shape(kept)
                arguments.append(len(entries))
                entries.append(Entry("constant", (), shape, kept, None, 0))
                continue
            slot = node._slots[i] if node._slots and isinstance(parent, Node) else 0
            if (parent, slot) not in places:  # a leaf seen for the first time
                assert isinstance(parent, Variable)
                places[parent, slot] = len(entries)
                entries.append(Entry("leaf", (), parent.shape, parent.data, parent.name, 0))
            arguments.append(places[parent, slot])
        first[node] = len(entries)
        alive = {output._slot: output for output in node._living_outputs()}
        for slot, (shape, _) in enumerate(node._output_specs()):
            output = alive.get(slot)
            places[node, slot] = len(entries)
            entries.append(
                Entry(
                    type(node).__name__,
                    tuple(arguments),
                    shape,
                    None if output is None else output.data,
                    None if output is None else output.name,
                    node.generation + 1,
                    slot,
                )
            )
    return entries, first


def _short(value: Any) -> str:
    """Write a number with five digits; an array by its shape alone; nothing for None."""
    if value is None:
        return ""
    if isinstance(value, int | float | np.ndarray | np.generic) and np.size(value) == 1:
        number = np.asarray(value).item()
        return f"{number:.5g}" if isinstance(number, float) and number % 1 else str(number)
    return f"array{np.shape(value)}"
