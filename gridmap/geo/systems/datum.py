"""Shifted coordinates of Chinese web maps: WGS 84, GCJ-02 and BD-09, forth and back, and which one data has.

GCJ-02 (Amap, Tencent, WeChat) moves every place in China by some 500 m in a direction that changes with the
place; BD-09 (Baidu) moves GCJ-02 by another 700 m or so. Neither is a coordinate system with an EPSG code,
and nothing in a file tells it from WGS 84. CGCS2000 is WGS 84 here.

Source: the formulas went round in 2010 as `EvilTransform.cs`; they are kept, with test vectors, at
https://github.com/googollee/eviltransform. The semi-major axis is that of Krasovsky 1940, 6378245 m, with
which the vectors were made (later ports have 6378137 m, 1e-7 degree off). The inverse has no formula.
Published ones are one step and err by 0.5 to 2.4 m; here it is iterated until it stands still.

Longitudes and latitudes are degrees, in arrays of any one shape. "China" is the box that the published
formulas have: 72.004 to 137.8347° E and 0.8293 to 55.8271° N; outside of it nothing is moved.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyproj
import shapely

from gridmap.geo.codes import code_texts
from gridmap.messages import Message, msg
from gridmap.names import CODE, WGS84

Floats = npt.NDArray[np.float64]
Pair = tuple[Floats, Floats]

_WEST, _EAST, _SOUTH, _NORTH = 72.004, 137.8347, 0.8293, 55.8271
_SEMI_MAJOR: Final = 6378245.0
_ECCENTRICITY_SQUARED: Final = 0.00669342162296594323
_BAIDU_TURN: Final = np.pi * 3000.0 / 180.0
_STILL: Final = 1e-12
_MOST_STEPS: Final = 30
"""The error shrinks at least a hundredfold a step, so six suffice."""


class Datum(StrEnum):
    """What longitudes and latitudes refer to."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"


@dataclass(frozen=True)
class DatumSuggestion:
    """How well a datum explains where points lie.

    Attributes:
        share: of the points that lie in their own township once shifted from this datum, 0 to 1.
        points: how many could be judged; none where the file itself names the datum.
    """

    datum: Datum
    share: float
    points: int

    @property
    def is_named(self) -> bool:
        """Whether the file says so itself."""
        return self.points == 0

    @property
    def why(self) -> Message:
        """The reason in words."""
        if self.is_named:
            return msg("the file names {datum}", datum=_TITLES[self.datum])
        return msg(
            "{share} % of {points} places lie in their own unit when taken as {datum}",
            share=round(100 * self.share, 1),
            points=self.points,
            datum=_TITLES[self.datum],
        )


_NAMED: Final = {
    "gcj02": Datum.GCJ02, "火星": Datum.GCJ02, "bd09": Datum.BD09, "bdll09": Datum.BD09, "百度": Datum.BD09,
}  # fmt: skip
"""What the names of systems say, in small letters without signs."""
_NO_LETTER: Final = re.compile(r"[\W_]+")
_TITLES: Final = {Datum.WGS84: "WGS 84", Datum.GCJ02: "GCJ-02", Datum.BD09: "BD-09"}


def inside_china(lon: Floats, lat: Floats) -> npt.NDArray[np.bool_]:
    """Where the shifts apply: the box of the published formulas."""
    return (lon >= _WEST) & (lon <= _EAST) & (lat >= _SOUTH) & (lat <= _NORTH)


def wgs84_to_gcj02(lon: Floats, lat: Floats) -> Pair:
    """GCJ-02 of WGS 84."""
    return _where_inside(_to_gcj, lon, lat)


def gcj02_to_wgs84(lon: Floats, lat: Floats) -> Pair:
    """WGS 84 of GCJ-02, iterated."""
    return _where_inside(lambda x, y: _inverse(_to_gcj, x, y), lon, lat)


def gcj02_to_bd09(lon: Floats, lat: Floats) -> Pair:
    """BD-09 of GCJ-02."""
    return _where_inside(_to_baidu, lon, lat)


def bd09_to_gcj02(lon: Floats, lat: Floats) -> Pair:
    """GCJ-02 of BD-09, iterated."""
    return _where_inside(lambda x, y: _inverse(_to_baidu, x, y), lon, lat)


def to_wgs84(datum: Datum, lon: Floats, lat: Floats) -> Pair:
    """WGS 84 of coordinates in a datum."""
    if datum is Datum.BD09:
        lon, lat = bd09_to_gcj02(lon, lat)
    return (lon, lat) if datum is Datum.WGS84 else gcj02_to_wgs84(lon, lat)


def from_wgs84(datum: Datum, lon: Floats, lat: Floats) -> Pair:
    """Coordinates in a datum, of WGS 84."""
    if datum is Datum.WGS84:
        return lon, lat
    lon, lat = wgs84_to_gcj02(lon, lat)
    return gcj02_to_bd09(lon, lat) if datum is Datum.BD09 else (lon, lat)


def frame_to_wgs84(frame: gpd.GeoDataFrame, datum: Datum) -> gpd.GeoDataFrame:
    """A frame whose coordinates are shifted, in whichever system they are written, in EPSG:4326 unshifted."""
    if datum is Datum.WGS84:
        return frame
    degrees = gpd.GeoDataFrame(frame.to_crs(WGS84))
    shapes = shapely.transform(
        degrees.geometry.to_numpy(), lambda xy: np.column_stack(to_wgs84(datum, xy[:, 0], xy[:, 1]))
    )
    return degrees.set_geometry(gpd.GeoSeries(shapes, index=degrees.index, crs=WGS84))


def frame_from_wgs84(frame: gpd.GeoDataFrame, datum: Datum) -> gpd.GeoDataFrame:
    """A frame in EPSG:4326 with its coordinates shifted, in a system that bears the datum's name.

    Equal vertices are shifted equally, so a coverage stays one. The system is `system_of`: to a program that
    does not know the datum it is an unknown one, rather than a wrong EPSG:4326.
    """
    if datum is Datum.WGS84:
        return frame
    shapes = shapely.transform(
        frame.geometry.to_numpy(), lambda xy: np.column_stack(from_wgs84(datum, xy[:, 0], xy[:, 1]))
    )
    shifted = gpd.GeoSeries(shapes, index=frame.index, crs=system_of(datum))
    return gpd.GeoDataFrame(frame.drop(columns=frame.geometry.name), geometry=shifted)


def system_of(datum: Datum) -> pyproj.CRS:
    """Longitude and latitude in a datum; the shifted ones have no EPSG code, so theirs is written out."""
    if datum is Datum.WGS84:
        return pyproj.CRS(WGS84)
    title = _TITLES[datum]
    return pyproj.CRS.from_wkt(
        f'GEOGCS["{title}",DATUM["{title}",SPHEROID["WGS 84",6378137,298.257223563]],'
        'PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433],AXIS["Longitude",EAST],AXIS["Latitude",NORTH]]'
    )


def datum_of_system(crs: pyproj.CRS) -> Datum:
    """The datum that a system is named after, as `system_of` and other programs name it; else WGS 84."""
    names = [crs.name, *(part.name for part in (crs.datum, crs.geodetic_crs) if part is not None)]
    spelled = _NO_LETTER.sub("", " ".join(names)).casefold()
    return next((datum for word, datum in _NAMED.items() if word in spelled), Datum.WGS84)


def suggest_datum(
    points: gpd.GeoSeries, codes: pd.Series[str], units: gpd.GeoDataFrame
) -> list[DatumSuggestion]:
    """Which datum puts most points into their own unit, the best first; nothing is shifted.

    Args:
        points: points in any system.
        codes: the code of each point's unit (a township, a community), in the same order.
        units: `code` and geometry in any system, known to be WGS 84 or CGCS2000.

    Returns:
        All datums, ranked by share, WGS 84 first among equals; none where no point names a unit that is
        there. The smaller the units, the clearer the answer: 500 m are little beside a township of 10 km.
    """
    areas = pd.Series(units.geometry.to_crs(WGS84).to_numpy(), index=code_texts(units[CODE]).to_numpy())
    areas = areas[~areas.index.duplicated() & areas.notna().to_numpy()]
    wanted = code_texts(codes).to_numpy()
    shapes = np.asarray(points.to_crs(WGS84), dtype=object)
    judged = np.isin(wanted, areas.index) & ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    if not judged.any():
        return []
    own = areas.reindex(wanted[judged]).to_numpy(dtype=object)
    shapely.prepare(own)
    lon, lat = shapely.get_x(shapes[judged]), shapely.get_y(shapes[judged])
    found = [
        DatumSuggestion(
            datum, float(np.mean(shapely.contains_xy(own, *to_wgs84(datum, lon, lat)))), int(judged.sum())
        )
        for datum in Datum
    ]
    return sorted(found, key=lambda one: -one.share)


def _where_inside(shift: Callable[[Floats, Floats], Pair], lon: Floats, lat: Floats) -> Pair:
    lon, lat = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    inside = inside_china(lon, lat)
    moved_lon, moved_lat = shift(np.where(inside, lon, 105.0), np.where(inside, lat, 35.0))
    return np.where(inside, moved_lon, lon), np.where(inside, moved_lat, lat)


def _inverse(shift: Callable[[Floats, Floats], Pair], lon: Floats, lat: Floats) -> Pair:
    """The place that `shift` moves to (lon, lat): guess, see where it lands, correct by what is missing."""
    guess_lon, guess_lat = lon, lat
    for _ in range(_MOST_STEPS):
        landed_lon, landed_lat = shift(guess_lon, guess_lat)
        missing_lon, missing_lat = lon - landed_lon, lat - landed_lat
        guess_lon, guess_lat = guess_lon + missing_lon, guess_lat + missing_lat
        if max(np.abs(missing_lon).max(initial=0), np.abs(missing_lat).max(initial=0)) < _STILL:
            break
    return guess_lon, guess_lat


def _to_gcj(lon: Floats, lat: Floats) -> Pair:
    east, north = _offsets(lon - 105.0, lat - 35.0)
    radians = np.radians(lat)
    shrink = 1 - _ECCENTRICITY_SQUARED * np.sin(radians) ** 2
    meridian = _SEMI_MAJOR * (1 - _ECCENTRICITY_SQUARED) / (shrink * np.sqrt(shrink))
    parallel = _SEMI_MAJOR / np.sqrt(shrink) * np.cos(radians)
    return lon + np.degrees(east / parallel), lat + np.degrees(north / meridian)


def _offsets(x: Floats, y: Floats) -> Pair:
    """Metres east and north that GCJ-02 moves a place x° east and y° north of 105° E, 35° N."""

    def wave(angle: Floats, *terms: tuple[float, float]) -> Floats:
        return sum((height * np.sin(angle * np.pi * pace) for height, pace in terms), np.zeros_like(angle))

    root = np.sqrt(np.abs(x))
    shared = wave(x, (20.0, 6.0), (20.0, 2.0))
    east = shared + wave(x, (20.0, 1.0), (40.0, 1 / 3), (150.0, 1 / 12), (300.0, 1 / 30))
    north = shared + wave(y, (20.0, 1.0), (40.0, 1 / 3), (160.0, 1 / 12), (320.0, 1 / 30))
    return (
        east * 2 / 3 + 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root,
        north * 2 / 3 - 100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root,
    )


def _to_baidu(lon: Floats, lat: Floats) -> Pair:
    length = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BAIDU_TURN)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BAIDU_TURN)
    return length * np.cos(angle) + 0.0065, length * np.sin(angle) + 0.006
