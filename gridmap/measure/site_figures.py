"""Figures about contact sites and their visits."""

from __future__ import annotations

from gridmap.measure.figures import Figures
from gridmap.messages import msg, msg_n
from gridmap.model.scope import Scope
from gridmap.model.status import SiteState


def sites_visited(scope: Scope) -> Figures:
    """Contact sites visited within their period; visits are counted each time beside it."""
    visited = int((scope.sites["state"] == SiteState.VISITED.value).sum())
    never = int((scope.sites["state"] == SiteState.UNVISITED.value).sum())
    total = len(scope.sites)
    sentence = msg(
        "Of {d} contact sites {n} are visited in their period, {y} visits in all; {x} are not.",
        d=total,
        n=visited,
        y=int(scope.sites["visits"].sum()),
        x=total - visited,
    )
    unseen = msg_n("{n} of them was never visited.", "{n} of them were never visited.", n=never)
    return Figures(visited, total, sentence, (unseen,) if never else ())
