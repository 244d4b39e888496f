"""Days in a row on which people are on duty at checkpoints."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import numpy as np
import pandas as pd

from gridmap.model.people import TargetKind
from gridmap.model.plan import Plan

WARN_DAYS: Final = 7
RED_DAYS: Final = 14
"""Days without rest at which a commander is warned, and at which somebody must be relieved (domain notes,
duty defaults; a real case had eight people on duty for nearly forty days)."""
_HOURS_A_DAY: Final = np.timedelta64(24, "h")


def duty_days(plan: Plan, at: datetime) -> pd.DataFrame:
    """Who is on duty on the day of `at`, where, and how many days in a row up to and including it.

    A shift counts for the day it begins on, so that one over midnight is one day; a longer post counts for
    one more day with every further 24 hours begun. Shifts later on the day of `at` count: the people on them
    are those for whom rest can still be arranged. Days at different checkpoints are one run.

    Returns:
        Columns person_id, checkpoint (code), days; one row for each person and checkpoint of that day.
    """
    today = np.datetime64(at, "D")
    posts = plan.posts[plan.posts["target_kind"] == TargetKind.CHECKPOINT.value]
    begins = posts["valid_from"].to_numpy(dtype="datetime64[us]")
    # fmin: an open post lasts to the end of the day
    ends = np.fmin(posts["valid_to"].to_numpy(dtype="datetime64[us]"), today + 1)
    held = begins < ends
    frame = posts.loc[held, ["person_id", "target_code"]].rename(columns={"target_code": "checkpoint"})
    frame["first"] = begins[held].astype("datetime64[D]").astype(int)
    further = -(-(ends[held] - begins[held]) // _HOURS_A_DAY) - 1
    frame["last"] = np.minimum(frame["first"] + further, today.astype(int))
    frame["run_from"] = _run_starts(frame)
    frame["days"] = frame["last"] - frame["run_from"] + 1
    lasting: pd.DataFrame = frame.loc[frame["last"] == today.astype(int), ["person_id", "checkpoint", "days"]]
    once: pd.DataFrame = lasting.drop_duplicates(["person_id", "checkpoint"])
    return once


def _run_starts(frame: pd.DataFrame) -> pd.Series[int]:
    """For each stretch of days (person_id, first, last) the day on which the run it belongs to began."""
    ordered = frame.sort_values(["person_id", "first"])
    reached = ordered.groupby("person_id")["last"].cummax()
    same = ordered["person_id"] == ordered["person_id"].shift()
    goes_on = same & (ordered["first"] <= reached.shift(fill_value=0) + 1)
    return ordered["first"].groupby((~goes_on).cumsum()).transform("min")
