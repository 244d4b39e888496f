"""Taking a scope out of the house: as a sheet of paper, a ledger, or geodata, each for an audience.

What an audience may not know of people is left out before anything is written. Exports that hold names are
logged; drawing a proof on the screen is none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from gridmap.errors import InputError
from gridmap.geo.systems.datum import Datum
from gridmap.messages import Message, msg
from gridmap.model.access import Action, User, covers
from gridmap.model.plan import Plan
from gridmap.model.products import PRODUCTS, Product
from gridmap.names import NAME, PARENT_CODE
from gridmap.service.briefings.geodata import make_geodata
from gridmap.service.briefings.ledgers import make_ledger
from gridmap.service.briefings.request import ExportRequest, Made, file_name
from gridmap.service.briefings.sheets import make_proof, make_sheet
from gridmap.service.operations.viewing import home
from gridmap.service.plan_cache import PlanCache
from gridmap.service.rights import require
from gridmap.store.export_log import log_export
from gridmap.store.history import Author

_MOBILE: Final = re.compile(r"(?<!\d)1\d{10}(?!\d)")

MAKERS: Final[Mapping[Product, Callable[[PlanCache, ExportRequest, User, datetime], Made]]] = {
    Product.SHEET: make_sheet,
    Product.LEDGER: make_ledger,
    Product.GEO: make_geodata,
}
"""Who makes each product."""


@dataclass(frozen=True)
class Exported:
    """A finished file, and what its reader should be told."""

    name: str
    mime: str
    data: bytes
    warnings: tuple[Message, ...]


def export(cache: PlanCache, request: ExportRequest, *, user: User, generated_at: datetime) -> Exported:
    """Make one file of a scope; where the audience sees names, the log tells of it.

    Raises:
        AccessError: the user may not export this scope.
        NotFoundError: there is no such unit, or nothing of it has a shape to draw.
        InputError: the product is not made in this form, or a text holds what the audience may not see.
    """
    check_request(cache, request, user=user)
    made = MAKERS[request.product](cache, request, user, generated_at)
    if request.audience.sees_names:
        facts = {
            "product": request.product.value,
            "ending": request.ending,
            "audience": request.audience.value,
            "as_of": request.at.isoformat(timespec="seconds"),
            "bytes": len(made.data),
        }
        log_export(cache.workspace, request.scope, facts, Author(user.name, generated_at))
    name = file_name(request, cache.plan().revision)
    mime = PRODUCTS[request.product].files[request.ending].mime
    return Exported(name, mime, made.data, made.warnings)


def check_request(cache: PlanCache, request: ExportRequest, *, user: User) -> None:
    """Refuse what `export` would refuse, before any work.

    Raises:
        AccessError: the user may not export this scope.
        InputError: the product is not made in this form, or a text holds what the audience may not see.
    """
    require(user, Action.EXPORT, request.scope)
    product = PRODUCTS[request.product]
    if request.ending not in product.files:
        raise InputError(
            msg(
                "{product} is written as {endings}, not as {ending}; choose another ending",
                product=request.product.value,
                endings=list(product.files),
                ending=request.ending or "–",
            )
        )
    if request.datum is not Datum.WGS84 and not product.takes_datum:
        raise InputError(msg("Only geodata are written in another datum; leave it out of a sheet or ledger"))
    texts = f"{request.prepared_by} {request.approval_no}"
    if _MOBILE.search(re.sub(r"[\s-]", "", request.prepared_by)) or _MOBILE.search(texts):
        raise InputError(msg("There is a phone number in “Prepared by”; write the office alone"))
    if not request.audience.sees_names:
        names = cache.plan().people[NAME].unique()
        found = sorted(name for name in names if len(name) > 1 and name in texts)
        if found:
            raise InputError(
                msg(
                    "A public export names nobody, but {names} is in this plan; write the office alone",
                    names=found,
                )
            )


def proof(
    cache: PlanCache, request: ExportRequest, *, user: User, generated_at: datetime, width: int
) -> Exported:
    """The sheet of a request as a picture for the screen, `width` pixels wide; it is no export.

    Raises:
        AccessError, NotFoundError, InputError: as `export`.
    """
    check_request(cache, request, user=user)
    made = make_proof(cache, request, user, generated_at, width=width)
    return Exported("proof.png", PRODUCTS[Product.SHEET].files["png"].mime, made.data, made.warnings)


def scopes(cache: PlanCache, user: User) -> dict[str, str]:
    """The units a user may export, parents before children: names, villages with their township's."""
    plan = cache.plan()
    top = home(plan, user)
    found = {} if top else {"": plan.title}
    below: dict[str, list[str]] = {}
    for code, parent in plan.units[PARENT_CODE].sort_index().items():
        below.setdefault(str(parent) if parent in plan.units.index else "", []).append(str(code))
    for code in [top] if top else below.get("", []):
        found[code] = str(plan.units[NAME][code])
        for child in below.get(code, []):
            found |= _scopes_below(plan, below, child, "")
    return {code: name for code, name in found.items() if covers(user.scope, code)}


def _scopes_below(plan: Plan, below: Mapping[str, list[str]], code: str, parent: str) -> dict[str, str]:
    name = str(plan.units[NAME][code])
    found = {code: f"{name} · {parent}" if parent else name}
    for child in below.get(code, []):
        found |= _scopes_below(plan, below, child, name)
    return found
