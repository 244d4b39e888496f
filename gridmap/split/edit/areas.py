"""Merging cells, redrawing one, and giving a part of one to a neighbour."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

from gridmap.errors import InputError
from gridmap.geo.coverage.topology import Geometries
from gridmap.geo.lines.faces import owners_of, shared_borders
from gridmap.messages import Message, msg
from gridmap.split.edit.commands import MergeCells, Redraw, Transfer
from gridmap.split.tessellation.linework import SMALLEST_PIECE, faces_between, is_sliver, rings_of
from gridmap.split.tessellation.numbers import comparable
from gridmap.split.tessellation.scene import Division, Floats, Indices, Scene

_AREAS: Final = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
_PLACES: Final = (shapely.GeometryType.POINT, shapely.GeometryType.MULTIPOINT)
_SAME_PLACE: Final = 1.0
"""Metres within which a chosen building is taken to be one of the points."""


def merge_cells(scene: Scene, command: MergeCells) -> Division:
    """All chosen cells become the one with the largest load; of equal ones the largest, then smallest code.

    Raises:
        InputError: fewer than two cells, or of several units.
    """
    positions = sorted({scene.position(code) for code in command.codes})
    if len(positions) < 2:
        raise InputError(msg("Choose two or more cells to merge."))
    scene.require_one_unit(positions)
    codes = sorted(scene.codes[position] for position in positions)
    loads, areas = comparable(scene.loads, shapely.area(scene.shapes))
    survivor = min(positions, key=lambda at: (-loads[at], -areas[at], scene.codes[at]))
    apart = msg(
        "Cells {codes} do not meet along borders, so they would make a cell of two parts. "
        "Choose cells that meet.",
        codes=codes,
    )
    return Division(
        scene.shapes[positions],
        np.array(positions, dtype=np.intp),
        np.full(len(positions), survivor, dtype=np.intp),
        torn={survivor: apart},
    )


def redraw(scene: Scene, command: Redraw) -> Division:
    """A cell gets a new outline; gains come from its neighbours, losses go to those with the longest border.

    Raises:
        InputError: the polygon is invalid, has nothing of the cell, swallows a neighbour, gives away an
            area that no neighbour can take, or changes nothing.
    """
    position, wanted = scene.position(command.code), _sound_area(command.polygon)
    siblings = scene.siblings(position)
    near = scene.meeting(shapely.union_all([wanted, scene.shapes[position]]), siblings)
    faces, owners, bends = _owned_faces(scene, near, wanted)
    drawn = shapely.intersects(wanted, shapely.point_on_surface(faces)) if len(faces) else np.empty(0, bool)
    own = owners == position
    slivers = is_sliver(faces)
    drawn = np.where(slivers, own, drawn)
    if not (drawn & own).any():
        raise InputError(
            msg(
                "The new outline has nothing in common with cell {code}. Draw it over the cell.",
                code=command.code,
            )
        )
    if not (drawn != own).any():
        raise InputError(
            msg("The new outline of cell {code} is the old one: nothing changes.", code=command.code)
        )
    labels = _with_takers(scene, position, faces, np.where(drawn, position, owners), lost=~drawn & own)
    labels = _with_cut_off_slivers(faces, owners, labels, slivers)
    _require_remainders(scene, faces, owners, labels)
    return Division(
        faces, owners, labels, bends=bends, notes=_clipping(scene, siblings, wanted, command.code)
    )


def transfer(scene: Scene, command: Transfer, places: Floats | None) -> Division:
    """A part of a cell goes to another cell of its unit.

    Args:
        scene: the cells.
        command: what is given.
        places: (n, 2) all points of load; needed where the part is told by its buildings.

    Raises:
        InputError: the area is invalid, lies outside the source, or is all of it; the cells are one, or of
            two units.
    """
    source, target = scene.position(command.source), scene.position(command.target)
    if source == target:
        raise InputError(msg("Choose two different cells: one that gives and one that takes."))
    scene.require_one_unit([source, target])
    area = _given_area(scene, source, command, places)
    faces, owners, bends = _owned_faces(scene, np.array([source, target], dtype=np.intp), area)
    given = owners == source
    slivers = is_sliver(faces)
    given &= shapely.intersects(area, shapely.point_on_surface(faces)) & ~slivers
    if not given.any():
        raise InputError(
            msg(
                "The area to give does not lie in cell {source}, or is smaller than {least} m². "
                "Draw it inside that cell.",
                source=command.source,
                least=f"{SMALLEST_PIECE:g}",
            )
        )
    labels = _with_cut_off_slivers(faces, owners, np.where(given, target, owners), slivers)
    _require_remainders(scene, faces, owners, labels)
    torn = msg(
        "The area to give does not meet cell {target} along a border, so that cell would be in two parts. "
        "Choose an area that does, or another cell to take it.",
        target=command.target,
    )
    told = shapely.get_type_id(command.area) in _AREAS  # the ground of buildings is ours to draw
    notes = _left_out(scene, [source, target], area) if told else ()
    return Division(faces, owners, labels, bends=bends, torn={target: torn}, notes=notes)


def _sound_area(area: shapely.Geometry) -> shapely.Geometry:
    """The area without heights.

    Raises:
        InputError: it is no valid area.
    """
    drawn = shapely.force_2d(area)
    sound = (
        shapely.get_type_id(drawn) in _AREAS
        and not shapely.is_empty(drawn)
        and np.isfinite(shapely.get_coordinates(drawn)).all()
        and shapely.is_valid(drawn)
    )
    if not sound:
        raise InputError(
            msg(
                "The drawn outline is no valid area: it is empty, or crosses itself. "
                "Draw it without crossings."
            )
        )
    return drawn


def _given_area(scene: Scene, source: int, command: Transfer, places: Floats | None) -> shapely.Geometry:
    if shapely.get_type_id(command.area) not in _PLACES:
        return _sound_area(command.area)
    if places is None:
        raise InputError(
            msg(
                "Buildings can be given only where their places are known. "
                "Load points, or draw the area to give."
            )
        )
    return _ground_of(scene.shapes[source], shapely.get_coordinates(command.area), places, command.source)


def _ground_of(cell: shapely.Geometry, chosen: Floats, places: Floats, code: str) -> shapely.Geometry:
    """The ground of a cell that is nearer to chosen buildings than to its others (Voronoi)."""
    inside = np.unique(places[shapely.intersects_xy(cell, places[:, 0], places[:, 1])], axis=0)
    spots = np.array(shapely.points(inside), dtype=object)
    which, nearest = shapely.STRtree(spots).query_nearest(
        np.array(shapely.points(chosen), dtype=object), max_distance=_SAME_PLACE, all_matches=False
    )
    if len(which) < len(chosen):
        raise InputError(
            msg(
                "A chosen building is not in cell {code}. Choose buildings of that cell only.",
                code=code,
            )
        )
    taken = np.unique(nearest)
    if len(taken) == len(inside):
        raise InputError(_whole(code))
    regions = shapely.get_parts(
        shapely.voronoi_polygons(shapely.MultiPoint(inside), extend_to=cell, ordered=True)
    )
    return shapely.union_all(regions[taken])


def _owned_faces(
    scene: Scene, near: Indices, area: shapely.Geometry
) -> tuple[Geometries, Indices, frozenset[tuple[float, float]]]:
    """The faces that an area's outline makes of some cells, and the cell that each lies in."""
    rings = [shapely.get_coordinates(ring) for ring in rings_of(np.array([area], dtype=object))]
    linework = faces_between(scene.shapes[near], rings)
    owners = owners_of(linework.faces, scene.shapes[near])
    inside = owners >= 0
    return linework.faces[inside], near[owners[inside]], linework.bends


def _with_takers(
    scene: Scene, position: int, faces: Geometries, labels: Indices, *, lost: npt.NDArray[np.bool_]
) -> Indices:
    """The faces that the cell loses go each to the neighbour with the longest border.

    Raises:
        InputError: no other cell of the unit meets such a face.
    """
    borders = shared_borders(faces)
    result = labels.copy()
    for face in np.flatnonzero(lost):
        beside, length = _beside(int(face), borders)
        takes = ~lost[beside] & (labels[beside] != position)
        takers, number = np.unique(labels[beside][takes], return_inverse=True)
        if not len(takers):
            raise InputError(_nobody_takes(scene.codes[position], float(shapely.area(faces[face]))))
        common = np.bincount(number, weights=length[takes])
        result[face] = min(zip(-common, scene.codes[takers], takers, strict=True))[2]
    return result


def _beside(face: int, borders: tuple[Indices, Indices, Floats]) -> tuple[Indices, Floats]:
    """The faces that one has a border with, and the lengths of those borders."""
    one, other, lengths = borders
    return (
        np.concatenate([other[one == face], one[other == face]]),
        np.concatenate([lengths[one == face], lengths[other == face]]),
    )


def _with_cut_off_slivers(
    faces: Geometries, owners: Indices, labels: Indices, slivers: npt.NDArray[np.bool_]
) -> Indices:
    """Slivers stay with their cell, but for those that what it loses would cut off from it: they go along."""
    if not slivers.any():
        return labels
    borders = shared_borders(faces)
    result = labels.copy()
    for face in np.flatnonzero(slivers):
        beside, length = _beside(int(face), borders)
        real = ~slivers[beside]
        if real.any() and owners[face] not in labels[beside[real]]:
            result[face] = labels[beside[real][length[real].argmax()]]
    return result


def _nobody_takes(code: str, area: float) -> Message:
    return msg(
        "The new outline gives up {area} m² of cell {code} that no other cell of its village or community "
        "borders on. Keep that area in the outline, or split the cell instead.",
        area=round(area),
        code=code,
    )


def _require_remainders(scene: Scene, faces: Geometries, owners: Indices, labels: Indices) -> None:
    """Refuse to take a cell whole, or to leave a sliver of it.

    Raises:
        InputError: such a cell; it is named.
    """
    areas = shapely.area(faces)
    for position in np.unique(owners[owners != labels]):
        kept = areas[labels == position].sum()
        if kept < SMALLEST_PIECE:
            raise InputError(_whole(scene.codes[position]))


def _whole(code: str) -> Message:
    return msg(
        "This would take the whole of cell {code}. Merge the cells instead, or leave a part of it.", code=code
    )


def _clipping(scene: Scene, siblings: Indices, wanted: shapely.Geometry, code: str) -> tuple[Message, ...]:
    outside = shapely.difference(wanted, shapely.union_all(scene.shapes[siblings]))
    if is_sliver(np.array([outside], dtype=object))[0]:
        return ()
    return (
        msg(
            "{area} m² of the new outline of cell {code} lie outside {unit} and were left out: "
            "a cell never crosses the border of its village or community.",
            area=round(shapely.area(outside)),
            code=code,
            unit=scene.parents[siblings[0]],
        ),
    )


def _left_out(scene: Scene, pair: list[int], area: shapely.Geometry) -> tuple[Message, ...]:
    outside = shapely.difference(area, shapely.union_all(scene.shapes[pair]))
    if is_sliver(np.array([outside], dtype=object))[0]:
        return ()
    return (
        msg(
            "{area} m² of the area to give lie outside cells {codes} and were left out.",
            area=round(shapely.area(outside)),
            codes=sorted(scene.codes[pair]),
        ),
    )
