"""A small map on a page: shapes that are in no workspace yet, beside those that are."""

from __future__ import annotations

from typing import Final

import streamlit as st

from gridmap.draw.screen.preview_map import preview_map, show_group
from gridmap.web.i18n import language
from gridmap.web.map_frame import show_framed
from gridmap.web.markup import plain
from gridmap.web.server.routes import preview_url
from gridmap.web.session import require_user, services

_HEIGHT: Final = 380


def show_preview_map(key: str, label: str, document: bytes) -> None:
    """A map of a preview document; `key` tells the maps of a page apart and stays the same."""
    st.caption(plain(label))
    url = preview_url(services().cache.plan().workspace, document, require_user())
    show_framed(preview_map(), key, height=_HEIGHT, group=show_group(url, language()))
