"""Cells whose text did not come through: characters lost on the way, formulas without the value they gave."""

from __future__ import annotations

from gridmap.messages import msg
from gridmap.model.faults import FaultKind
from gridmap.read.files.encoding import lost_characters
from gridmap.read.tables.office_tables import OfficeTable
from gridmap.read.values.parsed import RefusedValueError


def unread_text(table: OfficeTable, row: int, letter: str, text: str) -> RefusedValueError | None:
    """Why a cell's text cannot be taken, whatever its column means; None where it can.

    Args:
        table: the sheet.
        row: as a spreadsheet numbers it.
        letter: of the column.
        text: of the cell.
    """
    if (row, letter) in table.without_value:
        return RefusedValueError(
            FaultKind.MISSING,
            msg("the formula has no value"),
            msg("Open the file in a spreadsheet program and save it, or paste the values."),
        )
    if lost_characters(text):
        return RefusedValueError(
            FaultKind.TEXT_LOST,
            msg("{value}: characters were lost before it came here", value=text[:40]),
            msg("Write the text anew."),
        )
    return None
