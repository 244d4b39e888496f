"""Load and size of the cells to be: points of a file, stored buildings, or a column of the units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from typing import Final

import streamlit as st

from gridmap.errors import GridmapError
from gridmap.messages import msg
from gridmap.model.plan import Scheme
from gridmap.read.files.answers import FileAnswers
from gridmap.service.cells.loads import ColumnLoad, Load, PointsPreview, StoredBuildings, preview_points
from gridmap.web.drawings.field import vector_field
from gridmap.web.files.asking import read_asking
from gridmap.web.files.desk import KeptFile, files_desk
from gridmap.web.files.look import AskedFile
from gridmap.web.files.uploads import laid_down
from gridmap.web.i18n import say
from gridmap.web.markup import show_notes
from gridmap.web.notices import show_refusal

_POINTS: Final = "points"
_STORED: Final = "stored"
_COLUMN: Final = "column"
_EACH_ONE: Final = ""


@dataclass(frozen=True)
class ChosenLoad:
    """A load, what tells it from others, and the points behind it where they come from a file."""

    load: Load
    key: tuple[str, ...]
    points: PointsPreview | None = None


def choose_load(columns: Sequence[str], buildings: int) -> ChosenLoad | None:
    """The load of the cells; None while it is not complete."""
    labels = {
        _STORED: say(msg("The {n} buildings stored here", n=buildings)),
        _COLUMN: say(msg("A column of the units, spread evenly over each")),
        _POINTS: say(msg("Households as points of a file")),
    }
    there = {_STORED: bool(buildings), _COLUMN: bool(columns), _POINTS: True}
    options = [option for option, is_there in there.items() if is_there]
    origin = st.radio(
        say(msg("Load of a cell")),
        options,
        format_func=lambda one: labels[one],
        key=f"load-{'-'.join(options)}",
        horizontal=True,
    )
    if origin == _STORED:
        return ChosenLoad(StoredBuildings(), (_STORED,))
    return _column_load(columns) if origin == _COLUMN else _points_load()


def _column_load(columns: Sequence[str]) -> ChosenLoad | None:
    column = st.selectbox(say(msg("Column of the load")), columns, key=f"weight-{','.join(columns)}")
    return ChosenLoad(ColumnLoad(column), (_COLUMN, column)) if column else None


def _points_load() -> ChosenLoad | None:
    file = vector_field(
        _POINTS,
        say(
            msg(
                "Buildings or addresses: GeoPackage, GeoJSON, zipped shapefile, KML, FlatGeobuf, Parquet, or "
                "CSV with lon, lat"
            )
        ),
        tables=True,
        drawings=False,
    )
    if file is None:
        return None
    asked = AskedFile(_POINTS, file)
    found = read_asking(asked, "point", lambda answers: _read(file, answers))
    if found is None:
        return None
    show_notes(found.notes)
    column = _points_column(file, found)
    try:
        load = files_desk().once(("load", found, column), lambda: found.load(column or None))
    except GridmapError as error:
        show_refusal(error.message)
        return None
    return ChosenLoad(load, (_POINTS, file.digest, *map(str, astuple(asked.answers)), column), found)


def _points_column(file: KeptFile, found: PointsPreview) -> str:
    options = [*found.columns, _EACH_ONE]
    column: str = st.selectbox(
        say(msg("Column of the load, of {n} points", n=found.count)),
        options,
        index=options.index(found.usual or _EACH_ONE),
        format_func=lambda one: one or say(msg("(each point counts 1)")),
        key=f"points-weight-{file.digest}",
    )
    return column


def _read(file: KeptFile, answers: FileAnswers) -> PointsPreview:
    with laid_down(file) as path:
        return preview_points(path, answers)


def choose_size(scheme: Scheme) -> tuple[float, float, float]:
    """The load a cell should have, the least and the most; the scheme's unless changed."""
    fields = (
        (msg("Target"), scheme.target),
        (msg("Least"), scheme.minimum),
        (msg("Most"), scheme.maximum),
    )
    target, least, most = (
        place.number_input(
            say(label),
            min_value=1.0,
            value=float(value),
            step=50.0,
            format="%.0f",
            key=f"size-{label.text}-{value}",
        )
        for place, (label, value) in zip(st.columns(3), fields, strict=True)
    )
    return target, least, most
