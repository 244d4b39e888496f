"""A table of what a file would change: row, whom or what it is about, outcome, and what or why not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from gridmap.messages import Message, msg
from gridmap.model.changes import ROW_STATES, RowState
from gridmap.model.masking import masked_text
from gridmap.service.imports.rows import ImportRow
from gridmap.web.i18n import say


@dataclass(frozen=True)
class ChangedRow:
    """A line of the table.

    Attributes:
        place: the row in the file, where it is told.
        what: the changes, or the reason why there are none.
    """

    place: str
    who: str
    state: RowState
    what: str


def rows_of_file(rows: Iterable[ImportRow]) -> list[ChangedRow]:
    """Rows of an office table; numbers of phones are masked."""
    return [
        ChangedRow(
            row.place_in_file,
            masked_text(row.who),
            row.state,
            masked_text(joined([row.reason] if row.reason else row.what)),
        )
        for row in rows
    ]


def joined(what: Iterable[Message]) -> str:
    """Several changes in a line."""
    return " · ".join(map(say, what))


def show_changes_table(
    rows: Iterable[ChangedRow], *, key: str, who: Message | None = None, without: Sequence[str] = ()
) -> None:
    """The table.

    Args:
        rows: in the order shown.
        key: of the widget.
        who: the heading of what the rows are about.
        without: columns that say nothing here: `place`, `state`.
    """
    cells = [(row.place, row.who, say(ROW_STATES[row.state]), row.what) for row in rows]
    narrow, wide = st.column_config.Column(width="small"), st.column_config.Column(width="large")
    labels = {
        "place": say(msg("Row")),
        "who": say(who or msg("Who")),
        "state": say(msg("Outcome")),
        "what": say(msg("What, or why not")),
    }
    table = pd.DataFrame(cells, columns=list(labels)).drop(columns=list(without)).rename(columns=labels)
    looks = {labels["place"]: narrow, labels["state"]: narrow, labels["what"]: wide}
    st.dataframe(table, hide_index=True, key=key, column_config=looks)
