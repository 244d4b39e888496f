from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from sqlalchemy import text

from gridmap.errors import StoreError
from gridmap.store.sqlite import connections
from gridmap.store.sqlite.connections import begin_read, begin_write
from tests.store.drawn_workspace import drawn_workspace

ENDLESS_WRITER = """
    import sys
    from gridmap.store.changes import begin_change
    from gridmap.store.history import Author
    from gridmap.store.repository import Workspace
    from gridmap.store.tables import people
    from datetime import datetime
    workspace = Workspace.open(sys.argv[1])
    for number in range(100_000):
        with begin_change(workspace, Author("li", datetime(2020, 2, 10))) as change:
            for part in range(20):
                change.insert(people, {"id": f"{number}-{part}"})
        print(number, flush=True)
"""


def test_a_reader_cannot_write(tmp_path: Path) -> None:
    path = drawn_workspace(tmp_path).path
    with pytest.raises(StoreError, match="read-only"), begin_read(path) as connection:
        connection.execute(text("DELETE FROM people"))


def test_a_reader_sees_one_moment(tmp_path: Path) -> None:
    path = drawn_workspace(tmp_path).path
    count = text("SELECT count(*) FROM people")
    with begin_read(path) as reader:
        assert reader.scalar(count) == 2
        with begin_write(path) as writer:
            writer.execute(text("DELETE FROM people"))
        assert reader.scalar(count) == 2
    with begin_read(path) as reader:
        assert reader.scalar(count) == 0


def test_a_write_is_durable_and_logged_ahead(tmp_path: Path) -> None:
    path = drawn_workspace(tmp_path).path
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = DELETE")  # as QGIS leaves it
    connection.close()
    with begin_write(path) as writer:
        assert writer.scalar(text("PRAGMA journal_mode")) == "wal"
        assert writer.scalar(text("PRAGMA synchronous")) == 2
        assert writer.scalar(text("PRAGMA busy_timeout")) == 5000


def test_a_lock_held_by_another_program_is_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "_WAIT_SECONDS", 0.05)
    path = drawn_workspace(tmp_path).path
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="another program is writing"), begin_write(path):
        pass
    other.execute("ROLLBACK")
    other.close()


@pytest.mark.slow
def test_a_killed_writer_leaves_a_whole_file(tmp_path: Path) -> None:
    path = drawn_workspace(tmp_path).path
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(ENDLESS_WRITER), str(path)], stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout is not None
        acknowledged = [int(writer.stdout.readline()) for _ in range(10)][-1]
        writer.send_signal(signal.SIGKILL)
        acknowledged = max([acknowledged, *(int(line) for line in writer.stdout if line.endswith("\n"))])
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    rows, groups = connection.execute(
        "SELECT count(*), count(DISTINCT substr(id, 1, instr(id, '-'))) FROM people WHERE instr(id, '-')"
    ).fetchone()
    revision, own_write = connection.execute("SELECT revision, own_write FROM plan").fetchone()
    connection.close()
    assert rows == 20 * groups
    assert groups >= acknowledged + 1
    assert (revision, own_write) == (1 + groups, 0)
