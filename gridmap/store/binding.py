"""Frames turned into rows that SQLite takes: checked, typed, defaults filled in, geometry as blobs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from sqlalchemy import Boolean, Column, Double, Integer, Table, Text

from gridmap.errors import InputError
from gridmap.geo.coverage.topology import as_multi
from gridmap.messages import Message, msg
from gridmap.names import GEOMETRY, WGS84
from gridmap.store.sqlite.geometry import Geometries, encode
from gridmap.store.tables import WallClock, geometry_kind, key_of

_SHOWN = 5  # faulty rows named in one message
GEOM = "geom"

Values = list[object]


@dataclass(frozen=True)
class Rows:
    """What is to be written to `table`: column names, and one tuple a row, as SQLite takes them."""

    table: Table
    columns: tuple[str, ...]
    tuples: list[tuple[object, ...]]

    def values(self, column: str) -> list[object]:
        """One column of the rows."""
        position = self.columns.index(column)
        return [row[position] for row in self.tuples]


def rows_of(table: Table, frame: pd.DataFrame) -> Rows:
    """The rows of `frame` for `table`.

    The key (`code`, `id` …) is a column or the index. Layers take a GeoDataFrame in EPSG:4326, or, for
    points, columns `lon` and `lat`. A missing value takes the column's default; a column left out stays as
    it is in rows that exist.

    Raises:
        InputError: a column that the table has not, a key missing or twice, a value missing where one must
            be, a value of the wrong type, geometry of another kind or not in EPSG:4326.
    """
    frame = _with_key(table, frame)
    geometries = _geometries(table, frame)
    placed = {str(frame.geometry.name)} if isinstance(frame, gpd.GeoDataFrame) else set()
    if geometry_kind(table) == "POINT":
        placed |= {"lon", "lat"}
    facts = pd.DataFrame(frame).drop(columns=list(placed & set(frame.columns)))
    _require_columns(table, [str(name) for name in facts.columns])
    columns = {str(name): _bound(table, table.columns[str(name)], facts[name]) for name in facts.columns}
    key = key_of(table)
    if key in columns:
        _require_keys(table, columns[key])
    _require_values(table, columns, len(facts))
    if geometries is not None:
        columns[GEOM] = list(encode(geometries))
    return Rows(table, tuple(columns), list(zip(*columns.values(), strict=True)))


def _with_key(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    key = key_of(table)
    if key not in frame.columns and frame.index.name == key:
        return frame.reset_index()
    return frame


def _require_columns(table: Table, names: Sequence[str]) -> None:
    unknown = [name for name in names if name not in table.columns]
    if unknown:
        raise InputError(
            msg("Table {table} has no column {columns}; leave them out", table=table.name, columns=unknown)
        )
    missing = [
        column.name
        for column in table.columns
        if not column.nullable
        and column.default is None
        and not column.primary_key
        and column.name not in names
    ]
    if missing:
        raise InputError(msg("Table {table} needs the columns {columns}", table=table.name, columns=missing))


def _require_keys(table: Table, keys: Values) -> None:
    series = pd.Series(keys, dtype=object)
    for faulty, text in (
        (series.isna() | (series == ""), msg("a row without it")),
        (series.duplicated(), msg("rows that share it")),
    ):
        if faulty.any():
            raise _fault(table, key_of(table), text, np.flatnonzero(faulty), keys)


def _require_values(table: Table, columns: dict[str, Values], count: int) -> None:
    keys = columns.get(key_of(table), list(range(count)))
    for name, values in columns.items():
        column = table.columns[name]
        if column.nullable or column.primary_key:
            continue
        empty = [row for row, value in enumerate(values) if value is None]
        if empty:
            raise _fault(table, name, msg("no value"), empty, keys)


def _bound(table: Table, column: Column[object], series: pd.Series) -> Values:
    """The values of one column as SQLite takes them; a missing one takes the column's default."""
    try:
        values = _converted(column, series)
    except (ValueError, TypeError) as error:
        raise InputError(
            msg(
                "Table {table}, column {column}: {reason}",
                table=table.name,
                column=column.name,
                reason=str(error).splitlines()[0],
            )
        ) from error
    default = None if column.default is None or column.nullable else getattr(column.default, "arg", None)
    return values if default is None else [default if value is None else value for value in values]


def _converted(column: Column[object], series: pd.Series) -> Values:
    if isinstance(column.type, WallClock):
        return _moments(series)
    values: Values = series.astype(object).tolist()
    missing: list[bool] = series.isna().tolist()
    kind = type(column.type)
    if not _fits(kind, series.dtype):
        convert = _CONVERSIONS.get(kind, str)
        return [None if gone else convert(value) for value, gone in zip(values, missing, strict=True)]
    if not any(missing):
        return values
    return [None if gone else value for value, gone in zip(values, missing, strict=True)]


def _fits(kind: type[object], dtype: object) -> bool:
    """Whether values of a frame's `dtype` are of a column's type already, as they mostly are."""
    if kind is Text:
        return isinstance(dtype, pd.StringDtype)
    return (kind is Double and dtype == np.float64) or (kind is Integer and dtype == np.int64)


def _moments(series: pd.Series) -> Values:
    moments = pd.to_datetime(series)
    if moments.dt.tz is not None:
        reason = "a wall-clock time has no zone"
        raise ValueError(reason)
    texts = np.datetime_as_string(moments.to_numpy().astype("datetime64[s]"))
    return [None if text == "NaT" else str(text) for text in texts]


def _whole(value: float | str) -> int:
    whole = int(value)
    if whole != float(value):
        reason = f"not a whole number: {value!r}"
        raise ValueError(reason)
    return whole


_CONVERSIONS: Final[dict[type[object], Callable[[Any], object]]] = {
    Boolean: lambda value: int(bool(value)),
    Integer: _whole,
    Double: float,
}


def _geometries(table: Table, frame: pd.DataFrame) -> Geometries | None:
    """The frame's geometry as the layer holds it; None where the frame brings none."""
    kind = geometry_kind(table)
    if kind is None:
        return None
    if kind == "POINT" and {"lon", "lat"} <= set(frame.columns) and not isinstance(frame, gpd.GeoDataFrame):
        longitude, latitude = frame["lon"].to_numpy(float), frame["lat"].to_numpy(float)
        points: Geometries = np.asarray(shapely.points(longitude, latitude), dtype=object)
        points[np.isnan(longitude) | np.isnan(latitude)] = None
        return points
    if not isinstance(frame, gpd.GeoDataFrame):
        if GEOMETRY in frame:  # a merge may have made a plain frame of it: its shapes must not be lost
            raise InputError(msg("Table {table}: geometry must come as a GeoDataFrame", table=table.name))
        return None
    if frame.crs is None or frame.crs != WGS84:
        raise InputError(
            msg("Table {table}: geometry must be in {crs}; transform it first", table=table.name, crs=WGS84)
        )
    geometries: Geometries = np.asarray(frame.geometry.to_numpy(), dtype=object)
    if kind == "MULTIPOLYGON":
        geometries = as_multi(geometries)
    _require_kind(table, kind, geometries)
    return geometries


def _require_kind(table: Table, kind: str, geometries: Geometries) -> None:
    wanted = shapely.GeometryType[kind].value
    other = np.flatnonzero(~np.isin(shapely.get_type_id(geometries), (wanted, -1)))
    if other.size:
        raise _fault(table, GEOM, msg("not a {kind}", kind=kind.lower()), other, list(range(len(geometries))))


def _fault(
    table: Table, column: str, what: Message, rows: Sequence[int] | np.ndarray, keys: Values
) -> InputError:
    return InputError(
        msg(
            "Table {table}, column {column}: {what} ({rows})",
            table=table.name,
            column=column,
            what=what,
            rows=[str(keys[int(row)]) for row in rows[:_SHOWN]],
        )
    )
