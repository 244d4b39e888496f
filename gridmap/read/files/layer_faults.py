"""Faults of a layer that reading found: what kind, in which rows or column, and the words for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from gridmap.messages import Message, msg, shortened, words_n
from gridmap.model.faults import Fault, FaultKind, Outcome

_SHOWN: Final = 5


@dataclass(frozen=True)
class LayerFault:
    """Faults of one kind in a layer.

    Attributes:
        column: the column they are in, empty where in none.
        rows: positions of the features from 1; none where the fault is of the layer as a whole.
        value: how the file has it, an example.
    """

    kind: FaultKind
    column: str = ""
    rows: tuple[int, ...] = ()
    value: str = ""

    @property
    def count(self) -> int:
        """How many places have it."""
        return max(len(self.rows), 1)

    @property
    def outcome(self) -> Outcome:
        """What became of the places."""
        return _OUTCOMES.get(self.kind, Outcome.NOTED)

    @property
    def told(self) -> Message:
        """What was found and what was done about it."""
        title_lost = self.kind is FaultKind.TEXT_LOST and not self.rows
        return (_TITLE_LOST if title_lost else _WORDS[self.kind]).filled(
            n=self.count,
            rows=shortened(self.rows, _SHOWN),
            column=self.column,
            value=self.value,
            encoding=self.value,
        )

    def each(self, *, file: str, layer: str) -> list[Fault]:
        """One fault for each place."""
        rows: tuple[int | None, ...] = self.rows or (None,)
        return [
            Fault(
                self.kind,
                self.told,
                self.outcome,
                file=file,
                layer=layer,
                row=row,
                column=self.column,
                value=self.value,
            )
            for row in rows
        ]


_OUTCOMES: Final = {
    FaultKind.RING_OPEN: Outcome.REPAIRED,
    FaultKind.FIELD_CUT: Outcome.REPAIRED,
    FaultKind.FIELD_GARBLED: Outcome.REPAIRED,
    FaultKind.TEXT_CUT: Outcome.REPAIRED,
    FaultKind.TEXT_GARBLED: Outcome.REPAIRED,
}


_WORDS: Final[Mapping[FaultKind, Message]] = {
    FaultKind.RING_OPEN: words_n(
        "{n} area whose ring did not close was closed (row {rows})",
        "{n} areas whose rings did not close were closed (rows {rows})",
    ),
    FaultKind.GEOMETRY_DAMAGED: words_n(
        "the geometry of {n} row is damaged and was left out (row {rows})",
        "the geometry of {n} rows is damaged and was left out (rows {rows})",
    ),
    FaultKind.TRAILING_TEXT: msg("text after the end of the data was left out: {value}"),
    FaultKind.LINK_IGNORED: msg("a link to data elsewhere was not followed"),
    FaultKind.ENCODING_WRONG: msg("the file says its texts are in {encoding}, but they are not"),
    FaultKind.FIELD_CUT: msg("the title of column {column} was cut inside a character"),
    FaultKind.FIELD_GARBLED: msg("the garbled title {value} was read as {column}"),
    FaultKind.TEXT_CUT: words_n(
        "{n} text of column {column} is cut inside a character (row {rows})",
        "{n} texts of column {column} are cut inside a character (rows {rows})",
    ),
    FaultKind.TEXT_GARBLED: words_n(
        "{n} garbled text of column {column} was set right (row {rows})",
        "{n} garbled texts of column {column} were set right (rows {rows})",
    ),
    FaultKind.TEXT_LOST: words_n(
        "{n} text of column {column} has characters that were lost (row {rows})",
        "{n} texts of column {column} have characters that were lost (rows {rows})",
    ),
    FaultKind.GEOMETRY_MISSING: words_n(
        "{n} row has no geometry (row {rows})",
        "{n} rows have no geometry (rows {rows})",
    ),
    FaultKind.GEOMETRY_INVALID: words_n(
        "{n} area crosses itself or is otherwise invalid (row {rows})",
        "{n} areas cross themselves or are otherwise invalid (rows {rows})",
    ),
    FaultKind.GEOMETRY_REPEATED: words_n(
        "{n} row has the geometry of an earlier one (row {rows})",
        "{n} rows have the geometry of earlier ones (rows {rows})",
    ),
    FaultKind.CODE_MISSING: words_n(
        "{n} row has no code in column {column} (row {rows})",
        "{n} rows have no code in column {column} (rows {rows})",
    ),
    FaultKind.CODE_REPEATED: words_n(
        "{n} row repeats a code of column {column} (row {rows})",
        "{n} rows repeat codes of column {column} (rows {rows})",
    ),
    FaultKind.CODE_LOST: words_n(
        "{n} code of column {column} was rounded by a spreadsheet (row {rows})",
        "{n} codes of column {column} were rounded by a spreadsheet (rows {rows})",
    ),
}
"""The words for every kind that layers have."""
_TITLE_LOST: Final = msg("the title of column {column} has characters that were lost")
