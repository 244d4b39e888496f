"""Buildings and contact sites of the units that a draft cuts, and the new cells they lie in."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from gridmap.geo.frames import Points
from gridmap.names import CODE, HOUSEHOLDS, WEIGHT, WGS84
from gridmap.service.cells.ground import Ground, place
from gridmap.service.cells.loads import Load, PointsLoad


def new_buildings(points: Points | None, homes: gpd.GeoSeries, ground: Ground) -> gpd.GeoDataFrame | None:
    """The points that carry the load, as rows of the buildings' table."""
    assert points is not None
    facts: dict[str, object] = {
        "unit_code": ground.unit_of(points).replace("", None),
        "cell_code": place(points, homes).replace("", None),
        HOUSEHOLDS: points[WEIGHT],
    }
    if CODE in points:
        facts = {CODE: points[CODE].astype(object).where(points[CODE].notna(), None), **facts}
    frame = gpd.GeoDataFrame(facts, geometry=points.geometry.to_numpy(), crs=points.crs)
    return gpd.GeoDataFrame(frame.to_crs(WGS84))


def stored_buildings(
    load: Load, homes: gpd.GeoSeries, ground: Ground
) -> tuple[pd.DataFrame, tuple[int, ...]]:
    """Stored buildings whose unit or cell changes, and those that the points of a file take the place of."""
    stored = ground.buildings
    unit = ground.unit_of(stored)
    mine = unit.isin(ground.codes) | stored["unit_code"].isin(ground.codes)
    if isinstance(load, PointsLoad):
        return stored.iloc[:0][["unit_code", "cell_code"]], tuple(stored.index[mine].tolist())
    fresh = pd.DataFrame(
        {
            "unit_code": unit[mine].replace("", None),
            "cell_code": place(stored[mine], homes).replace("", None),
        }
    )
    present = pd.DataFrame(stored.loc[mine, ["unit_code", "cell_code"]])
    differs = (fresh.fillna("") != present.fillna("")).any(axis="columns")
    return fresh[differs], ()


def moved_sites(ground: Ground, homes: gpd.GeoSeries) -> dict[str, str | None]:
    """Contact sites of the units that are cut whose cell changes."""
    sites = ground.plan.contact_sites.dropna(subset=["lon", "lat"])
    spots = gpd.GeoDataFrame(sites, geometry=gpd.points_from_xy(sites["lon"], sites["lat"]), crs=WGS84)
    spots = gpd.GeoDataFrame(spots.to_crs(ground.system))
    mine = ground.unit_of(spots).isin(ground.codes) | sites["cell_code"].isin(ground.old[CODE])
    found = place(spots[mine], homes).replace("", None)
    before = sites["cell_code"][mine].fillna("")
    changed = found[found.fillna("") != before]
    return {str(code): cell for code, cell in changed.items()}
