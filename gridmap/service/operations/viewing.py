"""Looking at a plan: the operations map of a scope, its figures, its status for the browser, a search."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from gridmap.draw.compose import build_layers
from gridmap.draw.layers import Layers
from gridmap.draw.screen.chunks import Bounds
from gridmap.draw.screen.webmap import status_document
from gridmap.errors import NotFoundError
from gridmap.measure.concerns import concerns
from gridmap.measure.registry import indicators
from gridmap.measure.tree import top_units
from gridmap.messages import Language, msg
from gridmap.model.access import Action, User, covers
from gridmap.model.people import TargetKind
from gridmap.model.place_kinds import PLACE_KINDS
from gridmap.model.plan import Plan
from gridmap.model.status import Concern, Indicator
from gridmap.names import NAME
from gridmap.service.plan_cache import PlanCache
from gridmap.service.rights import require

_AROUND = 0.008
"""Degrees shown on each side of a point: under a kilometre."""


@dataclass(frozen=True)
class MapView:
    """A scope as a commander sees it: layers, indicators by key, and what is worst."""

    layers: Layers
    indicators: dict[str, Indicator]
    concerns: tuple[Concern, ...]


@dataclass(frozen=True)
class Hit:
    """A place found by name or code."""

    kind: TargetKind
    code: str
    name: str
    place: str  # name of the unit it lies in


def home(plan: Plan, user: User) -> str:
    """The widest scope a user may see: a unit's code, or '' where several top units are open to them."""
    if not user.scope:
        tops = top_units(plan)
        return tops[0] if len(tops) == 1 else ""
    if user.scope in plan.units.index:
        return user.scope
    inside = sorted(code for code in plan.units.index if covers(user.scope, str(code)))
    if not inside:
        raise NotFoundError(msg("Nothing in this workspace lies in your scope {scope}.", scope=user.scope))
    return str(inside[0])


def open_map(cache: PlanCache, *, user: User, scope: str, at: datetime) -> MapView:
    """The operations map of one scope.

    Raises:
        AccessError: the scope is not the user's.
        NotFoundError: there is no such unit.
    """
    require(user, Action.VIEW, scope)
    return cache.once(("view", cache.figures_key(), at, scope), lambda: _view(cache, scope, at))


def _view(cache: PlanCache, scope: str, at: datetime) -> MapView:
    selected = cache.scope(scope, at)
    figures = {indicator.key: indicator for indicator in indicators(selected)}
    return MapView(
        layers=build_layers(selected, figures["cell_coverage"].sentence, tuple(figures.values())),
        indicators=figures,
        concerns=concerns(selected),
    )


def map_status(cache: PlanCache, *, user: User, at: datetime, language: Language) -> bytes:
    """The status document (JSON) of everything in the user's scope, for the map in the browser."""
    scope = home(cache.plan(), user)
    view = open_map(cache, user=user, scope=scope, at=at)

    def write() -> bytes:
        document = status_document(view.layers, cache.chunks(), language)
        return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()

    return cache.once(("status", cache.figures_key(), at, scope, language), write)


def geometry_chunk(cache: PlanCache, *, user: User, digest: str) -> bytes:
    """The bytes of one geometry chunk.

    Raises:
        AccessError: the chunk lies outside the user's scope.
        NotFoundError: no chunk has that hash at the present geometry revision.
    """
    for chunk in cache.chunks().chunks:
        if chunk.hash == digest:
            # One shape of the user's own is enough: outlines of its neighbours come along, states do not.
            own = [code for code in chunk.codes if covers(user.scope, code) or covers(code, user.scope)]
            require(user, Action.VIEW, user.scope if own else chunk.codes[0])
            return chunk.payload
    raise NotFoundError(msg("There is no geometry {digest}.", digest=digest))


def bounds_of(cache: PlanCache, code: str) -> Bounds:
    """Extent of a unit, a cell, a checkpoint's or site's surroundings, or of everything ('').

    Raises:
        NotFoundError: no place has that code.
    """
    chunks, plan = cache.chunks(), cache.plan()
    if not code:
        return chunks.bounds
    if code in chunks.extents:
        return chunks.extents[code]
    for table in (plan.table(kind) for kind, entry in PLACE_KINDS.items() if entry.is_point):
        if code in table.index:
            lon, lat = float(table["lon"][code]), float(table["lat"][code])
            return (lon - _AROUND, lat - _AROUND, lon + _AROUND, lat + _AROUND)
    raise NotFoundError(msg("There is no place with the code {code}; it may have been removed.", code=code))


def search(cache: PlanCache, *, user: User, text: str, limit: int = 8) -> tuple[Hit, ...]:
    """Units, cells, checkpoints and sites whose code begins with, or whose name contains, `text`."""
    wanted = text.strip().casefold()
    if not wanted:
        return ()
    plan = cache.plan()
    hits = [hit for kind in PLACE_KINDS for hit in _matches(plan, user, kind, wanted)]
    exact = [hit for hit in hits if wanted in {hit.name.casefold(), hit.code.casefold()}]
    return tuple(exact + [hit for hit in hits if hit not in exact])[:limit]


def _matches(plan: Plan, user: User, kind: TargetKind, wanted: str) -> list[Hit]:
    table, entry = plan.table(kind), PLACE_KINDS[kind]
    named = table[NAME].str.casefold().str.contains(wanted, regex=False, na=False)
    coded = table.index.astype(str).str.casefold().str.startswith(wanted)
    rows = table[named | coded]
    places = rows[entry.units[0]].map(plan.units[NAME]).fillna("")
    return [
        Hit(kind, str(code), str(name), str(place_name))
        for code, name, place_name, *owned in zip(
            rows.index, rows[NAME], places, *entry.reaching(rows), strict=True
        )
        if any(covers(user.scope, str(owner)) for owner in owned)
    ]
