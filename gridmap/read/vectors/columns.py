"""Finding the columns of a file that hold the code, the name, the parent and the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import pandas as pd

from gridmap.errors import InputError
from gridmap.geo.codes import code_texts, division_level
from gridmap.messages import Message, msg, msg_n, shortened
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
_TITLE_BYTES: Final = 10
"""What a .dbf keeps of a title."""
_CODE_LIKE: Final = r"[0-9]{2,}[0-9A-Za-z-]*"
_DIGITS_OF_LEVELS: Final = (2, 4, 6, 9, 12)
"""Digits of a division code that tell each level, from provinces down."""
_SHOWN: Final = 5
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


USUAL_COLUMNS: Final = ColumnChoice()
"""No column is named: usual spellings are looked for."""


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
    return known_title(present, column) or _cut_title(frame, column)


def known_title(titles: Sequence[str], column: str) -> str | None:
    """The title that is a usual spelling of a column of ours."""
    spellings = {title.lower(): title for title in reversed(titles)}
    return next((spellings[alias] for alias in ALIASES[column] if alias in spellings), None)


def _cut_title(frame: gpd.GeoDataFrame, column: str) -> str | None:
    """The title that is the beginning of a usual spelling, as a .dbf keeps it: ten bytes, whole characters.

    So little is left of a Chinese one in UTF-8 that what stands in the column must speak for it too.
    """
    titles = {title.lower(): title for title in reversed(attributes(frame))}
    for alias in ALIASES[column]:
        for codec in ("utf-8", "gb18030"):
            whole = alias.encode(codec)
            cut = whole[:_TITLE_BYTES].decode(codec, "ignore")
            if len(whole) > _TITLE_BYTES and cut in titles and _speaks_for(frame[titles[cut]], column):
                return titles[cut]
    return None


def _speaks_for(values: pd.Series[Any], column: str) -> bool:
    """Whether values can be those of a column: codes are digits, most of them or all."""
    if column not in {CODE, PARENT_CODE}:
        return True
    texts = code_texts(values)
    given = texts[texts != ""]
    return len(given) > 0 and bool(given.str.fullmatch(_CODE_LIKE).all())


def nesting_notes(units: gpd.GeoDataFrame, matched: Mapping[str, str | None]) -> list[Message]:
    """A note where no column names parents, but codes lie within others: those units would lie in each other.

    Args:
        units: checked, with `code`.
        matched: see `matched_columns`.
    """
    if matched[PARENT_CODE] is not None:
        return []
    codes = set(units[CODE])
    pairs = [(code, above) for code in sorted(codes) for above in _codes_above(code) if above in codes]
    nested = dict(reversed(pairs))
    if not nested:
        return []
    return [
        msg_n(
            "no column names the unit above, though {n} code lies within another ({pairs}): name one with "
            "--parent",
            "no column names the unit above, though {n} codes lie within others ({pairs}): name one with "
            "--parent",
            n=len(nested),
            pairs=shortened((f"{code} → {above}" for code, above in sorted(nested.items())), _SHOWN),
        )
    ]


def _codes_above(code: str) -> list[str]:
    """The codes of the divisions around one, the nearest first; none of a code of another form."""
    level = division_level(code)
    if level is None:
        return []
    return [code[:digits].ljust(len(code), "0") for digits in _DIGITS_OF_LEVELS[: level - 1][::-1]]


def attributes(frame: gpd.GeoDataFrame) -> list[str]:
    """The names of a frame's columns but its geometry."""
    return [str(title) for title in frame.columns if title != frame.active_geometry_name]
