"""Opening a workspace and loading what screens and sheets are made of."""

from __future__ import annotations

from pathlib import Path

from gridmap.draw.layers import Shapes
from gridmap.errors import MigrationError
from gridmap.store.migrations import HEAD, migrate
from gridmap.store.repository import Workspace

__all__ = ["Workspace", "load_shapes", "open_workspace"]


def open_workspace(path: Path | str) -> Workspace:
    """Open a workspace file; cheap, holds no connection.

    Raises:
        NotAWorkspaceError: the file is missing or something else.
        MigrationError: it must be migrated, or a newer program wrote it.
    """
    return Workspace.open(path)


def migrate_workspace(path: Path | str) -> str:
    """Bring a workspace file of an older version up to this one; its store revision afterwards.

    Raises:
        NotAWorkspaceError: the file is missing or something else.
        MigrationError: a newer program wrote it.
    """
    try:
        Workspace.open(path)
    except MigrationError:
        migrate(Path(path))
    return HEAD


def load_shapes(workspace: Workspace) -> Shapes:
    """The shapes of units and current cells by code, EPSG:4326."""
    stored = workspace.load_shapes()
    return Shapes(units=stored.units, cells=stored.cells, crs=stored.crs)
