"""Where boundaries come from: a file with its columns matched, or the units that are here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import streamlit as st

from gridmap.errors import InputError
from gridmap.geo.systems.suggestions import CrsSuggestion
from gridmap.messages import Message, msg
from gridmap.names import CODE, LEVEL, NAME, PARENT_CODE
from gridmap.read.files.answers import FileAnswers
from gridmap.read.vectors.columns import ColumnChoice
from gridmap.service.boundaries.preview import Boundaries, Preview, preview, usual_columns
from gridmap.web.drawings.field import vector_field
from gridmap.web.files.desk import KeptFile, files_desk
from gridmap.web.files.fields import listed
from gridmap.web.files.look import AskedFile, FileLook, system_is_open
from gridmap.web.files.uploads import laid_down
from gridmap.web.i18n import say

FILE: Final = "file"
HERE: Final = "here"
_SLOT: Final = "boundaries"
_COLUMNS: Final = {
    CODE: msg("Code of the unit"),
    NAME: msg("Name of the unit"),
    PARENT_CODE: msg("Code of the parent"),
    LEVEL: msg("Level of the unit"),
}


def choose_origin(units: int) -> str:
    """A file, or the units of this workspace where there are some."""
    if not units:
        return FILE
    labels = {
        HERE: say(msg("The {n} units in this workspace", n=units)),
        FILE: say(msg("A file of boundaries")),
    }
    chosen = st.radio(
        say(msg("What is to be cut")),
        [HERE, FILE],
        format_func=lambda one: labels[one],
        key="boundaries_origin",
        horizontal=True,
        label_visibility="collapsed",
    )
    return str(chosen)


def boundaries_file() -> AskedFile | None:
    """The upload field of boundaries."""
    file = vector_field(
        _SLOT,
        say(
            msg(
                "Boundaries of townships, communities or villages: GeoPackage, shapefile or MapInfo in a "
                "zip, GeoJSON, TopoJSON, KML, KMZ, FlatGeobuf, GeoParquet, or DXF"
            )
        ),
    )
    return None if file is None else AskedFile(_SLOT, file)


@dataclass(frozen=True)
class FileReading:
    """What came of reading a file.

    Attributes:
        found: what is in it; None while questions are open, or where it was refused.
        trouble: why it was refused.
        columns: of the file, where one of ours could not be found among them.
    """

    found: Preview | None = None
    trouble: Message | None = None
    columns: tuple[str, ...] = ()

    @property
    def matching(self) -> tuple[Sequence[str], Mapping[str, str | None]]:
        """Columns of the file to choose from, and which of them is taken for each of ours."""
        if self.found is None:
            return self.columns, usual_columns(self.columns)
        return self.found.columns, self.found.matched


def read_file(asked: AskedFile, look: FileLook) -> FileReading:
    """Read the file by what was answered and which columns were chosen; nothing is read unsure."""
    if look.trouble is not None or look.open_questions(asked.answers):
        return FileReading(trouble=look.trouble)
    try:
        return FileReading(_read_once(asked, look, asked.answers))
    except InputError as error:
        columns = listed(error, "columns")
        if columns and _chosen_columns(asked.file).code is None:
            told = msg(
                "{file}: no column looks like a code. Choose the one that holds the code of the unit.",
                file=asked.file.name,
            )
            return FileReading(trouble=told, columns=tuple(columns))
        if not columns and look.taken is not None:
            columns = list(look.taken.fields)
        return FileReading(trouble=error.message, columns=tuple(columns))


def read_as_likeliest(asked: AskedFile, look: FileLook) -> tuple[Preview, CrsSuggestion] | None:
    """The file in the likeliest coordinate system, only to be looked at; None where none leads anywhere."""
    layer = look.taken
    if layer is None or not layer.crs_suggestions or not system_is_open(layer, asked.answers):
        return None
    first = layer.crs_suggestions[0]
    encoding = asked.answers.encoding or layer.encoding.name
    try:
        supposed = replace(asked.answers, crs=first.crs, encoding=encoding)
        return _read_once(asked, look, supposed), first
    except InputError:
        return None


def _read_once(asked: AskedFile, look: FileLook, answers: FileAnswers) -> Preview:
    desk, file = files_desk(), asked.file
    choice = _chosen_columns(file)
    layer = None if look.taken is None else look.taken.name or None
    source = replace(answers, layer=layer)
    with st.spinner(say(msg("Looking into the file …"))):
        found = desk.once(("read", file.digest, source, choice), lambda: _read(file, source, choice))
    # One object for one reading, however the columns came to be chosen: a draft goes by it.
    reading = (file.digest, found.layer, found.crs, answers, tuple(found.matched.items()))
    return desk.once(("found", *reading), lambda: found)


def match_columns(file: KeptFile, columns: Sequence[str], matched: Mapping[str, str | None]) -> None:
    """One field a column of ours, over the columns of the file."""
    if not columns:
        return
    fields = [*st.columns(2), *st.columns(2)]
    for place, (column, label) in zip(fields, _COLUMNS.items(), strict=True):
        options = ["", *columns]
        taken = matched.get(column) or ""
        place.selectbox(
            say(label),
            options,
            index=options.index(taken) if taken in options else 0,
            format_func=lambda one: one or say(msg("(none)")),
            key=_column_key(file, column),
        )


def _chosen_columns(file: KeptFile) -> ColumnChoice:
    chosen = {column: st.session_state.get(_column_key(file, column)) for column in _COLUMNS}
    return ColumnChoice(
        code=chosen[CODE] or None, name=chosen[NAME], parent=chosen[PARENT_CODE], level=chosen[LEVEL]
    )


def _column_key(file: KeptFile, column: str) -> str:
    return f"column-{column}-{file.digest}"


def _read(file: KeptFile, answers: FileAnswers, choice: ColumnChoice) -> Preview:
    with laid_down(file) as path:
        return preview(Boundaries(path, answers, choice))
