"""One unit to cut, and what came of it: what travels to the processes that cut, and back."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

import shapely

from gridmap.split.cut.findings import Finding
from gridmap.split.cut.parts import UnitLoad
from gridmap.split.material import UnitMaterial
from gridmap.split.rule import SplitRule
from gridmap.split.straight.tree import UnitTree


class Way(StrEnum):
    """How the cells of a unit that had cells before were made."""

    KEPT = "kept"  # the former cuts, or cells, as they are
    MOVED = "moved"  # the former cuts, their lines moved until the loads balance
    FRESH = "fresh"  # without regard to the former cuts
    GONE = "gone"  # the unit is no more, nor are its cells


@dataclass(frozen=True)
class UnitTask:
    """A unit to cut; it travels to another process whole. All geometry in metres, x east, y north.

    Attributes:
        shape: a polygon, or several.
        load: where it lies; `total` is its sum.
        material: what cuts go along or around.
        previous: the cuts of the last split; the method bisect repeats them where they still fit.
    """

    code: str
    shape: shapely.Geometry
    load: UnitLoad
    total: float
    rule: SplitRule
    material: UnitMaterial = field(default_factory=UnitMaterial)
    previous: UnitTree | None = None


@dataclass(frozen=True)
class UnitPieces:
    """What came of a unit.

    Attributes:
        pieces: one geometry a cell; together they are the unit, to a millimetre.
        tree: the cuts, its leaves in the order of `pieces`; None where the method makes none.
        names: what each piece was called where it came from; empty where it comes from nowhere.
        findings: what is to be told of it.
        way: what became of the former cuts, where there were any.
    """

    pieces: list[shapely.Geometry]
    tree: UnitTree | None = None
    names: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    way: Way = Way.FRESH
