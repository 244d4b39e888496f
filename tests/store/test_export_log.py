"""Exports in the log: told, and nothing changed by it."""

from __future__ import annotations

import json
from pathlib import Path

from gridmap.store.export_log import log_export
from gridmap.store.history import Author, read_events
from tests.store.drawn_workspace import MORNING, drawn_workspace


def test_an_export_is_logged_and_the_revision_stays(tmp_path: Path) -> None:
    workspace = drawn_workspace(tmp_path)
    before, groups = workspace.revision(), read_events(workspace)["group_id"]
    log_export(workspace, "990101001000", {"audience": "internal"}, Author("wu", MORNING))
    assert workspace.revision() == before
    newest = read_events(workspace).iloc[0]
    assert (newest["action"], newest["row_key"], newest["user"]) == ("export", "990101001000", "wu")
    assert (newest["at"], newest["revision"]) == (MORNING, before.revision)
    assert json.loads(newest["after"]) == {"audience": "internal"}
    assert newest["group_id"] not in set(groups)
