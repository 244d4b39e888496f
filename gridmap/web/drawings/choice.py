"""What a planner chose of a drawing: kept while other pages are open, and what tells choices apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Final

import streamlit as st

from gridmap.service.boundaries.drawing_place import KnownPoint
from gridmap.service.boundaries.drawings import Codeless
from gridmap.web.kept import of_session

_KEY: Final = "drawing_choices"


@dataclass(frozen=True)
class DrawingPlace:
    """Where a drawing lies: a system it is drawn in, or points that are known; unit as `DrawingRequest`."""

    crs: str | None = None
    points: tuple[KnownPoint, ...] = ()
    unit_m: float | None = None


@dataclass(frozen=True)
class DrawingChoice:
    """What is to be taken of a drawing, and where it lies; see `DrawingRequest`."""

    outlines: tuple[str, ...]
    labels: tuple[str, ...]
    close_m: float
    place: DrawingPlace
    codeless: Codeless = Codeless.LEAVE

    def digest(self, file_digest: str) -> str:
        """What tells the areas of this choice from those of others; the same each time."""
        return blake2b(repr((file_digest, self)).encode(), digest_size=12).hexdigest()


@dataclass(frozen=True)
class Fields:
    """Names of the fields of one drawing, and their values while other pages are open.

    Streamlit forgets a field's value once a page without it is shown; here it is set again.
    """

    prefix: str

    def key(self, name: str, options: Sequence[object] | None = None, *, default: Any = None) -> str:
        """The key of a field, which holds its value from now on; with options only what is among them."""
        key = f"{self.prefix}-{name}"
        if options is not None:
            key += f"-{blake2b(repr(list(options)).encode(), digest_size=4).hexdigest()}"
        if key not in st.session_state:
            st.session_state[key] = _within(self.kept(name, default), default, options)
        return key

    def kept(self, name: str, default: Any = None) -> Any:
        """What the field held last."""
        return _choices().get((self.prefix, name), default)

    def keep(self, name: str, value: Any) -> Any:
        """Keep the value of a field, and return it."""
        _choices()[self.prefix, name] = value
        return value


def _within(value: Any, default: Any, options: Sequence[object] | None) -> Any:
    if options is None:
        return value
    if isinstance(value, list):
        return [one for one in value if one in options]
    return value if value in options else default


def _choices() -> dict[tuple[str, str], Any]:
    return of_session(_KEY, dict[tuple[str, str], Any])
