"""The labels of a sheet's map: vacant cells first, then units, then failing posts, then whatever has room."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from gridmap.draw.layers import CellMark, Layers, UnitMark
from gridmap.draw.looks import CELL_LOOKS
from gridmap.draw.sheet.board import INK, PAPER, QUIET, Board, Box
from gridmap.draw.sheet.ground import children
from gridmap.draw.sheet.labels import Block, Line, Occupied, Room, common_size, place_beside, place_inside
from gridmap.draw.sheet.plate import NUMBER_COLOUR, Located, Plate
from gridmap.draw.sheet.symbols import RADIUS, RIM
from gridmap.model.status import CellState, CheckpointState
from gridmap.names import CHECKPOINTS, SEQ_WIDTH

_UNIT_SIZES: Final = (28.0, 24.0, 20.0, 17.0, 14.0, 12.0, 10.0, 8.0)
"""Points of the number of vacant cells; the unit's name is a little under half of it."""
_CELL_SIZES: Final = (7.5, 6.5, 5.5, 4.5)
_LOWER_SIZES: Final = (7.0, 6.0, 5.0, 4.0, 3.0)
_NUMBER_ALONE: Final = (6.5, 5.0, 4.0, 3.0)
_SIGN_BESIDE: Final = 6.5
_FAILING: Final = (CheckpointState.EMPTY, CheckpointState.SHORT)


def label_plate(
    board: Board, plate: Plate, layers: Layers, points: Sequence[Located], taken: Sequence[Box]
) -> None:
    """Label the map; labels keep off the points' symbols and off the boxes of `taken`."""
    occupied = Occupied()
    for box in taken:
        occupied.take(box)
    for point in points:
        reach = RADIUS[point.group] + RIM
        occupied.take((point.x - reach, point.y - reach, point.x + reach, point.y + reach))
    upper = children(layers)
    posts = [point for point in points if point.group == CHECKPOINTS]
    failing = [point for point in posts if point.mark.state in _FAILING]
    vacant = [cell for cell in layers.cells if cell.state is CellState.VACANT]
    owners = {mark.code: mark.name for marks in layers.units.values() for mark in marks}
    if plate.draws_cells:
        _label_cells(board, plate, vacant, owners, occupied)
    _label_units(board, plate, upper, occupied)
    _label_points(board, plate, failing, occupied)
    if plate.draws_cells:
        _label_lower_units(board, plate, layers, upper, occupied)
    if plate.names_cells:
        _label_points(board, plate, [point for point in posts if point not in failing], occupied)
        rest = [cell for cell in layers.cells if cell.state is not CellState.VACANT]
        _label_cells(board, plate, rest, owners, occupied)


def _label_cells(
    board: Board, plate: Plate, cells: Sequence[CellMark], owners: Mapping[str, str], occupied: Occupied
) -> None:
    """Sign and name; a name that begins with its unit's is cut to the rest: the map says the unit's."""
    for cell in cells:
        if cell.code not in plate.cells:
            continue
        vacant = cell.state is CellState.VACANT
        search = vacant or plate.names_cells
        name = cell.name.removeprefix(owners.get(cell.parent_code, "")) or cell.name
        blocks = _cell_blocks(board, plate, replace(cell, name=name))
        placed = place_inside(Room(plate.cells[cell.code]), blocks, occupied, search=search)
        if placed:
            halo = 0.25 if CELL_LOOKS[cell.state].hatch else 0
            board.label(placed, [PAPER if vacant else INK] * len(placed.block.lines), halo=halo)
        elif vacant:
            _sign_beside(board, plate, cell, occupied)


def _sign_beside(board: Board, plate: Plate, cell: CellMark, occupied: Occupied) -> None:
    """The sign next to a cell too small to hold it; nothing else is put over the cell."""
    west, south, east, north = plate.cells[cell.code].bounds
    occupied.take((west, south, east, north))
    middle, reach = ((west + east) / 2, (south + north) / 2), max(east - west, north - south) / 2
    block = Block((Line(CELL_LOOKS[cell.state].sign, _SIGN_BESIDE, bold=True),))
    placed = place_beside(middle, reach, block, plate.box, occupied)
    if placed:
        board.label(placed, [NUMBER_COLOUR], halo=0.35)


def _cell_blocks(board: Board, plate: Plate, cell: CellMark) -> Iterator[Block]:
    """Sign over name, then less and smaller; the larger the cells, the larger the type."""
    sign = CELL_LOOKS[cell.state].sign
    names = [board.say(cell.name), board.say(cell.code[-SEQ_WIDTH:])] if plate.names_cells else []
    largest = min(16.0, max(7.5, plate.cell_size / 4))
    if not sign:
        sizes = [size for size in (largest, *_CELL_SIZES) if size >= board.smallest_type]
        yield from (Block((Line(name, size),)) for name in names for size in sizes)
        return
    for size in (2 * largest, 14, 11, 9):
        yield from (Block((Line(sign, size, bold=True), Line(name, size / 2, bold=True))) for name in names)
    alone = (14, 11, 9, 7.5, 6, 5, 4) if plate.names_cells else (9, 7.5, 6, 5, 4)
    yield from (Block((Line(sign, size, bold=True),)) for size in alone)


def _label_units(board: Board, plate: Plate, units: Sequence[UnitMark], occupied: Occupied) -> None:
    """Number of vacant cells over the name; those with most vacant cells choose their room first."""
    known = sorted((unit for unit in units if unit.code in plate.units), key=lambda unit: -unit.vacant)
    if not known:
        return
    rooms = [Room(plate.units[unit.code]) for unit in known]
    names = [board.say(unit.name) for unit in known]

    def block_of(number: int, size: float, name_share: float = 0.46) -> Block:
        name = Line(names[number], max(5.5, name_share * size), bold=True)
        vacant = known[number].vacant
        return Block((Line(str(vacant), size, bold=True), name)) if vacant else Block((name,))

    largest = common_size(rooms, block_of, _UNIT_SIZES, occupied, share=0.8)
    sizes = [size for size in _UNIT_SIZES if size <= largest]
    for number, (unit, room) in enumerate(zip(known, rooms, strict=True)):
        # the name shrinks before the number does: the worst unit must not have the smallest figure
        blocks = [block_of(number, size, name_share) for size in sizes for name_share in (0.46, 0.34)]
        if unit.vacant:
            alone = (*sizes, *_NUMBER_ALONE)
            blocks += [Block((Line(str(unit.vacant), size, bold=True),)) for size in alone]
        placed = place_inside(room, blocks, occupied)
        if placed:
            colours = [NUMBER_COLOUR, INK] if unit.vacant else [INK]
            board.label(placed, colours[: len(placed.block.lines)], halo=0.55)


def _label_lower_units(
    board: Board, plate: Plate, layers: Layers, upper: Sequence[UnitMark], occupied: Occupied
) -> None:
    """Names of the units in the units where there is room; those with vacant cells first, and darker."""
    codes = {mark.code for mark in upper}
    lower = [mark for marks in layers.units.values() for mark in marks if mark.parent_code in codes]
    for unit in sorted(lower, key=lambda mark: -mark.vacant):
        if unit.code not in plate.units:
            continue
        name = board.say(unit.name)
        blocks = [Block((Line(name, size),)) for size in _LOWER_SIZES if size >= board.smallest_type]
        placed = place_inside(Room(plate.units[unit.code]), blocks, occupied, search=unit.vacant > 0)
        if placed:
            board.label(placed, [INK if unit.vacant else QUIET], halo=0.25)


def _label_points(board: Board, plate: Plate, points: Sequence[Located], occupied: Occupied) -> None:
    """Name and staff of checkpoints beside their symbols."""
    for point in points:
        failing = point.mark.state in _FAILING
        name = board.say(f"{point.mark.name} {point.mark.text}")
        block = Block((Line(name, 6.5, bold=failing),))
        clearance = RADIUS[point.group] + 2 * RIM
        placed = place_beside((point.x, point.y), clearance, block, plate.box, occupied)
        if placed:
            colour = NUMBER_COLOUR if point.mark.state == CheckpointState.EMPTY else INK
            board.label(placed, [colour], halo=0.35)
