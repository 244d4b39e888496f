"""The indicators, frozen: each has a key that documents and scripts rely on, and one way to be computed.

Each shows its numerator and denominator, is n/a where the denominator is 0, and is recomputed from counts,
never averaged over units (domain notes, settled rules).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from gridmap.measure import coverage_figures, duty_figures, return_figures, site_figures
from gridmap.measure.figures import Figures
from gridmap.messages import Message, msg
from gridmap.model.scope import Scope
from gridmap.model.status import Indicator


@dataclass(frozen=True)
class Measure:
    """An indicator's definition. `unit` is "share" or what the quotient counts."""

    key: str
    label: Message
    unit: str
    compute: Callable[[Scope], Figures]
    counts_faults: bool = False

    def __call__(self, scope: Scope) -> Indicator:
        """Compute the indicator of one scope."""
        numerator, denominator, sentence, notes = self.compute(scope)
        value = numerator / denominator if denominator else None
        return Indicator(
            key=self.key,
            label=self.label,
            numerator=numerator,
            denominator=denominator,
            value=value,
            unit=self.unit,
            sentence=sentence,
            notes=notes,
            counts_faults=self.counts_faults,
        )


REGISTRY: Final[tuple[Measure, ...]] = (
    Measure("cell_coverage", msg("Cells covered"), "share", coverage_figures.cell_coverage),
    Measure("head_tier1", msg("Tier-1 heads in place"), "share", coverage_figures.head_tier1),
    Measure("head_tier2", msg("Tier-2 heads in place"), "share", coverage_figures.head_tier2),
    Measure(
        "households_per_member",
        msg("Households per member"),
        "households",
        coverage_figures.households_per_member,
    ),
    Measure(
        "people_over_limit",
        msg("People over limit"),
        "share",
        coverage_figures.people_over_limit,
        counts_faults=True,
    ),
    Measure("area_coverage", msg("Area coverage"), "share", coverage_figures.area_coverage),
    Measure("manned_now", msg("Posts manned now"), "share", duty_figures.manned_now),
    Measure("gaps_tonight", msg("Gaps tonight"), "share", duty_figures.gaps_tonight, counts_faults=True),
    Measure("continuity_24h", msg("24-hour continuity"), "share", duty_figures.continuity_24h),
    Measure(
        "without_rest", msg("Staff without rest"), "share", duty_figures.without_rest, counts_faults=True
    ),
    Measure("arrival", msg("Arrival rate"), "share", duty_figures.arrival),
    Measure("sites_visited", msg("Sites visited"), "share", site_figures.sites_visited),
    Measure("reporting", msg("Townships reporting"), "share", return_figures.reporting),
)


def indicators(scope: Scope) -> tuple[Indicator, ...]:
    """Every indicator of a scope, in the registry's order."""
    return tuple(measure(scope) for measure in REGISTRY)
