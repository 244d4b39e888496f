from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from gridmap.errors import MigrationError
from gridmap.store.import_memory import remembered_columns
from gridmap.store.migrations import HEAD, _config, migrate
from gridmap.store.repository import Workspace
from gridmap.store.sqlite.connections import begin_read
from gridmap.store.tables import METADATA
from tests.store.drawn_workspace import drawn_workspace


def _ours(name: str | None, *_: object) -> bool:
    return not (name or "").startswith(("gpkg_", "rtree_", "sqlite_"))


def test_head_is_the_last_step() -> None:
    assert ScriptDirectory.from_config(_config()).get_heads() == [HEAD]


def test_steps_from_empty_give_the_tables_of_the_program(tmp_path: Path) -> None:
    path = tmp_path / "w.gpkg"
    path.touch()
    migrate(path)
    with begin_read(path) as connection:
        # Declared geometry types are no SQLAlchemy types: how columns are typed is tested through GDAL.
        options = {"include_name": _ours, "compare_type": False, "compare_server_default": False}
        assert compare_metadata(MigrationContext.configure(connection, opts=options), METADATA) == []


def test_migrating_again_changes_nothing(tmp_path: Path) -> None:
    workspace = drawn_workspace(tmp_path)
    before = workspace.path.read_bytes()
    migrate(workspace.path)
    assert workspace.path.read_bytes() == before


def test_a_newer_workspace_is_refused(tmp_path: Path) -> None:
    path = drawn_workspace(tmp_path).path
    connection = sqlite3.connect(path)
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()
    with pytest.raises(MigrationError, match=r"newer version.*9999.*update gridmap"):
        Workspace.open(path)
    with pytest.raises(MigrationError, match="9999"):
        migrate(path)


def test_a_step_that_fails_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "w.gpkg"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE posts (a)")
    connection.close()
    with pytest.raises(Exception, match="posts already exists"):
        migrate(path)
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("posts",)]
    connection.close()


def test_an_older_workspace_is_brought_up_with_all_it_holds(tmp_path: Path) -> None:
    workspace = drawn_workspace(tmp_path)
    before = workspace.load_plan()
    connection = sqlite3.connect(workspace.path)
    later = ("field_mappings", "name_aliases", "return_rounds", "return_issues", "returns")
    for table in later:
        connection.execute(f"DROP TABLE {table}")
    connection.execute("UPDATE alembic_version SET version_num = '0001'")
    connection.commit()
    connection.close()
    with pytest.raises(MigrationError, match="gridmap migrate"):
        Workspace.open(workspace.path)
    migrate(workspace.path)
    opened = Workspace.open(workspace.path)
    assert remembered_columns(opened, "people", "none") == {}
    assert opened.load_plan().checkpoints.equals(before.checkpoints)
    with opened.reading() as reading:
        triggers = reading.exec_driver_sql("SELECT count(*) FROM sqlite_master WHERE type = 'trigger'")
        assert triggers.scalar() == _triggers_of_a_new_workspace(tmp_path / "new.gpkg")


def _triggers_of_a_new_workspace(path: Path) -> int:
    path.touch()
    migrate(path)
    with begin_read(path) as connection:
        found = connection.exec_driver_sql("SELECT count(*) FROM sqlite_master WHERE type = 'trigger'")
        return int(found.scalar() or 0)
