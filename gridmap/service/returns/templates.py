"""Templates: a workbook of a unit's present data to be corrected and filled in, known when it comes back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from gridmap.draw.books.workbook import Sheet, write_workbook
from gridmap.errors import InputError, NotFoundError
from gridmap.messages import Language, Message, msg, render
from gridmap.model.access import Action, User, covers
from gridmap.model.audience import Audience
from gridmap.model.collecting import COLLECTED_KINDS
from gridmap.model.places import Level
from gridmap.model.plan import Plan
from gridmap.names import LEVEL, NAME
from gridmap.service.imports.roster.file import roster_sheets
from gridmap.service.plan_cache import PlanCache
from gridmap.service.returns.stamp import NOTES_TITLE, TemplateStamp, note_lines, workspace_mark
from gridmap.service.returns.template_sheets import place_sheet
from gridmap.service.rights import require
from gridmap.store.export_log import log_export
from gridmap.store.history import Author

PEOPLE: Final = "people"
TEMPLATE_KINDS: Final[Mapping[str, Message]] = COLLECTED_KINDS
"""The kinds there are templates of, and what they are called."""
_UNSAFE: Final = re.compile(r"[^\w\-]")
_LONGEST_NAME: Final = 40


def write_template(
    cache: PlanCache,
    kind: str,
    *,
    user: User,
    scope: str,
    at: datetime,
    language: Language,
    issue: str = "",
    deadline: datetime | None = None,
) -> bytes:
    """The template of a kind for a unit, everything for ''; phones are masked.

    `issue` is its id in a round of collecting, empty where it is made by itself; the deadline is told on the
    first sheet.

    Raises:
        AccessError: the user may not export, or the scope lies outside the user's.
        NotFoundError: there is no such unit.
        InputError: there is no such kind.
    """
    require_kind(kind)
    require(user, Action.EXPORT, scope)
    plan = cache.plan()
    _require_unit(plan, scope)
    stamp = TemplateStamp(kind, scope, plan.revision, issue, workspace_mark(plan))
    sheets: tuple[Sheet, ...]
    if kind == PEOPLE:
        sheets = roster_sheets(cache, user=user, scope=scope, at=at, language=language)
    else:
        sheets = (place_sheet(plan, kind, scope, language),)
    titles = [sheet.title for sheet in sheets]
    lines = note_lines(_notes(plan, stamp, titles, at, deadline), stamp, language)
    notes = Sheet(NOTES_TITLE, [NOTES_TITLE], [(line,) for line in lines])
    # What stands above the headings of a roster is on the first sheet here.
    plain = [replace(sheet, notes=()) for sheet in sheets]
    title = render(TEMPLATE_KINDS[kind], language)
    return write_workbook([notes, *plain], created=at, title=f"{title} {scope_name(plan, scope)}")


def log_templates(cache: PlanCache, kind: str, scope: str, *, files: int, user: User, at: datetime) -> None:
    """Note in the log that templates went out.

    Raises:
        StoreError: the file cannot be written.
    """
    facts = {
        "product": "template",
        "kind": kind,
        "ending": "xlsx",
        "audience": Audience.INTERNAL.value,
        "files": files,
    }
    log_export(cache.workspace, scope, facts, Author(user.name, at))


def require_kind(kind: str) -> None:
    """Refuse a kind that there is no template of.

    Raises:
        InputError: with the kinds there are.
    """
    if kind not in TEMPLATE_KINDS:
        raise InputError(
            msg("There is no template of {kind}; there are: {kinds}.", kind=kind, kinds=list(TEMPLATE_KINDS))
        )


def townships_of(plan: Plan, user: User, scope: str = "") -> dict[str, str]:
    """Names of the townships that lie in a scope and in the user's, by code."""
    units = plan.units
    codes = sorted(str(code) for code in units.index[units[LEVEL] == Level.TOWNSHIP.value])
    return {
        code: str(units.at[code, NAME]) for code in codes if covers(user.scope, code) and covers(scope, code)
    }


def file_name(plan: Plan, kind: str, scope: str) -> str:
    """A name that tells a person what the file is of; no two units have the same, for the code is in it."""
    code = _UNSAFE.sub("_", scope) or "all"
    name = _UNSAFE.sub("_", scope_name(plan, scope))[:_LONGEST_NAME]
    return f"{code}-{name}-{kind}.xlsx"


def scope_name(plan: Plan, scope: str) -> str:
    """What a unit is called; the title of the plan for ''."""
    return str(plan.units[NAME].get(scope, scope)) if scope else plan.title


def _require_unit(plan: Plan, scope: str) -> None:
    if scope and scope not in plan.units.index:
        raise NotFoundError(msg("There is no unit with the code {code}.", code=scope))


def _notes(
    plan: Plan, stamp: TemplateStamp, titles: list[str], at: datetime, deadline: datetime | None
) -> list[Message]:
    """What the office that fills it in is told."""
    scope = stamp.scope
    lines = [
        msg(
            "{kind} of {scope} ({code}).",
            kind=TEMPLATE_KINDS[stamp.kind],
            scope=scope_name(plan, scope),
            code=scope or plan.title,
        ),
        msg("Filled in as of {at}, revision {revision}.", at=f"{at:%Y-%m-%d %H:%M}", revision=stamp.revision),
    ]
    if deadline is not None:
        lines.append(msg("To be returned by {deadline}.", deadline=f"{deadline:%Y-%m-%d %H:%M}"))
    lines += [
        msg("Correct what is wrong and add rows below: {sheets}. Some cells offer a list.", sheets=titles),
        msg("Leave codes and ids as they are; a new row has none. Empty cells change nothing."),
    ]
    if stamp.kind == PEOPLE:
        lines.append(msg("A phone with stars stays as it is; to change it, write the whole number over it."))
    return [
        *lines,
        msg("Is nothing to be changed? Return the file as it is: that counts as a zero report."),
        msg("Do not remove this sheet: by the next line the file is known when it comes back."),
    ]
