"""Selecting a scope: what of an evaluation lies inside one unit."""

from __future__ import annotations

from gridmap.measure.tree import trail, units_inside
from gridmap.model.plan import Plan
from gridmap.model.scope import Scope
from gridmap.model.status import Evaluation
from gridmap.names import PARENT_CODE


def within(plan: Plan, evaluation: Evaluation, code: str) -> Scope:
    """Select what lies inside the unit `code`, or everything; a joint checkpoint belongs to both its units.

    Raises:
        NotFoundError: the plan has no unit of that code.
    """
    steps = tuple(trail(plan, code)) if code else ()
    inside = units_inside(plan, code)
    joint = plan.checkpoints["unit_code"].isin(inside) | plan.checkpoints["second_unit_code"].isin(inside)
    return Scope(
        code=code,
        trail=steps,
        plan=plan,
        evaluation=evaluation,
        units=plan.units.loc[inside].join(evaluation.units),
        cells=plan.cells[plan.cells[PARENT_CODE].isin(inside)].join(evaluation.cells),
        checkpoints=plan.checkpoints[joint].join(evaluation.checkpoints),
        sites=plan.contact_sites[plan.contact_sites["unit_code"].isin(inside)].join(evaluation.sites),
    )
