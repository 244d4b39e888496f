"""Checkpoints: where roads cross borders of townships and of the county, and at gates in the seat."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import geopandas as gpd
import numpy as np
import shapely
from numpy.random import Generator

from gridmap.demo.extent import METRIC_CRS, Extent
from gridmap.demo.land.ground import Ground
from gridmap.demo.land.roads import RoadKind
from gridmap.demo.people.names import phone_number
from gridmap.model.places import Level
from gridmap.model.sites import CheckpointKind, GateState
from gridmap.names import CODE, KIND, NAME

_ON_BORDER = 0.01
"""Metres within which a road's end is on the county's border."""
_APART = 700.0
"""Least distance between two checkpoints on borders, metres."""
_PHONES = 90_000
"""Telephone numbers of checkpoints count from here: nobody's in the register."""
_RANK = {RoadKind.NATIONAL.value: 0, RoadKind.COUNTY.value: 1, RoadKind.TOWN.value: 2}


@dataclass(frozen=True)
class _Crossing:
    """A road that crosses a border; `outer` where it is the county's."""

    point: shapely.Point
    road: str
    kind: str
    outer: bool


def place_checkpoints(ground: Ground, extent: Extent, rng: Generator) -> gpd.GeoDataFrame:
    """Set up checkpoints: those that are manned, then sealed ones on minor roads.

    Returns:
        In `METRIC_CRS`: the columns of `Plan.checkpoints` but team_id and the coordinates; points.
    """
    crossings = _apart(_crossings(ground))
    gates = max(extent.posts_to_man // 8, extent.posts_to_man + extent.sealed_gates - len(crossings))
    border = crossings[: extent.posts_to_man + extent.sealed_gates - gates]
    sealed = {id(crossing) for crossing in border[len(border) - extent.sealed_gates :]}
    rows = [_at_crossing(crossing, ground, id(crossing) in sealed) for crossing in border]
    rows += _at_gates(ground, gates, rng)
    frame = gpd.GeoDataFrame(rows, crs=METRIC_CRS)
    frame = frame.sort_values("unit_code", kind="stable").reset_index(drop=True)
    frame.insert(0, CODE, [f"K{number:03d}" for number in range(1, len(frame) + 1)])
    open_gates = np.flatnonzero(frame["gate_state"] == GateState.OPEN.value)
    emergency = rng.choice(open_gates, len(open_gates) // 12, replace=False)
    frame.loc[emergency, "gate_state"] = GateState.EMERGENCY.value
    frame["temp_party_branch"] = (rng.random(len(frame)) < 0.7) & (
        frame["gate_state"] != GateState.SEALED.value
    )
    frame["emergency_phone"] = [phone_number(_PHONES + number) for number in range(len(frame))]
    return frame


def _crossings(ground: Ground) -> list[_Crossing]:
    """All crossings: the county's border first, and major roads before minor ones."""
    townships = ground.at(Level.TOWNSHIP).geometry.to_numpy()
    county = ground.at(Level.COUNTY).geometry.iloc[0]
    inner = shapely.union_all(
        [shapely.intersection(one.boundary, two.boundary) for one, two in combinations(townships, 2)]
    )
    roads = ground.roads[ground.roads[KIND].isin(_RANK)]
    found = [
        _Crossing(point, str(name), str(kind), outer)
        for name, kind, line in zip(roads[NAME], roads[KIND], roads.geometry, strict=True)
        for outer, points in (
            (True, _ends_at(line, county.boundary) if kind != RoadKind.TOWN.value else []),
            (False, _points(shapely.intersection(line, inner))),
        )
        for point in points
    ]
    return sorted(found, key=lambda crossing: (not crossing.outer, _RANK[crossing.kind]))


def _points(shape: shapely.Geometry) -> list[shapely.Point]:
    return [shapely.Point(part.coords[0]) for part in shapely.get_parts(shape) if not part.is_empty]


def _ends_at(line: shapely.Geometry, border: shapely.Geometry) -> list[shapely.Point]:
    """Ends of a road that was cut at the border: they lie on it but for rounding."""
    ends = [shapely.Point(part.coords[end]) for part in shapely.get_parts(line) for end in (0, -1)]
    return [end for end in ends if end.distance(border) < _ON_BORDER]


def _apart(crossings: list[_Crossing]) -> list[_Crossing]:
    """Leave out crossings close to one that comes before them."""
    kept: list[_Crossing] = []
    for crossing in crossings:
        if all(crossing.point.distance(other.point) > _APART for other in kept):
            kept.append(crossing)
    return kept


def _at_crossing(crossing: _Crossing, ground: Ground, sealed: bool) -> dict[str, object]:
    villages = ground.at(Level.VILLAGE)
    distance = shapely.distance(villages.geometry.to_numpy(), crossing.point)
    near = villages.iloc[np.argsort(distance, kind="stable")[:6]]
    here = near.iloc[0]
    others = near[near["parent_code"] != here["parent_code"]]
    second = None if crossing.outer or others.empty else others.iloc[0]
    major = crossing.kind != RoadKind.TOWN.value
    name = _short(here[NAME]) if second is None else f"{_short(here[NAME])}—{_short(second[NAME])}"
    if crossing.outer:
        kind, label = CheckpointKind.INSPECTION_STATION, f"{crossing.road}{name}检查站"
    else:
        kind, label = CheckpointKind.CHECKPOINT, f"{name}卡口"
    return {
        NAME: label,
        KIND: kind.value,
        "gate_state": (GateState.SEALED if sealed else GateState.OPEN).value,
        "unit_code": here[CODE],
        "second_unit_code": None if second is None else second[CODE],
        "minimum_staff": 3 if major else 2,
        "geometry": crossing.point,
    }


def _at_gates(ground: Ground, count: int, rng: Generator) -> list[dict[str, object]]:
    """Duty points at gates of communities in the seat, each at one of its outer buildings."""
    villages = ground.at(Level.VILLAGE)
    communities = villages[villages["urban"]]
    order = rng.permutation(len(communities)).tolist()
    rows: list[dict[str, object]] = []
    for place in range(count):
        unit = communities.iloc[order[place % len(order)]]
        homes = ground.buildings[ground.buildings["unit_code"] == unit[CODE]].geometry
        spot = homes.iloc[int(rng.integers(len(homes)))]
        side = "东南西北"[int(rng.integers(4))]
        rows.append(
            {
                NAME: f"{_short(unit[NAME])}{side}门值勤点",
                KIND: CheckpointKind.DUTY_POINT.value,
                "gate_state": GateState.OPEN.value,
                "unit_code": unit[CODE],
                "second_unit_code": None,
                "minimum_staff": 3,
                "geometry": shapely.Point(spot.x + 25, spot.y + 25),
            }
        )
    return rows


def _short(name: str) -> str:
    """A village's or community's name without the word for its kind."""
    return name.removesuffix("社区").removesuffix("村")
