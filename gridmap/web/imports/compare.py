"""A file held against the plan in the background; begun anew when a column, an answer or the plan changes."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from gridmap.errors import InputError
from gridmap.messages import msg
from gridmap.model.access import User
from gridmap.model.fields import field_label
from gridmap.read.tables.field_mapping import FieldMapping
from gridmap.service.imports.decisions import Decisions
from gridmap.service.imports.mapping import require_complete
from gridmap.service.imports.preview import ImportPreview, preview_import
from gridmap.service.imports.source import Source
from gridmap.web.files.desk import KeptFile
from gridmap.web.files.fields import listed
from gridmap.web.i18n import say
from gridmap.web.imports.desk import import_desk
from gridmap.web.imports.look import Look, LookRequest, looked_at
from gridmap.web.imports.progress import show_work
from gridmap.web.session import now, services


def looked_into(user: User, file: KeptFile) -> Look | None:
    """What is in the file; None while it is read, with a bar.

    Raises:
        InputError: it cannot be opened at all.
    """
    desk, cache, at = import_desk(), services().cache, now()
    request = LookRequest(file, desk.kind, desk.reading, cache.plan_key())
    look: Look | None = desk.looking.of(request.key, lambda _: looked_at(request, cache, user=user, at=at))
    if look is None:
        show_work("looking", msg("Reading the file"))
    return look


def previewed(user: User, source: Source, mapping: FieldMapping) -> ImportPreview | None:
    """What the file would change; None while that is worked out, with a bar.

    Raises:
        InputError: the mapping lacks a field that is needed.
    """
    _require_complete(source, mapping)
    desk, cache, at = import_desk(), services().cache, now()
    read = replace(source, reading=desk.reading)
    decisions = desk.decisions
    key = (
        *(desk.digest, desk.kind, desk.reading, tuple(mapping.columns.items()), _key(decisions)),
        *(cache.plan_key(), user.name, user.scope),
    )
    preview: ImportPreview | None = desk.previewing.of(
        key,
        lambda progress: preview_import(cache, read, mapping, decisions, user=user, at=at, progress=progress),
    )
    if preview is None:
        show_work("previewing", msg("Comparing with the plan"))
    elif preview.datums != desk.datums:  # the question above is told what was found here
        desk.datums = preview.datums
        st.rerun()
    return preview


def _require_complete(source: Source, mapping: FieldMapping) -> None:
    """Refuse an incomplete mapping in the words of the page, where fields have labels and lie above."""
    try:
        require_complete(source, mapping)
    except InputError as error:
        groups = [group.split(" / ") for group in listed(error, "fields")]
        fields = [" / ".join(say(field_label(name)) for name in group) for group in groups]
        raise InputError(
            msg("{file}: no column is taken for {fields}. Choose one above.", file=source.file, fields=fields)
        ) from error


def _key(decisions: Decisions) -> tuple[object, ...]:
    return (
        tuple(sorted(decisions.units.items())),
        tuple(sorted(decisions.people.items())),
        *(decisions.accept_clear, decisions.new_people, decisions.left_out),
    )
