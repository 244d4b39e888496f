"""What is asked of an export, what comes of it, and what every product says of itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from gridmap.draw.books.ledger import Posts
from gridmap.draw.point_layers import SHOWN_AT_FIRST
from gridmap.draw.sheet.sheet import Paper
from gridmap.draw.stamp import Stamp
from gridmap.geo.systems.datum import Datum
from gridmap.measure.coverage import active_posts
from gridmap.messages import Language, Message
from gridmap.model.audience import Audience
from gridmap.model.people import TargetKind
from gridmap.model.plan import Plan
from gridmap.model.products import Product
from gridmap.names import NAME
from gridmap.service.plan_cache import PlanCache


@dataclass(frozen=True)
class ExportRequest:
    """What to take out, as of when, and for whom.

    Attributes:
        paper, points: of a sheet only: its paper, and the names of the point layers on its map.
        prepared_by: the office that answers for the product.
        approval_no: number of the map review (审图号), for a public map.
        datum: of geodata only: what their coordinates are to refer to.
    """

    scope: str
    at: datetime
    language: Language
    product: Product = Product.SHEET
    ending: str = "pdf"
    paper: Paper = Paper.A3
    points: frozenset[str] = SHOWN_AT_FIRST
    audience: Audience = Audience.INTERNAL
    prepared_by: str = ""
    approval_no: str = ""
    datum: Datum = Datum.WGS84


@dataclass(frozen=True)
class Made:
    """The bytes of a product, and what its reader should be told."""

    data: bytes
    warnings: tuple[Message, ...] = ()


def file_name(request: ExportRequest, revision: int) -> str:
    """A name that tells scope, revision, moment and audience, in ASCII."""
    scope = re.sub(r"[^A-Za-z0-9-]", "_", request.scope) or "all"
    shifted = "" if request.datum is Datum.WGS84 else f"-{request.datum}"
    moment = f"{request.at:%Y%m%d-%H%M}"
    return f"gridmap-{scope}-r{revision}-{moment}-{request.audience}{shifted}.{request.ending}"


def stamp_of(cache: PlanCache, request: ExportRequest, generated_at: datetime) -> Stamp:
    """What a product of a request says of itself."""
    plan = cache.plan()
    trail = cache.scope(request.scope, request.at).trail
    return Stamp(
        place=tuple(str(plan.units[NAME][code]) for code in trail) or (plan.title,),
        as_of=request.at,
        revision=plan.revision,
        made_at=generated_at,
        audience=request.audience,
        demo=plan.demo_clock is not None,
        prepared_by=request.prepared_by,
        approval_no=request.approval_no,
        datum=request.datum,
    )


def posts_at(plan: Plan, at: datetime) -> Posts:
    """The posts that hold at a moment, by the kind of place they are at."""
    return {kind: active_posts(plan, at, kind) for kind in TargetKind}
