from __future__ import annotations

import json
import sqlite3
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import text

from gridmap.errors import ConflictError, NotFoundError
from gridmap.store.changes import begin_change
from gridmap.store.contents import Contents, write_plan
from gridmap.store.history import Author, read_events
from gridmap.store.repository import Revision, Workspace
from gridmap.store.tables import cells, people
from tests.store.drawn_workspace import CELLS, MORNING, PHONE, drawn_workspace, square

LI = Author("li", MORNING, "swap")
WANG = Author("wang", datetime(2020, 2, 10, 9, 30), "mend")


def rename(workspace: Workspace, name: str, by: Author, version: int | None = None) -> Revision:
    with begin_change(workspace, by) as change:
        change.update(cells, CELLS[0], {"name": name}, expected_version=version)
        return change.revision


def test_a_change_counts_up_and_is_told(tmp_path: Path) -> None:
    workspace = drawn_workspace(tmp_path)
    assert rename(workspace, "new", LI, version=1) == Revision(2, 1) == workspace.revision()
    assert list(workspace.load_plan().cells.loc[CELLS[0], ["name", "version"]]) == ["new", 2]
    event = read_events(workspace, table="cells", key=CELLS[0]).iloc[0]
    assert list(event[["user", "reason", "action", "revision", "group_id"]]) == [
        "li",
        "swap",
        "update",
        2,
        2,
    ]
    before, after = json.loads(event["before"]), json.loads(event["after"])
    assert {name for name in before if before[name] != after[name]} == {"name", "version"}


def test_a_row_is_taken_away_and_remembered(tmp_path: Path) -> None:
    workspace = drawn_workspace(tmp_path)
    with begin_change(workspace, LI) as change:
        change.delete(cells, CELLS[3], expected_version=1)
    assert workspace.revision() == Revision(2, 2)
    assert CELLS[3] not in workspace.load_plan().cells.index
    event = read_events(workspace, table="cells", key=CELLS[3]).iloc[0]
    assert event["action"] == "delete"
    assert json.loads(event["before"])["geom"]
    assert pd.isna(event["after"])
    with pytest.raises(NotFoundError), begin_change(workspace, LI) as change:
        change.delete(cells, CELLS[3])


def test_what_the_workspace_says_of_itself_is_changed_and_told(tmp_path: Path) -> None:
    workspace = drawn_workspace(tmp_path)
    with begin_change(workspace, LI) as change:
        change.describe(title="Another", demo_clock=None)
    assert (workspace.load_plan().title, workspace.load_plan().demo_clock) == ("Another", None)
    event = read_events(workspace, table="plan").iloc[0]
    assert json.loads(event["before"])["title"] == "云泽县"
    assert json.loads(event["after"]) == {"title": "Another", "demo_clock": None}


def test_who_comes_late_learns_who_was_first(tmp_path: Path) -> None:
    workspace = drawn_workspace(tmp_path)
    rename(workspace, "wang's", WANG, version=1)
    with pytest.raises(ConflictError, match=r"wang at 2020-02-10 09:30.*version 1, now 2"):
        rename(workspace, "li's", LI, version=1)
    assert workspace.load_plan().cells.loc[CELLS[0], "name"] == "wang's"
    assert workspace.revision() == Revision(2, 1)


def test_a_conflict_says_which_row_and_who(tmp_path: Path) -> None:
    workspace = drawn_workspace(tmp_path)
    rename(workspace, "wang's", WANG)
    with pytest.raises(ConflictError) as caught, begin_change(workspace, LI) as change:
        change.delete(cells, CELLS[0], expected_version=1)
    error = caught.value
    assert (error.table, error.key, error.user, error.at) == ("cells", CELLS[0], "wang", WANG.at)


def test_a_conflict_with_a_whole_table_names_its_writer(tmp_path: Path) -> None:
    workspace = drawn_workspace(tmp_path)
    frame = pd.DataFrame({"id": ["ann"], "title": ["x"]})
    write_plan(workspace, Contents(people=frame), "importer", "", MORNING)
    with pytest.raises(ConflictError, match="importer"), begin_change(workspace, LI) as change:
        change.update(people, "ann", {"title": "y"}, expected_version=1)


def test_a_shape_moves_the_geometry_revision(tmp_path: Path) -> None:
    workspace = drawn_workspace(tmp_path)
    with begin_change(workspace, LI) as change:
        change.update(cells, CELLS[0], {"geom": square(8)})
        change.update(cells, CELLS[1], {"geom": square(9)})
    assert workspace.revision() == Revision(2, 2)
    assert workspace.load_shapes().cells[CELLS[0]].equals(square(8))
    found = read_events(workspace, key=CELLS[0]).iloc[0]
    assert json.loads(found["before"])["geom"] != json.loads(found["after"])["geom"]


def test_a_failing_change_leaves_nothing(tmp_path: Path) -> None:
    workspace = drawn_workspace(tmp_path)

    def fail_half_way() -> None:
        with begin_change(workspace, LI) as change:
            change.update(cells, CELLS[0], {"name": "gone"})
            change.update(people, "nobody", {})

    with pytest.raises(NotFoundError, match="There is no nobody in people"):
        fail_half_way()
    assert workspace.revision() == Revision(1, 1)
    assert workspace.load_plan().cells.loc[CELLS[0], "name"] == "东1"
    assert len(read_events(workspace, key=CELLS[0])) == 0


def test_events_are_never_altered(tmp_path: Path) -> None:
    path = drawn_workspace(tmp_path).path
    connection = sqlite3.connect(path)
    for statement in ("UPDATE event SET user = 'me'", "DELETE FROM event"):
        with pytest.raises(sqlite3.IntegrityError, match="only ever added"):
            connection.execute(statement)
    connection.close()
    assert set(read_events(Workspace.open(path))["user"]) == {"demo"}


def test_phones_in_the_log_are_masked(tmp_path: Path) -> None:
    workspace = drawn_workspace(tmp_path)
    with begin_change(workspace, LI) as change:
        change.insert(people, {"id": "dai", "phone": PHONE})
        change.update(people, "ann", {"phone": "10099990000"})
    events = read_events(workspace, table="people", limit=2)
    assert PHONE not in events.to_csv()
    assert json.loads(events["after"].iloc[0])["phone"] == "100****0000"
    assert json.loads(events["before"].iloc[0])["phone"] == "100****5678"


def test_an_own_change_is_logged_once(tmp_path: Path) -> None:
    workspace = drawn_workspace(tmp_path)
    rename(workspace, "new", LI)
    assert len(read_events(workspace, table="cells", key=CELLS[0])) == 1
    with begin_change(workspace, LI) as change:
        assert change.connection.scalar(text("SELECT own_write FROM plan")) == 1
    connection = sqlite3.connect(workspace.path)
    assert connection.execute("SELECT own_write FROM plan").fetchone() == (0,)
    connection.close()
