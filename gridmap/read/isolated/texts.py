"""Texts of a table in the restricted child process: bytes decoded, garbled ones mended, faults named.

Nothing that could not be read goes on without a word: where the reader named the encoding the file is
refused, else each text with a lost character is told.

Loaded by path from `isolated.py`, never imported: it takes nothing from gridmap. `texts` is what
`encoding.py` defines.
"""

from __future__ import annotations

from typing import Any

Faults = list[dict[str, Any]]


class WrongEncodingError(ValueError):
    """Texts are not in the encoding that the reader named."""


def decode(table: Any, texts: dict[str, Any], *, declared: str, named: str | None) -> tuple[Any, Any, Faults]:
    """A table read as ISO-8859-1 in its true encoding, that encoding, and the faults.

    Raises:
        WrongEncodingError: `named` is not the encoding of all of it.
    """
    import pyarrow as pa  # noqa: PLC0415 - after the limits are set

    raw = {
        number: [None if text is None else text.encode("latin-1") for text in column.to_pylist()]
        for number, column in enumerate(table.columns)
        if pa.types.is_string(column.type)
    }
    titles = [name.encode("latin-1") for name in table.column_names]
    found = texts["find_encoding"](
        [*titles, *(text for column in raw.values() for text in column if text is not None)],
        declared=declared,
        named=named,
    )
    if named is not None:
        _require_encoding(titles, raw, texts, named)
    names = [texts["decode_anyhow"](title, found.name) for title in titles]
    faults = [_fault("field_cut", name) for name, cut in names if cut]
    columns = list(table.columns)
    for number, column in raw.items():
        decoded = [
            (None, False) if text is None else texts["decode_anyhow"](text, found.name) for text in column
        ]
        cut = [row for row, (_, shortened) in enumerate(decoded, 1) if shortened]
        if cut:
            faults.append(_fault("text_cut", names[number][0], cut, decoded[cut[0] - 1][0] or ""))
        columns[number] = pa.array([text for text, _ in decoded], pa.string())
    return pa.table(columns, names=_unique([name for name, _ in names])), found, faults


def _require_encoding(
    titles: list[bytes], raw: dict[int, list[bytes | None]], texts: dict[str, Any], named: str
) -> None:
    """Refuse texts that are not in the encoding named, with the first place."""
    places = [("titles", title) for title in titles]
    places += [
        (f"column {titles[number].decode('ascii', 'backslashreplace')}, row {row}", text)
        for number, column in raw.items()
        for row, text in enumerate(column, 1)
        if text is not None and not text.isascii()
    ]
    for place, text in places:
        try:
            texts["decode"](text, named)
        except UnicodeDecodeError as error:
            raise WrongEncodingError(f"{named}, {place}") from error


def lost(table: Any, texts: dict[str, Any]) -> Faults:
    """The titles and texts of a table in which a character could not be read, here or by who wrote it."""
    import pyarrow as pa  # noqa: PLC0415 - after the limits are set
    import pyarrow.compute as pc  # noqa: PLC0415

    faults: Faults = []
    for name, column in zip(table.column_names, table.columns, strict=True):
        if texts["lost_characters"](name):
            faults.append(_fault("text_lost", name))
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            told = pc.fill_null(pc.match_substring(column, texts["LOST"]), False).to_pylist()
            rows = [row for row, is_lost in enumerate(told, 1) if is_lost]
            if rows:
                faults.append(_fault("text_lost", name, rows, column[rows[0] - 1].as_py()))
    return faults


def mend(table: Any, texts: dict[str, Any]) -> tuple[Any, Faults]:
    """A table whose titles and texts, where they were saved in a wrong encoding, are as they were meant."""
    import pyarrow as pa  # noqa: PLC0415 - after the limits are set

    faults: Faults = []
    names = list(table.column_names)
    meant = texts["repair_garbled"](names)
    if meant is not None:
        faults += [
            _fault("field_garbled", new, value=old)
            for old, new in zip(names, meant, strict=True)
            if old != new
        ]
        names = _unique(meant)
    columns = list(table.columns)
    for number, column in enumerate(columns):
        if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
            continue
        before = column.to_pylist()
        given = [row for row, text in enumerate(before) if text is not None and not text.isascii()]
        mended = texts["repair_garbled"]([before[row] for row in given]) if given else None
        if mended is not None:
            changed = [row + 1 for row, text in zip(given, mended, strict=True) if before[row] != text]
            faults.append(_fault("text_garbled", names[number], changed, before[changed[0] - 1]))
            for row, text in zip(given, mended, strict=True):
                before[row] = text
            columns[number] = pa.array(before, pa.string())
    return (pa.table(columns, names=names) if faults else table), faults


def _fault(kind: str, column: str, rows: list[int] | None = None, value: str = "") -> dict[str, Any]:
    return {"kind": kind, "column": column, "rows": rows or [], "value": value}


def _unique(names: list[str]) -> list[str]:
    """Names of which none is there twice: cut ones may have become alike."""
    result: list[str] = []
    for name in names:
        unused, number = name, 2
        while unused in result:
            unused = f"{name}_{number}"
            number += 1
        result.append(unused)
    return result
