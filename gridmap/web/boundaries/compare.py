"""What saving boundaries would change in the workspace: unit by unit, before anything is saved."""

from __future__ import annotations

from typing import Final

import streamlit as st

from gridmap.errors import GridmapError
from gridmap.messages import Message, msg, msg_n, shortened
from gridmap.model.changes import RowState, told_counts
from gridmap.service.boundaries.changes import UnitDifference, UnitsComparison
from gridmap.service.boundaries.preview import Preview
from gridmap.service.boundaries.saving import compared_units
from gridmap.web.changes_table import ChangedRow, joined, show_changes_table
from gridmap.web.files.desk import files_desk
from gridmap.web.i18n import say
from gridmap.web.markup import plain
from gridmap.web.notices import show_refusal
from gridmap.web.session import services

_LISTED: Final = 500
_NAMED: Final = 6
_SHOWN: Final = (RowState.REFUSED, RowState.CHANGED, RowState.ADDED)


def comparison_of(found: Preview) -> UnitsComparison | None:
    """The file beside the units that are here; None where there are none.

    Raises:
        GridmapError: the boundaries do not fit the workspace.
    """
    cache = services().cache
    if cache.plan().units.empty:
        return None
    key = ("comparison_of", found, cache.plan_key())
    return files_desk().once(key, lambda: compared_units(cache, found))


def show_comparison(found: Preview) -> bool:
    """Counts, what changes and what is left alone; whether the boundaries could be saved by themselves."""
    try:
        comparison = comparison_of(found)
    except GridmapError as error:
        show_refusal(error.message)
        return False
    if comparison is None:
        return True
    st.markdown(f"**{plain(say(told_counts(found.file, comparison.counts)))}**")
    rows = [one for state in _SHOWN for one in comparison.of(state)]
    if rows:
        show_changes_table(
            map(_row, rows[:_LISTED]),
            key="unit_changes",
            who=msg("Code and name of the unit"),
            without=["place"],
        )
    for told in _sentences(comparison, len(rows)):
        st.caption(plain(say(told)))
    return bool(rows) and not comparison.of(RowState.REFUSED)


def _row(one: UnitDifference) -> ChangedRow:
    return ChangedRow("", f"{one.code} {one.name}", one.state, joined(one.what))


def _sentences(comparison: UnitsComparison, rows: int) -> list[Message]:
    told = []
    if rows > _LISTED:
        told.append(msg("The first {n} rows are shown.", n=_LISTED))
    if not rows:
        told.append(msg("There is nothing to save: the plan says all this already."))
    left = comparison.not_in_file
    if left:
        told.append(
            msg_n(
                "{n} unit of the workspace is not in the file and is left alone: {units}",
                "{n} units of the workspace are not in the file and are left alone: {units}",
                n=len(left),
                units=shortened((f"{code} {name}" for code, name in left), _NAMED),
            )
        )
    refused = comparison.of(RowState.REFUSED)
    if refused:
        told.append(
            msg("Units that have cells keep their border. To move it, cut them again below, in one change.")
        )
    return told
