"""Faults of tables of places, each as a message that names the rows or codes and the mend."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from gridmap.geo.codes import division_level, is_rounded
from gridmap.messages import Message, msg, told_of, words_n
from gridmap.names import CODE, KIND, LEVEL, PARENT_CODE

_SHOWN: Final = 5
"""Places named in one fault; the rest are counted."""

_UNKNOWN_PARENTS: Final = words_n(
    "{n} parent code names no unit ({pairs}): add the unit or correct the code",
    "{n} parent codes name no unit ({pairs}): add the units or correct the codes",
)
_PARENTS_ELSEWHERE: Final = words_n(
    "{n} unit has a parent that is not in the file ({pairs})",
    "{n} units have parents that are not in the file ({pairs})",
)
_NO_CODE: Final = words_n(
    "{n} row has no code (row {rows}): give it one",
    "{n} rows have no code (rows {rows}): give each one",
)
_NO_PARENT: Final = words_n(
    "{n} row has no parent code (row {rows}): name its unit",
    "{n} rows have no parent code (rows {rows}): name their units",
)
_NO_GEOMETRY: Final = words_n(
    "{n} row has no geometry (row {rows}): draw it or remove it",
    "{n} rows have no geometry (rows {rows}): draw them or remove them",
)
_NO_POLYGON: Final = words_n(
    "{n} row is no polygon (row {rows}): keep areas only",
    "{n} rows are no polygons (rows {rows}): keep areas only",
)
_NO_POINT: Final = words_n(
    "{n} row is no point (row {rows}): keep points only",
    "{n} rows are no points (rows {rows}): keep points only",
)
_BAD_WEIGHT: Final = words_n(
    "{n} row has no weight from 0 up (row {rows}): correct it",
    "{n} rows have no weight from 0 up (rows {rows}): correct them",
)
_ROUNDED: Final = words_n(
    "{n} code was rounded by a spreadsheet and cannot be restored ({codes}): write text",
    "{n} codes were rounded by a spreadsheet and cannot be restored ({codes}): write text",
)
_USED_TWICE: Final = words_n(
    "{n} code is used more than once ({codes}): give every row a code of its own",
    "{n} codes are used more than once ({codes}): give every row a code of its own",
)
_NOT_VALID: Final = words_n(
    "{n} polygon is not valid ({reasons}): repair it",
    "{n} polygons are not valid ({reasons}): repair them",
)
_OWN_ANCESTOR: Final = words_n(
    "{n} unit is its own ancestor ({codes}): correct its parent code",
    "{n} units are their own ancestors ({codes}): correct their parent codes",
)
_NO_COUNT: Final = words_n(
    "{n} row has no number from 0 up in column {column} ({rows}): correct it",
    "{n} rows have no number from 0 up in column {column} ({rows}): correct them",
)

Mask = npt.NDArray[np.bool_]


def missing_columns(frame: gpd.GeoDataFrame, columns: Iterable[str]) -> list[Message]:
    """Columns that must be there and are not."""
    present = [str(name) for name in frame.columns if name != frame.active_geometry_name]
    return [
        msg("there is no column {column} (there are: {present})", column=column, present=present)
        for column in columns
        if column not in frame
    ]


def point_faults(frame: gpd.GeoDataFrame) -> list[Message]:
    """No rows at all, rows without geometry, rows that are no points."""
    if not len(frame):
        return [msg("there are no points in it")]
    shapes = frame.geometry.to_numpy()
    missing = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    others = ~missing & (shapely.get_type_id(shapes) != shapely.GeometryType.POINT)
    return _fault_of_rows(frame, missing, _NO_GEOMETRY) + _fault_of_rows(frame, others, _NO_POINT)


def weight_faults(weights: npt.NDArray[np.float64]) -> list[Message]:
    """Weights that are no finite numbers from 0 up."""
    return _fault_of_rows(None, ~np.isfinite(weights) | (weights < 0), _BAD_WEIGHT)


def parentless_faults(cells: gpd.GeoDataFrame) -> list[Message]:
    """Cells that name no parent."""
    return _fault_of_rows(cells, (cells[PARENT_CODE] == "").to_numpy(), _NO_PARENT)


def geometry_faults(cells: gpd.GeoDataFrame) -> list[Message]:
    """Geometry that is neither empty nor polygonal."""
    shapes = cells.geometry.to_numpy()
    given = ~shapely.is_empty(shapes) & ~shapely.is_missing(shapes)
    return _fault_of_rows(cells, given & ~_polygonal(shapes), _NO_POLYGON)


def code_faults(codes: pd.Series[str]) -> list[Message]:
    """Codes that are empty, rounded by a spreadsheet, or used more than once."""
    given = codes != ""
    twice = codes[given & codes.duplicated(keep=False)]
    rounded = codes[codes.map(is_rounded).astype(bool)]
    return [
        *_fault_of_rows(codes, (~given).to_numpy(), _NO_CODE),
        *told_of(_ROUNDED, most=_SHOWN, codes=rounded),
        *told_of(_USED_TWICE, most=_SHOWN, codes=sorted(set(twice))),
    ]


def polygon_faults(frame: gpd.GeoDataFrame) -> list[Message]:
    """Rows without geometry, or with other geometry than polygons."""
    shapes = frame.geometry.to_numpy()
    missing = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    polygonal = _polygonal(shapes)
    if not polygonal.any():
        return [msg("there are no polygons in it: choose a file or layer of areas")]
    return _fault_of_rows(frame, missing, _NO_GEOMETRY) + _fault_of_rows(
        frame, ~missing & ~polygonal, _NO_POLYGON
    )


def validity_faults(frame: gpd.GeoDataFrame) -> list[Message]:
    """Polygons that are not valid, such as those whose ring crosses itself."""
    shapes = frame.geometry.to_numpy()
    broken = np.flatnonzero(_polygonal(shapes) & ~shapely.is_valid(shapes))
    reasons = [f"{frame[CODE].iloc[row]}: {shapely.is_valid_reason(shapes[row])}" for row in broken]
    return told_of(_NOT_VALID, most=_SHOWN, reasons=reasons)


def parent_faults(units: gpd.GeoDataFrame) -> list[Message]:
    """Parent codes that name nothing though the file holds the parents' level, and circles of parents.

    The file holds it where the parent of another unit of the same standing is in the file.
    """
    missing, _ = _dangling(units)
    return _parent_messages(units[missing], _UNKNOWN_PARENTS) + _cycle_faults(units)


def parent_notes(units: gpd.GeoDataFrame) -> list[Message]:
    """Parent codes that name nothing in a file that does not hold the parents' level: no fault."""
    _, elsewhere = _dangling(units)
    return _parent_messages(units[elsewhere], _PARENTS_ELSEWHERE)


def _dangling(units: gpd.GeoDataFrame) -> tuple[pd.Series[bool], pd.Series[bool]]:
    """Units whose parent is missing from its level in the file, and those whose parents are elsewhere."""
    codes = set(units[CODE])
    has_parent_code = units[PARENT_CODE] != ""
    found = has_parent_code & units[PARENT_CODE].isin(codes)
    dangling = has_parent_code & ~found
    standing = _standing(units)
    level_is_here = standing.isin(set(standing[found]))
    return dangling & level_is_here, dangling & ~level_is_here


def _standing(units: gpd.GeoDataFrame) -> pd.Series[str]:
    """What tells a unit's level: its level column, its 12-digit code, or its kind and having children."""
    if LEVEL in units:
        return units[LEVEL].astype(str)
    levels = units[CODE].map(division_level)
    if levels.notna().all():
        return levels.astype(str)
    return units[KIND].astype(str) + units[CODE].isin(set(units[PARENT_CODE])).astype(str)


def _cycle_faults(units: gpd.GeoDataFrame) -> list[Message]:
    parent_of = dict(zip(units[CODE], units[PARENT_CODE], strict=True))
    circling = [code for code in parent_of if code and _is_own_ancestor(code, parent_of)]
    return told_of(_OWN_ANCESTOR, most=_SHOWN, codes=circling)


def _is_own_ancestor(code: str, parent_of: dict[str, str]) -> bool:
    seen: set[str] = set()
    ancestor = parent_of[code]
    while ancestor in parent_of and ancestor not in seen:
        if ancestor == code:
            return True
        seen.add(ancestor)
        ancestor = parent_of[ancestor]
    return False


def _parent_messages(rows: gpd.GeoDataFrame, words: Message) -> list[Message]:
    pairs = [f"{code} → {parent}" for code, parent in zip(rows[CODE], rows[PARENT_CODE], strict=True)]
    return told_of(words, most=_SHOWN, pairs=pairs)


def count_faults(frame: gpd.GeoDataFrame, column: str) -> list[Message]:
    """Numbers in a column that are given but are not finite and at least 0."""
    given = frame[column].notna().to_numpy()
    numbers = pd.to_numeric(frame[column], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    return _fault_of_rows(
        frame,
        given & ~(np.isfinite(numbers) & (numbers >= 0)),
        _NO_COUNT.filled(column=column),
    )


def _polygonal(shapes: npt.NDArray[np.object_]) -> Mask:
    kinds = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
    polygonal: Mask = np.isin(shapely.get_type_id(shapes), kinds) & ~shapely.is_empty(shapes)
    return polygonal


def _fault_of_rows(table: pd.DataFrame | pd.Series[str] | None, mask: Mask, words: Message) -> list[Message]:
    """A fault that names rows as the file counts them: the index keeps that where rows were left out."""
    counted = table is not None and pd.api.types.is_integer_dtype(table.index)
    rows = (np.asarray(table.index)[mask] if table is not None and counted else np.flatnonzero(mask)) + 1
    return told_of(words, most=_SHOWN, rows=map(str, rows))
