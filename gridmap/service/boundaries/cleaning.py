"""Mend the boundaries of a file, so that they meet edge to edge, and list what was wrong."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import geopandas as gpd

from gridmap.geo.coverage.repair import DefectKind, Repaired, repair
from gridmap.geo.coverage.topology import part_counts
from gridmap.geo.frames import check_units, converted
from gridmap.geo.layers_file import check_output, write_layers
from gridmap.geo.systems.crs import crs_text, metric_crs
from gridmap.messages import Message, counted, told_of, words_n
from gridmap.names import CODE, KIND, NAME, UNITS, WGS84
from gridmap.read.files.answers import NOTHING_SAID, FileAnswers
from gridmap.read.vectors.columns import USUAL_COLUMNS, ColumnChoice
from gridmap.read.vectors.dirty_units import read_dirty_units
from gridmap.service.files.report_file import check_report, write_report

DEFECTS, BEFORE = "defects", "before"
"""Layers beside the units: what was wrong where, and the boundaries as they were."""
_LEFT_OUT: Final = words_n(
    "{n} unit has no land of its own left and was left out ({codes})",
    "{n} units have no land of their own left and were left out ({codes})",
)
_UNFILLED: Final = words_n(
    "{n} gap was left open, for it may be land of nobody; --gap-width METRES fills it where land "
    "lies all around, not where it is open to the outside",
    "{n} gaps were left open, for they may be land of nobody; --gap-width METRES fills those "
    "that land lies all around, not those that are open to the outside",
)


@dataclass(frozen=True)
class CleanRequest:
    """What to mend and how.

    Attributes:
        source: boundaries.
        out: the GeoPackage to write: layers `units`, `defects`, `before`.
        report: a JSON file to write the report to, too.
        answers, columns: how to read the boundaries, where the file does not tell.
        snap, gap_width: see `gridmap.geo.coverage.repair.repair`.
    """

    source: Path
    out: Path
    report: Path | None = None
    answers: FileAnswers = NOTHING_SAID
    columns: ColumnChoice = USUAL_COLUMNS
    snap: float | None = None
    gap_width: float | None = None


@dataclass(frozen=True)
class CleanReport:
    """What mending made; `defects` have kind, codes, area_m2, mended and a place in EPSG:4326."""

    out: Path
    units: int
    left_out: tuple[str, ...]
    crs: str
    snap: float
    gap_width: float
    defects: gpd.GeoDataFrame
    notes: tuple[Message, ...]

    @property
    def counts(self) -> dict[str, int]:
        """Defects by kind, in the order of the kinds."""
        found = self.defects[KIND].value_counts()
        return {kind.value: int(found[kind.value]) for kind in DefectKind if kind.value in found}

    def to_json(self) -> dict[str, object]:
        """Plain values for JSON; the place of a defect is a point in it."""
        places = self.defects.geometry.representative_point()
        rows = zip(
            self.defects[KIND],
            self.defects["codes"],
            self.defects["area_m2"],
            self.defects["mended"],
            places.x,
            places.y,
            strict=True,
        )
        return {
            "out": str(self.out),
            "units": self.units,
            "left_out": list(self.left_out),
            "crs": self.crs,
            "snap_m": self.snap,
            "gap_width_m": self.gap_width,
            "counts": self.counts,
            "area_m2": {
                kind: float(self.defects["area_m2"][self.defects[KIND] == kind].sum()) for kind in self.counts
            },
            "defects": [
                {
                    KIND: kind,
                    "codes": codes.split(),
                    "area_m2": float(area),
                    "mended": bool(mended),
                    "lon": float(lon),
                    "lat": float(lat),
                }
                for kind, codes, area, mended, lon, lat in rows
            ],
            "notes": [str(note) for note in self.notes],
        }


def clean_file(request: CleanRequest) -> CleanReport:
    """Mend the boundaries of a file and write them; a bad input leaves an existing output as it is.

    Units of which nothing is left, duplicates of others among them, are left out of the layer `units`.

    Raises:
        InputError: a file or an argument is wrong.
        TessellationError: the boundaries cannot be made to meet.
    """
    check_output(request.out, (request.source,))
    check_report(request.report, (request.source, request.out))
    drawn, notes = read_dirty_units(request.source, request.answers, request.columns)
    system = metric_crs(drawn)
    metric = converted(drawn, system)
    mended = repair(metric, snap=request.snap, gap_width=request.gap_width)
    there = part_counts(mended.units.geometry.to_numpy()) > 0
    units = check_units(mended.units[there], source=request.source.name)
    write_layers(
        {UNITS: units, DEFECTS: mended.defects, BEFORE: drawn[[CODE, NAME, drawn.geometry.name]]}, request.out
    )
    left_out = tuple(mended.units[CODE][~there])
    report = CleanReport(
        out=request.out,
        units=len(units),
        left_out=left_out,
        crs=crs_text(system),
        snap=mended.snap,
        gap_width=mended.gap_width,
        defects=gpd.GeoDataFrame(mended.defects.to_crs(WGS84)),
        notes=(*notes, *_notes_of(mended, left_out)),
    )
    write_report(report.to_json(), request.report)
    return report


def _notes_of(mended: Repaired, left_out: tuple[str, ...]) -> list[Message]:
    unfilled = int((mended.defects[KIND] == DefectKind.UNFILLED.value).sum())
    return [*told_of(_LEFT_OUT, most=len(left_out), codes=left_out), *counted(_UNFILLED, unfilled)]
