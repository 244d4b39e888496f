"""Boundaries of 506 real tracts, spoilt in known ways, and mended."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.geo.coverage.exactness import overlaps
from gridmap.geo.coverage.repair import DefectKind, Repaired, repair
from gridmap.geo.coverage.topology import Geometries, clean_coverage, coverage_is_valid, part_counts
from tests.paths import BOSTON

CRS = "EPSG:32619"


@cache
def tracts() -> Geometries:
    """The tracts as an exact coverage."""
    return clean_coverage(gpd.read_file(BOSTON).to_crs(CRS).geometry.to_numpy())


def spoilt(shapes: Geometries) -> gpd.GeoDataFrame:
    codes = [f"T{number:03d}" for number in range(len(shapes))]
    return gpd.GeoDataFrame({"code": codes, "parent_code": ""}, geometry=list(shapes), crs=CRS)


def mended(shapes: Geometries) -> tuple[Repaired, Geometries]:
    repaired = repair(spoilt(shapes))
    result = np.asarray(repaired.units.geometry.to_numpy(), dtype=object)
    assert coverage_is_valid(result)
    codes = repaired.units["code"].to_numpy(dtype=object)
    assert overlaps(result, codes)[0] == 0
    return repaired, result


def likeness(shapes: Geometries) -> np.ndarray:
    """Intersection over union of each tract with the clean original."""
    common = shapely.area(shapely.intersection(shapes, tracts()))
    return np.asarray(common / shapely.area(shapely.union(shapes, tracts())))


def listed(repaired: Repaired, kind: DefectKind) -> gpd.GeoDataFrame:
    return repaired.defects[repaired.defects["kind"] == kind]


def shaken(metres: float) -> Geometries:
    """Every tract's vertices moved on their own, as if each had been drawn anew."""
    random = np.random.default_rng(1)

    def redrawn(polygon: shapely.Polygon) -> shapely.Polygon:
        rings = [shapely.get_coordinates(ring)[:-1] for ring in (polygon.exterior, *polygon.interiors)]
        outer, *holes = [ring + random.normal(0, metres, ring.shape) for ring in rings]
        return shapely.Polygon(outer, holes)

    return np.array([redrawn(tract) for tract in tracts()], dtype=object)


SPOILT: dict[str, Callable[[], Geometries]] = {
    "vertex noise of 0.3 m": lambda: shaken(0.3),
    "vertex noise of 1 m": lambda: shaken(1),
    "vertex noise of 5 m": lambda: shaken(5),
    "borders simplified apart by 5 m": lambda: shapely.simplify(tracts(), 5),
    "borders simplified apart by 20 m": lambda: shapely.simplify(tracts(), 20),
}


@pytest.mark.parametrize("name", SPOILT)
def test_spoilt_borders_meet_again_near_where_they_were(name: str) -> None:
    repaired, result = mended(SPOILT[name]())
    assert likeness(result).mean() >= 0.98
    assert (part_counts(result) == part_counts(tracts())).all()
    assert listed(repaired, DefectKind.EMPTIED).empty
    assert len(listed(repaired, DefectKind.OVERLAP)) > 50


def test_what_is_exact_stays_as_it_is() -> None:
    repaired, result = mended(tracts())
    assert all(a.equals_exact(b, 0, normalize=True) for a, b in zip(result, tracts(), strict=True))
    assert set(repaired.defects["kind"]) <= {DefectKind.UNFILLED}


def test_overlaps_of_thirty_metres_are_divided_and_listed() -> None:
    shapes = tracts().copy()
    for tract in (10, 100):
        shapes[tract] = shapely.buffer(shapes[tract], 30)
    repaired, result = mended(shapes)
    assert likeness(result).mean() >= 0.98
    found = listed(repaired, DefectKind.OVERLAP)
    assert all("T010" in codes or "T100" in codes for codes in found["codes"])
    assert found["area_m2"].sum() > 1000
    assert (found.geometry.area > 0).all()


def test_duplicates_are_listed_and_their_land_kept_once() -> None:
    shapes = np.append(tracts(), tracts()[2])
    repaired, result = mended(shapes)
    (double,) = listed(repaired, DefectKind.DUPLICATE)["codes"]
    assert double == "T506 T002"
    assert part_counts(result)[-1] == 0
    assert likeness(result[:-1]).min() > 1 - 1e-9


def test_bow_ties_are_listed_with_their_place() -> None:
    shapes = tracts().copy()
    corners = shapely.get_coordinates(shapes[20])
    corners[[3, 4]] = corners[[4, 3]]
    shapes[20] = shapely.Polygon(corners)
    assert not shapes[20].is_valid
    repaired, result = mended(shapes)
    assert listed(repaired, DefectKind.INVALID)["codes"].tolist() == ["T020"]
    assert likeness(result).mean() >= 0.98
    assert np.delete(likeness(result), 20).min() > 0.9


@pytest.mark.parametrize("noise", [1, 5])
def test_everything_at_once_is_mended_and_listed(noise: float) -> None:
    """Noise on every vertex, a bow-tie, overlaps of 30 m, a duplicate, and a tract that shrank by 100 m."""
    shapes = shaken(noise)
    corners = shapely.get_coordinates(tracts()[20])
    corners[[3, 4]] = corners[[4, 3]]
    shapes[20] = shapely.Polygon(corners)
    for tract in (10, 100):
        shapes[tract] = shapely.buffer(shapes[tract], 30)
    outside = shapely.boundary(shapely.union_all(tracts()))
    inner = int(np.flatnonzero(shapely.disjoint(tracts(), outside) & (shapely.area(tracts()) > 1e6))[0])
    shapes[inner] = shapely.buffer(shapes[inner], -100)
    repaired, result = mended(np.append(shapes, shapes[2]))
    assert likeness(result[:-1]).mean() >= 0.98
    assert listed(repaired, DefectKind.DUPLICATE)["codes"].tolist() == ["T506 T002"]
    assert "T020" in set(listed(repaired, DefectKind.INVALID)["codes"])
    overlapping = " ".join(listed(repaired, DefectKind.OVERLAP)["codes"])
    assert "T010" in overlapping
    assert "T100" in overlapping
    unfilled = listed(repaired, DefectKind.UNFILLED)
    lost = shapely.area(shapely.difference(tracts()[inner], shapely.union_all(result)))
    assert shapely.intersects(unfilled.geometry.to_numpy(), tracts()[inner]).any()
    assert unfilled["area_m2"].sum() >= 0.9 * lost > 0
    emptied = set(listed(repaired, DefectKind.EMPTIED)["codes"])
    gone = {
        code for code, count in zip(repaired.units["code"], part_counts(result), strict=True) if not count
    }
    assert gone - {"T506"} <= emptied


def test_wide_gaps_stay_and_are_listed() -> None:
    shapes = tracts().copy()
    outside = shapely.boundary(shapely.union_all(shapes))
    inner = int(np.flatnonzero(shapely.disjoint(shapes, outside))[0])
    shapes[inner] = shapely.buffer(shapes[inner], -100)
    repaired, result = mended(shapes)
    unfilled = listed(repaired, DefectKind.UNFILLED)
    assert not unfilled["mended"].any()
    missing = shapely.area(tracts()[inner]) - shapely.area(result[inner])
    assert np.isclose(unfilled["area_m2"], missing, rtol=1e-6).any()


def test_a_unit_inside_another_is_emptied_and_listed() -> None:
    shapes = np.append(tracts(), shapely.buffer(shapely.point_on_surface(tracts()[5]), 1))
    repaired = repair(spoilt(shapes), snap=10)
    gone = listed(repaired, DefectKind.EMPTIED)
    left = part_counts(np.asarray(repaired.units.geometry.to_numpy(), dtype=object))[-1]
    assert gone["codes"].tolist() == ([] if left else ["T506"])
    assert left == 0 or listed(repaired, DefectKind.OVERLAP)["codes"].str.contains("T506").any()


def test_upper_units_are_made_of_those_inside_them() -> None:
    quarters = [shapely.box(x, 0, x + 100, 100) for x in (0, 100.4, 200)]
    town = shapely.box(0, 0, 310, 100)
    frame = gpd.GeoDataFrame(
        {"code": ["A", "B", "C", "town"], "parent_code": ["town", "town", "town", ""]},
        geometry=[*quarters, town],
        crs=CRS,
    )
    repaired = repair(frame, snap=0.5, gap_width=1)
    *parts, whole = repaired.units.geometry
    assert shapely.area(whole) == pytest.approx(float(shapely.area(parts).sum()))
    assert coverage_is_valid(np.array(parts, dtype=object))
    assert listed(repaired, DefectKind.REDRAWN)["codes"].tolist() == ["town"]


@settings(max_examples=20)
@given(seed=st.integers(0, 10_000), noise=st.sampled_from([0.01, 0.5, 3.0]))
def test_every_unit_is_there_or_listed(seed: int, noise: float) -> None:
    random = np.random.default_rng(seed)
    boxes = [shapely.box(x, y, x + 100, y + 100) for x in range(0, 400, 100) for y in range(0, 300, 100)]
    drawn = np.array(
        [
            shapely.Polygon(shapely.get_coordinates(box)[:-1] + random.normal(0, noise, (4, 2)))
            for box in boxes
        ],
        dtype=object,
    )
    repaired, result = mended(drawn)
    emptied = set(listed(repaired, DefectKind.EMPTIED)["codes"])
    assert {
        code for code, count in zip(repaired.units["code"], part_counts(result), strict=True) if not count
    } == emptied
    assert shapely.area(shapely.union_all(result)) == pytest.approx(120_000, rel=0.2)
