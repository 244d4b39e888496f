"""What imports remember in the workspace: columns by source, and names of places.

These tables are no part of the plan: they have no events, and taking back an import leaves them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from gridmap.store.history import Author
from gridmap.store.repository import Workspace
from gridmap.store.sqlite.dialect import put
from gridmap.store.tables import field_mappings, name_aliases

AliasKey = tuple[str, str]
"""The code of the place above, empty where none was given, and the name."""


@dataclass(frozen=True)
class Memory:
    """What is to be remembered of an import.

    Attributes:
        kind: of the import.
        columns: the file's headings by our fields, and the signature of its source.
        aliases: codes of the places that names were said to mean, by the kind of place.
    """

    kind: str
    signature: str
    columns: Mapping[str, str]
    aliases: Mapping[str, Mapping[AliasKey, str]]


def remembered_columns(workspace: Workspace, kind: str, signature: str) -> dict[str, str]:
    """The headings by field that were used for a source of this kind and signature, if it came before."""
    key = _key(kind, signature)
    with workspace.reading() as connection:
        query = select(field_mappings.c["columns"]).where(field_mappings.c.key == key)
        text = connection.scalar(query)
    return {} if text is None else dict(json.loads(text))


def remembered_aliases(workspace: Workspace, kind: str) -> dict[AliasKey, str]:
    """Codes of the places that names were said to mean before, for a kind of place."""
    table = name_aliases
    with workspace.reading() as connection:
        rows = connection.execute(
            select(table.c.parent_code, table.c.name, table.c.code).where(table.c.kind == kind)
        ).all()
    return {(row.parent_code, row.name): row.code for row in rows}


def remember(workspace: Workspace, memory: Memory, by: Author) -> None:
    """Write down what an import taught; what was remembered of the same source or name is replaced."""
    author: dict[str, object] = {"user": by.user, "at": by.at}
    columns = {
        "key": _key(memory.kind, memory.signature),
        "kind": memory.kind,
        "signature": memory.signature,
        "columns": json.dumps(dict(memory.columns), ensure_ascii=False),
    }
    aliases = [
        {"key": _key(kind, parent, name), "kind": kind, "parent_code": parent, "name": name, "code": code}
        for kind, names in memory.aliases.items()
        for (parent, name), code in names.items()
    ]
    with workspace.writing() as connection:
        if memory.columns:
            put(connection, field_mappings, [columns | author])
        put(connection, name_aliases, [one | author for one in aliases])


def _key(*parts: str) -> str:
    return ":".join(parts)
