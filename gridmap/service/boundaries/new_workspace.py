"""A workspace made anew: empty, or for boundaries to come."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from gridmap.geo.systems.crs import crs_text, metric_crs
from gridmap.service.boundaries.preview import Boundaries, preview
from gridmap.store.repository import Workspace


def new_workspace(path: Path, *, title: str, at: datetime) -> Workspace:
    """Make an empty workspace; its first boundaries set the system it measures in.

    Raises:
        StoreError: something is at `path` already, or the folder cannot be written.
    """
    return Workspace.create(path, title=title, created_at=at)


def make_workspace(path: Path, source: Boundaries, *, title: str, at: datetime) -> Workspace:
    """Make an empty workspace that measures in the metric system of the boundaries to come.

    Raises:
        InputError: the boundaries cannot be read.
        StoreError: something is at `path` already.
    """
    system = metric_crs(preview(source).read.units)
    return Workspace.create(path, title=title, metric_crs=crs_text(system), created_at=at)
