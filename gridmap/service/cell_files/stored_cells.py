"""A cells file to go on from: read with the degrees it stores, and written without moving what stays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj

from gridmap.errors import InputError
from gridmap.geo.code_scheme import TWELVE_THREE, CodeScheme, scheme_of
from gridmap.geo.coverage.same_places import in_stored_degrees
from gridmap.geo.frames import Cells, Units, check_cells, converted
from gridmap.geo.systems.crs import crs_text, metric_crs
from gridmap.messages import Message, msg, msg_n
from gridmap.names import CODE, HOUSEHOLDS, PARENT_CODE, SEQ, WGS84
from gridmap.read.vectors.boundaries import read_cells
from gridmap.split.cells_file import cuts_after, write_changed


@dataclass(frozen=True)
class StoredCells:
    """The cells of a file, and all that it tells of how they came about.

    Attributes:
        file: its name.
        stored: in EPSG:4326, as in the file.
        cells: the same rows in the metric system they were cut in; `households` not known where none is told.
        cuts: its table of that name; None where it has none.
    """

    file: str
    stored: Cells
    cells: Cells
    system: pyproj.CRS
    cuts: pd.DataFrame | None

    def require(self, codes: Iterable[str]) -> None:
        """Refuse codes that are none of the cells.

        Raises:
            InputError: some are not.
        """
        unknown = sorted(set(codes) - set(self.cells[CODE]))
        if unknown:
            raise InputError(
                msg_n(
                    "{file}: there is no cell {codes}. Name cells of that file.",
                    "{file}: there are no cells {codes}. Name cells of that file.",
                    n=len(unknown),
                    file=self.file,
                    codes=unknown,
                )
            )

    def scheme(self) -> tuple[CodeScheme, tuple[Message, ...]]:
        """The scheme that the codes are of, and a note where it is not that of all."""
        if SEQ not in self.cells:
            return TWELVE_THREE, ()
        found = scheme_of(
            self.cells[CODE].tolist(), self.cells[PARENT_CODE].tolist(), self.cells[SEQ].tolist()
        )
        if found.share == 1:
            return found.scheme, ()
        if found.share:
            note = msg(
                "not all codes of {file} are of one scheme; new cells are coded as most are, {pattern}, and "
                "--codes names another",
                file=self.file,
                pattern=found.scheme.pattern,
            )
        else:
            note = msg(
                "the codes of {file} are of no scheme that is known, so new cells are coded {scheme}; "
                "--codes names another",
                file=self.file,
                scheme="12+3",
            )
        return found.scheme, (note,)

    def write(self, cells: Cells, changed: pd.DataFrame, used: Mapping[str, int], path: Path) -> None:
        """Write cells that came of these; those that did not change keep their degrees to the last bit.

        Args:
            cells: all, in the metric system.
            changed: rows of `cuts` of the units that were cut again.
            used: by unit the largest number ever used.
            path: a GeoPackage, replaced in one step or left as it is.

        Raises:
            InputError: the file cannot be written.
        """
        cuts = cuts_after(self.cuts, changed, cells, used, crs_text(self.system))
        write_changed(in_stored_degrees(cells, self.cells, self.stored), cuts, path)


def open_cells(path: Path, units: Units | None = None) -> StoredCells:
    """Read a cells file, as `gridmap split` writes it or with less in it.

    Args:
        path: of the file.
        units: tell the metric system where the file does not.

    Raises:
        InputError: it cannot be read as cells, or is a workspace.
    """
    read = read_cells(path)
    if read.is_workspace:
        raise InputError(
            msg(
                "{file}: this is a workspace. Change its cells on the page Boundaries & cells.",
                file=path.name,
            )
        )
    recorded = read.metric_crs
    system = (
        metric_crs(read.cells if units is None else units)
        if recorded is None
        else pyproj.CRS.from_user_input(recorded)
    )
    cells = check_cells(converted(read.cells, system), source=path.name)
    if HOUSEHOLDS not in cells:
        cells = Cells(gpd.GeoDataFrame(cells.assign(**{HOUSEHOLDS: np.nan})))
    stored = read.cells if read.cells.crs == WGS84 else Cells(read.cells.to_crs(WGS84))
    return StoredCells(path.name, stored, cells, system, read.cuts)
