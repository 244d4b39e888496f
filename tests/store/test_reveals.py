"""One whole number at a time, and never without a line in the log."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from gridmap.errors import NotFoundError
from gridmap.store.history import Author, read_changes, read_events
from gridmap.store.repository import Revision, Workspace
from gridmap.store.reveals import reveal_emergency_phone, reveal_phone
from tests.store.drawn_workspace import CELLS, MORNING, PHONE, drawn_workspace

LI = Author("li", MORNING, "dispatch")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return drawn_workspace(tmp_path)


def test_a_number_is_told_of_before_it_is_given(workspace: Workspace) -> None:
    assert reveal_phone(workspace, "ann", LI, place=f"cell:{CELLS[0]}") == PHONE
    event = read_events(workspace).iloc[0]
    assert list(event[["user", "reason", "action", "table_name", "row_key", "revision"]]) == [
        "li",
        "dispatch",
        "reveal",
        "people",
        "ann",
        1,
    ]
    assert json.loads(event["after"]) == {"place": f"cell:{CELLS[0]}"}
    assert workspace.revision() == Revision(1, 1)


def test_the_number_itself_is_not_in_the_log(workspace: Workspace) -> None:
    reveal_phone(workspace, "ann", LI, place="cell:x")
    reveal_emergency_phone(workspace, "k1", LI)
    connection = sqlite3.connect(workspace.path)
    rows = connection.execute("SELECT * FROM event WHERE action = 'reveal'").fetchall()
    connection.close()
    assert len(rows) == 2
    assert PHONE not in str(rows)


def test_a_checkpoint_has_a_number_of_its_own(workspace: Workspace) -> None:
    assert reveal_emergency_phone(workspace, "k1", LI) == PHONE
    event = read_events(workspace).iloc[0]
    assert (event["table_name"], event["row_key"]) == ("checkpoints", "k1")


def test_who_is_not_there_or_has_no_number_leaves_no_line(workspace: Workspace) -> None:
    connection = sqlite3.connect(workspace.path)
    connection.execute("UPDATE people SET phone = '' WHERE id = 'bob'")
    connection.commit()
    connection.close()
    with pytest.raises(NotFoundError, match="There is no ghost in people"):
        reveal_phone(workspace, "ghost", LI, place="")
    with pytest.raises(NotFoundError, match="No telephone number of 鲍 is known"):
        reveal_phone(workspace, "bob", LI, place="")
    assert "reveal" not in set(read_events(workspace)["action"])


def test_a_call_is_no_change_of_the_plan(workspace: Workspace) -> None:
    reveal_phone(workspace, "ann", LI, place="")
    assert [one.group for one in read_changes(workspace)] == [1]
    assert [one.group for one in read_changes(workspace, actions=None)] == [2, 1]
