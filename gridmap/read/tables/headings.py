"""The headings of an office table: found below titles, of one to three rows, merged or not, joined."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from gridmap.read.tables.field_aliases import known_heading_keys
from gridmap.read.tables.sheets import Merged
from gridmap.read.values.texts import heading_key, tidy_text

Grid = Sequence[Sequence[str]]
"""Rows of tidied texts, of equal width."""
_WITHIN: Final = 30
"""Rows at the top of a sheet that may hold titles and notes before the headings."""
_DEPTH: Final = 3
_LOOKED_AT: Final = 60
"""Rows below a candidate that tell which columns are in use."""
_KNOWN_COUNTS: Final = 0.5
_KNOWN_MOST: Final = 4
_DATA_COSTS: Final = 1.5
_LONG_COSTS: Final = 0.5
_LONG: Final = 20
_TITLES: Final = 5
"""Rows at most above the headings that are half as full as these: titles and notes are few, data is not."""
_LEAST_SCORE: Final = 0.3
_DATA: Final = re.compile(
    r"[-+]?[\d.,]+%?|\d[\d\-/.:TE+ ]*|\d{1,4}年?\d{1,2}月\d{1,2}日?|[\d*]{7,}|TRUE|FALSE"
    r"|[约近]?\d+[余多]?[户人名个家]?\+?",
    re.IGNORECASE,
)
"""Texts that stand in rows and hardly ever in headings: numbers, dates, phones, counts."""


_MEASURE: Final = re.compile(
    r"[(\[【]?(?:单位[::]?)?(?:[户人名个家口栋座次件处辆套间组条项岁年月日天米]|万元|元|亩|公顷|公里|千米|平方米|平方公里|"
    r"平方千米|人次|百分比|%|m|km|m2|km2|ha|m²|km²)[)\]】]?",
    re.IGNORECASE,
)
"""Units of measure as they stand in a row of their own."""
_FEW_MEASURES: Final = 2


@dataclass(frozen=True)
class Headings:
    """The headings of a sheet.

    Attributes:
        first, last: their rows, counted from 0.
        texts: one a column, empty where there is none; parts of merged ones joined as 网格长/姓名, and of
            two that are the same the second is numbered.
    """

    first: int
    last: int
    texts: tuple[str, ...]


def find_headings(grid: Grid, merged: Sequence[Merged]) -> Headings | None:
    """The headings of a sheet, None where no row looks like them.

    A row is the likelier the more of the used columns it fills, the more of its texts we know, and the less
    it looks like data. Rows above and below belong to it where merged cells bind them, and a row of units
    of measure below: those stand in brackets after the headings, which are compared without.
    """
    scores = [_score(grid, merged, row) for row in range(min(len(grid), _WITHIN))]
    best = max(scores, default=0.0)
    if best < _LEAST_SCORE:
        return None
    first = last = scores.index(best)
    while first > 0 and last - first + 1 < _DEPTH and _bound(grid, merged, first - 1):
        first -= 1
    while last + 1 < len(grid) and last - first + 1 < _DEPTH and _bound(grid, merged, last):
        last += 1
    texts = _joined(grid, merged, first, last)
    if last + 1 < len(grid) and _are_measures(grid[last + 1], texts):
        last += 1
        texts = [
            f"{text}({_bare(unit)})" if unit else text for text, unit in zip(texts, grid[last], strict=True)
        ]
    return Headings(first, last, _numbered(texts))


def looks_like_data(text: str) -> bool:
    """Whether a text is a number, date, phone or count, as rows have them."""
    return _DATA.fullmatch(text) is not None


def spread(grid: Grid, merged: Sequence[Merged], row: int) -> list[str]:
    """A row with each merged cell's text in all its columns and rows."""
    cells = list(grid[row])
    for area in merged:
        if area.top <= row <= area.bottom and area.left < len(cells):
            text = grid[area.top][area.left]
            cells[area.left : area.right + 1] = [text] * (min(area.right, len(cells) - 1) - area.left + 1)
    return cells


def _are_measures(row: Sequence[str], headings: Sequence[str]) -> bool:
    """Whether the row below headings tells what their numbers count: (户), 米, m."""
    given = [(text, heading) for text, heading in zip(row, headings, strict=True) if text]
    if (
        not given
        or not all(heading for _, heading in given)
        or any(looks_like_data(text) for text, _ in given)
    ):
        return False
    # A column of units beside one of things has them in its rows.
    units = [text for text, heading in given if _MEASURE.fullmatch(text) and "单位" not in heading]
    few = len(units) < len(given) and len(units) < _FEW_MEASURES and not any(map(_is_bracketed, units))
    return bool(units) and not few and 2 * len(units) >= len(given)


def _is_bracketed(text: str) -> bool:
    return text[0] in "([【"


def _bare(text: str) -> str:
    return text[1:-1] if _is_bracketed(text) and text[-1] in ")]】" else text


def _score(grid: Grid, merged: Sequence[Merged], row: int) -> float:
    cells = spread(grid, merged, row)
    texts = [text for text in cells if text]
    used = _used_columns(grid, row + 1)
    if not texts or len(set(texts)) < min(2, len(used)):
        return 0.0
    covered = sum(bool(cells[column]) for column in used) / max(len(used), 1)
    known = len({heading_key(text) for text in texts} & known_heading_keys())
    full = sum(2 * sum(map(bool, above)) >= len(texts) for above in grid[:row])
    if full > _TITLES:
        return 0.0
    data = sum(looks_like_data(text) for text in texts) / len(texts)
    long = sum(len(text) > _LONG for text in texts) / len(texts)
    return covered + _KNOWN_COUNTS * min(known, _KNOWN_MOST) - _DATA_COSTS * data - _LONG_COSTS * long


def _used_columns(grid: Grid, start: int) -> list[int]:
    below = grid[start : start + _LOOKED_AT] or grid[start - 1 : start]
    return [column for column in range(len(below[0])) if any(row[column] for row in below)]


def _bound(grid: Grid, merged: Sequence[Merged], upper: int) -> bool:
    """Whether a row and the next one are headings together."""
    lower = upper + 1
    if any(looks_like_data(text) for text in grid[lower] if text):
        return False
    groups = [a for a in merged if a.top <= upper <= a.bottom and a.right > a.left and a.bottom < lower]
    tall = [a for a in merged if a.top <= upper and a.bottom >= lower]
    if groups:
        return _is_divided(grid, groups, tall, lower)
    return not tall and _interlocks(grid, upper)


def _is_divided(grid: Grid, groups: Sequence[Merged], tall: Sequence[Merged], lower: int) -> bool:
    """Whether the row divides merged headings above it, and has nothing of its own beside them."""
    width = len(grid[lower])
    grouped = {column for area in groups for column in range(area.left, min(area.right + 1, width))}
    under_tall = {column for area in tall for column in range(area.left, min(area.right + 1, width))}
    inside = [grid[lower][column] for column in sorted(grouped) if grid[lower][column]]
    beside = [grid[lower][c] for c in range(width) if c not in grouped | under_tall and grid[lower][c]]
    if len(inside) < 2 or beside:
        return False
    # A title merged over all columns has the headings below it, and is none.
    whole = len(groups) == 1 and not under_tall and all(
        column in grouped or not grid[lower][column] for column in range(width)
    )  # fmt: skip
    if whole:
        return False
    return bool(under_tall) or len(grouped) < width or _knows(inside)


def _interlocks(grid: Grid, upper: int) -> bool:
    """Whether two rows without merged cells, as in CSV, fill each other's gaps, and the lower is known."""
    above, below = grid[upper], grid[upper + 1]
    if (
        sum(map(bool, above)) < 2
        or all(below)
        or all(above)
        or any(map(looks_like_data, filter(None, above)))
    ):
        return False
    used = [column for column in range(len(above)) if above[column] or below[column]]
    fits = all(above[column] or below[column] for column in used) and all(
        below[column] or above[column] for column in used
    )
    shared = [column for column in used if above[column] and below[column]]
    # Every gap above follows a heading that reaches over it.
    reached = all(any(above[:column]) for column in used if not above[column])
    return fits and bool(shared) and reached and _knows(filter(None, below)) and _gapped(above, below)


def _gapped(above: Sequence[str], below: Sequence[str]) -> bool:
    """Whether the gaps of each row are filled in the other."""
    return any(b and not a for a, b in zip(above, below, strict=True)) and any(
        a and not b for a, b in zip(above, below, strict=True)
    )


def _knows(texts: Iterable[str]) -> bool:
    return bool({heading_key(text) for text in texts} & known_heading_keys())


def _joined(grid: Grid, merged: Sequence[Merged], first: int, last: int) -> list[str]:
    rows = [spread(grid, merged, row) for row in range(first, last + 1)]
    if last > first and not any(area.top >= first and area.bottom <= last for area in merged):
        rows[:-1] = [_carried(row, below) for row, below in pairwise(rows)]
    return [
        "/".join(dict.fromkeys(tidy_text(text) for text in column if text))
        for column in zip(*rows, strict=True)
    ]


def _carried(row: Sequence[str], below: Sequence[str]) -> list[str]:
    """Headings of a CSV file carried over the gaps to their right, where the next row divides them."""
    carried: list[str] = []
    for text, under in zip(row, below, strict=True):
        carried.append(text or (carried[-1] if carried and under else ""))
    return carried


def _numbered(texts: Sequence[str]) -> tuple[str, ...]:
    seen: dict[str, int] = {}
    numbered = []
    for text in texts:
        seen[text] = seen.get(text, 0) + 1
        numbered.append(f"{text} ({seen[text]})" if text and seen[text] > 1 else text)
    return tuple(numbered)
