"""Adopting cells that were drawn elsewhere: by CAD, by another vendor, in another year.

A drawn cell belongs to the unit that most of it lies in. What of it lies in another unit becomes a cell
there if it is large enough, else part of a neighbour; so does what nobody drew.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from gridmap.geo.coverage.topology import Geometries
from gridmap.geo.lines.faces import connected, faces_of, groups_without_slivers, joined
from gridmap.split.cut.findings import Finding, FindingKind
from gridmap.split.cut.unit_task import UnitPieces, UnitTask

Indices = npt.NDArray[np.intp]
Floats = npt.NDArray[np.float64]
NOBODY = -1


@dataclass(frozen=True)
class _Patches:
    """Connected land of one drawn cell, or of none: shape, area, position of the drawn cell or `NOBODY`."""

    shapes: Geometries
    areas: Floats
    owner: Indices


def by_adoption(task: UnitTask) -> UnitPieces:
    """The drawn cells in `task.material.drawn`, cut at the unit's border, with what is between them.

    Land that several cells claim is the smallest one's. A patch of less than `rule.sliver` of its drawn
    cell's area (undrawn land: of the median drawn cell's) joins the neighbour with the longest border.
    """
    drawn = shapely.make_valid(task.material.drawn)
    if not len(drawn):
        undrawn = Finding(FindingKind.UNDRAWN, task.code, area_m2=float(shapely.area(task.shape)))
        return UnitPieces([task.shape], None, ("",), (undrawn,))
    faces = faces_of(task.shape, shapely.boundary(drawn))
    owner, claims = _owners(faces, drawn)
    patches = _patches(faces, owner)
    whole = shapely.area(drawn)
    full = np.where(patches.owner == NOBODY, np.median(whole), whole[patches.owner])
    groups = groups_without_slivers(patches.shapes, full * task.rule.sliver)
    names, findings = _named(task, patches, groups)
    double = float(shapely.area(faces[claims > 1]).sum())
    if double > 0:
        findings.append(Finding(FindingKind.DOUBLE, task.code, area_m2=double))
    return UnitPieces(joined(patches.shapes, groups), None, tuple(names), tuple(findings))


def _owners(faces: Geometries, drawn: Geometries) -> tuple[Indices, Indices]:
    """For each face the smallest drawn cell that holds it, and how many hold it."""
    face, cell = shapely.STRtree(drawn).query(shapely.point_on_surface(faces), predicate="intersects")
    areas = shapely.area(drawn)
    order = np.lexsort((cell, areas[cell], face))
    holders, first = np.unique(face[order], return_index=True)
    owner = np.full(len(faces), NOBODY, dtype=np.intp)
    owner[holders] = cell[order][first]
    return owner, np.bincount(face, minlength=len(faces)).astype(np.intp)


def _patches(faces: Geometries, owner: Indices) -> _Patches:
    groups = connected(faces, owner)
    shapes = np.array(joined(faces, groups), dtype=object)
    _, first = np.unique(groups, return_index=True)
    return _Patches(shapes, shapely.area(shapes), owner[first])


def _named(task: UnitTask, patches: _Patches, groups: Indices) -> tuple[list[str], list[Finding]]:
    """The name of each group: that of the drawn cell most of which is in it; and what befell the patches."""
    titles, home = task.material.drawn_names, task.material.drawn_home
    main = _main_patches(patches)
    names, findings = [], []
    for group in range(int(groups.max()) + 1):
        members = np.flatnonzero(groups == group)
        largest = members[np.argmax(patches.areas[members])]
        keeper = patches.owner[largest]
        keeps = keeper != NOBODY and home[keeper] and largest in main
        names.append(titles[keeper] if keeps else "")
        for patch in members:
            kind = _fate(int(patch), int(largest), keeps=bool(keeps), owner=int(patches.owner[patch]))
            if kind is not None:
                title = titles[patches.owner[patch]] if patches.owner[patch] != NOBODY else ""
                findings.append(Finding(kind, task.code, title, float(patches.areas[patch])))
    return names, findings


def _fate(patch: int, largest: int, *, keeps: bool, owner: int) -> FindingKind | None:
    if patch != largest:
        return FindingKind.JOINED
    if keeps:
        return None
    return FindingKind.UNDRAWN if owner == NOBODY else FindingKind.CUT_OFF


def _main_patches(patches: _Patches) -> set[int]:
    """The largest patch of each drawn cell: the one that keeps its name."""
    order = np.lexsort((np.arange(len(patches.owner)), -patches.areas, patches.owner))
    _, first = np.unique(patches.owner[order], return_index=True)
    return {int(patch) for patch in order[first]}
