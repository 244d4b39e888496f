"""What every product says of itself: place, moment, revision, for whom, by whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gridmap.geo.systems.datum import Datum
from gridmap.messages import Language, Message, msg, render
from gridmap.model.audience import CLASSIFICATIONS, Audience

_TIME = "%Y-%m-%d %H:%M"
_SHIFTED = {
    Datum.GCJ02: msg("Coordinates in GCJ-02 (Amap, Tencent), not in WGS 84"),
    Datum.BD09: msg("Coordinates in BD-09 (Baidu), not in WGS 84"),
}


@dataclass(frozen=True)
class Stamp:
    """The facts that date and mark a product.

    Attributes:
        place: names from the top unit down to the scope.
        made_at: when it was made, on the county's clock.
        demo: whether place and people are fictional.
        approval_no: number of the map review (审图号), where there is one.
        datum: of the coordinates, where it is not WGS 84.
    """

    place: tuple[str, ...]
    as_of: datetime
    revision: int
    made_at: datetime
    audience: Audience
    demo: bool = False
    prepared_by: str = ""
    approval_no: str = ""
    datum: Datum = Datum.WGS84

    def lines(self, language: Language) -> tuple[str, ...]:
        """The stamp as lines of text, the scope first."""
        mark = CLASSIFICATIONS[self.audience]
        facts: tuple[Message | None, ...] = (
            msg("As of {time}", time=self.as_of.strftime(_TIME)),
            msg("Revision {revision}", revision=self.revision),
            mark,
            msg("Demonstration data, fictional") if self.demo else None,
            msg("Prepared by {name}", name=self.prepared_by) if self.prepared_by else None,
            msg("Made {time}", time=self.made_at.strftime(_TIME)),
            msg("Approval number {number}", number=self.approval_no) if self.approval_no else None,
            _SHIFTED.get(self.datum),
        )
        return (" › ".join(self.place), *(render(fact, language) for fact in facts if fact))
