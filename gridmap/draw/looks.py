"""How states look, on the screen and on paper alike: colour, hatch, sign and shape of each, once.

Normal is quiet, faults shout, and colour is never the only carrier (`hatch`, `sign`, `dashed`, the sign of a
point). Checkpoints are round, contact sites square; their colours stay apart for people with deuteranopia. An
empty checkpoint and an overdue visit have the orange of a vacant cell.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from gridmap.model.status import CellState, CheckpointState, LoadState, SiteState

ALARM: Final = "#D55E00"
QUIET: Final = "#DCE6EC"
_OVER: Final = "#E69F00"
_UNKNOWN: Final = "#F4F4F4"
_SEALED: Final = "#6B7780"
CHECKPOINT: Final = "#1F5F8B"
CONTACT_SITE: Final = "#2B7A5B"


@dataclass(frozen=True)
class AreaLook:
    """How the state of a cell looks."""

    fill: str
    outline: str
    hatch: bool = False
    sign: str = ""
    dashed: bool = False


class PointShape(StrEnum):
    """The outline of a point, which tells its kind."""

    ROUND = "round"
    SQUARE = "square"


class PointSign(StrEnum):
    """What stands inside the shape of a point."""

    FULL = "full"
    HALF = "half"
    HOLLOW = "hollow"
    CROSS = "cross"
    CLOCK = "clock"


@dataclass(frozen=True)
class PointLook:
    """How the state of a point looks; `ink` is its colour."""

    sign: PointSign
    ink: str


@dataclass(frozen=True)
class LoadLook:
    """How the load of a cell looks while cells are corrected."""

    fill: str
    sign: str = ""


CELL_LOOKS: Final[Mapping[CellState, AreaLook]] = {
    CellState.COVERED: AreaLook(QUIET, "#8FA3AF"),
    CellState.OVERLOADED: AreaLook(_OVER, "#8A5F00", hatch=True),
    CellState.VACANT: AreaLook(ALARM, "#7A3600", sign="缺"),
    CellState.NO_DATA: AreaLook(_UNKNOWN, "#B0B0B0", dashed=True),
    CellState.INACTIVE: AreaLook("#FFFFFF", "#B0B0B0", dashed=True),
}
VACANCY_RAMP: Final = ("#F3F6F8", "#FBE3D1", "#F3B68A", "#E58443", ALARM)
"""Fill of an upper unit by its vacant cells inside: none, then four steps of the same orange."""
CHECKPOINT_LOOKS: Final[Mapping[CheckpointState, PointLook]] = {
    CheckpointState.MANNED: PointLook(PointSign.FULL, CHECKPOINT),
    CheckpointState.SHORT: PointLook(PointSign.HALF, CHECKPOINT),
    CheckpointState.EMPTY: PointLook(PointSign.HOLLOW, ALARM),
    CheckpointState.SEALED: PointLook(PointSign.CROSS, _SEALED),
}
SITE_LOOKS: Final[Mapping[SiteState, PointLook]] = {
    SiteState.VISITED: PointLook(PointSign.FULL, CONTACT_SITE),
    SiteState.UNVISITED: PointLook(PointSign.HOLLOW, CONTACT_SITE),
    SiteState.OVERDUE: PointLook(PointSign.CLOCK, ALARM),
}
POINT_LOOKS: Final[Mapping[CheckpointState | SiteState, PointLook]] = {
    **dict[CheckpointState | SiteState, PointLook](CHECKPOINT_LOOKS.items()),
    **dict[CheckpointState | SiteState, PointLook](SITE_LOOKS.items()),
}
LOAD_LOOKS: Final[Mapping[LoadState, LoadLook]] = {
    LoadState.IN_RANGE: LoadLook(QUIET),
    LoadState.OVER: LoadLook(_OVER, "▲"),
    LoadState.UNDER: LoadLook("#8FBBD9", "▼"),
    LoadState.UNKNOWN: LoadLook(_UNKNOWN, "?"),
}
