"""Boundaries and cells into a workspace: as one change, or not at all."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely.geometry import box

from gridmap.errors import AccessError, FaultsError, InputError
from gridmap.model.access import Role, User
from gridmap.model.changes import RowState
from gridmap.read.vectors.columns import ColumnChoice
from gridmap.service.boundaries.new_workspace import make_workspace, new_workspace
from gridmap.service.boundaries.preview import Boundaries, preview
from gridmap.service.boundaries.saving import import_units, try_units
from gridmap.service.cell_files.splitting import CheckRequest, SplitRequest, check_file, split_file
from gridmap.service.cells.adopting import import_cells
from gridmap.service.history.changes import undo_last
from gridmap.split.rule import SplitRule
from gridmap.store.repository import Workspace
from tests.paths import ROOT

AT = datetime(2020, 2, 10, 12)
ANN = User("ann", "Ann", Role.PLANNER)
DATA = ROOT / "data" / "boston"
SIZE = (400.0, 300.0, 500.0)


def drawn_file(path: Path, codes: str = "AB", parent: str | None = None, east: float = 116.5) -> Path:
    """Squares of 0.01 degrees side by side, 800 households each."""
    frame = gpd.GeoDataFrame(
        {
            "code": list(codes),
            "name": [f"Village {code}" for code in codes],
            "parent_code": parent,
            "households": 800,
        },
        geometry=[box(east + 0.01 * i, 38, east + 0.01 * (i + 1), 38.01) for i in range(len(codes))],
        crs="EPSG:4326",
    )
    frame.to_file(path, layer="units", driver="GPKG")
    return path


@pytest.fixture
def villages(tmp_path: Path) -> Boundaries:
    return Boundaries(drawn_file(tmp_path / "villages.gpkg"))


@pytest.fixture
def workspace(tmp_path: Path, villages: Boundaries) -> Workspace:
    return make_workspace(tmp_path / "w.gpkg", villages, title="Drawn", at=AT)


def test_units_are_saved_with_levels_and_areas(workspace: Workspace, villages: Boundaries) -> None:
    report = import_units(workspace, villages, user=ANN, at=AT)
    assert dict(report.rows) == {"units": 2}
    plan = workspace.load_plan()
    assert (plan.revision, plan.title) == (1, "Drawn")
    assert list(plan.units["level"]) == ["village", "village"]
    assert plan.units["area_m2"].between(9e5, 1e6).all()


def test_the_first_boundaries_set_what_an_empty_workspace_measures_in(
    tmp_path: Path, villages: Boundaries
) -> None:
    empty = new_workspace(tmp_path / "empty.gpkg", title="Empty", at=AT)
    assert empty.load_shapes().crs == ""
    split_file(SplitRequest(villages.path, tmp_path / "cells.gpkg", rule=SplitRule(*SIZE)))
    with pytest.raises(InputError, match="no units yet"):
        import_cells(empty, tmp_path / "cells.gpkg", user=ANN, at=AT)
    import_units(empty, villages, user=ANN, at=AT)
    assert empty.metric_crs() == "EPSG:4548"
    with pytest.raises(InputError, match="outside the region"):
        import_units(empty, Boundaries(drawn_file(tmp_path / "far.gpkg", east=104.0)), user=ANN, at=AT)
    import_cells(empty, tmp_path / "cells.gpkg", user=ANN, at=AT)
    plan = empty.load_plan()
    assert list(plan.cells["name"])[:2] == ["Village A 01", "Village A 02"]
    assert check_file(CheckRequest(empty.path)).passed


def test_levels_follow_the_tree_whichever_file_comes_first(tmp_path: Path) -> None:
    lower = Boundaries(drawn_file(tmp_path / "lower.gpkg", parent="T"))
    upper = Boundaries(drawn_file(tmp_path / "upper.gpkg", codes="T"))
    for name, order in {"up": (lower, upper), "down": (upper, lower)}.items():
        workspace = make_workspace(tmp_path / f"{name}.gpkg", order[0], title="", at=AT)
        for source in order:
            import_units(workspace, source, user=ANN, at=AT)
        assert dict(workspace.load_plan().units["level"]) == {"A": "village", "B": "village", "T": "township"}


def test_a_parent_that_is_nowhere_is_refused_once_its_level_is_there(tmp_path: Path) -> None:
    upper = Boundaries(drawn_file(tmp_path / "upper.gpkg", codes="T"))
    workspace = make_workspace(tmp_path / "w.gpkg", upper, title="", at=AT)
    import_units(workspace, upper, user=ANN, at=AT)
    import_units(
        workspace, Boundaries(drawn_file(tmp_path / "a.gpkg", codes="A", parent="T")), user=ANN, at=AT
    )
    with pytest.raises(FaultsError, match=r"b\.gpkg.*B → X"):
        import_units(
            workspace, Boundaries(drawn_file(tmp_path / "b.gpkg", codes="B", parent="X")), user=ANN, at=AT
        )
    assert workspace.revision().revision == 2
    assert set(workspace.load_plan().units.index) == {"A", "T"}


def test_boundaries_of_another_region_are_refused(tmp_path: Path, workspace: Workspace) -> None:
    far = Boundaries(drawn_file(tmp_path / "far.gpkg", east=104.0))
    with pytest.raises(InputError, match=r"far\.gpkg: it lies outside the region"):
        import_units(workspace, far, user=ANN, at=AT)
    assert workspace.revision().revision == 0


@pytest.mark.parametrize("user", [User("v", "V", Role.VIEWER), User("p", "P", Role.PLANNER, scope="9901")])
def test_only_who_may_edit_everything_brings_in_boundaries(
    workspace: Workspace, villages: Boundaries, user: User
) -> None:
    with pytest.raises(AccessError):
        import_units(workspace, villages, user=user, at=AT)


def test_a_preview_tells_what_is_in_a_real_file() -> None:
    found = preview(Boundaries(DATA / "tracts.gpkg"))
    assert (found.layer, found.units, found.leaves) == ("units", 506, 506)
    assert found.loads[0] == "population"
    assert "POP" in found.loads
    assert found.notes
    assert found.crs == "EPSG:4326"
    assert found.matched["code"] == "code"
    assert found.matched["level"] is None
    assert "TRACT" in found.columns


def test_a_column_can_be_left_out_though_its_name_is_usual() -> None:
    found = preview(Boundaries(DATA / "tracts.gpkg", columns=ColumnChoice(parent="")))
    assert found.matched["parent_code"] is None


def test_a_named_column_that_is_not_there_is_said(villages: Boundaries) -> None:
    with pytest.raises(InputError, match=r"--code.*there are"):
        preview(Boundaries(villages.path, columns=ColumnChoice(code="nope")))


def again_file(path: Path) -> Boundaries:
    """B with another name and a wider shape, and a new unit C beside it; nothing of A, no households."""
    frame = gpd.GeoDataFrame(
        {"code": ["B", "C"], "name": ["B town", "Village C"]},
        geometry=[box(116.51, 38, 116.525, 38.01), box(116.525, 38, 116.53, 38.01)],
        crs="EPSG:4326",
    )
    frame.to_file(path, layer="units", driver="GPKG")
    return Boundaries(path)


def test_units_brought_in_again_are_one_change_that_is_taken_back(
    tmp_path: Path, workspace: Workspace, villages: Boundaries
) -> None:
    import_units(workspace, villages, user=ANN, at=AT)
    plan, shapes = workspace.load_plan(), workspace.load_shapes().units
    import_units(workspace, again_file(tmp_path / "again.gpkg"), user=ANN, at=AT)
    changed = workspace.load_plan()
    assert (changed.revision, list(changed.units["name"])) == (2, ["Village A", "B town", "Village C"])
    undo_last(workspace, user=ANN, at=AT)
    back = workspace.load_plan()
    assert back.revision == 3
    pd.testing.assert_frame_equal(
        back.units.drop(columns="version").sort_index(), plan.units.drop(columns="version").sort_index()
    )
    assert shapely.equals_exact(
        np.asarray(workspace.load_shapes().units.sort_index(), dtype=object),
        np.asarray(shapes.sort_index(), dtype=object),
    ).all()


def test_the_first_units_are_taken_back_too(workspace: Workspace, villages: Boundaries) -> None:
    import_units(workspace, villages, user=ANN, at=AT)
    undo_last(workspace, user=ANN, at=AT)
    assert workspace.load_plan().units.empty
    assert not len(workspace.load_shapes().units)


def test_what_a_file_does_not_tell_stays(tmp_path: Path, workspace: Workspace, villages: Boundaries) -> None:
    import_units(workspace, villages, user=ANN, at=AT)
    frame = gpd.read_file(villages.path)[["code", "geometry"]]
    frame.to_file(tmp_path / "bare.gpkg", layer="units")
    source = Boundaries(tmp_path / "bare.gpkg")
    assert try_units(workspace, source).comparison.counts[RowState.UNCHANGED] == 2
    import_units(workspace, source, user=ANN, at=AT)
    units = workspace.load_plan().units
    assert list(units["name"]) == ["Village A", "Village B"]
    assert list(units["households"]) == [800, 800]
    assert list(units["version"]) == [1, 1]


def test_a_border_in_metres_keeps_its_stored_corners(
    tmp_path: Path, workspace: Workspace, villages: Boundaries
) -> None:
    import_units(workspace, villages, user=ANN, at=AT)
    before = workspace.load_shapes().units
    gpd.read_file(villages.path).to_crs("EPSG:4548").to_file(tmp_path / "metric.gpkg", layer="units")
    import_units(workspace, Boundaries(tmp_path / "metric.gpkg"), user=ANN, at=AT)
    assert (before.to_numpy() == workspace.load_shapes().units.to_numpy()).all()
    assert list(workspace.load_plan().units["version"]) == [1, 1]


def test_a_trial_tells_what_saving_would_refuse(
    tmp_path: Path, workspace: Workspace, villages: Boundaries
) -> None:
    import_units(workspace, villages, user=ANN, at=AT)
    split_file(SplitRequest(villages.path, tmp_path / "cells.gpkg", rule=SplitRule(*SIZE)))
    import_cells(workspace, tmp_path / "cells.gpkg", user=ANN, at=AT)
    source = again_file(tmp_path / "again.gpkg")
    trial = try_units(workspace, source).to_json()
    assert trial["rows"] == {"added": 1, "changed": 0, "unchanged": 0, "refused": 1}
    assert trial["not_in_file"] == ["A"]
    assert workspace.revision().revision == 2
    with pytest.raises(InputError, match=r"1 unit that has cells would get another border .*\(B\)"):
        import_units(workspace, source, user=ANN, at=AT)
    assert workspace.revision().revision == 2
