"""One file of people does the same at every door: the pages People and Import, and the command line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from streamlit.testing.v1 import AppTest

from gridmap.cli import main
from gridmap.service.imports.preview import ImportPreview
from gridmap.service.people.commands import AddPerson
from gridmap.service.people.saving import save_edits
from gridmap.service.plan_cache import PlanCache
from gridmap.settings import Settings
from gridmap.web import session
from tests.pages.conftest import PLANNER
from tests.pages.imports.test_page import brought, desk_of, press
from tests.paths import ROOT

AT = datetime(2020, 2, 10, 22)
PEOPLE_DOOR = """
from gridmap.web.people.roster_file import show_roster_file
from gridmap.web.session import now, require_user
user = require_user()
show_roster_file(user, "", now())
"""
FILES = {
    "a name that one person has, and nothing else": "姓名,职务\n单独名,新职务\n",
    "a name that two people have": "姓名,职务\n重名,新职务\n",
    "a name and a phone": "姓名,电话,职务\n单独名,10055550001,新职务\n",
    "a name and a unit": "姓名,派出单位,职务\n重名,县财政局,新职务\n",
    "an id": "人员编号,姓名,职务\nsame-2,重名,新职务\n",
    "two people in a cell": "姓名,派出单位\n张三丰、李四光,县水务局\n",
    "two people on two lines": '姓名,派出单位\n"张三丰\n李四光",县水务局\n',
    "a number of somebody else": "姓名,电话\n别人,10055550001\n",
    "one number for two": "姓名,电话\n张三丰,10055559999\n李四光,10055559999\n",
}
EXPECTED = {
    "a name that one person has, and nothing else": ["refused"],
    "a name that two people have": ["refused"],
    "a name and a phone": ["changed"],
    "a name and a unit": ["changed"],
    "an id": ["changed"],
    "two people in a cell": ["added", "added"],
    "two people on two lines": ["added", "added"],
    "a number of somebody else": ["refused"],
    "one number for two": ["refused", "refused"],
}


@dataclass(frozen=True)
class Told:
    """What a door says of each row: what becomes of it, and why not."""

    states: list[str]
    texts: list[str]


@pytest.fixture
def county(cache: PlanCache, monkeypatch: pytest.MonkeyPatch) -> Iterator[PlanCache]:
    edits = [
        AddPerson("only-1", "单独名", "10055550001", sending_unit="县教育局"),
        AddPerson("same-1", "重名", "10055550002", sending_unit="县财政局"),
        AddPerson("same-2", "重名", "10055550003", sending_unit="县教育局"),
    ]
    save_edits(cache.workspace, edits, reason="more", user=PLANNER, at=AT)
    session.wire(session.Services(cache=cache, settings=Settings(), clock=lambda: AT))
    monkeypatch.setattr(session, "current_user", lambda: PLANNER)
    yield cache
    session.unwire()


def at_people(_cache: PlanCache, file: Path) -> Told:
    app = AppTest.from_string(PEOPLE_DOOR, default_timeout=60)
    app.session_state["language"] = "en"
    app.run().file_uploader[0].upload(file.name, file.read_bytes())
    app.run()
    assert not app.exception
    rows = app.dataframe[0].value.sort_values("Row", kind="stable")
    return Told([one.lower() for one in rows["Outcome"]], rows["What, or why not"].tolist())


def at_import(_cache: PlanCache, file: Path) -> Told:
    app = AppTest.from_file(ROOT / "pages" / "imports.py", default_timeout=60)
    app.session_state["language"] = "en"
    brought(app.run(), file.name, file.read_bytes(), "people")
    # This door asks before it takes in somebody new; the others show it and ask when saving.
    if any(button.key == "import_add_people" for button in app.button):
        press(app, "import_add_people")
    rows = sorted(preview_of(app).rows, key=lambda row: row.number)
    return Told(
        [row.state.value for row in rows],
        [str(row.reason) if row.reason else " · ".join(map(str, row.what)) for row in rows],
    )


def preview_of(app: AppTest) -> ImportPreview:
    preview: ImportPreview = desk_of(app).previewing._result[0]
    return preview


def at_command_line(cache: PlanCache, file: Path) -> Told:
    command = ["import", str(cache.workspace.path), "people", str(file), "--dry-run", "--json"]
    told = json.loads(CliRunner(env={"LC_ALL": "C"}).invoke(main, command).stdout)
    return Told(
        [row["state"] for row in told["rows"]],
        [row["reason"] or " · ".join(row["what"]) for row in told["rows"]],
    )


DOORS: dict[str, Callable[[PlanCache, Path], Told]] = {
    "People": at_people,
    "Import": at_import,
    "command line": at_command_line,
}


@pytest.mark.parametrize("name", FILES)
def test_every_door_tells_the_same(name: str, county: PlanCache, tmp_path: Path) -> None:
    file = tmp_path / "office.csv"
    file.write_text(FILES[name], encoding="utf-8")
    told = {door: look(county, file) for door, look in DOORS.items()}
    assert {door: one.states for door, one in told.items()} == dict.fromkeys(DOORS, EXPECTED[name])
    assert len({tuple(one.texts) for one in told.values()}) == 1, told
