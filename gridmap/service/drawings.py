"""From a drawing of a CAD program to areas on the ground, with the labels that stand in them."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pyproj
import shapely

from gridmap.errors import FaultsError, InputError
from gridmap.geo.crs import crs_text, metric_crs
from gridmap.geo.layers_file import check_output, write_layers
from gridmap.geo.linework import Enclosed, enclosed_by, labels_in
from gridmap.geo.placement import Placement, placed_as_drawn, placed_by_points
from gridmap.geo.topology import Geometries
from gridmap.messages import Message, msg, msg_n
from gridmap.names import AREA, CODE, NAME, WGS84
from gridmap.read.drawings import DrawingInventory, Linework, read_drawing
from gridmap.read.frames import in_system

DRAWN, LOOSE, TEXTS = "drawn", "loose", "texts"
"""Layers written: areas, lines that enclose nothing, labels that stand in no area."""
_CODE: Final = re.compile(r"(?=.*\d)[0-9A-Za-z][0-9A-Za-z_-]{5,}")
"""A label that is a code: letters, digits and hyphens, at least six, a digit among them."""
_RESTRICTED_M2: Final = 25_000_000
"""Continuous topographic data of more than 25 km² at large scales is restricted in China."""
_SQUARE_KILOMETRE: Final = 1_000_000


@dataclass(frozen=True)
class KnownPoint:
    """A point of the drawing whose place on the ground is known: drawing units, and EPSG:4326."""

    x: float
    y: float
    lon: float
    lat: float


@dataclass(frozen=True)
class DrawingRequest:
    """What to take from a drawing, and where it lies.

    Attributes:
        out: the GeoPackage to write.
        outlines, labels: layers of lines and of texts; nothing of others leaves the file.
        crs: the system that it is drawn in; or else
        points: two or more points known in both.
        unit_m: metres of a unit of the drawing; None takes what the file says, else metres.
        close_m: ends within so many metres are joined.
    """

    source: Path
    out: Path
    outlines: tuple[str, ...]
    labels: tuple[str, ...] = ()
    crs: str | None = None
    points: tuple[KnownPoint, ...] = ()
    unit_m: float | None = None
    close_m: float = 0.5


@dataclass(frozen=True)
class DrawingReport:
    """What came of a drawing.

    Attributes:
        areas, labelled: how many there are, and how many have a label.
        joined: ends of lines that were brought together.
        loose, lost_labels: lines that enclose nothing, labels in no area; both are layers of the output.
        placement: how it was turned, scaled and shifted.
    """

    out: Path
    inventory: DrawingInventory
    areas: int
    labelled: int
    area_m2: float
    joined: int
    loose: int
    lost_labels: int
    crs: str
    placement: Placement
    notes: tuple[Message, ...]

    def to_json(self) -> dict[str, object]:
        """Plain values for JSON."""
        return {
            "out": str(self.out),
            "areas": self.areas,
            "labelled": self.labelled,
            "area_m2": self.area_m2,
            "joined_ends": self.joined,
            "loose_lines": self.loose,
            "lost_labels": self.lost_labels,
            "crs": self.crs,
            "encoding": self.inventory.encoding,
            "encoding_found_by": self.inventory.encoding_found_by,
            "scale": self.placement.scale,
            "turn_degrees": float(np.degrees(self.placement.turn)),
            "residuals_m": list(self.placement.residuals),
            "notes": [str(note) for note in self.notes],
        }


def trace_drawing(request: DrawingRequest) -> DrawingReport:
    """Turn the lines of chosen layers into areas on the ground and write them, with their labels.

    The layer `drawn` has `code` and `name` where a label says them, `labels` (all texts in the area) and
    `area_m2`. An existing output is left as it is where the drawing cannot be used.

    Raises:
        InputError: the drawing, a layer or the place cannot be used.
    """
    check_output(request.out, (request.source,))
    linework = read_drawing(request.source, request.outlines, request.labels)
    lines, labels, system, placement = _on_the_ground(linework, request)
    found = enclosed_by(lines, request.close_m)
    if not len(found.areas):
        fault = msg(
            "the lines of {layers} enclose nothing. Choose other layers, or join ends farther apart.",
            layers=list(request.outlines),
        )
        raise FaultsError(request.source.name, [fault])
    texts = [" ".join(label.text.split()) for label in linework.labels]
    inside = labels_in(found.areas, shapely.get_coordinates(labels), texts)
    drawn = _drawn(found.areas, inside.texts, system)
    lost = list(inside.outside)
    write_layers(
        {
            DRAWN: drawn,
            LOOSE: gpd.GeoDataFrame(
                {"length_m": shapely.length(found.loose)}, geometry=found.loose, crs=system
            ),
            TEXTS: gpd.GeoDataFrame({"text": [texts[at] for at in lost]}, geometry=labels[lost], crs=system),
        },
        request.out,
    )
    return DrawingReport(
        out=request.out,
        inventory=linework.inventory,
        areas=len(drawn),
        labelled=sum(map(bool, inside.texts)),
        area_m2=float(drawn[AREA].sum()),
        joined=found.joined,
        loose=len(found.loose),
        lost_labels=len(lost),
        crs=crs_text(system),
        placement=placement,
        notes=tuple(_notes(request, linework, found, inside.texts, len(lost), float(drawn[AREA].sum()))),
    )


def _on_the_ground(
    linework: Linework, request: DrawingRequest
) -> tuple[Geometries, Geometries, pyproj.CRS, Placement]:
    """Lines and the places of labels in a metric system, and how they came there."""
    places = np.array([shapely.Point(label.x, label.y) for label in linework.labels], dtype=object)
    if request.points:
        known = request.points
        ground = gpd.GeoSeries.from_xy([one.lon for one in known], [one.lat for one in known], crs=WGS84)
        system = metric_crs(gpd.GeoDataFrame(geometry=ground))
        placement = placed_by_points(
            np.array([(one.x, one.y) for one in known]),
            shapely.get_coordinates(ground.to_crs(system).to_numpy()),
        )
        return placement.applied(linework.lines), placement.applied(places), system, placement
    placement = placed_as_drawn(linework.inventory.metres if request.unit_m is None else request.unit_m)
    shapes = np.concatenate([placement.applied(linework.lines), placement.applied(places)])
    frame = in_system(shapes, request.crs, request.source.name)
    system = metric_crs(frame)
    metric = frame.geometry.to_crs(system).to_numpy()
    return metric[: len(linework.lines)], metric[len(linework.lines) :], system, placement


def _drawn(areas: Geometries, texts: tuple[tuple[str, ...], ...], system: pyproj.CRS) -> gpd.GeoDataFrame:
    """One row an area, from north to south and west to east."""
    centres = shapely.get_coordinates(shapely.centroid(areas))
    order = np.lexsort((centres[:, 0], -centres[:, 1]))
    rows = [
        _named(texts[at]) | {"labels": " · ".join(texts[at]), AREA: float(areas[at].area)} for at in order
    ]
    return gpd.GeoDataFrame(rows, geometry=areas[order], crs=system)


def _named(texts: tuple[str, ...]) -> dict[str, str]:
    """Code and name of an area by its labels."""
    codes = [text for text in texts if _CODE.fullmatch(text)]
    names = [text for text in texts if not _CODE.fullmatch(text)]
    return {CODE: codes[0] if len(codes) == 1 else "", NAME: " ".join(names)}


def _notes(
    request: DrawingRequest,
    linework: Linework,
    found: Enclosed,
    texts: tuple[tuple[str, ...], ...],
    lost: int,
    area_m2: float,
) -> list[Message]:
    notes = []
    if area_m2 > _RESTRICTED_M2:
        notes.append(
            msg(
                "it covers {area} km² without a gap. In China, detailed topographic data of more than 25 km² "
                "is restricted: take only the layers that are needed, and keep the file inside",
                area=round(area_m2 / _SQUARE_KILOMETRE),
            )
        )
    counts: list[tuple[int, Message]] = [
        (
            found.joined,
            msg_n("{n} end of a line was joined", "{n} ends of lines were joined", n=found.joined),
        ),
        (
            len(found.loose),
            msg_n(
                "{n} line encloses nothing (layer loose)",
                "{n} lines enclose nothing (layer loose)",
                n=len(found.loose),
            ),
        ),
        (
            lost,
            msg_n(
                "{n} label stands in no area (layer texts)",
                "{n} labels stand in no area (layer texts)",
                n=lost,
            ),
        ),
    ]
    if request.labels:
        bare, several = sum(not one for one in texts), sum(len(one) > 1 for one in texts)
        counts.append((bare, msg_n("{n} area has no label", "{n} areas have no label", n=bare)))
        counts.append(
            (several, msg_n("{n} area has several labels", "{n} areas have several labels", n=several))
        )
    repeated = [text for text, times in Counter(one for group in texts for one in group).items() if times > 1]
    if repeated:
        notes.append(msg("the same label stands in several areas: {labels}", labels=repeated[:8]))
    if linework.inventory.skipped:
        skipped = sum(linework.inventory.skipped.values())
        counts.append(
            (
                skipped,
                msg_n("{n} thing of it could not be read", "{n} things of it could not be read", n=skipped),
            )
        )
    return notes + [told for n, told in counts if n]


def known_point(text: str) -> KnownPoint:
    """A point given as `x,y=lon,lat`.

    Raises:
        InputError: it is written in another way, or is no place on earth.
    """
    try:
        drawn, ground = text.split("=")
        x, y = map(float, drawn.split(","))
        lon, lat = map(float, ground.split(","))
    except ValueError as error:
        raise InputError(
            msg("{text}: write a known point as x,y=lon,lat, for example 0,0=117.05,38.21.", text=text)
        ) from error
    if not (abs(lon) <= 180 and abs(lat) <= 90 and np.isfinite([x, y]).all()):
        raise InputError(msg("{text}: longitude and latitude are degrees, longitude first.", text=text))
    return KnownPoint(x, y, lon, lat)
