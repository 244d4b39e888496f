"""Old codes for new cells: one-to-one, kept where nothing changes, whatever the order of rows."""

from __future__ import annotations

from itertools import pairwise

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Point, box

from gridmap.geo.frames import Cells, Points, check_cells, check_points
from gridmap.split.again.matching import match_cells
from gridmap.split.straight.tree import Cut, Leaf, PartTree, UnitTree, rename_leaves

CRS = "EPSG:4548"
WIDTH = 100.0


def strips(edges: list[float], prefix: str = "", parent: str = "A") -> Cells:
    """Cells side by side between the edges, west to east, of one unit."""
    shapes = [box(west, 0, east, WIDTH) for west, east in pairwise(edges)]
    codes = [f"{prefix}{parent}-{number:03d}" for number in range(1, len(shapes) + 1)]
    return check_cells(gpd.GeoDataFrame({"code": codes, "parent_code": parent}, geometry=shapes, crs=CRS))


def points(places: dict[float, float]) -> Points:
    """Points on the middle line: x and weight."""
    frame = gpd.GeoDataFrame(
        {"weight": list(places.values())}, geometry=[Point(x, WIDTH / 2) for x in places], crs=CRS
    )
    return check_points(frame)


def shuffled(cells: Cells, seed: int) -> Cells:
    return Cells(cells.sample(frac=1, random_state=seed).reset_index(drop=True))


edges = st.lists(st.integers(1, 99), min_size=0, max_size=6, unique=True).map(
    lambda inner: [0.0, *sorted(float(x) for x in inner), 100.0]
)
places = st.dictionaries(
    st.integers(0, 100).map(float), st.integers(0, 9).map(float), min_size=1, max_size=20
)


@given(edges, edges, st.none() | places)
def test_the_mapping_is_one_to_one(
    old: list[float], new: list[float], where: dict[float, float] | None
) -> None:
    found = match_cells(strips(old), strips(new, "n"), None if where is None else points(where))
    assert len(set(found.values())) == len(found)


@given(edges, st.none() | places)
def test_cells_that_stay_as_they_are_keep_their_codes(
    cut: list[float], where: dict[float, float] | None
) -> None:
    old, new = strips(cut), strips(cut, "n")
    found = match_cells(old, new, None if where is None else points(where))
    assert found == dict(zip(new["code"], old["code"], strict=True))


@given(edges, edges, st.none() | places, st.integers(0, 9))
def test_the_order_of_rows_does_not_matter(
    old: list[float], new: list[float], where: dict[float, float] | None, seed: int
) -> None:
    load = None if where is None else points(where)
    before, after = strips(old), strips(new, "n")
    assert match_cells(before, after, load) == match_cells(
        shuffled(before, seed), shuffled(after, seed), load
    )


def test_load_decides_and_not_area() -> None:
    old, new = strips([0, 50, 100]), strips([0, 20, 100], "n")
    assert match_cells(old, new) == {"nA-002": "A-002"}
    heavy_west = points({10: 100, 30: 10, 70: 50})
    assert match_cells(old, new, heavy_west) == {"nA-001": "A-001", "nA-002": "A-002"}


def test_exactly_half_is_not_more_than_half() -> None:
    assert match_cells(strips([0, 100]), strips([0, 50, 100], "n")) == {}
    assert match_cells(strips([0, 100]), strips([0, 50, 100], "n"), points({25: 5, 75: 5})) == {}


def test_cells_without_any_load_go_by_area() -> None:
    empty = points({10: 5})
    found = match_cells(strips([0, 20, 100]), strips([0, 20, 100], "n"), empty)
    assert found == {"nA-001": "A-001", "nA-002": "A-002"}


def test_a_cell_of_another_unit_never_lends_its_code() -> None:
    assert match_cells(strips([0, 100], parent="A"), strips([0, 100], "n", parent="B")) == {}


@pytest.mark.parametrize("side", ["old", "new"])
def test_without_cells_there_is_nothing_to_match(side: str) -> None:
    some = strips([0, 100])
    none = Cells(some.iloc[:0])
    assert match_cells(*((none, some) if side == "old" else (some, none))) == {}


def test_rounding_in_storage_changes_nothing() -> None:
    old = strips([0, 33, 66, 100])
    moved = old.assign(geometry=old.geometry.translate(*np.array([1e-9, -1e-9])))
    assert match_cells(old, Cells(moved), points({33: 1, 66: 1, 80: 1, 10: 1, 50: 1}))["A-003"] == "A-003"


def test_the_leaves_of_a_tree_take_the_names_of_their_cells() -> None:
    tree = UnitTree((0.0, 0.0), (PartTree(0, (), Cut(0.0, 5.0, 1.0, Leaf("a"), Leaf("b"))),))
    (part,) = rename_leaves(tree, {"a": "x"}).parts
    assert part.node == Cut(0.0, 5.0, 1.0, Leaf("x"), Leaf("b"))
