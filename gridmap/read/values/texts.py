"""Texts of office tables made plain: full-width letters, invisible signs, spaces and line breaks."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_BRACKETED: Final = re.compile(r"\(.*?\)|\[.*?\]")
_NO_LETTER: Final = re.compile(r"[\s_\-*::.。·/]+")
_INVISIBLE: Final = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]")
_LONGEST_HEADING: Final = 200
"""Characters of a heading that are compared; patterns for brackets are slow on what is no heading."""
_HAN: Final = re.compile(r"[\u3400-\u9fff\s]+")


def tidy_text(text: str) -> str:
    """Full-width letters as usual ones, no invisible characters, one space for many and for line breaks."""
    return " ".join(_visible(text).split())


def tidy_lines(text: str) -> str:
    """As `tidy_text`, but line breaks stay: they divide what stands one below the other in a cell."""
    lines = (" ".join(line.split()) for line in _visible(text).splitlines())
    return "\n".join(line for line in lines if line)


def heading_key(text: str) -> str:
    """A heading as it is compared: without case, spaces, signs, and what stands in brackets."""
    return _NO_LETTER.sub("", _BRACKETED.sub("", tidy_text(text)[:_LONGEST_HEADING])).casefold()


def plain_name(text: str) -> str:
    """A tidied name; one of Chinese characters set wide or broken over lines is one word, as 张 伟."""
    text = tidy_text(text)
    parts = text.split()
    return "".join(parts) if _HAN.fullmatch(text) and any(len(part) == 1 for part in parts) else text


def _visible(text: str) -> str:
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
