"""The questions that the page Boundaries & cells puts of a vector file, as far as it leaves them open."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import streamlit as st

from gridmap.errors import GridmapError, InputError, LayerChoiceError, MissingCrsError
from gridmap.geo.systems.datum import Datum
from gridmap.messages import msg
from gridmap.read.files.answers import FileAnswers
from gridmap.read.files.kinds import KINDS
from gridmap.read.vectors.inspection import LayerReport
from gridmap.web.files import questions as file_questions
from gridmap.web.files.desk import files_desk
from gridmap.web.files.look import AskedFile, FileLook, look_into, system_is_open
from gridmap.web.i18n import say
from gridmap.web.notices import show_refusal

T = TypeVar("T")


def ask_open(asked: AskedFile, look: FileLook) -> None:
    """Ask for layer, encoding, coordinate system and datum; what is not sure is open."""
    if look.open_questions(asked.answers):
        st.info(say(msg("The file leaves open what is asked here. It is read once that is answered.")))
    _ask_layer(asked, look)
    layer = look.taken
    if layer is None:
        return
    _ask_encoding(asked, layer)
    answers = asked.answers
    suggested = layer.datum_suggestion
    if layer.crs_suggestions or system_is_open(layer, answers):
        _ask_system(asked, layer)
    if system_is_open(layer, answers) or not layer.geometry:
        return
    moved = answers.datum is not Datum.WGS84 or answers.crs is not None or suggested is not None
    _ask_place(asked, layer, expanded=moved, system=not layer.crs_suggestions)


def _ask_place(
    asked: AskedFile, layer: LayerReport | None, *, expanded: bool = False, system: bool = True
) -> None:
    """What moves a file that was read: another system, where it is not asked for already, and the datum."""
    told = msg("Does it lie in the wrong place? Say what its coordinates are.")
    with st.expander(say(told), expanded=expanded):
        if system:
            _ask_system(asked, layer)
        _ask_datum(asked, layer)


def _ask_layer(asked: AskedFile, look: FileLook) -> None:
    file_questions.ask_part(
        {one.name: msg("{sheet}: {count} rows", sheet=one.name, count=one.count) for one in look.fitting},
        None if look.taken is None else look.taken.name,
        key=f"file_part_{asked.key}",
        answer=asked.answer("layer"),
    )


def _ask_encoding(asked: AskedFile, layer: LayerReport) -> None:
    named, found = asked.answers.encoding, layer.encoding
    if named is None and found.found_by in {"ascii", "format"}:
        return
    file_questions.ask_encoding(
        [found.name, *found.others],
        named or (found.name if found.sure else None),
        unsure=named is not None or not found.sure,
        key=f"file_encoding_{asked.key}",
        answer=asked.answer("encoding"),
    )


def _ask_system(asked: AskedFile, layer: LayerReport | None) -> None:
    file_questions.ask_system(
        () if layer is None else layer.crs_suggestions,
        asked.answers.crs,
        doubt=None if layer is None else layer.crs_doubt,
        # Both its fields begin anew with every answer, whichever of them gave it.
        key=f"file_crs_{asked.key}_{asked.answers.crs}",
        answer=asked.answer("crs"),
    )


def _ask_datum(asked: AskedFile, layer: LayerReport | None) -> None:
    suggested, present = layer.datum_suggestion if layer else None, asked.answers.datum
    file_questions.ask_datum(
        present,
        [] if suggested is None else [suggested],
        warn=suggested is not None and present is not suggested.datum,
        key=f"file_datum_{asked.key}",
        answer=asked.answer("datum"),
    )


def read_asking(asked: AskedFile, geometry: str, read: Callable[[FileAnswers], T]) -> T | None:
    """What a reader makes of a file; where it refuses, the words of the refusal and the questions are shown.

    Args:
        asked: the file, and its place on the page.
        geometry: that is wanted of a layer; see `file_look.look_into`.
        read: the reader.

    Returns:
        None where the file is refused.
    """
    key = ("asked", asked.key, asked.answers)
    try:
        found = files_desk().once(key, lambda: read(asked.answers))
    except GridmapError as error:
        _show_refusal(asked, geometry, error)
        return None
    _ask_place(asked, None)
    return found


def _show_refusal(asked: AskedFile, geometry: str, error: GridmapError) -> None:
    """Why a file is refused, and what can be answered of it."""
    look: FileLook | None = None
    if "." + asked.file.name.rpartition(".")[2].lower() in KINDS:
        try:
            look = look_into(asked, geometry)
        except InputError:
            look = None  # it cannot be read at all, as the refusal says
    is_asked = isinstance(error, LayerChoiceError | MissingCrsError) and look is not None
    if not (is_asked and look is not None and look.open_questions(asked.answers)):
        show_refusal(error.message)
    if look is not None:
        with st.container(border=True):
            ask_open(asked, look)
    elif isinstance(error, InputError):
        _ask_place(asked, None)
