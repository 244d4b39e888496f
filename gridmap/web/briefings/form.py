"""The choices of an export, its proof, and the buttons that make the files."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

import streamlit as st

from gridmap.draw.point_layers import POINT_LAYERS
from gridmap.draw.sheet.sheet import Paper
from gridmap.geo.systems.datum import Datum
from gridmap.messages import LANGUAGES, Language, Message, msg
from gridmap.model.access import User
from gridmap.model.audience import AUDIENCES, Audience
from gridmap.model.products import PRODUCTS, Product
from gridmap.service.briefings.exports import Exported, proof, scopes
from gridmap.service.briefings.request import ExportRequest
from gridmap.service.operations.viewing import home
from gridmap.service.plan_cache import PlanCache, PlanKey
from gridmap.web.briefings.panel import offer_download
from gridmap.web.files.words import DATUMS
from gridmap.web.i18n import language, say
from gridmap.web.markup import plain
from gridmap.web.session import now, services
from gridmap.web.view_state import view_state

_PAPERS: Final = {Paper.A4: "A4", Paper.A3: "A3", Paper.A0: "A0", Paper.SCREEN: "16:9"}
_LANGUAGES: Final[dict[Language, str]] = {"zh": "中文", "en": "English"}
_KEEPS: Final[dict[Audience, Message]] = {
    Audience.INTERNAL: msg("Names and masked phones; full phone numbers are left out."),
    Audience.RESTRICTED: msg("Names; all phones are left out."),
    Audience.PUBLIC: msg("Functions and counts; names and phones of people are left out."),
}
_PROOF_WIDTH: Final = 1100
"""Pixels: what a desktop's column shows, with some to spare for sharp screens."""


def choose_export(user: User, at: datetime) -> ExportRequest:
    """Scope, paper, language, layers, audience, and who answers for it."""
    scope = _choose_scope(services().cache, user)
    paper, tongue = st.columns(2)
    with paper:
        chosen_paper = st.segmented_control(
            say(msg("Paper")), list(_PAPERS), default=Paper.A3, format_func=_paper_name, key="export_paper"
        )
    with tongue:
        chosen_language = _choose_language()
    st.caption(say(msg("On the sheet")))
    with st.container(horizontal=True):
        points = frozenset(
            layer.name
            for layer in POINT_LAYERS
            if st.toggle(say(layer.label), value=layer.shown, key=f"export_{layer.option}")
        )
    audience, approval = _choose_audience()
    prepared = st.text_input(
        say(msg("Prepared by (an office)")), value=services().settings.prepared_by, key="export_prepared_by"
    )
    return ExportRequest(
        scope=scope,
        at=at,
        language=chosen_language,
        paper=chosen_paper or Paper.A3,
        points=points,
        audience=audience,
        prepared_by=prepared.strip(),
        approval_no=approval.strip(),
        datum=_choose_datum(),
    )


def _choose_language() -> Language:
    # Named after the page's language, so that a switch of it is followed here.
    chosen = st.segmented_control(
        say(msg("Language")),
        LANGUAGES,
        default=language(),
        format_func=lambda key: _LANGUAGES[key],
        key=f"export_language_{language()}",
    )
    return chosen or language()


def _choose_audience() -> tuple[Audience, str]:
    """Whom it is for, and the approval number that a public map needs."""
    audience: Audience = st.radio(
        say(msg("For whom")),
        list(AUDIENCES),
        format_func=_audience_name,
        captions=[say(_KEEPS[one]) for one in Audience],
        key="export_audience",
    )
    if audience is not Audience.PUBLIC:
        return audience, ""
    return audience, st.text_input(say(msg("Approval number of the map review")), key="export_approval")


def _choose_datum() -> Datum:
    chosen = st.selectbox(
        say(msg("Coordinates in GeoPackage and GeoJSON")),
        [one.value for one in Datum],
        format_func=lambda one: say(DATUMS[Datum(one)]),
        key="export_datum",
    )
    return Datum(chosen)


def _choose_scope(cache: PlanCache, user: User) -> str:
    known = scopes(cache, user)
    looked_at = view_state().scope
    start = looked_at if looked_at in known else home(cache.plan(), user)
    options = list(known)
    scope: str = st.selectbox(
        say(msg("What to export")),
        options,
        index=options.index(start),
        format_func=lambda code: known.get(code, code),
        key="export_scope",
    )
    return scope


def _audience_name(audience: Audience) -> str:
    return say(AUDIENCES[audience])


def _paper_name(paper: Paper) -> str:
    return _PAPERS[paper]


def show_proof(user: User, request: ExportRequest) -> None:
    """What a reader of the sheet should know, and the sheet as it will be."""
    cache = services().cache
    sheet = _of_product(request, Product.SHEET, request.ending)
    with st.spinner(say(msg("Drawing"))):
        drawn = _proof(cache, cache.plan_key(), user, sheet, now())
    for warning in drawn.warnings:
        st.warning(plain(say(warning)), icon=":material/warning:")
    with st.container(border=True):  # white paper on a white page
        st.image(drawn.data, width="stretch")


@st.cache_data(max_entries=24, show_spinner=False)
def _proof(
    _cache: PlanCache,
    key: PlanKey,  # noqa: ARG001 # what the drawing depends on
    user: User,
    request: ExportRequest,
    generated_at: datetime,
) -> Exported:
    return proof(_cache, request, user=user, generated_at=generated_at, width=_PROOF_WIDTH)


def show_downloads(user: User, request: ExportRequest, revision: int) -> None:
    """One button a file."""
    with st.container(horizontal=True, key="downloads"):
        for product, form in PRODUCTS.items():
            for ending, file in form.files.items():
                offer_download(say(file.label), _of_product(request, product, ending), user, revision)
    if request.audience.sees_names:
        st.caption(say(msg("The log keeps who took out files that may hold names.")))


def _of_product(request: ExportRequest, product: Product, ending: str) -> ExportRequest:
    """The request for one of the files; the datum is that of geodata alone."""
    datum = request.datum if PRODUCTS[product].takes_datum else Datum.WGS84
    return replace(request, product=product, ending=ending, datum=datum)
