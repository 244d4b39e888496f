"""Taking a scope out of the house: as a sheet of paper, a ledger, or geodata, each for an audience.

What an audience may not know of people is left out before anything is written. Exports that hold names are
logged; drawing a proof on the screen is none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final, cast

from gridmap.draw.books.ledger import Posts, compose_ledger
from gridmap.draw.books.workbook import write_workbook
from gridmap.draw.geofile import compose_geo, write_geojson, write_geopackage
from gridmap.draw.layers import Layers
from gridmap.draw.sheet.furniture import Furniture
from gridmap.draw.sheet.proof import draw_proof
from gridmap.draw.sheet.sheet import Kind, Paper, render_sheet
from gridmap.draw.sheet.shortfalls import of_sheet, shapeless
from gridmap.draw.stamp import Stamp
from gridmap.errors import InputError
from gridmap.geo.systems.datum import Datum, frame_from_wgs84
from gridmap.measure.coverage import active_posts
from gridmap.messages import Language, Message, msg
from gridmap.model.access import Action, User, covers
from gridmap.model.audience import CLASSIFICATIONS, Audience
from gridmap.model.people import TargetKind
from gridmap.model.plan import Plan
from gridmap.names import CHECKPOINTS, CONTACT_SITES, GEOMETRY, NAME, PARENT_CODE
from gridmap.service.operations.viewing import home, open_map
from gridmap.service.plan_cache import PlanCache
from gridmap.service.rights import require
from gridmap.store.export_log import log_export
from gridmap.store.history import Author

_MOBILE: Final = re.compile(r"(?<!\d)1\d{10}(?!\d)")


class Product(StrEnum):
    """What a scope can be taken out as."""

    SHEET = "sheet"
    LEDGER = "ledger"
    GEO = "geo"


MIMES: Final[Mapping[Product, Mapping[str, str]]] = {
    Product.SHEET: {"png": "image/png", "pdf": "application/pdf"},
    Product.LEDGER: {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    Product.GEO: {"gpkg": "application/geopackage+sqlite3", "geojson": "application/geo+json"},
}
"""Media types by product and ending: what is not in it is not made."""


@dataclass(frozen=True)
class ExportRequest:
    """What to take out, as of when, and for whom.

    Attributes:
        paper, checkpoints, sites: of a sheet only: its paper, and the point layers on its map.
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
    checkpoints: bool = True
    sites: bool = False
    audience: Audience = Audience.INTERNAL
    prepared_by: str = ""
    approval_no: str = ""
    datum: Datum = Datum.WGS84


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
    make = {Product.SHEET: _sheet, Product.LEDGER: _ledger, Product.GEO: _geo}[request.product]
    made = make(cache, request, user, generated_at)
    if request.audience.sees_names:
        facts = {
            "product": request.product.value,
            "ending": request.ending,
            "audience": request.audience.value,
            "as_of": request.at.isoformat(timespec="seconds"),
            "bytes": len(made.data),
        }
        log_export(cache.workspace, request.scope, facts, Author(user.name, generated_at))
    return made


def check_request(cache: PlanCache, request: ExportRequest, *, user: User) -> None:
    """Refuse what `export` would refuse, before any work.

    Raises:
        AccessError: the user may not export this scope.
        InputError: the product is not made in this form, or a text holds what the audience may not see.
    """
    require(user, Action.EXPORT, request.scope)
    endings = MIMES[request.product]
    if request.ending not in endings:
        raise InputError(
            msg(
                "{product} is written as {endings}, not as {ending}; choose another ending",
                product=request.product.value,
                endings=list(endings),
                ending=request.ending or "–",
            )
        )
    if request.datum is not Datum.WGS84 and request.product is not Product.GEO:
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
    layers, shapes = _layers(cache, request, user), cache.shapes()
    furniture = _furniture(request, generated_at)
    data = draw_proof(layers, shapes, request.paper, request.language, furniture, width=width)
    warnings = (*_reservations(request), *of_sheet(layers, shapes))
    return Exported("proof.png", MIMES[Product.SHEET]["png"], data, warnings)


def file_name(request: ExportRequest, revision: int) -> str:
    """A name that tells scope, revision, moment and audience, in ASCII."""
    scope = re.sub(r"[^A-Za-z0-9-]", "_", request.scope) or "all"
    shifted = "" if request.datum is Datum.WGS84 else f"-{request.datum}"
    moment = f"{request.at:%Y%m%d-%H%M}"
    return f"gridmap-{scope}-r{revision}-{moment}-{request.audience}{shifted}.{request.ending}"


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


def chosen_points(layers: Layers, *, checkpoints: bool, sites: bool) -> Layers:
    """The layers with only the chosen point layers, in the legend too."""
    left_out = {group for group, shown in ((CHECKPOINTS, checkpoints), (CONTACT_SITES, sites)) if not shown}
    return replace(
        layers,
        checkpoints=layers.checkpoints if checkpoints else (),
        contact_sites=layers.contact_sites if sites else (),
        legend=tuple(entry for entry in layers.legend if entry.group not in left_out),
    )


def _sheet(cache: PlanCache, request: ExportRequest, user: User, generated_at: datetime) -> Exported:
    layers = _layers(cache, request, user)
    drawn = render_sheet(
        layers,
        cache.shapes(),
        paper=request.paper,
        language=request.language,
        furniture=_furniture(request, generated_at),
        kind=cast("Kind", request.ending),
    )
    return _finished(cache, request, drawn.data, (*_reservations(request), *drawn.warnings))


def _ledger(cache: PlanCache, request: ExportRequest, user: User, generated_at: datetime) -> Exported:
    view = open_map(cache, user=user, scope=request.scope, at=request.at)
    stamp = _stamp(cache, request, generated_at)
    sheets = compose_ledger(
        cache.scope(request.scope, request.at),
        tuple(view.indicators.values()),
        _posts(cache.plan(), request.at),
        stamp,
        request.language,
    )
    title = " › ".join(stamp.place)
    return _finished(cache, request, write_workbook(sheets, created=generated_at, title=title), ())


def _geo(cache: PlanCache, request: ExportRequest, user: User, generated_at: datetime) -> Exported:
    require(user, Action.VIEW, request.scope)
    stamp = _stamp(cache, request, generated_at)
    scope, posts = cache.scope(request.scope, request.at), _posts(cache.plan(), request.at)
    composed = compose_geo(scope, cache.shapes(), posts, stamp, request.language)
    layers = {name: frame_from_wgs84(layer, request.datum) for name, layer in composed.items()}
    write = write_geopackage if request.ending == "gpkg" else write_geojson
    absent = [str(code) for layer in layers.values() for code in layer["code"][layer[GEOMETRY].isna()]]
    return _finished(cache, request, write(layers, stamp, request.language), shapeless(absent))


def _finished(
    cache: PlanCache, request: ExportRequest, data: bytes, warnings: tuple[Message, ...]
) -> Exported:
    name = file_name(request, cache.plan().revision)
    return Exported(name, MIMES[request.product][request.ending], data, warnings)


def _layers(cache: PlanCache, request: ExportRequest, user: User) -> Layers:
    view = open_map(cache, user=user, scope=request.scope, at=request.at)
    return chosen_points(view.layers, checkpoints=request.checkpoints, sites=request.sites)


def _furniture(request: ExportRequest, generated_at: datetime) -> Furniture:
    return Furniture(
        prepared_by=request.prepared_by,
        generated_at=generated_at,
        classification=CLASSIFICATIONS[request.audience],
        approval_no=request.approval_no,
    )


def _stamp(cache: PlanCache, request: ExportRequest, generated_at: datetime) -> Stamp:
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


def _posts(plan: Plan, at: datetime) -> Posts:
    return {kind: active_posts(plan, at, kind) for kind in TargetKind}


def _reservations(request: ExportRequest) -> tuple[Message, ...]:
    if request.audience is Audience.PUBLIC and not request.approval_no:
        return (
            msg(
                "A public map with boundaries needs the number of its map review; none is printed on this one"
            ),
        )
    return ()
