"""Tell what is in a file before it is used: nothing is changed, nothing is chosen."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from gridmap.geo.crs_suggestions import CrsSuggestion
from gridmap.messages import Message
from gridmap.read.inspection import LayerReport, inspect_vector, read_reference


@dataclass(frozen=True)
class InspectRequest:
    """What to look into.

    Attributes:
        source: a vector file.
        encoding: of its texts, where one is named.
        reference: units, or a workspace, that lie right: by them systems and datums are judged.
    """

    source: Path
    encoding: str | None = None
    reference: Path | None = None


@dataclass(frozen=True)
class InspectReport:
    """What is in a file."""

    file: str
    layers: tuple[LayerReport, ...]

    def to_json(self) -> dict[str, object]:
        """Plain values for JSON."""
        return {"file": self.file, "layers": [_layer(one) for one in self.layers]}


def inspect_file(request: InspectRequest) -> InspectReport:
    """Look into a file.

    Raises:
        InputError: it cannot be read at all, or the reference cannot.
    """
    reference = None if request.reference is None else read_reference(request.reference)
    layers = inspect_vector(request.source, encoding=request.encoding, reference=reference)
    return InspectReport(request.source.name, tuple(layers))


def fault_counts(layer: LayerReport) -> dict[str, int]:
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
        "faults": fault_counts(layer),
        "faults_told": [str(one.told) for one in layer.faults],
    }


def _suggestion(one: CrsSuggestion) -> dict[str, object]:
    return {"crs": one.crs, "why": str(one.why), "score": one.score, "lon": one.lon, "lat": one.lat}


def _text(message: Message | None) -> str | None:
    return None if message is None else str(message)
