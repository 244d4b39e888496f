"""What a split has to tell of single cells: what was lost, cut, joined or added on the way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum

import pandas as pd


class FindingKind(StrEnum):
    """What happened."""

    LOST = "lost"  # a drawn cell of which nothing is left
    CUT_OFF = "cut_off"  # the part of a drawn cell that lies in another unit than most of it
    JOINED = "joined"  # a sliver that went to a neighbour
    UNDRAWN = "undrawn"  # area of a unit that no drawn cell held
    DOUBLE = "double"  # area that two drawn cells claimed
    SCATTERED = "scattered"  # a listed cell whose places lie in several parts
    SHARED_PLACE = "shared_place"  # one place listed under several cells
    UNLISTED = "unlisted"  # places that the list gives to no cell


@dataclass(frozen=True)
class Finding:
    """One of them: the unit, the cell's name where it has one, the area concerned, how many places."""

    kind: FindingKind
    unit: str
    name: str = ""
    area_m2: float = 0.0
    places: int = 0


def findings_frame(findings: Iterable[Finding]) -> pd.DataFrame:
    """Findings as a table: kind, unit, name, area_m2, places."""
    return pd.DataFrame([asdict(finding) for finding in findings], columns=list(Finding.__dataclass_fields__))
