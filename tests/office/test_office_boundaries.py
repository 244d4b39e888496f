"""Every source of boundaries that a county office has, and its traps, through the command line.

| row of domain.md, section 6                 | tests                                                       |
|---------------------------------------------|-------------------------------------------------------------|
| boundaries: SHP in a GK zone, GBK, no .cpg  | TestShapefile                                               |
| Chinese column names written as UTF-8       | TestShapefile.test_titles_cut_inside_a_character            |
| fields in pinyin initials                   | TestShapefile.test_titles_in_initials                       |
| DXF of parcels or blocks                    | TestDrawing                                                 |
| KML and KMZ                                 | TestKml                                                     |
| GeoJSON from the web                        | TestGeoJson                                                 |
| several records of a unit, null names, ...  | TestRecords                                                 |
| points                                      | test_office_points.py                                       |
| rosters, codes, names, text, phones         | test_office_tables.py                                       |
| CSV for Excel                               | test_office_tables.py, TestForExcel                         |
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from click.testing import CliRunner, Result
from ezdxf import filemanagement
from ezdxf.document import Drawing

from gridmap.cli import main
from gridmap.read.files.raw_layers import read_every_layer
from gridmap.read.tables.field_aliases import import_kind
from gridmap.read.tables.field_mapping import suggest_mapping
from tests.paths import ROOT
from tests.read.drawn_files import LEFT, RIGHT, geojson, squares, write_gpkg, write_shapefile, zipped
from tests.read.vectors.drawn_formats import NAMES, folder, kml, placemark, write_kml, write_kmz

CODES = ["990101201001", "990101201002"]


def run(*arguments: object) -> Result:
    return CliRunner(env={"LC_ALL": "C"}).invoke(main, [str(argument) for argument in arguments])


def inspected(*arguments: object) -> list[dict[str, Any]]:
    """What `gridmap inspect` tells of each layer."""
    result = run("inspect", *arguments, "--json")
    assert result.exit_code == 0, result.output
    return list(json.loads(result.stdout)["layers"])


def cleaned(file: Path, *options: object) -> tuple[gpd.GeoDataFrame, dict[str, Any]]:
    """The units that `gridmap clean` makes of a file, and its report."""
    out = file.parent / "cleaned.gpkg"
    result = run("clean", file, "--out", out, "--json", *options)
    assert result.exit_code == 0, result.output
    return gpd.read_file(out, layer="units"), json.loads(result.stdout)


def refused(*arguments: object) -> str:
    """The one line that a command refuses with."""
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, ""), result.output
    (line,) = result.stderr.strip().splitlines()
    return str(line)


def off(units: gpd.GeoDataFrame) -> float:
    """Degrees by which units lie beside the squares."""
    drawn = units.to_crs("EPSG:4326").sort_values("code").geometry.to_numpy()
    return float(shapely.hausdorff_distance(drawn, squares().geometry.to_numpy()).max())


class TestShapefile:
    """Boundaries as a surveyor sends them."""

    @pytest.fixture
    def villages(self, tmp_path: Path) -> Path:
        """In the zone of 117° E, GBK, without .cpg and .prj."""
        frame = squares(区划代码=CODES, 名称=NAMES).to_crs("EPSG:4548")
        path = write_shapefile(tmp_path / "cun.shp", frame, encoding="GBK")
        path.with_suffix(".prj").unlink()
        return zipped(path, tmp_path / "cun.zip")

    def test_gbk_without_cpg_and_without_prj(self, villages: Path) -> None:
        (layer,) = inspected(villages)
        assert (layer["encoding"], layer["encoding_found_by"]) == ("GB18030", "score")
        assert layer["fields"] == ["区划代码", "名称"]
        assert (layer["crs"], layer["sure"]) == (None, False)
        assert "--crs EPSG:4548" in refused(
            "clean", villages, "--out", villages.with_suffix(".gpkg")
        ).replace("EPSG:4548 (", "--crs EPSG:4548 (")
        units, _ = cleaned(villages, "--crs", "EPSG:4548")
        assert sorted(units["name"]) == sorted(NAMES)
        assert off(units) < 1e-7

    def test_the_known_county_settles_the_system(self, villages: Path, tmp_path: Path) -> None:
        known = write_gpkg(tmp_path / "known.gpkg")
        (layer,) = inspected(villages, "--reference", known)
        assert layer["crs_suggestions"][0]["crs"] == "EPSG:4548"

    def test_a_prj_that_puts_the_data_into_the_sea(self, tmp_path: Path) -> None:
        wrong = squares(code=CODES).to_crs("EPSG:4548").set_crs("EPSG:4550", allow_override=True)
        file = zipped(write_shapefile(tmp_path / "cun.shp", wrong), tmp_path / "cun.zip")
        (layer,) = inspected(file)
        assert "in the sea or outside China" in layer["crs_doubt"]
        assert "EPSG:4548" in [one["crs"] for one in layer["crs_suggestions"]]
        assert "in the sea" in refused("clean", file, "--out", tmp_path / "o.gpkg")
        units, _ = cleaned(file, "--crs", "EPSG:4548")
        assert off(units) < 1e-7

    def test_slivers_are_mended_and_listed(self, tmp_path: Path) -> None:
        frame = squares(code=CODES)
        bent = shapely.Polygon(
            [
                *((116.82, 38.3), (116.82, 38.31), (116.81, 38.31), (116.81, 38.307)),
                *((116.81001, 38.305), (116.81, 38.303), (116.81, 38.3)),
            ]
        )
        frame = frame.set_geometry([LEFT, bent], crs="EPSG:4326")
        units, report = cleaned(zipped(write_shapefile(tmp_path / "cun.shp", frame), tmp_path / "cun.zip"))
        (gap,) = [one for one in report["defects"] if one["kind"] == "gap"]
        assert (gap["codes"], gap["mended"]) == (CODES, True)
        assert gap["area_m2"] == pytest.approx(0.87 * 444 / 2, rel=0.05)
        assert shapely.coverage_is_valid(units.geometry.to_numpy())

    def test_titles_cut_inside_a_character(self, tmp_path: Path) -> None:
        path = write_shapefile(tmp_path / "cun.shp", squares(code=CODES, abcdefghij=NAMES))
        table = path.with_suffix(".dbf")
        table.write_bytes(table.read_bytes().replace(b"abcdefghij", "行政区划名称".encode()[:10]))
        file = zipped(path, tmp_path / "cun.zip")
        (layer,) = inspected(file)
        assert layer["fields"] == ["code", "行政区"]
        assert layer["encoding"] == "UTF-8"
        assert layer["faults"] == {"field_cut": 1}
        units, _ = cleaned(file, "--name", "行政区")
        assert sorted(units["name"]) == sorted(NAMES)

    def test_titles_in_initials(self, tmp_path: Path) -> None:
        frame = squares(qhdm=CODES, jwh=NAMES, wgzxm=["安娜", "鲍尔"], wgzlxdh=["10000000001", "10000000002"])
        (layer,) = inspected(zipped(write_shapefile(tmp_path / "wg.shp", frame), tmp_path / "wg.zip"))
        mapping = suggest_mapping(layer["fields"], import_kind("cells"))
        assert mapping.columns["head_name"] == "wgzxm"
        assert mapping.columns["head_phone"] == "wgzlxdh"
        assert mapping.columns["village"] == "jwh"

    def test_a_part_that_is_missing_or_cut_off(self, tmp_path: Path) -> None:
        path = write_shapefile(tmp_path / "cun.shp", squares(code=CODES))
        table = path.with_suffix(".dbf")
        table.write_bytes(table.read_bytes()[:-20])
        line = refused("inspect", zipped(path, tmp_path / "cun.zip"))
        assert "attributes" in line


def parcels(document: Drawing, *, close: bool, gap: float = 0.0) -> None:
    """Two parcels of 100 m on the ground of EPSG:4548, names apart from them."""
    x, y = 482_000.0, 4_240_000.0
    space = document.modelspace()
    for number, name in enumerate(NAMES):
        west = x + 100 * number
        corners = [(west, y), (west + 100, y), (west + 100, y + 100), (west, y + 100)]
        if not close:
            corners.append((west, y + gap))
        space.add_lwpolyline(corners, close=close, dxfattribs={"layer": "宗地"})
        space.add_text(name, dxfattribs={"layer": "注记", "insert": (west + 50, y + 50)})


class TestDrawing:
    """Parcels out of a CAD program, by `gridmap trace`."""

    def traced(self, path: Path) -> tuple[gpd.GeoDataFrame, dict[str, Any]]:
        arguments = ("--outlines", "宗地", "--labels", "注记", "--crs", "EPSG:4548", "--json")
        result = run("trace", path, "--out", path.with_suffix(".gpkg"), *arguments)
        assert result.exit_code == 0, result.output
        return gpd.read_file(path.with_suffix(".gpkg"), layer="drawn"), json.loads(result.stdout)

    @pytest.mark.parametrize("version", ["R2000", "R2010"])
    @pytest.mark.parametrize("close", [True, False], ids=["closed", "closed but for 20 cm"])
    def test_outlines_and_labels_apart(self, version: str, close: bool, tmp_path: Path) -> None:
        document = filemanagement.new(version)
        document.encoding = "gbk" if version == "R2000" else "utf-8"
        parcels(document, close=close, gap=0.2)
        document.saveas(tmp_path / "p.dxf", encoding=document.encoding)
        drawn, told = self.traced(tmp_path / "p.dxf")
        assert sorted(drawn["name"]) == sorted(NAMES)
        assert drawn.to_crs("EPSG:4548").area.tolist() == pytest.approx([10_000, 10_000], rel=1e-3)
        assert told["encoding"] == ("GB18030" if version == "R2000" else "UTF-8")

    def test_utf8_in_a_drawing_of_an_old_version(self, tmp_path: Path) -> None:
        document = filemanagement.new("R2000")
        parcels(document, close=True)
        document.saveas(tmp_path / "p.dxf", encoding="utf-8")
        drawn, told = self.traced(tmp_path / "p.dxf")
        assert sorted(drawn["name"]) == sorted(NAMES)
        assert told["encoding"] == "UTF-8"

    def test_no_system_is_asked_for(self, tmp_path: Path) -> None:
        document = filemanagement.new("R2010")
        parcels(document, close=True)
        document.saveas(tmp_path / "p.dxf")
        line = refused("trace", tmp_path / "p.dxf", "--outlines", "宗地", "--out", tmp_path / "o.gpkg")
        assert "EPSG:4548" in line

    @pytest.mark.parametrize("name", ["p.dwg", "p.dxf"])
    def test_dwg_is_asked_for_as_dxf(self, name: str, tmp_path: Path) -> None:
        (tmp_path / name).write_bytes(b"AC1032" + b"\0" * 200)
        assert "DXF" in refused("trace", tmp_path / name, "--outlines", "x", "--out", tmp_path / "o.gpkg")


class TestKml:
    """What comes out of Google Earth and its like."""

    def test_folders_are_layers_with_counts_and_empty_ones_too(self, tmp_path: Path) -> None:
        old = placemark(
            "A", NAMES[0], LEFT, more="<description>&lt;b&gt;旧&lt;/b&gt;&lt;br&gt;版</description>"
        )
        both = placemark("A", NAMES[0], LEFT) + placemark("B", NAMES[1], RIGHT)
        text = kml(folder("2019版", old) + folder("2020版", both) + folder("备用"))
        file = write_kmz(tmp_path / "a.kmz", {"doc.kml": text})
        layers = {layer["name"]: layer for layer in inspected(file)}
        assert {name: layer["count"] for name, layer in layers.items()} == {
            "2019版": 1,
            "2020版": 2,
            "备用": 0,
        }
        assert layers["2020版"]["crs_found_by"] == "standard"
        assert "2019版, 2020版" in refused("clean", file, "--out", tmp_path / "o.gpkg")
        units, _ = cleaned(file, "--layer", "2020版")
        assert sorted(units["name"]) == sorted(NAMES)
        assert not units.geometry.has_z.any()
        assert off(units) < 1e-9

    def test_descriptions_in_html_are_text(self, tmp_path: Path) -> None:
        html = "<description><![CDATA[<p>户数 <b>300</b></p><script>alert(1)</script>]]></description>"
        file = write_kml(tmp_path / "a.kml", kml(folder("x", placemark("A", NAMES[0], LEFT, more=html))))
        (raw,) = read_every_layer(file)
        assert raw.table.column("description").to_pylist() == ["户数 300"]

    @pytest.mark.parametrize("encoding", ["utf-8", "gbk", "utf-16"])
    def test_encodings(self, encoding: str, tmp_path: Path) -> None:
        units, _ = cleaned(write_kml(tmp_path / "a.kml", encoding=encoding))
        assert sorted(units["name"]) == sorted(NAMES)


class TestGeoJson:
    """What comes from the web."""

    def write(self, path: Path, plain: dict[str, Any], more: str = "") -> Path:
        path.write_text(json.dumps(plain) + more, encoding="utf-8")
        return path

    def test_one_ring_that_does_not_close(self, tmp_path: Path) -> None:
        plain = geojson()
        plain["features"][1]["geometry"]["coordinates"][0].pop()
        file = self.write(tmp_path / "a.geojson", plain)
        (layer,) = inspected(file)
        assert layer["faults"] == {"ring_open": 1}
        assert any("row 2" in told for told in layer["faults_told"])
        units, report = cleaned(file)
        assert off(units) < 1e-9
        assert any("did not close" in note for note in report["notes"])

    def test_one_geometry_that_is_none_leaves_the_rest(self, tmp_path: Path) -> None:
        plain = geojson()
        plain["features"][0]["geometry"]["coordinates"] = [[[116.8, "x"], [1, 2]]]
        file = self.write(tmp_path / "a.geojson", plain)
        (layer,) = inspected(file)
        assert (layer["count"], layer["faults"]) == (2, {"geometry_damaged": 1})
        units, report = cleaned(file)
        assert units["code"].tolist() == ["B"]
        assert any("row 1" in note for note in report["notes"])

    @pytest.mark.parametrize("more", ["]", "\n<!-- served in 3 ms -->", "\0\0"])
    def test_garbage_after_the_end(self, more: str, tmp_path: Path) -> None:
        units, _ = cleaned(self.write(tmp_path / "a.geojson", geojson(), more))
        assert len(units) == 2

    def test_several_texts_one_after_the_other_are_refused(self, tmp_path: Path) -> None:
        file = self.write(tmp_path / "a.geojson", geojson(), json.dumps(geojson()))
        assert "several JSON texts" in refused("inspect", file)


class TestRecords:
    """Rows that say the same of a unit, or half of it."""

    def test_several_records_of_a_unit(self, tmp_path: Path) -> None:
        frame = gpd.GeoDataFrame(
            {"code": ["A", "A", "B"], "name": ["甲", "甲", "乙"]},
            geometry=[LEFT, LEFT, RIGHT],
            crs="EPSG:4326",
        )
        file = write_gpkg(tmp_path / "u.gpkg", frame)
        (layer,) = inspected(file)
        assert layer["faults"] == {"geometry_repeated": 1, "code_repeated": 1}
        units, report = cleaned(file)
        assert len(units) == 2
        assert any("repeats the code and shape" in note for note in report["notes"])

    def test_one_code_with_two_shapes_is_never_merged(self, tmp_path: Path) -> None:
        file = write_gpkg(tmp_path / "u.gpkg", squares(code=["A", "A"]))
        assert "A" in refused("clean", file, "--out", tmp_path / "o.gpkg")

    def test_null_names_are_kept_and_codes_are_needed(self, tmp_path: Path) -> None:
        units, _ = cleaned(write_gpkg(tmp_path / "u.gpkg", squares(code=["A", "B"], name=["甲", None])))
        assert sorted(units["name"].fillna("")) == ["", "甲"]
        file = write_gpkg(tmp_path / "v.gpkg", squares(code=["A", None]))
        assert inspected(file)[0]["faults"] == {"code_missing": 1}
        assert "code" in refused("clean", file, "--out", tmp_path / "o.gpkg")

    def test_a_parent_named_and_not_coded_is_refused_with_the_row(self, tmp_path: Path) -> None:
        whole = shapely.union(LEFT, RIGHT)
        frame = gpd.GeoDataFrame(
            {
                "code": ["99", "A", "B"],
                "parent": [None, "99", "寺门村镇"],
                "level": ["town", "village", "village"],
            },
            geometry=np.array([whole, LEFT, RIGHT], dtype=object),
            crs="EPSG:4326",
        )
        file = write_gpkg(tmp_path / "u.gpkg", frame)
        line = refused("clean", file, "--parent", "parent", "--out", tmp_path / "o.gpkg")
        assert "B → 寺门村镇" in line

    @pytest.mark.parametrize("code", [130981100201.0, "130981100201.0"])
    def test_codes_that_are_decimal_numbers(self, code: object, tmp_path: Path) -> None:
        other = type(code)(float(code) + 1) if isinstance(code, float) else "130981100202.0"
        units, _ = cleaned(write_gpkg(tmp_path / "u.gpkg", squares(code=[code, other])))
        assert sorted(units["code"]) == ["130981100201", "130981100202"]

    def test_codes_that_lost_digits(self, tmp_path: Path) -> None:
        file = write_gpkg(tmp_path / "u.gpkg", squares(code=["1.30981E+11", "990101201002"]))
        assert inspected(file)[0]["faults"] == {"code_lost": 1}
        assert "1.30981E+11" in refused("clean", file, "--out", tmp_path / "o.gpkg")


@pytest.mark.parametrize("rows", [[2, 0], [2, 1]], ids=["sorted", "filtered"])
def test_geoparquet_of_rows_in_another_order(rows: list[int], tmp_path: Path) -> None:
    """Whoever sorted or filtered the rows left their old numbers in the file; each keeps its own shape."""
    shapes = dict(zip(CODES, (LEFT, RIGHT), strict=True))
    codes, geometry = [*CODES[:1], *CODES], [LEFT, LEFT, RIGHT]
    frame = gpd.GeoDataFrame({"code": codes}, geometry=geometry, crs="OGC:CRS84")
    frame.iloc[rows].to_parquet(tmp_path / "u.parquet")
    units, _ = cleaned(tmp_path / "u.parquet")
    made = units.to_crs("EPSG:4326").set_index("code").geometry
    assert sorted(made.index) == CODES
    assert all(shapely.hausdorff_distance(made[code], shape) < 1e-9 for code, shape in shapes.items())


def test_real_tracts_in_an_old_american_datum(tmp_path: Path) -> None:
    """Boston's tracts as they were published: EPSG:4267, a zipped shapefile."""
    tracts = gpd.read_file(ROOT / "data" / "boston" / "tracts.gpkg")[["code", "name", "geometry"]]
    path = write_shapefile(tmp_path / "tracts.shp", tracts.to_crs("EPSG:4267"))
    file = zipped(path, tmp_path / "boston.zip")
    (layer,) = inspected(file)
    assert (layer["count"], layer["crs"], layer["crs_found_by"]) == (506, "EPSG:4267", "file")
    assert layer["sure"]
    units, _ = cleaned(file)
    made = units.to_crs("EPSG:32619").set_index("code").geometry.centroid
    drawn = tracts.to_crs("EPSG:32619").set_index("code").geometry.centroid
    assert made.distance(drawn, align=True).max() < 1
