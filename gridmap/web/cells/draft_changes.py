"""What came of each unit that was split again: codes kept, new, retired, and households that change cell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import streamlit as st

from gridmap.messages import Message, msg
from gridmap.service.cells.draft import Draft
from gridmap.split.again.replacement import UnitChange
from gridmap.split.cut.unit_task import Way
from gridmap.web.i18n import say
from gridmap.web.markup import history_table
from gridmap.web.session import services

_LISTED: Final = 200
_MANY: Final = 6
_WAYS: Final[Mapping[Way, Message]] = {
    Way.KEPT: msg("former cuts kept"),
    Way.MOVED: msg("former cuts moved"),
    Way.FRESH: msg("cut afresh"),
    Way.GONE: msg("unit no more"),
}


def show_unit_changes(draft: Draft) -> None:
    """One row a unit whose cells change, those that move most households first."""
    if draft.before is None or not draft.changes:
        return
    changed = [one for one in draft.changes if one.moved or one.new or one.retired]
    st.caption(
        say(
            msg(
                "Units whose cells change: {n} of {total}; all others stay as they are",
                n=len(changed),
                total=len(draft.changes),
            )
        )
    )
    if not changed:
        return
    names = {str(code): str(name) for code, name in services().cache.plan().units["name"].items()}
    if draft.units is not None:
        names |= dict(zip(draft.units["code"], draft.units["name"], strict=True))
    changed.sort(key=lambda one: (-one.moved, one.unit))
    with st.container(height=250 if len(changed) > _MANY else "content", key="unit_changes"):
        st.html(history_table(_headings(), [_row(one, names) for one in changed[:_LISTED]]))


def _headings() -> list[str]:
    return [
        say(heading)
        for heading in (
            msg("Unit"),
            msg("How"),
            msg("Codes"),
            msg("Load that changes cell"),
        )
    ]


def _row(change: UnitChange, names: Mapping[str, str]) -> tuple[str, ...]:
    codes = msg(
        "kept {kept} · new {new} · retired {retired}",
        kept=len(change.kept),
        new=len(change.new),
        retired=len(change.retired),
    )
    return (
        f"{names.get(change.unit, '')} {change.unit}",
        say(_WAYS[change.way]),
        say(codes),
        f"{change.moved:,.0f} ({change.share:.1%})",
    )
