"""Connections to a workspace file: one for each unit of work, and one writer at a time.

A unit of work opens its own connection and closes it, so that none is shared by threads, and so that the file
on disk is whole whenever nobody is at work: the last connection to close writes the log (`-wal`) back.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, NullPool, create_engine, event
from sqlalchemy.exc import DatabaseError

from gridmap.errors import StoreError
from gridmap.messages import Message, msg
from gridmap.store.sqlite.geometry import SQL_FUNCTIONS

_WAIT_SECONDS: Final = 5.0
_WRITE_LOCK: Final = threading.RLock()
"""One writer in this process: threads queue here, where waiting is fair, and not on SQLite's busy timeout."""

_REASONS: Final = {
    "SQLITE_BUSY": msg("another program is writing to it; try again in a moment"),
    "SQLITE_READONLY": msg("it is read-only; give write permission on the file and its folder"),
    "SQLITE_CANTOPEN": msg("it cannot be opened; see that the file exists and its folder may be written to"),
    "SQLITE_FULL": msg("the disk is full; free some space"),
    "SQLITE_CORRUPT": msg("it is damaged; restore a backup"),
    "SQLITE_NOTADB": msg("it is damaged; restore a backup"),
    "SQLITE_IOERR": msg("the disk reports an error; check it and restore a backup if needed"),
}


@contextmanager
def begin_read(path: Path) -> Iterator[Connection]:
    """A connection that sees one moment of the workspace from its first query on, and cannot write.

    Raises:
        StoreError: the file cannot be read.
    """
    with _explained(path), _engine(path, writes=False).begin() as connection:
        yield connection


@contextmanager
def begin_write(path: Path) -> Iterator[Connection]:
    """A connection in a transaction that holds the write lock; committed at the end, undone by any exception.

    Raises:
        StoreError: the file cannot be written, or another program kept it locked for five seconds.
    """
    with _WRITE_LOCK, _explained(path), _engine(path, writes=True).begin() as connection:
        yield connection


@cache
def _engine(path: Path, *, writes: bool) -> Engine:
    def connect() -> sqlite3.Connection:
        # mode=rw: a path that is not there is an error, never a new empty file. BEGIN is ours: see below.
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=_WAIT_SECONDS, isolation_level=None
        )
        for name, function in SQL_FUNCTIONS.items():
            connection.create_function(name, 1, function, deterministic=True)
        if writes:
            # Set at each write: QGIS puts the file back to a rollback journal when it closes it.
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            # 64 MB of pages, so that a bulk write does not spill into the log and read back half-way.
            connection.execute("PRAGMA cache_size = -65536")
        else:
            connection.execute("PRAGMA query_only = ON")
        return connection

    engine = create_engine("sqlite://", creator=connect, poolclass=NullPool)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A deferred transaction that turns writer half-way fails at once, without waiting.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except DatabaseError as error:
        reason = _reason(error.orig)
        if reason is None:
            raise
        raise StoreError(msg("{file}: {reason}", file=str(path), reason=reason)) from error


def _reason(error: BaseException | None) -> Message | None:
    name = str(getattr(error, "sqlite_errorname", ""))
    return _REASONS.get("_".join(name.split("_")[:2]))
