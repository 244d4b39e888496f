"""Faults of tables of places, each as a message that names the rows or codes and the mend."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from gridmap.geo.codes import division_level, is_rounded
from gridmap.messages import Message, msg, msg_n, shortened
from gridmap.names import CODE, KIND, LEVEL, PARENT_CODE

_SHOWN: Final = 5
"""Places named in one fault; the rest are counted."""

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
    return _fault_of_rows(frame, missing, _no_geometry) + _fault_of_rows(frame, others, _no_point)


def weight_faults(weights: npt.NDArray[np.float64]) -> list[Message]:
    """Weights that are no finite numbers from 0 up."""
    return _fault_of_rows(None, ~np.isfinite(weights) | (weights < 0), _bad_weight)


def parentless_faults(cells: gpd.GeoDataFrame) -> list[Message]:
    """Cells that name no parent."""
    return _fault_of_rows(cells, (cells[PARENT_CODE] == "").to_numpy(), _no_parent)


def geometry_faults(cells: gpd.GeoDataFrame) -> list[Message]:
    """Geometry that is neither empty nor polygonal."""
    shapes = cells.geometry.to_numpy()
    given = ~shapely.is_empty(shapes) & ~shapely.is_missing(shapes)
    return _fault_of_rows(cells, given & ~_polygonal(shapes), _no_polygon)


def code_faults(codes: pd.Series[str]) -> list[Message]:
    """Codes that are empty, rounded by a spreadsheet, or used more than once."""
    given = codes != ""
    twice = codes[given & codes.duplicated(keep=False)]
    faults = _fault_of_rows(codes, (~given).to_numpy(), _no_code)
    rounded = codes[codes.map(is_rounded).astype(bool)]
    if len(rounded):
        faults.append(
            msg_n(
                "{n} code was rounded by a spreadsheet and cannot be restored ({codes}): write text",
                "{n} codes were rounded by a spreadsheet and cannot be restored ({codes}): write text",
                n=len(rounded),
                codes=shortened(rounded, _SHOWN),
            )
        )
    if len(twice):
        different = sorted(set(twice))
        faults.append(
            msg_n(
                "{n} code is used more than once ({codes}): give every row a code of its own",
                "{n} codes are used more than once ({codes}): give every row a code of its own",
                n=len(different),
                codes=shortened(different, _SHOWN),
            )
        )
    return faults


def polygon_faults(frame: gpd.GeoDataFrame) -> list[Message]:
    """Rows without geometry, or with other geometry than polygons."""
    shapes = frame.geometry.to_numpy()
    missing = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    polygonal = _polygonal(shapes)
    if not polygonal.any():
        return [msg("there are no polygons in it: choose a file or layer of areas")]
    return _fault_of_rows(frame, missing, _no_geometry) + _fault_of_rows(
        frame, ~missing & ~polygonal, _no_polygon
    )


def validity_faults(frame: gpd.GeoDataFrame) -> list[Message]:
    """Polygons that are not valid, such as those whose ring crosses itself."""
    shapes = frame.geometry.to_numpy()
    broken = np.flatnonzero(_polygonal(shapes) & ~shapely.is_valid(shapes))
    if not len(broken):
        return []
    return [
        msg_n(
            "{n} polygon is not valid ({reasons}): repair it",
            "{n} polygons are not valid ({reasons}): repair them",
            n=len(broken),
            reasons=shortened(
                (f"{frame[CODE].iloc[row]}: {shapely.is_valid_reason(shapes[row])}" for row in broken), _SHOWN
            ),
        )
    ]


def parent_faults(units: gpd.GeoDataFrame) -> list[Message]:
    """Parent codes that name nothing though the file holds the parents' level, and circles of parents.

    The file holds it where the parent of another unit of the same standing is in the file.
    """
    missing, _ = _dangling(units)
    return _parent_messages(units[missing], _unknown_parents) + _cycle_faults(units)


def parent_notes(units: gpd.GeoDataFrame) -> list[Message]:
    """Parent codes that name nothing in a file that does not hold the parents' level: no fault."""
    _, elsewhere = _dangling(units)
    return _parent_messages(units[elsewhere], _parents_elsewhere)


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
    if not circling:
        return []
    return [
        msg_n(
            "{n} unit is its own ancestor ({codes}): correct its parent code",
            "{n} units are their own ancestors ({codes}): correct their parent codes",
            n=len(circling),
            codes=shortened(circling, _SHOWN),
        )
    ]


def _is_own_ancestor(code: str, parent_of: dict[str, str]) -> bool:
    seen: set[str] = set()
    ancestor = parent_of[code]
    while ancestor in parent_of and ancestor not in seen:
        if ancestor == code:
            return True
        seen.add(ancestor)
        ancestor = parent_of[ancestor]
    return False


def _parent_messages(rows: gpd.GeoDataFrame, words: Callable[[int, list[object]], Message]) -> list[Message]:
    pairs = [f"{code} → {parent}" for code, parent in zip(rows[CODE], rows[PARENT_CODE], strict=True)]
    return [words(len(pairs), shortened(pairs, _SHOWN))] if pairs else []


def _unknown_parents(n: int, pairs: list[object]) -> Message:
    return msg_n(
        "{n} parent code names no unit ({pairs}): add the unit or correct the code",
        "{n} parent codes name no unit ({pairs}): add the units or correct the codes",
        n=n,
        pairs=pairs,
    )


def _parents_elsewhere(n: int, pairs: list[object]) -> Message:
    return msg_n(
        "{n} unit has a parent that is not in the file ({pairs})",
        "{n} units have parents that are not in the file ({pairs})",
        n=n,
        pairs=pairs,
    )


def count_faults(frame: gpd.GeoDataFrame, column: str) -> list[Message]:
    """Numbers in a column that are given but are not finite and at least 0."""
    given = frame[column].notna().to_numpy()
    numbers = pd.to_numeric(frame[column], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    return _fault_of_rows(
        frame,
        given & ~(np.isfinite(numbers) & (numbers >= 0)),
        lambda n, rows: msg_n(
            "{n} row has no number from 0 up in column {column} ({rows}): correct it",
            "{n} rows have no number from 0 up in column {column} ({rows}): correct them",
            n=n,
            column=column,
            rows=rows,
        ),
    )


def _polygonal(shapes: npt.NDArray[np.object_]) -> Mask:
    kinds = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
    polygonal: Mask = np.isin(shapely.get_type_id(shapes), kinds) & ~shapely.is_empty(shapes)
    return polygonal


def _fault_of_rows(
    table: pd.DataFrame | pd.Series[str] | None, mask: Mask, words: Callable[[int, list[object]], Message]
) -> list[Message]:
    """A fault that names rows as the file counts them: the index keeps that where rows were left out."""
    counted = table is not None and pd.api.types.is_integer_dtype(table.index)
    rows = (np.asarray(table.index)[mask] if table is not None and counted else np.flatnonzero(mask)) + 1
    return [words(len(rows), shortened(map(str, rows), _SHOWN))] if len(rows) else []


def _no_code(n: int, rows: list[object]) -> Message:
    return msg_n(
        "{n} row has no code (row {rows}): give it one",
        "{n} rows have no code (rows {rows}): give each one",
        n=n,
        rows=rows,
    )


def _no_parent(n: int, rows: list[object]) -> Message:
    return msg_n(
        "{n} row has no parent code (row {rows}): name its unit",
        "{n} rows have no parent code (rows {rows}): name their units",
        n=n,
        rows=rows,
    )


def _no_geometry(n: int, rows: list[object]) -> Message:
    return msg_n(
        "{n} row has no geometry (row {rows}): draw it or remove it",
        "{n} rows have no geometry (rows {rows}): draw them or remove them",
        n=n,
        rows=rows,
    )


def _no_polygon(n: int, rows: list[object]) -> Message:
    return msg_n(
        "{n} row is no polygon (row {rows}): keep areas only",
        "{n} rows are no polygons (rows {rows}): keep areas only",
        n=n,
        rows=rows,
    )


def _no_point(n: int, rows: list[object]) -> Message:
    return msg_n(
        "{n} row is no point (row {rows}): keep points only",
        "{n} rows are no points (rows {rows}): keep points only",
        n=n,
        rows=rows,
    )


def _bad_weight(n: int, rows: list[object]) -> Message:
    return msg_n(
        "{n} row has no weight from 0 up (row {rows}): correct it",
        "{n} rows have no weight from 0 up (rows {rows}): correct them",
        n=n,
        rows=rows,
    )
