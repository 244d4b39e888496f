"""The font of paper products: measuring, wrapping and shortening text in Gridmap Sans, which ships with us.

Widths are sums of advances: the font has no kerning and no ligatures (`scripts/make_fonts.py`), so what is
measured here is what is drawn. Lengths come out in the unit that `size` is given in.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Final

from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font, LoadFlags

FAMILY: Final = "Gridmap Sans"
_FOLDER: Final = Path(__file__).parent / "font_files"
_REPLACEMENT: Final = "〓"
"""Printed for a character the font lacks: the geta mark, which typesetters use for exactly this."""
_ELLIPSIS: Final = "…"
_NEVER_FIRST: Final = "，。；：、！？）》」』】”’…%,.;:!?)"
_TOKEN: Final = re.compile(rf"(?:[^\s\u2e80-\uffef]+|\S)[{re.escape(_NEVER_FIRST)}]*\s*")
"""A word of a spaced script or one ideograph, with the punctuation that must not begin a line."""


def font_file(*, bold: bool = False) -> Path:
    """The TrueType file of the regular or the bold style."""
    return _FOLDER / f"GridmapSans-{'Bold' if bold else 'Regular'}.ttf"


def font_properties(*, bold: bool = False) -> FontProperties:
    """The font for matplotlib, named by its file: nothing is looked up among the system's fonts."""
    return FontProperties(fname=font_file(bold=bold))


def missing_characters(text: str) -> set[str]:
    """The characters of `text` that the font cannot draw; white space and control characters aside."""
    return {character for character in text if character.isprintable() and ord(character) not in _charmap()}


def drawable(text: str) -> str:
    """`text` on one line, without control characters, and with a mark for what the font lacks."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    lacking = missing_characters(line)
    return "".join(_REPLACEMENT if character in lacking else character for character in line)


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Width of one drawable line set at `size`."""
    return size * sum(_advance(character, bold) for character in text)


def shorten(text: str, size: float, width: float, *, bold: bool = False) -> str:
    """`text`, cut with an ellipsis where it is wider than `width`."""
    if text_width(text, size, bold=bold) <= width:
        return text
    room = width - text_width(_ELLIPSIS, size, bold=bold)
    kept = 0.0
    for index, character in enumerate(text):
        kept += size * _advance(character, bold)
        if kept > room:
            return text[:index].rstrip() + _ELLIPSIS
    return text


def wrap(text: str, size: float, width: float, *, bold: bool = False) -> list[str]:
    """Break `text` into lines of at most `width`: between words, or between any two ideographs.

    Closing punctuation does not begin a line; a single word wider than `width` is broken where it must.
    """
    lines = [""]
    for token in _TOKEN.findall(text):
        if text_width(lines[-1] + token.rstrip(), size, bold=bold) <= width:
            lines[-1] += token
            continue
        if lines[-1]:
            lines.append("")
        for character in token:
            if lines[-1] and text_width(lines[-1] + character, size, bold=bold) > width:
                lines.append("")
            lines[-1] += character
    return [line.rstrip() for line in lines]


@cache
def _face(bold: bool) -> FT2Font:
    return FT2Font(str(font_file(bold=bold)))


@cache
def _charmap() -> frozenset[int]:
    return frozenset(_face(bold=False).get_charmap())


@cache
def _advance(character: str, bold: bool) -> float:
    face = _face(bold)
    return float(face.load_char(ord(character), LoadFlags.NO_SCALE).horiAdvance) / face.units_per_EM
