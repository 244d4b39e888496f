"""The one metric system of a file."""

import geopandas as gpd
import pytest
from shapely import box

from gridmap.errors import MissingCrsError
from gridmap.geo.systems.crs import crs_text, metric_crs


def square(west: float, south: float, crs: str | None, side: float = 0.02) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=[box(west, south, west + side, south + side)], crs=crs)


@pytest.mark.parametrize(
    ("lon", "lat", "expected"),
    [
        (116.8, 38.3, "EPSG:4548"),
        (114.5, 36.6, "EPSG:4547"),
        (75.1, 39.5, "EPSG:4534"),
        (134.9, 48.3, "EPSG:4554"),
        (-71.1, 42.3, "EPSG:32619"),
        (151.2, -33.9, "EPSG:32756"),
    ],
)
def test_degrees_are_measured_in_the_zone_of_the_place(lon: float, lat: float, expected: str) -> None:
    assert crs_text(metric_crs(square(lon, lat, "EPSG:4326"))) == expected


def test_the_whole_file_decides_the_zone() -> None:
    both = gpd.GeoDataFrame(
        geometry=[box(115.0, 38, 115.4, 38.1), box(116.9, 38, 117.6, 38.1)], crs="EPSG:4490"
    )
    assert crs_text(metric_crs(both)) == "EPSG:4548"


@pytest.mark.parametrize("own", ["EPSG:4547", "EPSG:4526", "EPSG:32650", "EPSG:26986"])
def test_a_metric_system_of_the_files_own_is_kept(own: str) -> None:
    assert crs_text(metric_crs(square(500_000, 4_000_000, own, side=1000))) == own


@pytest.mark.parametrize("stretched", ["EPSG:3857", "EPSG:3395", "EPSG:3035", "EPSG:2249"])
def test_stretched_systems_laea_and_feet_are_not_measured_in(stretched: str) -> None:
    source = square(13.0, 52.0, "EPSG:4326") if stretched != "EPSG:2249" else square(-71.1, 42.3, "EPSG:4326")
    assert crs_text(metric_crs(source.to_crs(stretched))) in {"EPSG:32633", "EPSG:32619"}


def test_no_crs_is_refused() -> None:
    with pytest.raises(MissingCrsError):
        metric_crs(square(0, 0, None))
