"""Something to begin with: an empty workspace filled with the real boundaries of Boston."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final

from gridmap.errors import InputError
from gridmap.messages import msg
from gridmap.model.access import Action, User
from gridmap.service.boundaries.joining import joined_units, measuring_crs
from gridmap.service.boundaries.present import present_units
from gridmap.service.boundaries.preview import Boundaries, preview
from gridmap.service.boundaries.saving import record_crs
from gridmap.service.plan_cache import PlanCache
from gridmap.service.rights import require
from gridmap.store.changes import begin_change
from gridmap.store.contents import Contents, write_contents
from gridmap.store.history import Author
from gridmap.store.repository import Revision, Workspace, scheme_text

_FOLDER: Final = Path(__file__).parents[3] / "data" / "boston"
_FILES: Final = ("towns.gpkg", "tracts.gpkg")
_SIZE: Final = {"target": 1200.0, "minimum": 900.0, "maximum": 1500.0}
"""Residents a cell: the load of these units is their population."""


def has_boston() -> bool:
    """Whether the files of Boston are beside the program; an installed package has none."""
    return all((_FOLDER / name).is_file() for name in _FILES)


def start_from_boston(workspace: Workspace, *, user: User, at: datetime) -> Revision:
    """Write the 506 tracts and 92 towns of Boston into an empty workspace, with sizes that fit them.

    Raises:
        AccessError: the user may not edit units and cells everywhere.
        InputError: the workspace is not empty, or the files are gone.
    """
    require(user, Action.EDIT_CELLS)
    require_empty(workspace)
    units = present_units(PlanCache(workspace))
    system = None
    for name in _FILES:
        read = preview(Boundaries(_FOLDER / name)).read.units
        system = system or measuring_crs(workspace, read)
        units = joined_units(units, read, system, file=name)
    assert system is not None, "there are files"
    scheme = replace(workspace.load_plan().scheme, **_SIZE)  # type: ignore[arg-type] # three floats by name
    with begin_change(workspace, Author(user.name, at, "data/boston")) as change:
        record_crs(change, system)
        change.describe(scheme=scheme_text(scheme))
        write_contents(change, Contents(units=units))
        return change.revision


def require_empty(workspace: Workspace) -> None:
    """Refuse a workspace that has units already.

    Raises:
        InputError: it has.
    """
    if len(workspace.load_plan().units):
        raise InputError(
            msg("{file}: this workspace is not empty. Begin with a new one.", file=workspace.file_name)
        )
