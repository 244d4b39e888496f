"""Faults of a file that is brought in: where, what was done, what remains; as a table and as files."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import Final

import pandas as pd
import streamlit as st

from gridmap.messages import Language, msg
from gridmap.model.faults import KIND_LABELS, OUTCOME_LABELS, Fault, Outcome
from gridmap.model.masking import masked_phone, masked_text
from gridmap.read.tables.office_tables import OfficeTable
from gridmap.service.imports.preview import ImportPreview
from gridmap.service.imports.report import report_workbook
from gridmap.service.imports.roster.report import import_json
from gridmap.web.i18n import language, say
from gridmap.web.session import now

_ORDER: Final = (Outcome.ASKED, Outcome.ROW_LEFT_OUT, Outcome.REPAIRED, Outcome.NOTED)
_LISTED: Final = 2_000
_MIME: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def show_faults(tables: Sequence[OfficeTable], preview: ImportPreview) -> None:
    """The faults, those that want something of a person first, and the report as files."""
    if not preview.faults:
        st.caption(say(msg("No faults were found in the file.")))
    else:
        _show_table(preview.faults)
    stem = preview.file.rsplit(".", 1)[0]
    with st.container(horizontal=True, key="import_reports"):
        st.download_button(
            say(msg("The file with its faults marked (XLSX)")),
            partial(report_workbook, tables, preview, language=language(), created=now()),
            file_name=f"{stem}-faults.xlsx",
            mime=_MIME,
            icon=":material/download:",
            on_click="ignore",
            key="import_report_xlsx",
        )
        st.download_button(
            say(msg("The report (JSON)")),
            partial(_report, preview, language()),
            file_name=f"{stem}-report.json",
            mime="application/json",
            icon=":material/download:",
            on_click="ignore",
            key="import_report_json",
        )


def _report(preview: ImportPreview, language: Language) -> bytes:
    """The report; written outside the session, whose language must be told."""
    return json.dumps(import_json(preview, language), ensure_ascii=False, indent=2).encode()


def _show_table(faults: tuple[Fault, ...]) -> None:
    counts = Counter(fault.outcome for fault in faults)
    told = " · ".join(f"{say(OUTCOME_LABELS[one])} {counts[one]:,}" for one in _ORDER if counts[one])
    st.caption(told)
    ordered = sorted(faults, key=lambda fault: (_ORDER.index(fault.outcome), fault.row or 0))
    labels = [say(label) for label in (
        msg("Place"), msg("Fault"), msg("What is there"), msg("What is wrong"), msg("Outcome"),
        msg("Done"), msg("Remains"),
    )]  # fmt: skip
    table = pd.DataFrame([_row(fault) for fault in ordered[:_LISTED]], columns=labels)
    table = table.loc[:, (table != "").any()]  # a column without a word only takes room
    looks = {
        labels[0]: st.column_config.Column(width="small"),
        labels[3]: st.column_config.Column(width="large"),
        labels[5]: st.column_config.Column(width="medium"),
    }
    height = min(35 * (len(table) + 1) + 3, 360)
    st.dataframe(table, hide_index=True, key="import_faults", column_config=looks, height=height)


def _row(fault: Fault) -> tuple[str, ...]:
    """A fault in words; a number of a telephone that could not be read is not told either."""
    hide = masked_phone if fault.kind.value.startswith("phone") else masked_text
    place = fault.cell or ("" if fault.row is None else str(fault.row))
    return (
        f"{fault.layer} {place}".strip(),
        say(KIND_LABELS[fault.kind]),
        hide(fault.value),
        hide(say(fault.message)),
        say(OUTCOME_LABELS[fault.outcome]),
        hide(say(fault.done)) if fault.done else "",
        hide(say(fault.remains)) if fault.remains else "",
    )
