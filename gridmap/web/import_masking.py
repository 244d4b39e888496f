"""Texts of files on the page: numbers of telephones and identity cards are never shown whole."""

from __future__ import annotations

import re
from typing import Final

_STARS: Final = "****"
_IDENTITY: Final = re.compile(r"(?<!\d)(\d{6})\d{8}(\d{3}[\dXx])(?![\dXx])")
_MOBILE: Final = re.compile(r"(?<!\d)([1１]\d{2})[ \-]?\d{4}[ \-]?(\d{4})(?!\d)")
_LANDLINE: Final = re.compile(r"(?<!\d)([0０]\d{2,3})[ \-]?\d{3,4}(\d{4})(?!\d)")
_CUT_MOBILE: Final = re.compile(r"(?<![\d.])(1\d{2})\d{3}(\d{4})(?![\d.])")
"""A digit is missing, which is why it stands in a list of faults."""
_NUMBER: Final = re.compile(r"(?<![\d*])\d(?:[ \-]?\d){4,}")
_WHOLE: Final = 8
"""Digits from which on the first three and last four may be told."""


def masked_text(text: str) -> str:
    """`text` with numbers that look like those of mobiles, landlines or identity cards as 100****5678."""
    for pattern in (_IDENTITY, _MOBILE, _CUT_MOBILE, _LANDLINE):
        text = pattern.sub(rf"\1{_STARS}\2", text)
    return text


def masked_phone(text: str) -> str:
    """A cell of a column of telephones: no number of five digits or more is told whole."""
    return _NUMBER.sub(_shortened, masked_text(text))


def _shortened(found: re.Match[str]) -> str:
    digits = "".join(one for one in found.group() if one.isdigit())
    return f"{digits[:3]}{_STARS}{digits[-4:]}" if len(digits) >= _WHOLE else f"{_STARS}{digits[-2:]}"
