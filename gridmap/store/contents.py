"""Whole frames written at once: by imports, by a new split, by the demonstration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import geopandas as gpd
import pandas as pd
from sqlalchemy import Table, delete, func, select

from gridmap.store.binding import GEOM, Rows, rows_of
from gridmap.store.changes import Change, begin_change, facts_of
from gridmap.store.history import Author, Deed, Facts, log_all
from gridmap.store.repository import Revision, Workspace
from gridmap.store.sqlite.dialect import listed, rows_with_keys, upsert
from gridmap.store.sqlite.geopackage import set_extent
from gridmap.store.tables import CONTENT, geometry_kind, key_of


@dataclass(frozen=True)
class Contents:
    """Whole frames to write, each None where its table is left alone.

    Columns are named as in the tables; the key is a column or the index. Layers are GeoDataFrames in
    EPSG:4326; points may also come as columns `lon` and `lat`. Times are the county's wall clock.
    """

    units: gpd.GeoDataFrame | None = None
    cells: gpd.GeoDataFrame | None = None
    buildings: gpd.GeoDataFrame | pd.DataFrame | None = None
    people: pd.DataFrame | None = None
    posts: pd.DataFrame | None = None
    teams: pd.DataFrame | None = None
    checkpoints: gpd.GeoDataFrame | pd.DataFrame | None = None
    contact_sites: gpd.GeoDataFrame | pd.DataFrame | None = None
    visits: pd.DataFrame | None = None
    cuts: pd.DataFrame | None = None


def write_plan(
    workspace: Workspace,
    contents: Contents,
    user: str,
    reason: str,
    at: datetime,
    *,
    remove_missing: bool = False,
) -> Revision:
    """Write whole frames in one transaction.

    The log keeps what each changed or removed row said, and for each table one event with the new rows' keys.

    Rows are matched by key: a new one is added, one that differs is changed and its version counted up, an
    equal one stays as it is. Rows that a frame does not name stay too, unless `remove_missing`. Buildings
    without an `id` are always added.

    Raises:
        InputError: a frame does not fit its table; nothing is written.
        StoreError: the file cannot be written.
    """
    with begin_change(workspace, Author(user, at, reason)) as change:
        write_contents(change, contents, remove_missing=remove_missing)
        return change.revision


def write_contents(change: Change, contents: Contents, *, remove_missing: bool = False) -> None:
    """Write whole frames as part of a change; see `write_plan`.

    Raises:
        InputError: a frame does not fit its table.
    """
    given = {table: getattr(contents, table.name) for table in CONTENT}
    for rows in [rows_of(table, frame) for table, frame in given.items() if frame is not None]:
        _write(change, rows, remove_missing=remove_missing)


def _write(change: Change, rows: Rows, *, remove_missing: bool) -> None:
    table = rows.table
    removed = _remove_others(change, rows) if remove_missing else []
    held = _count(change, table)
    added = _new_keys(change, rows)
    differing = _differing(change, rows)
    before = _facts(change, table, differing)
    if rows.tuples:
        change.connection.exec_driver_sql(upsert(table, key_of(table), rows.columns), rows.tuples)
    inserted = _count(change, table) - held
    shapes_written = GEOM in rows.columns and (inserted or any(differing.values()))
    if geometry_kind(table) is not None and (removed or shapes_written):
        set_extent(change.connection, table.name)
        change.touch_geometry(table)
    after = _facts(change, table, differing)
    told: dict[str, object] = {"rows": held + inserted, "inserted": inserted, "changed": 0}
    told["added"] = added or _given_keys(change, table, inserted)
    deeds = [Deed("delete", table.name, str(facts[key_of(table)]), facts, None) for facts in removed]
    deeds += [Deed("update", table.name, str(key), before[key], after[key]) for key in differing]
    if inserted or not deeds:
        deeds.append(Deed("write", table.name, None, {"rows": held}, told))
    log_all(change.connection, deeds, change.by, change.group, change.revision.revision)


def _differing(change: Change, rows: Rows) -> dict[object, bool]:
    """Keys of the rows that will say something else, and whether their shape is what changes."""
    table, key = rows.table, key_of(rows.table)
    names = [name for name in rows.columns if name not in {key, "version"}]
    if key not in rows.columns or not names:
        return {}
    present = rows_with_keys(change.connection, table, key, names, rows.values(key))
    wanted = zip(*(rows.values(name) for name in names), strict=True)
    given = dict(zip(rows.values(key), wanted, strict=True))
    shape = names.index(GEOM) if GEOM in names else None
    return {
        one: shape is not None and facts[shape] != given[one][shape]
        for one, facts in present.items()
        if facts != given[one]
    }


def _facts(change: Change, table: Table, keys: Mapping[object, bool]) -> dict[object, Facts]:
    """What rows say now, the shapes of those that are marked among it."""
    if not keys:
        return {}
    key = table.c[key_of(table)]
    facts: dict[object, Facts] = {}
    for with_shape in (False, True):
        named = [one for one, marked in keys.items() if marked is with_shape]
        columns = [column for column in table.c if with_shape or column.name != GEOM]
        rows = change.connection.execute(select(*columns).where(key.in_(listed(named)))) if named else ()
        facts |= {row._mapping[key.name]: facts_of(row, with_shape=with_shape) for row in rows}  # noqa: SLF001 - SQLAlchemy's public way to a row as a mapping
    return facts


def _remove_others(change: Change, rows: Rows) -> list[Facts]:
    """Delete the rows that are not named; what they said, which the log keeps."""
    table, key = rows.table, key_of(rows.table)
    named = rows.values(key) if key in rows.columns else []
    others = table.c[key].not_in(listed(named))
    gone = change.connection.execute(select(table).where(others).order_by(table.c[key])).all()
    change.connection.execute(delete(table).where(others))
    return [facts_of(row, with_shape=GEOM in table.c) for row in gone]


def _new_keys(change: Change, rows: Rows) -> list[object]:
    """The keys that the table does not hold yet: what is to be taken away where the change is undone."""
    table, key = rows.table, key_of(rows.table)
    if key not in rows.columns:
        return []
    held = set(change.connection.scalars(select(table.c[key])))
    return [value for value in rows.values(key) if value not in held]


def _given_keys(change: Change, table: Table, inserted: int) -> list[object]:
    """The keys of the rows added last, where the table itself counts them."""
    key = table.c[key_of(table)]
    newest = select(key).order_by(key.desc()).limit(inserted)
    return list(reversed(change.connection.scalars(newest).all())) if inserted else []


def _count(change: Change, table: Table) -> int:
    return change.connection.scalar(select(func.count()).select_from(table)) or 0
