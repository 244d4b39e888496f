"""Query results as frames whose types depend on the columns asked for, never on the rows found."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely
from sqlalchemy import Boolean, Column, Connection, Double, Integer, LargeBinary, Select, Text, type_coerce
from sqlalchemy.types import TypeEngine

from gridmap.store.sqlite.geometry import Geom, decode
from gridmap.store.tables import WallClock

POINT_COLUMNS = ("lon", "lat")


def typed_frame(connection: Connection, query: Select[Any]) -> pd.DataFrame:
    """The rows of `query` by its first column.

    Text becomes `str`, or `object` with None where the column may be NULL; whole numbers `int64` or `Int64`
    by the same rule; other numbers `float64`, times `datetime64[us]`, yes/no `bool`. A geometry column of
    points becomes the columns `lon` and `lat` (EPSG:4326, NaN where there is none).
    """
    asked = list(query.selected_columns)
    plain = [type_coerce(column, _raw(column.type)).label(column.name) for column in asked]
    rows = connection.execute(query.with_only_columns(*plain)).all()
    values = list(zip(*rows, strict=True)) if rows else [()] * len(asked)
    columns: dict[str, Any] = {}
    for column, cells in zip(asked, values, strict=True):
        if isinstance(column.type, Geom):
            columns |= _coordinates(cells)
        else:
            nullable = isinstance(column, Column) and bool(column.nullable)
            columns[column.name] = _typed(column.type, nullable=nullable, cells=cells)
    return pd.DataFrame(columns).set_index(asked[0].name)


def _raw(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    """The type as it lies in the file, so that whole columns are converted at once and not value by value."""
    if isinstance(kind, WallClock):
        return Text()
    if isinstance(kind, Boolean):
        return Integer()
    return LargeBinary() if isinstance(kind, Geom) else kind


def _typed(kind: TypeEngine[Any], *, nullable: bool, cells: tuple[Any, ...]) -> pd.Series:
    if isinstance(kind, WallClock):
        moments = pd.to_datetime(pd.Series(cells, dtype="str"), format="%Y-%m-%dT%H:%M:%S")
        return moments.astype("datetime64[us]")
    if isinstance(kind, Boolean):
        return pd.Series(cells, dtype="bool")
    if isinstance(kind, Integer):
        return pd.Series(cells, dtype="Int64" if nullable else "int64")
    if isinstance(kind, Double):
        return pd.Series(cells, dtype="float64")
    return pd.Series(cells, dtype="object" if nullable else "str")


def _coordinates(blobs: tuple[Any, ...]) -> dict[str, np.ndarray]:
    points = decode(blobs)
    return dict(zip(POINT_COLUMNS, (shapely.get_x(points), shapely.get_y(points)), strict=True))
