"""Checks of frames: every fault is found, told with its place, and gathered with the others."""

from typing import Any

import geopandas as gpd
import pytest
from shapely import LineString, Point, Polygon, box

from gridmap.errors import FaultsError, MissingCrsError
from gridmap.geo.faults import parent_notes
from gridmap.geo.frames import check_cells, check_points, check_units, leaf_units

CRS = "EPSG:4547"
LEFT, RIGHT, FAR = box(0, 0, 1, 1), box(1, 0, 2, 1), box(2, 0, 3, 1)


def frame(*, crs: str | None = CRS, **columns: Any) -> gpd.GeoDataFrame:
    shapes = columns.pop("geometry", [LEFT, RIGHT, FAR])
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=crs)


def faults_of(**columns: Any) -> str:
    with pytest.raises(FaultsError) as refused:
        check_units(frame(**columns), source="u.gpkg")
    text = str(refused.value)
    assert text.startswith("u.gpkg: ")
    assert "\n" not in text
    return text


def test_units_get_their_columns_and_keep_the_rest() -> None:
    units = check_units(frame(code=["A", "B", "C"], colour=["red", "green", "blue"]))
    assert list(units["name"]) == ["A", "B", "C"]
    assert set(units["kind"]) == {"unit"}
    assert set(units["parent_code"]) == {""}
    assert list(units["colour"]) == ["red", "green", "blue"]


def test_the_callers_frame_is_left_alone() -> None:
    raw = frame(code=[1.0, 2.0, 3.0])
    check_units(raw)
    assert list(raw["code"]) == [1.0, 2.0, 3.0]
    assert "parent_code" not in raw


@pytest.mark.parametrize(
    ("given", "read"),
    [
        (130981100201.0, "130981100201"),
        ("130981100201.0", "130981100201"),
        (" 0401 ", "0401"),
        ("25017.10", "25017.10"),
        ("1400000US25025000100", "1400000US25025000100"),
    ],
)
def test_codes_are_text(given: object, read: str) -> None:
    assert check_units(frame(code=[given], geometry=[LEFT]))["code"].item() == read


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({"code": ["A", "A", "C"]}, "1 code is used more than once (A)"),
        ({"code": ["A", "", None]}, "2 rows have no code (rows 2, 3)"),
        ({"code": ["1.30981E+11", "B", "C"]}, "rounded by a spreadsheet"),
        ({"name": ["A", "B", "C"]}, "there is no column code (there are: name)"),
        ({"code": ["A", "B", "C"], "geometry": [LineString([(0, 0), (1, 1)])] * 3}, "there are no polygons"),
        ({"code": ["A", "B", "C"], "geometry": [LEFT, None, Point(0, 0)]}, "1 row has no geometry (row 2)"),
        ({"code": ["A", "B", "C"], "geometry": [LEFT, RIGHT, Point(0, 0)]}, "1 row is no polygon (row 3)"),
        ({"code": ["A", "B", "C"], "households": [1, -4, 2]}, "column households (2)"),
        ({"code": ["A", "B", "C"], "households": ["1", "many", "2"]}, "column households (2)"),
        ({"code": ["A", "B", "C"], "parent_code": ["A", "A", ""]}, "its own ancestor (A)"),
        ({"code": ["A", "B", "C"], "parent_code": ["B", "A", ""]}, "their own ancestors (A, B)"),
    ],
)
def test_faults_are_told_with_their_place(columns: dict[str, Any], told: str) -> None:
    assert told in faults_of(**columns)


def test_invalid_polygons_are_named_with_the_reason() -> None:
    bow = Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    told = faults_of(code=["A", "B", "C"], geometry=[LEFT, RIGHT, bow])
    assert "1 polygon is not valid (C: Self-intersection" in told


def test_all_faults_are_gathered() -> None:
    with pytest.raises(FaultsError) as refused:
        check_units(frame(code=["A", "A", ""], geometry=[LEFT, None, FAR]))
    assert len(refused.value.faults) == 3


def test_many_places_are_counted_not_listed() -> None:
    raw = gpd.GeoDataFrame({"code": [""] * 9}, geometry=[LEFT] * 9, crs=CRS)
    with pytest.raises(FaultsError, match=r"9 rows have no code \(rows 1, 2, 3, 4, 5, …\)"):
        check_units(raw)


def test_no_crs_is_refused_with_the_option_that_names_it() -> None:
    with pytest.raises(MissingCrsError, match="--crs"):
        check_units(frame(code=["A", "B", "C"], crs=None))


class TestParents:
    """A parent code that names nothing is a fault only where the parents' level is in the file."""

    def test_the_level_is_in_the_file(self) -> None:
        told = faults_of(code=["T", "A", "B"], parent_code=["", "T", "X"])
        assert "1 parent code names no unit (B → X)" in told

    def test_the_level_is_not_in_the_file(self) -> None:
        units = check_units(frame(code=["A", "B", "C"], parent_code=["X", "X", "Y"]))
        assert "3 units have parents that are not in the file" in str(parent_notes(units)[0])

    def test_the_parents_own_parent_may_be_elsewhere(self) -> None:
        units = check_units(frame(code=["T", "A", "B"], parent_code=["county", "T", "T"]))
        assert "(T → county)" in str(parent_notes(units)[0])

    def test_twelve_digits_tell_the_level_of_a_township_without_villages(self) -> None:
        codes = ["130981100000", "130981101000", "130981100201"]
        parents = ["130981000000", "130981000000", "130981100000"]
        units = check_units(frame(code=codes, parent_code=parents))
        assert len(parent_notes(units)) == 1

    def test_a_level_column_tells_the_level(self) -> None:
        told = faults_of(
            code=["T", "A", "B"], parent_code=["", "T", "X"], level=["town", "village", "village"]
        )
        assert "B → X" in told


def test_leaf_units_have_no_children() -> None:
    units = check_units(frame(code=["T", "A", "B"], parent_code=["", "T", "T"]))
    assert list(leaf_units(units)["code"]) == ["A", "B"]


def test_points_count_one_unless_weighted() -> None:
    points = check_points(gpd.GeoDataFrame(geometry=[Point(0, 0), Point(1, 1)], crs=CRS))
    assert list(points["weight"]) == [1.0, 1.0]


@pytest.mark.parametrize("weight", [-1, float("nan"), "x", float("inf")])
def test_a_weight_is_a_number_from_0_up(weight: object) -> None:
    raw = gpd.GeoDataFrame({"weight": [1, weight]}, geometry=[Point(0, 0), Point(1, 1)], crs=CRS)
    with pytest.raises(FaultsError, match=r"no weight from 0 up \(row 2\)"):
        check_points(raw)


def test_points_must_be_points() -> None:
    raw = frame(geometry=[LEFT, None, Point(0, 0)])
    with pytest.raises(FaultsError, match=r"no geometry \(row 2\).*no point \(row 1\)"):
        check_points(raw)


def test_cells_need_a_parent() -> None:
    with pytest.raises(FaultsError, match=r"1 row has no parent code \(row 2\)"):
        check_cells(frame(code=["A", "B", "C"], parent_code=["U", None, "U"]))
