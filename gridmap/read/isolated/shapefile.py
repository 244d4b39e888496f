"""The check of shapefiles in the restricted child process: that their parts belong together and are whole.

Loaded by path from `isolated.py`, never imported. GDAL reads as many rows as the table of attributes says
there are, and tells nothing of shapes without a row.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

_HEADER_BYTES = 100
_RECORD_BYTES = 8
"""Of the index: its header, and each shape."""


def check(path: str) -> dict[str, Any]:
    """A fault where the attributes are cut off, or are not as many as the shapes; else nothing."""
    table, index = (_part(Path(path), ending) for ending in (".dbf", ".shx"))
    if table is None:
        return {}
    with table.open("rb") as file:
        head = file.read(32)
    rows, header = int.from_bytes(head[4:8], "little"), int.from_bytes(head[8:10], "little")
    if table.stat().st_size < header + rows * int.from_bytes(head[10:12], "little"):
        return _refusal("its table of attributes (.dbf) is cut off")
    shapes = rows if index is None else max(index.stat().st_size - _HEADER_BYTES, 0) // _RECORD_BYTES
    if shapes != rows:
        return _refusal(f"it has {shapes} shapes (.shx), but {rows} rows of attributes (.dbf)")
    return {}


def _part(path: Path, ending: str) -> Path | None:
    found = (path.with_suffix(spelled) for spelled in (ending, ending.upper()))
    return next((one for one in found if one.is_file()), None)


def _refusal(detail: str) -> dict[str, Any]:
    return {"fault": "damaged", "detail": detail, "layers": []}
