"""What a planner sees of a sketch: a unit's cells with their loads before and now, and what lies around."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridmap.geo.sizes import CellSize
from gridmap.model.status import LoadState
from gridmap.names import CODE, HOUSEHOLDS, NAME, PARENT_CODE, SEQ, WGS84
from gridmap.service.cells.sketch import EditGround, Sketch

_MARGIN = 0.25
"""Of a unit's extent: how far around it other cells are shown."""


class State(StrEnum):
    """What became of a cell since the first step."""

    SAME = "same"
    CHANGED = "changed"
    NEW = "new"
    GONE = "gone"


@dataclass(frozen=True)
class CellRow:
    """A cell of the sketch, or one that is gone.

    Attributes:
        before, now: households; None where the cell was not there, is not there, or nothing is known.
        load: how `now` (of one that is gone: `before`) lies to the range.
        shape: EPSG:4326; None of one that is gone.
    """

    code: str
    name: str
    seq: int
    state: State
    before: float | None
    now: float | None
    load: LoadState
    shape: shapely.Geometry | None = field(repr=False)


def units_with_cells(start: EditGround) -> dict[str, tuple[str, int]]:
    """Name and number of cells of each lowest unit that has cells, by code."""
    counts = start.ground.cells[PARENT_CODE].value_counts()
    lowest = start.ground.lowest
    named = zip(lowest[CODE], lowest[NAME], strict=True)
    return {str(code): (str(name), int(counts[code])) for code, name in named if code in counts}


def cell_rows(sketch: Sketch, unit: str) -> tuple[CellRow, ...]:
    """The cells of a unit in the sketch, then those that are gone; each by code."""
    size, ground = sketch.start.size, sketch.start.ground
    old = _of_unit(ground.cells, unit)
    new = _of_unit(sketch.cells, unit)
    touched = {code for step in sketch.steps for code in (*step.edited.added, *step.edited.changed)}
    unit_name = str(ground.lowest[NAME][ground.lowest[CODE] == unit].iloc[0])
    loads = {str(code): _load(row) for code, row in old.iterrows()}
    rows = []
    for code, now in new.iterrows():
        before = loads.get(str(code))
        state = State.NEW if code not in loads else State.CHANGED if code in touched else State.SAME
        load = _load(now)
        name = str(now[NAME] or f"{unit_name} {now[SEQ]:02d}")
        rows.append(
            CellRow(
                code=str(code),
                name=name,
                seq=int(now[SEQ]),
                state=state,
                before=before,
                now=load,
                load=_range(load, size),
                shape=now["shape"],
            )
        )
    gone = old[~old.index.isin(new.index)]
    return (*rows, *(_gone(str(code), row, size) for code, row in gone.iterrows()))


def _gone(code: str, row: pd.Series, size: CellSize) -> CellRow:
    load = _load(row)
    return CellRow(
        code=code,
        name=str(row[NAME]),
        seq=int(row[SEQ]),
        state=State.GONE,
        before=load,
        now=None,
        load=_range(load, size),
        shape=None,
    )


def _of_unit(cells: gpd.GeoDataFrame, unit: str) -> pd.DataFrame:
    """Cells of a unit by code, with `shape` in EPSG:4326."""
    own = cells[cells[PARENT_CODE] == unit].sort_values(CODE)
    frame = pd.DataFrame(own[[CODE, NAME, SEQ, HOUSEHOLDS]]).set_index(CODE)
    return frame.assign(shape=np.array(own.geometry.to_crs(WGS84).to_numpy(), dtype=object))


def _load(row: pd.Series) -> float | None:
    return None if pd.isna(row[HOUSEHOLDS]) else float(row[HOUSEHOLDS])


def _range(load: float | None, size: CellSize) -> LoadState:
    if load is None:
        return LoadState.UNKNOWN
    if size.holds(load):
        return LoadState.IN_RANGE
    return LoadState.OVER if load > size.maximum else LoadState.UNDER


def cells_around(sketch: Sketch, unit: str) -> gpd.GeoSeries:
    """Cells of other units near a unit, EPSG:4326."""
    cells = sketch.cells
    own = cells[PARENT_CODE] == unit
    west, south, east, north = shapely.total_bounds(cells.geometry.to_numpy()[own.to_numpy()])
    margin = _MARGIN * max(east - west, north - south)
    view = shapely.box(west - margin, south - margin, east + margin, north + margin)
    near = cells.geometry.intersects(view) & ~own
    return gpd.GeoSeries(cells[near].geometry.to_crs(WGS84))


def homes(start: EditGround, unit: str) -> gpd.GeoSeries:
    """Where the stored buildings of a unit are, EPSG:4326."""
    buildings = start.ground.buildings
    return gpd.GeoSeries(buildings[buildings["unit_code"] == unit].geometry.to_crs(WGS84))
