"""What becomes of the rows of a file that is brought in: added, changed, unchanged, refused."""

from __future__ import annotations

from dataclasses import dataclass

from gridmap.messages import Message, msg
from gridmap.model.changes import RowState
from gridmap.model.faults import Fault, FaultKind, Outcome
from gridmap.model.masking import masked_message
from gridmap.read.tables.office_tables import OfficeTable


@dataclass(frozen=True)
class ImportRow:
    """A row as a spreadsheet numbers it: whom or what it is about, what it does, and why it is refused."""

    sheet: str
    number: int
    who: str
    state: RowState
    what: tuple[Message, ...] = ()
    reason: Message | None = None

    @property
    def place_in_file(self) -> str:
        """Its number, led by its sheet where the file has several."""
        return f"{self.sheet} {self.number}".strip()

    @property
    def told(self) -> Message:
        """The row and what is wrong with it, or what it does, in a line; numbers of phones are masked."""
        return masked_message(
            msg(
                "row {row}, {who}: {what}",
                row=self.place_in_file,
                who=self.who or "–",
                what=[self.reason] if self.reason else list(self.what),
            )
        )


def row_refused(table: OfficeTable, row: ImportRow) -> Fault:
    """The fault of a row that only holding its file against the plan shows."""
    assert row.reason is not None, "a refused row has its reason"
    return Fault(
        kind=FaultKind.ROW_REFUSED,
        message=row.reason,
        outcome=Outcome.ROW_LEFT_OUT,
        file=table.file,
        layer=table.sheet,
        row=row.number,
        value=row.who,
        done=msg("left out"),
        remains=msg("Correct the row and bring the file in again."),
    )
