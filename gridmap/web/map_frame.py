"""A map in its frame: a constant picture, what it is told to show, and what is done on it."""

from __future__ import annotations

from collections.abc import Callable

import folium
from streamlit_folium import st_folium


def show_framed(
    picture: folium.Map,
    key: str,
    *,
    height: int,
    group: folium.FeatureGroup,
    on_change: Callable[[], None] | None = None,
) -> None:
    """Draw a map in the width that is there.

    Args:
        picture: the same at every run: another one would be loaded anew.
        key: tells the maps of a page apart and stays the same.
        height: pixels.
        group: what the map is told to show.
        on_change: called before the page runs again, when the map answered under `key`.
    """
    st_folium(
        picture,
        key=key,
        height=height,
        use_container_width=True,
        returned_objects=[],
        feature_group_to_add=group,
        on_change=on_change,
    )
