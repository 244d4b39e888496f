"""The states of a whole plan at a moment."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from gridmap.measure.arrival import deployments
from gridmap.measure.coverage import active_posts, cell_states, loads, unit_states
from gridmap.measure.duty import checkpoint_states
from gridmap.measure.gaps import gaps, watch
from gridmap.measure.rest import duty_days
from gridmap.measure.returns import return_states
from gridmap.measure.sites import site_states
from gridmap.model.collecting import Collecting
from gridmap.model.people import TargetKind
from gridmap.model.plan import Plan
from gridmap.model.status import Evaluation

_NOTHING_SENT: Final = Collecting()


def evaluate(plan: Plan, at: datetime, collecting: Collecting = _NOTHING_SENT) -> Evaluation:
    """Work out every state of `plan` at `at`, the county's wall clock; `collecting` is what was sent out."""
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
        returns=return_states(collecting, at),
    )
