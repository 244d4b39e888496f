"""Statements that SQLite words in its own way: keys in a list, rows put, next ids, facts in JSON.

Everything else of the store is SQLAlchemy Core that any database takes. A dialect module of another database
gives the same functions.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, Text, func, select, text
from sqlalchemy.dialects.sqlite import insert


def listed(keys: Iterable[object]) -> Any:
    """Keys as a subquery of one parameter, for SQLite takes only so many of them."""
    return select(func.json_each(json.dumps(list(keys))).table_valued("value").c.value)


def rows_with_keys(
    connection: Connection, table: Table, key: str, names: Sequence[str], keys: Sequence[object]
) -> dict[object, tuple[object, ...]]:
    """What the rows named by `keys` hold in the columns `names`, raw: geometry as it lies in the file."""
    columns = ", ".join(f'"{name}"' for name in (key, *names))
    rows = connection.exec_driver_sql(
        f'SELECT {columns} FROM "{table.name}" WHERE "{key}" IN (SELECT value FROM json_each(?))',
        (json.dumps(list(keys)),),
    )
    return {row[0]: tuple(row[1:]) for row in rows}


def upsert(table: Table, key: str, names: Sequence[str]) -> str:
    """One statement for all rows of raw values: new ones are added, those that differ changed and counted.

    By hand, because SQLAlchemy's would set the defaults of columns that are not given. Rows without their key
    are always added.
    """
    columns = ", ".join(f'"{name}"' for name in names)
    marks = ", ".join("?" for _ in names)
    statement = f'INSERT INTO "{table.name}" ({columns}) VALUES ({marks})'
    facts = [name for name in names if name not in {key, "version"}]
    if key not in names or not facts:
        return statement if key not in names else f'{statement} ON CONFLICT ("{key}") DO NOTHING'
    changes = ", ".join(f'"{name}" = excluded."{name}"' for name in facts)
    differs = " OR ".join(f'"{table.name}"."{name}" IS NOT excluded."{name}"' for name in facts)
    return (
        f'{statement} ON CONFLICT ("{key}") DO UPDATE SET {changes}, version = "{table.name}".version + 1 '
        f"WHERE {differs}"
    )


def put(connection: Connection, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Write rows by their column `key`; one that is there is replaced, and its version counted up."""
    for row in rows:
        values = {name: value for name, value in row.items() if name != "key"}
        connection.execute(
            insert(table)
            .values(**row)
            .on_conflict_do_update(index_elements=["key"], set_={**values, "version": table.c.version + 1})
        )


def last_given_id(connection: Connection, table: Table) -> int:
    """The highest id that a table which counts its rows ever gave, also to rows that are gone; 0 for none."""
    query = text("SELECT seq FROM sqlite_sequence WHERE name = :table")
    return int(connection.scalar(query, {"table": table.name}) or 0)


def fact(facts: ColumnElement[Any], name: str) -> ColumnElement[str]:
    """The text that a column of JSON objects says under `name`."""
    return func.json_extract(facts, f"$.{name}", type_=Text())


def with_fact(facts: ColumnElement[Any], name: str, value: ColumnElement[str]) -> ColumnElement[Any]:
    """A column of JSON objects with `value` under `name`; objects without that name stay as they are."""
    return func.json_replace(facts, f"$.{name}", value)


def without_fact(facts: ColumnElement[Any], name: str) -> ColumnElement[Any]:
    """A column of JSON objects with nothing under `name`."""
    return func.json_remove(facts, f"$.{name}")
