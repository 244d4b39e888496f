"""A roster file of ours, there and back: unchanged, or changed by what was typed into it."""

from __future__ import annotations

import io
import re
from datetime import datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from gridmap.messages import LANGUAGES, Language
from gridmap.model.access import User
from gridmap.model.changes import RowState
from gridmap.model.people import Function, TargetKind
from gridmap.service.imports.roster.file import read_roster, write_roster
from gridmap.service.imports.roster.who import known_people, labels_of
from gridmap.service.people.commands import AssignPost, EndPost
from gridmap.service.people.saving import save_edits
from gridmap.service.plan_cache import PlanCache
from gridmap.store.contents import Contents, write_plan
from tests.service.imports.roster.drawn_rosters import (
    AT,
    WEST_ONLY,
    add,
    reason,
    save,
    states,
)
from tests.store.drawn_workspace import CELLS, EAST, PLANNER, WEST, drawn_workspace


@pytest.fixture
def cache(tmp_path: Path) -> PlanCache:
    return PlanCache(drawn_workspace(tmp_path))


def written(cache: PlanCache, language: Language = "en", scope: str = "", user: User = PLANNER) -> Path:
    path = cache.workspace.path.with_name("roster.xlsx")
    path.write_bytes(write_roster(cache, user=user, scope=scope, at=AT, language=language))
    return path


def changed(path: Path, sheet: int, row: int, **cells: str | datetime) -> Path:
    """The file with cells of a row altered, by the English heading; spaces are written `_`."""
    book = openpyxl.load_workbook(path)
    page = book.worksheets[sheet]
    top = next(line for line in range(1, 9) if page.cell(line, 2).value)
    headings = {str(cell.value): number for number, cell in enumerate(page[top], start=1)}
    for heading, value in cells.items():
        page.cell(top + row, headings[heading.replace("_", " ")], value)
    book.save(path)
    return path


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_written_and_read_again_changes_nothing(cache: PlanCache, language: Language) -> None:
    assign = [
        AssignPost(TargetKind.CELL, code, "bob", function, tier, start, end)
        for code, function, tier, start, end in [
            (CELLS[0], Function.HEAD, None, None, None),
            (CELLS[1], Function.MEMBER, 3, datetime(2020, 1, 5), datetime(2020, 3, 6)),
            (
                CELLS[2],
                Function.VOLUNTEER,
                None,
                datetime(2020, 5, 5, 8, 30, 59),
                datetime(2020, 6, 6, 23, 59, 1),
            ),
            (CELLS[3], Function.ADVISER, None, datetime(2020, 1, 1), datetime(2020, 1, 9)),
        ]
    ]
    save_edits(cache.workspace, assign, reason="more", user=PLANNER, at=AT)
    preview = read_roster(written(cache, language), cache=cache, user=PLANNER, at=AT)
    assert preview.counts == {
        RowState.ADDED: 0, RowState.CHANGED: 0, RowState.UNCHANGED: 6, RowState.REFUSED: 0,
    }  # fmt: skip
    assert preview.left_alone == ()


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=12)


@settings(
    max_examples=15,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(st.tuples(TEXTS.filter(lambda t: t.strip()), TEXTS, TEXTS), min_size=1, max_size=6),
    st.datetimes(datetime(2000, 1, 1), datetime(2020, 2, 9)),
)
def test_whatever_people_are_called(
    tmp_path: Path, people: list[tuple[str, str, str]], start: datetime
) -> None:
    cache = PlanCache(drawn_workspace(tmp_path))
    frame = pd.DataFrame(people, columns=["name", "title", "sending_unit"])
    frame["id"] = [f"h{number}" for number in range(len(frame))]
    posts = pd.DataFrame(
        {
            "id": frame["id"],
            "person_id": frame["id"],
            "function": "member",
            "target_kind": "cell",
            "target_code": CELLS[0],
            "valid_from": start,
        }
    )
    write_plan(cache.workspace, Contents(people=frame, posts=posts), "li", "more", AT)
    preview = read_roster(written(cache), cache=cache, user=PLANNER, at=AT)
    assert set(states(preview)) == {"unchanged"}, [
        str(row.told) for row in preview.rows if row.what or row.reason
    ]


def test_the_file_is_a_form(cache: PlanCache) -> None:
    book = openpyxl.load_workbook(written(cache))
    people, posts = book.worksheets[:2]
    assert [people.title, posts.title] == ["People", "Posts"]
    assert "as of 2020-02-10 08:00, revision 1" in str(people["A1"].value)
    headings = [cell.value for cell in posts[3]]
    assert headings == [
        "Post id", "Person id", "Person", "Place code", "Place", "Function", "Tier", "From", "Until",
        "Arrived",
    ]  # fmt: skip
    row = [cell.value for cell in posts[4]]
    assert row[:7] == ["s1", "ann", "安 · 5678", WEST, f"{WEST} 东村", "Grid head", 2]
    assert posts["D4"].data_type == "s"
    offered = {str(rule.sqref): rule.formula1 for rule in posts.data_validations.dataValidation}
    assert len(offered) == 3
    assert any("Grid head" in str(formula) for formula in offered.values())


def test_no_whole_phone_is_in_the_file(cache: PlanCache) -> None:
    data = write_roster(cache, user=PLANNER, scope="", at=AT, language="zh")
    book = openpyxl.load_workbook(io.BytesIO(data))
    texts = " ".join(str(cell.value) for page in book for row in page for cell in row)
    assert "100****5678" in texts
    assert not re.search(r"100\d{8}", texts)


def test_names_that_look_like_formulas_stay_text(cache: PlanCache) -> None:
    add(cache, ("f1", "=HYPERLINK(1)", "10098989898", "+1-1"), ("f2", "@SUM(A1)", "", "-2"))
    path = written(cache)
    page = openpyxl.load_workbook(path).worksheets[0]
    cells = [cell for row in page for cell in row if str(cell.value or "").startswith(("=", "+", "@", "-"))]
    assert len(cells) == 4
    assert {cell.data_type for cell in cells} == {"s"}
    assert set(states(read_roster(path, cache=cache, user=PLANNER, at=AT))) == {"unchanged"}


def test_the_file_of_a_scope_holds_its_posts_alone(cache: PlanCache) -> None:
    edits = [AssignPost(TargetKind.CELL, code, "bob", Function.HEAD) for code in (CELLS[0], CELLS[2])]
    save_edits(cache.workspace, edits, reason="more", user=PLANNER, at=AT)
    path = written(cache, scope=WEST, user=WEST_ONLY)
    page = openpyxl.load_workbook(path).worksheets[1]
    assert [page.cell(row, 4).value for row in (4, 5, 6)] == [WEST, CELLS[0], None]
    assert set(states(read_roster(path, cache=cache, user=WEST_ONLY, at=AT))) == {"unchanged"}


def test_an_end_and_an_arrival_typed_into_the_file(cache: PlanCache) -> None:
    path = changed(written(cache), 1, 1, Until=datetime(2020, 3, 1, 18), Arrived=datetime(2020, 2, 9, 7, 30))
    preview = read_roster(path, cache=cache, user=PLANNER, at=AT)
    assert states(preview)[-1] == "changed"
    save(cache, preview)
    post = cache.plan().posts.loc["s1"]
    assert (post["valid_to"], post["arrived_at"]) == (datetime(2020, 3, 1, 18), datetime(2020, 2, 9, 7, 30))


def test_another_person_chosen_from_the_list_takes_the_post_over(cache: PlanCache) -> None:
    label = labels_of(known_people(cache.plan()).values())["bob"]
    preview = read_roster(changed(written(cache), 1, 1, Person=label), cache=cache, user=PLANNER, at=AT)
    end, begin = preview.edits
    assert isinstance(end, EndPost)
    assert isinstance(begin, AssignPost)
    assert (begin.person_id, begin.target_code, begin.tier) == ("bob", WEST, 2)
    save(cache, preview)
    posts = cache.plan().posts
    assert posts.at["s1", "valid_to"] == AT
    assert posts[posts["person_id"] == "bob"]["valid_from"].tolist() == [AT]


def test_somebody_typed_who_is_not_in_the_list(cache: PlanCache) -> None:
    preview = read_roster(changed(written(cache), 1, 1, Person="庚"), cache=cache, user=PLANNER, at=AT)
    assert "the id is that of 安 · 5678, and the name is 庚" in reason(preview.rows[-1])


def test_another_place_chosen_from_the_list_moves_the_post(cache: PlanCache) -> None:
    path = changed(written(cache), 1, 1, Place=f"{EAST} 西村")
    preview = read_roster(path, cache=cache, user=PLANNER, at=AT)
    save(cache, preview)
    posts = cache.plan().posts
    assert posts[posts["valid_to"].isna()]["target_code"].tolist() == [EAST]


def test_the_start_of_a_post_stays(cache: PlanCache) -> None:
    path = changed(written(cache), 1, 1, From=datetime(2020, 1, 7))
    preview = read_roster(path, cache=cache, user=PLANNER, at=AT)
    assert "the post began at 2020-01-01" in reason(preview.rows[-1])


def test_a_name_corrected_in_the_people_sheet(cache: PlanCache) -> None:
    preview = read_roster(changed(written(cache), 0, 1, Name="安娜"), cache=cache, user=PLANNER, at=AT)
    assert states(preview) == ["changed", "unchanged", "unchanged"]
    assert "Name: 安 → 安娜" in str(preview.rows[0].told)


def test_ids_that_are_none(cache: PlanCache) -> None:
    preview = read_roster(changed(written(cache), 1, 1, Post_id="s9"), cache=cache, user=PLANNER, at=AT)
    assert "no post with the id s9" in reason(preview.rows[-1])
