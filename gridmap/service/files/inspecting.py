"""Tell what is in a file before it is used: nothing is changed, nothing is chosen."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd

from gridmap.geo.systems.region import Region
from gridmap.geo.systems.suggestions import CrsSuggestion
from gridmap.messages import Message
from gridmap.model.faults import fault_counts
from gridmap.read.tables.inspection import SheetReport, inspect_sheets
from gridmap.read.tables.sheets import TABLE_ENDINGS
from gridmap.read.vectors.inspection import KnownUnits, LayerReport, inspect_vector, read_reference

__all__ = [
    "InspectReport",
    "InspectRequest",
    "KnownUnits",
    "LayerReport",
    "SheetReport",
    "inspect_file",

    "reference_in",
    "reference_of",
]  # fmt: skip


@dataclass(frozen=True)
class InspectRequest:
    """What to look into.

    Attributes:
        source: a vector file, a drawing, a workbook or a CSV file.
        encoding: of its texts, where one is named.
        reference: units that lie right: by them systems and datums are judged.
    """

    source: Path
    encoding: str | None = None
    reference: KnownUnits | None = None


@dataclass(frozen=True)
class InspectReport:
    """What is in a file: layers of a vector file or a drawing, or sheets of a workbook or CSV file."""

    file: str
    layers: tuple[LayerReport, ...]
    sheets: tuple[SheetReport, ...] = ()

    def to_json(self) -> dict[str, object]:
        """Plain values for JSON; sheets are layers too, with the same keys and some of their own."""
        layers = [*map(_layer, self.layers), *map(_sheet, self.sheets)]
        return {"file": self.file, "layers": layers}


def inspect_file(request: InspectRequest) -> InspectReport:
    """Look into a file.

    Raises:
        InputError: it cannot be read at all.
    """
    if request.source.suffix.lower() in TABLE_ENDINGS:
        sheets = inspect_sheets(request.source, encoding=request.encoding)
        return InspectReport(request.source.name, (), tuple(sheets))
    layers = inspect_vector(request.source, encoding=request.encoding, reference=request.reference)
    return InspectReport(request.source.name, tuple(layers))


def reference_in(path: Path) -> KnownUnits:
    """The units of a file or a workspace, as those that lie right.

    Raises:
        InputError: it cannot be read, or has no codes.
    """
    return read_reference(path)


def reference_of(units: gpd.GeoDataFrame) -> KnownUnits | None:
    """Units (EPSG:4326, with their codes) as those that lie right; None where there are none."""
    return None if units.empty else KnownUnits(units, Region.of(units.geometry))


def _layer_fault_counts(layer: LayerReport) -> dict[str, int]:
    """How many places have a fault, by kind."""
    counts: Counter[str] = Counter()
    for fault in layer.faults:
        counts[fault.kind.value] += fault.count
    return dict(counts)


def _layer(layer: LayerReport) -> dict[str, object]:
    return {
        "name": layer.name,
        "count": layer.count,
        "geometry": ", ".join(layer.geometry) or None,
        "fields": list(layer.fields),
        "encoding": layer.encoding.name,
        "encoding_found_by": layer.encoding.found_by,
        "encoding_suggestions": [] if layer.encoding.sure else [layer.encoding.name, *layer.encoding.others],
        "crs": layer.crs,
        "crs_found_by": layer.crs_found_by,
        "crs_doubt": _text(layer.crs_doubt),
        "crs_suggestions": [_suggestion(one) for one in layer.crs_suggestions],
        "datum_suggestion": layer.datum_suggestion.datum.value if layer.datum_suggestion else None,
        "datum_why": _text(layer.datum_suggestion.why if layer.datum_suggestion else None),
        "sure": layer.sure,
        "faults": _layer_fault_counts(layer),
        "faults_told": [str(one.told) for one in layer.faults],
    }


def _sheet(sheet: SheetReport) -> dict[str, object]:
    return {
        "name": sheet.name,
        "count": sheet.count,
        "geometry": None,
        "fields": list(sheet.fields),
        "encoding": sheet.encoding.name,
        "encoding_found_by": sheet.encoding.found_by,
        "encoding_suggestions": [],
        "crs": None,
        "crs_found_by": "none",
        "crs_doubt": None,
        "crs_suggestions": [],
        "datum_suggestion": None,
        "datum_why": None,
        "heading_rows": None if sheet.heading_rows is None else list(sheet.heading_rows),
        "delimiter": sheet.delimiter or None,
        "sure": sheet.sure,
        "faults": fault_counts(sheet.faults),
        "faults_told": [str(one.told) for one in sheet.faults],
    }


def _suggestion(one: CrsSuggestion) -> dict[str, object]:
    return {"crs": one.crs, "why": str(one.why), "score": one.score, "lon": one.lon, "lat": one.lat}


def _text(message: Message | None) -> str | None:
    return None if message is None else str(message)
