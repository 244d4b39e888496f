from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.geo.coverage.quality import check
from gridmap.geo.coverage.topology import locate
from gridmap.geo.frames import Points
from gridmap.split.cut.findings import FindingKind
from gridmap.split.cut.units import Split, split_units
from gridmap.split.material import Material
from gridmap.split.rule import Method, SplitRule
from tests.split.drawn_land import HORSESHOE, X, Y, block, buildings, points_of, units_of

TABLE = SplitRule(method=Method.TABLE)


def listed(xy: list[tuple[float, float]], labels: list[str], *shapes: shapely.Geometry) -> Split:
    places = points_of(np.array(xy) + np.array((X, Y)), np.ones(len(xy), dtype=int))
    return split_units(units_of(*shapes), places, TABLE, material=Material(labels=pd.Series(labels)))


def told(split: Split) -> set[tuple[str, str, int]]:
    columns = (split.findings[name] for name in ("kind", "name", "places"))
    return {(str(kind), str(name), int(places)) for kind, name, places in zip(*columns, strict=True)}


def test_a_list_of_buildings_becomes_exact_cells() -> None:
    split = listed(
        [(10, 50), (40, 50), (60, 50), (90, 50)], ["east", "east", "west", "west"], block(0, 0, 100, 100)
    )
    assert split.cells["name"].tolist() == ["east", "west"]
    assert split.cells["area_m2"].tolist() == [5000, 5000]
    assert split.cells["households"].tolist() == [2, 2]


@settings(max_examples=15)
@given(seed=st.integers(0, 999), cells=st.integers(1, 9))
def test_every_listed_place_is_in_its_cell(seed: int, cells: int) -> None:
    shapes = [HORSESHOE, block(1500, 0, 2200, 900)]
    places = buildings(shapes, 60, seed)
    random = np.random.default_rng(seed)
    centres = random.uniform((X, Y), (X + 2200, Y + 900), (cells, 2))
    xy = shapely.get_coordinates(places.geometry.to_numpy())
    nearest = np.linalg.norm(xy[:, None] - centres, axis=2).argmin(axis=1)
    labels = pd.Series([f"cell {number}" for number in nearest])
    units = units_of(*shapes)
    split = split_units(units, places, TABLE, material=Material(labels=labels))
    assert check(split.cells, units, places).valid_coverage
    found = split.cells["name"].to_numpy()[locate(xy, split.cells.geometry.to_numpy())]
    assert (found == labels).all()


def test_what_a_list_gets_wrong_is_told() -> None:
    split = listed(
        [(10, 50), (10, 50), (50, 50), (90, 50), (70, 10)],
        ["a", "b", "b", "a", ""],
        block(0, 0, 100, 100),
    )
    assert told(split) == {
        (FindingKind.SHARED_PLACE, "b", 1),
        (FindingKind.SCATTERED, "a", 2),
        (FindingKind.UNLISTED, "", 1),
    }
    assert split.cells["households"].sum() == 5


def test_a_unit_that_the_list_does_not_name_is_one_cell() -> None:
    split = listed([(10, 50)], ["a"], block(0, 0, 100, 100), block(100, 0, 200, 100))
    assert split.cells["name"].tolist() == ["a", ""]


def test_order_of_rows_changes_nothing() -> None:
    land = block(0, 0, 900, 900)
    places = buildings([land], 80, 3)
    labels = pd.Series([f"c{int(x // 300)}" for x in shapely.get_x(places.geometry.to_numpy()) - X])
    first = split_units(units_of(land), places, TABLE, material=Material(labels=labels)).cells
    order = np.random.default_rng(1).permutation(len(places))
    turned = Points(gpd.GeoDataFrame(places.iloc[order].reset_index(drop=True)))
    again = split_units(
        units_of(land),
        turned,
        TABLE,
        material=Material(labels=labels.iloc[order].reset_index(drop=True)),
    ).cells
    assert first["code"].tolist() == again["code"].tolist()
    assert all(a.equals_exact(b, 0) for a, b in zip(first.geometry, again.geometry, strict=True))


@pytest.mark.parametrize("labels", [["", ""], []])
def test_no_labels_at_all(labels: list[str]) -> None:
    split = listed([(10, 50), (20, 50)], labels or ["", ""], block(0, 0, 100, 100))
    assert len(split.cells) == 1
