"""The rule of a split: the method, the size of a cell, and how hard the search for good cuts tries."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from gridmap.geo.code_scheme import TWELVE_THREE, CodeScheme
from gridmap.geo.sizes import CellSize, cell_count
from gridmap.model.places import CellKind, Level

__all__ = ["Method", "SplitRule", "cell_count"]


class Method(StrEnum):
    """How cells are made of a unit."""

    BISECT = "bisect"
    BLOCKS = "blocks"
    SQUARE = "square"
    HEX = "hex"
    H3 = "h3"
    TABLE = "table"
    ADOPT = "adopt"


@dataclass(frozen=True)
class SplitRule(CellSize):
    """What cells a split should make, and by which method.

    Attributes:
        method: how; see `gridmap.split.cut.methods`.
        directions: cutting lines tried first at each cut, spread evenly over the half turn (bisect).
        tolerance: deviation from an even division, in shares of a cell, that a shorter cut may cost (bisect).
        lattice: points a cell that stand for an evenly spread load (bisect).
        edge: side of a square, or distance of two opposite sides of a hexagon, metres; 0 takes the one that
            gives a cell the target load on average (square, hex).
        resolution: of the H3 grid, 0 to 15; -1 takes the one whose cells come nearest to the target (h3).
        sliver: a piece of less than this share of a full cell's area goes to a neighbour (square, hex, h3,
            adopt).
        keep: mean deviation of a unit's cells, in shares of a cell, up to which its former cuts stay as they
            are when it is split again (bisect).
        balance: 0 looks only at compact cells, 1 only at equal loads (blocks).
        codes: how codes are made of the unit's code and the cell's number.
        level, kind: what the cells are called in the hierarchy.
    """

    method: Method = Method.BISECT
    directions: int = 36
    tolerance: float = 0.009
    lattice: int = 200
    edge: float = 0.0
    resolution: int = -1
    sliver: float = 0.1
    balance: float = 0.5
    keep: float = 0.02
    codes: CodeScheme = TWELVE_THREE
    level: Level = Level.CELL
    kind: CellKind = CellKind.BASE
