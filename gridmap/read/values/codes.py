"""Codes out of cells: text as it is, decimal points of spreadsheets taken away, lost digits refused."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from gridmap.messages import msg
from gridmap.model.faults import FaultKind
from gridmap.read.values.parsed import Note, Parsed, RefusedValueError
from gridmap.read.values.texts import tidy_text

_WHOLE_FLOAT: Final = re.compile(r"(\d+)\.0+")
_EXPONENT: Final = re.compile(r"(\d)(?:\.(\d+))?E\+?(\d{1,3})", re.IGNORECASE)
_KEPT_DIGITS: Final = 15
"""Digits of a number that Excel keeps (IEEE 754 doubles, shown to 15)."""
_ROUNDED: Final = re.compile(rf"[1-9]\d{{{_KEPT_DIGITS - 1}}}0{{3,}}")
"""A text of 18 and more digits that Excel wrote from a number: all beyond the fifteenth are zeros.

Less zeros are no proof: one code in ten ends in one, and 15 + 2 digits are a usual form.
"""
_SIGNS: Final = re.compile(r"^['`´]|\s+")


def parse_code(text: str, *, lengths: Collection[int] = ()) -> Parsed[str]:
    """A code as text; nothing is ''.

    Args:
        text: the cell.
        lengths: how many characters a code may have; any number where none is given.

    Raises:
        RefusedValueError: digits are lost, as in 1.30981E+11, or the length is another.
    """
    code = _SIGNS.sub("", tidy_text(text))
    notes: tuple[Note, ...] = ()
    if whole := _WHOLE_FLOAT.fullmatch(code):
        code = whole[1]
        notes = (
            Note(FaultKind.CODE_REPAIRED, msg("written as a decimal number; read as {code}", code=code)),
        )
    elif exponent := _EXPONENT.fullmatch(code):
        code = _restored(code, exponent)
        notes = (Note(FaultKind.CODE_REPAIRED, msg("written in exponents; read as {code}", code=code)),)
    if _ROUNDED.fullmatch(code):
        raise _lost(code)
    if code and lengths and len(code) not in lengths:
        raise RefusedValueError(
            FaultKind.CODE_FORM,
            msg(
                "{code} has {n} characters, and a code here has {lengths}",
                code=code,
                n=len(code),
                lengths=sorted(lengths),
            ),
        )
    return Parsed(code, notes)


def _restored(code: str, exponent: re.Match[str]) -> str:
    """All digits of a number in exponents, where it has them all.

    1.30981100201E+11 has its twelve; 1.30981E+11 had more that were not zeros, or not: nobody can tell.
    """
    digits = exponent[1] + (exponent[2] or "")
    places = int(exponent[3]) + 1
    if len(digits) != places or places > _KEPT_DIGITS:
        raise _lost(code)
    return digits


def _lost(code: str) -> RefusedValueError:
    return RefusedValueError(
        FaultKind.CODE_LOST,
        msg("{code}: a spreadsheet kept it as a number, and its last digits are lost", code=code),
        msg("Make the column text, and fill in the codes anew from their source."),
    )
