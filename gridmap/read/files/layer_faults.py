"""Faults of a layer that reading found: what kind, in which rows or column, and the words for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from gridmap.messages import Message, msg, msg_n, shortened
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
        return _WORDS[self.kind](self)

    def each(self, *, file: str, layer: str) -> list[Fault]:
        """One fault for each place."""
        rows: tuple[int | None, ...] = self.rows or (None,)
        return [
            Fault(self.kind, self.told, self.outcome, file, layer, row, self.column, value=self.value)
            for row in rows
        ]


_OUTCOMES: Final = {
    FaultKind.RING_OPEN: Outcome.REPAIRED,
    FaultKind.FIELD_CUT: Outcome.REPAIRED,
    FaultKind.FIELD_GARBLED: Outcome.REPAIRED,
    FaultKind.TEXT_CUT: Outcome.REPAIRED,
    FaultKind.TEXT_GARBLED: Outcome.REPAIRED,
}


_WORDS: Final[dict[FaultKind, Callable[[LayerFault], Message]]] = {
    FaultKind.RING_OPEN: lambda one: msg_n(
        "{n} area whose ring did not close was closed (row {rows})",
        "{n} areas whose rings did not close were closed (rows {rows})",
        n=one.count,
        rows=shortened(one.rows, _SHOWN),
    ),
    FaultKind.GEOMETRY_DAMAGED: lambda one: msg_n(
        "the geometry of {n} row is damaged and was left out (row {rows})",
        "the geometry of {n} rows is damaged and was left out (rows {rows})",
        n=one.count,
        rows=shortened(one.rows, _SHOWN),
    ),
    FaultKind.TRAILING_TEXT: lambda one: msg(
        "text after the end of the data was left out: {text}", text=one.value
    ),
    FaultKind.LINK_IGNORED: lambda _: msg("a link to data elsewhere was not followed"),
    FaultKind.ENCODING_WRONG: lambda one: msg(
        "the file says its texts are in {encoding}, but they are not", encoding=one.value
    ),
    FaultKind.FIELD_CUT: lambda one: msg(
        "the title of column {column} was cut inside a character", column=one.column
    ),
    FaultKind.FIELD_GARBLED: lambda one: msg(
        "the garbled title {value} was read as {column}", value=one.value, column=one.column
    ),
    FaultKind.TEXT_CUT: lambda one: msg_n(
        "{n} text of column {column} is cut inside a character (row {rows})",
        "{n} texts of column {column} are cut inside a character (rows {rows})",
        n=one.count,
        column=one.column,
        rows=shortened(one.rows, _SHOWN),
    ),
    FaultKind.TEXT_GARBLED: lambda one: msg_n(
        "{n} garbled text of column {column} was set right (row {rows})",
        "{n} garbled texts of column {column} were set right (rows {rows})",
        n=one.count,
        column=one.column,
        rows=shortened(one.rows, _SHOWN),
    ),
    FaultKind.TEXT_LOST: lambda one: (
        msg_n(
            "{n} text of column {column} has characters that were lost (row {rows})",
            "{n} texts of column {column} have characters that were lost (rows {rows})",
            n=one.count,
            column=one.column,
            rows=shortened(one.rows, _SHOWN),
        )
        if one.rows
        else msg("the title of column {column} has characters that were lost", column=one.column)
    ),
    FaultKind.GEOMETRY_MISSING: lambda one: msg_n(
        "{n} row has no geometry (row {rows})",
        "{n} rows have no geometry (rows {rows})",
        n=one.count,
        rows=shortened(one.rows, _SHOWN),
    ),
    FaultKind.GEOMETRY_INVALID: lambda one: msg_n(
        "{n} area crosses itself or is otherwise invalid (row {rows})",
        "{n} areas cross themselves or are otherwise invalid (rows {rows})",
        n=one.count,
        rows=shortened(one.rows, _SHOWN),
    ),
    FaultKind.GEOMETRY_REPEATED: lambda one: msg_n(
        "{n} row has the geometry of an earlier one (row {rows})",
        "{n} rows have the geometry of earlier ones (rows {rows})",
        n=one.count,
        rows=shortened(one.rows, _SHOWN),
    ),
    FaultKind.CODE_MISSING: lambda one: msg_n(
        "{n} row has no code in column {column} (row {rows})",
        "{n} rows have no code in column {column} (rows {rows})",
        n=one.count,
        column=one.column,
        rows=shortened(one.rows, _SHOWN),
    ),
    FaultKind.CODE_REPEATED: lambda one: msg_n(
        "{n} row repeats a code of column {column} (row {rows})",
        "{n} rows repeat codes of column {column} (rows {rows})",
        n=one.count,
        column=one.column,
        rows=shortened(one.rows, _SHOWN),
    ),
    FaultKind.CODE_LOST: lambda one: msg_n(
        "{n} code of column {column} was rounded by a spreadsheet (row {rows})",
        "{n} codes of column {column} were rounded by a spreadsheet (rows {rows})",
        n=one.count,
        column=one.column,
        rows=shortened(one.rows, _SHOWN),
    ),
}
"""The words for every kind that layers have."""
