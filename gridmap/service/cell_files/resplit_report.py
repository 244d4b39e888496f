"""What splitting again changed, for a person and as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from gridmap.messages import Message, shortened, told_of, words_n
from gridmap.service.cell_files.splitting import SplitReport
from gridmap.split.again.changed_units import UnitDifferences
from gridmap.split.again.replacement import UnitChange

_SHOWN: Final = 8
_NEW: Final = words_n("{n} unit is new and was split ({codes})", "{n} units are new and were split ({codes})")
_REDRAWN: Final = words_n(
    "{n} unit has another border than its cells and was split anew ({codes})",
    "{n} units have other borders than their cells and were split anew ({codes})",
)
_GONE: Final = words_n(
    "{n} unit is no more, and its cells were retired ({codes})",
    "{n} units are no more, and their cells were retired ({codes})",
)


@dataclass(frozen=True)
class ResplitReport:
    """What splitting again made, and what it changed.

    Attributes:
        split: of all cells.
        changes: one for each unit concerned, by code.
        touched: codes of cells that only got vertices where a new border ends on theirs.
        differences: units that are not those of the earlier cells.
    """

    split: SplitReport
    changes: tuple[UnitChange, ...]
    touched: tuple[str, ...]
    differences: UnitDifferences

    @property
    def totals(self) -> dict[str, float]:
        """Numbers of codes, and the load that changed cell, over all units concerned."""
        households = float(sum(change.households for change in self.changes))
        moved = float(sum(change.moved for change in self.changes))
        return {
            "units": len(self.changes),
            "changed_units": sum(bool(one.moved or one.new or one.retired) for one in self.changes),
            "kept": sum(len(change.kept) for change in self.changes),
            "new": sum(len(change.new) for change in self.changes),
            "retired": sum(len(change.retired) for change in self.changes),
            "touched": len(self.touched),
            "households": households,
            "moved": moved,
            "share": moved / households if households else 0.0,
        }

    def to_json(self, *, whole: bool = False) -> dict[str, object]:
        """Plain values for JSON; `whole` names the codes of kept and touched cells, too."""
        plain = self.split.to_json() | {
            "changes": [_plain_change(change, whole=whole) for change in self.changes],
            "totals": self.totals,
            "new_units": list(self.differences.new),
            "gone_units": list(self.differences.gone),
            "redrawn_units": list(self.differences.redrawn),
        }
        return plain | {"touched_codes": list(self.touched)} if whole else plain


def _plain_change(change: UnitChange, *, whole: bool) -> dict[str, object]:
    plain: dict[str, object] = {
        "unit": change.unit,
        "way": change.way.value,
        "households": change.households,
        "moved": change.moved,
        "share": change.share,
        "kept": len(change.kept),
        "new": len(change.new),
        "retired": len(change.retired),
        "new_codes": list(change.new),
        "retired_codes": list(change.retired),
    }
    return plain | {"kept_codes": list(change.kept)} if whole else plain


def difference_notes(found: UnitDifferences) -> list[Message]:
    """Notes of units that are new, gone or redrawn."""
    return [
        *told_of(_NEW, most=_SHOWN, codes=found.new),
        *told_of(_REDRAWN, most=_SHOWN, codes=found.redrawn),
        *told_of(_GONE, most=_SHOWN, codes=found.gone),
    ]


def some(codes: tuple[str, ...]) -> list[object]:
    """The first of some codes; a dash where there is none."""
    return shortened(codes, _SHOWN) or ["–"]
