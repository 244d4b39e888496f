"""Boundaries and points from files to checked frames."""

import json
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from shapely import Point, box

from gridmap.errors import FaultsError, GridmapError, InputError, MissingCrsError
from gridmap.read.files.answers import FileAnswers
from gridmap.read.vectors.boundaries import read_cells, read_units
from gridmap.read.vectors.columns import ColumnChoice
from gridmap.read.vectors.points import read_points
from tests.read.drawn_files import squares, write_geojson, write_gpkg, write_shapefile, zipped


@pytest.mark.parametrize("kind", ["gpkg", "geojson", "shp", "zip"])
def test_every_kind_of_file_gives_the_same_units(kind: str, tmp_path: Path) -> None:
    path = {
        "gpkg": lambda: write_gpkg(tmp_path / "u.gpkg"),
        "geojson": lambda: write_geojson(tmp_path / "u.geojson"),
        "shp": lambda: write_shapefile(tmp_path / "u.shp"),
        "zip": lambda: zipped(write_shapefile(tmp_path / "u.shp"), tmp_path / "u.zip"),
    }[kind]()
    read = read_units(path)
    assert read.units["code"].tolist() == ["A", "B"]
    assert read.units["households"].tolist() == [400, 800]
    assert read.units.crs == "EPSG:4326"
    assert read.units.geometry.geom_equals(squares().geometry).all()
    assert read.notes == ()


class TestColumns:
    """Which column is the code, the name, the parent."""

    @pytest.mark.parametrize("title", ["GEOID", "TRACT", "区划代码", "代码", "Code"])
    def test_usual_spellings_are_found(self, title: str, tmp_path: Path) -> None:
        read = read_units(write_gpkg(tmp_path / "u.gpkg", squares(**{title: ["1", "2"]})))
        assert read.units["code"].tolist() == ["1", "2"]
        assert title in read.units or title == "Code"

    def test_chinese_names_and_parents(self, tmp_path: Path) -> None:
        frame = squares(代码=["1", "2"], 名称=["甲村", "乙村"], 上级代码=["9", "9"])
        units = read_units(write_gpkg(tmp_path / "u.gpkg", frame)).units
        assert units["name"].tolist() == ["甲村", "乙村"]
        assert units["parent_code"].tolist() == ["9", "9"]

    def test_named_columns_win_and_the_files_own_stay(self, tmp_path: Path) -> None:
        frame = squares(code=["1", "2"], number=["x", "y"])
        units = read_units(write_gpkg(tmp_path / "u.gpkg", frame), columns=ColumnChoice(code="number")).units
        assert units["code"].tolist() == ["x", "y"]
        assert units["code_in_file"].tolist() == ["1", "2"]
        assert units["number"].tolist() == ["x", "y"]

    def test_no_code_names_the_columns_and_the_option(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match=r"u\.gpkg: .*--code; there are: colour"):
            read_units(write_gpkg(tmp_path / "u.gpkg", squares(colour=["red", "blue"])))

    def test_a_named_column_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match=r"no column nr, named by --parent; there are: code"):
            read_units(write_gpkg(tmp_path / "u.gpkg"), columns=ColumnChoice(parent="nr"))


class TestFaults:
    """Bad inputs are refused with the file's name and the mend."""

    @pytest.mark.parametrize(
        ("columns", "told"),
        [
            ({"code": ["A", "A"]}, "more than once (A)"),
            ({"code": ["A", ""]}, "1 row has no code (row 2)"),
            ({"code": ["A", None]}, "1 row has no code (row 2)"),
            ({"code": ["T", "A"], "parent_code": [None, "T"], "level": ["t", "v"]}, ""),
        ],
    )
    def test_codes(self, columns: dict[str, list[str]], told: str, tmp_path: Path) -> None:
        path = write_gpkg(tmp_path / "u.gpkg", squares(**columns))
        if not told:
            read_units(path)
            return
        with pytest.raises(FaultsError) as refused:
            read_units(path)
        assert str(refused.value).startswith("u.gpkg: ")
        assert told in str(refused.value)

    def test_parents_that_name_nothing_while_their_level_is_there(self, tmp_path: Path) -> None:
        shapes = [box(116.8, 38.3, 116.82, 38.31), *squares().geometry]
        columns = {"code": ["T", "A", "B"], "parent_code": ["", "T", "X"]}
        frame = gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4326")
        with pytest.raises(FaultsError, match=r"B → X"):
            read_units(write_gpkg(tmp_path / "u.gpkg", frame))

    def test_parents_elsewhere_are_a_note(self, tmp_path: Path) -> None:
        read = read_units(write_gpkg(tmp_path / "u.gpkg", squares(code=["A", "B"], parent_code=["T", "T"])))
        assert "2 units have parents" in str(read.notes[0])

    def test_no_polygons(self, tmp_path: Path) -> None:
        spots = gpd.GeoDataFrame({"code": ["A"]}, geometry=[Point(116.8, 38.3)], crs="EPSG:4326")
        with pytest.raises(FaultsError, match="no polygons"):
            read_units(write_gpkg(tmp_path / "u.gpkg", spots))

    def test_no_geometry_at_all(self, tmp_path: Path) -> None:
        path = tmp_path / "u.geojson"
        feature = {"type": "Feature", "properties": {"code": "A"}, "geometry": None}
        path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
        with pytest.raises(GridmapError, match=r"u\.geojson"):
            read_units(path)

    def test_no_crs(self, tmp_path: Path) -> None:
        path = write_shapefile(tmp_path / "u.shp")
        path.with_suffix(".prj").unlink()
        with pytest.raises(MissingCrsError, match=r"u\.shp: .*--crs"):
            read_units(path)
        assert read_units(path, FileAnswers(crs="EPSG:4490")).units.crs == "EPSG:4490"

    @pytest.mark.filterwarnings("ignore:'crs' was not provided")
    def test_the_undefined_system_of_a_geopackage(self, tmp_path: Path) -> None:
        nowhere = gpd.GeoDataFrame({"code": ["A", "B"]}, geometry=list(squares().geometry))
        with pytest.raises(MissingCrsError):
            read_units(write_gpkg(tmp_path / "u.gpkg", nowhere))

    def test_a_crs_that_is_none(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="EPSG:1 names no coordinate system"):
            read_units(write_gpkg(tmp_path / "u.gpkg"), FileAnswers(crs="EPSG:1"))

    def test_metres_that_call_themselves_degrees(self, tmp_path: Path) -> None:
        metres = squares().to_crs("EPSG:4548").set_crs("EPSG:4326", allow_override=True)
        with pytest.raises(InputError, match="not degrees"):
            read_units(write_gpkg(tmp_path / "u.gpkg", metres))

    def test_a_ring_that_does_not_close_is_named_by_its_row(self, tmp_path: Path) -> None:
        path = write_geojson(tmp_path / "u.geojson")
        plain = json.loads(path.read_text())
        del plain["features"][1]["geometry"]["coordinates"][0][2:]
        path.write_text(json.dumps(plain))
        with pytest.raises(FaultsError, match=r"u\.geojson: .*row 2"):
            read_units(path)


def test_repaired_codes_are_told(tmp_path: Path) -> None:
    read = read_units(write_gpkg(tmp_path / "u.gpkg", squares(code=["130981100201.0", "130981100202"])))
    assert read.units["code"].tolist() == ["130981100201", "130981100202"]
    assert "1 code was written as a decimal number" in str(read.notes[0])


def test_gb18030_is_told(tmp_path: Path) -> None:
    frame = squares(code=["A", "B"], name=["寺门村镇", "郝村镇"])
    read = read_units(write_shapefile(tmp_path / "u.shp", frame, encoding="GB18030"))
    assert "GB18030" in str(read.notes[0])


class TestPoints:
    """Places of load."""

    def test_vector_files(self, tmp_path: Path) -> None:
        spots = gpd.GeoDataFrame(
            {"households": [3, 4]}, geometry=gpd.points_from_xy([1, 2], [3, 4]), crs="EPSG:4326"
        )
        read = read_points(write_gpkg(tmp_path / "p.gpkg", spots, layer="houses"))
        assert read.points["weight"].tolist() == [3, 4]

    def test_areas_count_at_a_point_inside(self, tmp_path: Path) -> None:
        read = read_points(write_gpkg(tmp_path / "p.gpkg", layer="houses"))
        assert read.points.geometry.within(squares().geometry).all()
        assert "2 areas count" in str(read.notes[0])

    @pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
    def test_csv_with_lon_lat(self, encoding: str, tmp_path: Path) -> None:
        path = tmp_path / "p.csv"
        path.write_text("名称,lon,lat,n\n甲,116.8,38.3,5\n乙,116.9,38.4,6\n", encoding=encoding)
        points = read_points(path, weight="n").points
        assert points["weight"].tolist() == [5, 6]
        assert points.geometry.x.tolist() == [116.8, 116.9]
        assert points["名称"].tolist() == ["甲", "乙"]

    def test_csv_with_wkt(self, tmp_path: Path) -> None:
        path = tmp_path / "p.csv"
        path.write_text("geometry,households\nPOINT (1 2),5\nPoint(3 4),6\n")
        points = read_points(path).points
        assert points.geometry.y.tolist() == [2, 4]
        assert points["weight"].tolist() == [5, 6]

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("a,b\n1,2\n", "neither a column geometry nor lon and lat; there are: a, b"),
            ("lon,lat\n1,x\n", "row 1: 1, x: no two coordinates"),
            ("lon,lat,households\n1,2,-1\n", "no weight from 0 up (row 1)"),
            ("lon,lat\n", "no points in it"),
            ("", "not a table"),
            ("lon,lat\n500000,4000000\n", "not degrees"),
        ],
    )
    def test_bad_csv(self, text: str, told: str, tmp_path: Path) -> None:
        path = tmp_path / "p.csv"
        path.write_text(text)
        with pytest.raises(InputError) as refused:
            read_points(path)
        assert told in str(refused.value)
        assert "p.csv" in str(refused.value)

    def test_parquet(self, tmp_path: Path) -> None:
        plain = pd.DataFrame({"lon": [116.8], "lat": [38.3], "households": [7]})
        plain.to_parquet(tmp_path / "p.parquet")
        assert read_points(tmp_path / "p.parquet").points["weight"].tolist() == [7]

    def test_geoparquet(self, tmp_path: Path) -> None:
        spots = gpd.GeoDataFrame({"households": [7]}, geometry=[Point(500_000, 4_000_000)], crs="EPSG:4548")
        spots.to_parquet(tmp_path / "p.parquet")
        points = read_points(tmp_path / "p.parquet").points
        assert points.crs == "EPSG:4548"
        assert points.geometry.x.tolist() == [500_000]

    def test_numbers_set_wide_and_with_wide_spaces(self, tmp_path: Path) -> None:
        path = tmp_path / "p.csv"
        path.write_text(
            "lon,lat,households\n\u3000116.8,\xa038.3,\u3000１２\n116.9 ,38.4,7\u3000\n", encoding="utf-8"
        )
        points = read_points(path).points
        assert points["weight"].tolist() == [12, 7]
        assert shapely.get_coordinates(points.geometry).tolist() == [[116.8, 38.3], [116.9, 38.4]]

    def test_metres_with_wide_spaces(self, tmp_path: Path) -> None:
        path = tmp_path / "p.csv"
        path.write_text("lon,lat\n\u300039500000,\u30004242000\n", encoding="utf-8")
        points = read_points(path, FileAnswers(crs="EPSG:4527")).points
        assert shapely.get_coordinates(points.geometry).tolist() == [[39_500_000, 4_242_000]]

    def test_a_weight_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match=r"no column n, named by --weight; there are: code, households"):
            read_points(write_gpkg(tmp_path / "p.gpkg"), weight="n")


def test_retired_cells_of_a_workspace_are_left_out(tmp_path: Path) -> None:
    cells = squares(code=["A-001", "A-002"], parent_code=["A", "A"], valid_to=[None, "2020-02-03"])
    assert read_cells(write_gpkg(tmp_path / "w.gpkg", cells, layer="cells")).cells["code"].tolist() == [
        "A-001"
    ]
