"""A draft: boundaries, load, method and size made into cells that are not saved yet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Final

from gridmap.errors import InputError
from gridmap.jobs.pool import Runner
from gridmap.messages import Message, msg
from gridmap.model.access import Action, User
from gridmap.names import HOUSEHOLDS, PARENT_CODE
from gridmap.service.boundaries.preview import Preview
from gridmap.service.cell_files.materials import fitted_material
from gridmap.service.cell_files.splitting import on_lines
from gridmap.service.cells.choice import RELIEF, DraftChoice, Extent
from gridmap.service.cells.codes import coded_alike, codes_in_use
from gridmap.service.cells.cutting import CutCells, cut_cells, earlier_splits
from gridmap.service.cells.draft import Draft, build_draft
from gridmap.service.cells.ground import Ground, lay_ground
from gridmap.service.cells.loads import ColumnLoad, Load, PointsLoad, load_points
from gridmap.service.rights import require
from gridmap.split.material import NO_MATERIAL, Material
from gridmap.store.repository import Workspace

Progress = Callable[[int, int], None]
"""Told the units done and all units."""
PARALLEL_FROM: Final = 200
"""Units from which they are cut in other processes: a second to start them, and the server stays free."""


def draft_cells(
    workspace: Workspace,
    source: Preview | None,
    load: Load,
    choice: DraftChoice,
    *,
    user: User,
    at: datetime,
    progress: Progress | None = None,
) -> Draft:
    """Cut the lowest units of a file, or of the workspace (None), into cells; nothing is saved.

    Units that have cells are cut again as `split.resplit` does: what fits stays, codes go with households.
    Relief touches only cells out of range. Units without cells, or with another boundary now, are cut afresh.

    Raises:
        AccessError: the user may not edit units and cells everywhere.
        InputError: the units, the load, the files or the sizes cannot be used.
        EmptyUnitError: units without area.
        TessellationError: units that overlap.
    """
    require(user, Action.EDIT_CELLS)
    tell = progress or _tell_nobody
    tell(0, 0)
    ground = _to_cut(lay_ground(workspace, source), choice)
    points, outside = load_points(load, ground)
    material, told = NO_MATERIAL, tuple[Message, ...]()
    if choice.extent not in RELIEF:
        file = load.file if isinstance(load, PointsLoad) else ""
        material, told = fitted_material(choice.files, choice.rule.method, ground.leaves, points, file=file)
    count, codes = len(ground.codes), codes_in_use(workspace)
    made = cut_cells(
        ground,
        points,
        replace(choice, rule=coded_alike(choice.rule, codes)),
        earlier_splits(workspace, ground, codes.largest),
        weight=load.column if isinstance(load, ColumnLoad) else HOUSEHOLDS,
        material=material,
        run=Runner(2 if count > PARALLEL_FROM else 1, tell),
    )
    tell(count, count)
    return build_draft(
        ground,
        made.cells,
        made.cuts,
        points,
        size=choice.rule,
        at=at,
        load=load,
        touched=made.touched,
        source="" if source is None else source.file,
        points_outside=outside,
        changes=made.changes,
        notes=(*(() if source is None else source.notes), *told, *made.notes, *_on_lines(made, material)),
    )


def _to_cut(ground: Ground, choice: DraftChoice) -> Ground:
    """The ground with the units that the choice means.

    Raises:
        InputError: there is none.
    """
    with_cells = ground.codes & set(ground.cells[PARENT_CODE])
    match choice.extent:
        case Extent.ALL:
            return ground
        case Extent.CHOSEN:
            if not choice.units:
                raise InputError(msg("Choose the units that are to be cut."))
            return ground.narrowed(choice.units)
        case Extent.UNCUT:
            if with_cells == ground.codes:
                raise InputError(msg("Every unit has cells already. Choose what is to be cut again."))
            return ground.narrowed(ground.codes - with_cells)
        case _:
            if not with_cells:
                raise InputError(msg("There are no cells yet that could be relieved. Split all units first."))
            return ground.narrowed(with_cells)


def _on_lines(made: CutCells, material: Material) -> tuple[Message, ...]:
    share = on_lines(made.cells, material)
    if share is None:
        return ()
    return (msg("{share} of the borders inside units lie on lines", share=f"{100 * share:.0f} %"),)


def _tell_nobody(done: int, total: int) -> None:
    """Progress that nobody asked for."""
