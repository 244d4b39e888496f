"""Phones masked in the query, so that no unmasked number leaves the store."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, Label, Text, case, func, literal

from gridmap.store.sqlite.dialect import fact, with_fact

PHONES: Final = ("phone", "emergency_phone")
"""The columns that are only ever read masked."""
_STARS: Final = "****"


def masked(phone: ColumnElement[str]) -> Label[str]:
    """A column as an expression such as 100****5678: the first three and last four characters.

    Shorter ones keep their last two, those under five characters nothing; an empty one stays empty, and one
    that was masked already stays as it is.
    """
    return _mask(phone).label(str(phone.key))


def masked_json(facts: ColumnElement[Any]) -> Label[str]:
    """A column of JSON objects with the phones in it masked."""
    expression: ColumnElement[Any] = facts
    for name in PHONES:
        expression = with_fact(expression, name, _mask(fact(facts, name)))
    return expression.label(str(facts.key))


def _mask(phone: ColumnElement[str]) -> ColumnElement[str]:
    length = func.length(phone)
    return case(
        (length == 0, literal("", Text)),
        (length >= 11, func.substr(phone, 1, 3) + _STARS + func.substr(phone, length - 3)),
        (length >= 5, literal(_STARS, Text) + func.substr(phone, length - 1)),
        else_=literal(_STARS, Text),
    )
