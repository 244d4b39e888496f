"""Files that mean harm, each built by a function of the folder to write to and of what it tries to reach."""

from __future__ import annotations

import io
import json
import sqlite3
import stat
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq
from ezdxf import filemanagement, xref

from tests.read.drawn_files import LEFT, geojson, write_gpkg, write_shapefile, zipped
from tests.read.vectors.drawn_formats import (
    folder,
    kml,
    placemark,
    topology,
    write_flatgeobuf,
)

CANARY: Final = "canary-4b1d-sings"
"""What stands in the files outside; it must come out nowhere."""


@dataclass(frozen=True)
class Outside:
    """What a hostile file reaches for.

    Attributes:
        secret: a CSV file that holds the canary.
        address: where a listener of ours waits to be called.
    """

    secret: Path
    address: str


Build = Callable[[Path, Outside], Path]


def text_file(name: str, text: Callable[[Outside], str | bytes]) -> Build:
    """A file of one text that knows what is outside."""

    def build(where: Path, outside: Outside) -> Path:
        content = text(outside)
        (where / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        return where / name

    return build


def virtual_dataset(outside: Outside) -> str:
    """A virtual data set of GDAL: reads any file of the server, or an address."""
    return (
        f'<OGRVRTDataSource><OGRVRTLayer name="secret"><SrcDataSource>{outside.secret}</SrcDataSource>'
        f'</OGRVRTLayer><OGRVRTLayer name="far"><SrcDataSource>/vsicurl/{outside.address}/a.csv'
        "</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"
    )


def streamed_algorithm(outside: Outside) -> str:
    """A pipeline of GDAL that is run when it is opened."""
    return json.dumps(
        {
            "type": "gdal_streamed_alg",
            "command_line": f"gdal vector pipeline ! read {outside.secret} ! write --of stream out",
            "gdal_version": "3110000",
        }
    )


def crs_of(member: Callable[[Outside], Any], *, inside: bool = False) -> Build:
    """GeoJSON with a member `crs` of a collection, or of a geometry within it."""

    def build(where: Path, outside: Outside) -> Path:
        plain = geojson()
        (plain["features"][0]["geometry"] if inside else plain)["crs"] = member(outside)
        (where / "a.geojson").write_text(json.dumps(plain))
        return where / "a.geojson"

    return build


def geopackage(*statements: str, schema: str = "") -> Build:
    """A GeoPackage in which statements were run; `schema` goes into its list of tables unchecked."""

    def build(where: Path, outside: Outside) -> Path:
        path = write_gpkg(where / "a.gpkg")
        connection = sqlite3.connect(path)
        for statement in statements:
            connection.execute(statement.format(secret=outside.secret))
        if schema:
            connection.execute("pragma writable_schema=on")
            connection.execute(
                "insert into sqlite_master values ('table', 'spy', 'spy', 0, ?)",
                (schema.format(secret=outside.secret),),
            )
        connection.commit()
        connection.close()
        return path

    return build


LISTED: Final = (
    "insert into gpkg_contents (table_name, data_type, identifier, srs_id)"
    " values ('spy', 'attributes', 'spy', 4326)"
)


def archive(name: str, members: dict[str, bytes]) -> Build:
    """A zip archive of members."""

    def build(where: Path, outside: Outside) -> Path:
        with zipfile.ZipFile(where / name, "w", zipfile.ZIP_DEFLATED) as packed:
            for member, content in members.items():
                packed.writestr(member, content)
        return where / name

    return build


def zip_in_zips(where: Path, outside: Outside) -> Path:
    """Archives in an archive, five deep."""
    content = b"\0" * 5_000_000
    for _ in range(5):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr("inner.zip", content)
        content = out.getvalue()
    (where / "a.zip").write_bytes(content)
    return where / "a.zip"


def zip_with_false_sizes(where: Path, outside: Outside) -> Path:
    """An archive whose directory says that members are small."""
    path = archive("a.zip", {"a.shp": b"\0" * 50_000_000, "a.dbf": b"\0" * 100})(where, outside)
    data = path.read_bytes()
    path.write_bytes(data.replace(struct.pack("<I", 50_000_000), struct.pack("<I", 1_000)))
    return path


def zip_of_overlaps(where: Path, outside: Outside) -> Path:
    """Nine hundred entries that all point to the same packed bytes."""
    packed = archive("one.zip", {"m.bin": b"\0" * 150_000})(where, outside).read_bytes()
    end = packed.rindex(b"PK\5\6")
    at = packed.rindex(b"PK\1\2")
    entries = b"".join(packed[at:end].replace(b"m.bin", f"{n:05d}"[:5].encode()) for n in range(900))
    tail = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 900, 900, len(entries), at, 0)
    (where / "a.zip").write_bytes(packed[:at] + entries + tail)
    return where / "a.zip"


def shapefile_under(name: str) -> Build:
    """A sound shapefile whose members have names that lead out of the archive."""

    def build(where: Path, outside: Outside) -> Path:
        shapefile = write_shapefile(where / "land.shp")
        with zipfile.ZipFile(where / "a.zip", "w") as packed:
            for part in where.glob("land.*"):
                packed.write(part, name.format(folder=outside.secret.parent) + part.suffix)
        for part in where.glob("land.*"):
            part.unlink()
        assert not shapefile.exists()
        return where / "a.zip"

    return build


def linked_member(where: Path, outside: Outside) -> Path:
    """An archive with a symbolic link to a file of the server in the place of attributes."""
    archive_path = zipped(write_shapefile(where / "land.shp"), where / "whole.zip")
    with zipfile.ZipFile(archive_path) as whole, zipfile.ZipFile(where / "a.zip", "w") as packed:
        for name in whole.namelist():
            if name.endswith(".dbf"):
                link = zipfile.ZipInfo(name)
                link.create_system = 3
                link.external_attr = (stat.S_IFLNK | 0o777) << 16
                packed.writestr(link, str(outside.secret))
            else:
                packed.writestr(name, whole.read(name))
    return where / "a.zip"


def linked_file(where: Path, outside: Outside) -> Path:
    """GeoJSON by its name, a symbolic link to a file of the server by its kind."""
    (where / "a.geojson").symlink_to(outside.secret)
    return where / "a.geojson"


def drawing(draw: Callable[[Any, Outside], None]) -> Build:
    """A DXF file of what `draw` puts into a new drawing."""

    def build(where: Path, outside: Outside) -> Path:
        document = filemanagement.new("R2010")
        draw(document, outside)
        document.saveas(where / "a.dxf")
        return where / "a.dxf"

    return build


def nested_blocks(document: Any, outside: Outside) -> None:
    """Blocks that hold ten of the one before: 10^12 lines in a few kilobytes."""
    document.blocks.new("b0").add_line((0, 0), (1, 1))
    for depth in range(1, 13):
        block = document.blocks.new(f"b{depth}")
        for _ in range(10):
            block.add_blockref(f"b{depth - 1}", (0, 0))
    document.modelspace().add_blockref("b12", (0, 0))


def endless_block(document: Any, outside: Outside) -> None:
    """A block that holds itself."""
    block = document.blocks.new("again")
    block.add_line((0, 0), (1, 1))
    block.add_blockref("again", (0, 0))
    document.modelspace().add_blockref("again", (0, 0))


def array_of_blocks(document: Any, outside: Outside) -> None:
    """One insert of 32,000 × 32,000."""
    document.blocks.new("b").add_line((0, 0), (1, 1))
    attributes = {"row_count": 32_000, "column_count": 32_000, "row_spacing": 1, "column_spacing": 1}
    document.modelspace().add_blockref("b", (0, 0), dxfattribs=attributes)


def outer_reference(document: Any, outside: Outside) -> None:
    """An external reference and an image, both elsewhere."""
    xref.attach(document, block_name="spy", filename=str(outside.secret), insert=(0, 0))
    image = document.add_image_def(f"{outside.address}/a.png", (100, 100))
    document.modelspace().add_image(image, (0, 0), (1, 1))
    document.modelspace().add_line((0, 0), (1, 1))


def parquet(wkb: bytes, **column: Any) -> Build:
    """GeoParquet with one geometry, as bytes."""

    def build(where: Path, outside: Outside) -> Path:
        about = {
            "version": "1.0.0",
            "primary_column": "geometry",
            "columns": {"geometry": {"encoding": "WKB", **column}},
        }
        table = pa.table({"code": ["A"], "geometry": [wkb]})
        pq.write_table(table.replace_schema_metadata({"geo": json.dumps(about)}), where / "a.parquet")
        return where / "a.parquet"

    return build


_ENTITIES: Final = "".join(f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 10}'>" for n in range(9))


def entity(outside: Outside) -> str:
    """A DOCTYPE whose entity is a file of the server."""
    return f'<!DOCTYPE kml [<!ENTITY x SYSTEM "file://{outside.secret}">]>'


def entity_address(outside: Outside) -> str:
    """A DOCTYPE that is to be fetched."""
    return f'<!DOCTYPE kml SYSTEM "{outside.address}/kml.dtd" [<!ENTITY x "y">]>'


def entity_bomb(_: Outside) -> str:
    """Entities of entities: a thousand million letters."""
    return f"<!DOCTYPE kml [<!ENTITY a 'aaaaaaaaaa'>{_ENTITIES}]>"


def kml_of(prolog: Callable[[Outside], str], inside: str = "&x;") -> Build:
    """KML with a prolog."""
    return text_file("a.kml", lambda outside: kml(placemark("A", inside, LEFT), prolog=prolog(outside)))


def network_links(outside: Outside) -> str:
    """KML that points to other files from every place that may."""
    far = (
        f"<NetworkLink><Link><href>{outside.address}/more.kml</href></Link></NetworkLink>"
        f"<NetworkLink><Link><href>file://{outside.secret}</href></Link></NetworkLink>"
        f"<Style id='s'><IconStyle><Icon><href>{outside.address}/icon.png</href></Icon></IconStyle></Style>"
        f"<GroundOverlay><Icon><href>{outside.secret}</href></Icon></GroundOverlay>"
    )
    return kml(far + folder("x", placemark("A", f"<![CDATA[<img src='{outside.address}'>]]>", LEFT)))


def false_record_length(where: Path, outside: Outside) -> Path:
    """A shapefile whose records say that they are of 4 GB."""
    path = write_shapefile(where / "land.shp")
    data = bytearray(path.read_bytes())
    data[104:108] = struct.pack(">I", 0x7FFFFFFF)
    data[144:152] = struct.pack("<2I", 0x7FFFFFFF, 0x7FFFFFFF)
    path.write_bytes(data)
    return zipped(path, where / "a.zip")


def false_table_length(where: Path, outside: Outside) -> Path:
    """Attributes that are said to be four thousand million rows of 64 KB."""
    path = write_shapefile(where / "land.shp")
    table = path.with_suffix(".dbf")
    data = bytearray(table.read_bytes())
    data[4:8], data[10:12] = b"\xff\xff\xff\xff", b"\xff\xff"
    table.write_bytes(data)
    return zipped(path, where / "a.zip")


def false_feature_length(where: Path, outside: Outside) -> Path:
    """FlatGeobuf whose header says that it is of 2 GB."""
    path = write_flatgeobuf(where / "a.fgb")
    data = bytearray(path.read_bytes())
    data[8:12] = struct.pack("<I", 0x7FFFFFFF)
    path.write_bytes(data)
    return path


def arcs_without_end(where: Path, outside: Outside) -> Path:
    """A small topology that unfolds to a hundred million corners."""
    plain = topology()
    plain["arcs"][0] = [[0, 0]] + [[1, 1]] * 1000
    ring = {"type": "Polygon", "arcs": [[0] * 1000], "properties": {"code": "A"}}
    plain["objects"]["villages"]["geometries"] = [ring] * 100
    (where / "a.topojson").write_text(json.dumps(plain))
    return where / "a.topojson"


def mapinfo(text: Callable[[Outside], str], name: str = "a.tab") -> Build:
    """A MapInfo table of a text of its own, in an archive."""

    def build(where: Path, outside: Outside) -> Path:
        return archive("a.zip", {name: text(outside).encode()})(where, outside)

    return build
