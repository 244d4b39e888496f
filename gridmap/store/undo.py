"""Taking back a change: a compensating change that restores what the rows said before it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import shapely
from sqlalchemy import Connection, Integer, Row, Table, delete, func, insert, or_, select

from gridmap.errors import ConflictError, InputError, NotFoundError
from gridmap.messages import Message, msg, shortened
from gridmap.store.binding import GEOM
from gridmap.store.changes import Change, facts_of
from gridmap.store.history import CHANGES, UNDO, Author, Deed, Facts, log_all
from gridmap.store.references import NOUNS, Reference, rows_left_behind
from gridmap.store.sqlite.dialect import listed, without_fact
from gridmap.store.sqlite.geometry import Geom
from gridmap.store.sqlite.geopackage import set_extent
from gridmap.store.tables import CONTENT, METADATA, WallClock, event, geometry_kind, key_of, plan

_NAMED: Final = 5
"""Keys named in a refusal before the rest is counted."""


@dataclass
class Takeback:
    """What is to be done to take back a change; made by `plan_takeback`, done by `take_back`.

    Attributes:
        group: the change it takes back.
        restored: rows to say again what they said, by table and key.
        touched: rows that only counted up, and do so again.
        reinserted: facts of rows to come back.
        removed: keys of rows to go.
        described: what the workspace is to say of itself again.
    """

    group: int
    restored: list[tuple[Table, str, Facts]] = field(default_factory=list)
    touched: list[tuple[Table, str]] = field(default_factory=list)
    reinserted: dict[Table, list[Facts]] = field(default_factory=lambda: defaultdict(list))
    removed: dict[Table, list[object]] = field(default_factory=lambda: defaultdict(list))
    described: dict[str, object] = field(default_factory=dict)


_Key = tuple[Table, str]


@dataclass(frozen=True)
class _Present:
    """A row as it stands now."""

    key: object
    version: int


@dataclass
class _Net:
    """What a change did to one row in all: its first `before`, its last `after`, the last event's number."""

    before: Facts | None
    after: Facts | None
    last: int

    @property
    def is_touch(self) -> bool:
        """Whether the row only counted up, as a place does where somebody is posted."""
        both = self.before is not None and self.after is not None
        return both and _without_version(self.before or {}) == _without_version(self.after or {})


def last_change_of(connection: Connection, user: str) -> int | None:
    """The group of the newest change of the plan that `user` made; None where there is none."""
    own = select(func.max(event.c.group_id)).where(event.c.user == user, event.c.action.in_(CHANGES))
    newest: int | None = connection.scalar(own)
    return newest


def undo(change: Change, group: int) -> None:
    """Take back all events of `group` as part of `change`, which so becomes its compensation.

    Raises:
        NotFoundError: there is no such change.
        ConflictError: a row moved on since, or others refer to a row that would go.
        InputError: the log does not keep what the rows said.
    """
    take_back(change, plan_takeback(change.connection, group))


def plan_takeback(connection: Connection, group: int) -> Takeback:
    """Find out what taking back `group` means, and whether it can be done; nothing is written.

    Raises:
        NotFoundError: there is no such change.
        ConflictError: a row moved on since, or others refer to a row that would go.
        InputError: the log does not keep what the rows said.
    """
    asked = select(event).where(event.c.group_id == group, event.c.action.in_(CHANGES)).order_by(event.c.id)
    events = connection.execute(asked).all()
    if not events:
        raise NotFoundError(msg("There is no change {group}", group=group))
    back = Takeback(group)
    nets = _net_of(events)
    present = _present_rows(connection, nets)
    for (table, key), net in reversed(nets.items()):
        _take_row(connection, back, table=table, key=key, net=net, present=present.get((table, key)))
    _take_description(connection, back, [one for one in events if one.table_name == plan.name])
    _require_no_references(connection, back)
    return back


def take_back(change: Change, back: Takeback) -> None:
    """Do what `plan_takeback` found, as part of `change`; an event says which change it takes back."""
    change.log(Deed(UNDO, event.name, str(back.group), None, None))
    for table, key, facts in back.restored:
        change.update(table, key, _values(table, facts))
    for table, key in back.touched:
        change.update(table, key, {})
    if back.described:
        change.describe(**back.described)
    for table in CONTENT:
        _remove(change, table, back.removed.get(table, []))
        _reinsert(change, table, back.reinserted.get(table, []))
        if geometry_kind(table) is not None and (table in back.removed or table in back.reinserted):
            change.touch_geometry(table)
            set_extent(change.connection, table.name)


def _net_of(events: Iterable[Row[Any]]) -> dict[_Key, _Net]:
    """What was done to each row in all, in the order of first writing."""
    rows: dict[_Key, _Net] = {}
    for one in events:
        if one.table_name == plan.name:
            continue
        table, before, after = METADATA.tables[one.table_name], _loaded(one.before), _loaded(one.after)
        if one.action == "write":
            _require_only_added(table, before or {}, after or {})
            for key in (after or {}).get("added", ()):
                _join(rows, (table, str(key)), _Net(None, {"version": 1}, one.id))
        else:
            _join(rows, (table, one.row_key), _Net(before, after, one.id))
    return {row: net for row, net in rows.items() if net.before is not None or net.after is not None}


def _join(rows: dict[_Key, _Net], row: _Key, later: _Net) -> None:
    net = rows.setdefault(row, later)
    if net is later:
        return
    if net.before is not None and later.before is not None:
        net.before = {**later.before, **net.before}  # a shape is in those events only that changed it
    net.after, net.last = later.after, later.last


def _require_only_added(table: Table, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Of a table written at once the log keeps the keys of new rows only."""
    if after.get("changed") or before.get("removed"):
        raise InputError(
            msg(
                "This change wrote over {changed} and removed {removed} of the {table} at once; what they "
                "said is not kept. Restore a backup to go back behind it",
                changed=after.get("changed", 0),
                table=NOUNS[table.name],
                removed=len(before.get("removed", [])),
            )
        )


def _present_rows(connection: Connection, nets: Iterable[_Key]) -> dict[_Key, _Present]:
    """Those of the rows that are there now."""
    keys: dict[Table, list[object]] = defaultdict(list)
    for table, name in nets:
        counted = isinstance(table.c[key_of(table)].type, Integer)
        keys[table].append(int(name) if counted else name)
    found: dict[_Key, _Present] = {}
    for table, names in keys.items():
        key = table.c[key_of(table)]
        for value, version in connection.execute(select(key, table.c.version).where(key.in_(listed(names)))):
            found[table, str(value)] = _Present(value, version)
    return found


def _take_row(
    connection: Connection, back: Takeback, table: Table, key: str, net: _Net, present: _Present | None
) -> None:
    if net.is_touch:
        if present is not None:
            back.touched.append((table, key))
        return
    if net.after is None:
        assert net.before is not None
        _require_whole(table, key, net.before)
        if present is not None:
            raise _moved_on(connection, table, key)
        back.reinserted[table].append(net.before)
        return
    if present is None or _has_moved_on(connection, table, key, present.version, net):
        raise _moved_on(connection, table, key)
    if net.before is None:
        back.removed[table].append(present.key)
    else:
        back.restored.append((table, key, net.before))


def _has_moved_on(connection: Connection, table: Table, key: str, version: int, net: _Net) -> bool:
    """Whether a row says something else than the change left in it; to have counted up only is no reason."""
    assert net.after is not None
    if version == net.after["version"]:
        return False
    left = net.after if len(net.after) > 1 else _first_before(connection, table, key, net.last)
    if left is None:
        return True
    row = connection.execute(select(table).where(table.c[key_of(table)] == key)).one()
    present = facts_of(row, with_shape=GEOM in left)
    return _without_version(present) != _without_version(left)


def _first_before(connection: Connection, table: Table, key: str, since: int) -> Facts | None:
    """What a row said that was written with its whole table, as the first change of it since remembers."""
    first = (
        select(event.c.before)
        .where(event.c.table_name == table.name, event.c.row_key == key, event.c.id > since)
        .order_by(event.c.id)
        .limit(1)
    )
    return _loaded(connection.scalar(first))


def _take_description(connection: Connection, back: Takeback, events: Iterable[Row[Any]]) -> None:
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for one in events:
        before = {**(_loaded(one.before) or {}), **before}
        after |= _loaded(one.after) or {}
    present = connection.execute(select(plan)).one()
    if any(getattr(present, name) != value for name, value in _values(plan, after).items()):
        raise _moved_on(connection, plan, None)
    back.described = _values(plan, before)


def _require_whole(table: Table, key: str, facts: Facts) -> None:
    if GEOM in table.c and GEOM not in facts:
        raise InputError(
            msg("{key} was removed by another program, which kept no shape of it. Restore a backup", key=key)
        )


def _require_no_references(connection: Connection, back: Takeback) -> None:
    """Rows that would go must not be spoken of by rows that stay, once these say again what they said."""
    restored = {(table, key): facts for table, key, facts in back.restored}
    if (found := rows_left_behind(connection, back.removed, restored)) is not None:
        raise _referred(connection, *found)


def _referred(connection: Connection, reference: Reference, rows: Sequence[Row[Any, Any]]) -> ConflictError:
    key = str(rows[0][0])
    other = _author_of(connection, reference.table, key)
    return ConflictError(
        msg(
            "Among the {table} {n} refer to what would be taken away ({keys}), the first written by {user} "
            "at {at}; take those away first",
            n=len(rows),
            table=NOUNS[reference.table.name],
            keys=shortened((str(row[1]) for row in rows), _NAMED),
            user=_name(other),
            at=_moment(other),
        ),
        table=reference.table.name,
        key=key,
        user="" if other is None else other.user,
        at=None if other is None else other.at,
    )


def _moved_on(connection: Connection, table: Table, key: str | None) -> ConflictError:
    other = _author_of(connection, table, key)
    return ConflictError(
        msg(
            "{key} was changed by {user} at {at} since; it cannot be taken back",
            key=NOUNS[table.name] if key is None else key,
            user=_name(other),
            at=_moment(other),
        ),
        table=table.name,
        key=key or "",
        user="" if other is None else other.user,
        at=None if other is None else other.at,
    )


def _author_of(connection: Connection, table: Table, key: str | None) -> Author | None:
    """Who last wrote a row other than by posting somebody there."""
    more_than_touched = or_(
        event.c.before.is_(None),
        event.c.after.is_(None),
        without_fact(event.c.before, "version") != without_fact(event.c.after, "version"),
    )
    newest = (
        select(event.c.user, event.c.at, event.c.reason)
        .where(
            event.c.table_name == table.name,
            or_(event.c.row_key == key, event.c.row_key.is_(None)),
            event.c.action.in_(CHANGES),
            more_than_touched,
        )
        .order_by(event.c.id.desc())
        .limit(1)
    )
    row = connection.execute(newest).first()
    return None if row is None else Author(row.user, row.at, row.reason)


def _name(author: Author | None) -> str | Message:
    return msg("an unknown user") if author is None else author.user


def _moment(author: Author | None) -> str | Message:
    return msg("an unknown time") if author is None else f"{author.at:%Y-%m-%d %H:%M}"


def _remove(change: Change, table: Table, keys: Sequence[object]) -> None:
    """Delete many rows in one statement; each has its event, so that they can come back."""
    if not keys:
        return
    named = table.c[key_of(table)].in_(listed(keys))
    rows = change.connection.execute(select(table).where(named)).all()
    change.connection.execute(delete(table).where(named))
    name, shaped = key_of(table), GEOM in table.c
    deeds = [
        Deed("delete", table.name, str(getattr(row, name)), facts_of(row, with_shape=shaped), None)
        for row in rows
    ]
    log_all(change.connection, deeds, change.by, change.group, change.revision.revision)


def _reinsert(change: Change, table: Table, facts: Sequence[Facts]) -> None:
    """Rows that were taken away come back; their versions count on, so that nobody's old view fits them."""
    if not facts:
        return
    counted = [{**one, "version": int(str(one["version"])) + 1} for one in facts]
    change.connection.execute(insert(table), [_values(table, one) for one in counted])
    name = key_of(table)
    deeds = [Deed("insert", table.name, str(one[name]), None, one) for one in counted]
    log_all(change.connection, deeds, change.by, change.group, change.revision.revision)


def _values(table: Table, facts: Mapping[str, object]) -> dict[str, object]:
    """Facts of the log as values of the table's columns."""
    return {name: _value(table.c[name].type, fact) for name, fact in facts.items()}


def _value(kind: object, fact: object) -> object:
    if fact is None:
        return None
    if isinstance(kind, WallClock):
        return datetime.fromisoformat(str(fact))
    if isinstance(kind, Geom):
        return shapely.from_wkb(str(fact))
    return fact


def _loaded(facts: str | None) -> dict[str, Any] | None:
    return None if facts is None else dict(json.loads(facts))


def _without_version(facts: Facts) -> Facts:
    return {name: value for name, value in facts.items() if name != "version"}
