"""Saving a draft of cells as one change."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

import geopandas as gpd
import pandas as pd
from sqlalchemy import or_, select

from gridmap.errors import ConflictError, InputError
from gridmap.geo.sizes import CellSize
from gridmap.messages import msg
from gridmap.model.access import Action, User
from gridmap.model.people import TargetKind
from gridmap.model.plan import Scheme
from gridmap.names import CODE, WGS84
from gridmap.service.boundaries.saving import record_crs
from gridmap.service.cells.draft import Draft
from gridmap.service.rights import require
from gridmap.store import tables
from gridmap.store.changes import Change, begin_change
from gridmap.store.contents import Contents, write_contents
from gridmap.store.history import Author, last_author
from gridmap.store.repository import Revision, Workspace, scheme_text

_SHAPE: Final = ("code", "parent_code", "seq", "households", "area_m2", "compactness", "feasible", "method")
"""What a new split says of a cell that goes on; its name, its note and whether it is active stay."""
_NEW: Final = (*_SHAPE, "name", "scheme", "level", "kind")


def save_draft(workspace: Workspace, draft: Draft, *, reason: str, user: User, at: datetime) -> Revision:
    """Save the units, cells, cuts and buildings of a draft, as one change.

    Old cells that do not go on are retired at `at`, and posts at them end then. Codes are never reused.

    Raises:
        AccessError: the user may not edit units and cells everywhere.
        InputError: there is no reason.
        ConflictError: the workspace moved on since the draft was made; nothing is saved.
    """
    require(user, Action.EDIT_CELLS)
    if not reason.strip():
        raise InputError(msg("Write a reason: it stands beside the change in the log."))
    scheme = workspace.load_plan().scheme
    with begin_change(workspace, Author(user.name, at, reason.strip())) as change:
        _require_unmoved(change, draft)
        record_crs(change, draft.system)
        if (sized := _sized(scheme, draft.size)) != scheme:
            change.describe(scheme=scheme_text(sized))
        _write_cells(change, draft, at)
        _write_buildings(change, draft)
        _retire(change, draft, at)
        for code, cell in draft.sites.items():
            change.update(tables.contact_sites, code, {"cell_code": cell})
        return change.revision


def _sized(scheme: Scheme, size: CellSize) -> Scheme:
    return replace(scheme, target=size.target, minimum=size.minimum, maximum=size.maximum)


def _require_unmoved(change: Change, draft: Draft) -> None:
    """Shapes are those that the draft was made from, and nobody was posted to a cell that it retires."""
    if change.revision.geometry_revision != draft.stand.geometry_revision:
        raise _moved_on(change, tables.cells.name, "")
    retired = set(draft.comparison.retired)
    for code, version in zip(draft.old[CODE], draft.old["version"], strict=True):
        if code in retired and change.row(tables.cells, code).version != version:
            raise _moved_on(change, tables.cells.name, code)


def _moved_on(change: Change, table: str, key: str) -> ConflictError:
    other = last_author(change.connection, table, key)
    who = msg("an unknown user") if other is None else other.user
    when = msg("an unknown time") if other is None else f"{other.at:%Y-%m-%d %H:%M}"
    return ConflictError(
        msg(
            "Boundaries, cells or posts of this workspace were changed by {user} at {at} since the draft was "
            "made; split again and compare anew",
            user=who,
            at=when,
        ),
        table=table,
        key=key,
        user="" if other is None else other.user,
        at=None if other is None else other.at,
    )


def _write_cells(change: Change, draft: Draft, at: datetime) -> None:
    kept = draft.cells["kept"].to_numpy(dtype=bool)
    geometry = draft.cells.geometry.name
    staying = draft.cells.loc[kept, [*_SHAPE, geometry]]
    added = draft.cells.loc[~kept, [*_NEW, geometry]].assign(active=True, valid_from=at)
    write_contents(
        change,
        Contents(units=draft.units, cells=staying if len(staying) else None, cuts=draft.cuts),
    )
    write_contents(change, Contents(cells=added if len(added) else None))
    if len(draft.touched):
        write_contents(change, Contents(cells=draft.touched))


def _write_buildings(change: Change, draft: Draft) -> None:
    if draft.replaced:
        stays = set(change.connection.scalars(select(tables.buildings.c.id))) - set(draft.replaced)
        rest = pd.DataFrame({"id": pd.Series(sorted(stays), dtype="int64")})
        write_contents(change, Contents(buildings=rest), remove_missing=True)
    if draft.points is not None:
        write_contents(change, Contents(buildings=gpd.GeoDataFrame(draft.points, crs=WGS84)))
    if len(draft.placed):
        write_contents(change, Contents(buildings=draft.placed.rename_axis("id")))


def _retire(change: Change, draft: Draft, at: datetime) -> None:
    """End the cells that do not go on, the posts at them, and the cuts of units that are cut no more."""
    retired = draft.comparison.retired
    change.touch_geometry(tables.cells)
    for code in retired:
        change.update(tables.cells, code, {"valid_to": at})
    ending = select(tables.posts.c.id, tables.posts.c.valid_from).where(
        tables.posts.c.target_kind == TargetKind.CELL.value,
        tables.posts.c.target_code.in_(retired),
        or_(tables.posts.c.valid_to.is_(None), tables.posts.c.valid_to > at),
    )
    for post, begun in change.connection.execute(ending).all():
        change.update(tables.posts, post, {"valid_to": max(at, begun)})
    cut = set(change.connection.scalars(select(tables.cuts.c.unit_code)))
    for code in cut & set(draft.gone):
        change.delete(tables.cuts, code)
