"""Levels of cells: micro-grids inside cells, and upper levels that are the union of what lies in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridmap.errors import InputError
from gridmap.geo.code_scheme import MICRO
from gridmap.geo.coverage.topology import coverage_is_valid, coverage_union, part_counts
from gridmap.geo.frames import Cells, Points, Units, check_units
from gridmap.messages import msg_n, shortened
from gridmap.model.places import CellKind, Level, UnitKind
from gridmap.names import AREA, CODE, HOUSEHOLDS, KIND, PARENT_CODE
from gridmap.split.cut.units import Run, Split, split_units
from gridmap.split.material import NO_MATERIAL, Material
from gridmap.split.rule import SplitRule

_SHOWN = 8


def split_into_micro_grids(
    cells: Cells,
    points: Points | None,
    rule: SplitRule,
    *,
    material: Material = NO_MATERIAL,
    run: Run = map,
) -> Split:
    """Cut every cell into micro-grids, coded `<cell code>-NN`; they cover it exactly.

    Args:
        cells: an exact coverage in a metric CRS, with households where there are no points.
        points: the places of load, in the same CRS.
        rule: size of a micro-grid; 30 to 50 households are usual.
        material: what cuts follow.
        run: see `split_units`.

    Raises:
        InputError, EmptyUnitError, TessellationError: see `split_units`.
    """
    units = as_units(cells)
    rule = replace(rule, codes=MICRO, level=Level.MICRO, kind=CellKind.MICRO)
    return split_units(units, points, rule, material=material, run=run)


def as_units(cells: Cells) -> Units:
    """Cells as units to be cut further: the lowest ones there are, without anything above."""
    frame = cells[[CODE, HOUSEHOLDS, cells.geometry.name]].assign(
        **{PARENT_CODE: "", KIND: UnitKind.UNIT.value}
    )
    return check_units(gpd.GeoDataFrame(frame))


def upper_level(lower: gpd.GeoDataFrame, upper_of: Mapping[str, str]) -> gpd.GeoDataFrame:
    """The level above: each upper place is the union of the lower ones given to it.

    Args:
        lower: `code`, optional `households`, an exact coverage in a metric CRS.
        upper_of: the upper place of every lower one: the village of a cell, the work area of a village.

    Returns:
        Sorted by code: code, households (the sum), area_m2, members (how many), parts, geometry.

    Raises:
        InputError: lower places that are given to no upper one.
    """
    owners = lower[CODE].map(upper_of)
    orphans = lower[CODE][owners.isna()].tolist()
    if orphans:
        raise InputError(
            msg_n(
                "{n} place belongs to no place of the level above ({codes}). Give it one.",
                "{n} places belong to no place of the level above ({codes}). Give them one.",
                n=len(orphans),
                codes=shortened(orphans, _SHOWN),
            )
        )
    groups = sorted(set(owners))
    shapes = lower.geometry.to_numpy()
    unions = np.array(
        [coverage_union(shapes[(owners == group).to_numpy()]) for group in groups], dtype=object
    )
    loads = lower[HOUSEHOLDS] if HOUSEHOLDS in lower else pd.Series(0.0, index=lower.index)
    columns = {
        CODE: groups,
        HOUSEHOLDS: loads.groupby(owners).sum().reindex(groups).to_numpy(),
        AREA: shapely.area(unions),
        "members": owners.value_counts().reindex(groups).to_numpy(),
        "parts": part_counts(unions),
    }
    return gpd.GeoDataFrame(columns, geometry=unions, crs=lower.crs)


def is_level_of(upper: gpd.GeoDataFrame, lower: gpd.GeoDataFrame, upper_of: Mapping[str, str]) -> bool:
    """Whether both are exact coverages and every upper place is precisely the union of its lower ones."""
    if not (coverage_is_valid(upper.geometry.to_numpy()) and coverage_is_valid(lower.geometry.to_numpy())):
        return False
    derived = upper_level(lower, upper_of)
    if derived[CODE].tolist() != sorted(upper[CODE]):
        return False
    given = upper.geometry.to_numpy()[np.argsort(upper[CODE].to_numpy(dtype=str), kind="stable")]
    gaps = shapely.area(shapely.symmetric_difference(derived.geometry.to_numpy(), given))
    return bool((gaps <= 1e-3).all())
