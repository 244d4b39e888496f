"""Splitting cells along a drawn line."""

from __future__ import annotations

import numpy as np
import shapely

from gridmap.errors import InputError
from gridmap.geo.coverage.topology import Geometries
from gridmap.geo.lines.faces import groups_without_slivers, owners_of
from gridmap.messages import Message, msg
from gridmap.split.edit.commands import SplitByLine
from gridmap.split.tessellation.linework import SMALLEST_PIECE, SNAP, faces_between, is_sliver
from gridmap.split.tessellation.scene import Division, Indices, Scene


def split_by_line(scene: Scene, command: SplitByLine) -> Division:
    """The pieces that a line cuts cells into.

    Pieces too small to be meant (`is_sliver`) stay with the neighbouring piece of their cell.

    Raises:
        InputError: the line is none, or it crosses no cell, or not each chosen one, from border to border.
    """
    _require_line(command.line)
    line = shapely.force_2d(command.line)
    chosen = np.array(sorted({scene.position(code) for code in command.codes}), dtype=np.intp)
    met = scene.meeting(line, chosen if len(chosen) else None)
    if len(met) < len(chosen) or not len(met):
        raise InputError(_unmet(scene, np.setdiff1d(chosen, met)))
    linework = faces_between(scene.shapes[met], [shapely.get_coordinates(line)])
    owners = owners_of(linework.faces, scene.shapes[met])
    inside = owners >= 0
    faces, owners = linework.faces[inside], met[owners[inside]]
    labels, pieces = _labels(scene, faces, owners)
    whole = np.setdiff1d(met, list(set(pieces.values())))
    if len(whole) and (len(chosen) or not pieces):
        raise InputError(_not_crossed(scene, line, owners, whole))
    notes = tuple(_left_whole(scene, owners, at) for at in whole if _enters(line, scene.shapes[at]))
    return Division(faces, owners, labels, pieces, linework.bends, notes=notes)


def _require_line(line: shapely.LineString) -> None:
    sound = (
        shapely.get_type_id(line) == shapely.GeometryType.LINESTRING
        and np.isfinite(shapely.get_coordinates(line)).all()
        and shapely.length(line) > SNAP
    )
    if not sound:
        raise InputError(msg("A cell is split along one line of two points or more. Draw such a line."))


def _labels(scene: Scene, faces: Geometries, owners: Indices) -> tuple[Indices, dict[int, int]]:
    """The number of the piece that each face goes to, and the cell each piece is of."""
    pieces: dict[int, int] = {}
    labels, number = owners.copy(), len(scene.codes)
    for position in np.unique(owners):
        own = np.flatnonzero(owners == position)
        groups = _groups(faces[own], np.atleast_1d(shapely.get_parts(scene.shapes[position])))
        if groups.max() == 0:
            continue
        labels[own] = number + groups
        pieces |= {number + int(group): int(position) for group in np.unique(groups)}
        number += int(groups.max()) + 1
    return labels, pieces


def _groups(faces: Geometries, parts: Geometries) -> Indices:
    """Groups of the faces of one cell: slivers join a neighbour, parts that are not cut the nearest piece."""
    if len(faces) == 1:
        return np.zeros(1, dtype=np.intp)
    slivers = is_sliver(faces)
    part = owners_of(faces, parts)
    real_faces = np.bincount(part[~slivers], minlength=len(parts))
    if real_faces.max(initial=0) < 2:
        return np.zeros(len(faces), dtype=np.intp)
    return groups_without_slivers(faces, np.where(slivers | (real_faces[part] < 2), np.inf, 0.0))


def _enters(line: shapely.Geometry, shape: shapely.Geometry) -> bool:
    return bool(shapely.intersects(shapely.buffer(shape, -SNAP), line))


def _cuts_slivers(scene: Scene, owners: Indices, position: int) -> bool:
    """Whether the line cuts a cell that stays whole: then what it cuts off is too small."""
    return bool((owners == position).sum() > shapely.get_num_geometries(scene.shapes[position]))


def _left_whole(scene: Scene, owners: Indices, position: int) -> Message:
    code = scene.codes[position]
    if _cuts_slivers(scene, owners, position):
        return msg(
            "Cell {code} stays whole: the line would cut off less than {least} m² of it.",
            code=code,
            least=f"{SMALLEST_PIECE:g}",
        )
    return msg("Cell {code} stays whole: the line ends inside it.", code=code)


def _unmet(scene: Scene, missed: Indices) -> Message:
    if not len(missed):
        return msg("The line meets no cell. Draw it across a cell, from border to border.")
    return msg(
        "The line does not meet cell {code}. Draw it across the cell, from border to border.",
        code=scene.codes[missed[0]],
    )


def _not_crossed(scene: Scene, line: shapely.Geometry, owners: Indices, whole: Indices) -> Message:
    """Why the line splits none of these cells, told of the one that it comes nearest to splitting."""
    entered = [position for position in whole if _enters(line, scene.shapes[position])]
    position = (entered or list(whole))[0]
    code = scene.codes[position]
    if not entered:
        return msg(
            "The line only touches cell {code} or runs along its border, so there is nothing to split. "
            "Draw it across the cell.",
            code=code,
        )
    if _cuts_slivers(scene, owners, position):
        return msg(
            "The line would cut off less than {least} m² of cell {code}. Draw it further inside.",
            least=f"{SMALLEST_PIECE:g}",
            code=code,
        )
    return msg(
        "The line ends inside cell {code}. Draw it on past the border on both sides.",
        code=code,
    )
