"""People of one cell: 张伟、李强/王芳, one below the other, or with their numbers in brackets."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from gridmap.messages import msg
from gridmap.model.faults import FaultKind
from gridmap.read.number_values import NOTHING
from gridmap.read.parsed import Note, Parsed, RefusedValueError
from gridmap.read.phone_values import Phone, parse_phones
from gridmap.read.texts import plain_name, tidy_lines, tidy_text

_DIVIDED: Final = re.compile(r"[、;,/|\n]")
_HAN: Final = re.compile(r"[\u3400-\u9fff·]+")
_LONGEST: Final = 2_000
"""Characters of a cell of names: a hundred people with their phones."""
_LEAST_NAME: Final = 2
_MOST_NAME: Final = 4
_WITH_NUMBER: Final = re.compile(r"(?P<name>[^\d(]{1,40}?)\s*[(::]?\s*(?P<phone>[\d*+][\d*\-\s]{5,})\)?")
_ROLE: Final = re.compile(r"\((?!\d)[^)]*\)|^(?:网格长|网格员|组长|成员|负责人):\s*")


@dataclass(frozen=True)
class NamedPhone:
    """A person of a cell, and the numbers beside the name."""

    name: str
    phones: tuple[Phone, ...] = ()


def split_names(text: str) -> tuple[str, ...]:
    """The names in a cell, in their order.

    A line break or space within a name is no division: 张 over 伟 is 张伟, and 张 伟 too; 张伟 李强 are two.
    """
    return tuple(named.name for named in _named(text))


def read_people(names: str, phones: str = "") -> Parsed[tuple[NamedPhone, ...]]:
    """The people of a cell with names and, where there is one, of a cell with their phones.

    Raises:
        RefusedValueError: a phone cannot be read, or the cells hold several and not as many of each.
    """
    if len(names) > _LONGEST:
        raise RefusedValueError(
            FaultKind.SEVERAL_PEOPLE,
            msg("{n} characters are no names", n=len(names)),
            msg("Give each person a row."),
        )
    named = _named(names)
    given = parse_phones(phones)
    notes = given.notes
    if len(named) > 1:
        what = msg("{n} people in one cell, read one by one", n=len(named))
        notes = (Note(FaultKind.SEVERAL_PEOPLE, what), *notes)
    if not given.value or not named:
        return Parsed(named, notes)
    if len(named) == 1:
        return Parsed((NamedPhone(named[0].name, given.value),), notes)
    if len(named) != len(given.value):
        raise RefusedValueError(
            FaultKind.SEVERAL_PEOPLE,
            msg("people: {n}, phone numbers: {m}; whose is which?", n=len(named), m=len(given.value)),
            msg("Give each person a row."),
        )
    paired = (NamedPhone(one.name, (phone,)) for one, phone in zip(named, given.value, strict=True))
    return Parsed(tuple(paired), notes)


def _named(text: str) -> tuple[NamedPhone, ...]:
    found: list[NamedPhone] = []
    for piece in _pieces(tidy_lines(text)):
        numbered = _WITH_NUMBER.fullmatch(piece)
        phones = parse_phones(numbered["phone"]).value if numbered else ()
        name = plain_name(_ROLE.sub("", numbered["name"] if numbered else piece))
        if name.casefold() not in NOTHING:
            found.append(NamedPhone(name, phones))
    return tuple(dict.fromkeys(found))


def _pieces(text: str) -> list[str]:
    """The cell cut where a sign or a line divides people, and at spaces between whole Chinese names."""
    if _is_one_name(text):
        return [tidy_text(text)]
    pieces: list[str] = []
    for piece in _DIVIDED.split(text):
        parts = piece.split()
        several = len(parts) > 1 and all(_HAN.fullmatch(part) and len(part) >= _LEAST_NAME for part in parts)
        pieces += parts if several else [piece.strip()]
    return [piece for piece in pieces if piece]


def _is_one_name(text: str) -> bool:
    """Whether lines or spaces only break one short Chinese name: one part is a single character."""
    parts = text.split()
    return (
        len(parts) > 1
        and all(_HAN.fullmatch(part) for part in parts)
        and any(len(part) == 1 for part in parts)
        and len("".join(parts)) <= _MOST_NAME
    )
