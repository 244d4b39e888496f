"""From new shapes and codes to the table of cells, and the report of what changed in each unit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from gridmap.geo.coverage.topology import Geometries, compactness
from gridmap.geo.frames import Cells
from gridmap.messages import Message
from gridmap.names import AREA, CODE, COMPACTNESS, FEASIBLE, HOUSEHOLDS, METHOD, NAME, SEQ
from gridmap.split.again.patch import Patched, Region, patched
from gridmap.split.again.unit_scene import UnitScene
from gridmap.split.cut.findings import Finding
from gridmap.split.cut.unit_task import Way
from gridmap.split.edit.loads import in_whole_numbers
from gridmap.split.rule import SplitRule, cell_count
from gridmap.split.tessellation.exchange import Exchange
from gridmap.split.tessellation.scene import Floats, Scene


@dataclass(frozen=True)
class UnitChange:
    """What came of a unit.

    Attributes:
        unit: its code.
        way: what became of its former cuts.
        kept: codes that were there before; the cells may have other borders.
        new, retired: codes that came, and that went for good.
        households: the load of the unit.
        moved: load whose cell has another code than the cell that held its place before.
    """

    unit: str
    way: Way
    kept: tuple[str, ...]
    new: tuple[str, ...]
    retired: tuple[str, ...]
    households: float
    moved: float

    @property
    def share(self) -> float:
        """Moved load ÷ load; 0 for a unit without any."""
        return self.moved / self.households if self.households else 0.0


@dataclass(frozen=True)
class Resplit:
    """The cells after some units were split again.

    Attributes:
        cells: all, sorted by code.
        changes: one for each unit concerned, by code.
        touched: codes of cells that only got vertices where a new border ends on theirs.
        exchange: the rows taken out and put in; reversed and applied, it takes all back.
        cuts: rows as of `Split.cuts`, of the units whose cells changed.
        used: by unit concerned, the largest cell number ever used.
        notes: what could not be done, and why.
        findings: of the units that were cut again; see `Split.findings`.
    """

    cells: Cells
    changes: tuple[UnitChange, ...]
    touched: tuple[str, ...]
    exchange: Exchange
    cuts: pd.DataFrame
    used: Mapping[str, int]
    notes: tuple[Message, ...] = ()
    findings: tuple[Finding, ...] = ()

    def report(self) -> pd.DataFrame:
        """One row a unit: unit, way, kept, new, retired (numbers of codes), households, moved, share."""
        columns = ["unit", "way", "kept", "new", "retired", "households", "moved", "share"]
        rows = [
            asdict(change)
            | {"way": change.way.value, "share": change.share}
            | {key: len(getattr(change, key)) for key in ("kept", "new", "retired")}
            for change in self.changes
        ]
        return pd.DataFrame(rows, columns=columns)


@dataclass(frozen=True)
class Replacement:
    """Cells of a unit that take the place of others.

    Attributes:
        codes: of the new shapes, in their order.
        numbers: of those codes that are new.
        names: of the new shapes, where they come from somewhere.
    """

    region: Region
    codes: tuple[str, ...]
    numbers: Mapping[str, int]
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class UnitAfter:
    """A unit, what replaces cells of it, and how that came about."""

    unit: UnitScene
    replacements: tuple[Replacement, ...] = ()
    way: Way = Way.KEPT


@dataclass(frozen=True)
class Replaced:
    """All cells of the units concerned after cells were replaced, and the others that were touched."""

    rows: gpd.GeoDataFrame
    changes: tuple[UnitChange, ...]
    touched: tuple[str, ...]
    exchange: Exchange
    cells: Cells


def replace_cells(cells: Cells, scene: Scene, units: Sequence[UnitAfter], rule: SplitRule) -> Replaced:
    """Put new cells in the place of old ones; rows that nothing concerns stay the same to the last bit.

    Raises:
        TessellationError: no exact coverage was found.
    """
    replacements = [replacement for unit in units for replacement in unit.replacements]
    fitted = patched(scene.shapes, [replacement.region for replacement in replacements])
    shapes = scene.shapes.copy()
    for at, shape in fitted.touched.items():
        shapes[at] = shape
    geometries = iter(fitted.new)
    afters = [_after(scene, shapes, unit, geometries) for unit in units]
    rows = _rows(cells, afters, rule)
    changes = tuple(_change(scene, after) for after in afters)
    exchange = _exchange(cells, fitted, rows, units)
    return Replaced(
        rows,
        changes,
        tuple(sorted(scene.codes[list(fitted.touched)])),
        exchange,
        _swapped(cells, exchange),
    )


@dataclass(frozen=True)
class _After:
    """The cells of a unit after all, by code.

    Attributes:
        sources: positions of the cells that rows are copied from.
        replaced: whether each is a new shape.
    """

    unit: UnitScene
    way: Way
    codes: tuple[str, ...]
    shapes: Geometries
    sources: tuple[int, ...]
    replaced: tuple[bool, ...]
    numbers: Mapping[str, int]
    names: Mapping[str, str]
    loads: Floats


def _after(scene: Scene, shapes: Geometries, after: UnitAfter, geometries: Iterator[Geometries]) -> _After:
    own = after.unit.own
    gone = {int(at) for one in after.replacements for at in one.region.old}
    found: list[tuple[str, shapely.Geometry, int, bool]] = [
        (scene.codes[at], shapes[at], at, False) for at in own.tolist() if at not in gone
    ]
    numbers: dict[str, int] = {}
    names: dict[str, str] = {}
    position = {scene.codes[at]: at for at in own.tolist()}
    for one in after.replacements:
        new = next(geometries)
        fallback = int(one.region.old[0])
        found += [
            (code, shape, position.get(code, fallback), True)
            for code, shape in zip(one.codes, new, strict=True)
        ]
        numbers |= one.numbers
        names |= dict(zip(one.codes, one.names, strict=False))
    codes, geometry, sources, replaced = zip(*sorted(found, key=lambda item: item[0]), strict=True)
    array = np.array(geometry, dtype=object)
    loads = after.unit.loads_of(array)
    return _After(
        unit=after.unit,
        way=after.way,
        codes=codes,
        shapes=array,
        sources=sources,
        replaced=replaced,
        numbers=numbers,
        names=names,
        loads=loads,
    )


def _rows(cells: Cells, afters: Sequence[_After], rule: SplitRule) -> gpd.GeoDataFrame:
    """The rows of all units' cells: facts of kept cells stay, loads are those of now."""
    rows = gpd.GeoDataFrame(cells.iloc[[at for after in afters for at in after.sources]])
    rows = gpd.GeoDataFrame(rows.reset_index(drop=True))
    shapes = np.concatenate([after.shapes for after in afters])
    rows[rows.geometry.name] = gpd.GeoSeries(shapes, crs=cells.crs)
    _identify(rows, afters)
    replaced = np.concatenate([np.array(after.replaced, dtype=bool) for after in afters])
    _measure(rows, shapes, replaced, rule)
    if FEASIBLE in rows:
        feasible = [cell_count(after.unit.total, rule)[1] for after in afters]
        rows[FEASIBLE] = np.repeat(feasible, [len(after.codes) for after in afters])
    if HOUSEHOLDS in rows:
        loads = np.concatenate([after.loads for after in afters])
        rows[HOUSEHOLDS] = _households(rows[HOUSEHOLDS], loads, ~replaced)
    return rows


def _identify(rows: gpd.GeoDataFrame, afters: Sequence[_After]) -> None:
    """Write codes into rows, and numbers and names where the table has them."""
    codes = [code for after in afters for code in after.codes]
    numbers = {code: number for after in afters for code, number in after.numbers.items()}
    names = {code: name for after in afters for code, name in after.names.items()}
    rows[CODE] = np.array(codes, dtype=object)
    if SEQ in rows:
        seqs = [numbers.get(code, seq) for code, seq in zip(codes, rows[SEQ], strict=True)]
        rows[SEQ] = pd.Series(seqs).astype(rows[SEQ].dtype)
    if NAME in rows:
        fresh = [
            names.get(code, "" if code in numbers else name)
            for code, name in zip(codes, rows[NAME], strict=True)
        ]
        rows[NAME] = np.array(fresh, dtype=object)


def _measure(
    rows: gpd.GeoDataFrame, shapes: Geometries, replaced: npt.NDArray[np.bool_], rule: SplitRule
) -> None:
    """Write area, compactness and method of replaced cells into the rows that have them."""
    for column, values in ((AREA, shapely.area(shapes)), (COMPACTNESS, compactness(shapes))):
        if column in rows:
            rows[column] = np.where(replaced, values, rows[column])
    if METHOD in rows:
        rows[METHOD] = np.where(replaced, rule.method.value, rows[METHOD]).astype(object)


def _households(before: pd.Series, loads: Floats, stays: npt.NDArray[np.bool_]) -> pd.Series:
    """Loads in the type of the column; of cells that stay the number is as it was but for a rounding."""
    if pd.api.types.is_integer_dtype(before):
        loads = in_whole_numbers(loads)
    known = before.to_numpy(dtype=np.float64, na_value=np.nan)
    loads = np.where(stays & np.isclose(known, loads, rtol=1e-9, atol=1e-9), known, loads)
    return pd.Series(loads).astype(before.dtype)


def _change(scene: Scene, after: _After) -> UnitChange:
    before, now = set(scene.codes[after.unit.own]), set(after.codes)
    return UnitChange(
        unit=after.unit.code,
        way=after.way,
        kept=tuple(sorted(before & now)),
        new=tuple(sorted(now - before)),
        retired=tuple(sorted(before - now)),
        households=after.unit.total,
        moved=_moved(scene, after) if any(after.replaced) else 0.0,
    )


def _moved(scene: Scene, after: _After) -> float:
    """The load whose place is now in a cell of another code."""
    unit = after.unit
    old_shapes, old_codes = scene.shapes[unit.own], scene.codes[unit.own]
    if unit.is_spread:
        position = {code: place for place, code in enumerate(old_codes)}
        both = [(position[code], place) for place, code in enumerate(after.codes) if code in position]
        old, new = np.array(both, dtype=np.intp).reshape(-1, 2).T
        stays = shapely.area(shapely.intersection(old_shapes[old], after.shapes[new])).sum()
        return float(max(0.0, unit.total * (1 - stays / shapely.area(unit.shape))))
    was = old_codes[unit.cell_of_point(old_shapes)]
    now = np.array(after.codes, dtype=object)[unit.cell_of_point(after.shapes)]
    return float(unit.load.weights[was != now].sum())


def _exchange(cells: Cells, fitted: Patched, rows: gpd.GeoDataFrame, units: Sequence[UnitAfter]) -> Exchange:
    """The rows that differ, before and after: of the units concerned, and cells touched in others."""
    own = np.concatenate([unit.unit.own for unit in units]) if units else np.empty(0, dtype=np.intp)
    before = cells.iloc[own].sort_values(CODE, ignore_index=True)
    after = rows.sort_values(CODE, ignore_index=True)
    old_rows, new_rows = _differing(before, after)
    outside = sorted(set(fitted.touched) - set(own.tolist()))
    touched = gpd.GeoDataFrame(cells.iloc[outside].reset_index(drop=True))
    filled = touched.copy()
    if outside:
        filled[filled.geometry.name] = gpd.GeoSeries([fitted.touched[at] for at in outside], crs=cells.crs)
        old_rows = pd.concat([old_rows, touched], ignore_index=True)
        new_rows = pd.concat([new_rows, filled], ignore_index=True)
    return Exchange(Cells(gpd.GeoDataFrame(old_rows)), Cells(gpd.GeoDataFrame(new_rows)))


def _differing(
    before: gpd.GeoDataFrame, after: gpd.GeoDataFrame
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Rows of either table that are not in the other, by code and every value."""
    place = pd.Index(before[CODE]).get_indexer(pd.Index(after[CODE]))
    common = np.flatnonzero(place >= 0)
    old, new = before.iloc[place[common]].reset_index(drop=True), after.iloc[common].reset_index(drop=True)
    same = shapely.equals_exact(old.geometry.to_numpy(), new.geometry.to_numpy(), tolerance=0.0)
    for column in before.columns.difference([before.geometry.name]):
        values, others = old[column], new[column]
        same &= ((values == others) | (values.isna() & others.isna())).to_numpy(dtype=bool, na_value=False)
    stays = common[same]
    goes = np.setdiff1d(np.arange(len(before)), place[stays])
    comes = np.setdiff1d(np.arange(len(after)), stays)
    return before.iloc[goes].reset_index(drop=True), after.iloc[comes].reset_index(drop=True)


def _swapped(cells: Cells, exchange: Exchange) -> Cells:
    """The table after an exchange, sorted by code."""
    stays = cells[~cells[CODE].isin(exchange.before[CODE])]
    both = pd.concat([stays, exchange.after], ignore_index=True) if len(exchange.after) else stays
    return Cells(gpd.GeoDataFrame(both.sort_values(CODE, ignore_index=True, kind="stable")))
