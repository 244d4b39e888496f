"""From shapes, codes and loads to the rows that an edit takes out of the table and puts in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridmap.geo.coverage.topology import compactness
from gridmap.geo.frames import Cells
from gridmap.names import AREA, CODE, COMPACTNESS, HOUSEHOLDS, NAME, SEQ
from gridmap.split.edit.loads import Flows, in_whole_numbers
from gridmap.split.tessellation.borders import Redrawn
from gridmap.split.tessellation.exchange import Exchange
from gridmap.split.tessellation.scene import Division, Floats, Scene


@dataclass(frozen=True)
class Outcome:
    """All that is known of an edit once its cells have codes.

    Attributes:
        codes: by label, with the number where the code is new.
        by_places: whether loads were counted from points, not shared by area.
    """

    scene: Scene
    division: Division
    new: Redrawn
    flows: Flows
    codes: Mapping[int, tuple[str, int | None]]
    by_places: bool

    @cached_property
    def shifted(self) -> dict[int, float]:
        """Cells around whose load is another: a point lies on a border that bent by a rounding."""
        around = set(self.new.around.tolist())
        return {label: gain for label, gain in self.flows.gains().items() if label in around}

    @property
    def touched(self) -> list[str]:
        """Codes of the cells that only got vertices."""
        return [self.scene.codes[at] for at in self.new.touched if at not in self.shifted]

    @property
    def moved(self) -> float:
        """Load whose cell has another code than before."""
        before = dict(enumerate(self.scene.codes))
        return self.flows.moved(before, before | {label: code for label, (code, _) in self.codes.items()})

    def exchange(self, cells: Cells) -> Exchange:
        """The rows before and after."""
        beside = sorted({*self.new.touched, *self.shifted})
        gone = [*self.division.changed.tolist(), *beside]
        after = pd.concat([self._changed_rows(cells), self._rows_beside(cells, beside)], ignore_index=True)
        return Exchange(Cells(cells.iloc[gone].reset_index(drop=True)), Cells(gpd.GeoDataFrame(after)))

    def _changed_rows(self, cells: Cells) -> gpd.GeoDataFrame:
        """A row for each label, copied from the cell whose code it has or that it is a piece of."""
        labels = list(self.new.shapes)
        rows = _copied(
            cells,
            [self.division.pieces.get(label, label) for label in labels],
            [self.new.shapes[label] for label in labels],
        )
        rows[CODE] = np.array([self.codes[label][0] for label in labels], dtype=object)
        shapes = rows.geometry.to_numpy()
        for column, values in ((AREA, shapely.area(shapes)), (COMPACTNESS, compactness(shapes))):
            if column in rows:
                rows[column] = values
        new = [row for row, label in enumerate(labels) if self.codes[label][1] is not None]
        if SEQ in rows:
            rows.loc[new, SEQ] = [self.codes[labels[row]][1] for row in new]
        if NAME in rows:
            rows.loc[new, NAME] = ""
        if HOUSEHOLDS in rows:
            rows[HOUSEHOLDS] = self._households(cells, labels)
        return rows

    def _households(self, cells: Cells, labels: list[int]) -> pd.Series:
        """Loads in the type of the column, unknown where a cell they come from has none."""
        column = cells[HOUSEHOLDS]
        loads: Floats = np.array([self.flows.after(label) for label in labels])
        if pd.api.types.is_integer_dtype(column):
            loads = in_whole_numbers(loads)
        series = pd.Series(loads)
        if not self.by_places:
            unknown = column.iloc[self.flows.sources].isna().to_numpy()
            series = series.mask(np.isin(labels, self.flows.labels[unknown]))
        return series.astype(column.dtype)

    def _rows_beside(self, cells: Cells, beside: list[int]) -> gpd.GeoDataFrame:
        rows = _copied(cells, beside, [self.new.touched.get(at, self.scene.shapes[at]) for at in beside])
        if HOUSEHOLDS in rows and self.shifted:
            gains = np.array([self.shifted.get(at, 0.0) for at in beside])
            rows[HOUSEHOLDS] = (rows[HOUSEHOLDS] + gains).astype(cells[HOUSEHOLDS].dtype)
        return rows


def _copied(cells: Cells, sources: list[int], shapes: list[shapely.Geometry]) -> gpd.GeoDataFrame:
    rows = gpd.GeoDataFrame(cells.iloc[sources].reset_index(drop=True))
    rows[rows.geometry.name] = gpd.GeoSeries(shapes, crs=cells.crs)
    return rows
