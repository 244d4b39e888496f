"""A scope as a ledger: its figures and places as sheets of a workbook."""

from __future__ import annotations

from datetime import datetime

from gridmap.draw.books.ledger import compose_ledger
from gridmap.draw.books.workbook import write_workbook
from gridmap.model.access import User
from gridmap.service.briefings.request import ExportRequest, Made, posts_at, stamp_of
from gridmap.service.operations.viewing import open_map
from gridmap.service.plan_cache import PlanCache


def make_ledger(cache: PlanCache, request: ExportRequest, user: User, generated_at: datetime) -> Made:
    """The ledger of a scope as XLSX."""
    view = open_map(cache, user=user, scope=request.scope, at=request.at)
    stamp = stamp_of(cache, request, generated_at)
    sheets = compose_ledger(
        cache.scope(request.scope, request.at),
        tuple(view.indicators.values()),
        posts_at(cache.plan(), request.at),
        stamp,
        request.language,
    )
    return Made(write_workbook(sheets, created=generated_at, title=" › ".join(stamp.place)))
