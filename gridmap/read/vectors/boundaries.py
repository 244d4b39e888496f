"""Boundaries of units, and cells, from vector files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import geopandas as gpd
import pandas as pd

from gridmap.geo.faults import parent_notes
from gridmap.geo.frames import Cells, Points, Units, check_cells, check_units
from gridmap.messages import Message, msg_n
from gridmap.names import BUILDINGS, CELLS, CODE, CUTS, UNITS
from gridmap.read.files.answers import NOTHING_SAID, FileAnswers
from gridmap.read.files.frames import require_likely, require_sure_texts, to_frame
from gridmap.read.files.raw_layers import LayerWish, RawLayer, read_layers
from gridmap.read.values.numbers import with_plain_digits
from gridmap.read.vectors.columns import (
    USUAL_COLUMNS,
    ColumnChoice,
    attributes,
    matched_columns,
    nesting_notes,
    with_standard_columns,
)
from gridmap.read.vectors.points import to_points

_VALID_TO: Final = "valid_to"
"""Column of a workspace's cells; empty while a cell is current."""


@dataclass(frozen=True)
class UnitsFile:
    """Checked units in the file's own coordinate system, and what the reader should be told.

    Attributes:
        columns: the file's own columns.
        matched: which of them was taken for each of ours, None where none was.
    """

    units: Units
    layer: str
    notes: tuple[Message, ...]
    columns: tuple[str, ...] = ()
    matched: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True)
class CellsFile:
    """Checked cells as stored, and what else a file of cells may hold.

    Attributes:
        metric_crs: the system the cells were cut in, where the file tells.
        units, buildings: of a workspace; None in a plain cells file.
        cuts: how units were cut, see `split.cells_file`; None where the file does not tell.
        is_workspace: whether it is a workspace, which keeps more than cells.
    """

    cells: Cells
    metric_crs: str | None
    units: Units | None
    buildings: Points | None
    cuts: pd.DataFrame | None = None
    is_workspace: bool = False


def read_units(
    path: Path, answers: FileAnswers = NOTHING_SAID, columns: ColumnChoice = USUAL_COLUMNS
) -> UnitsFile:
    """Read boundaries and check them.

    Args:
        path: a vector file; see `gridmap.read.files.kinds`.
        answers: what the file does not tell, or tells wrongly; without a layer `units` is read, else the only
            layer of areas.
        columns: which columns hold code, name, parent and level; otherwise usual spellings are looked for.

    Raises:
        InputError: the file cannot be read as units; see the kinds in `gridmap.errors`.
    """
    raw = _required(path, LayerWish("polygon", answers.layer, (UNITS,)), answers.encoding)
    require_sure_texts(raw, path.name)
    frame = to_frame(raw, crs=answers.crs, file=path.name, datum=answers.datum)
    if answers.crs is None:
        require_likely(frame, path.name)
    wide, frame = plain_digits(frame)
    present = tuple(attributes(frame))
    matched = matched_columns(frame, columns, file=path.name)
    frame = with_standard_columns(frame, matched)
    units = check_units(frame, source=path.name)
    notes = (*wide, *_repaired_codes(frame[CODE], units[CODE]), *raw.notes, *parent_notes(units))
    if columns.parent is None:
        notes += tuple(nesting_notes(units, matched))
    return UnitsFile(units, raw.layer, notes, present, matched)


def read_cells(path: Path) -> CellsFile:
    """Read a cells file, or the current cells of a workspace with its units and buildings.

    Raises:
        InputError: the file cannot be read as cells.
    """
    file = path.name
    wishes = [
        LayerWish("polygon", None, (CELLS,)),
        LayerWish("none", None, (CUTS,), optional=True),
        LayerWish("polygon", None, (UNITS,), optional=True),
        LayerWish("point", None, (BUILDINGS,), optional=True),
    ]
    raw, cuts, units, buildings = read_layers(path, wishes)
    assert raw is not None, "only optional layers may be missing"
    is_workspace = _VALID_TO in raw.table.column_names
    # A workspace has these tables from the start; empty ones say nothing.
    units, buildings = (one if one is not None and one.table.num_rows else None for one in (units, buildings))
    systems = set() if cuts is None else set(_column(cuts, "crs"))
    return CellsFile(
        cells=check_cells(_current(to_frame(raw, crs=None, file=file)), source=file),
        metric_crs=systems.pop() if len(systems) == 1 else None,
        units=None if units is None else check_units(to_frame(units, crs=None, file=file), source=file),
        buildings=None if buildings is None else to_points(buildings, file=file).points,
        cuts=None if cuts is None or is_workspace else cuts.table.to_pandas(),
        is_workspace=is_workspace,
    )


def plain_digits(frame: gpd.GeoDataFrame) -> tuple[list[Message], gpd.GeoDataFrame]:
    """Units whose numbers are written in plain digits, and a note where some were not."""
    changed, plain = with_plain_digits(frame)
    if not changed:
        return [], frame
    told = msg_n(
        "{n} number was written in full-width digits, and was set right",
        "{n} numbers were written in full-width digits, and were set right",
        n=changed,
    )
    return [told], gpd.GeoDataFrame(plain)


def _current(cells: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Without the retired cells that a workspace keeps."""
    return cells[cells[_VALID_TO].isna()] if _VALID_TO in cells else cells


def _required(path: Path, wish: LayerWish, encoding: str | None) -> RawLayer:
    (raw,) = read_layers(path, [wish], encoding=encoding)
    assert raw is not None, "only optional layers may be missing"
    return raw


def _column(raw: RawLayer, name: str) -> list[str]:
    if name not in raw.table.column_names:
        return []
    return [str(value) for value in raw.table.column(name).to_pylist() if value]


def _repaired_codes(before: pd.Series[str], after: pd.Series[str]) -> list[Message]:
    exact = before.astype(object).where(before.notna(), "").astype(str)
    changed = int((exact.to_numpy() != after.to_numpy()).sum())
    if not changed:
        return []
    return [
        msg_n(
            "{n} code was written as a decimal number or with blanks around it, and was set right",
            "{n} codes were written as decimal numbers or with blanks around them, and were set right",
            n=changed,
        )
    ]
