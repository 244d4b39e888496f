"""Export this map: one button for each usual product, drawn when it is pressed, and the way to all others."""

from __future__ import annotations

from datetime import datetime
from functools import partial

import streamlit as st

from gridmap.draw.point_layers import POINT_LAYERS
from gridmap.draw.sheet.sheet import Paper
from gridmap.messages import Message, msg
from gridmap.model.access import Action, User
from gridmap.model.products import PRODUCTS
from gridmap.service.briefings.exports import export
from gridmap.service.briefings.request import ExportRequest, file_name
from gridmap.service.rights import may
from gridmap.web.i18n import language, say
from gridmap.web.page_table import open_page
from gridmap.web.session import now, services
from gridmap.web.view_state import view_state

_PRODUCTS: tuple[tuple[Message, Paper, str], ...] = (
    (msg("PDF, A3"), Paper.A3, "pdf"),
    (msg("PNG, A3 at 300 dpi"), Paper.A3, "png"),
    (msg("PNG, 1920 × 1080"), Paper.SCREEN, "png"),
)


def show_export(user: User, at: datetime, revision: int) -> None:
    """The popover with the products of the present view."""
    if may(user, Action.EXPORT, view_state().scope or ""):
        _show_products(user, at, revision)


@st.fragment
def _show_products(user: User, at: datetime, revision: int) -> None:
    panel = st.popover(
        say(msg("Export this map")), icon=":material/print:", key="export_panel", on_change="rerun"
    )
    # Its buttons are written once somebody wants them: the map comes first.
    if not panel.open:
        return
    with panel:
        for label, paper, ending in _PRODUCTS:
            request = ExportRequest(
                scope=view_state().scope or "",
                at=at,
                language=language(),
                paper=paper,
                ending=ending,
                points=frozenset(
                    layer.name for layer in POINT_LAYERS if st.session_state.get(layer.option, layer.shown)
                ),
                prepared_by=services().settings.prepared_by,
            )
            offer_download(say(label), request, user, revision)
        if st.button(say(msg("More papers, ledger, geodata …")), type="tertiary", key="export-more"):
            open_page("export")


def offer_download(label: str, request: ExportRequest, user: User, revision: int) -> None:
    """A button that makes the file when it is pressed."""
    st.download_button(
        label,
        partial(_made, request, user),
        mime=PRODUCTS[request.product].files[request.ending].mime,
        on_click="ignore",
        key=f"export-{request.paper}-{request.product}-{request.ending}",
        file_name=file_name(request, revision),
        width="stretch",
        icon=PRODUCTS[request.product].icon,
    )


def _made(request: ExportRequest, user: User) -> bytes:
    return export(services().cache, request, user=user, generated_at=now()).data
