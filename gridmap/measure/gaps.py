"""Gaps: stretches of time in which a checkpoint has fewer people on duty than its minimum."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Final

import numpy as np
import pandas as pd

from gridmap.measure.membership import positions
from gridmap.model.people import TargetKind
from gridmap.model.plan import Plan
from gridmap.model.sites import GateState

NIGHT_FROM: Final = time(18)
NIGHT_UNTIL: Final = time(8)
"""The night that "tonight" means (words a commander reads aloud: 18:00-08:00)."""
DAY: Final = timedelta(hours=24)

Window = tuple[datetime, datetime]
"""From its first moment up to, not including, its last."""


def night(at: datetime, begins: time = NIGHT_FROM, ends: time = NIGHT_UNTIL) -> Window:
    """The night of the day of `at`; before `ends` in the morning it is the one that is running."""
    day = at.date() - timedelta(days=1) if at.time() < ends else at.date()
    return datetime.combine(day, begins), datetime.combine(day + timedelta(days=1), ends)


def watch(at: datetime) -> Window:
    """All that is worked out at `at`: the night and the coming 24 hours in one stretch."""
    begins, ends = night(at)
    return min(begins, at), max(ends, at + DAY)


def gaps(plan: Plan, start: datetime, end: datetime) -> pd.DataFrame:
    """Every stretch between `start` and `end` in which a checkpoint is below its minimum staff.

    Somebody with two posts at one checkpoint at a time counts once; sealed gates are not counted. A stretch
    lasts while the number on duty stays the same: two people, then nobody, are two stretches.

    Returns:
        Columns checkpoint (code), from, until, on_duty, minimum; by checkpoint, then time.
    """
    gates = plan.checkpoints[plan.checkpoints["gate_state"] != GateState.SEALED.value]
    window = np.array([start, end], dtype="datetime64[us]")
    gate, begins, ends = _presences(plan, gates.index, window)
    # Every checkpoint has a step of nobody at both ends of the window, so that an empty one is swept too.
    edges = np.repeat(np.arange(len(gates)), 2)
    steps = pd.DataFrame(
        {
            "gate": np.concatenate([gate, gate, edges]),
            "from": np.concatenate([begins, ends, np.tile(window, len(gates))]),
            "change": np.repeat([1, -1, 0], [len(gate), len(gate), len(edges)]),
        }
    )
    steps = steps.groupby(["gate", "from"])[["change"]].sum().reset_index()
    # Where one takes over from another nothing changes.
    steps = steps[(steps["change"] != 0) | steps["from"].isin(window)]
    on_duty = steps.groupby("gate")["change"].cumsum().to_numpy()
    gate, begins = steps["gate"].to_numpy(), steps["from"].to_numpy()
    minimum = gates["minimum_staff"].to_numpy(dtype=int)[gate]
    # The last step of a checkpoint is at the window's end, where no stretch begins.
    short = (on_duty < minimum) & (begins < window[1])
    return pd.DataFrame(
        {
            "checkpoint": gates.index.to_numpy()[gate[short]],
            "from": begins[short],
            "until": np.roll(begins, -1)[short],
            "on_duty": on_duty[short],
            "minimum": minimum[short],
        }
    )


def within_window(found: pd.DataFrame, window: Window) -> pd.DataFrame:
    """Gaps of a longer stretch of time cut to `window`."""
    start, end = np.array(window, dtype="datetime64[us]")
    met: pd.DataFrame = found[(found["until"] > start) & (found["from"] < end)].copy()
    met["from"] = np.maximum(met["from"].to_numpy(), start)
    met["until"] = np.minimum(met["until"].to_numpy(), end)
    return met


def _presences(
    plan: Plan, gates: pd.Index[str], window: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Who is at which of `gates` from when until when, within the window.

    Overlapping posts of one person at one checkpoint are one presence.

    Returns:
        For each presence the position of its checkpoint, its first moment, and the moment after its last.
    """
    posts = plan.posts[plan.posts["target_kind"] == TargetKind.CHECKPOINT.value]
    gate = positions(posts["target_code"], gates)
    person, _ = pd.factorize(posts["person_id"])
    begins = np.maximum(posts["valid_from"].to_numpy(dtype="datetime64[us]"), window[0])
    # fmin: an open post lasts to the window's end
    ends = np.fmin(posts["valid_to"].to_numpy(dtype="datetime64[us]"), window[1])
    there = (gate >= 0) & (begins < ends)
    gate, person, begins, ends = gate[there], person[there], begins[there], ends[there]
    order = np.lexsort([begins, person, gate])
    gate, person, begins, ends = gate[order], person[order], begins[order], ends[order]
    first = np.append(True, (gate[1:] != gate[:-1]) | (person[1:] != person[:-1]))[: len(gate)]
    reached = pd.Series(ends).groupby(np.cumsum(first)).cummax().to_numpy()
    fresh = first.copy()
    fresh[1:] |= begins[1:] > reached[:-1]
    at = np.flatnonzero(fresh)
    last = np.append(at[1:], len(gate))[: len(at)] - 1
    return gate[at], begins[at], reached[last]
