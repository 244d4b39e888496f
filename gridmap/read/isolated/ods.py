"""Merged cells of an OpenDocument workbook, which python-calamine does not tell.

Loaded by path from `isolated_tables.py` in the restricted child process, never imported.
"""

from __future__ import annotations

import zipfile
from typing import Any
from xml.etree import ElementTree as ET

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_MOST_RANGES = 100_000


def merged_ranges(path: str) -> dict[str, list[list[int]]]:
    """The merged ranges of each table by its name: top, left, bottom, right, counted from 0."""
    found: dict[str, list[list[int]]] = {}
    with zipfile.ZipFile(path) as packed, packed.open("content.xml") as file:
        name, row = "", 0
        for event, element in ET.iterparse(file, events=("start", "end")):  # noqa: S314 - no DOCTYPE comes here
            if event == "start" and element.tag == f"{_TABLE}table":
                name, row = element.get(f"{_TABLE}name", ""), 0
                found[name] = []
            elif event == "end" and element.tag == f"{_TABLE}table-row":
                found.setdefault(name, []).extend(_of_row(element, row))
                row += _number(element, "number-rows-repeated")
                element.clear()
            if sum(map(len, found.values())) > _MOST_RANGES:
                raise ValueError("merged cells without end")
    return found


def _of_row(element: Any, row: int) -> list[list[int]]:
    ranges = []
    column = 0
    for cell in element:
        if cell.tag not in {f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"}:
            continue
        rows, columns = _number(cell, "number-rows-spanned"), _number(cell, "number-columns-spanned")
        if rows > 1 or columns > 1:
            ranges.append([row, column, row + rows - 1, column + columns - 1])
        column += _number(cell, "number-columns-repeated")
    return ranges


def _number(element: Any, attribute: str) -> int:
    text = element.get(f"{_TABLE}{attribute}", "1")
    return max(int(text), 1) if text.isascii() and text.isdigit() else 1
