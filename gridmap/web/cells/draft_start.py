"""From what is on the page to a draft at work, or to boundaries saved as they are."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass

import streamlit as st

from gridmap.errors import GridmapError
from gridmap.jobs.background import BackgroundJob
from gridmap.jobs.pool import Progress
from gridmap.messages import msg
from gridmap.model.access import User
from gridmap.model.changes import told_counts
from gridmap.service.boundaries.preview import Preview, number_columns
from gridmap.service.boundaries.saving import save_boundaries
from gridmap.service.cells.choice import DraftChoice
from gridmap.service.cells.draft import Draft
from gridmap.service.cells.drafting import draft_cells
from gridmap.web.boundaries.compare import comparison_of
from gridmap.web.cells.draft_desk import draft_desk
from gridmap.web.cells.draft_progress import show_progress
from gridmap.web.cells.extent import ChosenExtent
from gridmap.web.cells.load_and_size import ChosenLoad
from gridmap.web.cells.method import ChosenMethod
from gridmap.web.i18n import say
from gridmap.web.notices import Mood, Notice
from gridmap.web.session import now, services

_LOADS = ["households", "population"]
Size = tuple[float, float, float]


def stored_loads() -> tuple[str, ...]:
    """Columns of the workspace's lowest units that may be the load."""
    units = services().cache.plan().units
    return number_columns(units.loc[~units.index.isin(units["parent_code"]), _LOADS])


def stored_buildings() -> int:
    """How many buildings are stored."""
    cache = services().cache
    return cache.once(("buildings", cache.plan_key()), cache.workspace.count_buildings)


def offer_boundaries_only(user: User, found: Preview, *, possible: bool) -> None:
    """A way to bring in a level that is not cut: towns first, then their tracts."""
    st.button(
        say(msg("Save the boundaries only")),
        icon=":material/layers:",
        on_click=_save_boundaries,
        args=(user, found),
        disabled=not possible,
        help=say(msg("Without cells: for an upper level, or to cut them later.")),
    )


def _save_boundaries(user: User, found: Preview) -> None:
    desk = draft_desk()
    try:
        comparison = comparison_of(found)
        report = save_boundaries(services().cache.workspace, found, user=user, at=now())
    except GridmapError as error:
        desk.trouble = error.message
        return
    told = msg(
        "{n} units of {file} are saved, revision {revision}.",
        n=found.units,
        file=found.file,
        revision=report.revision,
    )
    if comparison is not None:
        counts = told_counts(found.file, comparison.counts)
        told = msg("Saved as revision {revision}. {counts}", revision=report.revision, counts=counts)
    desk.clear(Notice(told, Mood.NOTED))


@dataclass(frozen=True)
class SplitChoice:
    """What is to be cut and how; a part is None while it is not complete."""

    found: Preview | None
    load: ChosenLoad | None
    size: Size
    extent: ChosenExtent | None
    method: ChosenMethod | None

    @property
    def key(self) -> Hashable:
        """What tells it from others."""
        parts = (self.load, self.extent, self.method)
        return (self.found, self.size, *(None if part is None else part.key for part in parts))


def offer_split(user: User, choice: SplitChoice) -> None:
    """The button that begins a draft; a draft of other inputs is dropped."""
    desk = draft_desk()
    inputs = choice.key
    if desk.made_from is not None:
        desk.follow(inputs)
    work = _work(user, choice)
    if desk.wanted and work is not None:
        desk.start(inputs, BackgroundJob(work))
    desk.wanted = False
    if desk.job is not None:
        show_progress()
        return
    st.button(
        say(msg("Split")),
        type="primary" if desk.draft is None else "secondary",
        icon=":material/grid_on:",
        disabled=work is None,
        on_click=_want,
        key="split",
    )


def _want() -> None:
    """Only a mark: what the fields held when the button was drawn may be out of date when it is pressed."""
    desk = draft_desk()
    desk.told, desk.wanted = None, True


def _work(user: User, choice: SplitChoice) -> Callable[[Progress], Draft] | None:
    """What the button begins; None while something is missing."""
    load, size, extent, method = choice.load, choice.size, choice.extent, choice.method
    if load is None or extent is None or method is None:
        return None
    workspace, at, found = services().cache.workspace, now(), choice.found

    def draft(progress: Progress) -> Draft:
        wanted = DraftChoice(method.rule(size), extent.extent, extent.units, extent.keep, method.files)
        return draft_cells(workspace, found, load.load, wanted, user=user, at=at, progress=progress)

    return draft
