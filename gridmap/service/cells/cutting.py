"""The cells of a draft: units cut for the first time, cut again with stability, or only relieved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridmap.geo.coverage.topology import locate
from gridmap.geo.frames import Cells, Points
from gridmap.geo.sizes import CellSize
from gridmap.geo.systems.crs import crs_text
from gridmap.messages import Message
from gridmap.names import CODE, HOUSEHOLDS, METHOD, PARENT_CODE, WEIGHT
from gridmap.service.cell_files.notes import finding_notes
from gridmap.service.cell_files.resplit_report import difference_notes
from gridmap.service.cells.choice import RELIEF, DraftChoice, Extent
from gridmap.service.cells.ground import Ground
from gridmap.split.again.changed_units import UnitDifferences, differences
from gridmap.split.again.relieve import relieve
from gridmap.split.again.replacement import UnitChange
from gridmap.split.again.split_again import UnitsAgain, split_again
from gridmap.split.again.unit_scene import Previous
from gridmap.split.cut.findings import findings_frame
from gridmap.split.cut.units import Run, split_units
from gridmap.split.material import Material
from gridmap.split.straight.tree import from_json
from gridmap.store.repository import Workspace

_CUTS: Final = ["unit_code", "tree", "crs"]


@dataclass(frozen=True)
class CutCells:
    """What came of the units of a ground.

    Attributes:
        cells: of those units, under their final codes.
        cuts: unit_code, tree, crs of those that were cut otherwise.
        touched: cells elsewhere that only got vertices.
        changes: by unit; none where nothing was there before.
        notes: what the planner should know.
    """

    cells: Cells
    cuts: pd.DataFrame
    touched: gpd.GeoDataFrame
    changes: tuple[UnitChange, ...] = ()
    notes: tuple[Message, ...] = ()


def earlier_splits(workspace: Workspace, ground: Ground, used: Mapping[str, int]) -> Previous:
    """What the workspace knows of earlier splits; no cell is locked, an inactive one neither.

    `used` is by unit the largest number that a cell ever had.
    """
    stored = workspace.load_cuts()
    mine = stored[(stored["crs"] == crs_text(ground.system)) & (stored["tree"] != "")]
    scheme = ground.plan.scheme
    size = CellSize(scheme.target, scheme.minimum, scheme.maximum)
    return Previous(
        cells=Cells(ground.cells),
        trees={str(code): from_json(tree) for code, tree in mine["tree"].items()},
        used=used,
        sizes=dict.fromkeys(ground.cells[PARENT_CODE].unique().tolist(), size),
    )


def cut_cells(
    ground: Ground,
    points: Points | None,
    choice: DraftChoice,
    previous: Previous,
    *,
    weight: str,
    material: Material,
    run: Run,
) -> CutCells:
    """Cut the units of a ground as chosen; see `split_units`, `resplit`, `relieve` for the arguments.

    Raises:
        InputError, EmptyUnitError, TessellationError: see there.
    """
    if choice.extent in RELIEF:
        return _relieved(ground, points, choice, previous, weight)
    if ground.cells.empty and not previous.used:
        split = split_units(ground.leaves, points, choice.rule, weight=weight, material=material, run=run)
        return CutCells(
            split.cells, _cut_rows(split.cuts), ground.cells, notes=tuple(finding_notes(split.findings))
        )
    return _again(ground, points, choice=choice, previous=previous, weight=weight, material=material, run=run)


def _relieved(
    ground: Ground, points: Points | None, choice: DraftChoice, previous: Previous, weight: str
) -> CutCells:
    done = relieve(
        ground.lowest,
        points,
        choice.rule,
        previous,
        split=choice.extent is not Extent.UNDERLOADED,
        merge=choice.extent is not Extent.OVERLOADED,
        weight=weight,
        only=ground.codes,
    )
    return _of_units(ground, done.cells, _cut_rows(done.cuts), done.changes, done.notes)


def _again(  # what `cut_cells` takes, handed on
    ground: Ground,
    points: Points | None,
    choice: DraftChoice,
    previous: Previous,
    weight: str,
    material: Material,
    run: Run,
) -> CutCells:
    """Cut units again: some afresh, their codes matched by load, the others changed as little as can be."""
    found, afresh = _differences(ground, previous, choice)
    done = split_again(
        ground.lowest,
        points,
        choice.rule,
        previous,
        UnitsAgain(afresh, only=frozenset(ground.codes - set(afresh.afresh))),
        weight=weight,
        material=material,
        run=run,
    )
    notes = tuple[Message, ...]()
    if done.resplit is not None:
        notes = (*done.resplit.notes, *finding_notes(findings_frame(done.resplit.findings)))
    cells = done.cells if points is None else _counted(done.cells, set(afresh.afresh), points)
    loads = {str(unit): float(load) for unit, load in cells.groupby(PARENT_CODE)[HOUSEHOLDS].sum().items()}
    changes = done.changes(points, loads)
    return _of_units(ground, cells, _cut_rows(done.cuts), changes, (*difference_notes(found), *notes))


def _differences(
    ground: Ground, previous: Previous, choice: DraftChoice
) -> tuple[UnitDifferences, UnitDifferences]:
    """Units of the ground that are not those of the cells, and the same with those to be cut afresh anyway.

    Those are units made by another method, or all where nothing is to be kept.
    """
    if previous.cells.empty:
        found = UnitDifferences(new=tuple(sorted(ground.codes)))
        return UnitDifferences(), found
    every = differences(ground.lowest, previous.cells)
    new, redrawn = ({*codes} & ground.codes for codes in (every.new, every.redrawn))
    found = UnitDifferences(tuple(sorted(new)), ground.gone, tuple(sorted(redrawn)))
    other = ground.old[METHOD] != choice.rule.method.value
    remade = set(ground.old[PARENT_CODE][other]) if choice.keep else set(ground.codes)
    again = redrawn | (remade & ground.codes) - new
    return found, replace(found, redrawn=tuple(sorted(again)))


def _counted(cells: Cells, units: set[str], points: Points) -> Cells:
    """The load of cells cut afresh under their final codes: a point on a border counts for the smallest."""
    own = np.flatnonzero(cells[PARENT_CODE].isin(units))
    cell = locate(shapely.get_coordinates(points.geometry.to_numpy()), cells.geometry.to_numpy())
    inside = cell >= 0
    weights = points[WEIGHT].to_numpy(dtype=np.float64)[inside]
    loads = np.bincount(cell[inside], weights=weights, minlength=len(cells))
    households = cells[HOUSEHOLDS].to_numpy(dtype=np.float64, na_value=np.nan).copy()
    households[own] = loads[own]
    return Cells(gpd.GeoDataFrame(cells.assign(**{HOUSEHOLDS: households})))


def _cut_rows(cuts: pd.DataFrame) -> pd.DataFrame:
    """How units are cut, as the workspace keeps it."""
    if cuts.empty:
        return pd.DataFrame({name: [] for name in _CUTS}, dtype=object)
    return cuts.rename(columns={CODE: "unit_code"})[_CUTS]


def _of_units(
    ground: Ground,
    cells: Cells,
    cuts: pd.DataFrame,
    changes: tuple[UnitChange, ...],
    notes: tuple[Message, ...],
) -> CutCells:
    """The cells of the units concerned, and those elsewhere whose vertices are others now."""
    mine = cells[PARENT_CODE].isin(ground.codes)
    elsewhere = cells[~mine]
    place = pd.Index(ground.cells[CODE]).get_indexer(pd.Index(elsewhere[CODE]))
    before = ground.cells.geometry.to_numpy()[place]
    same = shapely.equals_exact(before, elsewhere.geometry.to_numpy(), tolerance=0.0)
    return CutCells(
        Cells(gpd.GeoDataFrame(cells[mine].reset_index(drop=True))),
        cuts.reset_index(drop=True),
        gpd.GeoDataFrame(elsewhere[~same]),
        changes,
        notes=notes,
    )
