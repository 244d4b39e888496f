"""What a file refers to: whole phones answered by ids alone, cells that were retired."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from gridmap.store.changes import begin_change
from gridmap.store.contents import Contents, write_plan
from gridmap.store.history import Author
from gridmap.store.matching import ids_by_phone, retired_cells
from gridmap.store.repository import Workspace
from gridmap.store.tables import cells
from tests.store.drawn_workspace import CELLS, MORNING, PHONE, drawn_workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return drawn_workspace(tmp_path)


def test_people_of_a_whole_number(workspace: Workspace) -> None:
    more = pd.DataFrame(
        {
            "id": ["cai", "ding", "wu"],
            "name": "x",
            "phone": ["+86 100-2222-3333", "0317-555 1234", "(0317)5551234"],
        }
    )
    write_plan(workspace, Contents(people=more), "li", "more", MORNING)
    asked = [PHONE, "10022223333", "03175551234", "10099999999", PHONE[-4:]]
    assert ids_by_phone(workspace, asked) == {
        PHONE: ("ann",),
        "10022223333": ("cai",),
        "03175551234": ("ding", "wu"),
    }


def test_nobody_asked_nobody_found(workspace: Workspace) -> None:
    assert ids_by_phone(workspace, []) == {}


def test_more_numbers_than_a_statement_takes(workspace: Workspace) -> None:
    asked = [f"1005{number:07d}" for number in range(40_000)]
    assert ids_by_phone(workspace, [*asked, PHONE]) == {PHONE: ("ann",)}


def test_retired_cells(workspace: Workspace) -> None:
    with begin_change(workspace, Author("li", MORNING, "split anew")) as change:
        change.update(cells, CELLS[0], {"valid_to": MORNING})
    assert retired_cells(workspace, [*CELLS, "x"]) == {CELLS[0]: MORNING}
    assert retired_cells(workspace, []) == {}
