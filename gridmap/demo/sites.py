"""Contact sites of every kind, the officers posted to them, and the visits of teams."""

from __future__ import annotations

from datetime import datetime, timedelta

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.random import Generator

from gridmap.demo.extent import METRIC_CRS, Extent
from gridmap.demo.faults import Planting
from gridmap.demo.land.ground import Ground
from gridmap.demo.people.register import Register
from gridmap.geo.coverage.topology import locate
from gridmap.model.people import Function, TargetKind
from gridmap.model.places import Level, UnitKind
from gridmap.model.sites import SiteKind
from gridmap.names import CODE, KIND, NAME

_SHARES = {
    SiteKind.ENTERPRISE: 0.28,
    SiteKind.PROJECT: 0.09,
    SiteKind.VILLAGE: 0.19,
    SiteKind.COMMUNITY: 0.08,
    SiteKind.COMPOUND: 0.10,
    SiteKind.MARKET: 0.08,
    SiteKind.SCHOOL: 0.09,
    SiteKind.HOSPITAL: 0.05,
    SiteKind.LOGISTICS_PARK: 0.04,
}
_URBAN = {SiteKind.COMPOUND: 1.0, SiteKind.COMMUNITY: 1.0, SiteKind.MARKET: 0.5, SiteKind.HOSPITAL: 0.4}
"""Share of a kind's sites that lie in the county seat; of the kinds not named, a quarter do."""
_BRANDS = (
    "云泽",
    "泽丰",
    "瑞通",
    "华茂",
    "恒远",
    "金麦",
    "绿野",
    "宏达",
    "博冠",
    "兴隆",
    "永泰",
    "鼎盛",
    "天禾",
    "润东",
    "启明",
    "锦程",
    "万佳",
    "康源",
    "旭日",
    "长风",
)
_TRADES = (
    "纺织",
    "铸造",
    "管业",
    "食品",
    "包装",
    "化工",
    "机械",
    "木业",
    "玻璃",
    "农机",
    "电缆",
    "制衣",
    "面粉",
    "饲料",
    "建材",
    "塑业",
)
_PROJECTS = (
    "道路改造工程",
    "污水处理厂",
    "标准厂房",
    "棚户区改造",
    "灌区整治",
    "变电站",
    "冷链仓库",
    "学校迁建",
)
_VISIT_DAYS = (3, 5, 7, 10)
_HISTORY = 10
"""Visits go back so many days before the day of the clock."""


def place_sites(
    ground: Ground, cells: gpd.GeoDataFrame, extent: Extent, teams: pd.DataFrame, rng: Generator
) -> gpd.GeoDataFrame:
    """Lay out the contact sites.

    Returns:
        In `METRIC_CRS`: code, name, kind, unit_code, cell_code, visit_days, team_id; points.
    """
    villages = ground.at(Level.VILLAGE)
    counts = {kind: max(1, round(share * extent.sites)) for kind, share in _SHARES.items()}
    counts[SiteKind.ENTERPRISE] += extent.sites - sum(counts.values())
    used: set[str] = set()
    rows = [
        _site(kind, _unit_for(kind, villages, used, rng), ground, used, rng)
        for kind, count in counts.items()
        for _ in range(count)
    ]
    frame = (
        gpd.GeoDataFrame(rows, crs=METRIC_CRS).sort_values("unit_code", kind="stable").reset_index(drop=True)
    )
    frame.insert(0, CODE, [f"S{number:04d}" for number in range(1, len(frame) + 1)])
    cells = cells.sort_values(CODE)
    inside = locate(shapely.get_coordinates(frame.geometry.to_numpy()), cells.geometry.to_numpy())
    frame["cell_code"] = cells[CODE].to_numpy()[inside]
    frame["visit_days"] = rng.choice(_VISIT_DAYS, len(frame), p=[0.2, 0.25, 0.4, 0.15])
    frame["team_id"] = _teams_of(frame, teams, rng)
    return frame


def make_visits(sites: gpd.GeoDataFrame, planting: Planting, clock: datetime, rng: Generator) -> pd.DataFrame:
    """Visits up to the clock: none at unvisited sites, none in the period at overdue ones.

    A site that is to be overdue must have a short enough period: see `shorten_overdue`.

    Returns:
        id, site_code, team_id, visited_at.
    """
    rows: list[tuple[datetime, str, str]] = []
    columns = (CODE, "team_id", "visit_days")
    for code, team, period in zip(*(sites[name] for name in columns), strict=True):
        if code in planting.unvisited:
            continue
        if code in planting.overdue:
            last = int(rng.integers(period + 1, _HISTORY + 1))
        else:
            last = int(rng.integers(0, min(period, 5)))
        earlier = rng.choice(np.arange(last + 1, _HISTORY + 2), int(rng.integers(0, 3)))
        for day in sorted({last, *(int(day) for day in earlier if day <= _HISTORY)}):
            minute = int(rng.integers(8 * 60, 18 * 60))
            rows.append((_moment(clock, day, minute), str(code), str(team)))
    rows.sort()
    return pd.DataFrame(
        {
            "id": [f"V{number:05d}" for number in range(1, len(rows) + 1)],
            "site_code": [code for _, code, _ in rows],
            "team_id": [team for _, _, team in rows],
            "visited_at": pd.to_datetime([moment for moment, _, _ in rows]),
        }
    )


def shorten_overdue(sites: gpd.GeoDataFrame, planting: Planting) -> gpd.GeoDataFrame:
    """Give sites that are to be overdue the short periods that visits can miss within the history."""
    sites = sites.copy()
    overdue = sites[CODE].isin(planting.overdue)
    sites.loc[overdue, "visit_days"] = np.minimum(sites.loc[overdue, "visit_days"], 5)
    return sites


def post_officers(sites: gpd.GeoDataFrame, register: Register, clock: datetime, rng: Generator) -> None:
    """Post an officer to every enterprise and project, and to some of the other sites."""
    required = {SiteKind.ENTERPRISE.value, SiteKind.PROJECT.value}
    since = clock.replace(hour=8, minute=0) - timedelta(days=9)
    for site in sites.itertuples(index=False):
        if str(site.kind) in required or rng.random() < 0.2:
            person = register.enter_from_bureau(unit_code=str(site.unit_code), team_id=str(site.team_id))
            register.post(person, Function.OFFICER, TargetKind.CONTACT_SITE, str(site.code), since)


def _moment(clock: datetime, days_ago: int, minute: int) -> datetime:
    return clock.replace(hour=0, minute=0) - timedelta(days=days_ago) + timedelta(minutes=minute)


def _unit_for(kind: SiteKind, villages: gpd.GeoDataFrame, used: set[str], rng: Generator) -> pd.Series:
    """The unit a site lies in; villages and communities are sites themselves, each at most once."""
    community = villages[KIND] == UnitKind.COMMUNITY.value
    urban = rng.random() < _URBAN.get(kind, 0.25)
    if kind is SiteKind.VILLAGE:
        fits = villages[~community & ~villages[NAME].isin(used)]
    elif kind is SiteKind.COMMUNITY:
        fits = villages[community & ~villages[NAME].isin(used)]
    else:
        fits = villages[villages["urban"] if urban else ~villages["urban"]]
    fits = villages if fits.empty else fits
    return fits.iloc[int(rng.integers(len(fits)))]


def _site(
    kind: SiteKind, unit: pd.Series, ground: Ground, used: set[str], rng: Generator
) -> dict[str, object]:
    """A site beside one of the unit's buildings, with a name that no other site has."""
    homes = ground.buildings[ground.buildings["unit_code"] == unit[CODE]].geometry
    home = homes.iloc[int(rng.integers(len(homes)))]
    spot = shapely.Point(home.x + rng.uniform(-12, 12), home.y + rng.uniform(-12, 12))
    name, number = _name(kind, unit, rng), 1
    while name in used:
        number += 1
        name = _name(kind, unit, rng) if number < 20 else f"{_name(kind, unit, rng)}{number}号"
    used.add(name)
    return {NAME: name, KIND: kind.value, "unit_code": unit[CODE], "geometry": spot}


def _name(kind: SiteKind, unit: pd.Series, rng: Generator) -> str:
    place = str(unit[NAME]).removesuffix("社区").removesuffix("村")
    brand, trade = _BRANDS[int(rng.integers(len(_BRANDS)))], _TRADES[int(rng.integers(len(_TRADES)))]
    project = _PROJECTS[int(rng.integers(len(_PROJECTS)))]
    names = {
        SiteKind.ENTERPRISE: f"{brand}{trade}有限公司",
        SiteKind.PROJECT: f"{place}{project}项目",
        SiteKind.VILLAGE: str(unit[NAME]),
        SiteKind.COMMUNITY: str(unit[NAME]),
        SiteKind.COMPOUND: f"{brand}{('家园', '小区', '花园', '公馆')[int(rng.integers(4))]}",
        SiteKind.MARKET: f"{place}{('集贸市场', '农贸市场', '超市')[int(rng.integers(3))]}",
        SiteKind.SCHOOL: f"{place}{('小学', '中学', '幼儿园')[int(rng.integers(3))]}",
        SiteKind.HOSPITAL: f"{place}{('卫生院', '医院', '卫生服务站')[int(rng.integers(3))]}",
        SiteKind.LOGISTICS_PARK: f"{brand}物流园",
    }
    return names[kind]


def _teams_of(sites: gpd.GeoDataFrame, teams: pd.DataFrame, rng: Generator) -> list[str]:
    """Each site is looked after by a service team, or by the work team of its township-level unit."""
    service = teams.loc[teams[KIND] == "service_team", "id"].tolist()
    work = {
        str(code)[:9]: str(team)
        for code, team in zip(teams["unit_code"], teams["id"], strict=True)
        if str(code)[9:] == "000"
    }
    return [
        str(service[int(rng.integers(len(service)))]) if rng.random() < 0.3 else work[str(code)[:9]]
        for code in sites["unit_code"]
    ]
