"""Places: the kinds of administrative units and the levels of a plan."""

from __future__ import annotations

from enum import StrEnum


class UnitKind(StrEnum):
    """Kinds of administrative unit (行政区划)."""

    PROVINCE = "province"
    PREFECTURE = "prefecture"
    COUNTY = "county"
    TOWNSHIP = "township"
    TOWN = "town"
    SUBDISTRICT = "subdistrict"
    WORK_AREA = "work_area"
    COMMUNITY = "community"
    VILLAGE = "village"
    SETTLEMENT = "settlement"
    COMPOUND = "compound"
    UNIT = "unit"  # where a file does not say


class CellKind(StrEnum):
    """Kinds of grid cell (网格)."""

    BASE = "base"
    INTEGRATED = "integrated"
    DEDICATED = "dedicated"
    MICRO = "micro"


class Level(StrEnum):
    """Steps of the hierarchy a map drills through, top to bottom.

    A plan's units take the steps that its tree has: leaf units are `VILLAGE`, their parents
    `TOWNSHIP`, everything above `COUNTY`. What a step is called is the scheme's configuration.
    """

    COUNTY = "county"
    TOWNSHIP = "township"
    VILLAGE = "village"
    CELL = "cell"
    MICRO = "micro"
