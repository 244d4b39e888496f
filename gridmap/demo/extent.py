"""How large a generated county is: the full demonstration county, and a small one for quick trials."""

from __future__ import annotations

from dataclasses import dataclass

METRIC_CRS = "EPSG:4548"
"""CGCS2000, 3-degree Gauss-Krüger zone, central meridian 117E, no zone prefix; x east, y north, metres."""
CENTRE = (456_000.0, 4_207_000.0)
"""The county seat in `METRIC_CRS`: near 116.5 E, 38 N, in the plain."""
COUNTY_CODE = "990101"
COUNTY_NAME = "云泽县"


@dataclass(frozen=True)
class Faults:
    """How many faults of each kind to plant.

    Attributes:
        overloaded: cells that each overloaded member holds, one number a person.
        short: counted checkpoints with some people on duty, but fewer than the minimum.
        overdue: sites whose last visit is longer ago than their period.
        empty_later: counted checkpoints manned at the clock whose first shift after midnight is not filled.
        days_without_rest: for each person on duty without a day of rest, how many days already.
        not_arrived: people sent by the county whose post has begun and who have not come.
    """

    vacant_cells: int
    overloaded: tuple[int, ...]
    villages_without_head: int
    empty_checkpoints: int
    short_checkpoints: int
    unvisited_sites: int
    overdue_sites: int
    empty_later: int
    days_without_rest: tuple[int, ...]
    not_arrived: int


@dataclass(frozen=True)
class Extent:
    """What the county is to hold; `cells` is met to within a few per cent, the rest exactly or nearly so.

    Attributes:
        units: villages and communities, approximately.
        urban_units: how many of them lie in the built-up area of the county seat, approximately.
        area: m².
        urban_radius: metres around the county seat that are built up.
        posts_to_man: checkpoints that count (open, or for emergencies).
    """

    subdistricts: int
    towns: int
    townships: int
    units: int
    urban_units: int
    cells: int
    households: int
    area: float
    urban_radius: float
    infeasible_units: int
    inactive_cells: int
    posts_to_man: int
    sealed_gates: int
    sites: int
    faults: Faults


FULL = Extent(
    subdistricts=2,
    towns=6,
    townships=8,
    units=439,
    urban_units=38,
    cells=905,
    households=340_000,
    area=1.0e9,
    urban_radius=2_250,
    infeasible_units=11,
    inactive_cells=2,
    posts_to_man=60,
    sealed_gates=6,
    sites=320,
    faults=Faults(
        vacant_cells=37,
        overloaded=(4, 5),
        villages_without_head=2,
        empty_checkpoints=3,
        short_checkpoints=4,
        unvisited_sites=12,
        overdue_sites=5,
        empty_later=3,
        days_without_rest=(7, 8, 11, 15, 19),
        not_arrived=6,
    ),
)

SMALL = Extent(
    subdistricts=1,
    towns=1,
    townships=1,
    units=28,
    urban_units=8,
    cells=92,
    households=34_500,
    area=6.5e7,
    urban_radius=1_050,
    infeasible_units=1,
    inactive_cells=1,
    posts_to_man=10,
    sealed_gates=2,
    sites=30,
    faults=Faults(
        vacant_cells=6,
        overloaded=(4,),
        villages_without_head=1,
        empty_checkpoints=1,
        short_checkpoints=1,
        unvisited_sites=2,
        overdue_sites=1,
        empty_later=3,
        days_without_rest=(8, 15),
        not_arrived=2,
    ),
)
