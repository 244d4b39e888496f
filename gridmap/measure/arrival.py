"""Whether people who were sent out have arrived where they are posted."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pandas as pd

from gridmap.measure.membership import positions
from gridmap.model.people import TargetKind
from gridmap.model.plan import Plan
from gridmap.model.posts import lasting
from gridmap.names import NAME


def deployments(plan: Plan, at: datetime) -> pd.DataFrame:
    """Posts that hold at `at`, at units, cells and contact sites, of people whom another unit has sent.

    Somebody is sent where the roster names a sending unit that is not the person's own: a village secretary,
    whose own village or its committee is written there, is at home and has nowhere to arrive. Shifts at
    checkpoints are left out: whether those are manned is an indicator of its own.

    Returns:
        Columns person_id, target_kind, target_code, arrived (bool: `arrived_at` is no later than `at`).
    """
    posts = plan.posts
    elsewhere = posts["target_kind"] != TargetKind.CHECKPOINT.value
    found = posts[lasting(posts, at) & elsewhere]
    found = found[_sent(plan, found["person_id"])]
    arrived = found["arrived_at"] <= at
    return found[["person_id", "target_kind", "target_code"]].assign(arrived=arrived)


def _sent(plan: Plan, person_ids: pd.Series[str]) -> np.ndarray:
    """Whether each of these people was sent by another unit."""
    row = positions(person_ids, plan.people.index)
    senders = plan.people["sending_unit"].to_numpy(dtype=object)
    own_units = plan.people["unit_code"].map(plan.units[NAME].to_dict()).to_numpy(dtype=object)
    sent = [
        isinstance(sender, str)
        and sender != ""
        and not (isinstance(own, str) and own != "" and sender.startswith(own))
        for sender, own in zip(senders, own_units, strict=True)
    ]
    return np.array(sent, dtype=bool)[row] & (row >= 0) if sent else np.zeros(len(row), dtype=bool)
