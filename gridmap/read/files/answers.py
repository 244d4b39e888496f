"""What a person says of a vector file where it does not tell by itself, or tells wrongly."""

from __future__ import annotations

from dataclasses import dataclass

from gridmap.geo.systems.datum import Datum


@dataclass(frozen=True)
class FileAnswers:
    """Answers to the questions that a file leaves open; None where it is believed.

    Attributes:
        layer: where several fit.
        encoding: of its texts.
        crs: for example `EPSG:4547`, or `EPSG:4547/swapped` for northing first.
        datum: that its coordinates were shifted to.
    """

    layer: str | None = None
    encoding: str | None = None
    crs: str | None = None
    datum: Datum = Datum.WGS84


NOTHING_SAID = FileAnswers()
