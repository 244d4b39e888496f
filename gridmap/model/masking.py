"""Texts out of files as they are told again: no number of a telephone or an identity card is whole in them.

What a number is, is judged by its digits, for one may stand in any cell. Codes of divisions (9 and 12 digits)
and of cells (15) are no such numbers, nor are coordinates.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from gridmap.messages import Message

_STARS: Final = "****"
_GAP: Final = r"[\s\-‐-―·()（）/_]{0,2}"
"""What may stand between groups of digits. A full stop may not: coordinates have one."""
_SPACE: Final = _GAP.replace("{0,2}", "{1,2}")
_LETTER_OR_DIGIT: Final = r"[\dOoIl]"
_PATTERNS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        # Sixteen digits or more: identity cards, also damaged ones, and cards of banks; the last may be an X.
        r"(?<!\d)(\d{6})\d{6,}(\d{3}[\dXxＸｘ])",
        # Identity cards in groups: 6-8-4 and 6-4-2-2-4, then by fours.
        rf"(?<!\d)(\d{{6}}){_SPACE}\d{{4}}{_GAP}\d\d{_GAP}\d\d{_SPACE}(\d{{3}}[\dXxＸｘ])(?!\d)",
        rf"(?<!\d)(\d{{4}})(?:{_SPACE}\d{{4}}){{3}}{_SPACE}(\d[\dXxＸｘ])(?!\d)",
        # Mobiles with what is dialled before them from abroad.
        r"(?<!\d)([0０]{0,2}[8８][6６][1１]\d{2})\d{4}(\d{4})(?!\d)",
        # Mobiles however they are grouped, then with full stops.
        rf"(?<!\d)([1１](?:{_GAP}\d){{2}})(?:{_GAP}\d){{4}}{_GAP}(\d(?:{_GAP}\d){{3}})(?!\d)",
        r"(?<!\d)([1１]\d{2})\.\d{4}\.(\d{4})(?!\d)",
        # Letters that are taken for digits.
        rf"(?<![0-9A-Za-z])(1{_LETTER_OR_DIGIT}{{2}}){_LETTER_OR_DIGIT}{{4}}({_LETTER_OR_DIGIT}{{4}})(?![0-9A-Za-z])",
        # A digit too much, where no province's codes begin so (13, 14 and 15 go on with 0, 1 or 2).
        r"(?<!\d)(1(?:[06-9]\d|3[2-9]|4[2-9]|5[13-9]))\d{5}(\d{4})(?!\d)",
        # A digit too few, which is why it stands in a list of faults.
        r"(?<!\d)(?<!\d\.)([1１]\d{2})\d{3}(\d{4})(?!\d)",
        # Landlines with their area code.
        rf"(?<!\d)([0０]\d{{2,3}}){_GAP}\d{{3,4}}{_GAP}(\d{{4}})(?!\d)",
    )
)
_LIKELY: Final = re.compile(r"\d[\dOoIl\s\-‐-―·()（）/_.]{9}")
"""Ten signs as every pattern has at least: most texts of a report have none such, and are soon done with."""
_NUMBER: Final = re.compile(r"(?<![\d*])\d(?:[ \-]?\d){4,}")
_WHOLE: Final = 8
"""Digits from which on the first three and last four may be told."""


def masked_text(text: str) -> str:
    """`text` with numbers that look like those of mobiles, landlines or identity cards as 100****5678."""
    if _LIKELY.search(text) is None:
        return text
    # Digits in front of a number may be taken for its first ones: what is left is looked at again.
    before = ""
    while text != before:
        before = text
        for pattern in _PATTERNS:
            text = pattern.sub(rf"\1{_STARS}\2", text)
    return text


def masked_phone(text: str) -> str:
    """A cell of a column of telephones: no number of five digits or more is told whole."""
    return _NUMBER.sub(_shortened, masked_text(text))


def masked_message(message: Message) -> Message:
    """A message with the texts in it masked; numbers, which are counts, stay."""
    return replace(message, params={name: _masked(value) for name, value in message.params.items()})


def masked_phone_message(message: Message) -> Message:
    """A message about a cell of a column of telephones: the texts in it are masked as that cell is."""
    params = {
        name: masked_phone(value) if isinstance(value, str) else _masked(value)
        for name, value in message.params.items()
    }
    return replace(message, params=params)


def masked_values(value: object, *, plain: frozenset[str] = frozenset()) -> object:
    """Values that JSON knows with every text in them masked, but for those below the keys `plain`."""
    if isinstance(value, str):
        return masked_text(value)
    if isinstance(value, Mapping):
        return {key: one if key in plain else masked_values(one, plain=plain) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [masked_values(one, plain=plain) for one in value]
    return value


def _masked(value: object) -> object:
    if isinstance(value, Message):
        return masked_message(value)
    if isinstance(value, str):
        return masked_text(value)
    return [_masked(one) for one in value] if isinstance(value, (list, tuple)) else value


def _shortened(found: re.Match[str]) -> str:
    digits = "".join(one for one in found.group() if one.isdigit())
    return f"{digits[:3]}{_STARS}{digits[-4:]}" if len(digits) >= _WHOLE else f"{_STARS}{digits[-2:]}"
