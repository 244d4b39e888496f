"""Saving cells edited by hand, row by row, so that the log keeps what each row said and can give it back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from sqlalchemy import or_, select

from gridmap.errors import ConflictError, InputError
from gridmap.messages import msg
from gridmap.model.access import Action, User
from gridmap.model.people import TargetKind
from gridmap.names import CODE
from gridmap.service.cells.draft import Draft
from gridmap.service.rights import require
from gridmap.store import tables
from gridmap.store.binding import GEOM
from gridmap.store.changes import Change, begin_change
from gridmap.store.history import Author, last_author
from gridmap.store.repository import Revision, Workspace
from gridmap.store.sqlite.geometry import as_multi

_FACTS: Final = ("parent_code", "seq", "households", "area_m2", "compactness", "feasible")
"""What an edit may change of a cell that goes on; its name, note, method and whether it is active stay."""
_OF_NEW: Final = (CODE, *_FACTS, "name", "scheme", "level", "kind")
_METHOD: Final = "edit"


def save_cell_edits(workspace: Workspace, draft: Draft, *, reason: str, user: User, at: datetime) -> Revision:
    """Save a draft of edited cells as one change that can be taken back exactly.

    Cells that do not go on are retired at `at`, and posts at them end then. Buildings and contact sites
    follow the cells they lie in.

    Raises:
        AccessError: the user may not edit cells everywhere.
        InputError: there is no reason.
        ConflictError: shapes, or a cell that goes, changed since the draft was begun; nothing is saved.
    """
    require(user, Action.EDIT_CELLS)
    if not reason.strip():
        raise InputError(msg("Write a reason: it stands beside the change in the log."))
    with begin_change(workspace, Author(user.name, at, reason.strip())) as change:
        _require_unmoved(change, draft)
        # A cell that buildings go to is there before them.
        _write_cells(change, draft, at)
        for code, shape in zip(draft.touched[CODE], _shapes(draft.touched), strict=True):
            _update(change, code, {GEOM: shape})
        _place(change, draft)
        _retire(change, draft, at)
        return change.revision


def _require_unmoved(change: Change, draft: Draft) -> None:
    """Shapes are those that the edits began from, and nobody was posted to a cell that goes."""
    if change.revision.geometry_revision != draft.stand.geometry_revision:
        raise _moved_on(change, "")
    retired = set(draft.comparison.retired)
    for code, version in zip(draft.old[CODE], draft.old["version"], strict=True):
        if code in retired and change.row(tables.cells, code).version != version:
            raise _moved_on(change, code)


def _moved_on(change: Change, code: str) -> ConflictError:
    other = last_author(change.connection, tables.cells.name, code) if code else _last_drawer(change)
    return ConflictError(
        msg(
            "Nothing was saved: {user} changed cells or their posts at {at}, after you began. "
            "Your steps are kept; carry them out on the cells as they are now, and look again.",
            user=msg("an unknown user") if other is None else other.user,
            at=msg("an unknown time") if other is None else f"{other.at:%Y-%m-%d %H:%M}",
        ),
        table=tables.cells.name,
        key=code,
        user="" if other is None else other.user,
        at=None if other is None else other.at,
    )


def _last_drawer(change: Change) -> Author | None:
    """Who last changed a shape of a unit or cell."""
    event = tables.event.c
    shapes = or_(event.row_key.is_(None), event.after.contains(f'"{GEOM}"'))
    newest = (
        select(event.user, event.at, event.reason)
        .where(event.table_name.in_([tables.units.name, tables.cells.name]), shapes)
        .order_by(event.id.desc())
        .limit(1)
    )
    row = change.connection.execute(newest).first()
    return None if row is None else Author(row.user, row.at, row.reason)


def _write_cells(change: Change, draft: Draft, at: datetime) -> None:
    rows = draft.cells.drop(columns=draft.cells.geometry.name).to_dict("records")
    for row, shape in zip(rows, _shapes(draft.cells), strict=True):
        if row["kept"]:
            _update(change, row[CODE], {**_plain(row, _FACTS), GEOM: shape})
        else:
            new = {"active": True, "valid_from": at, "method": _METHOD, GEOM: shape}
            change.insert(tables.cells, {**_plain(row, _OF_NEW), **new})


def _shapes(frame: gpd.GeoDataFrame) -> list[shapely.Geometry]:
    """Shapes as the layer holds them: multipolygons."""
    return list(as_multi(np.array(frame.geometry.to_numpy(), dtype=object)))


def _plain(row: Mapping[Any, Any], names: tuple[str, ...]) -> dict[str, object]:
    """Values as the tables take them; what is unknown is None."""
    values = {name: row[name] for name in names}
    return {
        name: None if pd.isna(value) else value.item() if isinstance(value, np.generic) else value
        for name, value in values.items()
    }


def _update(change: Change, code: str, values: Mapping[str, object]) -> None:
    """Change what differs; a cell of the unit that no step concerned is not written at all."""
    present = change.row(tables.cells, code)._mapping  # noqa: SLF001 - SQLAlchemy's public way to a row
    differing = {name: value for name, value in values.items() if not _same(present[name], value)}
    if differing:
        change.update(tables.cells, code, differing)


def _same(present: object, wanted: object) -> bool:
    if isinstance(wanted, shapely.Geometry):
        both = as_multi(np.array([present, wanted], dtype=object))
        return bool(shapely.equals_exact(both[0], both[1], tolerance=0.0))
    return present == wanted


def _place(change: Change, draft: Draft) -> None:
    """Buildings and contact sites get the cells they lie in now."""
    for building, unit, cell in draft.placed[["unit_code", "cell_code"]].itertuples():
        home = {"unit_code": unit, "cell_code": cell}
        change.update(tables.buildings, str(building), {name: code or None for name, code in home.items()})
    for site, cell in draft.sites.items():
        change.update(tables.contact_sites, site, {"cell_code": cell})


def _retire(change: Change, draft: Draft, at: datetime) -> None:
    """End the cells that do not go on and the posts at them."""
    retired = draft.comparison.retired
    change.touch_geometry(tables.cells)
    for code in retired:
        change.update(tables.cells, code, {"valid_to": at})
    posts = tables.posts.c
    ending = select(posts.id, posts.valid_from).where(
        posts.target_kind == TargetKind.CELL.value,
        posts.target_code.in_(retired),
        or_(posts.valid_to.is_(None), posts.valid_to > at),
    )
    for post, begun in change.connection.execute(ending).all():
        change.update(tables.posts, post, {"valid_to": max(at, begun)})
