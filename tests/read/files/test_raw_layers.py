"""Foreign files: what is not what its name says, is damaged or means harm, is refused in one line."""

import json
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from gridmap.errors import GridmapError, LayerChoiceError, UnreadableFileError
from gridmap.read.files.limits import ReadLimits, set_read_limits
from gridmap.read.files.raw_layers import LayerWish, read_layers
from tests.read.drawn_files import squares, write_geojson, write_gpkg, write_shapefile, zipped

AREAS = [LayerWish("polygon")]


def refused(path: Path, *wishes: LayerWish) -> str:
    with pytest.raises(GridmapError) as refusal:
        read_layers(path, wishes or AREAS)
    text = str(refusal.value)
    assert path.name in text
    assert "\n" not in text
    return text


def text_file(name: str, text: str) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        path = folder / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def renamed(name: str) -> Callable[[Path], Path]:
    return lambda folder: write_gpkg(folder / "u.gpkg").rename(folder / name)


VRT = (
    '<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer>'
    "</OGRVRTDataSource>"
)


@pytest.mark.parametrize(
    "make",
    [
        text_file("a.gpkg", "code,name\n1,2\n"),
        text_file("a.geojson", "code,name\n1,2\n"),
        text_file("vrt.geojson", VRT),
        text_file("list.json", "[1, 2]"),
        text_file("other.json", '{"objects": {"a": 1}}'),
        text_file("a.zip", "no archive"),
        text_file("a.parquet", "no table"),
        renamed("a.shp"),
        renamed("a.geojson"),
        renamed("a.zip"),
        lambda folder: write_geojson(folder / "a.gpkg"),
        lambda folder: write_shapefile(folder / "a.shp").rename(folder / "b.gpkg"),
    ],
)
def test_a_file_that_is_not_what_its_name_says(make: Callable[[Path], Path], tmp_path: Path) -> None:
    assert "its content is not a" in refused(make(tmp_path))


def test_an_sqlite_file_is_no_geopackage(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    with sqlite3.connect(path) as connection:
        connection.execute("create table units (code)")
    connection.close()
    assert "its content is not a GeoPackage" in refused(path)


def test_other_endings_are_not_read(tmp_path: Path) -> None:
    assert "are not read" in refused(text_file("a.dxf", "0\nSECTION")(tmp_path))


def test_a_missing_file(tmp_path: Path) -> None:
    assert "no such file" in refused(tmp_path / "nowhere.gpkg")


@pytest.mark.parametrize(
    "crs",
    [
        {"type": "url", "properties": {"url": "http://127.0.0.1:9/crs"}},
        {"type": "link", "properties": {"href": "http://127.0.0.1:9/crs", "type": "proj4"}},
        {"type": "name", "properties": {"name": "http://www.opengis.net/def/crs/EPSG/0/4326"}},
        {"type": "name", "properties": {"name": "/etc/passwd"}},
    ],
)
def test_addresses_of_coordinate_systems_are_not_followed(crs: dict[str, object], tmp_path: Path) -> None:
    assert "addresses are not followed" in refused(write_geojson(tmp_path / "a.geojson", crs=crs))


def test_nor_are_those_of_a_single_geometry(tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "a.geojson")
    plain = json.loads(path.read_text())
    plain["features"][0]["geometry"]["crs"] = {"type": "url", "properties": {"url": "http://127.0.0.1:9"}}
    path.write_text(json.dumps(plain))
    assert "addresses are not followed" in refused(path)


def test_nor_is_the_first_of_two(tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "a.geojson", crs={"type": "name", "properties": {"name": "EPSG:4490"}})
    twice = '"crs": {"type": "url", "properties": {"url": "http://127.0.0.1:9"}}, "crs":'
    path.write_text(path.read_text().replace('"crs":', twice))
    assert "addresses are not followed" in refused(path)


@pytest.mark.parametrize("name", ["EPSG:4490", "urn:ogc:def:crs:EPSG::4490", "urn:ogc:def:crs:OGC:1.3:CRS84"])
def test_names_of_coordinate_systems_are_taken(name: str, tmp_path: Path) -> None:
    crs = {"type": "name", "properties": {"name": name}}
    (raw,) = read_layers(write_geojson(tmp_path / "a.geojson", crs=crs), AREAS)
    assert raw is not None
    assert raw.crs in {"EPSG:4490", "OGC:CRS84", "EPSG:4326"}


@pytest.mark.parametrize("cut", [100, 300])
def test_a_truncated_geojson(cut: int, tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "a.geojson")
    path.write_text(path.read_text()[:cut])
    assert "its end is missing" in refused(path)


def test_a_truncated_geopackage(tmp_path: Path) -> None:
    path = write_gpkg(tmp_path / "a.gpkg")
    path.write_bytes(path.read_bytes()[:9000])
    assert "damaged" in refused(path)


def test_json_nested_past_all_depth(tmp_path: Path) -> None:
    path = text_file(
        "deep.json", '{"type": "FeatureCollection", "a": ' + "[" * 200_000 + "]" * 200_000 + "}"
    )(tmp_path)
    assert "damaged" in refused(path)


@pytest.mark.parametrize(
    "statement",
    ["create view spy as select * from units", "create virtual table notes using fts5(text)"],
)
def test_views_and_virtual_tables_are_not_read(statement: str, tmp_path: Path) -> None:
    path = write_gpkg(tmp_path / "a.gpkg")
    connection = sqlite3.connect(path)
    connection.execute(statement)
    connection.commit()
    connection.close()
    assert "view or virtual table" in refused(path)


class TestArchives:
    """Zipped shapefiles, and archives that mean harm."""

    def test_a_shapefile_in_a_folder_of_an_archive(self, tmp_path: Path) -> None:
        archive = zipped(write_shapefile(tmp_path / "land.shp"), tmp_path / "land.zip")
        (raw,) = read_layers(archive, AREAS)
        assert raw is not None
        assert raw.table.num_rows == 2

    def test_two_shapefiles_need_a_name(self, tmp_path: Path) -> None:
        write_shapefile(tmp_path / "one.shp")
        two = write_shapefile(tmp_path / "two.shp")
        archive = tmp_path / "both.zip"
        with zipfile.ZipFile(archive, "w") as packed:
            for part in [*tmp_path.glob("one.*"), *tmp_path.glob("two.*")]:
                packed.write(part, part.name)
        assert "one, two" in refused(archive)
        (raw,) = read_layers(archive, [LayerWish("polygon", "two")])
        assert raw is not None
        assert raw.layer == two.stem

    def test_a_bomb(self, tmp_path: Path) -> None:
        archive = tmp_path / "bomb.zip"
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr("a.shp", b"\0" * 50_000_000)
        assert "holds too much" in refused(archive)

    def test_paths_that_climb_stay_inside(self, tmp_path: Path) -> None:
        shapefile = write_shapefile(tmp_path / "land.shp")
        archive = tmp_path / "climb.zip"
        with zipfile.ZipFile(archive, "w") as packed:
            for part in tmp_path.glob("land.*"):
                packed.write(part, f"../../../{part.name}")
        before = shapefile.stat().st_mtime_ns
        (raw,) = read_layers(archive, AREAS)
        assert raw is not None
        assert shapefile.stat().st_mtime_ns == before

    def test_no_shapefile_in_it(self, tmp_path: Path) -> None:
        archive = tmp_path / "a.zip"
        with zipfile.ZipFile(archive, "w") as packed:
            packed.writestr("readme.txt", "nothing")
        assert "no shapefile" in refused(archive)

    def test_other_content_in_it(self, tmp_path: Path) -> None:
        archive = tmp_path / "a.zip"
        with zipfile.ZipFile(archive, "w") as packed:
            packed.writestr("a.shp", VRT)
        assert "its content is not a shapefile" in refused(archive)


class TestLayers:
    """Which layer is read, and what is said where that is open."""

    def test_a_preferred_layer_wins(self, tmp_path: Path) -> None:
        path = write_gpkg(write_gpkg(tmp_path / "a.gpkg", layer="old"), layer="units")
        (raw,) = read_layers(path, [LayerWish("polygon", None, ("units",))])
        assert raw is not None
        assert raw.layer == "units"

    def test_several_layers_need_a_name(self, tmp_path: Path) -> None:
        path = write_gpkg(write_gpkg(tmp_path / "a.gpkg", layer="old"), layer="new")
        with pytest.raises(LayerChoiceError, match=r"--layer: old, new"):
            read_layers(path, AREAS)

    def test_layers_of_points_are_not_taken_for_areas(self, tmp_path: Path) -> None:
        path = write_gpkg(tmp_path / "a.gpkg", layer="areas")
        spots = squares().set_geometry(squares().geometry.representative_point())
        write_gpkg(path, spots, layer="spots")
        areas, points = read_layers(path, [LayerWish("polygon"), LayerWish("point", "spots")])
        assert areas is not None
        assert points is not None
        assert (areas.layer, points.layer) == ("areas", "spots")

    def test_a_layer_that_is_not_there(self, tmp_path: Path) -> None:
        text = refused(write_gpkg(tmp_path / "a.gpkg"), LayerWish("polygon", "roads"))
        assert "Its layers are: units" in text

    def test_an_optional_layer_that_is_not_there(self, tmp_path: Path) -> None:
        optional = LayerWish("none", None, ("cuts",), optional=True)
        assert read_layers(write_gpkg(tmp_path / "a.gpkg"), [optional]) == [None]


class TestEncodings:
    """Texts of shapefiles without a word on their encoding."""

    @pytest.mark.parametrize("encoding", ["UTF-8", "GB18030"])
    def test_utf8_strictly_then_gb18030(self, encoding: str, tmp_path: Path) -> None:
        frame = squares(code=["A", "B"], name=["寺门村镇", "郝村镇"])
        (raw,) = read_layers(write_shapefile(tmp_path / "a.shp", frame, encoding=encoding), AREAS)
        assert raw is not None
        assert raw.encoding.name == encoding
        assert raw.table.column("name").to_pylist() == ["寺门村镇", "郝村镇"]

    def test_a_column_name_cut_mid_character(self, tmp_path: Path) -> None:
        path = write_shapefile(tmp_path / "a.shp", squares(code=["A", "B"], abcdefghij=["村", "镇"]))
        raw_bytes = path.with_suffix(".dbf").read_bytes()
        cut = "行政区划".encode()[:10]
        path.with_suffix(".dbf").write_bytes(raw_bytes.replace(b"abcdefghij", cut))
        (raw,) = read_layers(path, AREAS)
        assert raw is not None
        assert raw.table.column_names[:2] == ["code", "行政区"]


@pytest.mark.parametrize("depth", [2, 100_000])
def test_nested_geometry_in_parquet_is_not_decoded(depth: int, tmp_path: Path) -> None:
    collection = b"\x01\x07\x00\x00\x00\x01\x00\x00\x00"
    wkb = collection * depth + shapely.to_wkb(shapely.Point(1, 2))
    about = {"version": "1.0.0", "primary_column": "geometry", "columns": {"geometry": {"encoding": "WKB"}}}
    table = pa.table({"geometry": [wkb]}).replace_schema_metadata({"geo": json.dumps(about)})
    pq.write_table(table, tmp_path / "a.parquet")
    assert "nested" in refused(tmp_path / "a.parquet")


@pytest.fixture
def usual_limits() -> Iterator[None]:
    yield
    set_read_limits(ReadLimits())


@pytest.mark.usefixtures("usual_limits")
def test_a_child_that_takes_too_long_is_stopped(tmp_path: Path) -> None:
    set_read_limits(ReadLimits(seconds=0.01))
    with pytest.raises(UnreadableFileError, match="Divide it"):
        read_layers(write_gpkg(tmp_path / "a.gpkg"), AREAS)


@pytest.mark.usefixtures("usual_limits")
def test_a_child_without_memory_fails_in_one_line(tmp_path: Path) -> None:
    set_read_limits(ReadLimits(gigabytes=0.06))
    assert "too large" in refused(write_gpkg(tmp_path / "a.gpkg"))


def test_coordinates_arrive_to_the_last_bit(tmp_path: Path) -> None:
    frame = squares()
    exact = shapely.transform(frame.geometry.to_numpy(), lambda xy: xy + 0.1 / 3)
    path = write_gpkg(tmp_path / "a.gpkg", frame.set_geometry(exact, crs="EPSG:4326"))
    (raw,) = read_layers(path, AREAS)
    assert raw is not None
    assert raw.geometry is not None
    read = shapely.from_wkb(raw.table.column(raw.geometry).to_numpy(zero_copy_only=False))
    assert shapely.get_coordinates(read).tolist() == shapely.get_coordinates(exact).tolist()
