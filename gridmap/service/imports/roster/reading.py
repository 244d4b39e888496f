"""The sheets of a roster file read into lines, with a fault for every cell that is odd."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar, cast

from gridmap.errors import FaultsError
from gridmap.messages import Message, msg
from gridmap.model.faults import Fault, FaultKind
from gridmap.read.tables.field_aliases import Field, ImportKind
from gridmap.read.tables.field_mapping import Choice, FieldMapping, source_signature
from gridmap.read.tables.office_tables import OfficeTable, choose_table, read_office_tables
from gridmap.read.tables.sparse_rows import with_sparse_rows
from gridmap.read.values.dates import Moment
from gridmap.read.values.numbers import NOTHING
from gridmap.read.values.parsed import RefusedValueError
from gridmap.read.values.people import named_person
from gridmap.read.values.phones import Phone, PhoneKind
from gridmap.read.values.texts import heading_key
from gridmap.service.imports.refused_cells import RefusedCellError, cell_fault, letter_of
from gridmap.service.imports.source import Reading, Source
from gridmap.service.imports.values import Values, read_values
from gridmap.service.people import columns
from gridmap.service.people.columns import HEADINGS, RosterLine, known_columns

T = TypeVar("T")

_LABEL: Final = "label"
"""The field of the column that names people as the lists of a written file do; `person` is another one."""
_TYPES: Final[Mapping[str, str]] = {
    columns.PERSON_ID: "code",
    _LABEL: "text",
    columns.NAME: "text",
    columns.PHONE: "phone",
    columns.TITLE: "text",
    columns.SENDING_UNIT: "text",
    columns.UNIT_CODE: "code",
    columns.POST_ID: "code",
    columns.PLACE_CODE: "code",
    columns.PLACE: "text",
    columns.FUNCTION: "text",
    columns.TIER: "text",
    columns.START: "date",
    columns.END: "date",
    columns.ARRIVED: "date",
}
_KIND: Final = ImportKind(
    "people", tuple(Field(name, type_, (), (), ()) for name, type_ in _TYPES.items()), ()
)
_LEAST_KNOWN: Final = 2
"""Columns of ours that a sheet must have to be taken for one of a roster; others are left alone."""
_SHOWN: Final = 12


@dataclass(frozen=True, eq=False)
class RosterSheet:
    """A sheet that was read.

    Attributes:
        label: its name, empty where it is the only one of its file: a row's number says enough then.
        mapping: its columns by field.
        lines: rows that could be read, by their numbers.
        unread: why others could not.
        faults: of cells, and of rows that are no data.
    """

    label: str
    table: OfficeTable
    mapping: FieldMapping
    lines: Mapping[int, RosterLine]
    unread: Mapping[int, Message]
    faults: tuple[Fault, ...]

    def text(self, row: int, column: str) -> str:
        """What stands in a cell; empty where there is no such column."""
        letter = letter_of(self.table, self.mapping, _field(column))
        return "" if letter is None else str(self.table.frame.at[row, letter])


def read_roster_sheets(
    path: Path, reading: Reading, tables: Sequence[OfficeTable] = ()
) -> tuple[RosterSheet, ...]:
    """The sheets of a file that have columns of ours; `tables` are its sheets where they were read before.

    Raises:
        UnreadableFileError: the file cannot be read; see `read_sheets`.
        LayerChoiceError: there is no sheet of the name that is asked for.
        FaultsError: no sheet has our columns, one has a column twice, or lacks one that is needed.
    """
    tables = tables or read_office_tables(path, encoding=reading.encoding)
    if reading.sheet is not None:
        tables = (choose_table(tables, reading.sheet),)
    mapped = [(table, _mapping(table)) for table in tables]
    ours = [(table, found) for table, found in mapped if len(found.choices) >= _LEAST_KNOWN]
    if not ours:
        raise FaultsError(path.name, [_foreign(table) for table in tables])
    _require_columns(path.name, ours)
    return tuple(_sheet(table, found, reading, alone=len(ours) == 1) for table, found in ours)


def column_headings(sheets: Sequence[RosterSheet]) -> dict[str, str]:
    """How the columns are headed in a file, by our names."""
    return {
        column: choice.heading
        for sheet in sheets
        for column in HEADINGS
        if (choice := sheet.mapping.choices.get(_field(column))) is not None
    }


def _sheet(table: OfficeTable, mapping: FieldMapping, reading: Reading, *, alone: bool) -> RosterSheet:
    letters = [letter for text in mapping.columns.values() if (letter := table.column(text)) is not None]
    table = with_sparse_rows(table, letters)
    source = Source(
        file=table.file,
        kind=_KIND,
        table=table,
        points=None,
        crs="",
        crs_found_by="",
        reading=reading,
        notes=(),
        faults=table.faults,
    )
    values = read_values(source, mapping, None)
    lines: dict[int, RosterLine] = {}
    # Every number of a roster that was written to be filled in is masked: that is nothing to be told.
    faults = [fault for fault in values.faults if fault.kind is not FaultKind.PHONE_MASKED]
    unread = dict(values.unread)
    label = "" if alone else table.sheet
    for row in values.rows:
        try:
            lines[row] = _line(_Cells(values, row), label)
        except RefusedCellError as error:
            faults.append(cell_fault(table, mapping, row, error))
            unread[row] = error.message
    return RosterSheet(
        label=label, table=table, mapping=mapping, lines=lines, unread=unread, faults=tuple(faults)
    )


@dataclass(frozen=True)
class _Cells:
    """The values of one row, by column."""

    values: Values
    row: int

    def text(self, column: str) -> str:
        text = self.values.text(self.row, _field(column))
        return "" if text.casefold() in NOTHING else text

    def moment(self, column: str) -> Moment | None:
        return cast("Moment | None", self.values.value(self.row, column))

    def phones(self) -> tuple[Phone, ...]:
        return self.values.value(self.row, columns.PHONE) or ()


def _line(cells: _Cells, sheet: str) -> RosterLine:
    """The cells of a row.

    Raises:
        RefusedCellError: one of them says nothing that is possible.
    """
    phone, masked = _phone(cells)
    function, tier = _read(columns.FUNCTION, columns.function_in, cells.text(columns.FUNCTION))
    line = RosterLine(
        sheet=sheet,
        number=cells.row,
        person_id=cells.text(columns.PERSON_ID),
        person=cells.text(columns.PERSON),
        name=_read(columns.NAME, named_person, cells.text(columns.NAME)),
        phone=phone,
        masked=masked,
        title=cells.text(columns.TITLE),
        sending_unit=cells.text(columns.SENDING_UNIT),
        unit_code=cells.text(columns.UNIT_CODE),
        post_id=cells.text(columns.POST_ID),
        place_code=cells.text(columns.PLACE_CODE),
        place=cells.text(columns.PLACE),
        function=function,
        tier=_read(columns.TIER, columns.tier_in, cells.text(columns.TIER)) or tier,
        start=cells.moment(columns.START),
        end=cells.moment(columns.END),
        arrived=cells.moment(columns.ARRIVED),
    )
    try:
        columns.require_order(line)
    except RefusedValueError as error:
        raise RefusedCellError(columns.END, error) from error
    return line


def _phone(cells: _Cells) -> tuple[str, str]:
    """A whole number, or a masked one; the roster keeps one of each person."""
    phones = cells.phones()
    if len(phones) > 1:
        what = msg("two numbers in one cell; give one")
        raise RefusedCellError(columns.PHONE, RefusedValueError(FaultKind.PHONE_FORM, what))
    if not phones:
        return "", ""
    number = phones[0].number.removeprefix("+")
    return ("", number) if phones[0].kind is PhoneKind.MASKED else (number, "")


def _read(column: str, reader: Callable[[str], T], text: str) -> T:
    """What a cell says.

    Raises:
        RefusedCellError: nothing that is possible.
    """
    try:
        return reader(text)
    except RefusedValueError as error:
        raise RefusedCellError(_field(column), error) from error


def _field(column: str) -> str:
    return _LABEL if column == columns.PERSON else column


def _mapping(table: OfficeTable) -> FieldMapping:
    """Where each column is, by its surest spelling.

    Raises:
        FaultsError: two columns have the same heading.
    """
    headings = list(table.headings.values())
    rows = table.heading_rows
    # Of headings in two rows, joined by a stroke, the lower one says what is in the column.
    joined = rows is not None and rows[0] < rows[1]
    keys = [heading_key(text.rsplit("/", 1)[-1] if joined else text) for text in headings]
    choices: dict[str, Choice] = {}
    twice: list[Message] = []
    for column, spellings in known_columns().items():
        key = next((one for one in map(heading_key, spellings) if one in keys), None)
        if key is None:
            continue
        heading = headings[keys.index(key)]
        choices[_field(column)] = Choice(_field(column), heading, 1.0, "alias")
        if keys.count(key) > 1:
            twice.append(
                msg(
                    "sheet {sheet} has {n} columns headed {heading}; keep one",
                    sheet=table.sheet or "1",
                    n=keys.count(key),
                    heading=heading,
                )
            )
    if twice:
        raise FaultsError(table.file, twice)
    taken = {choice.heading for choice in choices.values()}
    left = tuple(text for text in headings if text not in taken)
    return FieldMapping(_KIND.name, source_signature(headings), choices, left)


def _foreign(table: OfficeTable) -> Message:
    """What is said of a sheet without our columns."""
    first = next((row for row in table.given if any(row)), ())
    return msg(
        "no row of sheet {sheet} has the headings looked for; its first row is: {cells}",
        sheet=table.sheet or "1",
        cells=list(table.headings.values())[:_SHOWN] or [text for text in first if text][:_SHOWN],
    )


def _require_columns(file: str, sheets: Sequence[tuple[OfficeTable, FieldMapping]]) -> None:
    """Refuse the file where a sheet cannot say whom or what it means.

    Raises:
        FaultsError: the columns that are missing, and those that are there.
    """
    faults = []
    for table, mapping in sheets:
        there = mapping.choices.keys()
        missing = [] if there & {columns.NAME, _LABEL, columns.PERSON_ID} else [HEADINGS[columns.NAME]]
        if there & set(columns.POST_COLUMNS):
            named = there & {columns.PLACE_CODE, columns.PLACE}
            missing += [] if named else [HEADINGS[columns.PLACE_CODE]]
            missing += [] if columns.FUNCTION in there else [HEADINGS[columns.FUNCTION]]
        if missing:
            faults.append(
                msg(
                    "sheet {sheet} has no column {columns}; there are: {headings}",
                    sheet=table.sheet or "1",
                    columns=missing,
                    headings=list(table.headings.values()),
                )
            )
    if faults:
        raise FaultsError(file, faults)
