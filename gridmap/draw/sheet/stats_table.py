"""The statistics table of a sheet: a line a unit, fitted to the room, and totals that always add up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Final

from gridmap.draw.layers import Row
from gridmap.draw.looks import VACANCY_RAMP
from gridmap.draw.sheet.board import INK, QUIET, RULE, Board
from gridmap.draw.sheet.fonts import text_width
from gridmap.draw.sheet.labels import MM_PER_POINT, Line
from gridmap.messages import Message, msg
from gridmap.model.labels import CELL_STATES
from gridmap.model.status import CellState

COLUMNS: Final[tuple[tuple[str, Message], ...]] = (
    ("cells", msg("Cells")),
    ("covered", CELL_STATES[CellState.COVERED]),
    ("overloaded", CELL_STATES[CellState.OVERLOADED]),
    ("vacant", CELL_STATES[CellState.VACANT]),
    ("households", msg("Households")),
)
SMALLEST_PITCH: Final = 3.5
LARGEST_PITCH: Final = 7.2
"""Millimetres from line to line; the smallest still reads at arm's length on A3."""
_LARGEST_TYPE: Final = 10.5
_SMALLEST_TYPE: Final = 5.5
_NAME_EMS: Final = 12.0
"""Names up to this many ideographs are kept whole by smaller type; longer ones are cut."""
_TYPE_TO_PITCH: Final = 0.6
"""Height of type over the pitch."""
_PADDING: Final = 1.6
_BAR: Final = VACANCY_RAMP[2]


@dataclass(frozen=True)
class Listing:
    """What a table of limited height shows: some rows, and how many are summed up in `rest`."""

    rows: tuple[Row, ...]
    rest: Row | None
    hidden: int


def fit_rows(rows: Sequence[Row], lines: int) -> Listing:
    """Keep at most `lines` lines; where rows must go, those with fewest vacant cells go first, summed up.

    The order of the rows that stay is theirs; the columns of rows and rest add up to the total.
    """
    if len(rows) <= lines:
        return Listing(tuple(rows), None, 0)
    worst = sorted(range(len(rows)), key=lambda index: (-rows[index].vacant, index))[: max(lines - 1, 0)]
    kept = set(worst)
    hidden = [row for index, row in enumerate(rows) if index not in kept]
    return Listing(tuple(rows[index] for index in sorted(kept)), sum_rows(hidden), len(hidden))


def sum_rows(rows: Sequence[Row]) -> Row:
    """One nameless row of sums."""
    figures = [field.name for field in fields(Row) if field.name not in {"code", "name"}]
    return Row("", "", **{name: sum(getattr(row, name) for row in rows) for name in figures})


def draw_table(
    board: Board, west: float, east: float, top: float, height: float, rows: Sequence[Row], total: Row
) -> float:
    """Draw header, rows and totals between `top` and `top - height` (mm); gives back where it ends."""
    smallest = max(SMALLEST_PITCH, board.smallest_type * MM_PER_POINT / _TYPE_TO_PITCH)
    pitch = min(LARGEST_PITCH, max(smallest, height / (len(rows) + 2)))
    listing = fit_rows(rows, int(height / pitch + 1e-9) - 2)
    table = _Table(board, west, east, pitch, *_fit_type(board, east - west, pitch, rows, total))
    y = top - pitch / 2
    table.header(y)
    largest = max((row.vacant for row in rows), default=0)
    for row in listing.rows:
        y -= pitch
        table.line(y, row.name, row, largest=largest)
    if listing.rest is not None:
        y -= pitch
        table.line(y, msg("and {n} more", n=listing.hidden), listing.rest, largest=0)
    y -= pitch
    board.rule(west, east, y + pitch / 2, width=0.3, colour=INK)
    table.line(y, msg("Total"), total, largest=0, bold=True)
    board.rule(west, east, y - pitch / 2, width=0.3, colour=INK)
    return y - pitch / 2


def _fit_type(
    board: Board, width: float, pitch: float, rows: Sequence[Row], total: Row
) -> tuple[float, list[float]]:
    """The size of type that pitch and names allow, and the widths (mm) of the columns of figures."""
    ems = [
        max(text_width(text, 1, bold=True) for text in (board.say(label), _number(getattr(total, column))))
        for column, label in COLUMNS
    ]
    name = max((text_width(board.say(row.name), 1) for row in rows), default=0)
    room = width - 2 * _PADDING * (len(COLUMNS) + 1)
    widest = room / (sum(ems) + min(name, _NAME_EMS)) / MM_PER_POINT
    size = min(_LARGEST_TYPE, pitch * _TYPE_TO_PITCH / MM_PER_POINT, max(widest, _SMALLEST_TYPE))
    return size, [em * size * MM_PER_POINT + 2 * _PADDING for em in ems]


def _number(value: int) -> str:
    return f"{value:,}"  # in either language: figures of a column are read by their places


@dataclass(frozen=True)
class _Table:
    board: Board
    west: float
    east: float
    pitch: float
    size: float
    widths: Sequence[float]

    def header(self, y: float) -> None:
        self._row(
            y, msg("Unit"), [self.board.say(label) for _, label in COLUMNS], [INK] * len(COLUMNS), bold=True
        )
        self.board.rule(self.west, self.east, y - self.pitch / 2, width=0.3, colour=INK)

    def line(self, y: float, name: str | Message, row: Row, *, largest: int, bold: bool = False) -> None:
        """One row; where `largest` is given, a bar shows its vacant cells against it."""
        values = [getattr(row, column) for column, _ in COLUMNS]
        if row.vacant and largest:
            right = self.east - self.widths[-1]
            half = self.pitch / 2 - 0.3
            length = (self.widths[-2] - 0.8) * row.vacant / largest
            self.board.box((right - length, y - half, right, y + half), face=_BAR)
        colours = [INK if value else QUIET for value in values]
        self._row(y, name, [_number(value) for value in values], colours, bold=bold)
        if not bold:
            self.board.rule(self.west, self.east, y - self.pitch / 2, width=0.1, colour=RULE)

    def _row(
        self, y: float, name: str | Message, texts: Sequence[str], colours: Sequence[str], *, bold: bool
    ) -> None:
        room = self.east - self.west - sum(self.widths) - _PADDING
        self.board.fitted(self.west + 0.5, y, name, self.size, room, bold=bold)
        right = self.east
        figures = reversed(list(zip(COLUMNS, texts, colours, self.widths, strict=True)))
        for (column, _), text, colour, width in figures:
            strong = bold or (column == "vacant" and text != "0")
            line = Line(text, self.size, strong)
            self.board.text(right - _PADDING + 0.6, y, line, align="right", colour=colour)
            right -= width
