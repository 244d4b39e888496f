"""The worst-first list: every place in a scope that wants somebody's attention."""

from __future__ import annotations

from gridmap.messages import Message, msg
from gridmap.model.people import TargetKind
from gridmap.model.scope import Scope
from gridmap.model.status import CellState, CheckpointState, Concern, SiteState
from gridmap.names import HOUSEHOLDS, NAME

_CELL_RANKS = {CellState.VACANT: (2, msg("nobody responsible")), CellState.OVERLOADED: (5, msg("overloaded"))}
_SITE_RANKS = {SiteState.UNVISITED: (6, msg("never visited")), SiteState.OVERDUE: (7, msg("visit overdue"))}


def concerns(scope: Scope) -> tuple[Concern, ...]:
    """Worst first: empty posts, vacant cells, headless units, posts below minimum, overloads, sites.

    Within a rank the larger number of households, then the code, decides.
    """
    found = [*_checkpoints(scope), *_cells(scope), *_units(scope), *_sites(scope)]
    return tuple(
        concern for _, concern in sorted(found, key=lambda item: (item[1].rank, item[0], item[1].code))
    )


_Weighted = tuple[float, Concern]


def _checkpoints(scope: Scope) -> list[_Weighted]:
    ranks = {CheckpointState.EMPTY.value: 1, CheckpointState.SHORT.value: 4}
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
        (-float(cells), Concern(3, TargetKind.UNIT.value, str(code), str(name), what))
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
