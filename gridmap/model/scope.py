"""A scope: the part of an evaluation that lies inside one unit."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from gridmap.model.plan import Plan
from gridmap.model.status import Evaluation


@dataclass(frozen=True)
class Scope:
    """Rows of a plan and of its evaluation inside the unit `code` ('' is everything).

    Attributes:
        trail: unit codes from the top unit down to `code`; empty where `code` is.
        units: rows of `Plan.units` with the columns of `Evaluation.units`.
        cells: rows of `Plan.cells` with the column `state`; inactive cells included.
        checkpoints, sites: rows of the plan's tables with the columns of the evaluation.
    """

    code: str
    trail: tuple[str, ...]
    plan: Plan
    evaluation: Evaluation
    units: pd.DataFrame
    cells: pd.DataFrame
    checkpoints: pd.DataFrame
    sites: pd.DataFrame
