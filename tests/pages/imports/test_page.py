"""Import in five steps: what is found and asked, mapping, answers, changes; saved once, refused in words."""

from __future__ import annotations

import csv
import io
import json
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from threading import Event

import geopandas as gpd
import openpyxl
import pytest
from shapely.geometry import Point
from streamlit.testing.v1 import AppTest

from gridmap.model.access import Role, User
from gridmap.model.masking import masked_phone, masked_text
from gridmap.read.files.kinds import KINDS
from gridmap.service.history.changes import undo_last
from gridmap.service.plan_cache import PlanCache
from gridmap.service.returns.rounds import begin_collecting, round_status, round_templates
from gridmap.web.imports import compare as import_compare
from gridmap.web.imports.desk import ImportDesk
from gridmap.web.imports.look import Look, LookRequest
from tests.pages.conftest import PLANNER, RunPage

PAGE = "imports.py"
HEADINGS = ("乡镇", "村(社区)", "姓名", "手机号码", "网格名称", "职责")
KNOWN = ("泽阳街道", "南关社区", "张测试", 10012341111, "南关社区第1网格", "网格员")
MISSPELT = ("泽阳街道", "南官社区", "李测试", "100 1234 2222", "南关社区第2网格", "网格员")


def book(*rows: Sequence[object], title: str = "花名册", more: Sequence[str] = ()) -> bytes:
    made = openpyxl.Workbook()
    sheets = [made.worksheets[0], *(made.create_sheet(name) for name in more)]
    sheets[0].title = title
    for sheet in sheets:
        for row in rows:
            sheet.append(list(row))
    data = io.BytesIO()
    made.save(data)
    return data.getvalue()


def roster(*rows: Sequence[object]) -> bytes:
    return book(["网格员花名册"], HEADINGS, *rows, ["合计", "", f"{len(rows)}人"])


def table(headings: Sequence[str], *rows: Sequence[object], encoding: str = "utf-8") -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([headings, *rows])
    return text.getvalue().encode(encoding)


def brought(app: AppTest, name: str, content: bytes, kind: str) -> AppTest:
    """Upload a file, say what it is, and wait until nothing is at work."""
    app.file_uploader[0].upload(name, content)
    app.run()
    app.segmented_control(key="import_kind").set_value(kind)
    return settled(app.run())


def settled(app: AppTest) -> AppTest:
    deadline = time.monotonic() + 30
    while any(task.job is not None for task in (desk_of(app).looking, desk_of(app).previewing)):
        assert time.monotonic() < deadline
        time.sleep(0.05)
        app.run()
    assert not app.exception
    return app


def desk_of(app: AppTest) -> ImportDesk:
    desk: ImportDesk = app.session_state["import_desk"]
    return desk


def press(app: AppTest, key: str) -> AppTest:
    return settled(app.button(key=key).click().run())


def choose(app: AppTest, label: str, value: str | None) -> AppTest:
    return settled(next(one for one in app.selectbox if one.label == label).set_value(value).run())


def said(app: AppTest) -> str:
    kinds = (app.markdown, app.caption, app.error, app.info, app.success, app.warning)
    parts = [element.value for kind in kinds for element in kind]
    labels = [button.label for button in app.button]
    bodies = [html.proto.body for html in app.get("html")]
    return "\n".join([*parts, *labels, *bodies]).replace("\\", "")


def counts(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def rows_of(app: AppTest, column: str) -> str:
    shown = next(frame.value for frame in app.dataframe if column in frame.value.columns)
    return str(shown.to_string())


def save(app: AppTest, reason: str) -> AppTest:
    app.text_input(key="import_reason").input(reason)
    return press(app, "import_save")


def test_a_dirty_roster_becomes_one_change_that_can_be_undone(run_page: RunPage, cache: PlanCache) -> None:
    before = cache.plan()
    app = brought(run_page(PAGE), "名册.xlsx", roster(KNOWN, MISSPELT), "people")
    assert "row 2: 乡镇 · 村(社区)" in said(app)
    assert "1 name of a place was not found" in said(app)
    assert "to be decided" in rows_of(app, "What is wrong")
    assert counts(app)["Refused"] == "2"
    assert "import_save" not in [button.key for button in app.button]
    press(app, "import_accept_clear")
    press(app, "import_add_people")
    assert counts(app) == {"Added": "2", "Changed": "0", "Unchanged": "0", "Refused": "0"}
    assert "2 decisions of yours" in said(app)
    save(app, "")
    assert "Write a reason." in said(app)
    assert cache.plan().revision == before.revision
    save(app, "roster of February")
    assert f"2 rows of 名册.xlsx are saved, revision {before.revision + 1}." in said(app)
    after = cache.plan()
    assert len(after.people) == len(before.people) + 2
    cells = set(after.posts["target_code"][~after.posts.index.isin(before.posts.index)])
    assert cells == {"990101001001001", "990101001001002"}
    assert not desk_of(app).kind
    undo_last(cache.workspace, user=PLANNER, at=after.demo_clock)  # type: ignore[arg-type] # the demo has one
    assert len(cache.plan().people) == len(before.people)


def test_numbers_of_telephones_are_never_shown_whole(run_page: RunPage) -> None:
    cut = ("云东镇", "柳林村", "王测试", "1001234333", "", "网格员")
    both = ("云东镇", "柳林村", "周测试 10012348888", "", "", "网格员")
    app = brought(run_page(PAGE), "名册.xlsx", roster(KNOWN, MISSPELT, cut, both), "people")
    shown = said(app) + "".join(str(frame.value.to_string()) for frame in app.dataframe)
    options = "".join(option for one in app.selectbox for option in one.options)
    for number in ("10012341111", "10012342222", "100 1234 2222", "1001234333", "10012348888"):
        assert number not in shown + options
    assert "100****1111" in shown


@pytest.mark.parametrize(
    ("text", "phone", "elsewhere"),
    [
        ("10012345678", "100****5678", "100****5678"),
        ("100-1234-5678", "100****5678", "100****5678"),
        ("１００１２３４５６７８", "１００****５６７８", "１００****５６７８"),  # full width
        ("0311-1234567", "0311****4567", "0311****4567"),
        ("99010519491231002X", "****05****002X", "990105****002X"),
        ("5551234", "****34", "5551234"),
        ("990101001001001", "990****1001", "990101001001001"),
        ("116.507247", "116.****47", "116.507247"),
        ("3", "3", "3"),
    ],
)
def test_masking_knows_numbers_from_codes(text: str, phone: str, elsewhere: str) -> None:
    assert (masked_phone(text), masked_text(text)) == (phone, elsewhere)


def test_of_several_sheets_one_is_asked_for(run_page: RunPage) -> None:
    app = brought(run_page(PAGE), "两张.xlsx", book(HEADINGS, KNOWN, more=["二月"]), "people")
    assert not app.error
    assert not app.metric
    part = next(radio for radio in app.radio if radio.label == "Sheet or layer to bring in")
    assert part.value is None
    settled(part.set_value("二月").run())
    assert "<td>二月</td>" in said(app)
    assert counts(app)["Refused"] == "1"


def test_the_encoding_is_told_and_can_be_changed(run_page: RunPage) -> None:
    content = table(HEADINGS, KNOWN, encoding="gb18030")
    app = brought(run_page(PAGE), "名册.csv", content, "people")
    assert "GB18030 (by the characters it gives)" in said(app)
    assert "comma" in said(app)
    radio = next(one for one in app.radio if one.label == "Encoding")
    settled(radio.set_value("Big5").run())
    assert desk_of(app).reading.encoding == "Big5"
    assert "GB18030 (by" not in said(app)


def test_a_file_in_utf_16_tells_how_that_was_found(run_page: RunPage) -> None:
    text = "村(社区)\t户数\r\n南关社区\t411\r\n"
    app = brought(run_page(PAGE), "hu.txt", text.encode("utf-16"), "households")
    assert "(by the mark at its beginning)" in said(app)
    app = brought(run_page(PAGE), "hu.txt", text.encode("utf-16-le"), "households")
    assert "(two bytes a character)" in said(app)


def test_all_vector_files_that_are_read_may_be_given(run_page: RunPage) -> None:
    offered = set(run_page(PAGE).file_uploader[0].proto.type)
    assert {*KINDS, ".xlsx", ".csv"} <= offered


def test_a_column_that_is_needed_is_asked_for_by_its_label(run_page: RunPage) -> None:
    app = brought(run_page(PAGE), "people.csv", table(["乡镇", "人数"], ["泽阳街道", 3]), "people")
    told = app.error[0].value.replace("\\", "")
    assert "Person / Head of the cell / Person id" in told
    assert "head_name" not in told


def test_namesakes_of_a_file_are_counted_by_their_rows(run_page: RunPage) -> None:
    rows = [
        ("泽阳街道", place, "邬测试", phone, "", "网格员")
        for place, phone in (("南关社区", 10012341111), ("南关社区", 10012341112))
    ]
    app = brought(run_page(PAGE), "people.xlsx", roster(*rows), "people")
    assert "2 rows name people who are not in the roster: 邬测试 × 2" in said(app)
    app = press(app, "import_add_people")
    assert counts(app)["Added"] == "2"


def test_columns_are_corrected_saved_and_loaded(run_page: RunPage) -> None:
    content = book(
        ("谁", "手机号码", "网格编码", "做什么"), ("张测试", 10012341111, "990101001001001", "网格员")
    )
    app = brought(run_page(PAGE), "名册.xlsx", content, "people")
    assert "no column is taken for" in said(app)
    choose(app, "Person", "谁")
    choose(app, "Function", "做什么")
    assert counts(app)["Refused"] == "1"
    columns = {"person": "谁", "grid_code": "网格编码"}
    plain = {"format": "gridmap field mapping", "kind": "people", "signature": "", "columns": columns}
    uploader = next(one for one in app.file_uploader if one.label.startswith("Load a mapping"))
    uploader.upload("map.json", json.dumps(plain).encode())
    settled(app.run())
    chosen = {one.label: one.value for one in app.selectbox}
    assert (chosen["Person"], chosen["Code of the cell"], chosen["Phone"]) == ("谁", "网格编码", "")


def test_a_mapping_of_another_kind_is_refused_beside_its_field(run_page: RunPage) -> None:
    app = brought(run_page(PAGE), "名册.xlsx", roster(KNOWN), "people")
    plain = {"format": "gridmap field mapping", "kind": "sites", "columns": {}}
    uploader = next(one for one in app.file_uploader if one.label.startswith("Load a mapping"))
    uploader.upload("map.json", json.dumps(plain).encode())
    settled(app.run())
    assert "The mapping is one of sites, not of people." in said(app)


def test_a_mapping_is_remembered_for_the_next_file(run_page: RunPage) -> None:
    headings = ("谁", "手机号码", "网格编码", "做什么")
    row = ("张测试", 10012341111, "990101001001001", "网格员")
    app = brought(run_page(PAGE), "名册.xlsx", book(headings, row), "people")
    choose(choose(app, "Person", "谁"), "Function", "做什么")
    press(app, "import_add_people")
    save(app, "first")
    again = brought(app, "又.xlsx", book(headings, row), "people")
    assert "taken as at the last import" in said(again)
    assert counts(again)["Unchanged"] == "1"
    press(again, "import_note")
    assert "又.xlsx is noted as returned" in said(again)


def test_a_place_is_decided_by_suggestion_by_name_or_left_out(run_page: RunPage) -> None:
    others = [
        ("云东镇", "夏家", "王测试", "10012343333", "", "网格员"),
        ("云东镇", "不存在村", "周测试", "10012344444", "", "网格员"),
    ]
    app = brought(run_page(PAGE), "名册.xlsx", roster(MISSPELT, *others), "people")
    press(app, next(str(b.key) for b in app.button if "南关社区" in b.label))
    assert "南官社区" not in said(app)
    choose(app, "The place meant by 夏家", "990101100201")
    choose(app, "The place meant by 不存在村", "")
    assert set(desk_of(app).decisions.units.values()) == {"990101001001", "990101100201", ""}
    press(app, "import_take_back")
    assert "南官社区" in said(app)


@pytest.mark.parametrize(
    ("written", "code", "trouble"),
    [
        ("夏家集村", "990101100201", ""),
        (" 990101100201 ", "990101100201", ""),
        ("没有这个村", None, "there is no place with this name or code"),
        ("南汤家铺村", None, "several places fit"),
    ],
)
def test_another_place_may_be_written(
    written: str, code: str | None, trouble: str, run_page: RunPage
) -> None:
    app = run_page(PAGE)
    script = (
        "import streamlit as st\n"
        "from gridmap.web import session\n"
        "from gridmap.web.imports import desk as import_desk, matching as import_matching\n"
        f"st.session_state['written'] = {written!r}\n"
        "import_matching._decide_place(session.current_user(), (5, 6), 'written')\n"
        "import_desk.show_import_trouble('matching')\n"
    )
    app = AppTest.from_string(script, default_timeout=180)
    app.session_state["language"] = "en"
    app.run()
    assert not app.exception
    assert desk_of(app).decisions.units == ({} if code is None else {5: code, 6: code})
    assert trouble in said(app)
    assert bool(app.error) == bool(trouble)


def test_points_of_another_datum_are_told_and_moved_only_when_asked(
    run_page: RunPage, cache: PlanCache
) -> None:
    shifted = 0.0062, 0.0008  # GCJ-02 in this county, within some ten metres
    sites = cache.plan().contact_sites.head(20)
    units = cache.plan().units["name"]
    rows = [
        (site["name"], units[site.unit_code], site.lon + shifted[0], site.lat + shifted[1])
        for _, site in sites.iterrows()
    ]
    content = table(("联系点名称", "社区", "经度", "纬度"), *rows)
    app = brought(run_page(PAGE), "联系点.csv", content, "sites")
    radio = next(one for one in app.radio if one.label.startswith("Where do the coordinates"))
    assert radio.value == "wgs84"
    assert "Another origin explains the places better" in said(app)
    assert "moved by 5" in rows_of(app, "Who or what")
    settled(radio.set_value("gcj02").run())
    assert "Another origin" not in said(app)
    assert "moved by 5" not in (rows_of(app, "Who or what") if app.dataframe else "")


def test_metres_without_a_system_are_asked_for(run_page: RunPage, cache: PlanCache) -> None:
    sites = cache.plan().contact_sites.head(12)
    shapes = gpd.GeoSeries(gpd.points_from_xy(sites.lon, sites.lat), crs="EPSG:4326").to_crs("EPSG:4548")
    rows = [(name, x, y) for name, x, y in zip(sites["name"], shapes.x, shapes.y, strict=True)]
    app = brought(run_page(PAGE), "联系点.csv", table(("联系点名称", "X", "Y"), *rows), "sites")
    systems = next(one for one in app.radio if one.label.startswith("Coordinate system"))
    assert systems.value is None
    assert "EPSG:4548" in systems.options
    settled(systems.set_value("EPSG:4548").run())
    assert not app.error
    assert counts(app)["Refused"] == "0"


def test_a_layer_without_a_system_offers_the_likely_ones(
    run_page: RunPage, cache: PlanCache, tmp_path: Path
) -> None:
    site = cache.plan().contact_sites.iloc[0]
    place = gpd.GeoSeries([Point(site.lon, site.lat)], crs="EPSG:4326").to_crs("EPSG:4548")
    path = tmp_path / "点.gpkg"
    with pytest.warns(UserWarning, match="crs"):
        gpd.GeoDataFrame({"企业名称": [site["name"]]}, geometry=list(place)).to_file(path)
    app = brought(run_page(PAGE), "点.gpkg", path.read_bytes(), "sites")
    assert app.error
    systems = next(one for one in app.radio if one.label.startswith("Coordinate system"))
    settled(systems.set_value("EPSG:4548").run())
    assert "EPSG:4548 (named by you)" in said(app)
    assert not app.error
    assert counts(app)["Refused"] == "0"


def test_a_namesake_is_asked_for_and_never_made(run_page: RunPage, cache: PlanCache) -> None:
    known = cache.plan().people.iloc[0]
    row = ("云东镇", "柳林村", known["name"], "", "", "网格员")
    app = brought(run_page(PAGE), "名册.xlsx", roster(row), "people")
    assert counts(app)["Refused"] == "1"
    asked = next(one for one in app.selectbox if one.label == f"The person meant by {known['name']}")
    assert any(known["name"] in option for option in asked.options)
    assert "not known with this unit or phone; 1 person of this name is elsewhere" in said(app)
    app = press(app, "import_add_people")
    assert "Who is meant" not in said(app)
    assert any("1 of the new people has a namesake" in one.label for one in app.expander)
    asked = next(one for one in app.selectbox if one.label == f"The person meant by {known['name']}")
    settled(asked.set_value(str(known.name)).run())
    assert list(desk_of(app).decisions.people.values()) == [str(known.name)]
    assert counts(app)["Refused"] == "0"


def test_dates_without_a_year_ask_for_it(run_page: RunPage) -> None:
    content = book((*HEADINGS, "到岗时间"), (*KNOWN, "2月8日"))
    app = brought(run_page(PAGE), "名册.xlsx", content, "people")
    assert "the year is missing" in rows_of(app, "Who or what")
    settled(app.number_input[0].set_value(2020).run())
    assert "the year is missing" not in rows_of(app, "Who or what")


def test_a_roster_written_to_be_filled_in_needs_no_mapping(run_page: RunPage, cache: PlanCache) -> None:
    from gridmap.service.imports.roster.file import write_roster  # noqa: PLC0415 # used here only

    at = cache.plan().demo_clock
    assert at is not None
    content = write_roster(cache, user=PLANNER, scope="", at=at, language="zh")
    app = brought(run_page(PAGE), "roster.xlsx", content, "people")
    assert "needs no mapping" in said(app) or "need no mapping" in said(app)
    assert (counts(app)["Added"], counts(app)["Changed"], counts(app)["Refused"]) == ("0", "0", "0")


def test_a_template_of_an_earlier_round_answers_that_round(run_page: RunPage, cache: PlanCache) -> None:
    """By its stamp; a file without one answers the last round."""
    at = cache.plan().demo_clock
    assert at is not None
    first, second = (
        begin_collecting(cache, "sites", deadline=None, user=PLANNER, at=at + timedelta(days=day))
        for day in (-2, -1)
    )
    name, content = next(iter(round_templates(cache, first.id, user=PLANNER, at=at, language="zh").items()))
    app = brought(run_page(PAGE), name, content, "sites")
    press(app, "import_note")
    answered = {
        one.id: [
            town.code for town in round_status(cache, one.id, user=PLANNER, at=at).townships if town.file
        ]
        for one in (first, second)
    }
    assert answered == {first.id: [name[:12]], second.id: []}


def test_another_file_and_another_kind_begin_anew(run_page: RunPage) -> None:
    app = brought(run_page(PAGE), "名册.xlsx", roster(MISSPELT), "people")
    press(app, "import_accept_clear")
    app.segmented_control(key="import_kind").set_value("visits")
    settled(app.run())
    assert not desk_of(app).decisions.accept_clear
    assert "no column is taken for" in said(app)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("lie.xlsx", b"%PDF-1.7", "lie.xlsx"),
        ("empty.csv", b"", "empty.csv"),
        ("broken.geojson", b"{", "broken.geojson"),
    ],
)
def test_a_bad_file_is_told_in_the_words_of_the_command_line(
    name: str, content: bytes, words: str, run_page: RunPage, cache: PlanCache
) -> None:
    app = brought(run_page(PAGE), name, content, "people")
    assert words in app.error[0].value.replace("\\", "")
    assert not app.metric


def test_reading_can_be_stopped_and_begun_again(run_page: RunPage, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on = Event(), Event()

    def slow(request: LookRequest, *_: object, **__: object) -> Look:
        begun.set()
        go_on.wait(120)
        return Look(trouble=None)

    app = run_page(PAGE)
    with monkeypatch.context() as patched:
        patched.setattr(import_compare, "looked_at", slow)
        app.file_uploader[0].upload("名册.xlsx", roster(KNOWN))
        app.run()
        app.segmented_control(key="import_kind").set_value("people")
        app.run()
        assert begun.wait(120)
        app.button(key="cancel_looking").click().run()
        go_on.set()
    assert "Stopped; nothing was saved." in said(app)
    press(app, "again_looking")
    assert "Stopped" not in said(app)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.COMMANDER, Role.AUDITOR])
def test_who_may_not_edit_gets_no_field(role: Role, run_page: RunPage) -> None:
    app = run_page(PAGE, user=User("v", "V", role))
    assert not app.file_uploader
    assert "Only planners" in app.info[0].value


def test_a_planner_of_one_township_cannot_reach_another(run_page: RunPage, cache: PlanCache) -> None:
    user = User("p", "P", Role.PLANNER, scope="990101001000")
    outside = ("云东镇", "柳林村", "王测试", "10012343333", "", "网格员")
    app = brought(run_page(PAGE, user=user), "名册.xlsx", roster(KNOWN, outside), "people")
    if any(button.key == "import_add_people" for button in app.button):
        press(app, "import_add_people")
    assert counts(app)["Added"] == "1"
    assert "柳林村" not in str(cache.plan().posts["target_code"])
    assert counts(app)["Refused"] == "1"
