"""What can be asked of a tessellation: the commands of an edit."""

from __future__ import annotations

from dataclasses import dataclass

import shapely


@dataclass(frozen=True)
class SplitByLine:
    """Split cells along a drawn line; every piece that the line cuts off becomes a cell.

    A line that closes on itself cuts out what it encloses. Islands of a cell that the line does not cross
    stay with the nearest piece.

    Attributes:
        line: in the cells' CRS; it may cross several cells, of several units.
        codes: the cells to split, each of which the line must cross from border to border; without any,
            all cells that it crosses so.
    """

    line: shapely.LineString
    codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class MergeCells:
    """Make one cell of several of one unit; it keeps the code of that with the largest load.

    The cells must meet along borders, or lie on different parts (islands) of their unit.
    """

    codes: tuple[str, ...]


@dataclass(frozen=True)
class Redraw:
    """Give a cell a new outline inside its unit.

    What it gains is taken from its neighbours; each area it loses goes to the neighbour with which that
    area has the longest border.

    Attributes:
        polygon: the whole new outline, in the cells' CRS; what lies outside the cell's unit is left out.
    """

    code: str
    polygon: shapely.Polygon | shapely.MultiPolygon


@dataclass(frozen=True)
class Transfer:
    """Give a part of a cell to a neighbour in the same unit.

    Attributes:
        source: the code of the cell that gives.
        target: the code of the cell that takes.
        area: in the cells' CRS: a polygon or block, of which the part inside `source` is given; or the places
            of buildings, each of which goes with the ground that is nearer to it than to any other building.
    """

    source: str
    target: str
    area: shapely.Polygon | shapely.MultiPolygon | shapely.Point | shapely.MultiPoint


Command = SplitByLine | MergeCells | Redraw | Transfer
