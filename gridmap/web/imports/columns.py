"""The third step of an import: which column means which of our fields, corrected, saved and loaded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import streamlit as st

from gridmap.errors import GridmapError
from gridmap.messages import Message, msg, msg_n
from gridmap.model.fields import field_label
from gridmap.model.masking import masked_text
from gridmap.read.tables.field_aliases import Field
from gridmap.read.tables.field_mapping import Choice, FieldMapping
from gridmap.service.imports.mapping import corrected, json_of_mapping, mapping_of_json, suggested
from gridmap.service.imports.source import Source
from gridmap.web.files.desk import files_desk
from gridmap.web.i18n import say
from gridmap.web.imports.desk import import_desk
from gridmap.web.markup import plain
from gridmap.web.session import services

_ACROSS: Final = 3
_LONGEST: Final = 24
_MOST_BYTES: Final = 200_000
_FOUND: Final[Mapping[str, Message]] = {
    "chosen": msg("chosen by you"),
    "remembered": msg("as the last time"),
    "alias": msg("by its name"),
    "initials": msg("by its initials"),
    "pinyin": msg("by its pinyin"),
    "cut": msg("by its cut name"),
    "part": msg("by a part of its name"),
    "similar": msg("by a similar name"),
}


def present_mapping(source: Source) -> FieldMapping:
    """The mapping as it stands: suggested or remembered, and corrected by the user."""
    desk = import_desk()
    chosen = tuple(sorted(desk.chosen.items()))
    return files_desk().once(("import mapping", source, chosen), lambda: _mapping(source, dict(chosen)))


def show_mapping(source: Source, mapping: FieldMapping) -> None:
    """A field of the page for each of our fields, over the columns of the file."""
    _tell(mapping)
    options = ["", *dict.fromkeys(heading for heading in source.headings if heading)]
    labels = {heading: _option(source, heading) for heading in options}
    wanted = {field for group in mapping.missing(source.kind) for field in group}
    shown = [one for one in source.kind.fields if one.name in wanted or one.name in mapping.choices]
    rest = [one for one in source.kind.fields if one not in shown]
    with st.container(key="import_columns"):
        _fields(shown, mapping, options, labels)
    if rest:
        told = msg_n("{n} field without a column", "{n} fields without a column", n=len(rest))
        with st.expander(say(told), icon=":material/add_circle:"):
            _fields(rest, mapping, options, labels)
    if mapping.left_alone:
        st.caption(plain(say(msg("Columns left alone: {columns}", columns=list(mapping.left_alone)))))
    _offer_file(source, mapping)


def _fields(fields: list[Field], mapping: FieldMapping, options: list[str], labels: dict[str, str]) -> None:
    for start in range(0, len(fields), _ACROSS):
        for place, field in zip(st.columns(_ACROSS), fields[start : start + _ACROSS], strict=False):
            with place:
                _field(field, mapping.choices.get(field.name), options, labels)


def _mapping(source: Source, chosen: dict[str, str]) -> FieldMapping:
    return corrected(source, suggested(services().cache.workspace, source), chosen)


def _tell(mapping: FieldMapping) -> None:
    """How sure the mapping is, and what it still needs."""
    if any(choice.found_by == "remembered" for choice in mapping.choices.values()):
        st.caption(say(msg("The columns are taken as at the last import of such a file.")))
    if mapping.unsure:
        labels = [field_label(choice.field) for choice in mapping.unsure]
        st.caption(
            plain(say(msg("Please look at these, marked with a question mark: {fields}", fields=labels)))
        )


def _field(field: Field, choice: Choice | None, options: list[str], labels: dict[str, str]) -> None:
    desk = import_desk()
    label = plain(say(field_label(field.name)))
    key = f"import_field_{field.name}_{desk.generation}_{choice.heading if choice else ''}"
    st.selectbox(
        label if choice is None or choice.is_sure else f"{label} (?)",
        options,
        index=options.index(choice.heading) if choice is not None else 0,
        format_func=labels.__getitem__,
        key=key,
        on_change=_choose,
        args=(field.name, key),
        help=None if choice is None else plain(_why(choice)),
    )


def _why(choice: Choice) -> str:
    told = say(
        msg(
            "Found {how}, {score} %.",
            how=_FOUND.get(choice.found_by, msg("{text}", text=choice.found_by)),
            score=round(100 * choice.score),
        )
    )
    if not choice.others:
        return told
    others = msg("It may also mean: {fields}", fields=[field_label(name) for name in choice.others])
    return f"{told} {say(others)}"


def _option(source: Source, heading: str) -> str:
    """A heading with an example from below it."""
    if not heading:
        return say(msg("(none)"))
    letter = source.table.column(heading)
    values: list[str] = source.table.frame[letter].head(200).tolist() if letter else []
    example = masked_text(next((text for text in values if text), "")).replace("\n", " ")
    short = example if len(example) <= _LONGEST else example[:_LONGEST] + "…"
    return f"{heading} ({short})" if short else heading


def _choose(field: str, key: str) -> None:
    """A column for a field; it is taken from any other, which is why all fields start anew."""
    desk = import_desk()
    heading = str(st.session_state[key] or "")
    taken = {name: text for name, text in desk.chosen.items() if name != field and text != heading}
    desk.chosen = {**taken, field: heading}
    desk.decide_anew()


def _offer_file(source: Source, mapping: FieldMapping) -> None:
    """The mapping as a file, there and back."""
    with st.expander(say(msg("Mapping as a file")), icon=":material/sync_alt:"):
        st.download_button(
            say(msg("Save the mapping (JSON)")),
            json_of_mapping(mapping),
            file_name=f"gridmap-mapping-{source.kind.name}.json",
            mime="application/json",
            icon=":material/download:",
            on_click="ignore",
            key="import_mapping_save",
        )
        key = f"import_mapping_{import_desk().generation}"
        st.file_uploader(
            say(msg("Load a mapping: JSON, as saved here or used with --map")),
            type=["json"],
            key=key,
            on_change=_load,
            args=(source, key),
        )


def _load(source: Source, key: str) -> None:
    """Take a mapping from a file; fields that it does not name have no column."""
    desk, given = import_desk(), st.session_state.get(key)
    if given is None:
        return
    try:
        text = given.getvalue()[:_MOST_BYTES].decode("utf-8", errors="replace")
        loaded = mapping_of_json(text, source).columns
    except GridmapError as error:
        desk.trouble["mapping"] = error.message
        return
    desk.chosen = {field.name: loaded.get(field.name, "") for field in source.kind.fields}
    desk.trouble.clear()
    desk.decide_anew()
