"""The states of a whole plan at a moment."""

from __future__ import annotations

from datetime import datetime

from gridmap.measure.arrival import deployments
from gridmap.measure.coverage import active_posts, cell_states, loads, unit_states
from gridmap.measure.duty import checkpoint_states
from gridmap.measure.gaps import gaps, watch
from gridmap.measure.rest import duty_days
from gridmap.measure.sites import site_states
from gridmap.model.people import TargetKind
from gridmap.model.plan import Plan
from gridmap.model.status import Evaluation


def evaluate(plan: Plan, at: datetime) -> Evaluation:
    """Work out every state of `plan` at `at`, the county's wall clock."""
    cell_posts = active_posts(plan, at, TargetKind.CELL)
    person_loads = loads(plan, cell_posts)
    states = cell_states(plan, cell_posts, person_loads)
    return Evaluation(
        revision=plan.revision,
        at=at,
        cells=states,
        units=unit_states(plan, states, active_posts(plan, at, TargetKind.UNIT)),
        checkpoints=checkpoint_states(plan, active_posts(plan, at, TargetKind.CHECKPOINT)),
        sites=site_states(plan, at),
        loads=person_loads,
        gaps=gaps(plan, *watch(at)),
        duty_days=duty_days(plan, at),
        deployments=deployments(plan, at),
    )
