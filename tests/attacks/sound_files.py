"""One sound file of every kind that is read, to be cut off."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from tests.attacks.hostile_files import Outside, drawing, text_file
from tests.attacks.hostile_workbooks import cells, opendocument, roster, table_of, workbook
from tests.read.drawn_files import write_geojson, write_gpkg, write_shapefile, zipped
from tests.read.vectors.drawn_formats import (
    write_flatgeobuf,
    write_kml,
    write_kmz,
    write_mapinfo,
    write_parquet,
    write_topojson,
)

NOWHERE: Final = Outside(Path("nowhere"), "")


def sound_files(where: Path) -> list[Path]:
    """One sound file of every kind that is read."""
    return [
        write_gpkg(where / "a.gpkg"),
        write_geojson(where / "a.geojson"),
        write_topojson(where / "b.topojson"),
        zipped(write_shapefile(where / "land.shp"), where / "a.zip"),
        write_kml(where / "a.kml"),
        write_kmz(where / "a.kmz"),
        write_flatgeobuf(where / "a.fgb"),
        write_parquet(where / "a.parquet"),
        write_mapinfo(where / "tab.zip", ".tab"),
        write_mapinfo(where / "mif.zip", ".mif"),
        drawing(lambda document, _: document.modelspace().add_line((0, 0), (1, 1)))(where, NOWHERE),
        workbook(roster)(where, NOWHERE),
        opendocument(lambda _: table_of(cells("姓名", "村"), cells("安", "李村")))(where, NOWHERE),
        text_file("a.csv", lambda _: "姓名,村\n安,李村\n")(where, NOWHERE),
    ]
