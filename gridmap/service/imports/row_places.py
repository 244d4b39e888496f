"""Where a file's rows lie: their coordinates as degrees or metres, and a small map of them on the units."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from gridmap.draw.screen.preview_map import PreviewShapes, preview_document
from gridmap.errors import InputError
from gridmap.geo.systems.datum import Datum, to_wgs84
from gridmap.geo.systems.suggestions import CrsSuggestion, suggest_crs
from gridmap.model.access import covers
from gridmap.names import CODE, NAME, WGS84
from gridmap.read.files.frames import in_system
from gridmap.read.tables.field_mapping import FieldMapping
from gridmap.read.values.points import parse_datum, parse_point
from gridmap.service.boundaries.present import lowest_units, present_region
from gridmap.service.imports.source import Reading, Source
from gridmap.service.plan_cache import PlanCache

Floats = npt.NDArray[np.float64]
_MOST: Final = 4_000
"""Rows that a map shows; of more, evenly picked ones."""
_DEGREES: Final = 360.0
_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?")


@dataclass(frozen=True, eq=False)
class Places:
    """Coordinates of rows, shape (n, 2): degrees in WGS 84, or metres as they are written.

    Attributes:
        in_metres: whether they are metres whose system has to be named.
    """

    xy: Floats
    in_metres: bool = False


def places_of(source: Source, mapping: FieldMapping, reading: Reading) -> Places | None:
    """Where the rows lie; None where they tell no coordinates."""
    if source.points is not None:
        return Places(np.array(list(source.points.values()), dtype=np.float64).reshape(-1, 2))
    cells = list(_cells(source, mapping))
    if not cells:
        return None
    raw = np.array([pair for one in cells if (pair := _numbers(*one[:2]))], dtype=np.float64).reshape(-1, 2)
    if len(raw) and np.median(np.abs(raw).max(axis=1)) > _DEGREES:
        return Places(raw, in_metres=True)
    found = [point for one in cells if (point := _point(*one, reading=reading))]
    return Places(np.array(found, dtype=np.float64).reshape(-1, 2)) if found else None


def in_degrees(places: Places, reading: Reading, file: str) -> Floats:
    """The places in WGS 84; none while the system of metres is not named.

    Raises:
        InputError: the system that was named is not known.
    """
    if not places.in_metres:
        return places.xy
    if reading.crs is None:
        return np.empty((0, 2))
    shapes = np.asarray(shapely.points(places.xy), dtype=object)
    return shapely.get_coordinates(np.asarray(in_system(shapes, reading.crs, file).to_crs(WGS84).geometry))


def suggested_systems(places: Places, cache: PlanCache) -> list[CrsSuggestion]:
    """Systems that metres may be in, the likeliest first, judged by the units that are here."""
    return suggest_crs(places.xy, reference=present_region(cache))


def places_document(cache: PlanCache, degrees: Floats, scope: str = "") -> bytes:
    """The document of a preview map: the lowest units inside a scope, and the places as dots."""
    units = gpd.GeoDataFrame(lowest_units(cache))
    units = units[[covers(scope, str(code)) for code in units[CODE]]]
    return preview_document(
        PreviewShapes(
            shapes=gpd.GeoSeries(units.geometry.to_crs(WGS84)),
            codes=units[CODE].tolist(),
            names=units[NAME].tolist(),
            points=gpd.GeoSeries(shapely.points(degrees), crs=WGS84),
        )
    )


def _cells(source: Source, mapping: FieldMapping) -> Iterator[tuple[str, str | None, str]]:
    """Of each row the text of its coordinates, the second one where it has a cell of its own, its datum."""
    table, columns = source.table, mapping.columns
    letters = {name: table.column(columns[name]) for name in columns}
    first = letters.get("coordinates") or letters.get("longitude")
    second = None if letters.get("coordinates") else letters.get("latitude")
    if first is None or (second is None and not letters.get("coordinates")):
        return
    datum = letters.get("datum")
    frame = table.frame.iloc[:: max(len(table.frame) // _MOST, 1)]
    for cells in frame.to_dict("records"):
        yield str(cells[first]), None if second is None else str(cells[second]), str(cells.get(datum, ""))


def _numbers(text: str, other: str | None) -> tuple[float, float] | None:
    found = _NUMBER.findall(text if other is None else f"{text} {other}")
    return (float(found[0]), float(found[1])) if len(found) == 2 else None


def _point(text: str, other: str | None, datum: str, *, reading: Reading) -> tuple[float, float] | None:
    """A row's place, WGS 84; None where it has none that can be read."""
    try:
        point = parse_point(text, other, latitude_first=reading.latitude_first).value
        own = parse_datum(datum).value
    except InputError:
        return None
    if point is None:
        return None
    lon, lat = np.array([point.longitude]), np.array([point.latitude])
    moved = to_wgs84(own or reading.datum or Datum.WGS84, lon, lat)
    return float(moved[0][0]), float(moved[1][0])
