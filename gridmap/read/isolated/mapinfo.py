"""MapInfo files made ready for GDAL in the restricted child process: only a plain table gets through.

Loaded by path from `isolated.py`, never imported: it takes nothing from gridmap. A .tab may be a view or
a seamless table that opens other files by their paths, a link to a database, a raster; those are refused.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

_CHARSET = re.compile(rb"""(charset\s+)"?([A-Za-z0-9_-]+)"?""", re.IGNORECASE)
_NATIVE = re.compile(rb"^\s*type\s+native\b", re.IGNORECASE | re.MULTILINE)
_ELSEWHERE = re.compile(
    rb'open\s+table|create\s+view|isseamless"?\s*=\s*"?true|^\s*file\s+"', re.IGNORECASE | re.MULTILINE
)
_MOST_BYTES = 1_000_000
_HEADER = re.compile(rb"^\s*data\s*$", re.IGNORECASE | re.MULTILINE)


def prepare(path: str) -> dict[str, Any]:
    """`{"path", "declared"}`: the charset is rewritten so that GDAL gives every byte; or `{"fault", …}`."""
    file = Path(path)
    text = file.read_bytes()
    if file.suffix == ".tab":
        if len(text) > _MOST_BYTES or b"definition table" not in text.lower():
            return {"fault": "other_content", "detail": "", "layers": []}
        if _ELSEWHERE.search(text) or not _NATIVE.search(text):
            return {"fault": "elsewhere", "detail": "", "layers": []}
        end = len(text)
    else:
        header = _HEADER.search(text)
        if not text.lstrip().lower().startswith(b"version") or header is None:
            return {"fault": "other_content", "detail": "", "layers": []}
        end = header.start()
    found = _CHARSET.search(text, 0, end)
    head = _CHARSET.sub(rb'\1"ISO8859_1"', text[:end])
    if found is None:
        return {"fault": "damaged", "detail": "no charset in its header", "layers": []}
    file.write_bytes(head + text[end:])
    return {"path": path, "declared": found[2].decode()}
