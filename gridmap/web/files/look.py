"""A vector file in an upload field: what is in it and how that was found, what was answered, what is open."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

import streamlit as st

from gridmap.errors import InputError
from gridmap.geo.systems.datum import Datum
from gridmap.messages import Message, msg
from gridmap.read.files.answers import NOTHING_SAID, FileAnswers
from gridmap.read.vectors.inspection import LayerReport
from gridmap.service.boundaries.present import layers_beside_units
from gridmap.web.files.desk import KeptFile, files_desk
from gridmap.web.files.uploads import laid_down
from gridmap.web.files.words import CRS_FOUND, ENCODING_FOUND, GEOMETRIES
from gridmap.web.i18n import say
from gridmap.web.session import services

_TAKEN: Final = {"polygon": ("units", "drawn"), "point": ("buildings",), "line": ("lines", "roads")}
"""Layers that are taken where nobody says otherwise, as the readers take them."""


@dataclass(frozen=True)
class AskedFile:
    """A file and its place on the page: one file may lie in two fields and mean another layer in each."""

    slot: str
    file: KeptFile

    @property
    def key(self) -> str:
        """What tells it from others."""
        return f"{self.slot}-{self.file.digest}"

    @property
    def answers(self) -> FileAnswers:
        """What was said of it."""
        return files_desk().answers.get(self.key, NOTHING_SAID)

    def answer(self, name: str) -> partial[None]:
        """What takes an answer: to be told the value."""
        return partial(_take, self.key, name)


@dataclass(frozen=True)
class FileLook:
    """What is in a file.

    Attributes:
        layers: all of them.
        fitting: those of the geometry that is wanted; all where none is.
        taken: the one that is read; None where it must be chosen.
        trouble: why the answers cannot be followed; the file was then looked into without them.
    """

    layers: tuple[LayerReport, ...]
    fitting: tuple[LayerReport, ...]
    taken: LayerReport | None
    trouble: Message | None = None

    def open_questions(self, answers: FileAnswers) -> bool:
        """Whether something must be answered before the file can be read."""
        layer = self.taken
        if layer is None:
            return len(self.fitting) > 1
        return (not layer.encoding.sure and answers.encoding is None) or system_is_open(layer, answers)


def system_is_open(layer: LayerReport, answers: FileAnswers) -> bool:
    """Whether the coordinate system must be named."""
    return bool(layer.geometry) and answers.crs is None and (layer.crs is None or layer.crs_doubt is not None)


def is_placed_by_hand(asked: AskedFile, look: FileLook) -> bool:
    """Whether the place of a file was said, or another is suggested: it is shown beside what is here."""
    suggested = look.taken is not None and look.taken.datum_suggestion is not None
    return asked.answers.crs is not None or asked.answers.datum is not Datum.WGS84 or suggested


def look_into(asked: AskedFile, geometry: str) -> FileLook:
    """Look into a file, with the units of the workspace as what lies right.

    Args:
        asked: the file.
        geometry: that is wanted of a layer: polygon, point, or line (which areas may bound).

    Raises:
        InputError: it cannot be read at all.
    """
    answers, trouble = asked.answers, None
    try:
        layers = _layers(asked.file, answers.encoding)
    except InputError as error:
        if answers.encoding is None:
            raise
        layers, trouble = _layers(asked.file, None), error.message
    fitting = tuple(one for one in layers if _fits(one, geometry)) or layers
    return FileLook(layers, fitting, _taken(fitting, answers.layer, _TAKEN[geometry]), trouble)


def _layers(file: KeptFile, encoding: str | None) -> tuple[LayerReport, ...]:
    cache = services().cache
    key = ("look", file.digest, file.name, encoding, cache.geometry_key())
    with st.spinner(say(msg("Looking into the file …"))):
        return files_desk().once(key, lambda: _inspected(file, encoding))


def _inspected(file: KeptFile, encoding: str | None) -> tuple[LayerReport, ...]:
    with laid_down(file) as path:
        return layers_beside_units(services().cache, path, encoding)


def _fits(layer: LayerReport, geometry: str) -> bool:
    wanted = (geometry, "polygon") if geometry in {"line", "point"} else (geometry,)
    return any(kind in one for kind in wanted for one in layer.geometry)


def _taken(fitting: tuple[LayerReport, ...], named: str | None, usual: tuple[str, ...]) -> LayerReport | None:
    by_name = {one.name: one for one in fitting}
    found = by_name.get(named or "") or next((by_name[name] for name in usual if name in by_name), None)
    return found or (fitting[0] if len(fitting) == 1 else None)


def encoding_fact(name: str, found_by: str) -> tuple[Message, str]:
    """The encoding with how it was found, as a row of facts."""
    return msg("Encoding"), f"{name} ({say(ENCODING_FOUND.get(found_by, msg('as named')))})"


def system_facts(layer: LayerReport, named: str | None) -> list[tuple[Message, str]]:
    """Geometry, and the coordinate system with how it was found, as rows of facts; none of a table."""
    if not layer.geometry:
        return []
    by_you = say(msg("named by you"))
    system = (
        f"{named} ({by_you})" if named else f"{layer.crs_title or '–'} ({say(CRS_FOUND[layer.crs_found_by])})"
    )
    kinds = dict.fromkeys(
        say(GEOMETRIES[one.lower()]) if one.lower() in GEOMETRIES else one for one in layer.geometry
    )
    return [(msg("Geometry"), ", ".join(kinds)), (msg("Coordinate system"), system)]


def _take(key: str, name: str, value: Any) -> None:
    desk = files_desk()
    desk.answers[key] = replace(desk.answers.get(key, NOTHING_SAID), **{name: value})
