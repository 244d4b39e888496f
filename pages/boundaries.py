"""Boundaries & cells: bring in boundaries of one's own, see what is in them, cut them, save."""

from __future__ import annotations

import streamlit as st

from gridmap.errors import GridmapError
from gridmap.messages import msg
from gridmap.model.access import Action
from gridmap.service.importing import Boundaries, Preview, import_and_cut, preview
from gridmap.service.rights import may
from gridmap.web.i18n import say
from gridmap.web.markup import facts_table, plain
from gridmap.web.session import now, require_user, services
from gridmap.web.uploads import Upload, laid_down

user = require_user()


def show_preview(found: Preview) -> None:
    """What was found in the file."""
    st.html(
        facts_table(
            [
                (say(msg("Layer")), found.layer),
                (say(msg("Coordinate system")), found.crs),
                (say(msg("Units")), f"{found.units:,}"),
                (say(msg("of these to be cut")), f"{found.leaves:,}"),
                (say(msg("For example")), " · ".join(f"{code} {name}" for code, name in found.sample[:4])),
            ]
        )
    )
    for note in found.notes:
        st.caption(plain(say(note)))


def cut_form(upload: Upload, found: Preview, crs: str | None) -> None:
    """Choose load and size of a cell, then cut and save as one change."""
    with st.form("cut"):
        weight = st.selectbox(say(msg("Column of the load")), found.loads)
        target, least, most = st.columns(3)
        size = (
            target.number_input(say(msg("Target")), min_value=1.0, value=400.0),
            least.number_input(say(msg("Least")), min_value=1.0, value=300.0),
            most.number_input(say(msg("Most")), min_value=1.0, value=500.0),
        )
        pressed = st.form_submit_button(say(msg("Cut and save")), type="primary")
    if not pressed:
        return
    with st.spinner(say(msg("Cutting"))), laid_down(upload) as path:
        report = import_and_cut(
            services().cache.workspace,
            Boundaries(path, crs=crs),
            weight=weight,
            size=size,
            user=user,
            at=now(),
        )
    cells, units = report.rows["cells"], report.rows["units"]
    st.success(say(msg("{units} units are cut into {cells} cells.", units=units, cells=cells)))
    for note in report.notes:
        st.caption(plain(say(note)))


def main() -> None:
    """Draw the page."""
    st.subheader(say(msg("Boundaries & cells")), anchor=False)
    if not may(user, Action.EDIT_CELLS):
        st.info(say(msg("Only planners and administrators of the whole workspace bring in boundaries.")))
        return
    upload = st.file_uploader(
        say(msg("Boundaries of townships, communities or villages: GeoPackage, GeoJSON or zipped shapefile")),
        type=["gpkg", "geojson", "json", "zip"],
    )
    crs = st.text_input(say(msg("Coordinate system, only where the file names none, e.g. EPSG:4490"))) or None
    if upload is None:
        return
    with laid_down(upload) as path:
        found = preview(Boundaries(path, crs=crs))
    show_preview(found)
    if services().cache.plan().cells.empty:
        cut_form(upload, found, crs)
    else:
        st.info(
            say(msg("This workspace has cells already. Make one for these boundaries on the command line:"))
        )
        st.code("gridmap import new.gpkg units FILE\ngridmap serve new.gpkg", language="bash")


try:
    with st.container(width=860):
        main()
except GridmapError as error:
    st.error(plain(say(error.message)))
