"""A plain office roster: what each row does, and how it is saved."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from gridmap.errors import AccessError, ConflictError, InputError
from gridmap.model.access import Role, User
from gridmap.service.imports.roster.file import (
    write_roster,
)
from gridmap.service.imports.saving import save_import
from gridmap.service.plan_cache import PlanCache
from gridmap.store.history import read_events
from tests.service.imports.roster.drawn_rosters import (
    AT,
    COMMANDER,
    WEST_ONLY,
    look,
    save,
    states,
)
from tests.store.drawn_workspace import CELLS, EAST, PHONE, PLANNER, WEST, drawn_workspace


@pytest.fixture
def cache(tmp_path: Path) -> PlanCache:
    return PlanCache(drawn_workspace(tmp_path))


def test_one_sheet_brings_people_and_their_posts(cache: PlanCache) -> None:
    preview = look(
        cache,
        ("安", PHONE, "", "", int(CELLS[0]), "网格长", "", ""),
        (
            "蔡 明",
            "100-2222-3333",
            "县财政局",
            "科员",
            CELLS[1],
            "网格员",
            date(2020, 2, 11),
            date(2020, 2, 20),
        ),
        ("蔡明", "10022223333", "县财政局", "科员", f"{CELLS[2]}.0", "Grid member", "2020年2月11日", ""),
        ("丁", "", "县教育局", "", "", "", "", ""),
    )
    assert states(preview) == ["added"] * 4
    save(cache, preview)
    plan = cache.plan()
    assert len(plan.people) == 4
    (cai,) = plan.people.index[plan.people["name"] == "蔡明"]
    assert plan.people.loc[cai, ["phone", "sending_unit", "title"]].tolist() == [
        "100****3333",
        "县财政局",
        "科员",
    ]
    held = plan.posts[plan.posts["person_id"] == cai].set_index("target_code")
    assert held.loc[CELLS[1], "valid_from"] == datetime(2020, 2, 11)
    assert held.loc[CELLS[1], "valid_to"] == datetime(2020, 2, 21)  # the last day is served to its end
    assert held.loc[CELLS[2], "function"] == "member"
    assert set(plan.posts[plan.posts["person_id"] == "ann"]["target_code"]) == {WEST, CELLS[0]}


def test_the_same_file_again_changes_nothing(cache: PlanCache) -> None:
    rows = [
        ("蔡", "10022223333", "县财政局", "科员", CELLS[1], "网格员", date(2020, 2, 1), date(2020, 3, 1)),
        ("丁", "", "县教育局", "", CELLS[1], "二级网格长", "", ""),
        ("戊", "10044445555", "", "", CELLS[3], "志愿者", "2020-01-01", "2020-01-31"),
    ]
    save(cache, look(cache, *rows))
    assert states(look(cache, *rows)) == ["unchanged"] * 3
    later = look(cache, *rows, at=AT + timedelta(days=2))
    assert states(later) == ["unchanged"] * 3


def test_people_alone(cache: PlanCache) -> None:
    headings = ("name", "phone", "unit", "title")
    preview = look(cache, ("安", PHONE, "县财政局", ""), ("鲍", "110", "", ""), ("己", "10066667777", "", ""),
                   headings=headings)  # fmt: skip
    assert states(preview) == ["changed", "unchanged", "added"]
    assert "Sending unit: – → 县财政局" in str(preview.rows[0].told)
    save(cache, preview)
    assert cache.plan().people.at["ann", "sending_unit"] == "县财政局"
    assert cache.plan().posts.index.tolist() == ["s1"]


def test_a_head_of_a_unit_has_the_tier_that_the_scheme_asks_for(cache: PlanCache) -> None:
    save(cache, look(cache, ("鲍", "110", "", "", EAST, "网格长", "", "")))
    posts = cache.plan().posts
    assert posts[posts["person_id"] == "bob"]["tier"].tolist() == [2]


def test_columns_that_mean_nothing_are_told(cache: PlanCache) -> None:
    preview = look(cache, (1, "安", PHONE, "x"), headings=("序号", "姓名", "电话", "备注"))
    assert preview.left_alone == ("序号",)  # remarks are read as such


def test_nothing_is_saved_where_rows_are_refused_unless_the_good_ones_are_asked_for(cache: PlanCache) -> None:
    before = cache.revision()
    preview = look(
        cache,
        ("安", PHONE, "", "", CELLS[0], "网格员", "", ""),
        ("鲍", "110", "", "", "1", "网格员", "", ""),
    )
    with pytest.raises(
        InputError, match="1 row is refused, so nothing is saved: row 3, 鲍: There is no place"
    ):
        save(cache, preview)
    assert cache.revision() == before
    save(cache, preview, only_good=True)
    assert cache.revision().revision == before.revision + 1
    assert len(cache.plan().posts) == 2


def test_a_file_is_one_change_with_its_reason(cache: PlanCache) -> None:
    save(
        cache,
        look(
            cache, *[(f"人{i}", f"1005555{i:04d}", "", "", CELLS[i % 4], "网格员", "", "") for i in range(9)]
        ),
    )
    events = read_events(cache.workspace, limit=18)
    assert len(events[events["reason"] == "roster"]["group_id"].unique()) == 1
    assert cache.revision().revision == 2
    with pytest.raises(InputError, match="reason"):
        save_import(
            cache.workspace, look(cache, ("鲍", "110", "x", *[""] * 5)), reason=" ", user=PLANNER, at=AT
        )


def test_a_row_that_moved_on_since_the_preview(cache: PlanCache) -> None:
    preview = look(cache, ("鲍", "110", "县财政局", "", "", "", "", ""))
    save(cache, look(cache, ("鲍", "110", "县水务局", "", "", "", "", "")))
    with pytest.raises(ConflictError, match="was changed by li"):
        save(cache, preview)


def test_reading_and_writing_are_rights(cache: PlanCache) -> None:
    with pytest.raises(AccessError):
        look(cache, ("安", PHONE, *[""] * 6), user=COMMANDER)
    with pytest.raises(AccessError):
        write_roster(cache, user=User("v", "V", Role.VIEWER), scope="", at=AT, language="en")
    with pytest.raises(AccessError):
        write_roster(cache, user=WEST_ONLY, scope=EAST, at=AT, language="en")
    assert write_roster(cache, user=COMMANDER, scope="", at=AT, language="en")
