"""Figures about returns: how many townships have reported."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from gridmap.measure.figures import Figures
from gridmap.messages import Message, msg
from gridmap.model.collecting import COLLECTED_KINDS, ReturnState
from gridmap.model.scope import Scope
from gridmap.names import NAME


def reporting(scope: Scope) -> Figures:
    """Townships that have returned all they were sent, of those that were sent something.

    Of each kind the newest round counts. A township whose every return is a zero report counts as one, and as
    reported. Where several kinds are due the notes tell each by itself.
    """
    due = scope.evaluation.returns
    due = due[due["unit_code"].isin(scope.units.index)]
    back = due["state"].map(lambda state: ReturnState(state).is_back)
    zero = due["state"] == ReturnState.ZERO.value
    by_unit = pd.DataFrame({"back": back, "zero": zero}, dtype=bool).groupby(due["unit_code"]).all()
    reported = int(by_unit["back"].sum())
    missing = _names(scope, by_unit.index[~by_unit["back"]])
    told = reporting_sentence(len(by_unit), reported, int(by_unit["zero"].sum()), missing)
    return Figures(reported, len(by_unit), told, _by_kind(scope, due.assign(back=back)))


def reporting_sentence(due: int, reported: int, zero: int, missing: Sequence[str]) -> Message:
    """How many townships have reported, how many of these that nothing has changed, and who is missing."""
    return msg(
        "{d} townships due, {n} have reported ({y} zero reports), not reported: {names}.",
        d=due,
        n=reported,
        y=zero,
        names=list(missing) if missing else msg("none"),
    )


def _by_kind(scope: Scope, due: pd.DataFrame) -> tuple[Message, ...]:
    kinds = [kind for kind in COLLECTED_KINDS if (due["kind"] == kind).any()]
    if len(kinds) < 2:
        return ()
    return tuple(_told(scope, kind, due[due["kind"] == kind]) for kind in kinds)


def _told(scope: Scope, kind: str, due: pd.DataFrame) -> Message:
    back = due["back"].astype(bool)
    missing = _names(scope, due.loc[~back, "unit_code"])
    return msg(
        "{kind}: {n} of {d} have reported, not reported: {names}.",
        kind=COLLECTED_KINDS[kind],
        n=int(back.sum()),
        d=len(due),
        names=missing or msg("none"),
    )


def _names(scope: Scope, codes: pd.Index[str] | pd.Series[str]) -> list[str]:
    return [str(scope.units.at[code, NAME]) for code in sorted(codes)]
