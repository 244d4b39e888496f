"""The areas made of a drawing: how many, what they are called, where they lie, and what is amiss."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import streamlit as st

from gridmap.draw.screen.preview_map import Mark, PreviewShapes, preview_document, too_many
from gridmap.messages import Message, msg, msg_n
from gridmap.names import CODE, NAME, WGS84
from gridmap.service.boundaries.drawings import Codeless, DrawingReport, DrawnAreas
from gridmap.service.boundaries.present import lowest_units, present_region
from gridmap.web.drawings.choice import Fields
from gridmap.web.files.desk import files_desk
from gridmap.web.i18n import say
from gridmap.web.markup import facts_table, plain, show_notes
from gridmap.web.preview_map import show_preview_map
from gridmap.web.session import services

_SQUARE_KILOMETRE: Final = 1_000_000
_ASTRAY_KM: Final = 5.0
"""Areas farther than this from the units that are here are hardly meant to lie there."""
_FIELD: Final = "codeless"
_CODELESS: Final[Mapping[Codeless, Message]] = {
    Codeless.LEAVE: msg("Leave them without; cells drawn elsewhere need none"),
    Codeless.NAME: msg("Their name is their code"),
    Codeless.NUMBER: msg("Number them from north to south: D1, D2 …"),
}


def kept_codeless(fields: Fields) -> Codeless:
    """What was chosen for areas without a code, which is asked once it is known that there are some."""
    return Codeless(st.session_state[fields.key(_FIELD, default=Codeless.LEAVE)])


def show_areas(found: DrawnAreas, slot: str, fields: Fields) -> None:
    """What came of a drawing: counts, warnings, a map; a question where areas have no code."""
    report = found.report
    if report.restricted is not None:
        st.warning(plain(say(report.restricted)), icon=":material/policy:")
    middle = shapely.Point(*_middle(found.areas))
    _show_whereabouts(middle)
    counts, picture = st.columns([45, 55], gap="medium")
    with counts:
        rows = [
            (msg("Areas"), f"{report.areas:,}"),
            (msg("of these with a code"), f"{report.coded:,}"),
            (msg("of these with a name"), f"{report.named:,}"),
            (msg("Size of all together"), say(_size(report.area_m2))),
            (msg("Latitude and longitude of the middle"), f"{middle.y:.4f}°, {middle.x:.4f}°"),
        ]
        st.html(facts_table((say(label), value) for label, value in rows))
        _show_names(report)
        _ask_codeless(report, fields)
        show_notes(tuple(note for note in report.notes if note is not report.restricted))
    with picture:
        _show_map(found, slot)


def _middle(areas: gpd.GeoDataFrame) -> tuple[float, float]:
    west, south, east, north = areas.total_bounds
    return (west + east) / 2, (south + north) / 2


def _size(area_m2: float) -> Message:
    return msg("{area} km²", area=f"{area_m2 / _SQUARE_KILOMETRE:,.2f}")


def _show_whereabouts(middle: shapely.Point) -> None:
    """Warn where the areas lie far from what is in the workspace."""
    region = present_region(services().cache)
    if region is None:
        return
    km = region.distance_km(middle.x, middle.y)
    if km > _ASTRAY_KM:
        told = msg(
            "The areas lie {km} km from the units of this workspace: the place of the drawing may be wrong.",
            km=round(km),
        )
        st.warning(plain(say(told)), icon=":material/wrong_location:")


def _show_names(report: DrawingReport) -> None:
    """How labels became codes and names."""
    told = []
    if report.labelled:
        told.append(
            msg(
                "A text of six letters and digits or more is the code of the area that it stands in; the "
                "others, from top to bottom, are its name. All of them are in the column labels."
            )
        )
    if report.several_codes:
        told.append(
            msg_n(
                "In {n} area several texts look like a code; none of them is taken.",
                "In {n} areas several texts look like a code; none of them is taken.",
                n=report.several_codes,
            )
        )
    show_notes(tuple(told))


def _ask_codeless(report: DrawingReport, fields: Fields) -> None:
    bare = report.areas - report.coded
    if not bare:
        return
    told = msg_n(
        "{n} area has no code, which a unit needs; what is to be done?",
        "{n} areas have no code, which units need; what is to be done?",
        n=bare,
    )
    chosen = st.radio(
        say(told),
        list(Codeless),
        format_func=lambda one: say(_CODELESS[one]),
        key=fields.key(_FIELD, default=Codeless.LEAVE),
    )
    fields.keep(_FIELD, chosen)


def _show_map(found: DrawnAreas, slot: str) -> None:
    if too_many(found.report.areas):
        st.caption(say(msg("There are too many areas for a small map.")))
        return
    ground = services().cache.geometry_key()
    document = files_desk().once(
        ("drawn map", found, ground), lambda: preview_document(_shapes(found, _units_near(found.areas)))
    )
    label = (
        msg("Areas of the drawing; dots are labels in no area and ends of lines that enclose nothing")
        if len(found.amiss)
        else msg("Areas of the drawing")
    )
    show_preview_map(f"map_drawing_{slot}", say(label), document)


def _units_near(areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The lowest units of the workspace in and around the areas."""
    cache = services().cache
    if cache.plan().units.empty:
        return areas.iloc[:0]
    leaves = gpd.GeoDataFrame(lowest_units(cache))
    return leaves[leaves.intersects(shapely.box(*areas.total_bounds))]


def _shapes(found: DrawnAreas, units: gpd.GeoDataFrame) -> PreviewShapes:
    """Areas over the units that are here, which show whether they lie where they should."""
    areas = found.areas
    if too_many(len(areas) + len(units)):
        units = units.iloc[:0]
    return PreviewShapes(
        shapes=gpd.GeoSeries(pd.concat([units.geometry, areas.geometry], ignore_index=True), crs=WGS84),
        codes=[*units[CODE], *areas[CODE]],
        names=[*units[NAME], *areas[NAME]],
        marks=np.repeat([Mark.PLAIN, Mark.NEW], [len(units), len(areas)]).tolist(),
        points=found.amiss,
    )
