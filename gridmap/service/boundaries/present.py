"""The units that are here, as a frame like a file's: put together once a revision, shared by all sessions."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd

from gridmap.draw.layers import Shapes
from gridmap.geo.frames import Units, check_units, leaf_units
from gridmap.geo.systems.region import Region
from gridmap.model.plan import Plan
from gridmap.names import CODE, GEOMETRY, WGS84
from gridmap.read.vectors.inspection import LayerReport
from gridmap.service.files.inspecting import InspectRequest, KnownUnits, inspect_file, reference_of
from gridmap.service.plan_cache import PlanCache


def units_frame(plan: Plan, shapes: Shapes) -> gpd.GeoDataFrame:
    """The units of a plan as a frame like a file's, EPSG:4326."""
    frame = plan.units.drop(columns="version").assign(**{GEOMETRY: shapes.units.reindex(plan.units.index)})
    return gpd.GeoDataFrame(frame.reset_index(names=CODE), geometry=GEOMETRY, crs=WGS84)


def present_units(cache: PlanCache) -> gpd.GeoDataFrame:
    """The workspace's units as a frame like a file's, EPSG:4326; put together once a revision.

    All sessions share it: it must not be changed.
    """
    return cache.once(("present units", cache.plan_key()), lambda: units_frame(cache.plan(), cache.shapes()))


def lowest_units(cache: PlanCache) -> Units:
    """The workspace's units that have none below, EPSG:4326; checked once a revision, not to be changed.

    Raises:
        FaultsError: there are no units at all.
    """
    return cache.once(
        ("lowest units", cache.plan_key()),
        lambda: leaf_units(check_units(present_units(cache), source=cache.workspace.file_name)),
    )


def present_region(cache: PlanCache) -> Region | None:
    """The region of the workspace's units, by which coordinate systems are judged; None without units."""
    reference = present_reference(cache)
    return None if reference is None else reference.region


def present_reference(cache: PlanCache) -> KnownUnits | None:
    """The workspace's units as those that lie right, for looking into files; None where there are none."""
    return cache.once(("reference", cache.plan_key()), lambda: reference_of(present_units(cache)))


def layers_beside_units(cache: PlanCache, path: Path, encoding: str | None) -> tuple[LayerReport, ...]:
    """What is in a vector file, judged by the workspace's units as what lies right.

    Raises:
        InputError: it cannot be read at all.
    """
    return inspect_file(InspectRequest(path, encoding, present_reference(cache))).layers
