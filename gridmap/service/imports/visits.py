"""Visits to contact sites: a row of the table for each, also where a file only gives how many there were."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Final

import pandas as pd

from gridmap.messages import msg
from gridmap.model.access import Action
from gridmap.model.faults import Fault, FaultKind, Outcome
from gridmap.names import CONTACT_SITES, NAME, VISITS
from gridmap.read.values.dates import Moment
from gridmap.service.imports.decisions import waits
from gridmap.service.imports.desk import Desk, Draft, TableDraft, next_codes

_MOST: Final = 200
"""Visits of one row: more than that on a day is a sum and no visit."""


def draft_visits(desk: Desk) -> Draft:
    """What a file of visits would do; a visit that is there at that time is not added again."""
    draft, plan, values = Draft(Action.EDIT_POSTS), desk.plan, desk.values
    matched = desk.matching.sites(values, values.rows)
    draft.ask(matched)
    table = TableDraft(VISITS, draft, desk, {"site_code": CONTACT_SITES})
    there = _Visits(plan.visits)
    ids = iter(next_codes("V", 5, plan.visits.index))
    for row in values.rows:
        who = values.text(row, "site_name") or values.text(row, "code")
        moment, count = values.value(row, "visited_at"), values.value(row, "visit_count")
        if row in matched.left:
            table.refuse(row, who, msg("left out"))
        elif row in matched.waiting:
            table.refuse(row, who, waits(matched.waiting[row]))
        elif not isinstance(moment, Moment):
            table.refuse(row, who, msg("there is no date"))
        elif count is not None and count > _MOST:
            table.refuse(row, who, msg("{n} visits in a row are a sum; give each day a row", n=count))
        else:
            site = matched.codes[row]
            unit = str(plan.contact_sites.at[site, "unit_code"])
            draft.units[row] = unit
            if moment.at > desk.at:
                draft.faults.append(_ahead(desk, row, moment.at))
            missing = there.missing(site, moment, 1 if count is None else int(count))
            name = str(plan.contact_sites.at[site, NAME])
            if missing:
                rows = [{"id": next(ids), "site_code": site, "visited_at": moment.at} for _ in range(missing)]
                table.add_many(row, name, rows, unit)
            else:
                table.keep(row, name)
    table.finish()
    return draft


def _ahead(desk: Desk, row: int, at: datetime) -> Fault:
    """What is noted of a visit that has not been yet: a day or a year may be mistyped."""
    table = desk.source.table
    heading = desk.mapping.columns["visited_at"]
    letter = table.column(heading) or ""
    return Fault(
        kind=FaultKind.DATE_AHEAD,
        message=msg("a visit on {day}, which is still to come", day=f"{at:%Y-%m-%d}"),
        outcome=Outcome.NOTED,
        file=desk.source.file,
        layer=table.sheet,
        row=row,
        column=heading,
        cell=table.cell(row, letter) if desk.source.points is None else "",
        remains=msg("Look whether the date is mistyped."),
    )


class _Visits:
    """The visits that are there; each is taken for one of the file only once."""

    def __init__(self, visits: pd.DataFrame) -> None:
        moments = [moment.to_pydatetime() for moment in visits["visited_at"]]
        sites = [str(site) for site in visits["site_code"]]
        self._at = Counter(zip(sites, moments, strict=True))
        self._on = Counter((site, at.date()) for site, at in zip(sites, moments, strict=True))
        self._taken_on: Counter[tuple[str, object]] = Counter()

    def missing(self, site: str, moment: Moment, count: int) -> int:
        """How many of so many visits are not there."""
        day = (site, moment.at.date())
        if moment.whole_day:
            free = self._on[day] - self._taken_on[day]
        else:
            key: tuple[str, datetime] = (site, moment.at)
            free = min(self._at[key], self._on[day] - self._taken_on[day])
            self._at[key] -= min(free, count)
        kept = min(max(free, 0), count)
        self._taken_on[day] += kept
        return count - kept
