"""The language catalogs: in step with the source, complete, with the same fields, without stray English."""

from __future__ import annotations

import ast
import re
import string
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

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


def test_every_text_is_collected() -> None:
    """Babel reads tokens: a text inside an f-string, or one that is not a literal, would stay in English."""
    known = {text for entry in ENTRIES for text in entry.sources}
    missed = [missed for path in SOURCES for missed in not_collected(path, known)]
    assert not missed, "\n".join(missed)


def not_collected(path: Path, known: set[str]) -> Iterator[str]:
    """Where a text of a module is no literal, or stands in no catalog."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKERS:
            for argument in node.args:
                if not isinstance(argument, ast.Constant):
                    yield f"{path}:{node.lineno}: a text must be a literal"
                elif argument.value not in known:
                    yield f"{path}:{node.lineno}: not collected: {argument.value!r}"


def test_a_translation_has_the_fields_of_its_text() -> None:
    wrong = [
        f"{entry.sources[0]!r}: {text!r}"
        for entry in ENTRIES
        for text in entry.strings
        if not fields(text) <= set().union(*(fields(source) for source in entry.sources))
        or not fields(entry.sources[-1]) - fields(text) <= {"n"}
    ]
    assert not wrong, "\n".join(wrong)


def test_no_english_word_strays_into_chinese() -> None:
    strays = [
        f"{entry.sources[0]!r}: {sorted(words)}"
        for entry in ENTRIES
        if (words := words_of(entry.strings) - FORMATS - ENDINGS - OPTIONS)
    ]
    assert not strays, "\n".join(strays)


def words_of(strings: tuple[str, ...]) -> set[str]:
    """Latin words in translations, fields and options left out."""
    return {word for text in strings for word in WORD.findall(NOT_WORDS.sub("", text))}
