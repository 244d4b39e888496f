"""Boundaries that are to be mended: read with all that repairing sets right."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from gridmap.errors import FaultsError
from gridmap.geo.codes import code_texts
from gridmap.geo.faults import parent_notes
from gridmap.geo.frames import check_dirty_units
from gridmap.messages import Message, msg_n
from gridmap.model.faults import FaultKind
from gridmap.names import CODE, UNITS
from gridmap.read.files.answers import NOTHING_SAID, FileAnswers
from gridmap.read.files.frames import require_likely, require_sure_texts, to_frame
from gridmap.read.files.raw_layers import LayerWish, RawLayer, read_layers
from gridmap.read.vectors.boundaries import plain_digits
from gridmap.read.vectors.columns import (
    USUAL_COLUMNS,
    ColumnChoice,
    matched_columns,
    nesting_notes,
    with_standard_columns,
)

_AREAS: Final = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)


def read_dirty_units(
    path: Path, answers: FileAnswers = NOTHING_SAID, columns: ColumnChoice = USUAL_COLUMNS
) -> tuple[gpd.GeoDataFrame, tuple[Message, ...]]:
    """Read boundaries that may be invalid, overlap, or be there twice; arguments as of `read_units`.

    Returns:
        Units as `check_dirty_units` takes them, and what the reader should be told. Rows that say the same
        as an earlier one are left out, as are those whose geometry is damaged; of mixed geometry only the
        areas are kept; all of it is told.

    Raises:
        InputError: the file cannot be read as units, or has faults in its codes or parents.
    """
    (raw,) = read_layers(path, [LayerWish("polygon", answers.layer, (UNITS,))], encoding=answers.encoding)
    assert raw is not None, "only optional layers may be missing"
    require_sure_texts(raw, path.name)
    frame = _without_damaged(to_frame(raw, crs=answers.crs, file=path.name, datum=answers.datum), raw)
    if answers.crs is None:
        require_likely(frame, path.name)
    wide, frame = plain_digits(frame)
    matched = matched_columns(frame, columns, file=path.name)
    frame, of_mixed = _areas_only(with_standard_columns(frame, matched))
    frame, of_repeated = _without_repeated(frame)
    try:
        units = check_dirty_units(frame, source=path.name)
    except FaultsError as error:
        raise FaultsError(path.name, [*_damage(raw), *error.faults]) from error
    of_parents = parent_notes(units)
    if columns.parent is None:
        of_parents += nesting_notes(units, matched)
    return units, (*wide, *raw.notes, *of_mixed, *of_repeated, *of_parents)


def _damage(raw: RawLayer) -> list[Message]:
    """What is told of rows that were left out: who mends a file by a list of faults needs all of it."""
    return [one.told for one in raw.faults if one.kind is FaultKind.GEOMETRY_DAMAGED]


def _without_damaged(frame: gpd.GeoDataFrame, raw: RawLayer) -> gpd.GeoDataFrame:
    """The rows whose geometry could be read; the faults of the layer name the others.

    The index stays, so that rows are called by their number in the file.
    """
    damaged = [row - 1 for one in raw.faults if one.kind is FaultKind.GEOMETRY_DAMAGED for row in one.rows]
    return gpd.GeoDataFrame(frame.drop(index=frame.index[damaged])) if damaged else frame


def _areas_only(frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, list[Message]]:
    """Collections of areas and other things as the areas in them."""
    shapes = frame.geometry.to_numpy()
    mixed = np.flatnonzero(shapely.get_type_id(shapes) == shapely.GeometryType.GEOMETRYCOLLECTION)
    kept = shapes.copy()
    changed = 0
    for row in mixed:
        areas = _areas_of(shapes[row])
        if len(areas):
            kept[row] = shapely.MultiPolygon(areas.tolist()) if len(areas) > 1 else areas[0]
            changed += 1
    if not changed:
        return frame, []
    told = msg_n(
        "{n} row held lines or points beside areas; its areas were kept",
        "{n} rows held lines or points beside areas; their areas were kept",
        n=changed,
    )
    return frame.set_geometry(gpd.GeoSeries(kept, index=frame.index, crs=frame.crs)), [told]


def _areas_of(shape: shapely.Geometry) -> npt.NDArray[np.object_]:
    parts = shapely.get_parts(np.atleast_1d(shapely.get_parts(shape)))
    areas: npt.NDArray[np.object_] = parts[np.isin(shapely.get_type_id(parts), _AREAS)]
    return areas


def _without_repeated(frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, list[Message]]:
    """Without the rows whose code and shape an earlier row has."""
    shapes = pd.Series(shapely.to_wkb(shapely.normalize(frame.geometry.to_numpy())), index=frame.index)
    keys = pd.DataFrame({CODE: code_texts(frame[CODE]), "shape": shapes})
    repeated = keys.duplicated() & (keys[CODE] != "") & shapes.notna()
    if not repeated.any():
        return frame, []
    told = msg_n(
        "{n} row repeats the code and shape of another and was left out",
        "{n} rows repeat the code and shape of others and were left out",
        n=int(repeated.sum()),
    )
    return frame[~repeated], [told]
