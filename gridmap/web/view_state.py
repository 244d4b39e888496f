"""What a session looks at: ids only, kept in Streamlit's session state, changed by callbacks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import streamlit as st

from gridmap.model.people import TargetKind
from gridmap.web.kept import of_session

_KEY: Final = "view"
_MINUTE: Final = "%Y-%m-%dT%H:%M"


@dataclass(frozen=True)
class ViewState:
    """The scope, the selected place and the moment.

    Attributes:
        scope: unit code; None until the user's home scope is known.
        as_of: the moment looked at; None follows the clock.
        focus: code whose extent the map was last asked to show; `focus_count` tells requests apart.
    """

    scope: str | None = None
    selected_kind: TargetKind | None = None
    selected_code: str = ""
    as_of: datetime | None = None
    focus: str | None = None
    focus_count: int = 0

    def drilled(self, scope: str) -> ViewState:
        """Look at another scope, and let the map move there."""
        return replace(
            self,
            scope=scope,
            selected_kind=None,
            selected_code="",
            focus=scope,
            focus_count=self.focus_count + 1,
        )

    def selecting(self, kind: TargetKind, code: str) -> ViewState:
        """Select a place where the map is; it does not move."""
        return replace(self, selected_kind=kind, selected_code=code)

    def locating(self, kind: TargetKind, code: str) -> ViewState:
        """Select a place and let the map move to it."""
        return replace(self.selecting(kind, code), focus=code, focus_count=self.focus_count + 1)

    def closed(self) -> ViewState:
        """Without a selected place."""
        return replace(self, selected_kind=None, selected_code="")

    def at(self, moment: datetime | None) -> ViewState:
        """Looking at another moment; None follows the clock."""
        return replace(self, as_of=moment)


def view_state() -> ViewState:
    """The session's present view; a new session takes it from the address, so that views can be passed on."""
    return of_session(_KEY, lambda: _from_address(st.query_params.to_dict()))


def set_view(state: ViewState) -> None:
    """Change the session's view, and the page's address with it."""
    st.session_state[_KEY] = state
    address = {
        "scope": state.scope or "",
        "place": f"{state.selected_kind}:{state.selected_code}" if state.selected_kind else "",
        "at": state.as_of.strftime(_MINUTE) if state.as_of else "",
    }
    st.query_params.from_dict({key: value for key, value in address.items() if value})


def _from_address(address: Mapping[str, str]) -> ViewState:
    """What an address asks for; what it gets wrong is left out, for people change addresses by hand."""
    kind, _, code = address.get("place", "").partition(":")
    try:
        as_of = datetime.strptime(address["at"], _MINUTE) if "at" in address else None
    except ValueError:
        as_of = None
    selected = TargetKind(kind) if kind in set(TargetKind) and code else None
    return ViewState(
        scope=address.get("scope") or None,
        selected_kind=selected,
        selected_code=code if selected else "",
        as_of=as_of,
    )
