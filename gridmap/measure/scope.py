"""Selecting a scope: what of an evaluation lies inside one unit."""

from __future__ import annotations

import pandas as pd

from gridmap.measure.tree import trail, units_inside
from gridmap.model.people import TargetKind
from gridmap.model.place_kinds import PLACE_KINDS
from gridmap.model.plan import Plan
from gridmap.model.scope import Scope
from gridmap.model.status import Evaluation


def within(plan: Plan, evaluation: Evaluation, code: str) -> Scope:
    """Select what lies inside the unit `code`, or everything; a joint checkpoint belongs to both its units.

    Raises:
        NotFoundError: the plan has no unit of that code.
    """
    steps = tuple(trail(plan, code)) if code else ()
    inside = units_inside(plan, code)
    return Scope(
        code=code,
        trail=steps,
        plan=plan,
        evaluation=evaluation,
        units=plan.units.loc[inside].join(evaluation.units),
        cells=_lying_in(plan, TargetKind.CELL, inside).join(evaluation.cells),
        checkpoints=_lying_in(plan, TargetKind.CHECKPOINT, inside).join(evaluation.checkpoints),
        sites=_lying_in(plan, TargetKind.CONTACT_SITE, inside).join(evaluation.sites),
    )


def _lying_in(plan: Plan, kind: TargetKind, units: pd.Index[str]) -> pd.DataFrame:
    rows = plan.table(kind)
    return rows[PLACE_KINDS[kind].inside(rows, units)]
