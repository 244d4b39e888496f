"""From an Arrow table with WKB to a GeoDataFrame with a coordinate system."""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyproj
import shapely

from gridmap.errors import FaultsError, InputError, MissingCrsError
from gridmap.geo.coverage.topology import Geometries
from gridmap.geo.frames import missing_crs
from gridmap.geo.systems.crs import crs_text
from gridmap.geo.systems.datum import Datum, datum_of_system, frame_to_wgs84
from gridmap.geo.systems.region import Region
from gridmap.geo.systems.suggestions import doubt_of_crs, split_swapped, suggest_crs
from gridmap.messages import Message, msg, msg_n
from gridmap.names import GEOMETRY
from gridmap.read.files.raw_layers import RawLayer

_UNDEFINED: Final = "undefined"
"""How GeoPackage calls a coordinate system that is not known; GDAL passes the word on."""
_SUGGESTED: Final = 3
"""Systems named in a refusal; `gridmap inspect` tells more."""
_DEGREES: Final = (180.001, 90.001)


def to_frame(raw: RawLayer, *, crs: str | None, file: str, datum: Datum = Datum.WGS84) -> gpd.GeoDataFrame:
    """A layer as a frame; `crs` overrides what the file says, `/swapped` after it turns the axes.

    With another datum than WGS 84 the frame is shifted, and in EPSG:4326. A system that names another datum
    is not taken for WGS 84: `datum` or `crs` must say.

    Raises:
        FaultsError: geometry that cannot be decoded, all rows named.
        MissingCrsError: no coordinate system in the file, and none named.
        InputError: an unknown coordinate system, one of a shifted datum, or coordinates that cannot be
            degrees in one of degrees.
    """
    frame = raw.table.to_pandas()
    if raw.geometry is None:
        raise FaultsError(file, [msg("there is no geometry in it")])
    shapes = decode_wkb(frame.pop(raw.geometry), file)
    columns = {str(title): frame[title] for title in frame.columns if title != GEOMETRY}
    placed = in_system(shapes, crs if crs is not None else raw.crs, file)
    if crs is None and datum is Datum.WGS84:
        _require_unshifted(placed, file)
    return frame_to_wgs84(gpd.GeoDataFrame(columns, geometry=placed.geometry), datum)


def _require_unshifted(frame: gpd.GeoDataFrame, file: str) -> None:
    """Refuse a system that names a shifted datum: taken as it is it lies some 500 m off.

    Raises:
        InputError: it names one.
    """
    assert frame.crs is not None
    named = datum_of_system(frame.crs)
    if named is not Datum.WGS84:
        raise InputError(
            msg(
                "{file}: its coordinate system is {crs}. Say --datum {datum}, of points beside boundaries "
                "--points-datum {datum}, so that it is shifted back.",
                file=file,
                crs=frame.crs.name,
                datum=named.value,
            )
        )


def in_system(shapes: Geometries, crs: str | None, file: str) -> gpd.GeoDataFrame:
    """Shapes in a coordinate system named by a text; `/swapped` after it turns the axes.

    Raises:
        MissingCrsError: none is named; the likely ones are.
        InputError: an unknown system, or coordinates that cannot be degrees in one of degrees.
    """
    named, swapped = split_swapped(crs) if crs is not None else (None, False)
    if swapped:
        shapes = shapely.transform(shapes, lambda xy: xy[:, ::-1])
    try:
        system = parse_crs(named, file)
    except MissingCrsError as error:
        raise MissingCrsError(_with_suggestions(error.message, shapes)) from error
    placed = gpd.GeoDataFrame(geometry=shapes, crs=system)
    check_degrees(placed, file)
    return placed


def require_likely(frame: gpd.GeoDataFrame, file: str, *, reference: Region | None = None) -> None:
    """Refuse data that the system its file names puts where it can hardly belong.

    Raises:
        InputError: with the systems that would put it elsewhere.
    """
    assert frame.crs is not None
    shapes = frame.geometry.to_numpy()
    doubt = doubt_of_crs(shapely.get_coordinates(shapes), frame.crs, reference=reference)
    if doubt is not None:
        problem = msg(
            "{file}: its coordinate system, {crs}, puts it {place}. Name the right one with --crs.",
            file=file,
            crs=frame.crs.name,
            place=doubt,
        )
        raise InputError(_with_suggestions(problem, shapes, frame.crs, reference))


def require_sure_texts(raw: RawLayer, file: str) -> None:
    """Refuse texts that may as well be in another encoding.

    Raises:
        InputError: the encodings are named.
    """
    if not raw.encoding.sure:
        likely = [raw.encoding.name, *raw.encoding.others]
        raise InputError(
            msg(
                "{file}: it is not sure which encoding its texts are in. Name it with --encoding; likely: "
                "{likely}.",
                file=file,
                likely=likely,
            )
        )


def _with_suggestions(
    problem: Message, shapes: Geometries, crs: pyproj.CRS | None = None, reference: Region | None = None
) -> Message:
    declared = None if crs is None else crs_text(crs)
    corners = shapely.get_coordinates(shapes)
    named = "" if crs is None else crs.name
    found = suggest_crs(corners, declared=declared, reference=reference, named=named)[:_SUGGESTED]
    if not found:
        return problem
    likely = [msg("{crs} ({why})", crs=one.crs, why=one.why) for one in found]
    return msg("{problem} Likely: {likely}.", problem=problem, likely=likely)


def decode_wkb(column: pd.Series[bytes], file: str) -> Geometries:
    """Geometry without Z or M, missing where there is none.

    Raises:
        FaultsError: rows whose geometry is damaged, such as rings that do not close.
    """
    shapes, damaged = decode_tolerantly(column)
    if len(damaged):
        rows = [int(row) + 1 for row in damaged[:5]]
        fault = msg_n(
            "the geometry of {n} row is damaged, as where a ring does not close (row {rows})",
            "the geometry of {n} rows is damaged, as where a ring does not close (rows {rows})",
            n=len(damaged),
            rows=rows,
        )
        raise FaultsError(file, [fault])
    return shapes


def decode_tolerantly(column: pd.Series[bytes]) -> tuple[Geometries, npt.NDArray[np.intp]]:
    """Geometry without Z or M, missing where there is none, and the positions of that which is damaged."""
    given = column.notna().to_numpy()
    shapes = shapely.from_wkb(column.where(given, None).to_numpy(dtype=object), on_invalid="ignore")
    flat: Geometries = shapely.force_2d(shapes)
    return flat, np.flatnonzero(shapely.is_missing(shapes) & given)


def parse_crs(text: str | None, file: str) -> pyproj.CRS:
    """The coordinate system of a text such as `EPSG:4490` or WKT.

    Raises:
        MissingCrsError: no text, or the text for an undefined system.
        InputError: a text that names no system.
    """
    if not text:
        raise MissingCrsError(missing_crs(file))
    try:
        crs = pyproj.CRS.from_user_input(text)
    except pyproj.exceptions.CRSError as error:
        raise InputError(
            msg(
                "{file}: {crs} names no coordinate system. Name one with --crs, for example --crs EPSG:4490.",
                file=file,
                crs=text[:80],
            )
        ) from error
    if crs.name.lower().startswith(_UNDEFINED) or crs.is_engineering:
        raise MissingCrsError(missing_crs(file))
    return crs


def check_degrees(frame: gpd.GeoDataFrame, file: str) -> None:
    """Refuse coordinates that cannot be degrees in a system of degrees.

    Raises:
        InputError: some are beyond 180 or 90.
    """
    assert frame.crs is not None
    if not frame.crs.is_geographic or not len(frame):
        return
    bounds = np.abs(np.nan_to_num(frame.total_bounds))
    if max(bounds[0], bounds[2]) > _DEGREES[0] or max(bounds[1], bounds[3]) > _DEGREES[1]:
        problem = msg(
            "{file}: its coordinates reach {largest}, so they are not degrees, though its coordinate "
            "system is {crs}. Name the right one with --crs.",
            file=file,
            largest=round(float(bounds.max()), 1),
            crs=frame.crs.name,
        )
        raise InputError(_with_suggestions(problem, frame.geometry.to_numpy()))
