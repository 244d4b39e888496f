"""The cells of a source read into values by its mapping, with every point in WGS 84."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely

from gridmap.geo.systems.datum import Datum, to_wgs84
from gridmap.messages import Message, msg
from gridmap.model.faults import Fault, FaultKind, Outcome
from gridmap.model.masking import masked_phone, masked_phone_message
from gridmap.names import HOUSEHOLDS, WGS84
from gridmap.read.files.frames import in_system
from gridmap.read.tables.checked_rows import CheckedRows, ValueRules, check_values
from gridmap.read.tables.field_mapping import FieldMapping
from gridmap.read.tables.office_tables import OfficeTable
from gridmap.read.tables.sparse_rows import with_sparse_rows
from gridmap.read.values.points import Bounds
from gridmap.service.imports.source import Source

LONGITUDE: Final = "longitude"
LATITUDE: Final = "latitude"
_MARGIN: Final = 0.05
"""Degrees, some 5 km, that a point may lie beside the plan before it is told as outside."""
_REMARK: Final = "note"
"""The field of remarks; words in it alone make no row."""
_POINT_NEEDS: Final = frozenset({"coordinates", LONGITUDE})


@dataclass(frozen=True, eq=False)
class Values:
    """What the rows of a source say.

    Attributes:
        cells: of the rows that could be read, by row and field, as of `CheckedRows`; points are WGS 84.
        raw: points by row as the file has them, for judging their datum.
        unread: why rows of data could not be read.
    """

    cells: dict[int, dict[str, Any]]
    faults: tuple[Fault, ...]
    unread: dict[int, Message]
    raw: dict[int, tuple[float, float]]

    def text(self, row: int, field: str) -> str:
        """A text of a row; empty where the file has no such column."""
        value = self.cells[row].get(field)
        return value if isinstance(value, str) else ""

    def value(self, row: int, field: str) -> Any:
        """A value of a row; None where the file has no such column."""
        value = self.cells[row].get(field)
        return None if isinstance(value, float) and np.isnan(value) else value

    def point(self, row: int) -> shapely.Point | None:
        """Where a row is; None where it does not say."""
        lon, lat = self.value(row, LONGITUDE), self.value(row, LATITUDE)
        return None if lon is None or lat is None else shapely.Point(lon, lat)

    @property
    def rows(self) -> list[int]:
        """The rows that could be read."""
        return list(self.cells)


def read_values(source: Source, mapping: FieldMapping, area: Sequence[float] | None) -> Values:
    """Read the mapped columns of a source.

    Args:
        source: the file.
        mapping: what its columns mean.
        area: west, south, east, north of the plan, degrees; None where it has no places yet.

    Raises:
        InputError: the coordinate system named for a table is none.
    """
    checked = _checked(source, mapping, area)
    frame = checked.frame
    raw: dict[int, tuple[float, float]] = {}
    if source.points is not None:
        spots = np.array([source.points.get(int(row), (np.nan, np.nan)) for row in frame.index])
        spots = spots.reshape(-1, 2)
        frame = frame.assign(**{LONGITUDE: spots[:, 0], LATITUDE: spots[:, 1]})
        raw = {row: point for row, point in source.points.items() if row in frame.index}
    elif LONGITUDE in frame:
        frame, raw = _unshifted(frame, source.reading.datum)
    faults = [_masked(fault) for fault in checked.faults]
    left_out: dict[int, list[Message]] = defaultdict(list)
    for fault in faults:
        if fault.outcome is Outcome.ROW_LEFT_OUT and fault.row is not None:
            left_out[fault.row].append(_told_with_cell(fault))
    unread = {row: _joined(why) for row, why in left_out.items()}
    cells = {int(row): cells for row, cells in zip(frame.index, _records(frame), strict=True)}
    return Values(cells, (*source.faults, *faults), unread, raw)


def with_last_rows(source: Source, mapping: FieldMapping) -> Source:
    """The source with its last short rows as data, where they say something in columns that mean something.

    Where columns mean nothing yet such rows are taken for notes; see `with_sparse_rows`.
    """
    letters = [source.table.column(heading) for field, heading in mapping.columns.items() if field != _REMARK]
    table = with_sparse_rows(source.table, [letter for letter in letters if letter is not None])
    return source if table is source.table else replace(source, table=table, faults=table.faults)


def _told_with_cell(fault: Fault) -> Message:
    """What is wrong with a row: the cell and its heading, the fault, and the mend."""
    heading = "" if fault.kind is FaultKind.MISSING else fault.column  # which names its headings itself
    place, told = f"{fault.cell} {heading}".strip(), fault.message
    if place:
        told = msg("{place}: {why}", place=place, why=told)
    return told if fault.remains is None else msg("{why}. {mend}", why=told, mend=fault.remains)


def _joined(messages: Sequence[Message]) -> Message:
    return messages[0] if len(messages) == 1 else msg("{faults}", faults=list(messages))


def _masked(fault: Fault) -> Fault:
    """A fault of a phone number with that number masked: reports are passed on."""
    if not fault.kind.value.startswith("phone"):
        return fault
    told = [None if one is None else masked_phone_message(one) for one in (fault.done, fault.remains)]
    return replace(
        fault,
        message=masked_phone_message(fault.message),
        value=masked_phone(fault.value),
        done=told[0],
        remains=told[1],
    )


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a frame as they are: looked up one by one they take most of an import's time."""
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def _checked(source: Source, mapping: FieldMapping, area: Sequence[float] | None) -> CheckedRows:
    reading = source.reading
    bounds = None
    if area is not None:
        west, south, east, north = area
        bounds = Bounds(west - _MARGIN, south - _MARGIN, east + _MARGIN, north + _MARGIN)
    rules = ValueRules(year=reading.year, bounds=bounds, latitude_first=reading.latitude_first)
    # A row may leave the load as it is, where a file tells that of some places only.
    needs = tuple(group for group in source.kind.needs if HOUSEHOLDS not in group)
    if source.points is None:
        table = source.table if reading.crs is None else _in_degrees(source.table, mapping, reading.crs)
        return check_values(table, mapping, replace(source.kind, needs=needs), rules)
    # A feature has its place already, and its cells have no names.
    needs = tuple(group for group in needs if not _POINT_NEEDS & set(group))
    kept = {name: one for name, one in mapping.choices.items() if name not in {*_POINT_NEEDS, LATITUDE}}
    found = check_values(
        source.table, replace(mapping, choices=kept), replace(source.kind, needs=needs), rules
    )
    return CheckedRows(found.frame, tuple(replace(fault, cell="") for fault in found.faults))


def _unshifted(frame: pd.DataFrame, usual: Datum) -> tuple[pd.DataFrame, dict[int, tuple[float, float]]]:
    """Points in WGS 84, each from the datum that its row names, and as they were."""
    lon = frame[LONGITUDE].astype(float).to_numpy()
    lat = frame[LATITUDE].astype(float).to_numpy()
    named = frame["datum"] if "datum" in frame else pd.Series(None, index=frame.index, dtype=object)
    datums = np.array([usual if pd.isna(datum) else datum for datum in named], dtype=object)
    moved_lon, moved_lat = lon.copy(), lat.copy()
    for datum in Datum:
        where = (datums == datum) & np.isfinite(lon)
        if where.any():
            moved_lon[where], moved_lat[where] = to_wgs84(datum, lon[where], lat[where])
    unnamed = [row for row, datum in zip(frame.index, named, strict=True) if pd.isna(datum)]
    given = dict(zip(frame.index, zip(lon.tolist(), lat.tolist(), strict=True), strict=True))
    raw = {int(row): given[row] for row in unnamed if np.isfinite(given[row]).all()}
    return frame.assign(**{LONGITUDE: moved_lon, LATITUDE: moved_lat}), raw


def _in_degrees(table: OfficeTable, mapping: FieldMapping, crs: str) -> OfficeTable:
    """The table with coordinates of another system, such as metres, written as degrees.

    Odd texts stay, and 0, 0, which is no place in any system.
    """
    letters = [table.column(mapping.columns.get(name, "")) for name in (LONGITUDE, LATITUDE)]
    if None in letters:
        return table
    x_column, y_column = (str(letter) for letter in letters)
    x, y = (pd.to_numeric(table.frame[letter], errors="coerce") for letter in (x_column, y_column))
    rows = (x.notna() & y.notna() & ((x != 0) | (y != 0))).to_numpy(copy=True)
    if not rows.any():
        return table
    shapes = np.array(shapely.points(x[rows], y[rows]), dtype=object)
    placed = in_system(shapes, crs, table.file).to_crs(WGS84).geometry
    frame = table.frame.copy()
    lon, lat = placed.x.to_numpy(), placed.y.to_numpy()
    there = np.isfinite(lon) & np.isfinite(lat)  # what the system does not reach stays as it was written
    rows[rows] = there
    frame.loc[rows, x_column] = [f"{value:.9f}" for value in lon[there]]
    frame.loc[rows, y_column] = [f"{value:.9f}" for value in lat[there]]
    return replace(table, frame=frame)
