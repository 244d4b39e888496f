"""Cells of a workbook that hold a formula without the value it gave, which python-calamine shows as empty.

Loaded by path from `isolated_tables.py` in the restricted child process, never imported. No formula is run:
programs that write workbooks without working them out leave the values away.
"""

from __future__ import annotations

import re
from html import unescape
from pathlib import PurePosixPath
from typing import Any

_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_REFERENCE = re.compile(rb"""\br\s*=\s*["']([A-Z]{1,3})(\d{1,7})["']""")
_VALUE = re.compile(rb"<(?:\w+:)?(?:v|t)\b[^>/]*>[^<]")
_STRING = re.compile(rb"""\bt\s*=\s*["']str["']""")
_ATTRIBUTE = re.compile(r"""([A-Za-z]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")


def filled_cells(part: bytes) -> list[tuple[int, int, bool]]:
    """Row and column of each cell with something in it, from 1, and whether its formula has no value."""
    found = []
    for cell in _CELL.finditer(part):
        attributes, inside = cell.groups()
        reference = _REFERENCE.search(attributes) if inside else None
        if reference is None:
            continue
        formula = b"<f" in inside or b":f" in inside
        is_without = formula and not _VALUE.search(inside) and not _STRING.search(attributes)
        found.append((int(reference[2]), _column_number(reference[1]), is_without))
    return found


def parts_of_sheets(packed: Any) -> dict[str, str]:
    """The member of the archive that holds each sheet, by the sheet's name."""
    relations = packed.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    sheets = packed.read("xl/workbook.xml").decode("utf-8", "replace")
    targets = {
        about["Id"]: about["Target"] for about in _elements("Relationship", relations) if "Target" in about
    }
    return {
        about["name"]: _member(targets.get(about.get("id", ""), "")) for about in _elements("sheet", sheets)
    }


def _elements(tag: str, text: str) -> list[dict[str, str]]:
    """The attributes of elements, without their prefixes. No parser: that would heed what is declared."""
    found = re.findall(rf"<(?:\w+:)?{tag}\s([^>]*?)/?>", text)
    return [
        {name: unescape(one or other) for name, one, other in _ATTRIBUTE.findall(about)} for about in found
    ]


def _member(target: str) -> str:
    """A target as the archive names it: they are relative to `xl/`, or begin with a stroke."""
    return target.removeprefix("/") if target.startswith("/") else str(PurePosixPath("xl") / target)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
