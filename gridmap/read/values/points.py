"""Coordinates out of cells: decimal degrees, degrees-minutes-seconds, both numbers in one cell, swapped."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from gridmap.geo.systems.datum import Datum
from gridmap.messages import Message, msg
from gridmap.model.faults import FaultKind, Outcome
from gridmap.read.values.numbers import NOTHING
from gridmap.read.values.parsed import Note, Parsed, RefusedValueError
from gridmap.read.values.texts import tidy_text

_HEMISPHERES: Final = {
    "东经": "E", "西经": "W", "北纬": "N", "南纬": "S", "东": "E", "西": "W", "北": "N", "南": "S",
    "e": "E", "w": "W", "n": "N", "s": "S", "lng": "E", "lon": "E", "lat": "N", "经度": "E", "纬度": "N",
}  # fmt: skip
_WORD: Final = "|".join(sorted(_HEMISPHERES, key=len, reverse=True))
_NUMBER: Final = r"\d+(?:\.\d+)?"
_ANGLE: Final = re.compile(
    rf"(?P<before>{_WORD})?[:\s]*(?P<sign>[-−+])?(?P<degrees>{_NUMBER})\s*"
    rf"(?:(?:°|º|度|˚)\s*(?:(?P<minutes>{_NUMBER})\s*(?:'|′|’|分)\s*(?:(?P<seconds>{_NUMBER})\s*(?:\"|″|”|''|秒)?)?)?)?"
    rf"\s*(?P<after>{_WORD})?",
    re.IGNORECASE,
)
_CHINA_EAST: Final = (73.0, 136.0)
_CHINA_NORTH: Final = (3.0, 54.0)
"""Degrees; the two ranges do not meet, so that swapped numbers are always told apart in China."""
_PRIMES: Final = str.maketrans({"′": "'", "’": "'", "‘": "'", "`": "'", "″": '"', "”": '"', "“": '"'})
_METRES: Final = 1_000.0
_LONGEST: Final = 120
"""Characters that two coordinates may take; the patterns are not let loose on more."""
_DATUMS: Final = {
    Datum.WGS84: ("wgs84", "wgs", "gps", "epsg4326", "4326", "cgcs2000", "2000", "国家2000", "大地2000",
                  "天地图", "北斗", "地球坐标", "世界坐标"),
    Datum.GCJ02: ("gcj02", "gcj", "高德", "高德地图", "腾讯", "腾讯地图", "火星", "火星坐标", "微信",
                  "amap", "tencent"),
    Datum.BD09: ("bd09", "bd", "bd09ll", "百度", "百度地图", "百度坐标", "baidu"),
}  # fmt: skip
NO_PLACE: Final = msg("0, 0 is written where there is no place; read as no point")
_DATUM_NOISE: Final = re.compile(r"[\s_\-:.()]|坐标系?统?$|采集$")


@dataclass(frozen=True)
class Bounds:
    """A box in degrees that points should lie in."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, longitude: float, latitude: float) -> bool:
        """Whether a point lies in it."""
        return self.west <= longitude <= self.east and self.south <= latitude <= self.north


@dataclass(frozen=True)
class LonLat:
    """A point in degrees, in the datum that its file has."""

    longitude: float
    latitude: float


@dataclass(frozen=True)
class _Angle:
    degrees: float
    axis: str
    """`x`, `y`, or nothing where the text does not say."""
    is_plain: bool


def parse_point(
    text: str, other: str | None = None, *, bounds: Bounds | None = None, latitude_first: bool = False
) -> Parsed[LonLat | None]:
    """A point of one cell that has both numbers, or of a longitude and a latitude cell.

    What devices and forms write where they have no place, 0, 0, is no point, and noted.

    Args:
        text: both numbers, or the first, which is the longitude.
        other: the second number where it has a cell of its own.
        bounds: where points should lie; one outside is noted.
        latitude_first: how numbers that could be either are ordered.

    Raises:
        RefusedValueError: no numbers, one alone, metres, or more degrees than there are.
    """
    texts = [_plain(part) for part in ([text] if other is None else [text, other])]
    if all(part.casefold() in NOTHING for part in texts):
        return Parsed(None)
    told = tidy_text(text if other is None else f"{text}, {other}")
    if len(told) > _LONGEST:
        raise _refused(told, msg("no two coordinates such as 117.33, 38.37"))
    angles = _angles(texts, told)
    first, second = angles
    if first.degrees == second.degrees == 0:
        return Parsed(None, (Note(FaultKind.POINT_FORM, NO_PLACE, Outcome.NOTED),))
    if max(abs(first.degrees), abs(second.degrees)) > _METRES:
        raise _refused(told, msg("these are metres and no degrees; name the coordinate system of the file"))
    point, swapped = _ordered(first, second, latitude_first=latitude_first and other is None)
    if abs(point.longitude) > 180 or abs(point.latitude) > 90:
        raise _refused(told, msg("there are no such degrees"))
    return Parsed(point, tuple(_notes(point, angles, swapped=swapped, bounds=bounds)))


def parse_datum(text: str) -> Parsed[Datum | None]:
    """The datum that a cell names; None where it is empty.

    CGCS2000 counts as WGS 84: they are equal at our precision.

    Raises:
        RefusedValueError: it names none that is known.
    """
    plain = _DATUM_NOISE.sub("", tidy_text(text).casefold())
    if plain in NOTHING:
        return Parsed(None)
    for datum, names in _DATUMS.items():
        if plain in names:
            return Parsed(datum)
    raise RefusedValueError(
        FaultKind.DATUM_UNKNOWN,
        msg("{value}: no known datum", value=tidy_text(text)[:40]),
        msg("Write one of {datums}.", datums=[datum.value for datum in _DATUMS]),
    )


def _plain(text: str) -> str:
    return tidy_text(text.translate(_PRIMES)).translate(_PRIMES).strip("()[]【】 ")


def _angles(texts: list[str], told: str) -> tuple[_Angle, _Angle]:
    """The two numbers, in the order of the file."""
    parts = texts
    if len(texts) == 1:
        parts = _halves(texts[0])
    found = [_ANGLE.fullmatch(part) for part in parts]
    if len(found) != 2 or found[0] is None or found[1] is None:
        raise _refused(told, msg("no two coordinates such as 117.33, 38.37"))
    first, second = _angle(found[0], told), _angle(found[1], told)
    if first.axis and first.axis == second.axis:
        raise _refused(told, msg("both numbers are called the same"))
    return first, second


def _halves(text: str) -> list[str]:
    """The parts of a cell with both numbers: at a comma or the like, at a space, or after the first angle."""
    for mark in (
        rf"\s+(?=(?:{_WORD})[:\s]*\d)",
        r"[,;、/|]",
        r"\s+(?=[^°'\"度分秒]*[\d])(?!\d+(?:\.\d+)?\s*['\"分秒])",
    ):
        parts = [part.strip(" ,;、") for part in re.split(mark, text) if part.strip()]
        if len(parts) == 2:
            return parts
    first = _ANGLE.match(text)
    return [first[0].strip(), text[first.end() :].strip()] if first else [text]


def _angle(found: re.Match[str], told: str) -> _Angle:
    minutes, seconds = float(found["minutes"] or 0), float(found["seconds"] or 0)
    if minutes >= 60 or seconds >= 60:
        raise _refused(told, msg("minutes and seconds are below 60"))
    words = {_HEMISPHERES[word.casefold()] for word in (found["before"], found["after"]) if word}
    axes = {"x" if word in "EW" else "y" for word in words}
    if len(axes) > 1:
        raise _refused(told, msg("one number is called both longitude and latitude"))
    negative = found["sign"] in {"-", "−"} or bool(words & {"W", "S"})
    degrees = float(found["degrees"]) + minutes / 60 + seconds / 3600
    return _Angle(-degrees if negative else degrees, next(iter(axes), ""), not words and not found["minutes"])


def _ordered(first: _Angle, second: _Angle, *, latitude_first: bool) -> tuple[LonLat, bool]:
    """The point, and whether the numbers stand in another order than they should."""
    given = LonLat(first.degrees, second.degrees)
    turned = LonLat(second.degrees, first.degrees)
    if first.axis or second.axis:
        swapped = first.axis == "y" or second.axis == "x"
        return (turned, False) if swapped else (given, False)
    expected, other = (turned, given) if latitude_first else (given, turned)
    if abs(expected.latitude) > 90 or (_in_china(other) and not _in_china(expected)):
        return other, True
    return expected, False


def _in_china(point: LonLat) -> bool:
    west, east = _CHINA_EAST
    south, north = _CHINA_NORTH
    return west <= point.longitude <= east and south <= point.latitude <= north


def _notes(
    point: LonLat, angles: tuple[_Angle, _Angle], *, swapped: bool, bounds: Bounds | None
) -> list[Note]:
    written = f"{point.longitude:.6f}, {point.latitude:.6f}"
    notes = []
    if swapped:
        notes.append(
            Note(
                FaultKind.POINT_SWAPPED,
                msg("latitude and longitude were swapped; read as {point}", point=written),
            )
        )
    if not all(angle.is_plain for angle in angles):
        notes.append(Note(FaultKind.POINT_REPAIRED, msg("read as {point}", point=written)))
    if bounds is not None and not bounds.holds(point.longitude, point.latitude):
        what = msg("{point} lies outside the area of the plan", point=written)
        notes.append(Note(FaultKind.POINT_OUTSIDE, what, Outcome.ASKED))
    return notes


def _refused(told: str, why: Message) -> RefusedValueError:
    return RefusedValueError(
        FaultKind.POINT_FORM,
        msg("{value}: {why}", value=told[:60], why=why),
        msg("Write longitude and latitude in degrees, such as 117.33, 38.37."),
    )
