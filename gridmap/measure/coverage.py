"""Who answers for what: active posts, spans of control, states of cells and of the units above them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import numpy as np
import pandas as pd

from gridmap.measure.membership import among
from gridmap.measure.tree import sum_up
from gridmap.model.people import TargetKind
from gridmap.model.places import Level
from gridmap.model.plan import Need, Plan
from gridmap.model.posts import lasting
from gridmap.model.status import CellState
from gridmap.names import HOUSEHOLDS, LEVEL, PARENT_CODE


def active_posts(plan: Plan, at: datetime, kind: TargetKind) -> pd.DataFrame:
    """Posts of one kind of target that hold at `at`: begun, and not yet ended."""
    return plan.posts[lasting(plan.posts, at) & (plan.posts["target_kind"] == kind.value)]


def answering(posts: pd.DataFrame, needs: Iterable[Need]) -> pd.DataFrame:
    """Those posts of which any one satisfies the needs of a level."""
    fits = pd.Series(data=False, index=posts.index)
    for need in needs:
        same = posts["function"] == need.function.value
        fits |= same if need.tier is None else same & (posts["tier"] == need.tier)
    return posts[fits]


def loads(plan: Plan, posts: pd.DataFrame) -> pd.DataFrame:
    """Active cells held by each person in each function, against the scheme's span of control.

    Returns:
        A frame by (person_id, function): cells, limit (NaN where the function has none), over.
    """
    active = plan.cells.index[plan.cells["active"].astype(bool)]
    held = posts[among(posts["target_code"], active)]
    frame = held.groupby(["person_id", "function"])["target_code"].nunique().rename("cells").to_frame()
    limits = {function.value: limit for function, limit in plan.scheme.limits.items()}
    frame["limit"] = frame.index.get_level_values("function").map(limits).astype(float)
    frame["over"] = frame["cells"] > frame["limit"]
    return frame


def cell_states(plan: Plan, posts: pd.DataFrame, person_loads: pd.DataFrame) -> pd.Series[str]:
    """The state of every cell, given the posts active at cells.

    Vacant: nobody answers for it. Overloaded: everybody who does is over the limit of the function.
    No data: the plan holds no posts at all, so that nothing can be said.
    """
    here = answering(posts, plan.scheme.rule(Level.CELL).needs)
    keys = pd.MultiIndex.from_frame(here[["person_id", "function"]])
    over = person_loads["over"].reindex(keys).fillna(value=False).to_numpy(dtype=bool)
    all_over = pd.Series(over, index=here["target_code"].to_numpy()).groupby(level=0).all()
    answered = plan.cells.index.isin(all_over.index)
    overloaded = all_over.reindex(plan.cells.index, fill_value=False).to_numpy(dtype=bool)
    states = np.select(
        [~plan.cells["active"].to_numpy(dtype=bool), plan.posts.empty, ~answered, overloaded],
        [
            CellState.INACTIVE.value,
            CellState.NO_DATA.value,
            CellState.VACANT.value,
            CellState.OVERLOADED.value,
        ],
        CellState.COVERED.value,
    )
    return pd.Series(states, index=plan.cells.index, name="state", dtype=object)


def unit_states(plan: Plan, states: pd.Series[str], unit_posts: pd.DataFrame) -> pd.DataFrame:
    """Counts of cells inside every unit, at any depth, and whether it has what its level needs.

    Returns:
        A frame by unit code: cells (active), covered, overloaded, vacant, no_data, served_households (of
        active cells), needed, headed.
    """
    inside = pd.DataFrame({PARENT_CODE: plan.cells[PARENT_CODE], "state": states})
    inside = inside[inside["state"] != CellState.INACTIVE.value]
    kinds = [state.value for state in CellState if state is not CellState.INACTIVE]
    counts = inside.groupby([PARENT_CODE, "state"]).size().unstack(fill_value=0)
    counts = counts.reindex(columns=kinds, fill_value=0)
    counts["served_households"] = plan.cells.loc[inside.index].groupby(PARENT_CODE)[HOUSEHOLDS].sum().round()
    frame = sum_up(plan, counts)
    frame.insert(0, "cells", frame[kinds].sum(axis=1))
    frame["needed"], frame["headed"] = False, False
    for level, codes in plan.units.groupby(LEVEL).groups.items():
        needs = plan.scheme.rule(Level(str(level))).needs
        frame.loc[codes, "needed"] = bool(needs)
        frame.loc[codes, "headed"] = frame.loc[codes].index.isin(answering(unit_posts, needs)["target_code"])
    return frame
