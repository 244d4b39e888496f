"""The language catalogs: in step with the source, complete, with the same fields, without stray English."""

from __future__ import annotations

import ast
import re
import string
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from tests.paths import ROOT

CATALOG = ROOT / "gridmap" / "locale" / "zh_CN" / "LC_MESSAGES" / "gridmap.po"
SOURCES = [*sorted((ROOT / "gridmap").rglob("*.py")), *sorted((ROOT / "pages").glob("*.py"))]
MARKERS = {"msg", "msg_n", "words_n"}
WORD = re.compile(r"[A-Za-z]{3,}")
# What Chinese text may hold of Latin letters: names of formats, of options and of columns.
FORMATS = {
    "PDF",
    "PNG",
    "dpi",
    "GeoPackage",
    "GeoJSON",
    "shapefile",
    "Parquet",
    "CSV",
    "XLSX",
    "XLS",
    "ODS",
    "Excel",
    "CAD",
    "ZIP",
    "JSON",
    "KML",
    "FlatGeobuf",
    "GeoParquet",
    "MapInfo",
    "GDAL",
    "GCJ",
    "WGS",
    "CGCS",
    "UTM",
    "Web",
    "ASCII",
    "DOCTYPE",
    "DXF",
    "DWG",
    "Esc",
    "SQLite",
    "UTF",
    "EPSG",
    "TopoJSON",
    "KMZ",
    "OpenStreetMap",
}
ENDINGS = {
    "dxf",
    "osm",
    "pbf",
    "kml",
    "kmz",
    "fgb",
    "gpkg",
    "geojson",
    "json",
    "shp",
    "zip",
    "csv",
    "parquet",
    "xlsx",
    "xls",
    "ods",
}
NOT_WORDS = re.compile(r"\{\w*\}|--[a-z-]+|docs/\w+\.md")
"""Fields, options of the command line and pages of the documentation."""
OPTIONS = {
    "labels",
    "template",
    "returns",
    "swapped",
    "FILE",
    "FOLDER",
    "texts",
    "loose",
    "zones",
    "gridmap",
    "demo",
    "import",
    "serve",
    "blocks",
    "lines",
    "drawn",
    "members",
    "table",
    "adopt",
    "gap",
    "width",
    "cluster",
    "dask",
    "distributed",
    "pip",
    "install",
    "check",
    "out",
    "migrate",
    "crs",
    "layer",
    "code",
    "weight",
    "points",
    "metric",
    "GeoDataFrame",
    "geometry",
    "geo",
    "lon",
    "lat",
}


@dataclass(frozen=True)
class Entry:
    """A text, its plural where it has one, and its translations."""

    sources: tuple[str, ...]
    strings: tuple[str, ...]


def entries() -> list[Entry]:
    with CATALOG.open("rb") as file:
        return [Entry(texts(one.id), texts(one.string)) for one in read_po(file, locale="zh_CN") if one.id]


def texts(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, (tuple, list)) else (str(value),)


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


ENTRIES = entries()


def test_the_catalog_is_in_step_with_the_source_and_complete() -> None:
    command = [sys.executable, "scripts/update_catalog.py", "--check"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_text_is_collected(path: Path) -> None:
    """Babel reads tokens: a text inside an f-string, or one that is not a literal, would stay in English."""
    known = {text for entry in ENTRIES for text in entry.sources}
    calls = [
        node
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKERS
    ]
    for call in calls:
        for argument in call.args:
            assert isinstance(argument, ast.Constant), f"{path}:{call.lineno}: a text must be a literal"
            assert argument.value in known, f"{path}:{call.lineno}: not collected: {argument.value!r}"


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.sources[0][:60])
def test_a_translation_has_the_fields_of_its_text(entry: Entry) -> None:
    allowed = set().union(*(fields(source) for source in entry.sources))
    for text in entry.strings:
        assert fields(text) <= allowed
        assert fields(entry.sources[-1]) - fields(text) <= {"n"}, "a field is lost"


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.sources[0][:60])
def test_no_english_word_strays_into_chinese(entry: Entry) -> None:
    words = {word for text in entry.strings for word in WORD.findall(NOT_WORDS.sub("", text))}
    assert not words - FORMATS - ENDINGS - OPTIONS
