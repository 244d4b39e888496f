"""What is in a workbook or CSV file: sheets, their headings, encoding, and faults that need no mapping."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gridmap.geo.codes import is_rounded
from gridmap.model.faults import Fault, FaultKind, Outcome
from gridmap.read.files.encoding import UTF_8, Encoding
from gridmap.read.tables.office_tables import OfficeTable, read_office_tables
from gridmap.read.tables.unread_texts import unread_text
from gridmap.read.values.codes import parse_code
from gridmap.read.values.parsed import RefusedValueError


@dataclass(frozen=True)
class SheetReport:
    """A sheet that is not empty and not hidden.

    Attributes:
        name: empty in a CSV file, which has one sheet.
        count: rows of data.
        fields: the headings, joined where they have several rows.
        heading_rows: the first and last of them, as a spreadsheet program numbers them; None without any.
        encoding: of its texts, and how it was found; workbooks lay it down.
        delimiter: of a CSV file.
        faults: rows that are no data, numbers whose digits are lost, texts that lack characters, formulas
            without a value. What else is wrong depends on what the columns mean: `gridmap import --dry-run`
            tells it.
    """

    name: str
    count: int
    fields: tuple[str, ...]
    heading_rows: tuple[int, int] | None
    encoding: Encoding
    delimiter: str
    faults: tuple[Fault, ...]

    @property
    def sure(self) -> bool:
        """Whether nobody need be asked before it is read."""
        return self.heading_rows is not None


def inspect_sheets(path: Path, *, encoding: str | None = None) -> list[SheetReport]:
    """All sheets of a workbook or CSV file.

    Args:
        path: the file.
        encoding: of the texts of a CSV file, where the reader names it.

    Raises:
        InputError: the file cannot be read at all.
    """
    return [_report(table) for table in read_office_tables(path, encoding=encoding)]


def _report(table: OfficeTable) -> SheetReport:
    encoding = Encoding(table.encoding or UTF_8, table.encoding_found_by or "format")
    return SheetReport(
        name=table.sheet,
        count=table.rows,
        fields=tuple(table.headings.values()),
        heading_rows=table.heading_rows,
        encoding=encoding,
        delimiter=table.delimiter,
        faults=(*table.faults, *_lost_digits(table), *_without_text(table)),
    )


def _lost_digits(table: OfficeTable) -> Iterator[Fault]:
    """Numbers that a spreadsheet wrote as 1.30981E+11, in any column: codes, phone numbers, identities."""
    for letter in table.headings:
        for row, text in table.frame[letter].items():
            if not is_rounded(text):
                continue
            try:
                parse_code(text)
            except RefusedValueError as refused:
                place = int(str(row))
                yield table.fault_at(
                    place,
                    letter,
                    kind=FaultKind.CODE_LOST,
                    message=refused.message,
                    outcome=Outcome.ASKED,
                    value=text,
                    remains=refused.remains,
                )


def _without_text(table: OfficeTable) -> Iterator[Fault]:
    """Cells under a heading that do not hold what they should, whatever the column means."""
    for letter in table.headings:
        for row, text in table.frame[letter].items():
            place = int(str(row))
            refused = unread_text(table, place, letter, str(text))
            if refused is not None:
                yield table.fault_at(
                    place,
                    letter,
                    kind=refused.kind,
                    message=refused.message,
                    outcome=Outcome.ASKED,
                    value=str(text),
                    remains=refused.remains,
                )
