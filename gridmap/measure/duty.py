"""Checkpoints against their minimum staff at a moment."""

from __future__ import annotations

import numpy as np
import pandas as pd

from gridmap.model.plan import Plan
from gridmap.model.sites import GateState
from gridmap.model.status import CheckpointState


def checkpoint_states(plan: Plan, posts: pd.DataFrame) -> pd.DataFrame:
    """State of every checkpoint, given the posts active at checkpoints.

    Returns:
        A frame by code: state, on_duty (distinct people), minimum. Sealed gates are not counted.
    """
    on_duty = posts.groupby("target_code")["person_id"].nunique()
    frame = pd.DataFrame(index=plan.checkpoints.index)
    frame["on_duty"] = on_duty.reindex(frame.index).fillna(0).astype(int)
    frame["minimum"] = plan.checkpoints["minimum_staff"].astype(int)
    sealed = plan.checkpoints["gate_state"] == GateState.SEALED.value
    frame["state"] = np.select(
        [sealed, frame["on_duty"] >= frame["minimum"], frame["on_duty"] == 0],
        [CheckpointState.SEALED.value, CheckpointState.MANNED.value, CheckpointState.EMPTY.value],
        CheckpointState.SHORT.value,
    )
    return frame
