"""What the reader of a split should be told."""

from __future__ import annotations

import pandas as pd

from gridmap.messages import Message, msg_n
from gridmap.names import FEASIBLE, KIND
from gridmap.split.cut.findings import FindingKind
from gridmap.split.cut.units import Split


def notes_of(split: Split) -> list[Message]:
    """Points outside, infeasible units, and the findings by kind."""
    infeasible = int((~split.cuts[FEASIBLE]).sum())
    return loads_notes(split.points_outside, infeasible) + finding_notes(split.findings)


def finding_notes(findings: pd.DataFrame) -> list[Message]:
    """The findings by kind; see `split.findings`."""
    return [
        _finding_note(FindingKind(str(kind)), len(rows), int(rows["places"].sum()))
        for kind, rows in findings.groupby(KIND, sort=True)
    ]


def loads_notes(points_outside: int, infeasible: int) -> list[Message]:
    """Notes of points in no unit, and of units that cannot be divided into cells in range."""
    notes = []
    if points_outside:
        notes.append(
            msg_n(
                "{n} point lies in no unit and is in no cell",
                "{n} points lie in no unit and are in no cell",
                n=points_outside,
            )
        )
    if infeasible:
        notes.append(
            msg_n(
                "{n} unit cannot be divided into cells within the range",
                "{n} units cannot be divided into cells within the range",
                n=infeasible,
            )
        )
    return notes


def _finding_note(kind: FindingKind, n: int, places: int) -> Message:
    """What happened, how often; `places` are the points concerned."""
    match kind:
        case FindingKind.LOST:
            return msg_n("{n} drawn cell was lost", "{n} drawn cells were lost", n=n)
        case FindingKind.CUT_OFF:
            return msg_n(
                "{n} cell was made of the part of a drawn cell that lies in another unit",
                "{n} cells were made of parts of drawn cells that lie in another unit",
                n=n,
            )
        case FindingKind.JOINED:
            return msg_n("{n} sliver went to a neighbour", "{n} slivers went to neighbours", n=n)
        case FindingKind.UNDRAWN:
            return msg_n(
                "{n} cell was made of land that no drawn cell held",
                "{n} cells were made of land that no drawn cell held",
                n=n,
            )
        case FindingKind.DOUBLE:
            return msg_n(
                "{n} unit has land that several drawn cells claimed; the smallest got it",
                "{n} units have land that several drawn cells claimed; the smallest got it",
                n=n,
            )
        case FindingKind.SCATTERED:
            return msg_n(
                "{n} listed cell lies in several parts", "{n} listed cells lie in several parts", n=n
            )
        case FindingKind.SHARED_PLACE:
            return msg_n(
                "{n} point is listed under another cell than the first one at its place",
                "{n} points are listed under another cell than the first one at their place",
                n=places,
            )
        case FindingKind.UNLISTED:
            return msg_n(
                "{n} point names no cell and counts where it lies",
                "{n} points name no cell and count where they lie",
                n=places,
            )
