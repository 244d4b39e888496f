"""`gridmap inspect` through the command line, and what `clean` and `split` make of what it is sure of."""

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
from tests.read.drawn_files import squares, write_geojson, write_gpkg, write_shapefile, zipped

NAMES = ["寺门村", "郝村"]
KEYS = {
    "name", "count", "geometry", "fields", "encoding", "encoding_found_by", "crs", "crs_found_by",
    "crs_suggestions", "datum_suggestion", "faults",
}  # fmt: skip


def run(*arguments: object) -> Result:
    return CliRunner(env={"LC_ALL": "C"}).invoke(main, [str(argument) for argument in arguments])


def layer_of(*arguments: object) -> dict[str, Any]:
    result = run("inspect", *arguments, "--json")
    assert result.exit_code == 0, result.output
    (layer,) = json.loads(result.stdout)["layers"]
    assert layer.keys() >= KEYS
    return dict(layer)


def office_file(folder: Path, crs: str = "EPSG:4548", *, prj: bool = False) -> Path:
    """What an office sends: a zipped shapefile in a Gauss-Krüger zone, GBK, without .cpg and .prj."""
    path = write_shapefile(
        folder / "cun.shp", squares(code=["A", "B"], 名称=NAMES).to_crs(crs), encoding="GB18030"
    )
    if not prj:
        path.with_suffix(".prj").unlink()
    return zipped(path, folder / "cun.zip")


def test_all_is_told_as_agreed(tmp_path: Path) -> None:
    layer = layer_of(office_file(tmp_path))
    assert (layer["name"], layer["count"], layer["geometry"]) == ("cun", 2, "polygon")
    assert layer["fields"] == ["code", "名称"]
    assert (layer["encoding"], layer["encoding_found_by"]) == ("GB18030", "score")
    assert (layer["crs"], layer["crs_found_by"]) == (None, "none")
    assert "EPSG:4548" in [one["crs"] for one in layer["crs_suggestions"]]
    assert {"crs", "why", "score"} <= layer["crs_suggestions"][0].keys()
    assert not layer["sure"]


def test_a_sure_file_has_no_suggestions(tmp_path: Path) -> None:
    layer = layer_of(office_file(tmp_path, prj=True))
    assert (layer["crs"], layer["crs_found_by"], layer["crs_suggestions"]) == ("EPSG:4548", "file", [])
    assert layer["sure"]


@pytest.mark.parametrize("crs", ["EPSG:4527", "EPSG:4548", "EPSG:4498"])
def test_a_reference_settles_the_system_and_the_data_lands(crs: str, tmp_path: Path) -> None:
    reference = write_gpkg(tmp_path / "known.gpkg")
    file = office_file(tmp_path, crs)
    best = layer_of(file, "--reference", reference)["crs_suggestions"][0]["crs"]
    assert best == crs
    done = run("clean", file, "--crs", best, "--out", tmp_path / "u.gpkg")
    assert done.exit_code == 0, done.output
    units = gpd.read_file(tmp_path / "u.gpkg", layer="units").geometry.to_numpy()
    assert shapely.hausdorff_distance(units, squares().geometry.to_numpy()).max() < 1e-6


@pytest.mark.parametrize("command", ["clean", "split"])
def test_what_is_not_sure_stops_with_the_suggestions(command: str, tmp_path: Path) -> None:
    result = run(command, office_file(tmp_path), "--out", tmp_path / "o.gpkg")
    assert result.exit_code == 2
    assert "--crs" in result.stderr
    assert "EPSG:4548" in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "o.gpkg").exists()


def test_a_wrong_prj_is_told_by_the_reference(tmp_path: Path) -> None:
    wrong = squares().to_crs("EPSG:4548").set_crs("EPSG:4547", allow_override=True)
    file = zipped(write_shapefile(tmp_path / "u.shp", wrong), tmp_path / "u.zip")
    assert layer_of(file)["crs_suggestions"] == []
    layer = layer_of(file, "--reference", write_gpkg(tmp_path / "known.gpkg"))
    assert "km from the known region" in layer["crs_doubt"]
    assert layer["crs_suggestions"][0]["crs"] == "EPSG:4548"


@pytest.mark.parametrize("datum", [Datum.GCJ02, Datum.BD09])
def test_a_datum_is_suggested_and_never_applied_by_itself(datum: Datum, tmp_path: Path) -> None:
    def moved(xy: Any) -> Any:
        return np.column_stack(from_wgs84(datum, xy[:, 0], xy[:, 1]))

    known = write_gpkg(tmp_path / "known.gpkg")
    frame = squares()
    shifted = frame.set_geometry(shapely.transform(frame.geometry.to_numpy(), moved), crs="EPSG:4326")
    file = write_gpkg(tmp_path / "shifted.gpkg", shifted)
    assert layer_of(file)["datum_suggestion"] is None
    layer = layer_of(file, "--reference", known)
    assert layer["datum_suggestion"] == datum.value
    out = tmp_path / "u.gpkg"
    assert run("clean", file, "--out", out).exit_code == 0
    drawn = squares().geometry.to_numpy()
    off = shapely.hausdorff_distance(gpd.read_file(out, layer="units").geometry.to_numpy(), drawn)
    assert off.min() > 1e-3
    assert run("clean", file, "--datum", datum.value, "--out", out).exit_code == 0
    off = shapely.hausdorff_distance(gpd.read_file(out, layer="units").geometry.to_numpy(), drawn)
    assert off.max() < 1e-6
    assert layer_of(known, "--reference", known)["datum_suggestion"] is None


def test_faults_are_counted_by_kind(tmp_path: Path) -> None:
    shapes = [
        shapely.Polygon([(0, 0), (9, 9), (9, 0), (0, 9)]),
        None,
        *squares().geometry,
        squares().geometry.iloc[0],
    ]
    codes = ["A", "B", "B", None, "1.30981E+11"]
    frame = gpd.GeoDataFrame({"code": codes}, geometry=np.array(shapes, dtype=object), crs="EPSG:4326")
    assert layer_of(write_gpkg(tmp_path / "u.gpkg", frame))["faults"] == {
        "geometry_missing": 1,
        "geometry_invalid": 1,
        "geometry_repeated": 1,
        "code_missing": 1,
        "code_lost": 1,
        "code_repeated": 1,
    }


def test_in_words(tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "u.geojson")
    path.write_text(path.read_text() + "]")
    lines = run("inspect", path).stdout.splitlines()
    assert lines[0] == "u: 2 rows, polygon"
    assert "  coordinate system: EPSG:4326 (laid down by the format)" in lines
    assert any("text after the end" in line for line in lines)
    text = run("inspect", office_file(tmp_path)).stdout
    assert "--crs EPSG:4548" in text
    assert "by the characters it gives" in text


def test_an_encoding_by_name(tmp_path: Path) -> None:
    file = write_shapefile(tmp_path / "u.shp", squares(code=["A", "B"], name=["區", "縣"]), encoding="CP950")
    layer = layer_of(file, "--encoding", "Big5")
    assert (layer["encoding"], layer["encoding_found_by"]) == ("Big5", "named")
    result = run("inspect", file, "--encoding", "klingon", "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "klingon" in result.stderr


def test_what_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "u.gpkg"
    path.write_text("nothing")
    result = run("inspect", path, "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "u.gpkg" in result.stderr
