"""Make the site's math font: the part of Latin Modern Math that formulas on the pages can need.

The result is a changed work under the GUST Font License, which asks that such works carry
another name; so the family is called `Site Math`.

Usage: python subset.py latinmodern-math.otf site-math.woff2   (needs fonttools and brotli)
"""

from __future__ import annotations

import sys

from fontTools import subset
from fontTools.ttLib import TTFont

FAMILY = "Site Math"

# What the formulas of a text on differentiation are made of. Left out: sans-serif, typewriter and
# Fraktur alphabets, bold italic Latin letters (vectors are bold and upright), upright small Greek,
# relations and arrows that are rare. A page has to stay light, and the reader's own math font
# stands in for a character that is missing here.
RANGES = [
    (0x0020, 0x007E),  # ASCII
    (0x2010, 0x2026),  # dashes, quotation marks, dots
    (0x2032, 0x2037),  # primes
    (0x2061, 0x2064),  # invisible operators
    (0x2190, 0x2199),  # arrows
    (0x21D0, 0x21D5),
    (0x2200, 0x2223),  # operators and relations
    (0x2225, 0x222C),
    (0x2264, 0x226F),
    (0x2282, 0x228B),
    (0x2295, 0x2299),
    (0x22C0, 0x22C6),
    (0x22EE, 0x22F1),
    (0x2308, 0x230B),  # ceiling and floor
    (0x23DC, 0x23DF),  # parentheses and braces above and below
    (0x1D400, 0x1D433),  # bold
    (0x1D434, 0x1D467),  # italic
    (0x1D49C, 0x1D4B5),  # script capitals
    (0x1D538, 0x1D551),  # blackboard capitals
    (0x1D6A4, 0x1D6A5),  # dotless italics
    (0x1D6E2, 0x1D71B),  # Greek italic
    (0x1D736, 0x1D755),  # small Greek bold italic
    (0x1D7CE, 0x1D7D7),  # bold digits
]
SINGLE = (
    "\u00a0\u00ac\u00af\u00b0\u00b1\u00b4\u00b7\u00d7\u00f7\u0131\u0237\u02c6\u02c7\u02d8\u02d9\u02dc"
    "\u0302\u0303\u0304\u0305\u0307\u0308\u030c\u0338\u20d7"  # accents
    "ΓΔΘΛΞΠΣΥΦΨΩ"
    "ℂℎℋℐℒℓℕℙℚℛℝℤℬℰℱℳ"
    "‖⁄↑↓↔↦↩↪⇌∼≃≅≈≔≠≡⊢⊣⊤⊥⋅⋆△□○●⟨⟩⟵⟶⟷⟸⟹⟺⩽⩾⪯⪰∮∴∵≺≻⊓⊔⨁⨂⟦⟧■✓"
)
FEATURES = ["dtls", "flac", "kern", "mark", "mkmk", "ccmp"]
PRIMES = (0x2032, 0x2033, 0x2034, 0x2035)
OVERLINE, MACRON = 0x203E, 0x00AF


def draw_primes_for_superscripts(font: TTFont) -> None:
    """Give the primes the drawing that is meant for superscripts, where formulas have them.

    The font has it behind the feature `ssty`, which browsers do not ask for. The feature goes:
    its other drawings, for every letter at two small sizes, would double the file.
    """
    names = font.getBestCmap()
    glyphs = set(font.getGlyphOrder())
    for table in font["cmap"].tables:
        for code in PRIMES:
            if code in table.cmap and f"{names[code]}.st" in glyphs:
                table.cmap[code] = f"{names[code]}.st"


def draw_overline_as_macron(font: TTFont) -> None:
    """Give the bar over a letter, which Temml writes as an overline, the drawing of the macron.

    Latin Modern Math has no overline, and the next font in the page's stack would draw it: in
    fonts with Hangul it is as wide as a syllable.
    """
    drawing = font.getBestCmap()[MACRON]
    for table in font["cmap"].tables:
        if MACRON in table.cmap:
            table.cmap[OVERLINE] = drawing


def make(source: str, target: str) -> None:
    options = subset.Options()
    options.flavor = "woff2"
    options.layout_features = FEATURES
    options.hinting = False
    options.desubroutinize = False
    options.notdef_outline = True
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6]
    font = TTFont(source, recalcTimestamp=False)
    draw_primes_for_superscripts(font)
    draw_overline_as_macron(font)
    cutter = subset.Subsetter(options)
    wanted = {code for first, last in RANGES for code in range(first, last + 1)}
    cutter.populate(unicodes=wanted | {ord(character) for character in SINGLE} | {OVERLINE})
    cutter.subset(font)

    names = font["name"]
    original = names.getDebugName(0)
    version = names.getDebugName(5)
    new_names = {
        0: f"{original} Changed: cut down to the characters of one web site and renamed.",
        1: FAMILY,
        3: f"{FAMILY}; from Latin Modern Math {version}",
        4: FAMILY,
        6: FAMILY.replace(" ", ""),
    }
    for name_id, text in new_names.items():
        for record in [r for r in names.names if r.nameID == name_id]:
            names.setName(text, name_id, record.platformID, record.platEncID, record.langID)
    top = font["CFF "].cff
    top.fontNames = [FAMILY.replace(" ", "")]
    top[0].FullName = top[0].FamilyName = FAMILY
    subset.save_font(font, target, options)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    make(sys.argv[1], sys.argv[2])
