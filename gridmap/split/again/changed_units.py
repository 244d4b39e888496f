"""Units that are not those of the last split: new ones, ones that are no more, ones with other borders.

They are cut, and their cells fitted between those that stay; then all can be split again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridmap.errors import InputError, TessellationError
from gridmap.geo.coverage.topology import Geometries, coverage_is_valid, locate
from gridmap.geo.frames import Cells, Points, Units, leaf_units
from gridmap.messages import msg, msg_n
from gridmap.names import CODE, HOUSEHOLDS, NAME, PARENT_CODE, SEQ, WEIGHT
from gridmap.split.again.matching import match_cells
from gridmap.split.again.replacement import UnitChange
from gridmap.split.again.unit_scene import Previous
from gridmap.split.cut.unit_task import Way
from gridmap.split.cut.units import Run, Split, split_units
from gridmap.split.material import NO_MATERIAL, Material
from gridmap.split.rule import SplitRule
from gridmap.split.straight.tree import from_json, rename_leaves, to_json
from gridmap.split.tessellation.joining import joined_exactly, moved_units
from gridmap.split.tessellation.linework import vertices
from gridmap.split.tessellation.numbers import Numbering
from gridmap.split.tessellation.scene import Indices


@dataclass(frozen=True)
class UnitDifferences:
    """Codes of units, sorted.

    Attributes:
        new: without cells.
        gone: of cells, but not among the lowest units.
        redrawn: not what their cells cover.
    """

    new: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    redrawn: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self.new or self.gone or self.redrawn)

    @property
    def afresh(self) -> tuple[str, ...]:
        """The units to be cut anew, whatever their load."""
        return tuple(sorted((*self.new, *self.redrawn)))


def differences(units: Units, cells: Cells) -> UnitDifferences:
    """What is different between the lowest units and the units of some cells, both in one metric CRS."""
    leaves = leaf_units(units).sort_values(CODE, ignore_index=True)
    before = set(cells[PARENT_CODE])
    common = leaves[leaves[CODE].isin(before)].reset_index(drop=True)
    owners = pd.Index(common[CODE]).get_indexer(pd.Index(cells[PARENT_CODE]))
    own = owners >= 0
    moved = moved_units(common.geometry.to_numpy(), cells.geometry.to_numpy()[own], owners[own])
    return UnitDifferences(
        new=tuple(leaves[CODE][~leaves[CODE].isin(before)]),
        gone=tuple(sorted(before - set(leaves[CODE]))),
        redrawn=tuple(common[CODE][moved]),
    )


@dataclass(frozen=True)
class Carried:
    """Earlier cells made to fit the units of now, and rows of `Split.cuts` of the units cut afresh."""

    previous: Previous
    cuts: pd.DataFrame


def carried_over(
    units: Units,
    points: Points | None,
    rule: SplitRule,
    previous: Previous,
    found: UnitDifferences,
    *,
    weight: str = HOUSEHOLDS,
    material: Material = NO_MATERIAL,
    run: Run = map,
) -> Carried:
    """Make earlier cells fit the units of now, so that `resplit` can go on from them.

    Cells of units that are gone are left out; new units are cut afresh, redrawn ones by their former cuts
    where these still fit. In a redrawn unit a cell that shares most of its load with an old one keeps that
    code; no number is used twice. Cells that do not meet those units stay the same to the last bit.

    Args:
        units: with the vertices of the cells where they are the same place (`geo.same_places`).
        points: see `resplit`, like the following.
        rule: of the cells.
        previous: the cells of the units as they were.
        found: what is different.
        weight: only without points.
        material: what cuts follow.
        run: see `split_units`.

    Raises:
        InputError: a locked cell is of a unit that is gone or redrawn, or see `split_units`.
        TessellationError: the units overlap or no exact coverage was found.
    """
    _require_unlocked(previous, found)
    cells = previous.cells
    stays = Cells(gpd.GeoDataFrame(cells[~cells[PARENT_CODE].isin({*found.gone, *found.redrawn})]))
    trees = {code: tree for code, tree in previous.trees.items() if code not in {*found.gone, *found.redrawn}}
    if not found.afresh:
        return Carried(replace(previous, cells=_sorted(stays), trees=trees), pd.DataFrame())
    leaves = leaf_units(units)
    cut = Units(leaves[leaves[CODE].isin(found.afresh)].assign(**{PARENT_CODE: ""}))
    former = {code: previous.trees[code] for code in found.redrawn if code in previous.trees}
    split = split_units(cut, points, rule, weight=weight, material=material, previous=former, run=run)
    codes, numbers = _final_codes(split, previous, rule, points)
    fresh = _rows(split, codes, numbers, cells)
    cuts = _renamed_cuts(split, codes)
    trees |= {code: from_json(text) for code, text in zip(cuts[CODE], cuts["tree"], strict=True) if text}
    together = _sorted(pd.concat([stays, fresh], ignore_index=True) if len(stays) else fresh)
    fitted = _fitted(together, leaves, found.afresh)
    return Carried(replace(previous, cells=fitted, trees=trees), cuts)


def _renamed_cuts(split: Split, codes: Sequence[str]) -> pd.DataFrame:
    """The rows of a split's cuts with the final codes of its cells in the trees."""
    names = dict(zip(split.cells[CODE], codes, strict=True))
    trees = [text and to_json(rename_leaves(from_json(text), names)) for text in split.cuts["tree"]]
    return split.cuts.assign(tree=trees)


def _require_unlocked(previous: Previous, found: UnitDifferences) -> None:
    parents = dict(zip(previous.cells[CODE], previous.cells[PARENT_CODE], strict=True))
    changed = {*found.gone, *found.redrawn}
    stuck = sorted(code for code in previous.locked if parents.get(code) in changed)
    if stuck:
        raise InputError(
            msg_n(
                "Cell {codes} is locked, but its unit is gone or has another border. Unlock it.",
                "Cells {codes} are locked, but their units are gone or have other borders. Unlock them.",
                n=len(stuck),
                codes=stuck,
            )
        )


def _sorted(cells: gpd.GeoDataFrame) -> Cells:
    return Cells(gpd.GeoDataFrame(cells.sort_values(CODE, ignore_index=True)))


def _final_codes(
    split: Split, previous: Previous, rule: SplitRule, points: Points | None
) -> tuple[list[str], list[int]]:
    """Code and number of each fresh cell: those of the old cell it takes the place of, else the next."""
    cells = previous.cells
    kept = match_cells(cells, split.cells, points)
    numbering = Numbering(cells, previous.used, rule.codes)
    number_of = dict(zip(cells[CODE], cells[SEQ], strict=True)) if SEQ in cells else {}
    codes, numbers = [], []
    for provisional, unit in zip(split.cells[CODE], split.cells[PARENT_CODE], strict=True):
        old = kept.get(provisional)
        code, number = numbering.next(unit) if old is None else (old, int(number_of.get(old, 0)))
        codes.append(code)
        numbers.append(number)
    return codes, numbers


def _rows(split: Split, codes: Sequence[str], numbers: Sequence[int], like: Cells) -> gpd.GeoDataFrame:
    """Fresh cells with the columns of a table; what the table knows beside those of a split stays empty."""
    rows = gpd.GeoDataFrame(split.cells.assign(**{CODE: codes}))
    if SEQ in like:
        rows[SEQ] = pd.Series(numbers).astype(like[SEQ].dtype)
    if NAME in like and NAME not in rows:
        rows[NAME] = ""
    if HOUSEHOLDS in like and pd.api.types.is_integer_dtype(like[HOUSEHOLDS].dtype):
        rows[HOUSEHOLDS] = rows[HOUSEHOLDS].round().astype(like[HOUSEHOLDS].dtype)
    if rows.geometry.name != like.geometry.name:
        rows = rows.rename_geometry(like.geometry.name)
    return gpd.GeoDataFrame(rows.reindex(columns=like.columns), crs=like.crs)


def _fitted(cells: Cells, leaves: gpd.GeoDataFrame, afresh: Iterable[str]) -> Cells:
    """The cells with those cut afresh, and those that meet them, brought to meet edge to edge.

    Raises:
        TessellationError: they cannot, or other cells would have to move for it.
    """
    shapes: Geometries = np.array(cells.geometry.to_numpy(), dtype=object)
    parents = cells[PARENT_CODE].to_numpy(dtype=object)
    fresh = np.flatnonzero(np.isin(parents, [*afresh]))
    beside = _around(shapes, fresh)
    concerned = np.flatnonzero(np.isin(parents, np.unique(parents[[*fresh, *beside]])))
    own = leaves[leaves[CODE].isin(parents[concerned])].sort_values(CODE, ignore_index=True)
    owners = pd.Index(own[CODE]).get_indexer(pd.Index(parents[concerned]))
    cleaned = dict(zip(concerned.tolist(), joined_exactly(shapes[concerned], owners, own), strict=True))
    for at in concerned.tolist():
        if at in fresh or at in beside:
            shapes[at] = _unless_same(shapes[at], cleaned[at])
    near = np.union1d(concerned, _around(shapes, concerned))
    if not coverage_is_valid(shapes[near]):
        raise TessellationError(
            msg(
                "The cells of new units could not be made to meet those that are there edge to edge. "
                "Split all units anew, without the previous cells."
            )
        )
    fitted = cells.copy()
    fitted[fitted.geometry.name] = gpd.GeoSeries(shapes, index=cells.index, crs=cells.crs)
    return Cells(fitted)


def _around(shapes: Geometries, chosen: Indices) -> Indices:
    """The others that meet chosen shapes, or come within a millimetre."""
    _, near = shapely.STRtree(shapes).query(shapes[chosen], predicate="dwithin", distance=1e-3)
    return np.setdiff1d(near, chosen)


def _unless_same(before: shapely.Geometry, cleaned: shapely.Geometry) -> shapely.Geometry:
    """The cleaned shape; the one before where both have the same vertices."""
    old, new = (vertices(shapely.get_coordinates(shape)) for shape in (before, cleaned))
    return before if old == new else cleaned


def changes_of(
    found: UnitDifferences,
    previous: Previous,
    cells: Cells,
    points: Points | None,
    loads: dict[str, float],
) -> list[UnitChange]:
    """What came of the units that are new, gone or redrawn.

    Households of land that had no cell before did not change cell. Without points they go by area.

    Args:
        found: which units.
        previous: the cells before.
        cells: those of now.
        points: where the load is now.
        loads: by unit of now.
    """
    before = previous.cells
    changes = [
        UnitChange(
            unit=unit,
            way=Way.GONE,
            kept=(),
            new=(),
            retired=_codes_of(before, unit),
            households=0.0,
            moved=0.0,
        )
        for unit in found.gone
    ]
    if not found.afresh:
        return changes
    own = Cells(gpd.GeoDataFrame(cells[cells[PARENT_CODE].isin(found.afresh)].reset_index(drop=True)))
    moved = _moved_by_area(before, own, loads) if points is None else _moved_points(before, own, points)
    for unit in found.afresh:
        old, new = set(_codes_of(before, unit)), set(_codes_of(own, unit))
        kept, came, went = (tuple(sorted(codes)) for codes in (old & new, new - old, old - new))
        changes.append(
            UnitChange(
                unit=unit,
                way=Way.FRESH,
                kept=kept,
                new=came,
                retired=went,
                households=loads.get(unit, 0.0),
                moved=moved.get(unit, 0.0),
            )
        )
    return changes


def _codes_of(cells: Cells, unit: str) -> tuple[str, ...]:
    return tuple(sorted(cells[CODE][cells[PARENT_CODE] == unit]))


def _moved_points(before: Cells, own: Cells, points: Points) -> dict[str, float]:
    xy = shapely.get_coordinates(points.geometry.to_numpy())
    was, now = (locate(xy, cells.geometry.to_numpy()) for cells in (before, own))
    both = (was >= 0) & (now >= 0)
    old, new = before[CODE].to_numpy()[was[both]], own[CODE].to_numpy()[now[both]]
    moved = np.where(old != new, points[WEIGHT].to_numpy(dtype=np.float64)[both], 0.0)
    return _by_unit(moved, own[PARENT_CODE].to_numpy()[now[both]])


def _moved_by_area(before: Cells, own: Cells, loads: dict[str, float]) -> dict[str, float]:
    old, new = before.geometry.to_numpy(), own.geometry.to_numpy()
    later, earlier = shapely.STRtree(old).query(new, predicate="intersects")
    parents = own[PARENT_CODE].to_numpy()
    differs = before[CODE].to_numpy()[earlier] != own[CODE].to_numpy()[later]
    areas = shapely.area(shapely.intersection(old[earlier], new[later])) * differs
    whole = _by_unit(shapely.area(new), parents)
    moved = _by_unit(areas, parents[later])
    return {unit: loads.get(unit, 0.0) * area / whole[unit] for unit, area in moved.items()}


def _by_unit(amounts: np.ndarray, units: np.ndarray) -> dict[str, float]:
    return {str(unit): float(sum_) for unit, sum_ in pd.Series(amounts).groupby(units).sum().items()}
