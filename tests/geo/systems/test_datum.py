"""GCJ-02 and BD-09: published vectors, the way back, and which datum points are in."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import box

from gridmap.geo.systems.datum import (
    Datum,
    bd09_to_gcj02,
    frame_to_wgs84,
    from_wgs84,
    gcj02_to_bd09,
    gcj02_to_wgs84,
    suggest_datum,
    to_wgs84,
    wgs84_to_gcj02,
)

# latitude, longitude of WGS 84, then of GCJ-02: the vectors of googollee/eviltransform
VECTORS = [
    (31.1774276, 121.5272106, 31.17530398364597, 121.531541859215),
    (22.543847, 113.912316, 22.540796131694766, 113.9171764808363),
    (39.911954, 116.377817, 39.91334545536069, 116.38404722455657),
]
VECTOR = 1e-6
ROUND_TRIP = 1e-9


def pair(lat: float, lon: float) -> tuple[np.ndarray, np.ndarray]:
    return np.array([lon]), np.array([lat])


@pytest.mark.parametrize(("lat", "lon", "gcj_lat", "gcj_lon"), VECTORS)
def test_gcj02_by_the_published_vectors(lat: float, lon: float, gcj_lat: float, gcj_lon: float) -> None:
    x, y = wgs84_to_gcj02(*pair(lat, lon))
    assert (x[0], y[0]) == pytest.approx((gcj_lon, gcj_lat), abs=VECTOR)
    x, y = gcj02_to_wgs84(*pair(gcj_lat, gcj_lon))
    assert (x[0], y[0]) == pytest.approx((lon, lat), abs=VECTOR)


def test_bd09_by_the_published_vector() -> None:
    x, y = gcj02_to_bd09(*pair(39.915, 116.404))
    assert (x[0], y[0]) == pytest.approx((116.41036949, 39.92133699), abs=VECTOR)
    x, y = bd09_to_gcj02(*pair(39.92133699, 116.41036949))
    assert (x[0], y[0]) == pytest.approx((116.404, 39.915), abs=VECTOR)


@given(lon=st.floats(73, 135), lat=st.floats(3, 54), datum=st.sampled_from([Datum.GCJ02, Datum.BD09]))
def test_there_and_back(lon: float, lat: float, datum: Datum) -> None:
    x, y = to_wgs84(datum, *from_wgs84(datum, *pair(lat, lon)))
    assert abs(x[0] - lon) <= ROUND_TRIP
    assert abs(y[0] - lat) <= ROUND_TRIP


@pytest.mark.parametrize("place", [(-71.06, 42.36), (0.0, 0.0), (139.7, 35.7), (116.0, -33.0), (71.9, 40.0)])
@pytest.mark.parametrize("datum", list(Datum))
def test_nothing_is_moved_outside_china(place: tuple[float, float], datum: Datum) -> None:
    lon, lat = np.array([place[0]]), np.array([place[1]])
    for shift in (from_wgs84, to_wgs84):
        x, y = shift(datum, lon, lat)
        assert (x[0], y[0]) == place


def test_arrays_may_mix_inside_and_outside_and_be_empty() -> None:
    lon, lat = np.array([116.4, -71.06]), np.array([39.9, 42.36])
    x, _ = wgs84_to_gcj02(lon, lat)
    assert x[1] == lon[1]
    assert 0.004 < x[0] - lon[0] < 0.008
    assert [part.size for part in gcj02_to_wgs84(np.empty(0), np.empty(0))] == [0, 0]


def test_a_frame_in_metres_comes_back_in_degrees() -> None:
    true = gpd.GeoSeries([box(116.8, 38.3, 116.81, 38.31)], crs="EPSG:4326")
    moved = true.transform(lambda xy: np.column_stack(from_wgs84(Datum.BD09, xy[:, 0], xy[:, 1])))
    frame = gpd.GeoDataFrame(geometry=moved).to_crs("EPSG:4548")
    back = frame_to_wgs84(frame, Datum.BD09)
    assert back.crs == "EPSG:4326"
    assert back.geometry.iloc[0].hausdorff_distance(true.iloc[0]) < VECTOR


class TestSuggestions:
    """Which datum puts the points into their own townships."""

    def units(self) -> gpd.GeoDataFrame:
        cells = [
            box(116.8 + i / 100, 38.3 + j / 100, 116.81 + i / 100, 38.31 + j / 100)
            for i in range(6)
            for j in range(6)
        ]
        return gpd.GeoDataFrame({"code": [f"{n:03d}" for n in range(36)]}, geometry=cells, crs="EPSG:4326")

    @pytest.mark.parametrize("datum", list(Datum))
    def test_the_true_one_comes_first(self, datum: Datum) -> None:
        units = self.units()
        random = np.random.default_rng(3)
        rows = random.integers(0, 36, 400)
        low = units.geometry.bounds.to_numpy()[rows, :2]
        lon, lat = from_wgs84(datum, *(low + 0.01 * random.random((400, 2))).T)
        points = gpd.GeoSeries(gpd.points_from_xy(lon, lat), crs="EPSG:4326")
        best, second, _ = suggest_datum(points, units["code"].iloc[rows].reset_index(drop=True), units)
        assert (best.datum, best.points) == (datum, 400)
        assert best.share == 1
        assert second.share < 0.7
        assert "100.0 % of 400 places" in str(best.why)

    def test_points_of_unknown_units_tell_nothing(self) -> None:
        points = gpd.GeoSeries(gpd.points_from_xy([116.8], [38.3]), crs="EPSG:4326")
        assert suggest_datum(points, pd.Series(["elsewhere"]), self.units()) == []
