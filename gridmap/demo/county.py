"""The whole demonstration county, made from a seed and a date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import geopandas as gpd
import numpy as np
import pandas as pd

from gridmap.demo.cells import cut_cells
from gridmap.demo.checkpoints import place_checkpoints
from gridmap.demo.duty import post_duty
from gridmap.demo.extent import COUNTY_NAME, FULL, Extent
from gridmap.demo.faults import KnownFaults, choose_faults
from gridmap.demo.land.ground import lay_ground
from gridmap.demo.people.arrivals import note_arrivals
from gridmap.demo.people.register import Register
from gridmap.demo.people.staffing import post_staff
from gridmap.demo.people.teams import form_teams, team_of_units
from gridmap.demo.sites import make_visits, place_sites, post_officers, shorten_overdue
from gridmap.model.sites import GateState
from gridmap.names import CODE, WGS84

CLOCK = time(22, 0)
"""The county's wall clock that the demonstration opens at, and at which its faults are counted."""
_CELLS_SINCE = timedelta(days=400)
"""The cells are older than any post."""


@dataclass(frozen=True)
class County:
    """A generated county: tables with the columns of `Plan`, and geometry in EPSG:4326.

    Attributes:
        buildings: code, unit_code, cell_code, households; points.
        cuts: unit_code, tree, crs.
        rivers: name, kind; lines.
        roads: name, kind (national, county, town, street); lines.
        faults: what is wrong at `clock`.
    """

    title: str
    clock: datetime
    units: gpd.GeoDataFrame
    cells: gpd.GeoDataFrame
    buildings: gpd.GeoDataFrame
    people: pd.DataFrame
    posts: pd.DataFrame
    teams: pd.DataFrame
    checkpoints: gpd.GeoDataFrame
    contact_sites: gpd.GeoDataFrame
    visits: pd.DataFrame
    cuts: pd.DataFrame
    rivers: gpd.GeoDataFrame
    roads: gpd.GeoDataFrame
    faults: KnownFaults


def make_county(seed: int, day: date, extent: Extent = FULL) -> County:
    """Make the county. The same arguments give equal tables.

    Raises:
        TessellationError: the drawn villages or cells are no exact coverage; another seed will do.
    """
    # Places, people and arrivals draw from streams of their own: a change to one leaves the others alone.
    streams = np.random.SeedSequence(seed).spawn(3)
    places, people, days = (np.random.default_rng(stream) for stream in streams)
    clock = datetime.combine(day, CLOCK)
    ground = lay_ground(extent, places)
    cut = cut_cells(ground)
    teams = form_teams(ground, places)
    checkpoints = place_checkpoints(ground, extent, places)
    checkpoints["team_id"] = team_of_units(checkpoints["unit_code"], teams)
    sites = place_sites(ground, cut.cells, extent, teams, places)
    counted = checkpoints.loc[checkpoints["gate_state"] != GateState.SEALED.value, CODE].tolist()
    cells = cut.cells.set_index(CODE, drop=False)
    planting = choose_faults(
        extent.faults,
        extent.inactive_cells,
        cells=cells,
        counted_checkpoints=counted,
        sites=sites[CODE].tolist(),
        rng=places,
    )
    cells["active"] = ~cells[CODE].isin(planting.inactive)
    cells["valid_from"] = pd.Timestamp(clock - _CELLS_SINCE)
    sites = shorten_overdue(sites, planting)
    register = Register(people)
    post_staff(ground, cells, planting=planting, register=register, clock=clock, rng=people)
    post_duty(checkpoints, planting, register, clock, people)
    post_officers(sites, register, clock, people)
    roster, posts = register.people(), register.posts()
    posts["arrived_at"] = note_arrivals(posts, roster, planting.not_arrived, clock, days)
    return County(
        title=COUNTY_NAME,
        clock=clock,
        units=ground.units.drop(columns="urban").to_crs(WGS84),
        cells=cells.reset_index(drop=True).to_crs(WGS84),
        buildings=ground.buildings.assign(cell_code=cut.cell_of_building).to_crs(WGS84),
        people=roster,
        posts=posts,
        teams=teams,
        checkpoints=checkpoints.to_crs(WGS84),
        contact_sites=sites.to_crs(WGS84),
        visits=make_visits(sites, planting, clock, people),
        cuts=cut.cuts,
        rivers=ground.rivers.to_crs(WGS84),
        roads=ground.roads.to_crs(WGS84),
        faults=planting.known(),
    )
