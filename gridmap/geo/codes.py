"""Codes: reading them as text, and the order in which places are numbered."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from gridmap.names import DIVISION_CODE_WIDTH

_WHOLE_FLOAT = re.compile(r"(\d+)\.0+")
_EXPONENT = re.compile(r"\d+(\.\d+)?[eE][+-]?\d+")
_DIVISION_CODE = re.compile(rf"[0-9]{{{DIVISION_CODE_WIDTH}}}")


def code_texts(values: pd.Series[Any]) -> pd.Series[str]:
    """Codes as trimmed text; nothing is an empty text.

    A whole number that a spreadsheet turned into a decimal fraction (130981100201.0) loses the fraction.
    Everything else stays as it is: leading zeros, letters, hyphens.
    """
    return values.map(_code_text).astype(object)


def is_rounded(code: str) -> bool:
    """Whether a code was written in exponents (1.30981E+11): its last digits are lost for good."""
    return _EXPONENT.fullmatch(code) is not None


def division_level(code: str) -> int | None:
    """Level of a 12-digit division code, 1 province to 5 village, by its trailing zeros; None for others."""
    if not is_division_code(code):
        return None
    groups = (code[:2], code[2:4], code[4:6], code[6:9], code[9:])
    return max(level for level, group in enumerate(groups, start=1) if level == 1 or int(group))


def is_division_code(code: str) -> bool:
    """Whether the code has the form of a division code: twelve digits."""
    return _DIVISION_CODE.fullmatch(code) is not None


def reading_order(centres: npt.NDArray[np.float64], row_height: float) -> npt.NDArray[np.intp]:
    """Indices of places in the order they are numbered: west to east in rows, rows from north to south.

    Args:
        centres: (n, 2) x east, y north, metres.
        row_height: metres; places in one such band from the northernmost centre down are one row.
    """
    x, y = centres[:, 0], centres[:, 1]
    rows = np.floor((y.max() - y) / row_height)
    return np.lexsort((-y, x, rows))


def _code_text(value: object) -> str:
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and np.isnan(value)):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = str(value).strip()
    whole = _WHOLE_FLOAT.fullmatch(text)
    return whole.group(1) if whole else text
