"""Tiny files to read: two squares near Cangzhou, in the kinds of file that are read."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import geopandas as gpd
from shapely import box

LEFT, RIGHT = box(116.8, 38.3, 116.81, 38.31), box(116.81, 38.3, 116.82, 38.31)


def squares(**columns: Any) -> gpd.GeoDataFrame:
    """Two squares that meet, EPSG:4326; `code` A and B unless told otherwise."""
    columns = columns or {"code": ["A", "B"], "households": [400, 800]}
    return gpd.GeoDataFrame(columns, geometry=[LEFT, RIGHT], crs="EPSG:4326")


def write_gpkg(path: Path, frame: gpd.GeoDataFrame | None = None, *, layer: str = "units") -> Path:
    """A GeoPackage with one layer; further calls add layers."""
    frame = squares() if frame is None else frame
    frame.to_file(path, layer=layer, driver="GPKG", mode="a" if path.exists() else "w")
    return path


def geojson(**members: Any) -> dict[str, Any]:
    """A feature collection of the squares, with further members."""
    return {**json.loads(squares().to_json()), **members}


def write_geojson(path: Path, **members: Any) -> Path:
    """The squares as GeoJSON."""
    path.write_text(json.dumps(geojson(**members)), encoding="utf-8")
    return path


def write_shapefile(path: Path, frame: gpd.GeoDataFrame | None = None, *, encoding: str = "UTF-8") -> Path:
    """A shapefile, without the .cpg that would tell its encoding."""
    frame = squares() if frame is None else frame
    frame.to_file(path, driver="ESRI Shapefile", encoding=encoding)
    path.with_suffix(".cpg").unlink(missing_ok=True)
    return path


def zipped(shapefile: Path, archive: Path) -> Path:
    """All parts of a shapefile in an archive, in a folder as people pack them."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for part in shapefile.parent.glob(f"{shapefile.stem}.*"):
            if part != archive:  # of the same name, it would be packed into itself without end
                packed.write(part, f"boundaries/{part.name}")
    return archive
