"""The worst-first list: every place in a scope that wants somebody's attention."""

from __future__ import annotations

import pandas as pd

from gridmap.measure.duty_figures import gaps_in
from gridmap.measure.gaps import night
from gridmap.measure.membership import among
from gridmap.messages import Message, msg
from gridmap.model.people import TargetKind
from gridmap.model.scope import Scope
from gridmap.model.status import CellState, CheckpointState, Concern, SiteState
from gridmap.names import HOUSEHOLDS, NAME

_EMPTY, _VACANT, _EMPTY_TONIGHT, _HEADLESS, _SHORT, _OVERLOADED, _UNVISITED, _OVERDUE = range(1, 9)
_CELL_RANKS = {
    CellState.VACANT: (_VACANT, msg("nobody responsible")),
    CellState.OVERLOADED: (_OVERLOADED, msg("overloaded")),
}
_SITE_RANKS = {
    SiteState.UNVISITED: (_UNVISITED, msg("never visited")),
    SiteState.OVERDUE: (_OVERDUE, msg("visit overdue")),
}


def concerns(scope: Scope) -> tuple[Concern, ...]:
    """Worst first: what is wrong here, each place once for each kind of thing.

    The order is: checkpoints empty now, vacant cells, checkpoints that will be empty tonight, units without
    a head, checkpoints below their minimum, overloaded cells, sites never visited, overdue visits. Within a
    rank the larger number of households (of cells for a unit, of people missing or of minutes empty for a
    checkpoint) comes first, then the code decides. A checkpoint is listed once, for the worse.
    """
    tonight = _empty_tonight(scope)
    listed = {concern.code for _, concern in tonight}
    now = [item for item in _checkpoints(scope) if item[1].code not in listed]
    found = [*now, *tonight, *_cells(scope), *_units(scope), *_sites(scope)]
    return tuple(
        concern for _, concern in sorted(found, key=lambda item: (item[1].rank, item[0], item[1].code))
    )


_Weighted = tuple[float, Concern]


def _checkpoints(scope: Scope) -> list[_Weighted]:
    ranks = {CheckpointState.EMPTY.value: _EMPTY, CheckpointState.SHORT.value: _SHORT}
    rows = scope.checkpoints[scope.checkpoints["state"].isin(ranks)]
    return [
        (
            float(on_duty - minimum),
            Concern(
                ranks[state],
                TargetKind.CHECKPOINT.value,
                str(code),
                str(name),
                msg("{on_duty} of {minimum} on duty", on_duty=int(on_duty), minimum=int(minimum)),
            ),
        )
        for code, name, state, on_duty, minimum in zip(
            rows.index, rows[NAME], rows["state"], rows["on_duty"], rows["minimum"], strict=True
        )
    ]


def _empty_tonight(scope: Scope) -> list[_Weighted]:
    """Checkpoints with somebody there now, and nobody at a later time of the night; the longest such time."""
    at = pd.Timestamp(scope.evaluation.at)
    found = gaps_in(scope, night(scope.evaluation.at))
    empty_now = scope.checkpoints.index[scope.checkpoints["state"] == CheckpointState.EMPTY.value]
    found = found[(found["on_duty"] == 0) & (found["from"] > at) & ~among(found["checkpoint"], empty_now)]
    found = found.assign(minutes=(found["until"] - found["from"]).dt.total_seconds() / 60)
    longest = found.sort_values("minutes", ascending=False, kind="stable").drop_duplicates("checkpoint")
    return [
        (
            -float(minutes),
            Concern(
                _EMPTY_TONIGHT,
                TargetKind.CHECKPOINT.value,
                str(code),
                str(name),
                msg("empty {begins} to {ends} tonight", begins=f"{begins:%H:%M}", ends=f"{ends:%H:%M}"),
            ),
        )
        for code, name, begins, ends, minutes in zip(
            longest["checkpoint"],
            longest[NAME],
            longest["from"],
            longest["until"],
            longest["minutes"],
            strict=True,
        )
    ]


def _cells(scope: Scope) -> list[_Weighted]:
    found = []
    for state, (rank, what) in _CELL_RANKS.items():
        rows = scope.cells[scope.cells["state"] == state.value]
        for code, name, households in zip(rows.index, rows[NAME], rows[HOUSEHOLDS], strict=True):
            found.append(
                (-float(households or 0), Concern(rank, TargetKind.CELL.value, str(code), str(name), what))
            )
    return found


def _units(scope: Scope) -> list[_Weighted]:
    rows = scope.units[scope.units["needed"] & ~scope.units["headed"]]
    what: Message = msg("no head")
    return [
        (-float(cells), Concern(_HEADLESS, TargetKind.UNIT.value, str(code), str(name), what))
        for code, name, cells in zip(rows.index, rows[NAME], rows["cells"], strict=True)
    ]


def _sites(scope: Scope) -> list[_Weighted]:
    found = []
    for state, (rank, what) in _SITE_RANKS.items():
        rows = scope.sites[scope.sites["state"] == state.value]
        found += [
            (0.0, Concern(rank, TargetKind.CONTACT_SITE.value, str(code), str(name), what))
            for code, name in zip(rows.index, rows[NAME], strict=True)
        ]
    return found
