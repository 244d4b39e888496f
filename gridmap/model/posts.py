"""Posts at a moment: which of them hold, which have not ended yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    import pandas as pd


def lasting(posts: pd.DataFrame, at: datetime) -> pd.Series[bool]:
    """Which posts hold at `at`: valid_from ≤ at < valid_to; one that ends as it begins never holds.

    Args:
        posts: with `valid_from`, and `valid_to` that is NaT while a post is open.
        at: the county's wall clock.
    """
    return (posts["valid_from"] <= at) & unended(posts["valid_to"], at)


def unended(until: pd.Series[pd.Timestamp], at: datetime) -> pd.Series[bool]:
    """Which ends lie after `at` or are open (NaT); the posts may still be to begin."""
    return until.isna() | (until > at)
