"""Counts out of cells: 约320户, 300余, 1.2万, 1,234, 三十二; with whether they are approximate."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from gridmap.messages import Message, msg
from gridmap.model.faults import FaultKind, Outcome
from gridmap.read.values.parsed import Note, Parsed, RefusedValueError
from gridmap.read.values.texts import tidy_text

NOTHING: Final = frozenset({"", "-", "--", "—", "——", "/", "\\", "无", "n/a", "na", "null", "none", "暂无"})
"""What people write into a cell that has nothing in it."""
_UNITS: Final = "人次|家次|户次|户|人|名|个|家|口|栋|座|次|件|处|辆|套|间|组|条|项|岁"
_BEFORE: Final = "大约|约|近|将近|超过|超|逾|不足|不到|至少|>=|≥|>|~|〜"
_AFTER: Final = "余|多|来|左右|上下|以上|\\+"
_COUNT: Final = re.compile(
    rf"(?P<before>{_BEFORE})?(?P<number>\d{{1,3}}(?:,\d{{3}}){{1,4}}|\d{{1,15}}(?:\.\d{{1,15}})?)"
    rf"(?P<after>{_AFTER})?(?P<scale>[十百千万亿])?(?P<later>{_AFTER})?(?:{_UNITS})?(?P<last>{_AFTER})?"
)
_WIDE: Final = re.compile("[\uff10-\uff19]")
_SCALES: Final = {"": 1, "十": 10, "百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000}
_DIGITS: Final = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_CHINESE: Final = re.compile(rf"(?P<before>{_BEFORE})?(?P<number>[零〇一二两三四五六七八九十百千万]{{1,15}})"
                             rf"(?P<after>{_AFTER})?(?:{_UNITS})?(?P<last>{_AFTER})?")  # fmt: skip


@dataclass(frozen=True)
class Count:
    """A count, and whether the file says that it is approximate."""

    value: int
    is_approximate: bool = False


def parse_count(text: str) -> Parsed[Count | None]:
    """A count of things; None where there is nothing in the cell.

    Raises:
        RefusedValueError: it is no whole number from 0 up.
    """
    plain = tidy_text(text).replace(" ", "").casefold()
    if plain in NOTHING:
        return Parsed(None)
    found = _COUNT.fullmatch(plain)
    chinese = None if found else _CHINESE.fullmatch(plain)
    if found:
        number = Decimal(found["number"].replace(",", "")) * _SCALES[found["scale"] or ""]
    elif chinese:
        number = Decimal(chinese_number(chinese["number"]))
    else:
        raise _refused(text, msg("no number such as 320, about 320 or 1,200"))
    if number != int(number):
        raise _refused(text, msg("a count has no fraction"))
    match = found or chinese
    assert match is not None
    about = any(match.groupdict().get(name) for name in ("before", "after", "later", "last"))
    note = Note(
        FaultKind.NUMBER_APPROXIMATE,
        msg("read as {n}, approximate", n=int(number)),
        Outcome.NOTED,
    )
    return Parsed(Count(int(number), is_approximate=about), (note,) if about else ())


def plain_numbers(column: pd.Series[Any]) -> npt.NDArray[np.float64]:
    """A column of numbers or texts as numbers, not a number where it holds none.

    Full-width digits, and spaces of every kind around them, are read as what they are.
    """
    numbers = _as_floats(column).copy()
    odd = np.isnan(numbers) & column.notna().to_numpy()
    if odd.any():
        numbers[odd] = _as_floats(column[odd].astype(str).map(tidy_text))
    return numbers


def with_plain_digits(frame: pd.DataFrame) -> tuple[int, pd.DataFrame]:
    """A table whose numbers in full-width digits are in plain ones, and how many there were."""
    changed = 0
    result = frame
    for title in frame.columns:
        if not (pd.api.types.is_object_dtype(frame[title]) or pd.api.types.is_string_dtype(frame[title])):
            continue
        wide = frame[title].map(lambda value: isinstance(value, str) and _WIDE.search(value) is not None)
        numbers = frame[title][wide.astype(bool)].map(tidy_text)
        numbers = numbers[np.isfinite(_as_floats(numbers))]
        if len(numbers):
            changed += len(numbers)
            values = frame[title].copy()
            values[numbers.index] = numbers
            result = result.assign(**{str(title): values})
    return changed, result


def _as_floats(column: pd.Series[Any]) -> npt.NDArray[np.float64]:
    return pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)


def chinese_number(text: str) -> int:
    """A number in Chinese numerals below a hundred million: 三十二, 一百零五, 两万三千, 二〇二〇."""
    if not any(letter in _SCALES for letter in text):
        return int("".join(str(_DIGITS[letter]) for letter in text))
    total = section = digit = 0
    for letter in text:
        if letter in _DIGITS:
            digit = _DIGITS[letter]
        elif letter == "万":
            total, section, digit = ((section + digit) or 1) * _SCALES[letter], 0, 0
        else:
            section, digit = section + (digit or 1) * _SCALES[letter], 0
    return total + section + digit


def _refused(text: str, why: Message) -> RefusedValueError:
    return RefusedValueError(
        FaultKind.NUMBER_FORM,
        msg("{value}: {why}", value=tidy_text(text)[:40], why=why),
        msg("Write one whole number."),
    )
