"""Cells that can be read and still say nothing that is possible: their refusal, and the fault of the cell."""

from __future__ import annotations

from gridmap.errors import InputError
from gridmap.messages import msg
from gridmap.model.faults import Fault, Outcome
from gridmap.read.tables.field_mapping import FieldMapping
from gridmap.read.tables.office_tables import OfficeTable
from gridmap.read.values.parsed import RefusedValueError

_PHONE = "phone"


class RefusedCellError(InputError):
    """What is wrong with the cell of a field."""

    def __init__(self, field: str, refusal: RefusedValueError) -> None:
        super().__init__(refusal.message)
        self.field, self.refusal = field, refusal


def letter_of(table: OfficeTable, mapping: FieldMapping, field: str) -> str | None:
    """The letter of a field's column, None where the sheet has none such."""
    choice = mapping.choices.get(field)
    return None if choice is None else table.column(choice.heading)


def cell_fault(table: OfficeTable, mapping: FieldMapping, row: int, error: RefusedCellError) -> Fault:
    """The fault of a cell for which its row is left out."""
    letter = letter_of(table, mapping, error.field)
    # A number of a telephone is not repeated.
    shown = letter is not None and error.field != _PHONE
    return Fault(
        kind=error.refusal.kind,
        message=error.message,
        outcome=Outcome.ROW_LEFT_OUT,
        file=table.file,
        layer=table.sheet,
        row=row,
        column=table.headings.get(letter or "", ""),
        cell=table.cell(row, letter) if letter is not None else "",
        value=str(table.frame.at[row, letter]) if shown else "",
        done=msg("left out"),
        remains=error.refusal.remains,
    )
