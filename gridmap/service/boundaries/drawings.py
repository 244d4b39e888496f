"""From a drawing of a CAD program to areas on the ground, with the labels that stand in them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from gridmap.errors import FaultsError
from gridmap.geo.coverage.topology import Geometries
from gridmap.geo.layers_file import check_output, write_layers
from gridmap.geo.lines.linework import Enclosed, enclosed_by, labels_in
from gridmap.geo.systems.crs import crs_text, metric_crs
from gridmap.geo.systems.placement import Placement, placed_as_drawn
from gridmap.messages import Message, counted, msg, words_n
from gridmap.names import AREA, CODE, NAME, WGS84
from gridmap.read.files.frames import in_system
from gridmap.read.vectors.drawings import DrawingInventory, DrawnLinework, inspect_drawing, read_drawing
from gridmap.service.boundaries.drawing_place import KnownPoint, place_by_points

DRAWN, LOOSE, TEXTS = "drawn", "loose", "texts"
"""Layers written: areas, lines that enclose nothing, labels that stand in no area."""
_CODE: Final = re.compile(r"(?=.*\d)[0-9A-Za-z][0-9A-Za-z_-]{5,}")
"""A label that is a code: letters, digits and hyphens, at least six, a digit among them."""
_NUMBERED: Final = "D"
_RESTRICTED_M2: Final = 25_000_000
"""Continuous topographic data of more than 25 km² at large scales is restricted in China."""
_SQUARE_KILOMETRE: Final = 1_000_000
_NAMED: Final = 8
_JOINED: Final = words_n("{n} end of a line was joined", "{n} ends of lines were joined")
_LOOSE: Final = words_n("{n} line encloses nothing", "{n} lines enclose nothing")
_LABELS_OUTSIDE: Final = words_n("{n} label stands in no area", "{n} labels stand in no area")
_WITHOUT_LABEL: Final = words_n("{n} area has no label", "{n} areas have no label")
_SEVERAL_NAMES: Final = words_n(
    "{n} area has several names or codes", "{n} areas have several names or codes"
)
_UNREAD: Final = words_n("{n} thing of it could not be read", "{n} things of it could not be read")


class Codeless(StrEnum):
    """What becomes of areas that no label gives a code."""

    LEAVE = "leave"
    NAME = "name"
    NUMBER = "number"


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
        codeless: areas without a code stay so, take their name for it, or are numbered from north to south.
    """

    source: Path
    out: Path
    outlines: tuple[str, ...]
    labels: tuple[str, ...] = ()
    crs: str | None = None
    points: tuple[KnownPoint, ...] = ()
    unit_m: float | None = None
    close_m: float = 0.5
    codeless: Codeless = Codeless.LEAVE


@dataclass(frozen=True)
class DrawingReport:
    """What came of a drawing.

    Attributes:
        areas, labelled: how many there are, and how many have a label.
        coded, named: how many are given a code by their labels, and how many a name.
        several_codes: how many have several labels that are codes, and so none.
        joined: ends of lines that were brought together.
        loose, lost_labels: lines that enclose nothing, labels in no area; both are layers of the output.
        placement: how it was turned, scaled and shifted.
        restricted: what to mind where it is so large that the law does; also the first of the notes.
    """

    out: Path
    inventory: DrawingInventory
    areas: int
    labelled: int
    coded: int
    named: int
    several_codes: int
    area_m2: float
    joined: int
    loose: int
    lost_labels: int
    crs: str
    placement: Placement
    restricted: Message | None
    notes: tuple[Message, ...]

    def to_json(self) -> dict[str, object]:
        """Plain values for JSON."""
        return {
            "out": str(self.out),
            "areas": self.areas,
            "labelled": self.labelled,
            "coded": self.coded,
            "named": self.named,
            "several_codes": self.several_codes,
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


@dataclass(frozen=True, eq=False)
class DrawnAreas:
    """Areas of a drawing, kept in memory.

    Attributes:
        areas: `code`, `name`, `labels`, `area_m2`; EPSG:4326.
        amiss: places of labels that stand in no area, and ends of lines that enclose nothing; EPSG:4326.
        content: a GeoPackage of the layer `drawn` alone, so that no reader has to ask for one.
    """

    report: DrawingReport
    areas: gpd.GeoDataFrame
    amiss: gpd.GeoSeries
    content: bytes = field(repr=False)


def trace_drawing(request: DrawingRequest) -> DrawingReport:
    """Turn the lines of chosen layers into areas on the ground and write them, with their labels.

    The layer `drawn` has `code` and `name` where a label says them, `labels` (all texts in the area) and
    `area_m2`. An existing output is left as it is where the drawing cannot be used.

    Raises:
        InputError: the drawing, a layer or the place cannot be used.
    """
    check_output(request.out, (request.source,))
    report, layers = _traced(request)
    write_layers(layers, request.out)
    return report


def inventory_of(drawing: Path) -> DrawingInventory:
    """What is in a drawing, layer by layer, before anything is taken of it.

    Raises:
        UnreadableFileError: it is no drawing that is read.
    """
    return inspect_drawing(drawing)


def traced_areas(request: DrawingRequest) -> DrawnAreas:
    """As `trace_drawing`, in memory; `request.out` is written with the areas only.

    Raises:
        InputError: the drawing, a layer or the place cannot be used.
    """
    check_output(request.out, (request.source,))
    report, layers = _traced(request)
    write_layers({DRAWN: layers[DRAWN]}, request.out)
    ends = shapely.get_point(layers[LOOSE].geometry.to_numpy()[:, None], [0, -1]).ravel()
    amiss = gpd.GeoSeries(np.concatenate([layers[TEXTS].geometry, ends]), crs=layers[DRAWN].crs)
    return DrawnAreas(report, layers[DRAWN].to_crs(WGS84), amiss.to_crs(WGS84), request.out.read_bytes())


def _traced(request: DrawingRequest) -> tuple[DrawingReport, Mapping[str, gpd.GeoDataFrame]]:
    """What came of it, and the layers, in a metric system."""
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
    drawn[CODE] = _filled(drawn, request.codeless)
    lost = list(inside.outside)
    layers = {
        DRAWN: drawn,
        LOOSE: gpd.GeoDataFrame({"length_m": shapely.length(found.loose)}, geometry=found.loose, crs=system),
        TEXTS: gpd.GeoDataFrame({"text": [texts[at] for at in lost]}, geometry=labels[lost], crs=system),
    }
    restricted = _restricted(float(drawn[AREA].sum()))
    report = DrawingReport(
        out=request.out,
        inventory=linework.inventory,
        areas=len(drawn),
        labelled=sum(map(bool, inside.texts)),
        coded=sum(len(_codes(one)) == 1 for one in inside.texts),
        named=int((drawn[NAME] != "").sum()),
        several_codes=sum(len(_codes(one)) > 1 for one in inside.texts),
        area_m2=float(drawn[AREA].sum()),
        joined=found.joined,
        loose=len(found.loose),
        lost_labels=len(lost),
        crs=crs_text(system),
        placement=placement,
        restricted=restricted,
        notes=(
            *filter(None, [restricted]),
            *_notes(request, linework, found, inside.texts, len(lost)),
        ),
    )
    return report, layers


def _on_the_ground(
    linework: DrawnLinework, request: DrawingRequest
) -> tuple[Geometries, Geometries, pyproj.CRS, Placement]:
    """Lines and the places of labels in a metric system, and how they came there."""
    places = np.array([shapely.Point(label.x, label.y) for label in linework.labels], dtype=object)
    if request.points:
        placement, system = place_by_points(request.points)
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


def _filled(drawn: gpd.GeoDataFrame, codeless: Codeless) -> pd.Series[str]:
    """Codes, where there is none as was asked for."""
    codes: pd.Series[str] = drawn[CODE]
    match codeless:
        case Codeless.LEAVE:
            return codes
        case Codeless.NAME:
            return codes.where(codes != "", drawn[NAME])
        case Codeless.NUMBER:
            digits = len(str(len(codes)))
            numbers = [f"{_NUMBERED}{row:0{digits}}" for row in range(1, len(codes) + 1)]
            return codes.where(codes != "", pd.Series(numbers, index=codes.index))


def _named(texts: tuple[str, ...]) -> dict[str, str]:
    """Code and name of an area by its labels."""
    codes = _codes(texts)
    names = [text for text in texts if not _CODE.fullmatch(text)]
    return {CODE: codes[0] if len(codes) == 1 else "", NAME: " ".join(names)}


def _codes(texts: tuple[str, ...]) -> list[str]:
    """Those of the labels that are codes."""
    return [text for text in texts if _CODE.fullmatch(text)]


def _restricted(area_m2: float) -> Message | None:
    if area_m2 <= _RESTRICTED_M2:
        return None
    return msg(
        "it covers {area} km² without a gap. In China, detailed topographic data of more than 25 km² "
        "is restricted: take only the layers that are needed, and keep the file inside",
        area=round(area_m2 / _SQUARE_KILOMETRE),
    )


def _notes(
    request: DrawingRequest,
    linework: DrawnLinework,
    found: Enclosed,
    texts: tuple[tuple[str, ...], ...],
    lost: int,
) -> list[Message]:
    told = [
        *counted(_JOINED, found.joined),
        *counted(_LOOSE, len(found.loose)),
        *counted(_LABELS_OUTSIDE, lost),
    ]
    if request.labels:
        told += counted(_WITHOUT_LABEL, sum(not one for one in texts))
        told += counted(_SEVERAL_NAMES, sum(_says_several(one) for one in texts))
    told += counted(_UNREAD, sum(linework.inventory.skipped.values()))
    repeated = [text for text, times in Counter(one for group in texts for one in group).items() if times > 1]
    if repeated:
        told.insert(0, msg("the same label stands in several areas: {labels}", labels=repeated[:_NAMED]))
    return told


def _says_several(texts: tuple[str, ...]) -> bool:
    """Whether an area has more than one code, or more than one name."""
    codes = len(_codes(texts))
    return max(codes, len(texts) - codes) > 1
