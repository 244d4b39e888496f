from __future__ import annotations

import geopandas as gpd
import pytest
import shapely

from gridmap.errors import InputError
from gridmap.geo.coverage.quality import check
from gridmap.split.cut.units import split_units
from gridmap.split.levels.levels import as_units, is_level_of, split_into_micro_grids, upper_level
from gridmap.split.rule import SplitRule
from tests.split.drawn_land import ISLANDS, RING, block, buildings, units_of

LAND = [RING, block(1000, 0, 2000, 1000), block(2000, 0, 2800, 1000)]
MICRO = SplitRule(target=40, minimum=30, maximum=50)


def test_every_level_is_an_exact_coverage_of_the_one_above() -> None:
    units, points = units_of(*LAND), buildings(LAND, 120, 5)
    cells = split_units(units, points, SplitRule()).cells
    micro = split_into_micro_grids(cells, points, MICRO).cells
    assert check(micro, as_units(cells), points).passed
    assert set(micro["level"]) == {"micro"}
    assert (micro["code"].str[:-3] == micro["parent_code"]).all()
    assert micro["code"].str.fullmatch(r"U\d-\d{3}-\d\d").all()
    assert micro["households"].sum() == cells["households"].sum()
    assert is_level_of(cells, micro, dict(zip(micro["code"], micro["parent_code"], strict=True)))
    villages = upper_level(cells, dict(zip(cells["code"], cells["parent_code"], strict=True)))
    assert villages["code"].tolist() == ["U0", "U1", "U2"]
    assert is_level_of(
        gpd.GeoDataFrame(units), cells, dict(zip(cells["code"], cells["parent_code"], strict=True))
    )


def test_levels_between_are_unions_of_the_level_below() -> None:
    units = units_of(*LAND, households=[3, 4, 5])
    areas = upper_level(gpd.GeoDataFrame(units), {"U0": "west", "U1": "west", "U2": "east"})
    assert areas["code"].tolist() == ["east", "west"]
    assert areas["households"].tolist() == [5, 7]
    assert areas["members"].tolist() == [1, 2]
    assert areas["area_m2"].sum() == pytest.approx(float(units.area.sum()))


def test_a_level_that_moved_is_none() -> None:
    units = gpd.GeoDataFrame(units_of(*LAND))
    above = {"U0": "west", "U1": "west", "U2": "east"}
    areas = upper_level(units, above)
    areas.geometry = [shapely.buffer(areas.geometry.iloc[0], 1), areas.geometry.iloc[1]]
    assert not is_level_of(areas, units, above)


def test_places_without_a_place_above_are_named() -> None:
    with pytest.raises(InputError, match="U1"):
        upper_level(gpd.GeoDataFrame(units_of(*LAND)), {"U0": "west", "U2": "east"})


def test_islands_are_counted() -> None:
    areas = upper_level(gpd.GeoDataFrame(units_of(ISLANDS)), {"U0": "all"})
    assert areas["parts"].tolist() == [3]
