"""SVG text becomes a part of the page: own ids, the page's font and colours, nothing extra."""

from __future__ import annotations

import re
from xml.etree import ElementTree

# Figures up to this width shrink with a narrow page and stay readable; wider ones scroll.
SHRINKS_UP_TO = 480.0
LARGEST_SCALE = 1.25
SMALLEST_SCALE = 0.75

COLOUR = re.compile(r"(?<!url\()#[0-9a-fA-F]{3,8}\b")
LONG_NUMBER = re.compile(r"-?\d+\.\d{3,}")
REFERENCE = re.compile(r"url\(#([^)]+)\)")
FONT_FAMILY = re.compile(r"font-family:[^;]*;?\s*")
# `font: 14px 'NanumGothic', 'DejaVu Sans'`, perhaps with a style and a weight before the size
FONT_SHORTHAND = re.compile(
    r"font:\s*(?P<style>italic|oblique)?\s*(?P<weight>bold|[1-9]00)?\s*(?P<size>[\d.]+px)[^;]*"
)
# Fonts with Hangul draw these tiny or as wide as a syllable: they become ordinary digits, moved.
SMALL = re.compile("(?P<low>[₀-₉]+)|(?P<high>[⁰¹²³⁴-⁹⁻]+)")
LARGE = str.maketrans("₀₁₂₃₄₅₆₇₈₉⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "01234567890123456789−")
SMALL_SIZE, LOW, HIGH = 0.72, 0.2, -0.36  # in sizes of the letters around them
# A path of matplotlib: from point to point, straight or curved, each with its own letter.
POINT = r"(?:\s*-?[\d.]+(?:e-?\d+)?){2}\s*"
PATH = re.compile(f"(?:[ML]{POINT}|Q(?:{POINT}){{2}}|C(?:{POINT}){{3}}|[zZ]\\s*)+")
STEP = re.compile(r"([MLQCzZ])([^MLQCzZ]*)")
GEOMETRY = {"d", "x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "width", "height", "points"}


class SvgError(ValueError):
    """An SVG text cannot stand in a page; the text says why."""


def parse(text: str) -> ElementTree.Element:
    """Return the root of an SVG text, its names freed of namespaces, as HTML wants them."""
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise SvgError(f"the SVG text is not well-formed XML ({error})") from error
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
        for name in list(element.attrib):
            if not name.startswith("{"):
                continue
            value = element.attrib.pop(name)
            short = name.rpartition("}")[2]
            if short in {"href", "space", "lang"}:
                element.set({"space": "xml:space"}.get(short, short), value)
    if root.tag != "svg":
        raise SvgError(f"the text is a <{root.tag}> element, and <svg> was wanted")
    if len(root.get("viewBox", "").replace(",", " ").split()) != 4:
        raise SvgError('the <svg> has no viewBox="x y width height", by which it finds its size')
    return root


def width_of(root: ElementTree.Element) -> float:
    """Return the width in the drawing's own units, which are pixels at scale 1."""
    return float(root.get("viewBox", "").replace(",", " ").split()[2])


def scrolls(root: ElementTree.Element) -> bool:
    """Say whether the drawing is too wide to shrink to a narrow page."""
    return width_of(root) > SHRINKS_UP_TO


def put_in_page(root: ElementTree.Element, prefix: str, alt: str) -> None:
    """Fit the drawing to a page: ids that stand once in it, a size, and words for its sight."""
    # The page gives the alternative; a title would be a tooltip too.
    for name in ("title", "desc"):
        for words in root.findall(name):
            root.remove(words)
    for name in ("aria-labelledby", "aria-describedby"):
        root.attrib.pop(name, None)
    _prefix_ids(root, prefix)
    width = width_of(root)
    size = f"max-width:{width * LARGEST_SCALE:g}px"
    if scrolls(root):
        size += f";min-width:{width * SMALLEST_SCALE:g}px"
    style = root.get("style", "").strip().rstrip(";")
    root.set("style", f"{style};{size}" if style else size)
    for name in ("width", "height", "version", "id"):
        root.attrib.pop(name, None)
    root.set("role", "img")
    root.set("aria-label", alt)


def _prefix_ids(root: ElementTree.Element, prefix: str) -> None:
    used = set()
    for element in root.iter():
        for name, value in element.attrib.items():
            if name == "href" and value.startswith("#"):
                used.add(value[1:])
            elif name in {"aria-labelledby", "aria-describedby"}:
                used.update(value.split())
            used.update(REFERENCE.findall(value))
        if element.tag == "style":
            used.update(re.findall(r"#([\w-]+)", element.text or ""))
    for element in root.iter():
        if (own := element.get("id")) is not None:
            if own in used:
                element.set("id", f"{prefix}-{own}")
            else:
                del element.attrib["id"]
        for name, value in list(element.attrib.items()):
            if name == "href" and value.startswith("#"):
                element.set(name, f"#{prefix}-{value[1:]}")
            elif name in {"aria-labelledby", "aria-describedby"}:
                element.set(name, " ".join(f"{prefix}-{part}" for part in value.split()))
            elif name != "id":
                element.set(name, REFERENCE.sub(rf"url(#{prefix}-\1)", value))
        if element.tag == "style" and element.text:
            element.text = re.sub(r"#(?=[A-Za-z_])([\w-]+)", rf"#{prefix}-\1", element.text)


def tidy_matplotlib(root: ElementTree.Element, variables: dict[str, str]) -> None:
    """Take matplotlib's habits out of its drawing; `variables` maps colours to CSS variables."""
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag == "metadata":
                parent.remove(child)
            elif child.tag == "defs":
                # It sets these two for `*`, which in a page would be every element.
                for style in child.findall("style"):
                    child.remove(style)
                if len(child) == 0:
                    parent.remove(child)
        if parent.text is not None and not parent.text.strip() and len(parent):
            parent.text = None
    root.set("style", "stroke-linejoin:round;stroke-linecap:butt")
    for element in root.iter():
        if element.tail is not None and not element.tail.strip():
            element.tail = None
        if element.get("transform", "").startswith("rotate(-0 "):
            del element.attrib["transform"]
        if PATH.fullmatch(element.get("d", "")):
            element.set("d", _relative(element.attrib["d"]))
        for name in GEOMETRY | {"transform"}:
            if name in element.attrib:
                element.set(name, _shorter(element.attrib[name]))
        if "style" in element.attrib:
            css = _with_variables(element.attrib["style"], variables)
            css = FONT_SHORTHAND.sub(_font_without_family, FONT_FAMILY.sub("", css))
            element.set("style", _shorter(css).strip())
        if element.tag == "text" and len(element) == 0:
            _move_small_digits(element)


def _move_small_digits(label: ElementTree.Element) -> None:
    """Write the indices and powers of a label as smaller digits, lower or higher."""
    words, at, line = label.text or "", 0, 0.0
    if not SMALL.search(words):
        return
    label.text = None

    def write(text: str, move: float, size: float) -> None:
        part = ElementTree.SubElement(label, "tspan")
        part.text = text
        if move:
            part.set("dy", f"{move / size:.2f}em")
        if size != 1:
            part.set("font-size", f"{size:.0%}")

    for match in SMALL.finditer(words):
        if match.start() > at:
            write(words[at : match.start()], -line, 1)
            line = 0.0
        place = LOW if match["low"] else HIGH
        write(match[0].translate(LARGE), place - line, SMALL_SIZE)
        at, line = match.end(), place
    if at < len(words):
        write(words[at:], -line, 1)


def _font_without_family(match: re.Match[str]) -> str:
    parts = [f"font-size: {match['size']}"]
    if match["style"]:
        parts.append(f"font-style: {match['style']}")
    if match["weight"]:
        parts.append(f"font-weight: {match['weight']}")
    return "; ".join(parts)


def _with_variables(style: str, variables: dict[str, str]) -> str:
    def replace(match: re.Match[str]) -> str:
        colour = match[0].lower()
        if colour not in variables:
            raise SvgError(
                f"the figure uses the colour {colour}, which is not one of the palette's "
                f"({', '.join(variables)}) and would not change with the page: use a colour "
                "from figures/_style.py"
            )
        return f"var({variables[colour]})"

    return COLOUR.sub(replace, style)


def _shorter(text: str) -> str:
    return LONG_NUMBER.sub(lambda match: f"{float(match[0]):.2f}".rstrip("0").rstrip("."), text)


def _relative(path: str) -> str:
    """Write a path as steps in tenths of a pixel, which is a third as long as matplotlib's own."""
    text, before = "", ""
    here = start = (0, 0)
    for letter, numbers in STEP.findall(path):
        command = letter.lower()
        if command == "z":
            text, here, before = f"{text}z", start, command
            continue
        values = [round(float(number) * 10) for number in numbers.split()]
        points = list(zip(values[::2], values[1::2], strict=True))
        moves = [value - here[axis] for point in points for axis, value in enumerate(point)]
        # A letter need not be said again; after the first point of a line, lines are expected.
        text += " " if command == before else command
        text += " ".join(map(_tenths, moves))
        here, before = points[-1], command
        if command == "m":
            start, before = here, "l"
    return text.replace(" -", "-")


def _tenths(number: int) -> str:
    return re.sub(r"\b0(?=\.)", "", f"{number / 10:g}")


def serialise(root: ElementTree.Element) -> str:
    """Return the drawing as text for an HTML page."""
    return ElementTree.tostring(root, encoding="unicode")
