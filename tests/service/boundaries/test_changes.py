"""Units brought in again beside those that are here: what changes, what is refused, what is left alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely
import shapely.affinity
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Polygon, box

from gridmap.model.changes import RowState
from gridmap.model.places import UnitKind
from gridmap.service.boundaries.changes import UnitsComparison, compare_units, refused_units, same_borders

METRIC = pyproj.CRS("EPSG:4548")
SIDE = 0.01


def squares(count: int = 3, **columns: Sequence[Any]) -> gpd.GeoDataFrame:
    """Squares of 0.01 degrees side by side, A, B, C and so on, as rows of the table."""
    codes = [chr(ord("A") + i) for i in range(count)]
    facts = {
        "code": codes,
        "name": [f"{code} village" for code in codes],
        "kind": UnitKind.UNIT.value,
        "parent_code": "",
        "households": 400.0,
        "population": np.nan,
    }
    shapes = [box(116.5 + SIDE * i, 38, 116.5 + SIDE * (i + 1), 38 + SIDE) for i in range(count)]
    return gpd.GeoDataFrame({**facts, **columns}, geometry=shapes, crs="EPSG:4326")


def of_codes(frame: gpd.GeoDataFrame, codes: set[str]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(frame[frame["code"].isin(codes)])


def compared(
    before: gpd.GeoDataFrame, after: gpd.GeoDataFrame, codes: str = "ABC", cut: str = ""
) -> UnitsComparison:
    return compare_units(before, after, list(codes), METRIC, cut=list(cut))


def with_shape(frame: gpd.GeoDataFrame, shape: Polygon) -> gpd.GeoDataFrame:
    """The squares with another shape of the last one."""
    return frame.set_geometry([*frame.geometry[:-1], shape], crs="EPSG:4326")


def test_facts_are_told_as_old_and_new() -> None:
    after = squares(name=["A village", "Bhof", "C village"], households=[400.0, 400.0, 512.5])
    found = compared(squares(), after)
    assert found.counts == {
        RowState.ADDED: 0,
        RowState.CHANGED: 2,
        RowState.UNCHANGED: 1,
        RowState.REFUSED: 0,
    }
    assert [[str(what) for what in one.what] for one in found.of(RowState.CHANGED)] == [
        ["name B village → Bhof"],
        ["households 400 → 512.5"],
    ]


def test_a_moved_shape_is_told_by_its_area_and_overlap() -> None:
    wider = box(116.52, 38, 116.535, 38.01)  # half as wide again
    (one,) = compared(squares(), with_shape(squares(), wider)).of(RowState.CHANGED)
    half = gpd.GeoSeries([box(116.53, 38, 116.535, 38.01)], crs="EPSG:4326").to_crs(METRIC).area[0]
    assert one.moved_m2 == pytest.approx(half, rel=1e-4)  # edges are straight in degrees or in metres
    assert one.overlap == pytest.approx(2 / 3, rel=1e-4)
    assert [str(what) for what in one.what] == [f"shape moved by {round(one.moved_m2):,} m² (overlap 66.6 %)"]


def test_a_unit_that_is_new_and_those_not_in_the_file() -> None:
    found = compared(squares(2), squares(3), codes="C")
    assert [one.code for one in found.of(RowState.ADDED)] == ["C"]
    assert found.not_in_file == (("A", "A village"), ("B", "B village"))


def test_a_unit_with_cells_keeps_its_border_and_gets_none_below() -> None:
    after = with_shape(squares(parent_code=["", "A", ""]), box(116.52, 38, 116.535, 38.01))
    found = compared(squares(), after, cut="ABC", codes="BC")
    refused = {one.code: str(one.reason) for one in found.of(RowState.REFUSED)}
    assert refused == {
        "A": "it has cells and would get units below it",  # though the file does not name it
        "C": "it has cells, which would not fit another border",
    }
    assert refused_units(squares(), after, cut=[]) == {}
    assert found.not_in_file == ()


@pytest.mark.parametrize(
    "write",
    [
        lambda shape: shapely.MultiPolygon([shape]),
        shapely.reverse,
        lambda shape: Polygon([*shape.exterior.coords[2:], *shape.exterior.coords[1:3]]),
        lambda shape: shapely.transform(shape, lambda xy: xy + 3e-10),
    ],
)
def test_the_same_border_written_otherwise(write: Callable[[Any], Any]) -> None:
    after = squares()
    after = after.set_geometry([write(shape) for shape in after.geometry], crs="EPSG:4326")
    assert compared(squares(), after, cut="ABC").counts[RowState.UNCHANGED] == 3


@settings(max_examples=60)
@given(
    names=st.lists(st.sampled_from(["", "x", "y"]), min_size=3, max_size=3),
    shifts=st.lists(st.sampled_from([0.0, 1e-11, 1e-4, 5e-3]), min_size=3, max_size=3),
    given_codes=st.sets(st.sampled_from("ABC")),
    present=st.sets(st.sampled_from("ABC")),
    cut=st.sets(st.sampled_from("ABC")),
)
def test_every_unit_has_one_outcome(
    names: list[str], shifts: list[float], given_codes: set[str], present: set[str], cut: set[str]
) -> None:
    before = of_codes(squares(), present)
    whole = squares(name=[f"{code} village{name}" for code, name in zip("ABC", names, strict=True)])
    shapes = [
        shapely.affinity.translate(shape, by, by) for shape, by in zip(whole.geometry, shifts, strict=True)
    ]
    fresh = of_codes(whole.set_geometry(shapes, crs="EPSG:4326"), given_codes)
    kept = of_codes(before, present - given_codes)
    joined = gpd.GeoDataFrame(
        {name: [*kept[name], *fresh[name]] for name in before.columns}, geometry="geometry", crs="EPSG:4326"
    )
    found = compare_units(before, joined, given_codes, METRIC, cut=cut & present)
    assert {one.code for one in found.units} == given_codes
    assert {code for code, _ in found.not_in_file} == present - given_codes
    for one in found.units:
        at = "ABC".index(one.code)
        moved = shifts[at] > 1e-9
        if one.code not in present:
            assert one.state is RowState.ADDED
        elif one.code in cut and moved:
            assert one.state is RowState.REFUSED
        else:
            assert one.state is (RowState.CHANGED if names[at] or moved else RowState.UNCHANGED)
        assert (one.moved_m2 > 0) == (moved and one.code in present)
        assert 0 <= one.overlap <= 1


def test_corners_that_are_more_or_fewer_are_another_border() -> None:
    square = box(0, 0, 1, 1)
    finer = Polygon([(0, 0), (0.5, 0), (1, 0), (1, 1), (0, 1)])
    one, other = np.array([square], dtype=object), np.array([finer], dtype=object)
    assert not same_borders(one, other)[0]
