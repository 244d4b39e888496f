from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from gridmap.errors import InputError
from gridmap.model.people import Function
from gridmap.store.contents import Contents, write_plan
from gridmap.store.history import read_events
from gridmap.store.repository import Revision, Workspace
from gridmap.store.tables import CONTENT
from tests.store.drawn_workspace import CELLS, MORNING, WEST, cells, contents, drawn_workspace, units


def write(workspace: Workspace, what: Contents, *, remove_missing: bool = False) -> Revision:
    return write_plan(workspace, what, "li", "test", MORNING, remove_missing=remove_missing)


def last_counts(workspace: Workspace) -> dict[str, object]:
    event = read_events(workspace, limit=1).iloc[0]
    return {"table": event["table_name"], **json.loads(event["after"])}


def test_one_event_a_table_with_counts(tmp_path: Path) -> None:
    events = read_events(drawn_workspace(tmp_path))
    assert events["group_id"].unique().tolist() == [1]
    assert set(events["user"]) == {"demo"}
    assert set(events["table_name"]) == {table.name for table in CONTENT}
    counted = {row["table_name"]: json.loads(row["after"]) for _, row in events.iterrows()}
    assert counted["cells"] == {"rows": 4, "inserted": 4, "changed": 0, "added": CELLS}
    assert counted["buildings"]["added"] == [1]
    assert events["at"].unique().tolist() == [pd.Timestamp(MORNING)]


def test_equal_rows_stay_and_others_count_up(tmp_path: Path) -> None:
    workspace = drawn_workspace(tmp_path)
    renamed = cells().assign(name=["东1", "new", "西1", "西2"])
    assert write(workspace, Contents(cells=renamed)).revision == 2
    assert workspace.load_plan().cells["version"].tolist() == [1, 2, 1, 1]
    (event,) = read_events(workspace, limit=1).to_dict("records")
    assert (event["action"], event["table_name"], event["row_key"]) == ("update", "cells", CELLS[1])
    before, after = json.loads(event["before"]), json.loads(event["after"])
    assert (before["name"], before["version"], after["name"], after["version"]) == ("东2", 1, "new", 2)
    assert "geom" not in before, "a shape that stays is not kept twice"
    write(workspace, Contents(cells=renamed))
    assert last_counts(workspace) == {"table": "cells", "rows": 4, "inserted": 0, "changed": 0, "added": []}


def test_geometry_counts_only_where_shapes_may_have_changed(tmp_path: Path) -> None:
    workspace = drawn_workspace(tmp_path)
    assert write(workspace, Contents(people=pd.DataFrame({"id": ["cy"]}))) == Revision(2, 1)
    assert write(workspace, Contents(cells=cells())) == Revision(3, 1)
    moved = cells().assign(geometry=cells().geometry.translate(0.5))
    assert write(workspace, Contents(cells=moved)) == Revision(4, 2)


def test_columns_left_out_stay_as_they_are(tmp_path: Path) -> None:
    workspace = drawn_workspace(tmp_path)
    write(workspace, Contents(people=pd.DataFrame({"title": ["Chief"]}, index=pd.Index(["ann"], name="id"))))
    person = workspace.load_plan().people.loc["ann"]
    assert list(person[["name", "phone", "title", "version"]]) == ["安", "100****5678", "Chief", 2]


def test_rows_not_named_stay_unless_told(tmp_path: Path) -> None:
    workspace = drawn_workspace(tmp_path)
    bob = pd.DataFrame({"id": ["bob"], "name": ["鲍"]})
    write(workspace, Contents(people=bob))
    assert workspace.load_plan().people.index.tolist() == ["ann", "bob"]
    write(workspace, Contents(people=bob), remove_missing=True)
    assert workspace.load_plan().people.index.tolist() == ["bob"]
    (event,) = read_events(workspace, limit=1).to_dict("records")
    assert (event["action"], event["row_key"]) == ("delete", "ann")
    assert json.loads(event["before"])["name"] == "安"
    write(workspace, Contents(buildings=contents().buildings), remove_missing=True)
    assert workspace.load_buildings().index.tolist() == [2]


def test_codes_enums_and_missing_values_are_taken(tmp_path: Path) -> None:
    workspace = drawn_workspace(tmp_path)
    posts = pd.DataFrame(
        {
            "id": ["s2"],
            "person_id": ["bob"],
            "function": [Function.MEMBER],
            "tier": [pd.NA],
            "target_kind": pd.Categorical(["cell"]),
            "target_code": [CELLS[0]],
            "valid_from": ["2020-02-01"],
            "arrived_at": [None],
        }
    )
    write(workspace, Contents(posts=posts))
    post = workspace.load_plan().posts.loc["s2"]
    assert (post["function"], post["target_kind"], post["valid_from"]) == (
        "member",
        "cell",
        pd.Timestamp("2020-02-01"),
    )
    assert pd.isna(post["tier"])


@pytest.mark.parametrize(
    ("frame", "says"),
    [
        ({"id": ["a"], "shoe_size": [44]}, "people has no column shoe_size"),
        ({"name": ["A"]}, "people needs the columns id"),
        ({"id": ["a", "b", "a"]}, r"column id: rows that share it \(a\)"),
        ({"id": ["a", None]}, r"column id: a row without it"),
        ({"id": ["a"], "version": [1.5]}, "column version: not a whole number: 1.5"),
    ],
)
def test_people_that_do_not_fit_are_refused(
    tmp_path: Path, frame: dict[str, list[object]], says: str
) -> None:
    workspace = drawn_workspace(tmp_path)
    with pytest.raises(InputError, match=says):
        write(workspace, Contents(teams=pd.DataFrame({"id": ["t9"]}), people=pd.DataFrame(frame)))
    assert workspace.revision() == Revision(1, 1)
    assert workspace.load_plan().teams.index.tolist() == ["t1"]


def _visits(moment: object) -> Contents:
    return Contents(visits=pd.DataFrame({"id": ["v"], "site_code": ["c1"], "visited_at": [moment]}))


@pytest.mark.parametrize(
    ("what", "says"),
    [
        (_visits(pd.Timestamp("2020-02-10", tz="UTC")), "no zone"),
        (_visits("yesterday"), "column visited_at"),
        (_visits(None), r"column visited_at: no value \(v\)"),
        (Contents(cells=cells().to_crs(3857)), "must be in EPSG:4326"),
        (
            Contents(
                cells=gpd.GeoDataFrame(cells().drop(columns="geometry"), geometry=list(cells().geometry))
            ),
            "must be in EPSG:4326",
        ),
        (Contents(cells=cells().assign(geometry=cells().representative_point())), "not a multipolygon"),
        (Contents(checkpoints=pd.DataFrame(cells())), "must come as a GeoDataFrame"),
        (Contents(people=cells()), "people has no column"),
        (Contents(cells=cells().assign(parent_code=None)), r"column parent_code: no value \(9901"),
    ],
)
def test_what_does_not_fit_is_refused(tmp_path: Path, what: Contents, says: str) -> None:
    workspace = drawn_workspace(tmp_path)
    with pytest.raises(InputError, match=says):
        write(workspace, what)
    assert workspace.revision() == Revision(1, 1)


def test_bounds_of_a_layer_follow(tmp_path: Path) -> None:
    workspace = drawn_workspace(tmp_path)
    far = gpd.GeoDataFrame(units().iloc[[3]], geometry=[shapely.box(110, 30, 111, 31)], crs=4326)
    write(workspace, Contents(units=far))
    assert workspace.load_shapes().units[WEST].bounds == (110, 30, 111, 31)
