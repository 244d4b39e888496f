"""Whom the rows of a roster file mean."""

from __future__ import annotations

from pathlib import Path

import pytest

from gridmap.service.imports.roster.file import (
    read_roster,
)
from gridmap.service.people.commands import AddPerson, AssignPost
from gridmap.service.plan_cache import PlanCache
from tests.service.imports.roster.drawn_rosters import (
    AT,
    NAMED,
    add,
    look,
    reason,
    save,
    states,
    workbook,
)
from tests.store.drawn_workspace import CELLS, PHONE, PLANNER, drawn_workspace


@pytest.fixture
def cache(tmp_path: Path) -> PlanCache:
    return PlanCache(drawn_workspace(tmp_path))


@pytest.fixture
def three_zhang(cache: PlanCache) -> PlanCache:
    add(
        cache,
        ("z1", "张伟", "10000000001", "县财政局"),
        ("z2", "张伟", "10000000002", "县财政局"),
        ("z3", "张伟", "10000000003", "县教育局"),
    )
    return cache


@pytest.mark.parametrize(
    ("row", "person"),
    [
        (("z2", "张伟", "", ""), "z2"),
        (("", "张伟", "10000000002", ""), "z2"),
        (("", "张伟", "100****0002", ""), "z2"),
        (("", "张伟", "", "县教育局"), "z3"),
        (("", "张伟", "100****0002", "县财政局"), "z2"),
    ],
)
def test_a_person_is_found(three_zhang: PlanCache, row: tuple[object, ...], person: str) -> None:
    preview = look(three_zhang, (*row, CELLS[0], "网格员"), headings=NAMED)
    (edit,) = preview.edits
    assert isinstance(edit, AssignPost)
    assert edit.person_id == person


def test_several_of_a_name_are_named_and_refused(three_zhang: PlanCache) -> None:
    preview = look(three_zhang, ("", "张伟", "", "", CELLS[0], "网格员"), headings=NAMED)
    text = reason(preview.rows[0])
    assert "3 people are called 张伟" in text
    assert "张伟 · 县教育局 · 0003" in text


def test_the_same_name_in_another_unit_is_somebody_else(three_zhang: PlanCache) -> None:
    preview = look(three_zhang, ("", "张伟", "", "县水务局", CELLS[0], "网格员"), headings=NAMED)
    assert states(preview) == ["added"]
    assert isinstance(preview.edits[0], AddPerson)


def test_the_same_name_and_unit_with_another_number_is_a_new_number(three_zhang: PlanCache) -> None:
    preview = look(three_zhang, ("", "张伟", "10000000009", "县教育局", "", ""), headings=NAMED)
    assert states(preview) == ["changed"]
    assert [str(what) for what in preview.rows[0].what] == ["another phone"]


def test_unless_that_person_is_in_the_file_with_the_old_number(three_zhang: PlanCache) -> None:
    rows = [("", "张伟", phone, "县教育局", "", "") for phone in ("10000000003", "10000000009")]
    assert states(look(three_zhang, *rows, headings=NAMED)) == ["unchanged", "added"]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (("", "庚", "", "", CELLS[0], "网格员"), "庚 is not in the roster"),
        (("", "庚", "100****1234", "", CELLS[0], "网格员"), "nobody called 庚 has the number 100****1234"),
        (("x9", "", "", "", CELLS[0], "网格员"), "no person with the id x9"),
        (("", "", "", "", CELLS[0], "网格员"), "nothing there"),
        (("ann", "鲍", "", "", CELLS[0], "网格员"), "the id is that of 安"),
        (("", "鲍", PHONE, "", CELLS[0], "网格员"), "the number is that of 安"),
        (("", "安", "10099999999", "", CELLS[0], "网格员"), "安 · 990101001201 · 5678 has the same name"),
        (("", "庚", "见附件", "", "", ""), "no phone number"),
        (("", "庚", "1.00123E+10", "", "", ""), "its digits are lost"),
    ],
)
def test_a_person_that_cannot_be_told(cache: PlanCache, row: tuple[object, ...], words: str) -> None:
    preview = look(cache, row, headings=NAMED)
    assert words in reason(preview.rows[0])
    assert preview.rows[0].number == 2
    assert not preview.edits


def test_an_office_number_is_shared(cache: PlanCache) -> None:
    rows = [("", "庚", "0317-5551234", "县水务局", "", ""), ("", "辛", "0317 555 1234", "县水务局", "", "")]
    preview = look(cache, *rows, headings=NAMED)
    assert states(preview) == ["added", "added"]
    save(cache, preview)
    assert states(look(cache, *rows, headings=NAMED)) == ["unchanged", "unchanged"]


def test_a_masked_phone_is_left_as_it_is(cache: PlanCache) -> None:
    preview = look(cache, ("ann", "安", "100****5678", "县财政局", "", ""), headings=NAMED)
    assert states(preview) == ["changed"]
    save(cache, preview)
    path = cache.workspace.path.with_name("again.xlsx")
    workbook(path, r=[NAMED, ("", "安", PHONE, "", "", "")])
    assert states(read_roster(path, cache=cache, user=PLANNER, at=AT)) == ["unchanged"]


def test_a_posts_sheet_leans_on_the_people_sheet_of_its_file(cache: PlanCache) -> None:
    path = workbook(
        cache.workspace.path.with_name("two.xlsx"),
        people=[("person id", "name", "phone"), ("n1", "壬", "10011112222"), ("", "癸", "10011113333")],
        posts=[
            ("person id", "name", "cell code", "function"),
            ("n1", "", CELLS[0], "head"),
            ("", "癸", CELLS[1], "head"),
            ("", "子", CELLS[1], "head"),
        ],
    )
    preview = read_roster(path, cache=cache, user=PLANNER, at=AT)
    assert states(preview) == ["added", "added", "added", "added", "refused"]
    assert preview.rows[-1].place_in_file == "posts 4"
