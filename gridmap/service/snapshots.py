"""Export this map: the scope on screen as a picture or a sheet of paper."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from gridmap.draw.furniture import Furniture
from gridmap.draw.layers import Layers
from gridmap.draw.sheet import Kind, Paper, Rendered, render_sheet
from gridmap.messages import Language
from gridmap.model.access import Action, User
from gridmap.names import CHECKPOINTS, CONTACT_SITES
from gridmap.service.plan_cache import PlanCache
from gridmap.service.rights import require
from gridmap.service.viewing import open_map


@dataclass(frozen=True)
class SnapshotRequest:
    """What to export and how. `checkpoints` and `sites` say which point layers are on the map."""

    scope: str
    at: datetime
    language: Language
    paper: Paper
    kind: Kind
    checkpoints: bool = True
    sites: bool = False
    prepared_by: str = ""


def export_map(cache: PlanCache, request: SnapshotRequest, *, user: User, generated_at: datetime) -> Rendered:
    """Draw the map of a scope on paper; the same layers as on screen.

    Raises:
        AccessError: the user may not export this scope.
        NotFoundError: there is no such unit.
    """
    require(user, Action.EXPORT, request.scope)
    view = open_map(cache, user=user, scope=request.scope, at=request.at)
    furniture = Furniture(prepared_by=request.prepared_by, generated_at=generated_at)
    layers = chosen_points(view.layers, checkpoints=request.checkpoints, sites=request.sites)
    return render_sheet(layers, cache.shapes(), request.paper, request.language, furniture, request.kind)


def chosen_points(layers: Layers, *, checkpoints: bool, sites: bool) -> Layers:
    """The layers with only the chosen point layers, in the legend too."""
    left_out = {group for group, shown in ((CHECKPOINTS, checkpoints), (CONTACT_SITES, sites)) if not shown}
    return replace(
        layers,
        checkpoints=layers.checkpoints if checkpoints else (),
        contact_sites=layers.contact_sites if sites else (),
        legend=tuple(entry for entry in layers.legend if entry.group not in left_out),
    )
