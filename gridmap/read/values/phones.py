"""Phone numbers out of cells: spaces, dashes, several in one cell, decimals, short, landline, masked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from gridmap.messages import Message, msg
from gridmap.model.faults import FaultKind, Outcome
from gridmap.read.values.numbers import NOTHING
from gridmap.read.values.parsed import Note, Parsed, RefusedValueError
from gridmap.read.values.texts import tidy_lines, tidy_text

_LABEL: Final = re.compile(
    r"(?:手机号?码?|移动电话|联系电话|电话|座机|固话|办公室?|办|宅|家|本人|tel|mobile):?", re.IGNORECASE
)
_DIVIDED: Final = re.compile(r"[、;,/|\n]|或者?|和|及")
_SIGNS: Final = re.compile(r"[\s\-()‐-―.·]")
_WHOLE_FLOAT: Final = re.compile(r"(\d+)\.0+")
_EXPONENT: Final = re.compile(r"\d(?:\.\d+)?E\+?\d+", re.IGNORECASE)
_COUNTRY: Final = re.compile(r"(?:\+|00)?86(?=1\d{10}$|0?\d{9,11}$)")
_MASKED: Final = re.compile(r"(\d{0,7})[*x×●]{3,8}(\d{0,4})", re.IGNORECASE)
_EXTENSION: Final = re.compile(r"(.*?)(?:转|ext\.?|分机)(\d{1,6})", re.IGNORECASE)
_MOBILE: Final = re.compile(r"1\d{10}")
_LANDLINE: Final = re.compile(r"0\d{2,3}\d{7,8}|[2-9]\d{6,7}|400\d{7}|800\d{7}")
_SHORT: Final = re.compile(r"\d{3,6}")
_FOREIGN: Final = re.compile(r"\+\d{7,15}")
_LEAST_WHOLE: Final = 7


class PhoneKind(StrEnum):
    """What kind of number it is."""

    MOBILE = "mobile"
    LANDLINE = "landline"
    SHORT = "short"
    MASKED = "masked"


@dataclass(frozen=True)
class Phone:
    """A phone number: digits alone, of a masked one such as 100****5678 with its stars.

    The extension behind a switchboard's number has no place in the roster: that it is left out is noted.
    """

    number: str
    kind: PhoneKind
    extension: str = ""


def parse_phones(text: str) -> Parsed[tuple[Phone, ...]]:
    """The numbers in a cell in their order, none twice.

    Raises:
        RefusedValueError: what stands there is no number, or its digits are lost.
    """
    plain = _LABEL.sub("", tidy_lines(text)).strip()
    if plain.casefold() in NOTHING:
        return Parsed(())
    phones = tuple(dict.fromkeys(_phone(piece, text) for piece in _pieces(plain)))
    if not phones:
        raise _refused(plain, text)
    notes = []
    if len(phones) > 1:
        what = msg("{n} numbers in one cell", n=len(phones))
        notes.append(Note(FaultKind.PHONE_REPAIRED, what))
    elif _EXTENSION.sub(r"\1", plain) != phones[0].number and phones[0].kind is not PhoneKind.MASKED:
        notes.append(Note(FaultKind.PHONE_REPAIRED, msg("spaces and signs taken away")))
    if extensions := [phone.extension for phone in phones if phone.extension]:
        what = msg("a number is kept without its extension: {extensions}", extensions=extensions)
        notes.append(Note(FaultKind.PHONE_REPAIRED, what, Outcome.NOTED))
    if any(phone.kind is PhoneKind.MASKED for phone in phones):
        notes.append(
            Note(FaultKind.PHONE_MASKED, msg("a masked number changes none that is known"), Outcome.NOTED)
        )
    if any(phone.kind is PhoneKind.SHORT for phone in phones):
        notes.append(
            Note(FaultKind.PHONE_SHORT, msg("a short number works in its own network only"), Outcome.NOTED)
        )
    return Parsed(phones, tuple(notes))


def _pieces(plain: str) -> list[str]:
    """The cell cut where a sign divides numbers, and at spaces where every part is a whole number."""
    pieces: list[str] = []
    for piece in _DIVIDED.split(plain):
        parts = piece.split()
        whole = all(len(_SIGNS.sub("", part)) >= _LEAST_WHOLE for part in parts)
        pieces += parts if len(parts) > 1 and whole else [piece]
    return [piece for piece in pieces if piece.strip()]


def _phone(piece: str, cell: str) -> Phone:
    piece = piece.strip()
    if _EXPONENT.fullmatch(piece):
        raise RefusedValueError(
            FaultKind.PHONE_LOST,
            msg("{value}: its digits are lost in the exponent", value=piece),
            msg("Make the column text, and type the number anew."),
        )
    if whole := _WHOLE_FLOAT.fullmatch(piece):
        piece = whole[1]
    extension = ""
    if split := _EXTENSION.fullmatch(piece):
        piece, extension = split[1], split[2]
    plain = _SIGNS.sub("", piece)
    if masked := _MASKED.fullmatch(plain):
        return Phone(f"{masked[1]}****{masked[2]}", PhoneKind.MASKED, extension)
    plain = _COUNTRY.sub("", plain)
    if _MOBILE.fullmatch(plain):
        return Phone(plain, PhoneKind.MOBILE, extension)
    if _LANDLINE.fullmatch(plain):
        return Phone(plain, PhoneKind.LANDLINE, extension)
    if _SHORT.fullmatch(plain):
        return Phone(plain, PhoneKind.SHORT, extension)
    if _FOREIGN.fullmatch(plain):
        return Phone(plain, PhoneKind.LANDLINE, extension)
    raise _refused(plain, cell)


def _refused(plain: str, cell: str) -> RefusedValueError:
    why: Message = msg("this is no phone number")
    if plain.isdecimal():
        why = msg("a mobile number has 11 digits, and this one has {n}", n=len(plain))
    return RefusedValueError(
        FaultKind.PHONE_FORM,
        msg("{value}: {why}", value=tidy_text(cell)[:40], why=why),
        msg("Correct the number."),
    )
