"""A scope as a sheet of paper: the map with its legend, figures and table."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import cast

from gridmap.draw.layers import Layers
from gridmap.draw.point_layers import POINT_LAYERS
from gridmap.draw.sheet.furniture import Furniture
from gridmap.draw.sheet.proof import draw_proof
from gridmap.draw.sheet.sheet import Kind, render_sheet
from gridmap.draw.sheet.shortfalls import of_sheet
from gridmap.messages import Message, msg
from gridmap.model.access import User
from gridmap.model.audience import CLASSIFICATIONS, Audience
from gridmap.service.briefings.request import ExportRequest, Made
from gridmap.service.operations.viewing import open_map
from gridmap.service.plan_cache import PlanCache


def make_sheet(cache: PlanCache, request: ExportRequest, user: User, generated_at: datetime) -> Made:
    """The sheet of a scope on its paper.

    Raises:
        NotFoundError: there is no such unit, or nothing of it has a shape to draw.
    """
    drawn = render_sheet(
        _layers(cache, request, user),
        cache.shapes(),
        paper=request.paper,
        language=request.language,
        furniture=_furniture(request, generated_at),
        kind=cast("Kind", request.ending),
    )
    return Made(drawn.data, (*_reservations(request), *drawn.warnings))


def make_proof(
    cache: PlanCache, request: ExportRequest, user: User, generated_at: datetime, *, width: int
) -> Made:
    """The same sheet as a picture for the screen, `width` pixels wide.

    Raises:
        NotFoundError: as `make_sheet`.
    """
    layers, shapes = _layers(cache, request, user), cache.shapes()
    furniture = _furniture(request, generated_at)
    data = draw_proof(layers, shapes, request.paper, request.language, furniture, width=width)
    return Made(data, (*_reservations(request), *of_sheet(layers, shapes)))


def chosen_points(layers: Layers, shown: Collection[str]) -> Layers:
    """The layers with only the point layers of these names, in the legend too."""
    left_out = {layer.name for layer in POINT_LAYERS} - set(shown)
    return replace(
        layers,
        points={name: () if name in left_out else marks for name, marks in layers.points.items()},
        legend=tuple(entry for entry in layers.legend if entry.group not in left_out),
    )


def _layers(cache: PlanCache, request: ExportRequest, user: User) -> Layers:
    view = open_map(cache, user=user, scope=request.scope, at=request.at)
    return chosen_points(view.layers, request.points)


def _furniture(request: ExportRequest, generated_at: datetime) -> Furniture:
    return Furniture(
        prepared_by=request.prepared_by,
        generated_at=generated_at,
        classification=CLASSIFICATIONS[request.audience],
        approval_no=request.approval_no,
    )


def _reservations(request: ExportRequest) -> tuple[Message, ...]:
    if request.audience is Audience.PUBLIC and not request.approval_no:
        return (
            msg(
                "A public map with boundaries needs the number of its map review; none is printed on this one"
            ),
        )
    return ()
