"""What kinds, functions and states are called; titles of people are free text and never come from here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gridmap.messages import Message, msg
from gridmap.model.access import Role
from gridmap.model.people import Function
from gridmap.model.places import UnitKind
from gridmap.model.sites import CheckpointKind, GateState, SiteKind
from gridmap.model.status import CellState, CheckpointState, SiteState

FUNCTIONS: Final[Mapping[str, Message]] = {
    Function.HEAD: msg("Grid head"),
    Function.DEPUTY: msg("Deputy head"),
    Function.MEMBER: msg("Grid member"),
    Function.ADVISER: msg("Adviser"),
    Function.LINKED_CADRE: msg("Linked cadre"),
    Function.DUTY_LEADER: msg("Duty leader"),
    Function.OFFICER: msg("Enterprise officer"),
    Function.VOLUNTEER: msg("Volunteer"),
}
ROLES: Final[Mapping[str, Message]] = {
    Role.VIEWER: msg("Viewer"),
    Role.COMMANDER: msg("Commander"),
    Role.PLANNER: msg("Planner"),
    Role.ADMIN: msg("Administrator"),
    Role.AUDITOR: msg("Auditor"),
}
UNIT_KINDS: Final[Mapping[str, Message]] = {
    UnitKind.PROVINCE: msg("Province"),
    UnitKind.PREFECTURE: msg("Prefecture"),
    UnitKind.COUNTY: msg("County"),
    UnitKind.TOWNSHIP: msg("Township"),
    UnitKind.TOWN: msg("Town"),
    UnitKind.SUBDISTRICT: msg("Subdistrict"),
    UnitKind.WORK_AREA: msg("Work area"),
    UnitKind.COMMUNITY: msg("Community"),
    UnitKind.VILLAGE: msg("Village"),
    UnitKind.SETTLEMENT: msg("Settlement"),
    UnitKind.COMPOUND: msg("Compound"),
    UnitKind.UNIT: msg("Unit"),
}
CHECKPOINT_KINDS: Final[Mapping[str, Message]] = {
    CheckpointKind.CHECKPOINT: msg("Checkpoint"),
    CheckpointKind.INSPECTION_STATION: msg("Inspection station"),
    CheckpointKind.DUTY_POINT: msg("Duty point"),
}
GATE_STATES: Final[Mapping[str, Message]] = {
    GateState.OPEN: msg("Open gate"),
    GateState.SEALED: msg("Sealed gate"),
    GateState.EMERGENCY: msg("Emergency gate"),
}
SITE_KINDS: Final[Mapping[str, Message]] = {
    SiteKind.ENTERPRISE: msg("Enterprise"),
    SiteKind.PROJECT: msg("Project"),
    SiteKind.VILLAGE: msg("Village"),
    SiteKind.COMMUNITY: msg("Community"),
    SiteKind.COMPOUND: msg("Compound"),
    SiteKind.MARKET: msg("Market"),
    SiteKind.SCHOOL: msg("School"),
    SiteKind.HOSPITAL: msg("Hospital"),
    SiteKind.LOGISTICS_PARK: msg("Logistics park"),
}
CELL_STATES: Final[Mapping[CellState, Message]] = {
    CellState.COVERED: msg("Covered"),
    CellState.OVERLOADED: msg("Overloaded"),
    CellState.VACANT: msg("Vacant"),
    CellState.NO_DATA: msg("No data"),
    CellState.INACTIVE: msg("Inactive"),
}
CHECKPOINT_STATES: Final[Mapping[CheckpointState, Message]] = {
    CheckpointState.MANNED: msg("Manned"),
    CheckpointState.SHORT: msg("Below minimum"),
    CheckpointState.EMPTY: msg("Empty"),
    CheckpointState.SEALED: msg("Sealed"),
}
SITE_STATES: Final[Mapping[SiteState, Message]] = {
    SiteState.VISITED: msg("Visited"),
    SiteState.UNVISITED: msg("Not visited"),
    SiteState.OVERDUE: msg("Visit overdue"),
}


def label_of(labels: Mapping[str, Message], key: str) -> Message:
    """The label of a kind; a kind of the user's own is shown as it is written."""
    return labels.get(key) or msg("{text}", text=key)
