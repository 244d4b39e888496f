"""Export this map: one button for each product, drawn when it is pressed."""

from __future__ import annotations

from datetime import datetime
from functools import partial

import streamlit as st

from gridmap.draw.sheet import Kind, Paper
from gridmap.messages import Message, msg
from gridmap.model.access import Action, User
from gridmap.service.rights import may
from gridmap.service.snapshots import SnapshotRequest, export_map
from gridmap.web.i18n import language, say
from gridmap.web.session import now, services
from gridmap.web.view_state import view_state

_PRODUCTS: tuple[tuple[Message, Paper, Kind, str], ...] = (
    (msg("PDF, A3"), Paper.A3, "pdf", "application/pdf"),
    (msg("PNG, A3 at 300 dpi"), Paper.A3, "png", "image/png"),
    (msg("PNG, 1920 × 1080"), Paper.SCREEN, "png", "image/png"),
)


def show_export(user: User, at: datetime, revision: int) -> None:
    """The popover with the products of the present view."""
    scope = view_state().scope or ""
    if not may(user, Action.EXPORT, scope):
        return
    with st.popover(say(msg("Export this map")), icon=":material/print:"):
        for label, paper, kind, mime in _PRODUCTS:
            request = SnapshotRequest(
                scope=scope,
                at=at,
                language=language(),
                paper=paper,
                kind=kind,
                checkpoints=st.session_state.get("checkpoints", True),
                sites=st.session_state.get("sites", False),
                prepared_by=services().settings.prepared_by,
            )
            st.download_button(
                say(label),
                partial(_draw, request, user),
                mime=mime,
                on_click="ignore",
                key=f"export-{paper}-{kind}",
                file_name=f"gridmap-{scope or 'all'}-r{revision}-{at:%Y%m%d-%H%M}.{kind}",
                width="stretch",
            )


def _draw(request: SnapshotRequest, user: User) -> bytes:
    return export_map(services().cache, request, user=user, generated_at=now()).data
