"""What a compute function of the registry gives back."""

from __future__ import annotations

from typing import NamedTuple

from gridmap.messages import Message


class Figures(NamedTuple):
    """Numerator, denominator, the sentence that reads them aloud, and what stands behind them."""

    numerator: float
    denominator: float
    sentence: Message
    notes: tuple[Message, ...] = ()
