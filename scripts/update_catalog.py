"""Collect the texts of the source into the language catalogs; `--check` only says whether they are in step.

    python scripts/update_catalog.py [--check]

Texts are the literals given to `msg`, `msg_n` and `words_n`. Texts no longer used are removed.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1]
CATALOG = ROOT / "gridmap" / "locale" / "zh_CN" / "LC_MESSAGES" / "gridmap.po"
KEYWORDS = {"msg": None, "msg_n": (1, 2), "words_n": (1, 2)}


def collected() -> Catalog:
    """Every text of the source, with the files it is used in."""
    catalog = Catalog(project="gridmap", charset="utf-8", fuzzy=False)
    for folder in ("gridmap", "pages"):
        found = extract_from_dir(ROOT / folder, [("**.py", "python")], keywords=KEYWORDS)
        for filename, _line, message, _comments, _context in found:
            catalog.add(message, locations=[(f"{folder}/{filename}", 0)])
    return catalog


def updated() -> Catalog:
    """The Chinese catalog brought into step with the source."""
    catalog = Catalog(locale="zh_CN", project="gridmap", charset="utf-8", fuzzy=False)
    if CATALOG.exists():
        with CATALOG.open("rb") as file:
            catalog = read_po(file, locale="zh_CN")
    catalog.update(collected(), no_fuzzy_matching=True, update_creation_date=False)
    catalog.obsolete.clear()
    return catalog


def written(catalog: Catalog) -> bytes:
    """The catalog as the file holds it: sorted, no header, no line numbers, so that changes stay small."""
    buffer = io.BytesIO()
    write_po(buffer, catalog, sort_output=True, omit_header=True, include_lineno=False, width=110)
    return buffer.getvalue()


def main() -> int:
    """Update the catalog, or check it; list what has no translation."""
    catalog = updated()
    missing = [message.id for message in catalog if message.id and not message.string]
    for text in missing:
        print("not translated:", text)
    if "--check" in sys.argv:
        ids = {message.id for message in catalog if message.id}
        with CATALOG.open("rb") as file:
            in_file = {message.id for message in read_po(file, locale="zh_CN") if message.id}
        for text in sorted(map(str, ids ^ in_file)):
            print("not in step:", text)
        return int(bool(missing) or ids != in_file)
    CATALOG.parent.mkdir(parents=True, exist_ok=True)
    CATALOG.write_bytes(written(catalog))
    return 0


if __name__ == "__main__":
    sys.exit(main())
