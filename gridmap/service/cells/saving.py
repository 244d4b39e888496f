"""Saving new cells as one change: a draft of a split table by table, cells edited by hand row by row.

Both refuse what was made of a workspace that has moved on since, and retire the cells that do not go on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from gridmap.errors import ConflictError, InputError
from gridmap.geo.sizes import CellSize
from gridmap.messages import Message, msg
from gridmap.model.access import Action, User
from gridmap.model.plan import Scheme
from gridmap.names import CELLS, CODE, WGS84
from gridmap.service.boundaries.saving import record_crs
from gridmap.service.cells.draft import Draft
from gridmap.service.rights import require
from gridmap.store import cells as stored
from gridmap.store.binding import GEOM
from gridmap.store.changes import Change, begin_change
from gridmap.store.contents import Contents, write_contents
from gridmap.store.history import Author
from gridmap.store.repository import Revision, Workspace, scheme_text

_EDITED: Final = ("parent_code", "seq", "households", "area_m2", "compactness", "feasible")
"""What an edit may change of a cell that goes on; its name, note, method and whether it is active stay."""
_CUT: Final = (CODE, *_EDITED, "method")
"""What a new split says of a cell that goes on."""
_NAMED: Final = ("name", "scheme", "level", "kind")
"""What is said of a new cell besides."""
_METHOD: Final = "edit"

_MovedOn = Callable[[Message | str, Message | str], Message]
"""Who changed something, and when, as a refusal."""


def save_draft(workspace: Workspace, draft: Draft, *, reason: str, user: User, at: datetime) -> Revision:
    """Save the units, cells, cuts and buildings of a draft, as one change.

    Old cells that do not go on are retired at `at`, and posts at them end then. Codes are never reused.

    Raises:
        AccessError: the user may not edit units and cells everywhere.
        InputError: there is no reason.
        ConflictError: the workspace moved on since the draft was made; nothing is saved.
    """
    _require(user, reason)
    scheme = workspace.load_plan().scheme
    with begin_change(workspace, Author(user.name, at, reason.strip())) as change:
        _require_unmoved(change, draft, _draft_moved_on)
        record_crs(change, draft.system)
        if (sized := _sized(scheme, draft.size)) != scheme:
            change.describe(scheme=scheme_text(sized))
        _write_cells(change, draft, at)
        _write_buildings(change, draft)
        stored.retire(change, draft.comparison.retired, at)
        stored.forget_cuts(change, draft.gone)
        stored.place_sites(change, draft.sites)
        return change.revision


def save_cell_edits(workspace: Workspace, draft: Draft, *, reason: str, user: User, at: datetime) -> Revision:
    """Save a draft of edited cells as one change that can be taken back exactly.

    Cells that do not go on are retired at `at`, and posts at them end then. Buildings and contact sites
    follow the cells they lie in.

    Raises:
        AccessError: the user may not edit cells everywhere.
        InputError: there is no reason.
        ConflictError: shapes, or a cell that goes, changed since the draft was begun; nothing is saved.
    """
    _require(user, reason)
    with begin_change(workspace, Author(user.name, at, reason.strip())) as change:
        _require_unmoved(change, draft, _edits_moved_on)
        # A cell that buildings go to is there before them.
        _write_rows(change, draft, at)
        for code, shape in zip(draft.touched[CODE], draft.touched.geometry, strict=True):
            stored.update_cell(change, code, {GEOM: shape})
        stored.place_buildings(change, draft.placed)
        stored.place_sites(change, draft.sites)
        stored.retire(change, draft.comparison.retired, at)
        return change.revision


def _require(user: User, reason: str) -> None:
    require(user, Action.EDIT_CELLS)
    if not reason.strip():
        raise InputError(msg("Write a reason: it stands beside the change in the log."))


def _require_unmoved(change: Change, draft: Draft, words: _MovedOn) -> None:
    """Shapes are those that the draft was made from, and nobody was posted to a cell that it retires."""
    retired = set(draft.comparison.retired)
    old = zip(draft.old[CODE], draft.old["version"], strict=True)
    versions = {code: version for code, version in old if code in retired}
    moved = stored.moved_on(change, draft.stand.geometry_revision, versions)
    if moved is None:
        return
    other = stored.last_hand(change, moved)
    raise ConflictError(
        words(
            msg("an unknown user") if other is None else other.user,
            msg("an unknown time") if other is None else f"{other.at:%Y-%m-%d %H:%M}",
        ),
        table=CELLS,
        key=moved,
        user="" if other is None else other.user,
        at=None if other is None else other.at,
    )


def _draft_moved_on(user: Message | str, at: Message | str) -> Message:
    return msg(
        "Boundaries, cells or posts of this workspace were changed by {user} at {at} since the draft was "
        "made; split again and compare anew",
        user=user,
        at=at,
    )


def _edits_moved_on(user: Message | str, at: Message | str) -> Message:
    return msg(
        "Nothing was saved: {user} changed cells or their posts at {at}, after you began. "
        "Your steps are kept; carry them out on the cells as they are now, and look again.",
        user=user,
        at=at,
    )


def _sized(scheme: Scheme, size: CellSize) -> Scheme:
    return replace(scheme, target=size.target, minimum=size.minimum, maximum=size.maximum)


def _write_cells(change: Change, draft: Draft, at: datetime) -> None:
    kept = draft.cells["kept"].to_numpy(dtype=bool)
    geometry = draft.cells.geometry.name
    staying = draft.cells.loc[kept, [*_CUT, geometry]]
    added = draft.cells.loc[~kept, [*_CUT, *_NAMED, geometry]].assign(active=True, valid_from=at)
    write_contents(
        change,
        Contents(units=draft.units, cells=staying if len(staying) else None, cuts=draft.cuts),
    )
    write_contents(change, Contents(cells=added if len(added) else None))
    if len(draft.touched):
        write_contents(change, Contents(cells=draft.touched))


def _write_buildings(change: Change, draft: Draft) -> None:
    if draft.replaced:
        stays = stored.building_ids(change) - set(draft.replaced)
        rest = pd.DataFrame({"id": pd.Series(sorted(stays), dtype="int64")})
        write_contents(change, Contents(buildings=rest), remove_missing=True)
    if draft.points is not None:
        write_contents(change, Contents(buildings=gpd.GeoDataFrame(draft.points, crs=WGS84)))
    if len(draft.placed):
        write_contents(change, Contents(buildings=draft.placed.rename_axis("id")))


def _write_rows(change: Change, draft: Draft, at: datetime) -> None:
    rows = draft.cells.drop(columns=draft.cells.geometry.name).to_dict("records")
    for row, shape in zip(rows, draft.cells.geometry, strict=True):
        if row["kept"]:
            stored.update_cell(change, row[CODE], {**_plain(row, _EDITED), GEOM: shape})
        else:
            new = {"active": True, "valid_from": at, "method": _METHOD, GEOM: shape}
            stored.add_cell(change, {**_plain(row, (CODE, *_EDITED, *_NAMED)), **new})


def _plain(row: Mapping[Any, Any], names: tuple[str, ...]) -> dict[str, object]:
    """Values as the tables take them; what is unknown is None."""
    values = {name: row[name] for name in names}
    return {
        name: None if pd.isna(value) else value.item() if isinstance(value, np.generic) else value
        for name, value in values.items()
    }
