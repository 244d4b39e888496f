"""What bringing units in again would change: added, changed, unchanged, refused, not in the file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyproj
import shapely

from gridmap.geo.coverage.topology import Geometries, as_multi
from gridmap.messages import Message, msg
from gridmap.model.changes import RowState
from gridmap.names import CODE, GEOMETRY, HOUSEHOLDS, KIND, NAME, PARENT_CODE, POPULATION, WGS84

Row = dict[Hashable, Any]
FACTS: Final = (NAME, KIND, PARENT_CODE, HOUSEHOLDS, POPULATION)
"""What a unit says beside its shape."""
_SAME: Final = 1e-9
"""Degrees (0.1 mm) within which two borders are the same."""
_THIN: Final = 1e-4
"""Metres: shapes that are farther apart than this along their border have moved."""
_LABELS: Final[Mapping[str, Message]] = {
    NAME: msg("name"),
    KIND: msg("type"),
    PARENT_CODE: msg("parent"),
    HOUSEHOLDS: msg("households"),
    POPULATION: msg("residents"),
}


@dataclass(frozen=True)
class FactChange:
    """A fact of a unit that the file says otherwise; '' for nothing."""

    column: str
    old: str
    new: str

    @property
    def told(self) -> Message:
        """The change in words."""
        return msg(
            "{what} {old} → {new}", what=_LABELS[self.column], old=self.old or "–", new=self.new or "–"
        )


@dataclass(frozen=True)
class UnitDifference:
    """What becomes of a unit.

    Attributes:
        moved_m2: the area that only one of the old and the new shape covers.
        overlap: the area that both cover by the area that either covers (intersection over union).
        reason: why it is refused.
    """

    code: str
    name: str
    state: RowState
    facts: tuple[FactChange, ...] = ()
    moved_m2: float = 0.0
    overlap: float = 1.0
    reason: Message | None = None

    @property
    def what(self) -> tuple[Message, ...]:
        """What changes, in words."""
        told = [fact.told for fact in self.facts]
        if self.moved_m2:
            told.append(
                msg(
                    "shape moved by {area} m² (overlap {overlap} %)",
                    area=_rounded(self.moved_m2),
                    overlap=_percent(self.overlap),
                )
            )
        return (*((self.reason,) if self.reason is not None else ()), *told)

    def to_json(self) -> dict[str, object]:
        """Plain values for JSON."""
        return {
            "code": self.code,
            "name": self.name,
            "state": self.state.value,
            "facts": [{"column": one.column, "old": one.old, "new": one.new} for one in self.facts],
            "moved_m2": round(self.moved_m2, 2),
            "overlap": round(self.overlap, 6),
            "reason": None if self.reason is None else str(self.reason),
        }


@dataclass(frozen=True)
class UnitsComparison:
    """All units of a file beside those of the workspace, by code.

    Attributes:
        units: the file's, and those of the workspace that the file would put other units below.
        not_in_file: units of the workspace that the file does not name, as (code, name): left alone.
    """

    units: tuple[UnitDifference, ...]
    not_in_file: tuple[tuple[str, str], ...] = ()

    @property
    def counts(self) -> dict[RowState, int]:
        """How many units, by what becomes of them."""
        found = Counter(one.state for one in self.units)
        return {state: found[state] for state in RowState}

    def of(self, state: RowState) -> list[UnitDifference]:
        """The units that this becomes of."""
        return [one for one in self.units if one.state is state]


def compare_units(
    present: gpd.GeoDataFrame,
    joined: gpd.GeoDataFrame,
    codes: Collection[str],
    system: pyproj.CRS,
    *,
    cut: Collection[str] = (),
) -> UnitsComparison:
    """What saving units would change.

    Args:
        present: the units of the workspace as they are, EPSG:4326.
        joined: as they would be, EPSG:4326.
        codes: the units of the file.
        system: the metric system that areas are told in.
        cut: units that have cells, whose border must stay.
    """
    before, after = _rows(present), _rows(joined)
    refused, named = refused_units(present, joined, cut), set(codes)
    shown = [code for code in after if code in named or code in refused]
    both = [code for code in shown if code in before]
    moved = _moved([before[code] for code in both], [after[code] for code in both], system)
    units = []
    for code in shown:
        old, new, reason = before.get(code), after[code], refused.get(code)
        if old is None:
            units.append(UnitDifference(code, str(new[NAME]), RowState.ADDED))
            continue
        facts, (area, overlap) = _facts(old, new), moved.get(code, (0.0, 1.0))
        state = RowState.CHANGED if facts or area else RowState.UNCHANGED
        state = state if reason is None else RowState.REFUSED
        units.append(
            UnitDifference(
                code=code,
                name=str(new[NAME]),
                state=state,
                facts=facts,
                moved_m2=area,
                overlap=overlap,
                reason=reason,
            )
        )
    told = set(shown)
    others = [(code, str(row[NAME])) for code, row in before.items() if code not in told]
    return UnitsComparison(tuple(units), tuple(others))


def refused_units(
    present: gpd.GeoDataFrame, joined: gpd.GeoDataFrame, cut: Collection[str]
) -> dict[str, Message]:
    """Units that have cells and would get another border or units below them, with the reason.

    Such units keep their border and stay without units below: else their cells fit no more.
    """
    before = present[present[CODE].isin(set(cut))].set_index(CODE).geometry
    after = joined.set_index(CODE).geometry.reindex(before.index)
    same = same_borders(np.asarray(before.array, dtype=object), np.asarray(after.array, dtype=object))
    parents = set(joined[PARENT_CODE])
    found: dict[str, Message] = {}
    for code, stays in zip(before.index, same, strict=True):
        if str(code) in parents:
            found[str(code)] = msg("it has cells and would get units below it")
        elif not stays:
            found[str(code)] = msg("it has cells, which would not fit another border")
    return found


def same_borders(old: Geometries, new: Geometries) -> npt.NDArray[np.bool_]:
    """Which pairs of shapes, in degrees, have the same corners within 0.1 mm, wherever their rings begin.

    What one file writes as a polygon another writes as a multipolygon of one part; that is the same.
    """
    first, second = as_multi(old), as_multi(new)
    same: npt.NDArray[np.bool_] = shapely.equals_exact(first, second, _SAME, normalize=True)
    # Rings are normalised to begin at their lowest corner: of two as low, rounding picks one or the other.
    likely = ~same & (shapely.get_num_coordinates(first) == shapely.get_num_coordinates(second))
    for at in np.flatnonzero(likely):
        apart = shapely.symmetric_difference(first[at], second[at]).area
        same[at] = apart <= _SAME * shapely.length(first[at])
    return same


def _rows(frame: gpd.GeoDataFrame) -> dict[str, Row]:
    return {str(row[CODE]): row for row in pd.DataFrame(frame).to_dict("records")}


def _moved(old: list[Row], new: list[Row], system: pyproj.CRS) -> dict[str, tuple[float, float]]:
    """By code of the units whose shape changes: square metres apart, and intersection over union."""
    first, second = (_shapes([row[GEOMETRY] for row in rows]) for rows in (old, new))
    differ = ~same_borders(first, second)
    if not differ.any():
        return {}
    codes = [str(row[CODE]) for row, is_other in zip(old, differ, strict=True) if is_other]
    was = gpd.GeoSeries(first[differ], crs=WGS84).to_crs(system).to_numpy()
    will = gpd.GeoSeries(second[differ], crs=WGS84).to_crs(system).to_numpy()
    apart, whole = (
        shapely.area(shapely.symmetric_difference(was, will)),
        shapely.area(shapely.union(was, will)),
    )
    shares = np.divide(whole - apart, whole, out=np.zeros_like(whole), where=whole > 0)
    has_moved = apart > _THIN * shapely.length(was)
    return {codes[at]: (float(apart[at]), float(shares[at])) for at in np.flatnonzero(has_moved).tolist()}


def _shapes(given: list[Any]) -> Geometries:
    shapes = np.empty(len(given), dtype=object)
    shapes[:] = given
    return shapes


def _facts(before: Row, after: Row) -> tuple[FactChange, ...]:
    pairs = [(column, _text(before[column]), _text(after[column])) for column in FACTS]
    return tuple(FactChange(column, old, new) for column, old, new in pairs if old != new)


def _text(value: Any) -> str:
    """A value as it is told: nothing as '', a whole number without decimals."""
    if is_nothing(value):
        return ""
    return f"{value:.15g}" if isinstance(value, int | float) else str(value)


def is_nothing(value: Any) -> bool:
    """Whether a cell of a table is empty."""
    return bool(pd.isna(value)) or value == ""


def _rounded(area: float) -> float | int:
    return round(area) if area >= 1 else round(area, 2)


def _percent(share: float) -> str:
    """Rounded down: what is not all is never told as 100 %."""
    return f"{int(share * 1000) / 10:g}"
