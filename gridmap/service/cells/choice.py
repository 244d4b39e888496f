"""What a planner chose for a draft: the method with its options, what it follows, and what to cut."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from gridmap.service.cell_files.materials import ReadFiles
from gridmap.split.rule import SplitRule


class Extent(StrEnum):
    """What is cut."""

    ALL = "all"  # every unit; what fits stays
    UNCUT = "uncut"  # units without cells
    CHOSEN = "chosen"  # units that are named
    OVERLOADED = "overloaded"  # cells with too much load are divided, nothing else
    UNDERLOADED = "underloaded"  # cells with too little are merged with a neighbour, nothing else
    RELIEF = "relief"  # both


RELIEF = frozenset({Extent.OVERLOADED, Extent.UNDERLOADED, Extent.RELIEF})


@dataclass(frozen=True)
class DraftChoice:
    """How a draft is made.

    Attributes:
        rule: method, its options, and size; relief takes only the size.
        extent: what is cut.
        units: codes, where `extent` is `CHOSEN`.
        keep: whether cells that still fit stay; else all units concerned are cut afresh.
        files: what cuts follow.
    """

    rule: SplitRule
    extent: Extent = Extent.ALL
    units: frozenset[str] = frozenset()
    keep: bool = True
    files: ReadFiles = field(default_factory=ReadFiles)
