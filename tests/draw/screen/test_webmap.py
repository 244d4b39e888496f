"""The map's script is constant, its commands are harmless, its status is aligned with its chunks."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import folium
import pytest
import streamlit_folium

from gridmap.draw.layers import Layers
from gridmap.draw.looks import CELL_LOOKS, POINT_LOOKS
from gridmap.draw.screen.chunks import build_chunks
from gridmap.draw.screen.webmap import (
    HIDDEN,
    KIND_LABELS,
    MapCommand,
    command_group,
    map_labels,
    operations_map,
    status_document,
)
from gridmap.model.places import Level
from gridmap.model.sites import CheckpointKind, SiteKind
from gridmap.model.status import CellState, CheckpointState, SiteState
from tests.draw.screen.test_escape import PAYLOADS
from tests.drawn_county import drawn_county, drawn_layers

BOUNDS = (112.0, 30.0, 112.5, 30.36)
COUNTY = drawn_county()
CHUNKS = build_chunks(COUNTY.shapes, COUNTY.units, COUNTY.cells)
COMMAND = MapCommand("/data/w/status/1", "/data/w/geometry/{hash}")


def group_script(command: MapCommand) -> str:
    script = streamlit_folium._get_feature_group_string(command_group(command), map=operations_map(BOUNDS))
    assert isinstance(script, str)
    return script


def applied(command: MapCommand) -> dict[str, object]:
    """The JSON a command's script hands to the layer."""
    found = re.search(r"window\.gridmapLayer\.apply\((.*)\); }", group_script(command))
    assert found
    read: dict[str, object] = json.loads(found.group(1))
    return read


def test_two_maps_have_the_same_script() -> None:
    first = streamlit_folium._get_map_string(operations_map(BOUNDS))
    assert first == streamlit_folium._get_map_string(operations_map(BOUNDS))
    assert "gridmap.cellLayer().addTo(map_div)" in first
    assert 'L.Icon.Default.imagePath = "/assets/vendor/leaflet/images/"' in first


def test_a_command_leaves_the_map_script_alone() -> None:
    plain, commanded = operations_map(BOUNDS), operations_map(BOUNDS)
    before = streamlit_folium._get_map_string(plain)
    after = streamlit_folium._get_map_string(commanded)
    streamlit_folium._get_feature_group_string(command_group(COMMAND), map=commanded)
    assert before == after


def test_a_command_arrives_as_it_was_sent() -> None:
    command = replace(COMMAND, trail=("99", "9901"), fit=BOUNDS, fit_sequence=3, selected_code="c1_ab12")
    got = applied(command)
    assert got["trail"] == ["99", "9901"]
    assert got["fit"] == list(BOUNDS)
    assert got["selected_code"] == "c1_ab12"
    assert got["geometry_url"] == "/data/w/geometry/{hash}"
    assert got["labels"] == map_labels("zh")


@pytest.mark.parametrize("payload", PAYLOADS)
def test_an_attack_in_a_command_is_only_text(payload: str) -> None:
    command = replace(COMMAND, selected_code=payload)
    assert applied(command)["selected_code"] == payload
    line = next(line for line in group_script(command).splitlines() if "apply(" in line)
    assert not set("<>`$'") & set(line)


def test_equal_commands_have_equal_scripts_and_others_do_not() -> None:
    assert group_script(COMMAND) == group_script(COMMAND)
    assert group_script(COMMAND) != group_script(replace(COMMAND, status_url="/data/w/status/2"))


def test_a_plain_map_has_no_tiles_and_a_tiled_one_says_whose_they_are() -> None:
    plain = streamlit_folium._get_map_string(operations_map(BOUNDS))
    assert "tileLayer" not in plain
    tiled = operations_map(
        BOUNDS, tiles_url="http://maps.intranet/{z}/{x}/{y}.png", attribution="<b>Survey</b>"
    )
    script = streamlit_folium._get_map_string(tiled)
    assert "maps.intranet" in script
    assert "<b>" not in script


def test_every_state_and_kind_has_a_look_and_a_label() -> None:
    assert set(POINT_LOOKS) == {*CheckpointState, *SiteState}
    assert set(KIND_LABELS) == {*CheckpointKind, *SiteKind}


def test_states_are_in_the_order_of_their_chunk() -> None:
    states = {"990101001001002": CellState.VACANT, "990101002003004": CellState.INACTIVE}
    status = status_document(drawn_layers(COUNTY, states=states), CHUNKS, "en")
    order = list(CellState)
    (cells,) = (level for level in status["levels"] if level["level"] == "cell")
    for entry, chunk in zip(cells["chunks"], CHUNKS.at(Level.CELL), strict=True):
        assert entry["hash"] == chunk.hash
        shown = dict(zip(chunk.codes, entry["states"], strict=True))
        for code, state in states.items():
            assert shown.get(code, str(order.index(state))) == str(order.index(state))


def test_units_carry_counts_and_children() -> None:
    status = status_document(drawn_layers(COUNTY, points=False), CHUNKS, "en")
    townships = next(level for level in status["levels"] if level["level"] == "township")["chunks"][0]
    assert townships["cells"] == [12, 12]
    assert townships["children"] == [3, 3]
    assert sum(townships["vacant"]) == 1
    assert townships["names"] == ["云泽镇", "河东镇"]


def test_looks_repeat_the_styles_of_the_layers() -> None:
    looks = status_document(drawn_layers(COUNTY), CHUNKS, "en")["looks"]
    for look, state in zip(looks["cells"], CellState, strict=True):
        assert look["fill"] == CELL_LOOKS[state].fill
        assert look["sign"] == CELL_LOOKS[state].sign
    assert looks["points"]["empty"]["label"] == "Empty"


def test_the_document_is_json_and_knows_its_moment() -> None:
    status = status_document(drawn_layers(COUNTY, revision=128), CHUNKS, "en")
    assert json.loads(json.dumps(status, allow_nan=False)) == status
    assert status["revision"] == 128
    assert status["as_of"] == "2020-02-10T22:00:00"


def test_points_are_columns_of_one_length() -> None:
    status = status_document(drawn_layers(COUNTY), CHUNKS, "en")
    for group, count in (("checkpoint", 2), ("contact_site", 6)):
        assert {len(column) for column in status["points"][group].values()} == {count}


def only_village(layers: Layers, village: str) -> Layers:
    """What a user sees whose scope is one village."""
    units = {Level.VILLAGE: tuple(mark for mark in layers.units[Level.VILLAGE] if mark.code == village)}
    return replace(layers, units=units, cells=tuple(c for c in layers.cells if c.parent_code == village))


def test_what_a_user_may_not_see_is_hidden_or_left_out() -> None:
    status = status_document(only_village(drawn_layers(COUNTY), "990101001002"), CHUNKS, "en")
    by_level = {level["level"]: level["chunks"] for level in status["levels"]}
    assert by_level["county"] == by_level["township"] == []
    (villages,), (cells,) = by_level["village"], by_level["cell"]
    assert [name is None for name in villages["names"]] == [True, False, True]
    assert villages["parent"] == cells["parent"] == ""
    assert cells["states"].count(HIDDEN) == 8


def test_folium_elements_stay_within_one_map() -> None:
    assert isinstance(command_group(COMMAND), folium.FeatureGroup)
    assert command_group(COMMAND).control is False
