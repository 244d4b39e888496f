"""Triggers that notice edits by other programs, such as QGIS: they count the version and write the log."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection

_LOG: Final = """INSERT INTO event (group_id, at, user, action, table_name, row_key, before, after, revision)
SELECT coalesce((SELECT max(group_id) FROM event), 0) + 1, strftime('%Y-%m-%dT%H:%M:%S', 'now', 'localtime'),
'outside', '{action}', '{table}', {row}."{key}", {before}, {after}, (SELECT revision FROM plan);"""


def log_outside_edits(connection: Connection, table: str, key: str) -> None:
    """Add the triggers of `table`, whose rows are named by the column `key`.

    They are silent while `plan.own_write` is 1, as it is inside each change by this program. The update's
    own bump of `version` runs under that flag too: a program may have recursive triggers on.
    """
    columns = [str(row[1]) for row in connection.exec_driver_sql(f'PRAGMA table_info("{table}")')]
    shown = [name for name in columns if name not in {"fid", "geom", "version"}]
    has_geometry = "geom" in columns
    old, new = _json(shown, "OLD", "OLD.version"), _json(shown, "NEW", "NEW.version")
    bumped = _json(shown, "NEW", "OLD.version + 1")
    bump = (
        f'UPDATE plan SET own_write = 1; UPDATE "{table}" SET version = OLD.version + 1 WHERE fid = NEW.fid; '
        "UPDATE plan SET own_write = 0;"
    )
    moved = "(NEW.geom IS NOT OLD.geom)" if has_geometry else "0"
    for action, row, before, after, first, geometry in (
        ("insert", "NEW", "NULL", new, "", int(has_geometry)),
        ("update", "NEW", old, bumped, bump, moved),
        ("delete", "OLD", old, "NULL", "", int(has_geometry)),
    ):
        log = _LOG.format(action=action, table=table, key=key, row=row, before=before, after=after)
        connection.exec_driver_sql(
            f'CREATE TRIGGER outside_{action}_{table} AFTER {action.upper()} ON "{table}" '
            f"WHEN (SELECT own_write FROM plan) = 0 BEGIN {first} "
            f"UPDATE plan SET revision = revision + 1, geometry_revision = geometry_revision + {geometry}; "
            f"{log} END"
        )


def _json(columns: list[str], row: str, version: str) -> str:
    pairs = [f"'{name}', {row}.\"{name}\"" for name in columns]
    return f"json_object({', '.join(pairs)}, 'version', {version})"
