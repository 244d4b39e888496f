"""Points as offices have them: one spot on the ground, however it is written, by `split` and `clean`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from click.testing import CliRunner, Result

from gridmap.cli import main
from gridmap.geo.systems.datum import Datum, from_wgs84
from gridmap.read.files.answers import FileAnswers
from gridmap.read.vectors.points import read_points
from tests.read.drawn_files import squares, write_gpkg, write_shapefile, zipped

SPOT = (116.8051, 38.3049)
SYSTEMS = {
    "3 degrees with the zone": "EPSG:4527",
    "3 degrees without the zone": "EPSG:4548",
    "6 degrees with the zone": "EPSG:4498",
    "6 degrees without the zone": "EPSG:4509",
    "3 degrees, swapped": "EPSG:4527/swapped",
    "without the zone, swapped": "EPSG:4548/swapped",
    "degrees, swapped": "EPSG:4326/swapped",
}
SHIFTS = [Datum.WGS84, Datum.GCJ02, Datum.BD09]
PUBLISHED = [
    (Datum.GCJ02, (121.53154186, 31.17530398), (121.5272106, 31.1774276)),
    (Datum.BD09, (116.41036949, 39.92133699), None),
]
"""As published, longitude before latitude; the second is of GCJ-02, 116.404, 39.915."""
TENTH_OF_A_METRE = 0.1
VECTOR = 1e-6


def run(*arguments: object) -> Result:
    return CliRunner(env={"LC_ALL": "C"}).invoke(main, [str(argument) for argument in arguments])


def written(crs: str) -> tuple[float, float]:
    """The numbers of the spot in a system."""
    name, _, swapped = crs.partition("/")
    x, y = place(gpd.GeoSeries.from_xy([SPOT[0]], [SPOT[1]], crs="EPSG:4326").to_crs(name))
    return (y, x) if swapped else (x, y)


def place(points: gpd.GeoSeries) -> tuple[float, float]:
    """The coordinates of the first point."""
    return float(points.x.iloc[0]), float(points.y.iloc[0])


def metres_off(lon: float, lat: float, spot: tuple[float, float] = SPOT) -> float:
    here, there = gpd.GeoSeries.from_xy([lon, spot[0]], [lat, spot[1]], crs="EPSG:4326").to_crs("EPSG:4548")
    return float(here.distance(there))


def csv(path: Path, *rows: str) -> Path:
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def split(folder: Path, points: Path, *options: object) -> dict[str, Any]:
    """What `gridmap split` says of two squares with points."""
    out = folder / "cells.gpkg"
    units = write_gpkg(folder / "units.gpkg")
    sizes = ("--target", 1, "--min", 1, "--max", 1, "--weight", "households")
    result = run("split", units, "--points", points, "--out", out, *sizes, "--json", *options)
    assert result.exit_code == 0, result.output
    return dict(json.loads(result.stdout))


@pytest.mark.parametrize("crs", SYSTEMS.values(), ids=SYSTEMS)
def test_boundaries_of_one_spot_in_every_system(crs: str, tmp_path: Path) -> None:
    name, _, swapped = crs.partition("/")
    frame = squares().to_crs(name)
    if swapped:
        turned = shapely.transform(frame.geometry.to_numpy(), lambda xy: xy[:, ::-1])
        frame = frame.set_geometry(gpd.GeoSeries(turned), crs=name)
    path = write_shapefile(tmp_path / "u.shp", frame)
    path.with_suffix(".prj").unlink()
    archive = zipped(path, tmp_path / "u.zip")
    result = run("inspect", archive, "--reference", write_gpkg(tmp_path / "known.gpkg"), "--json")
    best = json.loads(result.stdout)["layers"][0]["crs_suggestions"][0]["crs"]
    assert best.endswith("/swapped") == bool(swapped)
    out = tmp_path / "o.gpkg"
    assert run("clean", archive, "--crs", best, "--out", out).exit_code == 0
    made = gpd.read_file(out, layer="units").to_crs("EPSG:4548").geometry.to_numpy()
    drawn = squares().to_crs("EPSG:4548").geometry.to_numpy()
    assert shapely.hausdorff_distance(made, drawn).max() < TENTH_OF_A_METRE


@pytest.mark.parametrize("crs", SYSTEMS.values(), ids=SYSTEMS)
def test_points_of_one_spot_in_every_system(crs: str, tmp_path: Path) -> None:
    x, y = written(crs)
    file = csv(tmp_path / "p.csv", "lon,lat,households", f"{x!r},{y!r},1")
    assert split(tmp_path, file, "--points-crs", crs)["points_outside"] == 0
    lon, lat = place(read_points(file, FileAnswers(crs=crs)).points.to_crs("EPSG:4326").geometry)
    assert metres_off(lon, lat) < TENTH_OF_A_METRE


@pytest.mark.parametrize("datum", SHIFTS)
@pytest.mark.parametrize("kind", ["csv", "gpkg"])
def test_points_of_one_spot_in_every_datum(datum: Datum, kind: str, tmp_path: Path) -> None:
    lon, lat = (float(one[0]) for one in from_wgs84(datum, *np.array([[SPOT[0]], [SPOT[1]]])))
    file = tmp_path / f"p.{kind}"
    if kind == "csv":
        csv(file, "经度,纬度,households", f"{lon!r},{lat!r},1")
    else:
        frame = gpd.GeoDataFrame({"households": [1]}, geometry=[shapely.Point(lon, lat)], crs="EPSG:4326")
        frame.to_file(file, layer="buildings")
    split(tmp_path, file, "--points-datum", datum.value)
    points = read_points(file, FileAnswers(datum=datum)).points
    assert place(points.geometry) == pytest.approx(SPOT, abs=VECTOR)


@pytest.mark.parametrize("datum", SHIFTS)
def test_boundaries_of_one_spot_in_every_datum(datum: Datum, tmp_path: Path) -> None:
    def moved(xy: Any) -> Any:
        return np.column_stack(from_wgs84(datum, xy[:, 0], xy[:, 1]))

    shifted = squares().set_geometry(
        gpd.GeoSeries(shapely.transform(squares().geometry.to_numpy(), moved)), crs="EPSG:4326"
    )
    file, out = write_gpkg(tmp_path / "u.gpkg", shifted), tmp_path / "o.gpkg"
    assert run("clean", file, "--datum", datum.value, "--out", out).exit_code == 0
    made = gpd.read_file(out, layer="units").to_crs("EPSG:4326").geometry.to_numpy()
    assert shapely.hausdorff_distance(made, squares().geometry.to_numpy()).max() < VECTOR


@pytest.mark.parametrize(("datum", "given", "expected"), PUBLISHED)
def test_published_vectors(
    datum: Datum, given: tuple[float, float], expected: tuple[float, float] | None, tmp_path: Path
) -> None:
    if expected is None:
        gcj = csv(tmp_path / "gcj.csv", "lon,lat", "116.404,39.915")
        expected = place(read_points(gcj, FileAnswers(datum=Datum.GCJ02)).points.geometry)
    file = csv(tmp_path / "p.csv", "lon,lat", f"{given[0]},{given[1]}")
    points = read_points(file, FileAnswers(datum=datum)).points
    assert place(points.geometry) == pytest.approx(expected, abs=VECTOR)


def test_every_way_of_writing_in_one_column(tmp_path: Path) -> None:
    gcj, bd = (from_wgs84(datum, *np.array([[SPOT[0]], [SPOT[1]]])) for datum in SHIFTS[1:])
    rows = {
        '"116.8051,38.3049"': "",
        "116.8051,38.3049": "WGS84",
        "116.8051 38.3049": "GPS",
        '"38.3049,116.8051"': "",
        "东经116°48′18.36″ 北纬38°18′17.64″": "天地图",
        "E116°48'18.36\" N38°18'17.64\"": "CGCS2000",
        "116.8051°E,38.3049°N": "",
        "116.8051、38.3049": "",
        f"{gcj[0][0]},{gcj[1][0]}": "高德",
        f"{bd[0][0]},{bd[1][0]}": "百度",
    }
    lines = [
        f'"{text.strip(chr(34)).replace(chr(34), chr(34) * 2)}",{datum},1' for text, datum in rows.items()
    ]
    file = csv(tmp_path / "p.csv", "坐标,坐标系,households", *lines)
    read = read_points(file)
    places = read.points.geometry
    assert len(places) == len(rows)
    assert all(metres_off(x, y) < TENTH_OF_A_METRE for x, y in zip(places.x, places.y, strict=True))
    assert [str(note) for note in read.notes] == [
        "1 place had latitude and longitude swapped",
        "3 places were written in degrees and minutes or in words",
        "1 place was shifted back from gcj02",
        "1 place was shifted back from bd09",
    ]
    assert split(tmp_path, file)["points_outside"] == 0


def test_cells_that_are_no_points_are_named_by_row(tmp_path: Path) -> None:
    rows = ["116.8051;38.3049,,1", "桥头东,,1", "117.33,月球,1", '"117.33,38.37",月球,1', "500000 4240000,,1"]
    result = run(
        "split", write_gpkg(tmp_path / "u.gpkg"), "--out", tmp_path / "o.gpkg",
        "--points", csv(tmp_path / "p.csv", "坐标,坐标系,households", *rows),
    )  # fmt: skip
    assert result.exit_code == 2
    for words in ("row 2: 桥头东", "row 3: 117.33", "row 3: 月球", "2 more rows"):
        assert words in result.stderr


def test_points_outside_are_counted(tmp_path: Path) -> None:
    file = csv(tmp_path / "p.csv", "lon,lat,households", "116.8051,38.3049,1", "117.8051,38.3049,1")
    assert split(tmp_path, file)["points_outside"] == 1
