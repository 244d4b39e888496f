"""`gridmap trace`: from a drawing to areas on the ground, and on to adopted cells."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely
from click.testing import CliRunner, Result
from ezdxf import filemanagement

from gridmap.cli import main
from gridmap.geo.systems.placement import Placement

CORNER = (500_000.0, 4_230_000.0)
"""On the central meridian of EPSG:4548, 117° E."""


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def drawing(folder: Path, placed: Placement, *, gap: float = 0.2, side: float = 1000.0) -> Path:
    """Two cells side by side, the street between them drawn a little short, with names; a north arrow."""
    document = filemanagement.new("R2010")
    space = document.modelspace()

    def at(*points: tuple[float, float]) -> list[tuple[float, float]]:
        return [(float(x), float(y)) for x, y in placed.points(np.array(points))]

    space.add_lwpolyline(
        at((0, 0), (2 * side, 0), (2 * side, side), (0, side)), close=True, dxfattribs={"layer": "网格线"}
    )
    space.add_lwpolyline(at((side, gap), (side, side - gap)), dxfattribs={"layer": "网格线"})
    for text, place in (
        ("东关一网格", (0.5 * side, 0.6 * side)),
        ("990101001001001", (0.5 * side, 0.4 * side)),
        ("东关二网格", (1.5 * side, 0.5 * side)),
        ("图例", (5 * side, 0)),
    ):
        space.add_text(text, dxfattribs={"layer": "网格名", "insert": at(place)[0]})
    space.add_lwpolyline(at((-200, 0), (-100, 0)), dxfattribs={"layer": "指北针"})
    space.add_text(
        "张三 13800000000", dxfattribs={"layer": "联系人", "insert": at((0.5 * side, 0.5 * side))[0]}
    )
    path = folder / "town.dxf"
    document.saveas(path)
    return path


def layers(*names: str) -> list[str]:
    return [part for name in names for part in ("--outlines" if name == "网格线" else "--labels", name)]


ON_GROUND = Placement(1.0, 0.0, CORNER)


def test_areas_get_their_place_and_labels(tmp_path: Path) -> None:
    source, out = drawing(tmp_path, ON_GROUND), tmp_path / "drawn.gpkg"
    done = run("trace", source, "--out", out, *layers("网格线", "网格名"), "--crs", "EPSG:4548", "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (told["areas"], told["labelled"], told["joined_ends"], told["lost_labels"]) == (2, 2, 2, 1)
    drawn = gpd.read_file(out, layer="drawn").to_crs("EPSG:4548")
    assert drawn["name"].tolist() == ["东关一网格", "东关二网格"]
    assert drawn["code"].tolist() == ["990101001001001", ""]
    assert drawn.total_bounds.tolist() == pytest.approx(
        [*CORNER, CORNER[0] + 2000, CORNER[1] + 1000], abs=0.01
    )
    assert gpd.read_file(out, layer="texts")["text"].tolist() == ["图例"]
    assert "13800000000" not in str(out.read_bytes()), "a layer that was not chosen left the drawing"


@pytest.mark.parametrize(
    ("prefix", "crs"), [(0.0, "EPSG:4548"), (39_000_000.0, "EPSG:4527")], ids=["without zone", "with zone"]
)
def test_one_spot_in_every_notation(tmp_path: Path, prefix: float, crs: str) -> None:
    source = drawing(tmp_path, Placement(1.0, 0.0, (CORNER[0] + prefix, CORNER[1])))
    done = run("trace", source, "--out", tmp_path / "d.gpkg", *layers("网格线"), "--crs", crs)
    assert done.exit_code == 0, done.output
    west, south = gpd.read_file(tmp_path / "d.gpkg", layer="drawn").to_crs("EPSG:4548").total_bounds[:2]
    assert (west, south) == pytest.approx(CORNER, abs=0.01)


def test_millimetres_and_known_points(tmp_path: Path) -> None:
    """A drawing of its own: turned, in millimetres, placed by two corners."""
    source = drawing(tmp_path, Placement(1000.0, 0.7, (12_345.0, -777.0)))
    placed = Placement(1000.0, 0.7, (12_345.0, -777.0))
    corners = np.array([(0.0, 0.0), (2000.0, 1000.0)])
    to_degrees = pyproj.Transformer.from_crs("EPSG:4548", "EPSG:4326", always_xy=True)
    points = [
        f"{x},{y}={lon},{lat}"
        for (x, y), (lon, lat) in zip(
            placed.points(corners),
            (to_degrees.transform(*(corner + CORNER)) for corner in corners),
            strict=True,
        )
    ]
    out = tmp_path / "d.gpkg"
    done = run(
        "trace", source, "--out", out, *layers("网格线"), *(f"--point={one}" for one in points), "--json"
    )
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["scale"] == pytest.approx(0.001)
    found = gpd.read_file(out, layer="drawn").to_crs("EPSG:4548")
    assert found.total_bounds.tolist() == pytest.approx(
        [*CORNER, CORNER[0] + 2000, CORNER[1] + 1000], abs=0.01
    )


def test_a_large_plan_is_warned_of(tmp_path: Path) -> None:
    source = drawing(tmp_path, ON_GROUND, side=4000)
    done = run("trace", source, "--out", tmp_path / "d.gpkg", *layers("网格线"), "--crs", "EPSG:4548")
    assert "32 km²" in done.stderr
    assert "restricted" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "--outlines: 网格线"),
        ([*layers("网格线")], "no coordinate system"),
        ([*layers("网格线")], "EPSG:4548"),
        (["--outlines", "Zellen", "--crs", "EPSG:4548"], "no layer Zellen"),
        (["--outlines", "指北针", "--crs", "EPSG:4548"], "enclose nothing"),
        ([*layers("网格线"), "--point", "0,0=117,38"], "two points"),
        ([*layers("网格线"), "--point", "here"], "x,y=lon,lat"),
        ([*layers("网格线"), "--point", "0,0=38,117"], "longitude first"),
        ([*layers("网格线"), "--point", "0,0=117,38", "--crs", "EPSG:4548"], "either --point"),
        ([*layers("网格线"), "--crs", "EPSG:4326"], "not degrees"),
    ],
)
def test_what_cannot_be_traced(tmp_path: Path, arguments: list[str], words: str) -> None:
    out = tmp_path / "d.gpkg"
    done = run("trace", drawing(tmp_path, ON_GROUND), "--out", out, *arguments)
    assert done.exit_code == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert not out.exists()


def test_a_drawing_is_inspected_layer_by_layer(tmp_path: Path) -> None:
    done = run("inspect", drawing(tmp_path, ON_GROUND), "--json")
    assert done.exit_code == 0, done.output
    layers = {layer["name"]: layer for layer in json.loads(done.stdout)["layers"]}
    assert (layers["网格线"]["count"], layers["网格线"]["geometry"]) == (2, "Polygon, LineString")
    assert layers["网格名"]["geometry"] == "Point"
    assert (layers["网格线"]["encoding"], layers["网格线"]["crs"]) == ("UTF-8", None)
    assert "EPSG:4548" in [one["crs"] for one in layers["网格线"]["crs_suggestions"]]


def test_traced_cells_can_be_adopted(tmp_path: Path) -> None:
    drawn, cells = tmp_path / "drawn.gpkg", tmp_path / "cells.gpkg"
    run(
        "trace",
        drawing(tmp_path, ON_GROUND),
        "--out",
        drawn,
        *layers("网格线", "网格名"),
        "--crs",
        "EPSG:4548",
    )
    village = shapely.affinity.translate(shapely.box(0, 0, 2000, 1000), *CORNER)
    units = tmp_path / "units.gpkg"
    gpd.GeoDataFrame(
        {"code": ["990101001001"], "name": ["东关"], "households": [800]}, geometry=[village], crs="EPSG:4548"
    ).to_file(units, layer="units")
    done = run(
        "split", units, "--method", "adopt", "--drawn", drawn, "--weight", "households", "--out", cells
    )
    assert done.exit_code == 0, done.output
    assert len(gpd.read_file(cells, layer="cells")) == 2
    assert run("check", cells, "--units", units).exit_code == 0


def test_likely_systems_are_named_where_the_place_is_missing(tmp_path: Path) -> None:
    source, out = drawing(tmp_path, ON_GROUND), tmp_path / "d.gpkg"
    done = run("trace", source, "--out", out, *layers("网格线"), "--json")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "EPSG:4548 (metres, up to 2 km from a central meridian; 3-degree zone at 117° E" in done.stderr
    assert "--point" in done.stderr
    done = run("trace", source, "--out", out, *layers("网格线"), "--unit", "mm")
    assert "fit none that is known here" in done.stderr
    assert not out.exists()


def test_areas_without_a_code_are_numbered_where_that_is_asked(tmp_path: Path) -> None:
    source, out = drawing(tmp_path, ON_GROUND), tmp_path / "d.gpkg"
    wanted = ("--crs", "EPSG:4548", "--codeless", "number")
    assert run("trace", source, "--out", out, *layers("网格线", "网格名"), *wanted).exit_code == 0
    assert gpd.read_file(out, layer="drawn")["code"].tolist() == ["990101001001001", "D2"]
