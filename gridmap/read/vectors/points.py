"""Places of load: buildings, addresses, households, from vector files, Parquet or CSV."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from gridmap.errors import InputError
from gridmap.geo.frames import Points, check_points
from gridmap.geo.systems.datum import frame_to_wgs84
from gridmap.messages import Message, msg, msg_n
from gridmap.names import BUILDINGS, GEOMETRY, HOUSEHOLDS, WEIGHT, WGS84
from gridmap.read.files.answers import NOTHING_SAID, FileAnswers
from gridmap.read.files.frames import in_system, to_frame
from gridmap.read.files.raw_layers import LayerWish, RawLayer, read_layers
from gridmap.read.values.numbers import plain_numbers
from gridmap.read.vectors.csv_rows import read_csv_rows
from gridmap.read.vectors.point_tables import has_metres, point_columns, points_in_degrees

Floats = npt.NDArray[np.float64]

_LON: Final = ("lon", "lng", "longitude", "经度")
_LAT: Final = ("lat", "latitude", "纬度")
COORDINATES: Final = (*_LON, *_LAT)
"""Titles, in lower case, of columns that say where a point is."""
_POINT_TEXT: Final = re.compile(r"\s*POINT\s*\(\s*(\S+)\s+([^\s)]+)\s*\)\s*", re.IGNORECASE)


@dataclass(frozen=True)
class PointsFile:
    """Checked points in the file's own coordinate system, and what the reader should be told."""

    points: Points
    notes: tuple[Message, ...]


def read_points(path: Path, answers: FileAnswers = NOTHING_SAID, *, weight: str | None = None) -> PointsFile:
    """Read places of load and check them. Areas, such as footprints of buildings, count at a point inside.

    Args:
        path: a vector file (see `gridmap.read.files.kinds`), or .csv with a geometry (WKT), with longitude
            and latitude, or with both in a column; see `gridmap.read.vectors.point_tables`.
        answers: what the file does not tell, or tells wrongly; without a layer `buildings` is read, else the
            only one; lon, lat are EPSG:4326 where no system is named; a column of datums goes before the one
            that is said; of a .csv only system and datum are heeded.
        weight: the column of loads; otherwise `households` where there is one, else each point counts 1.

    Raises:
        InputError: the file cannot be read as points; see the kinds in `gridmap.errors`.
    """
    if path.suffix.lower() == ".csv":
        frame, notes = _from_table(read_csv_rows(path), answers, path.name)
        return _checked(frame, weight, path.name, notes)
    (raw,) = read_layers(path, [LayerWish("point", answers.layer, (BUILDINGS,))], encoding=answers.encoding)
    assert raw is not None, "only optional layers may be missing"
    return to_points(raw, answers, weight=weight, file=path.name)


def to_points(
    raw: RawLayer, answers: FileAnswers = NOTHING_SAID, *, weight: str | None = None, file: str
) -> PointsFile:
    """A layer as checked points; see `read_points`.

    Raises:
        InputError: the layer does not hold points.
    """
    if raw.geometry is None:
        frame, notes = _from_table(raw.table.to_pandas(), answers, file)
        return _checked(frame, weight, file, (*raw.notes, *notes))
    return _checked(to_frame(raw, crs=answers.crs, file=file, datum=answers.datum), weight, file, raw.notes)


def _checked(
    frame: gpd.GeoDataFrame, weight: str | None, file: str, notes: tuple[Message, ...] = ()
) -> PointsFile:
    points, of_areas = _as_points(frame)
    return PointsFile(check_points(_weighted(points, weight, file), source=file), (*notes, *of_areas))


def _from_table(
    table: pd.DataFrame, answers: FileAnswers, file: str
) -> tuple[gpd.GeoDataFrame, tuple[Message, ...]]:
    """Points of a table with WKT in `geometry`, or with longitude and latitude, and what was done."""
    columns = point_columns([str(title) for title in table.columns])
    attributes = {str(title): table[title] for title in table.columns if title != GEOMETRY}
    if columns.texts and answers.crs is None and not has_metres(table, columns):
        placed, notes = points_in_degrees(table, columns, datum=answers.datum, file=file)
        return gpd.GeoDataFrame(attributes, geometry=placed), notes
    titles = {str(title).strip().lower(): title for title in table.columns}
    if len(columns.texts) == 2:
        x, y = (plain_numbers(table[title]) for title in columns.texts)
    elif GEOMETRY in titles:
        x, y = _points_of_texts(table[titles[GEOMETRY]])
    else:
        raise InputError(
            msg(
                "{file}: there is neither a column geometry nor lon and lat; there are: {columns}.",
                file=file,
                columns=[str(title) for title in table.columns],
            )
        )
    shapes = np.array(shapely.points(x, y), dtype=object)
    shapes[~(np.isfinite(x) & np.isfinite(y))] = None
    placed = in_system(shapes, answers.crs or WGS84, file).geometry
    frame = gpd.GeoDataFrame(attributes, geometry=placed.set_axis(table.index))
    return frame_to_wgs84(frame, answers.datum), ()


def _points_of_texts(texts: pd.Series[str]) -> tuple[Floats, Floats]:
    parts = texts.astype(str).str.extract(_POINT_TEXT)
    x, y = (pd.to_numeric(parts[column], errors="coerce").to_numpy(dtype=np.float64) for column in (0, 1))
    return x, y


def _as_points(frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, tuple[Message, ...]]:
    """Areas as a point inside each, multi-points of one as that one."""
    shapes = frame.geometry.to_numpy()
    kinds = shapely.get_type_id(shapes)
    areas = np.isin(kinds, (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON))
    single = (kinds == shapely.GeometryType.MULTIPOINT) & (shapely.get_num_geometries(shapes) == 1)
    moved = shapes.copy()
    moved[areas] = shapely.point_on_surface(shapes[areas])
    moved[single] = shapely.get_geometry(shapes[single], 0)
    notes = (
        (
            msg_n(
                "{n} area counts at a point inside it",
                "{n} areas count at a point inside each",
                n=int(areas.sum()),
            ),
        )
        if areas.any()
        else ()
    )
    return frame.set_geometry(gpd.GeoSeries(moved, index=frame.index, crs=frame.crs)), notes


def _weighted(frame: gpd.GeoDataFrame, weight: str | None, file: str) -> gpd.GeoDataFrame:
    """The frame with its loads in `weight`."""
    if weight is not None and weight not in frame:
        raise InputError(
            msg(
                "{file}: there is no column {column}, named by --weight; there are: {columns}.",
                file=file,
                column=weight,
                columns=[str(title) for title in frame.columns if title != GEOMETRY],
            )
        )
    column = weight or (HOUSEHOLDS if HOUSEHOLDS in frame else None)
    return frame.assign(**{WEIGHT: 1.0 if column is None else plain_numbers(frame[column])})
