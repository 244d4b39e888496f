"""What a file of names, numbers and codes refers to, where a plan does not tell: phones and retired cells."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, func, select

from gridmap.store.repository import Workspace
from gridmap.store.tables import cells, people

_SIGNS: Final = " -()+"
"""What people write between the digits of a number."""
_CHINA: Final = "86"
_MOST_PARAMETERS: Final = 10_000
"""SQLite takes 32,766 in a statement."""


def ids_by_phone(workspace: Workspace, phones: Collection[str]) -> dict[str, tuple[str, ...]]:
    """The ids of the people who have each of these whole numbers, digits only; no number leaves the store.

    A number that nobody has is not among the keys; one that is stored with China's 86 before it counts too.
    """
    asked = sorted({*phones, *(f"{_CHINA}{phone}" for phone in phones)})
    wanted, found = set(phones), dict[str, list[str]]()
    digits = _digits_of(people.c.phone)
    with workspace.reading() as connection:
        for start in range(0, len(asked), _MOST_PARAMETERS):
            part = asked[start : start + _MOST_PARAMETERS]
            rows = connection.execute(select(digits, people.c.id).where(digits.in_(part)).order_by("id"))
            for phone, person_id in rows:
                plain = phone if phone in wanted else phone.removeprefix(_CHINA)
                found.setdefault(plain, []).append(person_id)
    return {phone: tuple(ids) for phone, ids in found.items()}


def retired_cells(workspace: Workspace, codes: Collection[str]) -> dict[str, datetime]:
    """When those of the cells were retired that were."""
    asked = sorted(set(codes))
    found: dict[str, datetime] = {}
    with workspace.reading() as connection:
        for start in range(0, len(asked), _MOST_PARAMETERS):
            part = asked[start : start + _MOST_PARAMETERS]
            ended = select(cells.c.code, cells.c.valid_to).where(
                cells.c.code.in_(part), cells.c.valid_to.is_not(None)
            )
            found |= {row.code: row.valid_to for row in connection.execute(ended)}
    return found


def _digits_of(phone: ColumnElement[str]) -> ColumnElement[str]:
    """The number without the signs between its digits."""
    expression: ColumnElement[str] = phone
    for sign in _SIGNS:
        expression = func.replace(expression, sign, "")
    return expression
