"""Cells edited by hand: every command, its refusal, its draft, saved as one change and taken back exactly."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from pathlib import Path

import pytest
import shapely

from gridmap.errors import AccessError, ConflictError, InputError
from gridmap.geo.coverage.topology import coverage_is_valid
from gridmap.model.access import Role, User
from gridmap.model.status import LoadState
from gridmap.names import CODE, HOUSEHOLDS, PARENT_CODE
from gridmap.service.cells.saving import save_cell_edits
from gridmap.service.cells.sketch import (
    Position,
    Sketch,
    begin_sketch,
    drafted,
    load_edit_ground,
    merge_of,
    redraw_as,
    sketched_again,
    split_in_unit,
    transfer_of,
    with_step,
    without_last_step,
)
from gridmap.service.cells.sketch_view import State, cell_rows, cells_around
from gridmap.service.history.changes import recent_changes, undo_last
from gridmap.service.plan_cache import PlanCache
from gridmap.service.workspaces import open_workspace
from gridmap.store import tables
from gridmap.store.changes import begin_change
from gridmap.store.history import Author
from tests.prepared import demo_in

AT = datetime(2020, 2, 10, 22)
PLANNER = User("li", "Li", Role.PLANNER)
WANG = Author("wang", AT, "hurry")


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return demo_in(tmp_path_factory.mktemp("demo")).path


@pytest.fixture
def cache(drawn: Path, tmp_path: Path) -> PlanCache:
    copy = tmp_path / "small.gpkg"
    copy.write_bytes(drawn.read_bytes())
    return PlanCache(open_workspace(copy))


@pytest.fixture
def sketch(cache: PlanCache) -> Sketch:
    return begin_sketch(load_edit_ground(cache, user=PLANNER))


@pytest.fixture
def unit(sketch: Sketch) -> str:
    """The unit of most cells."""
    return str(sketch.cells[PARENT_CODE].value_counts().idxmax())


def shape_of(sketch: Sketch, code: str) -> shapely.Geometry:
    rows = cell_rows(sketch, str(sketch.cells[PARENT_CODE][sketch.cells[CODE] == code].iloc[0]))
    shape = next(row.shape for row in rows if row.code == code)
    assert shape is not None
    return shape


def codes_of(sketch: Sketch, unit: str) -> list[str]:
    return sorted(sketch.cells[CODE][sketch.cells[PARENT_CODE] == unit])


def meeting_pair(sketch: Sketch, unit: str) -> tuple[str, str]:
    """Two cells of the unit that share a border."""
    codes = codes_of(sketch, unit)
    pairs = [(one, other) for one in codes for other in codes if one != other]
    shapes = {code: shape_of(sketch, code) for code in codes}
    return max(pairs, key=lambda pair: shapely.length(shapely.intersection(shapes[pair[0]], shapes[pair[1]])))


def line_across(sketch: Sketch, code: str) -> list[Position]:
    """From west to east through the middle of a cell."""
    west, south, east, north = shapely.bounds(shape_of(sketch, code)).tolist()
    reach = (east - west) / 50
    return [(west - reach, (south + north) / 2), (east + reach, (south + north) / 2)]


def rings(shape: shapely.Geometry) -> list[list[list[Position]]]:
    polygons = [part for part in shapely.get_parts(shape) if isinstance(part, shapely.Polygon)]
    return [[list(ring.coords) for ring in (part.exterior, *part.interiors)] for part in polygons]


def bite(sketch: Sketch, giver: str, taker: str) -> shapely.Geometry:
    """The part of a cell near its border with another."""
    one, other = shape_of(sketch, giver), shape_of(sketch, taker)
    spot = shapely.line_interpolate_point(
        shapely.line_merge(shapely.intersection(one, other)), 0.5, normalized=True
    )
    return shapely.buffer(spot, shapely.area(one) ** 0.5 / 5)


def said(path: Path) -> dict[str, list[str]]:
    """Everything that the tables say, numbers of rows and versions aside."""
    told = {}
    with sqlite3.connect(path) as connection:
        for table in tables.CONTENT:
            names = ", ".join(column.name for column in table.c if column.name not in {"fid", "version"})
            told[table.name] = sorted(map(str, connection.execute(f"SELECT {names} FROM {table.name}")))
    return told


def require_whole(before: Sketch, after: Sketch) -> None:
    assert coverage_is_valid(after.cells.geometry.to_numpy())
    assert after.cells.area.sum() == pytest.approx(before.cells.area.sum())
    assert after.cells[HOUSEHOLDS].sum() == pytest.approx(before.cells[HOUSEHOLDS].sum())


def every_command(sketch: Sketch, unit: str) -> Sketch:
    """A split, a transfer, a redrawn outline and a merger, one after another."""
    giver, taker = meeting_pair(sketch, unit)
    done = split_in_unit(sketch, unit, line_across(sketch, giver))
    giver, taker = meeting_pair(done, unit)
    done = with_step(done, transfer_of(done.start, giver, taker, rings(bite(done, giver, taker))))
    giver, taker = meeting_pair(done, unit)
    wanted = shapely.union(shape_of(done, taker), bite(done, giver, taker))
    done = with_step(done, redraw_as(done.start, taker, rings(wanted)))
    return with_step(done, merge_of(meeting_pair(done, unit)))


def test_a_drawn_line_splits_cells_of_its_unit_alone(sketch: Sketch, unit: str) -> None:
    code = codes_of(sketch, unit)[0]
    (west, y), (east, _) = line_across(sketch, code)
    done = split_in_unit(sketch, unit, [(west - 0.1, y), (east + 0.1, y)])
    require_whole(sketch, done)
    assert done.units == {unit}
    assert code in done.steps[-1].edited.changed
    states = {row.code: row.state for row in cell_rows(done, unit)}
    assert {states[new] for new in done.steps[-1].edited.added} == {State.NEW}


def test_a_transfer_moves_households_to_the_neighbour(sketch: Sketch, unit: str) -> None:
    giver, taker = meeting_pair(sketch, unit)
    done = with_step(sketch, transfer_of(sketch.start, giver, taker, rings(bite(sketch, giver, taker))))
    require_whole(sketch, done)
    assert set(done.steps[-1].edited.changed) == {giver, taker}
    assert shapely.area(shape_of(done, taker)) > shapely.area(shape_of(sketch, taker))


def test_an_outline_that_gains_takes_from_its_neighbours(sketch: Sketch, unit: str) -> None:
    giver, taker = meeting_pair(sketch, unit)
    wanted = shapely.union(shape_of(sketch, taker), bite(sketch, giver, taker))
    done = with_step(sketch, redraw_as(sketch.start, taker, rings(wanted)))
    require_whole(sketch, done)
    assert taker in done.steps[-1].edited.changed


def test_the_outline_as_it_is_shown_is_the_old_one(sketch: Sketch, unit: str) -> None:
    code = codes_of(sketch, unit)[0]
    shown = shapely.transform(shape_of(sketch, code), lambda xy: xy.round(8))
    with pytest.raises(InputError, match="nothing changes"):
        with_step(sketch, redraw_as(sketch.start, code, rings(shown)))


def test_merged_cells_keep_one_code_and_the_other_is_told_as_gone(sketch: Sketch, unit: str) -> None:
    pair = meeting_pair(sketch, unit)
    done = with_step(sketch, merge_of(pair))
    require_whole(sketch, done)
    gone = [row for row in cell_rows(done, unit) if row.state is State.GONE]
    assert [row.code for row in gone] == list(done.steps[-1].edited.removed)
    assert gone[0].code in pair
    assert next(row for row in cell_rows(done, unit) if row.state is State.CHANGED).load is LoadState.OVER


def test_steps_are_taken_back_to_the_last_bit(sketch: Sketch, unit: str) -> None:
    done = every_command(sketch, unit)
    require_whole(sketch, done)
    assert len(done.steps) == 4
    for _ in range(4):
        done = without_last_step(done)
    assert done.steps == ()
    assert shapely.equals_exact(
        done.cells.geometry.to_numpy(), sketch.cells.geometry.to_numpy(), tolerance=0.0
    ).all()


def test_refusals_say_what_to_do(sketch: Sketch, unit: str) -> None:
    one, other = meeting_pair(sketch, unit)
    west, south, east, north = shapely.bounds(shape_of(sketch, one)).tolist()
    inside = [((west + east) / 2, (south + north) / 2), ((west + east) / 2 + 1e-5, (south + north) / 2)]
    with pytest.raises(InputError, match="past the border on both sides"):
        split_in_unit(sketch, unit, inside)
    with pytest.raises(InputError, match="Merge the cells instead"):
        with_step(sketch, transfer_of(sketch.start, one, other, rings(shape_of(sketch, one))))
    far = shapely.box(west - 1, south - 1, west - 0.9, south - 0.9)
    with pytest.raises(InputError, match="does not lie in cell"):
        with_step(sketch, transfer_of(sketch.start, one, other, rings(far)))
    foreign = next(code for code in sketch.cells[CODE] if not code.startswith(unit))
    with pytest.raises(InputError, match="different villages"):
        with_step(sketch, merge_of((one, foreign)))


def test_a_draft_is_saved_as_one_change_and_taken_back_exactly(
    cache: PlanCache, sketch: Sketch, unit: str
) -> None:
    path = cache.workspace.path
    before, plan = said(path), cache.plan()
    draft = drafted(every_command(sketch, unit), AT)
    assert draft.quality.passed
    assert draft.comparison.retired or draft.comparison.new
    assert len(draft.placed)
    saved = save_cell_edits(cache.workspace, draft, reason="a new road", user=PLANNER, at=AT)
    assert saved.revision == plan.revision + 1
    after = cache.plan()
    assert set(after.cells.index) == (set(plan.cells.index) | set(draft.comparison.new)) - set(
        draft.comparison.retired
    )
    ended = after.posts.loc[list(draft.comparison.ended_posts)]
    assert (ended["valid_to"] == AT).all()
    again = begin_sketch(load_edit_ground(cache, user=PLANNER))
    assert coverage_is_valid(again.cells.geometry.to_numpy())
    homes = again.start.ground.buildings.groupby("cell_code")[HOUSEHOLDS].sum()
    mine = after.cells[after.cells["parent_code"] == unit]
    assert homes.reindex(mine.index).fillna(0).tolist() == pytest.approx(mine["households"].tolist())
    assert recent_changes(cache, user=PLANNER, scope="")[0].reason == "a new road"
    undo_last(cache.workspace, user=PLANNER, at=AT)
    assert said(path) == before
    undo_last(cache.workspace, user=PLANNER, at=AT)
    assert set(cache.plan().cells.index) == set(after.cells.index)


def test_cells_that_no_step_concerns_are_not_written(cache: PlanCache, sketch: Sketch, unit: str) -> None:
    done = with_step(sketch, merge_of(meeting_pair(sketch, unit)))
    before = cache.plan().cells["version"]
    save_cell_edits(cache.workspace, drafted(done, AT), reason="one", user=PLANNER, at=AT)
    after = cache.plan().cells["version"]
    moved = {code for code in after.index if after[code] != before[code]}
    assert moved == set(done.steps[0].edited.changed)


def test_numbers_of_retired_cells_are_not_used_again(cache: PlanCache, sketch: Sketch, unit: str) -> None:
    used = set(codes_of(sketch, unit))
    done = with_step(sketch, merge_of(meeting_pair(sketch, unit)))
    done = split_in_unit(done, unit, line_across(done, codes_of(done, unit)[0]))
    save_cell_edits(cache.workspace, drafted(done, AT), reason="one", user=PLANNER, at=AT)
    assert not set(done.steps[1].edited.added) & used


def test_what_others_changed_meanwhile_is_a_conflict_and_the_steps_can_be_taken_again(
    cache: PlanCache, sketch: Sketch, unit: str
) -> None:
    done = with_step(sketch, merge_of(meeting_pair(sketch, unit)))
    other = next(code for code in sketch.cells[CODE] if not code.startswith(unit))
    with begin_change(cache.workspace, WANG) as change:
        change.update(tables.cells, other, {"geom": change.row(tables.cells, other).geom})
    with pytest.raises(ConflictError, match="wang changed cells"):
        save_cell_edits(cache.workspace, drafted(done, AT), reason="one", user=PLANNER, at=AT)
    again, refused = sketched_again(load_edit_ground(cache, user=PLANNER), done.commands)
    assert refused == ()
    save_cell_edits(cache.workspace, drafted(again, AT), reason="one", user=PLANNER, at=AT)
    assert cache.plan().revision == 3


def test_a_post_at_a_cell_that_goes_is_a_conflict(cache: PlanCache, sketch: Sketch, unit: str) -> None:
    done = with_step(sketch, merge_of(meeting_pair(sketch, unit)))
    draft = drafted(done, AT)
    with begin_change(cache.workspace, WANG) as change:
        change.update(tables.cells, draft.comparison.retired[0], {})
    with pytest.raises(ConflictError, match="Nothing was saved: wang"):
        save_cell_edits(cache.workspace, draft, reason="one", user=PLANNER, at=AT)


def test_rights_and_reason(cache: PlanCache, sketch: Sketch, unit: str) -> None:
    draft = drafted(with_step(sketch, merge_of(meeting_pair(sketch, unit))), AT)
    viewer = User("v", "V", Role.VIEWER)
    with pytest.raises(AccessError):
        load_edit_ground(cache, user=viewer)
    with pytest.raises(AccessError):
        save_cell_edits(cache.workspace, draft, reason="one", user=viewer, at=AT)
    with pytest.raises(InputError, match="Write a reason"):
        save_cell_edits(cache.workspace, draft, reason=" ", user=PLANNER, at=AT)
    assert cache.plan().revision == 1


def test_cells_around_are_of_other_units(sketch: Sketch, unit: str) -> None:
    own = shapely.union_all([shape_of(sketch, code) for code in codes_of(sketch, unit)])
    near = cells_around(sketch, unit)
    assert len(near)
    assert not shapely.contains(shapely.buffer(own, 1e-6), near.to_numpy()).any()
