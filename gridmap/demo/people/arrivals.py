"""Arrivals: those whom the county has sent came on the first morning, but for a few who are still awaited."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import numpy as np
import pandas as pd
from numpy.random import Generator

from gridmap.demo.people.register import BUREAUS
from gridmap.model.people import TargetKind
from gridmap.model.posts import unended

_AWAITED_SINCE: Final = timedelta(days=12)
"""Nobody is awaited longer: a post whose holder had not come by then would have been filled anew."""
_EARLIEST, _LATEST = -20, 45
"""Minutes from the beginning of a post to the arrival of its holder."""


def note_arrivals(
    posts: pd.DataFrame, people: pd.DataFrame, not_arrived: int, clock: datetime, rng: Generator
) -> pd.Series[pd.Timestamp]:
    """When the holders of posts at units, cells and sites arrived, where a bureau of the county sent them.

    Args:
        posts: as the register reads them out.
        people: as the register reads them out.
        not_arrived: how many people, of those whose posts have begun in the last days, have not come.
        clock: nobody arrives later.
        rng: where the choices are drawn from.

    Returns:
        By row of `posts`; NaT for all others and for those who are awaited.
    """
    senders = people.set_index("id")["sending_unit"]
    sent = posts["person_id"].map(senders).isin(BUREAUS)
    begun = sent & (posts["target_kind"] != TargetKind.CHECKPOINT.value) & (posts["valid_from"] <= clock)
    late = rng.integers(_EARLIEST, _LATEST, len(posts))
    arrived = posts["valid_from"] + pd.to_timedelta(late, unit="min")
    arrived = arrived.where(arrived <= clock, pd.Timestamp(clock))
    awaited = rng.choice(_newcomers(posts[begun], clock), not_arrived, replace=False)
    noted: pd.Series[pd.Timestamp] = arrived.where(begun & ~posts["person_id"].isin(awaited))
    return noted


def _newcomers(posts: pd.DataFrame, clock: datetime) -> np.ndarray:
    """People all of whose posts began lately and last, by id."""
    new = unended(posts["valid_to"], clock) & (posts["valid_from"] > clock - _AWAITED_SINCE)
    all_new = new.groupby(posts["person_id"]).all()
    return np.sort(all_new.index[all_new].to_numpy(dtype=object))
