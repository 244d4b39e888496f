"""A scope as geodata for other map programs."""

from __future__ import annotations

from datetime import datetime

from gridmap.draw.geofile import compose_geo, write_geojson, write_geopackage
from gridmap.draw.sheet.shortfalls import shapeless
from gridmap.geo.systems.datum import frame_from_wgs84
from gridmap.model.access import Action, User
from gridmap.names import GEOMETRY
from gridmap.service.briefings.request import ExportRequest, Made, posts_at, stamp_of
from gridmap.service.plan_cache import PlanCache
from gridmap.service.rights import require


def make_geodata(cache: PlanCache, request: ExportRequest, user: User, generated_at: datetime) -> Made:
    """GeoPackage with all layers, or GeoJSON of the cells, in the datum that is asked for.

    Raises:
        AccessError: the user may not view the scope.
    """
    require(user, Action.VIEW, request.scope)
    stamp = stamp_of(cache, request, generated_at)
    scope, posts = cache.scope(request.scope, request.at), posts_at(cache.plan(), request.at)
    composed = compose_geo(scope, cache.shapes(), posts, stamp, request.language)
    layers = {name: frame_from_wgs84(layer, request.datum) for name, layer in composed.items()}
    write = write_geopackage if request.ending == "gpkg" else write_geojson
    absent = [str(code) for layer in layers.values() for code in layer["code"][layer[GEOMETRY].isna()]]
    return Made(write(layers, stamp, request.language), shapeless(absent))
