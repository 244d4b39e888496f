"""What a user of one township sees of the county, by every way the map offers."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from gridmap.errors import AccessError, NotFoundError
from gridmap.messages import LANGUAGES, Language
from gridmap.model.access import Role, User, covers
from gridmap.model.people import TargetKind
from gridmap.model.places import Level
from gridmap.model.plan import Plan
from gridmap.service.operations.viewing import bounds_of, geometry_chunk, home, map_status, open_map, search
from gridmap.service.plan_cache import PlanCache
from gridmap.service.workspaces import open_workspace
from tests.prepared import demo_in
from tests.store.drawn_workspace import CELLS, EAST, WEST, drawn_workspace

NOON = datetime(2020, 2, 10, 12)
WHOLE = User("wu", "Wu", Role.COMMANDER)
COUNTY, FIRST, SECOND = "990101000000", "990101001000", "990101002000"
OF_FIRST = User("li", "Li", Role.COMMANDER, FIRST)
OF_SECOND = User("he", "He", Role.COMMANDER, SECOND)


@pytest.fixture
def cache(tmp_path: Path) -> PlanCache:
    return PlanCache(drawn_workspace(tmp_path))


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> PlanCache:
    folder = tmp_path_factory.mktemp("demo")
    return PlanCache(open_workspace(demo_in(folder).path))


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ("", COUNTY),
        (COUNTY, COUNTY),
        ("990101", COUNTY),
        (SECOND, SECOND),
        ("990101002", SECOND),
        (EAST, EAST),
    ],
)
def test_home_is_the_widest_unit_of_the_scope(cache: PlanCache, scope: str, expected: str) -> None:
    assert home(cache.plan(), User("x", "", Role.VIEWER, scope)) == expected


def test_a_scope_without_anything_has_no_home(cache: PlanCache) -> None:
    with pytest.raises(NotFoundError, match="990102"):
        home(cache.plan(), User("x", "", Role.VIEWER, "990102"))


def test_a_township_is_opened_with_its_own_figures(cache: PlanCache) -> None:
    view = open_map(cache, user=OF_FIRST, scope=FIRST, at=NOON)
    assert [mark.code for mark in view.layers.cells] == CELLS[:2]
    assert [mark.code for mark in view.layers.units[Level.VILLAGE]] == [WEST]
    assert view.indicators["cell_coverage"].denominator == 2
    assert {concern.code for concern in view.concerns} == {"k1", FIRST, *CELLS[:2]}
    assert open_map(cache, user=WHOLE, scope=COUNTY, at=NOON).indicators["cell_coverage"].denominator == 4


@pytest.mark.parametrize("scope", ["", COUNTY, SECOND, EAST])
def test_what_lies_outside_is_not_opened(cache: PlanCache, scope: str) -> None:
    with pytest.raises(AccessError, match="li may view"):
        open_map(cache, user=OF_FIRST, scope=scope, at=NOON)


def test_rights_are_asked_again_where_the_view_is_kept_already(cache: PlanCache) -> None:
    open_map(cache, user=WHOLE, scope=SECOND, at=NOON)
    with pytest.raises(AccessError):
        open_map(cache, user=OF_FIRST, scope=SECOND, at=NOON)


def test_a_view_is_worked_out_once_for_everybody(cache: PlanCache) -> None:
    first = open_map(cache, user=WHOLE, scope=FIRST, at=NOON)
    assert open_map(cache, user=OF_FIRST, scope=FIRST, at=NOON) is first


def names_and_codes(plan: Plan, township: str) -> tuple[set[str], set[str]]:
    """Codes and names of units, cells and sites inside a township, and those outside only."""
    own: set[str] = set()
    foreign: set[str] = set()
    for frame, place in ((plan.units, None), (plan.cells, None), (plan.contact_sites, "unit_code")):
        places = frame.index if place is None else frame[place]
        for code, name, where in zip(frame.index, frame["name"], places, strict=True):
            (own if covers(township, str(where)) else foreign).update({str(code), str(name)})
    return own, foreign - own


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_status_of_a_township_names_nothing_foreign(demo: PlanCache, language: Language) -> None:
    plan = demo.plan()
    for township in plan.units.index[plan.units["level"] == "township"]:
        user = User("x", "", Role.COMMANDER, str(township))
        document = map_status(demo, user=user, at=NOON, language=language).decode()
        own, foreign = names_and_codes(plan, str(township))
        assert str(plan.units["name"][township]) in document
        assert sum(text in document for text in own) > 20
        assert [text for text in foreign if f'"{text}"' in document] == []


def test_a_status_counts_what_its_user_may_see(cache: PlanCache) -> None:
    for user, names in (
        (OF_FIRST, ["东1", "东2"]),
        (OF_SECOND, ["西1", "西2"]),
        (WHOLE, ["东1", "东2", "西1", "西2"]),
    ):
        document = json.loads(map_status(cache, user=user, at=NOON, language="en"))
        cells = next(level for level in document["levels"] if level["level"] == "cell")
        assert [name for chunk in cells["chunks"] for name in chunk["names"]] == names
        assert document["points"]["checkpoint"]["codes"] == ["k1"], "a joint post belongs to both"
        assert document["points"]["contact_site"]["codes"] == ([] if user is OF_FIRST else ["c1"])


def test_geometry_is_given_where_a_shape_of_the_users_own_is_in_it(demo: PlanCache) -> None:
    plan = demo.plan()
    township = str(plan.units.index[plan.units["level"] == "township"][0])
    user = User("x", "", Role.VIEWER, township)
    given, refused = set(), set()
    for chunk in demo.chunks().chunks:
        try:
            assert geometry_chunk(demo, user=user, digest=chunk.hash) == chunk.payload
            given.add((chunk.level, chunk.parent_code))
        except AccessError:
            refused.add((chunk.level, chunk.parent_code))
    assert given == {
        (Level.COUNTY, ""), (Level.TOWNSHIP, ""), (Level.VILLAGE, township), (Level.CELL, township)
    }  # fmt: skip
    others = set(plan.units.index[plan.units["level"] == "township"]) - {township}
    assert refused == {(level, code) for level in (Level.VILLAGE, Level.CELL) for code in others}


def test_geometry_that_is_not_there_is_not_found(cache: PlanCache) -> None:
    with pytest.raises(NotFoundError, match="f00f"):
        geometry_chunk(cache, user=WHOLE, digest="f00f")


@pytest.mark.parametrize(
    ("user", "text", "codes"),
    [
        (WHOLE, "西", ["990101002000", EAST, *CELLS[2:]]),
        (OF_FIRST, "西", []),
        (OF_FIRST, "990101", [FIRST, WEST, *CELLS[:2]]),
        (OF_FIRST, "厂", []),
        (OF_SECOND, "厂", ["c1"]),
        (OF_FIRST, "南关", ["k1"]),
        (OF_SECOND, "南关", ["k1"]),
        (WHOLE, " 东村 ", [WEST]),
        (WHOLE, "C1", ["c1"]),
        (WHOLE, "(", []),
        (WHOLE, "  ", []),
    ],
)
def test_search_finds_what_the_user_may_see(
    cache: PlanCache, user: User, text: str, codes: list[str]
) -> None:
    assert [hit.code for hit in search(cache, user=user, text=text)] == codes


def test_search_puts_the_exact_name_first_and_stops_at_its_limit(demo: PlanCache) -> None:
    village = str(demo.plan().units["name"].iloc[-1])
    hits = search(demo, user=WHOLE, text=village)
    assert (hits[0].name, hits[0].kind, len(hits)) == (village, TargetKind.UNIT, min(8, len(hits)))
    assert len(search(demo, user=WHOLE, text="9", limit=3)) == 3


def test_every_place_has_an_extent(cache: PlanCache) -> None:
    assert bounds_of(cache, "") == pytest.approx((117, 38, 117.04, 38.01))
    assert bounds_of(cache, CELLS[1]) == pytest.approx((117.01, 38, 117.02, 38.01))
    west, south, east, north = bounds_of(cache, "k1")
    assert west < 117.02 < east
    assert south < 38.005 < north
    with pytest.raises(NotFoundError, match="ghost"):
        bounds_of(cache, "ghost")
