"""The map of a sheet without its labels: cells by state or units by vacancies, borders by rank, symbols."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Final

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gridmap.draw.layers import CellMark, Layers, PointMark
from gridmap.draw.looks import CELL_LOOKS
from gridmap.draw.point_layers import POINT_LAYERS
from gridmap.draw.sheet.board import GROUND, INK, PAPER, Board, Box, outline_path
from gridmap.draw.sheet.ground import Ground, children
from gridmap.draw.sheet.map_frame import MapFrame
from gridmap.draw.sheet.symbols import draw_symbols
from gridmap.model.status import CellState, CheckpointState, SiteState

NUMBER_COLOUR: Final = "#B84300"
"""Of the number of vacant cells: the vacant fill, darkened until it reads on every fill beneath it."""
HATCH: Final = "/////"
CELL_READABLE: Final = 2.6
"""Millimetres across from which cells are drawn one by one."""
CELL_NAMED: Final = 9.0
"""Millimetres across from which cells bear their names or numbers."""
BORDERS: Final = ((0.75, INK), (0.45, INK), (0.18, "#72858F"))
"""Width (mm) and colour of borders: of the scope, of the units in it, of the units in those."""
_DRAWN_LAST: Final = (CheckpointState.EMPTY, CheckpointState.SHORT, SiteState.OVERDUE, SiteState.UNVISITED)


@dataclass(frozen=True)
class Located:
    """A checkpoint or contact site, and where it is on the sheet."""

    group: str
    mark: PointMark
    x: float
    y: float


@dataclass(frozen=True)
class Plate:
    """A map ready to be drawn: where it lies, and its shapes in sheet millimetres by code."""

    box: Box
    frame: MapFrame
    scope: BaseGeometry
    units: dict[str, BaseGeometry]
    cells: dict[str, BaseGeometry]

    @cached_property
    def cell_size(self) -> float:
        """Millimetres across a cell: the square root of the median area, 0 where there is none."""
        areas = shapely.area(np.array(list(self.cells.values()), dtype=object))
        return float(np.sqrt(np.median(areas))) if len(areas) else 0.0

    @property
    def draws_cells(self) -> bool:
        """Whether cells are large enough to be drawn one by one."""
        return self.cell_size >= CELL_READABLE

    @property
    def names_cells(self) -> bool:
        """Whether cells are large enough to bear their names."""
        return self.cell_size >= CELL_NAMED


def make_plate(box: Box, frame: MapFrame, ground: Ground) -> Plate:
    """Bring the ground to scale."""

    def scaled(shapes: Sequence[tuple[str, BaseGeometry]]) -> dict[str, BaseGeometry]:
        geometries = np.array([shape for _, shape in shapes], dtype=object)
        return dict(zip((code for code, _ in shapes), frame.to_sheet(geometries), strict=True))

    scope = frame.to_sheet(np.array([ground.scope], dtype=object))[0]
    return Plate(box, frame, scope, scaled(list(ground.units.items())), scaled(list(ground.cells.items())))


def draw_plate(board: Board, plate: Plate, layers: Layers, ground: Ground) -> list[Located]:
    """Draw the map without its labels; gives back the points where they were drawn."""
    board.box(plate.box, face=GROUND, edge=INK, width=0.35)
    board.shapes([outline_path(plate.scope)], face=PAPER)
    if plate.draws_cells:
        _draw_cells(board, plate, layers.cells)
    else:
        marks = [mark for mark in children(layers) if mark.code in plate.units]
        paths = [outline_path(plate.units[mark.code]) for mark in marks]
        board.shapes(paths, face=[mark.fill for mark in marks])
    _draw_borders(board, plate, layers)
    return _draw_points(board, plate, layers, ground)


def _draw_cells(board: Board, plate: Plate, cells: Sequence[CellMark]) -> None:
    width = min(0.4, max(0.1, plate.cell_size / 100))
    by_state = {state: [plate.cells[c.code] for c in cells if c.state is state and c.code in plate.cells]
                for state in CellState}  # fmt: skip
    for state, shapes in by_state.items():
        board.shapes([outline_path(shape) for shape in shapes], face=CELL_LOOKS[state].fill)
    for state, shapes in by_state.items():
        style = CELL_LOOKS[state]
        paths = [outline_path(shape) for shape in shapes]
        hatch = HATCH if style.hatch else None
        board.shapes(paths, edge=style.outline, width=width, dashed=style.dashed, hatch=hatch)


def _draw_borders(board: Board, plate: Plate, layers: Layers) -> None:
    """Borders of lower rank first, so that the stronger line wins where they run together."""
    upper = {mark.code for mark in children(layers)}
    lower = {mark.code for marks in layers.units.values() for mark in marks if mark.parent_code in upper}
    for codes, (width, colour) in ((lower, BORDERS[2]), (upper, BORDERS[1])):
        paths = [outline_path(plate.units[code]) for code in sorted(codes & plate.units.keys())]
        board.shapes(paths, edge=colour, width=width)
    board.shapes([outline_path(plate.scope)], edge=BORDERS[0][1], width=BORDERS[0][0])


def _draw_points(board: Board, plate: Plate, layers: Layers, ground: Ground) -> list[Located]:
    """Draw symbols: the first layer on top of the others, and in each faults over the rest."""
    drawn: list[Located] = []
    for layer in reversed(POINT_LAYERS):
        group, marks, frame = layer.name, layers.points.get(layer.name, ()), plate.frame
        places = (ground.project(marks) - np.array([frame.east, frame.north])) * frame.scale
        located = [
            Located(group, mark, float(x), float(y)) for mark, (x, y) in zip(marks, places, strict=True)
        ]
        located.sort(key=lambda item: (item.mark.state in _DRAWN_LAST, item.mark.state))
        for state, same in groupby(located, key=lambda item: item.mark.state):
            draw_symbols(board, group, state, [(item.x, item.y) for item in same])
        drawn += located
    return drawn
