"""Exports in the log: who took what out, for whom. They change nothing, so that the revision stays."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select

from gridmap.store.history import Author, Deed, Facts, log, next_group
from gridmap.store.repository import Workspace
from gridmap.store.tables import plan

EXPORTED: Final = "export"
"""The action of these events, and the table they name: there is none of that name."""


def log_export(workspace: Workspace, scope: str, facts: Facts, by: Author) -> None:
    """Add the event of an export of the unit `scope` ('' for everything).

    Raises:
        StoreError: the file cannot be written.
    """
    with workspace.writing() as connection:
        revision = connection.scalar(select(plan.c.revision)) or 0
        deed = Deed(EXPORTED, EXPORTED, scope, None, facts)
        log(connection, deed, by, next_group(connection), revision)
