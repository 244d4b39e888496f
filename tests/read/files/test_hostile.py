"""Files of the further kinds that mean harm: refused or disarmed, in one line; nothing outside is reached."""

from __future__ import annotations

import json
import socket
import sqlite3
import struct
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from gridmap.errors import GridmapError
from gridmap.read.files.raw_layers import LayerWish, read_every_layer, read_layers
from tests.read.drawn_files import LEFT, write_gpkg
from tests.read.vectors.drawn_formats import (
    folder,
    kml,
    placemark,
    topology,
    write_flatgeobuf,
    write_kml,
    write_kmz,
    write_mapinfo,
    write_topojson,
)

SECONDS = 180
"""What a starved machine may take; an idle one takes one. The child's own limits end what would hang."""


def refused(path: Path) -> str:
    """The one line of a refusal, which comes soon."""
    began = time.monotonic()
    with pytest.raises(GridmapError) as refusal:
        read_layers(path, [LayerWish("polygon")])
    assert time.monotonic() - began < SECONDS
    text = str(refusal.value)
    assert path.name in text
    assert "\n" not in text
    return text


@pytest.fixture
def listener() -> Iterator[tuple[str, list[object]]]:
    """An address of this machine, and who has called there."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        calls: list[object] = []
        over = threading.Event()

        def listen() -> None:
            while not over.is_set():
                try:
                    calls.append(server.accept())
                except TimeoutError:
                    continue

        thread = threading.Thread(target=listen)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", calls
        over.set()
        thread.join()


DOCTYPES = {
    "a file of the server": '<!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    "an address": '<!DOCTYPE kml SYSTEM "http://127.0.0.1:9/kml.dtd">',
    "an entity bomb": "<!DOCTYPE kml [<!ENTITY a 'aaaaaaaaaa'>"
    + "".join(f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 10}'>" for n in range(9))
    + "]>",
    "a parameter entity": "<!DOCTYPE kml [<!ENTITY % x SYSTEM 'http://127.0.0.1:9/x'> %x;]>",
}


class TestKml:
    """Markup that reaches out or swells."""

    @pytest.mark.parametrize("prolog", DOCTYPES.values(), ids=DOCTYPES)
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gbk"])
    def test_doctypes_are_refused(self, prolog: str, encoding: str, tmp_path: Path) -> None:
        text = kml(placemark("A", "&x;", LEFT), prolog=prolog, encoding=encoding)
        assert "DOCTYPE" in refused(write_kml(tmp_path / "a.kml", text, encoding=encoding))

    def test_links_are_not_followed(self, listener: tuple[str, list[object]], tmp_path: Path) -> None:
        address, calls = listener
        links = (
            f"<NetworkLink><Link><href>{address}/more.kml</href></Link></NetworkLink>"
            f"<Style id='s'><IconStyle><Icon><href>{address}/icon.png</href></Icon></IconStyle></Style>"
            f"<GroundOverlay><Icon><href>file:///etc/passwd</href></Icon></GroundOverlay>"
        )
        spot = placemark("A", "a", LEFT, more=f"<styleUrl>{address}/s.kml#s</styleUrl>")
        (raw,) = read_every_layer(write_kml(tmp_path / "a.kml", kml(links + folder("x", spot))))
        assert raw.table.num_rows == 1
        assert [str(note) for note in raw.notes] == ["a link to data elsewhere was not followed"]
        assert calls == []

    def test_ten_thousand_layers(self, tmp_path: Path) -> None:
        many = "".join(folder(f"f{n}", "<Placemark/>") for n in range(10_000))
        assert "more than 500 layers" in refused(write_kml(tmp_path / "a.kml", kml(many)))

    @pytest.mark.parametrize("tag", ["Folder", "MultiGeometry", "x"])
    def test_nesting_past_all_depth(self, tag: str, tmp_path: Path) -> None:
        inside = f"<{tag}>" * 50_000 + f"</{tag}>" * 50_000
        assert "nested" in refused(write_kml(tmp_path / "a.kml", kml(inside)))

    @pytest.mark.parametrize("text", ["<kml><Document>", "<kml>\x01</kml>", "<kml></Document>"])
    def test_broken_markup(self, text: str, tmp_path: Path) -> None:
        assert "damaged" in refused(write_kml(tmp_path / "a.kml", text))

    @pytest.mark.parametrize(
        "text", ["<?xml version='1.0'?><html/>", "<gpx/>", "plain text", "<OGRVRTDataSource/>"]
    )
    def test_other_markup(self, text: str, tmp_path: Path) -> None:
        assert "its content is not a KML" in refused(write_kml(tmp_path / "a.kml", text))


class TestKmz:
    """Archives that climb, swell, or hold something else."""

    def test_paths_that_climb_stay_inside(self, tmp_path: Path) -> None:
        inner = tmp_path / "inner"
        inner.mkdir()
        archive = write_kmz(inner / "a.kmz", {"../doc.kml": kml(), "/tmp/doc.kml": "<kml/>"})
        assert read_every_layer(archive)[0].table.num_rows == 2
        assert {path.name for path in tmp_path.rglob("*")} == {"inner", "a.kmz"}

    def test_a_bomb(self, tmp_path: Path) -> None:
        assert "holds too much" in refused(
            write_kmz(tmp_path / "a.kmz", {"doc.kml": "<kml>" + " " * 30_000_000})
        )

    def test_an_archive_without_kml(self, tmp_path: Path) -> None:
        assert "no KML" in refused(write_kmz(tmp_path / "a.kmz", {"a.txt": "x"}))

    def test_no_archive(self, tmp_path: Path) -> None:
        assert "content is not a KMZ" in refused(write_kml(tmp_path / "a.kmz"))

    def test_a_damaged_archive(self, tmp_path: Path) -> None:
        archive = write_kmz(tmp_path / "a.kmz")
        archive.write_bytes(archive.read_bytes()[:200])
        assert "damaged" in refused(archive)

    def test_entities_inside(self, tmp_path: Path) -> None:
        text = kml(prolog=DOCTYPES["an entity bomb"])
        assert "DOCTYPE" in refused(write_kmz(tmp_path / "a.kmz", {"doc.kml": text}))


class TestFlatGeobuf:
    """Damaged and false files."""

    @pytest.mark.parametrize("share", [0.05, 0.3, 0.6])
    def test_truncated(self, share: float, tmp_path: Path) -> None:
        path = write_flatgeobuf(tmp_path / "a.fgb")
        data = path.read_bytes()
        path.write_bytes(data[: int(len(data) * share)])
        assert "damaged" in refused(path)

    def test_sizes_that_lie(self, tmp_path: Path) -> None:
        path = write_flatgeobuf(tmp_path / "a.fgb")
        data = bytearray(path.read_bytes())
        data[8:12] = struct.pack("<I", 0x7FFFFFFF)
        path.write_bytes(data)
        assert "a.fgb" in refused(path)

    @pytest.mark.parametrize("text", ["{}", "fgb", "<OGRVRTDataSource/>"])
    def test_other_content(self, text: str, tmp_path: Path) -> None:
        path = tmp_path / "a.fgb"
        path.write_text(text)
        assert "content is not a FlatGeobuf" in refused(path)


def parquet(path: Path, wkb: bytes, **column: object) -> Path:
    about = {
        "version": "1.0.0",
        "primary_column": "geometry",
        "columns": {"geometry": {"encoding": "WKB", **column}},
    }
    table = pa.table({"code": ["A"], "geometry": [wkb]}).replace_schema_metadata({"geo": json.dumps(about)})
    pq.write_table(table, path)
    return path


class TestParquet:
    """Geometry that ends a process where it is decoded."""

    @pytest.mark.parametrize("outer", [4, 5, 6, 7, 1004, 0x80000006])
    @pytest.mark.parametrize("depth", [2, 100_000])
    def test_multi_geometry_that_holds_multi_geometry(self, outer: int, depth: int, tmp_path: Path) -> None:
        nested = struct.pack("<BII", 1, outer, 1) * depth + shapely.to_wkb(shapely.Point(1, 2))
        assert "nested" in refused(parquet(tmp_path / "a.parquet", nested))

    def test_deep_within_a_second_part(self, tmp_path: Path) -> None:
        wkb = struct.pack("<BII", 1, 6, 2) + shapely.to_wkb(LEFT) + struct.pack("<BII", 1, 7, 1) * 50_000
        assert "nested" in refused(parquet(tmp_path / "a.parquet", wkb))

    @pytest.mark.parametrize(
        "wkb", [b"", b"\x01", struct.pack("<BII", 1, 6, 0xFFFFFFFF), struct.pack("<BIII", 1, 6, 1, 3)]
    )
    def test_geometry_cut_off(self, wkb: bytes, tmp_path: Path) -> None:
        assert "damaged" in refused(parquet(tmp_path / "a.parquet", wkb))

    def test_other_encodings_of_geometry(self, tmp_path: Path) -> None:
        assert "damaged" in refused(parquet(tmp_path / "a.parquet", b"x", encoding="point"))

    @pytest.mark.parametrize(
        "geo", ["[]", "no json", '{"primary_column": "geometry", "columns": []}', "[" * 100_000]
    )
    def test_metadata_that_is_none(self, geo: str, tmp_path: Path) -> None:
        table = pa.table({"geometry": [shapely.to_wkb(LEFT)]}).replace_schema_metadata({"geo": geo})
        pq.write_table(table, tmp_path / "a.parquet")
        assert "damaged" in refused(tmp_path / "a.parquet")


TABS = {
    "a view": "!table\n!charset WindowsLatin1\n"
    'open table "/etc/passwd" hide\ncreate view x as select * from y\n',
    "a seamless table": "!table\n!charset Neutral\n"
    'Definition Table\n Type NATIVE Charset "Neutral"\n Fields 1\n'
    ' Table Char(254)\nbegin_metadata\n"\\IsSeamless" = "TRUE"\nend_metadata\n',
    "a raster": '!table\n!charset Neutral\nDefinition Table\n File "/etc/passwd"\n Type "RASTER"\n',
    "a database": '!table\n!charset Neutral\nDefinition Table\n Type LINKED\n server "x"\n',
    "a dBASE table": "!table\n!charset Neutral\n"
    'Definition Table\n Type DBF Charset "Neutral"\n Fields 1\n a Char(1);\n',
}


class TestMapInfo:
    """Tables that are made of other files."""

    @pytest.mark.parametrize("text", TABS.values(), ids=TABS)
    def test_other_tables_than_plain_ones(self, text: str, tmp_path: Path) -> None:
        archive = tmp_path / "a.zip"
        with zipfile.ZipFile(archive, "w") as packed:
            packed.writestr("a.tab", text)
        assert "other places" in refused(archive) or "content is not a MapInfo" in refused(archive)

    @pytest.mark.parametrize("name", ["a.tab", "a.mif"])
    @pytest.mark.parametrize(
        "text", ["<OGRVRTDataSource/>", "\0" * 100, "", 'Version 300\nCharset "Neutral"\nColumns']
    )
    def test_other_content(self, name: str, text: str, tmp_path: Path) -> None:
        archive = tmp_path / "a.zip"
        with zipfile.ZipFile(archive, "w") as packed:
            packed.writestr(name, text)
        assert "content is not a MapInfo" in refused(archive)

    def test_a_table_without_its_parts(self, tmp_path: Path) -> None:
        whole = write_mapinfo(tmp_path / "whole.zip", ".tab")
        with zipfile.ZipFile(whole) as packed, zipfile.ZipFile(tmp_path / "a.zip", "w") as part:
            name = next(one for one in packed.namelist() if one.endswith(".tab"))
            part.writestr(name, packed.read(name))
        assert "damaged" in refused(tmp_path / "a.zip")

    def test_paths_that_climb_stay_inside(self, tmp_path: Path) -> None:
        inner = tmp_path / "inner"
        inner.mkdir()
        whole = write_mapinfo(tmp_path / "whole.zip", ".mif")
        with zipfile.ZipFile(whole) as packed, zipfile.ZipFile(inner / "a.zip", "w") as climbing:
            for name in packed.namelist():
                climbing.writestr(f"../../{name}", packed.read(name))
        before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
        assert read_every_layer(inner / "a.zip")[0].table.num_rows == 2
        assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


def _again(times: int) -> Callable[[Path], Path]:
    def write(at: Path) -> Path:
        plain = topology()
        plain["arcs"][0] = [[0, 0]] + [[1, 1]] * 1000
        ring = {"type": "Polygon", "arcs": [[0] * 1000], "properties": {"code": "A"}}
        plain["objects"]["villages"]["geometries"] = [ring] * times
        at.write_text(json.dumps(plain))
        return at

    return write


class TestTopoJson:
    """Arcs that are not there, or are there too often."""

    def test_a_bomb_of_arcs(self, tmp_path: Path) -> None:
        path = _again(100)(tmp_path / "a.topojson")
        assert path.stat().st_size < 1_000_000
        assert "unfold to far more" in refused(path)

    @pytest.mark.parametrize("number", [3, -4, 10**9])
    def test_arcs_that_are_not_there(self, number: int, tmp_path: Path) -> None:
        broken = {"x": {"type": "Polygon", "arcs": [[number]]}}
        assert "there is no arc" in refused(write_topojson(tmp_path / "a.json", objects=broken))

    @pytest.mark.parametrize("members", [{"arcs": 5}, {"objects": []}, {"objects": {}}, {"arcs": None}])
    def test_members_of_other_kinds(self, members: dict[str, object], tmp_path: Path) -> None:
        assert "damaged" in refused(write_topojson(tmp_path / "a.json", **members))

    def test_nesting_past_all_depth(self, tmp_path: Path) -> None:
        path = tmp_path / "a.json"
        path.write_text(
            '{"type": "Topology", "arcs": [], "objects": ' + '{"a":' * 100_000 + "1" + "}" * 100_001
        )
        assert "damaged" in refused(path)

    def test_addresses_are_not_followed(self, listener: tuple[str, list[object]], tmp_path: Path) -> None:
        address, calls = listener
        crs = {"type": "link", "properties": {"href": f"{address}/crs", "type": "proj4"}}
        assert "addresses are not followed" in refused(write_topojson(tmp_path / "a.json", crs=crs))
        assert calls == []


def test_a_geopackage_of_too_many_layers(tmp_path: Path) -> None:
    path = write_gpkg(tmp_path / "a.gpkg")
    with sqlite3.connect(path) as connection:
        for number in range(600):
            connection.execute(f"create table t{number} (fid integer primary key, x text)")
            connection.execute(
                "insert into gpkg_contents (table_name, data_type, identifier) values (?, 'attributes', ?)",
                (f"t{number}", f"t{number}"),
            )
    connection.close()
    assert "more than 500 layers" in refused(path)


@pytest.mark.parametrize("name", ["a.kml", "a.fgb", "a.topojson", "a.geoparquet", "a.kmz", "a.zip"])
def test_a_virtual_data_set_under_another_name(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text('<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/etc/passwd</SrcDataSource>'
                    "</OGRVRTLayer></OGRVRTDataSource>")  # fmt: skip
    assert "its content is not a" in refused(path)
