"""One unit to cut, and what came of it: what travels to the processes that cut, and back."""

from __future__ import annotations

from dataclasses import dataclass, field

import shapely

from gridmap.split.findings import Finding
from gridmap.split.material import UnitMaterial
from gridmap.split.parts import UnitLoad
from gridmap.split.rule import SplitRule
from gridmap.split.tree import UnitTree


@dataclass(frozen=True)
class UnitTask:
    """A unit to cut; it travels to another process whole. All geometry in metres, x east, y north.

    Attributes:
        shape: a polygon, or several.
        load: where it lies; `total` is its sum.
        material: what cuts go along or around.
    """

    code: str
    shape: shapely.Geometry
    load: UnitLoad
    total: float
    rule: SplitRule
    material: UnitMaterial = field(default_factory=UnitMaterial)


@dataclass(frozen=True)
class UnitPieces:
    """What came of a unit.

    Attributes:
        pieces: one geometry a cell; together they are the unit, to a millimetre.
        tree: the cuts, its leaves in the order of `pieces`; None where the method makes none.
        names: what each piece was called where it came from; empty where it comes from nowhere.
        findings: what is to be told of it.
    """

    pieces: list[shapely.Geometry]
    tree: UnitTree | None = None
    names: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
