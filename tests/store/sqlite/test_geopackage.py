"""The workspace in the hands of other programs: GDAL reads and writes it, as QGIS does."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely

from gridmap.store.repository import Revision
from gridmap.store.sqlite.geometry import SQL_FUNCTIONS, encode
from tests.store.drawn_workspace import CELLS, WEST, cells, drawn_workspace, square

LAYERS = {
    "units": "MultiPolygon",
    "cells": "MultiPolygon",
    "buildings": "Point",
    "checkpoints": "Point",
    "contact_sites": "Point",
}


def foreign(path: Path) -> sqlite3.Connection:
    """A connection such as QGIS makes: it knows the ST_ functions, and has recursive triggers on."""
    connection = sqlite3.connect(path, isolation_level=None)
    for name, function in SQL_FUNCTIONS.items():
        connection.create_function(name, 1, function, deterministic=True)
    connection.execute("PRAGMA recursive_triggers = ON")
    return connection


def tree(path: Path, table: str) -> dict[int, tuple[float, ...]]:
    connection = sqlite3.connect(path)
    rows = connection.execute(f'SELECT id, minx, maxx, miny, maxy FROM "rtree_{table}_geom"').fetchall()
    connection.close()
    return {row[0]: tuple(round(edge, 4) for edge in row[1:]) for row in rows}


def test_gdal_opens_every_layer_and_table(tmp_path: Path) -> None:
    path = drawn_workspace(tmp_path).path
    listed = dict(pyogrio.list_layers(path).tolist())
    attributes = dict.fromkeys(("people", "posts", "teams", "visits", "cuts"))
    assert listed == LAYERS | attributes
    for layer in LAYERS:
        frame = pyogrio.read_dataframe(path, layer=layer)
        assert frame.crs == 4326
        assert len(frame) > 0
        assert pyogrio.read_info(path, layer=layer)["capabilities"]["fast_spatial_filter"]
    found = pyogrio.read_dataframe(path, layer="cells", bbox=(117.011, 38.001, 117.019, 38.009))
    assert found["code"].tolist() == [CELLS[1]]
    assert pyogrio.read_dataframe(path, layer="people", read_geometry=False)["id"].tolist() == ["ann", "bob"]
    assert pyogrio.read_bounds(path, layer="cells")[1].shape == (4, 4)


def test_the_file_says_what_it_is(tmp_path: Path) -> None:
    connection = sqlite3.connect(drawn_workspace(tmp_path).path)
    assert connection.execute("PRAGMA application_id").fetchone() == (0x47504B47,)
    assert connection.execute("PRAGMA user_version").fetchone() == (10300,)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    types = {row[0].upper() for row in connection.execute("SELECT type FROM pragma_table_info('cells')")}
    assert types == {"INTEGER", "TEXT", "DOUBLE", "BOOLEAN", "MULTIPOLYGON"}
    extent = connection.execute(
        "SELECT min_x, max_x FROM gpkg_contents WHERE table_name = 'cells'"
    ).fetchone()
    assert extent == pytest.approx((117, 117.04), abs=1e-4)
    connection.close()


def test_gdal_adds_a_cell(tmp_path: Path) -> None:
    workspace = drawn_workspace(tmp_path)
    added = cells().iloc[[0]].assign(code=f"{WEST}003")
    multi = gpd.GeoDataFrame(added, geometry=[shapely.MultiPolygon([square(9)])], crs=4326)
    pyogrio.write_dataframe(multi, workspace.path, layer="cells", append=True)
    assert tree(workspace.path, "cells")[5] == (117.09, 117.1, 38.0, 38.01)
    assert workspace.revision() == Revision(2, 2)
    assert workspace.load_plan().cells.loc[f"{WEST}003", "seq"] == 1


@pytest.mark.parametrize(
    ("statement", "edges"),
    [
        ("UPDATE cells SET geom = :new WHERE code = :code", (117.07, 117.08, 38.0, 38.01)),
        ("UPDATE cells SET geom = NULL WHERE code = :code", None),
        ("DELETE FROM cells WHERE code = :code", None),
        ("UPDATE cells SET name = 'x', geom = geom WHERE code = :code", (117.0, 117.01, 38.0, 38.01)),
    ],
)
def test_the_tree_follows_foreign_edits(
    tmp_path: Path, statement: str, edges: tuple[float, ...] | None
) -> None:
    workspace = drawn_workspace(tmp_path)
    connection = foreign(workspace.path)
    (new,) = encode(np.array([shapely.MultiPolygon([square(7)])], dtype=object))
    connection.execute(
        statement, {"new": new, "code": CELLS[0]} if ":new" in statement else {"code": CELLS[0]}
    )
    assert tree(workspace.path, "cells").get(1) == edges
    connection.execute("UPDATE cells SET geom = NULL WHERE fid = 2")
    connection.execute("UPDATE cells SET geom = ? WHERE fid = 2", (new,))
    assert tree(workspace.path, "cells")[2] == (117.07, 117.08, 38.0, 38.01)
    connection.execute("UPDATE cells SET fid = 20 WHERE fid = 2")
    assert set(tree(workspace.path, "cells")) & {2, 20} == {20}
    assert connection.execute("SELECT rtreecheck('rtree_cells_geom')").fetchone() == ("ok",)
    connection.close()


def test_foreign_edits_count_up_and_are_logged(tmp_path: Path) -> None:
    workspace = drawn_workspace(tmp_path)
    connection = foreign(workspace.path)
    connection.execute("UPDATE cells SET name = 'renamed' WHERE code = ?", (CELLS[0],))
    assert workspace.revision() == Revision(2, 1)
    assert list(workspace.load_plan().cells.loc[CELLS[0], ["name", "version"]]) == ["renamed", 2]
    logged = connection.execute(
        "SELECT user, action, table_name, row_key, before, after, revision, group_id FROM event "
        "ORDER BY id DESC"
    ).fetchone()
    assert logged[:4] == ("outside", "update", "cells", CELLS[0])
    before, after = json.loads(logged[4]), json.loads(logged[5])
    assert (before["name"], before["version"], after["name"], after["version"]) == ("东1", 1, "renamed", 2)
    assert logged[6:] == (2, 2)
    connection.execute("DELETE FROM people WHERE id = 'bob'")
    connection.execute("INSERT INTO teams (id, name) VALUES ('t2', 'new')")
    actions = connection.execute("SELECT action, row_key FROM event ORDER BY id DESC LIMIT 2").fetchall()
    assert actions == [("insert", "t2"), ("delete", "bob")]
    assert workspace.revision() == Revision(4, 1)
    connection.close()
