"""One place in every system an office may have used: the right one is suggested, and lands on the place."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pyproj
import pytest
from shapely import box

from gridmap.geo.systems.datum import Datum, from_wgs84, to_wgs84
from gridmap.geo.systems.older_systems import OLDER_SYSTEMS, OlderSystem, twin_of
from gridmap.geo.systems.region import Region, on_chinas_land
from gridmap.geo.systems.suggestions import SWAPPED, doubt_of_crs, split_swapped, suggest_crs

LON, LAT = np.array([116.80, 116.95, 117.02]), np.array([38.28, 38.41, 38.35])
REGION = Region.of(gpd.GeoSeries([box(116.7, 38.2, 117.2, 38.5)], crs="EPSG:4326"))
GEOD = pyproj.Geod(ellps="WGS84")


def written(crs: str, lon: np.ndarray = LON, lat: np.ndarray = LAT) -> np.ndarray:
    """Coordinates of the place in a system, axes swapped where its name says so."""
    name, swapped = split_swapped(crs)
    xy = np.column_stack(pyproj.Transformer.from_crs("EPSG:4326", name, always_xy=True).transform(lon, lat))
    return xy[:, ::-1] if swapped else xy


def taken(xy: np.ndarray, crs: str) -> tuple[np.ndarray, np.ndarray]:
    """Where coordinates lie once a suggestion is taken."""
    name, swapped = split_swapped(crs)
    x, y = (xy[:, ::-1] if swapped else xy).T
    lon, lat = pyproj.Transformer.from_crs(name, "EPSG:4326", always_xy=True).transform(x, y)
    return lon, lat


SYSTEMS = {
    "degrees": "EPSG:4326",
    "3 degrees, prefix": "EPSG:4527",
    "3 degrees": "EPSG:4548",
    "6 degrees, prefix": "EPSG:4498",
    "web map": "EPSG:3857",
}


@pytest.mark.parametrize("crs", SYSTEMS.values(), ids=SYSTEMS)
@pytest.mark.parametrize("ending", ["", SWAPPED], ids=["", "swapped"])
def test_the_right_system_comes_first(crs: str, ending: str) -> None:
    xy = written(crs + ending)
    best = suggest_crs(xy, reference=REGION)[0]
    assert best.crs == crs + ending
    lon, lat = taken(xy, best.crs)
    assert np.max(GEOD.inv(lon, lat, LON, LAT)[2]) < 0.1
    assert (best.lon, best.lat) == pytest.approx((np.median(LON), np.median(LAT)), abs=1e-6)


@pytest.mark.parametrize("datum", [Datum.GCJ02, Datum.BD09])
@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:4527/swapped"])
def test_shifted_coordinates_land_once_the_datum_is_named(datum: Datum, crs: str) -> None:
    xy = written(crs, *from_wgs84(datum, LON, LAT))
    best = suggest_crs(xy, reference=REGION)[0]
    lon, lat = to_wgs84(datum, *taken(xy, best.crs))
    assert np.max(GEOD.inv(lon, lat, LON, LAT)[2]) < 0.1


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:4527", "EPSG:4498", "EPSG:4527/swapped", "EPSG:3857"])
def test_without_a_reference_the_numbers_alone_tell(crs: str) -> None:
    assert suggest_crs(written(crs))[0].crs == crs


@pytest.mark.parametrize("crs", ["EPSG:4548", "EPSG:4548/swapped"])
def test_zones_without_prefix_are_listed_for_a_person(crs: str) -> None:
    found = suggest_crs(written(crs))
    assert crs in [one.crs for one in found]
    assert len(found) > 5
    assert "117° E" in next(str(one.why) for one in found if one.crs == crs)


def test_data_far_off_the_meridian_is_of_a_six_degree_zone() -> None:
    lon = np.array([119.4, 119.6])
    xy = written("EPSG:4509", lon, np.array([38.3, 38.4]))
    region = Region.of(gpd.GeoSeries([box(119.2, 38.2, 119.8, 38.5)], crs="EPSG:4326"))
    assert suggest_crs(xy, reference=region)[0].crs == "EPSG:4509"


def test_swapped_degrees_of_a_place_outside_china() -> None:
    boston = Region.of(gpd.GeoSeries([box(-71.2, 42.2, -70.9, 42.5)], crs="EPSG:4326"))
    assert suggest_crs(np.array([[42.3, -71.0]]), reference=boston)[0].crs == "EPSG:4326/swapped"


def test_utm_where_the_region_is_known() -> None:
    boston = Region.of(gpd.GeoSeries([box(-71.2, 42.2, -70.9, 42.5)], crs="EPSG:4326"))
    xy = written("EPSG:32619", np.array([-71.0]), np.array([42.3]))
    assert suggest_crs(xy, reference=boston)[0].crs == "EPSG:32619"


def test_nothing_to_go_by() -> None:
    assert suggest_crs(np.empty((0, 2))) == []
    assert suggest_crs(np.array([[np.nan, 1.0], [0.0, 0.0]])) == []
    assert suggest_crs(np.array([[5e9, 7e9]])) == []


class TestDoubts:
    """When the system that a file names can hardly be right."""

    def doubt(self, xy: np.ndarray, crs: str, reference: Region | None = None) -> str:
        return str(doubt_of_crs(xy, pyproj.CRS(crs), reference=reference) or "")

    @pytest.mark.parametrize("crs", [*SYSTEMS.values(), "EPSG:4490", "EPSG:32650", "EPSG:2384"])
    def test_a_right_system_is_not_doubted(self, crs: str) -> None:
        assert not self.doubt(written(crs), crs)
        assert not self.doubt(written(crs), crs, REGION)

    def test_the_neighbouring_zone_puts_it_into_the_sea(self) -> None:
        assert "in the sea" in self.doubt(written("EPSG:4548"), "EPSG:4549")
        assert "38.35° N 119.9" in self.doubt(written("EPSG:4548"), "EPSG:4549")

    def test_another_zone_on_land_is_told_by_the_region_only(self) -> None:
        xy = written("EPSG:4548")
        assert not self.doubt(xy, "EPSG:4547")
        assert "km from the known region" in self.doubt(xy, "EPSG:4547", REGION)

    @pytest.mark.parametrize(
        ("given", "named"),
        [
            ("EPSG:4527", "EPSG:4548"),
            ("EPSG:4548", "EPSG:4527"),
            ("EPSG:4548/swapped", "EPSG:4548"),
            ("EPSG:4326", "EPSG:4548"),
            ("EPSG:4548", "EPSG:4326"),
            ("EPSG:4326/swapped", "EPSG:4326"),
            ("EPSG:3857", "EPSG:4548"),
        ],
    )
    def test_wrong_names_are_doubted_without_a_region(self, given: str, named: str) -> None:
        assert self.doubt(written(given), named)

    def test_swapped_degrees_of_boston_lie_where_nobody_lives(self) -> None:
        assert "nobody lives" in self.doubt(np.array([[42.3, -71.0]]), "EPSG:4326")


@pytest.mark.parametrize(
    "place",
    [
        (116.4, 39.9), (121.47, 31.23), (113.26, 23.13), (87.6, 43.8), (126.6, 45.8), (110.3, 20.0),
        (121.5, 25.0), (91.1, 29.7), (122.1, 37.4), (121.6, 38.95), (122.2, 30.0), (75.99, 39.47),
        (100.8, 22.0), (118.1, 24.5),
    ],
)  # fmt: skip
def test_cities_are_on_land(place: tuple[float, float]) -> None:
    assert on_chinas_land(*place)


@pytest.mark.parametrize("place", [(119.9, 38.4), (123.5, 34.0), (139.7, 35.7), (-71.0, 42.3), (105.8, 12.0)])
def test_seas_and_other_lands_are_not(place: tuple[float, float]) -> None:
    assert not on_chinas_land(*place)


class TestOlderSystems:
    """Beijing 1954 and Xi'an 1980: suggested where a name speaks for them, below the zone of CGCS2000."""

    @pytest.mark.parametrize(
        ("named", "crs", "older"),
        [
            ("村界_北京54.shp", "EPSG:4548", "EPSG:2436"),
            ("Beijing_1954_3_Degree_GK_Zone_39", "EPSG:4527", "EPSG:2415"),
            ("GCS_Beijing_1954", "EPSG:4498", "EPSG:21420"),
            ("西安80", "EPSG:4548/swapped", "EPSG:2384/swapped"),
            ("Xian_1980_3_Degree_GK_Zone_39", "EPSG:4527", "EPSG:2363"),
            ("xian80_cun.zip", "EPSG:4498", "EPSG:2334"),
        ],
    )
    def test_a_name_puts_one_right_below_its_twin(self, named: str, crs: str, older: str) -> None:
        found = suggest_crs(written(crs), reference=REGION, named=named)
        names = [one.crs for one in found]
        assert names[names.index(crs) + 1] == older
        assert len(found) <= 6
        one = found[names.index(older)]
        assert "50 to 120 m" in str(one.why)
        lon, lat = taken(written(crs), older)
        off = GEOD.inv(lon, lat, LON, LAT)[2]
        assert 1 < off.min() < off.max() < 150
        assert one.score < found[names.index(crs)].score

    @pytest.mark.parametrize(
        "named", ["", "villages.shp", "CGCS2000_3_Degree_GK_Zone_39", "xian_1981", "1954年北京路"]
    )
    def test_without_a_name_none_is_suggested(self, named: str) -> None:
        found = suggest_crs(written("EPSG:4527"), reference=REGION, named=named)
        assert not {"EPSG:2415", "EPSG:2363"} & {one.crs for one in found}

    @pytest.mark.parametrize("system", OLDER_SYSTEMS, ids=lambda system: system.title)
    def test_every_zone_has_its_twin_in_the_registry(self, system: OlderSystem) -> None:
        for code in (*range(4491, 4513), *range(4513, 4555)):
            ours, twin = pyproj.CRS.from_epsg(code), twin_of(f"EPSG:{code}", system)
            assert twin is not None
            older = pyproj.CRS(twin)
            assert system.title.replace("'", "") in older.name
            assert zone(older) == zone(ours)
        assert twin_of("EPSG:4490", system) is None
        assert twin_of("EPSG:32650", system) is None


def zone(crs: pyproj.CRS) -> tuple[float, float]:
    """The central meridian and the false easting."""
    assert crs.coordinate_operation is not None
    values = {one.name: float(one.value) for one in crs.coordinate_operation.params}
    return values["Longitude of natural origin"], values["False easting"]


def test_a_list_is_short_unless_nothing_tells_the_zone() -> None:
    assert len(suggest_crs(written("EPSG:4548"), reference=REGION)) <= 6
    assert len(suggest_crs(written("EPSG:4527"))) <= 6
    north_east = written("EPSG:4550", np.array([123.1, 123.2]), np.array([47.3, 47.4]))
    zones = [one.crs for one in suggest_crs(north_east)]
    assert len(zones) > 6
    assert {"EPSG:4547", "EPSG:4550", "EPSG:4551"} <= set(zones)
