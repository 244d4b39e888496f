"""Dates out of cells: 2020.3.5, 2020年3月5日, 二〇二〇年三月五日, day numbers, and 3月5日 with a year."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from gridmap.messages import Message, msg
from gridmap.model.faults import FaultKind
from gridmap.read.values.numbers import NOTHING, chinese_number
from gridmap.read.values.parsed import Note, Parsed, RefusedValueError
from gridmap.read.values.texts import tidy_text

_TIME: Final = (
    r"(?:[T ]?(?P<half>上午|下午|晚上?|am|pm)?(?P<hour>\d{1,2})[:时点]"
    r"(?:(?P<minute>\d{1,2})(?:[:分](?P<second>\d{1,2}))?)?(?:\.\d+)?[分秒整]?)?"
)
_FULL: Final = re.compile(
    r"(?P<year>\d{4})(?:年|[-/.])(?P<month>\d{1,2})(?:月|[-/.])(?P<day>\d{1,2})[日号]?" + _TIME, re.IGNORECASE
)
_DIGITS: Final = re.compile(r"(?P<year>(?:19|20)\d\d)(?P<month>\d\d)(?P<day>\d\d)")
_NO_YEAR: Final = re.compile(r"(?P<month>\d{1,2})(?:月|/|-)(?P<day>\d{1,2})[日号]?" + _TIME, re.IGNORECASE)
_NO_CENTURY: Final = re.compile(r"\d{1,2}([-/.])\d{1,2}\1\d{1,4}|\d\d年\d{1,2}月\d{1,2}日?")
_SERIAL: Final = re.compile(r"\d{5}(?:\.\d+)?")
_SERIAL_ZERO: Final = datetime(1899, 12, 30)
"""Day 0 of Excel's serial numbers, for all days since March 1900 (its 1900 has a 29 February)."""
_CHINESE: Final = re.compile(r"[〇零一二三四五六七八九十]{1,4}(?=[年月日号])")
_AFTERNOON: Final = frozenset({"下午", "晚", "晚上", "pm"})
_NOON: Final = 12


@dataclass(frozen=True)
class Moment:
    """A time of a file; `whole_day` where only the date is given."""

    at: datetime
    whole_day: bool


def parse_moment(text: str, *, year: int | None = None) -> Parsed[Moment | None]:
    """A date or a date with an hour; None where there is nothing in the cell.

    Args:
        text: the cell; cells that a workbook keeps as dates come as ISO texts.
        year: of dates that are written without one; where None they are refused.

    Raises:
        RefusedValueError: no date, no such day, or no year.
    """
    plain = tidy_text(text)
    if plain.casefold() in NOTHING:
        return Parsed(None)
    plain = _CHINESE.sub(lambda found: str(chinese_number(found[0])), plain)
    plain = re.sub(r"\s*([-/.年月日:])\s*", r"\1", plain)
    if _SERIAL.fullmatch(plain):
        return _of_serial(plain)
    if found := _FULL.fullmatch(plain) or _DIGITS.fullmatch(plain):
        return Parsed(_moment(text, found, int(found["year"])))
    if found := _NO_YEAR.fullmatch(plain):
        if year is None:
            raise RefusedValueError(
                FaultKind.DATE_WITHOUT_YEAR,
                msg("{value}: the year is missing", value=plain),
                msg("Say the year of this file, or write it into the cells."),
            )
        moment = _moment(text, found, year)
        note = Note(FaultKind.DATE_REPAIRED, msg("read as {date}", date=f"{moment.at:%Y-%m-%d}"))
        return Parsed(moment, (note,))
    why = (
        msg("day, month and year cannot be told apart")
        if _NO_CENTURY.fullmatch(plain)
        else msg("no date such as 2020-02-10 or 2020-02-10 08:00")
    )
    raise _refused(text, why)


def _of_serial(plain: str) -> Parsed[Moment | None]:
    """The date of a number of days, as where a date cell was made text."""
    at = _SERIAL_ZERO + timedelta(seconds=round(float(plain) * 86_400))
    moment = Moment(at, whole_day=at.time() == time.min)
    note = Note(FaultKind.DATE_REPAIRED, msg("a day number; read as {date}", date=f"{at:%Y-%m-%d}"))
    return Parsed(moment, (note,))


def _moment(text: str, found: re.Match[str], year: int) -> Moment:
    parts = found.groupdict()
    try:
        day = date(year, int(parts["month"]), int(parts["day"]))
        if not parts.get("hour"):
            return Moment(datetime.combine(day, time.min), whole_day=True)
        hour = int(parts["hour"])
        if (parts["half"] or "").casefold() in _AFTERNOON and hour < _NOON:
            hour += _NOON
        # 24:00 is how rosters write the end of a day.
        ends = hour == 2 * _NOON and not int(parts["minute"] or 0)
        clock = time(0 if ends else hour, int(parts["minute"] or 0), int(parts["second"] or 0))
    except ValueError as error:
        raise _refused(text, msg("there is no such day or hour")) from error
    return Moment(datetime.combine(day, clock) + timedelta(days=ends), whole_day=False)


def _refused(text: str, why: Message) -> RefusedValueError:
    return RefusedValueError(
        FaultKind.DATE_FORM,
        msg("{value}: {why}", value=tidy_text(text)[:40], why=why),
        msg("Write the date as 2020-02-10."),
    )
