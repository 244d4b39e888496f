"""What is in a vector file: layers, fields, encoding, coordinate system and how each was found, faults."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyproj
import shapely

from gridmap.errors import InputError, MissingCrsError
from gridmap.geo.codes import code_texts, is_rounded
from gridmap.geo.coverage.topology import Geometries
from gridmap.geo.systems.crs import crs_text, crs_title
from gridmap.geo.systems.datum import Datum, DatumSuggestion, datum_of_system, suggest_datum
from gridmap.geo.systems.older_systems import OLDER_SYSTEMS, twin_of
from gridmap.geo.systems.region import Region
from gridmap.geo.systems.suggestions import (
    SWAPPED,
    CrsSuggestion,
    doubt_of_crs,
    split_swapped,
    suggest_crs,
    with_older_twin,
)
from gridmap.messages import Message, msg
from gridmap.model.faults import FaultKind
from gridmap.names import CODE, UNITS
from gridmap.read.files.encoding import Encoding
from gridmap.read.files.frames import decode_tolerantly, parse_crs, to_frame
from gridmap.read.files.layer_faults import LayerFault
from gridmap.read.files.raw_layers import LayerWish, RawLayer, read_every_layer, read_layers
from gridmap.read.vectors.columns import known_title
from gridmap.read.vectors.drawings import DrawingInventory, inspect_drawing
from gridmap.read.vectors.own_units import naming_column, share_in_own_units

_CLEARLY: Final = 0.1
"""Share of places by which another datum must do better than WGS 84 to be suggested."""
_BETTER: Final = 0.02
"""Share inside their own units by which an older system must do better: it lies some 100 m off."""


@dataclass(frozen=True)
class KnownUnits:
    """Units that are known to lie right: by them coordinate systems and datums are judged."""

    units: gpd.GeoDataFrame
    region: Region


@dataclass(frozen=True)
class LayerReport:
    """A layer and how what is known of it was found.

    Attributes:
        geometry: the kinds that are there; empty for a table.
        crs: None where the file names none.
        crs_found_by: `file`, `standard` (the format lays it down), or `none`.
        crs_doubt: why the system named can hardly be right, with `crs_suggestions`.
        datum_suggestion: where the file names a shifted datum; else only where another datum than WGS 84 does
            clearly better, and a reference is given.
    """

    name: str
    count: int
    geometry: tuple[str, ...]
    fields: tuple[str, ...]
    encoding: Encoding
    crs: str | None
    crs_found_by: str
    crs_doubt: Message | None
    crs_suggestions: tuple[CrsSuggestion, ...]
    datum_suggestion: DatumSuggestion | None
    faults: tuple[LayerFault, ...]

    @property
    def crs_title(self) -> str | None:
        """The system for people; None where the file names none."""
        return crs_title(self.crs) if self.crs else None

    @property
    def sure(self) -> bool:
        """Whether nobody need be asked before it is read."""
        datum_is_named = self.datum_suggestion is not None and self.datum_suggestion.is_named
        placed = not self.geometry or (self.crs is not None and not datum_is_named)
        return self.encoding.sure and not self.crs_suggestions and placed


def read_reference(path: Path) -> KnownUnits:
    """Units of a file or a workspace, as a reference.

    Raises:
        InputError: it cannot be read, or has no codes.
    """
    (raw,) = read_layers(path, [LayerWish("polygon", None, (UNITS,))])
    assert raw is not None, "only optional layers may be missing"
    frame = to_frame(raw, crs=None, file=path.name)
    column = _code_column(frame)
    codes = frame[column] if column else pd.Series("", index=frame.index)
    units = gpd.GeoDataFrame({CODE: codes}, geometry=frame.geometry, crs=frame.crs)
    return KnownUnits(units, Region.of(units.geometry))


def inspect_vector(
    path: Path, *, encoding: str | None = None, reference: KnownUnits | None = None
) -> list[LayerReport]:
    """All layers of a vector file.

    Args:
        path: the file; of a drawing closed lines count as polygons, texts as points.
        encoding: of its texts, where the reader names it.
        reference: units that are known to lie right.

    Raises:
        InputError: the file cannot be read at all.
    """
    if path.suffix.lower() == ".dxf":
        return _drawn_layers(inspect_drawing(path), path.name, reference)
    return [_report(raw, path.name, reference) for raw in read_every_layer(path, encoding=encoding)]


def _drawn_layers(drawing: DrawingInventory, file: str, reference: KnownUnits | None) -> list[LayerReport]:
    """The layers of a drawing, which has no fields and names no coordinate system."""
    region = None if reference is None else reference.region
    return [
        LayerReport(
            name=layer.name,
            count=layer.closed + layer.open + layer.texts + layer.other,
            geometry=tuple(
                kind
                for kind, n in (("Polygon", layer.closed), ("LineString", layer.open), ("Point", layer.texts))
                if n
            ),
            fields=(),
            encoding=Encoding(drawing.encoding, drawing.encoding_found_by),
            crs=None,
            crs_found_by="none",
            crs_doubt=None,
            crs_suggestions=()
            if layer.bounds is None
            else tuple(
                suggest_crs(np.reshape(layer.bounds, (2, 2)) * drawing.metres, reference=region, named=file)
            ),
            datum_suggestion=None,
            faults=(),
        )
        for layer in drawing.layers
    ]


def _report(raw: RawLayer, file: str, reference: KnownUnits | None) -> LayerReport:
    table = raw.table.to_pandas()
    shapes, damaged = _shapes(raw, table)
    fields = table.drop(columns=[] if raw.geometry is None else [raw.geometry])
    corners = shapely.get_coordinates(shapes)
    region = None if reference is None else reference.region
    crs = _crs(raw, file) if raw.geometry is not None else None
    doubt = None if crs is None else doubt_of_crs(corners, crs, reference=region)
    unsure = raw.geometry is not None and (crs is None or doubt is not None)
    name = None if crs is None else crs_text(crs)
    return LayerReport(
        name=raw.layer,
        count=len(table),
        geometry=_kinds(shapes),
        fields=tuple(map(str, fields.columns)),
        encoding=raw.encoding,
        crs=name,
        crs_found_by=raw.crs_found_by if crs is not None else "none",
        crs_doubt=doubt,
        crs_suggestions=tuple(
            _suggested(raw, file, shapes=shapes, fields=fields, declared=name, reference=reference)
        )
        if unsure
        else (),
        datum_suggestion=None if unsure else _datum(fields, shapes, crs, reference),
        faults=(*raw.faults, *_geometry_faults(shapes, damaged, raw), *_code_faults(fields)),
    )


def _suggested(
    raw: RawLayer,
    file: str,
    shapes: Geometries,
    fields: pd.DataFrame,
    declared: str | None,
    reference: KnownUnits | None,
) -> list[CrsSuggestion]:
    """Likely systems; an older one too, where the file names it or it fits the reference clearly better."""
    corners = shapely.get_coordinates(shapes)
    named = " ".join((file, raw.layer, declared or "", raw.crs or ""))
    region = None if reference is None else reference.region
    found = suggest_crs(corners, declared=declared, reference=region, named=named)
    if reference is None or not found:
        return found
    first = found[0]
    name, swapped = split_swapped(first.crs)
    twins = [(system, twin) for system in OLDER_SYSTEMS if (twin := twin_of(name, system))]
    if not twins:
        return found
    shares = [
        share_in_own_units(shapes, fields, crs, reference.units)
        for crs in (first.crs, *(twin + SWAPPED * swapped for _, twin in twins))
    ]
    for (system, _), share in zip(twins, shares[1:], strict=True):
        if share is not None and shares[0] is not None and share >= shares[0] + _BETTER:
            why = msg("{share} % of it inside its own units", share=round(100 * share))
            found = with_older_twin(found, first, system, corners, why)
    return found


def _shapes(raw: RawLayer, table: pd.DataFrame) -> tuple[Geometries, npt.NDArray[np.intp]]:
    if raw.geometry is None:
        return np.empty(0, dtype=object), np.empty(0, dtype=np.intp)
    return decode_tolerantly(table[raw.geometry])


def _crs(raw: RawLayer, file: str) -> pyproj.CRS | None:
    """The system that the file names; None where it names none, or none that is known."""
    try:
        return parse_crs(raw.crs, file)
    except (MissingCrsError, InputError):
        return None


def _kinds(shapes: Geometries) -> tuple[str, ...]:
    found = np.unique(shapely.get_type_id(shapes[~shapely.is_missing(shapes)]))
    return tuple(shapely.GeometryType(kind).name.lower() for kind in found)


def _geometry_faults(shapes: Geometries, damaged: npt.NDArray[np.intp], raw: RawLayer) -> list[LayerFault]:
    if raw.geometry is None:
        return []
    told = {row - 1 for one in raw.faults if one.kind is FaultKind.GEOMETRY_DAMAGED for row in one.rows}
    missing = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    absent = sorted(set(np.flatnonzero(missing).tolist()) - told - set(damaged.tolist()))
    keys = pd.Series(shapely.to_wkb(shapely.normalize(shapes)))
    repeated = np.flatnonzero((keys.duplicated() & keys.notna()).to_numpy() & ~missing)
    found: dict[FaultKind, npt.NDArray[np.intp] | list[int]] = {
        FaultKind.GEOMETRY_DAMAGED: damaged,
        FaultKind.GEOMETRY_MISSING: absent,
        FaultKind.GEOMETRY_INVALID: np.flatnonzero(~missing & ~shapely.is_valid(shapes)),
        FaultKind.GEOMETRY_REPEATED: repeated,
    }
    return [LayerFault(kind, rows=_rows(rows)) for kind, rows in found.items() if len(rows)]


def _code_faults(table: pd.DataFrame) -> list[LayerFault]:
    """Faults of the column that looks like codes, where there is one."""
    column = _code_column(table)
    if column is None:
        return []
    codes = code_texts(table[column]).reset_index(drop=True)
    rounded = codes.map(is_rounded).astype(bool)
    found = {
        FaultKind.CODE_MISSING: codes == "",
        FaultKind.CODE_LOST: rounded,
        FaultKind.CODE_REPEATED: (codes != "") & ~rounded & codes.duplicated(),
    }
    return [
        LayerFault(kind, column, _rows(np.flatnonzero(there.to_numpy())))
        for kind, there in found.items()
        if there.any()
    ]


def _rows(positions: npt.NDArray[np.intp] | list[int]) -> tuple[int, ...]:
    return tuple(int(position) + 1 for position in positions)


def _code_column(table: pd.DataFrame) -> str | None:
    return known_title([str(title) for title in table.columns], CODE)


def _datum(
    table: pd.DataFrame, shapes: Geometries, crs: pyproj.CRS | None, reference: KnownUnits | None
) -> DatumSuggestion | None:
    """Another datum than WGS 84: one that is named, else one that puts clearly more places into theirs."""
    named = Datum.WGS84 if crs is None else datum_of_system(crs)
    if named is not Datum.WGS84:
        return DatumSuggestion(named, 1.0, 0)
    if reference is None or crs is None:
        return None
    known = set(code_texts(reference.units[CODE])) - {""}
    column = naming_column(table, known)
    if column is None:
        return None
    points = gpd.GeoSeries(shapely.point_on_surface(shapes), crs=crs)
    ranked = suggest_datum(points, table[column], reference.units)
    as_it_is = next((one.share for one in ranked if one.datum is Datum.WGS84), 1.0)
    best = ranked[0] if ranked else None
    return best if best is not None and best.share >= as_it_is + _CLEARLY else None
