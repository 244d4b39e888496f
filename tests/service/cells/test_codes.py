"""New cells are coded as those that are there, whatever scheme these are of, and no code comes twice."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
import shapely

from gridmap.errors import InputError
from gridmap.geo.code_scheme import CodeScheme, code_scheme
from gridmap.names import CODE, PARENT_CODE
from gridmap.service.cells.choice import DraftChoice, Extent
from gridmap.service.cells.drafting import draft_cells
from gridmap.service.cells.saving import save_cell_edits
from gridmap.service.cells.sketch import (
    Sketch,
    begin_sketch,
    drafted,
    load_edit_ground,
    merge_of,
    split_in_unit,
    with_step,
)
from gridmap.service.plan_cache import PlanCache
from gridmap.service.workspaces import open_workspace
from gridmap.split.rule import SplitRule
from gridmap.store.repository import Workspace
from tests.drawn_village import run
from tests.service.cells.drawn_villages import ANN, HOUSEHOLDS, LATER, SMALLER, drawn_file, saved

UNITS = ("990101001001", "990101001002")
SCHEMES = {
    "12+3": "990101001001003",
    "12+2": "99010100100103",
    "sector": "990101001001-A03",
    "{unit}-{seq:03d}": "990101001001-003",
    "{unit}{seq:08d}": "99010100100100000003",
    "{unit}/{seq:04d}": "990101001001/0003",
}
"""Each scheme with the code it gives the third cell of the first unit."""


@dataclass(frozen=True)
class Coded:
    """A workspace of two units of two cells each, whose codes are of a scheme."""

    workspace: Workspace
    scheme: CodeScheme
    third: str

    def codes(self) -> set[str]:
        return set(self.workspace.load_plan().cells.index)

    def require_alike(self) -> None:
        used = self.workspace.load_used_codes()
        made = map(self.scheme.makes, used.index, used[PARENT_CODE], used["seq"])
        assert all(made), used.index.tolist()


@pytest.fixture(params=SCHEMES.items(), ids=list(SCHEMES))
def coded(request: pytest.FixtureRequest, tmp_path: Path) -> Coded:
    pattern, third = request.param
    return made_by(tmp_path, pattern, third)


def made_by(folder: Path, pattern: str, third: str = "", households: int = 800) -> Coded:
    units = drawn_file(folder / "units.gpkg", list(UNITS), households=households)
    cells, workspace = folder / "cells.gpkg", folder / "w.gpkg"
    for command in (
        ("split", units, "--weight", "households", "--codes", pattern, "--out", cells),
        ("new", workspace),
        ("import", workspace, "units", units),
        ("import", workspace, "cells", cells),
    ):
        done = run(*command)
        assert done.exit_code == 0, done.stderr
    return Coded(open_workspace(workspace), code_scheme(pattern), third)


def sketch_of(coded: Coded) -> Sketch:
    return begin_sketch(load_edit_ground(PlanCache(coded.workspace), user=ANN))


def split_through(sketch: Sketch, unit: str, share: float = 0.25) -> Sketch:
    """The unit's cells split along a line from west to east."""
    unit_shape = sketch.start.ground.lowest.set_index(CODE).to_crs(4326).geometry[unit]
    west, south, east, north = shapely.bounds(unit_shape).tolist()
    height = south + share * (north - south)
    return split_in_unit(sketch, unit, [(west - 1e-4, height), (east + 1e-4, height)])


def save(coded: Coded, sketch: Sketch) -> None:
    save_cell_edits(coded.workspace, drafted(sketch, LATER), reason="x", user=ANN, at=LATER)


def test_a_cell_split_by_hand_gets_the_next_code_of_its_scheme(coded: Coded) -> None:
    before = coded.codes()
    save(coded, split_through(sketch_of(coded), UNITS[0]))
    assert coded.third in coded.codes() - before
    coded.require_alike()


def test_a_merged_cell_leaves_its_code_for_good(coded: Coded) -> None:
    sketch = sketch_of(coded)
    own = sorted(sketch.cells[CODE][sketch.cells[PARENT_CODE] == UNITS[0]])
    save(coded, with_step(sketch, merge_of(own)))
    retired = {code for code in own if code not in coded.codes()}
    assert len(retired) == 1
    save(coded, split_through(sketch_of(coded), UNITS[0]))
    assert not coded.codes() & retired
    assert coded.third in coded.codes()
    coded.require_alike()


@pytest.mark.parametrize("keep", [True, False])
def test_a_unit_cut_again_goes_on_in_its_scheme(coded: Coded, keep: bool) -> None:
    choice = DraftChoice(SplitRule(*SMALLER), extent=Extent.CHOSEN, units=frozenset(UNITS[:1]), keep=keep)
    draft = draft_cells(coded.workspace, None, HOUSEHOLDS, choice, user=ANN, at=LATER)
    saved(coded.workspace, draft, LATER)
    assert coded.third in coded.codes()
    coded.require_alike()


def test_an_overloaded_cell_is_relieved_in_its_scheme(coded: Coded) -> None:
    choice = DraftChoice(SplitRule(*SMALLER), extent=Extent.OVERLOADED)
    saved(coded.workspace, draft_cells(coded.workspace, None, HOUSEHOLDS, choice, user=ANN, at=LATER), LATER)
    assert coded.third in coded.codes()
    coded.require_alike()


def test_a_number_past_the_last_of_the_scheme_is_refused_and_says_so(tmp_path: Path) -> None:
    coded = made_by(tmp_path, "12+2", households=99 * 400)
    assert len(coded.codes()) == 198
    with pytest.raises(InputError, match="numbers run from 1 to 99"):
        split_through(sketch_of(coded), UNITS[0])
