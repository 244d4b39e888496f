"""The second step of an import: what the columns mean, remembered from the last file of the same office."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from gridmap.errors import InputError
from gridmap.messages import msg
from gridmap.read.tables.field_mapping import (
    FieldMapping,
    correct_mapping,
    mapping_from_json,
    mapping_to_json,
    suggest_mapping,
)
from gridmap.service.imports.source import Source
from gridmap.store.import_memory import remembered_columns
from gridmap.store.repository import Workspace

REMEMBERED: Final = "remembered"
"""How a column was found that was taken for its field at the last import of such a file."""
_GEOMETRY: Final = frozenset({"coordinates", "longitude", "latitude"})


def suggested(workspace: Workspace, source: Source) -> FieldMapping:
    """The mapping that was used for such a file before, else the likeliest one."""
    kept = remembered_columns(workspace, source.kind.name, source.signature)
    known = {field: text for field, text in kept.items() if text in source.headings}
    likely = suggest_mapping(source.headings, source.kind)
    if not known:
        return likely
    # What was left alone at that time stays so.
    gone = dict.fromkeys(likely.choices.keys() - known.keys(), "")
    mapping = correct_mapping(likely, source.kind, source.headings, {**gone, **known})
    choices = {field: replace(choice, found_by=REMEMBERED) for field, choice in mapping.choices.items()}
    return replace(mapping, choices=choices)


def corrected(source: Source, mapping: FieldMapping, chosen: Mapping[str, str]) -> FieldMapping:
    """The mapping with fields as a person chose them; an empty heading takes a field away.

    Raises:
        InputError: there is no such field or column.
    """
    return correct_mapping(mapping, source.kind, source.headings, chosen)


def mapping_of_json(text: str, source: Source) -> FieldMapping:
    """A mapping that was saved as a file.

    Raises:
        InputError: it is no mapping, is one of another kind, or names a column that the file lacks.
    """
    return mapping_from_json(text, source.kind, source.headings)


def json_of_mapping(mapping: FieldMapping) -> str:
    """A mapping as a file, which `mapping_of_json` and `--map` read again."""
    return mapping_to_json(mapping)


def require_complete(source: Source, mapping: FieldMapping) -> None:
    """Refuse a mapping that leaves out what an import of its kind needs.

    Raises:
        InputError: with the fields that are missing, and the columns that are there.
    """
    missing = [
        group
        for group in mapping.missing(source.kind)
        if not (source.points is not None and _GEOMETRY & set(group))
    ]
    if missing:
        raise InputError(
            msg(
                "{file}: no column is taken for {fields}; its columns are: {columns}. Name one by a mapping.",
                file=source.file,
                fields=[" / ".join(group) for group in missing],
                columns=source.headings,
            )
        )
