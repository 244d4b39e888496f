"""How much of a layer lies in the units that its rows name: what tells systems apart that are close."""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridmap.geo.codes import code_texts
from gridmap.geo.coverage.topology import Geometries
from gridmap.names import CODE, WGS84
from gridmap.read.files.frames import in_system

_NAMES_UNITS: Final = 0.5
"""Share of rows whose text must be the code of a unit for a column to name units."""
_SAMPLED: Final = 500


def naming_column(table: pd.DataFrame, known: set[str]) -> str | None:
    """The column most of whose texts are codes of units that are known."""
    if not known or not len(table):
        return None
    shares = {str(title): float(code_texts(table[title]).isin(known).mean()) for title in table.columns}
    best = max(shares, key=lambda title: shares[title], default=None)
    return best if best is not None and shares[best] >= _NAMES_UNITS else None


def share_in_own_units(
    shapes: Geometries, fields: pd.DataFrame, crs: str, units: gpd.GeoDataFrame
) -> float | None:
    """The share of areas, or of places, that lies in the units their rows name; None where none names any.

    Args:
        shapes: as the file has them.
        fields: the other columns of the same rows.
        crs: the system that they are taken to be in, as `--crs` takes it.
        units: `code` and geometry that are known to lie right, in any system.
    """
    areas = pd.Series(units.geometry.to_crs(WGS84).to_numpy(), index=code_texts(units[CODE]).to_numpy())
    areas = areas[~areas.index.duplicated() & shapely.is_valid(areas.to_numpy()) & (areas.index != "")]
    column = naming_column(fields, set(areas.index))
    if column is None:
        return None
    codes = code_texts(fields[column]).to_numpy()
    sound = shapely.is_valid(shapes) & ~shapely.is_empty(shapes)
    judged = np.flatnonzero(np.isin(codes, areas.index) & sound)
    judged = judged[:: max(len(judged) // _SAMPLED, 1)]
    if not len(judged):
        return None
    placed = in_system(shapes[judged], crs, "").geometry.to_crs(WGS84).to_numpy()
    own = areas.reindex(codes[judged]).to_numpy(dtype=object)
    sizes = shapely.area(placed)
    if (sizes > 0).all():
        return float(np.mean(shapely.area(shapely.intersection(placed, own)) / sizes))
    return float(np.mean(shapely.covers(own, shapely.point_on_surface(placed))))
