"""Drafts of cells: made, judged, saved as one change; cut again without losing codes, names and posts."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import select

from gridmap.demo.extent import SMALL
from gridmap.demo.workspace import fill_demo
from gridmap.errors import AccessError, ConflictError, FaultsError, InputError
from gridmap.geo.sizes import CellSize
from gridmap.model.access import Role, User
from gridmap.service.boundaries.new_workspace import new_workspace
from gridmap.service.boundaries.preview import Boundaries, Preview, preview
from gridmap.service.boundaries.samples import start_from_boston
from gridmap.service.boundaries.saving import import_units, save_boundaries
from gridmap.service.cell_files.splitting import CheckRequest, check_file
from gridmap.service.cells.choice import DraftChoice
from gridmap.service.cells.drafting import draft_cells
from gridmap.service.cells.figures import why_infeasible
from gridmap.service.cells.loads import ColumnLoad, Load, StoredBuildings, preview_points
from gridmap.service.cells.saving import save_draft
from gridmap.split.rule import SplitRule
from gridmap.split.straight.tree import from_json
from gridmap.store import tables
from gridmap.store.changes import begin_change
from gridmap.store.history import Author
from gridmap.store.repository import Workspace
from tests.service.cells.drawn_villages import (
    ANN,
    AT,
    HOUSEHOLDS,
    LATER,
    SIZE,
    SMALLER,
    drafted,
    drawn_file,
    drawn_points,
    saved,
)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return new_workspace(tmp_path / "w.gpkg", title="Drawn", at=AT)


@pytest.fixture
def villages(tmp_path: Path) -> Preview:
    return preview(Boundaries(drawn_file(tmp_path / "villages.gpkg")))


@pytest.fixture
def cut(workspace: Workspace, villages: Preview) -> Workspace:
    """Two villages of two cells each, a post at every cell."""
    saved(workspace, drafted(workspace, villages))
    with begin_change(workspace, Author("ann", AT)) as change:
        change.insert(tables.people, {"id": "bob", "name": "Bob"})
        for code in ("A-001", "A-002", "B-001", "B-002"):
            post = {"id": f"p{code}", "person_id": "bob", "function": "head", "target_kind": "cell"}
            change.insert(tables.posts, {**post, "target_code": code, "valid_from": AT})
    return workspace


def cells_ever(workspace: Workspace) -> pd.DataFrame:
    """All rows of the table of cells, by code."""
    columns = [tables.cells.c[name] for name in ("code", "name", "valid_from", "valid_to", "version")]
    with workspace.reading() as connection:
        rows = connection.execute(select(*columns)).all()
    return pd.DataFrame(rows, columns=[column.name for column in columns]).set_index("code")


def test_a_draft_changes_nothing_until_it_is_saved(workspace: Workspace, villages: Preview) -> None:
    told: list[tuple[int, int]] = []
    draft = draft_cells(
        workspace,
        villages,
        HOUSEHOLDS,
        DraftChoice(SplitRule(*SIZE)),
        user=ANN,
        at=AT,
        progress=lambda *step: told.append(step),
    )
    assert workspace.revision().revision == 0
    assert told[0] == (0, 0)
    assert (1, 2) in told
    assert told[-1] == (2, 2)
    assert (draft.quality.units, draft.quality.cells, draft.before) == (2, 4, None)
    assert draft.quality.passed
    assert draft.quality.in_range_share == 1
    assert saved(workspace, draft) == 1
    plan = workspace.load_plan()
    assert list(plan.cells.index) == ["A-001", "A-002", "B-001", "B-002"]
    assert list(plan.cells["name"])[:2] == ["Village A 01", "Village A 02"]
    assert check_file(CheckRequest(workspace.path)).passed


def test_the_first_boundaries_set_the_metric_system_and_the_sizes(
    workspace: Workspace, villages: Preview
) -> None:
    assert workspace.metric_crs() == ""
    saved(workspace, drafted(workspace, villages, size=SMALLER))
    assert workspace.metric_crs() == "EPSG:4548"
    scheme = workspace.load_plan().scheme
    assert (scheme.target, scheme.minimum, scheme.maximum) == SMALLER


def test_everything_is_one_change_with_its_reason(cut: Workspace) -> None:
    draft = drafted(cut, None, size=SMALLER, at=LATER)
    save_draft(cut, draft, reason=" smaller cells ", user=ANN, at=LATER)
    with cut.reading() as connection:
        events = connection.execute(select(tables.event).where(tables.event.c.at == LATER)).all()
    assert {(event.group_id, event.reason, event.user) for event in events} == {(3, "smaller cells", "ann")}
    assert {"cells", "cuts", "plan", "posts"} <= {event.table_name for event in events}


def test_cutting_the_same_again_keeps_every_code_and_post(cut: Workspace) -> None:
    draft = drafted(cut, None, at=LATER)
    assert draft.comparison.kept == ("A-001", "A-002", "B-001", "B-002")
    assert (draft.comparison.new, draft.comparison.retired, draft.comparison.ended_posts) == ((), (), ())
    assert draft.comparison.moved == pytest.approx(0, abs=1e-6)
    saved(cut, draft, LATER)
    plan = cut.load_plan()
    assert len(plan.cells) == 4
    assert plan.posts["valid_to"].isna().all()


def test_smaller_cells_retire_the_old_and_never_reuse_a_code(cut: Workspace) -> None:
    draft = drafted(cut, None, size=SMALLER, at=LATER)
    change = draft.comparison
    assert draft.before is not None
    assert (draft.before.cells, draft.quality.cells) == (4, 12)
    assert set(change.retired) == {"A-001", "A-002", "B-001", "B-002"}
    assert change.moved == pytest.approx(1600)
    assert len(change.ended_posts) == 4
    saved(cut, draft, LATER)
    plan, ever = cut.load_plan(), cells_ever(cut)
    assert list(plan.cells.index) == [f"{unit}-{seq:03d}" for unit in "AB" for seq in range(3, 9)]
    assert (ever.loc[list(change.retired), "valid_to"] == LATER).all()
    assert (plan.posts["valid_to"] == pd.Timestamp(LATER)).all()
    back = drafted(cut, None, at=LATER)
    saved(cut, back, LATER)
    assert list(cut.load_plan().cells.index) == [f"{unit}-{seq:03d}" for unit in "AB" for seq in (9, 10)]
    assert len(cells_ever(cut)) == 20
    assert check_file(CheckRequest(cut.path)).passed


def test_the_tree_of_cuts_names_the_final_codes(cut: Workspace) -> None:
    saved(cut, drafted(cut, None, size=SMALLER, at=LATER), LATER)
    tree = cut.load_cuts()["tree"]["A"]
    assert len(from_json(tree).parts) == 1
    assert {f"A-{seq:03d}" for seq in range(3, 9)} == {
        part for part in tree.split('"') if part.startswith("A-")
    }


def test_a_file_of_one_village_leaves_the_other_as_it_is(cut: Workspace, tmp_path: Path) -> None:
    fuller = preview(Boundaries(drawn_file(tmp_path / "a.gpkg", codes="A", households=1200)))
    draft = drafted(cut, fuller, at=LATER)
    assert set(draft.cells["parent_code"]) == {"A"}
    before = cells_ever(cut).loc[["B-001", "B-002"]].drop(columns="version")
    saved(cut, draft, LATER)
    assert cells_ever(cut).loc[["B-001", "B-002"]].drop(columns="version").equals(before)
    assert draft.touched["code"].tolist() == ["B-001"]  # a new border of A ends on its
    assert check_file(CheckRequest(cut.path)).passed
    plan = cut.load_plan()
    assert len(plan.cells) == 5
    assert plan.units["households"]["A"] == 1200


def test_points_carry_the_load_and_become_the_buildings(
    workspace: Workspace, villages: Preview, tmp_path: Path
) -> None:
    found = preview_points(drawn_points(tmp_path / "houses.gpkg"))
    assert (found.count, found.columns, found.usual) == (161, ("families",), None)
    draft = drafted(workspace, villages, found.load("families"))
    assert draft.points_outside == 1
    assert draft.cells["households"].tolist() == [400.0] * 4
    saved(workspace, draft)
    buildings = workspace.load_buildings()
    assert len(buildings) == 160
    assert buildings["households"].sum() == 1600
    assert (buildings["cell_code"].str[0] == buildings["unit_code"]).all()
    assert buildings.groupby("cell_code")["households"].sum().to_dict() == dict.fromkeys(
        ["A-001", "A-002", "B-001", "B-002"], 400
    )
    assert check_file(CheckRequest(workspace.path)).points_without_cell == 0


def test_points_of_a_file_take_the_place_of_those_stored(
    workspace: Workspace, villages: Preview, tmp_path: Path
) -> None:
    first = preview_points(drawn_points(tmp_path / "first.gpkg")).load("families")
    saved(workspace, drafted(workspace, villages, first))
    second = preview_points(drawn_points(tmp_path / "second.gpkg", weight=12)).load("families")
    one_village = preview(Boundaries(drawn_file(tmp_path / "a.gpkg", codes="A")))
    draft = drafted(workspace, one_village, second, at=LATER)
    assert len(draft.replaced) == 80
    saved(workspace, draft, LATER)
    buildings = workspace.load_buildings()
    assert buildings.groupby("unit_code")["households"].sum().to_dict() == {"A": 960, "B": 800}
    assert len(buildings) == 160


def test_stored_buildings_follow_their_cells(workspace: Workspace, villages: Preview, tmp_path: Path) -> None:
    load = preview_points(drawn_points(tmp_path / "houses.gpkg")).load("families")
    saved(workspace, drafted(workspace, villages, load))
    draft = drafted(workspace, None, StoredBuildings(), SMALLER, LATER)
    assert len(draft.placed) == 160
    saved(workspace, draft, LATER)
    buildings, plan = workspace.load_buildings(), workspace.load_plan()
    sums = buildings.groupby("cell_code")["households"].sum()
    assert sums.to_dict() == plan.cells["households"].to_dict()


def test_a_point_without_a_number_is_refused(villages: Preview, tmp_path: Path) -> None:
    path = tmp_path / "houses.csv"
    path.write_text("lon,lat,families\n116.505,38.005,7\n116.506,38.005,8\n116.507,38.005,many\n")
    found = preview_points(path)
    assert found.columns == ("families",)
    with pytest.raises(FaultsError, match=r"houses\.csv.*3"):
        found.load("families")


def test_points_elsewhere_are_refused(workspace: Workspace, villages: Preview, tmp_path: Path) -> None:
    path = tmp_path / "far.csv"
    path.write_text("lon,lat\n10,50\n11,50\n")
    with pytest.raises(InputError, match="None of the 2 points"):
        drafted(workspace, villages, preview_points(path).load(None))


def test_who_was_posted_meanwhile_is_not_lost(cut: Workspace) -> None:
    draft = drafted(cut, None, size=SMALLER, at=LATER)
    with begin_change(cut, Author("wang", LATER, "hurry")) as change:
        change.update(tables.cells, "A-001", {})  # as a new post at it does
    with pytest.raises(ConflictError, match="wang") as caught:
        saved(cut, draft, LATER)
    assert (caught.value.table, caught.value.key, caught.value.user) == ("cells", "A-001", "wang")
    assert len(cut.load_plan().cells) == 4


def test_a_draft_of_other_shapes_is_refused(cut: Workspace) -> None:
    first, second = (drafted(cut, None, size=SMALLER, at=LATER) for _ in range(2))
    saved(cut, first, LATER)
    with pytest.raises(ConflictError, match="split again"):
        saved(cut, second, LATER)
    assert cut.revision().revision == 3


def test_boundaries_alone_may_not_leave_cells_behind(cut: Workspace, tmp_path: Path) -> None:
    below = preview(Boundaries(drawn_file(tmp_path / "below.gpkg", codes="X", parent="A")))
    with pytest.raises(InputError, match=r"1 unit that has cells .*\(A\)"):
        save_boundaries(cut, below, user=ANN, at=LATER)
    moved = preview(Boundaries(drawn_file(tmp_path / "moved.gpkg", codes="BA")))
    with pytest.raises(InputError, match=r"moved\.gpkg: 2 units that have cells .*\(A, B\)"):
        save_boundaries(cut, moved, user=ANN, at=LATER)
    same = preview(Boundaries(drawn_file(tmp_path / "same.gpkg", parent="T")))
    save_boundaries(cut, same, user=ANN, at=LATER)
    assert cut.load_plan().units["parent_code"].tolist() == ["T", "T"]


def test_units_below_a_village_take_over_its_cells(cut: Workspace, tmp_path: Path) -> None:
    below = preview(Boundaries(drawn_file(tmp_path / "below.gpkg", codes="X", parent="A")))
    draft = drafted(cut, below, at=LATER)
    assert draft.comparison.retired == ("A-001", "A-002")
    saved(cut, draft, LATER)
    plan = cut.load_plan()
    assert set(plan.cells["parent_code"]) == {"X", "B"}
    assert "A" not in cut.load_cuts().index
    assert plan.units["level"]["A"] == "township"


def test_upper_levels_come_first_or_last(workspace: Workspace, tmp_path: Path) -> None:
    upper = Boundaries(drawn_file(tmp_path / "towns.gpkg", codes="T"))
    import_units(workspace, upper, user=ANN, at=AT)
    lower = preview(Boundaries(drawn_file(tmp_path / "lower.gpkg", parent="T")))
    saved(workspace, drafted(workspace, lower))
    assert workspace.load_plan().units["level"].to_dict() == {"A": "village", "B": "village", "T": "township"}
    with pytest.raises(InputError, match="Save the boundaries only"):
        drafted(workspace, preview(upper))


@pytest.mark.parametrize(
    ("load", "words"),
    [
        (560, "load 560: 1 × 560 or 2 × 280"),
        (280, "load 280: less than one cell holds"),
        (0.5, "load 0.5: less than one cell holds"),
        (1792, "load 1,792: 5 × 358 or 6 × 299"),
    ],
)
def test_the_reason_of_an_infeasible_unit(load: float, words: str) -> None:
    assert str(why_infeasible(load, CellSize())) == words


def test_infeasible_units_are_listed_with_their_reason(workspace: Workspace, tmp_path: Path) -> None:
    odd = preview(Boundaries(drawn_file(tmp_path / "odd.gpkg", households=560)))
    first, _ = drafted(workspace, odd).infeasible
    assert (first.code, first.name, first.load, first.cells) == ("A", "Village A", 560, 1)
    assert "2 × 280" in str(first.why)


@pytest.mark.parametrize("user", [User("v", "V", Role.VIEWER), User("p", "P", Role.PLANNER, scope="A")])
def test_only_who_may_edit_everything_drafts_and_saves(
    workspace: Workspace, villages: Preview, user: User
) -> None:
    with pytest.raises(AccessError):
        draft_cells(workspace, villages, HOUSEHOLDS, DraftChoice(SplitRule(*SIZE)), user=user, at=AT)
    with pytest.raises(AccessError):
        save_draft(workspace, drafted(workspace, villages), reason="x", user=user, at=AT)


def test_without_a_reason_nothing_is_saved(workspace: Workspace, villages: Preview) -> None:
    with pytest.raises(InputError, match="reason"):
        save_draft(workspace, drafted(workspace, villages), reason="  ", user=ANN, at=AT)
    assert workspace.revision().revision == 0


@pytest.mark.parametrize("load", [StoredBuildings(), ColumnLoad("nothing")])
def test_a_load_that_is_not_there_is_said(workspace: Workspace, villages: Preview, load: Load) -> None:
    with pytest.raises(InputError, match=r"No buildings|no nothing"):
        drafted(workspace, villages, load)


def test_an_empty_workspace_has_nothing_of_its_own_to_cut(workspace: Workspace) -> None:
    with pytest.raises(InputError, match="no boundaries yet"):
        drafted(workspace, None)


def test_boston_fills_an_empty_workspace_with_two_levels(workspace: Workspace) -> None:
    start_from_boston(workspace, user=ANN, at=AT)
    plan = workspace.load_plan()
    assert plan.revision == 1
    assert plan.units["level"].value_counts().to_dict() == {"village": 506, "township": 92}
    assert plan.scheme.target == 1200
    assert workspace.metric_crs() == "EPSG:32619"
    with pytest.raises(InputError, match="not empty"):
        start_from_boston(workspace, user=ANN, at=AT)


@pytest.mark.slow
def test_a_county_with_posts_is_cut_again_and_stays_exact(workspace: Workspace) -> None:
    fill_demo(workspace, 7, AT.date(), SMALL, user=ANN, at=AT)
    plan = workspace.load_plan()
    assert (plan.title, plan.demo_clock) == ("云泽县", AT.replace(hour=22))
    same = drafted(workspace, None, StoredBuildings(), at=LATER)
    assert len(same.comparison.kept) == len(plan.cells)
    assert (same.comparison.moved, same.comparison.retired, len(same.placed), same.sites) == (0, (), 0, {})
    draft = drafted(workspace, None, StoredBuildings(), (250.0, 180.0, 320.0), LATER)
    change = draft.comparison
    assert change.kept
    assert change.retired
    assert change.new
    saved(workspace, draft, LATER)
    after = workspace.load_plan()
    kept = list(change.kept)
    assert after.cells.loc[kept, ["name", "bounds_note", "active"]].equals(
        plan.cells.loc[kept, ["name", "bounds_note", "active"]]
    )
    ended = after.posts.loc[list(change.ended_posts)]
    assert (ended["valid_to"] == pd.Timestamp(LATER)).all()
    untouched = plan.posts.index.difference(ended.index)
    assert after.posts.loc[untouched].equals(plan.posts.loc[untouched])
    assert set(after.contact_sites["cell_code"].dropna()) <= set(after.cells.index)
    assert check_file(CheckRequest(workspace.path)).passed
    with pytest.raises(InputError, match="not empty"):
        fill_demo(workspace, 7, AT.date(), SMALL, user=ANN, at=AT)
