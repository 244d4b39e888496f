"""Cells that were cut from the workspace's units elsewhere, taken in as they are and saved as one change."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Final

import geopandas as gpd
import pyproj

from gridmap.errors import FaultsError, InputError
from gridmap.geo.coverage.quality import check
from gridmap.geo.frames import Units, check_cells, check_units, leaf_units
from gridmap.messages import Message, msg, msg_n, shortened
from gridmap.model.access import Action, User
from gridmap.names import CODE, NAME, PARENT_CODE, SEQ, WGS84
from gridmap.read.vectors.boundaries import read_cells
from gridmap.service.boundaries.joining import measuring_crs
from gridmap.service.boundaries.present import present_units
from gridmap.service.boundaries.saving import ImportReport, save_contents
from gridmap.service.plan_cache import PlanCache
from gridmap.service.rights import require
from gridmap.store.contents import Contents
from gridmap.store.history import Author
from gridmap.store.repository import Workspace

_SHOWN: Final = 8
"""Codes named in a fault before the rest is counted."""


def import_cells(workspace: Workspace, path: Path, *, user: User, at: datetime) -> ImportReport:
    """Save cells that were cut from the workspace's units, as `gridmap split` writes them.

    Raises:
        AccessError: the user may not edit units and cells everywhere.
        InputError: there are no units, there are cells already, or the cells do not fit the units exactly;
            the workspace is as it was.
    """
    require(user, Action.EDIT_CELLS)
    contents, system = _fitting_cells(workspace, path, at)
    return save_contents(workspace, contents, system, Author(user.name, at, f"import: {path.name}"))


def try_cells(workspace: Workspace, path: Path, *, at: datetime) -> ImportReport:
    """What `import_cells` would do.

    Raises:
        InputError: as of `import_cells`.
    """
    contents, _ = _fitting_cells(workspace, path, at)
    assert contents.cells is not None
    return ImportReport({"added": len(contents.cells)}, workspace.revision().revision, ())


def _fitting_cells(workspace: Workspace, path: Path, at: datetime) -> tuple[Contents, pyproj.CRS]:
    """The cells of a file as rows of the table, and the system they are measured in."""
    here = PlanCache(workspace)
    _refuse_cells(here)
    present = present_units(here)
    if present.empty:
        raise InputError(
            msg("{file}: this workspace has no units yet. Import their boundaries first.", file=path.name)
        )
    stored = read_cells(path)
    system = measuring_crs(workspace, present)
    units = check_units(gpd.GeoDataFrame(present.to_crs(system)), source=workspace.file_name)
    strangers = sorted(set(stored.cells[PARENT_CODE]) - set(leaf_units(units)[CODE]))
    if strangers:
        raise FaultsError(path.name, [_strangers(strangers)])
    cells = stored.cells.to_crs(system)
    if not check(check_cells(cells, source=path.name), units).passed:
        raise InputError(
            msg("{file}: the cells do not cover the units exactly; see gridmap check.", file=path.name)
        )
    return Contents(cells=_cell_rows(cells, units, at)), system


def _refuse_cells(here: PlanCache) -> None:
    if len(here.plan().cells):
        raise InputError(
            msg(
                "{file}: this workspace has cells already. Cut them anew on the page Boundaries & cells, "
                "or use a new workspace.",
                file=here.workspace.file_name,
            )
        )


def _strangers(codes: list[str]) -> Message:
    return msg_n(
        "{n} parent code names no unit of the workspace ({codes}): import its units first",
        "{n} parent codes name no unit of the workspace ({codes}): import their units first",
        n=len(codes),
        codes=shortened(codes, _SHOWN),
    )


def _cell_rows(cells: gpd.GeoDataFrame, units: Units, at: datetime) -> gpd.GeoDataFrame:
    """Cells as rows of the table: named by their unit and number, valid from now on."""
    names = dict(zip(units[CODE], units[NAME], strict=True))
    rows = gpd.GeoDataFrame(cells.to_crs(WGS84))
    rows[NAME] = [f"{names[unit]} {seq:02d}" for unit, seq in zip(rows[PARENT_CODE], rows[SEQ], strict=True)]
    return rows.assign(active=True, valid_from=at)
