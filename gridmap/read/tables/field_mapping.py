"""Which column of a file means which of our fields: suggested with a score, corrected, remembered."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from rapidfuzz import fuzz

from gridmap.errors import InputError
from gridmap.messages import msg
from gridmap.read.tables.field_aliases import Field, ImportKind
from gridmap.read.values.texts import heading_key

PHONES_OF: Final = {"head_name": "head_phone", "person": "phone"}
"""Fields of people, and those of their telephone numbers."""
_FORMAT: Final = "gridmap field mapping"
_SURE: Final = 0.85
_LEAST: Final = 0.5
"""Below this a column is not suggested: it would more often be wrong than right."""
_LATIN: Final = re.compile(r"[a-z0-9]+")
_DBASE_BYTES: Final = 10
_LEAST_FUZZY: Final = 80
_ABOUT: Final = 0.05
_LATER: Final = 0.002
"""What each place later in its list takes from an alias: the surest of two that fit equally wins."""


@dataclass(frozen=True)
class Choice:
    """A column taken for a field.

    Attributes:
        heading: as the file has it.
        score: from 0 to 1; 1 for what a person chose.
        found_by: `chosen`, `alias`, `initials`, `pinyin`, `cut`, `part` or `similar`.
        others: fields that the column may mean as well.
    """

    field: str
    heading: str
    score: float
    found_by: str
    others: tuple[str, ...] = ()

    @property
    def is_sure(self) -> bool:
        """Whether it may stand unless somebody corrects it; the rest is to be looked at."""
        return self.score >= _SURE and not self.others


@dataclass(frozen=True)
class FieldMapping:
    """Columns of a source by the fields they are taken for.

    Attributes:
        signature: of the headings it was made for, see `source_signature`.
        left_alone: headings taken for nothing.
    """

    kind: str
    signature: str
    choices: Mapping[str, Choice]
    left_alone: tuple[str, ...] = ()

    @property
    def columns(self) -> dict[str, str]:
        """The heading of each field."""
        return {field: choice.heading for field, choice in self.choices.items()}

    @property
    def unsure(self) -> tuple[Choice, ...]:
        """What a person should look at."""
        return tuple(choice for choice in self.choices.values() if not choice.is_sure)

    def missing(self, kind: ImportKind) -> tuple[tuple[str, ...], ...]:
        """Groups of fields of which one is needed and none is there."""
        return tuple(group for group in kind.needs if not set(group) & self.choices.keys())


def source_signature(headings: Sequence[str]) -> str:
    """A key of a source: equal for files with the same headings in any order, dirty or not.

    Source: first 16 digits of the SHA-256 of the sorted heading keys.
    """
    keys = sorted(heading_key(heading) for heading in headings if heading_key(heading))
    return hashlib.sha256("\n".join(keys).encode()).hexdigest()[:16]


def suggest_mapping(headings: Sequence[str], kind: ImportKind) -> FieldMapping:
    """The likeliest column of each field; no column is taken twice, nothing is taken below a least score."""
    given = [heading for heading in dict.fromkeys(headings) if heading_key(heading)]
    # Of columns that fit equally, such as 网格员1 and 网格员2, the first by name is taken.
    scored = sorted(
        (
            (score, found_by, -place, field.name, heading)
            for heading in sorted(given)
            for place, field in enumerate(kind.fields)
            for score, found_by in [_score(heading_key(heading), field)]
            if score >= _LEAST
        ),
        key=lambda found: found[:4],
        reverse=True,
    )
    choices: dict[str, Choice] = {}
    taken: set[str] = set()
    for score, found_by, _, field_name, heading in scored:
        if field_name not in choices and heading not in taken:
            choices[field_name] = Choice(field_name, heading, round(score, 3), found_by)
            taken.add(heading)
    _take_phones_beside_names(choices, given, kind)
    taken = {choice.heading for choice in choices.values()}
    rivals = [(score, field_name, heading) for score, _, _, field_name, heading in scored]
    ordered = {
        field.name: replace(choices[field.name], others=_others(choices[field.name], choices, rivals))
        for field in kind.fields
        if field.name in choices
    }
    left = tuple(heading for heading in given if heading not in taken)
    return FieldMapping(kind.name, source_signature(headings), ordered, left)


def correct_mapping(
    mapping: FieldMapping, kind: ImportKind, headings: Sequence[str], chosen: Mapping[str, str]
) -> FieldMapping:
    """The mapping with fields as a person chose them; an empty heading takes a field away.

    A column chosen for one field is taken from any other.

    Raises:
        InputError: there is no such field or column.
    """
    given = [heading for heading in dict.fromkeys(headings) if heading]
    for field, heading in chosen.items():
        if kind.field(field) is None:
            raise InputError(
                msg(
                    "There is no field {field} in {kind}; there are: {fields}.",
                    field=field,
                    kind=kind.name,
                    fields=[known.name for known in kind.fields],
                )
            )
        if heading and heading not in given:
            raise InputError(
                msg("There is no column {column}; there are: {columns}.", column=heading, columns=given)
            )
    used = {heading for heading in chosen.values() if heading}
    kept = {
        field: choice
        for field, choice in mapping.choices.items()
        if field not in chosen and choice.heading not in used
    }
    added = {field: Choice(field, text, 1.0, "chosen") for field, text in chosen.items() if text}
    merged = kept | added
    ordered = {field.name: merged[field.name] for field in kind.fields if field.name in merged}
    taken = {choice.heading for choice in ordered.values()}
    return replace(
        mapping, choices=ordered, left_alone=tuple(heading for heading in given if heading not in taken)
    )


def mapping_to_json(mapping: FieldMapping) -> str:
    """The mapping as a file for `--map`: the columns by our fields."""
    plain = {
        "format": _FORMAT,
        "kind": mapping.kind,
        "signature": mapping.signature,
        "columns": mapping.columns,
    }
    return json.dumps(plain, ensure_ascii=False, indent=2) + "\n"


def mapping_from_json(text: str, kind: ImportKind, headings: Sequence[str]) -> FieldMapping:
    """A mapping that was saved, for a file with these headings; headings are compared as people read them.

    Raises:
        InputError: it is no mapping, is one of another kind, or names a column that the file lacks.
    """
    try:
        plain = json.loads(text)
    except ValueError as error:
        raise InputError(msg("The mapping is no JSON: {detail}.", detail=str(error))) from error
    columns = plain.get("columns") if isinstance(plain, dict) and plain.get("format") == _FORMAT else None
    if not isinstance(columns, dict) or not all(isinstance(text, str) for text in columns.values()):
        raise InputError(msg("The file is no mapping of fields; make one by saving a mapping of an import."))
    if plain.get("kind") != kind.name:
        raise InputError(
            msg("The mapping is one of {other}, not of {kind}.", other=str(plain.get("kind")), kind=kind.name)
        )
    by_key = {heading_key(heading): heading for heading in reversed(headings)}
    chosen = {str(field): by_key.get(heading_key(text), str(text)) for field, text in columns.items() if text}
    empty = FieldMapping(kind.name, source_signature(headings), {})
    return correct_mapping(empty, kind, headings, chosen)


def _take_phones_beside_names(choices: dict[str, Choice], given: Sequence[str], kind: ImportKind) -> None:
    """Of several columns of one heading such as 电话 each is of the people in the column before it."""
    phone = kind.field("phone")
    if phone is None:
        return
    keys = Counter(heading_key(heading) for heading in given)
    scores = {heading: _score(heading_key(heading), phone) for heading in given}
    plain = {one for one, (score, _) in scores.items() if score >= _SURE and keys[heading_key(one)] > 1}
    after = dict(pairwise(given))
    found = {
        number: Choice(number, beside, round(scores[beside][0], 3), scores[beside][1])
        for name, number in PHONES_OF.items()
        if name in choices and (beside := after.get(choices[name].heading, "")) in plain
    }
    if not found:
        return
    for number in PHONES_OF.values():
        if number in choices and choices[number].heading in plain:
            del choices[number]
    choices |= found


def _others(
    choice: Choice, choices: Mapping[str, Choice], rivals: Sequence[tuple[float, str, str]]
) -> tuple[str, ...]:
    """Fields without a better column that the same heading fits about as well."""
    return tuple(
        field
        for score, field, heading in rivals
        if heading == choice.heading
        and field != choice.field
        and score > choice.score - _ABOUT
        and (field not in choices or choices[field].score < score)
    )


def _score(key: str, field: Field) -> tuple[float, str]:
    """How well a heading's key fits a field, and by what."""
    best = max(_by_word(key, field), _by_pinyin(key, field))
    return best if best[0] else (0.0, "")


def _by_word(key: str, field: Field) -> tuple[float, str]:
    found: list[tuple[float, str]] = [(0.0, "")]
    for place, word in enumerate(field.words):
        later = _LATER * place
        if key == word:
            found.append((1.0 - later, "alias"))
        elif len(word) > 1 and word in key and not _LATIN.fullmatch(word):
            found.append((0.5 + 0.3 * len(word) / len(key) - later, "part"))
        elif len(key) > 2 and (ratio := fuzz.ratio(key, word)) >= _LEAST_FUZZY:
            found.append((0.75 * ratio / 100 - later, "similar"))
    return max(found)


def _by_pinyin(key: str, field: Field) -> tuple[float, str]:
    if not _LATIN.fullmatch(key):
        return 0.0, ""
    if key in field.spelled:
        return 0.95 - _LATER * field.spelled.index(key), "pinyin"
    if key in field.initials:
        # Two letters are the initials of many words.
        return (0.9 if len(key) > 2 else 0.7) - _LATER * field.initials.index(key), "initials"
    cut = len(key.encode()) == _DBASE_BYTES and any(
        word.startswith(key) for word in (*field.spelled, *field.initials, *field.words)
    )
    return (0.8, "cut") if cut else (0.0, "")
