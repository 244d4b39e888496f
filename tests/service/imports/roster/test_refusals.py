"""Rows of a roster file that cannot be saved, each with its reason."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from gridmap.errors import InputError
from gridmap.service.people.commands import AddPerson
from gridmap.service.people.saving import save_edits
from gridmap.service.plan_cache import PlanCache
from gridmap.store.changes import begin_change
from gridmap.store.history import Author
from gridmap.store.tables import cells as cells_table
from tests.service.imports.roster.drawn_rosters import (
    AT,
    NAMED,
    WEST_ONLY,
    look,
    reason,
    save,
    states,
)
from tests.store.drawn_workspace import CELLS, EAST, PHONE, PLANNER, WEST, drawn_workspace


@pytest.fixture
def cache(tmp_path: Path) -> PlanCache:
    return PlanCache(drawn_workspace(tmp_path))


@pytest.mark.parametrize(
    ("code", "function", "start", "end", "words"),
    [
        ("990101009999001", "网格员", "", "", "no place with the code 990101009999001"),
        ("9.90101E+14", "网格员", "", "", "digits are lost"),
        (CELLS[0], "网格官", "", "", "no such function; there are: Grid head"),
        (CELLS[0], "", "", "", "the function is missing"),
        ("", "网格员", "", "", "the place is missing"),
        ("", "", "2020-02-11", "", "the place is missing"),
        (CELLS[0], "网格员", "2020-02-11", "2020-02-10", "before it starts"),
        (CELLS[0], "网格员", "", "2020-02-01", "before it starts"),
        (CELLS[0], "网格员", "2月11日", "", "the year is missing"),
        (CELLS[0], "网格员", "2020-02-30", "", "no such day"),
    ],
)
def test_a_post_that_cannot_be_saved(
    cache: PlanCache, code: str, function: str, start: str, end: str, words: str
) -> None:
    preview = look(cache, ("安", PHONE, "", "", code, function, start, end))
    assert words in reason(preview.rows[0])


def test_a_cell_outside_the_scope(cache: PlanCache) -> None:
    rows = [("安", PHONE, "", "", code, "网格员", "", "") for code in (CELLS[0], CELLS[2])]
    preview = look(cache, *rows, user=WEST_ONLY)
    assert states(preview) == ["added", "refused"]
    assert "lies outside" in reason(preview.rows[1])


def test_somebody_of_a_unit_outside_the_scope(cache: PlanCache) -> None:
    edits = [AddPerson("far", "远", "10077778888", unit_code=EAST)]
    save_edits(cache.workspace, edits, reason="more", user=PLANNER, at=AT)
    rows = [("", "远", "10077778888", "", CELLS[0], "网格员"), ("far", "", "", "", CELLS[0], "网格员")]
    preview = look(cache, *rows, headings=NAMED, user=WEST_ONLY)
    assert ["outside your scope" in reason(row) for row in preview.rows] == [True, True]


def test_a_planner_of_a_part_adds_people_to_it(cache: PlanCache) -> None:
    preview = look(cache, ("庚", "10012121212", "", "", CELLS[0], "网格员", "", ""), user=WEST_ONLY)
    assert states(preview) == ["added"]
    new = preview.edits[0]
    assert isinstance(new, AddPerson)
    assert (new.name, new.phone, new.unit_code) == ("庚", "10012121212", WEST)


def test_a_retired_cell(cache: PlanCache) -> None:
    with begin_change(cache.workspace, Author("li", AT, "split anew")) as change:
        change.update(cells_table, CELLS[0], {"valid_to": datetime(2020, 2, 9)})
    preview = look(cache, ("安", PHONE, "", "", CELLS[0], "网格员", "", ""))
    assert "was retired on 2020-02-09; choose its successor" in reason(preview.rows[0])


def test_two_rows_that_contradict_each_other(cache: PlanCache) -> None:
    preview = look(
        cache,
        ("安", PHONE, "县财政局", "", CELLS[0], "网格员", "2020-02-11", "2020-02-20"),
        ("安", PHONE, "县财政局", "", CELLS[0], "网格员", "2020-02-11", "2020-02-21"),
        ("鲍", "110", "", "科员", CELLS[0], "网格员", "", ""),
        ("鲍", "110", "", "股长", "", "", "", ""),
        ("丑", "10013131313", "", "", CELLS[1], "网格员", "", ""),
        ("寅", "10013131313", "", "", CELLS[1], "网格员", "", ""),
    )
    assert states(preview) == ["refused"] * 6
    assert "rows 2, 3 contradict each other (Function)" in reason(preview.rows[0])
    assert "rows 4, 5 contradict each other (Title)" in reason(preview.rows[3])
    assert "one number is given for 丑, 寅" in reason(preview.rows[5])


def test_a_row_twice_is_saved_once(cache: PlanCache) -> None:
    row = ("鲍", "110", "", "", CELLS[0], "网格员", "", "")
    preview = look(cache, row, row)
    assert states(preview) == ["added", "unchanged"]
    assert len(preview.edits) == 1
    assert "earlier row" in str(preview.rows[1].told)


def test_one_may_come_back_to_a_place(cache: PlanCache) -> None:
    rows = [
        ("鲍", "110", "", "", CELLS[0], "网格员", "2020-03-01", "2020-03-10"),
        ("鲍", "110", "", "", CELLS[0], "网格员", "2020-04-01", "2020-04-10"),
        ("鲍", "110", "", "", CELLS[0], "网格员", "2020-04-05", "2020-04-15"),
    ]
    preview = look(cache, *rows)
    assert states(preview) == ["added", "added", "refused"]
    assert "already" in reason(preview.rows[2])


def test_what_a_refused_row_says_of_a_person_is_not_saved(cache: PlanCache) -> None:
    preview = look(
        cache,
        ("鲍", "110", "", "科员", "990101009999001", "网格员", "", ""),
        ("鲍", "110", "", "", CELLS[0], "网格员", "", ""),
        ("卯", "10014141414", "县水务局", "", "990101009999001", "网格员", "", ""),
        ("卯", "", "", "", CELLS[0], "网格员", "", ""),
    )
    assert states(preview) == ["refused", "added", "refused", "refused"]
    assert "卯 is not in the roster" in reason(preview.rows[3])
    save(cache, preview, only_good=True)
    assert cache.plan().people.at["bob", "title"] == ""
    assert len(cache.plan().people) == 2


def test_missing_columns_refuse_the_file_and_name_what_is_there(cache: PlanCache) -> None:
    preview = look(cache, ("安", PHONE, CELLS[0]), headings=("姓名", "电话", "网格编码"))
    assert "the function is missing" in reason(preview.rows[0])
    preview = look(cache, ("安", PHONE, "网格员"), headings=("姓名", "电话", "职责"))
    assert "the place is missing" in reason(preview.rows[0])
    with pytest.raises(InputError, match=r"no column is taken for .*its columns are: 电话, 网格编码, 职责"):
        look(cache, (PHONE, CELLS[0], "网格员"), headings=("电话", "网格编码", "职责"))


def test_names_of_places(cache: PlanCache) -> None:
    headings = ("姓名", "电话", "网格", "职责")
    rows = [("安", PHONE, place, "网格员") for place in ("东1", f"{CELLS[1]} 东2", CELLS[2], "北1")]
    preview = look(cache, *rows, headings=headings)
    assert states(preview) == ["added", "added", "added", "refused"]
    assert "nothing here is called 北1" in reason(preview.rows[3])


def test_a_code_and_the_name_of_another_place(cache: PlanCache) -> None:
    headings = ("姓名", "电话", "网格编码", "网格", "职责")
    rows = [("安", PHONE, CELLS[0], place, "网格员") for place in ("东2", "我们的一号网格", "东1")]
    preview = look(cache, *rows, headings=headings)
    assert "are two places" in reason(preview.rows[0])
    assert states(preview)[1:] == ["added", "unchanged"]  # the third says the same as the second
