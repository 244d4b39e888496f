"""Rounds of collecting: who is due, who has returned theirs, zero reports apart from nothing at all."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime, timedelta
from pathlib import Path

import openpyxl
import pytest

from gridmap.errors import AccessError, ConflictError, InputError, NotFoundError
from gridmap.model.access import Role, User
from gridmap.model.changes import RowState
from gridmap.read.tables.office_tables import read_office_tables
from gridmap.service.imports.mapping import suggested
from gridmap.service.imports.preview import preview_import
from gridmap.service.imports.saving import save_import
from gridmap.service.imports.source import Reading, read_source
from gridmap.service.operations.report import report
from gridmap.service.plan_cache import PlanCache
from gridmap.service.returns.bringing_back import BroughtBack, note_import, preview_return, save_return
from gridmap.service.returns.rounds import (
    ReturnState,
    Round,
    RoundStatus,
    begin_collecting,
    collecting_rounds,
    round_status,
    round_templates,
    zipped,
)
from gridmap.service.returns.stamp import stamp_in
from gridmap.service.returns.templates import write_template
from gridmap.store.history import read_events
from tests.store.drawn_workspace import CELLS, EAST, PLANNER, WEST, drawn_workspace

AT = datetime(2020, 2, 10, 8)
DEADLINE = AT + timedelta(hours=10)
LATER = DEADLINE + timedelta(hours=1)
WEST_TOWN, EAST_TOWN = "990101001000", "990101002000"
EAST_PLANNER = User("wu", "Wu", Role.PLANNER, EAST_TOWN)
COMMANDER = User("co", "Co", Role.COMMANDER)


@pytest.fixture
def cache(tmp_path: Path) -> PlanCache:
    return PlanCache(drawn_workspace(tmp_path))


def begun(cache: PlanCache, kind: str = "households", at: datetime = AT) -> Round:
    return begin_collecting(cache, kind, deadline=DEADLINE, user=PLANNER, at=at)


def files(cache: PlanCache, one: Round, folder: Path) -> dict[str, Path]:
    """The templates of a round as files, by the code of the township."""
    made = round_templates(cache, one.id, user=PLANNER, at=AT, language="en")
    paths = {name[:12]: folder / name for name in made}
    for name, data in made.items():
        (folder / name).write_bytes(data)
    return paths


def typed(path: Path, sheet: str, **cells: str | int | datetime) -> Path:
    book = openpyxl.load_workbook(path)
    for place, value in cells.items():
        book[sheet][place] = value
    book.save(path)
    return path


def back(cache: PlanCache, path: Path, at: datetime = AT, *, only_good: bool = False) -> BroughtBack:
    preview = preview_return(cache, path, user=PLANNER, at=at)
    return save_return(cache, preview, reason="returned", user=PLANNER, at=at, only_good=only_good)


def status(cache: PlanCache, one: Round, at: datetime = AT, user: User = PLANNER) -> RoundStatus:
    return round_status(cache, one.id, user=user, at=at)


def states(found: RoundStatus) -> list[str]:
    return [one.state.value for one in found.townships]


def test_a_round_from_sending_out_to_the_last_return(cache: PlanCache, tmp_path: Path) -> None:
    one = begun(cache)
    sent = files(cache, one, tmp_path)
    assert list(sent) == [WEST_TOWN, EAST_TOWN]
    found = status(cache, one)
    assert states(found) == ["not_returned", "not_returned"]
    assert str(found.sentence) == (
        "2 townships due, 0 have reported (0 zero reports), not reported: 河东镇, 河西镇."
    )

    zero = back(cache, sent[EAST_TOWN])
    assert (zero.revision, zero.preview.is_zero) == (None, True)
    found = status(cache, one)
    assert states(found) == ["not_returned", "zero_report"]
    assert str(found.sentence) == "2 townships due, 1 have reported (1 zero reports), not reported: 河东镇."
    assert "Households, due 2020-02-10 18:00. Not reported: 河东镇." in str(found.reminder)

    done = back(cache, typed(sent[WEST_TOWN], "Households", E2=411), LATER)
    assert done.revision is not None
    assert cache.plan().cells.at[CELLS[0], "households"] == 411
    found = status(cache, one, LATER)
    assert states(found) == ["returned", "zero_report"]
    west = found.townships[0]
    assert (west.added, west.changed, west.refused, west.late) == (0, 1, 0, True)
    assert (west.returned_at, west.returned_by, west.file) == (LATER, "li", sent[WEST_TOWN].name)
    assert not found.townships[1].late
    assert str(found.sentence).endswith("2 have reported (1 zero reports), not reported: none.")


def test_what_did_not_come_by_the_deadline_is_overdue(cache: PlanCache, tmp_path: Path) -> None:
    one = begun(cache)
    back(cache, files(cache, one, tmp_path)[WEST_TOWN])
    assert states(status(cache, one, DEADLINE)) == ["zero_report", "not_returned"]
    found = status(cache, one, LATER)
    assert states(found) == ["zero_report", "overdue"]
    assert [township.name for township in found.missing] == ["河西镇"]


def test_a_second_look_at_a_file_does_not_make_a_zero_report_of_it(cache: PlanCache, tmp_path: Path) -> None:
    one = begun(cache)
    path = typed(files(cache, one, tmp_path)[WEST_TOWN], "Households", E2=411)
    back(cache, path)
    assert back(cache, path).preview.is_zero
    west = status(cache, one).townships[0]
    assert (west.state, west.changed) == (ReturnState.RETURNED, 1)


@pytest.mark.parametrize("kind", ["people", "households", "checkpoints", "sites", "visits"])
def test_every_kind_comes_back_as_a_zero_report(cache: PlanCache, tmp_path: Path, kind: str) -> None:
    one = begun(cache, kind)
    for path in files(cache, one, tmp_path).values():
        assert back(cache, path).revision is None
    assert states(status(cache, one)) == ["zero_report", "zero_report"]
    assert cache.revision().revision == 1


def test_people_come_back_as_one_change(cache: PlanCache, tmp_path: Path) -> None:
    one = begun(cache, "people")
    path = typed(files(cache, one, tmp_path)[WEST_TOWN], "Posts", J2=datetime(2020, 2, 9, 7, 30))
    done = back(cache, path)
    assert done.revision is not None
    assert str(done.told).endswith("; saved, revision 2")
    assert cache.plan().posts.at["s1", "arrived_at"] == datetime(2020, 2, 9, 7, 30)
    assert status(cache, one).townships[0].changed == 1


def test_whoever_is_of_no_unit_is_changed_by_the_county_alone(cache: PlanCache, tmp_path: Path) -> None:
    path = typed(files(cache, begun(cache, "people"), tmp_path)[WEST_TOWN], "People", B2="安娜")
    (refused,) = preview_return(cache, path, user=PLANNER, at=AT).rows.refused
    assert "河东镇 may edit posts in 990101001000 only" in str(refused.told)


def test_rows_of_another_township_are_refused(cache: PlanCache, tmp_path: Path) -> None:
    one = begun(cache)
    path = typed(files(cache, one, tmp_path)[WEST_TOWN], "Households", B2=CELLS[3], C2="", E2=5)
    preview = preview_return(cache, path, user=PLANNER, at=AT)
    assert preview.rows.counts[RowState.REFUSED] == 1
    assert "outside" in str(preview.rows.refused[0].told)
    with pytest.raises(InputError, match="1 row is refused"):
        back(cache, path)
    with pytest.raises(InputError, match="nothing but refused rows"):
        back(cache, path, only_good=True)
    assert states(status(cache, one)) == ["not_returned", "not_returned"]
    assert cache.plan().cells.at[CELLS[3], "households"] == 400


def test_people_of_another_township_are_refused(cache: PlanCache, tmp_path: Path) -> None:
    one = begun(cache, "people")
    path = typed(files(cache, one, tmp_path)[WEST_TOWN], "Posts", D2=EAST, E2="")
    refused = preview_return(cache, path, user=PLANNER, at=AT).rows.refused
    assert len(refused) == 1
    assert EAST in str(refused[0].told)


def test_good_rows_are_taken_and_the_refused_ones_counted(cache: PlanCache, tmp_path: Path) -> None:
    one = begun(cache)
    path = typed(files(cache, one, tmp_path)[WEST_TOWN], "Households", E2=411, E3="many")
    back(cache, path, only_good=True)
    west = status(cache, one).townships[0]
    assert (west.state, west.changed, west.refused) == (ReturnState.RETURNED, 1, 1)


def test_a_file_that_moved_on_is_told_and_a_conflict_is_refused(cache: PlanCache, tmp_path: Path) -> None:
    one = begun(cache)
    path = typed(files(cache, one, tmp_path)[WEST_TOWN], "Households", E2=411)
    seen = preview_return(cache, path, user=PLANNER, at=AT)
    assert not seen.moved_on
    other = tmp_path / "other"
    other.mkdir()
    back(cache, typed(files(cache, one, other)[EAST_TOWN], "Households", E2=333))
    assert not preview_return(cache, path, user=PLANNER, at=AT).moved_on  # by another township alone
    back(cache, typed(files(cache, one, other)[WEST_TOWN], "Households", E2=420))
    assert preview_return(cache, path, user=PLANNER, at=AT).moved_on
    with pytest.raises(ConflictError):
        save_return(cache, seen, reason="late", user=PLANNER, at=AT)


def test_a_stamp_that_was_altered_counts_for_no_other_unit(cache: PlanCache, tmp_path: Path) -> None:
    one = begun(cache)
    path = files(cache, one, tmp_path)[WEST_TOWN]
    page = openpyxl.load_workbook(path).worksheets[0]
    stamp = str(page.cell(page.max_row, 1).value)
    forged = stamp.replace(f"scope={WEST_TOWN}", f"scope={EAST_TOWN}")
    assert forged != stamp
    typed(path, page.title, **{f"A{page.max_row}": forged})
    assert preview_return(cache, path, user=PLANNER, at=AT).issue is None
    with pytest.raises(AccessError):
        preview_return(cache, path, user=User("x", "X", Role.PLANNER, WEST_TOWN), at=AT)


def test_files_without_a_stamp_or_of_another_workspace_are_refused(cache: PlanCache, tmp_path: Path) -> None:
    path = files(cache, begun(cache), tmp_path)[WEST_TOWN]
    book = openpyxl.load_workbook(path)
    page = book.worksheets[0]
    last = page.cell(page.max_row, 1)
    last.value = str(last.value)[:-8] + "00000000"
    book.save(path)
    with pytest.raises(InputError, match="another workspace"):
        preview_return(cache, path, user=PLANNER, at=AT)
    book.remove(page)
    book.save(path)
    with pytest.raises(InputError, match="page Import"):
        preview_return(cache, path, user=PLANNER, at=AT)


def test_a_template_made_by_itself_answers_the_newest_round(cache: PlanCache, tmp_path: Path) -> None:
    alone = tmp_path / "alone.xlsx"
    alone.write_bytes(write_template(cache, "sites", user=PLANNER, scope=EAST_TOWN, at=AT, language="zh"))
    assert preview_return(cache, alone, user=PLANNER, at=AT).issue is None
    back(cache, alone)
    old, new = begun(cache, "sites"), begun(cache, "sites")
    assert (old.id, new.id) == ("sites-20200210", "sites-20200210-2")
    back(cache, alone)
    assert states(status(cache, old)) == ["not_returned", "not_returned"]
    assert states(status(cache, new)) == ["not_returned", "zero_report"]


def test_a_template_that_came_in_by_another_way_answers_its_round(cache: PlanCache, tmp_path: Path) -> None:
    one = begun(cache)
    path = typed(files(cache, one, tmp_path)[WEST_TOWN], "Households", E2=411)
    later = AT + timedelta(minutes=5)
    newer = begun(cache, at=later)
    assert imported(cache, path, "households", later, sheet="Households") == (WEST_TOWN,)
    west = status(cache, one, later).townships[0]
    assert (west.state, west.changed, west.returned_at) == (ReturnState.RETURNED, 1, later)
    assert states(status(cache, newer, LATER)) == ["overdue", "overdue"]


def plain_file(folder: Path, *rows: tuple[str, object]) -> Path:
    path = folder / "plain.csv"
    lines = ["网格编码,户数", *(f"{code},{households}" for code, households in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def imported(
    cache: PlanCache,
    path: Path,
    kind: str,
    at: datetime,
    *,
    sheet: str | None = None,
    user: User = PLANNER,
) -> tuple[str, ...]:
    """Bring a file in as the page Import does; the units that it is noted for."""
    source = read_source(path, kind, Reading(sheet=sheet))
    preview = preview_import(cache, source, suggested(cache.workspace, source), user=user, at=at)
    saved = None
    if preview.good:
        revision = save_import(cache.workspace, preview, reason="r", user=user, at=at, only_good=True)
        saved = revision.revision
    return note_import(cache, preview, saved, stamp_in(read_office_tables(path)), user=user, at=at)


def test_a_plain_file_answers_for_the_townships_of_its_rows(cache: PlanCache, tmp_path: Path) -> None:
    assert imported(cache, plain_file(tmp_path, (CELLS[0], 411)), "households", AT) == ()
    old = begun(cache, at=AT - timedelta(days=1))
    one, other_kind = begun(cache), begun(cache, "sites")
    same = int(cache.plan().cells["households"][CELLS[2]])
    path = plain_file(tmp_path, (CELLS[0], 412), (CELLS[0], 413), (CELLS[2], same))
    assert imported(cache, path, "households", AT) == (WEST_TOWN, EAST_TOWN)
    found = status(cache, one)
    assert states(found) == ["returned", "zero_report"]
    west = found.townships[0]
    assert (west.added, west.changed, west.refused, west.file) == (0, 1, 1, "plain.csv")
    for untouched in (old, other_kind):
        assert not any(township.is_back for township in status(cache, untouched).townships)


def test_refused_rows_alone_are_no_return(cache: PlanCache, tmp_path: Path) -> None:
    one = begun(cache)
    same = int(cache.plan().cells["households"][CELLS[0]])
    for rows in ([(CELLS[0], "many")], [(CELLS[0], same), (CELLS[0], 411)]):
        assert imported(cache, plain_file(tmp_path, *rows), "households", AT) == ()
    path = typed(files(cache, one, tmp_path)[WEST_TOWN], "Households", E2="many")
    assert imported(cache, path, "households", AT, sheet="Households") == ()
    assert states(status(cache, one)) == ["not_returned", "not_returned"]


def test_a_plain_file_counts_within_the_scope_of_who_brings_it(cache: PlanCache, tmp_path: Path) -> None:
    one = begun(cache)
    path = plain_file(tmp_path, (CELLS[0], 411), (CELLS[2], 412))
    assert imported(cache, path, "households", AT, user=EAST_PLANNER) == (EAST_TOWN,)
    assert states(status(cache, one)) == ["not_returned", "returned"]


def test_a_template_of_another_township_is_not_answered(cache: PlanCache, tmp_path: Path) -> None:
    one = begun(cache)
    path = files(cache, one, tmp_path)[WEST_TOWN]
    assert imported(cache, path, "households", AT, sheet="Households", user=EAST_PLANNER) == ()
    assert states(status(cache, one)) == ["not_returned", "not_returned"]


def test_a_round_of_one_township_leaves_the_others_to_the_round_before(
    cache: PlanCache, tmp_path: Path
) -> None:
    county = begun(cache)
    own = begin_collecting(cache, "households", deadline=None, user=EAST_PLANNER, at=AT)
    path = plain_file(tmp_path, (CELLS[0], 411), (CELLS[2], 412))
    assert imported(cache, path, "households", AT) == (WEST_TOWN, EAST_TOWN)
    assert states(status(cache, county)) == ["returned", "not_returned"]
    assert states(status(cache, own)) == ["returned"]


def test_the_indicator_is_that_of_the_rounds(cache: PlanCache, tmp_path: Path) -> None:
    def reporting(at: datetime = AT, scope: str = "") -> tuple[float, float, str]:
        found = {one.key: one for one in report(cache, user=PLANNER, scope=scope, at=at).indicators}
        one = found["reporting"]
        return one.numerator, one.denominator, str(one.sentence)

    assert reporting()[:2] == (0, 0)
    one = begun(cache)
    assert reporting() == (0, 2, str(status(cache, one).sentence))
    came = AT + timedelta(hours=1)
    back(cache, files(cache, one, tmp_path)[EAST_TOWN], came)
    assert reporting(came) == (1, 2, str(status(cache, one).sentence))
    assert reporting() == (
        0,
        2,
        "2 townships due, 0 have reported (0 zero reports), not reported: 河东镇, 河西镇.",
    )
    assert reporting(AT - timedelta(hours=1))[:2] == (0, 0)
    assert reporting(came, EAST_TOWN)[:2] == (1, 1)
    assert reporting(came, WEST)[:2] == (0, 0)


def test_who_sees_and_does_what(cache: PlanCache, tmp_path: Path) -> None:
    one = begun(cache)
    assert [township.code for township in status(cache, one, user=EAST_PLANNER).townships] == [EAST_TOWN]
    made = round_templates(cache, one.id, user=EAST_PLANNER, at=AT, language="zh")
    assert [name[:12] for name in made] == [EAST_TOWN]
    assert collecting_rounds(cache, user=COMMANDER) == (one,)
    with pytest.raises(AccessError):
        begin_collecting(cache, "people", deadline=None, user=COMMANDER, at=AT)
    with pytest.raises(AccessError):
        preview_return(cache, files(cache, one, tmp_path)[WEST_TOWN], user=EAST_PLANNER, at=AT)
    with pytest.raises(AccessError):
        preview_return(cache, files(cache, one, tmp_path)[WEST_TOWN], user=COMMANDER, at=AT)
    own = begin_collecting(cache, "people", deadline=None, user=EAST_PLANNER, at=AT)
    assert [township.code for township in status(cache, own).townships] == [EAST_TOWN]


def test_rounds_that_cannot_be(cache: PlanCache) -> None:
    with pytest.raises(InputError, match="has passed"):
        begin_collecting(cache, "people", deadline=AT, user=PLANNER, at=AT)
    with pytest.raises(InputError, match="no template of cells"):
        begin_collecting(cache, "cells", deadline=None, user=PLANNER, at=AT)
    with pytest.raises(InputError, match="no township"):
        begin_collecting(cache, "people", deadline=None, user=PLANNER, at=AT, scope=WEST)
    with pytest.raises(NotFoundError, match="no round x; there are: none"):
        round_status(cache, "x", user=PLANNER, at=AT)


def test_the_templates_of_a_round_are_one_zip_and_one_line_of_the_log(cache: PlanCache) -> None:
    one = begun(cache, "people")
    made = round_templates(cache, one.id, user=PLANNER, at=AT, language="zh")
    with zipfile.ZipFile(io.BytesIO(zipped(made, AT))) as archive:
        assert archive.namelist() == [f"{WEST_TOWN}-河东镇-people.xlsx", f"{EAST_TOWN}-河西镇-people.xlsx"]
        assert archive.testzip() is None
    events = read_events(cache.workspace)
    assert list(events["action"]).count("export") == 1
