"""Figures of a tessellation, each against a drawing whose figures can be counted by hand."""

import json

import geopandas as gpd
import pytest
import shapely
from shapely import Point, box

from gridmap.errors import InputError
from gridmap.geo.coverage.quality import check
from gridmap.geo.frames import Cells, Points, Units, check_cells, check_points, check_units

CRS = "EPSG:4547"
X, Y = 500_000, 4_000_000


def at(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    return box(X + west, Y + south, X + east, Y + north)


def cells_of(*rows: tuple[str, str, shapely.Geometry | None, float]) -> Cells:
    codes, parents, shapes, loads = zip(*rows, strict=True)
    frame = {"code": codes, "parent_code": parents, "households": loads}
    return check_cells(gpd.GeoDataFrame(frame, geometry=list(shapes), crs=CRS))


def units_of(**shapes: shapely.Geometry) -> Units:
    return check_units(gpd.GeoDataFrame({"code": list(shapes)}, geometry=list(shapes.values()), crs=CRS))


TWO = (("A-001", "A", at(0, 0, 10, 10), 400.0), ("A-002", "A", at(10, 0, 20, 10), 440.0))
A = at(0, 0, 20, 10)


def test_an_exact_tessellation_passes() -> None:
    quality = check(cells_of(*TWO), units_of(A=A))
    assert quality.passed
    assert (quality.cells, quality.units, quality.crs) == (2, 1, CRS)
    assert (quality.gap_m2, quality.overlap_m2, quality.outside_m2) == (0, 0, 0)
    assert quality.mean_abs_dev == pytest.approx(20 / 420)
    assert quality.max_abs_dev == pytest.approx(20 / 420)
    assert quality.compactness_mean == pytest.approx(3.14159265 / 4)
    assert (quality.in_range_share, quality.feasible_in_range_share) == (1, 1)
    assert json.loads(json.dumps(quality.to_json()))["passed"] is True


def test_a_gap_is_measured() -> None:
    quality = check(cells_of(TWO[0]), units_of(A=A))
    assert quality.gap_m2 == pytest.approx(100)
    assert not quality.passed


def test_without_units_gaps_are_unknown_not_0() -> None:
    quality = check(cells_of(*TWO))
    assert quality.gap_m2 is None
    assert quality.outside_m2 is None
    assert quality.passed


def test_an_overlap_is_measured_once() -> None:
    wide = ("A-002", "A", at(9, 0, 20, 10), 440.0)
    quality = check(cells_of(TWO[0], wide), units_of(A=A))
    assert quality.overlap_m2 == pytest.approx(10)
    assert not quality.valid_coverage
    assert quality.invalid_edges > 0
    assert not quality.passed


def test_a_cell_inside_another_is_an_overlap() -> None:
    inner = ("A-003", "A", at(2, 2, 4, 4), 1.0)
    quality = check(cells_of(*TWO, inner), units_of(A=A))
    assert quality.overlap_m2 == pytest.approx(4)
    assert not quality.passed


def test_one_cell_twice_is_an_overlap() -> None:
    again = ("A-003", "A", TWO[0][2], 1.0)
    assert check(cells_of(*TWO, again), units_of(A=A)).overlap_m2 == pytest.approx(100)


def test_area_in_another_unit_is_outside_there_and_a_gap_nowhere() -> None:
    over = ("A-002", "A", at(10, 0, 21, 10), 440.0)
    neighbour = ("B-001", "B", at(21, 0, 30, 10), 400.0)
    quality = check(cells_of(TWO[0], over, neighbour), units_of(A=A, B=at(20, 0, 30, 10)))
    assert quality.outside_m2 == pytest.approx(10)
    assert quality.gap_m2 == pytest.approx(0)
    assert not quality.passed


def test_unmatched_vertices_fail_though_areas_agree() -> None:
    halves = (("A-002", "A", at(10, 0, 20, 4), 200.0), ("A-003", "A", at(10, 4, 20, 10), 240.0))
    quality = check(cells_of(TWO[0], *halves), units_of(A=A))
    assert (quality.gap_m2, quality.overlap_m2, quality.outside_m2) == (0, 0, 0)
    assert not quality.valid_coverage
    assert not quality.passed


@pytest.mark.parametrize("with_units", [True, False])
def test_several_parts_count_in_units_of_one_part(with_units: bool) -> None:
    split = shapely.MultiPolygon([at(0, 0, 10, 10), at(20, 0, 30, 10)])
    rows = (("A-001", "A", split, 400.0), ("A-002", "A", at(10, 0, 20, 10), 400.0))
    quality = check(cells_of(*rows), units_of(A=at(0, 0, 30, 10)) if with_units else None)
    assert quality.multipart == 1
    assert not quality.passed


def test_several_parts_are_no_fault_in_a_unit_of_islands() -> None:
    islands = shapely.MultiPolygon([at(0, 0, 10, 10), at(20, 0, 30, 10)])
    quality = check(cells_of(("A-001", "A", islands, 400.0)), units_of(A=islands))
    assert quality.multipart == 0
    assert quality.passed


def test_empty_and_missing_cells_are_counted() -> None:
    rows = (*TWO, ("A-003", "A", shapely.Polygon(), 0.0), ("A-004", "A", None, 0.0))
    quality = check(cells_of(*rows), units_of(A=A))
    assert quality.empty == 2
    assert not quality.passed


def points_of(*rows: tuple[float, float, float]) -> Points:
    shapes = [Point(X + x, Y + y) for x, y, _ in rows]
    return check_points(gpd.GeoDataFrame({"weight": [w for *_, w in rows]}, geometry=shapes, crs=CRS))


def test_points_give_the_loads_and_a_border_point_the_smaller_code() -> None:
    quality = check(cells_of(*TWO), units_of(A=A), points_of((5, 5, 300), (10, 5, 100), (15, 5, 400)))
    assert quality.mean_abs_dev == pytest.approx(0)
    assert quality.points_without_cell == 0


def test_a_point_without_cell_fails() -> None:
    quality = check(cells_of(*TWO), units_of(A=A), points_of((5, 5, 400), (50, 5, 1)))
    assert quality.points_without_cell == 1
    assert not quality.passed


def test_a_weight_of_the_units_is_spread_by_area() -> None:
    units = check_units(gpd.GeoDataFrame({"code": ["A"], "POP": [900]}, geometry=[A], crs=CRS))
    quality = check(cells_of(*TWO), units, weight="POP")
    assert quality.mean_abs_dev == pytest.approx(0)
    assert quality.infeasible_units == ()


def test_feasibility_is_recomputed_and_never_fails_the_check() -> None:
    lonely = ("B-001", "B", at(20, 0, 30, 10), 100.0)
    cells = check_cells(cells_of(*TWO, lonely).assign(feasible=True))
    quality = check(cells, units_of(A=A, B=at(20, 0, 30, 10)))
    assert quality.infeasible_units == ("B",)
    assert quality.in_range_share == pytest.approx(2 / 3)
    assert quality.feasible_in_range_share == 1
    assert quality.passed


def test_degrees_are_not_measured_in() -> None:
    with pytest.raises(InputError, match="metres"):
        check(check_cells(cells_of(*TWO).to_crs("EPSG:4326")))
