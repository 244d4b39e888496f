"""Maps of a draft: its cells, and beside them those that are here."""

from __future__ import annotations

import geopandas as gpd
import streamlit as st

from gridmap.draw.screen.preview_map import Mark, PreviewShapes, preview_document, too_many
from gridmap.messages import Message, msg
from gridmap.names import CODE, NAME, PARENT_CODE
from gridmap.service.cells.draft import Draft
from gridmap.web.files.desk import files_desk
from gridmap.web.i18n import say
from gridmap.web.preview_map import show_preview_map


def show_draft_maps(draft: Draft) -> None:
    """The cells of a draft; with those that are here where it is a new cut of them."""
    desk, compared = files_desk(), draft.before is not None
    infeasible = {one.code for one in draft.infeasible}
    kept = set(draft.comparison.kept) if compared else None
    new = desk.once(("new map", draft), lambda: _document(draft.cells, infeasible, kept))
    old = desk.once(("old map", draft), lambda: _document(draft.old, set(), None)) if compared else None
    if new is None or (compared and old is None):
        st.caption(
            say(
                msg("These are too many cells for a preview. Look at the figures, and at the map once saved.")
            )
        )
        return
    left, right = st.columns(2, gap="medium") if compared else (None, st.container())
    if left is not None and old is not None:
        with left:
            show_preview_map("map_old", say(msg("Cells now: {n}", n=len(draft.old))), old)
    with right:
        show_preview_map("map_new", say(_legend(draft, compared=compared)), new)


def _legend(draft: Draft, *, compared: bool) -> Message:
    cells = len(draft.cells)
    if compared:
        return msg("Cells of the draft: {n}; blue: new code; orange: cannot be brought into range", n=cells)
    return msg("Cells of the draft: {n}; orange: cannot be brought into range", n=cells)


def _document(cells: gpd.GeoDataFrame, infeasible: set[str], kept: set[str] | None) -> bytes | None:
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
        for code, parent in zip(cells[CODE], cells[PARENT_CODE], strict=True)
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
