"""The look that all figures of the site share: colours for light and dark, type, and sizes.

A figure is drawn in the light colours below. The `plot` directive then replaces each of them by
the CSS variable of the same name, so that the reader's light or dark page decides.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from math import isclose, log10
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cycler import cycler
from matplotlib import font_manager
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FOREGROUND = "#1f2430"  # text and axes
MUTED = "#5b6472"  # text and lines of less importance
GRID = "#dfe3e8"  # decoration: too faint to carry meaning
BACKGROUND = "#fefefe"  # the page itself, to set one thing off from another behind it
ACCENT_1 = "#0b62c4"
ACCENT_2 = "#b4460a"
ACCENT_3 = "#0a7554"
ACCENT_4 = "#8a3bb0"

# Light colour -> (name of the CSS variable, colour on the dark page); equal to _static/plot.css.
PALETTE: dict[str, tuple[str, str]] = {
    FOREGROUND: ("--plot-foreground", "#d8dce3"),
    MUTED: ("--plot-muted", "#9aa4b2"),
    GRID: ("--plot-grid", "#353a43"),
    BACKGROUND: ("--plot-background", "#131416"),
    ACCENT_1: ("--plot-accent-1", "#6cb2ff"),
    ACCENT_2: ("--plot-accent-2", "#ff9f66"),
    ACCENT_3: ("--plot-accent-3", "#4fd0a3"),
    ACCENT_4: ("--plot-accent-4", "#d8a1f4"),
}

# At this width a figure fits a telephone of 390 pixels with its text at about 11 pixels.
WIDTH = 464
HEIGHT = 300
FONT_SIZE = 14

SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def new_figure(width: float = WIDTH, height: float = HEIGHT) -> Figure:
    """Return an empty figure, `width` and `height` in pixels of the page.

    A figure wider than 480 gets a box that scrolls on narrow screens.
    """
    return Figure(figsize=(width / 72, height / 72), dpi=72, layout="constrained")


def powers_of_ten(axes: Axes, which: str = "both", step: int = 2) -> None:
    """Make the axes logarithmic, a tick at every `step`-th power of ten, written as 10⁻⁴."""
    for name in ("x", "y") if which == "both" else (which,):
        getattr(axes, f"set_{name}scale")("log")
        axis = getattr(axes, f"{name}axis")
        axis.set_major_locator(LogLocator(base=10.0**step, numticks=50))
        axis.set_minor_locator(NullLocator())
        axis.set_major_formatter(FuncFormatter(lambda value, position: power_of_ten(value)))


def power_of_ten(value: float) -> str:
    """Write 0.001 as 10⁻³; a value that is no power of ten as it is."""
    if value > 0:
        exponent = round(log10(value))
        if isclose(value, 10.0**exponent, rel_tol=1e-9):
            return "10" + str(exponent).translate(SUPERSCRIPT)
    return f"{value:g}"


@cache
def _font() -> str:
    """Make a font with Hangul known to matplotlib, so that Korean labels get their true width."""
    spec = find_spec("koreanize_matplotlib")  # found, not imported: importing it changes settings
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(
            "the figures need the package koreanize-matplotlib, for its Korean font: "
            "install the dependency group `docs`"
        )
    folder = Path(spec.origin).parent / "fonts"
    for name in ("NanumGothic.ttf", "NanumGothicBold.ttf"):
        font_manager.fontManager.addfont(str(folder / name))
    return font_manager.FontProperties(fname=str(folder / "NanumGothic.ttf")).get_name()


def settings() -> dict[str, Any]:
    """Return the matplotlib settings under which every figure is drawn and saved."""
    font = _font()
    return {
        "axes.axisbelow": True,
        "axes.edgecolor": MUTED,
        "axes.facecolor": "none",
        "axes.grid": True,
        "axes.labelcolor": FOREGROUND,
        "axes.labelsize": FONT_SIZE,
        "axes.linewidth": 1.0,
        "axes.prop_cycle": cycler(color=[ACCENT_1, ACCENT_2, ACCENT_3, ACCENT_4])
        + cycler(linestyle=["-", "--", "-.", ":"]),
        "axes.spines.right": False,
        "axes.spines.top": False,
        "axes.titlecolor": FOREGROUND,
        "axes.titlesize": FONT_SIZE,
        "figure.facecolor": "none",
        "font.family": [font, "DejaVu Sans"],
        "font.size": FONT_SIZE,
        "grid.color": GRID,
        "grid.linewidth": 1.0,
        "legend.fontsize": FONT_SIZE,
        "legend.frameon": False,
        "legend.labelcolor": FOREGROUND,
        "lines.linewidth": 2.0,
        "lines.markersize": 7.0,
        "mathtext.bf": f"{font}:semibold",  # the weight under which matplotlib has the bold file
        "mathtext.bfit": f"{font}:italic:semibold",
        "mathtext.cal": font,
        "mathtext.fallback": "stixsans",
        "mathtext.fontset": "custom",
        "mathtext.it": f"{font}:italic",
        "mathtext.rm": font,
        "mathtext.sf": font,
        "mathtext.tt": font,
        "patch.edgecolor": FOREGROUND,
        "savefig.facecolor": "none",
        "svg.fonttype": "none",
        "text.color": FOREGROUND,
        "xtick.color": MUTED,
        "xtick.labelcolor": FOREGROUND,
        "xtick.labelsize": FONT_SIZE - 1,
        "ytick.color": MUTED,
        "ytick.labelcolor": FOREGROUND,
        "ytick.labelsize": FONT_SIZE - 1,
    }
