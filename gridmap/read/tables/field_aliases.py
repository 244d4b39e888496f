"""What offices call the fields we know: Chinese, English, whole pinyin, and initials as in `wgzxm`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any, Final

from pypinyin import Style, pinyin

from gridmap.errors import InputError
from gridmap.messages import msg
from gridmap.read.values.texts import heading_key

_FILE: Final = Path(__file__).with_name("field_aliases.toml")
_TWO_READINGS: Final = {"长": ("zhang", "chang"), "行": ("xing", "hang"), "重": ("zhong", "chong")}
"""Characters of titles that people spell either way."""


@dataclass(frozen=True)
class Field:
    """A field we know.

    Attributes:
        type: how its cells are read: text, person, code, count, date, phone, longitude, latitude, point or
            datum.
        words: keys of its Chinese and English aliases, the surest first.
        initials, spelled: of the Chinese ones, in all readings.
    """

    name: str
    type: str
    words: tuple[str, ...]
    initials: tuple[str, ...]
    spelled: tuple[str, ...]


@dataclass(frozen=True)
class ImportKind:
    """What an import of one kind takes: all its fields, and groups of which each needs one."""

    name: str
    fields: tuple[Field, ...]
    needs: tuple[tuple[str, ...], ...]

    def field(self, name: str) -> Field | None:
        """The field of a name, None where this kind has none such."""
        return next((field for field in self.fields if field.name == name), None)


def import_kind(name: str) -> ImportKind:
    """The kind of import of a name.

    Raises:
        InputError: there is no such kind.
    """
    kinds = _plain()["kinds"]
    if name not in kinds:
        raise InputError(
            msg("There is no kind of import {name}; there are: {kinds}.", name=name, kinds=list(kinds))
        )
    return ImportKind(
        name,
        tuple(_fields()[field] for field in kinds[name]["fields"]),
        tuple(tuple(group) for group in kinds[name]["needs"]),
    )


@cache
def known_heading_keys() -> frozenset[str]:
    """Keys of all aliases, also in pinyin and its initials, to tell a row of headings from others."""
    return frozenset(
        word for field in _fields().values() for word in (*field.words, *field.spelled, *field.initials)
    )


def romanised(text: str, style: Style) -> tuple[str, ...]:
    """A Chinese text in pinyin, in lower case without tones; letters and digits stay.

    Source of the readings: pypinyin, by words; the few characters that titles use in two readings get both.
    """
    readings = pinyin(text, style=style)
    for place, letter in enumerate(text if len(readings) == len(text) else ""):
        if letter in _TWO_READINGS:
            end = 1 if style is Style.FIRST_LETTER else None
            both = [reading[:end] for reading in _TWO_READINGS[letter]]
            readings[place] = list(dict.fromkeys([*readings[place], *both]))
    return tuple("".join(parts).casefold() for parts in product(*readings))


@cache
def _plain() -> Mapping[str, Any]:
    with _FILE.open("rb") as file:
        return tomllib.load(file)


@cache
def _fields() -> Mapping[str, Field]:
    return {name: _field(name, about) for name, about in _plain()["fields"].items()}


def _field(name: str, about: Mapping[str, Any]) -> Field:
    chinese: Sequence[str] = about["zh"]
    return Field(
        name=name,
        type=about["type"],
        words=tuple(dict.fromkeys(heading_key(text) for text in [name, *chinese, *about["en"]])),
        initials=_distinct(chinese, Style.FIRST_LETTER),
        spelled=_distinct(chinese, Style.NORMAL),
    )


def _distinct(texts: Sequence[str], style: Style) -> tuple[str, ...]:
    return tuple(dict.fromkeys(spelling for text in texts for spelling in romanised(text, style)))
