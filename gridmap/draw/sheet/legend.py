"""The counted legend of a sheet: every state that occurs, how it looks, and how often it is there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from matplotlib.path import Path

from gridmap.draw.layers import Layers, LegendEntry, vacancy_fill
from gridmap.draw.looks import CELL_LOOKS, VACANCY_RAMP
from gridmap.draw.point_layers import POINT_LAYERS
from gridmap.draw.sheet.board import PAPER, QUIET, Board
from gridmap.draw.sheet.ground import children
from gridmap.draw.sheet.labels import Line
from gridmap.draw.sheet.plate import BORDERS, HATCH, NUMBER_COLOUR
from gridmap.draw.sheet.symbols import draw_symbols
from gridmap.messages import Message, msg
from gridmap.model.status import CellState
from gridmap.names import CELLS

PITCH: Final = 5.0
_SIZE: Final = 8.5
_GAP: Final = 2.5
_SWATCH: Final = (6.0, 3.6)
_TITLES: Final[Mapping[str, Message]] = {
    CELLS: msg("Cells"),
    **{layer.name: layer.label for layer in POINT_LAYERS},
}

Swatch = Callable[[Board, float, float], None]
"""Draws a sample into a swatch whose left middle is (x, y)."""


@dataclass(frozen=True)
class Item:
    """One line: a sample, what it means, and how many there are (None where nothing is counted)."""

    swatch: Swatch
    label: Message
    count: int | None = None


Group = tuple[Message, Sequence[Item]]


def legend_groups(layers: Layers, *, cells_drawn: bool) -> tuple[Group, ...]:
    """What the map shows, group by group; groups without entries are left out."""
    shown = {CELLS: layers.cells, **layers.points}
    counted = [
        (title, [_counted(entry) for entry in layers.legend if entry.group == group and shown.get(group)])
        for group, title in _TITLES.items()
    ]
    groups: list[Group] = [(title, items) for title, items in counted if items]
    return (*groups[:1], (msg("On the map"), _map_items(layers, cells_drawn)), *groups[1:])


def legend_height(groups: Sequence[Group]) -> float:
    """Millimetres that `draw_legend` takes."""
    return sum(_pair_height(pair) for pair in _pairs(groups)) - _GAP


def draw_legend(board: Board, west: float, east: float, top: float, groups: Sequence[Group]) -> None:
    """Draw the groups two abreast, downwards from `top`."""
    middle = (west + east) / 2 + 1.5
    for pair in _pairs(groups):
        for (title, items), (left, right) in zip(pair, ((west, middle - 3), (middle, east)), strict=False):
            board.fitted(left, top - PITCH / 2, title, _SIZE + 0.5, right - left, bold=True)
            for number, item in enumerate(items, 1):
                _draw_item(board, left, right, top - PITCH * (number + 0.6), item)
        top -= _pair_height(pair)


def _pair_height(pair: Sequence[Group]) -> float:
    return PITCH * (1.2 + max(len(items) for _, items in pair)) + _GAP


def _pairs(groups: Sequence[Group]) -> list[Sequence[Group]]:
    return [groups[start : start + 2] for start in range(0, len(groups), 2)]


def _draw_item(board: Board, left: float, right: float, y: float, item: Item) -> None:
    item.swatch(board, left, y)
    room = right - left - _SWATCH[0] - 2
    if item.count is not None:
        count = Line(board.say(Message("{n}", {"n": item.count})), _SIZE, bold=True)
        board.text(right - 2, y, count, align="right")
        room -= count.width + 3
    board.fitted(left + _SWATCH[0] + 2, y, item.label, _SIZE, room)


def _counted(entry: LegendEntry) -> Item:
    if entry.group == CELLS:
        return Item(_cell_swatch(CellState(entry.key)), entry.label, entry.count)

    def symbol(board: Board, x: float, y: float) -> None:
        draw_symbols(board, entry.group, entry.key, [(x + _SWATCH[0] / 2, y)])

    return Item(symbol, entry.label, entry.count)


def _cell_swatch(state: CellState) -> Swatch:
    style = CELL_LOOKS[state]

    def swatch(board: Board, x: float, y: float) -> None:
        half = _SWATCH[1] / 2
        box = (x, y - half, x + _SWATCH[0], y + half)
        board.box(box, face=style.fill)
        board.box(
            box, edge=style.outline, width=0.2, hatch=HATCH if style.hatch else None, dashed=style.dashed
        )
        if style.sign:
            board.text(x + _SWATCH[0] / 2, y, Line(style.sign, 8, bold=True), align="center", colour=PAPER)

    return swatch


def _map_items(layers: Layers, cells_drawn: bool) -> list[Item]:
    upper = children(layers)
    lower = {mark.code for mark in upper}
    deeper = any(mark.parent_code in lower for marks in layers.units.values() for mark in marks)
    items = [Item(_line_swatch(*BORDERS[0]), msg("Border of the area shown"))]
    if upper:
        items.append(Item(_line_swatch(*BORDERS[1]), msg("Border of a unit")))
    if deeper:
        items.append(Item(_line_swatch(*BORDERS[2]), msg("Border of a lower unit")))
    if upper and not cells_drawn:
        items += _ramp_items(max(mark.vacant for mark in upper))
    if any(mark.vacant for mark in upper):
        items.append(Item(_number_swatch, msg("Vacant cells in a unit")))
    return items


def _line_swatch(width: float, colour: str) -> Swatch:
    def swatch(board: Board, x: float, y: float) -> None:
        board.shapes([Path([(x, y), (x + _SWATCH[0], y)])], edge=colour, width=width)

    return swatch


def _number_swatch(board: Board, x: float, y: float) -> None:
    board.text(x + _SWATCH[0] / 2, y, Line("7", 11, bold=True), align="center", colour=NUMBER_COLOUR)


def _ramp_items(largest: int) -> list[Item]:
    """The steps of the ramp that occur, with the numbers of vacant cells each stands for."""
    ranges: dict[str, list[int]] = {}
    for vacant in range(largest + 1):
        ranges.setdefault(vacancy_fill(vacant, largest), []).append(vacant)
    return [
        Item(_fill_swatch(fill), _range(ranges[fill][0], ranges[fill][-1]))
        for fill in VACANCY_RAMP
        if fill in ranges
    ]


def _range(first: int, last: int) -> Message:
    if first == last:
        return msg("{n} vacant", n=first)
    return msg("{first} to {last} vacant", first=first, last=last)


def _fill_swatch(fill: str) -> Swatch:
    def swatch(board: Board, x: float, y: float) -> None:
        half = _SWATCH[1] / 2
        board.box((x, y - half, x + _SWATCH[0], y + half), face=fill, edge=QUIET, width=0.15)

    return swatch
