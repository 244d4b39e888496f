"""What a draft is cut from: the units as they will be, the lowest of them, and the cells that are there."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from functools import cached_property

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from gridmap.errors import InputError
from gridmap.geo.coverage.same_places import with_stored_vertices
from gridmap.geo.coverage.topology import Geometries, locate
from gridmap.geo.frames import Cells, Units, check_units, converted, leaf_units
from gridmap.messages import msg
from gridmap.model.plan import Plan
from gridmap.names import CODE, METHOD, PARENT_CODE, UNITS, WGS84
from gridmap.service.boundaries.joining import joined_units, measuring_crs
from gridmap.service.boundaries.present import present_units
from gridmap.service.boundaries.preview import Preview
from gridmap.service.plan_cache import PlanCache
from gridmap.store.cells import read_methods
from gridmap.store.repository import Revision, Workspace


@dataclass(frozen=True)
class Ground:
    """What is cut, in the metric system.

    Attributes:
        rows: all units as they will be, EPSG:4326; None where they stay as they are.
        lowest: every unit with none below it, by code; those to cut with all columns of their source.
        codes: of the units to cut.
        cells: all that are there now, by code, with the facts of the plan, `method` and `version`.
        stored: their shapes as they are stored, EPSG:4326, in the same order.
        buildings: all that are stored, by id.
        gone: units that have cells and are leaves no more.
    """

    plan: Plan
    rows: gpd.GeoDataFrame | None = field(repr=False)
    lowest: Units = field(repr=False)
    codes: frozenset[str] = field(repr=False)
    cells: gpd.GeoDataFrame = field(repr=False)
    stored: gpd.GeoSeries = field(repr=False)
    buildings: gpd.GeoDataFrame = field(repr=False)
    gone: tuple[str, ...]
    system: pyproj.CRS

    @cached_property
    def leaves(self) -> Units:
        """The units to cut."""
        mine = self.lowest[self.lowest[CODE].isin(self.codes)]
        return Units(gpd.GeoDataFrame(mine.reset_index(drop=True)))

    @cached_property
    def borders(self) -> gpd.GeoSeries:
        """Every lowest unit by code: where points lie is asked of all of them."""
        return self.lowest.set_index(CODE).geometry

    @property
    def stand(self) -> Revision:
        """Where the workspace stood when this was read."""
        return Revision(self.plan.revision, self.plan.geometry_revision)

    @property
    def old(self) -> gpd.GeoDataFrame:
        """The cells that are there now, in the units to cut and in those that are leaves no more."""
        return gpd.GeoDataFrame(self.cells[self.concerned])

    @property
    def stored_cells(self) -> gpd.GeoDataFrame:
        """All cells that are there now, their shapes as they are stored, EPSG:4326."""
        return self.cells.set_geometry(self.stored)

    @property
    def concerned(self) -> pd.Series[bool]:
        """Which cells are in those units."""
        return self.cells[PARENT_CODE].isin({*self.codes, *self.gone})

    def narrowed(self, codes: Collection[str]) -> Ground:
        """The same ground with only these units to cut.

        Raises:
            InputError: there is no such unit to cut.
        """
        unknown = sorted(set(codes) - self.codes)
        if unknown or not codes:
            raise InputError(
                msg("There is no lowest unit {codes} here. Choose units of the list.", codes=unknown)
            )
        return replace(self, codes=frozenset(codes), gone=self.gone if self.rows is not None else ())

    def unit_of(self, points: gpd.GeoDataFrame) -> pd.Series[str]:
        """The leaf unit that each point lies in, '' for none; by the points' index."""
        return place(points, self.borders)


def lay_ground(workspace: Workspace, source: Preview | None) -> Ground:
    """Read what is there, join it with what is new, and see what is to be cut.

    Raises:
        InputError: there is nothing to cut, or the boundaries do not fit the workspace.
    """
    here = PlanCache(workspace)
    plan, present = here.plan(), present_units(here)
    if source is None and present.empty:
        raise InputError(msg("This workspace has no boundaries yet. Give a file of them."))
    basis = present if source is None else gpd.GeoDataFrame(source.read.units)
    system = measuring_crs(workspace, basis)
    if source is None:
        rows = gpd.GeoDataFrame(check_units(present, source=UNITS))
    else:
        rows = joined_units(present, source.read.units, system, file=source.file, told=source.told)
    lowest = leaf_units(Units(rows))
    wanted = basis[CODE].isin(set(lowest[CODE]))
    if not wanted.any():
        assert source is not None, "some unit of a workspace has none below"
        raise InputError(
            msg(
                "{file}: all its units have units below them in this workspace, so there is nothing to cut. "
                "Save the boundaries only.",
                file=source.file,
            )
        )
    leaves = check_units(converted(basis[wanted], system), source=UNITS if source is None else source.file)
    cells, stored = _present_cells(here, system)
    return Ground(
        plan=plan,
        rows=None if source is None else rows,
        lowest=_lowest(leaves, lowest, cells, system),
        codes=frozenset(leaves[CODE]),
        cells=cells,
        stored=stored,
        buildings=gpd.GeoDataFrame(workspace.load_buildings().to_crs(system)),
        gone=tuple(sorted(set(cells[PARENT_CODE]) - set(lowest[CODE]))),
        system=system,
    )


def _lowest(leaves: Units, every: Units, cells: gpd.GeoDataFrame, system: pyproj.CRS) -> Units:
    """All lowest units, those to cut as their source has them, with the vertices of the cells at them."""
    others = converted(gpd.GeoDataFrame(every[~every[CODE].isin(leaves[CODE])]), system)
    together = pd.concat([leaves, others], ignore_index=True) if len(others) else leaves
    units = Units(gpd.GeoDataFrame(together.sort_values(CODE, ignore_index=True)))
    return with_stored_vertices(units, Cells(cells)) if len(cells) else units


def _present_cells(here: PlanCache, system: pyproj.CRS) -> tuple[gpd.GeoDataFrame, gpd.GeoSeries]:
    """All present cells in the metric system, and their shapes as they are stored."""
    cells = here.plan().cells
    facts = cells.assign(**{METHOD: read_methods(here.workspace).reindex(cells.index).fillna("")})
    shapes = np.asarray(here.shapes().cells.reindex(facts.index).array)
    stored = gpd.GeoSeries(shapes, crs=WGS84)
    frame = gpd.GeoDataFrame(facts.reset_index(names=CODE), geometry=stored)
    return gpd.GeoDataFrame(frame.to_crs(system)), stored


def place(points: gpd.GeoDataFrame, areas: gpd.GeoSeries) -> pd.Series[str]:
    """The code of the first area that holds each point, '' for none; by the points' index."""
    shapes: Geometries = np.asarray(areas.to_numpy(), dtype=object)
    found = locate(shapely.get_coordinates(points.geometry.to_numpy()), shapes)
    codes = np.append(areas.index.to_numpy(dtype=object), "")
    return pd.Series(codes[found], index=points.index, dtype=object)
