"""The indicators, frozen: each has a key that documents and scripts rely on, and one way to be computed.

Each shows its numerator and denominator, is n/a where the denominator is 0, and is recomputed from counts,
never averaged over units (domain notes, settled rules).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import pandas as pd

from gridmap.measure.coverage import active_posts, answering
from gridmap.messages import Message, msg, msg_n
from gridmap.model.people import Function, TargetKind
from gridmap.model.places import Level
from gridmap.model.scope import Scope
from gridmap.model.status import CellState, CheckpointState, Indicator, SiteState
from gridmap.names import AREA, HOUSEHOLDS, LEVEL, NAME, PARENT_CODE

Figures = tuple[float, float, Message]
"""Numerator, denominator, and the sentence that reads them aloud."""


@dataclass(frozen=True)
class Measure:
    """An indicator's definition. `unit` is "share" or what the quotient counts."""

    key: str
    label: Message
    unit: str
    compute: Callable[[Scope], Figures]

    def __call__(self, scope: Scope) -> Indicator:
        """Compute the indicator of one scope."""
        numerator, denominator, sentence = self.compute(scope)
        value = numerator / denominator if denominator else None
        return Indicator(self.key, self.label, numerator, denominator, value, self.unit, sentence)


def counted_cells(scope: Scope) -> pd.DataFrame:
    """The active cells of a scope: inactive ones are in no denominator."""
    return scope.cells[scope.cells["state"] != CellState.INACTIVE.value]


def _cell_coverage(scope: Scope) -> Figures:
    cells = counted_cells(scope)
    total, vacant = len(cells), int((cells["state"] == CellState.VACANT.value).sum())
    if (cells["state"] == CellState.NO_DATA.value).any():
        return (
            0,
            total,
            msg_n("{n} cell; nobody has been posted yet.", "{n} cells; nobody has been posted yet.", n=total),
        )
    if vacant == 0:
        return (
            total,
            total,
            msg_n(
                "The one cell has somebody responsible.", "All {n} cells have somebody responsible.", n=total
            ),
        )
    worst = _worst_part(scope)
    template = (
        msg(
            "{vacant} of {cells} cells have nobody responsible; most of them in {place}.",
            vacant=vacant,
            cells=total,
            place=worst,
        )
        if worst
        else msg("{vacant} of {cells} cells have nobody responsible.", vacant=vacant, cells=total)
    )
    return total - vacant, total, template


def _worst_part(scope: Scope) -> str:
    """Name of the unit one step below the scope with the most vacant cells; '' where there is none."""
    parts = scope.units[scope.units[PARENT_CODE] == scope.code] if scope.code else scope.units
    parts = parts[parts["vacant"] > 0].sort_values(["vacant", NAME], ascending=[False, True])
    return str(parts[NAME].iloc[0]) if len(parts) > 0 else ""


def _headed(scope: Scope, level: Level) -> tuple[int, int]:
    units = scope.units[(scope.units[LEVEL] == level.value) & scope.units["needed"]]
    return int(units["headed"].sum()), len(units)


def _head_tier1(scope: Scope) -> Figures:
    there, total = _headed(scope, Level.TOWNSHIP)
    return there, total, msg("{d} townships, {n} tier-1 heads in place.", d=total, n=there)


def _head_tier2(scope: Scope) -> Figures:
    there, total = _headed(scope, Level.VILLAGE)
    return (
        there,
        total,
        msg(
            "{d} villages and communities, {n} tier-2 heads in place, {x} missing.",
            d=total,
            n=there,
            x=total - there,
        ),
    )


def _households_per_member(scope: Scope) -> Figures:
    cells = counted_cells(scope)
    posts = active_posts(scope.plan, scope.evaluation.at, TargetKind.CELL)
    members = posts[(posts["function"] == Function.MEMBER.value) & posts["target_code"].isin(cells.index)]
    households, people = float(cells[HOUSEHOLDS].sum()), int(members["person_id"].nunique())
    held = members.drop_duplicates(["person_id", "target_code"])
    served = cells[HOUSEHOLDS].reindex(held["target_code"]).groupby(held["person_id"].to_numpy()).sum()
    mean, most = (round(households / people), round(float(served.max()))) if people else (0, 0)
    sentence = msg(
        "Each grid member serves {mean} households on average, at most {most}.", mean=mean, most=most
    )
    return households, people, sentence


def _people_over_limit(scope: Scope) -> Figures:
    cells = counted_cells(scope)
    posts = answering(
        active_posts(scope.plan, scope.evaluation.at, TargetKind.CELL),
        scope.plan.scheme.rule(Level.CELL).needs,
    )
    here = posts[posts["target_code"].isin(cells.index)]
    keys = pd.MultiIndex.from_frame(here[["person_id", "function"]]).unique()
    loads = scope.evaluation.loads.reindex(keys)
    over = loads[loads["over"].fillna(value=False).astype(bool)]
    people = over.index.get_level_values("person_id").nunique()
    most = int(over["cells"].max()) if len(over) else 0
    sentence = msg(
        "{n} people are over the limit of their post, the most loaded holds {most} cells.",
        n=people,
        most=most,
    )
    return people, here["person_id"].nunique(), sentence


def _area_coverage(scope: Scope) -> Figures:
    cells = counted_cells(scope)
    parents = scope.units[PARENT_CODE]
    leaves = scope.units[~scope.units.index.isin(parents)]
    covered, total = float(cells[AREA].sum()), float(leaves[AREA].sum())
    share = f"{100 * covered / total:.1f}" if total else "–"
    left = f"{max(0.0, total - covered) / 1e6:.2f}"
    return (
        covered,
        total,
        msg("Cells cover {share}% of the area; {left} km² are not cut yet.", share=share, left=left),
    )


def _manned_now(scope: Scope) -> Figures:
    counted = scope.checkpoints[scope.checkpoints["state"] != CheckpointState.SEALED.value]
    manned = int((counted["state"] == CheckpointState.MANNED.value).sum())
    empty = int((counted["state"] == CheckpointState.EMPTY.value).sum())
    sentence = msg(
        "Of {d} checkpoints {n} are at their minimum staff, {x} are empty.", d=len(counted), n=manned, x=empty
    )
    return manned, len(counted), sentence


def _sites_visited(scope: Scope) -> Figures:
    visited = int((scope.sites["state"] == SiteState.VISITED.value).sum())
    missing = int((scope.sites["state"] == SiteState.UNVISITED.value).sum())
    sentence = msg(
        "Of {d} contact sites {n} are visited in their period, {y} visits in all, {x} never visited.",
        d=len(scope.sites),
        n=visited,
        y=int(scope.sites["visits"].sum()),
        x=missing,
    )
    return visited, len(scope.sites), sentence


REGISTRY: Final[tuple[Measure, ...]] = (
    Measure("head_tier1", msg("Tier-1 heads in place"), "share", _head_tier1),
    Measure("head_tier2", msg("Tier-2 heads in place"), "share", _head_tier2),
    Measure("cell_coverage", msg("Cells covered"), "share", _cell_coverage),
    Measure("households_per_member", msg("Households per member"), "households", _households_per_member),
    Measure("people_over_limit", msg("People over limit"), "share", _people_over_limit),
    Measure("area_coverage", msg("Area coverage"), "share", _area_coverage),
    Measure("manned_now", msg("Posts manned now"), "share", _manned_now),
    Measure("sites_visited", msg("Sites visited"), "share", _sites_visited),
)


def indicators(scope: Scope) -> tuple[Indicator, ...]:
    """Every indicator of a scope, in the registry's order."""
    return tuple(measure(scope) for measure in REGISTRY)
