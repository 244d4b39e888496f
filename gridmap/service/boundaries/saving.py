"""Bringing boundaries and cells into a workspace as they are: read, check, save as one change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import geopandas as gpd
import pyproj

from gridmap.errors import FaultsError, InputError
from gridmap.geo.coverage.quality import check
from gridmap.geo.frames import Units, check_cells, check_units, leaf_units
from gridmap.geo.systems.crs import crs_text, metric_crs
from gridmap.messages import Message, msg, msg_n, shortened
from gridmap.model.access import Action, User
from gridmap.names import (
    CODE,
    NAME,
    PARENT_CODE,
    SEQ,
    UNITS,
    WGS84,
)
from gridmap.read.vectors.boundaries import read_cells
from gridmap.service.boundaries.changes import (
    UnitDifference,
    UnitsComparison,
    compare_units,
    refused_units,
)
from gridmap.service.boundaries.preview import (
    Boundaries,
    Preview,
    joined_units,
    measuring_crs,
    present_units,
    preview,
)
from gridmap.service.imports.rows import RowState
from gridmap.service.rights import require
from gridmap.store.changes import Change, begin_change
from gridmap.store.contents import Contents, write_contents
from gridmap.store.history import Author
from gridmap.store.repository import Workspace

__all__ = [
    "Boundaries",
    "ImportReport",
    "Preview",
    "UnitsTrial",
    "compared_units",
    "import_cells",
    "import_units",
    "make_workspace",
    "new_workspace",
    "preview",
    "record_crs",
    "save_boundaries",
    "try_cells",
    "try_units",
]

_SHOWN = 8
"""Codes named in a fault before the rest is counted."""


@dataclass(frozen=True)
class ImportReport:
    """What was saved: rows by table, the revision it made, and notes for the reader's attention."""

    rows: Mapping[str, int]
    revision: int
    notes: tuple[Message, ...]

    def to_json(self) -> dict[str, object]:
        """Plain values for JSON."""
        return {"rows": dict(self.rows), "revision": self.revision, "notes": [str(n) for n in self.notes]}


@dataclass(frozen=True)
class UnitsTrial:
    """What bringing in units would change, and notes for the reader's attention; nothing is saved."""

    comparison: UnitsComparison
    notes: tuple[Message, ...]

    def to_json(self) -> dict[str, object]:
        """Plain values for JSON."""
        told = [one for one in self.comparison.units if one.state is not RowState.UNCHANGED]
        return {
            "rows": {state.value: count for state, count in self.comparison.counts.items()},
            "revision": None,
            "notes": [str(note) for note in self.notes],
            "units": [one.to_json() for one in told],
            "not_in_file": [code for code, _ in self.comparison.not_in_file],
        }


def new_workspace(path: Path, *, title: str, at: datetime) -> Workspace:
    """Make an empty workspace; its first boundaries set the system it measures in.

    Raises:
        StoreError: something is at `path` already, or the folder cannot be written.
    """
    return Workspace.create(path, title=title, created_at=at)


def make_workspace(path: Path, source: Boundaries, *, title: str, at: datetime) -> Workspace:
    """Make an empty workspace that measures in the metric system of the boundaries to come.

    Raises:
        InputError: the boundaries cannot be read.
        StoreError: something is at `path` already.
    """
    system = metric_crs(preview(source).read.units)
    return Workspace.create(path, title=title, metric_crs=crs_text(system), created_at=at)


def import_units(workspace: Workspace, source: Boundaries, *, user: User, at: datetime) -> ImportReport:
    """Save the units of a file beside those already there; a unit of the same code is replaced.

    Raises:
        AccessError: the user may not edit units and cells everywhere.
        InputError: the file cannot be used, or moves the border of a unit that has cells; the workspace is
            as it was.
    """
    require(user, Action.EDIT_CELLS)
    return save_boundaries(workspace, preview(source), user=user, at=at)


def save_boundaries(
    workspace: Workspace, source: Preview, *, user: User, at: datetime, reason: str = ""
) -> ImportReport:
    """Save the units of a file that was read already; see `import_units`.

    Raises:
        AccessError: the user may not edit units and cells everywhere.
        InputError: the file does not fit the workspace, which is as it was.
    """
    require(user, Action.EDIT_CELLS)
    present = present_units(workspace)
    system = measuring_crs(workspace, source.read.units)
    units = joined_units(present, source.read.units, system, file=source.file, told=source.told)
    _require_cells_untouched(workspace, present, units, source.file)
    contents = Contents(units=units)
    report = _saved(
        workspace, contents, source.notes, system, Author(user.name, at, reason or f"import: {source.file}")
    )
    return replace(report, rows={UNITS: source.units})


def import_cells(workspace: Workspace, path: Path, *, user: User, at: datetime) -> ImportReport:
    """Save cells that were cut from the workspace's units, as `gridmap split` writes them.

    Raises:
        AccessError: the user may not edit units and cells everywhere.
        InputError: there are no units, there are cells already, or the cells do not fit the units exactly;
            the workspace is as it was.
    """
    require(user, Action.EDIT_CELLS)
    contents, system = _fitting_cells(workspace, path, at)
    return _saved(workspace, contents, (), system, Author(user.name, at, f"import: {path.name}"))


def try_units(workspace: Workspace | None, source: Boundaries) -> UnitsTrial:
    """What `import_units` would do, unit by unit; it refuses the file while a unit is refused.

    Raises:
        InputError: the file cannot be used at all.
    """
    read = preview(source)
    if workspace is None:
        fresh = zip(read.read.units[CODE].astype(str), read.read.units[NAME].astype(str), strict=True)
        added = tuple(UnitDifference(code, name, RowState.ADDED) for code, name in fresh)
        return UnitsTrial(UnitsComparison(added), read.notes)
    return UnitsTrial(compared_units(workspace, read), read.notes)


def compared_units(workspace: Workspace, source: Preview) -> UnitsComparison:
    """The units of a file that was read beside those of the workspace.

    Raises:
        InputError: the boundaries do not fit the workspace.
    """
    present = present_units(workspace)
    system = measuring_crs(workspace, source.read.units)
    joined = joined_units(present, source.read.units, system, file=source.file, told=source.told)
    cut = set(workspace.load_plan().cells[PARENT_CODE])
    return compare_units(present, joined, list(source.read.units[CODE]), system, cut=cut)


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
    _refuse_cells(workspace)
    present = present_units(workspace)
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


def _saved(
    workspace: Workspace, contents: Contents, notes: tuple[Message, ...], system: pyproj.CRS, by: Author
) -> ImportReport:
    with begin_change(workspace, by) as change:
        record_crs(change, system)
        write_contents(change, contents)
        revision = change.revision
    rows = {key: len(frame) for key, frame in vars(contents).items() if frame is not None}
    return ImportReport(rows, revision.revision, notes)


def record_crs(change: Change, system: pyproj.CRS) -> None:
    """Note the metric system of the first boundaries; later ones leave it as it is."""
    if not change.metric_crs():
        change.describe(metric_crs=crs_text(system))


def _require_cells_untouched(
    workspace: Workspace, present: gpd.GeoDataFrame, units: gpd.GeoDataFrame, file: str
) -> None:
    """Units that are cut keep their border and stay without units below: else their cells fit no more."""
    moved = sorted(refused_units(present, units, set(workspace.load_plan().cells[PARENT_CODE])))
    if moved:
        raise InputError(
            msg_n(
                "{file}: {n} unit that has cells would get another border or units below it ({codes}). "
                "Cut it again in the same change, on the page Boundaries & cells.",
                "{file}: {n} units that have cells would get other borders or units below them ({codes}). "
                "Cut them again in the same change, on the page Boundaries & cells.",
                n=len(moved),
                file=file,
                codes=shortened(moved, _SHOWN),
            )
        )


def _refuse_cells(workspace: Workspace) -> None:
    if len(workspace.load_plan().cells):
        raise InputError(
            msg(
                "{file}: this workspace has cells already. Cut them anew on the page Boundaries & cells, "
                "or use a new workspace.",
                file=workspace.file_name,
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
