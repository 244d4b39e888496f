"""The tree of units: what lies inside a unit, and counts summed up to every ancestor."""

from __future__ import annotations

import pandas as pd

from gridmap.errors import NotFoundError
from gridmap.messages import msg
from gridmap.model.plan import Plan
from gridmap.names import PARENT_CODE


def top_units(plan: Plan) -> list[str]:
    """Codes of the units that have no parent in the plan, sorted."""
    parents = plan.units[PARENT_CODE]
    return sorted(plan.units.index[parents.isna() | ~parents.isin(plan.units.index)])


def trail(plan: Plan, code: str) -> list[str]:
    """Unit codes from the top unit down to `code`.

    Raises:
        NotFoundError: the plan has no unit of that code.
    """
    if code not in plan.units.index:
        raise NotFoundError(msg("There is no unit with the code {code}.", code=code))
    parents = plan.units[PARENT_CODE]
    steps = [code]
    while (parent := parents.get(steps[0])) in plan.units.index and parent not in steps:
        steps.insert(0, str(parent))
    return steps


def units_inside(plan: Plan, code: str) -> pd.Index[str]:
    """Codes of the unit itself and of every unit below it; an empty `code` means all units."""
    if not code:
        return plan.units.index
    inside = frontier = pd.Index([code])
    parents = plan.units[PARENT_CODE]
    while len(frontier):
        frontier = plan.units.index[parents.isin(frontier) & ~plan.units.index.isin(inside)]
        inside = inside.append(frontier)
    return inside


def sum_up(plan: Plan, leaf_counts: pd.DataFrame) -> pd.DataFrame:
    """Add counts given by unit code to each of their ancestors; one row a unit of the plan, integers."""
    parents = plan.units[PARENT_CODE]
    total = leaf_counts.reindex(plan.units.index).fillna(0)
    carried = total.copy()
    for _ in range(len(plan.units)):
        carried = carried.groupby(parents.reindex(carried.index)).sum()
        carried = carried[carried.index.isin(plan.units.index)]
        if carried.empty:
            break
        total = total.add(carried, fill_value=0)
    return total.astype(int)
