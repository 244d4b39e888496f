"""Splitting units again: what still fits stays, codes go with households, and nothing else is touched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridmap.geo.codes import reading_order
from gridmap.geo.coverage.topology import Geometries, coverage_union, locate
from gridmap.geo.frames import Cells, Points, Units, check_cells, check_points, crs_of
from gridmap.geo.sizes import CellSize
from gridmap.geo.systems.crs import crs_text
from gridmap.names import CODE, HOUSEHOLDS, METHOD, PARENT_CODE, SEQ, WEIGHT
from gridmap.split.again.matching import match_cells
from gridmap.split.again.patch import Region
from gridmap.split.again.replacement import Replaced, Replacement, Resplit, UnitAfter, replace_cells
from gridmap.split.again.unit_scene import Previous, UnitScene, unit_scenes
from gridmap.split.cut.findings import Finding
from gridmap.split.cut.methods import METHODS
from gridmap.split.cut.regular import REGULAR, grid_over, with_size
from gridmap.split.cut.unit_task import UnitPieces, UnitTask, Way
from gridmap.split.cut.units import Run, cut_row
from gridmap.split.material import NO_MATERIAL, Material, portions
from gridmap.split.rule import Method, SplitRule, cell_count
from gridmap.split.straight.tree import UnitTree, number_leaves
from gridmap.split.tessellation.joining import MOVED_TOLERANCE
from gridmap.split.tessellation.numbers import Numbering
from gridmap.split.tessellation.scene import Indices, Scene

_PROVISIONAL: Final = "{number:09d}"
_SAME_LOAD: Final = 1e-9
"""Sums of shares differ in the last bits."""


def resplit(
    units: Units,
    points: Points | None,
    rule: SplitRule,
    previous: Previous,
    *,
    weight: str = HOUSEHOLDS,
    only: frozenset[str] | None = None,
    material: Material = NO_MATERIAL,
    run: Run = map,
) -> Resplit:
    """Split units that were split before, changing as little as their load allows.

    A unit whose cells are of the rule's method and number, in range (or can not be) and deviate by at most
    `rule.keep` on average stays as it is, cells drawn by hand included; with the method blocks so
    does one in whose cells the load did not change. Others are cut again, by `replay.replayed` with the
    method bisect. A new cell keeps the code of the old one that it shares most of its load with
    (`matching.match_cells`); the others are numbered on from the largest number ever used. Units not in
    `only` stay the same to the last bit, but for vertices where a new border ends on theirs. Locked cells
    keep code and shape; the rest of their unit is cut around them. Households are counted anew in all units
    concerned.

    The result does not depend on the order of rows.

    Args:
        units: with the boundaries that the cells were cut from, in their CRS.
        points: where the load is now; without them `weight` names a column of the units.
        rule: size of a cell.
        previous: what there is of earlier splits.
        weight: only without points.
        only: the units to split again; all where None.
        material: what cuts follow.
        run: see `split_units`.

    Raises:
        InputError: the CRS is not one metric one, a code names no unit, or cells do not fill their unit.
        TessellationError: no exact coverage was found.
    """
    cells = Cells(gpd.GeoDataFrame(previous.cells.sort_values(CODE, ignore_index=True)))
    scene = Scene.of(cells, units, previous.locked)
    found = unit_scenes(scene, units, points, weight=weight, only=only)
    if rule.method in REGULAR:
        shapes = np.array([unit.shape for unit in found], dtype=object)
        rule = with_size(rule, shapes, sum(unit.total for unit in found))
        material = replace(material, blocks=grid_over(shapes, rule, crs_of(units)))
    plans = [_plan(unit, cells, scene, rule, previous) for unit in found]
    tasks = [task for plan in plans for task in plan.tasks]
    made = iter(list(run(_cut, _with_material(tasks, material))))
    cuts = [_unit_cut(plan, list(islice(made, len(plan.tasks))), scene) for plan in plans]
    codes = _matched(cuts, cells)
    afters, trees = _numbered(cuts, codes, cells, rule, previous)
    done = replace_cells(cells, scene, afters, rule)
    return Resplit(
        cells=done.cells,
        changes=done.changes,
        touched=done.touched,
        exchange=done.exchange,
        cuts=cut_rows(done, afters, trees, rule, crs_text(crs_of(units))),
        used=numbers_used(cells, afters, previous.used),
        findings=tuple(finding for cut in cuts for finding in cut.findings),
    )


@dataclass(frozen=True)
class _Part:
    """A task, and the rows of its points."""

    task: UnitTask
    rows: Indices


@dataclass(frozen=True)
class _Plan:
    """A unit, its cells that may change, and what is to be cut of it; nothing where all may stay."""

    unit: UnitScene
    free: Indices
    tasks: tuple[_Part, ...] = ()


@dataclass(frozen=True)
class _UnitCut:
    """A unit and its new pieces, none where the old cells stay."""

    plan: _Plan
    pieces: Geometries
    names: tuple[str, ...] = ()
    tree: UnitTree | None = None
    way: Way = Way.KEPT
    findings: tuple[Finding, ...] = ()


def _plan(unit: UnitScene, cells: Cells, scene: Scene, rule: SplitRule, previous: Previous) -> _Plan:
    free = np.array([at for at in unit.own if scene.codes[at] not in previous.locked], dtype=np.intp)
    if not len(free) or _may_stay(unit, free, cells=cells, scene=scene, rule=rule, previous=previous):
        return _Plan(unit, free)
    area = coverage_union(scene.shapes[free])
    if len(free) == len(unit.own):
        shape = _in_order_of_parts(area, unit.shape)
        task = UnitTask(unit.code, shape, unit.load, unit.total, rule, previous=previous.trees.get(unit.code))
        return _Plan(unit, free, (_Part(task, unit.rows),))
    return _Plan(unit, free, tuple(_around_locked(unit, area, rule)))


def _may_stay(
    unit: UnitScene, free: Indices, cells: Cells, scene: Scene, rule: SplitRule, previous: Previous
) -> bool:
    """Whether the cells as they are fit the rule and the load of now."""
    if METHOD in cells and set(cells[METHOD].iloc[free]) != {rule.method.value}:
        return False
    now = unit.loads_of(scene.shapes[unit.own])
    loads = now[np.isin(unit.own, free)]
    wanted, feasible = cell_count(float(loads.sum()), rule)
    mean = float(loads.sum()) / wanted
    unchanged = np.allclose(now, scene.loads[unit.own], rtol=_SAME_LOAD, atol=_SAME_LOAD)
    if unchanged and rule.method is Method.BLOCKS and _same_size(previous.sizes.get(unit.code, rule), rule):
        return True  # no cuts are stored, and its search ends elsewhere after the least change of a border
    if len(free) != wanted or (feasible and not all(rule.holds(float(load)) for load in loads)):
        return False
    return bool(mean == 0 or np.abs(loads - mean).mean() / mean <= rule.keep)


def _same_size(one: CellSize, other: CellSize) -> bool:
    return (one.target, one.minimum, one.maximum) == (other.target, other.minimum, other.maximum)


def _in_order_of_parts(area: shapely.Geometry, unit: shapely.Geometry) -> shapely.Geometry:
    """An area that covers a unit, its parts in the order of the unit's."""
    parts = np.atleast_1d(shapely.get_parts(area))
    if len(parts) == 1:
        return area
    inside = shapely.get_coordinates(shapely.point_on_surface(np.atleast_1d(shapely.get_parts(unit))))
    order = locate(inside, parts)
    if len(set(order.tolist())) != len(parts):
        return area
    return shapely.MultiPolygon(parts[order].tolist())


def _around_locked(unit: UnitScene, area: shapely.Geometry, rule: SplitRule) -> Iterator[_Part]:
    """What is left of a unit beside its locked cells: each stretch on its own, so that no cell is in two.

    Islands as the unit has them go with the largest stretch, as they may in a fresh split.
    """
    parts = np.atleast_1d(shapely.get_parts(area))
    parts = parts[np.lexsort((*shapely.bounds(parts).T, -shapely.area(parts)))]
    unit_parts = np.atleast_1d(shapely.get_parts(unit.shape))
    home = locate(shapely.get_coordinates(shapely.point_on_surface(parts)), unit_parts)
    islands = np.abs(shapely.area(parts) - shapely.area(unit_parts[home])) <= MOVED_TOLERANCE
    islands[0] = False
    together = [parts[0], *parts[islands]]
    shapes = [
        together[0] if len(together) == 1 else shapely.MultiPolygon(together),
        *parts[1:][~islands[1:]],
    ]
    taken = np.zeros(len(unit.load.xy), dtype=bool)
    for shape in shapes:
        load, total, inside = unit.within(shape, taken)
        taken |= inside
        yield _Part(UnitTask(unit.code, shape, load, total, rule), unit.rows[inside])


def _with_material(parts: list[_Part], material: Material) -> list[UnitTask]:
    if not parts:
        return []
    shapes = np.array([part.task.shape for part in parts], dtype=object)
    own = portions(material, shapes, [part.rows for part in parts])
    return [replace(part.task, material=portion) for part, portion in zip(parts, own, strict=True)]


def _cut(task: UnitTask) -> UnitPieces:
    return METHODS[task.rule.method](task)


def _unit_cut(plan: _Plan, made: list[UnitPieces], scene: Scene) -> _UnitCut:
    """The new pieces of a unit; none where they are the old cells over again."""
    pieces = np.array([piece for one in made for piece in one.pieces], dtype=object)
    findings = tuple(finding for one in made for finding in one.findings)
    if not made or _same(pieces, scene.shapes[plan.free]):
        return _UnitCut(plan, pieces[:0], findings=findings)
    names = tuple(name for one in made for name in one.names)
    around_locked = len(plan.free) < len(plan.unit.own)
    tree = None if around_locked else made[0].tree
    return _UnitCut(
        plan=plan,
        pieces=pieces,
        names=names,
        tree=tree,
        way=Way.FRESH if around_locked else made[0].way,
        findings=findings,
    )


def _same(pieces: Geometries, old: Geometries) -> bool:
    """Whether two sets of shapes are the same, each to a square millimetre's thousandfold."""
    if len(pieces) != len(old):
        return False
    inside = shapely.get_coordinates(shapely.point_on_surface(pieces))
    at = locate(inside, old)
    if (at < 0).any() or len(set(at.tolist())) != len(old):
        return False
    if (np.abs(shapely.area(pieces) - shapely.area(old[at])) > MOVED_TOLERANCE).any():
        return False
    apart = shapely.area(shapely.symmetric_difference(pieces, old[at]))
    return bool((apart <= MOVED_TOLERANCE).all())


def _matched(cuts: list[_UnitCut], cells: Cells) -> list[list[str]]:
    """By unit, the old code of each new piece; '' for those without."""
    changed = [cut for cut in cuts if len(cut.pieces)]
    if not changed:
        return [[] for _ in cuts]
    counts = [len(cut.pieces) for cut in changed]
    provisional = [_PROVISIONAL.format(number=number) for number in range(sum(counts))]
    new = gpd.GeoDataFrame(
        {CODE: provisional, PARENT_CODE: np.repeat([cut.plan.unit.code for cut in changed], counts)},
        geometry=np.concatenate([cut.pieces for cut in changed]),
        crs=cells.crs,
    )
    old = cells.iloc[np.concatenate([cut.plan.free for cut in changed])]
    found = match_cells(Cells(gpd.GeoDataFrame(old)), check_cells(new), _points(changed, cells))
    remaining = iter(provisional)
    return [[found.get(code, "") for code in islice(remaining, len(cut.pieces))] for cut in cuts]


def _points(cuts: list[_UnitCut], cells: Cells) -> Points | None:
    """The load of some units as points; None where it is spread."""
    xy = np.concatenate([cut.plan.unit.load.xy for cut in cuts])
    if not len(xy):
        return None
    weights = np.concatenate([cut.plan.unit.load.weights for cut in cuts])
    return check_points(
        gpd.GeoDataFrame({WEIGHT: weights}, geometry=gpd.points_from_xy(*xy.T), crs=cells.crs)
    )


def _numbered(
    cuts: list[_UnitCut], matched: list[list[str]], cells: Cells, rule: SplitRule, previous: Previous
) -> tuple[list[UnitAfter], dict[str, UnitTree | None]]:
    """The units with codes for all new pieces, and the trees of those that were cut."""
    afters: list[UnitAfter] = []
    trees: dict[str, UnitTree | None] = {}
    for cut, kept in zip(cuts, matched, strict=True):
        unit = cut.plan.unit
        if not len(cut.pieces):
            afters.append(UnitAfter(unit))
            continue
        numbering = Numbering(Cells(gpd.GeoDataFrame(cells.iloc[unit.own])), previous.used, rule.codes)
        codes, numbers = list(kept), {}
        for place in in_reading_order(cut.pieces, unit.shape):
            if not codes[place]:
                codes[place], number = numbering.next(unit.code)
                numbers[codes[place]] = number
        replacement = Replacement(Region(cut.plan.free, cut.pieces), tuple(codes), numbers, cut.names)
        afters.append(UnitAfter(unit, (replacement,), cut.way))
        trees[unit.code] = None if cut.tree is None else number_leaves(cut.tree, codes)
    return afters, trees


def in_reading_order(pieces: Geometries, within: shapely.Geometry) -> list[int]:
    """Places of pieces in the order they are numbered."""
    centres = shapely.get_coordinates(shapely.centroid(pieces))
    order = reading_order(centres, float(np.sqrt(shapely.area(within) / len(pieces))))
    return [int(place) for place in order]


def cut_rows(
    done: Replaced,
    afters: Sequence[UnitAfter],
    trees: Mapping[str, UnitTree | None],
    rule: SplitRule,
    crs: str,
) -> pd.DataFrame:
    """How units whose cells changed are cut now; see `Split.cuts`."""
    counts = {change.unit: len(change.kept) + len(change.new) for change in done.changes}
    return pd.DataFrame(
        [
            cut_row(unit.code, rule, unit.total, counts[unit.code], trees.get(unit.code)) | {"crs": crs}
            for unit in (after.unit for after in afters if after.replacements)
        ]
    )


def numbers_used(cells: Cells, afters: Sequence[UnitAfter], used: Mapping[str, int]) -> dict[str, int]:
    """By unit concerned, the largest cell number ever used; `cells` are those before."""
    told = pd.to_numeric(cells[SEQ], errors="coerce").to_numpy() if SEQ in cells else np.zeros(len(cells))
    told = np.nan_to_num(told)
    return {
        after.unit.code: int(
            max(
                used.get(after.unit.code, 0),
                told[after.unit.own].max(initial=0),
                *(number for one in after.replacements for number in one.numbers.values()),
                0,
            )
        )
        for after in afters
    }
