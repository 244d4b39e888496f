"""What is found out about a plan at a moment: states, indicators, and things that want attention."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import pandas as pd

from gridmap.messages import Message


class CellState(StrEnum):
    """Exclusive states of a cell; they sum to the total. Vacant beats overloaded."""

    COVERED = "covered"
    OVERLOADED = "overloaded"
    VACANT = "vacant"
    NO_DATA = "no_data"
    INACTIVE = "inactive"


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
    """A figure with its numerator and denominator. `value` is None (n/a) where the denominator is 0."""

    key: str
    label: Message
    numerator: float
    denominator: float
    value: float | None
    unit: str
    sentence: Message


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
    """

    revision: int
    at: datetime
    cells: pd.Series[str]
    units: pd.DataFrame
    checkpoints: pd.DataFrame
    sites: pd.DataFrame
    loads: pd.DataFrame
