"""What was done to a plan, in words, and which places it touched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from gridmap.errors import NotFoundError
from gridmap.messages import Message, msg, msg_n
from gridmap.model.access import User, covers
from gridmap.model.audience import AUDIENCES, Audience
from gridmap.model.labels import FUNCTIONS, label_of
from gridmap.model.people import TargetKind
from gridmap.model.plan import Plan
from gridmap.names import CELLS, CHECKPOINTS, CONTACT_SITES, CUTS, NAME, PEOPLE, POSTS, TEAMS, UNITS, VISITS
from gridmap.store.export_log import EXPORTED
from gridmap.store.history import REVEAL, Deed, Facts

WHOLE: Final = ""
"""The place of what concerns the whole workspace."""
NAMED: Final = 4
"""Posts and people that are named; of larger changes only the counts are told."""
_TABLES: Final[Mapping[str, Callable[[int], Message]]] = {
    UNITS: lambda n: msg_n("{n} unit", "{n} units", n=n),
    CELLS: lambda n: msg_n("{n} cell", "{n} cells", n=n),
    "buildings": lambda n: msg_n("{n} building", "{n} buildings", n=n),
    PEOPLE: lambda n: msg_n("{n} person", "{n} people", n=n),
    POSTS: lambda n: msg_n("{n} post", "{n} posts", n=n),
    TEAMS: lambda n: msg_n("{n} team", "{n} teams", n=n),
    CHECKPOINTS: lambda n: msg_n("{n} checkpoint", "{n} checkpoints", n=n),
    CONTACT_SITES: lambda n: msg_n("{n} contact site", "{n} contact sites", n=n),
    VISITS: lambda n: msg_n("{n} visit", "{n} visits", n=n),
    CUTS: lambda n: msg_n("{n} plan of cuts", "{n} plans of cuts", n=n),
}
_VERBS: Final[Mapping[str, Callable[[Message], Message]]] = {
    "insert": lambda things: msg("{things} added", things=things),
    "update": lambda things: msg("{things} changed", things=things),
    "delete": lambda things: msg("{things} taken away", things=things),
}
_POST_VERBS: Final[Mapping[str, Callable[[int], Message]]] = {
    "assigned": lambda n: msg_n("{n} post assigned", "{n} posts assigned", n=n),
    "ended": lambda n: msg_n("{n} post ended", "{n} posts ended", n=n),
    "reopened": lambda n: msg_n("{n} post reopened", "{n} posts reopened", n=n),
    "arrival": lambda n: msg_n("{n} arrival noted", "{n} arrivals noted", n=n),
    "changed": lambda n: msg_n("{n} post changed", "{n} posts changed", n=n),
    "taken": lambda n: msg_n("{n} post taken back", "{n} posts taken back", n=n),
}
_OTHERS: Final[Mapping[str, Message]] = {
    "add_user": msg("Account {name} opened"),
    "change_password": msg("Password of {name} changed"),
    "disable_user": msg("Account {name} closed"),
    "lock_user": msg("Account {name} locked after failed attempts"),
}


def is_touch(deed: Deed) -> bool:
    """Whether a row only counted up, as a place does where somebody is posted."""
    if deed.before is None or deed.after is None or deed.action != "update":
        return False
    return all(deed.after.get(name) == value for name, value in deed.before.items() if name != "version")


def places(plan: Plan, deed: Deed) -> tuple[str, ...]:
    """Codes of the units or cells that a deed touched; `WHOLE` where it is none of them alone."""
    if deed.table in {UNITS, CELLS, CUTS} and deed.key is not None:
        return (deed.key,)
    if deed.table == EXPORTED:
        return (deed.key or WHOLE,)
    if deed.action == REVEAL:
        kind, _, code = str((deed.after or {}).get("place", "")).partition(":")
        return _of_target(plan, kind, code)
    if deed.table == POSTS and (facts := deed.after or deed.before):
        return _of_target(plan, str(facts.get("target_kind")), str(facts.get("target_code")))
    if deed.table == VISITS and (facts := deed.after or deed.before):
        return _of_target(plan, TargetKind.CONTACT_SITE.value, str(facts.get("site_code")))
    if deed.key is None:
        return (WHOLE,)
    named = [
        str(facts[column])
        for facts in (deed.before, deed.after)
        for column in ("unit_code", "second_unit_code")
        if facts and facts.get(column)
    ]
    return tuple(dict.fromkeys(named)) or (WHOLE,)


def touches(plan: Plan, user: User, deed: Deed) -> bool:
    """Whether a deed touched the user's scope."""
    return any(covers(user.scope, place) for place in places(plan, deed))


def words(plan: Plan, deeds: Sequence[Deed]) -> tuple[Message, ...]:
    """What the deeds of one change did, counted by kind."""
    told = [deed for deed in deeds if not is_touch(deed)] or list(deeds)
    counted: Counter[tuple[str, str]] = Counter()
    said: list[Message] = []
    for deed in told:
        if deed.action == "write":
            said += _written(deed)
        elif deed.table == POSTS and deed.action in _VERBS:
            counted[POSTS, _post_verb(deed)] += 1
        elif deed.table in _TABLES and deed.action in _VERBS:
            counted[deed.table, deed.action] += 1
        else:
            said.append(_other(plan, deed))
    for (table, verb), n in counted.items():
        said.append(_POST_VERBS[verb](n) if table == POSTS else _VERBS[verb](_TABLES[table](n)))
    return tuple(said)


def details(plan: Plan, deeds: Iterable[Deed]) -> tuple[Message | str, ...]:
    """Who and where, of a small change; of a larger one nothing."""
    told = [deed for deed in deeds if not is_touch(deed) and deed.action in _VERBS]
    return tuple(_detail(plan, deed) for deed in told) if len(told) <= NAMED else ()


def place_name(plan: Plan, kind: str, code: str) -> str:
    """What a place is called; its code where the plan no longer holds it."""
    return str(plan.table(TargetKind(kind))[NAME].get(code, code)) if kind in set(TargetKind) else code


def _of_target(plan: Plan, kind: str, code: str) -> tuple[str, ...]:
    if kind not in set(TargetKind):
        return (WHOLE,)
    try:
        return plan.reached_by(TargetKind(kind), code)
    except NotFoundError:  # the plan no longer holds it, so that it is nobody's alone
        return (WHOLE,)


def _post_verb(deed: Deed) -> str:
    if deed.before is None:
        return "assigned"
    if deed.after is None:
        return "taken"
    before, after = deed.before.get("valid_to"), deed.after.get("valid_to")
    if before != after:
        return "reopened" if after is None else "ended"
    return "arrival" if deed.before.get("arrived_at") != deed.after.get("arrived_at") else "changed"


def _written(deed: Deed) -> list[Message]:
    """A table written at once: what came, changed and went."""
    before, after = deed.before or {}, deed.after or {}
    removed = before.get("removed", ())
    counts = {
        "insert": after.get("inserted", 0),
        "update": after.get("changed", 0),
        "delete": len(removed) if isinstance(removed, list) else 0,
    }
    said = [_VERBS[verb](_TABLES[deed.table](int(str(n)))) for verb, n in counts.items() if n]
    return said or [msg("{things} written anew, none different", things=_TABLES[deed.table](_number(after)))]


def _number(after: Facts) -> int:
    return int(str(after.get("rows", 0)))


def _other(plan: Plan, deed: Deed) -> Message:
    if deed.action == REVEAL:
        return _call(plan, deed)
    if deed.action == EXPORTED:
        return _export(plan, deed)
    if deed.action in _OTHERS:
        return Message(_OTHERS[deed.action].text, {"name": deed.key})
    if deed.table == "plan":
        return msg("What the workspace says of itself changed")
    return msg("Another deed: {action}", action=deed.action)


def _export(plan: Plan, deed: Deed) -> Message:
    facts = deed.after or {}
    audience = str(facts.get("audience", ""))
    return msg(
        "Exported {place} as {form}, audience: {audience}",
        place=place_name(plan, TargetKind.UNIT.value, deed.key) if deed.key else msg("the whole plan"),
        form=str(facts.get("ending", "")).upper(),
        audience=AUDIENCES[Audience(audience)] if audience in set(Audience) else audience,
    )


def _call(plan: Plan, deed: Deed) -> Message:
    kind, _, code = str((deed.after or {}).get("place", "")).partition(":")
    place = place_name(plan, kind, code)
    if deed.table == CHECKPOINTS:
        return msg("Number shown: emergency phone of {place}", place=place)
    return msg("Number shown: {person}, about {place}", person=_person(plan, str(deed.key)), place=place)


def _detail(plan: Plan, deed: Deed) -> Message | str:
    facts = deed.after or deed.before or {}
    if deed.table == POSTS:
        return msg(
            "{person}, {function}, {place}",
            person=_person(plan, str(facts.get("person_id"))),
            function=label_of(FUNCTIONS, str(facts.get("function"))),
            place=place_name(plan, str(facts.get("target_kind")), str(facts.get("target_code"))),
        )
    return str(facts.get(NAME) or deed.key or deed.table)


def _person(plan: Plan, person_id: str) -> str:
    return str(plan.people[NAME].get(person_id, person_id))
