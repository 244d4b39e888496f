"""Cells in a change: what moved on, cells retired with the posts at them, what lies in cells placed anew."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

import numpy as np
import pandas as pd
import shapely
from sqlalchemy import or_, select

from gridmap.geo.coverage.topology import as_multi
from gridmap.model.people import TargetKind
from gridmap.store import tables
from gridmap.store.binding import GEOM
from gridmap.store.changes import Change
from gridmap.store.history import Author, last_author
from gridmap.store.repository import Workspace
from gridmap.store.sqlite.dialect import listed


def moved_on(change: Change, geometry_revision: int, versions: Mapping[str, int]) -> str | None:
    """What changed since cells were read: '' for any shape, else the code of a cell; None for nothing.

    `versions` are those of the cells that nobody may have changed, or posted anybody to, by code.
    """
    if change.revision.geometry_revision != geometry_revision:
        return ""
    held = change.versions(tables.cells, versions)
    return next((code for code, version in versions.items() if held[code] != version), None)


def last_hand(change: Change, code: str) -> Author | None:
    """Who last changed a cell, or with '' who last changed the shape of any unit or cell."""
    if code:
        return last_author(change.connection, tables.cells.name, code)
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


def retire(change: Change, codes: Collection[str], at: datetime) -> None:
    """End cells at `at` and the posts at them then; their codes are never used again."""
    change.touch_geometry(tables.cells)
    for code in codes:
        change.update(tables.cells, code, {"valid_to": at})
    posts = tables.posts.c
    ending = select(posts.id, posts.valid_from).where(
        posts.target_kind == TargetKind.CELL.value,
        posts.target_code.in_(listed(codes)),
        or_(posts.valid_to.is_(None), posts.valid_to > at),
    )
    for post, begun in change.connection.execute(ending).all():
        change.update(tables.posts, post, {"valid_to": max(at, begun)})


def place_sites(change: Change, cells: Mapping[str, str | None]) -> None:
    """Contact sites get the cells they lie in."""
    for site, cell in cells.items():
        change.update(tables.contact_sites, site, {"cell_code": cell})


def place_buildings(change: Change, homes: pd.DataFrame) -> None:
    """Buildings, by id, get the `unit_code` and `cell_code` they lie in; '' for none."""
    for building, unit, cell in homes[["unit_code", "cell_code"]].itertuples():
        home = {"unit_code": unit, "cell_code": cell}
        change.update(tables.buildings, str(building), {name: code or None for name, code in home.items()})


def building_ids(change: Change) -> set[int]:
    """The ids of all stored buildings."""
    return set(change.connection.scalars(select(tables.buildings.c.id)))


def forget_cuts(change: Change, units: Collection[str]) -> None:
    """Drop the trees of cuts of units that are cut no more."""
    held = set(change.connection.scalars(select(tables.cuts.c.unit_code)))
    for code in held & set(units):
        change.delete(tables.cuts, code)


def read_methods(workspace: Workspace) -> pd.Series[str]:
    """How each cell was made, by code."""
    cells = tables.cells.c
    with workspace.reading() as connection:
        rows = connection.execute(select(cells.code, cells.method)).all()
    return pd.Series({row.code: row.method for row in rows}, dtype=object)


def add_cell(change: Change, values: Mapping[str, object]) -> None:
    """Add a cell; its shape under `geom`, EPSG:4326."""
    change.insert(tables.cells, _with_layer_shape(values))


def update_cell(change: Change, code: str, values: Mapping[str, object]) -> None:
    """Change what differs of a cell; one that says all of it already is not written at all."""
    wanted = _with_layer_shape(values)
    present = change.row(tables.cells, code)._mapping  # noqa: SLF001 - SQLAlchemy's public way to a row
    differing = {name: value for name, value in wanted.items() if not _same(present[name], value)}
    if differing:
        change.update(tables.cells, code, differing)


def _with_layer_shape(values: Mapping[str, object]) -> dict[str, object]:
    """Values with the shape as the layer holds it: a multipolygon."""
    shape = values.get(GEOM)
    return dict(values) if shape is None else {**values, GEOM: as_multi(np.array([shape], dtype=object))[0]}


def _same(present: object, wanted: object) -> bool:
    if isinstance(wanted, shapely.Geometry):
        held = as_multi(np.array([present], dtype=object))[0]
        return bool(shapely.equals_exact(held, wanted, tolerance=0.0))
    return present == wanted
