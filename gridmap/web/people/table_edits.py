"""What a planner has changed in a table and not saved yet: kept by row, over filters, pages and newer plans.

Streamlit knows edits of `st.data_editor` by position, and forgets them with another table or another page.
So they are kept here by the row's key, with the row as it was seen when they began; the editor is given a
table in which they are told already, under a new widget key, whenever the table is another one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Generic, TypeVar, cast

import pandas as pd
import streamlit as st

from gridmap.web.kept import of_session

Row = TypeVar("Row")
Changes = dict[str, Any]
_STANDS_FOR: Final = timedelta(minutes=10)
"""A table is shown as of one moment for so long, so that it does not move under the hands."""


@dataclass
class TableEdits(Generic[Row]):
    """Unsaved changes of one table.

    Attributes:
        row_of: makes a row to remember of the table and its key.
        changes: changed columns by row key.
        seen: the rows of `changes` as they were when their change began.
        added: new rows, told as columns.
        source: the table that the editor shows rows of, shared with other sessions; `shown` their keys.
    """

    name: str
    row_of: Callable[[pd.DataFrame, str], Row]
    changes: dict[str, Changes] = field(default_factory=dict)
    seen: dict[str, Row] = field(default_factory=dict)
    added: list[Changes] = field(default_factory=list)
    source: pd.DataFrame = field(default_factory=pd.DataFrame)
    shown: tuple[str, ...] = ()
    _at: datetime | None = None
    _stamp: tuple[object, ...] = ()
    _folded: dict[str, Changes] = field(default_factory=dict)
    _folded_rows: list[Changes] = field(default_factory=list)
    _number: int = 0

    @property
    def editor_key(self) -> str:
        """The key of the widget that shows the table now."""
        return f"{self.name}_editor_{self._number}"

    def moment(self, at: datetime) -> datetime:
        """The moment to show the table of: that of the last run, while it is not long ago."""
        if self._at is None or not timedelta(0) <= at - self._at < _STANDS_FOR:
            self._at = at
        return self._at

    def settle(self, stamp: tuple[object, ...]) -> None:
        """Before the table is made: where it is to be another one, take in what was edited in the last."""
        if self._stamp != stamp or self.editor_key not in st.session_state:
            self.fold()
            self._stamp = stamp

    def show(self, source: pd.DataFrame, keys: Iterable[str]) -> dict[str, Changes]:
        """Note what the editor is to show; the changes that its rows have to tell already."""
        self.source, self.shown = source, tuple(keys)
        shown = set(self.shown)
        return {key: changes for key, changes in self._folded.items() if key in shown}

    @property
    def added_before(self) -> list[Changes]:
        """New rows that the editor has to tell already, after all others."""
        return self._folded_rows

    def take_in(self) -> None:
        """Read the widget's edits into `changes`, `seen` and `added`."""
        delta = cast("Mapping[str, Any] | None", st.session_state.get(self.editor_key))
        if delta is None:
            return
        self.changes = {key: dict(changes) for key, changes in self._folded.items()}
        self.added = [dict(row) for row in self._folded_rows]
        for position, changes in delta["edited_rows"].items():
            self._edit(int(position), changes)
        self.added += [row for row in delta["added_rows"] if any(value is not None for value in row.values())]

    def _edit(self, position: int, changes: Changes) -> None:
        if position < len(self.shown):
            key = self.shown[position]
            self.changes.setdefault(key, {}).update(changes)
            if key not in self.seen:
                self.seen[key] = self.row_of(self.source, key)
        elif position - len(self.shown) < len(self.added):
            self.added[position - len(self.shown)].update(changes)

    def fold(self) -> None:
        """Take in what is edited in the widget, and show a new one that tells it."""
        self.take_in()
        self._folded = {key: dict(changes) for key, changes in self.changes.items()}
        self._folded_rows = [dict(row) for row in self.added]
        self._number += 1
        self.shown = ()

    def change(self, wishes: Mapping[str, tuple[Row, Changes]]) -> None:
        """Change rows from elsewhere than the editor: by key the row as it is seen, and its new columns."""
        self.fold()
        for key, (row, changes) in wishes.items():
            self.seen.setdefault(key, row)
            for kept in (self.changes, self._folded):
                kept.setdefault(key, {}).update(changes)

    def see(self, key: str, row: Row) -> None:
        """Take the row as it is now for what the planner has seen."""
        self.seen[key] = row

    def drop(self, keys: Iterable[str]) -> None:
        """Forget the changes of some rows."""
        self.fold()
        for key in keys:
            self.changes.pop(key, None)
            self._folded.pop(key, None)
            self.seen.pop(key, None)

    def drop_as_told(self, told: Mapping[str, Changes]) -> None:
        """Forget the changes of rows that say what was `told`; one that says something else by now stays."""
        self.take_in()
        self.drop([key for key, changes in told.items() if self.changes.get(key) == changes])

    def drop_added(self, rows: Iterable[Changes]) -> None:
        """Forget some of the rows that were added."""
        self.fold()
        gone = list(rows)
        self.added = [row for row in self.added if row not in gone]
        self._folded_rows = [dict(row) for row in self.added]


def table_edits(name: str, row_of: Callable[[pd.DataFrame, str], Row]) -> TableEdits[Row]:
    """What the session has changed in the table of that name."""
    return of_session(f"edits_{name}", lambda: TableEdits(name, row_of))
