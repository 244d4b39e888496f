"""Relief: only cells with too much load are split, only cells with too little merged; all others stay."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

import geopandas as gpd
import numpy as np
import shapely

from gridmap.geo.coverage.topology import Geometries, coverage_union
from gridmap.geo.frames import Cells, Points, Units, crs_of
from gridmap.geo.sizes import LOAD_DIGITS
from gridmap.geo.systems.crs import crs_text
from gridmap.messages import Message, msg
from gridmap.names import CODE, HOUSEHOLDS
from gridmap.split.again.patch import Region
from gridmap.split.again.replacement import Replacement, Resplit, UnitAfter, replace_cells
from gridmap.split.again.resplit import cut_rows, in_reading_order, numbers_used
from gridmap.split.again.unit_scene import Previous, UnitScene, unit_scenes
from gridmap.split.cut.parts import UnitLoad, cut_unit
from gridmap.split.cut.unit_task import Way
from gridmap.split.rule import SplitRule, cell_count
from gridmap.split.straight.balance import unit_search
from gridmap.split.tessellation.numbers import Numbering, comparable
from gridmap.split.tessellation.scene import Floats, Indices, Scene

_BORDER_DIGITS: Final = 6
"""Lengths of borders are compared after rounding to this many decimals of a metre."""


def relieve(
    units: Units,
    points: Points | None,
    rule: SplitRule,
    previous: Previous,
    *,
    split: bool = True,
    merge: bool = True,
    weight: str = HOUSEHOLDS,
    only: frozenset[str] | None = None,
) -> Resplit:
    """Split the overloaded cells, merge the underloaded, and leave every other cell as it is.

    An overloaded cell is cut into as many pieces as `cell_count` makes of its load, by bisection inside it;
    the piece with the largest load keeps the code. An underloaded cell, the smallest first, goes together
    with the neighbour in its unit with the longest common border among those with which the sum stays within
    `rule.maximum`; the larger keeps the code, so that the households of the smaller alone change. Locked
    cells are never touched. `notes` say which cells cannot be relieved, and why.

    The arguments are those of `resplit`; the stored cuts of a unit stay those of its last split.

    Raises:
        InputError: see `resplit`.
        TessellationError: no exact coverage was found.
    """
    cells = Cells(gpd.GeoDataFrame(previous.cells.sort_values(CODE, ignore_index=True)))
    scene = Scene.of(cells, units, previous.locked)
    notes: list[Message] = []
    afters = []
    for unit in unit_scenes(scene, units, points, weight=weight, only=only):
        relief = _Relief(unit, cells, scene, rule, previous)
        if split:
            relief.split()
        if merge:
            relief.merge()
        notes += relief.notes
        afters.append(UnitAfter(unit, tuple(relief.replacements), Way.KEPT))
    done = replace_cells(cells, scene, afters, rule)
    cuts = cut_rows(done, afters, previous.trees, rule, crs_text(crs_of(units)))
    used = numbers_used(cells, afters, previous.used)
    return Resplit(
        cells=done.cells,
        changes=done.changes,
        touched=done.touched,
        exchange=done.exchange,
        cuts=cuts,
        used=used,
        notes=tuple(notes),
    )


@dataclass
class _Group:
    """Cells of a unit that are to be one.

    Attributes:
        positions: among the unit's cells.
        code: that of the one with the largest load, which is `own`.
        shape, load: of all together.
    """

    positions: list[int]
    code: str
    shape: shapely.Geometry
    load: float
    own: float

    @property
    def rank(self) -> tuple[float, str]:
        """Smaller ones give way first."""
        return self.load, self.code


@dataclass
class _Relief:
    """What is to be done in one unit, as it is found out."""

    unit: UnitScene
    cells: Cells
    scene: Scene
    rule: SplitRule
    previous: Previous
    replacements: list[Replacement] = field(default_factory=list)
    notes: list[Message] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._shapes: Geometries = self.scene.shapes[self.unit.own]
        self._codes: list[str] = self.scene.codes[self.unit.own].tolist()
        self._loads = self.unit.loads_of(self._shapes)
        self._split: set[int] = set()

    @cached_property
    def _numbering(self) -> Numbering:
        own = Cells(gpd.GeoDataFrame(self.cells.iloc[self.unit.own]))
        return Numbering(own, self.previous.used, self.rule.codes)

    @cached_property
    def _cell_of_point(self) -> Indices:
        return self.unit.cell_of_point(self._shapes)

    def split(self) -> None:
        """Split the overloaded cells."""
        for place in np.flatnonzero(np.round(self._loads, LOAD_DIGITS) > self.rule.maximum).tolist():
            made = self._pieces(place)
            if isinstance(made, Message):
                self.notes.append(made)
                continue
            self._split.add(place)
            self.replacements.append(self._replacement(place, made))

    def merge(self) -> None:
        """Merge the underloaded cells into neighbours."""
        groups = [
            _Group([place], code, shape, float(load), float(load))
            for place, (code, shape, load) in enumerate(
                zip(self._codes, self._shapes, self._loads, strict=True)
            )
            if place not in self._split
        ]
        stuck: set[str] = set()
        while small := [group for group in groups if self._is_small(group) and group.code not in stuck]:
            group = min(small, key=lambda one: one.rank)
            other = self._partner(group, groups)
            if isinstance(other, Message):
                self.notes.append(other)
                stuck.add(group.code)
                continue
            groups = [one for one in groups if one is not group and one is not other]
            groups.append(_joined(group, other))
        for group in groups:
            if len(group.positions) > 1:
                region = Region(self.unit.own[group.positions], np.array([group.shape], dtype=object))
                self.replacements.append(Replacement(region, (group.code,), {}))

    def _is_small(self, group: _Group) -> bool:
        return round(group.load, LOAD_DIGITS) < self.rule.minimum

    def _pieces(self, place: int) -> Geometries | Message:
        """An overloaded cell in pieces that are all in range, or why that cannot be."""
        code, load = self._codes[place], float(self._loads[place])
        if code in self.previous.locked:
            return msg(
                "Cell {code} has {load}, too much, but it is locked. Unlock it first.",
                code=code,
                load=_shown(load),
            )
        wanted, feasible = cell_count(load, self.rule)
        if not feasible:
            return msg(
                "Cell {code} has {load}: no number of cells brings that into range. "
                "Move its border, or split the whole unit again.",
                code=code,
                load=_shown(load),
            )
        own = self._load_of(place)
        search = unit_search(self._shapes[place], self.rule, load / wanted, feasible=True)
        _, pieces = cut_unit(self._shapes[place], own, wanted, search)
        made = np.array(pieces, dtype=object)
        loads = self._loads_in(place, made)
        if len(made) == wanted and all(self.rule.holds(float(one)) for one in loads):
            return made
        return msg(
            "Cell {code} has {load}, but straight cuts do not divide that into cells in range: "
            "too much of it is in one place. Split it by hand, or set other sizes.",
            code=code,
            load=_shown(load),
        )

    def _load_of(self, place: int) -> UnitLoad:
        if self.unit.is_spread:
            return self.unit.load
        inside = self._cell_of_point == place
        return UnitLoad(self.unit.load.xy[inside], self.unit.load.weights[inside])

    def _loads_in(self, place: int, pieces: Geometries) -> Floats:
        own = self._load_of(place)
        return replace(self.unit, load=own, total=float(self._loads[place])).loads_of(pieces)

    def _replacement(self, place: int, pieces: Geometries) -> Replacement:
        """The pieces with codes: the one with the largest load (then area) keeps the cell's."""
        loads, areas = comparable(self._loads_in(place, pieces), shapely.area(pieces))
        order = in_reading_order(pieces, self._shapes[place])
        keeper = max(order, key=lambda piece: (loads[piece], areas[piece]))
        codes, numbers = [self._codes[place]] * len(pieces), {}
        for piece in order:
            if piece != keeper:
                codes[piece], number = self._numbering.next(self.unit.code)
                numbers[codes[piece]] = number
        return Replacement(Region(self.unit.own[[place]], pieces), tuple(codes), numbers)

    def _partner(self, group: _Group, groups: list[_Group]) -> _Group | Message:
        """The neighbour that an underloaded cell goes together with, or why there is none."""
        code, load = group.code, group.load
        if code in self.previous.locked:
            return msg(
                "Cell {code} has {load}, too little, but it is locked. Unlock it first.",
                code=code,
                load=_shown(load),
            )
        others = [one for one in groups if one is not group and one.code not in self.previous.locked]
        shapes = np.array([one.shape for one in others], dtype=object)
        borders = shapely.length(shapely.intersection(shapes, group.shape))
        beside = [(border, one) for border, one in zip(borders.tolist(), others, strict=True) if border > 0]
        if not beside:
            return msg(
                "Cell {code} has {load}, too little, and no neighbour in its unit to be merged with. "
                "Move its border, or unlock its neighbours.",
                code=code,
                load=_shown(load),
            )
        fitting = [
            (border, one)
            for border, one in beside
            if round(one.load + load, LOAD_DIGITS) <= self.rule.maximum
        ]
        if not fitting:
            return msg(
                "Cell {code} has {load}, too little, but with any neighbour it would have more than "
                "{maximum}. Move its border, or split the whole unit again.",
                code=code,
                load=_shown(load),
                maximum=_shown(float(self.rule.maximum)),
            )
        return min(fitting, key=lambda pair: (-round(pair[0], _BORDER_DIGITS), pair[1].rank))[1]


def _joined(one: _Group, other: _Group) -> _Group:
    """Two neighbours as one; the code is that of the cell with the largest load, then the smaller code."""
    keeper = min((one, other), key=lambda group: (-group.own, group.code))
    shape = coverage_union(np.array([one.shape, other.shape], dtype=object))
    places = sorted([*one.positions, *other.positions])
    return _Group(places, keeper.code, shape, one.load + other.load, keeper.own)


def _shown(load: float) -> float:
    """A load as it is told: whole, or with one decimal."""
    return int(load) if load.is_integer() else round(load, 1)
