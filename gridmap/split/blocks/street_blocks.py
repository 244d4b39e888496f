"""The blocks of a piece of land: polygons as given, or the faces between lines, as an exact coverage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

from gridmap.geo.coverage.topology import Geometries
from gridmap.geo.lines.faces import connected, faces_of, joined, owners_of, shared_stretches
from gridmap.geo.lines.network import lines_of
from gridmap.split.material import UnitMaterial

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]
OPEN: Final = -1
"""The owner of a face that no block holds."""
_WIDEST_STREET: Final = 40.0
"""Metres of mean width (twice the area by the border) up to which open land is shared out among the blocks
beside it; wider land is a block of its own."""
_VERGE: Final = 15.0
"""Metres from the blocks within which wide land is shared out too, where streets run into it."""
_STREETS_IN_IT: Final = 0.1
"""Share of the verges that must be streets, no wider than two verges, for streets to run into wide land."""
_STREET_STEP: Final = 6.0
"""Metres between the places of a block's border that stand for it where a street is shared out."""
_DIGITS: Final = 2
"""Decimals of the metres of these places: places closer than that would spoil the diagram."""
_MARGIN: Final = 1.0
"""Metres that the diagram of nearest blocks reaches beyond the land."""


def blocks_of(shape: shapely.Polygon, material: UnitMaterial) -> Geometries:
    """The blocks of a polygon, in an order that does not depend on that of the material.

    Where polygons are given they are the blocks, clipped; of overlapping ones the smallest counts. Streets
    between them are shared out among the blocks beside them, wide open land is a block. Where only lines
    are given the blocks are the faces between them; ends that dangle divide nothing. Together the blocks
    are the polygon, and they meet edge to edge.
    """
    polygons = _sorted(_polygons(material.blocks))
    if len(polygons):
        return _sorted(_from_polygons(shape, polygons))
    return _sorted(faces_of(shape, lines_of(material.lines)))


def _from_polygons(shape: shapely.Polygon, polygons: Geometries) -> Geometries:
    """Blocks of given polygons, and of what they leave open."""
    polygons = polygons[np.argsort(shapely.area(polygons), kind="stable")]
    borders = shapely.boundary(polygons)
    faces = faces_of(shape, borders)
    owners = owners_of(faces, polygons)
    streets = _streets(faces, owners)
    if len(streets.shapes):
        places, owner_of_place = _sides(faces, owners, streets)
        middles = _middles(shape, places, owner_of_place)
        faces = faces_of(shape, np.concatenate([borders, middles, shapely.boundary(streets.limits)]))
        owners = owners_of(faces, polygons)
        on_street = (owners == OPEN) & streets.hold(faces)
        sites = shapely.STRtree(np.array(shapely.points(places), dtype=object))
        owners[on_street] = owner_of_place[sites.nearest(shapely.point_on_surface(faces[on_street]))]
    return np.array(joined(faces, connected(faces, owners)), dtype=object)


@dataclass(frozen=True)
class _Streets:
    """Open land that is shared out: `shapes`, of the `wide` ones only what is within the `limits`."""

    shapes: Geometries
    wide: Mask
    limits: Geometries

    def hold(self, faces: Geometries) -> Mask:
        """Which faces are to be shared out."""
        of_face = owners_of(faces, self.shapes)
        near = owners_of(faces, self.limits) >= 0
        return (of_face >= 0) & (~self.wide[of_face] | near)


def _streets(faces: Geometries, owners: Indices) -> _Streets:
    """The open land that is narrow, and wide land that streets run into, up to some way from the blocks."""
    open_land = faces[owners == OPEN] if (owners != OPEN).any() else faces[:0]
    wide = 2 * shapely.area(open_land) > _WIDEST_STREET * shapely.length(open_land)
    if not wide.any():
        return _Streets(open_land, wide, faces[:0])
    limits = np.array([shapely.union_all(shapely.buffer(faces[owners != OPEN], _VERGE, quad_segs=2))])
    cores = shapely.difference(open_land, limits[0])
    verges = shapely.area(open_land) - shapely.area(cores)
    narrow = shapely.area(shapely.difference(open_land, shapely.buffer(cores, _VERGE * 1.1)))
    shared = ~wide | (narrow > _STREETS_IN_IT * verges)
    return _Streets(open_land[shared], wide[shared], limits if (wide & shared).any() else faces[:0])


def _sides(faces: Geometries, owners: Indices, streets: _Streets) -> tuple[Floats, Indices]:
    """Places along the sides of streets, and the block that each belongs to."""
    held = owners != OPEN
    along = shapely.union_all(shapely.boundary(streets.shapes))
    sides = shapely.intersection(shapely.boundary(faces[held]), along)
    xy, side = shapely.get_coordinates(shapely.segmentize(sides, _STREET_STEP), return_index=True)
    places, first = np.unique(xy.round(_DIGITS), axis=0, return_index=True)
    return places, owners[held][side[first]]


def _middles(shape: shapely.Polygon, places: Floats, owners: Indices) -> Geometries:
    """Lines in the middle between places of different blocks (Voronoi)."""
    reach = shapely.box(*shapely.bounds(shape)).buffer(_MARGIN)
    diagram = shapely.voronoi_polygons(shapely.multipoints(places), extend_to=reach, ordered=True)
    one, other, ends = shared_stretches(shapely.get_parts(diagram))
    middles: Geometries = shapely.linestrings(ends[owners[one] != owners[other]])
    return middles


def _polygons(given: Geometries) -> Geometries:
    parts = shapely.get_parts(shapely.get_parts(shapely.make_valid(given)))
    polygons: Geometries = parts[shapely.get_dimensions(parts) == 2]
    return polygons


def _sorted(shapes: Geometries) -> Geometries:
    """Shapes in an order that depends on their coordinates alone."""
    texts = shapely.to_wkb(shapely.normalize(shapes))
    ordered: Geometries = shapes[sorted(range(len(shapes)), key=lambda place: texts[place])]
    return ordered
