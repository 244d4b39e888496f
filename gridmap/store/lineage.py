"""Whether a workspace is still the one that was known: a file may be replaced by one of the same revision.

A backup put back, or another workspace copied over the file, can carry the same revision number and be
another plan. The log tells: it is only ever added to, so a workspace that goes on from what was known still
holds, unaltered, the event that was its last.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, func, select

from gridmap.store.sqlite.geopackage import written_marks
from gridmap.store.tables import CONTENT, event, plan, units

_FIXED: Final = (plan.c.title, plan.c.created_at, plan.c.demo_clock, plan.c.metric_crs)


@dataclass(frozen=True)
class LogEnd:
    """The end of a workspace's log as it was read once.

    Attributes:
        event_id: of the last event; 0 for an empty log.
        digest: of what that event says.
        contents: of what nobody changes without an event: the plan's own facts, when the tables were made,
            the last row of each, the land and households of all units.
    """

    event_id: int
    digest: str
    contents: str


def read_log_end(connection: Connection) -> LogEnd:
    """The end of the log now: a few cheap queries."""
    last = connection.scalar(select(func.max(event.c.id))) or 0
    return LogEnd(last, _digest_of_event(connection, last), _contents(connection))


def goes_on(connection: Connection, known: LogEnd) -> bool:
    """Whether the workspace is the one whose log ended as `known`, perhaps with changes since."""
    last = connection.scalar(select(func.max(event.c.id))) or 0
    if last < known.event_id or _digest_of_event(connection, known.event_id) != known.digest:
        return False
    return last > known.event_id or _contents(connection) == known.contents


def _digest_of_event(connection: Connection, event_id: int) -> str:
    row = connection.execute(select(event).where(event.c.id == event_id)).first()
    return "" if row is None else _digest(*row)


def _contents(connection: Connection) -> str:
    last_rows = [connection.scalar(select(func.max(*table.primary_key))) for table in CONTENT]
    land = connection.execute(select(func.sum(units.c.area_m2), func.sum(units.c.households))).one()
    return _digest(*connection.execute(select(*_FIXED)).one(), *written_marks(connection), *last_rows, *land)


def _digest(*values: object) -> str:
    return hashlib.sha256("\0".join(map(repr, values)).encode()).hexdigest()
