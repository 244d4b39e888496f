"""The systems of China before CGCS2000: their zones, how files name them, and which system is their twin.

Maps of the years before 2008 are in Beijing 1954 or Xi'an 1980. Their Gauss-Krüger zones are those of
CGCS2000, so the same numbers fit all three and lie some 50 to 120 m apart: what tells them apart is a name
in the file, or places that are known. EPSG codes by zone (source: EPSG registry), as in `crs_suggestions`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_EPSG: Final = re.compile(r"EPSG:(\d+)")


@dataclass(frozen=True)
class OlderSystem:
    """A system of its time.

    Attributes:
        title: what it is called.
        spelled: how files and people write it, in capitals or not.
        codes: first EPSG code of the zones 3 degrees wide with prefix and without, then of those of 6.
    """

    title: str
    spelled: re.Pattern[str]
    codes: tuple[int, int, int, int]


BEIJING_1954: Final = OlderSystem(
    "Beijing 1954",
    re.compile(r"(beijing|北京)[\W_]*(19)?54|(?<![a-z])bj[\W_]?(19)?54", re.IGNORECASE),
    (2401, 2422, 21413, 21453),
)
XIAN_1980: Final = OlderSystem(
    "Xi'an 1980",
    re.compile(r"(xi[\W_]?an|西安)[\W_]*(19)?80|(?<![a-z])xa[\W_]?(19)?80", re.IGNORECASE),
    (2349, 2370, 2327, 2338),
)
_CGCS2000: Final = (4513, 4534, 4491, 4502)
_COUNTS: Final = (21, 21, 11, 11)
"""Zones of each: 25 to 45 of 3 degrees, 13 to 23 of 6."""
OLDER_SYSTEMS: Final = (XIAN_1980, BEIJING_1954)


def older_systems_named(*texts: str) -> list[OlderSystem]:
    """Those that a text names: that of a coordinate system in ESRI's words, the name of a file or layer."""
    return [system for system in OLDER_SYSTEMS if any(system.spelled.search(text) for text in texts)]


def twin_of(crs: str, system: OlderSystem) -> str | None:
    """The same zone in an older system, `EPSG:4548` of CGCS2000 being `EPSG:2436`; None of other systems."""
    found = _EPSG.fullmatch(crs)
    code = int(found[1]) if found else 0
    for first, count, older in zip(_CGCS2000, _COUNTS, system.codes, strict=True):
        if first <= code < first + count:
            return f"EPSG:{older + code - first}"
    return None


def has_plain_easting(crs: str) -> bool:
    """Whether it is a zone of CGCS2000 whose easting does not tell the zone."""
    found = _EPSG.fullmatch(crs)
    return found is not None and any(
        first <= int(found[1]) < first + count
        for first, count in zip(_CGCS2000[1::2], _COUNTS[1::2], strict=True)
    )
