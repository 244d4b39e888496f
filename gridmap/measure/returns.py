"""Who has returned what was sent out: the states of a round's units at a moment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import pandas as pd

from gridmap.model.collecting import Collecting, Due, Returned, ReturnState, Round

_COLUMNS: Final = ["kind", "unit_code", "state"]


def return_state(one: Round, came: Sequence[Returned], at: datetime) -> ReturnState:
    """Where a unit stands at `at`, after the files `came`.

    A later file that says nothing new never makes a zero report of a return.
    """
    if came:
        return ReturnState.ZERO if all(file.says_nothing_new for file in came) else ReturnState.RETURNED
    return ReturnState.OVERDUE if one.has_passed(at) else ReturnState.WAITING


def return_states(collecting: Collecting, at: datetime) -> pd.DataFrame:
    """What each unit owes at `at`: of each kind the newest round that it was sent.

    Returns:
        Columns kind, unit_code, state (a `ReturnState`). Rounds begun and files that came after `at` are as
        if they had not been.
    """
    newest: dict[tuple[str, str], Due] = {
        (due.round.kind, due.unit_code): due for due in collecting.dues if due.round.at <= at
    }
    rows = [
        (kind, unit, return_state(due.round, [file for file in due.returned if file.at <= at], at).value)
        for (kind, unit), due in newest.items()
    ]
    return pd.DataFrame(rows, columns=_COLUMNS, dtype=object)
