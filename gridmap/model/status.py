"""What is found out about a plan at a moment: states, indicators, and things that want attention."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from gridmap.messages import Message

if TYPE_CHECKING:  # labels of states stand in front of commands that measure nothing
    import pandas as pd


class CellState(StrEnum):
    """Exclusive states of a cell; they sum to the total. Vacant beats overloaded."""

    COVERED = "covered"
    OVERLOADED = "overloaded"
    VACANT = "vacant"
    NO_DATA = "no_data"
    INACTIVE = "inactive"


class LoadState(StrEnum):
    """How the load of a cell lies to the range that cells of the workspace should have."""

    IN_RANGE = "in_range"
    OVER = "over"
    UNDER = "under"
    UNKNOWN = "unknown"


class CheckpointState(StrEnum):
    """A checkpoint against its minimum staff at a moment; sealed gates are not counted."""

    MANNED = "manned"
    SHORT = "short"
    EMPTY = "empty"
    SEALED = "sealed"


class SiteState(StrEnum):
    """A contact site in its visiting period: visited, not yet, or the last visit is too long ago."""

    VISITED = "visited"
    UNVISITED = "unvisited"
    OVERDUE = "overdue"


@dataclass(frozen=True)
class Indicator:
    """A figure with its numerator and denominator. `value` is None (n/a) where the denominator is 0.

    Attributes:
        unit: "share", or what the quotient counts.
        sentence: the figure read aloud.
        notes: what stands behind it, a line each, such as the gaps that were counted.
        counts_faults: the numerator counts what is wrong, so that none is best.
    """

    key: str
    label: Message
    numerator: float
    denominator: float
    value: float | None
    unit: str
    sentence: Message
    notes: tuple[Message, ...] = ()
    counts_faults: bool = False

    @property
    def wants_attention(self) -> bool:
        """Whether faults are counted, or not everything is as it should be."""
        if self.value is None or self.unit != "share":
            return False
        return self.numerator > 0 if self.counts_faults else self.numerator < self.denominator


@dataclass(frozen=True)
class Concern:
    """One line of the worst-first list: a place, what is wrong there, and how badly (1 is worst)."""

    rank: int
    kind: str  # a TargetKind
    code: str
    name: str
    what: Message


@dataclass(frozen=True)
class Evaluation:
    """The states of a whole plan at `at`; scopes are sub-selections of these frames.

    Attributes:
        cells: Series of `CellState` values indexed by cell code.
        units: frame by unit code: cells, covered, overloaded, vacant (active cells inside, at any depth),
            no_data, served_households,
            needed (bool: its level asks for a post), headed (bool: the post is filled).
        checkpoints: frame by code: state, on_duty, minimum.
        sites: frame by code: state, visits (count), last_visit (NaT where none).
        loads: frame by person id and function: cells held, limit, over (bool).
        gaps: stretches below minimum staff in the night and in the 24 hours from `at`: checkpoint, from,
            until, on_duty, minimum.
        duty_days: people on duty at checkpoints on the day of `at`: person_id, checkpoint, days in a row.
        deployments: posts of people sent by another unit: person_id, target_kind, target_code, arrived.
        returns: what units owe of the newest round of each kind: kind, unit_code, state (a `ReturnState`).
    """

    revision: int
    at: datetime
    cells: pd.Series[str]
    units: pd.DataFrame
    checkpoints: pd.DataFrame
    sites: pd.DataFrame
    loads: pd.DataFrame
    gaps: pd.DataFrame
    duty_days: pd.DataFrame
    deployments: pd.DataFrame
    returns: pd.DataFrame
