"""Boundaries with what desktops, shapefiles and web maps add to them, through the command line.

Archives of macOS and Windows, rows counted as the file counts them, titles that a .dbf cut, texts in another
encoding than the one that is named, systems that are a shifted datum or have no code.
"""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely
from click.testing import CliRunner, Result

from gridmap.cli import main
from gridmap.geo.systems.datum import Datum, frame_from_wgs84
from tests.read.drawn_files import LEFT, RIGHT, geojson, squares, write_gpkg, write_shapefile, zipped
from tests.read.vectors.drawn_formats import NAMES

TOWN, CODES = "990101201000", ["990101201001", "990101201002"]
BESIDE = ["__MACOSX/boundaries/._cun.shp", "boundaries/._cun.shp", "boundaries/.DS_Store", "Thumbs.db",
          "desktop.ini", "__MACOSX/boundaries/cun.shp"]  # fmt: skip


def run(*arguments: object) -> Result:
    return CliRunner(env={"LC_ALL": "C"}).invoke(main, [str(argument) for argument in arguments])


def inspected(*arguments: object) -> dict[str, Any]:
    """What `gridmap inspect` tells of the only layer."""
    result = run("inspect", *arguments, "--json")
    assert result.exit_code == 0, result.output
    (layer,) = json.loads(result.stdout)["layers"]
    return dict(layer)


def cleaned(file: Path, *options: object) -> tuple[gpd.GeoDataFrame, str]:
    """The units that `gridmap clean` makes of a file, and what it tells."""
    out = file.parent / "cleaned.gpkg"
    result = run("clean", file, "--out", out, *options)
    assert result.exit_code == 0, result.output
    return gpd.read_file(out, layer="units"), result.output


def refused(command: str, file: Path, *options: object) -> str:
    result = run(command, file, *options)
    assert (result.exit_code, result.stdout) == (2, ""), result.output
    return str(result.stderr)


def nested(**titles: list[str]) -> gpd.GeoDataFrame:
    """A township and the two villages in it."""
    return gpd.GeoDataFrame(titles, geometry=[LEFT.union(RIGHT), LEFT, RIGHT], crs="EPSG:4326")


class TestArchives:
    """What a desktop packs beside a layer."""

    def test_members_of_desktops_are_passed_over(self, tmp_path: Path) -> None:
        archive = zipped(
            write_shapefile(tmp_path / "cun.shp", squares(code=CODES, name=NAMES)), tmp_path / "cun.zip"
        )
        with zipfile.ZipFile(archive, "a") as packed:
            for member in BESIDE:
                packed.writestr(member, b"\0\x05\x16\x07" + b"\0" * 60)
        assert inspected(archive)["name"] == "cun"
        units, _ = cleaned(archive)
        assert sorted(units["code"]) == CODES

    def test_a_kmz_too(self, tmp_path: Path) -> None:
        text = (
            '<kml xmlns="http://www.opengis.net/kml/2.2"><Placemark><name>村</name><Point><coordinates>'
            "116.8,38.3</coordinates></Point></Placemark></kml>"
        )
        with zipfile.ZipFile(tmp_path / "a.kmz", "w") as packed:
            packed.writestr("__MACOSX/._doc.kml", b"\0\x05\x16\x07")
            packed.writestr("._a.kml", b"\0\x05\x16\x07")
            packed.writestr("dian/a.kml", text)
        assert inspected(tmp_path / "a.kmz")["count"] == 1


class TestRows:
    """Rows are called by their number in the file."""

    def test_after_a_damaged_one(self, tmp_path: Path) -> None:
        plain = geojson()
        plain["features"] = [*plain["features"], json.loads(json.dumps(plain["features"][0]))]
        for feature, code in zip(plain["features"], [TOWN, *CODES], strict=True):
            feature["properties"]["code"] = code
        plain["features"][0]["geometry"]["coordinates"] = [[[116.8, None], [1, 2]]]
        plain["features"][2]["geometry"] = None
        path = tmp_path / "cun.geojson"
        path.write_text(json.dumps(plain), encoding="utf-8")
        told = refused("clean", path, "--out", tmp_path / "o.gpkg")
        assert "the geometry of 1 row is damaged and was left out (row 1)" in told
        assert "1 row has no geometry (row 3)" in told

    def test_after_a_repeated_one(self, tmp_path: Path) -> None:
        frame = gpd.GeoDataFrame(
            {"code": [*CODES, CODES[0], TOWN]},
            geometry=[LEFT, RIGHT, LEFT, shapely.Point(116.8, 38.3)],
            crs="EPSG:4326",
        )
        path = write_gpkg(tmp_path / "a.gpkg", frame)
        assert "1 row is no polygon (row 4)" in refused("clean", path, "--out", tmp_path / "o.gpkg")


class TestParents:
    """Units above, under titles that a .dbf cut, or under none."""

    @pytest.mark.parametrize(
        ("parent", "encoding"),
        [("parent_cod", "UTF-8"), ("上级区划代", "GB18030"), ("上级代", "UTF-8")],
    )
    def test_titles_of_ten_bytes(self, parent: str, encoding: str, tmp_path: Path) -> None:
        frame = nested(**{"code": [TOWN, *CODES], "name": ["镇", *NAMES], parent: ["", TOWN, TOWN]})
        units, told = cleaned(write_shapefile(tmp_path / "cun.shp", frame, encoding=encoding))
        assert dict(zip(units["code"], units["parent_code"], strict=True)) == {
            TOWN: "", CODES[0]: TOWN, CODES[1]: TOWN,
        }  # fmt: skip
        assert "--parent" not in told

    def test_a_cut_title_of_codes_that_holds_names_is_none(self, tmp_path: Path) -> None:
        frame = squares(行政区=NAMES, code=CODES)
        units, _ = cleaned(write_shapefile(tmp_path / "cun.shp", frame))
        assert sorted(units["code"]) == CODES
        only_names = write_shapefile(tmp_path / "b.shp", squares(行政区=NAMES))
        assert "no column looks like a code" in refused("clean", only_names, "--out", tmp_path / "o.gpkg")

    def test_codes_that_nest_without_a_column_of_parents(self, tmp_path: Path) -> None:
        path = write_gpkg(tmp_path / "a.gpkg", nested(code=[TOWN, *CODES]))
        _, told = cleaned(path)
        assert "no column names the unit above, though 2 codes lie within others" in told
        assert f"{CODES[0]} → {TOWN}" in told
        result = run("clean", path, "--out", tmp_path / "o.gpkg", "--parent", "")
        assert "no column names the unit above" not in result.output


class TestEncodings:
    """Texts that are not in the encoding named, or lost characters before they came."""

    @pytest.mark.parametrize("name", ["村", "李村", "东李家务村"])
    def test_a_shapefile_in_another_encoding_than_named(self, name: str, tmp_path: Path) -> None:
        frame = squares(code=CODES, name=[name, "Plain"])
        archive = zipped(write_shapefile(tmp_path / "cun.shp", frame, encoding="GBK"), tmp_path / "cun.zip")
        for command in (("inspect", archive), ("clean", archive, "--out", tmp_path / "o.gpkg")):
            result = run(*command, "--encoding", "UTF-8")
            assert result.exit_code == 2
            assert "not in the encoding that is named (UTF-8, column name, row 1)" in result.stderr

    @pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
    def test_geojson_in_gbk_with_a_mark_of_utf8(self, mark: bytes, tmp_path: Path) -> None:
        plain = geojson()
        for feature, code, name in zip(plain["features"], CODES, NAMES, strict=True):
            feature["properties"] |= {"code": code, "name": name}
        path = tmp_path / "cun.geojson"
        path.write_bytes(mark + json.dumps(plain, ensure_ascii=False).encode("gb18030"))
        layer = inspected(path)
        assert (layer["encoding"], layer["encoding_found_by"]) == ("GB18030", "score")
        assert layer["faults"] == ({"encoding_wrong": 1} if mark else {})
        units, _ = cleaned(path)
        assert sorted(units["name"]) == sorted(NAMES)
        assert "is named (Big5)" not in run("inspect", path, "--encoding", "GB18030").output
        assert "not in the encoding" in refused("inspect", path, "--encoding", "UTF-8")

    def test_a_cpg_with_a_mark_is_heard(self, tmp_path: Path) -> None:
        path = write_shapefile(tmp_path / "cun.shp", squares(code=CODES, name=["亜", "B"]), encoding="GBK")
        path.with_suffix(".cpg").write_bytes(b"\xef\xbb\xbfGBK\r\n")
        layer = inspected(zipped(path, tmp_path / "cun.zip"))
        assert layer["encoding"] == "GB18030"

    def test_characters_lost_by_who_wrote_the_file(self, tmp_path: Path) -> None:
        path = write_gpkg(tmp_path / "a.gpkg", squares(code=CODES, name=["李\ufffd村", "B"]))
        layer = inspected(path)
        assert layer["faults"] == {"text_lost": 1}
        assert "1 text of column name has characters that were lost (row 1)" in layer["faults_told"]
        _, told = cleaned(path)
        assert "has characters that were lost (row 1)" in told


class TestSystems:
    """Systems that name a shifted datum, and systems without a code."""

    @pytest.mark.parametrize(("datum", "title"), [(Datum.GCJ02, "GCJ-02"), (Datum.BD09, "BD-09")])
    def test_a_shifted_datum_by_name(self, datum: Datum, title: str, tmp_path: Path) -> None:
        shifted = frame_from_wgs84(squares(code=CODES), datum)
        path = write_gpkg(tmp_path / "cells.gpkg", shifted)
        layer = inspected(path)
        assert (layer["datum_suggestion"], layer["sure"]) == (datum.value, False)
        assert layer["datum_why"] == f"the file names {title}"
        assert f"its coordinate system is {title}. Say --datum {datum.value}" in refused(
            "clean", path, "--out", tmp_path / "o.gpkg"
        )
        told = run("inspect", path).stdout
        assert f"coordinate system: {title} (named in the file)" in told
        units, _ = cleaned(path, "--datum", datum.value)
        drawn = units.to_crs("EPSG:4326").sort_values("code").geometry.to_numpy()
        assert shapely.hausdorff_distance(drawn, squares().geometry.to_numpy()).max() < 1e-6

    def test_split_and_import_refuse_it_too(self, tmp_path: Path) -> None:
        frame = squares(code=CODES, name=NAMES, households=[400, 800])
        path = write_gpkg(tmp_path / "cells.gpkg", frame_from_wgs84(frame, Datum.GCJ02))
        for command in (
            ("split", path, "--out", tmp_path / "o.gpkg"),
            ("import", tmp_path / "w.gpkg", "units", path),
        ):
            result = run(*command)
            assert result.exit_code == 2
            assert "Say --datum gcj02" in result.stderr

    def test_saying_that_it_is_not_shifted(self, tmp_path: Path) -> None:
        path = write_gpkg(tmp_path / "a.gpkg", frame_from_wgs84(squares(code=CODES), Datum.GCJ02))
        cleaned(path, "--crs", "EPSG:4326")

    def test_a_system_without_a_code_is_called_by_its_name(self, tmp_path: Path) -> None:
        own = "+proj=tmerc +lat_0=0 +lon_0=116.9 +k=1 +x_0=500000 +y_0=0 +ellps=krass +units=m +type=crs"
        path = write_gpkg(tmp_path / "a.gpkg", squares(code=CODES).to_crs(own))
        told = run("inspect", path).stdout
        (line,) = [line for line in told.splitlines() if "coordinate system" in line]
        assert "Transverse Mercator, 116.9°" in line
        assert len(line) < 120
        _, of_clean = cleaned(path)
        assert "2 units, Transverse Mercator, 116.9°" in of_clean


class TestNumbers:
    """Counts in full-width digits are counts."""

    def test_households_of_units(self, tmp_path: Path) -> None:
        frame = squares(code=CODES, households=["４００", "８００"])
        units, told = cleaned(write_gpkg(tmp_path / "a.gpkg", frame))
        assert [float(n) for n in units.sort_values("code")["households"]] == [400, 800]
        assert "2 numbers were written in full-width digits" in told

    def test_a_column_of_loads(self, tmp_path: Path) -> None:
        path = write_gpkg(tmp_path / "a.gpkg", squares(code=CODES, 户=["４００", "800"]))
        result = run("split", path, "--weight", "户", "--out", tmp_path / "cells.gpkg")
        assert result.exit_code == 0, result.output
        assert gpd.read_file(tmp_path / "cells.gpkg", layer="cells")["households"].sum() == pytest.approx(
            1200
        )


def test_gaps_that_are_open_to_the_outside_are_not_promised_to_be_filled(tmp_path: Path) -> None:
    ring = shapely.box(116.8, 38.3, 116.83, 38.33)
    inside = shapely.box(116.81, 38.31, 116.82, 38.32)
    west = ring.intersection(shapely.box(116.8, 38.3, 116.815, 38.33)).difference(inside)
    east = ring.difference(west).difference(inside)
    frame = gpd.GeoDataFrame({"code": CODES}, geometry=[west, east], crs="EPSG:4326")
    _, told = cleaned(write_gpkg(tmp_path / "a.gpkg", frame))
    assert "1 gap was left open" in told
    assert "not where it is open to the outside" in told
