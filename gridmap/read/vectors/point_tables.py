"""Points of a table: longitude and latitude in two columns or in one cell, with a datum for each row.

Plain numbers are read at once; only what is written otherwise (degrees and minutes, both numbers in a cell,
latitude first) is read cell by cell, and each of it is told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from gridmap.errors import FaultsError
from gridmap.geo.systems.datum import Datum, to_wgs84
from gridmap.messages import Message, counted, msg, msg_n, words_n
from gridmap.model.faults import FaultKind
from gridmap.names import WGS84
from gridmap.read.tables.field_aliases import import_kind
from gridmap.read.values.numbers import plain_numbers
from gridmap.read.values.parsed import RefusedValueError
from gridmap.read.values.points import parse_datum, parse_point
from gridmap.read.values.texts import heading_key

Floats = npt.NDArray[np.float64]
_FIELDS: Final = ("longitude", "latitude", "coordinates", "datum")
_METRES: Final = 1_000.0
"""Numbers beyond are no degrees."""
_SHOWN: Final = 3
_SWAPPED: Final = words_n(
    "{n} place had latitude and longitude swapped", "{n} places had latitude and longitude swapped"
)
_REPAIRED: Final = words_n(
    "{n} place was written in degrees and minutes or in words",
    "{n} places were written in degrees and minutes or in words",
)


@dataclass(frozen=True)
class PointColumns:
    """The columns of a table that say where its points are, each None where there is none."""

    longitude: str | None = None
    latitude: str | None = None
    coordinates: str | None = None
    datum: str | None = None

    @property
    def texts(self) -> tuple[str, ...]:
        """The column or the two that hold the numbers; none where there are no such."""
        if self.longitude is not None and self.latitude is not None:
            return self.longitude, self.latitude
        return () if self.coordinates is None else (self.coordinates,)


@dataclass
class _Places:
    """Degrees of rows, missing where a cell is empty; what was done to read them, and what could not be."""

    x: Floats
    y: Floats
    done: Counter[FaultKind] = field(default_factory=Counter)
    refused: list[tuple[int, Message]] = field(default_factory=list)


def point_columns(titles: list[str]) -> PointColumns:
    """The columns that say where points are, by the names that offices give them."""
    kind = import_kind("households")
    keys = {heading_key(title): title for title in reversed(titles)}
    found: Mapping[str, str | None] = {}
    for name in _FIELDS:
        known = kind.field(name)
        words = known.words if known is not None else ()
        found = {**found, name: next((keys[word] for word in words if word in keys), None)}
    return PointColumns(**found)


def has_metres(table: pd.DataFrame, columns: PointColumns) -> bool:
    """Whether numbers of the two columns are too large for degrees."""
    return any(bool((np.abs(plain_numbers(table[title])) > _METRES).any()) for title in columns.texts)


def points_in_degrees(
    table: pd.DataFrame, columns: PointColumns, *, datum: Datum, file: str
) -> tuple[gpd.GeoSeries, tuple[Message, ...]]:
    """The points of a table in EPSG:4326 unshifted, and what was done; a row without numbers has none.

    Args:
        table: the rows, as texts.
        columns: where the numbers are.
        datum: of the rows that name none.
        file: what faults call it.

    Raises:
        FaultsError: cells that are no coordinates, or name no datum that is known; rows count from 1.
    """
    places = _read(table, columns)
    shifted = _unshifted(places, table, columns, datum)
    if places.refused:
        raise FaultsError(file, _told(sorted(places.refused, key=lambda one: one[0])))
    shapes = np.array(shapely.points(places.x, places.y), dtype=object)
    shapes[~(np.isfinite(places.x) & np.isfinite(places.y))] = None
    return gpd.GeoSeries(shapes, index=table.index, crs=WGS84), (*_notes(places.done), *shifted)


def _read(table: pd.DataFrame, columns: PointColumns) -> _Places:
    texts = [table[title].fillna("").astype(str) for title in columns.texts]
    if len(texts) == 1:
        places = _Places(np.full(len(table), np.nan), np.full(len(table), np.nan))
        odd = np.arange(len(table))
    else:
        x, y = (plain_numbers(text) for text in texts)
        places = _Places(x.copy(), y.copy())
        with np.errstate(invalid="ignore"):
            # Numbers that can be what the titles call them are that.
            plain = (np.abs(x) <= 180) & (np.abs(y) <= 90)
        odd = np.flatnonzero(~plain)
    for row in odd:
        cells = [text.iloc[row] for text in texts]
        try:
            parsed = parse_point(cells[0], cells[1] if len(cells) > 1 else None)
        except RefusedValueError as error:
            places.refused.append((int(row), error.message))
            continue
        point = parsed.value
        places.x[row], places.y[row] = (
            (np.nan, np.nan) if point is None else (point.longitude, point.latitude)
        )
        places.done.update({note.kind for note in parsed.notes})
    return places


def _unshifted(places: _Places, table: pd.DataFrame, columns: PointColumns, datum: Datum) -> list[Message]:
    """Shift the places of each datum back; how many were."""
    given = pd.Series("", index=table.index) if columns.datum is None else table[columns.datum]
    named: dict[str, Datum] = {}
    for text in given.fillna("").astype(str).unique():
        try:
            named[text] = parse_datum(text).value or datum
        except RefusedValueError as error:
            unknown = np.flatnonzero((given == text).to_numpy())
            places.refused += [(int(row), error.message) for row in unknown]
            named[text] = datum
    of_row = given.fillna("").astype(str).map(named)
    there = np.isfinite(places.x) & np.isfinite(places.y)
    told = []
    for one in Datum:
        rows = there & (of_row == one).to_numpy()
        if one is Datum.WGS84 or not rows.any():
            continue
        places.x[rows], places.y[rows] = to_wgs84(one, places.x[rows], places.y[rows])
        told.append(
            msg_n(
                "{n} place was shifted back from {datum}",
                "{n} places were shifted back from {datum}",
                n=int(rows.sum()),
                datum=one.value,
            )
        )
    return told


def _notes(done: Counter[FaultKind]) -> list[Message]:
    return [
        *counted(_SWAPPED, done[FaultKind.POINT_SWAPPED]),
        *counted(_REPAIRED, done[FaultKind.POINT_REPAIRED]),
    ]


def _told(refused: list[tuple[int, Message]]) -> list[Message]:
    told = [msg("row {row}: {why}", row=str(row + 1), why=why) for row, why in refused[:_SHOWN]]
    more = len(refused) - _SHOWN
    if more > 0:
        told.append(msg_n("{n} more row like that", "{n} more rows like that", n=more))
    return told
