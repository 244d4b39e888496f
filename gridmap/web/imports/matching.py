"""The fourth step of an import: places and people that were not found, and what is left over on both sides.

Nothing is matched by likeness unless somebody accepts it, one by one or all that stand out at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import streamlit as st

from gridmap.messages import Message, msg, msg_n, shortened
from gridmap.model.access import User
from gridmap.model.fields import field_label
from gridmap.model.masking import masked_text
from gridmap.service.imports.decisions import NEW, Leftovers, PlaceQuestion, WhoQuestion
from gridmap.service.imports.preview import ImportPreview
from gridmap.service.operations.viewing import search
from gridmap.web.i18n import say
from gridmap.web.imports.desk import import_desk
from gridmap.web.markup import plain
from gridmap.web.session import services

_LISTED: Final = 25
"""Questions of each kind that are put one by one; further ones come up as these are answered."""
_NAMED: Final = 300
_LEAVE_OUT: Final = ""
_CELL_FIELDS: Final = frozenset({"grid_code", "grid_name"})


@dataclass(frozen=True)
class _Place:
    """A name that is not known, with all rows that have it: asked once."""

    first: PlaceQuestion
    rows: tuple[int, ...]


def show_questions(user: User, preview: ImportPreview) -> None:
    """What a person has to decide, or that nothing is to be decided."""
    places, people = _places(preview.place_questions), preview.who_questions
    _show_leftovers(preview.leftovers)
    _show_decided()
    if places:
        _show_places(user, places)
    _offer_new_people(people)
    namesakes = [one for one in people if one.is_new and one.candidates]
    asked = [one for one in people if not one.is_new]
    if not import_desk().decisions.new_people:
        asked = [one for one in people if not one.is_new or one.candidates]
    elif namesakes:
        _show_namesakes(namesakes)
    if asked:
        _show_people(asked)
    if not places and not people:
        st.caption(say(msg("Every place and every person of the file is known or decided.")))


def _places(questions: Sequence[PlaceQuestion]) -> list[_Place]:
    """Questions by name; rows that name no parent may mean different places and are asked each for itself.

    The cell of a row is asked for once its unit is known.
    """
    groups: dict[tuple[str, ...], list[PlaceQuestion]] = {}
    waiting = {one.row for one in questions if one.field not in _CELL_FIELDS}
    for one in questions:
        if one.field in _CELL_FIELDS and one.row in waiting:
            continue
        own = () if one.parent else (str(one.row),)
        groups.setdefault((one.field, one.name, one.parent, *own), []).append(one)
    return [_Place(group[0], tuple(one.row for one in group)) for group in groups.values()]


def _show_leftovers(left: Leftovers | None) -> None:
    if left is None:
        return
    with st.expander(plain(say(left.told)), icon=":material/join_inner:"):
        if left.without_row:
            names = [f"{name} ({code})" for code, name in left.without_row[:_NAMED]]
            st.caption(plain(say(msg("Without a row in the file: {names}", names=names))))
        if left.rows:
            rows = [str(row) for row in left.rows[:_NAMED]]
            st.caption(plain(say(msg("Rows that match nothing: {rows}", rows=rows))))


def _show_decided() -> None:
    """How much was decided, and a way back."""
    desk = import_desk()
    made = desk.decisions
    count = len(made.units) + len(made.people) + len(made.left_out) + made.accept_clear + made.new_people
    if not count:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="import_decided"):
        st.caption(say(msg_n("{n} decision of yours", "{n} decisions of yours", n=count)), width="content")
        st.button(say(msg("Take them back")), key="import_take_back", type="tertiary", on_click=_take_back)


def _take_back() -> None:
    import_desk().decide_anew()


def _show_places(user: User, places: Sequence[_Place]) -> None:
    clear = sum(place.first.clear is not None for place in places)
    with st.container(horizontal=True, vertical_alignment="center", key="import_places_head"):
        told = msg_n(
            "{n} name of a place was not found.", "{n} names of places were not found.", n=len(places)
        )
        st.markdown(f"**{plain(say(told))}**", width="content")
        if clear:
            st.button(
                say(msg_n("Accept the {n} clear suggestion", "Accept the {n} clear suggestions", n=clear)),
                icon=":material/done_all:",
                key="import_accept_clear",
                on_click=_accept_clear,
            )
    for place in places[:_LISTED]:
        _ask_place(user, place)
    _tell_more(len(places))


def _ask_place(user: User, place: _Place) -> None:
    first, names = place.first, {one.code: one for one in place.first.suggestions}

    def label(code: str) -> str:
        if code == _LEAVE_OUT:
            return say(msg("(leave its rows out)"))
        known = names.get(code)
        return f"{known.name} · {known.code} · {known.score:.0%}" if known else code

    key = f"import_place_{import_desk().generation}_{place.rows[0]}_{first.field}"
    told, accept, choice = st.columns([40, 22, 38], vertical_alignment="center")
    with told:
        st.markdown(_told(first.name, first.parent, place.rows, field_label(first.field), first.why))
    if first.suggestions:
        likely = first.suggestions[0]
        accept.button(
            plain(f"{likely.name} {likely.score:.0%}"),
            icon=":material/check:",
            key=f"{key}_accept",
            on_click=_accept,
            args=(place.rows, likely.code),
            width="stretch",
        )
    choice.selectbox(
        say(msg("The place meant by {name}", name=first.name or "–")),
        [*names, _LEAVE_OUT],
        index=None,
        format_func=label,
        placeholder=say(msg("Choose, or write a code or a whole name")),
        accept_new_options=True,
        key=key,
        on_change=_decide_place,
        args=(user, place.rows, key),
        label_visibility="collapsed",
    )


def _told(name: str, parent: str, rows: Sequence[int], field: Message | None, why: Message) -> str:
    """A question in two lines of Markdown: the name in the file, where, and why it is asked."""
    where = msg_n("row {rows}", "rows {rows}", n=len(rows), rows=shortened(map(str, rows), 5))
    what = " · ".join(filter(None, [parent, say(field) if field else "", say(where)]))
    return f"**{plain(masked_text(name) or '–')}** {plain(what)}  \n{plain(masked_text(say(why)))}"


def _decide_place(user: User, rows: tuple[int, ...], key: str) -> None:
    desk, chosen = import_desk(), st.session_state[key]
    if chosen is None:
        return
    code = str(chosen).strip()
    known = services().cache.plan()
    if code and not any(code in frame.index for frame in (known.units, known.cells, known.contact_sites)):
        hits = search(services().cache, user=user, text=code)
        exact = [hit for hit in hits if hit.name == code]
        fitting = exact or hits
        if len(fitting) != 1:
            found = [f"{hit.name} ({hit.code})" for hit in fitting]
            desk.trouble["matching"] = (
                msg("{name}: several places fit, write a code: {places}", name=code, places=found)
                if found
                else msg("{name}: there is no place with this name or code.", name=code)
            )
            return
        code = fitting[0].code
    _accept(rows, code)


def _accept(rows: tuple[int, ...], code: str) -> None:
    desk = import_desk()
    desk.trouble.clear()
    desk.decisions = replace(desk.decisions, units={**desk.decisions.units, **dict.fromkeys(rows, code)})


def _accept_clear() -> None:
    desk = import_desk()
    desk.decisions = replace(desk.decisions, accept_clear=True)


def _offer_new_people(people: Sequence[WhoQuestion]) -> None:
    """People whom the roster does not have: added once somebody says so."""
    desk = import_desk()
    new = [one for one in people if one.is_new]
    if not new or desk.decisions.new_people:
        return
    # Rows are counted, not names: twelve rows of one name may well be twelve people.
    counts = Counter(one.name for one in new)
    names = [name if n == 1 else f"{name} × {n}" for name, n in counts.items()]
    told = msg_n(
        "{n} row names somebody who is not in the roster: {names}",
        "{n} rows name people who are not in the roster: {names}",
        n=len({one.row for one in new}),
        names=shortened(names, 8),
    )
    with st.container(horizontal=True, vertical_alignment="center", key="import_new_people"):
        st.markdown(plain(say(told)), width="content")
        st.button(
            say(msg("Add as new people")),
            icon=":material/person_add:",
            key="import_add_people",
            on_click=_add_people,
        )


def _add_people() -> None:
    desk = import_desk()
    desk.decisions = replace(desk.decisions, new_people=True)


def _show_people(people: Sequence[WhoQuestion]) -> None:
    told = msg_n("Who is meant in {n} row?", "Who is meant in {n} rows?", n=len(people))
    st.markdown(f"**{plain(say(told))}**")
    for one in people[:_LISTED]:
        _ask_person(one)
    _tell_more(len(people))


def _show_namesakes(people: Sequence[WhoQuestion]) -> None:
    """People who are added as new though others of their name are known: settled, and open to change."""
    told = msg_n(
        "{n} of the new people has a namesake in the roster: is one of these meant?",
        "{n} of the new people have namesakes in the roster: is one of these meant?",
        n=len(people),
    )
    with st.expander(plain(say(told)), icon=":material/group:"):
        for one in people[:_LISTED]:
            _ask_person(one)
        _tell_more(len(people))


def _why_asked(question: WhoQuestion) -> Message:
    """Why it is asked: somebody who is not known at this place may still be one who is known elsewhere."""
    if not (question.is_new and question.candidates):
        return question.why
    return msg_n(
        "not known with this unit or phone; {n} person of this name is elsewhere",
        "not known with this unit or phone; {n} people of this name are elsewhere",
        n=len(question.candidates),
    )


def _ask_person(question: WhoQuestion) -> None:
    labels = {one.id: one.label for one in question.candidates}
    labels |= {NEW: say(msg("(a new person)")), _LEAVE_OUT: say(msg("(leave the row out)"))}
    key = f"import_person_{import_desk().generation}_{question.key}"
    told, choice = st.columns([55, 45], vertical_alignment="center")
    with told:
        st.markdown(_told(question.name, question.unit, (question.row,), None, _why_asked(question)))
    choice.selectbox(
        say(msg("The person meant by {name}", name=question.name)),
        list(labels),
        index=None,
        format_func=lambda one: labels[one],
        placeholder=say(msg("Choose")),
        key=key,
        on_change=_decide_person,
        args=(question.key, question.row, key),
        label_visibility="collapsed",
    )


def _decide_person(question: int, row: int, key: str) -> None:
    desk, chosen = import_desk(), st.session_state[key]
    made = desk.decisions
    if chosen == _LEAVE_OUT:
        desk.decisions = replace(made, left_out=made.left_out | {row})
    elif chosen is not None:
        desk.decisions = replace(made, people={**made.people, question: str(chosen)})


def _tell_more(count: int) -> None:
    if count > _LISTED:
        st.caption(say(msg("{n} more come up once these are decided.", n=count - _LISTED)))
