"""Cells after a list that says which place belongs to which cell, as offices keep it.

Each cell is the area nearer to its places than to those of other cells, inside the unit.

Source: dissolved Voronoi diagram; G. Voronoi 1908, by GEOS.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

from gridmap.geo.coverage.topology import Geometries, coverage_union
from gridmap.geo.lines.faces import faces_of, joined
from gridmap.split.cut.findings import Finding, FindingKind
from gridmap.split.cut.unit_task import UnitPieces, UnitTask

Floats = npt.NDArray[np.float64]
_MARGIN: Final = 1.0
"""Metres that the diagram reaches beyond the unit."""


def by_table(task: UnitTask) -> UnitPieces:
    """One cell for each label among the unit's places; a unit without labels is one cell.

    Places without a label fall to the cell they lie in. Of several labels at one place the first counts.
    """
    labels = np.array(task.material.labels, dtype=object)
    listed = np.flatnonzero(labels != "") if len(labels) else np.empty(0, dtype=np.intp)
    findings = [Finding(FindingKind.UNLISTED, task.code, places=len(labels) - len(listed))]
    places, first, place_of = np.unique(task.load.xy[listed], axis=0, return_index=True, return_inverse=True)
    names = labels[listed][first]
    findings += _shared(task.code, labels[listed], names[place_of.ravel()])
    if len(set(names)) < 2:
        name = str(names[0]) if len(names) else ""
        return UnitPieces([task.shape], None, (name,), _said(findings))
    faces = faces_of(task.shape, _borders(places, names, task.shape))
    cells, numbers = np.unique(names.astype(str), return_inverse=True)
    nearest = shapely.STRtree(np.array(shapely.points(places), dtype=object)).nearest(
        shapely.point_on_surface(faces)
    )
    groups = numbers[nearest]
    present, groups = np.unique(groups, return_inverse=True)
    pieces = joined(faces, np.asarray(groups, dtype=np.intp))
    called = tuple(str(name) for name in cells[present])
    findings += [
        Finding(
            FindingKind.SCATTERED,
            task.code,
            name,
            float(shapely.area(piece)),
            int(shapely.get_num_geometries(piece)),
        )
        for name, piece in zip(called, pieces, strict=True)
        if shapely.get_num_geometries(piece) > shapely.get_num_geometries(task.shape)
    ]
    return UnitPieces(pieces, None, called, _said(findings))


def _shared(unit: str, labels: npt.NDArray[np.object_], counted: npt.NDArray[np.object_]) -> list[Finding]:
    """Places that are listed under another cell than the one that counts there, by that other cell."""
    others = labels[labels != counted]
    return [
        Finding(FindingKind.SHARED_PLACE, unit, str(name), places=int((others == name).sum()))
        for name in sorted(set(others))
    ]


def _borders(places: Floats, names: npt.NDArray[np.object_], shape: shapely.Geometry) -> Geometries:
    """Where areas of different names meet."""
    reach = shapely.box(*shapely.bounds(shape)).buffer(_MARGIN)
    around = shapely.voronoi_polygons(shapely.multipoints(places), extend_to=reach, ordered=True)
    areas = shapely.get_parts(around)
    dissolved = [coverage_union(areas[names == name]) for name in sorted(set(names))]
    return np.array(shapely.boundary(dissolved), dtype=object)


def _said(findings: list[Finding]) -> tuple[Finding, ...]:
    return tuple(finding for finding in findings if finding.places or finding.area_m2)
