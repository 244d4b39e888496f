"""Pieces cut on their own joined into an exact coverage that moves no unit's border."""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from gridmap.errors import TessellationError
from gridmap.geo.coverage.exactness import overlaps
from gridmap.geo.coverage.topology import Geometries, clean_coverage
from gridmap.messages import msg_n
from gridmap.names import CODE

MOVED_TOLERANCE: Final = 1e-3
"""m² that a unit's border may move in cleaning: contract, `check`."""

Indices = npt.NDArray[np.intp]


def joined_exactly(pieces: Geometries, parents: Indices, leaves: gpd.GeoDataFrame) -> Geometries:
    """The cells as an exact coverage that moves no unit's border.

    Raises:
        TessellationError: there is none; the units that overlap are named.
    """
    shapes = leaves.geometry.to_numpy()
    try:
        return clean_coverage(pieces, accept=lambda cleaned: not moved_units(shapes, cleaned, parents).any())
    except TessellationError as error:
        _, by_unit = overlaps(shapes, leaves[CODE].to_numpy(dtype=object))
        overlapping = sorted(code for code, area in by_unit.items() if area > MOVED_TOLERANCE)
        if not overlapping:
            raise
        raise TessellationError(
            msg_n(
                "{n} unit overlaps others ({codes}), so its cells cannot meet edge to edge. "
                "Correct its boundary, then split again.",
                "{n} units overlap others ({codes}), so their cells cannot meet edge to edge. "
                "Correct their boundaries, then split again.",
                n=len(overlapping),
                codes=overlapping,
            )
        ) from error


def moved_units(units: Geometries, cells: Geometries, parents: Indices) -> npt.NDArray[np.bool_]:
    """Which units are not covered by their cells to within `MOVED_TOLERANCE` m².

    A unit all of whose vertices are vertices of its cells, and whose area is theirs, has not moved; only
    the others are compared by overlay.
    """
    corners, owner = shapely.get_coordinates(units, return_index=True)
    kept, cell = shapely.get_coordinates(cells, return_index=True)
    before = pd.MultiIndex.from_arrays([corners[:, 0], corners[:, 1], owner])
    after = pd.MultiIndex.from_arrays([kept[:, 0], kept[:, 1], parents[cell]])
    suspect = np.zeros(len(units), dtype=bool)
    suspect[owner[~before.isin(after)]] = True
    areas = np.bincount(parents, weights=shapely.area(cells), minlength=len(units))
    suspect |= np.abs(areas - shapely.area(units)) > MOVED_TOLERANCE / 2
    for index in np.flatnonzero(suspect):
        own = shapely.union_all(cells[parents == index])
        suspect[index] = shapely.area(shapely.symmetric_difference(own, units[index])) > MOVED_TOLERANCE
    return suspect
