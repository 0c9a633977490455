"""Pictures of layered graphs as SVG text: columns in order, few crossings, smooth arrows."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from unicodedata import east_asian_width

__all__ = ["Box", "draw"]

COLUMN_GAP = 26.0
ROW_HEIGHT = 52.0
BOX_HEIGHT = 34.0
PADDING = 12.0
MARGIN = 8.0
LETTER = 7.6  # the width of a letter at the font size below
FONT_SIZE = 14

FOREGROUND = "var(--plot-foreground,#1f2430)"
MUTED = "var(--plot-muted,#5b6472)"
GROUND = "fill:var(--plot-background,#fefefe)"  # under a constant too: a notebook may be dark
BOX_STYLES = {
    "variable": f"{GROUND};stroke:var(--plot-accent-1,#0b62c4)",
    "function": f"fill:var(--plot-grid,#dfe3e8);stroke:{FOREGROUND}",
    "constant": f"{GROUND};stroke:none",
}
CORNERS = {"variable": BOX_HEIGHT / 2, "function": 4.0, "constant": 0.0}


@dataclass
class Box:
    """One thing to draw: its kind is ``"variable"``, ``"function"`` or ``"constant"``."""

    kind: str
    name: str
    value: str
    column: int

    @property
    def text(self) -> str:
        """Return what is written in the box."""
        return " = ".join(part for part in (self.name, self.value) if part)

    @property
    def width(self) -> float:
        """Return the width that the text needs; Hangul letters take two."""
        letters = sum(2 if east_asian_width(letter) in "WF" else 1 for letter in self.text)
        return max(BOX_HEIGHT, letters * LETTER + 2 * PADDING)


def draw(
    boxes: list[Box], arrows: list[tuple[int, int]], title: str, description: str, prefix: str
) -> str:
    """Return an ``<svg>`` of the boxes by column, with an arrow for each pair of box numbers."""
    columns, paths = _with_dummies(boxes, arrows)
    _order(columns, paths)
    y = _heights(columns, paths)
    x, total = _positions(boxes, columns)
    top = min(y.values()) - BOX_HEIGHT / 2 - MARGIN
    height = max(y.values()) + BOX_HEIGHT / 2 + MARGIN - top
    drawn = [_arrow(path, boxes, x, y) for path in paths]
    lines, heads = [line for line, _ in drawn], [head for _, head in drawn]
    ids = f"{escape(prefix)}-title {escape(prefix)}-desc"
    view = f"0 {top:.1f} {total:.1f} {height:.1f}"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{view}" width="{total:.0f}" ',
        f'height="{height:.0f}" role="img" aria-labelledby="{ids}">',
        f'<title id="{escape(prefix)}-title">{escape(title)}</title>',
        f'<desc id="{escape(prefix)}-desc">{escape(description)}</desc>',
        *_group(f"fill:none;stroke:{MUTED};stroke-width:1.5", lines),
        *_group(f"fill:{MUTED}", heads),
    ]
    for kind, style in BOX_STYLES.items():
        shapes = [_shape(box, x, y[i]) for i, box in enumerate(boxes) if box.kind == kind]
        parts += _group(f"{style};stroke-width:1.5", shapes)
    texts = [
        f'<text x="{x[box.column]:.1f}" y="{y[i] + FONT_SIZE * 0.35:.1f}">{escape(box.text)}</text>'
        for i, box in enumerate(boxes)
    ]
    parts += _group(f"fill:{FOREGROUND};font-size:{FONT_SIZE}px;text-anchor:middle", texts)
    return "\n".join([*parts, "</svg>"])


def _group(style: str, elements: Sequence[str]) -> list[str]:
    return [f'<g style="{style}">', *elements, "</g>"] if elements else []


def _shape(box: Box, x: list[float], y: float) -> str:
    return (
        f'<rect x="{x[box.column] - box.width / 2:.1f}" y="{y - BOX_HEIGHT / 2:.1f}" '
        f'width="{box.width:.1f}" height="{BOX_HEIGHT:.0f}" rx="{CORNERS[box.kind]:.0f}"/>'
    )


def _with_dummies(
    boxes: list[Box], arrows: list[tuple[int, int]]
) -> tuple[list[list[int]], list[list[int]]]:
    """Return the items of each column, and each arrow as a path through all columns between.

    Items are box numbers, and larger numbers for the bends of arrows that pass a column.
    """
    columns: list[list[int]] = [[] for _ in range(max(box.column for box in boxes) + 1)]
    for i, box in enumerate(boxes):
        columns[box.column].append(i)
    paths = []
    dummy = len(boxes)
    for start, end in arrows:
        path = [start]
        for column in range(boxes[start].column + 1, boxes[end].column):
            columns[column].append(dummy)
            path.append(dummy)
            dummy += 1
        paths.append([*path, end])
    return columns, paths


def _neighbours(paths: list[list[int]]) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
    before: dict[int, list[int]] = {}
    after: dict[int, list[int]] = {}
    for path in paths:
        for a, b in pairwise(path):
            after.setdefault(a, []).append(b)
            before.setdefault(b, []).append(a)
    return before, after


def _crossings(columns: list[list[int]], after: dict[int, list[int]]) -> int:
    count = 0
    for left, right in pairwise(columns):
        place = {item: i for i, item in enumerate(right)}
        ends = [end for item in left for end in sorted(place[b] for b in after.get(item, []))]
        count += sum(a > b for i, a in enumerate(ends) for b in ends[i + 1 :])
    return count


def _order(columns: list[list[int]], paths: list[list[int]]) -> None:
    """Order each column so that few arrows cross: barycentres, with a few seeded restarts."""
    before, after = _neighbours(paths)
    rng = random.Random(0)
    best, fewest = [list(column) for column in columns], _crossings(columns, after)
    for attempt in range(8):
        if fewest == 0:
            break
        trial = [list(column) for column in columns]
        if attempt:
            for column in trial:
                rng.shuffle(column)
        for sweep in range(12):
            forward = sweep % 2 == 0
            links = before if forward else after
            order = range(1, len(trial)) if forward else range(len(trial) - 2, -1, -1)
            for c in order:
                other = trial[c - 1 if forward else c + 1]
                place = {item: float(i) for i, item in enumerate(other)}
                here = {item: float(i) for i, item in enumerate(trial[c])}
                trial[c].sort(key=lambda item: _mean(links.get(item, []), place, here[item]))
            if (count := _crossings(trial, after)) < fewest:
                best, fewest = [list(column) for column in trial], count
    columns[:] = best


def _mean(items: list[int], place: dict[int, float], otherwise: float) -> float:
    return sum(place[item] for item in items) / len(items) if items else otherwise


def _heights(columns: list[list[int]], paths: list[list[int]]) -> dict[int, float]:
    """Return the y of each item: near the middle of its neighbours, a row apart in its column."""
    before, after = _neighbours(paths)
    links = {
        item: before.get(item, []) + after.get(item, []) for column in columns for item in column
    }
    y = {
        item: (i - (len(column) - 1) / 2) * ROW_HEIGHT
        for column in columns
        for i, item in enumerate(column)
    }
    for _ in range(30):
        for column in columns:
            wanted = [_mean(links[item], y, y[item]) for item in column]
            # Keep the order and the distance: push down from the top, and up from the bottom.
            down, up = list(wanted), list(wanted)
            for i in range(1, len(column)):
                down[i] = max(down[i], down[i - 1] + ROW_HEIGHT)
            for i in range(len(column) - 2, -1, -1):
                up[i] = min(up[i], up[i + 1] - ROW_HEIGHT)
            for item, a, b in zip(column, down, up, strict=True):
                y[item] = (a + b) / 2
    return y


def _positions(boxes: list[Box], columns: list[list[int]]) -> tuple[list[float], float]:
    """Return the middle of each column, and the width of the whole picture."""
    x, edge = [], MARGIN
    for column in columns:
        width = max([boxes[item].width for item in column if item < len(boxes)], default=0.0)
        x.append(edge + width / 2)
        edge += width + COLUMN_GAP
    return x, edge - COLUMN_GAP + MARGIN


def _arrow(
    path: list[int], boxes: list[Box], x: list[float], y: dict[int, float]
) -> tuple[str, str]:
    """Return a smooth line from box to box through the bends of the path, and its head."""
    first, last = boxes[path[0]], boxes[path[-1]]
    points = [(x[first.column] + first.width / 2, y[path[0]])]
    points += [(x[first.column + i], y[item]) for i, item in enumerate(path[1:-1], 1)]
    tip = (x[last.column] - last.width / 2, y[path[-1]])
    points.append((tip[0] - 6, tip[1]))
    text = f"M{points[0][0]:.1f},{points[0][1]:.1f}"
    for (x0, y0), (x1, y1) in pairwise(points):
        middle = (x0 + x1) / 2
        text += f" C{middle:.1f},{y0:.1f} {middle:.1f},{y1:.1f} {x1:.1f},{y1:.1f}"
    head = f"M{tip[0]:.1f},{tip[1]:.1f} l-8,-4.5 v9 z"
    return f'<path d="{text}"/>', f'<path d="{head}"/>'
