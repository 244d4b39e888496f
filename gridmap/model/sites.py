"""Checkpoints, contact sites and visits: their kinds and states."""

from __future__ import annotations

from enum import StrEnum


class CheckpointKind(StrEnum):
    """Kinds of checkpoint (卡口)."""

    CHECKPOINT = "checkpoint"
    INSPECTION_STATION = "inspection_station"
    DUTY_POINT = "duty_point"


class GateState(StrEnum):
    """State of a gate (出入口): open, sealed, or for emergencies only."""

    OPEN = "open"
    SEALED = "sealed"
    EMERGENCY = "emergency"


class SiteKind(StrEnum):
    """Kinds of contact site (联系点)."""

    ENTERPRISE = "enterprise"
    PROJECT = "project"
    VILLAGE = "village"
    COMMUNITY = "community"
    COMPOUND = "compound"
    MARKET = "market"
    SCHOOL = "school"
    HOSPITAL = "hospital"
    LOGISTICS_PARK = "logistics_park"


class TeamKind(StrEnum):
    """Kinds of team."""

    WORK_TEAM = "work_team"
    SERVICE_TEAM = "service_team"
    VILLAGE_TEAM = "village_team"
