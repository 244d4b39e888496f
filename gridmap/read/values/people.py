"""People of one cell: 张伟、李强/王芳, one below the other, or with their numbers in brackets."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from gridmap.messages import msg
from gridmap.model.faults import FaultKind, Outcome
from gridmap.read.values.numbers import NOTHING
from gridmap.read.values.parsed import Note, Parsed, RefusedValueError
from gridmap.read.values.phones import Phone, parse_phones
from gridmap.read.values.texts import plain_name, tidy_lines, tidy_text

_DIVIDED: Final = re.compile(r"[、;,/|\n]")
_HAN: Final = re.compile(r"[\u3400-\u9fff·]+")
_LONGEST: Final = 2_000
"""Characters of a cell of names: a hundred people with their phones."""
_LEAST_NAME: Final = 2
_MOST_NAME: Final = 4
_WITH_NUMBER: Final = re.compile(r"(?P<name>[^\d(]{1,40}?)\s*[(::]?\s*(?P<phone>[\d*+][\d*\-\s]{5,})\)?")
_ROLE: Final = re.compile(r"\((?!\d)[^)]*\)|^(?:网格长|网格员|组长|成员|负责人):\s*")
_AS_ABOVE: Final = re.compile(r"同[上前左右]行?|[见如]上|[〃″′\"“”'`]+|ditto", re.IGNORECASE)
_NOBODY: Final = re.compile(
    r"(?:暂时?)?(?:待[定聘补招配]|未[定配聘招]|未配[备齐]|空?缺[岗编员位]?|空[岗编位]?|无人)|暂[无空]|[?]+|tb[ad]|vacant",
    re.IGNORECASE,
)
"""What stands for a name where there is nobody."""
_AND_OTHERS: Final = re.compile(
    r".*等[\d一二两三四五六七八九十几数多余\s]*[人名位]?|(?:.*[^\d])?\d+\s*多?余?[人名位]", re.DOTALL
)
"""Names that leave others out, and their number alone."""


@dataclass(frozen=True)
class NamedPhone:
    """A person of a cell, and the numbers beside the name."""

    name: str
    phones: tuple[Phone, ...] = ()


def named_person(text: str) -> str:
    """The name of one person; empty where the text says that there is nobody, such as 待定 or 空缺.

    Raises:
        RefusedValueError: it points at another cell, such as 同上, or leaves people out, such as 张三等5人.
    """
    name = plain_name(text)
    bare = name.strip("()")
    if _AS_ABOVE.fullmatch(bare):
        raise RefusedValueError(
            FaultKind.PERSON_UNKNOWN,
            msg("{value} says 'as above', and is no name", value=name),
            msg("Write the name."),
        )
    if _AND_OTHERS.fullmatch(bare):
        raise RefusedValueError(
            FaultKind.SEVERAL_PEOPLE,
            msg("{value}: not all people are named", value=name[:40]),
            msg("Give each person a row."),
        )
    return "" if bare.casefold() in NOTHING or _NOBODY.fullmatch(bare) else name


def read_people(names: str, phones: str = "") -> Parsed[tuple[NamedPhone, ...]]:
    """The people of a cell with names and, where there is one, of a cell with their phones.

    Raises:
        RefusedValueError: a phone cannot be read, a name is none, or the cells hold several and not as many
            of each.
    """
    if len(names) > _LONGEST:
        raise RefusedValueError(
            FaultKind.SEVERAL_PEOPLE,
            msg("{n} characters are no names", n=len(names)),
            msg("Give each person a row."),
        )
    named, notes = _checked(_named(names))
    given = parse_phones(phones)
    notes += given.notes
    if not named and given.value:
        what = msg("a number without a name; nobody gets it")
        notes += (Note(FaultKind.MISSING, what, Outcome.NOTED),)
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


def _checked(found: tuple[NamedPhone, ...]) -> tuple[tuple[NamedPhone, ...], tuple[Note, ...]]:
    """Those who are somebody, and what is to be told of the cell.

    Raises:
        RefusedValueError: one of them is no name.
    """
    named = tuple(one for one in found if named_person(one.name))
    notes = tuple(
        Note(FaultKind.MISSING, msg("{value} names nobody", value=one.name), Outcome.NOTED)
        for one in found
        if one not in named
    )
    if len(named) > 1:
        what = msg("{n} people in one cell, read one by one", n=len(named))
        notes += (Note(FaultKind.SEVERAL_PEOPLE, what),)
    return named, notes


def _named(text: str) -> tuple[NamedPhone, ...]:
    found: list[NamedPhone] = []
    for piece in _pieces(tidy_lines(text)):
        numbered = _WITH_NUMBER.fullmatch(piece)
        phones = parse_phones(numbered["phone"]).value if numbered else ()
        written = numbered["name"] if numbered else piece
        # What is in brackets is a remark, unless there is nothing else.
        name = plain_name(_ROLE.sub("", written)) or plain_name(written)
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
