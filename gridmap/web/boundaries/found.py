"""What was found in a file of boundaries or of points, and how it lies on a map."""

from __future__ import annotations

import geopandas as gpd
import streamlit as st

from gridmap.draw.screen.preview_map import (
    Mark,
    PreviewShapes,
    preview_document,
    too_many,
)
from gridmap.geo.systems.datum import Datum
from gridmap.geo.systems.suggestions import CrsSuggestion
from gridmap.messages import Message, msg
from gridmap.names import CODE, NAME, WGS84
from gridmap.read.files.answers import FileAnswers
from gridmap.read.vectors.inspection import LayerReport
from gridmap.service.boundaries.present import lowest_units
from gridmap.service.boundaries.preview import Preview
from gridmap.service.cells.loads import PointsPreview
from gridmap.web.files.desk import files_desk
from gridmap.web.files.look import FileLook, encoding_fact, system_facts
from gridmap.web.files.words import DATUMS
from gridmap.web.i18n import say
from gridmap.web.markup import facts_table, show_notes
from gridmap.web.preview_map import show_preview_map
from gridmap.web.session import services

_FIELDS = 12
"""Fields of a file that are named before the rest is left."""


def show_found(look: FileLook, answers: FileAnswers, found: Preview | None, known: set[str]) -> None:
    """What is in the file and how that was found, as far as it can be told yet.

    Args:
        look: at the file.
        answers: what was said of it.
        found: what was read of it; None while questions are open.
        known: codes of the units that are here already.
    """
    rows = [] if look.taken is None else _layer_rows(look.taken, answers)
    if found is not None:
        again = len(known & set(found.read.units[CODE]))
        rows.append((msg("Units"), f"{found.units:,}"))
        if again:
            rows.append((msg("of these here already"), f"{again:,}"))
        rows.append((msg("of these to be cut"), f"{found.leaves:,}"))
        rows.append((msg("For example"), " · ".join(f"{code} {name}" for code, name in found.sample[:3])))
    if rows:
        st.html(facts_table((say(label), value) for label, value in rows))
    _show_faults(look, () if found is None else found.notes)


def _layer_rows(layer: LayerReport, answers: FileAnswers) -> list[tuple[Message, str]]:
    fields = [*layer.fields[:_FIELDS], "…"] if len(layer.fields) > _FIELDS else layer.fields
    rows = [
        (msg("Layer"), layer.name or "–"),
        (msg("Rows"), f"{layer.count:,}"),
        (msg("Fields"), " · ".join(fields) or "–"),
        encoding_fact(layer.encoding.name, layer.encoding.found_by),
        *system_facts(layer, answers.crs),
    ]
    if answers.datum is not Datum.WGS84:
        rows.append((msg("Coordinates come from"), say(DATUMS[answers.datum])))
    return rows


def _show_faults(look: FileLook, notes: tuple[Message, ...]) -> None:
    """Faults by kind and what the reader did, each once."""
    faults = [] if look.taken is None else [fault.told for fault in look.taken.faults]
    told = {say(one) for one in faults}
    show_notes((*faults, *(one for one in notes if say(one) not in told)))


def show_units_map(found: Preview, *, beside: bool) -> None:
    """The units of a file that would be cut; `beside` those that are here, to see whether they lie right."""
    shown = files_desk().once(("units map", found, beside), lambda: _units_document(found, beside=beside))
    label = (
        msg("Boundaries in the file (blue) on the units that are here")
        if beside
        else msg("Boundaries in the file")
    )
    show_preview_map("map_found", say(label), shown)


def show_supposed_map(found: Preview, system: CrsSuggestion, *, beside: bool) -> None:
    """The units of a file as the likeliest system would put them, before one is chosen."""
    shown = files_desk().once(("units map", found, beside), lambda: _units_document(found, beside=beside))
    label = msg("Where the first suggestion, {crs}, would put it. Nothing is chosen yet.", crs=system.crs)
    show_preview_map("map_found", say(label), shown)


def _units_document(found: Preview, *, beside: bool) -> bytes:
    leaves = _leaves(found)
    here = lowest_units(services().cache) if beside else None
    if here is None or too_many(len(here) + len(leaves)):
        return preview_document(_units(leaves, None))
    below, above = _units(gpd.GeoDataFrame(here), None), _units(leaves, None)
    return preview_document(
        PreviewShapes(
            shapes=gpd.GeoSeries([*below.shapes, *above.shapes], crs=WGS84),
            codes=[*below.codes, *above.codes],
            names=[*below.names, *above.names],
            marks=[Mark.PLAIN] * len(below.codes) + [Mark.NEW] * len(above.codes),
        )
    )


def show_points_map(found: Preview | None, points: PointsPreview) -> None:
    """The places of load on the units that would be cut: whether they lie where they should."""
    shown = files_desk().once(
        ("points map", found, points), lambda: preview_document(_units(_leaves(found), points))
    )
    show_preview_map("map_points", say(msg("Points of {file} on the boundaries", file=points.file)), shown)


def _leaves(found: Preview | None) -> gpd.GeoDataFrame:
    """The lowest units of the file, or of the workspace."""
    lowest = lowest_units(services().cache) if found is None else found.lowest_units()
    return gpd.GeoDataFrame(lowest)


def _units(units: gpd.GeoDataFrame, points: PointsPreview | None) -> PreviewShapes:
    return PreviewShapes(
        shapes=gpd.GeoSeries(units.geometry.to_crs(WGS84)),
        codes=units[CODE].tolist(),
        names=units[NAME].tolist(),
        points=None if points is None else gpd.GeoSeries(points.points.geometry.to_crs(WGS84)),
    )
