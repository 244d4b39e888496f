"""Derive the levels above the cells of a file: zones after a list, villages, townships, counties."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import geopandas as gpd
import pandas as pd
import pyproj

from gridmap.errors import InputError
from gridmap.geo.codes import code_texts
from gridmap.geo.frames import check_cells, converted
from gridmap.geo.layers_file import check_output, write_layers
from gridmap.geo.systems.crs import crs_text, metric_crs
from gridmap.messages import Message, msg, told_of, words_n
from gridmap.names import CODE, GEOMETRY, NAME, PARENT_CODE, ZONES
from gridmap.read.files.answers import NOTHING_SAID, FileAnswers
from gridmap.read.tables.zone_list import read_zone_list
from gridmap.read.vectors.boundaries import CellsFile, read_cells, read_units
from gridmap.read.vectors.columns import USUAL_COLUMNS, ColumnChoice
from gridmap.split.levels.zones import Levels, UpperLevel, Zoning, upper_levels

_SHOWN: Final = 8
_UNPLACED: Final = words_n(
    "{n} place of the level {below} is in no {level} ({codes})",
    "{n} places of the level {below} are in no {level} ({codes})",
)
_TORN: Final = words_n(
    "{n} place of the level {below} lies in several of the level {level} ({codes}); give each its own",
    "{n} places of the level {below} lie in several of the level {level} ({codes}); give each its own",
)
_UNKNOWN: Final = words_n(
    "{n} listed place is not there, or there several times ({places})",
    "{n} listed places are not there, or there several times ({places})",
)


@dataclass(frozen=True)
class ZonesRequest:
    """What to derive and from what.

    Attributes:
        source: a cells file (of cells or micro-grids) or a workspace.
        out: the GeoPackage to write, layer `zones`.
        listed: a table that says which place belongs to which zone; `sheet` of it.
        column: in place of a table, a column of the cells or of the units that names the zone of each.
        called: what the level of zones is called.
        units: files that tell parents and names: of the cells' units, or the cells of micro-grids.
        answers, columns: how to read those, where the file does not tell.
    """

    source: Path
    out: Path
    listed: Path | None = None
    sheet: str | None = None
    column: str | None = None
    called: str = "zone"
    units: tuple[Path, ...] = ()
    answers: FileAnswers = NOTHING_SAID
    columns: ColumnChoice = USUAL_COLUMNS


@dataclass(frozen=True)
class ZonesReport:
    """The levels that were derived; `passed` where each is an exact coverage of the ones beside it."""

    out: Path
    crs: str
    derived: Levels
    notes: tuple[Message, ...]

    @property
    def passed(self) -> bool:
        """Whether nothing is left over and every level is exact."""
        return not self.derived.unknown and all(level.exact for level in self.derived.levels)

    def to_json(self) -> dict[str, object]:
        """Plain values for JSON."""
        return {
            "out": str(self.out),
            "crs": self.crs,
            "levels": [
                {
                    "level": level.level,
                    "below": level.below,
                    "places": len(level.places),
                    "exact": level.exact,
                    "unplaced": list(level.unplaced),
                    "torn": list(level.torn),
                }
                for level in self.derived.levels
            ],
            "listed_but_unknown": list(self.derived.unknown),
            "notes": [str(note) for note in self.notes],
            "passed": self.passed,
        }


def derive_levels(request: ZonesRequest) -> ZonesReport:
    """Derive all levels above the cells of a file and write them; geometry is the union of the cells.

    Raises:
        InputError: a file or an argument is wrong, or there is no level above.
    """
    check_output(request.out, (request.source, request.listed, *request.units))
    if request.listed is not None and request.column is not None:
        raise InputError(msg("Zones come from a list or from a column: give --list or --column, not both."))
    stored = read_cells(request.source)
    above = [read_units(path, request.answers, request.columns).units for path in request.units]
    tables = [stored.cells, *([] if stored.units is None else [stored.units]), *above]
    zoning = _zoning(request, tables)
    system = _system_of(stored)
    cells = check_cells(converted(stored.cells, system), source=request.source.name)
    derived = upper_levels(cells, _by_code(tables[1:], PARENT_CODE), _by_code(tables, NAME), zoning)
    assert derived.levels, "a cell always names its parent"
    places = pd.concat([level.places for level in reversed(derived.levels)], ignore_index=True)
    write_layers({ZONES: gpd.GeoDataFrame(places, geometry=GEOMETRY, crs=system)}, request.out)
    notes = tuple(note for level in derived.levels for note in _notes_of(level))
    return ZonesReport(request.out, crs_text(system), derived, (*notes, *_notes_of_all(derived)))


def _system_of(stored: CellsFile) -> pyproj.CRS:
    """The system recorded in the file, else one that fits it."""
    if stored.metric_crs is not None:
        return pyproj.CRS.from_user_input(stored.metric_crs)
    return metric_crs(stored.cells)


def _by_code(tables: list[gpd.GeoDataFrame], column: str) -> dict[str, str]:
    """A column by code over several tables, where it is filled in; the first that tells counts."""
    found: dict[str, str] = {}
    for table in tables:
        if column in table:
            texts = table[column].astype(object).where(table[column].notna(), "").astype(str)
            told = {code: text for code, text in zip(table[CODE], texts, strict=True) if text}
            found = told | found
    return found


def _zoning(request: ZonesRequest, tables: list[gpd.GeoDataFrame]) -> Zoning | None:
    if request.listed is not None:
        listed = read_zone_list(request.listed, sheet=request.sheet)
        return Zoning(listed.zones, request.called, listed.names)
    if request.column is None:
        return None
    return Zoning(_zones_of_column(request.column, tables), request.called)


def _zones_of_column(column: str, tables: list[gpd.GeoDataFrame]) -> Mapping[str, str]:
    """The zone of each place, by the first table that has the column.

    Raises:
        InputError: none has, or it is empty.
    """
    table = next((table for table in tables if column in table and column != GEOMETRY), None)
    if table is None:
        present = sorted({str(title) for table in tables for title in table.columns if title != GEOMETRY})
        raise InputError(
            msg(
                "Neither cells nor units have a column {column}, named by --column; there are: {present}.",
                column=column,
                present=present,
            )
        )
    zones = code_texts(table[column])
    named = {code: zone for code, zone in zip(table[CODE], zones, strict=True) if zone}
    if not named:
        raise InputError(msg("The column {column} names no zone at all. Fill it in.", column=column))
    return named


def _notes_of(level: UpperLevel) -> list[Message]:
    """What is left over or torn between a level and the one below."""
    levels = {"below": level.below, "level": level.level}
    notes = [
        *told_of(_UNPLACED.filled(**levels), most=_SHOWN, codes=level.unplaced),
        *told_of(_TORN.filled(**levels), most=_SHOWN, codes=level.torn),
    ]
    if not notes and not level.exact:
        return [
            msg("the level {level} is no exact coverage; run gridmap check on the cells", level=level.level)
        ]
    return notes


def _notes_of_all(derived: Levels) -> list[Message]:
    notes = told_of(_UNKNOWN, most=_SHOWN, places=derived.unknown)
    if derived.by_digits:
        notes.append(msg("townships or counties that no file names were told from the digits of the codes"))
    return notes
