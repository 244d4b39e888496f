"""Contact sites and their visits up to a moment."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pandas as pd

from gridmap.model.plan import Plan
from gridmap.model.status import SiteState


def site_states(plan: Plan, at: datetime) -> pd.DataFrame:
    """State of every contact site: visited within its `visit_days`, overdue, or never visited.

    Returns:
        A frame by code: state, visits (count up to `at`), last_visit (NaT where none).
    """
    past = plan.visits[plan.visits["visited_at"] <= at]
    by_site = past.groupby("site_code")["visited_at"].agg(["count", "max"])
    frame = pd.DataFrame(index=plan.contact_sites.index)
    frame["visits"] = by_site["count"].reindex(frame.index).fillna(0).astype(int)
    frame["last_visit"] = by_site["max"].reindex(frame.index)
    age = pd.Timestamp(at) - frame["last_visit"]
    fresh = age <= pd.to_timedelta(plan.contact_sites["visit_days"].astype(float), unit="D")
    frame["state"] = np.select(
        [frame["visits"] == 0, fresh],
        [SiteState.UNVISITED.value, SiteState.VISITED.value],
        SiteState.OVERDUE.value,
    )
    return frame
