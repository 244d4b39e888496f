"""One spot on the ground, written in every system that an office may have, through every way in.

Prefixed and unprefixed, 3° and 6°, swapped, degrees, GCJ-02 and BD-09; boundaries, points of a vector file,
points of a table, and a table that is brought into a workspace.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely

from gridmap.geo.systems.datum import Datum, from_wgs84
from gridmap.read.files.answers import FileAnswers
from gridmap.read.vectors.points import read_points
from gridmap.store.placing import stored_rows
from gridmap.store.repository import Workspace
from tests.office.office_county import brought_in, ground, office_county, run, xlsx
from tests.read.drawn_files import write_gpkg, write_shapefile, zipped

SPOT: Final = (117.0113, 38.0077)
"""In 东李村 of the drawn county."""
METRES: Final = 0.1
DEGREES: Final = 1e-6
WRITTEN: Final = {
    "degrees": ("EPSG:4326", Datum.WGS84),
    "degrees of CGCS2000": ("EPSG:4490", Datum.WGS84),
    "latitude first": ("EPSG:4326/swapped", Datum.WGS84),
    "3 degrees, prefixed": ("EPSG:4527", Datum.WGS84),
    "3 degrees, unprefixed": ("EPSG:4548", Datum.WGS84),
    "3 degrees, prefixed, swapped": ("EPSG:4527/swapped", Datum.WGS84),
    "3 degrees, unprefixed, swapped": ("EPSG:4548/swapped", Datum.WGS84),
    "6 degrees, prefixed": ("EPSG:4498", Datum.WGS84),
    "6 degrees, unprefixed": ("EPSG:4509", Datum.WGS84),
    "6 degrees, prefixed, swapped": ("EPSG:4498/swapped", Datum.WGS84),
    "Web Mercator": ("EPSG:3857", Datum.WGS84),
    "GCJ-02": ("EPSG:4326", Datum.GCJ02),
    "BD-09": ("EPSG:4326", Datum.BD09),
}
"""The system and the datum of each way of writing."""


def shown(shapes: Any, crs: str, datum: Datum) -> Any:
    """Shapes in WGS 84 as they are written in a system and a datum."""
    moved = shapely.transform(shapes, lambda xy: np.column_stack(from_wgs84(datum, xy[:, 0], xy[:, 1])))
    name, _, swapped = crs.partition("/")
    placed = gpd.GeoSeries(np.atleast_1d(moved), crs="EPSG:4326").to_crs(name).to_numpy()
    return shapely.transform(placed, lambda xy: xy[:, ::-1]) if swapped else placed


def boundaries(folder: Path, county: Workspace, crs: str, datum: Datum) -> tuple[float, float]:
    """A triangle whose corner is the spot, by `gridmap clean`, from a shapefile without a system."""
    lon, lat = SPOT
    triangle = shapely.Polygon([SPOT, (lon + 0.01, lat), (lon, lat + 0.01)])
    frame = gpd.GeoDataFrame({"code": ["990101100201"]}, geometry=shown(triangle, crs, datum))
    file = zipped(write_shapefile(folder / "u.shp", frame), folder / "u.zip")
    options = ("--crs", crs, "--datum", datum.value, "--out", folder / "o.gpkg")
    result = run("clean", file, *options)
    assert result.exit_code == 0, result.output
    made = gpd.read_file(folder / "o.gpkg", layer="units").to_crs("EPSG:4326").geometry.iloc[0]
    corners = shapely.get_coordinates(made)
    nearest = corners[np.hypot(*(corners - SPOT).T).argmin()]
    return float(nearest[0]), float(nearest[1])


def points_of_a_layer(folder: Path, county: Workspace, crs: str, datum: Datum) -> tuple[float, float]:
    """The spot as a point of a shapefile, as `gridmap split --points` reads it."""
    frame = gpd.GeoDataFrame({"households": [1]}, geometry=shown(shapely.Point(SPOT), crs, datum))
    frame.to_file(folder / "p.shp")
    file = zipped(folder / "p.shp", folder / "p.zip")
    return _split(folder, file, crs, datum)


def points_of_a_table(folder: Path, county: Workspace, crs: str, datum: Datum) -> tuple[float, float]:
    """The spot in two columns of a CSV file, as `gridmap split --points` reads it."""
    (point,) = shown(shapely.Point(SPOT), crs, datum)
    file = folder / "p.csv"
    file.write_text(f"lon,lat,households\n{point.x!r},{point.y!r},1\n", encoding="utf-8")
    return _split(folder, file, crs, datum)


def _split(folder: Path, points: Path, crs: str, datum: Datum) -> tuple[float, float]:
    square = gpd.GeoDataFrame({"code": ["990101100201"]}, geometry=[ground(0)], crs="EPSG:4326")
    units = write_gpkg(folder / "units.gpkg", square)
    said = ("--points", points, "--points-crs", crs, "--points-datum", datum.value)
    sizes = ("--target", 1, "--min", 1, "--max", 1, "--weight", "households")
    result = run("split", units, "--out", folder / "c.gpkg", *said, *sizes, "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["points_outside"] == 0
    places = read_points(points, FileAnswers(crs=crs, datum=datum)).points.to_crs("EPSG:4326").geometry
    return float(places.x.iloc[0]), float(places.y.iloc[0])


def checkpoints_of_a_table(folder: Path, county: Workspace, crs: str, datum: Datum) -> tuple[float, float]:
    """The spot in two columns of a workbook that `gridmap import` brings in."""
    (point,) = shown(shapely.Point(SPOT), crs, datum)
    rows = [["卡口名称", "乡镇", "村", "经度", "纬度"], ["桥头", "寺门村镇", "东李村", point.x, point.y]]
    brought_in(county, "checkpoints", xlsx(folder / "k.xlsx", rows), "--crs", crs, "--datum", datum.value)
    return _stored(county)


def checkpoints_of_a_layer(folder: Path, county: Workspace, crs: str, datum: Datum) -> tuple[float, float]:
    """The spot as a feature of a FlatGeobuf file that `gridmap import` brings in."""
    columns = {"卡口名称": ["桥头"], "乡镇": ["寺门村镇"], "村": ["东李村"]}
    frame = gpd.GeoDataFrame(columns, geometry=shown(shapely.Point(SPOT), crs, datum))
    frame.to_file(folder / "k.fgb", driver="FlatGeobuf")
    brought_in(county, "checkpoints", folder / "k.fgb", "--crs", crs, "--datum", datum.value)
    return _stored(county)


def _stored(county: Workspace) -> tuple[float, float]:
    (gate,) = stored_rows(county, "checkpoints")
    return gate["geom"].x, gate["geom"].y


WAYS: Final[tuple[Callable[[Path, Workspace, str, Datum], tuple[float, float]], ...]] = (
    boundaries,
    points_of_a_layer,
    points_of_a_table,
    checkpoints_of_a_table,
    checkpoints_of_a_layer,
)


TOLD_APART: Final = (
    "EPSG:4326",
    "EPSG:4326/swapped",
    "EPSG:4527",
    "EPSG:4527/swapped",
    "EPSG:4498",
    "EPSG:4498/swapped",
)
"""What numbers alone tell in mainland China, without anything to compare with."""


@pytest.mark.parametrize("crs", TOLD_APART)
@pytest.mark.filterwarnings("ignore:'crs' was not provided")  # which is what is tested
def test_what_the_numbers_alone_tell(crs: str, tmp_path: Path) -> None:
    columns = {"code": ["990101100201"]}
    frame = gpd.GeoDataFrame(columns, geometry=shown(ground(0), crs, Datum.WGS84))
    file = zipped(write_shapefile(tmp_path / "u.shp", frame), tmp_path / "u.zip")
    (layer,) = json.loads(run("inspect", file, "--json").stdout)["layers"]
    assert (layer["crs"], layer["sure"]) == (None, False)
    assert layer["crs_suggestions"][0]["crs"].replace("4490", "4326") == crs
    refusal = run("clean", file, "--out", tmp_path / "o.gpkg")
    assert refusal.exit_code == 2
    assert crs in refusal.stderr.replace("4490", "4326")


@pytest.mark.parametrize(
    ("west", "south", "metric"), [(117.0, 38.0, "EPSG:4548"), (-71.1, 42.3, "EPSG:32619")]
)
def test_areas_are_true(west: float, south: float, metric: str, tmp_path: Path) -> None:
    """Measured in the zone of the file, not in Web Mercator, where they are 1.6 times as large at 38° N."""
    box = shapely.box(west, south, west + 0.01, south + 0.01)
    columns = {"code": ["990101100201"], "households": [400]}
    frame = gpd.GeoDataFrame(columns, geometry=[box], crs="EPSG:4326")
    units, out = write_gpkg(tmp_path / "u.gpkg", frame), tmp_path / "c.gpkg"
    result = run("split", units, "--out", out, "--method", "square", "--edge", 5000, "--json")
    assert result.exit_code == 0, result.output
    cells = gpd.read_file(out, layer="cells")
    ellipsoid = abs(pyproj.Geod(ellps="GRS80").geometry_area_perimeter(box)[0])
    assert cells["area_m2"].sum() == pytest.approx(ellipsoid, rel=1e-3)
    assert json.loads(run("check", out, "--units", units, "--json").stdout)["crs"] == metric


@pytest.mark.parametrize("datum", ["gcj02", "bd09"])
def test_datums_of_china_are_identity_elsewhere(datum: str, tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame({"code": ["A"]}, geometry=[shapely.box(-71.1, 42.3, -71, 42.4)], crs="EPSG:4326")
    file, out = write_gpkg(tmp_path / "u.gpkg", frame), tmp_path / "o.gpkg"
    assert run("clean", file, "--datum", datum, "--out", out).exit_code == 0
    made = gpd.read_file(out, layer="units").to_crs("EPSG:4326").geometry
    assert shapely.hausdorff_distance(made.iloc[0], frame.geometry.iloc[0]) < 1e-9


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
@pytest.mark.parametrize(("crs", "datum"), WRITTEN.values(), ids=WRITTEN)
@pytest.mark.filterwarnings("ignore:'crs' was not provided")  # which is what is tested
def test_one_spot(
    way: Callable[[Path, Workspace, str, Datum], tuple[float, float]], crs: str, datum: Datum, tmp_path: Path
) -> None:
    found = way(tmp_path, office_county(tmp_path), crs, datum)
    assert found == pytest.approx(SPOT, abs=DEGREES)
    spots = [shapely.Point(found), shapely.Point(SPOT)]
    places = gpd.GeoSeries(spots, crs="EPSG:4326").to_crs("EPSG:4548")
    assert places.iloc[0].distance(places.iloc[1]) < METRES
