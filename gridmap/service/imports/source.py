"""The first step of an import: a file of any kind that is read becomes one table of texts.

Tables come as they are; the features of a vector file come as rows too, each with a point.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridmap.errors import InputError
from gridmap.geo.systems.datum import Datum
from gridmap.messages import LANGUAGES, Message, msg, msg_n, render
from gridmap.model.faults import Fault, FaultKind, Outcome
from gridmap.model.files import KINDS_OF_FILE
from gridmap.names import WGS84
from gridmap.read.files.frames import require_likely, require_sure_texts, to_frame
from gridmap.read.files.kinds import KINDS
from gridmap.read.files.raw_layers import LayerWish, RawLayer, read_layers
from gridmap.read.tables.field_aliases import ImportKind, import_kind
from gridmap.read.tables.field_mapping import source_signature
from gridmap.read.tables.office_tables import OfficeTable, choose_table, read_office_tables
from gridmap.read.tables.sheets import USUAL_LIMITS, TableLimits, column_letters
from gridmap.read.values.points import NO_PLACE
from gridmap.service.people.columns import HEADINGS, PERSON_ID, PLACE_CODE, POST_ID, UNIT_CODE

_TEMPLATE: Final = ((PERSON_ID, UNIT_CODE), (POST_ID, PERSON_ID, PLACE_CODE))
"""Columns by which a roster that was written by us is known."""


@dataclass(frozen=True)
class Reading:
    """What the reader says of a file where it does not tell itself.

    Attributes:
        sheet: or layer, where several fit.
        crs: of a vector file, or of the coordinates of a table; `/swapped` after it turns the axes.
        datum: of coordinates whose row says nothing of it.
        year: of dates without one.
        latitude_first: how two numbers in one cell that could be either are ordered.
    """

    sheet: str | None = None
    encoding: str | None = None
    crs: str | None = None
    datum: Datum = Datum.WGS84
    year: int | None = None
    latitude_first: bool = False


@dataclass(frozen=True, eq=False)
class Source:
    """A file that was read, before it is known what its columns mean; equal to itself only.

    Attributes:
        table: its rows. Of a vector file they are numbered from 1, as its features are.
        points: longitude and latitude, WGS 84, by row of a vector file; None for a table.
        crs, crs_found_by: of a vector file; empty for a table.
    """

    file: str
    kind: ImportKind
    table: OfficeTable
    points: Mapping[int, tuple[float, float]] | None
    crs: str
    crs_found_by: str
    reading: Reading
    notes: tuple[Message, ...] = ()
    faults: tuple[Fault, ...] = ()

    @property
    def headings(self) -> list[str]:
        """The headings of its columns."""
        return list(self.table.headings.values())

    @property
    def signature(self) -> str:
        """What a mapping for it is remembered by."""
        return source_signature(self.headings)


def read_source(
    path: Path,
    kind: str,
    reading: Reading | None = None,
    *,
    limits: TableLimits = USUAL_LIMITS,
    tables: Sequence[OfficeTable] = (),
) -> Source:
    """Read a file that is to be brought in as `kind`, one of `KINDS_OF_FILE`.

    Args:
        path: the file.
        kind: of import.
        reading: what the reader says of the file.
        limits: what is read at most of a table.
        tables: the sheets of a workbook where they have been read before; they are not read again.

    Raises:
        LayerChoiceError: several sheets or layers fit, and none is named.
        InputError: there is no such kind, or the file cannot be read; see the kinds in `gridmap.errors`.
    """
    if kind not in KINDS_OF_FILE:
        raise InputError(
            msg(
                "There is no kind of import {name}; there are: {kinds}.", name=kind, kinds=list(KINDS_OF_FILE)
            )
        )
    told, wanted = reading or Reading(), import_kind(kind)
    if path.suffix.lower() in KINDS:
        return _of_layer(path, wanted, told)
    table = choose_table(tables or read_office_tables(path, limits, encoding=told.encoding), told.sheet)
    return Source(
        file=path.name,
        kind=wanted,
        table=table,
        points=None,
        crs="",
        crs_found_by="",
        reading=told,
        notes=(),
        faults=table.faults,
    )


def tables_in(path: Path, encoding: str | None) -> tuple[OfficeTable, ...]:
    """The tables of a file of an office: a sheet each.

    Raises:
        InputError: it cannot be opened at all.
    """
    return tuple(read_office_tables(path, encoding=encoding))


def is_roster_template(tables: Sequence[OfficeTable]) -> bool:
    """Whether sheets are of a roster as it is written to be filled in, which has ids of its own."""
    sheets = [set(table.headings.values()) for table in tables]
    wanted = [
        {render(HEADINGS[column], language) for column in columns}
        for columns in _TEMPLATE
        for language in LANGUAGES
    ]
    return any(headings <= sheet for headings in wanted for sheet in sheets)


def _of_layer(path: Path, kind: ImportKind, reading: Reading) -> Source:
    layer = KINDS_OF_FILE[kind.name].layer
    wish = LayerWish("point" if layer else "none", reading.sheet, (layer,) if layer else ())
    (raw,) = read_layers(path, [wish], encoding=reading.encoding)
    assert raw is not None, "only optional layers may be missing"
    require_sure_texts(raw, path.name)
    frame = pd.DataFrame(raw.table.to_pandas())
    points: dict[int, tuple[float, float]] | None = None
    notes = list(raw.notes)
    faults: list[Fault] = []
    if raw.geometry is not None:
        placed = _placed(raw, path.name, reading)
        frame = pd.DataFrame(placed.drop(columns=str(placed.geometry.name)))
        points, of_areas = _points(placed)
        notes += of_areas
        faults = [_no_place(path.name, raw.layer, row) for row, point in points.items() if not any(point)]
        points = {row: point for row, point in points.items() if any(point)}
    table = _table(path.name, raw, frame)
    about = (raw.crs or "", raw.crs_found_by, reading, tuple(notes), tuple(faults))
    return Source(path.name, kind, table, points, *about)


def _placed(raw: RawLayer, file: str, reading: Reading) -> gpd.GeoDataFrame:
    """The layer in EPSG:4326, unshifted.

    Raises:
        InputError: no coordinate system is named, or one that can hardly be right.
    """
    frame = to_frame(raw, crs=reading.crs, file=file, datum=reading.datum)
    if reading.crs is None:
        require_likely(frame, file)
    return gpd.GeoDataFrame(frame.to_crs(WGS84))


def _points(frame: gpd.GeoDataFrame) -> tuple[dict[int, tuple[float, float]], list[Message]]:
    """A point for each feature that has a geometry; areas and lines count at a point inside."""
    shapes = np.asarray(frame.geometry, dtype=object)
    others = ~np.isin(shapely.get_type_id(shapes), (-1, shapely.GeometryType.POINT))
    shapes = np.where(others, shapely.point_on_surface(shapes), shapes)
    x, y = shapely.get_x(shapes), shapely.get_y(shapes)
    points = {
        row: (float(lon), float(lat))
        for row, (lon, lat) in enumerate(zip(x, y, strict=True), start=1)
        if np.isfinite(lon) and np.isfinite(lat)
    }
    count = int(others.sum())
    told = msg_n("{n} area counts at a point inside it", "{n} areas count at a point inside each", n=count)
    return points, [told] if count else []


def _no_place(file: str, layer: str, row: int) -> Fault:
    return Fault(
        kind=FaultKind.POINT_FORM,
        message=NO_PLACE,
        outcome=Outcome.NOTED,
        file=file,
        layer=layer,
        row=row,
        value="0, 0",
    )


def _table(file: str, raw: RawLayer, frame: pd.DataFrame) -> OfficeTable:
    """The attributes of a layer as a table of texts."""
    letters = [column_letters(position) for position in range(len(frame.columns))]
    texts = pd.DataFrame(
        {
            letter: [_text(value) for value in frame[name]]
            for letter, name in zip(letters, frame, strict=True)
        },
        index=pd.RangeIndex(1, len(frame) + 1),
        dtype=object,
    )
    headings = {letter: str(name) for letter, name in zip(letters, frame, strict=True)}
    return OfficeTable(
        file,
        raw.layer,
        heading_rows=(0, 0),
        headings=headings,
        frame=texts,
        anchors={},
        encoding=raw.encoding.name,
        encoding_found_by=raw.encoding.found_by,
    )


def _text(value: Any) -> str:
    if value is None or value is pd.NaT or (isinstance(value, float) and np.isnan(value)):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.isoformat() if isinstance(value, date) else str(value)
