"""The job for large CSV files of the restricted child process: every column as text, as an Arrow table.

Loaded by path from `isolated.py`, never imported: it takes nothing from gridmap. Files of points have a
million rows; rosters go another way, which knows where every cell stands (`isolated_tables.py`).
"""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

_HEAD = 100_000
"""Characters that the delimiter and the titles are looked for in."""


def read(request: dict[str, Any], tables: dict[str, Any]) -> dict[str, Any]:
    """`{"table", "encoding"}`, or `{"fault", …}`; `tables` is what `isolated_tables.py` defines."""
    import pyarrow as pa  # noqa: PLC0415 - after the limits are set
    from pyarrow import csv as arrow_csv  # noqa: PLC0415

    try:
        text, encoding = _text(Path(request["path"]).read_bytes(), tables)
    except tables["TableFaultError"] as fault:
        return dict(fault.answer)
    delimiter = tables["_delimiter"](text[:_HEAD])
    lines = csv.reader(io.StringIO(text[:_HEAD], newline=""), delimiter=delimiter)
    try:
        titles = _distinct(next(lines, []))
        if not titles or not delimiter.isascii():
            return _refusal("there are no comma-separated values in it")
        table = arrow_csv.read_csv(
            pa.BufferReader(text.encode("utf-8")),
            read_options=arrow_csv.ReadOptions(column_names=titles, skip_rows=lines.line_num),
            parse_options=arrow_csv.ParseOptions(delimiter=delimiter, newlines_in_values=True),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(titles, pa.string()), strings_can_be_null=False
            ),
        )
    except (csv.Error, pa.ArrowInvalid) as error:
        return _refusal(str(error))
    return {"table": table, "encoding": encoding}


def _text(data: bytes, tables: dict[str, Any]) -> tuple[str, str]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" not in text:
        return text, "UTF-8"
    text, about = tables["_decode"](data)
    return text, about["encoding"]


def _distinct(titles: list[str]) -> list[str]:
    """Titles of which none is there twice."""
    found: list[str] = []
    for title in titles:
        number, unused = 2, title
        while unused in found:
            number, unused = number + 1, f"{title} ({number})"
        found.append(unused)
    return found


def _refusal(detail: str) -> dict[str, Any]:
    return {"fault": "damaged", "detail": detail[:200], "layers": []}
