"""Which coordinate system coordinates may be in, told by their size and by where each system puts them.

China's projected systems are the Gauss-Krüger zones of CGCS2000, 3 or 6 degrees wide, whose easting may
begin with the number of the zone. EPSG codes (source: EPSG registry): 3 degrees with prefix 4488 + zone (25
to 45), without 4509 + zone; 6 degrees with prefix 4478 + zone (13 to 23), without 4489 + zone. EPSG:4547
has its central meridian at 114° E, EPSG:4548 at 117° E: to confuse them moves data by 263 km. The older
systems Beijing 1954 and Xi'an 1980 have the same zones and lie within some 100 m; coordinates do not tell
them apart: they are suggested where a name or known places speak for them, below the zone of CGCS2000.

Coordinates are used as x east, y north. Surveyors write northing first; `EPSG:4548/swapped` is how such
data is called here, for it is no system of its own. Nothing is chosen: a person does that.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt
import pyproj

from gridmap.geo.systems.older_systems import OlderSystem, has_plain_easting, older_systems_named, twin_of
from gridmap.geo.systems.region import Region, on_chinas_land
from gridmap.messages import Message, msg
from gridmap.names import WGS84

Floats = npt.NDArray[np.float64]

SWAPPED: Final = "/swapped"
"""After a coordinate system's name: the first number is the northing or the latitude."""
_MOST_SUGGESTED: Final = 6
_MOST_ZONES: Final = 12
"""Where nothing tells the zone: fewer would leave out the north-east."""
_WITH_OLDER: Final = 2
"""Zones, from the top, below which an older system is put where a name speaks for it."""
_JUST_BELOW: Final = 0.001
_SAMPLED: Final = 500
_LEAST_SCORE: Final = 0.05
_ZONES_3: Final = range(25, 46)
_ZONES_6: Final = range(13, 24)
_PREFIXED_3, _PLAIN_3, _PREFIXED_6, _PLAIN_6 = 4488, 4509, 4478, 4489
_MILLION: Final = 1_000_000
_FALSE_EASTING: Final = 500_000
_NORTHINGS: Final = (1_600_000, 6_100_000)
"""Gauss-Krüger northings of China, 15 to 55 degrees north, metres."""
_KM_OF_A_DEGREE: Final = 111.32
_WEB_MERCATOR_X, _WEB_MERCATOR_Y = (8_000_000, 15_200_000), (1_900_000, 7_300_000)
"""EPSG:3857 of China, metres."""
_PEOPLES_MERIDIAN: Final = 114
"""Half of China's people live on either side of it: near zones come first where nothing else tells."""
_INHABITED: Final = (-60.0, 84.0)
_BEYOND_AREA: Final = 3.0
"""Degrees that data may reach over the area its projected system is made for."""
_NEAR_KM: Final = 50.0
_CHINESE: Final = ("cgcs2000", "china geodetic", "xian 1980", "beijing 1954", "new beijing")


@dataclass(frozen=True)
class CrsSuggestion:
    """A coordinate system that the coordinates may be in.

    Attributes:
        crs: as `--crs` takes it, `EPSG:4548` or `EPSG:4548/swapped`.
        why: what speaks for it, and where it puts the data.
        score: 0 to 1, comparable within one list only.
        lon, lat: where it puts the middle of the data, EPSG:4326.
    """

    crs: str
    why: Message
    score: float
    lon: float
    lat: float


@dataclass(frozen=True)
class _Candidate:
    crs: str
    swapped: bool
    score: float
    why: Message
    meridian: int | None = None
    """Of a Gauss-Krüger zone without prefix: all of them share one projection."""


def suggest_crs(
    xy: Floats, *, declared: str | None = None, reference: Region | None = None, named: str = ""
) -> list[CrsSuggestion]:
    """Coordinate systems that coordinates may be in, the likeliest first.

    Args:
        xy: coordinates as written, shape (n, 2); a sample of them is looked at.
        declared: the system that the file names, which is suggested too, in its place.
        reference: where the data is expected; without it, China's land.
        named: what the file, its layer or its system is called: it may name an older system.
    """
    sample = _sample(xy)
    if not len(sample):
        return []
    found: dict[str, CrsSuggestion] = {}
    for candidate in _candidates(sample, declared, reference):
        suggestion = _placed(candidate, sample, reference)
        if suggestion is not None and suggestion.score >= _LEAST_SCORE:
            known = found.get(suggestion.crs)
            if known is None or known.score < suggestion.score:
                found[suggestion.crs] = suggestion
    ranked = sorted(found.values(), key=lambda one: -one.score)
    unsettled = reference is None and any(
        has_plain_easting(split_swapped(one.crs)[0]) for one in ranked[:_WITH_OLDER]
    )
    for system in older_systems_named(named):
        why = msg("the file names {title}", title=system.title)
        for zone in [one for one in ranked if twin_of(split_swapped(one.crs)[0], system)][:_WITH_OLDER]:
            ranked = with_older_twin(ranked, zone, system, sample, why)
    return ranked[: _MOST_ZONES if unsettled else _MOST_SUGGESTED]


def with_older_twin(
    ranked: list[CrsSuggestion], zone: CrsSuggestion, system: OlderSystem, xy: Floats, why: Message
) -> list[CrsSuggestion]:
    """The list with an older system right below its zone of CGCS2000; as it is where there is none.

    Args:
        ranked: suggestions, the likeliest first.
        zone: one of them.
        system: the older one.
        xy: coordinates as written, shape (n, 2).
        why: what speaks for the older one.
    """
    name, swapped = split_swapped(zone.crs)
    twin = twin_of(name, system)
    known = {one.crs for one in ranked}
    if twin is None or twin + (SWAPPED if swapped else "") in known:
        return ranked
    x, y = (xy[:, 1], xy[:, 0]) if swapped else (xy[:, 0], xy[:, 1])
    lon, lat = _to_degrees(twin).transform(float(np.median(x)), float(np.median(y)))
    reason = msg(
        "{why}; the same numbers also fit {title}, some 50 to 120 m away: older maps are in it",
        why=why,
        title=system.title,
    )
    older = CrsSuggestion(
        twin + (SWAPPED if swapped else ""), reason, round(max(zone.score - _JUST_BELOW, 0), 3), lon, lat
    )
    place = ranked.index(zone) + 1
    return [*ranked[:place], older, *ranked[place:]]


def doubt_of_crs(xy: Floats, crs: pyproj.CRS, *, reference: Region | None = None) -> Message | None:
    """Why coordinates cannot well be in the system a file names; None where nothing speaks against it."""
    sample = _sample(xy)
    if not len(sample):
        return None
    lon, lat = _to_degrees(crs).transform(sample[:, 0], sample[:, 1])
    if not np.isfinite(lon).all() or np.abs(lon).max() > 180.001 or np.abs(lat).max() > 90.001:
        return msg("its coordinates reach {largest}, which that system cannot hold", largest=_largest(sample))
    x, y = float(np.median(lon)), float(np.median(lat))
    place = _written(x, y)
    if reference is not None:
        away = reference.distance_km(x, y)
        if away > _NEAR_KM + reference.size_km:
            return msg("at {place}, {km} km from the known region", place=place, km=round(away))
        return None
    if not _INHABITED[0] < y < _INHABITED[1]:
        return msg("at {place}, where nobody lives", place=place)
    if _outside_area_of_use(x, y, crs):
        return msg("at {place}, outside the area that the system is made for", place=place)
    if any(word in crs.name.lower() for word in _CHINESE) and not on_chinas_land(x, y):
        return msg("at {place}, in the sea or outside China", place=place)
    return None


def split_swapped(text: str) -> tuple[str, bool]:
    """The name of a system without, and whether it had, the ending for swapped axes."""
    name = text.strip()
    return (name[: -len(SWAPPED)], True) if name.lower().endswith(SWAPPED) else (name, False)


def _sample(xy: Floats) -> Floats:
    """Coordinates evenly picked, without those that are no numbers, 0 0, or far out."""
    finite: Floats = xy[np.isfinite(xy).all(axis=1) & (xy != 0).any(axis=1)]
    picked: Floats = finite[:: max(len(finite) // _SAMPLED, 1)]
    if len(picked) < 20:
        return picked
    low, high = np.percentile(picked, (2, 98), axis=0)
    kept: Floats = picked[((picked >= low) & (picked <= high)).all(axis=1)]
    return kept if len(kept) else picked


def _candidates(sample: Floats, declared: str | None, reference: Region | None) -> Iterator[_Candidate]:
    if declared:
        as_said = msg("the file says so")
        yield _Candidate(declared, True, 0.9, _ordered(as_said, swapped=True))
        yield _Candidate(declared, False, 0.6, as_said)
    for swapped in (False, True):
        x, y = (sample[:, 1], sample[:, 0]) if swapped else (sample[:, 0], sample[:, 1])
        yield from _of_degrees(x, y, swapped)
        yield from _of_prefix(x, y, swapped)
        yield from _without_prefix(x, y, swapped)
        yield from _of_web_mercator(x, y, swapped)
        if reference is not None:
            yield from _of_utm(x, y, swapped, reference)


def _of_degrees(x: Floats, y: Floats, swapped: bool) -> Iterator[_Candidate]:
    if np.abs(x).max() <= 180 and np.abs(y).max() <= 90:
        why = (
            msg("degrees, latitude before longitude")
            if swapped
            else msg("degrees, longitude before latitude")
        )
        yield _Candidate(WGS84, swapped, 0.8 if swapped else 0.9, why)


def _of_prefix(x: Floats, y: Floats, swapped: bool) -> Iterator[_Candidate]:
    zone = int(np.median(x) // _MILLION)
    inside = np.abs(x - zone * _MILLION - _FALSE_EASTING).max() < 0.45 * _MILLION
    if not (inside and _is_northing(y)):
        return
    for zones, first, width in ((_ZONES_3, _PREFIXED_3, 3), (_ZONES_6, _PREFIXED_6, 6)):
        if zone in zones:
            why = msg(
                "metres; the easting begins with the {width}-degree zone {zone}, {meridian}° E",
                width=width,
                zone=str(zone),
                meridian=_meridian(zone, width),
            )
            yield _Candidate(f"EPSG:{first + zone}", swapped, 0.95, _ordered(why, swapped))


def _without_prefix(x: Floats, y: Floats, swapped: bool) -> Iterator[_Candidate]:
    """All zones of both widths: an easting tells how far off the meridian it is, not off which."""
    if not (x.min() > 0 and x.max() < _MILLION and _is_northing(y)):
        return
    off_km = float(np.abs(x - _FALSE_EASTING).max()) / 1000
    latitude = float(np.median(y)) / 1000 / 111
    half_zone_km = 1.5 * _KM_OF_A_DEGREE * np.cos(np.radians(latitude))
    for zones, first, width in ((_ZONES_3, _PLAIN_3, 3), (_ZONES_6, _PLAIN_6, 6)):
        narrow = off_km <= half_zone_km * 1.1
        likely = 0.8 if (width == 3) == narrow else 0.4
        for zone in zones:
            meridian = _meridian(zone, width)
            why = msg(
                "metres, up to {km} km from a central meridian; {width}-degree zone at {meridian}° E",
                km=round(off_km),
                width=width,
                meridian=meridian,
            )
            settled = 1 - abs(meridian - _PEOPLES_MERIDIAN) / 60
            score = likely * settled
            yield _Candidate(f"EPSG:{first + zone}", swapped, score, _ordered(why, swapped), meridian)


def _of_web_mercator(x: Floats, y: Floats, swapped: bool) -> Iterator[_Candidate]:
    (west, east), (south, north) = _WEB_MERCATOR_X, _WEB_MERCATOR_Y
    if x.min() >= west and x.max() <= east and y.min() >= south and y.max() <= north:
        why = msg("metres as of web maps (Web Mercator)")
        yield _Candidate("EPSG:3857", swapped, 0.7, _ordered(why, swapped))


def _of_utm(x: Floats, y: Floats, swapped: bool, reference: Region) -> Iterator[_Candidate]:
    if not (x.min() > 0 and x.max() < _MILLION and y.min() > 0 and y.max() < 10 * _MILLION):
        return
    middle = reference.hull.centroid
    own = int((middle.x + 180) // 6) + 1
    for zone in (own, own % 60 + 1, (own - 2) % 60 + 1):
        why = msg("metres, UTM zone {zone}", zone=f"{zone}{'N' if middle.y >= 0 else 'S'}")
        code = (32600 if middle.y >= 0 else 32700) + zone
        yield _Candidate(f"EPSG:{code}", swapped, 0.6, _ordered(why, swapped))


def _placed(candidate: _Candidate, sample: Floats, reference: Region | None) -> CrsSuggestion | None:
    """The candidate with where it puts the data; None where it puts it nowhere."""
    x, y = (sample[:, 1], sample[:, 0]) if candidate.swapped else (sample[:, 0], sample[:, 1])
    if candidate.meridian is None:
        try:
            lon, lat = _to_degrees(candidate.crs).transform(x, y)
        except pyproj.exceptions.CRSError:
            return None
    else:
        lon, lat = _gauss_kruger()(x, y, inverse=True)
        lon = lon + candidate.meridian
    if not (np.isfinite(lon).all() and np.isfinite(lat).all()):
        return None
    if np.abs(lon).max() > 180.001 or np.abs(lat).max() > 90.001:
        return None
    middle = float(np.median(lon)), float(np.median(lat))
    fits, where = _fit(lon, lat, *middle, reference)
    why = msg("{reason}; {where}", reason=candidate.why, where=where)
    name = candidate.crs + (SWAPPED if candidate.swapped else "")
    return CrsSuggestion(name, why, round(candidate.score * fits, 3), *middle)


def _fit(lon: Floats, lat: Floats, x: float, y: float, reference: Region | None) -> tuple[float, Message]:
    """How well a place fits what is expected, 0 to 1, and the words for it."""
    place = _written(x, y)
    if reference is not None:
        share = reference.share_of(lon, lat)
        if share > 0:
            return 0.6 + 0.4 * share, msg("{share} % of it inside the known region", share=round(100 * share))
        km = reference.distance_km(x, y)
        return 0.5 * float(np.exp(-km / 100)), msg(
            "at {place}, {km} km from the known region", place=place, km=round(km)
        )
    if on_chinas_land(x, y):
        return 1.0, msg("at {place}", place=place)
    if not _INHABITED[0] < y < _INHABITED[1]:
        return 0.05, msg("at {place}, where nobody lives", place=place)
    return 0.4, msg("at {place}, in the sea or outside China", place=place)


@lru_cache(maxsize=64)
def _to_degrees(crs: str | pyproj.CRS) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(crs, WGS84, always_xy=True)


@cache
def _gauss_kruger() -> pyproj.Proj:
    """The projection of every CGCS2000 zone without prefix, with longitudes from its central meridian."""
    return pyproj.Proj(proj="tmerc", lon_0=0, k=1, x_0=_FALSE_EASTING, ellps="GRS80")


def _outside_area_of_use(x: float, y: float, crs: pyproj.CRS) -> bool:
    area = crs.area_of_use
    if area is None:
        code = crs.to_epsg(min_confidence=70)
        area = pyproj.CRS.from_epsg(code).area_of_use if code else None
    if area is None or not crs.is_projected or area.west > area.east:
        return False
    return not (
        area.west - _BEYOND_AREA <= x <= area.east + _BEYOND_AREA
        and area.south - _BEYOND_AREA <= y <= area.north + _BEYOND_AREA
    )


def _meridian(zone: int, width: int) -> int:
    return 3 * zone if width == 3 else 6 * zone - 3


def _is_northing(y: Floats) -> bool:
    return bool(y.min() >= _NORTHINGS[0] and y.max() <= _NORTHINGS[1])


def _ordered(why: Message, swapped: bool) -> Message:
    return msg("{reason}; northing before easting", reason=why) if swapped else why


def _largest(sample: Floats) -> str:
    return f"{float(np.abs(sample).max()):.1f}"


def _written(lon: float, lat: float) -> str:
    return f"{abs(lat):.2f}° {'N' if lat >= 0 else 'S'} {abs(lon):.2f}° {'E' if lon >= 0 else 'W'}"
