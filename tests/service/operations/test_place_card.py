"""What a card says of each kind of place, to whom, and who could be posted there."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from gridmap.errors import AccessError, NotFoundError
from gridmap.messages import Message, render
from gridmap.model.access import Role, User
from gridmap.model.people import Function, TargetKind
from gridmap.service.operations.place_card import Card, candidates, card
from gridmap.service.people.commands import AssignPost, EndPost
from gridmap.service.people.saving import save_edits
from gridmap.service.plan_cache import PlanCache
from gridmap.store.contents import Contents, write_plan
from tests.store.drawn_workspace import CELLS, EAST, MORNING, PLANNER, WEST, drawn_workspace

NOON = datetime(2020, 2, 10, 12)
FIRST, SECOND = "990101001000", "990101002000"
PLACES = {
    TargetKind.UNIT: WEST,
    TargetKind.CELL: CELLS[0],
    TargetKind.CHECKPOINT: "k1",
    TargetKind.CONTACT_SITE: "c1",
}


@pytest.fixture
def cache(tmp_path: Path) -> PlanCache:
    return PlanCache(drawn_workspace(tmp_path))


def look(cache: PlanCache, kind: TargetKind, code: str, *, scope: str = "", at: datetime = NOON) -> Card:
    return card(cache, user=User("x", "", Role.VIEWER, scope), kind=kind, code=code, at=at)


def said(shown: Card) -> dict[str, str]:
    """The facts in English; the state is in them as `state`."""
    facts = {
        render(label, "en"): render(value, "en") if isinstance(value, Message) else value
        for label, value in shown.facts
    }
    return facts | {"state": render(shown.state_label, "en") if shown.state_label else ""}


def test_a_village_tells_its_cells_and_its_head(cache: PlanCache) -> None:
    shown = look(cache, TargetKind.UNIT, WEST)
    facts = said(shown)
    assert (shown.name, shown.state, facts["state"]) == ("东村", "", "")
    assert (facts["Part of"], facts["Cells"], facts["Vacant cells"]) == ("河东镇", "2", "2")
    (head,) = shown.people
    assert (head.person.name, head.function, head.tier, head.until) == ("安", "head", 2, None)


def test_a_village_without_a_head_says_so(cache: PlanCache) -> None:
    shown = look(cache, TargetKind.UNIT, EAST)
    assert (shown.state, said(shown)["state"], shown.people) == ("vacant", "No head", ())


def test_a_county_needs_no_head(cache: PlanCache) -> None:
    shown = look(cache, TargetKind.UNIT, "990101000000")
    assert (shown.state, said(shown)["Part of"], said(shown)["Cells"]) == ("", "–", "4")


def test_a_cell_tells_its_state_and_who_is_there(cache: PlanCache) -> None:
    shown = look(cache, TargetKind.CELL, CELLS[0])
    assert (shown.state, shown.version, shown.people) == ("vacant", 1, ())
    assert said(shown) == {
        "Village or community": "东村", "Households": "400", "Area": said(shown)["Area"], "state": "Vacant"
    }  # fmt: skip
    command = AssignPost(TargetKind.CELL, CELLS[0], "ann", Function.MEMBER)
    save_edits(cache.workspace, [command], reason="x", user=PLANNER, at=NOON)
    shown = look(cache, TargetKind.CELL, CELLS[0])
    (member,) = shown.people
    assert (shown.state, shown.version) == ("covered", 2)
    assert (member.post_id, member.version, member.since, member.over_limit) == ("post-2-1", 1, NOON, False)
    assert member.person.phone == "100****5678"
    save_edits(cache.workspace, [EndPost("post-2-1")], reason="x", user=PLANNER, at=NOON + timedelta(hours=1))
    assert look(cache, TargetKind.CELL, CELLS[0], at=NOON + timedelta(hours=2)).people == ()
    (member,) = look(cache, TargetKind.CELL, CELLS[0], at=NOON + timedelta(minutes=30)).people
    assert member.until == NOON + timedelta(hours=1)


def test_a_member_with_too_many_cells_is_marked(cache: PlanCache) -> None:
    for cell in CELLS:
        command = AssignPost(TargetKind.CELL, cell, "ann", Function.MEMBER)
        save_edits(cache.workspace, [command], reason="x", user=PLANNER, at=NOON)
    shown = look(cache, TargetKind.CELL, CELLS[3])
    assert (shown.state, shown.people[0].over_limit) == ("overloaded", True)


def test_a_checkpoint_tells_both_its_places_and_who_is_on_duty(cache: PlanCache) -> None:
    shown = look(cache, TargetKind.CHECKPOINT, "k1")
    facts = said(shown)
    assert (shown.name, shown.state, facts["On duty now"]) == ("南关", "empty", "0 / 2")
    assert "东村" in facts["Between"]
    assert "西村" in facts["Between"]
    command = AssignPost(TargetKind.CHECKPOINT, "k1", "ann", Function.OFFICER)
    save_edits(cache.workspace, [command], reason="x", user=PLANNER, at=NOON)
    shown = look(cache, TargetKind.CHECKPOINT, "k1")
    assert (shown.state, said(shown)["On duty now"]) == ("short", "1 / 2")
    assert [posted.person.name for posted in shown.people] == ["安"]


def test_a_contact_site_tells_its_visits(cache: PlanCache) -> None:
    facts = said(look(cache, TargetKind.CONTACT_SITE, "c1"))
    assert facts["state"] == "Visited"
    assert (facts["Place"], facts["Visit due"], facts["Visits"]) == ("西村", "every 7 days", "1")
    assert facts["Last visit"] == f"{MORNING:%Y-%m-%d %H:%M}"
    late = look(cache, TargetKind.CONTACT_SITE, "c1", at=NOON + timedelta(days=8))
    assert late.state == "overdue"


def test_a_site_nobody_has_visited_says_none(cache: PlanCache) -> None:
    site = {"code": "c2", "name": "店", "unit_code": EAST, "lon": 117.03, "lat": 38.005, "visit_days": 1}
    write_plan(cache.workspace, Contents(contact_sites=pd.DataFrame([site])), "li", "", NOON)
    facts = said(look(cache, TargetKind.CONTACT_SITE, "c2"))
    assert (facts["state"], facts["Last visit"], facts["Visit due"]) == ("Not visited", "none", "every day")
    assert facts["Team"] == "–"


@pytest.mark.parametrize(
    ("kind", "scope", "allowed"),
    [
        (TargetKind.UNIT, FIRST, True),
        (TargetKind.UNIT, SECOND, False),
        (TargetKind.CELL, FIRST, True),
        (TargetKind.CELL, EAST, False),
        (TargetKind.CHECKPOINT, FIRST, True),
        (TargetKind.CHECKPOINT, SECOND, True),  # a joint post of both villages: both see it on their map
        (TargetKind.CHECKPOINT, "990101003000", False),
        (TargetKind.CONTACT_SITE, SECOND, True),
        (TargetKind.CONTACT_SITE, FIRST, False),
    ],
)
def test_a_card_is_shown_to_who_may_see_the_place(
    cache: PlanCache, kind: TargetKind, scope: str, allowed: bool
) -> None:
    if allowed:
        assert look(cache, kind, PLACES[kind], scope=scope).code == PLACES[kind]
    else:
        with pytest.raises(AccessError):
            look(cache, kind, PLACES[kind], scope=scope)


@pytest.mark.parametrize("kind", PLACES)
def test_a_place_that_is_gone_is_not_found(cache: PlanCache, kind: TargetKind) -> None:
    with pytest.raises(NotFoundError, match="ghost"):
        look(cache, kind, "ghost")


def test_who_holds_least_comes_first(cache: PlanCache) -> None:
    save_edits(
        cache.workspace,
        [AssignPost(TargetKind.CELL, CELLS[0], "ann", Function.MEMBER)],
        reason="x",
        user=PLANNER,
        at=NOON,
    )
    found = candidates(cache, user=PLANNER, code=CELLS[1], at=NOON)
    assert [(person.id, held) for person, held in found] == [("bob", 0), ("ann", 1)]


def test_people_of_other_places_are_not_offered(cache: PlanCache) -> None:
    more = pd.DataFrame({"id": ["east", "west"], "name": ["乙", "甲"], "unit_code": [EAST, WEST]})
    write_plan(cache.workspace, Contents(people=more), "li", "", NOON)
    planner = User("x", "", Role.PLANNER, FIRST)
    offered = {person.id for person, _ in candidates(cache, user=planner, code=CELLS[0], at=NOON)}
    assert offered == {"west", "ann", "bob"}


@pytest.mark.parametrize(
    ("role", "scope"), [(Role.VIEWER, ""), (Role.COMMANDER, ""), (Role.AUDITOR, ""), (Role.PLANNER, SECOND)]
)
def test_who_may_not_post_is_offered_nobody(cache: PlanCache, role: Role, scope: str) -> None:
    with pytest.raises(AccessError):
        candidates(cache, user=User("x", "", role, scope), code=CELLS[0], at=NOON)
