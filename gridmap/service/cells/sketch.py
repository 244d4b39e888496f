"""Editing cells by hand: what is loaded, one step after another, and the draft that the steps make.

A sketch is a value: each step gives another one, and the last step is taken back by going to the one before.
Nothing is saved before `saving.save_cell_edits`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

import geopandas as gpd
import numpy as np
import shapely
from pyproj import Transformer

from gridmap.errors import GridmapError, InputError
from gridmap.geo.code_scheme import TWELVE_THREE
from gridmap.geo.frames import Cells
from gridmap.geo.sizes import CellSize
from gridmap.messages import Message, msg
from gridmap.model.access import Action, User
from gridmap.names import CODE, HOUSEHOLDS, PARENT_CODE, WGS84
from gridmap.service.cells.codes import CodesInUse, codes_in_use
from gridmap.service.cells.draft import Draft, build_draft
from gridmap.service.cells.ground import Ground, lay_ground
from gridmap.service.cells.loads import StoredBuildings, load_points
from gridmap.service.plan_cache import PlanCache
from gridmap.service.rights import require
from gridmap.split.edit.edit import Command, Edited, MergeCells, Redraw, SplitByLine, Transfer, edit, undone
from gridmap.split.edit.loads import Places
from gridmap.store.repository import Workspace

Position = tuple[float, float]
"""Longitude, latitude in degrees."""


@dataclass(frozen=True, eq=False)
class EditGround:
    """What edits start from.

    Attributes:
        ground: units and cells of the whole workspace, in metres.
        places: the stored buildings; None where there are none, so that load goes by area.
        codes: that new ones go on from.
        size: the range of loads of the workspace.
    """

    ground: Ground
    places: Places | None = field(repr=False)
    codes: CodesInUse = field(repr=False)
    size: CellSize


@dataclass(frozen=True, eq=False)
class Step:
    """A command that was carried out, and what it changed."""

    command: Command
    edited: Edited


@dataclass(frozen=True, eq=False)
class Sketch:
    """Cells after some steps that are not saved.

    Attributes:
        cells: of the whole workspace, in the ground's metric system.
        steps: in the order they were taken.
    """

    start: EditGround
    cells: Cells = field(repr=False)
    steps: tuple[Step, ...] = ()

    @property
    def units(self) -> frozenset[str]:
        """Codes of the units whose cells a step changed."""
        found: set[str] = set()
        for step in self.steps:
            told = {*step.edited.added, *step.edited.removed, *step.edited.changed}
            exchange = step.edited.exchange
            for rows in (exchange.before, exchange.after):
                found |= set(rows[PARENT_CODE][rows[CODE].isin(told)])
        return frozenset(found)

    @property
    def commands(self) -> tuple[Command, ...]:
        """The commands of the steps, to be carried out again on cells that moved on."""
        return tuple(step.command for step in self.steps)


def load_edit_ground(cache: PlanCache, *, user: User) -> EditGround:
    """Units, cells and buildings as they are now; kept until the workspace changes.

    Raises:
        AccessError: the user may not edit cells everywhere.
        InputError: there are no boundaries.
    """
    require(user, Action.EDIT_CELLS)
    return cache.once(("edit ground", cache.plan_key()), lambda: _loaded(cache.workspace))


def _loaded(workspace: Workspace) -> EditGround:
    ground = lay_ground(workspace, None)
    scheme, places = ground.plan.scheme, None
    if len(ground.buildings):
        xy = shapely.get_coordinates(ground.buildings.geometry.to_numpy())
        places = (xy, ground.buildings[HOUSEHOLDS].to_numpy(dtype=np.float64))
    return EditGround(
        ground,
        places,
        codes_in_use(workspace),
        CellSize(scheme.target, scheme.minimum, scheme.maximum),
    )


def begin_sketch(start: EditGround) -> Sketch:
    """The cells as they are, before the first step."""
    return Sketch(start, Cells(start.ground.cells))


def with_step(sketch: Sketch, command: Command) -> Sketch:
    """The sketch after another command.

    Raises:
        InputError: the command cannot be carried out; it says why and what to do.
        TessellationError: no exact coverage was found.
    """
    start = sketch.start
    edited = edit(
        sketch.cells,
        command,
        units=start.ground.lowest,
        points=start.places,
        largest=start.codes.largest,
        scheme=start.codes.scheme or TWELVE_THREE,
    )
    return replace(sketch, cells=edited.cells, steps=(*sketch.steps, Step(command, edited)))


def without_last_step(sketch: Sketch) -> Sketch:
    """The sketch before its last step, to the last bit."""
    *before, last = sketch.steps
    return replace(sketch, cells=undone(sketch.cells, last.edited.undo), steps=tuple(before))


def sketched_again(start: EditGround, commands: Iterable[Command]) -> tuple[Sketch, tuple[Message, ...]]:
    """Commands carried out on other cells than they were made for, and why some could not be."""
    sketch, refused = begin_sketch(start), list[Message]()
    for command in commands:
        try:
            sketch = with_step(sketch, command)
        except GridmapError as error:
            refused.append(error.message)
    return sketch, tuple(refused)


def drafted(sketch: Sketch, at: datetime) -> Draft:
    """What saving a sketch of one step or more means, with figures of the units that it changes."""
    start, codes = sketch.start, sketch.units
    ground = start.ground.narrowed(codes)
    mine = sketch.cells[PARENT_CODE].isin(codes)
    nodes = {code for step in sketch.steps for code in step.edited.touched}
    beside = sketch.cells[sketch.cells[CODE].isin(nodes) & ~mine]
    inhabited = start.places is not None and ground.unit_of(ground.buildings).isin(codes).any()
    return build_draft(
        ground,
        Cells(gpd.GeoDataFrame(sketch.cells[mine])),
        None,
        load_points(StoredBuildings(), ground)[0] if inhabited else None,
        size=start.size,
        at=at,
        touched=gpd.GeoDataFrame(beside),
        notes=tuple(note for step in sketch.steps for note in step.edited.notes),
    )


def split_in_unit(sketch: Sketch, unit: str, line: Iterable[Position]) -> Sketch:
    """The sketch after the cells of a unit that a line drawn in degrees crosses were split along it.

    Cells of other units stay whole, however far the line reaches.

    Raises:
        InputError: the line crosses no cell of the unit from border to border.
        TessellationError: no exact coverage was found.
    """
    drawn = shapely.LineString(_metric(sketch.start, line))
    crossed = with_step(sketch, SplitByLine(drawn)).steps[-1].edited
    own = set(sketch.cells[CODE][sketch.cells[PARENT_CODE] == unit])
    codes = tuple(code for code in crossed.changed if code in own)
    if not codes:
        raise InputError(
            msg(
                "The line crosses no cell of this village or community from border to border. "
                "Begin and end it outside the cell, or on its border."
            )
        )
    made = with_step(sketch, SplitByLine(drawn, codes))
    *before, last = made.steps
    notes = tuple(note for note in crossed.notes if note.params.get("code") in own)
    told = replace(last, edited=replace(last.edited, notes=(*last.edited.notes, *notes)))
    return replace(made, steps=(*before, told))


def merge_of(codes: Iterable[str]) -> MergeCells:
    """The command to make one cell of several."""
    return MergeCells(tuple(codes))


def redraw_as(start: EditGround, code: str, rings: Iterable[Iterable[Iterable[Position]]]) -> Redraw:
    """The command to give a cell an outline drawn in degrees: polygons of rings, the outer one first."""
    return Redraw(code, _area(start, rings))


def transfer_of(
    start: EditGround, source: str, target: str, rings: Iterable[Iterable[Iterable[Position]]]
) -> Transfer:
    """The command to give an area drawn in degrees to a neighbour."""
    return Transfer(source, target, _area(start, rings))


def _area(
    start: EditGround, polygons: Iterable[Iterable[Iterable[Position]]]
) -> shapely.Polygon | shapely.MultiPolygon:
    parts = []
    for rings in polygons:
        outer, *holes = [_metric(start, ring) for ring in rings]
        parts.append(shapely.Polygon(outer, holes))
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def _metric(start: EditGround, places: Iterable[Position]) -> list[Position]:
    """Places in degrees, in the metric system of the cells."""
    to_metres = Transformer.from_crs(WGS84, start.ground.system, always_xy=True)
    lon, lat = np.array(list(places), dtype=np.float64).reshape(-1, 2).T
    return list(zip(*(axis.tolist() for axis in to_metres.transform(lon, lat)), strict=True))
