"""Finding the columns of a file that hold the code, the name, the parent and the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import geopandas as gpd

from gridmap.errors import InputError
from gridmap.messages import msg
from gridmap.names import CODE, KIND, LEVEL, NAME, PARENT_CODE

ALIASES: Final[Mapping[str, tuple[str, ...]]] = {
    CODE: (
        "code",
        "geoid",
        "geoid20",
        "geoid10",
        "tractce",
        "tract",
        "代码",
        "区划代码",
        "行政区划代码",
        "编码",
        "编号",
    ),
    NAME: ("name", "名称", "区划名称", "村名", "社区名称", "namelsad"),
    PARENT_CODE: ("parent_code", "parent", "上级代码", "上级区划代码", "父级代码"),
    KIND: ("kind", "类型"),
    LEVEL: ("level", "层级", "级别"),
}
"""Spellings taken for a column where none is named, the surest first; compared without case."""
_OPTIONS: Final[Mapping[str, str]] = {
    CODE: "--code",
    NAME: "--name",
    PARENT_CODE: "--parent",
    LEVEL: "--level",
}


@dataclass(frozen=True)
class ColumnChoice:
    """Columns as the caller names them; None lets the reader look for a usual spelling, '' takes none."""

    code: str | None = None
    name: str | None = None
    parent: str | None = None
    level: str | None = None

    def of(self, column: str) -> str | None:
        """The file's column named for one of ours."""
        return {CODE: self.code, NAME: self.name, PARENT_CODE: self.parent, LEVEL: self.level}.get(column)


def matched_columns(frame: gpd.GeoDataFrame, choice: ColumnChoice, *, file: str) -> dict[str, str | None]:
    """The file's column for each of ours, None where it has none.

    Raises:
        InputError: a named column is not there, or no column looks like a code.
    """
    found = {column: _find(frame, column, choice.of(column), file) for column in ALIASES}
    if found[CODE] is None:
        raise InputError(
            msg(
                "{file}: no column looks like a code. Name one with --code; there are: {columns}.",
                file=file,
                columns=attributes(frame),
            )
        )
    return found


def with_standard_columns(frame: gpd.GeoDataFrame, found: Mapping[str, str | None]) -> gpd.GeoDataFrame:
    """The frame with our column names added beside the file's own, which `found` names.

    A column of ours that another takes the place of stays as `<name>_in_file`.
    """
    result = frame.copy()
    for column, source in found.items():
        if source is not None and source != column:
            if column in frame:
                result[f"{column}_in_file"] = frame[column]
            result[column] = frame[source]
    return result


def _find(frame: gpd.GeoDataFrame, column: str, named: str | None, file: str) -> str | None:
    present = attributes(frame)
    if named == "":
        return None
    if named is not None:
        if named not in present:
            raise InputError(
                msg(
                    "{file}: there is no column {column}, named by {option}; there are: {columns}.",
                    file=file,
                    column=named,
                    option=_OPTIONS[column],
                    columns=present,
                )
            )
        return named
    spellings = {title.lower(): title for title in reversed(present)}
    return next((spellings[alias] for alias in ALIASES[column] if alias in spellings), None)


def attributes(frame: gpd.GeoDataFrame) -> list[str]:
    """The names of a frame's columns but its geometry."""
    return [str(title) for title in frame.columns if title != frame.active_geometry_name]
