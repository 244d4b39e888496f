"""The rows of an office table read into values by the type of their fields, with a fault for all that is odd.

A row is left out when one of its cells cannot be read: never a part of it, and never without its reason.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import pandas as pd

from gridmap.messages import msg
from gridmap.model.faults import Fault, FaultKind, Outcome
from gridmap.read.tables.field_aliases import ImportKind
from gridmap.read.tables.field_mapping import FieldMapping
from gridmap.read.tables.office_tables import OfficeTable
from gridmap.read.tables.unread_texts import unread_text
from gridmap.read.values.codes import parse_code
from gridmap.read.values.dates import parse_moment
from gridmap.read.values.numbers import NOTHING, parse_count
from gridmap.read.values.parsed import Note, Parsed, RefusedValueError
from gridmap.read.values.people import read_people
from gridmap.read.values.points import Bounds, parse_datum, parse_point
from gridmap.read.values.texts import tidy_text

ROW: Final = "row"
PEOPLE_WITH_PHONES: Final = {"person": "phone", "head_name": "head_phone"}
"""Fields of people, and those of their phones: the cells of a row are read together."""
_POINT_FIELDS: Final = ("coordinates", "longitude", "latitude")
_APPROXIMATE: Final = "_approximate"


@dataclass(frozen=True)
class ValueRules:
    """What the reader says of a file.

    Attributes:
        year: of dates without one.
        code_lengths: characters that the codes of a field may have.
        bounds: where points should lie.
        latitude_first: how two numbers in one cell that could be either are ordered.
    """

    year: int | None = None
    code_lengths: Mapping[str, Collection[int]] = field(default_factory=dict)
    bounds: Bounds | None = None
    latitude_first: bool = False


@dataclass(frozen=True)
class CheckedRows:
    """The rows that could be read.

    Attributes:
        frame: indexed by the row's number in the sheet, one column a field: codes and texts are str; counts
            int or None, with `<field>_approximate`; dates a `Moment` or None; people tuples of `NamedPhone`;
            points `longitude`, `latitude` as float or None; a datum or None.
        faults: repairs, notes and the rows left out, in the order of the sheet.
    """

    frame: pd.DataFrame
    faults: tuple[Fault, ...]

    @property
    def left_out(self) -> int:
        """Rows of data that could not be read."""
        return len({fault.row for fault in self.faults if fault.outcome is Outcome.ROW_LEFT_OUT})


def check_values(
    table: OfficeTable, mapping: FieldMapping, kind: ImportKind, rules: ValueRules | None = None
) -> CheckedRows:
    """Read the cells of the mapped columns, row by row."""
    reader = _Rows(table, mapping, kind, rules or ValueRules())
    rows: dict[int, dict[str, Any]] = {}
    faults: list[Fault] = []
    for number, cells in zip(table.frame.index, table.frame.to_dict("records"), strict=True):
        values, odd = reader.read(int(number), {str(letter): str(text) for letter, text in cells.items()})
        faults += odd
        if all(fault.outcome is not Outcome.ROW_LEFT_OUT for fault in odd):
            rows[int(number)] = values
    frame = pd.DataFrame(list(rows.values()), index=pd.Index(list(rows), name=ROW), dtype=object)
    return CheckedRows(frame, tuple(faults))


class _Rows:
    """How the rows of one table are read."""

    def __init__(
        self, table: OfficeTable, mapping: FieldMapping, kind: ImportKind, rules: ValueRules
    ) -> None:
        self._table, self._kind, self._rules = table, kind, rules
        letters = {name: table.column(heading) for name, heading in mapping.columns.items()}
        self._letters = {name: letter for name, letter in letters.items() if letter is not None}
        self._types = {item.name: item.type for item in kind.fields}

    def read(self, row: int, cells: Mapping[str, str]) -> tuple[dict[str, Any], list[Fault]]:
        """The values of a row by field, and what is odd about it."""
        values: dict[str, Any] = {}
        faults: list[Fault] = []
        texts = {name: cells[letter] for name, letter in self._letters.items()}
        for names in self._groups():
            place = {name: texts[name] for name in names if name in texts}
            try:
                self._require_texts(row, place)
                parsed = self._parse(names[0], place)
            except RefusedValueError as error:
                at = _place_of(error.kind, names)
                faults.append(self._fault(row, at, texts.get(at, ""), error))
                continue
            values |= parsed.value
            faults += [self._note(row, _place_of(note.kind, names), texts, note) for note in parsed.notes]
        faults += [self._missing(row, group, texts) for group in self._empty_needs(texts)]
        return values, faults

    def _require_texts(self, row: int, texts: Mapping[str, str]) -> None:
        """Refuse cells whose text did not come through."""
        for name, text in texts.items():
            refused = unread_text(self._table, row, self._letters[name], text)
            if refused is not None:
                raise refused

    def _groups(self) -> list[tuple[str, ...]]:
        """Fields whose cells are read together, in the order of the kind."""
        groups: list[tuple[str, ...]] = []
        phones = {PEOPLE_WITH_PHONES[name] for name in PEOPLE_WITH_PHONES if name in self._letters}
        for name in (item.name for item in self._kind.fields if item.name in self._letters):
            if name in _POINT_FIELDS:
                group = ("coordinates",) if "coordinates" in self._letters else ("longitude", "latitude")
                groups += [group] if group not in groups else []
            elif name in PEOPLE_WITH_PHONES:
                groups.append((name, PEOPLE_WITH_PHONES[name]))
            elif name not in phones:
                groups.append((name,))
        return groups

    def _parse(self, name: str, texts: Mapping[str, str]) -> Parsed[dict[str, Any]]:
        """The values of the cells read for a field; a field alone has one."""
        text = texts.get(name, "")
        if name in _POINT_FIELDS:
            return self._point(texts)
        match self._types[name]:
            case "person":
                people = read_people(text, texts.get(PEOPLE_WITH_PHONES[name], ""))
                return Parsed({name: people.value}, people.notes)
            case "phone":
                # Numbers without a column of names are those of the row.
                numbers = read_people("·", text)
                return Parsed({name: numbers.value[0].phones}, numbers.notes)
            case "code":
                code = parse_code(text, lengths=self._rules.code_lengths.get(name, ()))
                return Parsed({name: code.value}, code.notes)
            case "count":
                count = parse_count(text)
                about = count.value.is_approximate if count.value else False
                return Parsed(
                    {name: count.value.value if count.value else None, name + _APPROXIMATE: about},
                    count.notes,
                )
            case "date":
                moment = parse_moment(text, year=self._rules.year)
                return Parsed({name: moment.value}, moment.notes)
            case "datum":
                datum = parse_datum(text)
                return Parsed({name: datum.value}, datum.notes)
            case _:
                return Parsed({name: "" if text.casefold() in NOTHING else tidy_text(text)})

    def _point(self, texts: Mapping[str, str]) -> Parsed[dict[str, Any]]:
        rules = self._rules
        if "coordinates" in texts:
            found = parse_point(
                texts["coordinates"], bounds=rules.bounds, latitude_first=rules.latitude_first
            )
        else:
            found = parse_point(texts.get("longitude", ""), texts.get("latitude", ""), bounds=rules.bounds)
        point = found.value
        values = {"longitude": point.longitude, "latitude": point.latitude} if point else {}
        return Parsed({"longitude": None, "latitude": None} | values, found.notes)

    def _empty_needs(self, texts: Mapping[str, str]) -> list[tuple[str, ...]]:
        """Needed fields, of which the file has columns, that are all empty in a row."""
        groups = [[name for name in group if name in texts] for group in self._kind.needs]
        return [
            tuple(group)
            for group in groups
            if group and all(_is_nothing(texts[name], is_person=name in PEOPLE_WITH_PHONES) for name in group)
        ]

    def _missing(self, row: int, group: tuple[str, ...], texts: Mapping[str, str]) -> Fault:
        headings = [self._table.headings[self._letters[name]] for name in group]
        told = next((text for name in group if (text := texts[name]).casefold() not in NOTHING), "")
        if told:
            what = msg("{columns}: {value} names nobody", columns=headings, value=tidy_text(told)[:40])
            refusal = RefusedValueError(FaultKind.MISSING, what, msg("Write the name, or take the row out."))
        else:
            refusal = RefusedValueError(FaultKind.MISSING, msg("{columns}: nothing there", columns=headings))
        return self._fault(row, group[0], told, refusal)

    def _fault(self, row: int, name: str, value: str, error: RefusedValueError) -> Fault:
        return self._table.fault_at(
            row,
            self._letters.get(name, ""),
            value=value,
            kind=error.kind,
            message=error.message,
            outcome=Outcome.ROW_LEFT_OUT,
            remains=error.remains,
        )

    def _note(self, row: int, name: str, texts: Mapping[str, str], note: Note) -> Fault:
        done = note.message if note.outcome is Outcome.REPAIRED else None
        return self._table.fault_at(
            row,
            self._letters.get(name, ""),
            value=texts.get(name, ""),
            kind=note.kind,
            message=note.message,
            outcome=note.outcome,
            done=done,
        )


def _is_nothing(text: str, *, is_person: bool) -> bool:
    """Whether a cell has nothing in it, or names nobody; what is no name has been refused before."""
    if text.casefold() in NOTHING:
        return True
    try:
        return is_person and not read_people(text).value
    except RefusedValueError:
        return False


def _place_of(kind: FaultKind, names: tuple[str, ...]) -> str:
    """The cell that a fault of a group is in: that of the phone where it is one of phones."""
    return names[-1] if kind.value.startswith("phone") else names[0]
