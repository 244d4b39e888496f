"""The table of what a file would change."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

SCRIPT = """
from gridmap.messages import msg
from gridmap.model.changes import RowState
from gridmap.service.imports.rows import ImportRow
from gridmap.web.changes_table import rows_of_file, show_changes_table

rows = [
    ImportRow("a", 3, "Li 13712345678", RowState.CHANGED, what=(msg("one"), msg("two"))),
    ImportRow("", 4, "Wu", RowState.REFUSED, what=(msg("one"),), reason=msg("no such place")),
]
show_changes_table(rows_of_file(rows), key="whole")
show_changes_table(rows_of_file(rows), key="narrow", who=msg("Place"), without=["place", "state"])
"""


def test_rows_of_a_file_with_their_outcome_and_masked_numbers() -> None:
    app = AppTest.from_string(SCRIPT, default_timeout=20).run()
    assert not app.exception
    whole, narrow = (table.value for table in app.dataframe)
    assert list(whole.columns) == ["Row", "Who", "Outcome", "What, or why not"]
    assert whole.to_numpy().tolist() == [
        ["a 3", "Li 137****5678", "Changed", "one · two"],
        ["4", "Wu", "Refused", "no such place"],
    ]
    assert list(narrow.columns) == ["Place", "What, or why not"]
