"""What cuts go along or around: lines (roads, rivers, rail), blocks, and cells drawn elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from gridmap.errors import FaultsError, LayerChoiceError, MissingCrsError
from gridmap.geo.codes import code_texts
from gridmap.messages import Message, msg, msg_n
from gridmap.names import CELLS, CODE, NAME
from gridmap.read.files.answers import NOTHING_SAID, FileAnswers
from gridmap.read.files.frames import to_frame
from gridmap.read.files.raw_layers import LayerWish, read_layers
from gridmap.read.vectors.columns import ALIASES

_TYPE: Final = shapely.GeometryType
_AREAS: Final = (_TYPE.POLYGON, _TYPE.MULTIPOLYGON)
_LINES: Final = (_TYPE.LINESTRING, _TYPE.LINEARRING, _TYPE.MULTILINESTRING, *_AREAS)


@dataclass(frozen=True)
class ShapesFile:
    """Shapes in the file's own coordinate system, and what the reader should be told."""

    shapes: gpd.GeoSeries
    notes: tuple[Message, ...]


def read_lines(path: Path, answers: FileAnswers = NOTHING_SAID) -> ShapesFile:
    """Read lines; areas, such as the banks of a river, count by their borders.

    Raises:
        InputError: the file cannot be read as lines; see the kinds in `gridmap.errors`.
    """
    frame, notes = _read(path, LayerWish("line", answers.layer, ("lines", "roads")), answers)
    kinds = shapely.get_type_id(frame.geometry.to_numpy())
    if not np.isin(kinds, _LINES).all():
        raise FaultsError(path.name, [msg("there are other things than lines and areas in it")])
    return ShapesFile(frame.geometry, notes)


def read_blocks(path: Path, answers: FileAnswers = NOTHING_SAID) -> ShapesFile:
    """Read blocks: areas that are not to be divided, such as street blocks or parcels.

    Raises:
        InputError: the file cannot be read as areas.
    """
    frame, notes = _read(path, LayerWish("polygon", answers.layer, ("blocks",)), answers)
    return _areas(frame, notes, path.name)


def read_drawn_cells(path: Path, answers: FileAnswers = NOTHING_SAID) -> ShapesFile:
    """Read cells drawn elsewhere; the index holds their names: a code, else a name, else the row's number.

    Raises:
        InputError: the file cannot be read as areas.
    """
    frame, notes = _read(path, LayerWish("polygon", answers.layer, ("drawn", CELLS)), answers)
    read = _areas(frame, notes, path.name)
    names, doubled = _names(frame)
    if doubled:
        told = msg_n(
            "{n} drawn cell has no name of its own and is called by its row",
            "{n} drawn cells have no names of their own and are called by their rows",
            n=doubled,
        )
        return ShapesFile(read.shapes.set_axis(names), (*read.notes, told))
    return ShapesFile(read.shapes.set_axis(names), read.notes)


def _read(path: Path, wish: LayerWish, answers: FileAnswers) -> tuple[gpd.GeoDataFrame, tuple[Message, ...]]:
    """The rows of a layer that have a shape, and a note of the others."""
    try:
        (raw,) = read_layers(path, [wish], encoding=answers.encoding)
        assert raw is not None, "only optional layers may be missing"
        frame = to_frame(raw, crs=answers.crs, file=path.name, datum=answers.datum)
    except LayerChoiceError as error:
        raise LayerChoiceError(
            msg("{file}: it has several layers. Export the one to be used to a file.", file=path.name)
        ) from error
    except MissingCrsError as error:
        raise MissingCrsError(
            msg(
                "{file}: no coordinate system is given. Export it with its coordinate system.", file=path.name
            )
        ) from error
    shapes = frame.geometry.to_numpy()
    given = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    if not given.any():
        raise FaultsError(path.name, [msg("there is no geometry in it")])
    left_out = int((~given).sum())
    notes = list(raw.notes)
    if left_out:
        told = msg_n(
            "{n} row without geometry was left out of {file}",
            "{n} rows without geometry were left out of {file}",
            n=left_out,
            file=path.name,
        )
        notes.append(told)
    return frame[given].reset_index(drop=True), tuple(notes)


def _areas(frame: gpd.GeoDataFrame, notes: tuple[Message, ...], file: str) -> ShapesFile:
    """Valid areas, and a note of those that had to be set right."""
    shapes = frame.geometry.to_numpy()
    others = int((~np.isin(shapely.get_type_id(shapes), _AREAS)).sum())
    if others:
        fault = msg_n(
            "{n} row is no area: keep areas only", "{n} rows are no areas: keep areas only", n=others
        )
        raise FaultsError(file, [fault])
    broken = ~shapely.is_valid(shapes)
    if not broken.any():
        return ShapesFile(frame.geometry, notes)
    told = msg_n(
        "{n} area of {file} crossed itself and was set right",
        "{n} areas of {file} crossed themselves and were set right",
        n=int(broken.sum()),
        file=file,
    )
    return ShapesFile(gpd.GeoSeries(mended(shapes, broken), crs=frame.crs), (*notes, told))


def mended(shapes: npt.NDArray[np.object_], broken: npt.NDArray[np.bool_]) -> npt.NDArray[np.object_]:
    """Areas of which the broken ones are made valid, lines that come of it left away."""
    result = shapes.copy()
    result[broken] = shapely.make_valid(shapes[broken], method="structure", keep_collapsed=False)
    return result


def _names(frame: gpd.GeoDataFrame) -> tuple[pd.Index[str], int]:
    """A name for every row, no two the same, and how many had none of their own."""
    spellings = {str(title).lower(): title for title in reversed(frame.columns)}
    found = next(
        (spellings[alias] for key in (CODE, NAME) for alias in ALIASES[key] if alias in spellings), None
    )
    rows = pd.Series(range(1, len(frame) + 1)).astype(str).astype(object)
    if found is None:
        return pd.Index(rows), 0
    names = code_texts(frame[found]).reset_index(drop=True)
    poor = (names == "") | names.duplicated()
    unique = names.where(~poor, "#" + rows)
    return pd.Index(unique), int(poor.sum())
