"""What was found in a file of boundaries or of points, and how it lies on a map."""

from __future__ import annotations

import geopandas as gpd
import streamlit as st
from streamlit_folium import st_folium

from gridmap.draw.escape import safe
from gridmap.draw.preview_map import (
    Mark,
    PreviewShapes,
    preview_document,
    preview_map,
    show_group,
    too_many,
)
from gridmap.geo.frames import check_units, leaf_units
from gridmap.messages import Message, msg
from gridmap.names import CODE, NAME, WGS84
from gridmap.service.boundaries import Preview, present_units
from gridmap.service.draft_loads import PointsPreview
from gridmap.web.draft_desk import draft_desk
from gridmap.web.i18n import language, say
from gridmap.web.markup import facts_table, plain
from gridmap.web.routes import preview_url
from gridmap.web.session import services

_HEIGHT = 380


def show_step(number: int, title: Message) -> None:
    """The heading of a step."""
    st.html(f'<h4 style="margin-top:.7rem">{number} · {safe(say(title))}</h4>')


def show_found(found: Preview, known: set[str]) -> None:
    """Counts, coordinate system, examples; `known` are the codes of units that are here already."""
    how = msg("named by you") if found.crs_named else msg("named by the file")
    again = len(known & set(found.read.units[CODE]))
    rows = [
        (say(msg("Layer")), found.layer),
        (say(msg("Coordinate system")), f"{found.crs} ({say(how)})"),
        (say(msg("Units")), f"{found.units:,}"),
        (say(msg("of these to be cut")), f"{found.leaves:,}"),
        (say(msg("For example")), " · ".join(f"{code} {name}" for code, name in found.sample[:3])),
    ]
    if again:
        rows.insert(4, (say(msg("of these here already, to be replaced")), f"{again:,}"))
    st.html(facts_table(rows))
    show_notes(found.notes)


def show_notes(notes: tuple[Message, ...]) -> None:
    """Notes of a reader."""
    for note in notes:
        st.caption(plain(say(note)))


def show_map(key: str, label: str, document: bytes) -> None:
    """A map of a preview document; `key` tells the maps of a page apart and stays the same."""
    st.caption(plain(label))
    url = preview_url(services().cache.plan().workspace, document)
    st_folium(
        preview_map(),
        key=key,
        height=_HEIGHT,
        use_container_width=True,
        returned_objects=[],
        feature_group_to_add=show_group(url, language()),
    )


def show_units_map(found: Preview) -> None:
    """The units of a file that would be cut."""
    shown = draft_desk().once(("units map", found), lambda: preview_document(_units(_leaves(found), None)))
    show_map("map_found", say(msg("Boundaries in the file")), shown)


def show_points_map(found: Preview | None, points: PointsPreview) -> None:
    """The places of load on the units that would be cut: whether they lie where they should."""
    shown = draft_desk().once(
        ("points map", found, points), lambda: preview_document(_units(_leaves(found), points))
    )
    show_map("map_points", say(msg("Points of {file} on the boundaries", file=points.file)), shown)


def _leaves(found: Preview | None) -> gpd.GeoDataFrame:
    """The lowest units of the file, or of the workspace."""
    units = found.read.units if found is not None else check_units(present_units(services().cache.workspace))
    return gpd.GeoDataFrame(leaf_units(units))


def _units(units: gpd.GeoDataFrame, points: PointsPreview | None) -> PreviewShapes:
    return PreviewShapes(
        shapes=gpd.GeoSeries(units.geometry.to_crs(WGS84)),
        codes=units[CODE].tolist(),
        names=units[NAME].tolist(),
        points=None if points is None else gpd.GeoSeries(points.points.geometry.to_crs(WGS84)),
    )


def cells_document(cells: gpd.GeoDataFrame, infeasible: set[str], kept: set[str] | None) -> bytes | None:
    """The document of cells, EPSG:4326; None where they are more than a preview shows.

    Cells of units in `infeasible` stand out; so do those not in `kept`, where that is given.
    """
    if too_many(len(cells)):
        return None
    marks = [
        Mark.INFEASIBLE
        if parent in infeasible
        else Mark.NEW
        if kept is not None and code not in kept
        else Mark.PLAIN
        for code, parent in zip(cells[CODE], cells["parent_code"], strict=True)
    ]
    return preview_document(
        PreviewShapes(
            shapes=gpd.GeoSeries(cells.geometry),
            codes=cells[CODE].tolist(),
            names=cells[NAME].tolist(),
            loads=cells["households"].fillna(0).tolist(),
            marks=marks,
        )
    )
