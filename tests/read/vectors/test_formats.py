"""Every further kind of file: the same two squares come out; what is mended on the way is told."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pytest
import shapely
from shapely import LineString, MultiPolygon, Point, box

from gridmap.errors import FaultsError, InputError, LayerChoiceError, MissingCrsError
from gridmap.geo.systems.datum import Datum, from_wgs84
from gridmap.model.faults import FaultKind
from gridmap.read.files.answers import FileAnswers
from gridmap.read.files.raw_layers import LayerWish, RawLayer, read_every_layer, read_layers
from gridmap.read.isolated.kml import plain_text
from gridmap.read.vectors.boundaries import read_units
from gridmap.read.vectors.columns import ColumnChoice
from gridmap.read.vectors.dirty_units import read_dirty_units
from gridmap.read.vectors.inspection import inspect_vector
from gridmap.read.vectors.points import read_points
from tests.read.drawn_files import LEFT, RIGHT, geojson, squares, write_geojson, write_shapefile, zipped
from tests.read.vectors.drawn_formats import (
    NAMES,
    folder,
    kml,
    placemark,
    write_flatgeobuf,
    write_kml,
    write_kmz,
    write_mapinfo,
    write_parquet,
    write_topojson,
)

FORMATS: dict[str, Callable[[Path], Path]] = {
    "FlatGeobuf": lambda at: write_flatgeobuf(at / "u.fgb"),
    "GeoParquet": lambda at: write_parquet(at / "u.parquet"),
    "MapInfo TAB": lambda at: write_mapinfo(at / "u.zip", ".tab"),
    "MapInfo MIF": lambda at: write_mapinfo(at / "u.zip", ".mif"),
    "MapInfo, UTF-8": lambda at: write_mapinfo(at / "u.zip", ".tab", charset="UTF-8"),
    "TopoJSON": lambda at: write_topojson(at / "u.topojson"),
    "TopoJSON by another name": lambda at: write_topojson(at / "u.json"),
    "KML": lambda at: write_kml(at / "u.kml"),
    "KML in GBK": lambda at: write_kml(at / "u.kml", encoding="gbk"),
    "KML in UTF-16": lambda at: write_kml(at / "u.kml", encoding="utf-16"),
    "KMZ": lambda at: write_kmz(at / "u.kmz"),
}


def only(path: Path, **options: str) -> RawLayer:
    (raw,) = read_layers(path, [LayerWish("polygon", options.get("layer"))], encoding=options.get("encoding"))
    assert raw is not None
    return raw


def off(units: gpd.GeoDataFrame) -> float:
    """How far units are from the squares, degrees."""
    drawn = squares().geometry.to_numpy()
    return float(shapely.hausdorff_distance(units.geometry.to_numpy(), drawn).max())


@pytest.mark.parametrize("make", FORMATS.values(), ids=FORMATS)
def test_every_kind_of_file_gives_the_same_units(make: Callable[[Path], Path], tmp_path: Path) -> None:
    name = ColumnChoice(name=None)
    units = read_units(make(tmp_path), columns=name).units.set_index("code")
    assert units.index.tolist() == ["A", "B"]
    assert units["name"].tolist() == NAMES
    assert units.crs == "EPSG:4326"
    assert off(units) < 1e-9
    assert not units.geometry.has_z.any()


@pytest.mark.parametrize("make", FORMATS.values(), ids=FORMATS)
def test_every_kind_of_file_is_inspected(make: Callable[[Path], Path], tmp_path: Path) -> None:
    (layer,) = inspect_vector(make(tmp_path))
    assert (layer.count, layer.geometry, layer.faults) == (2, ("polygon",), ())
    assert layer.sure
    assert layer.crs == "EPSG:4326"


class TestGeoJson:
    """One bad feature does not spoil the file."""

    def written(self, path: Path, *rings: object, after: str = "") -> Path:
        plain = geojson()
        for feature, ring in zip(plain["features"], rings, strict=False):
            if ring is not None:
                feature["geometry"]["coordinates"] = ring
        path.write_text(json.dumps(plain) + after, encoding="utf-8")
        return path

    def test_an_open_ring_is_closed_and_named(self, tmp_path: Path) -> None:
        corners = [list(corner) for corner in RIGHT.exterior.coords][:-1]
        path = self.written(tmp_path / "u.geojson", None, [corners])
        read = read_units(path)
        assert read.units.geometry.geom_equals(squares().geometry).all()
        assert "1 area whose ring did not close was closed (row 2)" in [str(note) for note in read.notes]

    def test_text_after_the_end_is_left_out_and_named(self, tmp_path: Path) -> None:
        read = read_units(self.written(tmp_path / "u.geojson", after="\n}}]garbage"))
        assert read.units["code"].tolist() == ["A", "B"]
        assert any("}}]garbage" in str(note) for note in read.notes)

    def test_a_second_collection_after_the_first_is_not_dropped(self, tmp_path: Path) -> None:
        path = self.written(tmp_path / "u.geojson", after="\n" + json.dumps(geojson()))
        with pytest.raises(InputError, match="several JSON texts"):
            read_units(path)

    @pytest.mark.parametrize(
        "ring",
        [
            [[[1, 2]]], [[[1, 2], [3, 4], [1, 2]]], "nothing", [[["x", 2], [3, 4], [5, 6]]],
            [[[1], [2], [3]]], [[1, 2]], {},
        ],
    )  # fmt: skip
    def test_geometry_beyond_mending_is_named_and_the_rest_kept(self, ring: object, tmp_path: Path) -> None:
        path = self.written(tmp_path / "u.geojson", ring)
        units, notes = read_dirty_units(path)
        assert units["code"].tolist() == ["B"]
        assert "the geometry of 1 row is damaged and was left out (row 1)" in [str(note) for note in notes]
        with pytest.raises(FaultsError, match="row 1"):
            read_units(path)

    def test_only_what_is_mended_is_written_anew(self, tmp_path: Path) -> None:
        """The third of five rings is open; numbers of the others keep all they have, however it is set."""
        frame = squares(code=["A", "B"]).iloc[[0, 1, 0, 1, 0]].reset_index(drop=True)
        plain = json.loads(frame.assign(code=list("ABCDE"), n=1e300).to_json())
        plain["features"][2]["geometry"]["coordinates"][0].pop()
        for indent in (None, 1):
            path = tmp_path / f"u{indent}.geojson"
            path.write_text(json.dumps({"features": [], **plain}, indent=indent), encoding="utf-8")
            read = read_units(path)
            assert read.units["code"].tolist() == list("ABCDE")
            assert read.units.geometry.geom_equals(frame.geometry).all()
            assert read.units["n"].tolist() == [1e300] * 5
            assert "1 area whose ring did not close was closed (row 3)" in [str(note) for note in read.notes]

    def test_one_feature_by_itself_is_mended(self, tmp_path: Path) -> None:
        feature = geojson()["features"][0]
        feature["geometry"]["coordinates"][0].pop()
        path = tmp_path / "u.geojson"
        path.write_text(json.dumps({**feature, "features": [1]}), encoding="utf-8")
        read = read_units(path)
        assert read.units.geometry.geom_equals(squares().iloc[:1].geometry).all()

    @pytest.mark.parametrize(
        ("given", "put", "told"),
        [
            ('"code": "B"', '"code": B', "feature 2: Expecting value"),
            ("}, {", "} {", "feature 2: Expecting ','"),
            ("]}}]", "]}},]", "feature 3: Nothing after a comma"),
            ('"features": [', '"features" [', "Expecting ':'"),
            ('"features": [', 'features: [', "Expecting a name"),
        ],
    )  # fmt: skip
    def test_a_text_that_is_no_json_tells_the_feature(
        self, given: str, put: str, told: str, tmp_path: Path
    ) -> None:
        path = write_geojson(tmp_path / "u.geojson")
        text = path.read_text()
        assert given in text
        before, _, after = text.rpartition(given) if given == "]}}]" else text.partition(given)
        path.write_text(before + put + after)
        with pytest.raises(InputError, match=told):
            read_units(path)

    def test_a_file_in_gb18030(self, tmp_path: Path) -> None:
        path = tmp_path / "u.geojson"
        text = json.dumps(json.loads(squares(code=["A", "B"], 名称=NAMES).to_json()), ensure_ascii=False)
        path.write_bytes(text.encode("gb18030"))
        read = read_units(path)
        assert read.units["name"].tolist() == NAMES
        assert any("GB18030" in str(note) for note in read.notes)

    def test_numbers_come_back_to_the_last_bit(self, tmp_path: Path) -> None:
        odd = 116.8 + 0.1 / 3
        shape = [[[odd, 38.3], [odd + 0.01, 38.3], [odd, 38.3 + 0.1 / 7]]]
        units = read_units(self.written(tmp_path / "u.geojson", shape)).units
        assert shapely.get_coordinates(units.geometry.iloc[0])[0].tolist() == [odd, 38.3]


class TestKml:
    """Folders are layers; what is no data is left."""

    def test_folders_in_folders(self, tmp_path: Path) -> None:
        inside = folder("2019", placemark("A", "old", LEFT)) + folder("2020", placemark("A", "new", LEFT))
        path = write_kml(tmp_path / "u.kml", kml(folder("一镇", inside) + folder("空")))
        layers = {raw.layer: raw.table.num_rows for raw in read_every_layer(path)}
        assert layers == {"一镇 / 2019": 1, "一镇 / 2020": 1, "空": 0}
        with pytest.raises(LayerChoiceError, match="一镇 / 2019, 一镇 / 2020"):
            read_units(path)
        assert read_units(path, FileAnswers(layer="一镇 / 2020")).units["name"].tolist() == ["new"]

    def test_folders_of_one_name_stay_apart(self, tmp_path: Path) -> None:
        twice = folder("村", placemark("A", "a", LEFT)) + folder("村", placemark("B", "b", RIGHT))
        assert [raw.layer for raw in read_every_layer(write_kml(tmp_path / "u.kml", kml(twice)))] == [
            "村",
            "村 (2)",
        ]

    def test_points_lines_holes_and_parts(self, tmp_path: Path) -> None:
        hole, ring = "2,2 3,2 3,3 2,2", "0,0 9,0 9,9 0,9 0,0"
        hole = f"<LinearRing><coordinates>{hole}</coordinates></LinearRing>"
        ring = f"<LinearRing><coordinates>{ring}</coordinates></LinearRing>"
        hole, ring = (
            f"<innerBoundaryIs>{hole}</innerBoundaryIs>",
            f"<outerBoundaryIs>{ring}</outerBoundaryIs>",
        )
        shapes = [
            "<Point><coordinates> 116.8, 38.3, 5 </coordinates></Point>",
            "<LineString><coordinates>0,0 1,1</coordinates></LineString>",
            f"<Polygon>{ring}{hole}</Polygon>",
            "<MultiGeometry><Point><coordinates>1,2</coordinates></Point><Point><coordinates>3,4</coordinates></Point>"
            "</MultiGeometry>",
            f"<MultiGeometry><Polygon>{ring}</Polygon><Point><coordinates>3,4</coordinates></Point></MultiGeometry>",
            "",
            "<Point><coordinates>east,north</coordinates></Point>",
        ]
        text = kml("".join(f"<Placemark>{shape}</Placemark>" for shape in shapes))
        (raw,) = read_every_layer(write_kml(tmp_path / "u.kml", text))
        read = shapely.from_wkb(raw.table.column("geometry").to_pylist())
        assert read[0] == Point(116.8, 38.3)
        assert read[1] == LineString([(0, 0), (1, 1)])
        assert read[2].area == 80.5
        assert read[3] == shapely.MultiPoint([(1, 2), (3, 4)])
        assert [part.geom_type for part in read[4].geoms] == ["Polygon", "Point"]
        assert read[5] is None
        assert read[6] is None
        assert [(one.kind, one.rows) for one in raw.faults] == [(FaultKind.GEOMETRY_DAMAGED, (7,))]

    def test_descriptions_are_their_text(self, tmp_path: Path) -> None:
        html = "<table><tr><td>户数</td><td>320</td></tr></table><script>steal()</script><img src='x'>"
        path = write_kml(
            tmp_path / "u.kml",
            kml(placemark("A", "a", LEFT, more=f"<description><![CDATA[{html}]]></description>")),
        )
        assert only(path).table.column("description").to_pylist() == ["户数 320"]
        assert plain_text("a < b") == "a < b"

    def test_open_rings_are_closed_and_named(self, tmp_path: Path) -> None:
        raw = only(write_kml(tmp_path / "u.kml", kml(placemark("A", "a", LEFT, close=False))))
        assert [(one.kind, one.rows) for one in raw.faults] == [(FaultKind.RING_OPEN, (1,))]
        assert shapely.from_wkb(raw.table.column("geometry").to_pylist()[0]).equals(LEFT)

    def test_a_document_without_anything(self, tmp_path: Path) -> None:
        with pytest.raises(LayerChoiceError):
            read_units(write_kml(tmp_path / "u.kml", kml("<Style/>")))


class TestShapefiles:
    """Texts of shapefiles in what offices write."""

    @pytest.mark.parametrize(
        ("encoding", "name", "names"),
        [("CP950", "Big5", ["士林區", "大安區"]), ("CP1252", "Windows-1252", ["Québec", "Montréal"])],
    )
    def test_other_encodings(self, encoding: str, name: str, names: list[str], tmp_path: Path) -> None:
        raw = only(
            write_shapefile(tmp_path / "u.shp", squares(code=["A", "B"], name=names), encoding=encoding)
        )
        assert (raw.encoding.name, raw.encoding.found_by) == (name, "score")
        assert raw.table.column("name").to_pylist() == names

    @pytest.mark.parametrize(
        ("cpg", "found_by"), [("GBK", "declared"), ("ISO-8859-1", "score"), ("UTF-8", "score")]
    )
    def test_a_cpg_is_heard_and_verified(self, cpg: str, found_by: str, tmp_path: Path) -> None:
        path = write_shapefile(tmp_path / "u.shp", squares(code=["A", "B"], name=NAMES), encoding="GB18030")
        path.with_suffix(".cpg").write_text(cpg)
        raw = only(path)
        assert (raw.encoding.name, raw.encoding.found_by) == ("GB18030", found_by)
        assert raw.table.column("name").to_pylist() == NAMES
        wrong = [one.value for one in raw.faults if one.kind is FaultKind.ENCODING_WRONG]
        assert wrong == ([] if found_by == "declared" else [cpg])

    def test_a_reader_may_name_it(self, tmp_path: Path) -> None:
        path = write_shapefile(
            tmp_path / "u.shp", squares(code=["A", "B"], name=["區", "縣"]), encoding="CP950"
        )
        assert only(path, encoding="big5").table.column("name").to_pylist() == ["區", "縣"]
        with pytest.raises(InputError, match="klingon is no encoding"):
            only(path, encoding="klingon")

    def test_an_archive_of_windows_with_chinese_names(self, tmp_path: Path) -> None:
        write_shapefile(tmp_path / "u.shp", squares(code=["A", "B"], name=NAMES), encoding="GB18030")
        archive = tmp_path / "u.zip"
        with zipfile.ZipFile(archive, "w") as packed:
            for part in (".shp", ".shx", ".dbf", ".prj"):
                packed.writestr(f"abcd{part}", (tmp_path / "u.shp").with_suffix(part).read_bytes())
        # Windows writes names as bytes of GBK, without the flag that would say so.
        archive.write_bytes(archive.read_bytes().replace(b"abcd", "乡镇".encode("gbk")))
        (raw,) = read_every_layer(archive)
        assert raw.layer == "乡镇"

    def test_two_cut_titles_that_become_alike_stay_apart(self, tmp_path: Path) -> None:
        frame = squares(code=["A", "B"], abcdefghij=["1", "2"], klmnopqrst=["3", "4"])
        path = write_shapefile(tmp_path / "u.shp", frame)
        table = path.with_suffix(".dbf")
        titles = ["行政区划".encode()[:10], "行政区名".encode()[:10]]
        data = table.read_bytes().replace(b"abcdefghij", titles[0]).replace(b"klmnopqrst", titles[1])
        table.write_bytes(data)
        raw = only(path)
        assert raw.table.column_names[:3] == ["code", "行政区", "行政区_2"]
        assert [one.kind for one in raw.faults] == [FaultKind.FIELD_CUT] * 2

    def test_all_of_an_archive_are_inspected(self, tmp_path: Path) -> None:
        for name in ("one", "two"):
            write_shapefile(tmp_path / f"{name}.shp")
        with zipfile.ZipFile(tmp_path / "u.zip", "w") as packed:
            for part in [*tmp_path.glob("one.*"), *tmp_path.glob("two.*")]:
                packed.write(part, part.name)
        assert [one.name for one in inspect_vector(tmp_path / "u.zip")] == ["one", "two"]


def test_garbled_texts_and_titles_are_set_right_and_named(tmp_path: Path) -> None:
    garbled = [name.encode().decode("latin-1") for name in NAMES]
    title = "名称".encode().decode("latin-1")
    path = tmp_path / "u.gpkg"
    squares(code=["A", "B"], **{title: garbled}).to_file(path, layer="units")
    read = read_units(path)
    assert read.units["name"].tolist() == NAMES
    notes = [str(note) for note in read.notes]
    assert any("was read as 名称" in note for note in notes)
    assert any("2 garbled texts of column 名称 were set right (rows 1, 2)" in note for note in notes)


class TestParquet:
    """Geometry in Parquet that is more than points."""

    @pytest.mark.parametrize(
        "shape", [MultiPolygon([LEFT, box(117, 38, 117.1, 38.1)]), LineString([(0, 0), (1, 1)]), Point(1, 2)]
    )
    def test_simple_kinds(self, shape: shapely.Geometry, tmp_path: Path) -> None:
        gpd.GeoDataFrame({"code": ["A"]}, geometry=[shape], crs="EPSG:4326").to_parquet(
            tmp_path / "u.parquet"
        )
        (raw,) = read_every_layer(tmp_path / "u.parquet")
        assert shapely.from_wkb(raw.table.column("geometry").to_pylist()[0]) == shape

    def test_heights_are_dropped(self, tmp_path: Path) -> None:
        high = shapely.force_3d(MultiPolygon([LEFT]), 5)
        gpd.GeoDataFrame({"code": ["A"]}, geometry=[high], crs="EPSG:4326").to_parquet(tmp_path / "u.parquet")
        units = read_units(tmp_path / "u.parquet").units
        assert not units.geometry.has_z.any()
        assert units.geometry.iloc[0].equals(LEFT)


class TestNaming:
    """What the reader may say: axes, system, datum."""

    def test_swapped_axes(self, tmp_path: Path) -> None:
        metres = squares().to_crs("EPSG:4548")
        swapped = shapely.transform(metres.geometry.to_numpy(), lambda xy: xy[:, ::-1])
        path = write_shapefile(tmp_path / "u.shp", metres.set_geometry(swapped, crs="EPSG:4548"))
        with pytest.raises(InputError, match=r"Likely: EPSG:4548/swapped"):
            read_units(path)
        path.with_suffix(".prj").unlink()
        with pytest.raises(MissingCrsError, match="/swapped"):
            read_units(path)
        units = read_units(path, FileAnswers(crs="EPSG:4548/swapped")).units.to_crs("EPSG:4326")
        assert off(units) < 1e-9

    @pytest.mark.parametrize("datum", [Datum.GCJ02, Datum.BD09])
    def test_a_datum(self, datum: Datum, tmp_path: Path) -> None:
        def moved(xy: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
            return np.column_stack(from_wgs84(datum, xy[:, 0], xy[:, 1]))

        frame = squares()
        frame = frame.set_geometry(shapely.transform(frame.geometry.to_numpy(), moved), crs="EPSG:4326")
        frame.to_file(tmp_path / "u.gpkg", layer="units")
        units = read_units(tmp_path / "u.gpkg", FileAnswers(datum=datum)).units
        assert off(units) < 1e-6

    def test_a_system_that_puts_the_data_into_the_sea(self, tmp_path: Path) -> None:
        wrong = squares().to_crs("EPSG:4548").set_crs("EPSG:4549", allow_override=True)
        path = zipped(write_shapefile(tmp_path / "u.shp", wrong), tmp_path / "u.zip")
        with pytest.raises(InputError, match=r"in the sea.*Likely: .*EPSG:4548"):
            read_units(path)
        assert len(read_units(path, FileAnswers(crs="EPSG:4548")).units) == 2


def test_points_say_what_was_mended(tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "p.geojson")
    path.write_text(path.read_text() + "x")
    assert any("after the end" in str(note) for note in read_points(path).notes)
